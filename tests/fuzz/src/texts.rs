//! What stands in cookies, headers, addresses, forms and keys.

use std::fmt::{Debug, Display};
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::LazyLock;

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
use tokio::runtime::{Builder, Runtime};

/// What is accepted is written as it will be read.
fn reads_what_it_writes<T: FromStr + Display + PartialEq + Debug>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    let again = value.to_string().parse::<T>();
    assert!(again.is_ok_and(|again| again == value), "{text:?} is {value:?}");
    Some(value)
}

/// Money is whole pence, and is written as it is read.
pub fn money(bytes: &[u8]) {
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
}

/// References, ids and years have no sign that means something elsewhere.
pub fn ids(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let plain =
        |it: &str| it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
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
}

/// An email address is one line, has one domain and hides its name when it is masked.
pub fn email(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(email) = reads_what_it_writes::<EmailAddress>(&text) else { return };
    let whole = email.as_str();
    assert_eq!(whole.matches('@').count(), 1, "{whole:?}");
    assert!(!whole.contains(|c: char| c.is_control() || c.is_whitespace()), "{whole:?}");
    assert!(!whole.contains(['<', '>', ',', ';', '#']), "{whole:?}");
    let (name, domain) = whole.split_once('@').unwrap();
    let first: String = name.chars().take(1).collect();
    assert_eq!(email.masked(), format!("{first}•••@{domain}"));
}

/// A cookie is found only where one is, and never reaches beyond itself.
pub fn cookie(bytes: &[u8]) {
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
}

/// An API key opens only by its every character.
pub fn api_key(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(hash) = api_key::presented(&text) {
        assert!(text.trim().starts_with(api_key::PREFIX) && text.trim().len() == 80, "{text:?}");
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
}

/// The address of a client is never one that it wrote itself.
pub fn forwarded(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let (client, edge): (IpAddr, &str) = ("198.51.100.77".parse().unwrap(), "203.0.113.9");
    let through = format!("{written}, {client}, {edge}");
    assert_eq!(sender::address(edge, Some(&through)), Some(client));
    assert_eq!(sender::address("198.51.100.77", None), Some(client));
}

/// Whoever chooses a text that becomes part of a key cannot reach a key of another kind or of another text.
pub fn store_key(bytes: &[u8]) {
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
}

/// A person may send any text as the place where a list stopped: it leads to nothing but that list.
pub fn cursor(bytes: &[u8]) {
    let (runtime, store, ids) = &*LIST;
    let cursor = Cursor::new(String::from_utf8_lossy(bytes));
    match runtime.block_on(store.pending_emails(2, Some(cursor))) {
        Err(error) => assert_eq!(error, StoreError::NotACursor),
        Ok((found, _)) => {
            assert!(found.len() <= 2);
            assert!(found.iter().all(|(id, _)| ids.contains(id)), "{found:?}");
        }
    }
}

/// A list that nothing changes.
static LIST: LazyLock<(Runtime, Store, [OutboxId; 3])> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().build().unwrap();
    let store = Store::in_memory();
    let ids = ["one", "two", "three"].map(|word| OutboxId::of(&[word]));
    for id in &ids {
        let written = runtime.block_on(store.add_to_outbox(pending(id)));
        written.unwrap();
    }
    (runtime, store, ids)
});

fn pending(id: &OutboxId) -> OutboxEmail {
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
