//! What a row can be about.

use std::collections::BTreeMap;

use chrono::{Days as Span, NaiveDate};
use rust_decimal::Decimal;

use super::{Quantity, planned};
use crate::entitlement::{Days, active_days, is_scheduled};
use crate::facts::{Client, Contract, Cpli, Service};
use crate::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, VariationRef};
use crate::money::Money;
use crate::weeks::Variation;

/// What is known of the provider whose file it is.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Who was selected when the file was sent.
    pub provider_ref: &'k ProviderRef,
    /// Its agreements.
    pub contracts: &'k BTreeMap<ContractRef, Contract>,
    /// Its services.
    pub services: &'k BTreeMap<ServiceRef, Service>,
    /// Its care packages. For those that are paid by the plan no actuals are taken.
    pub cplis: &'k BTreeMap<CpliId, Cpli>,
    /// The last day that is closed for each contract; none: no period of it is.
    pub closed_to: &'k BTreeMap<ContractRef, NaiveDate>,
    /// Care beyond the plan that the council agreed to beforehand.
    pub variations: &'k BTreeMap<VariationRef, Variation>,
}

/// Room for two references and a name, of nearly all of them.
const TEXTS_BYTES: usize = 48;

/// A care package with all that is asked about it.
#[derive(Debug)]
pub(super) struct Subject<'k> {
    pub(super) cpli: &'k Cpli,
    pub(super) service: &'k Service,
    pub(super) contract: &'k Contract,
    pub(super) closed_to: Option<NaiveDate>,
    /// As its care package says: a million rows ask, and the packages themselves are far apart.
    pub(super) authorised: bool,
    /// All days of care.
    care: Option<Days>,
    /// The service's step, if it can be counted in [`Quantity`].
    step: Option<Quantity>,
    share: Share,
    /// What holds for the week that was asked about last, and those around it.
    terms: Option<Terms>,
    /// What rows say about it: its id, the client's reference and what the client was called last, side by side, for
    /// each row asks for all three.
    texts: String,
    cpli_id_end: usize,
    ss_ref_end: usize,
    /// Whether the client was called by another name.
    called_otherwise: bool,
}

/// How much of frustrated care is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Nothing,
    All,
    Part,
}

/// What holds for the weeks that start on these days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    from: NaiveDate,
    to: NaiveDate,
    /// None: more than can be counted.
    pub(super) planned: Option<Decimal>,
    /// The same, if it can be counted in [`Quantity`].
    planned_exactly: Option<Quantity>,
    pub(super) unit_price: Decimal,
    unit_price_exactly: Option<Quantity>,
    /// The most that is paid for without the council's leave.
    tolerated: Option<Quantity>,
}

/// What a week comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worth {
    pub(super) owed: Money,
    pub(super) over: Option<Decimal>,
}

impl<'k> Known<'k> {
    /// What actuals are taken for, by id.
    pub(super) fn subjects(&self) -> Vec<Subject<'k>> {
        let known = *self;
        known.cplis.values().filter_map(|cpli| known.subject(cpli)).collect()
    }

    fn subject(&self, cpli: &'k Cpli) -> Option<Subject<'k>> {
        let service = self.services.get(&cpli.service_ref)?;
        let contract = self.contracts.get(&cpli.contract_ref)?;
        let ours = contract.provider_ref == *self.provider_ref;
        // With room for the name, so that those of all care packages lie one after the other and stay there.
        let mut texts = String::with_capacity(TEXTS_BYTES);
        texts.push_str(cpli.cpli_id.as_str());
        let cpli_id_end = texts.len();
        texts.push_str(cpli.client.ss_ref.as_str());
        let ever = Days { from: NaiveDate::MIN, to: NaiveDate::MAX };
        (ours && !is_scheduled(contract, service)).then(|| Subject {
            cpli,
            service,
            contract,
            closed_to: self.closed_to.get(&cpli.contract_ref).copied(),
            authorised: cpli.authorised,
            care: active_days(contract, service, cpli, ever),
            step: Quantity::exactly(service.unit_step),
            share: Share::of(service.frustrated_percent),
            terms: None,
            cpli_id_end,
            ss_ref_end: texts.len(),
            texts,
            called_otherwise: false,
        })
    }
}

