//! What a provider enters.

use testing::day;

use super::*;

#[tokio::test]
async fn a_week_is_recorded_and_the_same_again_changes_nothing() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    let body = delivered("10.50", 0);
    let saved = put(&carer, "170001", WEEKS[0], &body).await;
    assert_eq!(saved.status, 200);
    let saved = saved.json();
    assert_eq!(
        (&saved["week"]["state"], &saved["week"]["owed"]),
        (&json!("edited"), &json!("234.57"))
    );
    assert_eq!((&saved["missing"], &saved["can_submit"]), (&json!(7), &json!(false)));
    assert_eq!(saved["totals"], carer.get(CURRENT).await.json()["totals"]);
    let before = world.store.dump().unwrap();
    for version in [0, 1, 7] {
        let again = put(&carer, "170001", WEEKS[0], &delivered("10.5", version)).await;
        assert_eq!(again.json(), saved, "version {version}");
    }
    assert_eq!(world.store.dump().unwrap(), before);
}

#[tokio::test]
async fn of_two_who_save_a_week_the_second_is_told_who_was_first_and_when() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    put(&carer, "170001", WEEKS[0], &delivered("10.5", 0)).await;
    let mut other = delivered("10", 0);
    other["missed"] = json!("0.5");
    other["reason_code"] = json!("STAFFING");
    let told = put(&carer, "170001", WEEKS[0], &other).await;
    assert_eq!(told.problem(), (409, "week-changed".to_owned()));
    assert_eq!(
        told.json()["detail"],
        "Ada Brome changed the weeks of this care package at 10am on 22 November 2022, after you opened them. Look at \
         them, then enter yours again."
    );
    other["version"] = week(&carer.get(CURRENT).await.json(), 1, 0)["version"].clone();
    assert_eq!(put(&carer, "170001", WEEKS[0], &other).await.json()["week"]["actual"], "10");
}

#[tokio::test]
async fn the_weeks_of_a_care_package_share_a_version_so_that_none_is_saved_unseen() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    for (version, week) in (0..).zip(WEEKS) {
        let reply = put(&carer, "170001", week, &delivered("10.5", version)).await;
        assert_eq!(reply.json()["week"]["version"], version + 1, "{week}");
    }
    assert_eq!(put(&carer, "170002", WEEKS[0], &delivered("7", 0)).await.status, 200);
}

#[tokio::test]
async fn an_entry_is_checked_as_a_row_of_a_file_is_and_each_field_has_its_code() {
    let mut council = Council::homecare();
    council.services[0].visits_required = true;
    council.cpli("170002").start_date = day("2022-11-07");
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let entry = |changes: Value| {
        let mut body = delivered("10.5", 0);
        body["visits"] = json!(14);
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    assert_eq!(put(&carer, "170001", WEEKS[0], &entry(json!({}))).await.status, 200);
    for (changes, field, code) in [
        (json!({"actual": ""}), "actual", "E20"),
        (json!({"actual": "-1"}), "actual", "E20"),
        (json!({"actual": "9.7", "missed": "0.8", "reason_code": "OTHER"}), "actual", "E21"),
        (json!({"actual": "9.75", "reason_code": "OTHER"}), "actual", "E22"),
        (json!({"actual": "9.75", "missed": "0.75"}), "reason_code", "E23"),
        (json!({"actual": "11", "extra": "0.5", "reason_code": "CRISIS"}), "extra", "E25"),
        (json!({"visits": null}), "visits", "E20"),
        (json!({"comment": "x".repeat(501)}), "comment", "E27"),
    ] {
        let told = put(&carer, "170001", WEEKS[1], &entry(changes.clone())).await;
        assert_eq!(told.status, 422, "{changes}");
        let errors = told.json()["errors"].clone();
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!(field), &json!(code)),
            "{errors}"
        );
    }
    let outside = put(&carer, "170002", WEEKS[0], &entry(json!({"actual": "7"}))).await.json();
    assert_eq!(
        (&outside["errors"][0]["field"], &outside["errors"][0]["code"]),
        (&json!("week_start"), &json!("E14"))
    );
    assert_eq!(world.store.dump().unwrap().keys().filter(|it| it.contains("WEEKS#")).count(), 1);
}

