//! Settings as pages show them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::facts::StaffMember;
use domain::ids::StaffRef;
use domain::setting_changes::{SettingChange, SettingChanges, SettingHistory};
use domain::setting_names::{Choice, SETTINGS, SettingGroup, SettingKind, SettingName};
use serde::Serialize;
use store::keys::Key;

use super::{Store, StoreError};

/// All settings.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SettingsView {
    groups: Vec<GroupView>,
    /// Whether whoever asks may change them.
    may_configure: bool,
    /// The day that it is in London.
    today: NaiveDate,
}

/// Settings about one thing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GroupView {
    title: &'static str,
    settings: Vec<SettingView>,
}

/// A setting: what it means, what it says, and what it will.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SettingView {
    /// As files and addresses spell it.
    setting: &'static str,
    label: &'static str,
    /// What it decides, in a sentence.
    meaning: &'static str,
    kind: KindView,
    /// What it may say, where that is a list.
    choices: Vec<Choice>,
    /// The least that a number may be.
    min: Option<u32>,
    /// The greatest.
    max: Option<u32>,
    /// What it says today, as files spell it.
    value: String,
    /// What holds when nothing is said.
    default: String,
    /// Who said what holds today; none: nobody said anything.
    since: Option<SinceView>,
    /// What it will say, the soonest first.
    coming: Vec<ComingView>,
}

/// What a form asks for.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum KindView {
    YesNo,
    Whole,
    Text,
    Email,
    Colour,
    Label,
    Picture,
    Dates,
    Codes,
    OneOf,
    SomeOf,
}

/// Since when something holds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SinceView {
    from_date: NaiveDate,
    /// None: a file of the council's own.
    by: Option<String>,
}

/// A change that is still to come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ComingView {
    from_date: NaiveDate,
    value: String,
    reason: String,
    /// None: a file of the council's own.
    by: Option<String>,
}

/// A setting with every change of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OneView {
    #[serde(flatten)]
    setting: SettingView,
    group: &'static str,
    /// The latest first.
    history: Vec<ChangeView>,
    may_configure: bool,
    today: NaiveDate,
}

/// A change in the history.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangeView {
    /// When it was said.
    at: DateTime<Utc>,
    /// None: a file of the council's own.
    by: Option<String>,
    from_date: NaiveDate,
    before: String,
    after: String,
    reason: String,
    /// That a change was taken back before it held.
    withdrawn: bool,
    /// What the page calls it; none: it is not from the page.
    change_ref: Option<String>,
}

/// The names of those who changed something.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<StaffRef, String>);

impl Names {
    /// Of everybody who changed one of `settings`, or what holds of all of them if that is empty.
    pub(crate) async fn of(
        store: &Store,
        changes: &SettingChanges,
        settings: &[&str],
    ) -> Result<Self, StoreError> {
        let all: Vec<&str> = changes.settings().into_iter().collect();
        let settings = if settings.is_empty() { all.as_slice() } else { settings };
        let histories = settings.iter().flat_map(|it| changes.history(it));
        let who: BTreeSet<&StaffRef> = histories.flat_map(|it| &it.change.made_by).collect();
        let mut names = BTreeMap::new();
        for staff_ref in who {
            let known = store.known::<StaffMember>(&Key::staff(staff_ref)).await?;
            if let Some(known) = known {
                names.insert(staff_ref.clone(), known.fact.name());
            }
        }
        Ok(Self(names))
    }

    /// Who it was; none: a file of the council's own.
    fn by(&self, change: &SettingChange) -> Option<String> {
        let name = |it: &StaffRef| self.0.get(it).cloned().unwrap_or_else(|| it.to_string());
        let names: Vec<String> = change.made_by.iter().map(name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl SettingsView {
    pub(crate) fn of(
        changes: &SettingChanges,
        names: &Names,
        (now, may_configure): (Now, bool),
    ) -> Self {
        let group = |group: SettingGroup| GroupView {
            title: group.title(),
            settings: SETTINGS
                .iter()
                .filter(|it| it.group == group)
                .map(|it| SettingView::of(it, changes, names, now))
                .collect(),
        };
        Self { groups: SettingGroup::ALL.map(group).into(), may_configure, today: now.date }
    }
}

impl SettingView {
    fn of(setting: &SettingName, changes: &SettingChanges, names: &Names, now: Now) -> Self {
        let kind = setting.kind();
        let (mut min, mut max) = (None, None);
        if let SettingKind::Whole { min: least, max: most } = kind {
            (min, max) = (Some(least), Some(most));
        }
        let history = changes.history(setting.name);
        let holds =
            |it: &&SettingHistory<'_>| !it.change.withdrawn && it.change.from_date <= now.date;
        let since =
            history.iter().filter(holds).max_by_key(|it| (it.change.from_date, it.change.told));
        let since =
            since.map(|it| SinceView { from_date: it.change.from_date, by: names.by(it.change) });
        let coming = changes.coming(setting.name, now.date).into_iter().map(|change| ComingView {
            from_date: change.from_date,
            value: setting.spelled(&changes.value(setting.name, change.from_date)),
            reason: change.reason.clone(),
            by: names.by(change),
        });
        Self {
            setting: setting.name,
            label: setting.label,
            meaning: setting.sentence,
            value: setting.spelled(&changes.value(setting.name, now.date)),
            default: setting.spelled(&setting.default_value()),
            min,
            max,
            since,
            coming: coming.collect(),
            kind: KindView::of(&kind),
            choices: kind.choices(),
        }
    }
}

impl KindView {
    fn of(kind: &SettingKind) -> Self {
        match kind {
            SettingKind::YesNo => Self::YesNo,
            SettingKind::Whole { .. } => Self::Whole,
            SettingKind::Text(_) => Self::Text,
            SettingKind::Email => Self::Email,
            SettingKind::Colour => Self::Colour,
            SettingKind::Label => Self::Label,
            SettingKind::Picture => Self::Picture,
            SettingKind::Dates => Self::Dates,
            SettingKind::Codes => Self::Codes,
            SettingKind::OneOf(_) => Self::OneOf,
            SettingKind::SomeOf(_) => Self::SomeOf,
        }
    }
}

impl OneView {
    pub(crate) fn of(
        setting: &SettingName,
        changes: &SettingChanges,
        names: &Names,
        (now, may_configure): (Now, bool),
    ) -> Self {
        let history = changes.history(setting.name).into_iter().map(|it| ChangeView {
            at: it.change.told.instant(),
            by: names.by(it.change),
            from_date: it.change.from_date,
            before: setting.spelled(&it.before),
            after: setting.spelled(&it.after),
            reason: it.change.reason.clone(),
            withdrawn: it.change.withdrawn,
            change_ref: it.change.change_ref.clone(),
        });
        Self {
            setting: SettingView::of(setting, changes, names, now),
            group: setting.group.title(),
            history: history.collect(),
            may_configure,
            today: now.date,
        }
    }
}
