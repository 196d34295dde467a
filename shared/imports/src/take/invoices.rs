//! What the council decides about invoices and credit notes.

use domain::feed::{Code, FileTime, Outcome, Row, RowProblem};
use domain::ids::ProviderRef;
use domain::invoice::{CannotChange, InvoiceHead, InvoiceId, InvoiceNumber};
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{AfterWrite, Missing, MissingKind};

use super::people::told;
use crate::desk::{Desk, Stop, changed, merged, needed, unsound};

/// What a row says of an invoice or credit note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InvoiceRow {
    provider_ref: ProviderRef,
    number: InvoiceNumber,
    decision: InvoiceDecision,
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum InvoiceDecision {
    Approve,
    Dispute,
}

impl Desk<'_> {
    pub(crate) async fn invoice(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let provider_ref: ProviderRef = needed(row, "provider_ref")?;
        let number: InvoiceNumber = needed(row, "number")?;
        let key = Key::invoice_decision(&provider_ref, number);
        let known = self.invoice_decisions.get(self.store, &key).await?;
        let merged = merged::<InvoiceRow>(known.as_ref(), row, at)?;
        let Some(said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        let invoice_id = self.store.invoice_numbered(&provider_ref, number).await?;
        let invoice_id = invoice_id.ok_or_else(|| waits_for_invoice(&provider_ref, number))?;
        // The same again is no new decision: the provider may have answered to the first.
        let is_changed = changed(merged.outcome);
        if is_changed {
            self.decide(&provider_ref, &invoice_id, &said).await?;
            self.after.push(AfterWrite::Decided { provider_ref, invoice_id });
        }
        self.invoice_decisions.set(key, told(known, said, merged.times), is_changed);
        Ok(merged.outcome)
    }

    async fn decide(
        &mut self,
        provider: &ProviderRef,
        id: &InvoiceId,
        said: &InvoiceRow,
    ) -> Result<(), Stop> {
        let of_period =
            self.store.invoices_of_period(provider, &id.contract_ref, id.period_start).await?;
        let as_will_be = |head: InvoiceHead| {
            let key = (head.provider_ref.clone(), head.invoice_id.clone());
            self.invoices.get(&key).cloned().unwrap_or(head)
        };
        let heads: Vec<InvoiceHead> = of_period.into_iter().map(as_will_be).collect();
        let head = heads.iter().find(|head| head.invoice_id == *id).cloned();
        let head = head.ok_or_else(|| Stop::Refused(unsound("number")))?;
        let decided = match said.decision {
            InvoiceDecision::Approve => head.approve(Some(&said.reason), &heads, self.now),
            InvoiceDecision::Dispute => head.dispute(&said.reason, self.now),
        };
        let decided = decided.map_err(|why| refused(&why))?;
        self.invoices.insert((provider.clone(), id.clone()), decided);
        Ok(())
    }
}

fn refused(why: &CannotChange) -> RowProblem {
    match why {
        CannotChange::ReasonRequired => {
            let message = "reason: Fill this in. The provider reads what is wrong.";
            RowProblem::at("reason", Code::I10, message)
        }
        CannotChange::ReasonTooLong => {
            RowProblem::at("reason", Code::I17, format!("reason: {why}"))
        }
        CannotChange::From { .. }
        | CannotChange::NothingAttached { .. }
        | CannotChange::EarlierFirst(_)
        | CannotChange::TooManySteps => {
            RowProblem::at("number", Code::I36, format!("number: {why}"))
        }
    }
}

fn waits_for_invoice(provider: &ProviderRef, number: InvoiceNumber) -> Stop {
    let reference = format!("{number} of {provider}");
    Stop::Waits(Missing { kind: MissingKind::Invoice, reference })
}
