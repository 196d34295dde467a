//! What a provider reads.

use domain::facts::{Adjustment, Collector, DirectiveKind};
use testing::{contract, contribution, cpli, day, directive, parse, service};

use super::*;

#[tokio::test]
async fn a_statement_says_how_each_amount_comes_about() {
    let world = World::lake_house().await;
    let mut view = world.payments().await.get(CURRENT).await.json();
    assert_eq!(view["totals"]["total"], "3461.84");
    for made_of_the_items in ["/digest", "/payable/0/item_id"] {
        *view.pointer_mut(made_of_the_items).unwrap() = json!("…");
    }
    insta::assert_json_snapshot!(view);
}

#[tokio::test]
async fn a_contribution_that_the_provider_collects_is_a_line_of_its_own() {
    let mut council = Council::lake_house();
    let collected = contribution(day("2022-08-03"), "162.30", Collector::Provider);
    council.cpli("164628").contributions.push(collected);
    let view = World::of(&council).await.payments().await.get(CURRENT).await.json();
    assert_eq!(view["totals"]["payable"], "2812.64");
    let income = &view["payable"][1];
    assert_eq!((&income["kind"], &income["amount"]), (&json!("income"), &json!("-649.20")));
}

#[tokio::test]
async fn what_is_suspended_is_not_payable_and_says_why() {
    let mut council = Council::lake_house();
    council.directives.push(directive("D1", "C3001", DirectiveKind::Suspend, day("2022-10-31")));
    let view = World::of(&council).await.payments().await.get(CURRENT).await.json();
    assert_eq!(view["totals"]["payable"], "0.00");
    assert_eq!(view["totals"]["non_payable"], "3461.84");
    assert_eq!(view["payable"], json!([]));
    assert_eq!(view["non_payable"][0]["status"], "suspended");
    assert_eq!(view["non_payable"][0]["reason"], "Under review by the contracts team");
}

#[tokio::test]
async fn what_changed_about_a_paid_period_is_reversed_and_issued_again_with_its_cause() {
    let mut council = Council::lake_house();
    let world = World::of(&council).await;
    let cpli = council.cpli("164628");
    cpli.end_date = Some(day("2022-10-19"));
    cpli.changed_from = Some(day("2022-10-20"));
    council.save(&world.store).await;
    let view = world.payments().await.get(CURRENT).await.json();
    assert_eq!(view["totals"]["payable"], "-1360.01");
    let amounts: Vec<_> =
        view["payable"].as_array().unwrap().iter().map(|line| line["amount"].as_str()).collect();
    assert_eq!(amounts, [Some("-3461.84"), Some("2101.83")]);
    assert!(view["payable"][0]["cause"].is_string(), "{view}");
    assert!(view["payable"][0]["reverses"].is_string());
}

#[tokio::test]
async fn the_periods_of_a_financial_year_are_listed_with_what_they_come_to() {
    let world = World::lake_house().await;
    insta::assert_json_snapshot!(world.payments().await.get(LIST).await.json());
}

#[tokio::test]
async fn a_year_and_a_contract_can_be_chosen() {
    let mut council = Council::lake_house();
    let other = service("S4009", "C3009", "Lake House - Respite");
    council.contracts.push(contract("C3009", "P1001", "Lake House respite"));
    council.cplis.push(cpli("164800", &other, council.cplis[0].client.clone()));
    council.services.push(other);
    let world = World::of(&council).await;
    let browser = world.payments().await;
    let list = browser.get(&format!("{LIST}?contract=C3009&financial_year=2023-24")).await.json();
    assert_eq!(list["contract_name"], "Lake House respite");
    assert_eq!(list["contracts"].as_array().unwrap().len(), 2);
    assert_eq!(list["financial_years"], json!(["2023-24", "2022-23"]));
    let starts: Vec<_> =
        list["periods"].as_array().unwrap().iter().map(|it| it["period_start"].clone()).collect();
    assert_eq!(
        starts,
        ["2023-03-20", "2023-04-17", "2023-05-15", "2023-06-12", "2023-07-10", "2023-08-07"]
    );
    let none = browser.get(&format!("{LIST}?financial_year=1999-00")).await.json();
    assert_eq!(none["periods"], json!([]));
    let wrong = browser.get(&format!("{LIST}?financial_year=99")).await;
    assert_eq!(wrong.problem(), (422, "invalid".to_owned()));
    assert_eq!(wrong.json()["errors"][0]["field"], "financial_year");
}

