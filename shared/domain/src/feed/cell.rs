//! What one cell says. Kind to how people and spreadsheets write; what could mean two things is refused.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Cell, Code, Column, Need, RowProblem};
use crate::clock::london_instant;
use crate::ids::{
    AdjustmentRef, ContactRef, ContractRef, CpliId, CycleRef, DirectiveRef, DocumentRef,
    NotAReference, ProviderRef, ServiceRef, SsRef, StaffRef, TeamRef, VariationRef,
};
use crate::money::Money;
use crate::permission::{CouncilRole, Role};
use crate::sign_in::EmailAddress;

/// Years outside these are slips of the keyboard.
const YEAR_MIN: i32 = 1890;
const YEAR_MAX: i32 = 2200;
/// The longest word.
const WORD_LENGTH_MAX: usize = 40;
/// The largest amount that can be meant, in pounds.
const POUNDS_MAX: i64 = 100_000_000;

type Said = Result<Value, (Code, String)>;

impl Column {
    /// What a cell of this column says, as records spell it; null: nothing.
    ///
    /// # Errors
    ///
    /// What to type instead.
    pub(super) fn read(&self, text: &str) -> Result<Value, RowProblem> {
        let text = text.trim();
        let said = match (text.is_empty(), self.need) {
            (false, _) => self.cell.read(text),
            (true, Need::Default("")) => Ok(self.cell.nothing()),
            (true, Need::Default(default)) => self.cell.read(default),
            (true, Need::Optional) => Ok(Value::Null),
            (true, Need::Key | Need::Required) => Err((Code::I10, "Fill this in".to_owned())),
        };
        said.map_err(|(code, what)| {
            RowProblem::at(self.name, code, format!("{}: {what}.", self.name))
        })
    }
}

impl Cell {
    fn nothing(self) -> Value {
        let several = matches!(self, Self::Roles | Self::CouncilRoles | Self::Teams | Self::Staff);
        if several { Value::Array(Vec::new()) } else { Value::from("") }
    }

    fn read(self, text: &str) -> Said {
        match self {
            Self::Reference(what) => reference(what, text),
            Self::Text(max) => long_enough(text, max),
            Self::Word => word(text),
            Self::Email => email(text),
            Self::Roles => words::<Role>(text, Code::I16),
            Self::CouncilRoles => words::<CouncilRole>(text, Code::I16),
            Self::Teams => words::<TeamRef>(text, Code::I12),
            Self::Staff => words::<StaffRef>(text, Code::I12),
            Self::Choice(choices) => choice(choices, text),
            Self::YesNo => yes_no(text),
            Self::Weekday => weekday(text),
            Self::Date => date(text).map(|it| Value::from(it.to_string())),
            Self::Instant => instant(text),
            Self::Money { negative } => money(text, negative),
            Self::Decimal { places, max } => decimal(text, places, max),
            Self::Whole { min, max } => whole(text, min, max),
        }
    }
}

fn reference(what: &'static str, text: &str) -> Said {
    fn checked<T: FromStr<Err = NotAReference> + ToString>(text: &str) -> Said {
        match text.parse::<T>() {
            Ok(reference) => Ok(Value::from(reference.to_string())),
            Err(error) => Err((Code::I12, format!("\"{text}\" cannot be used. {error}"))),
        }
    }
    match what {
        "provider" => checked::<ProviderRef>(text),
        "contact" => checked::<ContactRef>(text),
        "contract" => checked::<ContractRef>(text),
        "service" => checked::<ServiceRef>(text),
        "client" => checked::<SsRef>(text),
        "cycle" => checked::<CycleRef>(text),
        "adjustment" => checked::<AdjustmentRef>(text),
        "directive" => checked::<DirectiveRef>(text),
        "variation" => checked::<VariationRef>(text),
        "document" => checked::<DocumentRef>(text),
        "staff" => checked::<StaffRef>(text),
        "team" => checked::<TeamRef>(text),
        _ => checked::<CpliId>(text),
    }
}

