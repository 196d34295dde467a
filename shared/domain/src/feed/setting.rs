//! The rows of the `settings` feed.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Cell, Code, Column, Need, Row, RowProblem};
use crate::notice::Subscription;
use crate::report::ReportName;
use crate::settings::Settings;

/// As many codes as a list on a page can have.
const CODES_MAX: usize = 40;
/// As many days of its own as a council can have in the years that it looks back and ahead.
const DATES_MAX: usize = 400;
/// The longest code.
const CODE_LENGTH_MAX: usize = 20;

/// Numbers below which a setting would lock everybody out.
const AT_LEAST: [(&str, u32); 7] = [
    ("action_due_days", 1),
    ("action_text_length", 100),
    ("lockout_tries", 1),
    ("lockout_minutes", 1),
    ("session_idle_minutes", 5),
    ("session_absolute_minutes", 5),
    ("document_deadline_days", 1),
];

/// The greatest value of a setting that counts something, unless another is said.
const AT_MOST: u32 = 100_000;

/// The last hour of a day.
const LAST_HOUR: u32 = 23;

/// The settings after one row. An empty value means the specification's own.
///
/// # Errors
///
/// There is no such setting, or it cannot have the value.
pub fn change_setting(settings: &Settings, row: &Row) -> Result<Settings, RowProblem> {
    let name = row.text("setting").unwrap_or_default().to_lowercase();
    let text = row.text("value").unwrap_or_default();
    let defaults = fields(&Settings::default());
    let Some(default) = defaults.get(&name) else {
        let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
        let message =
            format!("setting: There is no setting \"{name}\". Use one of: {}.", known.join(", "));
        return Err(RowProblem::at("setting", Code::I31, message));
    };
    let mut changed = fields(settings);
    let value = if text.is_empty() { default.clone() } else { value(&name, default, text)? };
    changed.insert(name.clone(), value);
    serde_json::from_value(Value::Object(changed)).map_err(|error| {
        let message = format!("value: \"{text}\" cannot be used for {name}: {error}.");
        RowProblem::at("value", Code::I16, message)
    })
}

/// The text as the kind of thing that the setting is.
fn value(name: &str, default: &Value, text: &str) -> Result<Value, RowProblem> {
    let least = AT_LEAST.iter().find(|it| it.0 == name).map_or(0, |it| it.1);
    let cell = match default {
        Value::Bool(_) => Cell::YesNo,
        Value::Number(_) if name.ends_with("_hour") => Cell::Whole { min: least, max: LAST_HOUR },
        Value::Number(_) => Cell::Whole { min: least, max: AT_MOST },
        Value::String(_) if name.ends_with("_email") => Cell::Email,
        Value::String(_) if free_text(name) => Cell::Text(200),
        Value::Array(_) if name.ends_with("_dates") => return dates(text),
        Value::Array(_) if name == "default_subscriptions" => {
            return names(text, "subscriptions", &Subscription::ALL);
        }
        Value::Array(_) if name == "reports_offered" => {
            return names(text, "reports", &ReportName::ALL);
        }
        Value::Array(_) => return words(text),
        Value::Null | Value::String(_) | Value::Object(_) => {
            return Ok(Value::from(text.to_lowercase().replace([' ', '-'], "_")));
        }
    };
    Column { name: "value", cell, need: Need::Required }.read(text)
}

/// Dates with spaces or commas between them, each once, the earliest first.
fn dates(text: &str) -> Result<Value, RowProblem> {
    let parted = text.split(|it: char| it.is_whitespace() || it == ',' || it == ';');
    let column = Column { name: "value", cell: Cell::Date, need: Need::Required };
    let dates = parted.filter(|date| !date.is_empty()).map(|date| column.read(date));
    let dates: BTreeSet<String> = dates
        .filter_map(|date| date.map(|it| it.as_str().map(str::to_owned)).transpose())
        .collect::<Result<_, _>>()?;
    if dates.len() > DATES_MAX {
        let message = format!("value: Use {DATES_MAX} dates at most.");
        return Err(RowProblem::at("value", Code::I16, message));
    }
    Ok(Value::from_iter(dates))
}

/// Codes with spaces or commas between them, in capitals, each once.
fn words(text: &str) -> Result<Value, RowProblem> {
    let parted = text.split(|it: char| it.is_whitespace() || it == ',');
    let codes: BTreeSet<_> =
        parted.filter(|code| !code.is_empty()).map(str::to_ascii_uppercase).collect();
    let is_code = |code: &String| {
        code.len() <= CODE_LENGTH_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if codes.is_empty() || codes.len() > CODES_MAX || !codes.iter().all(is_code) {
        let message = format!(
            "value: \"{text}\" is not a list of codes. Use up to {CODES_MAX} codes of letters and digits with \
             spaces between them."
        );
        return Err(RowProblem::at("value", Code::I16, message));
    }
    Ok(Value::from_iter(codes))
}

/// Some of `all` by their names, with spaces or commas between them; `none`: none of them.
fn names<T: Serialize>(text: &str, what: &str, all: &[T]) -> Result<Value, RowProblem> {
    let known = serde_json::to_value(all).unwrap_or_default();
    let known: Vec<&str> =
        known.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let parted = text.split(|it: char| it.is_whitespace() || it == ',');
    let named: BTreeSet<_> =
        parted.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase).collect();
    if named.iter().eq(["none"]) {
        return Ok(Value::Array(Vec::new()));
    }
    if named.iter().all(|name| known.contains(&name.as_str())) {
        return Ok(Value::from_iter(named));
    }
    let message = format!(
        "value: \"{text}\" is not a list of {what}. Use none, or some of: {}.",
        known.join(", ")
    );
    Err(RowProblem::at("value", Code::I16, message))
}

