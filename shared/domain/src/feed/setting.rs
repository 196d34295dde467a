//! The rows of the `settings` feed.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;

use super::{Cell, Code, Column, FileTime, Need, Row, RowProblem};
use crate::appearance::{Colour, Label, LogoName};
use crate::setting_changes::SettingChange;
use crate::setting_names::{Choice, SETTINGS, SettingKind, SettingName};

/// As many codes as a list on a page can have.
const CODES_MAX: usize = 40;
/// As many days of its own as a council can have in the years that it looks back and ahead.
const DATES_MAX: usize = 400;
/// The longest code.
const CODE_LENGTH_MAX: usize = 20;

/// What a row of a file of `told` says about a setting. An empty value means the specification's own, an empty day the
/// file's.
///
/// # Errors
///
/// There is no such setting, it cannot have the value, or the day has begun.
pub fn read_setting(row: &Row, told: FileTime) -> Result<SettingChange, RowProblem> {
    let name = row.text("setting").unwrap_or_default().to_lowercase();
    let Some(setting) = SettingName::find(&name) else {
        let known: Vec<&str> = SETTINGS.iter().map(|it| it.name).collect();
        let message =
            format!("setting: There is no setting \"{name}\". Use one of: {}.", known.join(", "));
        return Err(RowProblem::at("setting", Code::I31, message));
    };
    let text = row.text("value").unwrap_or_default();
    let from_date = row.parsed("from_date").unwrap_or_else(|| told.date());
    let withdrawn = row.is_yes("withdrawn");
    if from_date < told.date() || (withdrawn && from_date == told.date()) {
        let message = "from_date: This day has begun. Choose a later one.";
        return Err(RowProblem::at("from_date", Code::I43, message));
    }
    let value = if text.is_empty() || withdrawn { None } else { Some(value(setting, text)?) };
    Ok(SettingChange {
        value,
        from_date,
        told,
        withdrawn,
        reason: row.text("reason").unwrap_or_default().to_owned(),
        made_by: row.listed("made_by"),
        change_ref: row.text("change_ref").map(str::to_owned),
        setting: name,
    })
}

/// The text as the kind of thing that the setting is.
fn value(setting: &SettingName, text: &str) -> Result<Value, RowProblem> {
    let cell = match setting.kind() {
        SettingKind::YesNo => Cell::YesNo,
        SettingKind::Whole { min, max } => Cell::Whole { min, max },
        SettingKind::Email => Cell::Email,
        SettingKind::Text(max) => Cell::Text(max),
        SettingKind::Colour => return parsed::<Colour>(text),
        SettingKind::Label => return parsed::<Label>(text),
        SettingKind::Picture => return parsed::<LogoName>(text),
        SettingKind::Dates => return dates(text),
        SettingKind::Codes => return words(text),
        SettingKind::OneOf(choices) => return one_of(setting, &choices, text),
        SettingKind::SomeOf(choices) => return some_of(setting, &choices, text),
    };
    Column { name: "value", cell, need: Need::Required }.read(text)
}

/// The text as something that knows how it is spelled.
fn parsed<T: FromStr<Err: Display> + Display>(text: &str) -> Result<Value, RowProblem> {
    match text.parse::<T>() {
        Ok(read) => Ok(Value::from(read.to_string())),
        Err(why) => Err(RowProblem::at("value", Code::I16, format!("value: {why}."))),
    }
}

/// One of the words that the setting may say.
fn one_of(setting: &SettingName, choices: &[Choice], text: &str) -> Result<Value, RowProblem> {
    let plain = text.to_lowercase().replace([' ', '-'], "_");
    match choices.iter().find(|it| it.value == plain) {
        Some(choice) => Ok(Value::from(choice.value.clone())),
        None => Err(not_one_of(setting, choices, text, "Use one of")),
    }
}

/// Some of the words that the setting may say, with spaces or commas between them; `none`: none of them.
fn some_of(setting: &SettingName, choices: &[Choice], text: &str) -> Result<Value, RowProblem> {
    let parted = text.split(|it: char| it.is_whitespace() || it == ',');
    let named: BTreeSet<_> =
        parted.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase).collect();
    if named.iter().eq(["none"]) {
        return Ok(Value::Array(Vec::new()));
    }
    if named.iter().all(|name| choices.iter().any(|it| it.value == *name)) {
        return Ok(Value::from_iter(named));
    }
    Err(not_one_of(setting, choices, text, "Use none, or some of"))
}

