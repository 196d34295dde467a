//! What a password must be, and how it is kept.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::settings::Settings;
use crate::sign_in::{EmailAddress, hex};

/// The shortest password unless the council says otherwise (S4: at least 9 characters).
pub const LENGTH_MIN: u32 = 9;

/// No council may ask for less (NIST SP 800-63B, 5.1.1.2), and none for so much that nobody can remember it.
pub const LENGTHS_MIN: std::ops::RangeInclusive<u32> = 8..=64;

/// The longest password: longer ones only cost time to hash.
pub const LENGTH_MAX: usize = 128;

/// OWASP's first choice for argon2id with little memory: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A part of an email address or of the council's name this short says nothing about a password.
const TELLING_LENGTH_MIN: usize = 4;

/// What is wrong with a password that somebody wants, each with what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Weakness {
    /// Shorter than the council asks for.
    #[error("Password must be at least {0} characters")]
    TooShort(u32),
    /// Longer than [`LENGTH_MAX`].
    #[error("Password must be 128 characters or fewer")]
    TooLong,
    /// No capital letter.
    #[error("Password must include a capital letter")]
    NoUpperCase,
    /// No small letter.
    #[error("Password must include a small letter")]
    NoLowerCase,
    /// No digit.
    #[error("Password must include a number")]
    NoDigit,
    /// One of those that everybody tries first.
    #[error("Password must not be a commonly used one: choose one that is harder to guess")]
    Common,
    /// The person's own email address is in it.
    #[error("Password must not contain your email name")]
    ContainsEmail,
    /// The council's name is in it.
    #[error("Password must not contain the name of the council")]
    ContainsCouncil,
}

/// Everything that is wrong with `wanted` as the password of `email` at a council with these settings. Nothing: it will
/// do.
pub fn weaknesses(wanted: &str, email: &EmailAddress, settings: &Settings) -> Vec<Weakness> {
    let length = wanted.chars().count();
    let least = settings.password_length_min.clamp(*LENGTHS_MIN.start(), *LENGTHS_MIN.end());
    let is_short = u32::try_from(length).is_ok_and(|length| length < least);
    let mixed = settings.password_mix;
    let checks = [
        (is_short, Weakness::TooShort(least)),
        (length > LENGTH_MAX, Weakness::TooLong),
        (mixed && !wanted.chars().any(char::is_uppercase), Weakness::NoUpperCase),
        (mixed && !wanted.chars().any(char::is_lowercase), Weakness::NoLowerCase),
        (mixed && !wanted.chars().any(char::is_numeric), Weakness::NoDigit),
        (is_common(wanted), Weakness::Common),
        (contains_email(wanted, email), Weakness::ContainsEmail),
        (contains_council(wanted, &settings.council_name), Weakness::ContainsCouncil),
    ];
    checks.into_iter().filter_map(|(fails, weakness)| fails.then_some(weakness)).collect()
}

/// Whether it is a well-known word or pattern, however it is dressed up: `P@ssw0rd2026!` is `password`.
fn is_common(wanted: &str) -> bool {
    let plain = wanted.to_lowercase();
    let undressed = plain.trim_matches(|c: char| !c.is_alphabetic());
    let only = |text: &str, keep: fn(char) -> bool| text.chars().filter(|c| keep(*c)).collect();
    let spellings: [String; 5] = [
        only(&plain, char::is_alphanumeric),
        only(&plain, char::is_alphabetic),
        only(undressed, char::is_alphanumeric),
        only(&as_letters(&plain), char::is_alphanumeric),
        only(&as_letters(undressed), char::is_alphanumeric),
    ];
    let known = |text: &String| {
        WORDS.lines().any(|word| repeats(text, word)) || is_run(text) || is_breached(text)
    };
    is_breached(&plain) || spellings.iter().any(known)
}

/// How many bytes of a hash are kept of each password that was found in breaches: of all that anybody thinks of, not one
/// in ten thousand million is refused by chance.
const BREACHED_BYTES: usize = 6;

/// Whether `text`, in small letters, is one of the passwords that were found most often in breaches.
fn is_breached(text: &str) -> bool {
    let hash = Sha256::digest(text);
    let (known, _) = BREACHED.as_chunks::<BREACHED_BYTES>();
    let kept = hash.as_slice().first_chunk::<BREACHED_BYTES>();
    kept.is_some_and(|kept| known.binary_search(kept).is_ok())
}

/// Undoes the usual replacements of letters by digits and signs.
fn as_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether `text` is `word`, once or several times over.
fn repeats(text: &str, word: &str) -> bool {
    !text.is_empty() && text.replace(word, "").is_empty()
}

/// So many of one character are no password, whatever is beside them.
const SAME_MIN: usize = 6;
/// So many along a row of the keyboard are no password, whatever the council asks for.
const RUN_MIN: usize = 8;

