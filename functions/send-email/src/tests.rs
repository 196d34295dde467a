use cloud::Fuse;
use cloud::metrics::Kept;
use messages::Trouble;
use serde_json::{Value, json};
use store::keys::Key;
use store::{Action, AddressState, Delivery, IN_DOUBT_MINUTES, OutboxEmail, Outcome};

use super::*;

fn at(time: &str) -> Now {
    Now::at(format!("2026-04-06T{time}Z").parse().unwrap())
}

fn email() -> OutboxEmail {
    OutboxEmail {
        outbox_id: OutboxId::of(&["password-changed", "ada@example.org"]),
        to: "ada@example.org".to_owned(),
        subject: "Your password was changed".to_owned(),
        text: "At 10:00am.".to_owned(),
        html: "<body><p>At 10:00am.</p></body>".to_owned(),
        secret: false,
        news: false,
        useful_until: None,
        created_at: at("09:00:00").instant,
    }
}

async fn with(email: OutboxEmail) -> SendEmail {
    let sender = SendEmail {
        store: Store::in_memory(),
        mail: Mail::in_memory(),
        queue: Queue::in_memory(),
        site_url: Setting::new("SITE_URL", "https://portal.example/"),
        random: |_| [7; 32],
    };
    sender.store.add_to_outbox(email).await.unwrap();
    sender
}

async fn with_email() -> SendEmail {
    with(email()).await
}

fn message() -> MailMessage {
    MailMessage { outbox_id: email().outbox_id }
}

async fn record(sender: &SendEmail) -> OutboxRecord {
    sender.store.outbox_email(&message().outbox_id).await.unwrap().unwrap()
}

/// What SES tells of the email by EventBridge; `more`: `bounce`, `complaint` and the like.
fn event(event_type: &str, more: Value) -> Value {
    let mut detail = more;
    detail["eventType"] = json!(event_type);
    detail["mail"] = json!({
        "timestamp": "2026-04-06T09:00:01.500Z", "messageId": "0102", "source": "portal@example.org",
        "destination": ["ada@example.org"],
        "tags": {"ses:configuration-set": ["portal"], "outbox_id": [message().outbox_id.as_str()]},
    });
    json!({
        "version": "0", "id": "6f87d04b", "detail-type": "Email Something", "source": "aws.ses",
        "account": "123456789012", "time": "2026-04-06T09:00:03Z", "region": "eu-west-2",
        "resources": ["arn:aws:ses:eu-west-2:123456789012:configuration-set/portal"], "detail": detail,
    })
}

async fn tell(sender: &SendEmail, event: Value) {
    let work = serde_json::from_value(event).unwrap();
    assert!(matches!(work, MailWork::Event(_)));
    sender.work(work, at("09:00:05")).await.unwrap();
}

async fn answered(sender: &SendEmail, sample: &str) -> usize {
    let handle = async |work: MailWork| sender.work(work, at("09:00:01")).await;
    let job = async |_: Now| Err::<(), _>(SendEmailError::Unknown);
    let sample = serde_json::from_str(sample).unwrap();
    let answer = triggers::answer(sample, &handle, &job).await.unwrap();
    answer["batchItemFailures"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_sample_message_names_an_email() {
    let sender = with_email().await;
    let failed = answered(&sender, include_str!("../../../events/send-email.json")).await;
    assert_eq!(failed, 1, "there is no such email in this table");
}

#[tokio::test]
async fn the_sample_event_says_that_an_email_came_back() {
    let id: OutboxId = serde_json::from_value(json!("9f86d081884c7d659a2feaa0c55ad015")).unwrap();
    let sender = with(OutboxEmail { outbox_id: id, ..email() }).await;
    let failed = answered(&sender, include_str!("../../../events/send-email-event.json")).await;
    assert_eq!(failed, 0);
    let state = sender.store.email_state("ada@example.org").await.unwrap();
    assert_eq!(state.state, AddressState::Bounced);
}

#[tokio::test]
async fn what_was_sent_and_what_came_back_is_counted_without_saying_whose() {
    let id: OutboxId = serde_json::from_value(json!("9f86d081884c7d659a2feaa0c55ad015")).unwrap();
    let sender = with(OutboxEmail { outbox_id: id.clone(), ..email() }).await;
    let kept = Kept::begin();
    sender.send(MailMessage { outbox_id: id }, at("09:00:01")).await.unwrap();
    answered(&sender, include_str!("../../../events/send-email-event.json")).await;
    let counted = [Metric::EmailsSent, Metric::EmailsFailed, Metric::EmailsBounced];
    assert_eq!(counted.map(|it| kept.sum(it)), [1, 0, 1]);
    assert!(!format!("{:?}", kept.lines()).contains('@'));
}

#[tokio::test]
async fn a_message_that_comes_twice_sends_once() {
    let sender = with_email().await;
    for _ in 0..2 {
        sender.send(message(), at("09:00:01")).await.unwrap();
    }
    let sent = sender.mail.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].to.as_str(), sent[0].subject.as_str()),
        ("ada@example.org", "Your password was changed")
    );
    assert_eq!(sent[0].reference, email().outbox_id.as_str());
    assert_eq!((sent[0].text.as_str(), &sent[0].unsubscribe_url), ("At 10:00am.", &None));
}

