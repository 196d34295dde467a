//! Contacts and change requests, asked for as browsers of both sides do.

use chrono::Duration;
use domain::clock::Now;
use domain::facts::Contact;
use domain::permission::{CouncilPermission, CouncilRole, Permission, Role};
use messages::Queue;
use people::People;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Store, SuppressedFor};
use testing::{
    Browser, Council, Reply, at, instant, parse, sign_in, sign_in_colleague, sign_in_staff,
};
use web::{Access, Clock};

use crate::{Contacts, api};

const NINE: &str = "2026-11-02T09:00:00Z";

struct World {
    store: Store,
    people: People,
    clock: Clock,
}

impl World {
    /// Lake House with Ada Brome and Bob Else.
    async fn new() -> Self {
        let mut council = Council::lake_house();
        council.providers[0].address = Some("1 Shore Road, Oxford".to_owned());
        council.providers[0].parent_ref = Some(parse("P1002"));
        council.contacts = vec![
            contact("K2001", ("Ada", "Brome"), "ada@lakehouse.example", &[Role::Admin]),
            contact("K2002", ("Bob", "Else"), "bob@lakehouse.example", &[Role::Viewer]),
        ];
        let store = Store::in_memory();
        council.save(&store).await;
        let people =
            People::with(store.clone(), Queue::in_memory(), "https://portal.example", |email| {
                Sha256::digest(email.as_str()).into()
            });
        Self { store, people, clock: Clock::at(at(NINE)) }
    }

    fn visitor(&self) -> Browser {
        let (store, people) = (self.store.clone(), self.people.clone());
        Browser::new(api().router(Contacts { store, people, clock: self.clock.clone() }))
    }

