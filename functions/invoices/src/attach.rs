//! The supplier's own VAT invoice.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Redirect;
use invoicing::ATTACHMENT_BYTES_MAX;
use serde::{Deserialize, Serialize};
use web::{Acting, At, Json, Path, Problem};

use crate::change::Plain;
use crate::view::{InvoiceView, Seen};
use crate::{Invoices, Which, seen};

/// The file that somebody wants to send.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    file_name: String,
    size_bytes: u64,
}

/// What a browser needs to send it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FormView {
    url: String,
    fields: BTreeMap<String, String>,
    size_bytes_max: u64,
}

/// A provider wants to attach its VAT invoice.
///
/// # Errors
///
/// 404 no such document of this provider; 409 nothing can be attached to it any more; 422 by name or size it is none.
pub(crate) async fn start(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Chosen>,
) -> Result<Json<FormView>, Problem> {
    let Chosen { file_name, size_bytes } = body.0;
    let (id, file) = (&which.0.invoice_id, (file_name.as_str(), size_bytes));
    let form = state.invoicing.start_attachment(&acting.provider, id, file, at.0).await?;
    let (url, fields) = (form.url, form.fields);
    Ok(Json(FormView { url, fields, size_bytes_max: ATTACHMENT_BYTES_MAX }))
}

/// A provider has sent its VAT invoice.
///
/// # Errors
///
/// 404 no such document of this provider; 409 nothing can be attached to it any more; 422 it is no PDF, PNG or JPEG,
/// too large, or has not arrived.
pub(crate) async fn check(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    _: Json<Plain>,
) -> Result<Json<InvoiceView>, Problem> {
    let id = &which.0.invoice_id;
    let shown = state.invoicing.check_attachment(&acting.provider, id, at.0).await?;
    Ok(Json(seen(&acting, shown)))
}

/// A provider looks at what it attached.
///
/// # Errors
///
/// 404 no such document of this provider, or nothing is attached to it.
pub(crate) async fn fetch(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Redirect, Problem> {
    let id = &which.0.invoice_id;
    let url = state.invoicing.attachment_link(&acting.provider, id, at.0).await?;
    let shown = state.invoicing.show(&acting.provider, id, at.0).await?;
    let seen = Seen { shown, may_invoice: false };
    acting.viewed_of("VAT invoice", 1, seen.clients());
    Ok(Redirect::to(&url))
}
