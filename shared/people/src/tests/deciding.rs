//! What an answer does.

use domain::failure::Failure;
use domain::feed::FileTime;
use domain::notice::Subscription;
use domain::permission::CouncilRole;
use store::keys::Key;
use testing::{parse, sign_in_colleague};

use super::*;

#[tokio::test]
async fn a_new_contact_is_invited_once_and_whoever_asked_is_told() {
    let world = World::new().await;
    let request = world.ask("request-1", new_carol()).await.unwrap();
    assert_eq!(world.access("carol@lakehouse.example").await, None);
    let accepted = world.accept(&request).await.unwrap();
    let again = world.accept(&request).await.unwrap();
    assert_eq!(accepted.state, again.state);
    let access = world.access("carol@lakehouse.example").await.unwrap();
    assert_eq!(
        (access.contact_ref, access.roles),
        (request.new_contact_ref(), vec![Role::Payments])
    );
    let told = ["Your access to the provider portal - The council"];
    assert_eq!(world.subjects("carol@lakehouse.example"), told);
    let asked = world.subjects("ada@lakehouse.example");
    let told = asked.iter().filter(|it| it.starts_with("Your change request was accepted"));
    assert_eq!(told.count(), 1);
    assert_eq!(world.store.pending_change_requests().await.unwrap(), []);
    let (decided, _) = world.store.queued_change_requests(None, 10, None).await.unwrap();
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0].provider_name, "Lake House");
    assert_eq!(world.store.after_change_requests().await.unwrap(), []);
}

#[tokio::test]
async fn who_does_not_want_to_be_told_of_an_answer_at_once_finds_it_in_the_daily_email() {
    let world = World::new().await;
    let ada = parse("ada@lakehouse.example");
    world.store.choose_subscriptions(&ada, [Subscription::DailyActions].into()).await.unwrap();
    let request = world.ask("request-1", new_carol()).await.unwrap();
    world.accept(&request).await.unwrap();
    world.accept(&request).await.unwrap();
    let told = ["Your access to the provider portal - The council"];
    assert_eq!(world.subjects("ada@lakehouse.example"), told);
    let dump = world.store.dump().unwrap();
    let news: Vec<_> = dump.keys().filter(|key| key.starts_with("NEWS#")).collect();
    assert_eq!(news.len(), 1, "{news:?}");
    let told = "NEWS#2026-11-02 AT#P1001#actions#change_request_decided#";
    assert!(news[0].starts_with(told), "{news:?}");
    assert_eq!(world.store.after_change_requests().await.unwrap(), []);
}

#[tokio::test]
async fn a_role_that_is_taken_away_ends_its_sessions_at_once() {
    let world = World::new().await;
    let bob = world.signed_in("bob@lakehouse.example").await;
    let ada = world.signed_in("ada@lakehouse.example").await;
    let request = world.ask("request-1", without(&["payments"])).await.unwrap();
    assert!(world.is_signed_in(&bob).await, "nothing happens before the council answers");
    world.accept(&request).await.unwrap();
    assert!(!world.is_signed_in(&bob).await);
    assert!(world.is_signed_in(&ada).await);
    let access = world.access("bob@lakehouse.example").await.unwrap();
    assert_eq!(access.roles, [Role::Viewer]);
    let request = world.ask("request-2", without(&[])).await.unwrap();
    world.accept(&request).await.unwrap();
    assert_eq!(world.access("bob@lakehouse.example").await, None);
    assert!(world.contact("K2002").await.unwrap().roles.is_empty());
}

#[tokio::test]
async fn an_address_that_changes_moves_the_access_with_it() {
    let world = World::new().await;
    let bob = world.signed_in("bob@lakehouse.example").await;
    let request = world.ask("request-1", bob_moves()).await.unwrap();
    world.accept(&request).await.unwrap();
    assert!(!world.is_signed_in(&bob).await);
    assert_eq!(world.access("bob@lakehouse.example").await, None);
    let access = world.access("robert@lakehouse.example").await.unwrap();
    assert_eq!(access.contact_ref, parse("K2002"));
    assert_eq!(world.contact("K2002").await.unwrap().phone.as_deref(), Some("01865 2"));
}

#[tokio::test]
async fn what_was_changed_is_told_as_of_now_and_the_rest_stays_as_it_was_told() {
    let world = World::new().await;
    let request = world.ask("request-1", bob_with("01865 2")).await.unwrap();
    world.accept(&request).await.unwrap();
    let key = Key::contact(&parse("P1001"), &parse("K2002"));
    let known = world.store.known::<Contact>(&key).await.unwrap().unwrap();
    let times = known.told.told.unwrap();
    let now: FileTime = parse("20261102T090000");
    assert_eq!(times.at, now);
    assert!(!times.earlier.contains_key("phone"));
    assert_eq!(times.earlier["surname"], None);
}

#[tokio::test]
async fn a_rejection_changes_nothing_and_says_why() {
    let world = World::new().await;
    let request = world.ask("request-1", new_carol()).await.unwrap();
    let nothing = world.decide(&request, &grace(), Verdict::Reject(" ")).await.unwrap_err();
    assert_eq!(nothing.fields()[0].field, "reason");
    let reject = Verdict::Reject("Not one of yours");
    world.decide(&request, &grace(), reject).await.unwrap();
    world.decide(&request, &grace(), reject).await.unwrap();
    assert_eq!(world.access("carol@lakehouse.example").await, None);
    let asked = world.subjects("ada@lakehouse.example");
    let told = asked.iter().filter(|it| it.starts_with("Your change request was rejected"));
    assert_eq!(told.count(), 1);
    world.ask("request-2", new_carol()).await.unwrap();
}

#[tokio::test]
async fn an_address_of_the_councils_own_people_is_not_given_to_a_contact() {
    let world = World::new().await;
    let roles: &[CouncilRole] = &[CouncilRole::Auditor];
    sign_in_colleague(&world.store, ("Joan Carden", "U9002"), (roles, &[]), nine()).await;
    let mut form = carol();
    form.portal_email = Some("u9002@council.example".to_owned());
    let request = world.ask("request-1", Wish::NewContact(form)).await.unwrap();
    let warnings = world.people().warnings(&request).await.unwrap();
    assert!(warnings[0].starts_with("One of the council's own people"), "{warnings:?}");
    let refused = world.accept(&request).await.unwrap_err();
    assert_eq!(refused.code(), "address-taken");
    assert!(
        world
            .store
            .change_request(&parse("P1001"), &request.request_ref)
            .await
            .unwrap()
            .unwrap()
            .is_pending()
    );
}

#[tokio::test]
async fn the_officer_is_warned_of_what_speaks_against_it() {
    let world = World::new().await;
    let removal = Wish::DeleteContactRole(parse("K2001"), Vec::new());
    let last = world.ask("request-1", removal).await.unwrap();
    let warnings = world.people().warnings(&last).await.unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("administrator"), "{warnings:?}");

    let update = world.ask("request-2", bob_with("01865 2")).await.unwrap();
    assert_eq!(world.people().warnings(&update).await.unwrap(), Vec::<String>::new());
    let mut council = Council::lake_house();
    let mut bob = contact("K2002", "Bob", "bob@lakehouse.example", &[Role::Viewer]);
    bob.phone = Some("01865 3".to_owned());
    council.contacts = vec![bob];
    council.save(&world.store).await;
    let told = "Telephone has changed since this was asked for: it is now 01865 3.";
    assert_eq!(world.people().warnings(&update).await.unwrap(), [told]);
}
