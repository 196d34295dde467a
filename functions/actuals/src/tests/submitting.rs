//! Confirming a period, in order and in time or late.

use super::*;

async fn submit(browser: &Browser, period: &str) -> Reply {
    browser.post(&format!("{period}/submission"), &json!({})).await
}

#[tokio::test]
async fn a_period_is_submitted_when_every_week_has_an_entry() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    let told = submit(&carer, CURRENT).await;
    assert_eq!(told.problem(), (422, "weeks-missing".to_owned()));
    let detail = told.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.starts_with("8 weeks still need an entry."), "{detail}");
    carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await;
    let form = submit(&carer, CURRENT).await.json();
    assert_eq!((&form["state"], &form["can_submit"]), (&json!("submitted"), &json!(false)));
    assert_eq!((&form["submitted_at"], &form["submitted_by"]), (&json!(OPEN), &json!("Ada Brome")));
    assert_eq!(week(&form, 0, 0)["state"], "confirmed");
    let before = world.store.dump().unwrap();
    world.clock.set(at("2022-11-22T10:10:00Z"));
    let again = submit(&carer, CURRENT).await.json();
    assert_eq!(again["submitted_at"], OPEN);
    let weeks = |dump: &std::collections::BTreeMap<String, Value>| {
        dump.iter()
            .filter(|(key, _)| key.contains("C3003"))
            .map(|it| format!("{it:?}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(weeks(&world.store.dump().unwrap()), weeks(&before));
}

#[tokio::test]
async fn a_week_that_is_changed_after_it_was_submitted_is_submitted_again() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await;
    submit(&carer, CURRENT).await;
    world.clock.set(at("2022-11-22T10:20:00Z"));
    let mut body = delivered("10", 1);
    body["missed"] = json!("0.5");
    body["reason_code"] = json!("STAFFING");
    let saved = put(&carer, "170001", WEEKS[0], &body).await.json();
    assert_eq!((&saved["week"]["state"], &saved["can_submit"]), (&json!("edited"), &json!(true)));
    let form = submit(&carer, CURRENT).await.json();
    assert_eq!(week(&form, 1, 0)["state"], "confirmed");
    assert_eq!(form["submitted_at"], "2022-11-22T10:20:00Z");
}

#[tokio::test]
async fn a_period_with_weeks_to_come_is_not_submitted() {
    let world = World::homecare().await;
    world.clock.set(at("2022-11-13T10:00:00Z"));
    let carer = world.carer().await;
    let form = carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await.json();
    assert_eq!((&form["missing"], &form["can_submit"]), (&json!(0), &json!(false)));
    assert_eq!(submit(&carer, CURRENT).await.problem(), (409, "period-not-over".to_owned()));
}

#[tokio::test]
async fn where_the_council_wants_periods_in_order_the_one_before_comes_first() {
    let mut council = Council::homecare();
    council.settings.periods_in_order = true;
    council.contracts[0].portal_from = testing::day("2022-10-03");
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let told = put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await;
    assert_eq!(told.problem(), (409, "period-before-open".to_owned()));
    for what in ["as-planned", "submission"] {
        let told = carer.post(&format!("{CURRENT}/{what}"), &json!({})).await;
        assert_eq!(told.problem(), (409, "period-before-open".to_owned()), "{what}");
    }
    let form = carer.get(CURRENT).await.json();
    assert_eq!(form["can_enter"], false);
    assert_eq!(
        form["why_not"],
        "Confirm the actuals of the period that began on 3 October 2022 first."
    );
    carer.post(&format!("{BEFORE}/as-planned"), &json!({})).await;
    assert_eq!(submit(&carer, BEFORE).await.status, 200);
    assert_eq!(put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await.status, 200);
}

#[tokio::test]
async fn what_is_late_says_in_which_window_it_is_paid() {
    let world = World::homecare().await;
    world.clock.set(at(LATE));
    let carer = world.carer().await;
    let saved = put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await.json();
    assert_eq!(saved["week"]["late"], true);
    let form = carer.get(CURRENT).await.json();
    assert_eq!((&form["state"], &form["late"]), (&json!("late"), &json!(true)));
    assert_eq!(form["window"]["period_start"], "2022-11-28");
    assert_eq!(form["window"]["deadline"], "2022-12-22T17:00:00Z");
}

#[tokio::test]
async fn where_late_changes_are_not_allowed_a_closed_week_is_refused_with_its_code() {
    let mut council = Council::homecare();
    council.settings.actuals.late_allowed = false;
    let world = World::of(&council).await;
    world.clock.set(at(LATE));
    let carer = world.carer().await;
    let told = put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await.json();
    assert_eq!(
        (&told["errors"][0]["field"], &told["errors"][0]["code"]),
        (&json!("week_start"), &json!("E17"))
    );
    let told = carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await;
    assert_eq!(told.problem(), (409, "period-closed".to_owned()));
    let form = carer.get(CURRENT).await.json();
    assert_eq!((&form["state"], &form["can_enter"]), (&json!("closed"), &json!(false)));
}
