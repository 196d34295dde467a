//! What stands in cookies, headers, addresses, forms and keys.

use std::fmt::{Debug, Display};
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::header::{COOKIE, HeaderMap, HeaderValue};
use domain::api_key;
use domain::audit::Actor;
use domain::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use domain::invoice::{InvoiceId, InvoiceNumber};
use domain::money::Money;
use domain::period::FinancialYear;
use domain::sender;
use domain::sign_in::{EmailAddress, Token, TokenHash};
use store::keys::Key;
use store::{Cursor, OutboxEmail, OutboxId, Store, StoreError};

use crate::harness::Target;

/// What is accepted is written as it will be read.
fn reads_what_it_writes<T: FromStr + Display + PartialEq + Debug>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    let again = value.to_string().parse::<T>();
    assert!(again.is_ok_and(|again| again == value), "{text:?} is {value:?}");
    Some(value)
}

#[test]
fn money_is_whole_pence_and_is_written_as_it_is_read() {
    let words: &[&[u8]] = &[
        b"\xC2\xA3",
        b",",
        b".",
        b"-",
        b"e9",
        b"0.005",
        b"92233720368547758.07",
        b"79228162514264337593543950335",
        b"_",
    ];
    Target::new("money", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let Some(amount) = reads_what_it_writes::<Money>(&text) else { return };
        assert_eq!(amount.for_people().parse::<Money>().unwrap(), amount);
        if let Ok(reversed) = amount.reversed() {
            assert_eq!(reversed.reversed().unwrap(), amount);
            assert_eq!(amount.plus(reversed).unwrap().pence(), 0);
        }
        if let Ok(parts) = amount.instalments(7) {
            assert_eq!(Money::total(parts).unwrap(), amount);
        }
    });
}

#[test]
fn references_ids_and_years_have_no_sign_that_means_something_elsewhere() {
    let words: &[&[u8]] = &[
        b"P1001",
        b"C3001.2026-04-06.1",
        b"#",
        b"%23",
        b"/",
        b"..",
        b"2026-27",
        b"1999-00",
        b"person:",
        b"\xEF\xBC\xA1",
    ];
    Target::new("ids", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let plain = |it: &str| {
            it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        if let Some(it) = reads_what_it_writes::<ProviderRef>(&text) {
            assert!(plain(it.as_str()) && it.as_str().len() <= 40, "{it}");
        }
        reads_what_it_writes::<ContractRef>(&text);
        reads_what_it_writes::<CpliId>(&text);
        reads_what_it_writes::<SsRef>(&text);
        reads_what_it_writes::<InvoiceId>(&text);
        reads_what_it_writes::<InvoiceNumber>(&text);
        reads_what_it_writes::<FinancialYear>(&text);
        if let Ok(actor) = text.parse::<Actor>() {
            assert!(!actor.as_str().contains(['#', '%', '/']), "{actor:?}");
        }
    });
}

#[test]
fn an_email_address_is_one_line_has_one_domain_and_hides_its_name_when_it_is_masked() {
    let words: &[&[u8]] = &[
        b"@",
        b"ada",
        b"lakehouse.example",
        b".",
        b"\r\nBcc: ",
        b"<",
        b"\xC4\xB0",
        b"\xE2\x84\xAA",
        b"xn--",
        b"\"",
    ];
    Target::new("email", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let Some(email) = reads_what_it_writes::<EmailAddress>(&text) else { return };
        let whole = email.as_str();
        assert_eq!(whole.matches('@').count(), 1, "{whole:?}");
        assert!(!whole.contains(|c: char| c.is_control() || c.is_whitespace()), "{whole:?}");
        assert!(!whole.contains(['<', '>', ',', ';', '#']), "{whole:?}");
        let name = whole.split('@').next().unwrap();
        if name.chars().count() > 1 {
            assert!(!email.masked().starts_with(name), "{whole:?}");
        }
    });
}

#[test]
fn a_cookie_is_found_only_where_one_is_and_never_reaches_beyond_itself() {
    let words: &[&[u8]] =
        &[b"__Host-session=", b"; ", b"=", b"a=b", b"__Host-session", b"\"", b"\xFF", b"%3B"];
    Target::new("cookie", words).holds(|bytes| {
        let mut headers = HeaderMap::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            let Ok(value) = HeaderValue::from_bytes(line) else { continue };
            headers.append(COOKIE, value);
        }
        if let Some(found) = web::presented_session(&headers) {
            assert!(
                !found.is_empty() && found.len() <= 128 && !found.contains([';', '\n']),
                "{found:?}"
            );
        }
        let mut random = [0; 32];
        for (at, byte) in bytes.iter().enumerate() {
            random[at % 32] ^= byte;
        }
        let token = Token::new(random);
        let set = web::session_cookie(&token);
        let presented = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut alone = HeaderMap::new();
        alone.insert(COOKIE, HeaderValue::from_str(&presented).unwrap());
        assert_eq!(web::presented_session(&alone), Some(token.reveal()));
    });
}

