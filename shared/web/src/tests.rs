//! The access layer and the shape of answers.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{Method, Request};
use axum::response::Redirect;
use chrono::Duration;
use cloud::Fuse;
use domain::api_key::{self, ApiKey, Revoked, Scope};
use domain::audit::{By, Entry, Outcome, verify};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::permission::{CouncilPermission, CouncilRole, Permission, Role};
use domain::sign_in::Token;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Store, Telling};
use testing::{Browser, at, sign_in, sign_in_only, sign_in_staff};
use tower::ServiceExt;

use crate::{Access, Acting, Api, At, Clock, Json, Path, Portal, Problem, Query, Staff, Who};

#[derive(Debug, Clone)]
struct Desk {
    store: Store,
    clock: Clock,
}

impl Portal for Desk {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn edge_secret(&self) -> Option<&str> {
        Some("the distribution's")
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Form {
    amount: u32,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Page {
    number: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("the table of Ada Brome is on fire")]
struct Fire;

impl Failure for Fire {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "fire"
    }
}

async fn name(who: Who) -> Json<String> {
    Json(who.name)
}

async fn provider(acting: Acting) -> Json<String> {
    Json(acting.provider.to_string())
}

async fn colleague(staff: Staff) -> Json<String> {
    let sees = |team: &str| u8::from(staff.sees_actions_of(&team.parse().unwrap()));
    Json(format!("{} {} {}", staff.name(), staff.staff_ref, sees("PAYMENTS")))
}

async fn echo(Json(form): Json<Form>) -> Json<u32> {
    Json(form.amount)
}

async fn time(State(desk): State<Desk>, At(now): At) -> Json<bool> {
    Json(now == desk.clock.now())
}

async fn page(Query(page): Query<Page>, Path(number): Path<u32>) -> Json<Vec<u32>> {
    Json(vec![number, page.number])
}

async fn packages(acting: Acting) -> Json<u32> {
    acting.viewed_of("care packages", 2, &["A272433".parse().unwrap()]);
    acting.who.concerns("batch_id", "B7");
    Json(2)
}

async fn fire() -> Result<Json<u32>, Problem> {
    Err(Fire.into())
}

async fn file() -> Redirect {
    Redirect::to("https://bucket.example/file.pdf?signed=yes")
}

async fn no_file() -> Result<Redirect, Problem> {
    Err(Fire.into())
}

fn api() -> Api<Desk> {
    Api::new()
        .get("/api/name", Access::Session, name)
        .get("/api/provider", Access::Provider(Permission::See), provider)
        .post("/api/sign", Access::Provider(Permission::Sign), provider)
        .get("/api/council/name", Access::Council(CouncilPermission::SeeDocuments), colleague)
        .post("/api/echo", Access::Public, echo)
        .put("/api/echo", Access::Public, echo)
        .get("/api/time", Access::Public, time)
        .get("/api/page/{number}", Access::Public, page)
        .get("/api/fire", Access::Public, fire)
        .get("/api/file.pdf", Access::Public, file)
        .get("/api/fire.pdf", Access::Public, no_file)
        .get("/api/packages/{cpli_id}", Access::Provider(Permission::See), packages)
        .post("/api/name/{what}", Access::Session, fire)
}

/// A key of the provider P1001 that may do what the scopes say.
async fn key(desk: &Desk, scopes: &[Scope]) -> (ApiKey, Token) {
    let secret = api_key::secret(cloud::random_bytes());
    let form = json!({
        "request_id": secret.hash(), "name": "Rota software", "scopes": scopes, "last_day": "2026-06-02",
    });
    let form: api_key::Form = serde_json::from_value(form).unwrap();
    let provider = "P1001".parse().unwrap();
    let key = form.key(&provider, "Ada Brome", secret.hash(), desk.clock.now()).unwrap();
    desk.store.make_api_key(&key, Telling::default()).await.unwrap();
    (key, secret)
}

const NINE: &str = "2026-06-01T09:00:00Z";

fn desk() -> Desk {
    Desk { store: Store::in_memory(), clock: Clock::at(at(NINE)) }
}

fn browser(desk: &Desk) -> Browser {
    Browser::new(api().router(desk.clone()))
}

fn later(desk: &Desk, minutes: i64) {
    let instant = desk.clock.now().instant.checked_add_signed(Duration::minutes(minutes)).unwrap();
    desk.clock.set(Now::at(instant));
}

#[test]
fn routes_are_listed_as_they_were_declared() {
    let routes = api().routes();
    assert_eq!(routes.len(), 13);
    assert_eq!((&routes[2].method, routes[2].path), (&Method::POST, "/api/sign"));
    assert_eq!(routes[2].access, Access::Provider(Permission::Sign));
}

#[tokio::test]
async fn without_a_session_only_what_is_public_is_answered() {
    let desk = desk();
    for nobody in [browser(&desk), browser(&desk).with_session("made-up")] {
        for route in api().routes() {
            let path = route.path.replace("{number}", "1").replace("{cpli_id}", "1");
            let reply = nobody.send(&route.method, &path, Some(&json!({}))).await;
            let signed_out = reply.status == 401;
            assert_eq!(signed_out, route.access != Access::Public, "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_has_not_chosen_a_provider_is_told_to() {
    let desk = desk();
    let token = sign_in_only(&desk.store, desk.clock.now()).await;
    let ada = browser(&desk).with_session(&token);
    assert_eq!(ada.get("/api/name").await.json(), "Ada Brome");
    assert_eq!(ada.get("/api/provider").await.problem(), (409, "choose-provider".into()));
}

#[tokio::test]
async fn a_role_allows_what_the_specification_says_and_no_more() {
    let desk = desk();
    let token = sign_in(&desk.store, "P1001", &[Role::Payments], desk.clock.now()).await;
    let ada = browser(&desk).with_session(&token);
    assert_eq!(ada.get("/api/provider").await.json(), "P1001");
    assert_eq!(ada.post("/api/sign", &json!({})).await.problem().1, "not-allowed");
    let token = sign_in(&desk.store, "P1001", &[Role::Signatory], desk.clock.now()).await;
    let ada = browser(&desk).with_session(&token);
    assert_eq!(ada.post("/api/sign", &json!({})).await.json(), "P1001");
}

#[tokio::test]
async fn software_may_what_its_key_is_for_and_is_nobody_elsewhere() {
    let desk = desk();
    let software = browser(&desk).with_key(key(&desk, &Scope::ALL).await.1.reveal());
    assert_eq!(software.get("/api/provider").await.json(), "P1001");
    assert_eq!(software.get("/api/time").await.status, 200);
    for path in ["/api/name", "/api/council/name"] {
        assert_eq!(software.get(path).await.problem(), (404, "not-allowed".into()), "{path}");
    }
    let signs = software.post("/api/sign", &json!({})).await;
    assert_eq!(signs.problem(), (404, "not-allowed".into()));
    let writes_only = browser(&desk).with_key(key(&desk, &[Scope::Actuals]).await.1.reveal());
    assert_eq!(writes_only.get("/api/provider").await.problem(), (404, "not-allowed".into()));
}

#[tokio::test]
async fn a_key_that_is_made_up_over_or_revoked_opens_nothing_at_once() {
    let desk = desk();
    let (kept, secret) = key(&desk, &[Scope::Read]).await;
    let software = browser(&desk).with_key(secret.reveal());
    let unknown = (401, "api-key-unknown".to_owned());
    for made_up in ["pp_live_", "x", api_key::secret([9; 32]).reveal()] {
        let other = browser(&desk).with_key(made_up);
        assert_eq!(other.get("/api/provider").await.problem(), unknown);
    }
    assert_eq!(software.get("/api/provider").await.status, 200);
    let by = Revoked::by_provider(desk.clock.now().instant, "Ada Brome");
    desk.store
        .revoke_api_key(&kept.provider_ref, &kept.key_id, &by, &Telling::default())
        .await
        .unwrap();
    assert_eq!(software.get("/api/provider").await.problem(), unknown);
    let other = browser(&desk).with_key(key(&desk, &[Scope::Read]).await.1.reveal());
    later(&desk, 60 * 37);
    assert_eq!(other.get("/api/provider").await.status, 200, "the evening of its last day");
    later(&desk, 60);
    assert_eq!(other.get("/api/provider").await.problem(), unknown);
}

#[tokio::test]
async fn a_cookie_and_a_key_together_are_refused() {
    let desk = desk();
    let token = sign_in(&desk.store, "P1002", &[Role::Admin], desk.clock.now()).await;
    let (_, secret) = key(&desk, &[Scope::Read]).await;
    let both = browser(&desk).with_session(&token).with_key(secret.reveal());
    assert_eq!(both.get("/api/provider").await.problem(), (401, "two-credentials".into()));
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let desk = desk();
    let (_, secret) = key(&desk, &[Scope::Read]).await;
    let software = browser(&desk).with_key(secret.reveal());
    let mut answered = 0;
    let refused = loop {
        let reply = software.get("/api/provider").await;
        if reply.status != 200 {
            break reply;
        }
        answered += 1;
    };
    assert_eq!((answered, refused.problem()), (60, (429, "too-fast".into())));
    assert_eq!(refused.headers["retry-after"], "1");
    later(&desk, 1);
    assert_eq!(software.get("/api/provider").await.status, 200);
}

#[tokio::test]
async fn what_software_saw_is_recorded_under_its_key() {
    let desk = desk();
    let (kept, secret) = key(&desk, &[Scope::Read]).await;
    let software = browser(&desk).with_key(secret.reveal());
    assert_eq!(software.get("/api/packages/164628").await.status, 200);
    let entries = chain(&desk, &By::from(&kept)).await;
    let entry = serde_json::to_value(&entries[0]).unwrap();
    let by = json!({"kind": "key", "key_id": kept.key_id, "name": "Rota software"});
    assert_eq!((&entry["by"], &entry["provider_ref"]), (&by, &json!("P1001")));
    assert_eq!(entry["seen"][0]["clients"], json!(["A272433"]));
    let seen = desk.store.api_key(&kept.hash).await.unwrap().unwrap();
    assert_eq!(seen.last_used_at, Some(desk.clock.now().instant));
}

#[tokio::test]
async fn the_councils_people_and_a_providers_contacts_do_not_see_each_others_pages() {
    let desk = desk();
    let (name, provider) = ("/api/council/name", "/api/provider");
    for (role, seen) in [(CouncilRole::Contracts, 0), (CouncilRole::Auditor, 1)] {
        let token = sign_in_staff(&desk.store, &[role], &[], desk.clock.now()).await;
        let grace = browser(&desk).with_session(&token);
        let expected = format!("Grace Hallam U9001 {seen}");
        assert_eq!(grace.get(name).await.json(), json!(expected));
        assert_eq!(grace.get(provider).await.problem(), (404, "not-allowed".into()));
        assert_eq!(grace.get("/api/name").await.json(), "Grace Hallam");
    }
    let token = sign_in_staff(&desk.store, &[CouncilRole::Helpdesk], &[], desk.clock.now()).await;
    let other_role = browser(&desk).with_session(&token);
    assert_eq!(other_role.get(name).await.problem(), (404, "not-allowed".into()));
    let token = sign_in(&desk.store, "P1001", &[Role::Admin], desk.clock.now()).await;
    let contact = browser(&desk).with_session(&token);
    assert_eq!(contact.get(name).await.problem(), (404, "not-allowed".into()));
}

#[tokio::test]
async fn a_session_is_over_when_it_is_not_used_and_in_any_case_in_the_end() {
    let desk = desk();
    let token = sign_in_only(&desk.store, desk.clock.now()).await;
    let ada = browser(&desk).with_session(&token);
    for _ in 0..35 {
        later(&desk, 20);
        assert_eq!(ada.get("/api/name").await.status, 200);
    }
    later(&desk, 20);
    assert_eq!(ada.get("/api/name").await.problem(), (401, "signed-out".into()), "12 hours");
    let token = sign_in_only(&desk.store, desk.clock.now()).await;
    later(&desk, 30);
    let ada = browser(&desk).with_session(&token);
    assert_eq!(ada.get("/api/name").await.problem(), (401, "signed-out".into()));
}

#[tokio::test]
async fn a_session_that_is_used_is_written_once_a_minute() {
    let desk = desk();
    let token = sign_in_only(&desk.store, desk.clock.now()).await;
    let before = desk.store.dump().unwrap();
    let ada = browser(&desk).with_session(&token);
    ada.get("/api/name").await;
    assert_eq!(desk.store.dump().unwrap(), before);
    later(&desk, 1);
    ada.get("/api/name").await;
    let after = desk.store.dump().unwrap();
    assert_ne!(after, before);
    ada.get("/api/name").await;
    assert_eq!(desk.store.dump().unwrap(), after);
}

#[tokio::test]
async fn a_change_that_is_not_sent_as_json_is_refused_before_anything_else() {
    let desk = desk();
    let kinds = [None, Some("application/x-www-form-urlencoded"), Some("text/plain")];
    let changes = [(Method::POST, "/api/sign"), (Method::PUT, "/api/echo")];
    for (kind, (method, path)) in
        kinds.iter().flat_map(|it| changes.iter().map(move |to| (*it, to)))
    {
        let mut request = Request::builder().method(method).uri(*path);
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from("{}")).unwrap();
        let response = api().router(desk.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 415, "{method} {kind:?}");
    }
    for method in [Method::POST, Method::PUT] {
        let request = Request::builder().method(&method).uri("/api/echo");
        let request = request.header(CONTENT_TYPE, "Application/JSON; charset=utf-8");
        let request = request.body(Body::from(r#"{"amount":1}"#)).unwrap();
        let response = api().router(desk.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200, "{method}");
    }
}

#[tokio::test]
async fn a_page_may_ask_where_a_file_is_and_reads_why_there_is_none() {
    let ask = |path: &'static str, accept: &'static str| async move {
        let request = Request::builder().uri(path).header(ACCEPT, accept);
        let request = request.body(Body::empty()).unwrap();
        let response = api().router(desk()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        (parts.status.as_u16(), parts.headers.get(LOCATION).is_some(), body)
    };
    let page = "application/vnd.portal.link+json";
    let (status, sent_there, body) = ask("/api/file.pdf", page).await;
    assert_eq!((status, sent_there), (200, false));
    assert_eq!(body, json!({"url": "https://bucket.example/file.pdf?signed=yes"}));
    let (status, _, body) = ask("/api/fire.pdf", page).await;
    assert_eq!((status, &body["code"]), (503, &json!("fire")));
    for other in ["text/html,*/*;q=0.8", "application/json"] {
        assert_eq!(ask("/api/file.pdf", other).await, (303, true, Value::Null), "{other}");
    }
}

#[tokio::test]
async fn whoever_opens_a_link_in_a_new_tab_reads_a_page_about_the_problem() {
    let ask = |path: &'static str, accept: &'static str| async move {
        let request = Request::builder().uri(path).header(ACCEPT, accept);
        let request = request.body(Body::empty()).unwrap();
        let response = api().router(desk()).oneshot(request).await.unwrap();
        let location = response.headers().get(LOCATION).map(|it| it.to_str().unwrap().to_owned());
        (response.status().as_u16(), location)
    };
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    assert_eq!(ask("/api/fire.pdf", browser).await, (303, Some("/problems/fire/".to_owned())));
    let lost = ask("/api/nowhere", browser).await;
    assert_eq!(lost, (303, Some("/problems/not-found/".to_owned())));
    for program in ["*/*", "application/json", "application/problem+json"] {
        assert_eq!(ask("/api/fire.pdf", program).await, (503, None), "{program}");
    }
}

#[tokio::test]
async fn what_does_not_fit_names_its_field() {
    let browser = browser(&desk());
    let wrong = browser.post("/api/echo", &json!({"amount": "much"})).await;
    assert_eq!(wrong.problem(), (422, "invalid".into()));
    assert_eq!(wrong.json()["errors"][0]["field"], "amount");
    let missing = browser.post("/api/echo", &json!({})).await;
    assert_eq!(missing.json()["errors"][0]["field"], "amount");
    let query = browser.get("/api/page/1?number=x").await;
    assert_eq!(query.problem(), (422, "invalid".into()));
    assert_eq!(browser.get("/api/page/1?number=2").await.json(), json!([1, 2]));
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_long_is_refused() {
    let send = |body: String| async {
        let request = Request::builder().method("POST").uri("/api/echo");
        let request = request.header(CONTENT_TYPE, "application/json").body(Body::from(body));
        api().router(desk()).oneshot(request.unwrap()).await.unwrap().status()
    };
    assert_eq!(send("{".to_owned()).await, 400);
    // The fields of the form in their order, of which nobody said what they are called.
    assert_eq!(send(" [7]".to_owned()).await, 400);
    assert_eq!(send(" ".repeat(2 * 1024 * 1024)).await, 413);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let browser = browser(&desk());
    let missing = browser.get("/api/nothing").await;
    assert_eq!(missing.problem(), (404, "not-found".into()));
    assert_eq!(missing.headers[CONTENT_TYPE], "application/problem+json");
    assert_eq!(missing.json()["type"], "/problems/not-found");
    assert_eq!(missing.json()["status"], 404);
    let odd = browser.get("/api/page/x?number=1").await;
    assert_eq!(odd.body, missing.body);
    let method = browser.send(&Method::DELETE, "/api/name", Some(&json!({}))).await;
    assert_eq!(method.problem(), (405, "method-not-allowed".into()));
}

#[tokio::test]
async fn a_fault_of_ours_says_nothing_about_itself() {
    let reply = browser(&desk()).get("/api/fire").await;
    assert_eq!(reply.problem(), (503, "fire".into()));
    assert_eq!(reply.json().get("detail"), None);
    assert!(!reply.text().contains("Ada"));
}

#[tokio::test]
async fn no_answer_is_kept_or_taken_for_what_it_is_not() {
    let browser = browser(&desk());
    for path in ["/api/time", "/api/name", "/api/nothing", "/api/fire"] {
        let headers = browser.get(path).await.headers;
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn a_request_happens_at_one_moment() {
    assert_eq!(browser(&desk()).get("/api/time").await.json(), Value::Bool(true));
}

/// What API Gateway sends for an HTTP API, format 2.0.
#[tokio::test]
async fn an_event_of_api_gateway_is_a_request() {
    let event = json!({
        "version": "2.0", "routeKey": "GET /api/name", "rawPath": "/api/name", "rawQueryString": "",
        "cookies": ["a=b", "__Host-session=TOKEN"],
        "headers": {"accept": "application/json", "host": "x.execute-api.eu-west-2.amazonaws.com"},
        "requestContext": {
            "accountId": "000000000000", "apiId": "x", "domainName": "x.amazonaws.com",
            "http": {"method": "GET", "path": "/api/name", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
                     "userAgent": "Test"},
            "requestId": "1", "routeKey": "GET /api/name", "stage": "$default",
            "time": "01/Jun/2026:09:00:00 +0000", "timeEpoch": 1_780_304_400_000_i64
        },
        "isBase64Encoded": false
    });
    let desk = desk();
    let token = sign_in_only(&desk.store, desk.clock.now()).await;
    let text = event.to_string().replace("TOKEN", &token);
    let request = lambda_http::request::from_str(&text).unwrap();
    assert_eq!(request.uri().path(), "/api/name");
    let response = api().router(desk).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

/// A change that anybody may ask for, as API Gateway passes it on.
async fn asked_from(desk: &Desk, source: &str, headers: &Value) -> axum::http::StatusCode {
    let event = json!({
        "version": "2.0", "routeKey": "POST /api/echo", "rawPath": "/api/echo", "rawQueryString": "",
        "headers": headers, "body": "{\"amount\": 1}",
        "requestContext": {
            "accountId": "000000000000", "apiId": "x", "domainName": "x.amazonaws.com",
            "http": {"method": "POST", "path": "/api/echo", "protocol": "HTTP/1.1", "sourceIp": source,
                     "userAgent": "Test"},
            "requestId": "1", "routeKey": "POST /api/echo", "stage": "$default",
            "time": "01/Jun/2026:09:00:00 +0000", "timeEpoch": 1_780_304_400_000_i64
        },
        "isBase64Encoded": false
    });
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    api().router(desk.clone()).oneshot(request).await.unwrap().status()
}

/// How often a network may ask before it is told to wait.
async fn answered(desk: &Desk, source: &str, headers: impl Fn(usize) -> Value) -> usize {
    for n in 0..=250 {
        if asked_from(desk, source, &headers(n)).await != 200 {
            return n;
        }
    }
    251
}

#[tokio::test]
async fn a_network_that_asks_too_often_without_a_session_is_told_to_wait_whatever_it_says_of_itself()
 {
    let desk = desk();
    let json = "application/json";
    let forged = |n: usize| {
        let list = format!("198.51.100.{}, 192.0.2.1", n % 250);
        json!({"content-type": json, "x-forwarded-for": list, "x-portal-edge": "a guess"})
    };
    assert_eq!(answered(&desk, "192.0.2.1", forged).await, 200);
    assert_eq!(asked_from(&desk, "192.0.2.1", &forged(0)).await, 429);
    assert_eq!(asked_from(&desk, "192.0.2.2", &forged(0)).await, 200);
    later(&desk, 1);
    assert_eq!(asked_from(&desk, "192.0.2.1", &forged(0)).await, 200);
}

#[tokio::test]
async fn behind_the_distribution_each_network_is_counted_by_itself() {
    let desk = desk();
    let edge = "the distribution's";
    let from = |client: &str| {
        let list = format!("198.51.100.7, {client}, 203.0.113.9");
        json!({"content-type": "application/json", "x-forwarded-for": list, "x-portal-edge": edge})
    };
    assert_eq!(answered(&desk, "203.0.113.9", |_| from("2001:db8::1")).await, 200);
    assert_eq!(asked_from(&desk, "203.0.113.9", &from("2001:db8::2")).await, 429);
    assert_eq!(asked_from(&desk, "203.0.113.9", &from("2001:db8:0:1::1")).await, 200);
    assert_eq!(
        answered(&desk, "127.0.0.1", |_| json!({"content-type": "application/json"})).await,
        251
    );
}

#[derive(Debug, thiserror::Error)]
#[error("Ada Brome has no statement of Miss Adams")]
struct Elsewhere;

impl Failure for Elsewhere {
    fn kind(&self) -> Kind {
        Kind::NotFound
    }

    fn code(&self) -> &'static str {
        "statement-elsewhere"
    }
}

#[test]
fn whatever_is_not_found_is_answered_in_the_same_words() {
    let body = |problem: Problem| serde_json::to_string(&problem).unwrap();
    assert_eq!(body(Elsewhere.into()), body(crate::Missing.into()));
}

/// Everything that a chain says, oldest first.
async fn chain(desk: &Desk, by: &By) -> Vec<Entry> {
    let links = desk.store.audit_links(&by.actor(), 0).await.unwrap();
    let head = desk.store.audit_head(&by.actor()).await.unwrap();
    verify(&by.actor(), links.iter().map(|(n, kept)| (*n, kept)), Some(&head)).unwrap();
    links.iter().map(|(_, kept)| kept.read().unwrap()).collect()
}

fn ada() -> By {
    By::Contact { email: "ada@lakehouse.example".parse().unwrap(), name: "Ada Brome".to_owned() }
}

#[tokio::test]
async fn what_somebody_saw_is_recorded_with_whose_it_was() {
    let desk = desk();
    let token = sign_in(&desk.store, "P1001", &[Role::Viewer], desk.clock.now()).await;
    let browser = browser(&desk).with_session(&token);
    let path = "/api/packages/164628?client=Wednesday+Adams&from=2026-05-01";
    assert_eq!(browser.get(path).await.status, 200);
    let entries = chain(&desk, &ada()).await;
    let entry = serde_json::to_value(&entries[0]).unwrap();
    let expected = json!({
        "n": 1, "previous": "0".repeat(64), "at": NINE,
        "by": {"kind": "contact", "email": "ada@lakehouse.example", "name": "Ada Brome"},
        "provider_ref": "P1001", "what": "GET /api/packages/{cpli_id}",
        "about": {"cpli_id": "164628", "client": "…", "from": "2026-05-01", "batch_id": "B7"},
        "outcome": {"state": "answered", "status": 200, "intended": null},
        "seen": [{"what": "care packages", "provider_ref": "P1001", "records": 2, "clients": ["A272433"]}],
    });
    assert_eq!((entries.len(), entry), (1, expected));
}

#[tokio::test]
async fn a_change_is_recorded_before_it_is_tried_and_when_it_was() {
    let desk = desk();
    let token = sign_in(&desk.store, "P1001", &[Role::Viewer], desk.clock.now()).await;
    let browser = browser(&desk).with_session(&token);
    assert_eq!(browser.post("/api/name/x", &json!({})).await.status, 503);
    let entries = chain(&desk, &ada()).await;
    let outcomes: Vec<Outcome> = entries.iter().map(|entry| entry.note.outcome).collect();
    let answered = Outcome::Answered { status: 503, intended: Some(1) };
    assert_eq!(outcomes, [Outcome::Intended, answered]);
}

#[tokio::test]
async fn a_refusal_is_recorded_too_and_whoever_is_not_signed_in_is_nobody() {
    let desk = desk();
    let token = sign_in_staff(&desk.store, &[CouncilRole::Helpdesk], &[], desk.clock.now()).await;
    let grace = browser(&desk).with_session(&token);
    assert_eq!(grace.get("/api/council/name").await.status, 404);
    assert_eq!(browser(&desk).get("/api/name").await.status, 401);
    let (heads, _) = desk.store.audit_heads(None).await.unwrap();
    assert_eq!(heads.len(), 1);
    let kept = desk.store.audit_entry(&heads[0].0, 1).await.unwrap().unwrap().read().unwrap();
    let by = serde_json::to_value(&kept.note.by).unwrap();
    assert_eq!((&by["kind"], &by["staff_ref"]), (&json!("staff"), &json!("U9001")));
    assert_eq!(kept.note.outcome, Outcome::Answered { status: 404, intended: None });
}

#[tokio::test]
async fn what_cannot_be_recorded_is_neither_shown_nor_changed() {
    for (method, path) in [(Method::GET, "/api/name"), (Method::POST, "/api/name/x")] {
        for cut in 1_usize.. {
            let desk = desk();
            let token = sign_in(&desk.store, "P1001", &[Role::Viewer], desk.clock.now()).await;
            let dying = Desk { store: desk.store.with_fuse(Fuse::blowing_at(cut)), ..desk.clone() };
            let reply =
                browser(&dying).with_session(&token).send(&method, path, Some(&json!({}))).await;
            let recorded = !chain(&desk, &ada()).await.is_empty();
            if reply.status == 200 || reply.problem().1 == "fire" {
                assert!(recorded, "{method} {cut}");
            }
            if cut > 12 {
                break;
            }
        }
    }
}
