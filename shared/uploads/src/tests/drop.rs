//! Files that a provider's system drops.

use domain::upload::BatchState;
use files::Place;
use serde_json::json;
use testing::{Council, day, parse};

use super::rig::{HEADINGS, Rig, file, good, instant, mixed, row};

const STEM: &str = "ACTUALS_P1003_20221120083000";
const NAME: &str = "ACTUALS_P1003_20221120083000.csv";
const LATER: &str = "ACTUALS_P1003_20221120093000.csv";

fn key(cpli: &str, week: &str) -> (String, String) {
    (cpli.to_owned(), week.to_owned())
}

#[tokio::test]
async fn a_file_that_is_dropped_is_checked_applied_and_answered_in_one_go() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &good()).await;
    let units = rig.units().await;
    assert_eq!(units.len(), 3);
    assert_eq!(units[&key("170001", "2022-11-07")], "10.5");
    let summary = rig.summary(STEM);
    assert_eq!(summary["state"], "applied");
    assert_eq!((&summary["rows_read"], &summary["rows_new"]), (&json!(3), &json!(3)));
    // 2 × 10.5 × £22.34 and 7 × £20.00.
    assert_eq!(summary["adds"], "609.14");
    assert_eq!(rig.log(STEM), ["row,cell,column,code,message"]);
    let recorded = &rig.recorded().await[&key("170002", "2022-11-07")];
    assert_eq!((recorded.by.as_str(), recorded.at), (NAME, instant("2022-11-20T08:30:02Z")));
}

#[tokio::test]
async fn good_rows_are_applied_and_the_others_come_back_with_what_to_do() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &mixed()).await;
    assert_eq!(rig.units().await.len(), 2);
    let summary = rig.summary(STEM);
    assert_eq!(summary["state"], "partly_applied");
    let counts = ["rows_read", "rows_new", "rows_rejected"].map(|name| summary[name].clone());
    assert_eq!(counts, [json!(5), json!(2), json!(3)]);
    assert_eq!(
        rig.log(STEM)[1..],
        [
            "3,C3,SSRef,E10,No client with SSRef A999999 is on your care package list.",
            "5,D5,CPLI_ID,E24,\"CPLI 170002, week of 14/11/2022, is also on row 6.\"",
            "6,D6,CPLI_ID,E24,\"CPLI 170002, week of 14/11/2022, is also on row 5.\"",
        ]
    );
    let workbook = format!("upload/uploads/P1003/outbox/{STEM}_errors.xlsx");
    assert!(rig.objects.dump()[&workbook].starts_with("PK"));
}

#[tokio::test]
async fn with_all_or_nothing_one_bad_row_keeps_all_out() {
    let mut council = Council::homecare();
    council.settings.actuals.all_or_nothing = true;
    let rig = Rig::of(&council).await;
    rig.drop_file(NAME, &mixed()).await;
    assert_eq!(rig.units().await.len(), 0);
    let summary = rig.summary(STEM);
    assert_eq!((&summary["state"], &summary["rows_new"]), (&json!("rejected"), &json!(2)));
    assert_eq!(summary["refused"]["code"], json!(null));
    // Mended, it is no duplicate of anything.
    rig.drop_file(LATER, &good()).await;
    assert_eq!(rig.units().await.len(), 3);
}

#[tokio::test]
async fn the_same_content_is_applied_once() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &good()).await;
    let before = rig.recorded().await;
    rig.drop_at(LATER, &good(), "2022-11-20T09:30:02Z").await;
    let summary = rig.summary("ACTUALS_P1003_20221120093000");
    assert_eq!(summary["state"], "duplicate");
    let first = rig.batches().await.remove(1).batch_id;
    let told = format!("This file was already uploaded as {first} on 20/11/2022.");
    assert_eq!(summary["refused"], json!({"code": "F01", "message": told}));
    assert_eq!(rig.log("ACTUALS_P1003_20221120093000")[1], format!(",,,F01,{told}"));
    assert_eq!(rig.recorded().await, before);
}