#[test]
fn an_api_key_opens_only_by_its_every_character() {
    let words: &[&[u8]] = &[b"pp_live_", b"00000000", b"ffffffff", b" ", b"\xC3\xA9", b"Bearer "];
    Target::new("api-key", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Some(hash) = api_key::presented(&text) {
            assert!(
                text.trim().starts_with(api_key::PREFIX) && text.trim().len() == 80,
                "{text:?}"
            );
            assert_eq!(hash, TokenHash::of(text.trim()));
        }
        let mut random = [0; 32];
        for (at, byte) in bytes.iter().enumerate() {
            random[at % 32] ^= byte;
        }
        let key = api_key::secret(random);
        assert_eq!(api_key::presented(key.reveal()), Some(key.hash()));
        let at = bytes.len() % key.reveal().len();
        let mut other = key.reveal().to_owned().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        assert_eq!(api_key::presented(&String::from_utf8(other).unwrap()), None);
    });
}

#[test]
fn the_address_of_a_client_is_never_one_that_it_wrote_itself() {
    let words: &[&[u8]] =
        &[b", ", b"192.0.2.7", b"2001:db8::1", b"unknown", b"::ffff:10.0.0.1", b"\"[::1]:80\""];
    Target::new("forwarded", words).holds(|bytes| {
        let written = String::from_utf8_lossy(bytes);
        let (client, edge): (IpAddr, &str) = ("198.51.100.77".parse().unwrap(), "203.0.113.9");
        let through = format!("{written}, {client}, {edge}");
        assert_eq!(sender::address(edge, Some(&through)), Some(client));
        assert_eq!(sender::address("198.51.100.77", None), Some(client));
    });
}

/// Whoever chooses a text that becomes part of a key cannot reach a key of another kind or of another text.
#[test]
fn no_text_reaches_beyond_its_part_of_a_key() {
    let words: &[&[u8]] = &[b"#", b"%", b"%23", b"%25", b"\n", b"ACCOUNT", b"SESSION#", b"P1001"];
    Target::new("store-key", words).holds(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
        let keys = [one, other].map(|it| Key::tries(it).to_string());
        assert_eq!(keys[0] == keys[1], one == other, "{keys:?}");
        for key in keys {
            assert_eq!(key.matches('#').count(), 1, "{key}");
        }
        let provider: ProviderRef = "P1001".parse().unwrap();
        assert_ne!(Key::by_hand(one).to_string(), Key::tries(one).to_string());
        assert_ne!(Key::access(one, &provider).to_string(), Key::tries(one).to_string());
    });
}

/// A person may send any text as the place where a list stopped: it leads to nothing but that list.
#[test]
fn a_cursor_never_leads_out_of_its_list() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = Store::in_memory();
    let ids = ["one", "two", "three"].map(|word| OutboxId::of(&[word]));
    for id in &ids {
        let written = runtime.block_on(store.add_to_outbox(email(id)));
        written.unwrap();
    }
    let words: &[&[u8]] =
        &[b"PENDING#", b"OUTBOX", b"LATER#", b"#", b"%23", b"\xF4\x8F\xBF\xBF", b"\0"];
    Target::new("cursor", words).holds(|bytes| {
        let cursor = Cursor::new(String::from_utf8_lossy(bytes));
        match runtime.block_on(store.pending_emails(2, Some(cursor))) {
            Err(error) => assert_eq!(error, StoreError::NotACursor),
            Ok((found, _)) => {
                assert!(found.len() <= 2);
                assert!(found.iter().all(|(id, _)| ids.contains(id)), "{found:?}");
            }
        }
    });
}

fn email(id: &OutboxId) -> OutboxEmail {
    OutboxEmail {
        outbox_id: id.clone(),
        to: "ada@lakehouse.example".to_owned(),
        subject: "News".to_owned(),
        text: "News.".to_owned(),
        html: "<p>News.</p>".to_owned(),
        secret: false,
        news: false,
        useful_until: None,
        created_at: "2026-06-01T09:00:00Z".parse().unwrap(),
    }
}
