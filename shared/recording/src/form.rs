//! The form of a period: every week of every care package, planned beside delivered, with what it comes to.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::actuals::{Week, reason_text};
use domain::clock::Now;
use domain::facts::{Cpli, Period, ProviderKind, Service, Unit};
use domain::ids::{ContractRef, CpliId, ServiceRef, SsRef};
use domain::item::ItemKind;
use domain::money::Money;
use domain::weeks::{
    Decision, DecisionKind, PeriodState, Recorded, Terms, Valued, WeekState, state, week_starts,
};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::load::KnownPeriod;
use crate::{Recording, RecordingError, WhichPeriod};

/// Why somebody who only looks cannot enter anything.
const ROLE_ONLY_LOOKS: &str = "Your role for this provider does not allow you to enter actuals. Ask the council if you need another role.";

/// The form of a period.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the page's own")]
pub struct Form {
    /// Whose agreement it is.
    pub contract_ref: ContractRef,
    /// What it is called.
    pub contract_name: String,
    /// Who delivers.
    pub provider_name: String,
    /// What the form is called: a Shared Lives carer fills in a timesheet.
    pub kind: ProviderKind,
    /// First day.
    pub period_start: NaiveDate,
    /// Last day.
    pub period_end: NaiveDate,
    /// Until when it is in time.
    pub deadline: DateTime<Utc>,
    /// How far it is.
    pub state: PeriodState,
    /// Whether what is entered now is paid in a later window.
    pub late: bool,
    /// In which window what is submitted now is paid at the earliest; none: none is known yet.
    pub window: Option<Window>,
    /// Whether this person can enter anything now.
    pub can_enter: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// When it was submitted last.
    pub submitted_at: Option<DateTime<Utc>>,
    /// By whom.
    pub submitted_by: Option<String>,
    /// Whether this person can submit it now, and anything is to be submitted.
    pub can_submit: bool,
    /// How many weeks that have begun have no entry.
    pub missing: usize,
    /// What may explain a difference from the plan.
    pub reason_codes: Vec<ReasonCode>,
    /// Whether a difference also needs a comment.
    pub comment_on_difference: bool,
    /// The first days of all weeks, in order.
    pub weeks: Vec<NaiveDate>,
    /// By service.
    pub services: Vec<ServiceForm>,
    /// What it comes to.
    pub totals: Totals,
}

/// A window of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Window {
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// When it closes.
    pub deadline: DateTime<Utc>,
    /// When the money arrives.
    pub pay_date: NaiveDate,
}

/// A reason and what it means.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReasonCode {
    /// `HOSP`.
    pub code: String,
    /// In words.
    pub text: String,
}

/// The care packages of one service.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ServiceForm {
    /// Which.
    pub service_ref: ServiceRef,
    /// What it is called.
    pub name: String,
    /// What is counted.
    pub unit: Unit,
    /// The smallest part of a unit.
    pub unit_step: Decimal,
    /// Whether unplanned care may be entered.
    pub extras: bool,
    /// Whether visits have to be counted.
    pub visits_required: bool,
    /// What share of frustrated care is paid.
    pub frustrated_percent: Decimal,
    /// How far above the plan is paid without being asked about.
    pub tolerance_percent: Decimal,
    /// By client.
    pub lines: Vec<LineForm>,
}

/// One care package.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LineForm {
    /// Which.
    pub cpli_id: CpliId,
    /// Whose.
    pub ss_ref: SsRef,
    /// Who receives it.
    pub client: String,
    /// What kind of care.
    pub service_level: String,
    /// Pounds a unit, in the first of its weeks.
    pub unit_price: Decimal,
    /// In order.
    pub weeks: Vec<WeekForm>,
}

/// One week of a care package.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the page's own")]
pub struct WeekForm {
    /// First day.
    pub week_start: NaiveDate,
    /// Whether care is commissioned in it.
    pub active: bool,
    /// Whether it has not begun.
    pub future: bool,
    /// Units.
    pub planned: Decimal,
    /// Whether anything is recorded; otherwise it stands as planned.
    pub recorded: bool,
    /// Given.
    pub actual: Decimal,
    /// Planned, and the client did not take it.
    pub frustrated: Decimal,
    /// Planned, and the provider did not come.
    pub missed: Decimal,
    /// Given, and not planned.
    pub extra: Decimal,
    /// How often somebody came.
    pub visits: Option<u32>,
    /// Why it differs.
    pub reason_code: Option<String>,
    /// What else is said.
    pub comment: Option<String>,
    /// How far it has come.
    pub state: WeekState,
    /// Pounds a unit: that of its first day of care.
    pub unit_price: Decimal,
    /// What is owed for its care; nothing while nothing is recorded.
    pub owed: Money,
    /// What is taken off because the provider collects it: negative.
    pub income: Money,
    /// What is not paid because it is over what was commissioned.
    pub held: Option<HeldForm>,
    /// What the council decided about that.
    pub decision: Option<DecisionForm>,
    /// What a change of it must name.
    pub version: u32,
    /// Whether it is, or would be, recorded after the deadline.
    pub late: bool,
}

