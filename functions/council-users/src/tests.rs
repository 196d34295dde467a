//! The helpdesk and the people that it helps.

use chrono::{DateTime, Duration, Utc};
use domain::account::{Account, Tries};
use domain::audit::Actor;
use domain::clock::Now;
use domain::password::PasswordHash;
use domain::permission::{CouncilPermission, CouncilRole, Role};
use domain::second_step::Authenticator;
use domain::sign_in::{Token, TokenHash};
use identity::{Identity, welcome};
use messages::Queue;
use serde_json::{Value, json};
use store::{Change, Guest, OutboxEmail, Store, SuppressedFor, Welcome};
use testing::{Browser, Council, Reply, at, parse, sign_in, sign_in_colleague, sign_in_staff};
use web::{Access, Clock};

use crate::api;

const ADA: &str = "ada@lakehouse.example";

struct Desk {
    identity: Identity,
}

impl Desk {
    /// Ada Brome is invited to Lake House.
    async fn new() -> Self {
        let identity = Identity {
            store: Store::in_memory(),
            mail_queue: Queue::in_memory(),
            clock: Clock::at(at("2026-06-01T09:00:00Z")),
            site_url: "https://portal.example".to_owned(),
            edge_secret: None,
        };
        Council::lake_house().save(&identity.store).await;
        let desk = Self { identity };
        desk.invite(ADA, "Ada Brome", "P1001").await;
        desk
    }

    /// Ada has chosen a password and set up an app.
    async fn with_ada() -> Self {
        let desk = Self::new().await;
        let account = desk.account().await.with_password(PasswordHash::dummy());
        let account = Account { authenticator: Some(Authenticator::new([7; 20])), ..account };
        desk.store().change(vec![Change::Account(account)]).await.unwrap();
        desk
    }

    async fn invite(&self, email: &str, name: &str, provider: &str) {
        let settings = self.identity.settings().await.unwrap();
        let head = self.identity.head(&settings);
        let guest = Guest {
            email: parse(email),
            name: name.to_owned(),
            provider_ref: parse(provider),
            contact_ref: parse("K2001"),
            roles: vec![Role::Payments],
        };
        let token = TokenHash::of(email);
        let random = <[u8; 32]>::try_from(&token.as_str().as_bytes()[..32]).unwrap();
        let letter =
            |news: Welcome<'_>| welcome(&head, &guest.email, (provider, name), news, self.now());
        self.store().give_access(&guest, random, self.now(), letter).await.unwrap();
    }

    fn store(&self) -> &Store {
        &self.identity.store
    }

    fn now(&self) -> DateTime<Utc> {
        self.identity.clock.now().instant
    }

    fn later(&self, span: Duration) {
        self.identity.clock.set(Now::at(self.now().checked_add_signed(span).unwrap()));
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let now = self.identity.clock.now();
        let token = sign_in_staff(self.store(), &[role], &[], now).await;
        Browser::new(api().router(self.identity.clone())).with_session(&token)
    }

    async fn account(&self) -> Account {
        self.store().account(&parse(ADA)).await.unwrap().unwrap()
    }

    async fn signed_in(&self) -> String {
        let account = self.account().await;
        self.store().change(vec![Change::Account(account)]).await.unwrap();
        sign_in(self.store(), "P1001", &[Role::Viewer], self.identity.clock.now()).await
    }

    async fn sessions(&self) -> usize {
        self.store().sessions_of(&parse(ADA), self.now()).await.unwrap().len()
    }

    /// The emails to Ada, oldest first, but for the first invitation.
    async fn emails(&self) -> Vec<OutboxEmail> {
        let (pending, _) = self.store().pending_emails(100, None).await.unwrap();
        let mut emails = Vec::new();
        for (id, _) in pending {
            emails.push(self.store().outbox_email(&id).await.unwrap().unwrap().email);
        }
        let first = identity::invitation_id(&parse(ADA));
        emails.retain(|it| it.to == ADA && it.outbox_id != first);
        emails.sort_by_key(|it| it.created_at);
        emails
    }

    async fn subjects(&self) -> Vec<String> {
        let emails = self.emails().await.into_iter();
        emails.map(|it| it.subject.split(" - ").next().unwrap().to_owned()).collect()
    }
}

