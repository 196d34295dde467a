//! What a decision says in the council's own words, and what it would change in pounds.

use chrono::{Days, NaiveDate};
use domain::clock::Now;
use domain::facts::{Adjustment, Directive, DirectiveKind, Facts, Period};
use domain::failure::FieldError;
use domain::ids::{AdjustmentRef, ContractRef, CpliId, DirectiveRef, ProviderRef, StaffRef};
use domain::invoice::InvoiceId;
use domain::money::Money;
use domain::period::periods_of;
use domain::weeks::{DecisionKind, ExceptionState};
use rust_decimal::Decimal;
use statements::Effect;

use crate::{Decisions, DecisionsError, Ruling, Verdict};

/// The longest reason, in characters: what the council's files allow.
const REASON_LENGTH_MAX: usize = 1_000;
/// Over how many periods an adjustment may be spread: what the council's files allow.
const INSTALMENTS_MAX: u32 = 120;
/// For how long it is said what a directive without an end would change.
const DAYS_SHOWN: u64 = 84;

/// A decision that could be made, and what it would change.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it says, in a sentence.
    pub line: String,
    /// What it would mean for statements that are not finalised. Those that stay as they are, are left out.
    pub effects: Vec<Effect>,
    /// All of that together.
    pub total_difference: Money,
    pub(crate) about: (ProviderRef, ContractRef),
    pub(crate) reason: String,
    pub(crate) rows: Rows,
}

/// A row of a council's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) feed: &'static str,
    pub(crate) headings: &'static [&'static str],
    pub(crate) cells: Vec<String>,
}

/// Who decides, and what what they make is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Maker<'a> {
    /// Made of the request: `H3F9A2B1C0D4E`.
    pub(crate) reference: &'a str,
    pub(crate) staff_ref: &'a StaffRef,
}

impl Plan {
    fn of(line: String, about: (&ProviderRef, &ContractRef), reason: String, rows: Rows) -> Self {
        let about = (about.0.clone(), about.1.clone());
        let (effects, total_difference) = (Vec::new(), Money::ZERO);
        Self { line, effects, total_difference, about, reason, rows }
    }

    fn with(mut self, effects: Vec<Effect>) -> Result<Self, DecisionsError> {
        let differences = effects.iter().map(|it| it.then.plus(it.now.reversed()?));
        self.total_difference = Money::total(differences.collect::<Result<Vec<_>, _>>()?)?;
        self.effects = effects;
        Ok(self)
    }
}

impl Decisions {
    /// What a decision would say and change. Nothing is written.
    ///
    /// # Errors
    ///
    /// [`DecisionsError`] says why it cannot be made.
    pub async fn plan(
        &self,
        ruling: &Ruling,
        staff_ref: &StaffRef,
        now: Now,
    ) -> Result<Plan, DecisionsError> {
        Box::pin(self.planned(ruling, Maker { reference: "HNEW", staff_ref }, now)).await
    }

    pub(crate) async fn planned(
        &self,
        ruling: &Ruling,
        maker: Maker<'_>,
        now: Now,
    ) -> Result<Plan, DecisionsError> {
        match ruling {
            Ruling::Direct { .. } => Box::pin(self.directive(ruling, maker, now)).await,
            Ruling::End { .. } => Box::pin(self.end(ruling, maker, now)).await,
            Ruling::Adjust { .. } => Box::pin(self.adjustment(ruling, maker)).await,
            Ruling::Invoice { provider_ref, invoice_id, verdict, reason } => {
                self.invoice((provider_ref, invoice_id), (*verdict, reason), now).await
            }
            Ruling::Exception { .. } => Box::pin(self.exception(ruling, now)).await,
        }
    }

    async fn facts(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        cpli_id: Option<&CpliId>,
    ) -> Result<Facts, DecisionsError> {
        self.store.contract_of(provider, contract).await?.ok_or(DecisionsError::NotFound)?;
        let facts = Box::pin(self.store.known_facts(provider, contract)).await?.facts;
        if cpli_id.is_some_and(|it| !facts.cplis.contains_key(it)) {
            return Err(DecisionsError::field("cpli_id", "Select a line of this contract"));
        }
        Ok(facts)
    }

