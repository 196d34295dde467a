//! What the council reads about its settings.

use domain::notice::Subscription;
use domain::report::ReportName;
use domain::settings::Settings;
use serde_json::{Value, to_value};

const PAGE: &str = include_str!("../../../../docs/council-files.md");

/// What the page says holds when nothing is said.
fn shown(name: &str, default: &Value) -> String {
    match default {
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(_) if ["default_subscriptions", "reports_offered"].contains(&name) => {
            "all of them".to_owned()
        }
        Value::Array(some) if some.is_empty() => "none".to_owned(),
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Value::Null => "none".to_owned(),
        Value::Number(_) | Value::Object(_) => default.to_string(),
    }
}

#[test]
fn the_page_about_the_councils_files_names_every_setting_with_its_default_and_no_other() {
    let settings = to_value(Settings::default()).unwrap();
    let settings = settings.as_object().unwrap();
    let (_, after) = PAGE.split_once("\n## Settings\n").unwrap();
    let (table, _) = after.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").collect()).collect();
    let told: Vec<_> = rows.iter().skip(1).map(|row| (row[0], row[2].to_owned())).collect();
    for (name, default) in settings {
        assert!(told.contains(&(name.as_str(), shown(name, default))), "{name}: {default}");
    }
    assert_eq!(told.len(), settings.len());
    let named = [to_value(Subscription::ALL).unwrap(), to_value(ReportName::ALL).unwrap()];
    for name in named.iter().flat_map(|it| it.as_array().unwrap()) {
        assert!(table.contains(name.as_str().unwrap()), "{name}");
    }
}
