//! Notes at the foot of remittance advices: which stand, what was written and withdrawn, and by whom.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::remittance_note::{CannotNote, NoteAbout, NoteWithdrawal, RemittanceNote};
use domain::request_id::RequestId;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{Cursor, NoteStep};
use web::{At, Created, Invalid, Json, Missing, Problem, Query, Staff, Status};

use crate::CouncilPayments;

/// How many notes a page has.
const NOTES_A_PAGE: usize = 100;

/// From where a list goes on.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedNotes {
    after: String,
}

/// Whose remittance advices a note is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum NoteFor {
    Provider,
    Contract,
    Cycle,
}

/// A note to write.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct NewNote {
    request_id: RequestId,
    note_for: NoteFor,
    /// The provider, contract or cycle.
    reference: String,
    /// The first pay date that it stands for.
    from_date: NaiveDate,
    /// The last.
    to_date: NaiveDate,
    text: String,
}

/// A note to withdraw.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WithdrawNote {
    note_id: String,
    reason: String,
}

/// Some notes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct NotesView {
    rows: Vec<NoteView>,
    /// What to ask for those that follow; none: these were the last.
    next: Option<String>,
    may_write: bool,
}

/// One of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct NoteView {
    note_id: String,
    note_for: NoteFor,
    reference: String,
    /// What the provider or contract is called.
    about: String,
    from_date: NaiveDate,
    to_date: NaiveDate,
    text: String,
    by: String,
    at: DateTime<Utc>,
    withdrawal: Option<WithdrawalView>,
}

/// Who withdrew it why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WithdrawalView {
    reason: String,
    by: String,
    at: DateTime<Utc>,
}

/// One of the council's people looks which notes stand on what is paid from today on.
///
/// # Errors
///
/// 422 what was sent to go on is none of this list.
pub(crate) async fn standing(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    asked: Query<AskedNotes>,
) -> Result<Json<NotesView>, Problem> {
    let read = state.store.standing_notes(at.0.date, NOTES_A_PAGE, asked.0.cursor());
    let (notes, next) = read.await?;
    let rows = notes.into_iter().map(NoteStep::from);
    state.view(&staff, rows, next).await
}

/// One of the council's people looks what was written and withdrawn, the latest first.
///
/// # Errors
///
/// 422 what was sent to go on is none of this list.
pub(crate) async fn history(
    state: State<CouncilPayments>,
    staff: Staff,
    asked: Query<AskedNotes>,
) -> Result<Json<NotesView>, Problem> {
    let (steps, next) = state.store.note_steps(NOTES_A_PAGE, asked.0.cursor()).await?;
    state.view(&staff, steps, next).await
}

/// A payments officer writes a note.
///
/// # Errors
///
/// 409 as many stand there as may; 422 something is to be corrected.
pub(crate) async fn write(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<NewNote>,
) -> Result<Created<NoteView>, Problem> {
    let new = body.0;
    let id = new.request_id.of(&staff.staff_ref);
    staff.who.concerns("note_id", &id);
    if let Some(there) = state.store.remittance_note(&id).await? {
        return Ok(Status(Json(state.note_view(there.into()).await?)));
    }
    let about = state.about(new.note_for, &new.reference).await?;
    let beside = state.store.remittance_notes_of(&about, at.0.date).await?;
    let note = RemittanceNote {
        id,
        about,
        from_date: new.from_date,
        to_date: new.to_date,
        text: new.text,
        by: staff.staff_ref.clone(),
        name: staff.name().to_owned(),
        at: at.0.instant,
    };
    let note = note.written(beside.len(), at.0.date)?;
    match state.store.write_remittance_note(&note).await {
        // The same request came at the same time.
        Err(error) if error.is_stale() => {}
        written => written?,
    }
    Ok(Status(Json(state.note_view(note.into()).await?)))
}

