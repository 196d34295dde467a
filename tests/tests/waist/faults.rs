//! What is said when AWS does not do what it was asked.

use cloud::{Cloud, Setting};
use domain::failure::{Failure, Kind};
use files::{Objects, Place};
use messages::{Email, Letter, Mail, Queue};
use store::keys::Key;
use store::table::Table;
use store::{Action, Query};

use crate::emulator::Emulator;

fn place() -> Place {
    Place::council_outbox("a.csv")
}

fn said<T, E: Failure>(result: Result<T, E>) -> (Kind, &'static str) {
    let error = result.err().expect("it was not done");
    (error.kind(), error.code())
}

#[tokio::test]
async fn a_setting_that_is_missing_is_our_defect() {
    let cloud = Cloud::emulated("http://127.0.0.1:1", "000000000001");
    let missing = (Kind::Defect, "setting-missing");
    let letter = Letter { subject: String::new(), text: String::new(), html: String::new() };
    let email = Email::new("ada@example.org", letter, "1");
    assert_eq!(said(Table::open(&cloud).row(&Key::settings()).await), missing);
    assert_eq!(said(Objects::open(&cloud).get(&place(), 1).await), missing);
    assert_eq!(said(Queue::mail(&cloud).send(&1).await), missing);
    assert_eq!(said(Mail::open(&cloud).send(&email).await), missing);
}

#[tokio::test]
async fn an_aws_that_does_not_answer_is_unavailable() {
    let mut cloud = Cloud::emulated("http://127.0.0.1:1", "000000000001");
    cloud.table = Setting::new("TABLE", "portal");
    cloud.document_bucket = Setting::new("DOCUMENT_BUCKET", "document");
    cloud.mail_queue_url = Setting::new("MAIL_QUEUE_URL", "http://127.0.0.1:1/1/mail");
    let row = Table::open(&cloud).row(&Key::settings()).await;
    assert_eq!(said(row), (Kind::Unavailable, "store-unavailable"));
    let sent = Queue::mail(&cloud).send(&1).await;
    assert_eq!(said(sent), (Kind::Unavailable, "messages-unavailable"));
}

#[tokio::test]
async fn what_is_not_there_to_be_asked_is_our_defect() {
    let emulator = Emulator::reach();
    let mut cloud = emulator.portal();
    cloud.table = Setting::new("TABLE", "another");
    cloud.upload_bucket = Setting::new("UPLOAD_BUCKET", "nobody-made-this-bucket");
    let url = cloud.payments_queue_url.get().unwrap().replace("portal", "another");
    cloud.payments_queue_url = Setting::new("PAYMENTS_QUEUE_URL", url);
    let (table, objects) = (Table::open(&cloud), Objects::open(&cloud));
    let store_refused = (Kind::Defect, "store-refused");
    assert_eq!(said(table.row(&Key::settings()).await), store_refused);
    assert_eq!(said(table.query(&Query::cycles()).await), store_refused);
    let one = || Action::delete(Key::settings());
    assert_eq!(said(table.write(vec![one()]).await), store_refused);
    let two = vec![one(), Action::delete(Key::email("1"))];
    assert_eq!(said(table.write(two).await), store_refused);
    let files_refused = (Kind::Defect, "files-refused");
    assert_eq!(said(objects.put_if_absent(&place(), "x").await), files_refused);
    assert_eq!(said(objects.get(&place(), 1).await), files_refused);
    let sent = Queue::payments(&cloud).send(&1).await;
    assert_eq!(said(sent), (Kind::Defect, "messages-refused"));
}
