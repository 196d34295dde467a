//! What somebody filled in, checked by what the type of action asks.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;
use thiserror::Error;

use super::{ActionSettings, ActionType, Detail, Field, FieldKind, Proposes, Rate, Varying};
use crate::failure::{Failure, FieldError, Kind};
use crate::money::Money;
use crate::working_days::WorkingDays;

/// The longest title, in characters.
const TITLE_LENGTH_MAX: usize = 200;
/// How many days ahead an action may be due.
const DUE_DAYS_MAX: u64 = 366;
/// Years outside these are slips of the keyboard.
const YEAR_MIN: i32 = 1890;
const YEAR_MAX: i32 = 2200;
/// The largest number that can be meant.
const NUMBER_MAX: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// What somebody filled in.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'f> {
    /// The type that was chosen.
    pub of: &'f ActionType,
    /// The title.
    pub title: &'f str,
    /// The text.
    pub text: &'f str,
    /// The answers to what the type asks, by field.
    pub fields: &'f BTreeMap<String, String>,
    /// When it is to be done; none: as usual.
    pub due_on: Option<NaiveDate>,
    /// What the care costs that a variation is about, if that is known.
    pub rate: Option<Rate>,
}

/// The same, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// The answers that were given, in the order of the form.
    pub details: Vec<Detail>,
    /// When it is due.
    pub due_on: NaiveDate,
}

/// A text that somebody wrote, or what to do about it.
pub type Checked = Result<String, FieldError>;

/// A form is not filled in as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("There is a problem with what you entered.")]
pub struct NotFilledIn {
    /// What to do, field by field.
    pub fields: Vec<FieldError>,
}

impl Failure for NotFilledIn {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid"
    }

    fn fields(&self) -> Vec<FieldError> {
        self.fields.clone()
    }
}

impl Filling<'_> {
    /// Checks it on `today`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the form.
    pub fn check(self, settings: &ActionSettings, today: NaiveDate) -> Result<Filled, NotFilledIn> {
        let mut wrong = Vec::new();
        let mut details = Vec::new();
        for field in &self.of.fields {
            match field.read(self.fields.get(&field.field).map_or("", String::as_str), today) {
                Ok(detail) => details.extend(detail),
                Err(message) => wrong.push(error_at(&field.field, message)),
            }
        }
        if wrong.is_empty() && self.of.proposes == Some(Proposes::Variation) {
            wrong.extend(
                Varying::read(&details)
                    .map_or_else(Vec::new, |varying| varying.problems(settings, self.rate)),
            );
        }
        let days = WorkingDays::without(&settings.closed_dates);
        let due_on = self.due_on.unwrap_or_else(|| days.after(today, self.of.due_days(settings)));
        if self.due_on.is_some() {
            wrong.extend(due_problem(due_on, today));
        }
        let title = taken(checked_line("title", self.title), &mut wrong);
        let text = checked_text("text", self.text, settings.text_length());
        let text = taken(text, &mut wrong);
        if self.text.trim().is_empty() {
            wrong.push(FieldError::new("text", "Enter the text"));
        }
        if wrong.is_empty() {
            Ok(Filled { title, text, details, due_on })
        } else {
            Err(NotFilledIn { fields: wrong })
        }
    }
}

fn taken(checked: Checked, wrong: &mut Vec<FieldError>) -> String {
    checked.unwrap_or_else(|problem| {
        wrong.push(problem);
        String::new()
    })
}

/// An answer is named as requests spell it: `fields.date_of_death`.
pub(super) fn error_at(field: &str, message: impl Into<String>) -> FieldError {
    FieldError::new(&format!("fields.{field}"), message)
}

fn due_problem(due_on: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    let last = today.checked_add_days(Days::new(DUE_DAYS_MAX)).unwrap_or(NaiveDate::MAX);
    let message = if due_on < today {
        "Due date must be today or later"
    } else if due_on > last {
        "Due date must be within a year"
    } else {
        return None;
    };
    Some(FieldError::new("due_on", message))
}

/// A title: one line, which must be there.
fn checked_line(field: &str, text: &str) -> Checked {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(FieldError::new(field, "Enter a title"));
    }
    if line.chars().count() > TITLE_LENGTH_MAX {
        let message = format!("Title must be {TITLE_LENGTH_MAX} characters or less");
        return Err(FieldError::new(field, message));
    }
    if line.chars().any(char::is_control) {
        return Err(FieldError::new(
            field,
            "Title must not include characters that cannot be seen",
        ));
    }
    Ok(line)
}