/// A payments officer withdraws a note: what is finalised from now on does not have it.
///
/// # Errors
///
/// 404 no such note; 409 somebody else withdrew it; 422 it is not said why.
pub(crate) async fn withdraw(
    state: State<CouncilPayments>,
    staff: Staff,
    at: At,
    body: Json<WithdrawNote>,
) -> Result<Json<NoteView>, Problem> {
    let WithdrawNote { note_id, reason } = body.0;
    let note = state.store.remittance_note(&note_id).await?.ok_or(Missing)?;
    staff.who.concerns("note_id", &note_id);
    let withdrawal = NoteWithdrawal {
        id: note_id.clone(),
        reason,
        by: staff.staff_ref.clone(),
        name: staff.name().to_owned(),
        at: at.0.instant,
    };
    let withdrawal = withdrawal.because()?;
    match state.store.withdraw_remittance_note(&note, &withdrawal).await {
        Err(error) if error.is_stale() => {}
        withdrawn => withdrawn?,
    }
    let there = state.store.note_withdrawal(&note_id).await?.ok_or(Missing)?;
    if there.by != withdrawal.by || there.reason != withdrawal.reason {
        return Err(CannotNote::Withdrawn.into());
    }
    let step = NoteStep { note, withdrawal: Some(there) };
    Ok(Json(state.note_view(step).await?))
}

impl AskedNotes {
    fn cursor(&self) -> Option<Cursor> {
        Some(self.after.clone()).filter(|it| !it.is_empty()).map(Cursor::new)
    }
}

impl CouncilPayments {
    async fn view(
        &self,
        staff: &Staff,
        steps: impl IntoIterator<Item = NoteStep>,
        next: Option<Cursor>,
    ) -> Result<Json<NotesView>, Problem> {
        let rows = try_join_all(steps.into_iter().map(|it| self.note_view(it))).await?;
        let may_write = staff.may(domain::permission::CouncilPermission::DirectPayments);
        let next = next.map(|it| it.as_str().to_owned());
        Ok(Json(NotesView { rows, next, may_write }))
    }

    /// The provider, contract or cycle that somebody named, if there is one.
    async fn about(&self, note_for: NoteFor, reference: &str) -> Result<NoteAbout, Problem> {
        let about = match note_for {
            NoteFor::Provider => self.provider_named(reference).await?,
            NoteFor::Contract => self.contract_named(reference).await?,
            NoteFor::Cycle => self.cycle_named(reference).await?,
        };
        let what = match note_for {
            NoteFor::Provider => "provider",
            NoteFor::Contract => "contract",
            NoteFor::Cycle => "cycle",
        };
        let message = format!("Enter the reference of a {what} that there is");
        Ok(about.ok_or_else(|| Invalid::field("reference", message))?)
    }

    async fn provider_named(&self, reference: &str) -> Result<Option<NoteAbout>, Problem> {
        let Ok(provider_ref) = reference.parse::<ProviderRef>() else { return Ok(None) };
        let known = self.store.provider(&provider_ref).await?;
        Ok(known.map(|it| NoteAbout::Provider { provider_ref: it.provider_ref }))
    }

    async fn contract_named(&self, reference: &str) -> Result<Option<NoteAbout>, Problem> {
        let Ok(contract_ref) = reference.parse::<ContractRef>() else { return Ok(None) };
        let located = self.store.located(&Key::contract_locator(&contract_ref)).await?;
        Ok(located.map(|it| NoteAbout::Contract { provider_ref: it.provider_ref, contract_ref }))
    }

    async fn cycle_named(&self, reference: &str) -> Result<Option<NoteAbout>, Problem> {
        let Ok(cycle_ref) = reference.parse::<CycleRef>() else { return Ok(None) };
        let known = self.store.cycle_refs().await?;
        Ok(known.contains(&cycle_ref).then_some(NoteAbout::Cycle { cycle_ref }))
    }

    async fn note_view(&self, step: NoteStep) -> Result<NoteView, Problem> {
        let NoteStep { note, withdrawal } = step;
        let (note_for, reference, about) = match &note.about {
            NoteAbout::Provider { provider_ref } => {
                let name = self.store.provider(provider_ref).await?.map(|it| it.name);
                (NoteFor::Provider, provider_ref.to_string(), name.unwrap_or_default())
            }
            NoteAbout::Contract { provider_ref, contract_ref } => {
                let known = self.store.contract_of(provider_ref, contract_ref).await?;
                let name = known.map(|it| it.name).unwrap_or_default();
                (NoteFor::Contract, contract_ref.to_string(), name)
            }
            NoteAbout::Cycle { cycle_ref } => {
                (NoteFor::Cycle, cycle_ref.to_string(), "All contracts of the cycle".to_owned())
            }
        };
        Ok(NoteView {
            note_id: note.id,
            note_for,
            reference,
            about,
            from_date: note.from_date,
            to_date: note.to_date,
            text: note.text,
            by: note.name,
            at: note.at,
            withdrawal: withdrawal.map(|it| WithdrawalView {
                reason: it.reason,
                by: it.name,
                at: it.at,
            }),
        })
    }
}
