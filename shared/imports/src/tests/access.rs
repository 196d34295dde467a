//! What contacts may do follows from what the files say.

use domain::permission::Role;
use domain::sign_in::EmailAddress;

use super::rig::Rig;

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
