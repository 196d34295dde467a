//! A provider answers, or the council does in its place.

use domain::contract_document::{Answer, CONSENT, CannotAnswer, DocumentState, Outcome};
use domain::failure::Failure;
use files::Place;
use testing::at;

use super::world::{World, contact, doc, grace, monday, thelma, tuesday};
use crate::{AgreementsError, Deed};

#[tokio::test]
async fn an_answer_is_kept_twice_for_ever_with_who_when_and_which_file() {
    let world = World::new().await;
    let document = world.publish("a", monday()).await;
    let agreed = world.answer(1, Deed::Agree, &thelma(), tuesday()).await.unwrap();
    assert_eq!(agreed.note(), "Agreed by Thelma Moss on 08/11/2022");
    let place = Place::document_answer(&doc(), 1);
    let kept: Answer = world.objects.get(&place, 100_000).await.unwrap().unwrap().json().unwrap();
    assert_eq!((&kept.by, kept.outcome, kept.at), (&thelma(), Outcome::Agreed, tuesday().instant));
    assert_eq!(kept.sha256, document.latest.file.sha256);
    assert_eq!(kept.consent.as_deref(), Some(CONSENT));
    let table = world.store.document_answers(&world.provider, &doc()).await.unwrap();
    assert_eq!(table[&1], kept);
    let record = world.agreements().record(&world.provider, &doc()).await.unwrap();
    assert!(record[0].intact);
    assert!(!world.store.dump().unwrap().keys().any(|key| key.contains("UNKEPT")));
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_wins_and_the_other_is_told_who_what_and_when() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let (one, other) = (thelma(), contact("Ada Brome", "K2002"));
    let (agreed, rejected) = tokio::join!(
        world.answer(1, Deed::Agree, &one, tuesday()),
        world.answer(1, Deed::Reject("No"), &other, tuesday()),
    );
    let (won, told) = match (agreed, rejected) {
        (Ok(won), Err(told)) | (Err(told), Ok(won)) => (won, told),
        both => panic!("{both:?}"),
    };
    assert_eq!(told.code(), "document-answered");
    assert!(told.to_string().contains(&won.note()), "{told}");
    let record = world.agreements().record(&world.provider, &doc()).await.unwrap();
    assert_eq!(record.len(), 1);
    assert!(record[0].intact);
}

#[tokio::test]
async fn the_same_persons_second_click_is_the_same_answer() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.answer(1, Deed::Agree, &thelma(), tuesday()).await.unwrap();
    let state = world.state();
    world.answer(1, Deed::Agree, &thelma(), at("2022-11-08T10:00:05Z")).await.unwrap();
    assert_eq!(world.state(), state);
    let other = world.answer(1, Deed::Reject("No"), &thelma(), tuesday()).await.unwrap_err();
    assert_eq!(other.code(), "document-answered");
}

#[tokio::test]
async fn what_was_superseded_while_it_was_read_is_not_answered() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.publish("b", tuesday()).await;
    let told = world.answer(1, Deed::Agree, &thelma(), tuesday()).await.unwrap_err();
    let superseded = CannotAnswer::Superseded {
        asked: 1,
        latest: 2,
        note: "Published by Grace Hallam on 08/11/2022".to_owned(),
    };
    assert!(matches!(told, AgreementsError::NotAnswered(why) if why == superseded));
    assert!(world.head().await.is_open());
}

#[tokio::test]
async fn an_answer_while_another_version_is_published_counts_for_what_was_read_or_not_at_all() {
    for _ in 0..20 {
        let world = World::new().await;
        world.publish("a", monday()).await;
        let second = world.publishing("b", tuesday()).await;
        let agreements = world.agreements();
        let by = thelma();
        let (answered, published) = tokio::join!(
            world.answer(1, Deed::Agree, &by, tuesday()),
            agreements.publish(&second, tuesday()),
        );
        published.unwrap();
        let answers = world.store.document_answers(&world.provider, &doc()).await.unwrap();
        assert_eq!(answers.contains_key(&1), answered.is_ok());
        assert_eq!(world.head().await.state(), DocumentState::Published);
    }
}

#[tokio::test]
async fn the_council_agrees_in_the_providers_place_and_says_why() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let deed = Deed::AgreeManually("Agreed by telephone");
    let agreed = world.answer(1, deed, &grace(), tuesday()).await.unwrap();
    assert_eq!(agreed.note(), "Agreed manually by Grace Hallam on 08/11/2022");
    let record = world.agreements().record(&world.provider, &doc()).await.unwrap();
    assert_eq!(record[0].reason.as_deref(), Some("Agreed by telephone"));
    let none = world.answer(1, Deed::AgreeManually(" "), &grace(), tuesday()).await.unwrap_err();
    assert_eq!(none.fields()[0].field, "reason");
}

#[tokio::test]
async fn whoever_changes_a_file_or_a_record_afterwards_is_found_out() {
    for which in 0..3 {
        let world = World::new().await;
        let document = world.publish("a", monday()).await;
        world.answer(1, Deed::Agree, &thelma(), tuesday()).await.unwrap();
        let file = Place::contract_document(&doc(), 1, &document.latest.file.sha256);
        match which {
            0 => world.objects.put(&file, "%PDF-1.7 other %%EOF").await.unwrap(),
            1 => world.objects.put(&Place::document_answer(&doc(), 1), "{}").await.unwrap(),
            _ => {
                let answers = world.store.document_answers(&world.provider, &doc()).await.unwrap();
                let by = contact("Somebody Else", "K2001");
                let changed = Answer { by, ..answers[&1].clone() };
                let key = store::keys::Key::document_answer(&world.provider, &doc(), 1);
                world.store.seed(vec![store::Action::put(key, &changed)]).await.unwrap();
            }
        }
        let record = world.agreements().record(&world.provider, &doc()).await.unwrap();
        assert!(!record[0].intact, "{which}");
    }
}

#[tokio::test]
async fn the_council_has_to_revise_what_was_rejected_and_sees_what_is_overdue() {
    let world = World::new().await;
    let to_do = async |now| world.store.documents_to_do(at(now).instant).await.unwrap();
    world.publish("a", monday()).await;
    let waits = to_do("2022-11-20T00:00:00Z").await;
    assert_eq!((waits.rejected, waits.waiting, waits.overdue), (0, 1, 1));
    world.answer(1, Deed::Reject("No"), &thelma(), tuesday()).await.unwrap();
    let rejected = to_do("2022-11-20T00:00:00Z").await;
    assert_eq!((rejected.rejected, rejected.waiting, rejected.overdue), (1, 0, 0));
    assert_eq!(rejected.rejected_since, Some(tuesday().instant));
    world.publish("b", tuesday()).await;
    assert_eq!(to_do("2022-11-09T00:00:00Z").await.rejected, 0);
}
