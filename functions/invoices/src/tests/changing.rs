//! What a provider does.

use super::*;

#[tokio::test]
async fn a_draft_that_is_there_is_answered_as_it_is() {
    let world = World::confirmed().await;
    world.draft().await;
    let wanted = json!({"contract_ref": "C3003", "period_start": PERIOD});
    let again = world.invoices().await.post(LIST, &wanted).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["invoice_id"]),
        (200, &json!("C3003.2022-10-03.1"))
    );
}

#[tokio::test]
async fn a_blank_invoice_cannot_be_created() {
    let world = World::of(&Council::homecare()).await;
    let wanted = json!({"contract_ref": "C3003", "period_start": PERIOD});
    let reply = world.invoices().await.post(LIST, &wanted).await;
    assert_eq!(reply.problem(), (422, "blank-invoice".to_owned()));
}

#[tokio::test]
async fn only_what_was_read_is_submitted() {
    let world = World::confirmed().await;
    let digest = world.draft().await["digest"].clone();
    world.record("170002", PERIOD, "7", OPEN).await;
    let (browser, path) = (world.invoices().await, format!("{FIRST}/submission"));
    let reply = browser.post(&path, &json!({"digest": digest})).await;
    assert_eq!(reply.problem(), (409, "invoice-changed".to_owned()));
    let digest = browser.get(FIRST).await.json()["digest"].clone();
    let submitted = browser.post(&path, &json!({"digest": digest})).await.json();
    assert_eq!((&submitted["state"], &submitted["number"]), (&json!("submitted"), &json!(1)));
    assert_eq!(
        (&submitted["can_submit"], &submitted["can_delete"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(submitted, browser.get(FIRST).await.json());
}

#[tokio::test]
async fn a_vat_invoice_is_sent_checked_and_fetched() {
    let world = World::with_vat().await;
    let digest = world.draft().await["digest"].clone();
    let browser = world.invoices().await;
    let (submission, check) = (format!("{FIRST}/submission"), format!("{FIRST}/attachment/check"));
    let refused = browser.post(&submission, &json!({"digest": digest})).await;
    assert_eq!(refused.problem(), (422, "vat-invoice-missing".to_owned()));
    assert_eq!(refused.json()["errors"][0]["field"], "attachment");
    assert_eq!(browser.get(&format!("{FIRST}/attachment")).await.status, 404);

    let chosen = json!({"file_name": "ours.pdf", "size_bytes": 36});
    let form = browser.post(&format!("{FIRST}/attachment"), &chosen).await.json();
    assert_eq!(form["size_bytes_max"], 10_485_760);
    assert_eq!(form["fields"]["key"], "uploads/P1003/vat/C3003.2022-10-03.1_1.pdf");
    let nothing = browser.post(&check, &json!({})).await;
    assert_eq!(nothing.problem(), (422, "attachment-not-accepted".to_owned()));
    world.send("ours.pdf", PDF).await;
    let view = browser.post(&check, &json!({})).await.json();
    assert_eq!(view["attachment"]["media_type"], "application/pdf");
    assert_eq!((&view["can_submit"], &view["why_not"]), (&json!(true), &json!([])));
    let fetched = browser.get(&format!("{FIRST}/attachment")).await;
    assert_eq!(fetched.status, 303);
    assert!(fetched.headers["location"].to_str().unwrap().contains("1_2.pdf"));

    let off = browser.post(&submission, &json!({"digest": digest, "suppliers_tax": "70.00"})).await;
    assert_eq!(off.problem(), (422, "suppliers-tax-off".to_owned()));
    let own = json!({"digest": digest, "suppliers_tax": "73.90"});
    let submitted = browser.post(&submission, &own).await.json();
    assert_eq!(
        (&submitted["total"], &submitted["vat"]["suppliers_tax"]),
        (&json!("443.47"), &json!("73.90"))
    );
}

#[tokio::test]
async fn a_disputed_invoice_is_answered() {
    let world = World::confirmed().await;
    let digest = world.submitted().await["digest"].clone();
    world.dispute("Six hours were agreed").await;
    let (browser, path) = (world.invoices().await, format!("{FIRST}/submission"));
    let silent = browser.post(&path, &json!({"digest": digest, "comment": null})).await;
    assert_eq!(silent.problem(), (422, "reason-required".to_owned()));
    let answer = json!({"digest": digest, "comment": "Seven, see your letter"});
    let view = browser.post(&path, &answer).await.json();
    assert_eq!(view["state"], "submitted");
    assert_eq!(view["history"][3]["reason"], "Seven, see your letter");
    assert_eq!(view["history"][3]["by"], "Ada Brome");
    assert_eq!(view["history"][2]["by"], Value::Null, "the council");
}

#[tokio::test]
async fn a_draft_is_deleted_and_nothing_else_is() {
    let world = World::confirmed().await;
    world.draft().await;
    let (browser, path) = (world.invoices().await, format!("{FIRST}/deletion"));
    let view = browser.post(&path, &json!({})).await.json();
    assert_eq!((&view["state"], &view["lines"]), (&json!("deleted"), &json!([])));
    assert_eq!(browser.get(LIST).await.json()["rows"], json!([]));
    let second = world.draft().await;
    assert_eq!(second["invoice_id"], "C3003.2022-10-03.2");
    let path = "/api/invoices/C3003.2022-10-03.2";
    let submission = json!({"digest": second["digest"]});
    browser.post(&format!("{path}/submission"), &submission).await;
    let refused = browser.post(&format!("{path}/deletion"), &json!({})).await;
    assert_eq!(refused.problem(), (409, "invoice-state".to_owned()));
}
