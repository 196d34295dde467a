//! A provider confirms, rejects or queries a statement.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::ids::{ContractRef, ProviderRef};
use domain::period::Lifecycle;
use domain::record::{LineQuery, Reply, Standing};

use crate::show::Shown;
use crate::{Statements, StatementsError};

/// Which statement a response is to, and whose it must be.
#[derive(Debug, Clone)]
pub struct WhichStatement {
    /// The contract's provider; one that is only paid voids may not respond.
    pub provider_ref: ProviderRef,
    /// The contract.
    pub contract_ref: ContractRef,
    /// The first day of the period.
    pub period_start: NaiveDate,
}

/// What a provider says.
#[derive(Debug, Clone)]
pub enum Answering {
    /// It agrees; of a finalised statement, to what was held back.
    Confirm(Reply),
    /// It does not agree.
    Reject(Reply),
    /// It agrees but for some lines.
    Query(Reply, Vec<LineQuery>),
}

impl Statements {
    /// Records what a provider says to a statement, and gives the statement as it is then.
    ///
    /// # Errors
    ///
    /// [`StatementsError::NotFound`] if it is not the provider's own; [`StatementsError::Refused`] says why it
    /// may not be answered so; a stale [`StatementsError::Store`] if somebody else answered first.
    pub async fn respond(
        &self,
        which: &WhichStatement,
        answering: Answering,
        now: Now,
    ) -> Result<Shown, StatementsError> {
        let known = self.known(&which.provider_ref, &which.contract_ref).await?;
        let shown = self.shown(&known, &which.provider_ref, which.period_start, now).await?;
        let to = Standing {
            period: &shown.statement.period,
            digest: &shown.digest,
            items: &shown.statement.items,
            open: shown.lifecycle == Lifecycle::Current,
        };
        let record = shown.record.clone();
        let mut answered = match answering {
            Answering::Confirm(reply) => record.confirm(reply, to, now),
            Answering::Reject(reply) => record.reject(reply, to, now),
            Answering::Query(reply, lines) => record.query(reply, lines, to, now),
        }?;
        self.store.save_response(&answered).await?;
        answered.version = answered.version.saturating_add(1);
        let can_confirm_outstanding = crate::show::is_outstanding(&answered, &shown.statement);
        Ok(Shown { record: answered, can_confirm_outstanding, ..shown })
    }
}