/// What is held of a week.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HeldForm {
    /// Units beyond the plan.
    pub over: Decimal,
    /// Pounds.
    pub amount: Money,
    /// For the provider.
    pub reason: String,
}

/// What the council decided.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DecisionForm {
    /// What.
    pub kind: DecisionKind,
    /// How many units it pays at most.
    pub quantity: Option<Decimal>,
    /// Why.
    pub reason: String,
}

/// What a period comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Totals {
    /// What was commissioned would cost.
    pub planned_cost: Money,
    /// What is owed for what is recorded, contributions taken off.
    pub owed: Money,
    /// What is taken off because the provider collects it: negative.
    pub income: Money,
    /// What is held until the council decides.
    pub held: Money,
}

/// Who looks at a form, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looking {
    pub(crate) now: Now,
    /// Whether the person's role allows entering.
    pub(crate) may_enter: bool,
}

impl From<&Period> for Window {
    fn from(period: &Period) -> Self {
        let Period { start_date, confirm_by, pay_date, .. } = period;
        Self { period_start: *start_date, deadline: *confirm_by, pay_date: *pay_date }
    }
}

impl Recording {
    /// The form of a period, for somebody whose role allows entering or not.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the provider has no such period.
    pub async fn form(
        &self,
        which: &WhichPeriod,
        may_enter: bool,
        now: Now,
    ) -> Result<Form, RecordingError> {
        let known = self.known_period(which).await?;
        known.form(Looking { now, may_enter })
    }
}

impl KnownPeriod {
    /// The form as it is now.
    pub(crate) fn form(&self, looking: Looking) -> Result<Form, RecordingError> {
        let actuals = self.known.actuals(looking.now);
        let mut services = Vec::new();
        for (service, cplis) in self.services().into_values() {
            services.push(self.service_form(service, cplis, looking)?);
        }
        let contract = self.known.contract();
        let settings = &self.known.settings.actuals;
        let refused = actuals.may_enter(&self.period).err().map(|why| why.to_string());
        let role = (!looking.may_enter).then(|| ROLE_ONLY_LOOKS.to_owned());
        let why_not = refused.or(role);
        let late = actuals.is_late(&self.period);
        let submission = self.submission();
        Ok(Form {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            provider_name: self.provider.name.clone(),
            kind: self.provider.kind,
            period_start: self.period.start_date,
            period_end: self.period.end_date,
            deadline: self.period.confirm_by,
            state: actuals.state(&self.period),
            late,
            window: if late { actuals.window() } else { Some(&self.period) }.map(Window::from),
            can_enter: why_not.is_none(),
            why_not,
            submitted_at: submission.map(|it| it.submitted_at),
            submitted_by: submission.map(|it| it.submitted_by.clone()),
            can_submit: looking.may_enter && self.can_submit(looking.now),
            missing: actuals.missing(&self.period, &self.recorded_weeks()).len(),
            reason_codes: settings.reason_codes.iter().map(|code| ReasonCode::of(code)).collect(),
            comment_on_difference: settings.comment_on_difference,
            weeks: weeks_of(&services),
            totals: Totals::of(&services)?,
            services,
        })
    }

    /// Whether there is anything to be submitted that can be.
    pub(crate) fn can_submit(&self, now: Now) -> bool {
        let actuals = self.known.actuals(now);
        let submit = actuals.submit(&self.period, &self.recorded_weeks(), "");
        submit.is_ok() && !self.is_confirmed()
    }

    /// Whether everything that is recorded was submitted.
    pub(crate) fn is_confirmed(&self) -> bool {
        let Some(submission) = self.submission() else { return false };
        let mut recorded = self.saved.values().flat_map(|saved| saved.weeks.values());
        recorded.all(|it| submission.confirms(it))
    }

    fn service_form(
        &self,
        service: &Service,
        mut cplis: Vec<&Cpli>,
        looking: Looking,
    ) -> Result<ServiceForm, RecordingError> {
        cplis.sort_by_cached_key(|cpli| by_name(cpli));
        let lines = cplis.into_iter().map(|cpli| self.line_form(service, cpli, looking));
        let lines = lines.collect::<Result<_, _>>()?;
        Ok(ServiceForm {
            service_ref: service.service_ref.clone(),
            name: service.name.clone(),
            unit: service.unit,
            unit_step: service.unit_step.normalize(),
            extras: service.extras,
            visits_required: service.visits_required,
            frustrated_percent: service.frustrated_percent.normalize(),
            tolerance_percent: service.tolerance_percent.normalize(),
            lines,
        })
    }

    fn line_form(
        &self,
        service: &Service,
        cpli: &Cpli,
        looking: Looking,
    ) -> Result<LineForm, RecordingError> {
        let weeks = week_starts(service, &self.period);
        let weeks = weeks.map(|week| self.week_form(&cpli.cpli_id, week, looking));
        let weeks: Vec<WeekForm> = weeks.collect::<Result<_, _>>()?;
        let unit_price = weeks.iter().find(|it| it.active).map(|it| it.unit_price);
        Ok(LineForm {
            cpli_id: cpli.cpli_id.clone(),
            ss_ref: cpli.client.ss_ref.clone(),
            client: cpli.client.full_name(),
            service_level: cpli.service_level.clone(),
            unit_price: unit_price.unwrap_or_default(),
            weeks,
        })
    }

