//! Invoices and credit notes for care that is paid as it was delivered: which there are, what could be one, and what
//! a provider does with them.

mod attach;
mod change;
mod export;
mod list_view;
#[cfg(test)]
mod tests;
mod view;

use axum::extract::State;
use cloud::Cloud;
use domain::invoice::{InvoiceId, InvoiceState};
use domain::permission::Permission;
use invoicing::{Invoicing, Shown};
use serde::Deserialize;
use store::Store;
use web::{Access, Acting, Api, At, Clock, Invalid, Json, Path, Portal, Problem, Query};

use crate::list_view::{ListView, Wanted};
use crate::view::{InvoiceView, Seen};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Invoices {
    /// The portal's records.
    pub store: Store,
    /// The invoices of all providers.
    pub invoicing: Invoicing,
    /// What tells the time.
    pub clock: Clock,
}

impl Invoices {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, invoicing) = (Store::open(cloud), Invoicing::open(cloud));
        Self { store, invoicing, clock: Clock::System }
    }
}

impl Portal for Invoices {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Invoices> {
    let see = Access::Provider(Permission::See);
    let invoice = Access::Provider(Permission::Invoice);
    Api::new()
        .get("/api/invoices", see, list)
        .post("/api/invoices", invoice, change::create)
        .get("/api/invoices/{invoice_id}", see, show)
        .post("/api/invoices/{invoice_id}/submission", invoice, change::submit)
        .post("/api/invoices/{invoice_id}/deletion", invoice, change::delete)
        .post("/api/invoices/{invoice_id}/attachment", invoice, attach::start)
        .post("/api/invoices/{invoice_id}/attachment/check", invoice, attach::check)
        .get("/api/invoices/{invoice_id}/attachment", see, attach::fetch)
        .get("/api/invoices/{invoice_id}/invoice.csv", see, export::csv)
        .get("/api/invoices/{invoice_id}/invoice.xml", see, export::xml)
}

/// Which document a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    pub(crate) invoice_id: InvoiceId,
}

/// Which documents a page asks for; what is left empty is not asked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    state: String,
    contract: String,
}

/// A provider looks for a document, and for what could be one.
///
/// # Errors
///
/// 422 what was asked for is no state.
async fn list(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let wanted = asked.0.wanted()?;
    let overview = state.invoicing.overview(&acting.provider, at.0).await?;
    Ok(Json(ListView::of(&overview, &wanted)))
}

/// A provider reads a document.
///
/// # Errors
///
/// 404 no such document of this provider.
async fn show(
    state: State<Invoices>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Json<InvoiceView>, Problem> {
    let shown = state.invoicing.show(&acting.provider, &which.0.invoice_id, at.0).await?;
    Ok(Json(seen(&acting, shown)))
}

/// What was loaded, for the person who looks at it; that they do is logged.
pub(crate) fn seen(acting: &Acting, shown: Shown) -> InvoiceView {
    let seen = Seen { shown, may_invoice: acting.may(Permission::Invoice) };
    let clients = seen.clients();
    acting.viewed_of("invoice", clients.len(), clients);
    InvoiceView::of(&seen)
}

impl Asked {
    fn wanted(&self) -> Result<Wanted, Invalid> {
        let (state, contract) = (self.state.trim(), self.contract.trim());
        let state = InvoiceState::ALL.into_iter().find(|it| it.as_str() == state);
        if state.is_none() && !self.state.trim().is_empty() {
            let message = "Use draft, submitted, disputed, approved or paid";
            return Err(Invalid::field("state", message.to_owned()));
        }
        Ok(Wanted { state, contract: Some(contract.to_owned()).filter(|it| !it.is_empty()) })
    }
}
