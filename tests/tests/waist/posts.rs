//! What a browser may send into the bucket, and fetch from it, with what we signed. Only the real thing can say.

use std::io::{Read, Write};
use std::net::TcpStream;

use cloud::{Cloud, Setting};
use files::{Form, Objects, Place, Sending};

use crate::emulator::Emulator;

const CONTENT: &str = "ProviderRef,SSRef\r\nP1001,A272433\r\n";

fn place() -> Place {
    let (provider, batch) = ("P1001".parse().unwrap(), "20261122T141530-1".parse().unwrap());
    Place::page_upload(&provider, &batch, "csv")
}

async fn form(objects: &Objects) -> Form {
    let size_bytes_max = u64::try_from(CONTENT.len()).unwrap();
    let sending = Sending { place: place(), size_bytes_max };
    objects.form(&sending, cloud::now().instant).await.unwrap()
}

/// The status and the rest of the reply to one request.
fn exchange(url: &str, head: &str, body: &[u8]) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let (method, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    (status, reply)
}

/// Posts `content` as a browser does.
fn post(form: &Form, content: &str) -> u16 {
    let field = |(name, value): (&String, &String)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields: String = form.fields.iter().map(field).collect();
    let body = format!(
        "{fields}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n--b--\r\n"
    );
    let head = "POST\nContent-Type: multipart/form-data; boundary=b\r\n";
    exchange(&form.url, head, body.as_bytes()).0
}

fn emulated() -> (Emulator, Cloud, Objects) {
    let emulator = Emulator::reach();
    let cloud = emulator.portal();
    let objects = Objects::open(&cloud);
    (emulator, cloud, objects)
}

async fn arrived(objects: &Objects) -> Option<Vec<u8>> {
    objects.get(&place(), 1_000_000).await.unwrap().map(|object| object.bytes)
}

#[tokio::test]
async fn a_browser_may_send_the_one_file_that_its_form_is_for() {
    let (_emulator, _cloud, objects) = emulated();
    let status = post(&form(&objects).await, CONTENT);
    assert_eq!((status, arrived(&objects).await), (204, Some(CONTENT.as_bytes().to_vec())));
}

#[tokio::test]
async fn what_the_form_is_not_for_is_refused_and_leaves_nothing() {
    let (_emulator, _cloud, objects) = emulated();
    let other = |name: &str, value: &str, mut form: Form| {
        form.fields.insert(name.to_owned(), value.to_owned());
        form
    };
    let wrong = [
        other("key", "uploads/P1002/inbox/ACTUALS_P1002_20261122141530.csv", form(&objects).await),
        other("Content-Type", "text/html", form(&objects).await),
        other("success_action_redirect", "https://elsewhere.example", form(&objects).await),
    ];
    for form in &wrong {
        assert_eq!(post(form, CONTENT), 403, "{form:?}");
    }
    for content in ["", &format!("{CONTENT}x")] {
        assert_eq!(post(&form(&objects).await, content), 400, "{content}");
    }
    assert_eq!(arrived(&objects).await, None);
}

#[tokio::test]
async fn a_form_that_is_too_old_is_refused() {
    let (_emulator, _cloud, objects) = emulated();
    let sending = Sending { place: place(), size_bytes_max: 1_000 };
    let long_ago = "2026-04-01T09:00:00Z".parse().unwrap();
    let form = objects.form(&sending, long_ago).await.unwrap();
    assert_eq!((post(&form, CONTENT), arrived(&objects).await), (403, None));
}

#[tokio::test]
async fn a_link_fetches_the_object_as_a_file_to_save() {
    let (_emulator, _cloud, objects) = emulated();
    objects.put(&place(), CONTENT).await.unwrap();
    let now = cloud::now().instant;
    let link = objects.link(&place(), "Novembér \"errors\".csv", now).await.unwrap();
    let (status, reply) = exchange(&link, "GET", b"");
    assert_eq!(status, 200, "{reply}");
    assert!(reply.ends_with(CONTENT), "{reply}");
    let disposition = reply.lines().find(|it| it.to_lowercase().starts_with("content-disposition"));
    let told = "attachment; filename=\"Novemb_r _errors_.csv\"; filename*=UTF-8''Novemb%C3%A9r%20%22errors%22.csv";
    assert_eq!(disposition.unwrap().split_once(": ").unwrap().1, told);
}

#[tokio::test]
async fn in_aws_a_form_goes_to_the_host_of_its_bucket() {
    let mut cloud = Cloud::emulated("http://127.0.0.1:1", "000000000001");
    cloud.upload_bucket = Setting::new("UPLOAD_BUCKET", "portal-upload");
    let mut aws = cloud.aws.into_builder();
    aws.set_endpoint_url(None);
    cloud.aws = aws.build();
    let form = form(&Objects::open(&cloud)).await;
    assert_eq!(form.url, "https://portal-upload.s3.eu-west-2.amazonaws.com/");
}
