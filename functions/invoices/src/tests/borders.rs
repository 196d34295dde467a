//! What nobody sees who may not.

use axum::http::Method;
use testing::{Log, Reply};
use web::Access;

use super::*;

/// A request that would be answered if the document were there.
async fn ask(browser: &Browser, method: &Method, path: &str) -> Reply {
    let body = json!({
        "digest": "00", "contract_ref": "C3003", "period_start": PERIOD, "file_name": "a.pdf",
        "size_bytes": 9
    });
    let sent = (*method == Method::POST).then_some(&body);
    browser.send(method, path, sent).await
}

fn named(path: &str, invoice: &str) -> String {
    path.replace("{invoice_id}", invoice)
}

#[tokio::test]
async fn what_is_another_providers_is_answered_byte_for_byte_as_what_is_not_there() {
    let world = World::confirmed().await;
    world.draft().await;
    let browser = world.browser("P1004", &Role::ALL).await;
    let mut tried = 0;
    for route in api().routes() {
        if !route.path.contains('{') {
            continue;
        }
        tried += 1;
        let nobodys = ask(&browser, &route.method, &named(route.path, "C9999.2022-10-03.1")).await;
        assert_eq!(nobodys.status, 404, "{route:?}");
        for invoice in
            ["C3003.2022-10-03.1", "C3003.2022-10-03.9", "C3003", "1", "C%23.2022-10-03.1"]
        {
            let path = named(route.path, invoice);
            assert!(!path.contains('{'), "say what {path} is to name, and try it here");
            assert_eq!(
                ask(&browser, &route.method, &path).await,
                nobodys,
                "{} {path}",
                route.method
            );
        }
    }
    assert!(tried == 8);
    let theirs = ask(&browser, &Method::POST, LIST).await;
    let wanted = json!({"contract_ref": "C9999", "period_start": PERIOD});
    assert_eq!(theirs, browser.post(LIST, &wanted).await);
    assert_eq!(theirs.status, 404);
    let list = browser.get(LIST).await.json();
    assert_eq!((&list["rows"], &list["proposals"]), (&json!([]), &json!([])));
    assert_eq!(list["contracts"].as_array().unwrap().len(), 1, "its own");
}

#[tokio::test]
async fn each_route_is_open_to_the_roles_of_the_specification_and_to_nobody_else() {
    for route in api().routes() {
        let Access::Provider(permission) = route.access else { panic!("{route:?}") };
        let changes = route.method == Method::POST;
        let expected = if changes { Permission::Invoice } else { Permission::See };
        assert_eq!(permission, expected, "{route:?}");

        let world = World::confirmed().await;
        world.draft().await;
        let path = named(route.path, "C3003.2022-10-03.1");
        let nobody = ask(&world.visitor(), &route.method, &path).await;
        assert_eq!(nobody.problem(), (401, "signed-out".to_owned()), "{route:?}");
        for role in Role::ALL {
            let browser = world.browser("P1003", &[role]).await;
            let reply = ask(&browser, &route.method, &path).await;
            let is_problem = reply.status.as_u16() >= 400;
            let refused = is_problem && reply.problem() == (404, "not-allowed".to_owned());
            assert_eq!(refused, !role.may(permission), "{role} at {route:?}");
        }
    }
}

#[tokio::test]
async fn only_those_who_may_invoice_are_offered_to() {
    let world = World::confirmed().await;
    world.draft().await;
    for role in Role::ALL {
        let view = world.browser("P1003", &[role]).await.get(FIRST).await.json();
        for offer in ["can_submit", "can_delete", "can_attach"] {
            assert_eq!(view[offer], role.may(Permission::Invoice), "{role} {offer}");
        }
    }
}

#[tokio::test]
async fn every_view_of_clients_is_logged_and_names_nobody() {
    let world = World::with_vat().await;
    let digest = world.draft().await["digest"].clone();
    world.send("ida north.pdf", PDF).await;
    let browser = world.invoices().await;
    let (log, collecting) = Log::collect();
    for (method, path) in [
        (Method::GET, String::new()),
        (Method::POST, "/attachment/check".to_owned()),
        (Method::GET, "/attachment".to_owned()),
        (Method::POST, "/submission".to_owned()),
    ] {
        let before = log.events("client records viewed").len();
        let body = json!({"digest": digest});
        let sent = (method == Method::POST).then_some(&body);
        let reply = browser.send(&method, &format!("{FIRST}{path}"), sent).await;
        assert!(reply.status.as_u16() < 400, "{path}: {}", reply.text());
        assert_eq!(log.events("client records viewed").len() - before, 1, "{path}");
    }
    drop(collecting);
    for secret in ["Ida", "North", "A500001", "ida", "ada@", "Ada"] {
        assert!(!log.text().contains(secret), "{secret}: {}", log.text());
    }
}
