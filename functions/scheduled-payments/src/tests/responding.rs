//! What a provider answers.

use testing::day;

use super::*;

#[tokio::test]
async fn a_provider_confirms_what_it_has_read() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "Agreed").await;
    let reply = browser.post(&format!("{CURRENT}/confirmation"), &body).await;
    assert_eq!(reply.status, 200);
    let view = reply.json();
    assert_eq!(view, browser.get(CURRENT).await.json(), "what is answered is what is there");
    assert_eq!(view["response"]["state"], "confirmed");
    assert_eq!(view["response"]["by"], "Ada Brome");
    assert_eq!(view["response"]["comment"], "Agreed");
    assert_eq!(view["response"]["at"], OPEN);
}

#[tokio::test]
async fn of_a_statement_that_changed_since_it_was_read_nothing_is_confirmed() {
    let mut council = Council::lake_house();
    let world = World::of(&council).await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "").await;
    council.cpli("164628").end_date = Some(day("2022-11-12"));
    council.save(&world.store).await;
    for what in ["confirmation", "rejection", "queries"] {
        let mut body = body.clone();
        body["comment"] = json!("No");
        let line = &browser.get(CURRENT).await.json()["payable"][0];
        body["lines"] = json!([{"item_id": line["item_id"], "comment": "No"}]);
        let reply = browser.post(&format!("{CURRENT}/{what}"), &body).await;
        assert_eq!(reply.problem(), (409, "statement-changed".to_owned()), "{what}");
    }
    assert_eq!(browser.get(CURRENT).await.json()["response"]["state"], "unconfirmed");
}

#[tokio::test]
async fn a_confirmation_lapses_when_the_items_change_and_says_when_it_was_given() {
    let mut council = Council::lake_house();
    let world = World::of(&council).await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "").await;
    browser.post(&format!("{CURRENT}/confirmation"), &body).await;
    council.cpli("164628").end_date = Some(day("2022-11-12"));
    council.save(&world.store).await;
    let view = browser.get(CURRENT).await.json();
    assert_eq!(view["response"]["state"], "unconfirmed");
    assert_eq!(view["response"]["superseded_at"], OPEN);
    assert_eq!(view["can_respond"], true);
}

#[tokio::test]
async fn after_the_deadline_nothing_can_be_answered_whether_the_job_has_run_or_not() {
    let world = World::lake_house().await;
    let body = answer(&world.payments().await, CURRENT, "Too late").await;
    world.clock.set(at("2022-11-24T17:00:00Z"));
    for settled in [false, true] {
        let browser = world.payments().await;
        for what in ["confirmation", "rejection", "queries"] {
            let reply = browser.post(&format!("{CURRENT}/{what}"), &body).await;
            assert_eq!(reply.problem(), (409, "statement-locked".to_owned()), "{what} {settled}");
        }
        let view = browser.get(CURRENT).await.json();
        assert_eq!((&view["lifecycle"], &view["can_respond"]), (&json!("locked"), &json!(false)));
        world.settle(at("2022-11-24T17:00:00Z")).await;
    }
}

#[tokio::test]
async fn a_rejection_says_why() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "  ").await;
    let reply = browser.post(&format!("{CURRENT}/rejection"), &body).await;
    assert_eq!(reply.status, 422);
    assert_eq!(reply.json()["errors"][0]["field"], "comment");
    let body = answer(&browser, CURRENT, "She left on the 12th").await;
    let view = browser.post(&format!("{CURRENT}/rejection"), &body).await.json();
    assert_eq!(view["response"]["state"], "rejected");
    assert_eq!(view["response"]["comment"], "She left on the 12th");
}

#[tokio::test]
async fn single_lines_are_queried_and_the_rest_confirmed() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let mut body = answer(&browser, CURRENT, "").await;
    let path = format!("{CURRENT}/queries");
    let none = browser.post(&path, &body).await;
    assert_eq!((none.status.as_u16(), &none.json()["errors"][0]["field"]), (422, &json!("lines")));
    body["lines"] = json!([{"item_id": "0000", "comment": "What is this?"}]);
    assert_eq!(browser.post(&path, &body).await.status, 422);
    let line = browser.get(CURRENT).await.json()["payable"][0]["item_id"].clone();
    body["lines"] = json!([{"item_id": line, "comment": ""}]);
    let silent = browser.post(&path, &body).await;
    assert_eq!((silent.status.as_u16(), &silent.json()["errors"][0]["field"]), (422, &line));
    body["lines"] = json!([{"item_id": line, "comment": "Two weeks only"}]);
    let view = browser.post(&path, &body).await.json();
    assert_eq!(view["response"]["state"], "confirmed_with_queries");
    assert_eq!(view["response"]["queries"], body["lines"]);
    assert_eq!(view["payable"][0]["query"], "Two weeks only");
}

#[tokio::test]
async fn what_a_rejection_held_back_can_be_confirmed_after_all() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "Not ours").await;
    browser.post(&format!("{CURRENT}/rejection"), &body).await;
    world.on("2022-11-24T17:00:00Z").await;
    world.on("2022-11-29T10:00:00Z").await;

    let browser = world.payments().await;
    let view = browser.get(CURRENT).await.json();
    assert_eq!(
        (&view["lifecycle"], &view["totals"]["payable"]),
        (&json!("finalised"), &json!("0.00"))
    );
    assert_eq!(
        (&view["can_respond"], &view["can_confirm_outstanding"]),
        (&json!(false), &json!(true))
    );
    let held = browser.get(AFTER).await.json();
    assert_eq!(held["held"].as_array().unwrap().len(), 1);

    let body = answer(&browser, CURRENT, "It was ours").await;
    let view = browser.post(&format!("{CURRENT}/confirmation"), &body).await.json();
    assert_eq!(view["can_confirm_outstanding"], false);
    let next = browser.get(AFTER).await.json();
    assert_eq!(next["totals"]["payable"], "6923.68");
    assert_eq!(next["held"], json!([]));
}

#[tokio::test]
async fn a_contract_that_is_paid_without_confirmation_asks_for_none() {
    let mut council = Council::lake_house();
    council.contracts[0].confirmation = domain::facts::Confirmation::NotRequired;
    let world = World::of(&council).await;
    let browser = world.payments().await;
    let view = browser.get(CURRENT).await.json();
    assert_eq!(view["response"]["state"], "not_required");
    assert_eq!((&view["can_respond"], &view["warning"]), (&json!(false), &Value::Null));
    let body = answer(&browser, CURRENT, "").await;
    let reply = browser.post(&format!("{CURRENT}/confirmation"), &body).await;
    assert_eq!(reply.problem(), (409, "confirmation-not-required".to_owned()));
}

#[tokio::test]
async fn a_body_that_says_nothing_is_refused_beside_the_field() {
    let world = World::lake_house().await;
    let reply = world.payments().await.post(&format!("{CURRENT}/confirmation"), &json!({})).await;
    assert_eq!(reply.problem(), (422, "invalid".to_owned()));
    assert_eq!(reply.json()["errors"][0]["field"], "digest");
}