    /// One week as it is now.
    pub(crate) fn week_form(
        &self,
        cpli_id: &CpliId,
        week_start: NaiveDate,
        looking: Looking,
    ) -> Result<WeekForm, RecordingError> {
        let over_tolerance = self.known.settings.over_tolerance;
        let terms = self.known.facts.terms(cpli_id, week_start, over_tolerance)?;
        let terms = terms.ok_or(RecordingError::NotFound)?;
        let recorded = self.recorded(cpli_id, week_start);
        let valued = recorded.map(|it| terms.value(&it.week)).transpose()?;
        let claimed = recorded.and_then(|it| self.claims.of(cpli_id, week_start, it));
        let state = state(recorded, self.submission(), valued.as_ref(), claimed);
        let late = match recorded {
            Some(recorded) => recorded.at >= self.period.confirm_by,
            None => looking.now.instant >= self.period.confirm_by,
        };
        let version = self.saved.get(cpli_id).map_or(0, |saved| saved.version);
        let form = WeekForm::standing(&terms, recorded, state, version);
        let form = WeekForm { future: week_start > looking.now.date, late, ..form };
        valued.map_or(Ok(form.clone()), |valued| form.valued(&valued))
    }
}

impl WeekForm {
    /// What is recorded, or else the plan; what it comes to is not said yet.
    fn standing(
        terms: &Terms<'_>,
        recorded: Option<&Recorded>,
        state: WeekState,
        version: u32,
    ) -> Self {
        let as_planned = Week { actual: terms.planned, ..Week::default() };
        let week = recorded.map_or(&as_planned, |it| &it.week);
        Self {
            week_start: terms.week_start,
            active: terms.active.is_some(),
            future: false,
            planned: terms.planned.normalize(),
            recorded: recorded.is_some(),
            actual: week.actual.normalize(),
            frustrated: week.frustrated.normalize(),
            missed: week.missed.normalize(),
            extra: week.extra.normalize(),
            visits: week.visits,
            reason_code: week.reason_code.clone(),
            comment: week.comment.clone(),
            state,
            unit_price: terms.unit_price.normalize(),
            owed: Money::ZERO,
            income: Money::ZERO,
            held: None,
            decision: terms.decision.map(DecisionForm::from),
            version,
            late: false,
        }
    }

    fn valued(self, valued: &Valued) -> Result<Self, RecordingError> {
        let held = valued.held().map(|it| HeldForm {
            over: it.over.normalize(),
            amount: it.amount,
            reason: it.reason.clone(),
        });
        let (owed, income) = (valued.owed_of(ItemKind::Cost)?, valued.owed_of(ItemKind::Income)?);
        Ok(Self { owed, income, held, ..self })
    }
}

impl From<&Decision> for DecisionForm {
    fn from(decision: &Decision) -> Self {
        Self {
            kind: decision.kind,
            quantity: decision.quantity.map(|it| it.normalize()),
            reason: decision.reason.clone(),
        }
    }
}

impl ReasonCode {
    fn of(code: &str) -> Self {
        let text = reason_text(code).unwrap_or(code);
        Self { code: code.to_owned(), text: text.to_owned() }
    }
}

impl Totals {
    pub(crate) fn of(services: &[ServiceForm]) -> Result<Self, RecordingError> {
        let lines = services.iter().flat_map(|it| &it.lines);
        let mut totals = Self::default();
        for week in lines.flat_map(|line| &line.weeks) {
            totals.add(week)?;
        }
        Ok(totals)
    }

    fn add(&mut self, week: &WeekForm) -> Result<(), RecordingError> {
        if week.active {
            let cost = week.planned.checked_mul(week.unit_price);
            let cost = Money::rounded(cost.ok_or(domain::money::MoneyError::TooLarge)?)?;
            self.planned_cost = self.planned_cost.plus(cost)?;
        }
        self.owed = self.owed.plus(week.owed)?.plus(week.income)?;
        self.income = self.income.plus(week.income)?;
        if let Some(held) = &week.held {
            self.held = self.held.plus(held.amount)?;
        }
        Ok(())
    }
}

/// As people look for a client: by surname.
pub(crate) fn by_name(cpli: &Cpli) -> (String, String, CpliId) {
    let Cpli { client, cpli_id, .. } = cpli;
    (client.surname.to_lowercase(), client.forename.to_lowercase(), cpli_id.clone())
}

/// The first days of all weeks: services may begin theirs on different days.
fn weeks_of(services: &[ServiceForm]) -> Vec<NaiveDate> {
    let lines = services.iter().flat_map(|it| &it.lines);
    let weeks: BTreeSet<_> = lines.flat_map(|it| &it.weeks).map(|it| it.week_start).collect();
    weeks.into_iter().collect()
}
