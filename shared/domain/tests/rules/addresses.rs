//! Which addresses a provider's software may be told at, and what it is told.

use std::net::IpAddr;

use chrono::Duration;
use domain::clock::Now;
use domain::webhook::{
    Delivery, Endpoint, Event, EventKind, Form, NotATarget, SECRET_KEPT_HOURS, Secret, Target,
    URL_LENGTH_MAX, is_public,
};
use serde_json::json;
use testing::{instant, parse};

#[test]
fn only_an_address_on_the_public_internet_is_asked() {
    let public = "1.2.3.4 1.0.0.1 8.8.0.1 8.8.8.8 99.64.0.1 100.63.255.255 100.128.0.1 101.64.0.1 \
        192.0.1.1 192.1.0.1 192.1.1.1 192.88.98.1 192.88.100.1 192.89.99.1 193.0.0.1 193.88.99.1 \
        197.18.0.1 198.17.255.255 198.20.0.1 199.18.0.1 223.255.255.254 2001:200::1 2001:4860::1 \
        2003::1 2606:4700::1 2a00:db8::1 3ffe::1";
    for address in public.split(' ') {
        assert!(is_public(parse::<IpAddr>(address)), "{address}");
    }
    let private = "0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.16.0.1 \
        172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 \
        198.51.100.1 203.0.113.1 224.0.0.1 239.1.2.3 240.0.0.1 255.255.255.255 :: ::1 \
        ::ffff:8.8.8.8 64:ff9b::808:808 2001::1 2001:1ff::1 2001:db8::1 2002:808:808::1 3fff::1 \
        4000::1 fc00::1 fe80::1 ff02::1";
    for address in private.split(' ') {
        assert!(!is_public(parse::<IpAddr>(address)), "{address}");
    }
}

#[test]
fn a_name_is_asked_if_it_could_be_a_public_one() {
    let of = |host: &str| Target::of(&format!("https://{host}/portal"), false);
    let longest = format!("{}.example", "a".repeat(63));
    for host in ["rota.example", "my-rota.example", "a.b.example", "rota.0x1f.example", &longest] {
        assert!(of(host).is_ok(), "{host}");
    }
    let too_long = format!("{}.example", "a".repeat(64));
    for host in [
        "localhost",
        "rota",
        "rota.local",
        "rota.internal",
        "10.0.0.1",
        "0x7f.0x1",
        "a..example",
        "-a.example",
        "a_b.example",
        ".example",
        &too_long,
    ] {
        assert_eq!(of(host).unwrap_err(), NotATarget::NotPublic, "{host}");
    }
    let filled = |length: usize| {
        let start = "https://rota.example/";
        format!("{start}{}", "x".repeat(length - start.len()))
    };
    Target::of(&filled(URL_LENGTH_MAX), false).unwrap();
    assert_eq!(Target::of(&filled(URL_LENGTH_MAX + 1), false).unwrap_err(), NotATarget::TooLong);
}

#[test]
fn a_message_says_what_happened_and_where_to_ask_and_names_nobody() {
    let statement = json!({
        "provider_ref": "P1001", "contract_ref": "C.1", "period_start": "2026-10-26",
        "url": "/api/scheduled-payments/C.1/2026-10-26",
    });
    let action = json!({ "provider_ref": "P1001", "action_id": "A1", "url": "/api/actions/A1" });
    let file =
        json!({ "provider_ref": "P1001", "batch_id": "B.1", "url": "/api/actuals/uploads/B.1" });
    let test = json!({ "provider_ref": "P1001" });
    for (kind, subject, data) in [
        (EventKind::StatementOpened, "C.1.2026-10-26", &statement),
        (EventKind::StatementLocked, "C.1.2026-10-26", &statement),
        (EventKind::StatementFinalised, "C.1.2026-10-26", &statement),
        (EventKind::ActionAnswered, "A1.2", &action),
        (EventKind::FileProcessed, "B.1", &file),
        (EventKind::Test, "", &test),
    ] {
        let event = Event { provider_ref: parse("P1001"), kind, subject: subject.to_owned() };
        let at = instant("2026-06-01T09:00:00Z");
        let message = event.message(at);
        assert_eq!((message.kind, message.timestamp), (kind, at));
        assert_eq!(serde_json::to_value(&message.data).unwrap(), *data, "{kind}");
    }
}

#[test]
fn a_secret_that_was_changed_is_known_for_a_day_and_not_a_second_more() {
    let now = Now::at(instant("2026-06-01T09:00:00Z"));
    let form = Form {
        request_id: parse("request-1"),
        url: "https://rota.example/".to_owned(),
        kinds: vec![EventKind::StatementOpened],
    };
    let secret = |byte| Secret::new([byte; 32]);
    assert!(secret(1).reveal().starts_with("whsec_"));
    assert_ne!(secret(1).reveal(), secret(2).reveal());
    let first = form.endpoint((&parse("P1001"), "Ada"), secret(1), false, now).unwrap();
    let changed = first.with_secret(secret(2), now.instant);
    let day_later = now.instant + Duration::hours(SECRET_KEPT_HOURS);
    let known = |at| changed.clone().with_secret(secret(3), at).secret_before.unwrap().0;
    assert_eq!(known(day_later - Duration::seconds(1)), secret(1));
    assert_eq!(known(day_later), secret(2));
    assert_eq!(changed.with_secret(secret(3), day_later).secret, secret(3));
}

#[test]
fn software_is_told_what_it_wants_and_a_message_keeps_what_came_of_its_last_try() {
    let now = Now::at(instant("2026-06-01T09:00:00Z"));
    let form = Form {
        request_id: parse("request-1"),
        url: "https://rota.example/".to_owned(),
        kinds: vec![EventKind::StatementOpened],
    };
    let secret = Secret::new([1; 32]);
    let endpoint = form.endpoint((&parse("P1001"), "Ada"), secret, false, now).unwrap();
    let subject = "C.1.2026-10-26".to_owned();
    let event = Event { provider_ref: parse("P1001"), kind: EventKind::StatementOpened, subject };
    assert!(endpoint.wants(EventKind::StatementOpened));
    assert!(!endpoint.wants(EventKind::StatementLocked));
    let stopped = Endpoint { stopped_at: Some(now.instant), ..endpoint.clone() };
    assert!(!stopped.wants(EventKind::StatementOpened));
    let first = Delivery::new(&endpoint, &event, now.instant).unwrap();
    assert_eq!((first.tries, first.last_answer.clone()), (0, None));
    let tried = first.tried(false, "503", now.instant);
    assert_eq!((tried.tries, tried.last_answer.as_deref()), (1, Some("503")));
    let taken = tried.tried(true, "200", now.instant);
    assert_eq!((taken.next_at(), taken.last_answer.as_deref()), (None, Some("200")));
}
