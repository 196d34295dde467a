//! What a change of facts would mean for what is paid next.

use chrono::NaiveDate;
use domain::facts::Facts;
use domain::ids::{ContractRef, ProviderRef};
use domain::money::Money;
use serde::Serialize;

use crate::load::Known;
use crate::{Statements, StatementsError};

/// The open statement of a contract, as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
