//! What a provider reads.

use domain::actuals::Row;
use domain::facts::{Collector, Unit};
use domain::settings::OverTolerance;
use testing::{contribution, day, parse};

use super::*;

#[tokio::test]
async fn the_form_has_the_plan_beside_what_was_delivered_and_what_it_comes_to() {
    let mut council = Council::homecare();
    let from = day("2022-08-03");
    council.cpli("170002").contributions.push(contribution(from, "20.00", Collector::Provider));
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let mut body = delivered("9.75", 0);
    body["frustrated"] = json!("0.50");
    body["missed"] = json!("0.25");
    body["reason_code"] = json!("declined");
    body["comment"] = json!("Went to her sister's");
    assert_eq!(put(&carer, "170001", WEEKS[0], &body).await.status, 200);
    assert_eq!(put(&carer, "170002", WEEKS[1], &delivered("7", 0)).await.status, 200);
    let form = carer.get(CURRENT).await.json();
    insta::assert_json_snapshot!(form);
    // 9.75 hours and half of 0.5 frustrated ones at £22.34; 7 hours at £20, of which the provider collects £20.
    assert_eq!(form["services"][0]["lines"][1]["weeks"][0]["owed"], "223.40");
    assert_eq!(form["services"][0]["lines"][0]["weeks"][1]["owed"], "140.00");
    assert_eq!(form["totals"]["owed"], "343.40");
}

#[tokio::test]
async fn the_periods_of_each_contract_are_listed_newest_first_with_what_is_missing() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await;
    put(&carer, "170001", WEEKS[1], &delivered("20", 1)).await;
    insta::assert_json_snapshot!(carer.get(LIST).await.json());
}

#[tokio::test]
async fn a_contract_that_is_paid_by_plan_has_no_actuals() {
    let mut council = Council::lake_house();
    let homecare = Council::homecare();
    council.providers.extend(homecare.providers);
    council.contracts.extend(homecare.contracts);
    council.services.extend(homecare.services);
    council.cplis.extend(homecare.cplis);
    let world = World::of(&council).await;
    let lake_house = world.browser("P1001", &Role::ALL).await;
    assert_eq!(lake_house.get(LIST).await.json()["contracts"], json!([]));
    let form = lake_house.get("/api/actuals/C3001/2022-10-31").await;
    assert_eq!(form.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn of_a_contract_that_is_paid_by_plan_only_what_is_priced_by_the_unit_is_entered() {
    let mut council = Council::lake_house();
    let mut outings = council.services[0].clone();
    outings.service_ref = parse("S4005");
    outings.price_per = domain::facts::PricePer::Unit;
    outings.unit = Unit::Hour;
    let client = council.cplis[0].client.clone();
    council.cplis.push(testing::cpli("164700", &outings, client));
    council.services.push(outings);
    let world = World::of(&council).await;
    let lake_house = world.browser("P1001", &[Role::Actuals]).await;
    let form = lake_house.get("/api/actuals/C3001/2022-10-31").await.json();
    assert_eq!(form["services"].as_array().unwrap().len(), 1);
    assert_eq!(form["services"][0]["lines"][0]["cpli_id"], "164700");
    let scheduled = "/api/actuals/C3001/2022-10-31/weeks/164628/2022-10-31";
    let reply =
        lake_house.send(&axum::http::Method::PUT, scheduled, Some(&delivered("1", 0))).await;
    assert_eq!(reply.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_shared_lives_carers_timesheet_has_days_and_nights() {
    let mut council = Council::homecare();
    council.providers[0].kind = domain::facts::ProviderKind::SharedLives;
    let mut nights = council.services[0].clone();
    nights.service_ref = parse("S4006");
    nights.unit = Unit::Night;
    council.services[0].unit = Unit::Day;
    council.services.push(nights.clone());
    council.cpli("170002").service_ref = nights.service_ref;
    let world = World::of(&council).await;
    let form = world.carer().await.get(CURRENT).await.json();
    assert_eq!(form["kind"], "shared_lives");
    let units = form["services"].as_array().unwrap().iter().map(|it| it["unit"].clone());
    assert_eq!(units.collect::<Vec<_>>(), [json!("day"), json!("night")]);
}

#[tokio::test]
async fn what_is_over_tolerance_is_held_and_says_so() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    let mut body = delivered("11.5", 0);
    body["extra"] = json!("1");
    body["reason_code"] = json!("CRISIS");
    let refused = put(&carer, "170001", WEEKS[0], &body).await;
    assert_eq!(refused.json()["errors"][0]["field"], "extra", "no variation, no extra");

    let mut council = Council::homecare();
    council.services[0].extras = true;
    let world = World::of(&council).await;
    let carer = world.carer().await;
    assert_eq!(put(&carer, "170001", WEEKS[0], &body).await.json()["week"]["held"], Value::Null);
    body["actual"] = json!("12");
    body["extra"] = json!("1.5");
    body["version"] = json!(1);
    let saved = put(&carer, "170001", WEEKS[0], &body).await.json();
    assert_eq!(saved["week"]["state"], "exception");
    assert_eq!(saved["week"]["owed"], "0.00");
    assert_eq!(
        saved["week"]["held"],
        json!({
            "over": "1.5", "amount": "268.08",
            "reason": "1.5 hours over what was commissioned: held until the council agrees.",
        })
    );
    assert_eq!(saved["totals"]["held"], "268.08");
    let rows = carer.get(EXCEPTIONS).await.json();
    insta::assert_json_snapshot!(rows);
}

#[tokio::test]
async fn a_council_may_pay_what_was_commissioned_and_hold_the_rest() {
    let mut council = Council::homecare();
    council.services[0].extras = true;
    council.settings.over_tolerance = OverTolerance::PayCommissioned;
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let mut body = delivered("12", 0);
    body["extra"] = json!("1.5");
    body["reason_code"] = json!("CRISIS");
    let saved = put(&carer, "170001", WEEKS[0], &body).await.json();
    assert_eq!(saved["week"]["owed"], "234.57");
    assert_eq!(saved["week"]["held"]["amount"], "33.51");
}

#[tokio::test]
async fn the_template_has_a_row_for_every_week_that_has_begun_and_is_read_back_as_it_is() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    put(&carer, "170001", WEEKS[1], &delivered("10.5", 0)).await;
    let mut read = Vec::new();
    for ending in ["xlsx", "csv"] {
        let reply = carer.get(&format!("{CURRENT}/template.{ending}")).await;
        assert_eq!(reply.status, 200, "{ending}");
        let name = format!("attachment; filename=\"actuals_C3003_2022-10-31.{ending}\"");
        assert_eq!(reply.headers["content-disposition"], name.as_str());
        let mut rows = Vec::new();
        let file = std::io::Cursor::new(reply.body);
        sheets::read(file, &sheets::Limits::PAGE, |row: &Row| {
            rows.push(row.cells().map(|cell| cell.text.to_owned()).collect::<Vec<_>>());
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(rows.len(), 9, "headings, and four weeks of two clients");
        read.push(rows);
    }
    assert_eq!(read[0][0], read[1][0]);
    let at = |name: &str| read[1][0].iter().position(|it| it == name).unwrap();
    let row = read[1].iter().find(|row| row[at("CPLI_ID")] == "170001").unwrap();
    let cells = ["ProviderRef", "SSRef", "WeekStart", "Planned", "Actual"].map(|it| &row[at(it)]);
    assert_eq!(cells, ["P1003", "A500001", "31/10/2022", "10.5", "10.5"]);
}
