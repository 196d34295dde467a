//! What the portal knows of one provider, part by part, as far as whoever asks may read it.

use axum::extract::State;
use domain::change_request::RequestState;
use domain::clock::{Now, london_date};
use domain::contract_document::DocumentState;
use domain::facts::{Contract, PaymentMethod, Provider, ProviderKind};
use domain::ids::{ProviderRef, SsRef};
use domain::invoice::InvoiceState;
use domain::period::FinancialYear;
use domain::permission::CouncilPermission as May;
use serde::{Deserialize, Serialize};
use web::{At, Json, Missing, Path, Problem, Staff};

use crate::Council;
use crate::section::{ROWS_SHOWN, RowView, SectionView, days, word};

/// More invoices of one provider than are looked through for those that are open.
const INVOICES_READ: usize = 200;

/// Which provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichProvider {
    provider_ref: ProviderRef,
}

/// A provider and what there is of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProviderView {
    provider: OrganisationView,
    /// Those that whoever asks may read.
    sections: Vec<SectionView>,
}

/// The organisation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrganisationView {
    provider_ref: ProviderRef,
    name: String,
    kind: ProviderKind,
    /// The group that it is of.
    parent_ref: Option<ProviderRef>,
    address: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    vat_number: Option<String>,
}

impl From<Provider> for OrganisationView {
    fn from(provider: Provider) -> Self {
        let Provider { provider_ref, name, kind, parent_ref, address, phone, email, vat_number } =
            provider;
        Self { provider_ref, name, kind, parent_ref, address, phone, email, vat_number }
    }
}

/// One of the council's people reads what there is of a provider.
///
/// # Errors
///
/// 404 no such provider.
pub(crate) async fn provider(
    state: State<Council>,
    staff: Staff,
    At(now): At,
    which: Path<WhichProvider>,
) -> Result<Json<ProviderView>, Problem> {
    let provider_ref = which.0.provider_ref;
    let provider = state.store.provider(&provider_ref).await?.ok_or(Missing)?;
    let mut gathered = Gathered { state: &state, staff: &staff, now, clients: Vec::new() };
    let sections = Box::pin(gathered.sections(&provider_ref)).await?;
    let clients = gathered.clients;
    staff.viewed_of("provider page", &provider_ref, clients.len(), &clients);
    Ok(Json(ProviderView { provider: provider.into(), sections }))
}

/// What is gathered of a provider for somebody.
struct Gathered<'a> {
    state: &'a Council,
    staff: &'a Staff,
    now: Now,
    /// Whose names are shown.
    clients: Vec<SsRef>,
}