#[tokio::test]
async fn a_reference_that_was_applied_before_makes_another_file_a_duplicate() {
    let rig = Rig::new().await;
    let referred = |actual: &str| {
        format!("{HEADINGS}NOV-1,P1003,A500001,170001,31/10/2022,{actual},,,,OTHER,x\n")
    };
    rig.drop_file(NAME, &referred("10.5")).await;
    rig.drop_at(LATER, &referred("10.50"), "2022-11-20T09:30:02Z").await;
    assert_eq!(rig.batches().await[0].state, BatchState::Duplicate);
}

#[tokio::test]
async fn the_same_rows_again_in_another_file_change_nothing() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &good()).await;
    let before = rig.recorded().await;
    let again = good().replace("10.5,", "10.50,");
    rig.drop_at(LATER, &again, "2022-11-20T09:30:02Z").await;
    let summary = rig.summary("ACTUALS_P1003_20221120093000");
    assert_eq!((&summary["state"], &summary["rows_unchanged"]), (&json!("applied"), &json!(3)));
    assert_eq!(summary["adds"], "0.00");
    assert_eq!(rig.recorded().await, before);
}

#[tokio::test]
async fn a_changed_week_says_what_it_replaces_and_what_it_takes_away() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &good()).await;
    let changed = file(&[row("170001", "31/10/2022", "9.5,1,,,DECLINED,")]);
    rig.drop_at(LATER, &changed, "2022-11-20T09:30:02Z").await;
    let summary = rig.summary("ACTUALS_P1003_20221120093000");
    assert_eq!((&summary["rows_changed"], &summary["rows_warned"]), (&json!(1), &json!(1)));
    // Half of the frustrated hour is paid: half an hour less at £22.34.
    assert_eq!(summary["adds"], "-11.17");
    let log = rig.log("ACTUALS_P1003_20221120093000");
    assert_eq!(log[1], "2,F2,Actual,W43,Replaces 10.5 hours already recorded.");
    assert_eq!(rig.units().await[&key("170001", "2022-10-31")], "9.5");
}

#[tokio::test]
async fn files_may_come_in_any_order_and_the_latest_holds() {
    let rig = Rig::new().await;
    let latest = file(&[row("170001", "31/10/2022", "9.5,1,,,DECLINED,")]);
    rig.drop_at(LATER, &latest, "2022-11-20T09:30:02Z").await;
    rig.drop_file(NAME, &good()).await;
    let units = rig.units().await;
    assert_eq!(units[&key("170001", "2022-10-31")], "9.5");
    assert_eq!(units[&key("170001", "2022-11-07")], "10.5");
    assert_eq!(rig.summary(STEM)["rows_unchanged"], json!(1));
}

#[tokio::test]
async fn what_somebody_typed_after_the_file_was_dropped_stays() {
    let rig = Rig::new().await;
    rig.type_week("170001", "2022-10-31", "8", "2022-11-20T08:31:00Z").await;
    rig.type_week("170001", "2022-11-07", "8", "2022-11-20T08:29:00Z").await;
    rig.drop_file(NAME, &good()).await;
    let units = rig.units().await;
    assert_eq!(units[&key("170001", "2022-10-31")], "8");
    assert_eq!(units[&key("170001", "2022-11-07")], "10.5");
}

#[tokio::test]
async fn a_file_of_another_provider_is_refused_by_its_rows_and_by_its_name() {
    let rig = Rig::new().await;
    rig.drop_file(NAME, &good().replace("P1003", "P1004")).await;
    let refused = &rig.summary(STEM)["refused"];
    assert_eq!(refused["code"], "F05");
    assert_eq!(refused["message"], "ProviderRef P1004 is not the provider you selected.");
    let foreign = "ACTUALS_P1004_20221120083000.csv";
    rig.drop_file(foreign, &good()).await;
    assert_eq!(rig.summary("ACTUALS_P1004_20221120083000")["refused"]["code"], "F05");
    assert_eq!(rig.units().await.len(), 0);
}

