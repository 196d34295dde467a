//! Somebody at the sign-in pages.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use chrono::{DateTime, Duration, Utc};
use cloud::Fuse;
use domain::account::StaffAccess;
use domain::audit::By;
use domain::permission::{CouncilRole, Role};
use domain::second_step::{Authenticator, Positions, SecurityCode};
use domain::sender::Sender;
use domain::settings::{SecondStep, Settings};
use domain::sign_in::{EmailAddress, Token, TokenHash};
use domain::user::{CouncilLock, UserState};
use identity::{Identity, welcome};
use messages::Queue;
use serde_json::{Value, json};
use store::keys::Key;
use store::{Action, Change, Colleague, Guest, OutboxEmail, Store, Welcome};
use testing::{Browser, Reply, at, parse};
use web::{Access, Clock};

#[path = "alike.rs"]
mod alike;

const ADA: &str = "ada@lakehouse.example";
const EVE: &str = "eve@lakehouse.example";
const PASSWORD: &str = "Teal-Kettle-42";

/// The portal's sign-in, and everything that its emails said.
struct Portal {
    identity: Identity,
}

impl Portal {
    /// With Ada, who has accepted her invitation to `P1001`.
    async fn with_ada() -> Self {
        let portal = Self::empty(Settings::default()).await;
        portal.invite(&["P1001"]).await;
        let reply = portal.accept(&invitation(), PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        portal
    }

    async fn empty(settings: Settings) -> Self {
        let identity = Identity {
            store: Store::in_memory(),
            mail_queue: Queue::in_memory(),
            clock: Clock::at(at("2026-06-01T09:00:00Z")),
            site_url: "https://portal.example".to_owned(),
            edge_secret: None,
        };
        identity.store.seed(vec![Action::put(Key::settings(), &settings)]).await.unwrap();
        Self { identity }
    }

    async fn digits() -> Self {
        let second_step = SecondStep::MemorableDigits;
        let portal = Self::empty(Settings { second_step, ..Settings::default() }).await;
        portal.invite(&["P1001"]).await;
        let token = invitation();
        let form = json!({"token": token, "password": PASSWORD, "security_code": "402 915"});
        assert_eq!(portal.post("/api/invitation", &form).await.status, 200);
        portal
    }

    async fn invite(&self, providers: &[&str]) {
        let settings = self.identity.settings().await.unwrap();
        let head = self.identity.head(&settings);
        let to: EmailAddress = parse(ADA);
        for (nth, provider) in (0_u8..).zip(providers) {
            let guest = Guest {
                email: to.clone(),
                name: "Ada Brome".to_owned(),
                provider_ref: parse(provider),
                contact_ref: parse("K2001"),
                roles: vec![Role::Payments],
            };
            let email =
                |news: Welcome<'_>| welcome(&head, &to, (provider, "Lake House"), news, self.now());
            let given = self.identity.store.give_access(&guest, [nth; 32], self.now(), email);
            given.await.unwrap();
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.identity.clock.now().instant
    }

    fn later(&self, span: Duration) {
        let now = domain::clock::Now::at(self.now().checked_add_signed(span).unwrap());
        self.identity.clock.set(now);
    }

    fn browser(&self) -> Browser {
        Browser::new(crate::api().router(self.identity.clone()))
    }

    async fn post(&self, path: &str, form: &Value) -> Reply {
        // No two things happen in the same second, so that emails have an order.
        self.later(Duration::seconds(1));
        self.browser().post(path, form).await
    }

    /// All emails to `to` that are worth sending, oldest first.
    async fn emails(&self, to: &str) -> Vec<OutboxEmail> {
        let store = &self.identity.store;
        let (pending, _) = store.pending_emails(1000, None).await.unwrap();
        let mut emails = Vec::new();
        for (id, _) in pending {
            emails.push(store.outbox_email(&id).await.unwrap().unwrap().email);
        }
        let dead = |email: &OutboxEmail| email.useful_until == Some(email.created_at);
        emails.retain(|email| email.to == to && !dead(email));
        emails.sort_by_key(|email| email.created_at);
        emails
    }

    async fn subjects(&self) -> Vec<String> {
        self.emails(ADA).await.into_iter().map(|email| email.subject).collect()
    }

    /// The code in the last email.
    async fn code(&self) -> String {
        let last = self.emails(ADA).await.pop().unwrap();
        let mut lines = last.text.lines().map(str::trim);
        lines
            .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
            .unwrap()
            .into()
    }

    async fn accept(&self, token: &str, password: &str) -> Reply {
        let form = json!({"token": token, "password": password, "security_code": null});
        self.post("/api/invitation", &form).await
    }

    async fn password(&self, email: &str, password: &str) -> Reply {
        self.post("/api/sign-in", &json!({"email": email, "password": password})).await
    }

    /// After the right password: what is asked.
    async fn asked(&self) -> Value {
        let reply = self.password(ADA, PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    async fn answer(&self, asked: &Value, step: &str, code: &str) -> Reply {
        let form = json!({"challenge": asked["challenge"], "step": step, "code": code});
        self.post("/api/sign-in/code", &form).await
    }

    /// All the way in; the token of the session.
    async fn sign_in(&self) -> String {
        let asked = self.asked().await;
        let reply = self.answer(&asked, "emailed_code", &self.code().await).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        cookie(&reply)
    }

    async fn is_signed_in(&self, token: &str) -> bool {
        self.identity.store.session(&TokenHash::of(token)).await.unwrap().is_some()
    }

    async fn lock(&self, email: &str) {
        for _ in 0..5 {
            self.password(email, "Wrong-Kettle-42").await;
        }
    }

    async fn set_up(&self, change: impl Fn(domain::account::Account) -> domain::account::Account) {
        let account = self.identity.store.account(&parse(ADA)).await.unwrap().unwrap();
        self.identity.store.change(vec![Change::Account(change(account))]).await.unwrap();
    }
}

/// The token in the invitation.
fn invitation() -> String {
    Token::new([0; 32]).reveal().to_owned()
}

fn cookie(reply: &Reply) -> String {
    let cookie = reply.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");
    let value = cookie.split(';').next().unwrap();
    value.strip_prefix("__Host-session=").unwrap().to_owned()
}

fn whole(reply: &Reply) -> (u16, String, String) {
    (reply.status.as_u16(), format!("{:?}", reply.headers), reply.text())
}

#[test]
fn only_signing_out_needs_a_session() {
    let needing: Vec<_> =
        crate::api().routes().into_iter().filter(|route| route.access != Access::Public).collect();
    let paths: Vec<_> = needing.iter().map(|route| route.path).collect();
    assert_eq!(paths, ["/api/sign-out"]);
}

#[tokio::test]
async fn the_pages_are_told_what_the_council_chose() {
    let portal = Portal::empty(Settings::default()).await;
    let options = portal.browser().get("/api/sign-in/options").await.json();
    assert_eq!(options["second_step"], "emailed_code");
    assert_eq!(options["helpdesk_form"], true);
    assert_eq!(options["support_email"], "support@council.example");
    assert_eq!(options["password_length_min"], 9);
    assert_eq!(options["password_mix"], true);
    assert_eq!(options["appearance"]["colour"], "#12303b");
    assert_eq!(options["appearance"]["logo"], Value::Null);
    assert_eq!(
        options["appearance"]["labels"]["action"],
        json!({"one": "Action", "several": "Actions"})
    );
}

#[tokio::test]
async fn a_password_has_as_many_characters_as_the_council_asks_for_wherever_it_is_chosen() {
    let settings = Settings { password_length_min: 40, ..Settings::default() };
    let portal = Portal::empty(settings).await;
    portal.invite(&["P1001"]).await;
    let message = "Password must be at least 40 characters";
    let first = portal.accept(&invitation(), PASSWORD).await.json();
    assert_eq!(first["errors"][0], json!({"field": "password", "message": message}));
    let form = json!({"email": ADA, "code": "123456", "password": PASSWORD});
    let reset = portal.post("/api/password-reset/password", &form).await.json();
    assert_eq!(reset["errors"][0], json!({"field": "password", "message": message}));
    let options = portal.browser().get("/api/sign-in/options").await.json();
    assert_eq!(options["password_length_min"], 40);
}

#[tokio::test]
async fn a_person_signs_in_with_password_and_emailed_code() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    assert_eq!(asked["step"], "emailed_code");
    assert_eq!(asked["masked_email"], "a•••@lakehouse.example");
    assert_eq!(asked["positions"], Value::Null);
    let reply = portal.answer(&asked, "emailed_code", &portal.code().await).await;
    assert_eq!(reply.json(), json!({"next": "/home/"}));
    let session = portal.identity.store.session(&TokenHash::of(&cookie(&reply))).await.unwrap();
    let session = session.unwrap();
    assert_eq!(session.provider, Some(parse("P1001")));
    assert_eq!(session.roles, [Role::Payments]);
    let told: Vec<Value> = portal.identity.mail_queue.take();
    let code = portal.emails(ADA).await.pop().unwrap();
    assert_eq!(told.last().unwrap(), &json!({"outbox_id": code.outbox_id.as_str()}));
}

#[tokio::test]
async fn whoever_serves_several_providers_chooses_first() {
    let portal = Portal::with_ada().await;
    portal.invite(&["P1001", "P1002"]).await;
    let asked = portal.asked().await;
    let reply = portal.answer(&asked, "emailed_code", &portal.code().await).await;
    assert_eq!(reply.json(), json!({"next": "/choose-provider/"}));
    let session = portal.identity.store.session(&TokenHash::of(&cookie(&reply))).await.unwrap();
    assert_eq!(session.unwrap().provider, None);
}

#[tokio::test]
async fn one_of_the_councils_people_acts_for_no_provider() {
    let portal = Portal::with_ada().await;
    let store = &portal.identity.store;
    let ada: EmailAddress = parse(ADA);
    store.take_access(&ada, &parse("P1001")).await.unwrap();
    let access = StaffAccess {
        staff_ref: parse("U9001"),
        name: "Ada Brome".to_owned(),
        roles: vec![CouncilRole::Helpdesk],
        teams: vec![parse("PAYMENTS")],
        version: 0,
    };
    let colleague = Colleague { email: ada.clone(), access };
    let settings = portal.identity.settings().await.unwrap();
    let head = portal.identity.head(&settings);
    let letter =
        |news: Welcome<'_>| welcome(&head, &ada, ("council", "the council"), news, portal.now());
    store.give_staff_access(&colleague, [9; 32], portal.now(), letter).await.unwrap();
    let asked = portal.asked().await;
    let reply = portal.answer(&asked, "emailed_code", &portal.code().await).await;
    assert_eq!(reply.json(), json!({"next": "/council/"}));
    let session = store.session(&TokenHash::of(&cookie(&reply))).await.unwrap().unwrap();
    assert_eq!((session.provider, session.roles), (None, vec![]));
    let council = session.council.unwrap();
    assert_eq!((council.roles, council.teams), (colleague.access.roles, colleague.access.teams));
}

#[tokio::test]
async fn unknown_wrong_locked_and_not_yet_accepted_are_answered_with_the_same_bytes() {
    let portal = Portal::with_ada().await;
    let wrong = whole(&portal.password(ADA, "Wrong-Kettle-42").await);
    let unknown = whole(&portal.password(EVE, PASSWORD).await);
    portal.lock(ADA).await;
    let locked = whole(&portal.password(ADA, PASSWORD).await);
    portal.lock(EVE).await;
    let locked_unknown = whole(&portal.password(EVE, PASSWORD).await);
    let invited = Portal::empty(Settings::default()).await;
    invited.invite(&["P1001"]).await;
    let invited = whole(&invited.password(ADA, PASSWORD).await);
    assert_eq!(wrong.0, 422);
    assert!(wrong.2.contains("sign-in-refused"));
    for other in [unknown, locked, locked_unknown, invited] {
        assert_eq!(other, wrong);
    }
}

/// Without the address that it is about, under whose hash it is counted, and in whose chain it is recorded.
fn without_whose(label: &str) -> String {
    let unknown = [ADA, EVE].map(|email| By::address(&parse(email), false));
    let chains = [By::address(&parse(ADA), true)].into_iter().chain(unknown);
    let label = label.replace(ADA, "*").replace(EVE, "*");
    let hashes = [ADA, EVE].map(|email| Sender::account(&parse(email)).hash);
    let label = hashes.iter().fold(label, |label, hash| label.replace(hash.as_str(), "*"));
    chains.fold(label, |label, by| label.replace(by.actor().as_str(), "*"))
}

/// What the table is asked for one try, with the address and what is random taken out.
async fn work(portal: &Portal, path: &str, form: &Value) -> Vec<String> {
    let fuse = Fuse::counting();
    let mut identity = portal.identity.clone();
    identity.store = identity.store.with_fuse(fuse.clone());
    portal.later(Duration::seconds(61));
    identity.mail_queue.take();
    Browser::new(crate::api().router(identity)).post(path, form).await;
    let mut labels: Vec<_> = fuse.labels().iter().map(|it| without_whose(it)).collect();
    labels.push(format!("{} messages", portal.identity.mail_queue.take().len()));
    labels
}

#[tokio::test]
async fn an_address_without_an_account_costs_the_same_work_as_one_with() {
    let portal = Portal::with_ada().await;
    for nth in 1..=6 {
        let [known, unknown] =
            [ADA, EVE].map(|email| json!({"email": email, "password": "Wrong-1"}));
        let known = work(&portal, "/api/sign-in", &known).await;
        assert_eq!(known, work(&portal, "/api/sign-in", &unknown).await, "try {nth}");
        assert_eq!(
            known.last().unwrap().as_str(),
            if nth == 5 { "1 messages" } else { "0 messages" }
        );
    }
    let [known, unknown] = [ADA, EVE].map(|email| json!({"email": email}));
    let asked = work(&portal, "/api/password-reset", &known).await;
    assert_eq!(asked, work(&portal, "/api/password-reset", &unknown).await);
    let wrong = |email| json!({"email": email, "code": "000000", "password": "New-Kettle-42"});
    let known = work(&portal, "/api/password-reset/password", &wrong(ADA)).await;
    assert_eq!(known, work(&portal, "/api/password-reset/password", &wrong(EVE)).await);
}

#[tokio::test]
async fn nobody_is_emailed_about_an_account_that_does_not_exist() {
    let portal = Portal::with_ada().await;
    portal.lock(EVE).await;
    portal.post("/api/password-reset", &json!({"email": EVE})).await;
    assert_eq!(portal.emails(EVE).await.len(), 0);
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_quarter_of_an_hour_and_say_so_once() {
    let portal = Portal::with_ada().await;
    portal.lock(ADA).await;
    portal.lock(ADA).await;
    let locked = "Your account is locked for a while";
    let told = portal.subjects().await.iter().filter(|it| it.starts_with(locked)).count();
    assert_eq!(told, 1, "{:?}", portal.subjects().await);
    assert_eq!(portal.password(ADA, PASSWORD).await.problem(), (422, "sign-in-refused".into()));
    portal.later(Duration::minutes(15));
    portal.sign_in().await;
}

#[tokio::test]
async fn wrong_second_steps_count_too_and_the_right_password_does_not_make_up_for_them() {
    let portal = Portal::with_ada().await;
    for _ in 0..2 {
        let asked = portal.asked().await;
        for _ in 0..2 {
            let wrong = portal.answer(&asked, "emailed_code", "wrong").await;
            assert_eq!(wrong.problem(), (422, "code-wrong".into()));
            assert_eq!(wrong.json()["errors"][0]["field"], "code");
        }
    }
    let asked = portal.asked().await;
    let code = portal.code().await;
    let last = portal.answer(&asked, "emailed_code", "wrong").await;
    assert_eq!(last.problem(), (422, "account-locked".into()));
    let right = portal.answer(&asked, "emailed_code", &code).await;
    assert_eq!(right.problem(), (422, "account-locked".into()));
}

#[tokio::test]
async fn signing_in_forgives_the_wrong_tries_before_it() {
    let portal = Portal::with_ada().await;
    for _ in 0..3 {
        for _ in 0..4 {
            portal.password(ADA, "Wrong-Kettle-42").await;
        }
        portal.sign_in().await;
    }
}

#[tokio::test]
async fn a_code_is_tried_five_times_even_where_accounts_never_lock() {
    let settings = Settings { lockout_tries: 1000, ..Settings::default() };
    let portal = Portal::empty(settings).await;
    portal.invite(&["P1001"]).await;
    portal.accept(&invitation(), PASSWORD).await;
    let asked = portal.asked().await;
    let code = portal.code().await;
    for _ in 0..5 {
        portal.answer(&asked, "emailed_code", "wrong").await;
    }
    let sixth = portal.answer(&asked, "emailed_code", &code).await;
    assert_eq!(sixth.problem(), (422, "sign-in-again".into()));
}

#[tokio::test]
async fn a_code_expires_after_ten_minutes_and_another_can_be_had() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    let first = portal.code().await;
    portal.later(Duration::minutes(10));
    let late = portal.answer(&asked, "emailed_code", &first).await;
    assert_eq!(late.problem(), (422, "code-expired".into()));
    let form = json!({"challenge": asked["challenge"]});
    let another = portal.post("/api/sign-in/code/another", &form).await;
    assert_eq!(another.json(), json!({"masked_email": "a•••@lakehouse.example"}));
    let second = portal.code().await;
    if first != second {
        let old = portal.answer(&asked, "emailed_code", &first).await;
        assert_eq!(old.problem(), (422, "code-wrong".into()));
    }
    assert_eq!(portal.answer(&asked, "emailed_code", &second).await.status, 200);
}

#[tokio::test]
async fn one_sign_in_is_emailed_five_codes_at_most() {
    let portal = Portal::with_ada().await;
    let form = json!({"challenge": portal.asked().await["challenge"]});
    for _ in 0..4 {
        assert_eq!(portal.post("/api/sign-in/code/another", &form).await.status, 200);
    }
    let sixth = portal.post("/api/sign-in/code/another", &form).await;
    assert_eq!(sixth.problem(), (429, "too-many-codes".into()));
}

#[tokio::test]
async fn a_second_step_lets_in_once_and_only_who_gave_the_password() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    let code = portal.code().await;
    let stranger = portal.answer(&json!({"challenge": "x"}), "emailed_code", &code).await;
    assert_eq!(stranger.problem(), (422, "sign-in-again".into()));
    assert_eq!(portal.answer(&asked, "emailed_code", &code).await.status, 200);
    let twice = portal.answer(&asked, "emailed_code", &code).await;
    assert_eq!(twice.problem(), (422, "sign-in-again".into()));
}

#[tokio::test]
async fn the_second_step_waits_half_an_hour() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    portal.later(Duration::minutes(30));
    let form = json!({"challenge": asked["challenge"]});
    let late = portal.post("/api/sign-in/code/another", &form).await;
    assert_eq!(late.problem(), (422, "sign-in-again".into()));
}

#[tokio::test]
async fn the_digits_asked_stay_the_same_until_they_are_answered() {
    let portal = Portal::digits().await;
    let first = portal.asked().await;
    assert_eq!(first["step"], "memorable_digits");
    for _ in 0..3 {
        assert_eq!(portal.asked().await["positions"], first["positions"]);
    }
    let wrong = portal.answer(&first, "memorable_digits", "xx").await;
    assert_eq!(wrong.problem(), (422, "code-wrong".into()));
    let asked = portal.asked().await;
    assert_eq!(asked["positions"], first["positions"]);

    let place = |nth: usize| {
        let position = asked["positions"][nth].as_u64().unwrap();
        "402915".chars().nth(usize::try_from(position.saturating_sub(1)).unwrap()).unwrap()
    };
    let typed = format!("{}{}", place(0), place(1));
    let reply = portal.answer(&asked, "memorable_digits", &typed).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(portal.emails(ADA).await.len(), 1, "the invitation, and no codes");
}

#[tokio::test]
async fn whoever_has_no_memorable_code_yet_is_emailed_one() {
    let portal = Portal::with_ada().await;
    let second_step = SecondStep::MemorableDigits;
    let settings = Settings { second_step, ..Settings::default() };
    portal.identity.store.seed(vec![Action::put(Key::settings(), &settings)]).await.unwrap();
    portal.sign_in().await;
}

#[tokio::test]
async fn a_second_step_that_was_not_asked_lets_nobody_in() {
    let portal = Portal::with_ada().await;
    let code = SecurityCode::new("402915", [1; 32]).unwrap();
    portal
        .set_up(|account| domain::account::Account {
            security_code: Some(code.clone()),
            positions: Positions(1, 2),
            ..account
        })
        .await;
    let asked = portal.asked().await;
    assert_eq!(asked["step"], "emailed_code");
    let digits = portal.answer(&asked, "memorable_digits", "40").await;
    assert_eq!(digits.problem(), (422, "code-wrong".into()));
}

#[tokio::test]
async fn an_authenticators_code_signs_in_once_and_the_councils_way_stays_open() {
    let portal = Portal::with_ada().await;
    let app = Authenticator::new([7; 20]);
    portal
        .set_up(|account| domain::account::Account { authenticator: Some(app.clone()), ..account })
        .await;
    let emails = portal.emails(ADA).await.len();
    let asked = portal.asked().await;
    assert_eq!(
        (&asked["step"], &asked["alternatives"]),
        (&json!("totp"), &json!(["emailed_code"]))
    );
    assert_eq!(portal.emails(ADA).await.len(), emails, "no code unless it is asked for");
    let shown = app.shows(portal.now().timestamp()).unwrap();
    assert_eq!(portal.answer(&asked, "totp", &shown).await.status, 200);

    let asked = portal.asked().await;
    let again = portal.answer(&asked, "totp", &shown).await;
    assert_eq!(again.problem(), (422, "code-wrong".into()), "a code is used once");
    portal.post("/api/sign-in/code/another", &json!({"challenge": asked["challenge"]})).await;
    let code = portal.code().await;
    assert_eq!(portal.answer(&asked, "emailed_code", &code).await.status, 200);
}

#[tokio::test]
async fn an_invitation_is_good_once_and_for_fourteen_days() {
    let portal = Portal::empty(Settings::default()).await;
    portal.invite(&["P1001"]).await;
    let email = portal.emails(ADA).await.pop().unwrap();
    let link = format!("https://portal.example/invitation/#{}", invitation());
    assert!(email.text.contains(&link), "{}", email.text);
    let used = portal.accept(&invitation(), PASSWORD).await;
    assert_eq!(used.json(), json!({"email": ADA}));
    let ended = (422, "invitation-ended".to_owned());
    assert_eq!(portal.accept(&invitation(), "Other-Kettle-42").await.problem(), ended);
    assert_eq!(portal.accept("no such token", PASSWORD).await.problem(), ended);
    portal.sign_in().await;

    let late = Portal::empty(Settings::default()).await;
    late.invite(&["P1001"]).await;
    late.later(Duration::days(14));
    assert_eq!(late.accept(&invitation(), PASSWORD).await.problem(), ended);
}

#[tokio::test]
async fn everything_wrong_with_a_first_password_and_code_is_said_at_once() {
    let second_step = SecondStep::MemorableDigits;
    let portal = Portal::empty(Settings { second_step, ..Settings::default() }).await;
    portal.invite(&["P1001"]).await;
    let reply = portal.accept(&invitation(), "kettle").await;
    let errors = reply.json()["errors"].clone();
    let fields: Vec<_> =
        errors.as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["password", "password", "password", "security_code"]);
    assert_eq!(errors[0]["message"], "Password must be at least 9 characters");
    let form = json!({"token": invitation(), "password": PASSWORD, "security_code": "402915"});
    assert_eq!(portal.post("/api/invitation", &form).await.status, 200);
}