#[tokio::test]
async fn a_week_that_has_not_begun_cannot_be_entered() {
    let world = World::homecare().await;
    world.clock.set(at("2022-11-13T10:00:00Z"));
    let carer = world.carer().await;
    let told = put(&carer, "170001", WEEKS[2], &delivered("10.5", 0)).await.json();
    assert_eq!(told["errors"][0]["code"], "E16");
    let path = week_path(AFTER, "170001", "2022-11-28");
    let told = carer.send(&axum::http::Method::PUT, &path, Some(&delivered("10.5", 0))).await;
    assert_eq!(told.problem(), (409, "period-not-yet".to_owned()));
    let form = carer.get(CURRENT).await.json();
    assert_eq!(
        (&week(&form, 0, 1)["future"], &week(&form, 0, 2)["future"]),
        (&json!(false), &json!(true))
    );
    let form = carer.get(AFTER).await.json();
    assert_eq!((&form["state"], &form["can_enter"]), (&json!("not_yet"), &json!(false)));
}

#[tokio::test]
async fn as_planned_fills_only_what_has_no_entry() {
    let world = World::homecare().await;
    let carer = world.carer().await;
    let mut body = delivered("10", 0);
    body["missed"] = json!("0.5");
    body["reason_code"] = json!("STAFFING");
    put(&carer, "170001", WEEKS[0], &body).await;
    let form =
        carer.post(&format!("{CURRENT}/as-planned"), &json!({"week_start": WEEKS[1]})).await.json();
    assert_eq!(form["missing"], 5);
    let form =
        carer.post(&format!("{CURRENT}/as-planned"), &json!({"service_ref": "S9999"})).await.json();
    assert_eq!(form["missing"], 5);
    let form = carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await.json();
    assert_eq!((&form["missing"], &form["can_submit"]), (&json!(0), &json!(true)));
    assert_eq!(week(&form, 1, 0)["actual"], "10", "what was entered stays");
    assert_eq!(week(&form, 0, 3)["actual"], "7");
    let before = world.store.dump().unwrap();
    let again = carer.post(&format!("{CURRENT}/as-planned"), &json!({})).await.json();
    assert_eq!(again, form);
    assert_eq!(world.store.dump().unwrap(), before);
}

#[tokio::test]
async fn last_week_is_copied_also_over_the_border_of_a_period_where_it_fits_the_plan() {
    let mut council = Council::homecare();
    council.cpli("170002").prices.insert(day(WEEKS[1]), testing::price("8", "20.00"));
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let mut body = delivered("10", 0);
    body["missed"] = json!("0.5");
    body["reason_code"] = json!("STAFFING");
    body["comment"] = json!("Flu");
    let last = week_path(BEFORE, "170001", "2022-10-24");
    carer.send(&axum::http::Method::PUT, &last, Some(&body)).await;
    put(&carer, "170002", WEEKS[0], &delivered("7", 0)).await;
    let copy = format!("{CURRENT}/copy-last-week");
    let form = carer.post(&copy, &json!({"week_start": WEEKS[0]})).await.json();
    let copied = week(&form, 1, 0);
    assert_eq!((&copied["actual"], &copied["missed"]), (&json!("10"), &json!("0.5")));
    assert_eq!((&copied["reason_code"], &copied["comment"]), (&json!("STAFFING"), &json!("Flu")));
    let form = carer.post(&copy, &json!({"week_start": WEEKS[1]})).await.json();
    assert_eq!(week(&form, 1, 1)["actual"], "10");
    assert_eq!(week(&form, 0, 1)["recorded"], false, "8 hours are planned now, and 7 were copied");
    assert_eq!(carer.post(&copy, &json!({})).await.json()["errors"][0]["field"], "week_start");
}

#[tokio::test]
async fn where_visits_are_counted_the_plan_does_not_say_them() {
    let mut council = Council::homecare();
    council.services[0].visits_required = true;
    let world = World::of(&council).await;
    let form = world.carer().await.post(&format!("{CURRENT}/as-planned"), &json!({})).await.json();
    assert_eq!(form["missing"], 8);
}
