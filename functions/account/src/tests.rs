//! Somebody at their account page.

use axum::http::Method;
use chrono::Duration;
use domain::account::{Account, Step};
use domain::clock::Now;
use domain::password::PasswordHash;
use domain::second_step::{Authenticator, Positions};
use domain::settings::Settings;
use domain::sign_in::{Session, Token, TokenHash};
use identity::Identity;
use messages::Queue;
use serde_json::{Value, json};
use store::{Change, Store};
use testing::{Browser, Reply, at, parse};
use web::{Access, Clock};

const ADA: &str = "ada@lakehouse.example";
const PASSWORD: &str = "Teal-Kettle-42";

struct Portal {
    identity: Identity,
}

impl Portal {
    /// With Ada, signed in twice (tokens 1 and 2), and Eve, signed in once (token 3).
    async fn new() -> Self {
        let portal = Self {
            identity: Identity {
                store: Store::in_memory(),
                mail_queue: Queue::in_memory(),
                clock: Clock::at(at("2026-06-01T09:00:00Z")),
                site_url: "https://portal.example".to_owned(),
                edge_secret: None,
            },
        };
        for (email, sessions) in [(ADA, vec![1, 2]), ("eve@lakehouse.example", vec![3])] {
            let now = portal.identity.clock.now().instant;
            let name = "Ada Brome".to_owned();
            let account = Account::invited(parse(email), name, Positions(1, 2), now)
                .with_password(PasswordHash::new(PASSWORD, [1; 16]));
            portal.identity.store.change(vec![Change::Account(account)]).await.unwrap();
            for nth in sessions {
                portal.start_session(email, nth).await;
            }
        }
        portal
    }

    async fn start_session(&self, email: &str, nth: u8) {
        let now = self.identity.clock.now().instant;
        let session = Session {
            id: token(nth).hash(),
            email: parse(email),
            name: "Ada Brome".to_owned(),
            provider: None,
            roles: Vec::new(),
            council: None,
            created_at: now,
            last_seen_at: now,
            idle_minutes: 30,
            ends_at: now.checked_add_signed(Duration::hours(12)).unwrap(),
            browser: "Firefox on Windows".to_owned(),
            version: 0,
        };
        self.identity.store.change(vec![Change::StartSession(session, None)]).await.unwrap();
    }

    fn later(&self, seconds: i64) {
        let now = self.identity.clock.now().instant;
        let later = now.checked_add_signed(Duration::seconds(seconds)).unwrap();
        self.identity.clock.set(Now::at(later));
    }

    fn ada(&self) -> Browser {
        let router = crate::api().router(self.identity.clone());
        Browser::new(router).with_session(token(1).reveal())
    }

    async fn post(&self, path: &str, form: &Value) -> Reply {
        self.ada().post(path, form).await
    }

    async fn account(&self) -> Account {
        self.identity.store.account(&parse(ADA)).await.unwrap().unwrap()
    }

    async fn is_signed_in(&self, nth: u8) -> bool {
        self.identity.store.session(&token(nth).hash()).await.unwrap().is_some()
    }

    /// The subjects of the emails that were written.
    async fn subjects(&self) -> Vec<String> {
        let (pending, _) = self.identity.store.pending_emails(100, None).await.unwrap();
        let mut subjects = Vec::new();
        for (id, _) in pending {
            let email = self.identity.store.outbox_email(&id).await.unwrap().unwrap().email;
            subjects.push(email.subject);
        }
        subjects
    }

    /// Sets up an app through the page.
    async fn set_up(&self) -> Authenticator {
        let offer = self.post("/api/account/totp", &json!({"password": PASSWORD})).await.json();
        let offered = self.account().await.authenticator_offered.unwrap();
        assert_eq!(offer["secret"], offered.reveal());
        let code = offered.shows(self.identity.clock.now().instant.timestamp()).unwrap();
        let reply = self.post("/api/account/totp/confirmation", &json!({"code": code})).await;
        assert_eq!(reply.status, 204, "{}", reply.text());
        offered
    }
}

fn token(nth: u8) -> Token {
    Token::new([nth; 32])
}

