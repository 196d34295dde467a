//! What a change of facts would mean for what is paid next.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::facts::{Contract, Facts, Period};
use domain::ids::{ContractRef, ProviderRef};
use domain::item::ItemStatus;
use domain::money::Money;
use domain::statement::Statement;
use serde::Serialize;

use crate::load::Known;
use crate::{Statements, StatementsError};

/// Of how many statements after the open one it is said what they would come to: a year of them.
const FORECASTS_MAX: usize = 13;

/// The open statement of a contract, as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// Whose.
    pub contract_ref: ContractRef,
    /// Its first day.
    pub period_start: NaiveDate,
    /// What it comes to now.
    pub payable_before: Money,
    /// What it would come to.
    pub payable_after: Money,
}

/// A statement that is not fixed, as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Whose.
    pub contract_ref: ContractRef,
    /// As the council calls it.
    pub contract_name: String,
    /// Its first day.
    pub period_start: NaiveDate,
    /// Its last day.
    pub period_end: NaiveDate,
    /// What it pays.
    pub now: Money,
    /// What it would pay.
    pub then: Money,
    /// What it does not pay, by why not, where that would be different.
    pub non_payable: Vec<NonPayable>,
}

/// What a statement does not pay for one reason, as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NonPayable {
    /// Why it is not paid: suspended, cancelled or carried forward.
    pub status: ItemStatus,
    /// What it comes to.
    pub now: Money,
    /// What it would come to.
    pub then: Money,
}

/// What a statement comes to, by whether it is paid.
pub type Sums = BTreeMap<ItemStatus, Money>;

impl Effect {
    /// What a statement comes to `now`, and what it would come to `then`.
    pub fn new(contract: &Contract, period: &Period, now: &Sums, then: &Sums) -> Self {
        let of =
            |sums: &Sums, status: ItemStatus| sums.get(&status).copied().unwrap_or(Money::ZERO);
        let statuses: BTreeSet<_> = now.keys().chain(then.keys()).copied().collect();
        let unpaid = statuses.into_iter().filter(|it| *it != ItemStatus::Payable);
        let unpaid =
            unpaid.map(|it| NonPayable { status: it, now: of(now, it), then: of(then, it) });
        Self {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            period_start: period.start_date,
            period_end: period.end_date,
            now: of(now, ItemStatus::Payable),
            then: of(then, ItemStatus::Payable),
            non_payable: unpaid.filter(|it| it.now != it.then).collect(),
        }
    }
}

impl Statements {
    /// What the open statement of a contract would come to after `change`; none if there is none, before or after.
    /// Nothing is written.
    ///
    /// # Errors
    ///
    /// [`StatementsError::CannotCompute`] if the facts would contradict each other; otherwise if the table or the
    /// buckets do not answer.
    pub async fn preview(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        change: impl FnOnce(&mut Facts),
    ) -> Result<Option<Preview>, StatementsError> {
        let mut known = match self.known(provider, contract).await {
            Err(StatementsError::NotFound) => return Ok(None),
            other => other?,
        };
        let before = self.open_payable(&known).await?;
        change(&mut known.today.facts);
        let after = self.open_payable(&known).await?;
        let Some((period_start, _)) = after.or(before) else { return Ok(None) };
        let of =
            |side: Option<(NaiveDate, Money)>| side.map_or(Money::ZERO, |(_, payable)| payable);
        Ok(Some(Preview {
            contract_ref: contract.clone(),
            period_start,
            payable_before: of(before),
            payable_after: of(after),
        }))
    }

    /// What a change would mean for the statements of a contract that are not fixed: for the open one with its
    /// corrections, and for those after it that begin by `through`. None of them: there is no open statement.
    /// Nothing is written.
    ///
    /// # Errors
    ///
    /// [`StatementsError::CannotCompute`] if the facts would contradict each other; otherwise if the table or the
    /// buckets do not answer.
    pub async fn effects(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        through: NaiveDate,
        change: impl FnOnce(&mut Facts),
    ) -> Result<Vec<Effect>, StatementsError> {
        let mut known = match self.known(provider, contract).await {
            Err(StatementsError::NotFound) => return Ok(Vec::new()),
            other => other?,
        };
        let now = self.not_fixed(&known, through).await?;
        change(&mut known.today.facts);
        let then = self.not_fixed(&known, through).await?;
        let effects = now.into_iter().zip(then);
        let effect = |((period, now), (_, then)): ((Period, Sums), (Period, Sums))| {
            Effect::new(known.contract(), &period, &now, &then)
        };
        Ok(effects.map(effect).collect())
    }

    /// What a decision by hand would mean for the statements of a contract that are not finalised: for the one that is
    /// locked, for the open one, and for those after it that begin by `through`. Those that stay as they are, are left
    /// out. Nothing is written.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if there is no such contract; [`StatementsError::CannotCompute`] if the facts would
    /// contradict each other.
    pub async fn effects_by_hand(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        through: NaiveDate,
        change: impl FnOnce(&mut Facts),
    ) -> Result<Vec<Effect>, StatementsError> {
        let mut known = self.known(provider, contract).await?;
        let now = self.not_finalised(&known, through).await?;
        change(&mut known.today.facts);
        let then = self.not_finalised(&known, through).await?;
        let effects = now
            .into_iter()
            .zip(then)
            .map(|((period, now), (_, then))| Effect::new(known.contract(), &period, &now, &then));
        Ok(effects.filter(|it| it.now != it.then || !it.non_payable.is_empty()).collect())
    }

    async fn not_finalised(
        &self,
        known: &Known,
        through: NaiveDate,
    ) -> Result<Vec<(Period, Sums)>, StatementsError> {
        let mut of = Vec::new();
        let waits = known.records.values().filter(|it| it.locked.is_some());
        for record in waits.filter(|it| it.finalised.is_none()) {
            let statement = self.fixed_statement(known, record).await?;
            of.push((statement.period.clone(), statement.totals_by_status()?));
        }
        of.extend(self.not_fixed(known, through).await?);
        Ok(of)
    }

    /// The open statement and those after it that begin by `through`, with what each comes to.
    async fn not_fixed(
        &self,
        known: &Known,
        through: NaiveDate,
    ) -> Result<Vec<(Period, Sums)>, StatementsError> {
        let Some(open) = known.first_not_fixed() else { return Ok(Vec::new()) };
        let statement = self.open_statement(known, open).await?;
        let mut of = vec![(open.clone(), statement.totals_by_status()?)];
        let later = |it: &&Period| it.start_date > open.start_date && it.start_date <= through;
        for period in known.periods().filter(later).take(FORECASTS_MAX) {
            let statement = Statement::forecast(&known.today.facts, period)?;
            of.push((period.clone(), statement.totals_by_status()?));
        }
        Ok(of)
    }

    /// The first day of the open statement and what it comes to.
    async fn open_payable(
        &self,
        known: &Known,
    ) -> Result<Option<(NaiveDate, Money)>, StatementsError> {
        let Some(period) = known.first_not_fixed() else { return Ok(None) };
        let statement = self.open_statement(known, period).await?;
        Ok(Some((period.start_date, statement.totals()?.payable)))
    }
}
