//! Keys from the page to the door.

use domain::permission::Role;
use messages::Queue;
use notices::Notices;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, at, sign_in};
use web::{Access, Clock};

use crate::{Software, api};

const NINE: &str = "2022-11-01T09:00:00Z";

async fn portal() -> Software {
    let store = Store::in_memory();
    let mut council = Council::lake_house();
    let admin = |contact: &str, provider: &str, email: &str| {
        serde_json::from_value(json!({
            "contact_ref": contact, "provider_ref": provider, "forename": "Ada", "surname": "Byron",
            "portal_email": email, "roles": ["admin"],
        }))
        .unwrap()
    };
    council.contacts = vec![
        admin("K2001", "P1001", "ada@lakehouse.example"),
        admin("K2002", "P1001", "mary@lakehouse.example"),
        admin("K2003", "P1002", "eve@madley.example"),
    ];
    council.save(&store).await;
    let notices = Notices::with(store.clone(), Queue::in_memory(), "https://portal.example");
    Software { store, notices, clock: Clock::at(at(NINE)) }
}

fn browser(portal: &Software) -> Browser {
    Browser::new(api().router(portal.clone()))
}

async fn ada(portal: &Software) -> Browser {
    let token = sign_in(&portal.store, "P1001", &[Role::Admin], portal.clock.now()).await;
    browser(portal).with_session(&token)
}

fn form(request_id: &str) -> Value {
    json!({
        "request_id": request_id, "name": "Rota software", "scopes": ["read", "actuals"],
        "last_day": "2022-12-31",
    })
}

#[tokio::test]
async fn a_key_is_shown_once_and_listed_without_its_secret() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made = ada.post("/api/api-keys", &form("request-1")).await;
    assert_eq!(made.status, 201);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("pp_live_"));
    let again = ada.post("/api/api-keys", &form("request-1")).await;
    assert_eq!((again.status.as_u16(), &again.json()["secret"]), (200, &Value::Null));
    let list = ada.get("/api/api-keys").await;
    assert_eq!(list.json()["keys"].as_array().unwrap().len(), 1);
    assert_eq!(list.json()["keys"][0]["last_day"], "2022-12-31");
    assert!(!list.text().contains(&secret));
    let kept = serde_json::to_string(&portal.store.dump().unwrap()).unwrap();
    assert!(!kept.contains(secret.strip_prefix("pp_live_").unwrap()), "no secret is kept");
}

#[tokio::test]
async fn every_administrator_of_the_provider_is_told_of_a_new_key_and_nobody_else() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    ada.post("/api/api-keys", &form("request-1")).await;
    ada.post("/api/api-keys", &form("request-1")).await;
    let (emails, _) = portal.store.pending_emails(10, None).await.unwrap();
    let mut to = Vec::new();
    for (id, _) in emails {
        let email = portal.store.outbox_email(&id).await.unwrap().unwrap().email;
        assert!(!email.text.contains("pp_live_") && !email.news);
        to.push(email.to);
    }
    to.sort();
    assert_eq!(to, ["ada@lakehouse.example", "mary@lakehouse.example"]);
}

#[tokio::test]
async fn a_key_cannot_make_or_revoke_keys_and_only_an_administrator_can() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made = ada.post("/api/api-keys", &form("request-1")).await.json();
    let software = browser(&portal).with_key(made["secret"].as_str().unwrap());
    let viewer = sign_in(&portal.store, "P1001", &[Role::Signatory], portal.clock.now()).await;
    let viewer = browser(&portal).with_session(&viewer);
    for route in api().routes() {
        assert_eq!(route.access, Access::Provider(domain::permission::Permission::Administer));
        let path = route.path.replace("{key_id}", made["key"]["key_id"].as_str().unwrap());
        for other in [&software, &viewer] {
            let reply = other.send(&route.method, &path, Some(&form("request-2"))).await;
            assert_eq!(reply.problem(), (404, "not-allowed".into()), "{path}");
        }
    }
}

#[tokio::test]
async fn a_key_is_revoked_by_its_own_provider_alone_and_at_once() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made = ada.post("/api/api-keys", &form("request-1")).await.json();
    let software = browser(&portal).with_key(made["secret"].as_str().unwrap());
    let path = format!("/api/api-keys/{}/revocation", made["key"]["key_id"].as_str().unwrap());
    let eve = sign_in(&portal.store, "P1002", &[Role::Admin], portal.clock.now()).await;
    let eve = browser(&portal).with_session(&eve);
    assert_eq!(eve.post(&path, &json!({})).await.status, 404);
    let ada = self::ada(&portal).await;
    for _ in 0..2 {
        let revoked = ada.post(&path, &json!({})).await.json();
        assert_eq!(
            (&revoked["state"], &revoked["revoked_by"]),
            (&json!("revoked"), &json!("Ada Byron"))
        );
    }
    assert_eq!(software.get("/api/api-keys").await.problem(), (401, "api-key-unknown".into()));
}
