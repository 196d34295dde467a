//! What an action asks the council to change, and what that means in pounds.
//!
//! The effect is what the import would lead to: the same statement, computed with today's facts and with the changed
//! ones, which are marked as the import marks them.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use chrono::{Datelike, Days, NaiveDate};
use domain::action::{ActionHead, ActionType, Proposes, Varying};
use domain::actuals::Week;
use domain::changes;
use domain::clock::Now;
use domain::entitlement::is_scheduled;
use domain::facts::{Client, Cpli, Facts, Period};
use domain::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use domain::item::ItemStatus;
use domain::money::{Money, MoneyError};
use domain::period::periods_of;
use domain::settings::OverTolerance;
use domain::weeks::{ExceptionState, Valued, Variation};
use statements::{Effect, StatementsError, Sums};
use store::PeriodOf;

use crate::{Conversations, ConversationsError};

/// What an action asks the council to change.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What kind of change.
    pub kind: Proposes,
    /// In a sentence.
    pub line: String,
    /// What would be different, care package by care package.
    pub changes: Vec<Change>,
    /// What it would mean for statements that are not fixed.
    pub effects: Vec<Effect>,
    /// How much more or less all of that pays.
    pub total_difference: Money,
    /// How much more or less all of that does not pay: what is suspended, cancelled or carried forward.
    pub total_non_payable_difference: Money,
    /// Why it cannot be accepted; none: it can.
    pub why_not: Option<String>,
    /// The council's file that would make it.
    pub(crate) file: Option<Rows>,
}

/// What would be different about a care package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The care package.
    pub cpli_id: CpliId,
    /// Who receives it.
    pub client: String,
    /// What of it: `Date of death`.
    pub what: String,
    /// What is known.
    pub from: Option<String>,
    /// What it would be.
    pub to: String,
}

/// The rows of a council's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) feed: &'static str,
    pub(crate) headings: &'static [&'static str],
    pub(crate) cells: Vec<Vec<String>>,
}

/// What a contract's facts become, and what that changes.
type Laid = (Vec<Change>, Option<Client>);

impl Proposal {
    fn new(kind: Proposes, line: String) -> Self {
        Self {
            kind,
            line,
            changes: Vec::new(),
            effects: Vec::new(),
            total_difference: Money::ZERO,
            total_non_payable_difference: Money::ZERO,
            why_not: None,
            file: None,
        }
    }

    fn refused(kind: Proposes, line: String, why_not: &str) -> Self {
        Self { why_not: Some(why_not.to_owned()), ..Self::new(kind, line) }
    }

    fn with_effects(mut self, effects: Vec<Effect>) -> Result<Self, ConversationsError> {
        let total = |pairs: Vec<(Money, Money)>| {
            let differences = pairs.into_iter().map(|(now, then)| then.plus(now.reversed()?));
            Money::total(differences.collect::<Result<Vec<_>, _>>()?)
        };
        self.total_difference = total(effects.iter().map(|it| (it.now, it.then)).collect())?;
        let unpaid = effects.iter().flat_map(|it| &it.non_payable);
        self.total_non_payable_difference = total(unpaid.map(|it| (it.now, it.then)).collect())?;
        self.effects = effects;
        Ok(self)
    }
}

impl Conversations {
    /// What an action asks the council to change; none: nothing that a file could make.
    ///
    /// # Errors
    ///
    /// [`ConversationsError`] if the table or the buckets cannot be read.
    pub async fn proposal(
        &self,
        head: &ActionHead,
        _now: Now,
    ) -> Result<Option<Proposal>, ConversationsError> {
        let Some(kind) = head.proposes else { return Ok(None) };
        let needs = ActionType::needs(kind).iter();
        let answered = |field: &str| head.details.iter().any(|it| it.field == field);
        if !needs.into_iter().all(|(field, _)| answered(field)) {
            return Ok(None);
        }
        let proposal = match kind {
            Proposes::Death => Box::pin(self.death(head)).await,
            Proposes::PackageEnded => Box::pin(self.ended(head)).await,
            Proposes::Variation => Box::pin(self.variation(head)).await,
        };
        match proposal {
            Err(ConversationsError::Statements(
                StatementsError::CannotCompute(_) | StatementsError::Money(_),
            )) => {
                let line = "What it would come to cannot be computed.".to_owned();
                let why = "What is known of the contract contradicts itself. Correct that first.";
                Ok(Some(Proposal::refused(kind, line, why)))
            }
            proposal => proposal.map(Some),
        }
    }

