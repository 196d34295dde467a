//! The kinds of action that there are, and what the form of each asks: one record, changed row by row.

use domain::action::{ActionType, ActionTypes, Choice, Field, FieldKind, Proposes, RelatedKind};
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, Times, merge};
use domain::ids::TeamRef;
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{Known, Missing, MissingKind, StoreError, Told};

use crate::desk::{Desk, Stop, changed, needed};

/// More kinds of action than a list on a page can have.
const TYPES_MAX: usize = 100;
/// More questions than anybody answers.
const FIELDS_MAX: usize = 40;
/// As many answers as a list on a page can have.
const CHOICES_MAX: usize = 40;

/// What a row of `action_types` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TypeRow {
    type_ref: String,
    name: String,
    team_ref: TeamRef,
    due_days: Option<u16>,
    help: String,
    title_hint: String,
    related_to: String,
    proposes: Option<Proposes>,
    offered: bool,
    position: Option<u16>,
}

/// What a row of `action_fields` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FieldRow {
    type_ref: String,
    field: String,
    label: String,
    kind: FieldKind,
    required: bool,
    hint: String,
    choices: String,
    length_max: Option<u32>,
    not_after_today: bool,
    position: Option<u16>,
}

impl Desk<'_> {
    pub(crate) async fn action_type(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let type_ref: String = needed(row, "type_ref")?;
        let mut known = self.known_types().await?;
        let before = known.fact.find(&type_ref).cloned();
        let name = format!("type#{type_ref}");
        let times = known.told.rows_told.get(&name);
        let merged = merge(before.as_ref().map(TypeRow::of).as_ref(), times, row, at)?;
        let Some(said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        self.must_know(MissingKind::Team, said.team_ref.as_str()).await?;
        let fields = before.map(|it| it.fields).unwrap_or_default();
        let after = said.into_type(fields)?;
        let full = known.fact.types.len() >= TYPES_MAX;
        match known.fact.types.iter_mut().find(|it| it.type_ref == type_ref) {
            Some(there) => *there = after,
            None if full => {
                return Err(too_many("type_ref", TYPES_MAX, "types of action").into());
            }
            None => known.fact.types.push(after),
        }
        self.set_types(known, (name, merged.times), merged.outcome);
        Ok(merged.outcome)
    }

    pub(crate) async fn action_field(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let type_ref: String = needed(row, "type_ref")?;
        let field: String = needed(row, "field")?;
        let mut known = self.known_types().await?;
        let name = format!("field#{type_ref}#{field}");
        let times = known.told.rows_told.get(&name).cloned();
        let of = known.fact.types.iter_mut().find(|it| it.type_ref == type_ref);
        let Some(of) = of else {
            // What no type could have is refused at once.
            merge::<FieldRow>(None, times.as_ref(), row, at)?;
            return Err(Stop::Waits(Missing {
                kind: MissingKind::ActionType,
                reference: type_ref,
            }));
        };
        let before = of.fields.iter().find(|it| it.field == field);
        let row_before = before.map(|it| FieldRow::of(&type_ref, it));
        let merged = merge(row_before.as_ref(), times.as_ref(), row, at)?;
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        let after = merged.record.map(FieldRow::into_field).transpose()?;
        let full = of.fields.len() >= FIELDS_MAX;
        match (after, of.fields.iter_mut().find(|it| it.field == field)) {
            (Some(after), Some(there)) => *there = after,
            (Some(_), None) if full => {
                return Err(too_many("field", FIELDS_MAX, "fields").into());
            }
            (Some(after), None) => of.fields.push(after),
            (None, _) => of.fields.retain(|it| it.field != field),
        }
        self.set_types(known, (name, merged.times), merged.outcome);
        Ok(merged.outcome)
    }

    /// The kinds of action as they will be.
    pub(crate) async fn known_types(&mut self) -> Result<Known<ActionTypes>, StoreError> {
        let known = self.action_types.get(self.store, &Key::action_types()).await?;
        Ok(known.unwrap_or_else(|| Known::new(ActionTypes::default(), Told::default())))
    }

    fn set_types(
        &mut self,
        mut known: Known<ActionTypes>,
        (name, times): (String, Times),
        outcome: Outcome,
    ) {
        known.fact.sort();
        known.told.rows_told.insert(name, times);
        self.action_types.set(Key::action_types(), known, changed(outcome));
    }
}

