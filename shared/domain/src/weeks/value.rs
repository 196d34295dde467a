//! What a week comes to: rule 6 of domain.md section 5.

use chrono::{Days as Span, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionKind};
use crate::actuals::{Warning, Week, planned, quantity_text};
use crate::entitlement::{Days, Line, active_days, is_scheduled, of_contributions};
use crate::facts::{ContributionKind, Cpli, Facts, Service};
use crate::ids::CpliId;
use crate::item::{ActualCare, Basis, ItemKind};
use crate::money::{Money, MoneyError};
use crate::settings::OverTolerance;
use crate::statement::CannotCompute;

/// What holds today for one CPLI in one week.
#[derive(Debug, Clone)]
pub struct Terms<'f> {
    /// The care package.
    pub cpli: &'f Cpli,
    /// Its service.
    pub service: &'f Service,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// The days of it on which care is given; none: no care is owed for it.
    pub active: Option<Days>,
    /// Units.
    pub planned: Decimal,
    /// Pounds a unit, of the first active day.
    pub unit_price: Decimal,
    /// Units beyond the plan that the council agreed to beforehand.
    pub varied: Decimal,
    /// What the council decided about it.
    pub decision: Option<&'f Decision>,
    /// What happens to what is over, until the council decides.
    pub over_tolerance: OverTolerance,
}

/// What a recorded week comes to today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued {
    /// The care package.
    pub cpli_id: CpliId,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// Units.
    pub planned: Decimal,
    /// The units that are to be paid for if the council has nothing against it.
    pub payable_quantity: Decimal,
    /// The units that are paid for.
    pub paid_quantity: Decimal,
    /// Set if it is over what is tolerated.
    pub exception: Option<Exception>,
    /// What is owed: cost, then contributions. None if the whole week is held. Nothing of it is for nothing.
    pub lines: Vec<Line>,
}

/// A week in which more was delivered than is tolerated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Payable units beyond the plan.
    pub over: Decimal,
    /// The units that are not paid for.
    pub unpaid_quantity: Decimal,
    /// What is not paid because of it.
    pub amount: Money,
    /// What the council decided.
    pub state: ExceptionState,
    /// For the provider.
    pub reason: String,
}

/// What became of a week in which more was delivered than is tolerated.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionState {
    /// Held until the council decides.
    Waiting,
    /// Paid.
    Approved,
    /// Paid up to a quantity, and the rest never.
    Capped,
    /// What was held is never paid.
    Rejected,
}

/// How many units are paid for, and what became of the rest. No units: the whole week is not paid, with what the
/// provider collected for it.
struct Outcome {
    paid: Option<Decimal>,
    state: Option<ExceptionState>,
}

impl Facts {
    /// What holds today for a week of a care package; none if it is paid by plan or not of this contract.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn terms(
        &self,
        cpli_id: &CpliId,
        week_start: NaiveDate,
        over_tolerance: OverTolerance,
    ) -> Result<Option<Terms<'_>>, MoneyError> {
        let Some(cpli) = self.cplis.get(cpli_id) else { return Ok(None) };
        let Some(service) = self.services.get(&cpli.service_ref) else { return Ok(None) };
        if is_scheduled(&self.contract, service) {
            return Ok(None);
        }
        let last = week_start.checked_add_days(Span::new(6));
        let week = last.and_then(|last| Days::new(week_start, last));
        let active = week.filter(|_| cpli.authorised);
        let active = active.and_then(|week| active_days(&self.contract, service, cpli, week));
        let plan = active.map(|active| planned(service, cpli, active).ok_or(MoneyError::TooLarge));
        let varied = active.map(|active| self.varied(cpli_id, active));
        let price = active.and_then(|active| cpli.price_on(active.from));
        Ok(Some(Terms {
            cpli,
            service,
            week_start,
            active,
            planned: plan.transpose()?.unwrap_or_default(),
            unit_price: price.map_or(Decimal::ZERO, |price| price.unit_price),
            varied: varied.transpose()?.unwrap_or_default(),
            decision: self.decision(cpli_id, week_start),
            over_tolerance,
        }))
    }
}