/// Whether `text` only follows the keyboard or the alphabet, or is one character over and over.
fn is_run(text: &str) -> bool {
    let one = text.chars().next();
    let same = text.chars().count() >= SAME_MIN && text.chars().all(|c| Some(c) == one);
    same || (text.len() >= RUN_MIN && RUNS.iter().any(|run| run.contains(text)))
}

fn contains_email(wanted: &str, email: &EmailAddress) -> bool {
    let name = email.as_str().split('@').next().unwrap_or_default();
    let whole: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let wanted = wanted.to_lowercase();
    parts.chain([whole.as_str()]).any(|part| is_told(&wanted, part))
}

fn contains_council(wanted: &str, council_name: &str) -> bool {
    let name = council_name.to_lowercase();
    let telling = |word: &&str| !FILLERS.contains(word);
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(telling);
    let wanted = wanted.to_lowercase();
    words.any(|word| is_told(&wanted, word))
}

fn is_told(wanted: &str, part: &str) -> bool {
    part.chars().count() >= TELLING_LENGTH_MIN && wanted.contains(part)
}

/// Words of councils' names that say nothing about which one it is.
const FILLERS: [&str; 9] =
    ["borough", "city", "council", "county", "district", "metropolitan", "royal", "the", "london"];

/// Rows of the keyboard, the alphabet and the numbers, on which too simple passwords run along.
const RUNS: [&str; 9] = [
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "qwertyuiop1234567890",
    "asdfghjkl1234567890",
    "zxcvbnm1234567890",
    "1234567890qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
];

/// What everybody tries first: the heads of the published lists of leaked passwords that can be dressed up to
/// satisfy the rule, and what people in this trade would think of. Compiled by this project.
const WORDS: &str = include_str!("common_passwords.txt");

/// The 16,290 passwords of 8 characters or more that were found most often in breaches, each as the head of the SHA-256
/// of its small letters, in order. Made by `infra/breached_passwords.py`, which says of what and under which licences; as
/// hashes they are small, and nobody has to read what people think of.
const BREACHED: &[u8] = include_bytes!("breached_passwords.bin");

/// A password as it is kept: nobody can get it back from this.
///
/// The cost is kept with each hash, so that it can be raised for new ones while old ones still verify.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    hash: String,
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl PasswordHash {
    /// The hash of `password` under a salt of random bytes. Takes tens of milliseconds, on purpose.
    pub fn new(password: &str, salt: [u8; 16]) -> Self {
        let salt = hex(&salt);
        let hash = argon2id((MEMORY_KIB, PASSES, LANES), &salt, password).unwrap_or_default();
        Self { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt, hash }
    }

    /// A hash that no password has and that takes as long to find that out as any other: for accounts that do
    /// not exist.
    pub fn dummy() -> Self {
        let (salt, hash) = (hex(&[0; 16]), String::new());
        Self { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt, hash }
    }

    /// Whether `password` is the one.
    pub fn is_of(&self, password: &str) -> bool {
        let cost = (self.memory_kib, self.passes, self.lanes);
        let found = argon2id(cost, &self.salt, password).unwrap_or_default();
        !found.is_empty() & bool::from(found.as_bytes().ct_eq(self.hash.as_bytes()))
    }
}