fn long_enough(text: &str, max: usize) -> Said {
    if text.chars().count() > max {
        return Err((Code::I17, format!("This is too long: use {max} characters at most")));
    }
    // Line breaks and tabs inside a cell are layout; every other control character is damage.
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().any(char::is_control) {
        return Err((Code::I11, "Remove the characters that cannot be seen".to_owned()));
    }
    Ok(Value::from(plain))
}

fn word(text: &str) -> Said {
    let plain = plain_word(text);
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if plain.len() > WORD_LENGTH_MAX || !plain.bytes().all(is_word) {
        let message = format!(
            "\"{text}\" cannot be used. Use up to {WORD_LENGTH_MAX} letters, digits and underscores"
        );
        return Err((Code::I16, message));
    }
    Ok(Value::from(plain))
}

fn email(text: &str) -> Said {
    match text.parse::<EmailAddress>() {
        Ok(address) => Ok(Value::from(address.as_str())),
        Err(_) if !text.is_ascii() => {
            let odd = text.chars().find(|c| !c.is_ascii()).unwrap_or_default();
            Err((Code::I18, format!("no email can be sent to \"{text}\", because of its {odd}")))
        }
        Err(_) => Err((Code::I18, format!("\"{text}\" is not an email address"))),
    }
}

/// Several of a kind, each once and in order.
fn words<T>(text: &str, code: Code) -> Said
where
    T: FromStr<Err: ToString> + ToString + Ord,
{
    let words = text.split([' ', ',', ';', '|']).filter(|word| !word.trim().is_empty());
    let mut all = words
        .map(|word| word.parse::<T>().map_err(|error| (code, error.to_string())))
        .collect::<Result<Vec<_>, _>>()?;
    all.sort_unstable();
    all.dedup();
    Ok(Value::from(all.iter().map(ToString::to_string).collect::<Vec<_>>()))
}

/// Lower case, with an underscore where a person writes a space or a hyphen.
fn plain_word(text: &str) -> String {
    let lower = text.to_lowercase().replace(['-', '_'], " ");
    lower.split_whitespace().collect::<Vec<_>>().join("_")
}

fn choice(choices: &[&str], text: &str) -> Said {
    let plain = plain_word(text);
    let Some(found) = choices.iter().find(|it| **it == plain) else {
        return Err((Code::I16, format!("\"{text}\" cannot be used. Use {}", listed(choices))));
    };
    Ok(Value::from(*found))
}