impl Terms<'_> {
    /// What `week` comes to under these terms.
    ///
    /// # Errors
    ///
    /// [`CannotCompute`] beyond what the portal can hold.
    pub fn value(&self, week: &Week) -> Result<Valued, CannotCompute> {
        let share = self.service.frustrated_percent;
        let payable = week.delivered().payable_quantity(share)?;
        let mut valued = Valued {
            cpli_id: self.cpli.cpli_id.clone(),
            week_start: self.week_start,
            planned: self.planned,
            payable_quantity: payable,
            paid_quantity: Decimal::ZERO,
            exception: None,
            lines: Vec::new(),
        };
        let Some(active) = self.active else { return Ok(valued) };
        let outcome = self.outcome(payable)?;
        if let Some(paid) = outcome.paid {
            valued.paid_quantity = paid;
            valued.lines = self.lines(week, paid, active)?;
        }
        if let Some(state) = outcome.state {
            let whole = total(&self.lines(week, payable, active)?)?;
            let over = payable.checked_sub(self.planned).ok_or(MoneyError::TooLarge)?;
            let unpaid = payable.checked_sub(valued.paid_quantity).ok_or(MoneyError::TooLarge)?;
            valued.exception = Some(Exception {
                over,
                unpaid_quantity: unpaid,
                amount: whole.plus(total(&valued.lines)?.reversed()?)?,
                state,
                reason: self.reason(state, over, valued.paid_quantity),
            });
        }
        Ok(valued)
    }

    /// The payable units above which the council is asked.
    fn tolerated(&self) -> Option<Decimal> {
        let percent = self.service.tolerance_percent.checked_add(Decimal::ONE_HUNDRED)?;
        let tolerated = self.planned.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
        tolerated.checked_add(self.varied)
    }

    fn outcome(&self, payable: Decimal) -> Result<Outcome, MoneyError> {
        if payable <= self.tolerated().ok_or(MoneyError::TooLarge)? {
            return Ok(Outcome { paid: Some(payable), state: None });
        }
        let commissioned = self.planned.checked_add(self.varied).ok_or(MoneyError::TooLarge)?;
        let meanwhile = match self.over_tolerance {
            OverTolerance::Suspend => None,
            OverTolerance::PayCommissioned => Some(payable.min(commissioned)),
        };
        let waiting = |paid| Outcome { paid, state: Some(ExceptionState::Waiting) };
        let Some(decision) = self.decision else { return Ok(waiting(meanwhile)) };
        let known = payable <= decision.upon;
        Ok(match decision.kind {
            DecisionKind::Approve => {
                let agreed = decision.quantity.unwrap_or(decision.upon);
                if payable <= agreed {
                    Outcome { paid: Some(payable), state: Some(ExceptionState::Approved) }
                } else {
                    // What the council agreed to stays agreed when more is entered.
                    waiting(Some(agreed).max(meanwhile))
                }
            }
            DecisionKind::Cap => {
                let paid = Some(decision.quantity.unwrap_or(self.planned).min(payable));
                let state = Some(ExceptionState::Capped);
                if known { Outcome { paid, state } } else { waiting(paid) }
            }
            DecisionKind::Reject if known => {
                Outcome { paid: meanwhile, state: Some(ExceptionState::Rejected) }
            }
            DecisionKind::Reject => waiting(meanwhile),
        })
    }

    fn lines(&self, week: &Week, paid: Decimal, active: Days) -> Result<Vec<Line>, CannotCompute> {
        let amount = paid.checked_mul(self.unit_price).ok_or(MoneyError::TooLarge)?;
        let cost = Line {
            kind: ItemKind::Cost,
            days: active,
            days_paid: active.count(),
            basis: Basis::Actual(ActualCare {
                actual: week.actual,
                frustrated: week.frustrated,
                frustrated_percent: self.service.frustrated_percent,
                quantity: paid,
                unit: self.service.unit,
                unit_price: self.unit_price,
            }),
            amount: Money::rounded(amount)?,
            payee: None,
        };
        let mut lines = vec![cost];
        for kind in ContributionKind::ALL {
            of_contributions(&self.cpli.contributions, kind, active, &mut lines)?;
        }
        lines.retain(|line| line.amount != Money::ZERO);
        Ok(lines)
    }

    fn reason(&self, state: ExceptionState, over: Decimal, paid: Decimal) -> String {
        let text = |quantity| quantity_text(quantity, self.service.unit);
        let told = match state {
            ExceptionState::Waiting => {
                return Warning::OverCommissioned { over: text(over) }.to_string();
            }
            ExceptionState::Approved => "The council agreed to it".to_owned(),
            ExceptionState::Capped => format!("The council pays {} of it", text(paid)),
            ExceptionState::Rejected => {
                format!("The council does not pay {} over what was commissioned", text(over))
            }
        };
        match self.decision.map(|decision| decision.reason.as_str()).filter(|it| !it.is_empty()) {
            Some(reason) => format!("{told}: {reason}"),
            None => format!("{told}."),
        }
    }
}

impl Valued {
    /// What is owed for it: costs and contributions together.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn owed(&self) -> Result<Money, MoneyError> {
        total(&self.lines)
    }

    /// What is owed of one kind.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn owed_of(&self, kind: ItemKind) -> Result<Money, MoneyError> {
        Money::total(self.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount))
    }

    /// What is held until the council decides.
    pub fn held(&self) -> Option<&Exception> {
        self.exception.as_ref().filter(|it| it.state == ExceptionState::Waiting)
    }

    /// Whether nothing of it is paid until the council decides.
    pub fn is_wholly_held(&self) -> bool {
        self.held().is_some() && self.lines.is_empty()
    }
}

fn total(lines: &[Line]) -> Result<Money, MoneyError> {
    Money::total(lines.iter().map(|line| line.amount))
}
