//! What the council decides about care that is paid as it was delivered: variations, and weeks over the tolerance.

use chrono::{Datelike, NaiveDate};
use domain::facts::Service;
use domain::feed::{Code, FileTime, Outcome, Row, RowProblem, merge};
use domain::ids::{CpliId, VariationRef};
use domain::period::periods_of;
use domain::weeks::{Decision, DecisionKind, Variation};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{Located, MissingKind, PeriodOf};

use super::people::told;
use crate::desk::{Desk, Stop, changed, needed, unsound};

/// What a row says of a variation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct VariationRow {
    variation_ref: VariationRef,
    cpli_id: CpliId,
    from_date: NaiveDate,
    to_date: NaiveDate,
    quantity: Decimal,
    reason: String,
}

impl VariationRow {
    fn of(variation: &Variation) -> Self {
        Self {
            variation_ref: variation.variation_ref.clone(),
            cpli_id: variation.cpli_id.clone(),
            from_date: variation.from_date,
            to_date: variation.to_date,
            quantity: variation.quantity,
            reason: variation.reason.clone(),
        }
    }

    fn at(self, home: &Located) -> Variation {
        Variation {
            variation_ref: self.variation_ref,
            contract_ref: home.contract_ref.clone(),
            cpli_id: self.cpli_id,
            from_date: self.from_date,
            to_date: self.to_date,
            quantity: self.quantity,
            reason: self.reason,
        }
    }
}

/// What a row says of a week over the tolerance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ExceptionRow {
    cpli_id: CpliId,
    week_start: NaiveDate,
    decision: DecisionKind,
    quantity: Option<Decimal>,
    reason: String,
}

impl ExceptionRow {
    fn of(decision: &Decision) -> Self {
        Self {
            cpli_id: decision.cpli_id.clone(),
            week_start: decision.week_start,
            decision: decision.kind,
            quantity: decision.quantity,
            reason: decision.reason.clone(),
        }
    }

    /// What is taken from a provider has a reason that it can read.
    fn explained(&self) -> Result<(), RowProblem> {
        if self.decision == DecisionKind::Approve || !self.reason.is_empty() {
            return Ok(());
        }
        let message = "reason: Fill this in. The provider reads why not all is paid.";
        Err(RowProblem::at("reason", Code::I10, message))
    }
}