impl Gathered<'_> {
    async fn sections(&mut self, provider: &ProviderRef) -> Result<Vec<SectionView>, Problem> {
        let contracts = self.state.store.contracts_of(provider).await?;
        let mut sections = vec![self.contracts(&contracts)];
        if self.staff.may(May::SeePayments) {
            let delivered = contracts.iter().any(|it| it.payment_method == PaymentMethod::Actuals);
            sections.extend(Box::pin(self.paid(provider, delivered)).await?);
        }
        if self.staff.may(May::SeeActions) {
            sections.push(self.actions(provider).await?);
        }
        if self.staff.may(May::SeeDocuments) {
            sections.push(self.documents(provider).await?);
        }
        if self.staff.may(May::SeePurchaseOrders) {
            sections.push(self.orders(provider).await?);
        }
        if self.staff.may(May::SeeChangeRequests) {
            sections.extend(self.people(provider).await?);
        }
        Ok(sections)
    }

    async fn people(&self, provider: &ProviderRef) -> Result<[SectionView; 2], Problem> {
        Ok([self.change_requests(provider).await?, self.contacts(provider).await?])
    }

    /// Its statements and, if it is paid as it delivers, what comes before them.
    async fn paid(
        &mut self,
        provider: &ProviderRef,
        delivered: bool,
    ) -> Result<Vec<SectionView>, Problem> {
        let mut sections = vec![Box::pin(self.statements(provider)).await?];
        if delivered {
            sections.push(Box::pin(self.exceptions(provider)).await?);
            sections.push(self.invoices(provider).await?);
            sections.push(self.files(provider).await?);
        }
        Ok(sections)
    }

    fn contracts(&self, contracts: &[Contract]) -> SectionView {
        let leads = self.staff.may(May::SeePayments);
        let rows = contracts.iter().map(|it| RowView {
            what: it.name.clone(),
            about: match it.payment_method {
                PaymentMethod::Scheduled => format!("{}, paid as scheduled", it.contract_ref),
                PaymentMethod::Actuals => format!("{}, paid as delivered", it.contract_ref),
            },
            url: leads.then(|| {
                let (provider, contract) = (&it.provider_ref, &it.contract_ref);
                format!("/council/directives/?provider={provider}&contract={contract}")
            }),
            state: Some(self.portal_word(it)),
            on: Some(it.portal_from),
            ..RowView::default()
        });
        SectionView::of("contracts", "Contracts", rows.collect())
    }

    fn portal_word(&self, contract: &Contract) -> String {
        if contract.is_on_portal(self.now.date) { "on_the_portal" } else { "coming" }.to_owned()
    }

    async fn statements(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let waiting = self.state.statements.overview(provider, self.now).await?;
        let rows = waiting.into_iter().map(|it| {
            let (contract, line) = (it.contract, it.line);
            let (contract_ref, start) = (&contract.contract_ref, line.period.start_date);
            RowView {
                what: contract.name.clone(),
                about: days(start, Some(line.period.end_date)),
                url: Some(format!(
                    "/council/payments/statement/?provider={provider}&contract={contract_ref}&period={start}"
                )),
                state: word(line.lifecycle),
                on: Some(london_date(line.period.confirm_by)),
                amount: Some(line.totals.payable),
                lines: word(line.record.response.state()).into_iter().collect(),
            }
        });
        let rows = rows.collect();
        Ok(SectionView::of("statements", "Statements", rows).at("/council/payments/".to_owned()))
    }

    async fn exceptions(&mut self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let waiting = self.state.decisions.exceptions_of(provider, self.now).await?;
        self.clients.extend(waiting.iter().take(ROWS_SHOWN).map(|it| it.ss_ref.clone()));
        let rows = waiting.into_iter().map(|it| RowView {
            what: it.client,
            about: format!("{}, CPLI {}", it.service, it.cpli_id),
            url: Some(client_page(&it.ss_ref)),
            state: word(it.state),
            on: Some(it.week_start),
            amount: Some(it.held_amount),
            ..RowView::default()
        });
        let section = SectionView::of("exceptions", "Weeks over tolerance", rows.collect());
        Ok(section.at(format!("/council/exceptions/?q={provider}")))
    }

    async fn invoices(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let (heads, _) =
            self.state.store.invoices_of_provider(provider, INVOICES_READ, None).await?;
        let open = |state| {
            matches!(
                state,
                InvoiceState::Submitted | InvoiceState::Disputed | InvoiceState::Approved
            )
        };
        let rows = heads.into_iter().filter(|it| open(it.state)).map(|it| {
            let claim = it.claim.as_ref();
            let number = claim.map_or_else(String::new, |it| it.number.to_string());
            RowView {
                what: format!("Number {number}"),
                about: format!("{}, to {}", it.contract_name, crate::section::day(it.period_end)),
                state: word(it.state),
                on: claim.map(|it| london_date(it.submitted_at)),
                amount: claim.map(|it| it.total),
                ..RowView::default()
            }
        });
        let section = SectionView::of("invoices", "Invoices and credit notes", rows.collect());
        Ok(section.at(format!("/council/invoices/?q={provider}")))
    }

    async fn files(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let (files, _) = self.state.store.uploads(provider, ROWS_SHOWN, None).await?;
        let rows = files.into_iter().map(|it| RowView {
            what: it.file_name,
            about: it.by.unwrap_or_else(|| "Sent by a system of the provider’s".to_owned()),
            state: word(it.state),
            on: Some(london_date(it.at)),
            ..RowView::default()
        });
        Ok(SectionView::of("files", "Files of actuals", rows.collect()))
    }

    async fn actions(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let mut actions = self.state.store.open_actions(provider).await?;
        actions.retain(|it| self.staff.sees_actions_of(&it.team_ref));
        let rows = actions.into_iter().map(|it| RowView {
            what: it.title,
            about: it
                .re
                .map_or_else(|| it.type_name.clone(), |re| format!("{}: {re}", it.type_name)),
            url: Some(format!(
                "/council/actions/action/?provider={provider}&action={}",
                it.action_id
            )),
            state: word(it.with).map(|side| format!("with_{side}")),
            on: Some(it.due_on),
            ..RowView::default()
        });
        let section = SectionView::of("actions", "Open actions", rows.collect());
        Ok(section.at("/council/actions/".to_owned()))
    }

    async fn documents(&mut self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let mut documents = self.state.store.documents(provider).await?;
        documents.retain(|it| it.is_open() || it.state() == DocumentState::Rejected);
        let clients = documents.iter().take(ROWS_SHOWN).filter_map(|it| it.latest.ss_ref.clone());
        self.clients.extend(clients);
        let rows = documents.into_iter().map(|it| RowView {
            about: it.latest.client.clone().unwrap_or_else(|| "Not client specific".to_owned()),
            url: Some(format!(
                "/council/documents/document/?provider={provider}&document={}",
                it.latest.document_ref
            )),
            state: word(it.state()),
            on: Some(london_date(it.latest.answer_by)),
            what: it.latest.doc_type,
            ..RowView::default()
        });
        let section = SectionView::of("documents", "Contract documents to answer", rows.collect());
        Ok(section.at(format!("/council/documents/?provider={provider}")))
    }

    async fn orders(&mut self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let year = FinancialYear::of(self.now.date);
        let orders = self.state.store.orders(provider, year).await?;
        self.clients.extend(orders.iter().take(ROWS_SHOWN).map(|it| it.id.ss_ref.clone()));
        let rows = orders.into_iter().map(|it| RowView {
            what: it.id.to_string(),
            about: it.client,
            url: Some(format!(
                "/council/purchase-orders/order/?provider={provider}&year={year}&client={}",
                it.id.ss_ref
            )),
            on: Some(london_date(it.revised_at)),
            amount: Some(it.total),
            ..RowView::default()
        });
        let section = SectionView::of("orders", "Purchase orders of this year", rows.collect());
        Ok(section.at(format!("/council/purchase-orders/?provider={provider}")))
    }

    async fn change_requests(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let requests = self.state.store.change_requests(provider).await?;
        let rows = requests.into_iter().map(|it| RowView {
            what: it.name,
            about: format!("Asked by {}", it.submitted_by),
            url: Some(format!(
                "/council/change-requests/request/?provider={provider}&request={}",
                it.request_ref
            )),
            state: Some(request_word(&it.state).to_owned()),
            on: Some(london_date(it.submitted_at)),
            ..RowView::default()
        });
        let section = SectionView::of("change_requests", "Change requests", rows.collect());
        Ok(section.at("/council/change-requests/".to_owned()))
    }

    async fn contacts(&self, provider: &ProviderRef) -> Result<SectionView, Problem> {
        let contacts = self.state.store.contacts(provider).await?;
        let rows = contacts.into_iter().map(|it| RowView {
            what: format!("{} {}", it.forename, it.surname),
            about: it.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            state: Some(if it.sign_in().is_some() { "signs_in" } else { "no_access" }.to_owned()),
            ..RowView::default()
        });
        let section = SectionView::of("contacts", "Contacts", rows.collect());
        Ok(section.at(format!("/council/contacts/?provider={provider}")))
    }
}

/// The page that gathers what there is of a client.
pub(crate) fn client_page(client: &SsRef) -> String {
    format!("/council/client/?client={client}")
}

fn request_word(state: &RequestState) -> &'static str {
    match state {
        RequestState::Pending => "pending",
        RequestState::Accepted { .. } => "accepted",
        RequestState::Rejected { .. } => "rejected",
        RequestState::Withdrawn { .. } => "withdrawn",
    }
}
