//! A file of actuals, from the page.

use ::uploads::ApplyMessage;
use files::{Bucket, Place};
use testing::Log;

use super::*;

const UPLOADS: &str = "/api/actuals/uploads";

/// Two good rows, one over tolerance, one that is wrong in two cells.
const FILE: &str = "ProviderRef,SSRef,CPLI_ID,WeekStart,Actual,Extra,ReasonCode\r\n\
    P1003,A500001,170001,31/10/2022,10.5,,\r\n\
    P1003,A500001,170001,07/11/2022,12,1.5,CRISIS\r\n\
    P1003,A500002,170002,31/10/2022,7,,\r\n\
    P1003,A500002,170002,08/11/2022,six,,\r\n";

impl World {
    /// What a browser does with a file: asks where to, sends it, and the function that checks it is told.
    async fn send(&self, browser: &Browser, file: &str) -> String {
        let body = json!({"file_name": "C:\\Care\\November.csv", "size_bytes": file.len()});
        let started = browser.post(UPLOADS, &body).await;
        assert_eq!(started.status, 201);
        let started = started.json();
        let key = started["fields"]["key"].as_str().unwrap();
        let place = Place { bucket: Bucket::Upload, name: key.to_owned(), version: None };
        self.objects.put(&place, file.as_bytes()).await.unwrap();
        self.uploads.arrived(key, None, self.clock.now().instant).await.unwrap();
        started["batch_id"].as_str().unwrap().to_owned()
    }

    /// What the queue says is done.
    async fn work(&self) {
        for message in self.queue.take() {
            let ApplyMessage { apply } = serde_json::from_value(message).unwrap();
            self.uploads.apply(&apply).await.unwrap();
        }
    }
}

async fn with_extras() -> World {
    let mut council = Council::homecare();
    council.services[0].extras = true;
    World::of(&council).await
}

#[tokio::test]
async fn a_file_is_shown_before_anything_is_recorded_and_then_applied() {
    let world = with_extras().await;
    let carer = world.carer().await;
    let batch = world.send(&carer, FILE).await;
    let mut shown = carer.get(&format!("{UPLOADS}/{batch}")).await.json();
    assert_eq!(shown["batch_id"].take(), batch);
    insta::assert_json_snapshot!(shown);
    assert_eq!(carer.get(CURRENT).await.json()["missing"], 8, "nothing is recorded yet");

    let asked = carer.post(&format!("{UPLOADS}/{batch}/application"), &json!({})).await;
    assert_eq!((asked.status.as_u16(), &asked.json()["state"]), (202, &json!("applying")));
    world.work().await;
    let applied = carer.get(&format!("{UPLOADS}/{batch}")).await.json();
    assert_eq!(
        (&applied["state"], &applied["applied_at"]),
        (&json!("partly_applied"), &json!(OPEN))
    );
    let form = carer.get(CURRENT).await.json();
    assert_eq!(form["missing"], 5);
    assert_eq!(week(&form, 1, 1)["state"], "exception");
    let listed = carer.get(UPLOADS).await.json();
    assert_eq!(listed["batches"][0]["file_name"], "November.csv");
    assert_eq!(listed["batches"][0]["counts"]["rejected"], 1);
    let errors = carer.get(&format!("{UPLOADS}/{batch}/errors.xlsx")).await;
    assert_eq!(errors.status, 303);
    assert!(!errors.headers["location"].is_empty());
}

#[tokio::test]
async fn a_week_of_a_file_and_a_week_of_the_form_are_the_same_week() {
    let world = with_extras().await;
    let carer = world.carer().await;
    put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await;
    let batch = world.send(&carer, FILE).await;
    let shown = carer.get(&format!("{UPLOADS}/{batch}")).await.json();
    assert_eq!((&shown["counts"]["new"], &shown["counts"]["unchanged"]), (&json!(2), &json!(1)));
    carer.post(&format!("{UPLOADS}/{batch}/application"), &json!({})).await;
    world.work().await;
    // The file saved a week of the same care package after the form was read.
    let mut other = delivered("10", 1);
    other["missed"] = json!("0.5");
    other["reason_code"] = json!("STAFFING");
    let told = put(&carer, "170001", WEEKS[1], &other).await;
    assert_eq!(told.problem(), (409, "week-changed".to_owned()));
}

