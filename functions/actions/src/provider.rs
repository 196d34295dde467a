//! What a provider's contacts do.

use axum::extract::State;
use axum::response::Redirect;
use conversations::Turn;
use domain::permission::Permission;
use web::{Acting, At, Created, Json, Path, Problem, Query, Status};

use crate::form_view::{FormView, UploadView};
use crate::list_view::ListView;
use crate::request::{Chosen, ListFor, NewAction, OpenedFrom, Reply, Turned, Which, WhichFile};
use crate::view::ActionView;
use crate::{Actions, contact, told};

/// A provider looks which actions there are.
///
/// # Errors
///
/// 422 what was asked for is no team.
pub(crate) async fn list(
    state: State<Actions>,
    acting: Acting,
    at: At,
    asked: Query<ListFor>,
) -> Result<Json<ListView>, Problem> {
    let listed =
        Box::pin(state.conversations.list(&acting.provider, &asked.0.asked()?, at.0)).await?;
    let can_create = acting.may(Permission::Act);
    let about = listed.lines.iter().filter(|it| it.re.is_some()).count();
    acting.viewed_of(
        "actions",
        about,
        listed.lines.iter().filter_map(|it| it.about_client.as_ref()),
    );
    Ok(Json(ListView::of_provider(&listed, can_create, at.0)))
}

/// A provider opens the form of a new action: from the list, a care package, a client, or a line of a statement.
pub(crate) async fn form(
    state: State<Actions>,
    acting: Acting,
    at: At,
    from: Query<OpenedFrom>,
) -> Result<Json<FormView>, Problem> {
    let known = Box::pin(state.conversations.known(&acting.provider)).await?;
    let filled = Box::pin(state.conversations.filled(&known, &from.0.about(), at.0)).await?;
    let view = FormView::of(&known, filled, at.0);
    acting.viewed_of("clients of an action", view.clients().count(), view.clients());
    Ok(Json(view))
}

/// A provider raises an action.
///
/// # Errors
///
/// 422 something in the form is to be corrected.
pub(crate) async fn create(
    state: State<Actions>,
    acting: Acting,
    at: At,
    body: Json<NewAction>,
) -> Result<Created<ActionView>, Problem> {
    let (person, raising) = (contact(&acting), body.0.raising()?);
    let shown =
        Box::pin(state.conversations.raise(&person, &acting.provider, &raising, at.0)).await?;
    told(&shown, "action raised");
    acting.viewed_of("action", 1, &shown.head.related.ss_ref);
    Ok(Status(Json(ActionView::of(&shown, &person, at.0))))
}

/// A provider reads an action.
///
/// # Errors
///
/// 404 no such action of this provider.
pub(crate) async fn show(
    state: State<Actions>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Json<ActionView>, Problem> {
    let person = contact(&acting);
    let id = &which.0.action_id;
    let shown = Box::pin(state.conversations.show(&person, &acting.provider, id, at.0)).await?;
    acting.viewed_of("action", 1, &shown.head.related.ss_ref);
    Ok(Json(ActionView::of(&shown, &person, at.0)))
}

/// A provider replies.
///
/// # Errors
///
/// 404 no such action of this provider; 409 somebody marked it as done meanwhile; 422 something is to be corrected.
pub(crate) async fn reply(
    state: State<Actions>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Reply>,
) -> Result<Json<ActionView>, Problem> {
    let (person, answer) = (contact(&acting), body.0.answer()?);
    let of = (&acting.provider, &which.0.action_id);
    let shown = Box::pin(state.conversations.answer(&person, of, &answer, at.0)).await?;
    told(&shown, "action answered");
    acting.viewed_of("action", 1, &shown.head.related.ss_ref);
    Ok(Json(ActionView::of(&shown, &person, at.0)))
}

/// A provider needs nothing more.
///
/// # Errors
///
/// 404 no such action that this provider raised; 409 somebody marked it as done meanwhile.
pub(crate) async fn complete(
    state: State<Actions>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Turned>,
) -> Result<Json<ActionView>, Problem> {
    turn(&state, (&acting, at), &which.0, (body.0, Turn::Complete)).await
}

/// A provider needs something more after all.
///
/// # Errors
///
/// 404 no such action of this provider; 409 it is open already; 422 it is not said why.
pub(crate) async fn reopen(
    state: State<Actions>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Turned>,
) -> Result<Json<ActionView>, Problem> {
    turn(&state, (&acting, at), &which.0, (body.0, Turn::Reopen)).await
}

async fn turn(
    state: &Actions,
    (acting, at): (&Acting, At),
    which: &Which,
    (body, turn): (Turned, Turn),
) -> Result<Json<ActionView>, Problem> {
    let (person, answer) = (contact(acting), body.answer(turn));
    let of = (&acting.provider, &which.action_id);
    let shown = Box::pin(state.conversations.answer(&person, of, &answer, at.0)).await?;
    told(&shown, "action turned");
    acting.viewed_of("action", 1, &shown.head.related.ss_ref);
    Ok(Json(ActionView::of(&shown, &person, at.0)))
}

/// A provider wants to send a file with what it says.
///
/// # Errors
///
/// 422 by name or size it cannot be one.
pub(crate) async fn start_attachment(
    state: State<Actions>,
    acting: Acting,
    at: At,
    body: Json<Chosen>,
) -> Result<Created<UploadView>, Problem> {
    let (person, Chosen { file_name, size_bytes }) = (contact(&acting), body.0);
    let file = (file_name.as_str(), size_bytes);
    let upload =
        Box::pin(state.conversations.start_attachment(&person, &acting.provider, file, at.0))
            .await?;
    Ok(Status(Json(UploadView::from(upload))))
}

/// A provider looks at a file of an action.
///
/// # Errors
///
/// 404 no such file in an action of this provider.
pub(crate) async fn attachment(
    state: State<Actions>,
    acting: Acting,
    at: At,
    which: Path<WhichFile>,
) -> Result<Redirect, Problem> {
    let WhichFile { action_id, attachment_id } = which.0;
    let (person, of) = (contact(&acting), (&acting.provider, &action_id));
    let link = state.conversations.attachment_link(&person, of, &attachment_id, at.0);
    let (url, client) = Box::pin(link).await?;
    acting.viewed_of("attachment of an action", 1, &client);
    Ok(Redirect::to(&url))
}