#[tokio::test]
async fn what_is_no_file_of_actuals_is_refused_beside_it() {
    let rig = Rig::new().await;
    for (name, text, code) in [
        ("november.csv", good().as_str(), "F03"),
        ("ACTUALS_P1003_20221120083001.csv", "", "F03"),
        ("ACTUALS_P1003_20221120083002.xlsx", "%PDF-1.7", "F03"),
        ("ACTUALS_P1003_20221120083003.csv", "SSRef,CPLI_ID\nA500001,170001\n", "F02"),
    ] {
        rig.drop_file(name, text).await;
        let summary = rig.summary(name.split('.').next().unwrap());
        assert_eq!(summary["refused"]["code"], code, "{name}");
    }
    assert_eq!(rig.units().await.len(), 0);
}

#[tokio::test]
async fn a_file_without_a_good_row_is_rejected_and_may_be_sent_again() {
    let rig = Rig::new().await;
    let bad = file(&[row("170009", "31/10/2022", "4,,,,,")]);
    rig.drop_file(NAME, &bad).await;
    assert_eq!(rig.summary(STEM)["state"], "rejected");
    rig.drop_at(LATER, &bad, "2022-11-20T09:30:02Z").await;
    assert_eq!(rig.batches().await[0].state, BatchState::Rejected, "not a duplicate");
}

#[tokio::test]
async fn a_file_for_a_provider_that_the_council_does_not_know_is_answered_and_not_kept() {
    let rig = Rig::new().await;
    let place = Place::provider_inbox(&parse("P9999"), "ACTUALS_P9999_20221120083000.csv");
    rig.objects.put(&place, good()).await.unwrap();
    let (before, at) = (rig.store.dump().unwrap(), instant("2022-11-20T08:30:02Z"));
    rig.uploads().arrived(&place.name, None, at).await.unwrap();
    assert_eq!(rig.store.dump().unwrap(), before);
    let told = "upload/uploads/P9999/outbox/ACTUALS_P9999_20221120083000_summary.json";
    assert!(rig.objects.dump()[told].contains("F05"));
}

#[tokio::test]
async fn a_week_before_the_portal_or_of_no_period_is_closed() {
    let rig = Rig::new().await;
    // The first period begins on 5 September.
    rig.drop_file(NAME, &file(&[row("170001", "29/08/2022", "10.5,,,,,")])).await;
    assert!(rig.log(STEM)[1].contains("E17"), "{:?}", rig.log(STEM));
}

#[tokio::test]
async fn a_late_week_is_recorded_and_counted_if_the_council_allows_it() {
    let late = file(&[row("170001", "05/09/2022", "10.5,,,,,")]);
    let rig = Rig::new().await;
    rig.drop_file(NAME, &late).await;
    assert_eq!(rig.summary(STEM)["rows_late"], json!(1));
    let mut council = Council::homecare();
    council.settings.actuals.late_allowed = false;
    let rig = Rig::of(&council).await;
    rig.drop_file(NAME, &late).await;
    assert!(rig.log(STEM)[1].contains("E17"));
}

#[tokio::test]
async fn where_periods_go_in_order_the_one_before_is_submitted_first() {
    let mut council = Council::homecare();
    council.settings.periods_in_order = true;
    for cpli in ["170001", "170002"] {
        council.cpli(cpli).start_date = day("2022-10-03");
    }
    let rig = Rig::of(&council).await;
    let rows = [row("170001", "03/10/2022", "10.5,,,,,"), row("170001", "31/10/2022", "10.5,,,,,")];
    rig.drop_file(NAME, &file(&rows)).await;
    let told = "3,E3,WeekStart,E17,The week of 31/10/2022 cannot be entered yet. Confirm the actuals of the period that began on 03/10/2022 first.";
    assert_eq!(rig.log(STEM)[1], told);
    assert_eq!(rig.summary(STEM)["rows_late"], json!(1));
}

#[tokio::test]
async fn an_answer_of_ours_is_no_file_of_a_provider() {
    let rig = Rig::new().await;
    let (before, at) = (rig.store.dump().unwrap(), instant("2022-11-20T08:30:02Z"));
    let name = format!("uploads/P1003/outbox/{STEM}_log.csv");
    rig.uploads().arrived(&name, None, at).await.unwrap();
    assert_eq!(rig.store.dump().unwrap(), before);
}