impl Share {
    fn of(percent: Decimal) -> Self {
        if percent.is_zero() {
            Self::Nothing
        } else if percent == Decimal::ONE_HUNDRED {
            Self::All
        } else {
            Self::Part
        }
    }
}

impl Subject<'_> {
    /// Finds out what holds for the care of the week that starts on `week`. Whether there is care in it.
    pub(super) fn ask_terms(&mut self, week: NaiveDate) -> bool {
        if self.terms_of(week).is_none() {
            self.terms = self.learn(week);
        }
        self.terms.is_some()
    }

    /// What holds for that week, if it was the last one that was asked about; none: there is no care in it.
    pub(super) fn terms_of(&self, week: NaiveDate) -> Option<&Terms> {
        self.terms.as_ref().filter(|terms| terms.from <= week && week <= terms.to)
    }

    fn learn(&self, week: NaiveDate) -> Option<Terms> {
        let care = self.care?;
        let span = Days::new(week, week.checked_add_days(Span::new(6))?)?;
        let active = care.within(span)?;
        let planned = planned(self.service, self.cpli, active);
        let price = self.cpli.price_on(active.from).map_or(Decimal::ZERO, |it| it.unit_price);
        let percent = self.service.tolerance_percent.checked_add(Decimal::ONE_HUNDRED);
        let tolerated = planned.zip(percent).and_then(|(planned, percent)| {
            let tolerated = planned.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
            Quantity::at_most(tolerated)
        });
        let (from, to) = self.alike(care, span).unwrap_or((week, week));
        Some(Terms {
            from,
            to,
            planned,
            planned_exactly: planned.and_then(Quantity::exactly),
            unit_price: price,
            unit_price_exactly: Quantity::exactly(price),
            tolerated,
        })
    }

    /// The first days of the weeks for which the same holds as for `week`, if it is a whole one at one price.
    fn alike(&self, care: Days, week: Days) -> Option<(NaiveDate, NaiveDate)> {
        let prices = &self.cpli.prices;
        let from = prices.range(..=week.from).next_back().map_or(NaiveDate::MIN, |(from, _)| *from);
        let next = prices.range(week.from..).find(|(from, _)| **from > week.from);
        let to = next.map_or(Some(NaiveDate::MAX), |(next, _)| next.pred_opt())?;
        let whole = Days::new(from, to)?.within(care)?;
        let last = whole.to.checked_sub_days(Span::new(6))?;
        (whole.from <= week.from && week.from <= last).then_some((whole.from, last))
    }

    pub(super) fn is_late(&self, week: NaiveDate) -> bool {
        self.closed_to.is_some_and(|closed_to| week <= closed_to)
    }

    /// Whether `quantity` can be entered: in steps, or just as it was planned.
    pub(super) fn can_be(&self, quantity: Quantity, terms: Option<&Terms>) -> bool {
        let as_planned = terms.is_some_and(|terms| terms.is_planned(quantity));
        let slowly = || {
            let step = self.service.unit_step;
            let rest = Decimal::from(quantity).checked_rem(step);
            step <= Decimal::ZERO || rest.is_some_and(|rest| rest.is_zero())
        };
        as_planned || self.step.map_or_else(slowly, |step| quantity.is_in_steps(step))
    }

    /// Whether what was actual can be in steps beside this other quantity of its week: a plan in steps less a part that
    /// is not would be between them.
    pub(super) fn can_be_beside(&self, quantity: Quantity, terms: &Terms) -> bool {
        let in_steps = |quantity| self.can_be(quantity, None);
        !terms.planned_exactly.is_some_and(in_steps) || in_steps(quantity)
    }

    /// What is owed for a week, and how much of it is beyond the plan, if that can be more than is tolerated (rule 6),
    /// which [`Subject::is_over`] decides; none: beyond what the portal can hold.
    pub(super) fn worth(
        &self,
        terms: &Terms,
        actual: Quantity,
        frustrated: Quantity,
    ) -> Option<Worth> {
        let payable = match self.share {
            _ if frustrated == Quantity::ZERO => Some(actual),
            Share::Nothing => Some(actual),
            Share::All => actual.plus(frustrated),
            Share::Part => None,
        };
        let quickly = payable.and_then(|payable| terms.worth(payable));
        quickly.or_else(|| self.worth_slowly(terms, actual, frustrated))
    }

    fn worth_slowly(&self, terms: &Terms, actual: Quantity, frustrated: Quantity) -> Option<Worth> {
        let week = super::Delivered { actual: actual.into(), frustrated: frustrated.into() };
        let share = self.service.frustrated_percent;
        let paid = week.payable_quantity(share).ok()?;
        let over = paid.checked_sub(terms.planned?)?;
        let over = Some(over).filter(|over| *over > Decimal::ZERO);
        Some(Worth { owed: week.owed(share, terms.unit_price).ok()?, over })
    }

    /// Whether `over` units beyond the plan of a week are more than is tolerated, with what `variations` allow in it.
    pub(super) fn is_over(
        &self,
        (week, terms): (NaiveDate, &Terms),
        over: Decimal,
        variations: &BTreeMap<VariationRef, Variation>,
    ) -> bool {
        let allowed = || {
            let span = Days::new(week, week.checked_add_days(Span::new(6))?)?;
            let active = self.care?.within(span)?;
            let covering = variations.values().filter(|it| it.covers(&self.cpli.cpli_id, active));
            let mut varied = covering.map(|it| it.quantity);
            let varied = varied.try_fold(Decimal::ZERO, Decimal::checked_add)?;
            let percent = self.service.tolerance_percent.checked_div(Decimal::ONE_HUNDRED)?;
            terms.planned?.checked_mul(percent)?.checked_add(varied)
        };
        allowed().is_none_or(|allowed| over > allowed)
    }

    pub(super) fn cpli_id(&self) -> &str {
        self.texts.get(..self.cpli_id_end).unwrap_or_default()
    }

    pub(super) fn ss_ref(&self) -> &str {
        self.texts.get(self.cpli_id_end..self.ss_ref_end).unwrap_or_default()
    }

    /// Whether `name` is not the client's: title and order, case and punctuation do not matter.
    pub(super) fn is_called_otherwise(&mut self, name: &str) -> bool {
        if self.texts.get(self.ss_ref_end..) != Some(name) {
            self.texts.truncate(self.ss_ref_end);
            self.texts.push_str(name);
            self.called_otherwise = !name.is_empty() && !is_named(&self.cpli.client, name);
        }
        self.called_otherwise
    }
}

impl Terms {
    pub(super) fn is_planned(&self, quantity: Quantity) -> bool {
        self.planned_exactly == Some(quantity)
    }

    /// None: it takes more than whole numbers.
    fn worth(&self, payable: Quantity) -> Option<Worth> {
        let (planned, tolerated) = (self.planned_exactly?, self.tolerated?);
        let price = self.unit_price_exactly?.ten_thousandths();
        let amount = payable.ten_thousandths().checked_mul(price)?;
        let owed = Money::rounded_from_hundred_millionths(amount);
        let over = payable.minus(planned)?;
        Some(Worth { owed, over: (payable > tolerated).then(|| over.into()) })
    }
}

fn is_named(client: &Client, name: &str) -> bool {
    let Client { title, forename, surname, .. } = client;
    let title = title.as_deref().unwrap_or_default();
    let known = [[title, forename, surname], ["", forename, surname], ["", surname, forename]];
    known.iter().any(|parts| parts.iter().flat_map(|part| plain(part)).eq(plain(name)))
}

fn plain(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase)
}
