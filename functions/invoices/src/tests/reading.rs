//! What a provider reads.

use super::*;

#[tokio::test]
async fn a_draft_says_how_each_amount_comes_about_and_what_is_not_on_it() {
    let world = World::with_vat().await;
    world.record("170001", "2022-10-10", "14", OPEN).await;
    world.confirm(OPEN).await;
    let mut view = world.draft().await;
    assert_eq!(view, world.invoices().await.get(FIRST).await.json());
    view["digest"] = json!("…");
    insta::assert_json_snapshot!(view);
}

#[tokio::test]
async fn what_could_be_invoiced_is_proposed_and_what_is_there_is_listed() {
    let world = World::confirmed().await;
    let browser = world.invoices().await;
    insta::assert_json_snapshot!("proposed", browser.get(LIST).await.json());
    world.submitted().await;
    insta::assert_json_snapshot!("listed", browser.get(LIST).await.json());
}

#[tokio::test]
async fn a_credit_note_says_what_it_takes_back_and_why() {
    let world = World::confirmed().await;
    world.submitted().await;
    let later = "2022-10-27T09:00:00Z";
    world.clock.set(at(later));
    world.record("170001", PERIOD, "8", later).await;
    world.confirm(later).await;
    let mut view = world.draft().await;
    assert_eq!(view["kind"], "credit_note");
    view["digest"] = json!("…");
    insta::assert_json_snapshot!(view);
}

#[tokio::test]
async fn the_list_can_be_of_one_state_or_contract() {
    let world = World::confirmed().await;
    world.submitted().await;
    let browser = world.invoices().await;
    let count = async |query: &str| {
        browser.get(&format!("{LIST}?{query}")).await.json()["rows"].as_array().unwrap().len()
    };
    assert_eq!(count("state=submitted&contract=C3003").await, 1);
    assert_eq!((count("state=draft").await, count("contract=C3004").await), (0, 0));
    let wrong = browser.get(&format!("{LIST}?state=lost")).await;
    assert_eq!(wrong.problem(), (422, "invalid".to_owned()));
}

#[tokio::test]
async fn a_dispute_is_listed_with_its_reason() {
    let world = World::confirmed().await;
    world.submitted().await;
    world.dispute("Six hours were agreed").await;
    let row = &world.invoices().await.get(LIST).await.json()["rows"][0];
    assert_eq!((&row["state"], &row["number"]), (&json!("disputed"), &json!(1)));
    assert_eq!(row["dispute_reason"], "Six hours were agreed");
}

#[tokio::test]
async fn what_is_submitted_is_taken_away_for_other_programs_and_a_draft_is_not() {
    let world = World::confirmed().await;
    world.draft().await;
    let browser = world.invoices().await;
    for file in ["invoice.csv", "invoice.xml"] {
        assert_eq!(browser.get(&format!("{FIRST}/{file}")).await.status, 404, "{file}");
    }
    world.submit_draft().await;
    let csv = browser.get(&format!("{FIRST}/invoice.csv")).await;
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"invoice_1.csv\"");
    assert!(csv.text().contains("234.57"), "{}", csv.text());
    let xml = browser.get(&format!("{FIRST}/invoice.xml")).await;
    assert_eq!(xml.headers["content-type"], "application/xml; charset=utf-8");
    assert!(xml.text().contains("369.57"), "{}", xml.text());
}

#[tokio::test]
async fn a_credit_note_is_taken_away_with_the_number_of_what_it_takes_back() {
    let world = World::confirmed().await;
    world.submitted().await;
    let later = "2022-10-27T09:00:00Z";
    world.clock.set(at(later));
    world.record("170001", PERIOD, "8", later).await;
    world.confirm(later).await;
    let digest = world.draft().await["digest"].clone();
    let (browser, second) = (world.invoices().await, "/api/invoices/C3003.2022-10-03.2");
    browser.post(&format!("{second}/submission"), &json!({"digest": digest})).await;
    let xml = browser.get(&format!("{second}/invoice.xml")).await.text();
    assert!(xml.contains("<CreditNote") && xml.contains("55.85"), "{xml}");
}
