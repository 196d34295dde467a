//! What the council's people do.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Redirect;
use conversations::{Person, Shown, Turn};
use domain::ids::ProviderRef;
use web::{At, Created, Invalid, Json, Path, Problem, Query, Staff, Status};

use crate::form_view::{FormView, UploadView};
use crate::list_view::ListView;
use crate::request::{
    Chosen, Decided, FormFor, ListFor, NewFor, ReplyTo, Turned, WhichFileOf, WhichOf, WhichProvider,
};
use crate::view::ActionView;
use crate::{Actions, colleague, told};

/// One of the council's people looks which actions their teams handle.
///
/// # Errors
///
/// 422 what was asked for is no team.
pub(crate) async fn list(
    state: State<Actions>,
    staff: Staff,
    at: At,
    asked: Query<ListFor>,
) -> Result<Json<ListView>, Problem> {
    let person = colleague(&staff)?;
    let listed = Box::pin(state.conversations.queue(&person, &asked.0.asked()?, at.0)).await?;
    let mut shown = BTreeMap::<&ProviderRef, Vec<_>>::new();
    for line in listed.lines.iter().filter(|it| it.re.is_some()) {
        shown.entry(&line.provider_ref).or_default().push(line.about_client.as_ref());
    }
    for (provider, lines) in shown {
        staff.viewed_of("actions", provider, lines.len(), lines.into_iter().flatten());
    }
    Ok(Json(ListView::of_council(&listed, &person, at.0)))
}

/// One of the council's people opens the form of a new action for a provider.
///
/// # Errors
///
/// 404 no such provider; 422 none was named.
pub(crate) async fn form(
    state: State<Actions>,
    staff: Staff,
    at: At,
    asked: Query<FormFor>,
) -> Result<Json<FormView>, Problem> {
    let provider = asked.0.provider.parse();
    let provider: ProviderRef =
        provider.map_err(|_not_one| Invalid::field("provider", "Select a provider"))?;
    let known = Box::pin(state.conversations.known(&provider)).await?;
    let view = FormView::of(&known, None, at.0);
    staff.viewed_of("clients of an action", &provider, view.clients().count(), view.clients());
    Ok(Json(view.for_teams(&staff.teams)))
}

/// One of the council's people raises an action for a provider.
///
/// # Errors
///
/// 404 no such provider; 422 something in the form is to be corrected.
pub(crate) async fn create(
    state: State<Actions>,
    staff: Staff,
    at: At,
    body: Json<NewFor>,
) -> Result<Created<ActionView>, Problem> {
    let (person, provider) = (colleague(&staff)?, body.0.provider_ref.clone());
    let raising = body.0.raising()?;
    let shown = Box::pin(state.conversations.raise(&person, &provider, &raising, at.0)).await?;
    told(&shown, "action raised");
    Ok(Status(seen(&state, &staff, (&person, shown), at).await?))
}

/// One of the council's people reads an action, with what it proposes.
///
/// # Errors
///
/// 404 no such action that one of their teams handles.
pub(crate) async fn show(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichOf>,
) -> Result<Json<ActionView>, Problem> {
    let (person, WhichOf { provider_ref, action_id }) = (colleague(&staff)?, which.0);
    let shown =
        Box::pin(state.conversations.show(&person, &provider_ref, &action_id, at.0)).await?;
    seen(&state, &staff, (&person, shown), at).await
}

/// One of the council's people replies, and passes the action to the provider or a team.
///
/// # Errors
///
/// 404 no such action that one of their teams handles; 409 somebody marked it as done meanwhile; 422 something is to be
/// corrected.
pub(crate) async fn reply(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichOf>,
    body: Json<ReplyTo>,
) -> Result<Json<ActionView>, Problem> {
    let (person, WhichOf { provider_ref, action_id }) = (colleague(&staff)?, which.0);
    let (of, answer) = ((&provider_ref, &action_id), body.0.answer()?);
    let shown = Box::pin(state.conversations.answer(&person, of, &answer, at.0)).await?;
    told(&shown, "action answered");
    seen(&state, &staff, (&person, shown), at).await
}

