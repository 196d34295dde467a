//! What was said about settings, by files and by people, and which value holds on a day.
//!
//! Nothing that was said is changed: what is said later stands beside it. On a day holds what was said for the latest
//! day up to then, and of what was said for one day the last; in whichever order the files arrived.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::feed::{FileTime, Outcome};
use crate::ids::StaffRef;
use crate::settings::Settings;

/// More changes than a council makes in the years that it looks back; the oldest that hold no more are left out.
const CHANGES_MAX: usize = 1_000;

/// One thing that was said about a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Its name.
    pub setting: String,
    /// What it says from then on; none: the specification's own again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The first day on which it holds.
    pub from_date: NaiveDate,
    /// The time of the file that said it.
    pub told: FileTime,
    /// That nothing is to change on that day, whatever was said before.
    #[serde(default)]
    pub withdrawn: bool,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who decided it in the portal; nobody: it came in a file of the council's own.
    #[serde(default)]
    pub made_by: Vec<StaffRef>,
    /// What the page calls it, so that a request that comes twice is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_ref: Option<String>,
}

/// All that was said about settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SettingChanges {
    /// What held before anything was said.
    #[serde(default)]
    base: Settings,
    /// By setting, first day, and time.
    #[serde(default)]
    changes: Vec<SettingChange>,
    /// The last day as of which the settings were worked out: a run that comes late takes nothing back.
    #[serde(default)]
    as_of: Option<NaiveDate>,
}

/// A change in the history, with what it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingHistory<'a> {
    /// What was said.
    pub change: &'a SettingChange,
    /// What would have held from that day on without it.
    pub before: Value,
    /// What holds with it; when it was withdrawn, the same as if nothing had been said.
    pub after: Value,
}

impl SettingChange {
    /// Whether it holds from the day on which it was said.
    fn is_immediate(&self) -> bool {
        !self.withdrawn && self.from_date == self.told.date()
    }

    fn is_said_by(&self, other: &Self) -> bool {
        let same_request = self.change_ref.is_some() && self.change_ref == other.change_ref;
        self.setting == other.setting && (self.told == other.told || same_request)
    }

    fn order(&self) -> (&str, NaiveDate, FileTime) {
        (&self.setting, self.from_date, self.told)
    }
}

impl SettingChanges {
    /// None yet, over what holds.
    pub fn over(base: Settings) -> Self {
        Self { base, changes: Vec::new(), as_of: None }
    }

    /// Adds what was said. The same again changes nothing.
    pub fn tell(&mut self, change: SettingChange) -> Outcome {
        if self.changes.iter().any(|it| it.is_said_by(&change)) {
            return Outcome::Unchanged;
        }
        let setting = change.setting.clone();
        let is_first = self.of(&setting).next().is_none();
        let (before, superseded) = (self.course(&setting), self.is_over(&change));
        let place = self.changes.partition_point(|it| it.order() < change.order());
        self.changes.insert(place, change);
        let outcome = match before == self.course(&setting) {
            _ if superseded => Outcome::Superseded,
            true => Outcome::Unchanged,
            false if is_first => Outcome::New,
            false => Outcome::Changed,
        };
        self.leave_out_repeats(&setting);
        self.leave_out_oldest();
        outcome
    }

    /// The settings on a day.
    pub fn on(&self, day: NaiveDate) -> Settings {
        let names: BTreeSet<&str> = self.changes.iter().map(|it| it.setting.as_str()).collect();
        let mut settings = self.base.clone();
        for name in names {
            let mut fields = fields(&settings);
            fields.insert(name.to_owned(), self.value(name, day));
            // What an older version of the portal took and this one does not know is left as it was.
            settings = serde_json::from_value(Value::Object(fields)).unwrap_or(settings);
        }
        settings
    }

    /// The settings on the later of this day and the last one that was asked about.
    pub fn brought_to(&mut self, day: NaiveDate) -> Settings {
        let as_of = self.as_of.map_or(day, |before| before.max(day));
        self.as_of = Some(as_of);
        self.on(as_of)
    }

    /// What holds of a setting on a day because somebody said so; none: nobody did.
    pub fn holding(&self, setting: &str, day: NaiveDate) -> Option<&SettingChange> {
        holding(self.of(setting), day)
    }

    /// The value of a setting on a day.
    pub fn value(&self, setting: &str, day: NaiveDate) -> Value {
        self.said(setting, self.holding(setting, day))
    }

    /// Whether the setting says this on its first day anyway.
    pub fn says_already(&self, change: &SettingChange) -> bool {
        let said = self.said(&change.setting, Some(change));
        self.value(&change.setting, change.from_date) == said
    }