#[tokio::test]
async fn an_invited_person_may_use_an_app_instead_of_remembering_digits() {
    let second_step = SecondStep::MemorableDigits;
    let portal = Portal::empty(Settings { second_step, ..Settings::default() }).await;
    portal.invite(&["P1001"]).await;
    let accept =
        |code: &str| json!({"token": invitation(), "password": PASSWORD, "totp_code": code});
    let early = portal.post("/api/invitation", &accept("123456")).await;
    assert_eq!(early.json()["errors"][0]["field"], "totp_code");

    let offer = portal.post("/api/invitation/totp", &json!({"token": invitation()})).await.json();
    assert!(offer["qr_svg"].as_str().unwrap().contains("<svg"));
    let account = portal.identity.store.account(&parse(ADA)).await.unwrap().unwrap();
    let app = account.authenticator_offered.unwrap();
    assert_eq!(offer["secret"], app.reveal());
    let wrong = portal.post("/api/invitation", &accept("wrong")).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "totp_code");
    let code = app.shows(portal.now().timestamp()).unwrap();
    let done = portal.post("/api/invitation", &accept(&code)).await;
    assert_eq!(done.status, 200, "{}", done.text());

    portal.later(Duration::seconds(30));
    let asked = portal.asked().await;
    assert_eq!(asked["step"], "totp");
    let code = app.shows(portal.now().timestamp()).unwrap();
    assert_eq!(portal.answer(&asked, "totp", &code).await.status, 200);
    let late = portal.post("/api/invitation/totp", &json!({"token": invitation()})).await;
    assert_eq!(late.problem(), (422, "invitation-ended".into()));
}

