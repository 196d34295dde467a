//! What a provider is paid: its contracts' periods, each statement with its arithmetic, the response to it, and
//! the remittance advice of what was paid.

mod export;
mod list_view;
mod remittance_view;
mod respond;
mod statement_view;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use chrono::NaiveDate;
use cloud::Cloud;
use domain::ids::{ContractRef, ProviderRef};
use domain::permission::Permission;
use domain::remittance::{Remittance, RemittanceView};
use futures::future::try_join_all;
use serde::Deserialize;
use statements::{Shown, Statements};
use store::Store;
use web::{
    Access, Acting, Api, At, Clock, Download, Invalid, Json, Missing, Path, Portal, Problem, Query,
};

use crate::list_view::ListView;
use crate::remittance_view::AdviceView;
use crate::statement_view::{Seen, StatementView};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Payments {
    /// The portal's records.
    pub store: Store,
    /// The statements of all contracts.
    pub statements: Statements,
    /// What tells the time.
    pub clock: Clock,
}

impl Payments {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, statements) = (Store::open(cloud), Statements::open(cloud));
        Self { store, statements, clock: Clock::System }
    }
}

impl Portal for Payments {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Payments> {
    let see = Access::Provider(Permission::See);
    let respond = Access::Provider(Permission::RespondToStatement);
    Api::new()
        .get("/api/scheduled-payments", see, list)
        .get("/api/scheduled-payments/{contract_ref}/{period_start}", see, statement)
        .post(
            "/api/scheduled-payments/{contract_ref}/{period_start}/confirmation",
            respond,
            respond::confirm,
        )
        .post(
            "/api/scheduled-payments/{contract_ref}/{period_start}/rejection",
            respond,
            respond::reject,
        )
        .post(
            "/api/scheduled-payments/{contract_ref}/{period_start}/queries",
            respond,
            respond::query,
        )
        .get(
            "/api/scheduled-payments/{contract_ref}/{period_start}/statement.csv",
            see,
            statement_csv,
        )
        .get("/api/scheduled-payments/{contract_ref}/{period_start}/remittance", see, remittance)
        .get(
            "/api/scheduled-payments/{contract_ref}/{period_start}/remittance.csv",
            see,
            remittance_csv,
        )
}

/// Which statement a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Which {
    pub(crate) contract_ref: ContractRef,
    pub(crate) period_start: NaiveDate,
}

/// Which periods a page asks for; what is left empty is chosen for it.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct Asked {
    financial_year: String,
    contract: String,
}

/// How a remittance advice is to be shown.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
struct AskedAdvice {
    summary: String,
    show_pairs: String,
}

/// A provider looks for a period.
///
/// # Errors
///
/// 404 no such contract for this provider; 422 what was asked for is no financial year.
async fn list(
    state: State<Payments>,
    acting: Acting,
    at: At,
    asked: Query<Asked>,
) -> Result<Json<ListView>, Problem> {
    let year = asked.0.year()?;
    let mut contracts = state.statements.contracts(&acting.provider).await?;
    contracts.retain(|contract| contract.is_on_portal(at.0.date));
    let Some(contract) = asked.0.chosen(contracts.first().map(|it| &it.contract_ref))? else {
        return Ok(Json(ListView::empty()));
    };
    let chosen = state.statements.periods(&acting.provider, &contract, at.0).await?;
    Ok(Json(ListView::of(&contracts, &chosen, year)))
}