/// `None` only if the cost is out of argon2's range; then nothing verifies.
fn argon2id(
    (memory_kib, passes, lanes): (u32, u32, u32),
    salt: &str,
    text: &str,
) -> Option<String> {
    let params = Params::new(memory_kib, passes, lanes, Some(32)).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; 32];
    // What is longer than any password that we accept is not worth hashing whole.
    let limit = LENGTH_MAX.saturating_mul(4);
    let bytes = text.as_bytes().get(..limit).unwrap_or(text.as_bytes());
    argon2.hash_password_into(bytes, salt.as_bytes(), &mut hash).ok()?;
    Some(hex(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(wanted: &str) -> Vec<Weakness> {
        weak_of(wanted, LENGTH_MIN)
    }

    fn weak_of(wanted: &str, password_length_min: u32) -> Vec<Weakness> {
        let council_name = "Northshire County Council".to_owned();
        let settings = Settings { council_name, password_length_min, ..Settings::default() };
        weaknesses(wanted, &"jo.bloggs@oakhouse.example".parse().unwrap(), &settings)
    }

    #[test]
    fn a_password_has_as_many_characters_as_the_council_asks_for_within_reason() {
        assert_eq!(weak_of("Kettle-42xyz", 13), [Weakness::TooShort(13)]);
        assert_eq!(weak_of("Kettle-42xyz", 12), []);
        assert_eq!(weak_of("Kettle4", 0), [Weakness::TooShort(8)]);
        assert_eq!(weak_of("Kettle4é", 0), []);
        assert_eq!(weak_of(&format!("Aa{}", "xyz1".repeat(16)), u32::MAX), []);
        assert_eq!(Weakness::TooShort(12).to_string(), "Password must be at least 12 characters");
    }

    #[test]
    fn every_broken_rule_is_named() {
        assert_eq!(weak("x"), [Weakness::TooShort(9), Weakness::NoUpperCase, Weakness::NoDigit]);
        assert_eq!(weak("lower-case-7"), [Weakness::NoUpperCase]);
        assert_eq!(weak("UPPER-CASE-7"), [Weakness::NoLowerCase]);
        assert_eq!(weak("No-digits-here"), [Weakness::NoDigit]);
        assert_eq!(weak(&format!("Aa1{}", "xyz".repeat(42))), [Weakness::TooLong]);
        assert_eq!(weak(&format!("Aa{}", "xyz1".repeat(31))), []);
    }

    #[test]
    fn what_everybody_tries_first_is_refused_however_it_is_dressed_up() {
        for wanted in [
            "Password1",
            "P@ssw0rd123",
            "Passw0rd2026!",
            "Welcome123",
            "Qwerty123",
            "Qwertyuiop1",
            "Letmein99",
            "Abc123456",
            "Abcd1234!",
            "1Qaz2wsx3edc",
            "Q1w2e3r4t5",
            "Liverpool1",
            "Summer2026",
            "Monday123",
            "Password1Password1",
            "Changeme1",
            "Iloveyou2",
            "1Password",
            "Football9",
            "Admin12345",
            "Trustno1!!",
            "Carehome1",
            "Payments2026",
            "Aaaaaaaa1",
        ] {
            assert!(weak(wanted).contains(&Weakness::Common), "{wanted}");
        }
    }

    #[test]
    fn what_was_found_in_breaches_is_refused_however_it_is_spelled() {
        for wanted in [
            "Einstein1",
            "football44",
            "Lollypop1",
            "Mustang123",
            "123Qweasdzxc",
            "parola123",
            "October16!",
            "Feder_1941",
            "X4ivyga51F",
        ] {
            assert!(weak(wanted).contains(&Weakness::Common), "{wanted}");
        }
    }

    /// OWASP ASVS 6.2.4 wants 3,000; the list is searched as one that is in order.
    #[test]
    fn the_list_of_breached_passwords_is_whole_and_in_order() {
        let (known, rest) = BREACHED.as_chunks::<BREACHED_BYTES>();
        assert_eq!((known.len(), rest.len()), (16_290, 0));
        assert!(known.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn a_council_may_leave_it_to_people_of_what_a_password_is_made() {
        let settings = Settings { password_mix: false, ..Settings::default() };
        let weak =
            |wanted| weaknesses(wanted, &"jo.bloggs@oakhouse.example".parse().unwrap(), &settings);
        for wanted in
            ["teal kettle in the harbour", "TEALKETTLEHARBOUR", "8140297731", "ключи от дома"]
        {
            assert_eq!(weak(wanted), [], "{wanted}");
        }
        assert_eq!(weak("teal kettle"), []);
        assert_eq!(weak("kettle"), [Weakness::TooShort(9)]);
        assert_eq!(weak("einstein1"), [Weakness::Common]);
    }

    #[test]
    fn what_is_hard_to_guess_is_accepted() {
        for wanted in ["Teal-Kettle-42", "3Wombats-in-May", "kiln7Harbour", "Überraschung 4"] {
            assert_eq!(weak(wanted), [], "{wanted}");
        }
    }

    #[test]
    fn a_password_says_neither_who_nor_where() {
        assert_eq!(weak("Bloggs-Kiln-7"), [Weakness::ContainsEmail]);
        assert_eq!(weak("jobloggsKiln7"), [Weakness::ContainsEmail]);
        assert_eq!(weak("Northshire-Kiln-7"), [Weakness::ContainsCouncil]);
        assert_eq!(weak("County-Kiln-77"), []);
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let hash = PasswordHash::new("Teal-Kettle-42", [3; 16]);
        assert!(hash.is_of("Teal-Kettle-42"));
        assert!(!hash.is_of("Teal-Kettle-43"));
        assert!(!hash.is_of(""));
        assert_ne!(hash, PasswordHash::new("Teal-Kettle-42", [4; 16]));
        assert!(!PasswordHash::dummy().is_of(""));
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    }

    #[test]
    fn the_cost_is_owasps() {
        let hash = PasswordHash::new("x", [3; 16]);
        assert_eq!((hash.memory_kib, hash.passes, hash.lanes), (19 * 1024, 2, 1));
    }

    #[test]
    fn six_times_one_character_or_eight_along_the_keyboard_are_a_run() {
        assert!(is_run("zzzzzz") && !is_run("zzzzz") && !is_run("zzzzzy"));
        let row: String = RUNS[0].chars().take(RUN_MIN).collect();
        let shorter = row.get(1..).unwrap();
        assert!(is_run(&row) && !is_run(shorter) && !is_run(""));
    }
}
