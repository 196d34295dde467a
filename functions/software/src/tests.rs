//! Keys from the page to the door.

use domain::permission::{CouncilRole, Role};
use messages::Queue;
use notices::Notices;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, at, sign_in, sign_in_staff};
use web::{Access, Clock};

use crate::{Software, api};

const NINE: &str = "2022-11-01T09:00:00Z";

async fn portal() -> Software {
    let store = Store::in_memory();
    let mut council = Council::lake_house();
    let admin = |contact: &str, provider: &str, email: &str| {
        serde_json::from_value(json!({
            "contact_ref": contact, "provider_ref": provider, "forename": "Ada", "surname": "Brome",
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
    Software { store, notices, loopback: false, clock: Clock::at(at(NINE)) }
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
    let unnamed = ada.post("/api/api-keys", &form("1")).await;
    assert_eq!(unnamed.json()["errors"][0]["field"], "request_id");
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
    let administer = Access::Provider(domain::permission::Permission::Administer);
    for route in api().routes().into_iter().filter(|it| it.path.starts_with("/api/api-keys")) {
        assert_eq!(route.access, administer);
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
            (&json!("revoked"), &json!("Ada Brome"))
        );
    }
    assert_eq!(software.get("/api/api-keys").await.problem(), (401, "api-key-unknown".into()));
}

/// Who is told that a key was revoked, without what it is called or why.
async fn told_of_revocation(portal: &Software) -> Vec<String> {
    let (emails, _) = portal.store.pending_emails(10, None).await.unwrap();
    let mut told = Vec::new();
    for (id, _) in emails {
        let email = portal.store.outbox_email(&id).await.unwrap().unwrap().email;
        assert!(!email.text.contains("web page") && !email.text.contains("Rota"), "{}", email.text);
        if email.subject.contains("was revoked") {
            told.push(email.to);
        }
    }
    told.sort();
    told
}

#[tokio::test]
async fn the_helpdesk_revokes_a_key_with_a_reason_and_the_administrators_are_told_once() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made = ada.post("/api/api-keys", &form("request-1")).await.json();
    let (secret, key_id) =
        (made["secret"].as_str().unwrap(), made["key"]["key_id"].as_str().unwrap());
    let software = browser(&portal).with_key(secret);
    let path = format!("/api/council/api-keys/P1001/{key_id}/revocation");
    let because = |reason: &str| json!({ "reason": reason });
    let staff = async |role| {
        let token = sign_in_staff(&portal.store, &[role], &[], portal.clock.now()).await;
        browser(&portal).with_session(&token)
    };
    let auditor = staff(CouncilRole::Auditor).await;
    let list = auditor.get("/api/council/api-keys/P1001").await;
    assert_eq!(
        (&list.json()["provider_name"], &list.json()["may_revoke"]),
        (&json!("Lake House"), &json!(false))
    );
    assert!(!list.text().contains(secret) && list.text().contains("Rota software"));
    assert_eq!(
        auditor.post(&path, &because("Seen on a web page")).await.problem(),
        (404, "not-allowed".into())
    );
    let helpdesk = staff(CouncilRole::Helpdesk).await;
    for reason in [" ".to_owned(), "x".repeat(501)] {
        assert_eq!(
            helpdesk.post(&path, &because(&reason)).await.json()["errors"][0]["field"],
            "reason"
        );
    }
    let elsewhere = path.replace("P1001", "P1002");
    assert_eq!(
        helpdesk.post(&elsewhere, &because("Seen")).await.problem(),
        (404, "not-found".into())
    );
    assert_eq!(helpdesk.get("/api/council/api-keys/P7777").await.status, 404);
    assert_eq!(
        software.get("/api/api-keys").await.problem(),
        (404, "not-allowed".into()),
        "it is still known"
    );
    for reason in ["Seen on a web page", "Another reason"] {
        let revoked = helpdesk.post(&path, &because(reason)).await.json();
        assert_eq!(
            (&revoked["state"], &revoked["revoked_reason"]),
            (&json!("revoked"), &json!("Seen on a web page"))
        );
    }
    assert_eq!(software.get("/api/api-keys").await.problem(), (401, "api-key-unknown".into()));
    assert_eq!(
        told_of_revocation(&portal).await,
        ["ada@lakehouse.example", "mary@lakehouse.example"]
    );
    let ada = self::ada(&portal).await;
    assert_eq!(
        ada.get("/api/api-keys").await.json()["keys"][0]["revoked_reason"],
        "Seen on a web page"
    );
}

/// The events of a calendar: for each, its lines by name.
fn events(calendar: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let whole = calendar.replace("\r\n ", "");
    let events = whole.split("BEGIN:VEVENT\r\n").skip(1);
    let lines = |event: &str| {
        let lines = event.split("\r\n").take_while(|line| *line != "END:VEVENT");
        let named = lines.filter_map(|line| line.split_once(':'));
        named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    events.map(lines).collect()
}

#[tokio::test]
async fn a_calendar_tells_deadlines_as_moments_and_payments_as_days() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let reply = ada.get("/api/calendar/deadlines.ics").await;
    assert_eq!(reply.headers["content-type"], "text/calendar; charset=utf-8");
    let text = reply.text();
    let all = events(&text);
    let of =
        |uid: &str| all.iter().find(|it| it["UID"] == format!("{uid}@provider-portal")).unwrap();
    let period = portal.store.periods_of_cycle(&"28DAY".parse().unwrap()).await.unwrap();
    let period = period.iter().find(|it| it.start_date.to_string() == "2022-10-31").unwrap();
    let confirm = of("confirm-C3001-2022-10-31");
    let stamp = period.confirm_by.format("%Y%m%dT%H%M%SZ").to_string();
    assert_eq!((&confirm["DTSTART"], &confirm["DTEND"]), (&stamp, &stamp));
    let paid = of("paid-C3001-2022-10-31");
    assert_eq!(paid["DTSTART;VALUE=DATE"], period.pay_date.format("%Y%m%d").to_string());
    assert!(all.iter().all(|it| !it["UID"].contains("C3002")), "another provider's");
    assert!(!text.contains("Adams") && !text.contains("A272433"), "no client");
    assert_eq!(ada.get("/api/calendar/deadlines.ics").await.text(), text, "asked again, the same");
}

#[tokio::test]
async fn whoever_has_the_address_reads_the_calendar_until_it_is_replaced_or_removed() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let anybody = browser(&portal);
    let path = |made: &Value| made["url"].as_str().unwrap().replace("https://portal.example", "");
    let first = path(&ada.post("/api/calendar", &json!({})).await.json());
    assert_eq!(anybody.get(&first).await.status, 200);
    assert_eq!(ada.get("/api/calendar").await.json()["url"], Value::Null);
    let second = path(&ada.post("/api/calendar", &json!({})).await.json());
    assert_eq!(anybody.get(&first).await.problem(), (404, "not-found".into()));
    assert!(anybody.get(&second).await.text().starts_with("BEGIN:VCALENDAR"));
    for _ in 0..2 {
        assert_eq!(ada.post("/api/calendar/removal", &json!({})).await.status, 204);
    }
    assert_eq!(anybody.get(&second).await.problem(), (404, "not-found".into()));
    assert_eq!(ada.get("/api/calendar").await.json()["created_at"], Value::Null);
}

#[tokio::test]
async fn whoever_may_no_longer_see_a_provider_reads_no_calendar_of_it() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made = ada.post("/api/calendar", &json!({})).await.json();
    let path = made["url"].as_str().unwrap().replace("https://portal.example", "");
    testing::grant(&portal.store, "P1001", &[]).await;
    assert_eq!(browser(&portal).get(&path).await.problem(), (404, "not-found".into()));
}

