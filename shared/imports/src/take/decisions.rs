//! Manual adjustments and directives.

use domain::facts::{Adjustment, Directive};
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem};
use domain::ids::{AdjustmentRef, ContractRef, CpliId, DirectiveRef};
use store::keys::Key;
use store::{Located, MissingKind};

use super::people::told;
use crate::desk::{Desk, Stop, changed, merged, needed};

impl Desk<'_> {
    pub(crate) async fn adjustment(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let adjustment_ref: AdjustmentRef = needed(row, "adjustment_ref")?;
        let locator = Key::adjustment_locator(&adjustment_ref);
        let (home, is_new) = self.home(&locator, row).await?;
        let key = Key::adjustment(&home.provider_ref, &home.contract_ref, &adjustment_ref);
        let known = self.adjustments.get(self.store, &key).await?;
        let merged = merged::<Adjustment>(known.as_ref(), row, at)?;
        let Some(adjustment) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        stays(&home, &adjustment.contract_ref)?;
        self.of_contract(&home, adjustment.cpli_id.as_ref()).await?;
        if is_new {
            self.locate(locator, &home);
        }
        let known = told(known, adjustment, merged.times);
        if changed(merged.outcome) {
            self.changes.touch(&home);
        }
        self.adjustments.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    pub(crate) async fn directive(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let directive_ref: DirectiveRef = needed(row, "directive_ref")?;
        let locator = Key::directive_locator(&directive_ref);
        let (home, is_new) = self.home(&locator, row).await?;
        let key = Key::directive(&home.provider_ref, &home.contract_ref, &directive_ref);
        let known = self.directives.get(self.store, &key).await?;
        let merged = merged::<Directive>(known.as_ref(), row, at)?;
        let Some(directive) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        stays(&home, &directive.contract_ref)?;
        self.of_contract(&home, directive.cpli_id.as_ref()).await?;
        if is_new {
            self.locate(locator, &home);
        }
        let known = told(known, directive, merged.times);
        if changed(merged.outcome) {
            self.changes.touch(&home);
        }
        self.directives.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    /// The contract that a decision is about, and whether the decision is new.
    async fn home(&mut self, locator: &Key, row: &Row) -> Result<(Located, bool), Stop> {
        if let Some(home) = self.located(locator).await? {
            return Ok((home, false));
        }
        let contract_ref: ContractRef = needed(row, "contract_ref")?;
        let home = self.located_or_wait(MissingKind::Contract, contract_ref.as_str()).await?;
        Ok((home, true))
    }

    /// A care package that a decision names must be of its contract.
    async fn of_contract(&mut self, home: &Located, cpli_id: Option<&CpliId>) -> Result<(), Stop> {
        let Some(cpli_id) = cpli_id else { return Ok(()) };
        let of = self.located_or_wait(MissingKind::Cpli, cpli_id.as_str()).await?;
        if of.contract_ref == home.contract_ref {
            return Ok(());
        }
        let message = format!(
            "cpli_id: CPLI {cpli_id} is of contract {}. Name that contract.",
            of.contract_ref
        );
        Err(RowProblem::at("cpli_id", Code::I28, message).into())
    }
}

fn stays(home: &Located, contract_ref: &ContractRef) -> Result<(), RowProblem> {
    if home.contract_ref == *contract_ref {
        return Ok(());
    }
    let message = format!(
        "contract_ref: This is of contract {} and cannot move. End it and begin a new one.",
        home.contract_ref
    );
    Err(RowProblem::at("contract_ref", Code::I27, message))
}