#[tokio::test]
async fn nobody_gets_anywhere_without_a_session() {
    let portal = Portal::new().await;
    let router = crate::api().router(portal.identity.clone());
    let open = |route: &web::Route| matches!(route.access, Access::Public | Access::OneClick);
    for route in crate::api().routes().into_iter().filter(|route| !open(route)) {
        assert_eq!(route.access, Access::Session, "{}", route.path);
        let path = route.path.replace("{session_id}", token(2).hash().as_str());
        let nobody = Browser::new(router.clone());
        for nobody in [nobody.clone(), nobody.with_session(token(9).reveal())] {
            let reply = nobody.send(&route.method, &path, Some(&json!({}))).await;
            assert_eq!(reply.problem(), (401, "signed-out".into()), "{path}");
        }
    }
}

#[tokio::test]
async fn a_person_sees_how_and_where_they_are_signed_in() {
    let portal = Portal::new().await;
    let account = portal.ada().get("/api/account").await.json();
    assert_eq!(account["email"], ADA);
    assert_eq!(account["has_totp"], false);
    assert_eq!(account["has_security_code"], false);
    let sessions = account["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["id"], token(1).hash().as_str());
    assert_eq!(current[0]["browser"], "Firefox on Windows");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_is_told_at_once() {
    let portal = Portal::new().await;
    let form = json!({"current_password": PASSWORD, "new_password": "Amber-Kettle-43"});
    let reply = portal.post("/api/account/password", &form).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
    assert!(portal.is_signed_in(1).await);
    assert!(!portal.is_signed_in(2).await);
    assert!(portal.is_signed_in(3).await);
    let account = portal.account().await;
    assert!(account.password.unwrap().is_of("Amber-Kettle-43"));
    assert_eq!(portal.subjects().await.len(), 1);
    assert_eq!(portal.identity.mail_queue.take().len(), 1);
}

#[tokio::test]
async fn a_password_is_not_changed_without_the_current_one_or_to_a_weak_one() {
    let portal = Portal::new().await;
    let path = "/api/account/password";
    let wrong = json!({"current_password": "Wrong-Kettle-42", "new_password": "Amber-Kettle-43"});
    let reply = portal.post(path, &wrong).await;
    assert_eq!(reply.problem(), (422, "password-wrong".into()));
    assert_eq!(reply.json()["errors"][0]["field"], "current_password");
    let weak = json!({"current_password": PASSWORD, "new_password": "Password1"});
    let reply = portal.post(path, &weak).await;
    assert_eq!(reply.problem(), (422, "password-too-weak".into()));
    assert_eq!(reply.json()["errors"][0]["field"], "new_password");
    let reply = portal.post(path, &json!({"new_password": "Amber-Kettle-43"})).await;
    assert_eq!(reply.json()["errors"][0]["field"], "current_password");
    assert!(portal.account().await.password.unwrap().is_of(PASSWORD));
    assert!(portal.is_signed_in(2).await);
}

#[tokio::test]
async fn wrong_passwords_of_somebody_signed_in_lock_the_account_too() {
    let portal = Portal::new().await;
    let wrong = json!({"password": "Wrong-Kettle-42", "security_code": "402915"});
    for _ in 0..4 {
        let reply = portal.post("/api/account/security-code", &wrong).await;
        assert_eq!(reply.problem(), (422, "password-wrong".into()));
    }
    let right = json!({"password": PASSWORD, "security_code": "402915"});
    for form in [&wrong, &right] {
        let reply = portal.post("/api/account/security-code", form).await;
        assert_eq!(reply.problem(), (422, "account-locked".into()));
    }
    assert_eq!(portal.subjects().await.len(), 1, "it says so by email");
}

#[tokio::test]
async fn right_passwords_never_lock() {
    let portal = Portal::new().await;
    for _ in 0..7 {
        let form = json!({"password": PASSWORD, "security_code": "402915"});
        assert_eq!(portal.post("/api/account/security-code", &form).await.status, 204);
    }
}

#[tokio::test]
async fn a_security_code_is_set_with_the_password_and_told_at_once() {
    let portal = Portal::new().await;
    let path = "/api/account/security-code";
    let simple = portal.post(path, &json!({"password": PASSWORD, "security_code": "123456"})).await;
    assert_eq!(simple.json()["errors"][0]["field"], "security_code");
    let reply = portal.post(path, &json!({"password": PASSWORD, "security_code": "402915"})).await;
    assert_eq!(reply.status, 204);
    assert!(portal.account().await.security_code.unwrap().has(Positions(1, 6), "45"));
    assert_eq!(portal.subjects().await.len(), 1);
    assert_eq!(portal.ada().get("/api/account").await.json()["has_security_code"], true);
}

#[tokio::test]
async fn an_app_is_asked_only_once_it_has_shown_that_it_works() {
    let portal = Portal::new().await;
    let early = portal.post("/api/account/totp/confirmation", &json!({"code": "000000"})).await;
    assert_eq!(early.problem(), (409, "totp-not-offered".into()));
    let stranger = portal.post("/api/account/totp", &json!({"password": "x"})).await;
    assert_eq!(stranger.problem(), (422, "password-wrong".into()));
    assert_eq!(portal.account().await.authenticator_offered, None);
    let offer = portal.post("/api/account/totp", &json!({"password": PASSWORD})).await.json();
    assert!(offer["uri"].as_str().unwrap().starts_with("otpauth://totp/The%20council:ada%40"));
    assert!(offer["qr_svg"].as_str().unwrap().contains("<svg"));
    let wrong = portal.post("/api/account/totp/confirmation", &json!({"code": "wrong"})).await;
    assert_eq!(wrong.problem(), (422, "code-wrong".into()));
    let settings = Settings::default();
    assert_eq!(portal.account().await.step(&settings), Step::EmailedCode);

    portal.set_up().await;
    assert_eq!(portal.account().await.step(&settings), Step::Totp);
    assert_eq!(portal.ada().get("/api/account").await.json()["has_totp"], true);
    assert_eq!(portal.subjects().await.len(), 1);
}

#[tokio::test]
async fn the_code_that_set_an_app_up_does_not_sign_in() {
    let portal = Portal::new().await;
    let app = portal.set_up().await;
    let now = portal.identity.clock.now().instant.timestamp();
    let kept = portal.account().await.authenticator.unwrap();
    assert_eq!(kept.accept(&app.shows(now).unwrap(), now), None);
}

#[tokio::test]
async fn an_app_is_removed_with_the_password_and_told_at_once() {
    let portal = Portal::new().await;
    portal.set_up().await;
    let wrong = portal.post("/api/account/totp/removal", &json!({"password": "x"})).await;
    assert_eq!(wrong.problem(), (422, "password-wrong".into()));
    let reply = portal.post("/api/account/totp/removal", &json!({"password": PASSWORD})).await;
    assert_eq!(reply.status, 204);
    assert_eq!(portal.account().await.authenticator, None);
    assert_eq!(portal.subjects().await.len(), 2);
}

#[tokio::test]
async fn a_person_ends_one_session_or_all_others_and_never_somebody_elses() {
    let portal = Portal::new().await;
    let end = |id: &TokenHash| format!("/api/account/sessions/{id}/end");
    let again = json!({"password": PASSWORD});
    let eves = portal.post(&end(&token(3).hash()), &again).await;
    let none = portal.post(&end(&token(8).hash()), &again).await;
    let odd = portal.post("/api/account/sessions/x/end", &again).await;
    assert_eq!(eves.problem(), (404, "not-found".into()));
    assert_eq!((eves.body.clone(), eves.body), (none.body, odd.body));
    assert!(portal.is_signed_in(3).await);

    assert_eq!(portal.post(&end(&token(2).hash()), &again).await.status, 204);
    assert!(!portal.is_signed_in(2).await);
    portal.start_session(ADA, 4).await;
    portal.start_session(ADA, 5).await;
    assert_eq!(portal.post("/api/account/sessions/end-others", &again).await.status, 204);
    let left = [1, 3, 4, 5].map(|nth| portal.is_signed_in(nth));
    let [one, three, four, five] = left;
    assert_eq!([one.await, three.await, four.await, five.await], [true, true, false, false]);
}

#[tokio::test]
async fn whoever_finds_a_browser_signed_in_ends_no_session_without_the_password() {
    let portal = Portal::new().await;
    let one = format!("/api/account/sessions/{}/end", token(2).hash());
    for path in [one.as_str(), "/api/account/sessions/end-others"] {
        for form in [json!({}), json!({"password": "Not-this-one-1"})] {
            let reply = portal.post(path, &form).await;
            assert_eq!(reply.problem(), (422, "password-wrong".into()), "{path}");
            assert_eq!(reply.json()["errors"][0]["field"], "password");
        }
    }
    assert!(portal.is_signed_in(2).await);
    let fifth = portal.post(&one, &json!({"password": "Not-this-one-2"})).await;
    assert_eq!(fifth.problem(), (422, "account-locked".into()));
}

#[tokio::test]
async fn a_session_that_was_not_used_for_half_an_hour_is_over_and_not_listed() {
    let portal = Portal::new().await;
    portal.later(29 * 60);
    assert_eq!(portal.ada().get("/api/account").await.status, 200);
    portal.later(29 * 60);
    let account = portal.ada().get("/api/account").await.json();
    assert_eq!(account["sessions"].as_array().unwrap().len(), 1);
    portal.later(30 * 60);
    assert_eq!(portal.ada().get("/api/account").await.problem(), (401, "signed-out".into()));
}

#[tokio::test]
async fn a_person_chooses_which_emails_they_get_and_a_changed_password_is_always_told() {
    let portal = Portal::new().await;
    let before = portal.ada().get("/api/account/notifications").await;
    let on = |reply: &Reply, list: &str| {
        let offers = reply.json()[list].as_array().unwrap().clone();
        let on = offers.iter().filter(|offer| offer["on"] == true);
        on.map(|offer| offer["area"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = ["actions", "care_packages", "contract_documents", "scheduled_payments"];
    assert_eq!(on(&before, "daily"), all, "unless the council says otherwise");
    assert_eq!(before.json()["email_state"], json!({"state": "ok", "at": null}));

    let choice = json!({"daily": ["actions"], "immediate": ["scheduled_payments"]});
    let after = portal.ada().send(&Method::PUT, "/api/account/notifications", Some(&choice)).await;
    assert_eq!(after.status, 200);
    for reply in [&after, &portal.ada().get("/api/account/notifications").await] {
        assert_eq!(on(reply, "daily"), ["actions"]);
        assert_eq!(on(reply, "immediate"), ["scheduled_payments", "password_change"]);
    }
    for choice in [
        json!({"daily": ["gossip"], "immediate": []}),
        json!({"daily": [], "immediate": ["care_packages"]}),
    ] {
        let refused =
            portal.ada().send(&Method::PUT, "/api/account/notifications", Some(&choice)).await;
        assert_eq!(refused.status, 422, "{choice}");
    }
}

#[tokio::test]
async fn whoever_has_the_link_of_an_email_stops_them_and_a_link_that_we_do_not_know_stops_nothing()
{
    let portal = Portal::new().await;
    let email = store::OutboxEmail {
        outbox_id: store::OutboxId::of(&["news"]),
        to: ADA.to_owned(),
        subject: "News".to_owned(),
        text: "News".to_owned(),
        html: "News".to_owned(),
        secret: false,
        news: true,
        useful_until: None,
        created_at: portal.identity.clock.now().instant,
    };
    let (id, now) = (email.outbox_id.clone(), email.created_at);
    portal.identity.store.add_to_outbox(email).await.unwrap();
    portal.identity.store.claim_email(&id, &token(9), now).await.unwrap();
    let anybody = || Browser::new(crate::api().router(portal.identity.clone()));

    let guess = anybody().post("/api/unsubscribe", &json!({"token": "guess"})).await;
    assert_eq!((guess.status.as_u16(), guess.json()), (200, json!({"masked_email": null})));
    assert_eq!(portal.identity.store.subscriptions(&parse(ADA)).await.unwrap(), None);

    let by_program = format!("/api/unsubscribe/one-click?token={}", token(9).reveal());
    let form = anybody().send(&Method::POST, &by_program, None).await;
    assert_eq!(form.status, 204);
    let guess = anybody().send(&Method::POST, "/api/unsubscribe/one-click?token=1", None).await;
    assert_eq!(guess.status, 204);
    let link = json!({"token": token(9).reveal()});
    for _ in 0..2 {
        let done = anybody().post("/api/unsubscribe", &link).await;
        assert_eq!(done.json(), json!({"masked_email": "a•••@lakehouse.example"}));
    }
    let left = portal.identity.store.subscriptions(&parse(ADA)).await.unwrap();
    assert_eq!(left, Some(domain::notice::Subscriptions::new()));
}
