//! Which kinds of action there are and what each asks. All of it is data that the council may change.

use serde::{Deserialize, Serialize};

use super::ActionSettings;
use crate::ids::TeamRef;

/// What there is until the council says otherwise.
const DEFAULT: &str = include_str!("types.json");

/// All types, in the order in which a form offers them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionTypes {
    /// They.
    pub types: Vec<ActionType>,
}

/// One kind of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionType {
    /// Key: `package_ended`.
    pub type_ref: String,
    /// As people read it.
    pub name: String,
    /// Who answers it, unless the person chooses another team.
    pub team_ref: TeamRef,
    /// In how many working days it is due; none: as the settings say.
    #[serde(default)]
    pub due_days: Option<u16>,
    /// When to use it.
    #[serde(default)]
    pub help: String,
    /// What a good title says.
    #[serde(default)]
    pub title_hint: String,
    /// What it may be about, the usual first.
    pub related_to: Vec<RelatedKind>,
    /// What it asks the council to change.
    #[serde(default)]
    pub proposes: Option<Proposes>,
    /// Whether new ones are offered no more.
    #[serde(default)]
    pub withdrawn: bool,
    /// Where it stands among the types; those without come last, as they were told.
    #[serde(default)]
    pub position: Option<u16>,
    /// What else it asks, in the order of the form.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// What an action may be about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RelatedKind {
    /// Nothing in particular.
    None,
    /// A client of the provider.
    Client,
    /// A care package line item.
    CarePackage,
    /// A statement, or a line of it.
    Statement,
}

/// What an action asks the council to change. Its fields have names of their own for it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Proposes {
    /// The client's date of death: `date_of_death`.
    Death,
    /// The care package's end: `end_date`.
    PackageEnded,
    /// Care beyond the plan: `kind`, `from_date`, `to_date`, `per`, `contracted_hours`, `actual_hours`, `reason`.
    Variation,
}

/// One thing that a form asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Field {
    /// Key: `date_of_death`.
    pub field: String,
    /// As people read it: `Date of death`.
    pub label: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// What helps to answer it.
    #[serde(default)]
    pub hint: String,
    /// What can be chosen, of a choice.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// How many characters a text may have; none: as many as fit its kind.
    #[serde(default)]
    pub length_max: Option<u32>,
    /// Whether a date must not be after today.
    #[serde(default)]
    pub not_after_today: bool,
    /// Where it stands in the form; those without come last, as they were told.
    #[serde(default)]
    pub position: Option<u16>,
}

/// What kind of answer a field takes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A day.
    Date,
    /// A line.
    Text,
    /// Some lines.
    LongText,
    /// A number of 0 or more.
    Decimal,
    /// Pounds and pence of 0 or more.
    Money,
    /// One of some answers.
    Choice,
}

/// One answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Choice {
    /// Key: `one_off_crisis`.
    pub value: String,
    /// As people read it.
    pub label: String,
}

impl Default for ActionTypes {
    fn default() -> Self {
        serde_json::from_str(DEFAULT).unwrap_or(Self { types: Vec::new() })
    }
}

impl ActionTypes {
    /// Puts types and fields where they stand.
    pub fn sort(&mut self) {
        let place = |position: Option<u16>| position.unwrap_or(u16::MAX);
        self.types.sort_by_key(|it| place(it.position));
        for of in &mut self.types {
            of.fields.sort_by_key(|it| place(it.position));
        }
    }

    /// A type, whether it is still offered or not.
    pub fn find(&self, type_ref: &str) -> Option<&ActionType> {
        self.types.iter().find(|it| it.type_ref == type_ref)
    }

    /// Those that a form offers.
    pub fn offered(&self) -> impl Iterator<Item = &ActionType> {
        self.types.iter().filter(|it| !it.withdrawn)
    }
}

impl ActionType {
    /// In how many working days one is due.
    pub fn due_days(&self, settings: &ActionSettings) -> u16 {
        self.due_days.unwrap_or(settings.action_due_days)
    }

