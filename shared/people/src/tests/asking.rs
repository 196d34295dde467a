//! What a provider may ask for.

use domain::failure::Failure;
use testing::parse;

use super::*;

#[tokio::test]
async fn the_same_request_sent_twice_is_one() {
    let world = World::new().await;
    let first = world.ask("request-1", new_carol()).await.unwrap();
    let before = world.store.dump().unwrap();
    let again = world.ask("request-1", new_carol()).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(world.store.pending_change_requests().await.unwrap().len(), 1);
    assert_eq!(world.subjects("helpdesk@council.example"), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_asked_about_a_contact_already_is_not_asked_again_until_it_is_answered() {
    let world = World::new().await;
    let first = world.ask("request-1", bob_with("01865 2")).await.unwrap();
    let refused = world.ask("request-2", without(&[])).await.unwrap_err();
    assert_eq!(refused.code(), "request-pending");
    let told = "Ada Brome asked for a change about Bob Brome at 9am on 2 November 2026, and it waits for the council. Wait for the answer, or withdraw that request first.";
    assert_eq!(refused.to_string(), told);
    world.ask("request-3", new_carol()).await.unwrap();
    let refused = world.ask("request-4", new_carol()).await.unwrap_err();
    assert_eq!(refused.code(), "request-pending");
    let (provider, id) = (&first.provider_ref, &first.request_ref);
    world.people().withdraw(provider, id, "Ada Brome", nine()).await.unwrap();
    world.ask("request-5", without(&[])).await.unwrap();
}

#[tokio::test]
async fn a_contact_that_is_not_there_and_an_address_that_is_taken_are_refused() {
    let world = World::new().await;
    let elsewhere = Wish::DeleteContactRole(parse("K9999"), Vec::new());
    assert_eq!(world.ask("request-1", elsewhere).await.unwrap_err().code(), "not-found");
    let mut form = carol();
    form.portal_email = Some("Bob@LakeHouse.example".to_owned());
    let refused = world.ask("request-2", Wish::NewContact(form)).await.unwrap_err();
    assert_eq!(refused.fields()[0].field, "portal_email");
    assert_eq!(refused.fields()[0].message, "Bob Brome signs in with this address already");
}