#[tokio::test]
async fn software_fetches_the_calendar_itself_and_gets_no_address() {
    let portal = portal().await;
    let made = ada(&portal).await.post("/api/api-keys", &form("request-1")).await.json();
    let software = browser(&portal).with_key(made["secret"].as_str().unwrap());
    assert_eq!(software.get("/api/calendar/deadlines.ics").await.status, 200);
    assert_eq!(software.post("/api/calendar", &json!({})).await.status, 404);
}

fn address(request_id: &str, url: &str) -> Value {
    json!({"request_id": request_id, "url": url, "kinds": ["statement.opened", "endpoint.test"]})
}

#[tokio::test]
async fn an_address_is_entered_once_and_its_secret_is_told_once() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let form = address("request-1", "https://rota.example/portal");
    let made = ada.post("/api/webhooks", &form).await;
    assert_eq!(made.status, 201);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    let again = ada.post("/api/webhooks", &form).await;
    assert_eq!((again.status.as_u16(), &again.json()["secret"]), (200, &Value::Null));
    let list = ada.get("/api/webhooks").await;
    assert_eq!(list.json()["endpoints"][0]["kinds"], json!(["statement.opened"]));
    assert!(!list.text().contains(&secret));
    let unnamed = ada.post("/api/webhooks", &address("1", "https://rota.example/")).await;
    assert_eq!(unnamed.json()["errors"][0]["field"], "request_id");
    for bad in ["http://rota.example/", "https://169.254.169.254/", "http://127.0.0.1:9/"] {
        let refused = ada.post("/api/webhooks", &address("request-2", bad)).await;
        assert_eq!(refused.json()["errors"][0]["field"], "url", "{bad}");
    }
    for number in 3..7 {
        let form = address(&format!("request-{number}"), "https://rota.example/");
        assert_eq!(ada.post("/api/webhooks", &form).await.status, 201);
    }
    let full = ada.post("/api/webhooks", &address("request-9", "https://rota.example/")).await;
    assert_eq!(full.problem(), (409, "too-many-endpoints".into()));
}