    /// What is to change after `day`, the soonest first.
    pub fn coming(&self, setting: &str, day: NaiveDate) -> Vec<&SettingChange> {
        let days: BTreeSet<NaiveDate> =
            self.of(setting).map(|it| it.from_date).filter(|it| *it > day).collect();
        let last = |day: NaiveDate| self.of(setting).rfind(|it| it.from_date == day);
        days.into_iter().filter_map(last).filter(|it| !it.withdrawn).collect()
    }

    /// What was said about a setting and changed something, the latest first.
    pub fn history(&self, setting: &str) -> Vec<SettingHistory<'_>> {
        let mut told: Vec<&SettingChange> = self.of(setting).collect();
        told.sort_by_key(|it| std::cmp::Reverse(it.told));
        let history = told.into_iter().map(|change| {
            let earlier = self.of(setting).filter(|it| it.told < change.told);
            let with = self.of(setting).filter(|it| it.told <= change.told);
            let before = self.said(setting, holding(earlier, change.from_date));
            let after = self.said(setting, holding(with, change.from_date));
            SettingHistory { change, before, after }
        });
        history.filter(|it| it.before != it.after).collect()
    }

    /// The settings about which anything was said.
    pub fn settings(&self) -> BTreeSet<&str> {
        self.changes.iter().map(|it| it.setting.as_str()).collect()
    }

    /// Whether a request was taken in.
    pub fn has(&self, change_ref: &str) -> bool {
        self.changes.iter().any(|it| it.change_ref.as_deref() == Some(change_ref))
    }

    fn of(&self, setting: &str) -> impl DoubleEndedIterator<Item = &SettingChange> {
        self.changes.iter().filter(move |it| it.setting == setting)
    }

    fn said(&self, setting: &str, change: Option<&SettingChange>) -> Value {
        let base = || fields(&self.base).remove(setting).unwrap_or_default();
        let specified = || fields(&Settings::default()).remove(setting).unwrap_or_default();
        change.map_or_else(base, |it| it.value.clone().unwrap_or_else(specified))
    }

    /// What the setting says from which day on.
    fn course(&self, setting: &str) -> Vec<(NaiveDate, Value)> {
        let days: BTreeSet<NaiveDate> = self.of(setting).map(|it| it.from_date).collect();
        let mut course: Vec<_> =
            days.into_iter().map(|day| (day, self.value(setting, day))).collect();
        let mut last = self.said(setting, None);
        course.retain(|(_, value)| {
            let is_news = *value != last;
            last.clone_from(value);
            is_news
        });
        course
    }

    /// Whether what is said holds on no day that has not passed when the latest of what is known was said.
    fn is_over(&self, change: &SettingChange) -> bool {
        let latest = self.of(&change.setting).map(|it| it.told.date()).max();
        let later = |it: &&SettingChange| {
            (it.from_date, it.told) > (change.from_date, change.told)
                && latest.is_some_and(|latest| it.from_date <= latest)
        };
        self.of(&change.setting).filter(|it| !it.withdrawn).any(|it| later(&it))
    }

    /// Of what was said again and again, day by day, the first stays and the last: the first says since when, and of
    /// two files the later holds, whichever arrives first.
    fn leave_out_repeats(&mut self, setting: &str) {
        let repeats = |it: &[SettingChange]| {
            let [first, middle, last] = it else { return false };
            middle.setting == setting
                && [first, last].iter().all(|it| it.setting == setting && it.value == middle.value)
                && it.iter().all(SettingChange::is_immediate)
        };
        if let Some(at) = self.changes.windows(3).position(repeats) {
            self.changes.remove(at.saturating_add(1));
        }
    }

    fn leave_out_oldest(&mut self) {
        if self.changes.len() <= CHANGES_MAX {
            return;
        }
        // What another of the same setting follows on a day that has passed holds no more.
        let followed = |pair: &[SettingChange]| {
            let [one, next] = pair else { return None };
            (one.setting == next.setting && next.is_immediate()).then_some(one.told)
        };
        let oldest = self.changes.windows(2).filter_map(followed).min();
        let at = self.changes.windows(2).position(|it| oldest.is_some() && followed(it) == oldest);
        if let Some(at) = at {
            self.changes.remove(at);
        }
    }
}

/// The last that was said for the latest day up to `day`, of what is ordered by first day and time.
fn holding<'a>(
    said: impl DoubleEndedIterator<Item = &'a SettingChange>,
    day: NaiveDate,
) -> Option<&'a SettingChange> {
    let mut withdrawn = None;
    for change in said.rev().filter(|it| it.from_date <= day) {
        if withdrawn == Some(change.from_date) {
            continue;
        }
        if change.withdrawn {
            withdrawn = Some(change.from_date);
        } else {
            return Some(change);
        }
    }
    None
}

/// The settings by their names.
pub(crate) fn fields(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}