impl TypeRow {
    fn of(of: &ActionType) -> Self {
        let related: Vec<_> = of.related_to.iter().map(|it| word(*it)).collect();
        Self {
            type_ref: of.type_ref.clone(),
            name: of.name.clone(),
            team_ref: of.team_ref.clone(),
            due_days: of.due_days,
            help: of.help.clone(),
            title_hint: of.title_hint.clone(),
            related_to: related.join(" "),
            proposes: of.proposes,
            offered: !of.withdrawn,
            position: of.position,
        }
    }

    fn into_type(self, fields: Vec<Field>) -> Result<ActionType, RowProblem> {
        let mut related_to = Vec::new();
        for text in self.related_to.split([' ', ',', ';']).filter(|it| !it.is_empty()) {
            let kind = KINDS.into_iter().find(|it| text.eq_ignore_ascii_case(word(*it)));
            let kind = kind.ok_or_else(|| {
                let message = format!(
                    "related_to: \"{text}\" cannot be used. Use client, care_package, statement and none, with spaces between them."
                );
                RowProblem::at("related_to", Code::I16, message)
            })?;
            if !related_to.contains(&kind) {
                related_to.push(kind);
            }
        }
        Ok(ActionType {
            type_ref: self.type_ref,
            name: self.name,
            team_ref: self.team_ref,
            due_days: self.due_days,
            help: self.help,
            title_hint: self.title_hint,
            related_to,
            proposes: self.proposes,
            withdrawn: !self.offered,
            position: self.position,
            fields,
        })
    }
}

impl FieldRow {
    fn of(type_ref: &str, field: &Field) -> Self {
        let choices = field.choices.iter().map(|it| format!("{}={}", it.value, it.label));
        Self {
            type_ref: type_ref.to_owned(),
            field: field.field.clone(),
            label: field.label.clone(),
            kind: field.kind,
            required: field.required,
            hint: field.hint.clone(),
            choices: choices.collect::<Vec<_>>().join("; "),
            length_max: field.length_max,
            not_after_today: field.not_after_today,
            position: field.position,
        }
    }

    fn into_field(self) -> Result<Field, RowProblem> {
        let parts = self.choices.split(';').map(str::trim).filter(|it| !it.is_empty());
        let choices: Vec<Choice> = parts
            .map(|part| {
                let (value, label) = part.split_once('=').unwrap_or((part, part));
                Choice { value: value.trim().to_owned(), label: label.trim().to_owned() }
            })
            .collect();
        let wanted = self.kind == FieldKind::Choice;
        if wanted != (choices.len() > 1) || choices.len() > CHOICES_MAX {
            let message = "choices: Give two choices or more to a field of kind choice, such as day=Day; week=Week, and none to others.";
            return Err(RowProblem::at("choices", Code::I16, message));
        }
        Ok(Field {
            field: self.field,
            label: self.label,
            kind: self.kind,
            required: self.required,
            hint: self.hint,
            choices,
            length_max: self.length_max,
            not_after_today: self.not_after_today,
            position: self.position,
        })
    }
}

const KINDS: [RelatedKind; 4] =
    [RelatedKind::None, RelatedKind::Client, RelatedKind::CarePackage, RelatedKind::Statement];

fn word(kind: RelatedKind) -> &'static str {
    match kind {
        RelatedKind::None => "none",
        RelatedKind::Client => "client",
        RelatedKind::CarePackage => "care_package",
        RelatedKind::Statement => "statement",
    }
}

fn too_many(column: &str, max: usize, what: &str) -> RowProblem {
    RowProblem::at(column, Code::I32, format!("{column}: There can be {max} {what} at most."))
}