/// A provider reads a statement.
///
/// # Errors
///
/// 404 no such statement for this provider.
async fn statement(
    state: State<Payments>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Json<StatementView>, Problem> {
    Ok(Json(StatementView::of(&state.read(&acting, &at, &which.0).await?)?))
}

/// A provider takes a statement away.
///
/// # Errors
///
/// 404 no such statement for this provider.
async fn statement_csv(
    state: State<Payments>,
    acting: Acting,
    at: At,
    which: Path<Which>,
) -> Result<Download, Problem> {
    let seen = state.read(&acting, &at, &which.0).await?;
    Ok(export::statement(&which.0, &StatementView::of(&seen)?)?)
}

/// A provider reads what a payment contains.
///
/// # Errors
///
/// 404 no such statement for this provider, or it is not finalised.
async fn remittance(
    state: State<Payments>,
    acting: Acting,
    which: Path<Which>,
    asked: Query<AskedAdvice>,
) -> Result<Json<AdviceView>, Problem> {
    Ok(Json(state.advice(&acting, &which.0, asked.0.view()).await?))
}

/// A provider takes away what a payment contains.
///
/// # Errors
///
/// 404 no such statement for this provider, or it is not finalised.
async fn remittance_csv(
    state: State<Payments>,
    acting: Acting,
    which: Path<Which>,
    asked: Query<AskedAdvice>,
) -> Result<Download, Problem> {
    let advice = state.advice(&acting, &which.0, asked.0.view()).await?;
    Ok(export::remittance(&which.0, &advice)?)
}

impl Payments {
    async fn read(&self, acting: &Acting, at: &At, which: &Which) -> Result<Seen, Problem> {
        let Which { contract_ref, period_start } = which;
        let shown =
            self.statements.show(&acting.provider, contract_ref, *period_start, at.0).await?;
        self.seen(acting, shown).await
    }

    /// What was loaded, for the person who looks at it; that they do is logged.
    pub(crate) async fn seen(&self, acting: &Acting, shown: Shown) -> Result<Seen, Problem> {
        let payees = shown.statement.items.iter().map(|item| item.payee.clone());
        let names = self.names(payees.chain([shown.statement.provider_ref.clone()])).await?;
        let own = acting.provider == shown.contract.provider_ref;
        let may_respond = acting.may(Permission::RespondToStatement);
        let seen = Seen { shown, own, may_respond, names };
        acting.viewed_of("statement", seen.lines(), seen.clients());
        Ok(seen)
    }

    async fn advice(
        &self,
        acting: &Acting,
        which: &Which,
        view: RemittanceView,
    ) -> Result<AdviceView, Problem> {
        let Which { contract_ref, period_start } = which;
        let (statement, finalised) =
            self.statements.finalised(&acting.provider, contract_ref, *period_start).await?;
        let advice = Remittance::of(&statement, &finalised, view)?;
        let payees = advice.lines.iter().filter_map(|line| line.paid_to.clone());
        let names = self.names(payees.chain([advice.provider_ref.clone()])).await?;
        let clients = advice.lines.iter().filter_map(|line| line.ss_ref.as_ref());
        acting.viewed_of("remittance advice", advice.lines.len(), clients);
        Ok(AdviceView::of(advice, &names))
    }

    async fn names(
        &self,
        providers: impl Iterator<Item = ProviderRef>,
    ) -> Result<BTreeMap<ProviderRef, String>, Problem> {
        let providers: BTreeSet<_> = providers.collect();
        let known = try_join_all(providers.iter().map(|it| self.store.provider(it))).await?;
        Ok(known.into_iter().flatten().map(|it| (it.provider_ref, it.name)).collect())
    }
}

impl Asked {
    fn year(&self) -> Result<Option<domain::period::FinancialYear>, Invalid> {
        let text = self.financial_year.trim();
        let refused = |why: domain::period::NotAFinancialYear| {
            Invalid::field("financial_year", why.to_string())
        };
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(refused) }
    }

    /// The contract that was asked for, else the first; a text that is no reference names nothing.
    fn chosen(&self, first: Option<&ContractRef>) -> Result<Option<ContractRef>, Missing> {
        let text = self.contract.trim();
        if text.is_empty() {
            return Ok(first.cloned());
        }
        text.parse().map(Some).map_err(|_no_reference| Missing)
    }
}

impl AskedAdvice {
    fn view(&self) -> RemittanceView {
        let yes = |text: &str| text == "true";
        RemittanceView { summary: yes(&self.summary), show_pairs: yes(&self.show_pairs) }
    }
}
