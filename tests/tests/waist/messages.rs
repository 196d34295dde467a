//! What queues and mail promise.

use messages::{Email, Letter, Mail, Queue};
use serde_json::{Value, json};

use crate::emulator::Emulator;

fn email() -> Email {
    let letter = Letter {
        subject: "Your statement is ready – Example council".to_owned(),
        text: "Sign in to see it.\nExample council".to_owned(),
        html: "<p>Sign in to see it.</p>".to_owned(),
    };
    Email::new("ada@example.org", letter, "0a1b2c")
}

fn due() -> Vec<Value> {
    let due = |number| json!({"contract_ref": format!("C{number}"), "provider_ref": "P1"});
    (0..12).map(due).collect()
}

fn sorted(mut messages: Vec<Value>) -> Vec<Value> {
    messages.sort_by_key(Value::to_string);
    messages
}

#[tokio::test]
async fn every_message_is_received_as_it_was_sent_in_memory() {
    let queue = Queue::in_memory();
    queue.send_all(&due()).await.unwrap();
    assert_eq!(sorted(queue.take()), sorted(due()));
}

#[tokio::test]
async fn every_message_is_received_as_it_was_sent_emulated() {
    let emulator = Emulator::reach();
    let cloud = emulator.portal();
    Queue::payments(&cloud).send_all(&due()).await.unwrap();
    let url = cloud.payments_queue_url.get().unwrap();
    let receive = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600});
    let mut received = Vec::new();
    for _ in 0..12 {
        let reply = emulator.ask("sqs", "AmazonSQS.ReceiveMessage", &receive);
        let messages = reply["Messages"].as_array().cloned().unwrap_or_default();
        let body = |message: &Value| serde_json::from_str(message["Body"].as_str().unwrap());
        received.extend(messages.iter().map(body).map(Result::unwrap));
    }
    assert_eq!(sorted(received), sorted(due()));
}

#[tokio::test]
async fn an_email_is_sent_as_it_was_written_in_memory() {
    let mail = Mail::in_memory();
    mail.send(&email()).await.unwrap();
    assert_eq!(mail.sent(), [email()]);
}

#[tokio::test]
async fn an_email_is_sent_as_it_was_written_emulated() {
    let emulator = Emulator::reach();
    let cloud = emulator.portal();
    Mail::open(&cloud).send(&email()).await.unwrap();
    let sent = emulator.call("GET", "/_ministack/ses/messages", "ses", b"").to_string();
    for part in ["ada@example.org", "portal@council.example", "Sign in to see it.", "<p>Sign in"] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
}