#[tokio::test]
async fn news_can_be_unsubscribed_from_by_a_link_that_only_its_reader_has() {
    let sender = with(OutboxEmail { news: true, ..email() }).await;
    sender.send(message(), at("09:00:01")).await.unwrap();
    let sent = sender.mail.sent().remove(0);
    let token = Token::new([7; 32]);
    let page = format!("https://portal.example/unsubscribe/?token={}", token.reveal());
    assert!(sent.text.ends_with(&format!("\n{page}\n")), "{}", sent.text);
    assert!(sent.html.contains(&format!("<a href=\"{page}\"")), "{}", sent.html);
    let one_click =
        format!("https://portal.example/api/unsubscribe/one-click?token={}", token.reveal());
    assert_eq!(sent.unsubscribe_url.unwrap(), one_click);
    let reader = sender.store.reader_of_link(&token.hash()).await.unwrap();
    assert_eq!(reader.as_deref(), Some("ada@example.org"));
}

#[tokio::test]
async fn a_message_about_no_email_is_kept_for_somebody_to_look_at() {
    let sender = SendEmail { store: Store::in_memory(), ..with_email().await };
    let error = sender.send(message(), at("09:00:01")).await.unwrap_err();
    assert_eq!(error.code(), "email-unknown");
}

#[tokio::test]
async fn an_email_that_was_refused_says_why_and_is_sent_when_its_message_comes_again() {
    for trouble in [Trouble::Busy, Trouble::Rejected] {
        let sender = with_email().await;
        sender.mail.expect([trouble]);
        sender.send(message(), at("09:00:01")).await.unwrap_err();
        let record = record(&sender).await;
        assert!(matches!(&record.delivery, Delivery::Failed { reason, .. } if !reason.is_empty()));
        assert_eq!(record.tries, u32::from(trouble == Trouble::Rejected));
        sender.send(message(), at("09:00:02")).await.unwrap();
        assert_eq!(sender.mail.sent().len(), 1);
    }
}

#[tokio::test]
async fn an_email_without_an_answer_is_left_alone_until_ses_had_its_hour() {
    for (trouble, accepted) in [(Trouble::AnswerLost, 1), (Trouble::EmailLost, 0)] {
        let sender = with_email().await;
        sender.mail.expect([trouble]);
        let error = sender.send(message(), at("09:00:01")).await.unwrap_err();
        assert_eq!(error.code(), "email-in-doubt");
        for minute in 1..IN_DOUBT_MINUTES {
            sender.send(message(), at(&format!("09:{minute:02}:00"))).await.unwrap();
        }
        assert_eq!(sender.mail.sent().len(), accepted);
        if accepted == 1 {
            tell(&sender, event("Send", json!({}))).await;
        }
        sender.send(message(), at("10:00:01")).await.unwrap();
        assert_eq!(sender.mail.sent().len(), 1);
        assert_eq!(sender.store.pending_emails(10, None).await.unwrap().0, []);
    }
}

/// Killed anywhere, it is sent once, if SES tells of what it accepted.
#[tokio::test]
async fn whoever_dies_while_sending_leaves_the_email_to_the_next() {
    for cut in 1.. {
        let sender = with_email().await;
        let fuse = Fuse::blowing_at(cut);
        let dying = SendEmail {
            store: sender.store.with_fuse(fuse.clone()),
            mail: sender.mail.with_fuse(fuse.clone()),
            ..sender.clone()
        };
        let done = dying.send(message(), at("09:00:01")).await;
        if !fuse.has_blown() {
            done.unwrap();
            assert!(cut > 8, "there are more calls than that");
            break;
        }
        sender.send(message(), at("09:00:02")).await.unwrap();
        if !sender.mail.sent().is_empty() {
            tell(&sender, event("Send", json!({}))).await;
        }
        sender.send(message(), at("10:00:02")).await.unwrap();
        assert_eq!(sender.mail.sent().len(), 1, "{:?}", fuse.blown_label());
        assert_eq!(sender.store.pending_emails(10, None).await.unwrap().0, []);
    }
}

