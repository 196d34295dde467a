//! An AWS emulator for tests: the one that `make test` started, or one of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use cloud::{Cloud, Setting};
use serde_json::{Value, json};

/// An emulator. One that was started for a test ends with it.
pub(crate) struct Emulator {
    host: String,
    account: String,
    child: Option<Child>,
}

impl Emulator {
    /// The emulator at `PORTAL_TEST_ENDPOINT`; or one started from `PORTAL_TEST_MINISTACK`, which is where
    /// `make` installs it unless it is set.
    pub(crate) fn reach() -> Self {
        let account = new_account();
        if let Some(endpoint) = setting("PORTAL_TEST_ENDPOINT") {
            let host = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
            return Self { host, account, child: None };
        }
        let program = setting("PORTAL_TEST_MINISTACK").unwrap_or_else(installed);
        let (host, child) = started(&program);
        Self { host, account, child: Some(child) }
    }

    /// A portal with an empty table, empty buckets and empty queues, in an account of its own.
    pub(crate) fn portal(&self) -> Cloud {
        let mut cloud = self.cloud_at(&format!("http://{}", self.host()));
        let table = json!({
            "TableName": "portal", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "PK", "AttributeType": "S"}, {"AttributeName": "SK", "AttributeType": "S"}
            ],
            "KeySchema": [
                {"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}
            ]
        });
        self.ask("dynamodb", "DynamoDB_20120810.CreateTable", &table);
        cloud.table = Setting::new("TABLE", "portal");
        cloud.upload_bucket = Setting::new("UPLOAD_BUCKET", self.bucket("upload"));
        cloud.document_bucket = Setting::new("DOCUMENT_BUCKET", self.bucket("document"));
        let queue = self.ask("sqs", "AmazonSQS.CreateQueue", &json!({"QueueName": "portal"}));
        let url = queue["QueueUrl"].as_str().unwrap().to_owned();
        cloud.payments_queue_url = Setting::new("PAYMENTS_QUEUE_URL", url);
        cloud.mail_from = Setting::new("MAIL_FROM", "portal@council.example");
        let sender = json!({"EmailIdentity": "council.example"}).to_string();
        self.call("POST", "/v2/email/identities", "ses", sender.as_bytes());
        cloud.mail_configuration_set = Setting::new("MAIL_CONFIGURATION_SET", "portal");
        let set = json!({"ConfigurationSetName": "portal"}).to_string();
        self.call("POST", "/v2/email/configuration-sets", "ses", set.as_bytes());
        cloud
    }

    /// The same account, reached at another address.
    pub(crate) fn cloud_at(&self, endpoint_url: &str) -> Cloud {
        Cloud::emulated(endpoint_url, &self.account)
    }

    /// Where it listens: `127.0.0.1:4566`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    fn bucket(&self, name: &str) -> String {
        let name = format!("{name}-{}", self.account);
        let here = b"<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>";
        self.call("PUT", &format!("/{name}"), "s3", here);
        let versioned = b"<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>";
        self.call("PUT", &format!("/{name}?versioning"), "s3", versioned);
        name
    }

    /// Asks a service that speaks AWS JSON.
    pub(crate) fn ask(&self, service: &str, target: &str, body: &Value) -> Value {
        let head = format!("POST / HTTP/1.1\r\nX-Amz-Target: {target}");
        self.send(&head, service, body.to_string().as_bytes())
    }

    /// Asks a service that speaks HTTP.
    pub(crate) fn call(&self, method: &str, path: &str, service: &str, body: &[u8]) -> Value {
        self.send(&format!("{method} {path} HTTP/1.1"), service, body)
    }

    /// Emulators read the account from the credentials and check no signature.
    fn send(&self, head: &str, service: &str, body: &[u8]) -> Value {
        let (host, account, length) = (&self.host, &self.account, body.len());
        let request = format!(
            "{head}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Authorization: AWS4-HMAC-SHA256 \
             Credential={account}/20260401/eu-west-2/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n"
        );
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (status, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(status.starts_with("HTTP/1.1 2"), "{head}: {reply}");
        serde_json::from_str(body).unwrap_or_default()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

/// Starts an emulator that keeps nothing, on a port that is free, and waits until it says that it runs.
fn started(program: &str) -> (String, Child) {
    let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (_, port) = host.split_once(':').unwrap();
    let mut child = Command::new(program)
        .env("BIND_HOST", "127.0.0.1")
        .env("IOT_MTLS_ENABLED", "0")
        .env("GATEWAY_PORT", port)
        .env("AWS_ENDPOINT_URL", format!("http://{host}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}. Run make test, which installs it."));
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = log.by_ref().map(Result::unwrap).find(|line| line.contains("Running on http"));
    assert!(said.is_some(), "{program} ended before it ran");
    // It would wait for somebody to read what it goes on to say.
    thread::spawn(move || log.count());
    (host, child)
}

/// Twelve digits that no other test uses.
fn new_account() -> String {
    let digits = u64::from_be_bytes(cloud::random_bytes());
    format!("{:012}", digits % 1_000_000_000_000)
}

/// Where `make` installs it: beside the workspace.
fn installed() -> String {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut programs = above.map(|it| it.join(".local/venv/bin/ministack"));
    let program = programs.find(|it| it.exists());
    program.map_or_else(|| "ministack".to_owned(), |it| it.to_str().unwrap().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "tests are told where the emulator is")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
