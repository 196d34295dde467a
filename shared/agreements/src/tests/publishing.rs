//! The council publishes.

use domain::contract_document::DocumentState;
use domain::failure::Failure;
use domain::sign_in::hex;
use files::Place;
use sha2::{Digest, Sha256};
use testing::parse;

use super::world::{PDF, World, doc, grace, monday, publishing, thelma, tuesday};
use crate::{AgreementsError, Deed, Given, NotADocument, NotPublished, Publishing};

#[tokio::test]
async fn what_is_published_is_kept_under_the_hash_of_its_content() {
    let world = World::new().await;
    let document = world.publish("a", monday()).await;
    let latest = &document.latest;
    assert_eq!((latest.n, document.state()), (1, DocumentState::Published));
    assert_eq!(latest.client.as_deref(), Some("Miss Wednesday Adams"));
    assert_eq!(latest.published_note(), "Published by Grace Hallam on 07/11/2022");
    let place = Place::contract_document(&doc(), 1, &latest.file.sha256);
    let kept = world.objects.get(&place, 1_000_000).await.unwrap().unwrap();
    assert_eq!(hex(&Sha256::digest(&kept.bytes)), latest.file.sha256);
    assert!(place.name.starts_with("contract-documents/DOC801/1_"), "{}", place.name);
    let (link, client) =
        world.agreements().file_link(&world.provider, (&doc(), 1), monday()).await.unwrap();
    assert!(link.contains(&place.name), "{link}");
    assert_eq!(client, Some(parse("A272433")));
}

#[tokio::test]
async fn without_a_file_one_is_made_that_everybody_can_read() {
    let world = World::new().await;
    let made = world.agreements().publish(&publishing("a"), monday()).await.unwrap();
    let again = World::new().await;
    let same = again.agreements().publish(&publishing("a"), monday()).await.unwrap();
    assert_eq!(made.latest.file, same.latest.file, "the same for the same");
    let place = Place::contract_document(&doc(), 1, &made.latest.file.sha256);
    let bytes = world.objects.get(&place, 10_000_000).await.unwrap().unwrap().bytes;
    crate::sound(&bytes).unwrap();
}

#[tokio::test]
async fn the_same_request_again_makes_no_other_version_also_after_a_later_one() {
    let world = World::new().await;
    let first = world.publishing("a", monday()).await;
    world.agreements().publish(&first, monday()).await.unwrap();
    world.agreements().publish(&first, tuesday()).await.unwrap();
    assert_eq!(world.head().await.latest.n, 1);
    world.publish("b", tuesday()).await;
    world.agreements().publish(&first, tuesday()).await.unwrap();
    assert_eq!(world.head().await.latest.n, 2);
}

#[tokio::test]
async fn a_new_version_supersedes_and_says_what_differs() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.answer(1, Deed::Reject("The start date is wrong"), &thelma(), tuesday()).await.unwrap();
    let mut second = world.publishing("b", tuesday()).await;
    second.date_from = Some(parse("2022-08-10"));
    world.agreements().publish(&second, tuesday()).await.unwrap();
    let shown = world.agreements().show(&world.provider, &doc()).await.unwrap();
    let differs: Vec<_> = shown.differences.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(differs, ["From"]);
    let states: Vec<_> = shown.versions.iter().map(|it| (it.version.n, it.state)).collect();
    assert_eq!(states, [(2, DocumentState::Published), (1, DocumentState::Superseded)]);
    assert_eq!(
        shown.versions[1].note,
        "Rejected by Thelma Moss on 08/11/2022. Reason: The start date is wrong"
    );
}

async fn refused(publishing: Publishing) -> AgreementsError {
    let world = World::new().await;
    let before = world.state();
    let why = world.agreements().publish(&publishing, monday()).await.unwrap_err();
    assert_eq!(world.state(), before, "nothing is written of what is refused");
    why
}