#[tokio::test]
async fn a_period_that_is_finalised_for_some_contracts_only_is_marked() {
    let mut council = Council::lake_house();
    council.contracts.push(contract("C3009", "P1001", "Lake House respite"));
    let world = World::of(&council).await;
    world.clock.set(at("2022-11-25T10:00:00Z"));
    for _ in 0..2 {
        world.settle_one("C3001", "P1001", at("2022-11-25T10:00:00Z")).await;
    }
    let browser = world.payments().await;
    for (contract, lifecycle) in [("C3001", "finalised"), ("C3009", "locked")] {
        let list = browser.get(&format!("{LIST}?contract={contract}")).await.json();
        let periods = list["periods"].as_array().unwrap();
        let marked = periods.iter().filter(|it| it["partially_finalised"] == true);
        let marked: Vec<_> = marked.map(|it| (&it["period_start"], &it["lifecycle"])).collect();
        assert_eq!(marked, [(&json!("2022-10-31"), &json!(lifecycle))]);
    }
}

#[tokio::test]
async fn a_provider_without_scheduled_contracts_has_an_empty_list() {
    let mut council = Council::lake_house();
    council.contracts.clear();
    council.services.clear();
    let list = World::of(&council).await.payments().await.get(LIST).await.json();
    assert_eq!((&list["contracts"], &list["periods"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_contract_is_not_listed_before_it_is_switched_on() {
    let mut council = Council::lake_house();
    council.contracts[0].portal_from = day("2022-11-11");
    let list = World::of(&council).await.payments().await.get(LIST).await.json();
    assert_eq!(list["contracts"], json!([]));
}

#[tokio::test]
async fn a_remittance_advice_says_what_a_payment_contains() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let advice = browser.get(&format!("{BEFORE}/remittance")).await.json();
    assert_eq!(advice["total"], "3461.84");
    insta::assert_json_snapshot!(advice);
}

#[tokio::test]
async fn a_remittance_advice_is_there_only_when_the_statement_is_finalised() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    for path in [CURRENT, AFTER] {
        for file in ["remittance", "remittance.csv"] {
            let reply = browser.get(&format!("{path}/{file}")).await;
            assert_eq!(reply.problem(), (404, "not-found".to_owned()));
        }
    }
}

#[tokio::test]
async fn statement_and_remittance_are_taken_away_and_no_cell_is_a_formula() {
    let mut council = Council::lake_house();
    council.cpli("164628").client.title = Some("@SUM(1)".to_owned());
    council.adjustments.push(Adjustment {
        adjustment_ref: parse("ADJ1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("-12.50"),
        reason: "=HYPERLINK(\"https://evil.example\")".to_owned(),
        period_start: day("2022-10-03"),
        instalments: 1,
        made_by: Vec::new(),
    });
    let world = World::of(&council).await;
    let browser = world.payments().await;
    let statement = browser.get(&format!("{BEFORE}/statement.csv")).await;
    let disposition = "attachment; filename=\"statement_C3001_2022-10-03.csv\"";
    assert_eq!(statement.headers["content-disposition"], disposition);
    assert_eq!(statement.headers["content-type"], "Text/csv; charset=utf-8");
    let id = regular_ids(&statement.text());
    insta::assert_snapshot!("statement_csv", id);
    let remittance = browser.get(&format!("{BEFORE}/remittance.csv")).await;
    let disposition = "attachment; filename=\"remittance_C3001_2022-10-03.csv\"";
    assert_eq!(remittance.headers["content-disposition"], disposition);
    insta::assert_snapshot!("remittance_csv", remittance.text().trim_start_matches('\u{feff}'));
}

/// A statement's file with its ids, which say nothing to people, left out.
fn regular_ids(csv: &str) -> String {
    let lines = csv.trim_start_matches('\u{feff}').lines();
    let without = lines.map(|line| line.split_once(',').map_or(line, |(_, rest)| rest));
    without.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_future_period_is_a_forecast_that_cannot_be_responded_to() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let view = browser.get(AFTER).await.json();
    assert_eq!((&view["lifecycle"], &view["can_respond"]), (&json!("future"), &json!(false)));
    assert_eq!(view["totals"]["total"], "3461.84");
    let body = answer(&browser, AFTER, "").await;
    let reply = browser.post(&format!("{AFTER}/confirmation"), &body).await;
    assert_eq!(reply.problem(), (409, "statement-not-open".to_owned()));
}

#[tokio::test]
async fn a_provider_is_warned_that_left_statements_unconfirmed() {
    let world = World::lake_house().await;
    let view = world.payments().await.get(CURRENT).await.json();
    assert_eq!(view["unconfirmed_in_a_row"], 2, "the two before it were finalised unconfirmed");
    let warning = view["warning"].as_str().unwrap();
    assert!(warning.ends_with("After 3 in a row payments are suspended."), "{warning}");
}
