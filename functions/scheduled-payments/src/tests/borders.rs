//! What nobody sees who may not.

use axum::http::Method;
use domain::permission::Permission;
use testing::{Log, Reply};
use web::Access;

use super::*;

/// A request that would be answered if the statement were there.
async fn ask(browser: &Browser, method: &Method, path: &str) -> Reply {
    let body =
        json!({"digest": "00", "comment": "No", "lines": [{"item_id": "1", "comment": "No"}]});
    let sent = (*method == Method::POST).then_some(&body);
    browser.send(method, path, sent).await
}

fn named(path: &str, contract: &str, period: &str) -> String {
    path.replace("{contract_ref}", contract).replace("{period_start}", period)
}

#[tokio::test]
async fn what_is_another_providers_is_answered_byte_for_byte_as_what_is_not_there() {
    let world = World::lake_house().await;
    let browser = world.browser("P1001", &Role::ALL).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains('{') {
            continue;
        }
        tried += 1;
        let nobodys = ask(&browser, &route.method, &named(route.path, "C9999", "2022-10-03")).await;
        assert_eq!(nobodys.status, 404, "{route:?}");
        for (contract, period) in [
            ("C3002", "2022-10-03"),
            ("C3002", "2022-10-31"),
            ("C3002", "1999-01-01"),
            ("C3001", "1999-01-01"),
            ("C3001", "yesterday"),
            ("C%23", "2022-10-03"),
        ] {
            let path = named(route.path, contract, period);
            assert!(!path.contains('{'), "say what {path} is to name, and try it here");
            let theirs = ask(&browser, &route.method, &path).await;
            assert_eq!(theirs, nobodys, "{} {path}", route.method);
        }
    }
    assert_eq!(tried, 7);
}

#[tokio::test]
async fn a_list_of_another_providers_contract_is_answered_as_one_that_is_not_there() {
    let world = World::lake_house().await;
    let browser = world.browser("P1001", &Role::ALL).await;
    let nobodys = browser.get(&format!("{LIST}?contract=C9999")).await;
    assert_eq!(nobodys.problem(), (404, "not-found".to_owned()));
    for contract in ["C3002", "C%23", "C%2F1"] {
        assert_eq!(browser.get(&format!("{LIST}?contract={contract}")).await, nobodys);
    }
    assert_eq!(browser.get(LIST).await.json()["contracts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn each_route_is_open_to_the_roles_of_the_specification_and_to_nobody_else() {
    let world = World::lake_house().await;
    for route in api().routes() {
        let Access::Provider(permission) = route.access else { panic!("{route:?}") };
        let changes = route.method == Method::POST;
        let expected = if changes { Permission::RespondToStatement } else { Permission::See };
        assert_eq!(permission, expected, "{route:?}");

        let path = named(route.path, "C3001", "2022-10-03");
        let nobody = ask(&world.visitor(), &route.method, &path).await;
        assert_eq!(nobody.problem(), (401, "signed-out".to_owned()), "{route:?}");
        for role in Role::ALL {
            let browser = world.browser("P1001", &[role]).await;
            let reply = ask(&browser, &route.method, &path).await;
            let refused = reply.status != 200 && reply.problem() == (404, "not-allowed".to_owned());
            assert_eq!(refused, !role.may(permission), "{role} at {route:?}");
            assert!(reply.status == 200 || changes || refused, "{role} at {route:?}");
        }
    }
}

#[tokio::test]
async fn only_those_who_may_respond_are_offered_to() {
    let world = World::lake_house().await;
    for role in Role::ALL {
        let view = world.browser("P1001", &[role]).await.get(CURRENT).await.json();
        assert_eq!(view["can_respond"], role.may(Permission::RespondToStatement), "{role}");
    }
}

#[tokio::test]
async fn every_view_of_clients_is_logged_once_and_names_nobody() {
    let world = World::lake_house().await;
    let browser = world.payments().await;
    let body = answer(&browser, CURRENT, "Miss Adams left on the 12th").await;
    let (log, collecting) = Log::collect();
    for route in api().routes().iter().filter(|route| route.path != LIST) {
        let path = named(route.path, "C3001", "2022-10-31")
            .replace("2022-10-31/remittance", "2022-10-03/remittance");
        let before = log.events("client records viewed").len();
        let mut sent = body.clone();
        sent["lines"] = json!([{"item_id": "1", "comment": "No"}]);
        let sent = (route.method == Method::POST).then_some(&sent);
        let reply = browser.send(&route.method, &path, sent).await;
        let viewed = log.events("client records viewed");
        assert_eq!(viewed.len() - before, usize::from(reply.status == 200), "{path}: {viewed:?}");
    }
    drop(collecting);
    let viewed = log.events("client records viewed");
    assert_eq!(viewed.len(), 6, "all but the queries, which name no line of the statement");
    for event in viewed {
        assert_eq!((&event["provider"], &event["records"]), (&json!("P1001"), &json!(1)));
        assert_eq!(event["account"].as_str().unwrap().len(), 64);
    }
    assert_eq!(log.events("statement answered").len(), 2);
    for secret in ["Adams", "A272433", "ada@", "Ada", "left"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