#[tokio::test]
async fn an_address_is_tried_changed_and_removed_by_its_own_provider_alone() {
    let portal = portal().await;
    let ada = ada(&portal).await;
    let made =
        ada.post("/api/webhooks", &address("request-1", "https://rota.example/")).await.json();
    let at = format!("/api/webhooks/{}", made["endpoint"]["endpoint_id"].as_str().unwrap());
    let tried = ada.post(&format!("{at}/test"), &json!({})).await;
    assert_eq!((tried.status.as_u16(), &tried.json()["kind"]), (202, &json!("endpoint.test")));
    let delivery = tried.json()["delivery_id"].as_str().unwrap().to_owned();
    let eve = sign_in(&portal.store, "P1002", &[Role::Admin], portal.clock.now()).await;
    let eve = browser(&portal).with_session(&eve);
    for step in ["test", "secret", "resumption", &format!("deliveries/{delivery}/repetition")] {
        assert_eq!(eve.post(&format!("{at}/{step}"), &json!({})).await.status, 404, "{step}");
    }
    assert_eq!(eve.get(&format!("{at}/deliveries")).await.status, 404);
    assert_eq!(eve.post(&format!("{at}/removal"), &json!({})).await.status, 204, "nothing of hers");
    let ada = self::ada(&portal).await;
    let changed = ada.post(&format!("{at}/secret"), &json!({})).await.json();
    assert_ne!(changed["secret"], made["secret"]);
    assert_ne!(changed["endpoint"]["old_secret_until"], Value::Null);
    let again = ada.post(&format!("{at}/deliveries/{delivery}/repetition"), &json!({})).await;
    assert_eq!(again.json()["state"], "waiting");
    let log = ada.get(&format!("{at}/deliveries")).await.json();
    assert_eq!(log["rows"].as_array().unwrap().len(), 1);
    for _ in 0..2 {
        assert_eq!(ada.post(&format!("{at}/removal"), &json!({})).await.status, 204);
    }
    assert_eq!(ada.get("/api/webhooks").await.json()["endpoints"], json!([]));
}