async fn reset(portal: &Portal, code: &str) -> Reply {
    let form = json!({"email": ADA, "code": code, "password": "Amber-Kettle-43"});
    portal.post("/api/password-reset/password", &form).await
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_whatever_was_begun_under_the_old_one() {
    let portal = Portal::with_ada().await;
    let (one, two) = (portal.sign_in().await, portal.sign_in().await);
    let begun = portal.asked().await;
    let begun_code = portal.code().await;
    let asked =
        portal.post("/api/password-reset", &json!({"email": " ADA@lakehouse.example "})).await;
    assert_eq!((asked.status.as_u16(), asked.text().as_str()), (202, ""));
    let reply = reset(&portal, &portal.code().await).await;
    assert_eq!(reply.json(), json!({"email": ADA}));

    assert!(!portal.is_signed_in(&one).await);
    assert!(!portal.is_signed_in(&two).await);
    let late = portal.answer(&begun, "emailed_code", &begun_code).await;
    assert_eq!(late.problem(), (422, "sign-in-again".into()));
    assert!(portal.subjects().await.last().unwrap().starts_with("Your password was changed"));
    assert_eq!(portal.password(ADA, PASSWORD).await.status, 422);
    assert_eq!(portal.password(ADA, "Amber-Kettle-43").await.status, 200);
}

#[tokio::test]
async fn a_code_for_a_new_password_works_once_five_tries_and_ten_minutes() {
    let portal = Portal::with_ada().await;
    let wrong = (422, "code-wrong".to_owned());
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    let code = portal.code().await;
    assert_eq!(reset(&portal, &code).await.status, 200);
    assert_eq!(reset(&portal, &code).await.problem(), wrong);

    portal.later(Duration::minutes(2));
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    let code = portal.code().await;
    portal.later(Duration::minutes(10));
    assert_eq!(reset(&portal, &code).await.problem(), wrong);

    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    let code = portal.code().await;
    for _ in 0..5 {
        assert_eq!(reset(&portal, "wrong").await.problem(), wrong);
    }
    assert_eq!(reset(&portal, &code).await.problem(), wrong);
}

#[tokio::test]
async fn a_wrong_code_is_answered_alike_whether_or_not_there_is_an_account_or_a_code() {
    let portal = Portal::with_ada().await;
    let wrong =
        |email: &str| json!({"email": email, "code": "000000x", "password": "Amber-Kettle-43"});
    let path = "/api/password-reset/password";
    let no_code = whole(&portal.post(path, &wrong(ADA)).await);
    let unknown = whole(&portal.post(path, &wrong(EVE)).await);
    let ask = "/api/password-reset";
    let [one, two] = [
        whole(&portal.post(ask, &json!({"email": ADA})).await),
        whole(&portal.post(ask, &json!({"email": EVE})).await),
    ];
    assert_eq!(one, two);
    let with_code = whole(&portal.post(path, &wrong(ADA)).await);
    let unknown_with_code = whole(&portal.post(path, &wrong(EVE)).await);
    assert_eq!([&no_code; 3], [&unknown, &with_code, &unknown_with_code]);
}

#[tokio::test]
async fn a_locked_person_gets_in_again_by_choosing_a_new_password() {
    let portal = Portal::with_ada().await;
    portal.lock(ADA).await;
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    assert_eq!(reset(&portal, &portal.code().await).await.status, 200);
    assert_eq!(portal.password(ADA, "Amber-Kettle-43").await.status, 200);
}

async fn locked_by_the_council(portal: &Portal) {
    portal
        .set_up(|account| {
            account.locked_by(CouncilLock {
                at: portal.now(),
                reason: "left".to_owned(),
                by: "Sam Help".to_owned(),
                staff_ref: parse("ST01"),
            })
        })
        .await;
}

#[tokio::test]
async fn whom_the_council_locked_is_answered_as_whoever_tried_too_often_and_gets_no_email() {
    let portal = Portal::with_ada().await;
    let begun = portal.asked().await;
    let code = portal.code().await;
    locked_by_the_council(&portal).await;
    let emails = portal.emails(ADA).await.len();
    let right = whole(&portal.password(ADA, PASSWORD).await);
    let other = Portal::with_ada().await;
    other.lock(ADA).await;
    assert_eq!(right, whole(&other.password(ADA, PASSWORD).await));
    for _ in 0..7 {
        assert_eq!(whole(&portal.password(ADA, "Wrong-Kettle-42").await), right);
    }
    portal.later(Duration::days(30));
    assert_eq!(whole(&portal.password(ADA, PASSWORD).await), right, "it does not expire");
    let late = portal.answer(&begun, "emailed_code", &code).await;
    assert_eq!(late.problem(), (422, "sign-in-again".into()));
    assert_eq!(portal.emails(ADA).await.len(), emails);
}

#[tokio::test]
async fn neither_a_code_nor_an_invitation_lets_in_whom_the_council_locked() {
    let portal = Portal::with_ada().await;
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    let code = portal.code().await;
    locked_by_the_council(&portal).await;
    assert_eq!(reset(&portal, &code).await.problem(), (422, "code-wrong".into()));
    let emails = portal.emails(ADA).await.len();
    portal.later(Duration::minutes(2));
    let asked = portal.post("/api/password-reset", &json!({"email": ADA})).await;
    assert_eq!((asked.status.as_u16(), asked.text().as_str()), (202, ""));
    assert_eq!(portal.emails(ADA).await.len(), emails);

    let portal = Portal::empty(Settings::default()).await;
    portal.invite(&["P1001"]).await;
    locked_by_the_council(&portal).await;
    let ended = (422, "invitation-ended".to_owned());
    assert_eq!(portal.accept(&invitation(), PASSWORD).await.problem(), ended);
}

#[tokio::test]
async fn everybody_who_may_sign_in_is_listed_with_how_far_they_are() {
    let portal = Portal::empty(Settings::default()).await;
    portal.invite(&["P1001"]).await;
    let only = async || portal.identity.store.users().await.unwrap().pop().unwrap();
    assert_eq!((only().await.state, only().await.signed_in_at), (UserState::Invited, None));
    portal.accept(&invitation(), PASSWORD).await;
    assert_eq!(only().await.state, UserState::Active);
    portal.sign_in().await;
    assert_eq!(only().await.signed_in_at, Some(portal.now()));
    locked_by_the_council(&portal).await;
    assert_eq!(only().await.state, UserState::Locked);
    assert_eq!(portal.identity.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_who_lost_the_invitation_gets_in_by_choosing_a_password_and_the_invitation_ends() {
    let portal = Portal::empty(Settings::default()).await;
    portal.invite(&["P1001"]).await;
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    assert_eq!(reset(&portal, &portal.code().await).await.status, 200);
    let late = portal.accept(&invitation(), PASSWORD).await;
    assert_eq!(late.problem(), (422, "invitation-ended".into()));
}

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_has_the_cookie() {
    let portal = Portal::with_ada().await;
    let token = portal.sign_in().await;
    let browser = portal.browser().with_session(&token);
    let reply = browser.post("/api/sign-out", &json!({})).await;
    assert_eq!(reply.status, 204);
    assert!(reply.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert!(!portal.is_signed_in(&token).await);
    let twice = browser.post("/api/sign-out", &json!({})).await;
    assert_eq!(twice.problem(), (401, "signed-out".into()));
}

#[tokio::test]
async fn nobody_is_signed_in_in_more_than_twenty_places() {
    let portal = Portal::with_ada().await;
    let first = portal.sign_in().await;
    for _ in 0..20 {
        portal.sign_in().await;
    }
    assert!(!portal.is_signed_in(&first).await);
    let sessions = portal.identity.store.sessions_of(&parse(ADA), portal.now()).await.unwrap();
    assert_eq!(sessions.len(), 20);
}

#[tokio::test]
async fn neither_passwords_nor_codes_nor_tokens_are_in_the_table() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    let code = portal.code().await;
    let token = cookie(&portal.answer(&asked, "emailed_code", &code).await);
    let mut dump = portal.identity.store.dump().unwrap();
    dump.retain(|key, _| !key.starts_with("OUTBOX#"));
    let text = format!("{dump:?}");
    for secret in [PASSWORD, &token, asked["challenge"].as_str().unwrap(), &invitation()] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_helpdesk_gets_one_request_a_day_for_each_address() {
    let portal = Portal::with_ada().await;
    let form = json!({
        "name": "Ada Brome", "organisation": "Lake House", "email": ADA, "telephone": "01865 000 000"
    });
    for _ in 0..2 {
        assert_eq!(portal.post("/api/helpdesk-request", &form).await.status, 202);
    }
    let emails = portal.emails("support@council.example").await;
    assert_eq!(emails.len(), 1);
    assert!(emails[0].text.contains("01865 000 000"));
    portal.later(Duration::days(1));
    portal.post("/api/helpdesk-request", &form).await;
    assert_eq!(portal.emails("support@council.example").await.len(), 2);
}

#[tokio::test]
async fn the_helpdesk_form_says_what_is_missing_and_may_be_switched_off() {
    let portal = Portal::with_ada().await;
    let reply = portal.post("/api/helpdesk-request", &json!({"name": "Ada\nBcc: x@y.z"})).await;
    let errors = reply.json()["errors"].clone();
    let fields: Vec<_> =
        errors.as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "organisation", "email", "telephone"]);
    let off = Portal::empty(Settings { helpdesk_form: false, ..Settings::default() }).await;
    let reply = off.post("/api/helpdesk-request", &json!({})).await;
    assert_eq!(reply.problem(), (404, "not-found".into()));
}

#[tokio::test]
async fn a_form_that_is_not_filled_in_says_which_fields() {
    let portal = Portal::with_ada().await;
    let reply = portal.password("ada", "").await;
    let errors = reply.json()["errors"].clone();
    assert_eq!(errors[0]["field"], "email");
    assert_eq!(errors[1], json!({"field": "password", "message": "Enter your password"}));
    let asked = portal.asked().await;
    let reply = portal.answer(&asked, "emailed_code", " ").await;
    assert_eq!(reply.json()["errors"][0]["message"], "Enter the code from the email");
}

/// Sends the same request from four threads at once: how many were answered 200.
fn at_once(portal: &Portal, path: &str, form: &Value) -> usize {
    let send = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(portal.browser().post(path, form)).status
    };
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    statuses.into_iter().filter(StatusCode::is_success).count()
}

#[tokio::test]
async fn of_several_racing_uses_of_one_invitation_one_wins() {
    let portal = Portal::empty(Settings::default()).await;
    portal.invite(&["P1001"]).await;
    let form = json!({"token": invitation(), "password": PASSWORD});
    assert_eq!(at_once(&portal, "/api/invitation", &form), 1);
    portal.sign_in().await;
}

#[tokio::test]
async fn of_several_racing_uses_of_one_code_one_gets_in() {
    let portal = Portal::with_ada().await;
    let asked = portal.asked().await;
    let code = portal.code().await;
    let form = json!({"challenge": asked["challenge"], "step": "emailed_code", "code": code});
    assert_eq!(at_once(&portal, "/api/sign-in/code", &form), 1);
    let sessions = portal.identity.store.sessions_of(&parse(ADA), portal.now()).await.unwrap();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn of_several_racing_uses_of_one_code_for_a_new_password_one_wins() {
    let portal = Portal::with_ada().await;
    portal.post("/api/password-reset", &json!({"email": ADA})).await;
    let code = portal.code().await;
    let form = json!({"email": ADA, "code": code, "password": "Amber-Kettle-43"});
    assert_eq!(at_once(&portal, "/api/password-reset/password", &form), 1);
}

#[tokio::test]
async fn many_wrong_passwords_at_once_are_no_more_tries_than_one_after_the_other() {
    let portal = Portal::with_ada().await;
    let wrong = json!({"email": ADA, "password": "Wrong-Kettle-42"});
    for _ in 0..2 {
        assert_eq!(at_once(&portal, "/api/sign-in", &wrong), 0);
    }
    let tries = portal.identity.store.tries(&parse(ADA)).await.unwrap().unwrap();
    assert!(tries.locked_until.is_some(), "{tries:?}");
}