    async fn death(&self, head: &ActionHead) -> Result<Proposal, ConversationsError> {
        let kind = Proposes::Death;
        let (day, Some(ss_ref)) = (date(head, "date_of_death"), head.related.ss_ref.clone()) else {
            return Ok(Proposal::refused(kind, String::new(), "The action names no client."));
        };
        let line = format!(
            "Record {} as the date of death. Care ends on that day, or after the days that a contract still pays for.",
            shown(day)
        );
        let (mut changes, mut effects, mut client) = (Vec::new(), Vec::new(), None);
        for (provider, contract) in self.contracts_of(head, &ss_ref).await? {
            let mut laid: Laid = (Vec::new(), None);
            let lay = |facts: &mut Facts| laid = lay_death(facts, &ss_ref, day);
            effects
                .extend(Box::pin(self.statements.effects(&provider, &contract, day, lay)).await?);
            changes.extend(laid.0);
            client = client.or(laid.1);
        }
        let mut proposal =
            Proposal { changes, ..Proposal::new(kind, line) }.with_effects(effects)?;
        let Some(client) = client else {
            let why = "The client has no care package any more.";
            return Ok(Proposal { why_not: Some(why.to_owned()), ..proposal });
        };
        proposal.why_not = if client.date_of_death == Some(day) {
            Some("This date of death is recorded already.".to_owned())
        } else if client.date_of_birth.is_some_and(|birth| day < birth) {
            Some("The date is before the client's date of birth.".to_owned())
        } else {
            None
        };
        let Client { ss_ref, forename, surname, .. } = client;
        let row = vec![ss_ref.to_string(), forename, surname, day.to_string()];
        let headings = &["ss_ref", "forename", "surname", "date_of_death"];
        proposal.file = Some(Rows { feed: "clients", headings, cells: vec![row] });
        Ok(proposal)
    }

    /// The contracts that pay for care of a client: also those of other providers.
    async fn contracts_of(
        &self,
        head: &ActionHead,
        ss_ref: &SsRef,
    ) -> Result<BTreeSet<(ProviderRef, ContractRef)>, ConversationsError> {
        let own = &head.line.provider_ref;
        let (packages, elsewhere) =
            tokio::try_join!(self.store.care_packages(own), self.store.cplis_of_client(ss_ref),)?;
        let ours = packages.cplis.iter().filter(|it| it.client.ss_ref == *ss_ref);
        let ours = ours.map(|it| (own.clone(), it.contract_ref.clone()));
        let all =
            elsewhere.into_iter().map(|it| (it.located.provider_ref, it.located.contract_ref));
        Ok(ours.chain(all).collect())
    }

    async fn ended(&self, head: &ActionHead) -> Result<Proposal, ConversationsError> {
        let kind = Proposes::PackageEnded;
        let day = date(head, "end_date");
        let line = format!("Record {} as the last day of the care package.", shown(day));
        let of = head.related.cpli_id.clone().zip(head.related.contract_ref.clone());
        let Some((cpli_id, contract)) = of else {
            return Ok(Proposal::refused(kind, line, "The action names no care package."));
        };
        let mut found = None;
        let lay = |facts: &mut Facts| {
            found = facts.cplis.get_mut(&cpli_id).map(|cpli| {
                let before = cpli.clone();
                cpli.end_date = Some(day);
                mark(&before, cpli);
                before
            });
        };
        let provider = &head.line.provider_ref;
        let effects = Box::pin(self.statements.effects(provider, &contract, day, lay)).await?;
        let Some(cpli) = found else {
            return Ok(Proposal::refused(kind, line, "The care package is not there any more."));
        };
        let mut proposal = Proposal::new(kind, line).with_effects(effects)?;
        proposal.changes.push(Change {
            cpli_id,
            client: cpli.client.full_name(),
            what: "End date".to_owned(),
            from: cpli.end_date.map(shown),
            to: shown(day),
        });
        proposal.why_not = if cpli.end_date == Some(day) {
            Some("This end date is recorded already.".to_owned())
        } else if day < cpli.start_date {
            Some("The date is before the care package starts.".to_owned())
        } else {
            None
        };
        proposal.file = Some(ended_row(&cpli, day));
        Ok(proposal)
    }

