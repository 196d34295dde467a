//! A provider answers to a statement: the council may pay what it says, or must not.

use axum::extract::State;
use cloud::tracing;
use domain::record::{LineQuery, Reply};
use serde::Deserialize;
use statements::{Answering, WhichStatement};
use web::{Acting, At, Json, Path, Problem};

use crate::statement_view::StatementView;
use crate::{Payments, Which};

/// What a person writes to a whole statement.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Answer {
    /// Of the statement that the person read.
    digest: String,
    #[serde(default)]
    comment: String,
}

/// What a person writes who questions single lines.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Questions {
    /// Of the statement that the person read.
    digest: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    lines: Vec<LineQuery>,
}

/// A provider confirms a statement: the council may pay what it says. Of a finalised one it confirms what was
/// held back.
///
/// # Errors
///
/// 404 no such statement for this provider; 409 locked, not open, or its items changed since it was read.
pub(crate) async fn confirm(
    state: State<Payments>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Answer>,
) -> Result<Json<StatementView>, Problem> {
    let reply = reply(&acting, body.0);
    answer(&state, &acting, at, which.0, Answering::Confirm(reply)).await
}

/// A provider rejects a statement and says why: nothing of it is paid until it is settled.
///
/// # Errors
///
/// 404 no such statement for this provider; 409 locked, not open, or its items changed since it was read; 422
/// no comment.
pub(crate) async fn reject(
    state: State<Payments>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Answer>,
) -> Result<Json<StatementView>, Problem> {
    let reply = reply(&acting, body.0);
    answer(&state, &acting, at, which.0, Answering::Reject(reply)).await
}

/// A provider questions single lines and confirms the rest.
///
/// # Errors
///
/// 404 no such statement for this provider; 409 locked, not open, or its items changed since it was read; 422
/// no line, an unknown line, or no comment beside a line.
pub(crate) async fn query(
    state: State<Payments>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Questions>,
) -> Result<Json<StatementView>, Problem> {
    let Questions { digest, comment, lines } = body.0;
    let reply = reply(&acting, Answer { digest, comment });
    answer(&state, &acting, at, which.0, Answering::Query(reply, lines)).await
}

fn reply(acting: &Acting, answer: Answer) -> Reply {
    Reply {
        by: acting.who.name.clone(),
        by_email: acting.who.email.to_string(),
        comment: answer.comment,
        digest: answer.digest,
    }
}

async fn answer(
    state: &Payments,
    acting: &Acting,
    at: At,
    which: Which,
    answering: Answering,
) -> Result<Json<StatementView>, Problem> {
    let which = WhichStatement {
        provider_ref: acting.provider.clone(),
        contract_ref: which.contract_ref,
        period_start: which.period_start,
    };
    let shown = state.statements.respond(&which, answering, at.0).await?;
    tracing::info!(
        contract = which.contract_ref.as_str(),
        period = %which.period_start,
        response = ?shown.record.response.state(),
        "statement answered"
    );
    Ok(Json(StatementView::of(&state.seen(acting, shown).await?)?))
}
