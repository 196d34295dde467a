//! What nobody sees who may not.

use axum::http::Method;
use domain::permission::{CouncilPermission, Permission};
use testing::{Log, Reply};
use web::Access;

use super::*;

/// A request that would be answered if the action were there.
async fn ask(browser: &Browser, method: &Method, path: &str) -> Reply {
    let body = json!({
        "request_id": "request-9", "type_ref": "general_query", "title": "Cost", "text": "Too low",
        "team_ref": "SYSTEMS", "provider_ref": "P1001", "decision": "decline", "reason": "No",
        "assign_to": {"side": "provider"}, "file_name": "a.pdf", "size_bytes": 9
    });
    let sent = (*method == Method::POST).then_some(&body);
    browser.send(method, path, sent).await
}

fn named(path: &str, provider: &str, action: &str) -> String {
    let path = path.replace("{provider_ref}", provider).replace("{action_id}", action);
    path.replace("{attachment_id}", "00000000000000000000000000000000")
}

#[tokio::test]
async fn what_is_another_providers_is_answered_byte_for_byte_as_what_is_not_there() {
    let world = World::new().await;
    let id = world.query().await;
    let browser = world.browser("P1002", &Role::ALL).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains("{action_id}") || route.path.contains("council") {
            continue;
        }
        tried += 1;
        let nobodys = ask(&browser, &route.method, &named(route.path, "", "AAAA")).await;
        assert_eq!(nobodys.status, 404, "{route:?}");
        for action in [id.as_str(), "1", "A%23B"] {
            let theirs = ask(&browser, &route.method, &named(route.path, "", action)).await;
            assert_eq!(theirs, nobodys, "{} {action}", route.path);
        }
    }
    assert_eq!(tried, 5);
    assert_eq!(browser.get(LIST).await.json()["rows"], json!([]));
}

#[tokio::test]
async fn what_another_team_handles_is_answered_as_what_is_not_there() {
    let world = World::new().await;
    let id = world.query().await;
    let roles = [CouncilRole::TeamMember, CouncilRole::Contracts];
    let other = world.staff(&roles, &["PAYMENTS"]).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains("{provider_ref}/{action_id}") {
            continue;
        }
        tried += 1;
        let nobodys = ask(&other, &route.method, &named(route.path, "P1001", "AAAA")).await;
        assert_eq!(nobodys.status, 404, "{route:?}");
        for provider in ["P1001", "P1002", "P9999"] {
            let theirs = ask(&other, &route.method, &named(route.path, provider, &id)).await;
            assert_eq!(theirs, nobodys, "{} {provider}", route.path);
        }
    }
    assert_eq!(tried, 6);
    assert_eq!(other.get(QUEUE).await.json()["rows"], json!([]));
}

#[tokio::test]
async fn each_route_is_open_to_the_roles_of_the_specification_and_to_nobody_else() {
    let world = World::new().await;
    let id = world.query().await;
    for route in api().routes() {
        let path = named(route.path, "P1001", &id);
        let nobody = ask(&world.visitor(), &route.method, &path).await;
        assert_eq!(nobody.problem(), (401, "signed-out".to_owned()), "{route:?}");
        let is_refused = |reply: &Reply| {
            reply.status.as_u16() >= 400 && reply.problem() == (404, "not-allowed".to_owned())
        };
        let changes = route.method == Method::POST;
        for role in Role::ALL {
            let reply = ask(&world.browser("P1001", &[role]).await, &route.method, &path).await;
            let may = match route.access {
                Access::Provider(permission) => {
                    let expected = if changes { Permission::Act } else { Permission::See };
                    assert_eq!(permission, expected, "{route:?}");
                    role.may(permission)
                }
                Access::Public | Access::OneClick | Access::Session | Access::Council(_) => false,
            };
            assert_eq!(is_refused(&reply), !may, "{role} at {route:?}");
        }
        for role in CouncilRole::ALL {
            let reply = ask(&world.staff(&[role], &["SYSTEMS"]).await, &route.method, &path).await;
            let may = matches!(route.access, Access::Council(permission) if role.may(permission));
            if !route.path.ends_with("/decision") {
                assert_eq!(is_refused(&reply), !may, "{role} at {route:?}");
            }
        }
    }
    let decides = api().routes().into_iter().filter(|it| it.path.ends_with("/decision"));
    for route in decides {
        assert_eq!(route.access, Access::Council(CouncilPermission::AcceptProposals));
    }
}

#[tokio::test]
async fn every_view_of_clients_is_logged_and_names_nobody() {
    let world = World::new().await;
    let (log, collecting) = Log::collect();
    let fields = json!({"date_of_death": "2022-11-06"});
    let id = world.raised("death-1", "death", &fields).await;
    let views = [
        (world.ada().await, format!("{LIST}/{id}")),
        (world.ada().await, LIST.to_owned()),
        (world.ada().await, "/api/actions/form".to_owned()),
        (world.grace().await, QUEUE.to_owned()),
        (world.grace().await, format!("{QUEUE}/P1001/{id}")),
        (world.grace().await, "/api/council/actions/form?provider=P1001".to_owned()),
    ];
    for (browser, path) in views {
        let before = log.events("client records viewed").len();
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
        assert_eq!(log.events("client records viewed").len() - before, 1, "{path}");
    }
    drop(collecting);
    for secret in ["Wednesday", "Adams", "A272433", "Sadly", "DOD", "ada@", "Ada"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