    async fn variation(&self, head: &ActionHead) -> Result<Proposal, ConversationsError> {
        let kind = Proposes::Variation;
        let of = head.related.cpli_id.clone().zip(head.related.contract_ref.clone());
        let (Some(varying), Some((cpli_id, contract))) = (Varying::read(&head.details), of) else {
            return Ok(Proposal::refused(kind, String::new(), "The action names no care package."));
        };
        let provider = &head.line.provider_ref;
        let (known, settings) =
            tokio::try_join!(self.store.known_facts(provider, &contract), self.store.settings(),)?;
        let facts = known.facts;
        let found = facts.cplis.get(&cpli_id);
        let found = found.and_then(|cpli| Some((cpli, facts.services.get(&cpli.service_ref)?)));
        let Some((cpli, service)) = found else {
            let why = "The care package is not there any more.";
            return Ok(Proposal::refused(kind, String::new(), why));
        };
        let weeks = varying.weeks(service.week_starts)?;
        let (client, week_starts) = (cpli.client.full_name(), service.week_starts);
        let variations = weeks.iter().zip(1_u32..).filter_map(|(extra, n)| {
            Some(Variation {
                // Made from the action, so that a file that comes twice says the same.
                variation_ref: format!("ACTION-{}-{n}", head.line.action_id).parse().ok()?,
                contract_ref: contract.clone(),
                cpli_id: cpli_id.clone(),
                from_date: extra.from_date,
                to_date: extra.to_date,
                quantity: extra.quantity,
                reason: reason(&varying),
            })
        });
        let variations: Vec<_> = variations.collect();
        let scheduled = is_scheduled(&facts.contract, service);
        let recorded = variations.iter().any(|it| facts.variations.contains_key(&it.variation_ref));
        let line = "Agree to the care beyond the plan, so that it is paid once it is entered. Weeks that are entered \
                    already are below with what they come to.";
        let effects = self
            .effects_of_weeks(facts, &variations, (week_starts, settings.over_tolerance))
            .await?;
        let mut proposal = Proposal::new(kind, line.to_owned()).with_effects(effects)?;
        proposal.changes = variations.iter().map(|it| change_of(it, &client)).collect();
        proposal.why_not = if scheduled {
            Some("This care package is paid by plan, so that a variation would change nothing. Change its price instead.".to_owned())
        } else if recorded {
            Some("This variation is recorded already.".to_owned())
        } else {
            None
        };
        proposal.file = Some(variation_rows(&variations));
        Ok(proposal)
    }

    /// What the weeks that have a day of `variations` and are entered come to, and would come to with them.
    async fn effects_of_weeks(
        &self,
        mut facts: Facts,
        variations: &[Variation],
        (week_starts, over): (u8, OverTolerance),
    ) -> Result<Vec<Effect>, ConversationsError> {
        let weeks: BTreeSet<_> = variations
            .iter()
            .filter_map(|it| Some((it.cpli_id.clone(), week_of(it.from_date, week_starts)?)))
            .collect();
        let mut entered: Vec<(Period, CpliId, NaiveDate, Week)> = Vec::new();
        for (cpli_id, start) in weeks {
            let mut periods = periods_of(&facts.contract, &facts.periods);
            let period = periods.find(|it| it.start_date <= start && start <= it.end_date).cloned();
            drop(periods);
            let Some(period) = period else { continue };
            let (provider, contract) = (&facts.contract.provider_ref, &facts.contract.contract_ref);
            let of = PeriodOf { provider, contract, start: period.start_date };
            let saved = self.store.weeks_of_cpli(of, &cpli_id).await?;
            let week = saved.weeks.get(&start).map(|it| it.week.clone());
            entered.extend(week.map(|week| (period, cpli_id, start, week)));
        }
        let now = worth(&facts, &entered, over)?;
        facts.variations.extend(variations.iter().map(|it| (it.variation_ref.clone(), it.clone())));
        let then = worth(&facts, &entered, over)?;
        let mut periods: BTreeMap<NaiveDate, (&Period, Sums, Sums)> = BTreeMap::new();
        for (((period, ..), now), then) in entered.iter().zip(now).zip(then) {
            let of = periods.entry(period.start_date);
            let (_, now_all, then_all) = of.or_insert_with(|| (period, Sums::new(), Sums::new()));
            add(now_all, now)?;
            add(then_all, then)?;
        }
        let effect = |(period, now, then)| Effect::new(&facts.contract, period, &now, &then);
        Ok(periods.into_values().map(effect).collect())
    }
}

/// Counts `more` to `sums`.
fn add(sums: &mut Sums, more: Sums) -> Result<(), MoneyError> {
    for (status, amount) in more {
        let sum = sums.entry(status).or_insert(Money::ZERO);
        *sum = sum.plus(amount)?;
    }
    Ok(())
}

