//! Choosing a provider and what waits there, asked for as a browser does.

use domain::announcement::{Announcer, Audience, Board, Wish};
use domain::appearance::Appearance;
use domain::change_request::{Asked, ChangeRequest, ContactForm, RequestState};
use domain::facts::Team;
use domain::ids::ChangeRequestRef;
use domain::permission::{CouncilRole, Role};
use domain::settings::Settings;
use domain::sign_in::TokenHash;
use files::Objects;
use invoicing::{Claiming, Invoicing};
use recording::{Filling, Recording, WhichPeriod};
use serde_json::{Value, json};
use statements::Statements;
use store::keys::Key;
use store::{Action, QueuedRequest, Store};
use testing::{
    Browser, Council, at, contract, cpli, day, grant, parse, provider, service, sign_in,
};
use testing::{directive, sign_in_only, sign_in_staff};
use web::{Access, Clock};

use crate::{Providers, api};

/// While the period from 31 October can be responded to, until 24 November.
const OPEN: &str = "2022-11-10T10:00:00Z";

struct World {
    store: Store,
    objects: Objects,
    statements: Statements,
    clock: Clock,
}

impl World {
    async fn of(council: &Council) -> Self {
        let store = Store::in_memory();
        council.save(&store).await;
        let objects = Objects::in_memory();
        let statements = Statements::with(store.clone(), objects.clone(), "https://portal.example");
        let world = Self { store, objects, statements, clock: Clock::at(at(OPEN)) };
        world.on(OPEN).await;
        world
    }

    /// Another day: the job has run.
    async fn on(&self, now: &str) {
        self.clock.set(at(now));
        for due in self.statements.due(at(now)).await.unwrap() {
            self.statements.settle(&due, at(now)).await.unwrap();
        }
    }

    fn visitor(&self) -> Browser {
        let (store, statements) = (self.store.clone(), self.statements.clone());
        let (recording, invoicing) = (self.recording(), self.invoicing());
        let clock = self.clock.clone();
        Browser::new(api().router(Providers { store, statements, recording, invoicing, clock }))
    }

    fn recording(&self) -> Recording {
        Recording::with(self.store.clone(), self.objects.clone())
    }

