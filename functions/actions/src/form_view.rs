//! The form of a new action: which types there are and what each asks, and what it can be about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use conversations::{Filled, Known, Upload};
use domain::action::{
    ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, ActionType, Field, FieldKind, MediaType, Related,
    RelatedKind,
};
use domain::clock::Now;
use domain::ids::{ContractRef, CpliId, ItemId, SsRef, TeamRef};
use domain::working_days::WorkingDays;
use serde::Serialize;

use crate::list_view::TeamView;

/// The form of a new action.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FormView {
    types: Vec<TypeView>,
    teams: Vec<TeamView>,
    /// Of the council's form: the teams of the person who fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_teams: Option<Vec<TeamRef>>,
    text_length_max: usize,
    attachments: LimitsView,
    clients: Vec<ClientView>,
    packages: Vec<PackageView>,
    filled: Option<FilledView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TypeView {
    type_ref: String,
    name: String,
    help: String,
    related_to: Vec<RelatedKind>,
    team_ref: TeamRef,
    due_on: NaiveDate,
    title_hint: String,
    fields: Vec<FieldView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FieldView {
    field: String,
    label: String,
    kind: FieldKind,
    required: bool,
    hint: String,
    choices: Vec<ChoiceView>,
    length_max: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChoiceView {
    value: String,
    label: String,
}

/// What files a post may have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LimitsView {
    count_max: usize,
    size_bytes_max: u64,
    accept: [&'static str; 8],
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClientView {
    ss_ref: SsRef,
    name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PackageView {
    cpli_id: CpliId,
    ss_ref: SsRef,
    client: String,
    line: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FilledView {
    related: RelatedView,
    type_ref: Option<String>,
    title: String,
    text: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RelatedFormView)]
struct RelatedView {
    kind: RelatedKind,
    label: String,
    ss_ref: Option<SsRef>,
    cpli_id: Option<CpliId>,
    contract_ref: Option<ContractRef>,
    period_start: Option<NaiveDate>,
    item_id: Option<ItemId>,
}

/// What a browser needs to send a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UploadView {
    upload_id: String,
    url: String,
    fields: BTreeMap<String, String>,
    size_bytes_max: u64,
}

impl LimitsView {
    /// What every post may have.
    pub(crate) fn of_posts() -> Self {
        Self {
            count_max: ATTACHMENTS_MAX,
            size_bytes_max: ATTACHMENT_BYTES_MAX,
            accept: MediaType::ENDINGS,
        }
    }
}

impl FormView {
    pub(crate) fn of(known: &Known, filled: Option<Filled>, now: Now) -> Self {
        let visible = known.visible(now);
        let current = visible.iter().filter(|package| !package.historical);
        let packages = current.map(|package| PackageView {
            cpli_id: package.cpli.cpli_id.clone(),
            ss_ref: package.cpli.client.ss_ref.clone(),
            client: package.cpli.client.full_name(),
            line: conversations::package_line(package, now),
        });
        let clients = known.clients(now).into_iter();
        let clients =
            clients.map(|it| ClientView { ss_ref: it.ss_ref.clone(), name: it.full_name() });
        Self {
            types: known.types.offered().map(|it| TypeView::of(it, known, now)).collect(),
            teams: known.teams.iter().map(TeamView::from).collect(),
            own_teams: None,
            text_length_max: known.settings.actions.text_length(),
            attachments: LimitsView::of_posts(),
            clients: clients.collect(),
            packages: packages.collect(),
            filled: filled.map(FilledView::from),
        }
    }

    /// For one of the council's people, who raises what one of their own teams handles.
    pub(crate) fn for_teams(mut self, own: &[TeamRef]) -> Self {
        self.own_teams = Some(own.to_vec());
        self
    }

    /// How many clients it names.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &SsRef> {
        self.clients.iter().map(|it| &it.ss_ref)
    }
}

impl TypeView {
    fn of(of: &ActionType, known: &Known, now: Now) -> Self {
        let settings = &known.settings.actions;
        let days = WorkingDays::without(&settings.closed_dates);
        Self {
            type_ref: of.type_ref.clone(),
            name: of.name.clone(),
            help: of.help.clone(),
            related_to: of.related_to.clone(),
            team_ref: of.team_ref.clone(),
            due_on: days.after(now.date, of.due_days(settings)),
            title_hint: of.title_hint.clone(),
            fields: of.fields.iter().map(FieldView::from).collect(),
        }
    }
}

impl From<&Field> for FieldView {
    fn from(field: &Field) -> Self {
        let choices = field.choices.iter();
        let choices =
            choices.map(|it| ChoiceView { value: it.value.clone(), label: it.label.clone() });
        Self {
            field: field.field.clone(),
            label: field.label.clone(),
            kind: field.kind,
            required: field.required,
            hint: field.hint.clone(),
            choices: choices.collect(),
            length_max: field.length_max,
        }
    }
}

impl From<Filled> for FilledView {
    fn from(filled: Filled) -> Self {
        let Filled { related, type_ref, title, text } = filled;
        let Related { kind, label, ss_ref, cpli_id, contract_ref, period_start, item_id } = related;
        let related =
            RelatedView { kind, label, ss_ref, cpli_id, contract_ref, period_start, item_id };
        Self { related, type_ref, title, text }
    }
}

impl From<Upload> for UploadView {
    fn from(upload: Upload) -> Self {
        let Upload { upload_id, form } = upload;
        Self { upload_id, url: form.url, fields: form.fields, size_bytes_max: ATTACHMENT_BYTES_MAX }
    }
}
