//! A statement as the council's page shows it: what its provider reads, and who must still agree.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::authorising::Authorised;
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::item::{Item, ItemStatus};
use domain::money::MoneyError;
use domain::period::{FinancialYear, Lifecycle};
use domain::permission::CouncilPermission;
use domain::statement::Totals;
use serde::Serialize;
use statements::view::{LineView, PayeeView, ResponseView};
use statements::{CouncilShown, Shown};
use web::Staff;

use crate::schedule_view::StepView;

/// A statement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct StatementView {
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    contract_name: String,
    cycle_ref: CycleRef,
    period_start: NaiveDate,
    period_end: NaiveDate,
    financial_year: FinancialYear,
    lifecycle: Lifecycle,
    response: ResponseView,
    confirm_by: DateTime<Utc>,
    finalise_at: DateTime<Utc>,
    pay_date: NaiveDate,
    finalised_at: Option<DateTime<Utc>>,
    digest: String,
    totals: Totals,
    payees: Vec<PayeeView>,
    payable: Vec<LineView>,
    non_payable: Vec<LineView>,
    held: Vec<LineView>,
    /// Why all its items are held, if they are.
    held_at_lock: Option<domain::record::HeldAtLock>,
    authorisation: AuthorisationView,
    paused: Option<StepView>,
    may_direct: bool,
}

/// Who agreed, who must, and what this person may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked by the page on its own")]
struct AuthorisationView {
    /// Whether something in it was decided by hand, so that a second person must agree.
    needed: bool,
    /// Whether one must still.
    awaits: bool,
    /// Whether this person decided something in it, so that it must be another.
    own: bool,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
    /// Whether the agreement is to other items than there are now.
    outdated: bool,
    may_authorise: bool,
    may_finalise: bool,
}

impl StatementView {
    /// What the page shows to one of the council's people.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if its lines add up to more than the portal can hold.
    pub(crate) fn of(
        seen: &CouncilShown,
        staff: &Staff,
        names: &BTreeMap<ProviderRef, String>,
    ) -> Result<Self, MoneyError> {
        let Shown { statement, record, contract, .. } = &seen.shown;
        let (period, provider) = (&statement.period, &statement.provider_ref);
        let queries = record.response.queries();
        let line = |item: &Item| LineView::of(item, provider, names, queries);
        let lines = |wanted: fn(&Item) -> bool| {
            statement.items.iter().filter(|item| wanted(item)).map(line).collect()
        };
        Ok(Self {
            provider_ref: provider.clone(),
            provider_name: names.get(provider).cloned().unwrap_or_else(|| provider.to_string()),
            contract_ref: contract.contract_ref.clone(),
            contract_name: statement.contract_name.clone(),
            cycle_ref: period.cycle_ref.clone(),
            period_start: period.start_date,
            period_end: period.end_date,
            financial_year: FinancialYear::of_period(period),
            lifecycle: seen.shown.lifecycle,
            response: ResponseView::from(&record.response),
            confirm_by: period.confirm_by,
            finalise_at: period.finalise_at,
            pay_date: period.pay_date,
            finalised_at: record.finalised.as_ref().map(|it| it.at),
            digest: seen.shown.digest.clone(),
            totals: statement.totals()?,
            payees: PayeeView::all(statement, names)?,
            payable: lines(|item| item.status == ItemStatus::Payable),
            non_payable: lines(|item| item.status != ItemStatus::Payable),
            held: statement.held.iter().map(|held| line(&held.item)).collect(),
            held_at_lock: record.locked.as_ref().and_then(|it| it.held),
            authorisation: AuthorisationView::of(seen, staff),
            paused: seen.paused.as_ref().map(StepView::from),
            may_direct: staff.may(CouncilPermission::DirectPayments),
        })
    }
}

impl AuthorisationView {
    fn of(seen: &CouncilShown, staff: &Staff) -> Self {
        let record = &seen.shown.record;
        let locked = record.locked.is_some() && record.finalised.is_none();
        let own = seen.makers.contains(&staff.staff_ref);
        let given = record.authorised.as_ref();
        let stands = |it: &Authorised| it.digest == seen.shown.digest;
        let current = given.is_some_and(stands);
        let may = locked && !own && staff.may(CouncilPermission::Finalise);
        Self {
            needed: !seen.makers.is_empty(),
            awaits: seen.awaits && locked,
            own,
            by: given.map(|it| it.name.clone()),
            at: given.map(|it| it.at),
            outdated: record.finalised.is_none() && given.is_some() && !current,
            may_authorise: may && (seen.awaits || !current),
            may_finalise: may && seen.paused.is_none(),
        }
    }
}