    /// The fields that what it proposes cannot do without, each with the kind it must have.
    pub fn needs(proposes: Proposes) -> &'static [(&'static str, FieldKind)] {
        match proposes {
            Proposes::Death => &[("date_of_death", FieldKind::Date)],
            Proposes::PackageEnded => &[("end_date", FieldKind::Date)],
            Proposes::Variation => &[
                ("kind", FieldKind::Choice),
                ("from_date", FieldKind::Date),
                ("to_date", FieldKind::Date),
                ("per", FieldKind::Choice),
                ("contracted_hours", FieldKind::Decimal),
                ("actual_hours", FieldKind::Decimal),
            ],
        }
    }
}

impl FieldKind {
    /// How many characters an answer may have, unless the field says so.
    pub(super) fn length_max(self) -> usize {
        match self {
            Self::Date | Self::Decimal | Self::Money | Self::Choice => 40,
            Self::Text => 200,
            Self::LongText => 2_000,
        }
    }
}

impl Proposes {
    /// As files and requests spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Death => "death",
            Self::PackageEnded => "package_ended",
            Self::Variation => "variation",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_types_of_the_specification_are_there_and_each_asks_what_it_needs() {
        let types = ActionTypes::default();
        let names: Vec<_> = types.offered().map(|it| it.type_ref.as_str()).collect();
        assert_eq!(
            names,
            [
                "death",
                "package_ended",
                "variation",
                "payment_query",
                "care_package_query",
                "respite",
                "other_local_authority",
                "general_query"
            ]
        );
        for of in &types.types {
            assert!(!of.related_to.is_empty(), "{}", of.type_ref);
            let names: BTreeSet<_> = of.fields.iter().map(|it| &it.field).collect();
            assert_eq!(names.len(), of.fields.len(), "{}", of.type_ref);
            for (field, kind) in of.proposes.map_or(&[][..], ActionType::needs) {
                let there = of.fields.iter().find(|it| it.field == *field).unwrap();
                assert_eq!((there.kind, there.required), (*kind, true), "{field}");
            }
            for field in &of.fields {
                assert_eq!(field.kind == FieldKind::Choice, !field.choices.is_empty());
            }
        }
    }

    #[test]
    fn a_type_is_due_as_the_settings_say_unless_it_says_otherwise() {
        let settings = ActionSettings::default();
        let mut of = ActionTypes::default().types.remove(0);
        assert_eq!(of.due_days(&settings), 7);
        of.due_days = Some(2);
        assert_eq!(of.due_days(&settings), 2);
    }

    #[test]
    fn what_is_proposed_needs_its_answers() {
        let needs = |of| ActionType::needs(of).iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(needs(Proposes::Death), ["date_of_death"]);
        assert_eq!(needs(Proposes::PackageEnded), ["end_date"]);
        assert_eq!(needs(Proposes::Variation).len(), 6);
    }

    #[test]
    fn types_and_fields_stand_where_they_are_told_to_and_the_others_last() {
        let mut types = ActionTypes::default();
        types.types.retain(|it| ["death", "package_ended", "variation"].contains(&&*it.type_ref));
        for (of, position) in types.types.iter_mut().zip([None, Some(2), Some(1)]) {
            of.position = position;
        }
        let variation = types.types.iter_mut().find(|it| it.type_ref == "variation").unwrap();
        for (field, position) in variation.fields.iter_mut().zip([Some(2), Some(1)]) {
            field.position = position;
        }
        let fields = [1, 0].map(|at| variation.fields[at].field.clone());
        types.sort();
        let order: Vec<_> = types.types.iter().map(|it| it.type_ref.as_str()).collect();
        assert_eq!(order, ["variation", "package_ended", "death"]);
        let first = types.types[0].fields.iter().take(2).map(|it| it.field.clone());
        assert_eq!(first.collect::<Vec<_>>(), fields);
    }
}