impl Desk<'_> {
    pub(crate) async fn variation(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let variation_ref: VariationRef = needed(row, "variation_ref")?;
        let cpli_id: CpliId = needed(row, "cpli_id")?;
        let of = self.located_or_wait(MissingKind::Cpli, cpli_id.as_str()).await?;
        let locator = Key::variation_locator(&variation_ref);
        let is_new = self.located(&locator).await?.is_none();
        let home = self.located(&locator).await?.unwrap_or_else(|| of.clone());
        let key = Key::variation(&home.provider_ref, &home.contract_ref, &variation_ref);
        let known = self.variations.get(self.store, &key).await?;
        let before = known.as_ref().map(|it| VariationRow::of(&it.fact));
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let merged = merge::<VariationRow>(before.as_ref(), times, row, at)?;
        let Some(said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        stays(&home, &of)?;
        if is_new {
            self.locate(locator, &home);
        }
        let is_changed = changed(merged.outcome);
        if is_changed {
            self.changes.touch(&home);
        }
        self.variations.set(key, told(known, said.at(&home), merged.times), is_changed);
        Ok(merged.outcome)
    }

    pub(crate) async fn exception(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let cpli_id: CpliId = needed(row, "cpli_id")?;
        let week_start: NaiveDate = needed(row, "week_start")?;
        let home = self.located_or_wait(MissingKind::Cpli, cpli_id.as_str()).await?;
        let key = Key::exception(&home.provider_ref, &home.contract_ref, &cpli_id, week_start);
        let known = self.exceptions.get(self.store, &key).await?;
        let before = known.as_ref().map(|it| ExceptionRow::of(&it.fact));
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let merged = merge::<ExceptionRow>(before.as_ref(), times, row, at)?;
        let Some(said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        said.explained()?;
        let is_changed = changed(merged.outcome);
        let decision = match known.as_ref().filter(|_| !is_changed) {
            // Being told the same again does not decide about what was entered since.
            Some(known) => known.fact.clone(),
            None => self.decided(&home, said).await?,
        };
        if is_changed {
            self.changes.touch(&home);
        }
        self.exceptions.set(key, told(known, decision, merged.times), is_changed);
        Ok(merged.outcome)
    }

    /// A decision about what is entered now.
    async fn decided(&mut self, home: &Located, said: ExceptionRow) -> Result<Decision, Stop> {
        let ExceptionRow { cpli_id, week_start, decision: kind, quantity, reason } = said;
        let service = self.service_of(home, &cpli_id).await?;
        begins_a_week(&service, week_start)?;
        let upon = self.entered(home, &cpli_id, week_start, &service).await?;
        let upon = upon.ok_or_else(|| nothing_entered(&cpli_id, week_start))?;
        Ok(Decision {
            contract_ref: home.contract_ref.clone(),
            cpli_id,
            week_start,
            kind,
            quantity,
            upon,
            reason,
            decided_at: self.now.instant,
        })
    }

    async fn service_of(&mut self, home: &Located, cpli_id: &CpliId) -> Result<Service, Stop> {
        let key = Key::cpli(&home.provider_ref, &home.contract_ref, cpli_id);
        let cpli = self.cplis.get(self.store, &key).await?;
        let cpli = cpli.ok_or_else(|| unsound("cpli_id"))?.fact;
        let key = Key::service(&home.provider_ref, &home.contract_ref, &cpli.service_ref);
        let service = self.services.get(self.store, &key).await?;
        Ok(service.ok_or_else(|| unsound("cpli_id"))?.fact)
    }

    /// The payable units that are entered for a week; none: nothing is.
    async fn entered(
        &mut self,
        home: &Located,
        cpli_id: &CpliId,
        week_start: NaiveDate,
        service: &Service,
    ) -> Result<Option<Decimal>, Stop> {
        let key = Key::contract(&home.provider_ref, &home.contract_ref);
        let agreement = self.contracts.get(self.store, &key).await?;
        let contract = agreement.ok_or_else(|| unsound("cpli_id"))?.fact.contract;
        let periods = &self.cycle(&contract.cycle_ref).await?.periods;
        let mut periods = periods_of(&contract, periods);
        let period = periods.find(|it| it.start_date <= week_start && week_start <= it.end_date);
        let start = period.map(|it| it.start_date);
        drop(periods);
        let Some(start) = start else { return Ok(None) };
        let (provider, contract) = (&home.provider_ref, &home.contract_ref);
        let of = PeriodOf { provider, contract, start };
        let weeks = self.store.weeks_of_cpli(of, cpli_id).await?;
        let Some(recorded) = weeks.weeks.get(&week_start) else { return Ok(None) };
        let payable = recorded.week.delivered().payable_quantity(service.frustrated_percent);
        payable.map(Some).map_err(|_too_large| unsound("week_start").into())
    }
}

fn begins_a_week(service: &Service, week_start: NaiveDate) -> Result<(), RowProblem> {
    if u8::try_from(week_start.weekday().num_days_from_monday()) == Ok(service.week_starts) {
        return Ok(());
    }
    let message = format!(
        "week_start: {week_start} is a {}. Give the first day of a week of service {}.",
        week_start.format("%A"),
        service.service_ref
    );
    Err(RowProblem::at("week_start", Code::I34, message))
}

fn nothing_entered(cpli_id: &CpliId, week_start: NaiveDate) -> RowProblem {
    let message = format!(
        "week_start: Nothing is entered for CPLI {cpli_id} in the week of {week_start}, so there is nothing to decide."
    );
    RowProblem::at("week_start", Code::I35, message)
}

fn stays(home: &Located, of: &Located) -> Result<(), RowProblem> {
    if home == of {
        return Ok(());
    }
    let message = format!(
        "cpli_id: This is of contract {} and cannot move. End it and begin a new one.",
        home.contract_ref
    );
    Err(RowProblem::at("cpli_id", Code::I27, message))
}