#[tokio::test]
async fn what_is_not_known_or_belongs_to_another_is_refused_field_by_field() {
    let of = |change: fn(&mut Publishing)| {
        let mut it = publishing("a");
        change(&mut it);
        it
    };
    for (publishing, field) in [
        (of(|it| it.cpli_id = Some(parse("188631"))), "cpli_id"),
        (of(|it| it.cpli_id = Some(parse("999"))), "cpli_id"),
        (of(|it| it.service_ref = Some(parse("S4002"))), "service_ref"),
        (of(|it| it.ss_ref = Some(parse("A365739"))), "ss_ref"),
        (of(|it| it.doc_type = String::new()), "doc_type"),
        (
            of(|it| {
                (it.date_from, it.date_to) = (Some(parse("2023-01-02")), Some(parse("2023-01-01")));
            }),
            "date_to",
        ),
    ] {
        let why = refused(publishing).await;
        assert_eq!(why.code(), "document-not-published");
        assert_eq!(why.fields()[0].field, field);
    }
    let unknown =
        refused(Publishing { provider_ref: parse("P9"), cpli_id: None, ..publishing("a") });
    assert_eq!(unknown.await.code(), "not-found");
    let revised = refused(Publishing { may_begin: false, ..publishing("a") }).await;
    assert_eq!(revised.code(), "not-found", "no new version of what is not there");
}

#[tokio::test]
async fn two_providers_never_share_the_name_of_a_document() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let theirs = Publishing { provider_ref: parse("P1002"), cpli_id: None, ..publishing("b") };
    let why = world.agreements().publish(&theirs, monday()).await.unwrap_err();
    assert!(matches!(why, AgreementsError::NotPublished(NotPublished::AnotherProviders(_))));
    let shown = world.agreements().show(&parse("P1002"), &doc()).await.unwrap_err();
    assert_eq!(shown.code(), "not-found");
    let link = world.agreements().file_link(&parse("P1002"), (&doc(), 1), monday()).await;
    assert_eq!(link.unwrap_err().code(), "not-found");
}

#[tokio::test]
async fn a_file_that_has_not_arrived_or_is_none_is_not_published() {
    let world = World::new().await;
    let missing = Publishing { given: Given::Sent(parse("20221107T100000-1")), ..publishing("a") };
    let why = world.agreements().publish(&missing, monday()).await.unwrap_err();
    assert!(matches!(why, AgreementsError::NotADocument(NotADocument::NotThere)));
    let page = world.sent(b"<html>%PDF-</html>", monday()).await;
    let page = Publishing { given: Given::Sent(page), ..publishing("a") };
    let why = world.agreements().publish(&page, monday()).await.unwrap_err();
    assert_eq!((why.code(), why.fields()[0].field.as_str()), ("document-not-accepted", "file"));
    let sending = world.agreements().start_sending(("a.docx", 10), monday()).await.unwrap_err();
    assert!(matches!(sending, AgreementsError::NotADocument(NotADocument::Ending)));
    let sending = world.agreements().start_sending(("a.pdf", 11_000_000), monday()).await;
    assert!(matches!(sending, Err(AgreementsError::NotADocument(NotADocument::TooLarge))));
}

#[tokio::test]
async fn of_two_who_publish_at_once_both_are_versions_and_none_is_lost() {
    let world = World::new().await;
    let (one, other) =
        (world.publishing("a", monday()).await, world.publishing("b", tuesday()).await);
    let agreements = world.agreements();
    let (one, other) =
        tokio::join!(agreements.publish(&one, monday()), agreements.publish(&other, tuesday()));
    let mut numbers = [one.unwrap().latest.n, other.unwrap().latest.n];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
    let versions = world.store.document_versions(&world.provider, &doc()).await.unwrap();
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn whoever_may_sign_is_told_once_a_day_without_a_name() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.publish("b", monday()).await;
    let emails = world.store.dump().unwrap();
    let emails: Vec<_> = emails.into_iter().filter(|(key, _)| key.starts_with("OUTBOX#")).collect();
    assert_eq!(emails.len(), 1);
    let text = emails[0].1.to_string();
    assert!(text.contains("thelma@lakehouse.example") && !text.contains("Adams"), "{text}");
}

#[tokio::test]
async fn what_can_be_chosen_is_the_providers_own() {
    let world = World::new().await;
    let choices = world.agreements().choices(&world.provider, monday().date).await.unwrap();
    assert_eq!(choices.packages.len(), 1);
    assert!(choices.packages[0].line.starts_with("Miss Wednesday Adams (A272433): Lake House"));
    assert_eq!(choices.clients.len(), 1);
    let none = world.agreements().choices(&parse("P9"), monday().date).await.unwrap_err();
    assert_eq!(none.code(), "not-found");
    assert_eq!(grace().name(), "Grace Hallam");
    crate::sound(PDF).unwrap();
}
