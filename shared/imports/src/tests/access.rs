//! What contacts may do follows from what the files say.

use domain::account::StaffAccess;
use domain::change_request::{Answer, ContactForm};
use domain::permission::{CouncilRole, Role};
use domain::sign_in::{EmailAddress, Session, Token};
use people::{Asking, Verdict, Wish};
use store::Change;
use store::keys::Key;

use super::rig::{Rig, nine};

const HEADER: &str = "contact_ref,provider_ref,forename,surname,portal_email,roles";

async fn contacts(rig: &Rig, day: u32, rows: &str) -> String {
    let stem = format!("contacts_202604{day:02}T080000");
    rig.take_in(&stem, &format!("{HEADER}\n{rows}\n")).await;
    stem
}

fn ann() -> EmailAddress {
    "ann@lake.example".parse().unwrap()
}

async fn access(rig: &Rig, email: &EmailAddress) -> Vec<(String, Vec<Role>)> {
    let all = rig.store.access_of(email).await.unwrap();
    all.into_iter().map(|it| (it.provider_ref.to_string(), it.roles)).collect()
}

fn emails(rig: &Rig) -> Vec<String> {
    let table = rig.table();
    let emails = table.iter().filter(|(key, _)| key.starts_with("OUTBOX#"));
    let mut subjects: Vec<String> =
        emails.map(|(_, email)| email["subject"].as_str().unwrap().to_owned()).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn a_contact_with_an_address_and_roles_is_invited_once() {
    let rig = Rig::council().await;
    let roles = vec![Role::Viewer, Role::Payments];
    assert_eq!(access(&rig, &ann()).await, [("P1001".to_owned(), roles)]);
    assert_eq!((emails(&rig).len(), rig.told().len()), (1, 1));
    contacts(&rig, 2, "K2001,P1001,Ann,Other,ann@lake.example,viewer payments").await;
    contacts(&rig, 3, "K2001,P1001,Ann,Other-Smith,ann@lake.example,viewer").await;
    assert_eq!(emails(&rig).len(), 1);
    assert_eq!(access(&rig, &ann()).await, [("P1001".to_owned(), vec![Role::Viewer])]);
}

#[tokio::test]
async fn somebody_at_two_providers_is_invited_once_and_may_choose_both() {
    let rig = Rig::council().await;
    contacts(&rig, 2, "K2001,P1000,Ann,Other,ann@lake.example,admin").await;
    let providers: Vec<_> = access(&rig, &ann()).await.into_iter().map(|it| it.0).collect();
    assert_eq!(providers, ["P1000", "P1001"]);
    let invited = emails(&rig).iter().filter(|it| it.starts_with("Your access")).count();
    assert_eq!((invited, emails(&rig).len()), (1, 2));
}

#[tokio::test]
async fn without_roles_or_address_there_is_no_access_and_it_may_come_again() {
    let rig = Rig::council().await;
    contacts(&rig, 2, "K2001,P1001,Ann,Other,ann@lake.example,").await;
    assert!(access(&rig, &ann()).await.is_empty());
    contacts(&rig, 3, "K2001,P1001,Ann,Other,ann@lake.example,signatory").await;
    assert_eq!(access(&rig, &ann()).await.len(), 1);
    contacts(&rig, 4, "K2001,P1001,Ann,Other,ann@water.example,signatory").await;
    assert!(access(&rig, &ann()).await.is_empty());
    assert_eq!(access(&rig, &"ann@water.example".parse().unwrap()).await.len(), 1);
}

#[tokio::test]
async fn an_older_file_gives_no_role_back() {
    let rig = Rig::council().await;
    contacts(&rig, 3, "K2001,P1001,Ann,Other,ann@lake.example,viewer").await;
    let stem = contacts(&rig, 2, "K2001,P1001,Ann,Other,ann@lake.example,admin").await;
    assert_eq!(rig.counts(&stem), [0, 0, 0, 0, 0, 1]);
    assert_eq!(access(&rig, &ann()).await, [("P1001".to_owned(), vec![Role::Viewer])]);
}

#[tokio::test]
async fn two_contacts_of_a_provider_cannot_share_an_address() {
    let rig = Rig::council().await;
    let stem = contacts(&rig, 2, "K2003,P1001,Cy,Other,Ann@lake.example,viewer").await;
    assert_eq!(rig.codes(&stem), ["I30"]);
    let rows = "K2001,P1001,Ann,Other,,\nK2003,P1001,Cy,Other,ann@lake.example,viewer";
    let stem = contacts(&rig, 3, rows).await;
    assert_eq!(rig.counts(&stem), [1, 1, 0, 0, 0, 0]);
    let access = rig.store.access_to(&ann(), &"P1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(access.contact_ref.as_str(), "K2003");
}

const STAFF: &str = "staff_ref,forename,surname,email,roles,teams";

const BOB: &str = "bob@lake.example";

/// A council that accepted a request: Bob became a contact, as a file of that hour would have said. Gives his reference.
async fn with_bob() -> (Rig, String) {
    let rig = Rig::council().await;
    let imports = rig.imports(&cloud::Fuse::default());
    let (provider, ann) = ("P1001".parse().unwrap(), ann());
    let asking = Asking { provider: &provider, name: "Ann Other", email: &ann };
    let form = ContactForm {
        forename: "Bob".to_owned(),
        surname: "Else".to_owned(),
        portal_email: Some(BOB.to_owned()),
        roles: vec!["viewer".to_owned()],
        ..ContactForm::default()
    };
    let wish = Wish::NewContact(form);
    let request =
        imports.people.ask(asking, &"request-1".parse().unwrap(), &wish, nine()).await.unwrap();
    let by = Answer { by: "Grace".to_owned(), staff_ref: None, at: nine().instant };
    let of = (&provider, &request.request_ref);
    imports.people.decide(of, &by, Verdict::Accept, nine()).await.unwrap();
    let made = request.new_contact_ref().to_string();
    (rig, made)
}

fn references(rig: &Rig) -> Vec<String> {
    let table = rig.table();
    let contacts = table.iter().filter(|(key, it)| {
        key.contains("P1001") && it["contact_ref"].is_string() && it["surname"].is_string()
    });
    contacts.map(|(_, it)| it["contact_ref"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_became_a_contact_by_a_request_takes_the_reference_that_the_councils_file_gives() {
    let (rig, made) = with_bob().await;
    let bob: EmailAddress = BOB.parse().unwrap();
    assert_eq!(references(&rig), ["K2001", "K2002", made.as_str()]);
    let (invited, told) = (emails(&rig).len(), access(&rig, &bob).await);
    let stem = contacts(&rig, 2, "K2003,P1001,Bob,Else,bob@lake.example,viewer payments").await;
    assert_eq!(rig.codes(&stem), Vec::<String>::new());
    assert_eq!(references(&rig), ["K2001", "K2002", "K2003"]);
    assert_eq!(told, [("P1001".to_owned(), vec![Role::Viewer])]);
    let now = rig.store.access_to(&bob, &"P1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(
        (now.contact_ref.as_str(), now.roles),
        ("K2003", vec![Role::Viewer, Role::Payments])
    );
    assert_eq!(emails(&rig).len(), invited, "he is not invited again");
    let again = contacts(&rig, 3, &format!("{made},P1001,Bob,Else,bob@lake.example,viewer")).await;
    assert_eq!(rig.codes(&again), ["I30"], "the council's own reference stays");
}

#[tokio::test]
async fn an_older_file_takes_no_place_of_who_became_a_contact_by_a_request() {
    let (rig, made) = with_bob().await;
    let stem = "contacts_20260401T083000";
    let row = "K2003,P1001,Bob,Else,bob@lake.example,admin\n";
    rig.take_in(stem, &format!("{HEADER}\n{row}")).await;
    assert_eq!(rig.codes(stem), ["I30"]);
    assert_eq!(references(&rig), ["K2001", "K2002", made.as_str()]);
}

async fn staff(rig: &Rig, day: u32, rows: &str) -> String {
    let stem = format!("staff_202604{day:02}T080000");
    rig.take_in(&stem, &format!("{STAFF}\n{rows}\n")).await;
    stem
}

/// A council with two teams, and Grace Hallam who is of one of them.
async fn with_grace() -> Rig {
    let rig = Rig::council().await;
    let teams = "team_ref,name\nPAY,Payments Team\nBROK,Brokerage Team\n";
    rig.take_in("teams_20260401T080000", teams).await;
    rig.told();
    staff(&rig, 1, "U9001,Grace,Hallam,Grace@Council.Example,team_member,PAY").await;
    rig
}

fn grace() -> EmailAddress {
    "grace@council.example".parse().unwrap()
}

async fn may(rig: &Rig, email: &EmailAddress) -> Option<StaffAccess> {
    rig.store.staff_access(email).await.unwrap()
}

#[tokio::test]
async fn one_of_the_councils_people_is_invited_once() {
    let rig = with_grace().await;
    let access = may(&rig, &grace()).await.unwrap();
    assert_eq!((access.staff_ref.as_str(), access.name.as_str()), ("U9001", "Grace Hallam"));
    assert_eq!(
        (access.roles, access.teams),
        (vec![CouncilRole::TeamMember], vec!["PAY".parse().unwrap()])
    );
    let invited = |rig: &Rig| emails(rig).iter().filter(|it| it.contains("council's side")).count();
    assert_eq!((invited(&rig), rig.told().len()), (1, 1));
    let row = "U9001,Grace,Hallam,grace@council.example,team_member helpdesk,PAY BROK";
    staff(&rig, 2, row).await;
    assert_eq!(invited(&rig), 1);
    assert_eq!(may(&rig, &grace()).await.unwrap().teams.len(), 2);
    let stem = staff(&rig, 3, "U9001,Grace,Hallam,grace@council.example,boss,PAY").await;
    assert_eq!(rig.codes(&stem), ["I16"]);
}

#[tokio::test]
async fn roles_and_teams_that_are_taken_away_end_sessions_at_once() {
    let less = [
        "U9001,Grace,Hallam,grace@council.example,team_member,BROK",
        "U9001,Grace,Hallam,grace@council.example,helpdesk,PAY",
        "U9001,Grace,Hallam,grace@council.example,,PAY",
        "U9001,Grace,Hallam,,team_member,PAY",
        "U9001,Grace,Hallam,g.hopper@council.example,team_member,PAY",
    ];
    for row in less {
        let rig = with_grace().await;
        let id = Token::new([5; 32]).hash();
        let session = Session {
            id: id.clone(),
            email: grace(),
            name: "Grace Hallam".to_owned(),
            provider: None,
            roles: Vec::new(),
            council: may(&rig, &grace()).await,
            created_at: nine().instant,
            last_seen_at: nine().instant,
            idle_minutes: 30,
            ends_at: "2026-04-01T21:00:00Z".parse().unwrap(),
            browser: String::new(),
            version: 0,
        };
        rig.store.change(vec![Change::StartSession(session, None)]).await.unwrap();
        staff(&rig, 2, "U9001,Grace,Hallam-Smith,grace@council.example,team_member,PAY").await;
        assert!(rig.store.session(&id).await.unwrap().is_some(), "a new name ends nothing");
        staff(&rig, 3, row).await;
        assert_eq!(rig.store.session(&id).await.unwrap(), None, "{row}");
    }
}

fn answer(rig: &Rig, stem: &str) -> String {
    rig.answer(&format!("{stem}_log.csv")).unwrap()
}

#[tokio::test]
async fn nobody_is_of_the_council_and_a_contact_and_the_file_says_who_has_the_address() {
    let rig = with_grace().await;
    let stem = contacts(&rig, 2, "K2003,P1001,Grace,Hallam,grace@council.example,viewer").await;
    assert_eq!(rig.codes(&stem), ["I38"]);
    assert!(answer(&rig, &stem).contains("U9001"));
    let stem = staff(&rig, 2, "U9002,Ann,Other,ann@lake.example,auditor,").await;
    assert_eq!(rig.codes(&stem), ["I38"]);
    assert!(answer(&rig, &stem).contains("K2001 of provider P1001"));
    assert_eq!(may(&rig, &ann()).await, None);
    contacts(&rig, 3, "K2001,P1001,Ann,Other,,").await;
    let stem = staff(&rig, 4, "U9002,Ann,Other,ann@lake.example,auditor,").await;
    assert_eq!(rig.counts(&stem), [1, 0, 0, 0, 0, 0]);
    assert!(may(&rig, &ann()).await.is_some());
    let stem = staff(&rig, 5, "U9003,Ann,Else,ann@lake.example,auditor,").await;
    assert_eq!(rig.codes(&stem), ["I30"]);
}

#[tokio::test]
async fn somebody_waits_for_a_team_that_is_not_yet_known() {
    let rig = Rig::council().await;
    let stem = staff(&rig, 1, "U9001,Grace,Hallam,grace@council.example,team_member,PAY").await;
    assert_eq!(may(&rig, &grace()).await, None);
    assert_eq!(rig.codes(&stem), ["I40"]);
    rig.take_in("teams_20260402T080000", "team_ref,name\nPAY,Payments Team\n").await;
    assert!(may(&rig, &grace()).await.is_some());
}

#[tokio::test]
async fn every_provider_is_listed_under_its_name_of_now() {
    let rig = Rig::council().await;
    let rename = "provider_ref,name,kind\nP1001,Lake House 2,care_home\n";
    rig.take_in("providers_20260402T080000", rename).await;
    let listed = rig.store.listed_providers().await.unwrap();
    let names: Vec<_> = listed.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Water Homes", "Lake House 2", "Voids"]);
    let key = Key::team(&"PAY".parse().unwrap());
    assert!(!rig.store.is_there(&key).await.unwrap());
}