/// A text of at most `length_max` characters, with line breaks as everybody writes them. It may be empty.
///
/// # Errors
///
/// What to do about it, said at `field`.
pub fn checked_text(field: &str, text: &str, length_max: usize) -> Checked {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let count = text.chars().count();
    if count > length_max {
        let over = count.saturating_sub(length_max);
        let message =
            format!("Text must be {length_max} characters or less. You have {over} too many");
        return Err(FieldError::new(field, message));
    }
    if text.chars().any(|it| it.is_control() && it != '\n' && it != '\t') {
        return Err(FieldError::new(field, "Text must not include characters that cannot be seen"));
    }
    Ok(text.to_owned())
}

impl Field {
    /// What was answered; none: nothing, which is allowed. An error is what to do.
    fn read(&self, text: &str, today: NaiveDate) -> Result<Option<Detail>, String> {
        let text = text.trim();
        if text.is_empty() {
            return if self.required { Err(self.missing()) } else { Ok(None) };
        }
        let length_max = self.length_max.and_then(|it| usize::try_from(it).ok());
        let length_max = length_max.unwrap_or(self.kind.length_max());
        if text.chars().count() > length_max {
            return Err(format!("{} must be {length_max} characters or less", self.label));
        }
        let (value, shown) = match self.kind {
            FieldKind::Date => self.date(text, today)?,
            FieldKind::Decimal => self.number(text)?,
            FieldKind::Money => self.money(text)?,
            FieldKind::Choice => self.chosen(text)?,
            FieldKind::Text => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.visible(&line)?;
                (line.clone(), line)
            }
            FieldKind::LongText => {
                let lines = text.replace("\r\n", "\n");
                self.visible(&lines)?;
                (lines.clone(), lines)
            }
        };
        let (field, label) = (self.field.clone(), self.label.clone());
        Ok(Some(Detail { field, label, value, shown }))
    }

    fn missing(&self) -> String {
        let label = self.in_sentence();
        match self.kind {
            FieldKind::Choice => format!("Select the {label}"),
            FieldKind::Date
            | FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Decimal
            | FieldKind::Money => format!("Enter the {label}"),
        }
    }

    /// `date of death`; `NHS number` stays.
    fn in_sentence(&self) -> String {
        let mut letters = self.label.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if !second.is_uppercase() => {
                let rest = letters.as_str();
                format!("{}{second}{rest}", first.to_lowercase())
            }
            _ => self.label.clone(),
        }
    }

    fn date(&self, text: &str, today: NaiveDate) -> Result<(String, String), String> {
        let read = ["%Y-%m-%d", "%d/%m/%Y"];
        let read = read.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        let can_be_meant = |day: &NaiveDate| (YEAR_MIN..=YEAR_MAX).contains(&day.year());
        let Some(day) = read.filter(can_be_meant) else {
            return Err(format!("{} must be a real date", self.label));
        };
        if self.not_after_today && day > today {
            return Err(format!("{} must be today or in the past", self.label));
        }
        Ok((day.to_string(), day.format("%-d %B %Y").to_string()))
    }

    fn number(&self, text: &str) -> Result<(String, String), String> {
        let number: Result<Decimal, _> = text.replace(',', "").parse();
        let number = match number {
            Ok(number) if number.is_sign_negative() || number > NUMBER_MAX => {
                return Err(format!("{} must be between 0 and {NUMBER_MAX}", self.label));
            }
            Ok(number) => number.normalize(),
            Err(_) => return Err(format!("{} must be a number, such as 10.5", self.label)),
        };
        if number.scale() > 2 {
            return Err(format!("{} must have 2 decimal places or fewer", self.label));
        }
        Ok((number.to_string(), number.to_string()))
    }

    fn money(&self, text: &str) -> Result<(String, String), String> {
        let wrong = || format!("{} must be an amount of money, such as £150.00", self.label);
        let plain = text.replace([',', '£'], "");
        let pounds: Decimal = plain.trim().parse().map_err(|_not_a_number| wrong())?;
        let pounds = Some(pounds).filter(|it| !it.is_sign_negative() && *it <= NUMBER_MAX);
        let amount = Money::exactly(pounds.ok_or_else(wrong)?);
        let amount = amount.map_err(|_not_pence| wrong())?;
        Ok((amount.to_string(), amount.for_people()))
    }

    fn chosen(&self, text: &str) -> Result<(String, String), String> {
        let found = self.choices.iter().find(|it| it.value == text);
        let found = found.ok_or_else(|| self.missing())?;
        Ok((found.value.clone(), found.label.clone()))
    }

    fn visible(&self, text: &str) -> Result<(), String> {
        let hidden = |it: char| it.is_control() && it != '\n' && it != '\t';
        if text.chars().any(hidden) {
            let label = &self.label;
            return Err(format!("{label} must not include characters that cannot be seen"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ActionTypes;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn found<'t>(types: &'t ActionTypes, type_ref: &str) -> &'t ActionType {
        types.find(type_ref).unwrap()
    }

    fn check(type_ref: &str, fields: &[(&str, &str)]) -> Result<Filled, Vec<(String, String)>> {
        let types = ActionTypes::default();
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let filling = Filling {
            of: found(&types, type_ref),
            title: " DOD  22.11.23 ",
            text: if type_ref == "general_query" { "" } else { "See below" },
            fields: &fields.collect(),
            due_on: None,
            rate: Some(Rate { unit_price: Decimal::new(2_234, 2), week_starts: 0 }),
        };
        filling
            .check(&ActionSettings::default(), day("2024-03-08"))
            .map_err(|wrong| wrong.fields.into_iter().map(|it| (it.field, it.message)).collect())
    }

    fn message(type_ref: &str, fields: &[(&str, &str)], of: &str) -> String {
        let wrong = check(type_ref, fields).unwrap_err();
        wrong.into_iter().find(|it| it.0 == format!("fields.{of}")).unwrap().1
    }

    #[test]
    fn a_form_that_is_filled_in_is_kept_as_people_read_it() {
        let filled = check("death", &[("date_of_death", "22/11/2023")]).unwrap();
        assert_eq!((filled.title.as_str(), filled.due_on), ("DOD 22.11.23", day("2024-03-19")));
        let detail = &filled.details[0];
        assert_eq!(
            (detail.value.as_str(), detail.shown.as_str()),
            ("2023-11-22", "22 November 2023")
        );
    }

    #[test]
    fn what_is_missing_is_asked_for_by_its_name() {
        assert_eq!(message("death", &[], "date_of_death"), "Enter the date of death");
        assert_eq!(message("variation", &[], "per"), "Select the day or week");
        let general = check("general_query", &[]).unwrap_err();
        assert_eq!(general, [("text".to_owned(), "Enter the text".to_owned())]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_to_type() {
        let death = |text| message("death", &[("date_of_death", text)], "date_of_death");
        assert_eq!(death("yesterday"), "Date of death must be a real date");
        assert_eq!(death("31/02/2024"), "Date of death must be a real date");
        assert_eq!(death("2024-03-09"), "Date of death must be today or in the past");
        let hours = |text| message("variation", &[("contracted_hours", text)], "contracted_hours");
        assert_eq!(hours("ten"), "Contracted hours must be a number, such as 10.5");
        assert_eq!(hours("-1"), "Contracted hours must be between 0 and 1000000");
        assert_eq!(hours("1.255"), "Contracted hours must have 2 decimal places or fewer");
        assert_eq!(
            message("variation", &[("kind", "both")], "kind"),
            "Select the kind of variation"
        );
        let long = "x".repeat(901);
        assert_eq!(
            message("variation", &[("reason", &long)], "reason"),
            "Reason for the extra care must be 900 characters or less"
        );
    }

    #[test]
    fn a_text_has_as_many_characters_as_the_council_says_and_not_bytes() {
        let text = "é".repeat(7_500);
        assert_eq!(checked_text("text", &text, 7_500).unwrap().chars().count(), 7_500);
        let long = checked_text("text", &format!("{text}ab"), 7_500).unwrap_err();
        assert_eq!(long.message, "Text must be 7500 characters or less. You have 2 too many");
        assert_eq!(checked_text("text", "a\r\nb\n", 9).unwrap(), "a\nb");
        checked_text("text", "a\u{7}", 9).unwrap_err();
    }

    #[test]
    fn it_is_due_when_the_person_says_within_a_year() {
        let types = ActionTypes::default();
        let due = |on: &str| {
            let fields = BTreeMap::new();
            let of = types.find("general_query").unwrap();
            let (title, text, due_on) = ("Cost", "Too low", Some(day(on)));
            let filling = Filling { of, title, text, fields: &fields, due_on, rate: None };
            let filled = filling.check(&ActionSettings::default(), day("2024-03-08"));
            filled.map(|it| it.due_on).map_err(|it| it.fields[0].message.clone())
        };
        assert_eq!(due("2024-03-09"), Ok(day("2024-03-09")));
        assert_eq!(due("2024-03-08"), Ok(day("2024-03-08")));
        assert_eq!(due("2025-03-09"), Ok(day("2025-03-09")));
        assert_eq!(due("2025-03-10").unwrap_err(), "Due date must be within a year");
        assert_eq!(due("2024-03-07").unwrap_err(), "Due date must be today or later");
        assert_eq!(due("2026-01-01").unwrap_err(), "Due date must be within a year");
    }

    #[test]
    fn a_title_has_200_characters_at_most() {
        let most = "é".repeat(TITLE_LENGTH_MAX);
        assert_eq!(checked_line("title", &format!(" {most} ")).unwrap(), most);
        checked_line("title", &format!("{most}x")).unwrap_err();
    }

    const VARIATION: [(&str, &str); 7] = [
        ("kind", "extra"),
        ("from_date", "2024-03-04"),
        ("to_date", "2024-03-05"),
        ("per", "day"),
        ("contracted_hours", "2"),
        ("actual_hours", "3"),
        ("reason", "The daughter is on holiday"),
    ];

    fn varied(changes: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut fields: BTreeMap<_, _> = VARIATION.into();
        fields.extend(changes.iter().copied());
        let fields: Vec<_> = fields.into_iter().collect();
        let wrong = check("variation", &fields).err().unwrap_or_default();
        wrong.into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn a_variation_that_cannot_be_asked_for_says_so_once_all_of_it_can_be_read() {
        assert_eq!(varied(&[]), Vec::<String>::new());
        assert_eq!(varied(&[("to_date", "2024-03-03")]), ["fields.to_date"]);
        let unreadable = [("to_date", "2024-03-03"), ("reason", "a\u{7}")];
        assert_eq!(varied(&unreadable), ["fields.reason"]);
    }

    #[test]
    fn a_variation_is_read_from_what_was_answered() {
        let filled = check("variation", &VARIATION).unwrap();
        let per_day = Varying::read(&filled.details).unwrap();
        assert_eq!((per_day.crisis, per_day.per_week), (false, false));
        assert_eq!((per_day.from_date, per_day.to_date), (day("2024-03-04"), day("2024-03-05")));
        assert_eq!((per_day.contracted, per_day.actual), (Decimal::TWO, Decimal::from(3)));
        let mut fields: BTreeMap<_, _> = VARIATION.into();
        fields.extend([("kind", "one_off_crisis"), ("per", "week")]);
        let filled = check("variation", &fields.into_iter().collect::<Vec<_>>()).unwrap();
        let crisis = Varying::read(&filled.details).unwrap();
        assert_eq!((crisis.crisis, crisis.per_week), (true, true));
    }

    fn field(kind: &str) -> Field {
        let field = serde_json::json!({
            "field": "f", "label": "NHS number", "kind": kind, "required": true,
            "length_max": 12, "not_after_today": true,
        });
        serde_json::from_value(field).unwrap()
    }

    /// How an answer is kept and shown, or what to do.
    fn read(kind: &str, text: &str) -> Result<(String, String), String> {
        let read = field(kind).read(text, day("2024-03-08"));
        read.map(|detail| detail.map(|it| (it.value, it.shown)).unwrap_or_default())
    }

    fn is_both(kind: &str, text: &str) -> bool {
        read(kind, text) == Ok((text.to_owned(), text.to_owned()))
    }

    #[test]
    fn the_ends_of_what_may_be_answered_are_allowed() {
        assert!(is_both("decimal", "1000000") && is_both("decimal", "1.25"));
        assert_eq!(
            read("decimal", "1000001").unwrap_err(),
            "NHS number must be between 0 and 1000000"
        );
        assert_eq!(read("date", "2024-03-08").unwrap().1, "8 March 2024");
        assert!(is_both("text", "twelve chars"));
        assert_eq!(
            read("text", "thirteen long").unwrap_err(),
            "NHS number must be 12 characters or less"
        );
    }

    #[test]
    fn an_amount_is_pounds_and_pence_of_0_or_more() {
        let kept = |value: &str, shown: &str| Ok((value.to_owned(), shown.to_owned()));
        assert_eq!(read("money", "£1,250.50"), kept("1250.50", "£1,250.50"));
        assert_eq!(read("money", "0"), kept("0.00", "£0.00"));
        assert_eq!(read("money", "1000000"), kept("1000000.00", "£1,000,000.00"));
        for wrong in ["-1", "1000000.01", "1.255", "ten"] {
            let message = "NHS number must be an amount of money, such as £150.00";
            assert_eq!(read("money", wrong).unwrap_err(), message, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_can_be_seen() {
        assert!(is_both("long_text", "a\nb\tc"));
        let refused = "NHS number must not include characters that cannot be seen";
        assert_eq!(read("long_text", "a\u{7}").unwrap_err(), refused);
        assert_eq!(read("text", "a\u{7}").unwrap_err(), refused);
    }

    #[test]
    fn a_label_of_initials_keeps_them_within_a_sentence() {
        assert_eq!(read("text", "").unwrap_err(), "Enter the NHS number");
        let plain = Field { label: "Name of the home".to_owned(), ..field("text") };
        assert_eq!(plain.in_sentence(), "name of the home");
    }
}