fn ada(what: &str) -> String {
    format!("/api/council/users/{}{what}", Actor::person(&parse(ADA)))
}

fn help(view: &Value) -> Vec<&str> {
    view["help"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

async fn done(browser: &Browser, path: &str, body: &Value) -> Value {
    let reply: Reply = browser.post(path, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[test]
fn the_helpdesk_manages_users_and_the_auditor_sees_them() {
    for route in api().routes() {
        let expected = match route.method.as_str() {
            "GET" => CouncilPermission::SeeUsers,
            _ => CouncilPermission::ManageUsers,
        };
        assert_eq!(route.access, Access::Council(expected), "{}", route.path);
    }
}

#[tokio::test]
async fn people_are_found_by_name_email_provider_side_and_state() {
    let desk = Desk::with_ada().await;
    desk.invite("bob@madley.example", "Bob Else", "P1002").await;
    desk.store().suppress(ADA, SuppressedFor::Bounce, desk.now(), "Permanent").await.unwrap();
    let auditor = desk.staff(CouncilRole::Auditor).await;
    let names = async |query: &str| {
        let reply = auditor.get(&format!("/api/council/users?{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let rows = reply.json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Ada Brome", "Bob Else"]);
    assert_eq!(names("q=BROME%20lakehouse").await, ["Ada Brome"]);
    assert_eq!(names("state=invited").await, ["Bob Else"]);
    assert_eq!(names("state=active&side=provider").await, ["Ada Brome"]);
    assert_eq!(names("state=email_stopped").await, ["Ada Brome"]);
    assert_eq!(names("side=council").await, [""; 0]);
    assert_eq!(names("state=locked_after_tries").await, [""; 0]);
    let tries =
        Tries { locked_until: Some(desk.now() + Duration::minutes(15)), ..Tries::none(desk.now()) };
    desk.store().change(vec![Change::Tries(parse(ADA), tries)]).await.unwrap();
    assert_eq!(names("state=locked_after_tries").await, ["Ada Brome"]);
    assert_eq!(names("state=locked_after_tries&q=else").await, [""; 0]);
    assert_eq!(names("state=locked").await, [""; 0], "the council did not lock her");
    desk.later(Duration::minutes(15));
    assert_eq!(names("state=locked_after_tries").await, [""; 0], "it ended by itself");
    assert_eq!(names("provider=P9").await, [""; 0]);
    let reply = auditor.get("/api/council/users?q=ada").await.json();
    let row = &reply["rows"][0];
    assert_eq!(row["providers"][0]["provider_name"], "Lake House");
    assert_eq!(
        (&row["state"], &row["email_state"]["state"]),
        (&json!("active"), &json!("bounced"))
    );
    let wrong = auditor.get("/api/council/users?state=gone&side=x&provider=%23").await;
    assert_eq!(wrong.json()["errors"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_long_list_comes_in_parts_of_a_hundred() {
    let desk = Desk::new().await;
    for nth in 0..120 {
        desk.invite(&format!("u{nth:03}@x.example"), &format!("User {nth:03}"), "P1002").await;
    }
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let first = helpdesk.get("/api/council/users?side=provider").await.json();
    let after = first["next"].as_str().unwrap();
    let second = helpdesk.get(&format!("/api/council/users?side=provider&after={after}")).await;
    let second = second.json();
    assert_eq!(first["rows"].as_array().unwrap().len(), 100);
    assert_eq!(second["rows"].as_array().unwrap().len(), 21);
    assert_eq!((&second["next"], &second["found"]), (&Value::Null, &json!(121)));
    assert_eq!(second["rows"][20]["name"], "User 119");
}

#[tokio::test]
async fn a_lock_ends_every_session_tells_the_person_and_is_made_once() {
    let desk = Desk::with_ada().await;
    desk.signed_in().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let before = helpdesk.get(&ada("")).await.json();
    assert_eq!(
        help(&before),
        ["send_password_reset", "take_second_step_away", "end_sessions", "lock"]
    );
    let missing = helpdesk.post(&ada("/lock"), &json!({"reason": " "})).await;
    assert_eq!(missing.json()["errors"][0]["field"], "reason");

    let view = done(&helpdesk, &ada("/lock"), &json!({"reason": "Left on Friday"})).await;
    assert_eq!((&view["state"], &view["lock"]["by"]), (&json!("locked"), &json!("Grace Hallam")));
    assert_eq!(desk.sessions().await, 0);
    let twice = done(&helpdesk, &ada("/lock"), &json!({"reason": "Other"})).await;
    assert_eq!(twice["lock"]["reason"], "Left on Friday");
    assert_eq!(desk.subjects().await, ["Your account is locked"]);
    assert!(!desk.emails().await[0].text.contains("Friday"), "why is not for emails");
    assert_eq!(help(&twice), ["take_second_step_away", "unlock"]);

    let refused = helpdesk.post(&ada("/password-reset"), &json!({"request_id": "request-1"})).await;
    assert_eq!(refused.problem(), (409, "locked-by-council".into()));
    desk.later(Duration::minutes(1));
    let view = done(&helpdesk, &ada("/unlock"), &json!({})).await;
    assert_eq!(view["state"], "active");
    done(&helpdesk, &ada("/unlock"), &json!({})).await;
    assert_eq!(desk.subjects().await, ["Your account is locked", "Your account is unlocked"]);
}

#[tokio::test]
async fn whoever_tried_too_often_is_unlocked_too() {
    let desk = Desk::with_ada().await;
    let until = desk.now().checked_add_signed(Duration::minutes(15));
    let tries = Tries { count: 5, locked_until: until, locks: 1, ..Tries::none(desk.now()) };
    desk.store().change(vec![Change::Tries(parse(ADA), tries)]).await.unwrap();
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let view = helpdesk.get(&ada("")).await.json();
    assert_eq!((&view["state"], &view["locked_until"]), (&json!("active"), &json!(until)));
    assert!(help(&view).contains(&"unlock"));
    let view = done(&helpdesk, &ada("/unlock"), &json!({})).await;
    assert_eq!(view["locked_until"], Value::Null);
    let tries = desk.store().tries(&parse(ADA)).await.unwrap().unwrap();
    assert_eq!((tries.count, tries.locked_until, tries.locks), (0, None, 0));
}

#[tokio::test]
async fn a_new_invitation_takes_the_place_of_the_one_before_and_is_sent_once_for_one_request() {
    let desk = Desk::new().await;
    let first = desk.account().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    for request in ["request-1", "request-1", "request-2"] {
        desk.later(Duration::minutes(1));
        done(&helpdesk, &ada("/invitation"), &json!({"request_id": request})).await;
    }
    let emails = desk.emails().await;
    assert_eq!(emails.len(), 2);
    let open = async |email: &OutboxEmail| {
        let token = email.text.split("/invitation/#").nth(1).unwrap();
        let token = Token::presented(token.split_whitespace().next().unwrap());
        let invitation = desk.store().invitation(&token.hash()).await.unwrap().unwrap();
        let account = desk.account().await;
        assert!(!invitation.is_open(&first, desk.now()));
        invitation.is_open(&account, desk.now())
    };
    assert!(!open(&emails[0]).await);
    assert!(open(&emails[1]).await);
    let none = helpdesk.post(&ada("/invitation"), &json!({"request_id": " "})).await;
    assert_eq!(none.json()["errors"][0]["field"], "request_id");
}

#[tokio::test]
async fn whoever_has_a_password_or_no_access_is_not_invited() {
    let desk = Desk::with_ada().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let again = json!({"request_id": "request-1"});
    let reply = helpdesk.post(&ada("/invitation"), &again).await;
    assert_eq!(reply.problem(), (409, "has-password".into()));

    let desk = Desk::new().await;
    desk.store().take_access(&parse(ADA), &parse("P1001")).await.unwrap();
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let reply = helpdesk.post(&ada("/invitation"), &again).await;
    assert_eq!(reply.problem(), (409, "no-access".into()));
}

#[tokio::test]
async fn a_password_reset_emails_a_code_once_for_one_request_and_not_too_often() {
    let desk = Desk::with_ada().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let generation = desk.account().await.generation;
    for _ in 0..2 {
        let reply =
            helpdesk.post(&ada("/password-reset"), &json!({"request_id": "request-1"})).await;
        assert_eq!(reply.status, 200);
        let code = desk.emails().await[0].text.clone();
        let code = code.lines().map(str::trim).find(|it| it.len() == 6).unwrap().to_owned();
        assert!(!reply.text().contains(&code), "the helpdesk never sees the code");
    }
    let soon = helpdesk.post(&ada("/password-reset"), &json!({"request_id": "request-2"})).await;
    assert_eq!(soon.problem(), (429, "too-many-codes".into()));
    assert_eq!(desk.subjects().await, ["Your code to choose a new password"]);
    assert_eq!(desk.account().await.generation, generation, "the old password still works");
}

#[tokio::test]
async fn without_a_second_step_of_their_own_somebody_is_signed_out_and_told_once() {
    let desk = Desk::with_ada().await;
    desk.signed_in().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let unsaid = helpdesk.post(&ada("/second-step/removal"), &json!({})).await;
    assert_eq!(unsaid.problem(), (422, "invalid".into()));
    assert_eq!(unsaid.json()["errors"][0]["field"], "identity_check");
    assert!(desk.account().await.authenticator.is_some());
    for _ in 0..2 {
        let called = json!({"identity_check": "called_back"});
        let view = done(&helpdesk, &ada("/second-step/removal"), &called).await;
        assert_eq!(
            (&view["has_authenticator"], &view["second_step"]),
            (&json!(false), &json!("emailed_code"))
        );
    }
    assert_eq!(desk.sessions().await, 0);
    assert_eq!(desk.subjects().await, ["Your second step was taken away"]);
    let said = "We made sure that it was you who asked by calling you on a number";
    assert!(desk.emails().await[0].text.replace('\n', " ").contains(said));
}

#[tokio::test]
async fn somebody_is_signed_out_everywhere() {
    let desk = Desk::with_ada().await;
    desk.signed_in().await;
    desk.signed_in().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let view = done(&helpdesk, &ada("/sessions/end"), &json!({})).await;
    assert_eq!((desk.sessions().await, view["sessions"].as_array().unwrap().len()), (0, 0));
    done(&helpdesk, &ada("/sessions/end"), &json!({})).await;
}

#[tokio::test]
async fn nobody_does_anything_to_their_own_account_and_an_auditor_to_none() {
    let desk = Desk::with_ada().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let own = "u9001@council.example";
    desk.invite(own, "Grace Hallam", "P1001").await;
    let me = format!("/api/council/users/{}", Actor::person(&parse(own)));
    let account = Account::invited(parse(own), "Grace".to_owned(), parse_positions(), desk.now());
    desk.store().change(vec![Change::Account(Account { council: true, ..account })]).await.unwrap();
    let view = helpdesk.get(&me).await.json();
    assert_eq!((&view["you"], help(&view).len()), (&json!(true), 0));
    assert_eq!(view["staff"]["roles"], json!(["helpdesk"]));
    let reply = helpdesk.post(&format!("{me}/lock"), &json!({"reason": "x"})).await;
    assert_eq!(reply.problem(), (409, "own-account".into()));

    let now = desk.identity.clock.now();
    let auditor = (&[CouncilRole::Auditor][..], &[][..]);
    let token = sign_in_colleague(desk.store(), ("Ann Audit", "U9002"), auditor, now).await;
    let auditor = Browser::new(api().router(desk.identity.clone())).with_session(&token);
    assert_eq!(help(&auditor.get(&ada("")).await.json()).len(), 0);
    let reply = auditor.post(&ada("/lock"), &json!({"reason": "x"})).await;
    assert_eq!(reply.problem(), (404, "not-allowed".into()));
    let nobody = auditor.get("/api/council/users/nobody").await;
    assert_eq!(nobody.problem(), (404, "not-found".into()));
}

fn parse_positions() -> domain::second_step::Positions {
    domain::second_step::Positions(1, 2)
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let desk = Desk::with_ada().await;
    let token = desk.signed_in().await;
    let helpdesk = desk.staff(CouncilRole::Helpdesk).await;
    let text = helpdesk.get(&ada("")).await.text();
    let app = desk.account().await.authenticator.unwrap();
    let session = TokenHash::of(&token);
    for secret in [app.reveal(), token.as_str(), session.as_str(), "argon2"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