/// Whether a setting takes any text at all, and not one of a few words.
fn free_text(name: &str) -> bool {
    let mut probe = fields(&Settings::default());
    probe.insert(name.to_owned(), Value::from("any text at all"));
    serde_json::from_value::<Settings>(Value::Object(probe)).is_ok()
}

fn fields(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Feed, Header};
    use super::*;
    use crate::settings::{OverTolerance, SecondStep};

    fn row(setting: &str, value: &str) -> Row {
        let header = Header::read(Feed::Settings, &["setting", "value"]).unwrap();
        header.row(2, &[setting, value]).unwrap()
    }

    fn change(setting: &str, value: &str) -> Result<Settings, Code> {
        change_setting(&Settings::default(), &row(setting, value)).map_err(|problem| problem.code)
    }

    #[test]
    fn a_setting_takes_the_kind_of_value_that_it_has() {
        assert_eq!(change("Council_Name", "Oxford").unwrap().council_name, "Oxford");
        assert_eq!(change("lockout_tries", "7").unwrap().lockout_tries, 7);
        assert!(!change("helpdesk_form", "No").unwrap().helpdesk_form);
        let digits = change("second_step", "Memorable digits").unwrap().second_step;
        assert_eq!(digits, SecondStep::MemorableDigits);
        assert_eq!(change("lockout_tries", "").unwrap(), Settings::default());
    }

    #[test]
    fn the_settings_about_actuals_are_settings_like_others() {
        assert!(change("all_or_nothing", "yes").unwrap().actuals.all_or_nothing);
        assert!(change("periods_in_order", "yes").unwrap().periods_in_order);
        let commissioned = change("over_tolerance", "pay commissioned").unwrap().over_tolerance;
        assert_eq!(commissioned, OverTolerance::PayCommissioned);
        let codes = change("reason_codes", "hosp, other HOSP").unwrap().actuals.reason_codes;
        assert_eq!(codes, ["HOSP", "OTHER"]);
        assert_eq!(change("reason_codes", ";"), Err(Code::I16));
        let old = serde_json::json!({ "council_name": "Oxford" });
        let old: Settings = serde_json::from_value(old).unwrap();
        assert_eq!(old, Settings { council_name: "Oxford".to_owned(), ..Settings::default() });
    }

    #[test]
    fn the_settings_about_actions_are_settings_like_others() {
        let closed = change("closed_dates", "2026-12-29, 24/12/2026 2026-12-29").unwrap();
        let told: Vec<_> = closed.actions.closed_dates.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["2026-12-24", "2026-12-29"]);
        assert_eq!(change("closed_dates", "Christmas"), Err(Code::I13));
        assert_eq!(change("action_text_length", "8000").unwrap().actions.text_length(), 8_000);
        assert_eq!(change("action_due_days", "0"), Err(Code::I15));
    }

    #[test]
    fn what_people_are_told_of_unless_they_choose_is_a_list_of_subscriptions() {
        let told = |value| change("default_subscriptions", value).unwrap().default_subscriptions;
        let some = told("daily_actions, Immediate_Actions");
        assert_eq!(some, [Subscription::DailyActions, Subscription::ImmediateActions].into());
        assert_eq!(told("none"), BTreeSet::new());
        assert_eq!(change("default_subscriptions", "daily_gossip"), Err(Code::I16));
        assert_eq!(change("digest_hour", "6").unwrap().digest_hour, 6);
        assert_eq!(change("digest_hour", "24"), Err(Code::I15));
    }

    #[test]
    fn the_reports_that_are_offered_are_a_list_of_their_names() {
        let offered = |value| change("reports_offered", value).unwrap().reports_offered;
        assert_eq!(offered("Remittance-by-period"), [ReportName::RemittanceByPeriod].into());
        assert_eq!(offered("none"), BTreeSet::new());
        assert_eq!(offered(""), ReportName::ALL.into());
        assert_eq!(change("reports_offered", "gossip"), Err(Code::I16));
    }

    #[test]
    fn a_setting_that_is_not_there_or_would_lock_everybody_out_is_refused() {
        assert_eq!(change("lockout_trys", "7"), Err(Code::I31));
        assert_eq!(change("lockout_tries", "0"), Err(Code::I15));
        assert_eq!(change("second_step", "fingerprint"), Err(Code::I16));
        assert_eq!(change("support_email", "nobody"), Err(Code::I18));
    }
}
