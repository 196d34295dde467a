//! What was found, as a file.

use chrono::{NaiveDate, SecondsFormat};
use domain::audit::{By, Entry, Outcome};
use files::FilesError;
use files::csv::write;
use web::Download;

const HEADINGS: [&str; 14] = [
    "at",
    "kind",
    "name",
    "email",
    "staff_ref",
    "provider_ref",
    "what",
    "about",
    "outcome",
    "records_seen",
    "clients",
    "chain",
    "n",
    "previous_hash",
];

pub(crate) fn csv(entries: &[Entry], today: NaiveDate) -> Result<Download, FilesError> {
    let file_name = format!("audit_{today}.csv");
    Ok(Download::csv(&file_name, &write(&HEADINGS, entries.iter().map(cells))?))
}

fn cells(entry: &Entry) -> Vec<String> {
    let note = &entry.note;
    let [kind, name, email, staff_ref] = who(&note.by);
    let about: Vec<String> =
        note.all_about().iter().map(|(name, value)| format!("{name} {value}")).collect();
    let seen: Vec<String> = note
        .seen
        .iter()
        .map(|seen| format!("{} {} of {}", seen.records, seen.what, seen.provider_ref))
        .collect();
    let clients: Vec<String> = note.clients().iter().map(ToString::to_string).collect();
    vec![
        note.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        kind,
        name,
        email,
        staff_ref,
        note.provider_ref.as_ref().map(ToString::to_string).unwrap_or_default(),
        note.what.clone(),
        about.join("; "),
        outcome(note.outcome),
        seen.join("; "),
        clients.join(" "),
        note.by.actor().to_string(),
        entry.n.to_string(),
        entry.previous.to_string(),
    ]
}

fn who(by: &By) -> [String; 4] {
    let told = |kind: &str, name: &str, email: &str, staff_ref: &str| {
        [kind, name, email, staff_ref].map(str::to_owned)
    };
    match by {
        By::Contact { email, name } => told("contact", name, email.as_str(), ""),
        By::Staff { email, name, staff_ref } => {
            told("staff", name, email.as_str(), staff_ref.as_str())
        }
        By::Key { name, .. } => told("key", name, "", ""),
        By::Account { email } => told("account", "", email.as_str(), ""),
        By::Job { function, of } => told("job", function, "", of.as_deref().unwrap_or_default()),
        By::Unknown { .. } => told("unknown", "", "", ""),
    }
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Intended => "tried".to_owned(),
        Outcome::Answered { status, .. } => status.to_string(),
        Outcome::Done => "done".to_owned(),
    }
}
