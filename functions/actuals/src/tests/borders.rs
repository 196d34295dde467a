//! What nobody sees who may not.

use axum::http::Method;
use domain::permission::Permission;
use testing::Log;
use web::Access;

use super::*;

/// A request that would be answered if what it names were there.
async fn ask(browser: &Browser, method: &Method, path: &str) -> Reply {
    let mut body = delivered("10.5", 0);
    body["week_start"] = json!(WEEKS[0]);
    body["file_name"] = json!("november.xlsx");
    body["size_bytes"] = json!(1);
    let sent = (*method != Method::GET).then_some(&body);
    browser.send(method, path, sent).await
}

fn named(path: &str, [contract, period, cpli, week]: [&str; 4]) -> String {
    path.replace("{contract_ref}", contract)
        .replace("{period_start}", period)
        .replace("{cpli_id}", cpli)
        .replace("{week_start}", week)
}

const OURS: [&str; 4] = ["C3003", "2022-10-31", "170001", "2022-10-31"];

#[tokio::test]
async fn what_is_another_providers_is_answered_byte_for_byte_as_what_is_not_there() {
    let world = World::homecare().await;
    let browser = world.browser("P1003", &Role::ALL).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains("{contract_ref}") {
            continue;
        }
        tried += 1;
        let nothing = named(route.path, ["C9999", "2022-10-31", "1", "2022-10-31"]);
        let nobodys = ask(&browser, &route.method, &nothing).await;
        assert_eq!(nobodys.problem(), (404, "not-found".to_owned()), "{route:?}");
        let mut theirs = vec![
            ["C3004", "2022-10-31", "170009", "2022-10-31"],
            ["C3004", "1999-01-01", "170009", "1999-01-01"],
            ["C3003", "1999-01-01", "170001", "1999-01-01"],
            ["C3003", "yesterday", "170001", "2022-10-31"],
            ["C%23", "2022-10-31", "170001", "2022-10-31"],
        ];
        if route.path.contains("{cpli_id}") {
            theirs.extend([
                ["C3003", "2022-10-31", "170009", "2022-10-31"],
                ["C3003", "2022-10-31", "170001", "2022-11-28"],
                ["C3003", "2022-10-31", "170001", "2022-11-01"],
                ["C3003", "2022-10-31", "%23", "2022-10-31"],
            ]);
        }
        for names in theirs {
            let path = named(route.path, names);
            assert!(!path.contains('{'), "say what {path} is to name, and try it here");
            let reply = ask(&browser, &route.method, &path).await;
            assert_eq!(reply, nobodys, "{} {path}", route.method);
        }
    }
    assert_eq!(tried, 7);
}

#[tokio::test]
async fn another_providers_file_is_answered_byte_for_byte_as_one_that_is_not_there() {
    let world = World::homecare().await;
    let southside = world.browser("P1004", &[Role::Actuals]).await;
    let body = json!({"file_name": "november.csv", "size_bytes": 10});
    let theirs = southside.post("/api/actuals/uploads", &body).await.json()["batch_id"].clone();
    let northside = world.browser("P1003", &Role::ALL).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains("{batch_id}") {
            continue;
        }
        tried += 1;
        let asked = async |batch: &str| {
            let path = route.path.replace("{batch_id}", batch);
            ask(&northside, &route.method, &path).await
        };
        let nobodys = asked("20221122T100000-0000000000000000").await;
        assert_eq!(nobodys.problem(), (404, "not-found".to_owned()), "{route:?}");
        for batch in [theirs.as_str().unwrap(), "yesterday", "%23"] {
            assert_eq!(asked(batch).await, nobodys, "{route:?} {batch}");
        }
    }
    assert_eq!(tried, 4);
}

#[tokio::test]
async fn lists_have_nothing_of_another_provider() {
    let world = World::homecare().await;
    let southside = world.browser("P1004", &Role::ALL).await;
    let path = "/api/actuals/C3004/2022-10-31/weeks/170009/2022-10-31";
    let body = delivered("4", 0);
    assert_eq!(southside.send(&Method::PUT, path, Some(&body)).await.status, 200);
    let northside = world.browser("P1003", &Role::ALL).await;
    for path in [LIST, EXCEPTIONS] {
        let reply = northside.get(path).await.text();
        assert!(!reply.contains("C3004") && !reply.contains("170009"), "{reply}");
    }
}

#[tokio::test]
async fn each_route_is_open_to_the_roles_of_the_specification_and_to_nobody_else() {
    let world = World::homecare().await;
    for route in api().routes() {
        let Access::Provider(permission) = route.access else { panic!("{route:?}") };
        let changes = route.method != Method::GET;
        let expected = if changes { Permission::EnterActuals } else { Permission::See };
        assert_eq!(permission, expected, "{route:?}");

        let path = named(route.path, OURS);
        let nobody = ask(&world.visitor(), &route.method, &path).await;
        assert_eq!(nobody.problem(), (401, "signed-out".to_owned()), "{route:?}");
        for role in Role::ALL {
            let browser = world.browser("P1003", &[role]).await;
            let reply = ask(&browser, &route.method, &path).await;
            let refused = reply.status == 404 && reply.problem() == (404, "not-allowed".to_owned());
            assert_eq!(refused, !role.may(permission), "{role} at {route:?}");
        }
    }
}

#[tokio::test]
async fn only_those_who_may_enter_are_offered_to() {
    let world = World::homecare().await;
    for role in Role::ALL {
        let may = role.may(Permission::EnterActuals);
        let browser = world.browser("P1003", &[role]).await;
        let form = browser.get(CURRENT).await.json();
        assert_eq!((&form["can_enter"], form["why_not"].is_null()), (&json!(may), may), "{role}");
        let list = browser.get(LIST).await.json();
        assert_eq!(list["can_enter"], may, "{role}");
        assert_eq!(list["contracts"][0]["periods"][0]["can_enter"], may, "{role}");
    }
}

#[tokio::test]
async fn every_view_of_clients_is_logged_once_and_names_nobody() {
    let world = World::homecare().await;
    let browser = world.carer().await;
    let (log, collecting) = Log::collect();
    let of_files = |path: &str| path.starts_with("/api/actuals/uploads");
    let routes = api().routes().into_iter();
    for route in routes.filter(|route| route.path != LIST && !of_files(route.path)) {
        let before = log.events("client records viewed").len();
        let reply = ask(&browser, &route.method, &named(route.path, OURS)).await;
        assert!(reply.status == 200 || route.path.ends_with("submission"), "{route:?}");
        let viewed = log.events("client records viewed").len();
        assert_eq!(viewed - before, usize::from(reply.status == 200), "{route:?}");
    }
    drop(collecting);
    let viewed = log.events("client records viewed");
    assert!(viewed.iter().all(|event| event["provider"] == "P1003"));
    assert_eq!(log.events("week recorded").len(), 1);
    assert_eq!(log.events("weeks filled in").len(), 2);
    for secret in ["North", "A500001", "ada@", "Ada", "Noor"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