/// `a, b or c`
fn listed(choices: &[&str]) -> String {
    match choices.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn yes_no(text: &str) -> Said {
    match plain_word(text).as_str() {
        "yes" | "y" | "true" | "1" => Ok(Value::from(true)),
        "no" | "n" | "false" | "0" => Ok(Value::from(false)),
        _ => Err((Code::I16, format!("\"{text}\" cannot be used. Use yes or no"))),
    }
}

fn weekday(text: &str) -> Said {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    match text.parse::<chrono::Weekday>() {
        Ok(day) => Ok(Value::from(day.num_days_from_monday())),
        Err(_) => Err((Code::I16, format!("\"{text}\" cannot be used. Use {}", listed(&days)))),
    }
}

fn date(text: &str) -> Result<NaiveDate, (Code, String)> {
    // A spreadsheet may add midnight to a date.
    let plain = [" 00:00:00", "T00:00:00", " 00:00"]
        .into_iter()
        .find_map(|midnight| text.strip_suffix(midnight))
        .unwrap_or(text);
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let parsed = ["%Y-%m-%d", "%d/%m/%Y"]
        .into_iter()
        .find_map(|format| NaiveDate::parse_from_str(plain, format).ok())
        .filter(|date| {
            digits >= 6 && (YEAR_MIN..=YEAR_MAX).contains(&chrono::Datelike::year(date))
        });
    parsed.ok_or_else(|| {
        (Code::I13, format!("\"{text}\" is not a date. Use YYYY-MM-DD, such as 2026-04-30"))
    })
}

fn instant(text: &str) -> Said {
    let said = |at: DateTime<Utc>| Value::from(at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let reasonable = |year: i32| (YEAR_MIN..=YEAR_MAX).contains(&year);
    let iso = text.replacen(' ', "T", 1);
    if let Ok(at) = DateTime::parse_from_rfc3339(&iso.replacen(" +", "+", 1))
        && reasonable(chrono::Datelike::year(&at))
    {
        return Ok(said(at.with_timezone(&Utc)));
    }
    let formats = [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%d/%m/%YT%H:%M:%S",
        "%d/%m/%YT%H:%M",
        "%Y-%m-%dT%H:%MZ",
    ];
    for format in formats {
        let Ok(local) = NaiveDateTime::parse_from_str(&iso, format) else { continue };
        if reasonable(chrono::Datelike::year(&local)) {
            let utc = format.ends_with('Z');
            return Ok(said(if utc { local.and_utc() } else { london_instant(local) }));
        }
    }
    let how = "Use a date and a time, such as 2026-04-30T17:00";
    Err((Code::I14, format!("\"{text}\" is not a date with a time. {how}")))
}

/// A number as people write it, or none: `£1,234.50`, `60 %`.
fn number(text: &str) -> Option<Decimal> {
    let (negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let rest = rest.strip_prefix('£').unwrap_or(rest).trim_start();
    let (negative, rest) = match rest.strip_prefix(['-', '\u{2212}']) {
        Some(rest) if !negative => (true, rest),
        Some(_) => return None,
        None => (negative, rest),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let whole = without_commas(whole)?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !digits(fraction) {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let parsed: Decimal = format!("{sign}{whole}.{fraction}").parse().ok()?;
    Some(parsed.normalize())
}

/// Commas are taken away where they part thousands; anywhere else they may mean a decimal point.
fn without_commas(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let parted = rest.is_empty() || (1..=3).contains(&first.len());
    let threes = rest.iter().all(|group| group.len() == 3);
    (parted && threes).then(|| format!("{first}{}", rest.concat()))
}

fn money(text: &str, negative: bool) -> Said {
    let refused = |why: &str| Err((Code::I15, format!("\"{text}\" {why}")));
    let Some(pounds) = number(text) else {
        return refused("is not an amount in pounds. Use digits and a point, such as 1234.50");
    };
    if pounds.is_sign_negative() && !pounds.is_zero() && !negative {
        return refused("must be 0 or more");
    }
    if pounds.abs() > Decimal::from(POUNDS_MAX) {
        return refused("is more than can be meant");
    }
    match Money::exactly(pounds) {
        Ok(amount) => Ok(Value::from(amount.to_string())),
        Err(_) => refused("has a fraction of a penny. Use two decimals at most"),
    }
}

fn decimal(text: &str, places: u32, max: u32) -> Said {
    let percent = text.strip_suffix('%').map_or(text, str::trim_end);
    match number(percent) {
        Some(it)
            if it.scale() <= places
                && (it.is_zero() || it.is_sign_positive())
                && it <= Decimal::from(max) =>
        {
            Ok(Value::from(it.abs().to_string()))
        }
        Some(_) | None => Err((
            Code::I15,
            format!(
                "\"{text}\" cannot be used. Use a number from 0 to {max} with up to {places} decimals"
            ),
        )),
    }
}

fn whole(text: &str, min: u32, max: u32) -> Said {
    let found = number(text).filter(|it| it.scale() == 0).and_then(|it| u32::try_from(it).ok());
    match found.filter(|it| (min..=max).contains(it)) {
        Some(it) => Ok(Value::from(it)),
        None => Err((
            Code::I15,
            format!("\"{text}\" cannot be used. Use a whole number from {min} to {max}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cell: Cell, text: &str) -> String {
        let column = Column { name: "cell", cell, need: Need::Required };
        match column.read(text) {
            Ok(Value::String(text)) => text,
            Ok(value) => value.to_string(),
            Err(problem) => problem.code.to_string(),
        }
    }

    #[test]
    fn dates_are_iso_or_british_and_never_guessed() {
        for text in ["2026-04-30", " 30/04/2026 ", "2026-04-30 00:00:00", "30/4/2026"] {
            assert_eq!(said(Cell::Date, text), "2026-04-30", "{text}");
        }
        for text in [
            "04/30/2026",
            "30/04/26",
            "30.04.2026",
            "2026-02-30",
            "46142",
            "0226-04-30",
            "20260430",
        ] {
            assert_eq!(said(Cell::Date, text), "I13", "{text}");
        }
    }

    #[test]
    fn times_are_london_unless_they_say_otherwise() {
        let summer = "2026-07-01T16:00:00Z";
        for text in [
            "2026-07-01T17:00",
            "2026-07-01 17:00:00",
            "01/07/2026 17:00",
            "2026-07-01T16:00:00Z",
            "2026-07-01T16:00Z",
            "2026-07-01T18:00:00+02:00",
        ] {
            assert_eq!(said(Cell::Instant, text), summer, "{text}");
        }
        for text in ["2026-07-01", "17:00", "2026-07-01T25:00"] {
            assert_eq!(said(Cell::Instant, text), "I14", "{text}");
        }
    }

    #[test]
    fn amounts_may_carry_pounds_and_thousands_but_no_decimal_comma() {
        let money = Cell::Money { negative: true };
        for text in ["1234.5", "£1,234.50", " 1234.50 ", "£ 1234.500"] {
            assert_eq!(said(money, text), "1234.50", "{text}");
        }
        assert_eq!(said(money, "-£12"), "-12.00");
        assert_eq!(said(money, "£-12"), "-12.00");
        for text in
            ["1,5", "12,34.00", "1.234,50", "(12.00)", "1e3", "", "-", "12.005", "12 34", "--1"]
        {
            assert!(said(money, text).starts_with("I1"), "{text}");
        }
        assert_eq!(said(Cell::Money { negative: false }, "-1"), "I15");
        assert_eq!(said(Cell::Money { negative: false }, "1"), "1.00");
        assert_eq!(said(Cell::Money { negative: false }, "-0"), "0.00");
    }

    #[test]
    fn quantities_have_four_decimals_and_percents_a_hundred() {
        let quantity = Cell::Decimal { places: 4, max: 1_000_000 };
        assert_eq!(said(quantity, "31.5000"), "31.5");
        assert_eq!(said(quantity, "0.00001"), "I15");
        assert_eq!(said(quantity, "-1"), "I15");
        let percent = Cell::Decimal { places: 2, max: 100 };
        assert_eq!(said(percent, "60 %"), "60");
        assert_eq!(said(percent, "101"), "I15");
        let whole = Cell::Whole { min: 1, max: 120 };
        assert_eq!(said(whole, "12.0"), "12");
        assert_eq!(said(whole, "0"), "I15");
        assert_eq!(said(whole, "1.5"), "I15");
    }

    #[test]
    fn words_are_read_in_any_case_and_with_spaces_or_hyphens() {
        let kinds = Cell::Choice(&["care_home", "void_ledger"]);
        for text in ["care_home", "Care Home", "CARE-HOME", " care  home"] {
            assert_eq!(said(kinds, text), "care_home", "{text}");
        }
        assert_eq!(said(kinds, "hotel"), "I16");
        assert_eq!(said(Cell::YesNo, "Yes"), "true");
        assert_eq!(said(Cell::YesNo, "maybe"), "I16");
        assert_eq!(said(Cell::Weekday, "Monday"), "0");
        assert_eq!(said(Cell::Weekday, "SUN"), "6");
        assert_eq!(said(Cell::Weekday, "someday"), "I16");
        assert_eq!(said(Cell::Roles, "Payments, viewer payments"), r#"["viewer","payments"]"#);
        assert_eq!(said(Cell::Roles, "boss"), "I16");
    }

    #[test]
    fn an_email_address_is_kept_in_lower_case() {
        assert_eq!(said(Cell::Email, " Anna@Lake.Example "), "anna@lake.example");
        for text in [
            "anna",
            "anna@lake",
            "an na@lake.example",
            "anna@@lake.example",
            "a@b.example,c@d.example",
            "josé@lake.example",
        ] {
            assert_eq!(said(Cell::Email, text), "I18", "{text}");
        }
    }

    #[test]
    fn references_keep_leading_zeros_and_texts_have_a_limit() {
        assert_eq!(said(Cell::Reference("client"), "000123"), "000123");
        assert_eq!(said(Cell::Reference("client"), "A#1"), "I12");
        assert_eq!(said(Cell::Text(5), "12345"), "12345");
        assert_eq!(said(Cell::Text(5), "123456"), "I17");
        assert_eq!(said(Cell::Text(50), "two\r\n lines"), "two lines");
    }

    #[test]
    fn a_message_says_which_column_and_what_to_do() {
        let column =
            Column { name: "kind", cell: Cell::Choice(&["a", "b", "c"]), need: Need::Required };
        let message = |text| column.read(text).unwrap_err().message;
        assert_eq!(message("x"), "kind: \"x\" cannot be used. Use a, b or c.");
        assert_eq!(message(" "), "kind: Fill this in.");
    }

    #[test]
    fn a_reference_that_cannot_be_used_is_told_by_what_it_refers_to() {
        let message = |what: &'static str| reference(what, "A#1").unwrap_err().1;
        for (what, error) in [
            ("provider", "A#1".parse::<ProviderRef>().unwrap_err()),
            ("contact", "A#1".parse::<ContactRef>().unwrap_err()),
            ("contract", "A#1".parse::<ContractRef>().unwrap_err()),
            ("service", "A#1".parse::<ServiceRef>().unwrap_err()),
            ("client", "A#1".parse::<SsRef>().unwrap_err()),
            ("cycle", "A#1".parse::<CycleRef>().unwrap_err()),
            ("adjustment", "A#1".parse::<AdjustmentRef>().unwrap_err()),
            ("directive", "A#1".parse::<DirectiveRef>().unwrap_err()),
            ("variation", "A#1".parse::<VariationRef>().unwrap_err()),
            ("document", "A#1".parse::<DocumentRef>().unwrap_err()),
            ("staff", "A#1".parse::<StaffRef>().unwrap_err()),
            ("team", "A#1".parse::<TeamRef>().unwrap_err()),
            ("cpli", "A#1".parse::<CpliId>().unwrap_err()),
        ] {
            assert_eq!(message(what), format!("\"A#1\" cannot be used. {error}"), "{what}");
        }
    }

    #[test]
    fn a_word_is_up_to_forty_letters_digits_and_underscores() {
        assert_eq!(said(Cell::Word, " Package-ended 2 "), "package_ended_2");
        let longest = "x".repeat(WORD_LENGTH_MAX);
        assert_eq!(said(Cell::Word, &longest), longest);
        assert_eq!(said(Cell::Word, &format!("{longest}x")), "I16");
        for text in ["a.b", "é", "a#1"] {
            assert_eq!(said(Cell::Word, text), "I16", "{text}");
        }
    }

    #[test]
    fn the_largest_amount_is_a_hundred_million_pounds() {
        let money = Cell::Money { negative: true };
        assert_eq!(said(money, "100000000"), "100000000.00");
        assert_eq!(said(money, "100000000.01"), "I15");
        assert_eq!(said(money, "-100000000.01"), "I15");
    }

    #[test]
    fn an_empty_cell_that_lists_things_lists_nothing_and_another_says_nothing() {
        let empty =
            |cell| Column { name: "cell", cell, need: Need::Default("") }.read(" ").unwrap();
        assert_eq!(empty(Cell::Text(5)), Value::from(""));
        assert_eq!(empty(Cell::Staff), Value::Array(Vec::new()));
    }
}