#[tokio::test]
async fn what_ses_tells_twice_or_in_another_order_ends_the_same() {
    let told = [
        event("Send", json!({})),
        event("Delivery", json!({"delivery": {"timestamp": "2026-04-06T09:00:02Z"}})),
        event("Bounce", json!({"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}})),
        event("Open", json!({"open": {}})),
    ];
    let mut ends = Vec::new();
    for turn in 0..told.len() {
        let sender = with_email().await;
        sender.mail.expect([Trouble::AnswerLost]);
        sender.send(message(), at("09:00:01")).await.unwrap_err();
        for which in 0..told.len() * 2 {
            tell(&sender, told[(turn + which) % told.len()].clone()).await;
        }
        let record = record(&sender).await;
        assert_eq!(record.outcome, Some(Outcome::Bounced));
        ends.push((record.delivery, sender.store.email_state("ada@example.org").await.unwrap()));
    }
    ends.dedup();
    assert_eq!(ends.len(), 1, "{ends:?}");
}

#[tokio::test]
async fn an_address_that_bounced_gets_nothing_and_one_that_complained_no_news() {
    let bounce = json!({"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}});
    let full = json!({"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}});
    let spam = json!({"complaint": {"complaintFeedbackType": "abuse"}});
    let no_spam = json!({"complaint": {"complaintFeedbackType": "not-spam"}});
    let cases = [
        ("Bounce", bounce, [false, false]),
        ("Bounce", full, [true, true]),
        ("Complaint", spam, [false, true]),
        ("Complaint", no_spam, [true, true]),
    ];
    for (kind, more, sent) in cases {
        let sender = with_email().await;
        sender.send(message(), at("09:00:01")).await.unwrap();
        tell(&sender, event(kind, more.clone())).await;
        for (news, sent) in [(true, sent[0]), (false, sent[1])] {
            let outbox_id = OutboxId::of(&[if news { "news" } else { "code" }]);
            let next = OutboxEmail { outbox_id: outbox_id.clone(), news, ..email() };
            sender.store.add_to_outbox(next).await.unwrap();
            let before = sender.mail.sent().len();
            sender.send(MailMessage { outbox_id }, at("09:10:00")).await.unwrap();
            assert_eq!(sender.mail.sent().len() > before, sent, "{kind} {more} {news}");
        }
    }
}

#[tokio::test]
async fn what_ses_would_not_send_after_all_is_given_up_and_says_so() {
    let sender = with_email().await;
    sender.send(message(), at("09:00:01")).await.unwrap();
    tell(&sender, event("Reject", json!({"reject": {"reason": "Bad content"}}))).await;
    let record = record(&sender).await;
    assert!(matches!(record.delivery, Delivery::Failed { .. }));
    assert_eq!(sender.store.pending_emails(10, None).await.unwrap().0, []);
}

#[tokio::test]
async fn a_payment_is_told_in_words_that_are_made_when_it_is_sent_and_not_kept() {
    let sender = with_email().await;
    let id = "payment-5f1c09a2b7d34e60";
    let totals = json!({"total": "3473.84", "payable": "3461.84", "non_payable": "12.00"});
    let payment = json!({
        "contract_ref": "C3001", "contract_name": "Lake House residential", "at": at("09:00:00").instant,
        "period": {
            "cycle_ref": "28DAY", "start_date": "2026-03-02", "end_date": "2026-03-29",
            "confirm_by": "2026-03-26T17:00:00Z", "finalise_at": "2026-03-27T09:00:00Z", "pay_date": "2026-03-30"
        },
        "payees": [{"provider_ref": "P1001", "totals": totals}],
    });
    let pending =
        json!({"outbox_id": id, "created_at": at("09:00:00").instant, "payment": payment});
    let (provider, ada) = ("P1001".parse().unwrap(), "K2001".parse().unwrap());
    let contact = json!({
        "contact_ref": "K2001", "provider_ref": "P1001", "forename": "Ada", "surname": "Brome",
        "portal_email": "ada@lakehouse.example", "roles": ["payments"]
    });
    let known = vec![
        Action::put(Key::pending_email(id), &pending),
        Action::put(Key::contact(&provider, &ada), &contact),
    ];
    sender.store.seed(known).await.unwrap();
    let told: MailMessage = serde_json::from_value(json!({"outbox_id": id})).unwrap();
    // It comes twice.
    for _ in 0..2 {
        sender.send(told.clone(), at("09:00:01")).await.unwrap();
    }
    let messages = sender.queue.take();
    assert_eq!(messages.len(), 1);
    let message: MailMessage = serde_json::from_value(messages[0].clone()).unwrap();
    for _ in 0..2 {
        sender.send(message.clone(), at("09:00:02")).await.unwrap();
    }
    let sent = sender.mail.sent();
    assert_eq!(sent.len(), 1);
    let subject = "Payment of £3,461.84 on 30 March 2026 - ";
    assert!(sent[0].subject.starts_with(subject), "{}", sent[0].subject);
    for words in [&sent[0].text, &sent[0].html] {
        assert!(words.contains("Lake House residential"), "{words}");
    }
    let record = sender.store.outbox_email(&message.outbox_id).await.unwrap().unwrap();
    assert_eq!((record.email.text.as_str(), record.email.html.as_str()), ("", ""));
    assert!(record.email.subject.starts_with(subject) && record.payment.is_some());
}
