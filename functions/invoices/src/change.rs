//! What a provider does with its documents.

use axum::extract::State;
use chrono::NaiveDate;
use cloud::tracing;
use domain::ids::ContractRef;
use domain::money::Money;
use invoicing::{Claiming, Shown};
use serde::Deserialize;
use web::{Acting, At, Json, Made, Path, Problem};

use crate::view::InvoiceView;
use crate::{Invoices, Which, seen};

/// What is to be invoiced.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Creation {
    contract_ref: ContractRef,
    period_start: NaiveDate,
}

/// What a person submits.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Submission {
    /// Of the document that the person read.
    digest: String,
    #[serde(default)]
    suppliers_tax: Option<Money>,
    #[serde(default)]
    comment: Option<String>,
}

/// Nothing but that somebody wants it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Plain {}

/// A provider begins an invoice or credit note for what it confirmed of a period. If there is a draft already, it is
/// answered as it is.
///
/// # Errors
///
/// 404 no such contract or period of this provider; 422 there is nothing to invoice.
pub(crate) async fn create(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    body: Json<Creation>,
) -> Result<Made<InvoiceView>, Problem> {
    let Creation { contract_ref, period_start } = body.0;
    let of = (&contract_ref, period_start);
    let by = acting.who.name.as_str();
    let (shown, new) = state.invoicing.create(&acting.provider, of, by, at.0).await?;
    if !new {
        return Ok(Made::Before(seen(&acting, shown)));
    }
    told(&shown, "invoice drafted");
    Ok(Made::Now(seen(&acting, shown)))
}

/// A provider claims what a document says, or stands by what the council disputes.
///
/// # Errors
///
/// 404 no such document of this provider; 409 it has changed since it was read, or is neither a draft nor disputed;
/// 422 it is blank, something about VAT is missing, or a disputed one comes without an answer.
pub(crate) async fn submit(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Submission>,
) -> Result<Json<InvoiceView>, Problem> {
    let Submission { digest, suppliers_tax, comment } = body.0;
    let comment = comment.unwrap_or_default();
    let claiming = Claiming { digest, suppliers_tax, comment, by: acting.who.name.clone() };
    let id = &which.0.invoice_id;
    let shown = state.invoicing.submit(&acting.provider, id, &claiming, at.0).await?;
    told(&shown, "invoice submitted");
    Ok(Json(seen(&acting, shown)))
}

/// A provider does not want a draft.
///
/// # Errors
///
/// 404 no such document of this provider; 409 it is no draft.
pub(crate) async fn delete(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    _: Json<Plain>,
) -> Result<Json<InvoiceView>, Problem> {
    let (id, by) = (&which.0.invoice_id, acting.who.name.as_str());
    let shown = state.invoicing.delete(&acting.provider, id, by, at.0).await?;
    told(&shown, "invoice deleted");
    Ok(Json(seen(&acting, shown)))
}

fn told(shown: &Shown, what: &'static str) {
    let (id, state) = (&shown.head.invoice_id, shown.head.state);
    tracing::info!(invoice = %id, state = ?state, "{what}");
}