    async fn provider(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    async fn admin(&self) -> Browser {
        self.provider("P1001", &[Role::Admin]).await
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let token = sign_in_staff(&self.store, &[role], &[], self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    async fn helpdesk(&self) -> Browser {
        self.staff(CouncilRole::Helpdesk).await
    }

    fn later(&self, days: i64) {
        let now = self.clock.now().instant.checked_add_signed(Duration::days(days)).unwrap();
        self.clock.set(Now::at(now));
    }
}

fn contact(
    contact_ref: &str,
    (forename, surname): (&str, &str),
    email: &str,
    roles: &[Role],
) -> Contact {
    Contact {
        contact_ref: parse(contact_ref),
        provider_ref: parse("P1001"),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        address: None,
        phone: None,
        email: None,
        portal_email: Some(email.to_owned()),
        roles: roles.to_vec(),
    }
}

fn new_carol(id: &str) -> Value {
    json!({
        "request_id": id, "type": "new_contact", "contact_ref": null, "roles": null,
        "contact": {
            "forename": "Carol", "surname": "Shaw", "address": null, "phone": "01865 2",
            "email": null, "portal_email": "carol@lakehouse.example", "roles": ["payments"],
        },
    })
}

fn without_bob(id: &str) -> Value {
    json!({
        "request_id": id, "type": "delete_contact_role", "contact_ref": "K2002",
        "contact": null, "roles": null,
    })
}

async fn ask(browser: &Browser, body: &Value) -> Value {
    let reply = browser.post("/api/contacts/requests", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

fn desk(request: &Value) -> String {
    format!("/api/council/change-requests/P1001/{}", request["request_ref"].as_str().unwrap())
}

fn withdrawal(request: &Value) -> String {
    format!("/api/contacts/requests/{}/withdrawal", request["request_ref"].as_str().unwrap())
}

#[tokio::test]
async fn a_provider_reads_what_the_council_holds_about_it() {
    let world = World::new().await;
    let viewer = world.provider("P1001", &[Role::Viewer]).await;
    assert_eq!(
        viewer.get("/api/organisation").await.json(),
        json!({
            "name": "Lake House", "kind": "care_home", "address": "1 Shore Road, Oxford",
            "phone": null, "email": null, "vat_number": null, "parent_name": "Madley Park",
        })
    );
    let list = viewer.get("/api/contacts").await.json();
    assert_eq!(
        list["contacts"][0],
        json!({
            "contact_ref": "K2001", "name": "Ada Brome", "forename": "Ada", "surname": "Brome",
            "address": null, "phone": null, "email": null,
            "portal_email": "ada@lakehouse.example", "roles": ["admin"],
            "email_state": {"state": "ok", "at": null}, "pending": [], "you": true,
        })
    );
    assert_eq!((&list["can_request"], list["roles"].as_array().unwrap().len()), (&json!(false), 6));
    assert_eq!(world.admin().await.get("/api/contacts").await.json()["can_request"], true);
}

#[tokio::test]
async fn a_new_contact_is_asked_for_accepted_and_there_at_once() {
    let world = World::new().await;
    let (admin, helpdesk) = (world.admin().await, world.helpdesk().await);
    let asked = ask(&admin, &new_carol("request-1")).await;
    assert_eq!(
        asked,
        json!({
            "request_ref": asked["request_ref"], "type": "new_contact", "state": "pending",
            "submitted_at": NINE, "submitted_by": "Ada Brome", "updated_at": null,
            "name": "Carol Shaw",
            "details": [
                {"label": "Forename", "before": null, "after": "Carol"},
                {"label": "Surname", "before": null, "after": "Shaw"},
                {"label": "Telephone", "before": null, "after": "01865 2"},
                {
                    "label": "Portal email address", "before": null,
                    "after": "carol@lakehouse.example",
                },
                {"label": "Roles", "before": null, "after": "Payments"},
            ],
            "rejection_reason": null, "decided_by": null, "can_withdraw": true,
        })
    );
    assert_eq!(ask(&admin, &new_carol("request-1")).await, asked, "sent twice");
    world.later(2);
    let queue = helpdesk.get("/api/council/change-requests").await;
    assert_eq!(queue.status, 401, "signed in two days ago");
    let helpdesk = world.helpdesk().await;
    let row = &helpdesk.get("/api/council/change-requests").await.json()["rows"][0];
    assert_eq!((&row["provider_name"], &row["age_days"]), (&json!("Lake House"), &json!(2)));
    let shown = helpdesk.get(&desk(&asked)).await.json();
    assert_eq!((&shown["warnings"], &shown["can_decide"]), (&json!([]), &json!(true)));
    let accepted = helpdesk.post(&format!("{}/acceptance", desk(&asked)), &json!({})).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    let accepted = accepted.json();
    assert_eq!(
        (&accepted["state"], &accepted["decided_by"]),
        (&json!("accepted"), &json!("Grace Hallam"))
    );
    assert_eq!(accepted["can_decide"], false);
    let names = |list: &Value| {
        let contacts = list["contacts"].as_array().unwrap();
        contacts.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let list = world.admin().await.get("/api/contacts").await.json();
    assert_eq!(names(&list), ["Ada Brome", "Bob Else", "Carol Shaw"]);
    let theirs = helpdesk.get("/api/council/providers/P1001/contacts").await.json();
    assert_eq!((names(&theirs), &theirs["provider_name"]), (names(&list), &json!("Lake House")));
}

#[tokio::test]
async fn whoever_is_slower_is_told_who_did_what() {
    let world = World::new().await;
    let (admin, helpdesk) = (world.admin().await, world.helpdesk().await);
    let roles: &[CouncilRole] = &[CouncilRole::Helpdesk];
    let joan = sign_in_colleague(&world.store, ("Joan Carden", "U9002"), (roles, &[]), at(NINE));
    let joan = world.visitor().with_session(&joan.await);
    let asked = ask(&admin, &without_bob("request-1")).await;
    let pending = &admin.get("/api/contacts").await.json()["contacts"][1]["pending"];
    assert_eq!(pending[0]["type"], "delete_contact_role");
    let again = admin.post("/api/contacts/requests", &without_bob("request-2")).await;
    assert_eq!(again.problem(), (409, "request-pending".to_owned()));
    let unnamed = admin.post("/api/contacts/requests", &new_carol("x")).await;
    assert_eq!(unnamed.json()["errors"][0]["field"], "request_id");

    let reject = |reason: &str| json!({"reason": reason});
    let rejection = format!("{}/rejection", desk(&asked));
    let nothing = helpdesk.post(&rejection, &json!({})).await;
    assert_eq!(nothing.status, 422);
    assert_eq!(nothing.json()["errors"][0]["field"], "reason");
    let rejected = helpdesk.post(&rejection, &reject("She still works there")).await.json();
    assert_eq!(rejected["rejection_reason"], "She still works there");
    let told = |reply: &Reply| reply.json()["detail"].as_str().unwrap().to_owned();
    let who = "Grace Hallam rejected this request at 9am on 2 November 2026.";
    let late = joan.post(&format!("{}/acceptance", desk(&asked)), &json!({})).await;
    assert_eq!(
        (late.problem(), told(&late)),
        ((409, "request-decided".to_owned()), who.to_owned())
    );
    let late = admin.post(&withdrawal(&asked), &json!({})).await;
    assert_eq!(
        (late.problem(), told(&late)),
        ((409, "request-decided".to_owned()), who.to_owned())
    );

    let asked = ask(&admin, &without_bob("request-3")).await;
    let withdrawn = admin.post(&withdrawal(&asked), &json!({})).await.json();
    assert_eq!(
        (&withdrawn["state"], &withdrawn["can_withdraw"]),
        (&json!("withdrawn"), &json!(false))
    );
    let late = joan.post(&format!("{}/acceptance", desk(&asked)), &json!({})).await;
    assert_eq!(told(&late), "Ada Brome withdrew this request at 9am on 2 November 2026.");
}

#[tokio::test]
async fn what_was_answered_is_shown_for_a_month_unless_all_is_asked_for() {
    let world = World::new().await;
    let asked = ask(&world.admin().await, &new_carol("request-1")).await;
    ask(&world.admin().await, &without_bob("request-2")).await;
    world.admin().await.post(&withdrawal(&asked), &json!({})).await;
    let rows = async |browser: &Browser, path: &str| {
        browser.get(path).await.json()["rows"].as_array().unwrap().len()
    };
    for (days, shown) in [(31, 2), (1, 1)] {
        world.later(days);
        let (admin, helpdesk) = (world.admin().await, world.helpdesk().await);
        for (browser, path) in
            [(&admin, "/api/contacts/requests"), (&helpdesk, "/api/council/change-requests")]
        {
            assert_eq!(rows(browser, path).await, shown, "{path}");
            assert_eq!(rows(browser, &format!("{path}?history=yes")).await, 2, "{path}");
        }
    }
}

#[tokio::test]
async fn the_helpdesk_sees_an_address_that_bounced_and_trusts_it_again() {
    let world = World::new().await;
    let (bob, then) = ("bob@lakehouse.example", instant("2026-11-01T07:00:00Z"));
    world.store.suppress(bob, SuppressedFor::Bounce, then, "Permanent General").await.unwrap();
    let helpdesk = world.helpdesk().await;
    let path = "/api/council/providers/P1001/contacts";
    let state = |list: Value| list["contacts"][1]["email_state"]["state"].clone();
    assert_eq!(state(helpdesk.get(path).await.json()), "bounced");
    assert_eq!(state(world.admin().await.get("/api/contacts").await.json()), "bounced");
    let trusted = helpdesk.post(&format!("{path}/K2002/email-trust"), &json!({})).await;
    assert_eq!(state(trusted.json()), "ok");
    let nobody = helpdesk.post(&format!("{path}/K9999/email-trust"), &json!({})).await;
    assert_eq!(nobody.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_request_of_another_provider_is_answered_as_one_that_is_not_there() {
    let world = World::new().await;
    let asked = ask(&world.admin().await, &without_bob("request-1")).await;
    let other = world.provider("P1002", &[Role::Admin]).await;
    let theirs = other.post(&withdrawal(&asked), &json!({})).await;
    let nobodys =
        other.post("/api/contacts/requests/0000000000000000/withdrawal", &json!({})).await;
    assert_eq!((theirs.problem(), &theirs), ((404, "not-found".to_owned()), &nobodys));
    let contact = other.post("/api/contacts/requests", &without_bob("request-1")).await;
    assert_eq!(contact.problem(), (404, "not-found".to_owned()));
    assert_eq!(other.get("/api/contacts/requests").await.json()["rows"], json!([]));
    let helpdesk = world.helpdesk().await;
    let wrong = desk(&asked).replace("P1001", "P1002");
    for reply in [
        helpdesk.get(&wrong).await,
        helpdesk.post(&format!("{wrong}/acceptance"), &json!({})).await,
        helpdesk.post(&format!("{wrong}/rejection"), &json!({"reason": "No"})).await,
        helpdesk.get("/api/council/providers/P9999/contacts").await,
    ] {
        assert_eq!(reply.problem(), (404, "not-found".to_owned()));
    }
}

/// A path of a route with references that name nothing.
fn path_of(route: &web::Route) -> String {
    let path = route.path.replace("{provider_ref}", "P1001");
    path.replace("{request_ref}", "0000000000000000").replace("{contact_ref}", "K2002")
}

#[tokio::test]
async fn every_route_lets_those_roles_in_that_the_table_says() {
    let world = World::new().await;
    let let_in = |reply: &Reply| reply.status != 401 && !reply.text().contains("not-allowed");
    for route in api().routes() {
        let body = (route.method == "POST").then(|| json!({}));
        let send = async |browser: Browser| {
            browser.send(&route.method, &path_of(&route), body.as_ref()).await
        };
        assert_eq!(send(world.visitor()).await.status, 401, "{route:?}");
        for role in Role::ALL {
            let may = matches!(route.access, Access::Provider(what) if role.may(what));
            let reply = send(world.provider("P1001", &[role]).await).await;
            assert_eq!(let_in(&reply), may, "{role} at {route:?}");
        }
        for role in CouncilRole::ALL {
            let may = matches!(route.access, Access::Council(what) if role.may(what));
            let reply = send(world.staff(role).await).await;
            assert_eq!(let_in(&reply), may, "{role} at {route:?}");
        }
    }
}

#[test]
fn who_asks_administers_and_who_decides_is_the_helpdesk() {
    for route in api().routes() {
        let expected = match (route.method.as_str(), route.path.starts_with("/api/council/")) {
            ("GET", false) => Access::Provider(Permission::See),
            (_, false) => Access::Provider(Permission::Administer),
            ("GET", true) => Access::Council(CouncilPermission::SeeChangeRequests),
            (_, true) => Access::Council(CouncilPermission::DecideChangeRequests),
        };
        assert_eq!(route.access, expected, "{route:?}");
    }
}

#[tokio::test]
async fn lists_of_requests_come_in_parts_of_a_hundred() {
    let world = World::new().await;
    let admin = world.admin().await;
    for n in 0..101 {
        let mut request = new_carol(&format!("request-{n}"));
        request["contact"]["portal_email"] = json!(format!("carol.{n}@lakehouse.example"));
        let asked = admin.post("/api/contacts/requests", &request).await;
        assert_eq!(asked.status, 201, "{}", asked.json());
        if n % 2 == 0 {
            admin.post(&withdrawal(&asked.json()), &json!({})).await;
        }
    }
    let helpdesk = world.helpdesk().await;
    for (browser, path) in
        [(&admin, "/api/contacts/requests"), (&helpdesk, "/api/council/change-requests")]
    {
        let first = browser.get(&format!("{path}?history=yes")).await.json();
        let next = first["next"].as_str().unwrap().replace('#', "%23");
        let rest = browser.get(&format!("{path}?history=yes&after={next}")).await.json();
        assert_eq!(rest["next"], Value::Null, "{path}");
        let all = [&first, &rest].map(|it| it["rows"].as_array().unwrap().clone()).concat();
        let references = all.iter().map(|it| it["request_ref"].as_str().unwrap());
        assert_eq!(references.collect::<std::collections::BTreeSet<_>>().len(), 101, "{path}");
    }
    let first = helpdesk.get("/api/council/change-requests").await.json();
    assert_eq!(
        (&first["counts"]["pending"], &first["rows"][49]["state"]),
        (&json!(50), &json!("pending"))
    );
    assert_eq!(first["rows"][50]["state"], "withdrawn", "what waits comes first");
    let elsewhere = helpdesk.get("/api/council/change-requests?after=OPEN%231").await;
    assert_eq!(elsewhere.problem(), (422, "cursor-unknown".to_owned()));
}
