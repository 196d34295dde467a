//! Files that a person sends from the page.

use domain::failure::{Failure, Kind};
use domain::upload::{BatchState, CannotGoOn};
use serde_json::json;
use testing::Council;

use super::rig::{Rig, file, good, instant, mixed, northside, now, row};
use crate::{Apply, UploadsError};

async fn ask(rig: &Rig, batch: &domain::upload::UploadBatch) -> Result<(), UploadsError> {
    let asked = rig.uploads().ask_to_apply(&northside(), &batch.batch_id, "Ada Brome", now()).await;
    asked.map(drop)
}

/// Does what the queue was told.
async fn work(rig: &Rig) {
    for message in rig.queue.take() {
        let apply: Apply = serde_json::from_value(message["apply"].clone()).unwrap();
        Box::pin(rig.uploads().apply(&apply)).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_is_sent_checked_shown_and_applied() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    assert_eq!((batch.state, batch.can_apply()), (BatchState::Validated, Ok(())));
    let checkup = batch.checkup.clone().unwrap();
    assert_eq!((checkup.counts.read, checkup.counts.new), (3, 3));
    assert_eq!(checkup.adds.to_string(), "609.14");
    assert_eq!(rig.units().await.len(), 0, "nothing is recorded yet");
    ask(&rig, &batch).await.unwrap();
    work(&rig).await;
    let applied = rig.batch(&batch.batch_id).await;
    assert_eq!((applied.state, applied.checkup), (BatchState::Applied, Some(checkup)));
    let recorded = rig.recorded().await;
    assert_eq!(recorded.len(), 3);
    assert!(recorded.values().all(|it| it.by == "Ada Brome" && it.at == now().instant));
}

#[tokio::test]
async fn the_page_is_told_of_each_cell_to_be_mended() {
    let rig = Rig::new().await;
    let batch = rig.checked(&mixed()).await;
    let found = rig.uploads().findings(&batch).await.unwrap();
    let told: Vec<_> =
        found.iter().map(|it| (it.row, it.cell.as_str(), it.code.to_string())).collect();
    let told: Vec<_> = told.iter().map(|(row, cell, code)| (*row, *cell, code.as_str())).collect();
    assert_eq!(told, [(3, "C3", "E10"), (5, "D5", "E24"), (6, "D6", "E24")]);
    assert_eq!(
        (found[0].value.as_str(), batch.checkup.as_ref().unwrap().findings_total),
        ("A999999", 3)
    );
    let link = rig.uploads().errors_link(&batch, now()).await.unwrap();
    assert!(link.contains("november_errors.xlsx"), "{link}");
}

#[tokio::test]
async fn only_the_first_200_findings_are_shown_and_all_are_counted() {
    let rig = Rig::new().await;
    let rows: Vec<_> = (0..500).map(|_| row("170001", "no date", "10.5,,,,,")).collect();
    let batch = rig.checked(&file(&rows)).await;
    assert_eq!(batch.checkup.as_ref().unwrap().findings_total, 500);
    assert_eq!(rig.uploads().findings(&batch).await.unwrap().len(), 200);
    assert_eq!(batch.can_apply(), Err(CannotGoOn::NothingToApply));
}

#[tokio::test]
async fn a_file_with_nothing_wrong_has_no_workbook() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    let none = rig.uploads().errors_link(&batch, now()).await.unwrap_err();
    assert_eq!(none.kind(), Kind::NotFound);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_it_is() {
    let rig = Rig::new().await;
    let start = async |name: &str, size| {
        let started = rig.uploads().start(&northside(), "Ada Brome", (name, size), now()).await;
        started.map(|started| started.form.fields["key"].clone()).map_err(|error| error.code())
    };
    assert_eq!(start("november.pdf", 1).await, Err("file-wrong-ending"));
    assert_eq!(start("november", 1).await, Err("file-wrong-ending"));
    assert_eq!(start("november.csv", 0).await, Err("file-empty"));
    assert_eq!(start("november.csv", 20 * 1024 * 1024 + 1).await, Err("file-too-large"));
    let key = start("C:\\November.XLSX", 20 * 1024 * 1024).await.unwrap();
    assert_eq!(key.rsplit_once('.').unwrap().1, "xlsx");
    assert!(key.starts_with("uploads/P1003/page/"), "{key}");
    assert_eq!(rig.batches().await[0].file_name, "November.XLSX");
}

#[tokio::test]
async fn a_batch_is_another_providers_for_everybody_else() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    let other = testing::parse("P1004");
    let uploads = rig.uploads();
    let missing = uploads.batch(&other, &batch.batch_id).await.unwrap_err();
    assert_eq!(missing.kind(), Kind::NotFound);
    let asked = uploads.ask_to_apply(&other, &batch.batch_id, "x", now()).await.unwrap_err();
    assert_eq!(asked.kind(), Kind::NotFound);
    assert_eq!(uploads.list(&other, 9, None).await.unwrap().0, []);
}

#[tokio::test]
async fn a_batch_that_is_put_aside_cannot_be_applied() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    rig.uploads().abandon(&northside(), &batch.batch_id).await.unwrap();
    let refused = ask(&rig, &batch).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (Kind::Conflict, "batch-not-there"));
    work(&rig).await;
    assert_eq!(rig.units().await.len(), 0);
}

#[tokio::test]
async fn a_batch_that_is_put_aside_before_its_file_comes_is_not_checked() {
    let rig = Rig::new().await;
    let started = rig.send("november.csv", &good()).await;
    rig.uploads().abandon(&northside(), &started.batch.batch_id).await.unwrap();
    rig.look_at(&started.batch).await.unwrap();
    let batch = rig.batch(&started.batch.batch_id).await;
    assert_eq!((batch.state, batch.checkup), (BatchState::Abandoned, None));
}