fn not_one_of(setting: &SettingName, choices: &[Choice], text: &str, what: &str) -> RowProblem {
    let known: Vec<&str> = choices.iter().map(|it| it.value.as_str()).collect();
    let (name, known) = (setting.name, known.join(", "));
    let message = format!("value: \"{text}\" cannot be used for {name}. {what}: {known}.");
    RowProblem::at("value", Code::I16, message)
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

#[cfg(test)]
mod tests {
    use super::super::{Feed, Header};
    use super::*;
    use crate::notice::Subscription;
    use crate::report::ReportName;
    use crate::setting_changes::SettingChanges;
    use crate::settings::{OverTolerance, SecondStep, Settings};

    fn row(setting: &str, value: &str) -> Row {
        let header = Header::read(Feed::Settings, &["setting", "value"]).unwrap();
        header.row(2, &[setting, value]).unwrap()
    }

    fn noon() -> FileTime {
        "20261123T120000".parse().unwrap()
    }

    fn change(setting: &str, value: &str) -> Result<Settings, Code> {
        let told = noon();
        let said = read_setting(&row(setting, value), told).map_err(|problem| problem.code)?;
        let mut changes = SettingChanges::default();
        changes.tell(said);
        Ok(changes.on(told.date()))
    }

    #[test]
    fn a_setting_changes_on_a_day_that_has_not_begun_before_its_file() {
        let header = ["setting", "value", "from_date", "withdrawn", "made_by", "reason"];
        let header = Header::read(Feed::Settings, &header).unwrap();
        let read = |day: &str, withdrawn: &str| {
            let cells = ["lockout_tries", "7", day, withdrawn, "ST01", "Fewer calls"];
            let Ok(row) = header.row(2, &cells) else { return Err(Code::I99) };
            read_setting(&row, noon()).map_err(|it| it.code)
        };
        let said = read("", "").unwrap();
        assert_eq!((said.from_date.to_string().as_str(), said.withdrawn), ("2026-11-23", false));
        assert_eq!((said.reason.as_str(), said.made_by.len()), ("Fewer calls", 1));
        assert_eq!(read("2026-12-01", "").unwrap().from_date.to_string(), "2026-12-01");
        assert_eq!(read("2026-11-22", ""), Err(Code::I43));
        assert_eq!(read("2026-11-23", "yes"), Err(Code::I43));
        let withdrawn = read("2026-12-01", "yes").unwrap();
        assert_eq!((withdrawn.withdrawn, withdrawn.value), (true, None));
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

    #[test]
    fn a_colour_is_read_as_it_is_spelled() {
        let colour = change("brand_colour", "12303B").unwrap().brand_colour;
        assert_eq!(colour.to_string(), "#12303b");
        assert_ne!(change("brand_colour", "#505050").unwrap().brand_colour, colour);
        assert_eq!(change("brand_colour", "red"), Err(Code::I16));
    }

    #[test]
    fn a_setting_lists_so_many_dates_and_codes() {
        let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
        let dates_of = |count| {
            let all: Vec<_> = first.iter_days().take(count).map(|it| it.to_string()).collect();
            dates(&all.join(" ")).map(|it| it.as_array().map_or(0, Vec::len)).map_err(|it| it.code)
        };
        assert_eq!(dates_of(DATES_MAX), Ok(DATES_MAX));
        assert_eq!(dates_of(DATES_MAX.saturating_add(1)), Err(Code::I16));
        let codes_of = |count: usize| {
            let all: Vec<_> = (0..count).map(|n| format!("CODE{n}")).collect();
            words(&all.join(" ")).map(|it| it.as_array().map_or(0, Vec::len)).map_err(|it| it.code)
        };
        assert_eq!(codes_of(CODES_MAX), Ok(CODES_MAX));
        assert_eq!(codes_of(CODES_MAX.saturating_add(1)), Err(Code::I16));
    }
}