    fn invoicing(&self) -> Invoicing {
        let (store, objects) = (self.store.clone(), self.objects.clone());
        Invoicing::with(store, objects, "https://portal.example")
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    async fn home(&self) -> Value {
        self.browser("P1001", &[Role::Viewer]).await.get("/api/home").await.json()
    }
}

/// A group of two homes, and a home that is no part of it.
fn group() -> Council {
    let mut council = Council::lake_house();
    let mut lakes = provider("P1000", "The Lakes Group");
    lakes.kind = domain::facts::ProviderKind::HomeCare;
    council.providers.push(lakes);
    council.providers[0].parent_ref = Some(parse("P1000"));
    council.providers[1].parent_ref = Some(parse("P1000"));
    council.providers.push(provider("P1003", "Another home"));
    council
}

#[tokio::test]
async fn somebody_who_serves_several_providers_sees_them_by_name_with_what_they_are_there() {
    let world = World::of(&group()).await;
    grant(&world.store, "P1002", &[Role::Viewer]).await;
    grant(&world.store, "P1001", &[Role::Payments, Role::Signatory]).await;
    let token = sign_in_only(&world.store, at(OPEN)).await;
    let browser = world.visitor().with_session(&token);
    assert_eq!(
        browser.get("/api/providers").await.json(),
        json!({"providers": [
            {
                "provider_ref": "P1001", "name": "Lake House", "kind": "care_home",
                "parent_name": "The Lakes Group", "roles": ["payments", "signatory"],
            },
            {
                "provider_ref": "P1002", "name": "Madley Park", "kind": "care_home",
                "parent_name": "The Lakes Group", "roles": ["viewer"],
            },
        ]})
    );
    let session = browser.get("/api/session").await.json();
    assert_eq!((&session["provider"], &session["provider_count"]), (&Value::Null, &json!(2)));
    assert_eq!(session["permissions"], json!([]));
    assert_eq!(browser.get("/api/home").await.problem(), (409, "choose-provider".to_owned()));
}

#[tokio::test]
async fn whoever_chooses_a_provider_acts_for_it_from_then_on() {
    let world = World::of(&group()).await;
    grant(&world.store, "P1002", &[Role::Viewer]).await;
    let browser = world.browser("P1001", &[Role::Payments]).await;
    let chosen = browser.post("/api/providers/selection", &json!({"provider_ref": "P1002"})).await;
    assert_eq!(chosen.status, 200);
    assert_eq!(chosen.json(), browser.get("/api/session").await.json());
    assert_eq!(
        chosen.json(),
        json!({
            "name": "Ada Brome", "email": "ada@lakehouse.example",
            "provider": {"provider_ref": "P1002", "name": "Madley Park", "kind": "care_home"},
            "provider_count": 2, "permissions": ["see"], "council": null,
            "council_name": "The council", "support_email": "support@council.example",
            "announcements": [], "password_length_min": 9, "password_mix": true,
            "appearance": Appearance::from(&Settings::default()),
        })
    );
    let home = browser.get("/api/home").await.json();
    assert!(home.to_string().contains("Madley Park") && !home.to_string().contains("Lake House"));
}

#[tokio::test]
async fn a_person_of_the_council_sees_their_teams_by_name_and_what_they_may_do() {
    let world = World::of(&group()).await;
    let team = |team_ref: &str, name: &str| {
        let team = Team { team_ref: parse(team_ref), name: name.to_owned() };
        Action::put(Key::team(&team.team_ref), &team)
    };
    let teams = vec![team("BROKERAGE", "Brokerage Team"), team("PAYMENTS", "Payments Team")];
    world.store.seed(teams).await.unwrap();
    let roles = [CouncilRole::TeamMember, CouncilRole::PaymentsOfficer];
    let token = sign_in_staff(&world.store, &roles, &["PAYMENTS", "GONE"], at(OPEN)).await;
    let browser = world.visitor().with_session(&token);
    assert_eq!(
        browser.get("/api/session").await.json(),
        json!({
            "name": "Grace Hallam", "email": "u9001@council.example",
            "provider": null, "provider_count": 0, "permissions": [],
            "council": {
                "roles": ["team_member", "payments_officer"],
                "teams": [{"team_ref": "PAYMENTS", "name": "Payments Team"}],
                "permissions": [
                    "see_queues", "see_actions", "answer_actions", "accept_proposals", "see_purchase_orders",
                    "see_reports", "see_payments", "direct_payments", "approve_invoices",
                    "see_imports", "see_providers",
                ],
            },
            "council_name": "The council", "support_email": "support@council.example",
            "announcements": [], "password_length_min": 9, "password_mix": true,
            "appearance": Appearance::from(&Settings::default()),
        })
    );
    assert_eq!(browser.get("/api/home").await.problem(), (404, "not-allowed".to_owned()));
    let chosen = browser.post("/api/providers/selection", &json!({"provider_ref": "P1001"})).await;
    assert_eq!(chosen.status, 404);
}

#[tokio::test]
async fn each_side_is_shown_what_is_announced_to_it() {
    let world = World::of(&group()).await;
    let made = Announcer {
        at: at(OPEN).instant,
        name: "Connie Figg".to_owned(),
        staff_ref: parse("ST08"),
    };
    let mut board = Board::default();
    for audience in [Audience::Everybody, Audience::Providers, Audience::Staff] {
        let text = format!("For {audience:?}");
        let (from_date, to_date) = (at(OPEN).date, None);
        let wish = Wish { text: &text, audience, from_date, to_date };
        let announcement = wish.made(&text, made.clone(), from_date).unwrap();
        board = board.with(announcement, from_date).unwrap().0;
    }
    world.store.save_announcements(&board, &[]).await.unwrap();
    let said = async |browser: Browser| {
        let session = browser.get("/api/session").await.json();
        let said = session["announcements"].as_array().unwrap().clone();
        said.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let provider = world.browser("P1001", &[Role::Viewer]).await;
    assert_eq!(said(provider).await, ["For Providers", "For Everybody"]);
    let token = sign_in_staff(&world.store, &[CouncilRole::Finaliser], &[], at(OPEN)).await;
    let staff = world.visitor().with_session(&token);
    assert_eq!(said(staff).await, ["For Staff", "For Everybody"]);
}

#[tokio::test]
async fn a_provider_of_others_is_answered_byte_for_byte_as_one_that_is_not_there() {
    let world = World::of(&group()).await;
    let browser = world.browser("P1001", &Role::ALL).await;
    let choose = async |provider: &str| {
        browser.post("/api/providers/selection", &json!({"provider_ref": provider})).await
    };
    let nobodys = choose("P9999").await;
    assert_eq!(nobodys.problem(), (404, "not-found".to_owned()));
    for theirs in ["P1000", "P1002", "P1003"] {
        assert_eq!(choose(theirs).await, nobodys, "{theirs}");
    }
    assert_eq!(browser.get("/api/session").await.json()["provider"]["provider_ref"], "P1001");
    let nothing = browser.post("/api/providers/selection", &json!({})).await;
    assert_eq!(nothing.status, 422);
    assert_eq!(nothing.json()["errors"][0]["field"], "provider_ref");
}

#[tokio::test]
async fn no_route_names_what_it_is_about_in_its_path() {
    let named: Vec<_> = api().routes().into_iter().filter(|it| it.path.contains('{')).collect();
    assert!(named.is_empty(), "try {named:?} with another provider's ids");
}

#[tokio::test]
async fn every_route_needs_a_session_and_home_a_role() {
    let world = World::of(&Council::lake_house()).await;
    let body = json!({"provider_ref": "P1001"});
    for route in api().routes() {
        assert_ne!(route.access, Access::Public, "{route:?}");
        let sent = (route.method == "POST").then_some(&body);
        let reply = world.visitor().send(&route.method, route.path, sent).await;
        assert_eq!(reply.problem(), (401, "signed-out".to_owned()), "{route:?}");
        for role in Role::ALL {
            let browser = world.browser("P1001", &[role]).await;
            let reply = browser.send(&route.method, route.path, sent).await;
            assert_eq!(reply.status, 200, "{role} at {route:?}");
        }
        let nobody = world.browser("P1001", &[]).await.send(&route.method, route.path, sent).await;
        let refused = matches!(route.access, Access::Provider(_));
        assert_eq!(nobody.status == 200, !refused, "{route:?}");
    }
}

#[tokio::test]
async fn access_that_was_taken_away_lets_nobody_choose() {
    let world = World::of(&group()).await;
    let token = sign_in(&world.store, "P1001", &[Role::Viewer], at(OPEN)).await;
    let email = parse("ada@lakehouse.example");
    world.store.take_access(&email, &parse("P1001")).await.unwrap();
    assert_eq!(world.store.session(&TokenHash::of(&token)).await.unwrap(), None);
    let token = sign_in_only(&world.store, at(OPEN)).await;
    let body = json!({"provider_ref": "P1001"});
    let browser = world.visitor().with_session(&token);
    let reply = browser.post("/api/providers/selection", &body).await;
    assert_eq!(reply.problem(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn home_says_in_words_what_waits_by_when_and_how_much() {
    let world = World::of(&Council::lake_house()).await;
    let home = world.home().await;
    insta::assert_json_snapshot!(home);
    assert_eq!(
        home["areas"][0]["line"],
        "1 statement of £3,461.84 to confirm by 5pm on 24 November 2022."
    );
    assert_eq!(home["areas"][1]["line"], "1 care package.");
}

#[tokio::test]
async fn a_deadline_is_urgent_from_three_days_before_it() {
    let world = World::of(&Council::lake_house()).await;
    for (now, attention) in [
        ("2022-11-21T16:59:59Z", "soon"),
        ("2022-11-21T17:00:00Z", "now"),
        ("2022-11-24T16:59:59Z", "now"),
    ] {
        world.clock.set(at(now));
        assert_eq!(world.home().await["areas"][0]["attention"], attention, "{now}");
    }
}

#[tokio::test]
async fn statements_of_several_contracts_are_counted_and_added_up() {
    let mut council = Council::lake_house();
    let other = service("S4009", "C3009", "Lake House - Respite");
    council.contracts.push(contract("C3009", "P1001", "Lake House respite"));
    council.cplis.push(cpli("164800", &other, council.cplis[0].client.clone()));
    council.services.push(other);
    let home = World::of(&council).await.home().await;
    assert_eq!(
        home["areas"][0]["line"],
        "2 statements of £6,923.68 together to confirm, the first by 5pm on 24 November 2022."
    );
    assert_eq!(home["areas"][1]["line"], "2 care packages.");
}

#[tokio::test]
async fn what_is_confirmed_no_longer_waits_and_what_is_held_does() {
    let mut council = Council::lake_house();
    council.settings.unconfirmed_at_lock = domain::settings::UnconfirmedAtLock::Hold;
    council.contracts[0].portal_from = day("2022-10-31");
    let world = World::of(&council).await;
    let (provider, contract) = (parse("P1001"), parse("C3001"));
    world.on("2022-11-24T17:00:00Z").await;
    world.on("2022-11-25T09:00:00Z").await;
    let area = world.home().await["areas"][0].clone();
    assert_eq!(area["attention"], "now");
    let line = area["line"].as_str().unwrap();
    let held = "1 finalised statement has amounts held until you confirm it.";
    assert!(line.ends_with(held), "{line}");
    assert_eq!(area["items"][1]["lifecycle"], "finalised");
    assert_eq!(area["items"][1]["confirm_by"], Value::Null);

    for start in ["2022-10-31", "2022-11-28"] {
        let now = world.clock.now();
        let shown = world.statements.show(&provider, &contract, day(start), now).await.unwrap();
        let reply = domain::record::Reply {
            by: "Ada Brome".to_owned(),
            by_email: "ada@lakehouse.example".to_owned(),
            comment: String::new(),
            digest: shown.digest,
        };
        let which = statements::WhichStatement {
            provider_ref: provider.clone(),
            contract_ref: contract.clone(),
            period_start: day(start),
        };
        let answering = statements::Answering::Confirm(reply);
        world.statements.respond(&which, answering, now).await.unwrap();
    }
    let area = world.home().await["areas"][0].clone();
    assert_eq!(area["attention"], "none");
    assert_eq!(area["line"], "No statement waits for your confirmation.");
    assert_eq!(area["items"][0]["response"], "confirmed");
    assert_eq!(area["items"][0]["payable"], "6923.68");
}

#[tokio::test]
async fn home_counts_what_changed_and_looking_at_home_is_no_visit_to_the_list() {
    let mut council = Council::lake_house();
    let world = World::of(&council).await;
    let (email, provider) = (parse("ada@lakehouse.example"), parse("P1001"));
    world.store.visit_care_packages(&email, &provider, at(OPEN)).await.unwrap();
    council.cpli("164628").changed_at = at("2022-11-10T12:00:00Z").instant;
    council.directives.push(directive(
        "D1",
        "C3001",
        domain::facts::DirectiveKind::Suspend,
        day("2022-10-31"),
    ));
    council.save(&world.store).await;
    for now in ["2022-11-14T09:00:00Z", "2022-11-15T09:00:00Z"] {
        world.clock.set(at(now));
        let home = world.home().await;
        assert_eq!(home["areas"][0]["items"][0]["payable"], "0.00");
        let area = &home["areas"][1];
        assert_eq!(area["line"], "1 care package, 1 changed since your last visit.");
        assert_eq!((&area["count"], &area["changed"]), (&json!(1), &json!(1)));
        assert_eq!(area["attention"], "soon");
    }
}

#[tokio::test]
async fn nothing_of_a_contract_waits_before_it_is_switched_on() {
    let mut council = Council::lake_house();
    council.contracts[0].portal_from = day("2022-11-11");
    let home = World::of(&council).await.home().await;
    assert_eq!(home["areas"][0]["items"], json!([]));
    assert_eq!(home["areas"][0]["attention"], "none");
    assert_eq!(home["areas"][1]["count"], 0);
}

/// The area of actuals of Northside Homecare.
async fn actuals_area(world: &World) -> Value {
    let home = world.browser("P1003", &[Role::Viewer]).await.get("/api/home").await.json();
    let areas = home["areas"].as_array().unwrap();
    areas.iter().find(|it| it["area"] == "actuals").unwrap().clone()
}

/// The area of invoices of Northside Homecare: its line, how soon it matters, and what waits.
async fn invoices_area(world: &World) -> (String, String, Vec<String>) {
    let home = world.browser("P1003", &[Role::Viewer]).await.get("/api/home").await.json();
    let areas = home["areas"].as_array().unwrap();
    let area = areas.iter().find(|it| it["area"] == "invoices").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = area["items"].as_array().unwrap().iter();
    let items = items.map(|it| format!("{}: {}", text(&it["title"]), text(&it["line"])));
    (text(&area["line"]), text(&area["attention"]), items.collect())
}

#[tokio::test]
async fn home_says_how_many_change_requests_wait_for_the_council() {
    let world = World::of(&Council::lake_house()).await;
    let line = |home: &Value| {
        let mut areas = home["areas"].as_array().unwrap().iter();
        areas.find(|it| it["area"] == "contacts").unwrap()["line"].clone()
    };
    let before = line(&world.home().await);
    let provider_ref: domain::ids::ProviderRef = parse("P1001");
    let form = ContactForm {
        forename: "Carol".to_owned(),
        surname: "Shaw".to_owned(),
        ..ContactForm::default()
    };
    let request = ChangeRequest {
        request_ref: ChangeRequestRef::of(&provider_ref, &parse("request-1")),
        provider_ref,
        name: "Carol Shaw".to_owned(),
        asked: Asked::NewContact { contact: form.read().unwrap() },
        submitted_at: at(OPEN).instant,
        submitted_by: "Ada Brome".to_owned(),
        submitted_email: parse("ada@lakehouse.example"),
        state: RequestState::Pending,
        version: 0,
    };
    let queued = QueuedRequest { request, provider_name: "Lake House".to_owned() };
    world.store.submit_change_request(&queued).await.unwrap();
    let after = line(&world.home().await);
    assert_ne!(before, after);
    assert!(after.as_str().unwrap().starts_with('1'), "{after}");
}

#[tokio::test]
async fn home_says_what_can_be_invoiced_what_is_not_submitted_and_what_is_disputed() {
    let mut council = Council::homecare();
    council.contracts[0].portal_from = day("2022-10-31");
    let world = World::of(&council).await;
    let now = at("2022-11-24T10:00:00Z");
    world.clock.set(now);
    assert_eq!(
        invoices_area(&world).await,
        ("Nothing waits to be invoiced.".to_owned(), "none".to_owned(), Vec::new())
    );
    let all = Filling::AsPlanned { week_start: None, service_ref: None };
    world.recording().fill(&which("2022-10-31"), &all, "Ada Brome", now).await.unwrap();
    world.recording().submit(&which("2022-10-31"), "Ada Brome", now).await.unwrap();
    let (line, attention, items) = invoices_area(&world).await;
    assert_eq!((line.as_str(), attention.as_str()), ("1 can be created.", "soon"));
    let proposal =
        "Northside homecare, 31 October 2022 to 27 November 2022: Invoice to create: £1,498.28";
    assert_eq!(items, [proposal]);

    let (provider, contract) = (parse("P1003"), parse("C3003"));
    let of = (&contract, day("2022-10-31"));
    let (draft, _) = world.invoicing().create(&provider, of, "Ada Brome", now).await.unwrap();
    let (line, attention, items) = invoices_area(&world).await;
    assert_eq!((line.as_str(), attention.as_str()), ("1 draft is not submitted.", "soon"));
    assert_eq!(items, ["Invoice, Northside homecare: Draft: £1,498.28"]);

    let claiming = Claiming {
        digest: draft.document.digest.clone(),
        suppliers_tax: None,
        comment: String::new(),
        by: "Ada Brome".to_owned(),
    };
    let id = &draft.head.invoice_id;
    let submitted = world.invoicing().submit(&provider, id, &claiming, now).await.unwrap();
    assert_eq!(invoices_area(&world).await.1, "none", "the council decides");
    let disputed = submitted.head.dispute("Ten hours were agreed", now).unwrap();
    world.store.decide_invoice(&disputed, Vec::new()).await.unwrap();
    let (line, attention, items) = invoices_area(&world).await;
    assert_eq!((line.as_str(), attention.as_str()), ("1 is disputed by the council.", "now"));
    assert_eq!(items, ["Invoice 1, Northside homecare: Disputed: £1,498.28"]);
}

fn which(period_start: &str) -> WhichPeriod {
    WhichPeriod {
        provider_ref: parse("P1003"),
        contract_ref: parse("C3003"),
        period_start: day(period_start),
    }
}

#[tokio::test]
async fn home_says_which_actuals_are_open_by_when_and_how_much_is_missing() {
    let mut council = Council::homecare();
    council.contracts[0].portal_from = day("2022-10-31");
    let world = World::of(&council).await;
    let area = actuals_area(&world).await;
    insta::assert_json_snapshot!(area);
    world.clock.set(at("2022-11-22T10:00:00Z"));
    let area = actuals_area(&world).await;
    let missing = "8 weeks still need an entry.";
    let open = "1 period to enter and confirm by 5pm on 24 November 2022.";
    assert_eq!(
        (&area["line"], &area["attention"]),
        (&json!(format!("{open} {missing}")), &json!("now"))
    );
    world.clock.set(at("2022-11-24T17:00:00Z"));
    let area = actuals_area(&world).await;
    assert_eq!(
        (&area["line"], &area["attention"]),
        (&json!(format!("1 period is late. {missing}")), &json!("now"))
    );

    let recording = world.recording();
    let (now, all) =
        (world.clock.now(), Filling::AsPlanned { week_start: None, service_ref: None });
    recording.fill(&which("2022-10-31"), &all, "Ada Brome", now).await.unwrap();
    assert_eq!(actuals_area(&world).await["line"], "1 period is late.");
    recording.submit(&which("2022-10-31"), "Ada Brome", now).await.unwrap();
    let area = actuals_area(&world).await;
    let nothing = "Nothing waits to be entered or confirmed.";
    assert_eq!((&area["line"], &area["attention"]), (&json!(nothing), &json!("none")));
    assert_eq!(area["items"], json!([]));
}

#[tokio::test]
async fn a_shared_lives_carers_actuals_are_timesheets() {
    let mut council = Council::homecare();
    council.providers[0].kind = domain::facts::ProviderKind::SharedLives;
    let world = World::of(&council).await;
    assert_eq!(actuals_area(&world).await["title"], "Timesheets");
}

#[tokio::test]
async fn who_is_paid_by_plan_has_no_area_of_actuals() {
    let world = World::of(&Council::lake_house()).await;
    let home = world.home().await;
    let areas = home["areas"].as_array().unwrap();
    assert!(areas.iter().all(|it| it["area"] != "actuals"));
    let fuse = cloud::Fuse::counting();
    let recording = Recording::with(world.store.with_fuse(fuse.clone()), Objects::in_memory());
    assert!(recording.list(&parse("P1001"), at(OPEN)).await.unwrap().is_empty());
    assert_eq!(fuse.count(), 2, "home asks one question more: {:?}", fuse.labels());
}

#[tokio::test]
async fn home_names_no_client() {
    let world = World::of(&Council::lake_house()).await;
    let home = world.home().await.to_string();
    assert!(!home.contains("Adams") && !home.contains("A272433"), "{home}");
}