/// What a week pays, and what of it is not paid.
fn sums_of(valued: &Valued) -> Result<Sums, MoneyError> {
    let paid = Money::total(valued.lines.iter().map(|it| it.amount))?;
    let unpaid = valued.exception.as_ref().and_then(|it| match it.state {
        ExceptionState::Waiting => Some((ItemStatus::Suspended, it.amount)),
        ExceptionState::Capped | ExceptionState::Rejected => {
            Some((ItemStatus::Cancelled, it.amount))
        }
        ExceptionState::Approved => None,
    });
    Ok(iter::once((ItemStatus::Payable, paid)).chain(unpaid).collect())
}

/// What each week comes to.
fn worth(
    facts: &Facts,
    entered: &[(Period, CpliId, NaiveDate, Week)],
    over: OverTolerance,
) -> Result<Vec<Sums>, ConversationsError> {
    let mut worth = Vec::new();
    for (_, cpli_id, start, week) in entered {
        let terms = facts.terms(cpli_id, *start, over)?;
        let valued = terms.map(|terms| terms.value(week)).transpose();
        let valued = valued.map_err(StatementsError::from)?;
        worth.push(valued.as_ref().map(sums_of).transpose()?.unwrap_or_default());
    }
    Ok(worth)
}

/// The date of death of all care packages of a client.
fn lay_death(facts: &mut Facts, ss_ref: &SsRef, day: NaiveDate) -> Laid {
    let (mut changes, mut client) = (Vec::new(), None);
    for cpli in facts.cplis.values_mut().filter(|it| it.client.ss_ref == *ss_ref) {
        let before = cpli.clone();
        cpli.client.date_of_death = Some(day);
        mark(&before, cpli);
        changes.push(Change {
            cpli_id: cpli.cpli_id.clone(),
            client: cpli.client.full_name(),
            what: "Date of death".to_owned(),
            from: before.client.date_of_death.map(shown),
            to: shown(day),
        });
        client = Some(before.client);
    }
    (changes, client)
}

/// From when on a change matters, as the import marks it.
fn mark(before: &Cpli, after: &mut Cpli) {
    let from = changes::cpli(Some(before), after);
    after.changed_from = after.changed_from.into_iter().chain(from).min();
}

fn ended_row(cpli: &Cpli, day: NaiveDate) -> Rows {
    let yes_no = |it: bool| if it { "yes" } else { "no" }.to_owned();
    let row = vec![
        cpli.cpli_id.to_string(),
        cpli.client.ss_ref.to_string(),
        cpli.service_ref.to_string(),
        cpli.start_date.to_string(),
        day.to_string(),
        yes_no(cpli.authorised),
    ];
    let headings = &["cpli_id", "ss_ref", "service_ref", "start_date", "end_date", "authorised"];
    Rows { feed: "cplis", headings, cells: vec![row] }
}

fn variation_rows(variations: &[Variation]) -> Rows {
    let row = |it: &Variation| {
        vec![
            it.variation_ref.to_string(),
            it.cpli_id.to_string(),
            it.from_date.to_string(),
            it.to_date.to_string(),
            it.quantity.normalize().to_string(),
            it.reason.clone(),
        ]
    };
    let headings = &["variation_ref", "cpli_id", "from_date", "to_date", "quantity", "reason"];
    Rows { feed: "variations", headings, cells: variations.iter().map(row).collect() }
}

fn date(head: &ActionHead, field: &str) -> NaiveDate {
    let found = head.details.iter().find(|it| it.field == field);
    found.and_then(|it| it.value.parse().ok()).unwrap_or_default()
}

fn shown(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn reason(varying: &Varying) -> String {
    let text = varying.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("Agreed in an action: {text}")
}

fn change_of(variation: &Variation, client: &str) -> Change {
    let (from, to) = (shown(variation.from_date), shown(variation.to_date));
    Change {
        cpli_id: variation.cpli_id.clone(),
        client: client.to_owned(),
        what: format!("Beyond the plan, {from} to {to}"),
        from: None,
        to: format!("{} hours", variation.quantity.normalize()),
    }
}

/// The first day of the week that `day` is in.
fn week_of(day: NaiveDate, week_starts: u8) -> Option<NaiveDate> {
    let since = u64::from(day.weekday().num_days_from_monday());
    let since = since.saturating_add(7).saturating_sub(u64::from(week_starts)) % 7;
    day.checked_sub_days(Days::new(since))
}
