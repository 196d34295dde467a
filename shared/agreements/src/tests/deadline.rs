//! What the job does when nobody answers.

use domain::contract_document::DocumentState;
use domain::settings::DocumentThen;
use testing::{Council, at};

use super::world::{World, doc, monday, thelma, tuesday};
use crate::Deed;

fn emails(world: &World) -> usize {
    let table = world.store.dump().unwrap();
    table.keys().filter(|key| key.starts_with("OUTBOX#")).count()
}

#[tokio::test]
async fn what_nobody_answers_is_agreed_once_after_the_deadline() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let agreements = world.agreements();
    assert_eq!(agreements.agree_overdue(at("2022-11-14T23:59:59Z")).await.unwrap(), 0);
    assert!(world.head().await.is_open());
    let over = at("2022-11-15T00:00:00Z");
    assert_eq!(agreements.agree_overdue(over).await.unwrap(), 1);
    let head = world.head().await;
    assert_eq!(head.state(), DocumentState::AgreedManually);
    assert_eq!(head.note(), "Agreed manually by the council automatically on 15/11/2022");
    let state = world.state();
    assert_eq!(agreements.agree_overdue(at("2022-11-15T00:15:00Z")).await.unwrap(), 0);
    assert_eq!(world.state(), state);
    let record = agreements.record(&world.provider, &doc()).await.unwrap();
    assert!(record[0].intact);
}

#[tokio::test]
async fn a_provider_that_answers_in_time_wins_over_the_job() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let last_second = at("2022-11-14T23:58:59Z");
    world.answer(1, Deed::Reject("The price is wrong"), &thelma(), last_second).await.unwrap();
    assert_eq!(world.agreements().agree_overdue(at("2022-11-15T00:00:00Z")).await.unwrap(), 0);
    assert_eq!(world.head().await.state(), DocumentState::Rejected);
}

#[tokio::test]
async fn of_the_job_and_a_provider_at_once_one_answers() {
    for _ in 0..20 {
        let world = World::new().await;
        world.publish("a", monday()).await;
        let over = at("2022-11-15T00:00:00Z");
        let (agreements, by) = (world.agreements(), thelma());
        let (job, answered) = tokio::join!(
            agreements.agree_overdue(over),
            world.answer(1, Deed::Reject("The price is wrong"), &by, over),
        );
        assert_eq!(job.unwrap() == 1, answered.is_err());
        let record = agreements.record(&world.provider, &doc()).await.unwrap();
        assert_eq!(record.len(), 1);
        assert!(record[0].intact);
    }
}

#[tokio::test]
async fn a_new_version_has_a_deadline_of_its_own() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.publish("b", tuesday()).await;
    assert_eq!(world.agreements().agree_overdue(at("2022-11-15T00:00:00Z")).await.unwrap(), 0);
    assert_eq!(world.agreements().agree_overdue(at("2022-11-16T00:00:00Z")).await.unwrap(), 1);
}

#[tokio::test]
async fn who_may_sign_is_reminded_two_days_before_once() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    let before = emails(&world);
    let agreements = world.agreements();
    agreements.remind(at("2022-11-12T23:58:00Z")).await.unwrap();
    assert_eq!(emails(&world), before);
    for now in ["2022-11-13T00:00:00Z", "2022-11-13T00:15:00Z", "2022-11-14T12:00:00Z"] {
        agreements.remind(at(now)).await.unwrap();
        assert_eq!(emails(&world), before + 1, "{now}");
    }
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_answered() {
    let world = World::new().await;
    world.publish("a", monday()).await;
    world.answer(1, Deed::Agree, &thelma(), tuesday()).await.unwrap();
    let before = emails(&world);
    world.agreements().remind(at("2022-11-13T12:00:00Z")).await.unwrap();
    assert_eq!(emails(&world), before);
}

#[tokio::test]
async fn a_council_that_only_reminds_leaves_it_open() {
    let mut council = Council::lake_house();
    council.settings.document_then = DocumentThen::Remind;
    council.settings.document_deadline_days = 3;
    let world = World::of(council).await;
    let document = world.publish("a", monday()).await;
    assert_eq!(document.latest.answer_by.to_rfc3339(), "2022-11-10T23:59:00+00:00");
    assert_eq!(world.agreements().agree_overdue(at("2022-12-15T00:00:00Z")).await.unwrap(), 0);
    world.answer(1, Deed::Agree, &thelma(), at("2022-12-16T00:00:00Z")).await.unwrap();
}