/// One of the council's people has done what was asked.
///
/// # Errors
///
/// 404 no such action that one of their teams handles; 409 somebody marked it as done meanwhile.
pub(crate) async fn complete(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichOf>,
    body: Json<Turned>,
) -> Result<Json<ActionView>, Problem> {
    turn(&state, (&staff, at), which.0, (body.0, Turn::Complete)).await
}

/// One of the council's people has something left to do after all.
///
/// # Errors
///
/// 404 no such action that one of their teams handles; 409 it is open already; 422 it is not said why.
pub(crate) async fn reopen(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichOf>,
    body: Json<Turned>,
) -> Result<Json<ActionView>, Problem> {
    turn(&state, (&staff, at), which.0, (body.0, Turn::Reopen)).await
}

async fn turn(
    state: &Actions,
    (staff, at): (&Staff, At),
    which: WhichOf,
    (body, turn): (Turned, Turn),
) -> Result<Json<ActionView>, Problem> {
    let (person, answer) = (colleague(staff)?, body.answer(turn));
    let of = (&which.provider_ref, &which.action_id);
    let shown = Box::pin(state.conversations.answer(&person, of, &answer, at.0)).await?;
    told(&shown, "action turned");
    seen(state, staff, (&person, shown), at).await
}

/// The council accepts or declines what an action proposes.
///
/// # Errors
///
/// 404 no such action that one of their teams handles; 409 somebody decided it or marked it as done meanwhile, or the
/// change cannot be made; 422 it is declined without a reason.
pub(crate) async fn decide(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichOf>,
    body: Json<Decided>,
) -> Result<Json<ActionView>, Problem> {
    let (person, WhichOf { provider_ref, action_id }) = (colleague(&staff)?, which.0);
    let (of, deciding) = ((&provider_ref, &action_id), body.0.deciding());
    let shown = Box::pin(state.conversations.decide(&person, of, &deciding, at.0)).await?;
    told(&shown, "proposed change decided");
    seen(&state, &staff, (&person, shown), at).await
}

/// What was loaded, for the person who looks at it; that they do is logged.
async fn seen(
    state: &Actions,
    staff: &Staff,
    (person, shown): (&Person, Shown),
    at: At,
) -> Result<Json<ActionView>, Problem> {
    let proposal = Box::pin(state.conversations.proposal(&shown.head, at.0)).await?;
    let (line, related) = (&shown.head.line, &shown.head.related);
    staff.viewed_of("action", &line.provider_ref, 1, &related.ss_ref);
    Ok(Json(ActionView::of(&shown, person, at.0).with_proposal(proposal, &shown)?))
}

/// One of the council's people wants to send a file with what they say.
///
/// # Errors
///
/// 404 no such provider; 422 by name or size it cannot be one.
pub(crate) async fn start_attachment(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichProvider>,
    body: Json<Chosen>,
) -> Result<Created<UploadView>, Problem> {
    let (person, Chosen { file_name, size_bytes }) = (colleague(&staff)?, body.0);
    let (provider, file) = (&which.0.provider_ref, (file_name.as_str(), size_bytes));
    let upload =
        Box::pin(state.conversations.start_attachment(&person, provider, file, at.0)).await?;
    Ok(Status(Json(UploadView::from(upload))))
}

/// One of the council's people looks at a file of an action.
///
/// # Errors
///
/// 404 no such file in an action that one of their teams handles.
pub(crate) async fn attachment(
    state: State<Actions>,
    staff: Staff,
    at: At,
    which: Path<WhichFileOf>,
) -> Result<Redirect, Problem> {
    let (person, WhichFileOf { provider_ref, action_id, attachment_id }) =
        (colleague(&staff)?, which.0);
    let of = (&provider_ref, &action_id);
    let link = state.conversations.attachment_link(&person, of, &attachment_id, at.0);
    let (url, client) = Box::pin(link).await?;
    staff.viewed_of("attachment of an action", &provider_ref, 1, &client);
    Ok(Redirect::to(&url))
}