#[tokio::test]
async fn a_file_that_is_not_wanted_is_put_aside() {
    let world = with_extras().await;
    let carer = world.carer().await;
    let batch = world.send(&carer, FILE).await;
    let view = carer.post(&format!("{UPLOADS}/{batch}/abandonment"), &json!({})).await.json();
    assert_eq!((&view["state"], &view["can_apply"]), (&json!("abandoned"), &json!(false)));
    let told = carer.post(&format!("{UPLOADS}/{batch}/application"), &json!({})).await;
    assert_eq!(told.problem(), (409, "batch-not-there".to_owned()));
    assert!(world.queue.take().is_empty());
}

#[tokio::test]
async fn only_csv_and_xlsx_files_of_20_mb_are_taken() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    for (file_name, size_bytes, code) in [
        ("november.xlsm", 10, "file-wrong-ending"),
        ("november", 10, "file-wrong-ending"),
        ("november.csv", 0, "file-empty"),
        ("november.csv", 20 * 1024 * 1024 + 1, "file-too-large"),
    ] {
        let body = json!({"file_name": file_name, "size_bytes": size_bytes});
        let told = carer.post(UPLOADS, &body).await;
        assert_eq!(told.problem(), (422, code.to_owned()), "{file_name} {size_bytes}");
    }
    assert_eq!(carer.get(UPLOADS).await.json()["batches"], json!([]));
}

#[tokio::test]
async fn where_files_are_applied_whole_or_not_at_all_one_wrong_row_keeps_the_file_out() {
    let mut council = Council::homecare();
    council.settings.actuals.all_or_nothing = true;
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let batch = world.send(&carer, FILE).await;
    let shown = carer.get(&format!("{UPLOADS}/{batch}")).await.json();
    assert_eq!((&shown["all_or_nothing"], &shown["can_apply"]), (&json!(true), &json!(false)));
    assert!(shown["why_not"].as_str().unwrap().starts_with("2 rows are rejected"), "{shown}");
    let told = carer.post(&format!("{UPLOADS}/{batch}/application"), &json!({})).await;
    assert_eq!(told.problem(), (422, "batch-not-whole".to_owned()));
}

#[tokio::test]
async fn the_same_file_again_is_a_duplicate_and_says_of_what() {
    let world = with_extras().await;
    let carer = world.carer().await;
    let first = world.send(&carer, FILE).await;
    carer.post(&format!("{UPLOADS}/{first}/application"), &json!({})).await;
    world.work().await;
    let again = world.send(&carer, FILE).await;
    let shown = carer.get(&format!("{UPLOADS}/{again}")).await.json();
    assert_eq!((&shown["state"], &shown["refusal"]["code"]), (&json!("duplicate"), &json!("F01")));
    assert!(shown["refusal"]["message"].as_str().unwrap().contains(&first));
}

#[tokio::test]
async fn what_was_found_in_a_file_is_shown_to_those_who_see_and_that_is_logged() {
    let world = with_extras().await;
    let batch = world.send(&world.carer().await, FILE).await;
    let viewer = world.browser("P1003", &[Role::Viewer]).await;
    let (log, collecting) = Log::collect();
    let shown = viewer.get(&format!("{UPLOADS}/{batch}")).await.json();
    viewer.get(&format!("{UPLOADS}/{batch}/errors.xlsx")).await;
    drop(collecting);
    assert_eq!((&shown["can_apply"], &shown["state"]), (&json!(false), &json!("validated")));
    assert_eq!(log.events("client records viewed").len(), 2);
    for secret in ["A500001", "November", "Ada"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