    async fn directive(
        &self,
        ruling: &Ruling,
        maker: Maker<'_>,
        now: Now,
    ) -> Result<Plan, DecisionsError> {
        let Ruling::Direct {
            provider_ref,
            contract_ref,
            cpli_id,
            kind,
            from_date,
            to_date,
            reason,
        } = ruling
        else {
            return Err(DecisionsError::NotFound);
        };
        let (reason, mut wrong) = explained(reason);
        if to_date.is_some_and(|to| to < *from_date) {
            wrong.push(FieldError::new("to_date", "Enter a day that is not before the first"));
        }
        refuse(wrong)?;
        self.facts(provider_ref, contract_ref, cpli_id.as_ref()).await?;
        let directive = Directive {
            directive_ref: reference(maker)?,
            contract_ref: contract_ref.clone(),
            cpli_id: cpli_id.clone(),
            kind: *kind,
            from_date: *from_date,
            to_date: *to_date,
            reason: reason.clone(),
            made_by: vec![maker.staff_ref.clone()],
        };
        let through = through(now.date.max(*from_date), *to_date);
        let line = directive_line(&directive);
        let plan = Plan::of(line, (provider_ref, contract_ref), reason, directive_row(&directive));
        let lay = |facts: &mut Facts| {
            facts.directives.insert(directive.directive_ref.clone(), directive);
        };
        let statements = &self.statements;
        plan.with(statements.effects_by_hand(provider_ref, contract_ref, through, lay).await?)
    }

    async fn end(
        &self,
        ruling: &Ruling,
        maker: Maker<'_>,
        now: Now,
    ) -> Result<Plan, DecisionsError> {
        let Ruling::End { provider_ref, contract_ref, directive_ref, to_date, reason } = ruling
        else {
            return Err(DecisionsError::NotFound);
        };
        let (reason, mut wrong) = explained(reason);
        let facts = self.facts(provider_ref, contract_ref, None).await?;
        let known = facts.directives.get(directive_ref).ok_or(DecisionsError::NotFound)?;
        let withdrawn = Some(*to_date) == known.from_date.pred_opt();
        if withdrawn && self.has_locked(&facts, known).await? {
            let message = "A statement that it covers is locked. Enter the last day instead";
            wrong.push(FieldError::new("to_date", message));
        } else if *to_date < known.from_date && !withdrawn {
            let message = format!("Enter {} or a later day", shown(known.from_date));
            wrong.push(FieldError::new("to_date", message));
        }
        refuse(wrong)?;
        let mut directive = known.clone();
        directive.to_date = Some(*to_date);
        // Whoever made it and whoever ended it: neither of them authorises what it pays.
        if !directive.made_by.contains(maker.staff_ref) {
            directive.made_by.push(maker.staff_ref.clone());
        }
        let words = directive_words(&directive);
        let line = if withdrawn {
            format!("Withdraw {words}: it covers no period.")
        } else {
            format!("End {words}: it covers periods that start by {}.", shown(*to_date))
        };
        let plan = Plan::of(line, (provider_ref, contract_ref), reason, directive_row(&directive));
        let through = through(now.date.max(*to_date), None);
        let lay = |facts: &mut Facts| {
            facts.directives.insert(directive.directive_ref.clone(), directive);
        };
        let statements = &self.statements;
        plan.with(statements.effects_by_hand(provider_ref, contract_ref, through, lay).await?)
    }

    /// Whether a statement that the directive covers is locked.
    async fn has_locked(
        &self,
        facts: &Facts,
        directive: &Directive,
    ) -> Result<bool, DecisionsError> {
        let contract = &facts.contract;
        let progress = self.store.progress(&contract.cycle_ref, &contract.contract_ref).await?;
        let locked_to = progress.and_then(|it| it.locked_to);
        let locked = |it: &&Period| Some(it.end_date) <= locked_to;
        let mut covered = periods_of(contract, &facts.periods).filter(locked);
        Ok(covered.any(|it| directive.covers(it.start_date)))
    }

