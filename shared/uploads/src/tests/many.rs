//! A provider with more care packages than are read or written together.

use serde_json::json;
use testing::Council;

use super::rig::{Rig, file};

/// More than are read with two calls, and not a whole number of transactions.
const PACKAGES: u32 = 1_234;

async fn rig() -> Rig {
    let mut council = Council::homecare();
    let template = council.cpli("170001").clone();
    let care = |number: u32| {
        let mut cpli = template.clone();
        cpli.cpli_id = format!("{number}").parse().unwrap();
        cpli.client.ss_ref = format!("A{number}").parse().unwrap();
        cpli
    };
    council.cplis = (0..PACKAGES).map(care).collect();
    Rig::of(&council).await
}

/// Week after week all care packages that are `wanted`, in the order of their numbers and so not of their ids.
fn rows(wanted: impl Fn(u32) -> bool, weeks: &[&str], said: &str) -> String {
    let numbers = || (0..PACKAGES).filter(|number| wanted(*number));
    let row = |week: &str, number: u32| format!(",P1003,A{number},{number},{week},{said}\n");
    let all = weeks.iter().flat_map(|week| numbers().map(|number| row(week, number)));
    file(&all.collect::<Vec<_>>())
}

const WEEKS: [&str; 4] = ["03/10/2022", "10/10/2022", "31/10/2022", "07/11/2022"];

#[tokio::test]
async fn every_row_of_a_large_file_is_compared_and_recorded_once() {
    let rig = rig().await;
    let third = rows(|number| number.is_multiple_of(3), &WEEKS[2..], "9.5,1,,,HOSP,first");
    rig.drop_file("ACTUALS_P1003_20221120080000.csv", &third).await;
    let first = u64::from(PACKAGES.div_ceil(3)) * 2;
    assert_eq!(rig.summary("ACTUALS_P1003_20221120080000")["rows_new"], json!(first));

    let all = rows(|_| true, &WEEKS, "10.5,,,,,");
    rig.drop_at("ACTUALS_P1003_20221120090000.csv", &all, "2022-11-20T09:00:00Z").await;
    let summary = rig.summary("ACTUALS_P1003_20221120090000");
    let new = u64::from(PACKAGES) * 4 - first;
    assert_eq!((&summary["rows_new"], &summary["rows_changed"]), (&json!(new), &json!(first)));
    assert_eq!(summary["rows_late"], json!(u64::from(PACKAGES) * 2));
    let recorded = rig.recorded().await;
    assert_eq!(recorded.len(), 2_468);
    assert!(recorded.values().all(|it| it.week.actual.to_string() == "10.5"));
    // Each was replaced once, and each record saved once by each file.
    let log = rig.log("ACTUALS_P1003_20221120090000");
    assert_eq!(u64::try_from(log.len()).unwrap(), first + 1);
    let table = rig.store.dump().unwrap();
    let versions = table.iter().filter(|(key, _)| key.contains("WEEKS#C3003#2022-10-31"));
    let versions = versions.filter_map(|(_, record)| record["version"].as_u64());
    assert_eq!(versions.sum::<u64>(), u64::from(PACKAGES + PACKAGES.div_ceil(3)));

    let again = all.replace("10.5,", "10.50,");
    rig.drop_at("ACTUALS_P1003_20221120100000.csv", &again, "2022-11-20T10:00:00Z").await;
    let unchanged = &rig.summary("ACTUALS_P1003_20221120100000")["rows_unchanged"];
    assert_eq!(unchanged, &json!(u64::from(PACKAGES) * 4));
    assert_eq!(rig.recorded().await, recorded);
}