#[tokio::test]
async fn of_two_batches_with_the_same_file_one_is_applied() {
    let rig = Rig::new().await;
    let (one, other) = (rig.checked(&good()).await, rig.checked(&good()).await);
    assert_eq!((one.state, other.state), (BatchState::Validated, BatchState::Validated));
    ask(&rig, &one).await.unwrap();
    ask(&rig, &other).await.unwrap();
    work(&rig).await;
    let states = [rig.batch(&one.batch_id).await.state, rig.batch(&other.batch_id).await.state];
    assert_eq!(states, [BatchState::Applied, BatchState::Duplicate]);
    assert_eq!(rig.checked(&good()).await.state, BatchState::Duplicate);
}

#[tokio::test]
async fn a_batch_is_applied_as_things_are_then_and_not_as_they_were_when_it_was_checked() {
    let mut council = Council::homecare();
    let rig = Rig::of(&council).await;
    let batch = rig.checked(&good()).await;
    // Meanwhile the council is told that one of them moved away.
    council.cpli("170002").end_date = Some(testing::day("2022-11-06"));
    council.save(&rig.store).await;
    ask(&rig, &batch).await.unwrap();
    work(&rig).await;
    let batch = rig.batch(&batch.batch_id).await;
    assert_eq!(batch.state, BatchState::PartlyApplied);
    let counts = batch.checkup.as_ref().unwrap().counts;
    assert_eq!((counts.new, counts.rejected), (2, 1));
    let found = rig.uploads().findings(&batch).await.unwrap();
    assert_eq!(found[0].code.to_string(), "E14");
    assert_eq!(rig.units().await.len(), 2);
}

#[tokio::test]
async fn with_all_or_nothing_a_row_that_became_bad_keeps_all_out_and_the_file_may_come_again() {
    let mut council = Council::homecare();
    council.settings.actuals.all_or_nothing = true;
    let rig = Rig::of(&council).await;
    let batch = rig.checked(&good()).await;
    council.cpli("170002").end_date = Some(testing::day("2022-11-06"));
    council.save(&rig.store).await;
    ask(&rig, &batch).await.unwrap();
    work(&rig).await;
    assert_eq!(rig.batch(&batch.batch_id).await.state, BatchState::Rejected);
    assert_eq!(rig.units().await.len(), 0);
    assert_eq!(rig.checked(&good()).await.state, BatchState::Validated);
}

#[tokio::test]
async fn asking_again_tells_the_queue_again_and_applies_once() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    ask(&rig, &batch).await.unwrap();
    ask(&rig, &batch).await.unwrap();
    assert_eq!(rig.queue.take().len(), 2);
    let apply = Apply { provider_ref: northside(), batch_id: batch.batch_id.clone() };
    rig.uploads().apply(&apply).await.unwrap();
    let done = rig.store.dump().unwrap();
    rig.uploads().apply(&apply).await.unwrap();
    assert_eq!(rig.store.dump().unwrap(), done);
    let refused = ask(&rig, &batch).await.unwrap_err();
    assert_eq!(refused.code(), "batch-not-there");
}

#[tokio::test]
async fn a_message_to_apply_that_comes_before_anybody_asked_does_nothing() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    let apply = Apply { provider_ref: northside(), batch_id: batch.batch_id };
    rig.uploads().apply(&apply).await.unwrap();
    assert_eq!(rig.units().await.len(), 0);
}

#[tokio::test]
async fn the_object_that_was_checked_is_applied_though_another_came_under_its_name() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    let place = files::Place::dropped(batch.object_name.clone(), None);
    let other = file(&[row("170001", "31/10/2022", "1,9.5,,,OTHER,")]);
    rig.objects.put(&place, other).await.unwrap();
    let (uploads, version) = (rig.uploads(), Some("v1".to_owned()));
    uploads.arrived(&batch.object_name, version, now().instant).await.unwrap();
    ask(&rig, &batch).await.unwrap();
    work(&rig).await;
    assert_eq!(rig.units().await.len(), 3);
}

#[tokio::test]
async fn what_was_typed_between_asking_and_applying_stays() {
    let rig = Rig::new().await;
    let batch = rig.checked(&good()).await;
    ask(&rig, &batch).await.unwrap();
    rig.type_week("170001", "2022-10-31", "8", "2022-11-20T09:00:01Z").await;
    work(&rig).await;
    let units = rig.units().await;
    assert_eq!(units[&("170001".to_owned(), "2022-10-31".to_owned())], "8");
    assert_eq!(units.len(), 3);
    let batch = rig.batch(&batch.batch_id).await;
    assert_eq!(batch.checkup.unwrap().counts.unchanged, 1);
}

#[tokio::test]
async fn batches_are_listed_newest_first() {
    let rig = Rig::new().await;
    rig.drop_at("ACTUALS_P1003_20221120083000.csv", "x", "2022-11-20T08:30:02Z").await;
    rig.checked(&good()).await;
    let list = rig.batches().await;
    let by: Vec<_> = list.iter().map(|batch| batch.by.clone()).collect();
    assert_eq!(by, [Some("Ada Brome".to_owned()), None]);
    assert_eq!(list[1].at, instant("2022-11-20T08:30:02Z"));
    assert_eq!(json!(list[1].refusal.as_ref().unwrap().code), json!("F02"));
}