    async fn adjustment(&self, ruling: &Ruling, maker: Maker<'_>) -> Result<Plan, DecisionsError> {
        let Ruling::Adjust {
            provider_ref,
            contract_ref,
            cpli_id,
            amount,
            period_start,
            instalments,
            reason,
        } = ruling
        else {
            return Err(DecisionsError::NotFound);
        };
        let (reason, mut wrong) = explained(reason);
        if *amount == Money::ZERO {
            wrong.push(FieldError::new("amount", "Enter an amount other than nothing"));
        }
        if !(1..=INSTALMENTS_MAX).contains(instalments) {
            let message = format!("Enter a whole number from 1 to {INSTALMENTS_MAX}");
            wrong.push(FieldError::new("instalments", message));
        }
        let facts = self.facts(provider_ref, contract_ref, cpli_id.as_ref()).await?;
        let progress = self.store.progress(&facts.contract.cycle_ref, contract_ref).await?;
        let locked_to = progress.and_then(|it| it.locked_to);
        let mut open = periods_of(&facts.contract, &facts.periods)
            .filter(|it| Some(it.start_date) > locked_to);
        if !open.any(|it| it.start_date == *period_start) {
            wrong.push(FieldError::new("period_start", "Select a period that is not locked yet"));
        }
        refuse(wrong)?;
        let adjustment_ref: Result<AdjustmentRef, _> = maker.reference.parse();
        let adjustment = Adjustment {
            adjustment_ref: adjustment_ref.map_err(|_never| DecisionsError::NotFound)?,
            contract_ref: contract_ref.clone(),
            cpli_id: cpli_id.clone(),
            amount: *amount,
            reason: reason.clone(),
            period_start: *period_start,
            instalments: *instalments,
            made_by: vec![maker.staff_ref.clone()],
        };
        let (line, row) = (adjustment_line(&adjustment), adjustment_row(&adjustment));
        let plan = Plan::of(line, (provider_ref, contract_ref), reason, row);
        // The periods that it is spread over, as far as they are known.
        let last = facts.periods.keys().next_back().copied().unwrap_or(*period_start);
        let lay = |facts: &mut Facts| {
            facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
        };
        let statements = &self.statements;
        plan.with(statements.effects_by_hand(provider_ref, contract_ref, last, lay).await?)
    }

    async fn invoice(
        &self,
        (provider, invoice): (&ProviderRef, &InvoiceId),
        (verdict, reason): (Verdict, &str),
        now: Now,
    ) -> Result<Plan, DecisionsError> {
        let contract = &invoice.contract_ref;
        let heads = self.store.invoices_of_period(provider, contract, invoice.period_start).await?;
        let head = heads.iter().find(|it| it.invoice_id == *invoice);
        let head = head.cloned().ok_or(DecisionsError::NotFound)?;
        let number = head.claim.as_ref().ok_or(DecisionsError::NotFound)?.number;
        let reason = reason.trim();
        let (decided, word, line) = match verdict {
            Verdict::Approve => (head.approve(Some(reason), &heads, now), "approve", "Approve"),
            Verdict::Dispute => (head.dispute(reason, now), "dispute", "Dispute"),
        };
        decided?;
        let cells =
            vec![provider.to_string(), number.to_string(), word.to_owned(), reason.to_owned()];
        let headings = &["provider_ref", "number", "decision", "reason"];
        let rows = Rows { feed: "invoices", headings, cells };
        let line = format!("{line} number {number}.");
        Ok(Plan::of(line, (provider, contract), reason.to_owned(), rows))
    }

    async fn exception(&self, ruling: &Ruling, now: Now) -> Result<Plan, DecisionsError> {
        let Ruling::Exception { provider_ref, cpli_id, week_start, kind, quantity, reason } =
            ruling
        else {
            return Err(DecisionsError::NotFound);
        };
        let rows = Box::pin(self.recording.exceptions(provider_ref, now)).await?;
        let row = rows.iter().find(|it| it.cpli_id == *cpli_id && it.week_start == *week_start);
        let row = row.ok_or(DecisionsError::NotFound)?;
        if row.state != ExceptionState::Waiting {
            return Err(DecisionsError::NothingHeld);
        }
        let limit = self.store.settings().await?.actions.variation_pounds_max;
        let beyond = row.held_amount > Money::from_pence(i64::from(limit).saturating_mul(100));
        let needs_reason = *kind != DecisionKind::Approve || beyond;
        let reason = reason.trim().to_owned();
        let mut wrong = Vec::new();
        if needs_reason && reason.is_empty() {
            let message = if *kind == DecisionKind::Approve {
                format!("Enter why more than £{limit} is paid beyond the plan")
            } else {
                "Enter why not all is paid".to_owned()
            };
            wrong.push(FieldError::new("reason", message));
        }
        wrong.extend(too_long(&reason));
        let part = |it: &Decimal| *it >= Decimal::ZERO && *it <= row.entered;
        if *kind == DecisionKind::Cap && !quantity.as_ref().is_none_or(part) {
            let message = format!("Enter a number from 0 to {}", row.entered);
            wrong.push(FieldError::new("quantity", message));
        }
        refuse(wrong)?;
        let quantity = quantity.filter(|_| *kind == DecisionKind::Cap);
        let (word, line) = match kind {
            DecisionKind::Approve => ("approve", "Pay all"),
            DecisionKind::Cap => ("cap", "Pay part"),
            DecisionKind::Reject => ("reject", "Never pay what is held"),
        };
        let line = format!("{line} of CPLI {cpli_id} in the week of {}.", shown(*week_start));
        let quantity = quantity.map(|it| it.normalize().to_string()).unwrap_or_default();
        let cells = vec![
            cpli_id.to_string(),
            week_start.to_string(),
            word.to_owned(),
            quantity,
            reason.clone(),
        ];
        let headings = &["cpli_id", "week_start", "decision", "quantity", "reason"];
        let rows = Rows { feed: "exceptions", headings, cells };
        Ok(Plan::of(line, (provider_ref, &row.contract_ref), reason, rows))
    }
}

/// A reason as it is kept, and what is wrong with it.
fn explained(reason: &str) -> (String, Vec<FieldError>) {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing = reason.is_empty().then(|| FieldError::new("reason", "Enter why"));
    let wrong = missing.into_iter().chain(too_long(&reason)).collect();
    (reason, wrong)
}

fn too_long(reason: &str) -> Option<FieldError> {
    let long = reason.chars().count() > REASON_LENGTH_MAX;
    let message = || format!("Use {REASON_LENGTH_MAX} characters or fewer");
    long.then(|| FieldError::new("reason", message()))
}

fn refuse(wrong: Vec<FieldError>) -> Result<(), DecisionsError> {
    if wrong.is_empty() { Ok(()) } else { Err(DecisionsError::NotFilledIn(wrong)) }
}

fn reference(maker: Maker<'_>) -> Result<DirectiveRef, DecisionsError> {
    maker.reference.parse().map_err(|_never| DecisionsError::NotFound)
}

/// Until when it is said what a directive would change.
fn through(from: NaiveDate, to: Option<NaiveDate>) -> NaiveDate {
    let shown = from.checked_add_days(Days::new(DAYS_SHOWN)).unwrap_or(NaiveDate::MAX);
    to.map_or(shown, |to| to.min(shown))
}

fn shown(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn directive_words(directive: &Directive) -> String {
    let what = match directive.kind {
        DirectiveKind::Suspend => "suspend",
        DirectiveKind::Cancel => "cancel",
        DirectiveKind::CarryForward => "carry forward",
    };
    match &directive.cpli_id {
        Some(cpli_id) => format!("“{what} CPLI {cpli_id}”"),
        None => format!("“{what} the whole contract”"),
    }
}

fn directive_line(directive: &Directive) -> String {
    let (words, from) = (directive_words(directive), shown(directive.from_date));
    let words = words.trim_matches(['“', '”']);
    let (first, rest) = words.split_at_checked(1).unwrap_or(("", words));
    let first = first.to_uppercase();
    match directive.to_date {
        Some(to) => {
            format!("{first}{rest} in periods that start from {from} to {}.", shown(to))
        }
        None => format!("{first}{rest} in periods that start on {from} or later."),
    }
}

fn adjustment_line(adjustment: &Adjustment) -> String {
    let Adjustment { amount, period_start, instalments, .. } = adjustment;
    let over =
        if *instalments == 1 { String::new() } else { format!(" over {instalments} periods") };
    let about = adjustment.cpli_id.as_ref().map(|it| format!(" about CPLI {it}"));
    format!(
        "Adjust by {}{over} from the period of {}{}.",
        amount.for_people(),
        shown(*period_start),
        about.unwrap_or_default()
    )
}

fn made_by(refs: &[StaffRef]) -> String {
    refs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn directive_row(it: &Directive) -> Rows {
    let kind = match it.kind {
        DirectiveKind::Suspend => "suspend",
        DirectiveKind::Cancel => "cancel",
        DirectiveKind::CarryForward => "carry_forward",
    };
    let cells = vec![
        it.directive_ref.to_string(),
        it.contract_ref.to_string(),
        it.cpli_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        kind.to_owned(),
        it.from_date.to_string(),
        it.to_date.map(|to| to.to_string()).unwrap_or_default(),
        it.reason.clone(),
        made_by(&it.made_by),
    ];
    let headings = &[
        "directive_ref",
        "contract_ref",
        "cpli_id",
        "kind",
        "from_date",
        "to_date",
        "reason",
        "made_by",
    ];
    Rows { feed: "directives", headings, cells }
}

fn adjustment_row(it: &Adjustment) -> Rows {
    let cells = vec![
        it.adjustment_ref.to_string(),
        it.contract_ref.to_string(),
        it.cpli_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        it.amount.to_string(),
        it.reason.clone(),
        it.period_start.to_string(),
        it.instalments.to_string(),
        made_by(&it.made_by),
    ];
    let headings = &[
        "adjustment_ref",
        "contract_ref",
        "cpli_id",
        "amount",
        "reason",
        "period_start",
        "instalments",
        "made_by",
    ];
    Rows { feed: "adjustments", headings, cells }
}
