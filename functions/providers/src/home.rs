//! What waits for a provider, area by area: a line in words, and how soon it matters.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::action::ActionLine;
use domain::clock::{Now, london_text};
use domain::contract_document::Document;
use domain::facts::{Provider, ProviderKind};
use domain::ids::ContractRef;
use domain::invoice::{DocumentKind, InvoiceState};
use domain::money::{Money, MoneyError};
use domain::period::Lifecycle;
use domain::record::ResponseState;
use domain::weeks::PeriodState;
use invoicing::{Overview, Proposal, Row};
use recording::{ContractLines, PeriodLine};
use serde::Serialize;
use statements::Waiting;
use store::Visit;

use crate::talking;

/// All areas that the portal has so far.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HomeView {
    areas: Vec<AreaView>,
}

/// One area.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AreaView {
    pub(crate) area: &'static str,
    pub(crate) title: &'static str,
    pub(crate) line: String,
    pub(crate) url: &'static str,
    pub(crate) attention: Attention,
    pub(crate) items: Vec<WaitingView>,
    #[serde(flatten)]
    pub(crate) packages: Option<PackagesView>,
}

/// How soon something matters. Shown by colour and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attention {
    None,
    Soon,
    Now,
}

/// What waits in an area.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum WaitingView {
    Statement(ItemView),
    Actuals(ActualsView),
    Link(LinkItem),
}

/// A period of actuals that waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ActualsView {
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    url: String,
    line: String,
}

/// Whatever has a page of its own: an invoice that waits or could be created, an action.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LinkItem {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) line: String,
}

/// A statement that waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ItemView {
    contract_ref: ContractRef,
    contract_name: String,
    period_start: NaiveDate,
    period_end: NaiveDate,
    lifecycle: Lifecycle,
    response: ResponseState,
    payable: Money,
    /// None once it is finalised: what is held can be confirmed at any time.
    confirm_by: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PackagesView {
    count: usize,
    changed: usize,
}

/// What home is made from.
#[derive(Debug)]
pub(crate) struct Found<'f> {
    /// Who is asked; none: it is no longer known.
    pub(crate) provider: Option<&'f Provider>,
    /// The statements that wait, or soon will.
    pub(crate) waiting: &'f [Waiting],
    /// The periods of actuals.
    pub(crate) actuals: &'f [ContractLines],
    /// The invoices and credit notes.
    pub(crate) invoices: &'f Overview,
    /// The actions that are open.
    pub(crate) actions: &'f [ActionLine],
    /// The contract documents.
    pub(crate) documents: &'f [Document],
    /// How many change requests wait for the council.
    pub(crate) requests_pending: usize,
    /// The care packages.
    pub(crate) visit: &'f Visit,
}

impl HomeView {
    /// The areas as they are `now`.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if what waits adds up to more than the portal can hold.
    pub(crate) fn of(found: &Found<'_>, now: Now) -> Result<Self, MoneyError> {
        let Found { provider, waiting, actuals: contracts, invoices: overview, visit, .. } = *found;
        let mut areas = vec![scheduled_payments(waiting, visit, now)?];
        if !contracts.is_empty() {
            areas.push(actuals(provider, contracts, visit, now));
        }
        if !overview.contracts.is_empty() {
            areas.push(invoices(overview));
        }
        areas.push(care_packages(visit, now));
        areas.push(talking::actions(found.actions, now.date));
        areas.push(talking::documents(found.documents, now));
        areas.push(talking::purchase_orders());
        areas.push(talking::contacts(found.requests_pending));
        Ok(Self { areas })
    }
}

/// What is open, by when, and how much is missing.
fn actuals(
    provider: Option<&Provider>,
    contracts: &[ContractLines],
    visit: &Visit,
    now: Now,
) -> AreaView {
    let lines = contracts.iter().flat_map(|of| of.periods.iter().map(move |line| (of, line)));
    let waiting: Vec<_> = lines.filter(|(_, line)| waits(line)).collect();
    let open = waiting.iter().filter(|(_, line)| !line.late).count();
    let late = waiting.len().saturating_sub(open);
    let missing: usize = waiting.iter().map(|(_, line)| line.weeks_missing).sum();
    let held: usize = contracts.iter().flat_map(|it| &it.periods).map(|it| it.weeks_held).sum();
    let deadlines = waiting.iter().filter(|(_, line)| !line.late);
    let first = deadlines.map(|(_, line)| line.period.confirm_by).min();
    let days = Duration::days(i64::from(visit.settings.remind_days_before));
    let near = first.is_some_and(|by| by.signed_duration_since(now.instant) <= days);
    let attention = match (late > 0 || near, waiting.is_empty()) {
        (true, _) => Attention::Now,
        (false, false) => Attention::Soon,
        (false, true) => Attention::None,
    };
    let carer = provider.is_some_and(|it| it.kind == ProviderKind::SharedLives);
    AreaView {
        area: "actuals",
        title: if carer { "Timesheets" } else { "Actuals" },
        line: actuals_line((open, late), missing, first, held),
        url: "/actuals/",
        attention,
        items: waiting.into_iter().map(|(of, line)| ActualsView::of(of, line)).collect(),
        packages: None,
    }
}

/// Whether a period waits for the provider: weeks to enter, or entries to submit.
fn waits(line: &PeriodLine) -> bool {
    let open = matches!(line.state, PeriodState::Open | PeriodState::Late);
    let to_do = line.weeks_missing > 0 || line.weeks_recorded > 0;
    (open && to_do) || line.changed_since
}

fn actuals_line(
    (open, late): (usize, usize),
    missing: usize,
    first: Option<DateTime<Utc>>,
    held: usize,
) -> String {
    let by = first.map(london_text).unwrap_or_default();
    let mut told = Vec::new();
    match open {
        0 => {}
        1 => told.push(format!("1 period to enter and confirm by {by}.")),
        many => told.push(format!("{many} periods to enter and confirm, the first by {by}.")),
    }
    match late {
        0 => {}
        1 => told.push("1 period is late.".to_owned()),
        many => told.push(format!("{many} periods are late.")),
    }
    if told.is_empty() {
        told.push("Nothing waits to be entered or confirmed.".to_owned());
    }
    match missing {
        0 => {}
        1 => told.push("1 week still needs an entry.".to_owned()),
        many => told.push(format!("{many} weeks still need an entry.")),
    }
    match held {
        0 => {}
        1 => told.push("1 week is held until the council agrees.".to_owned()),
        many => told.push(format!("{many} weeks are held until the council agrees.")),
    }
    told.join(" ")
}

impl ActualsView {
    fn of(of: &ContractLines, line: &PeriodLine) -> WaitingView {
        let (contract, start) = (&of.contract, line.period.start_date);
        let missing = match line.weeks_missing {
            0 => "every week that has begun has an entry".to_owned(),
            1 => "1 week still needs an entry".to_owned(),
            many => format!("{many} weeks still need an entry"),
        };
        let until = london_text(line.period.confirm_by);
        let until =
            if line.late { format!("late since {until}") } else { format!("confirm by {until}") };
        WaitingView::Actuals(Self {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            period_start: start,
            period_end: line.period.end_date,
            url: format!("/actuals/period/?contract={}&period={start}", contract.contract_ref),
            line: format!("{missing} · {until}"),
        })
    }
}

/// What is disputed, not submitted, or could be invoiced.
fn invoices(overview: &Overview) -> AreaView {
    let of = |state| overview.rows.iter().filter(move |row| row.head.state == state);
    let (disputed, drafts) = (of(InvoiceState::Disputed), of(InvoiceState::Draft));
    let counts = [disputed.clone().count(), drafts.clone().count(), overview.proposals.len()];
    let attention = match counts {
        [0, 0, 0] => Attention::None,
        [0, ..] => Attention::Soon,
        _ => Attention::Now,
    };
    let rows = disputed.chain(drafts).map(LinkItem::of_row);
    let items = rows.chain(overview.proposals.iter().map(LinkItem::of_proposal));
    AreaView {
        area: "invoices",
        title: "Invoices",
        line: invoices_line(counts),
        url: "/invoices/",
        attention,
        items: items.map(WaitingView::Link).collect(),
        packages: None,
    }
}

fn invoices_line([disputed, drafts, proposals]: [usize; 3]) -> String {
    let count = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}.")),
        some => Some(format!("{some} {many}.")),
    };
    let told = [
        count(disputed, "is disputed by the council", "are disputed by the council"),
        count(drafts, "draft is not submitted", "drafts are not submitted"),
        count(proposals, "can be created", "can be created"),
    ];
    let told: Vec<_> = told.into_iter().flatten().collect();
    if told.is_empty() { "Nothing waits to be invoiced.".to_owned() } else { told.join(" ") }
}

impl LinkItem {
    fn of_row(row: &Row) -> Self {
        let id = &row.head.invoice_id;
        let kind = kind_word(row.kind);
        let name = match &row.head.claim {
            Some(claim) => format!("{kind} {}", claim.number),
            None => kind.to_owned(),
        };
        let total = row.total.for_people();
        let disputed = row.head.state == InvoiceState::Disputed;
        let line = if disputed { format!("Disputed: {total}") } else { format!("Draft: {total}") };
        let title = format!("{name}, {}", row.head.contract_name);
        Self { url: format!("/invoices/invoice/?invoice={id}"), title, line }
    }

    fn of_proposal(proposal: &Proposal) -> Self {
        let Proposal { contract, period, draft, .. } = proposal;
        let day = |day: NaiveDate| day.format("%-d %B %Y");
        let (from, to) = (day(period.start_date), day(period.end_date));
        let kind = kind_word(draft.kind);
        Self {
            url: "/invoices/".to_owned(),
            title: format!("{}, {from} to {to}", contract.name),
            line: format!("{kind} to create: {}", draft.total.for_people()),
        }
    }
}

fn kind_word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "Invoice",
        DocumentKind::CreditNote => "Credit note",
    }
}

fn scheduled_payments(
    waiting: &[Waiting],
    visit: &Visit,
    now: Now,
) -> Result<AreaView, MoneyError> {
    let current = |it: &&Waiting| it.line.lifecycle == Lifecycle::Current;
    let open: Vec<_> = waiting.iter().filter(current).collect();
    let asked: Vec<_> = open.iter().filter(|it| it.line.record.response.is_unconfirmed()).collect();
    let held = waiting.iter().filter(|it| it.line.outstanding);
    let first_deadline = asked.iter().map(|it| it.line.period.confirm_by).min();
    let payable = Money::total(asked.iter().map(|it| it.line.totals.payable))?;
    let days = Duration::days(i64::from(visit.settings.remind_days_before));
    let near = first_deadline.is_some_and(|by| by.signed_duration_since(now.instant) <= days);
    let held_count = held.clone().count();
    let attention = match (near || held_count > 0, asked.is_empty()) {
        (true, _) => Attention::Now,
        (false, false) => Attention::Soon,
        (false, true) => Attention::None,
    };
    Ok(AreaView {
        area: "scheduled_payments",
        title: "Scheduled payments",
        line: payments_line(asked.len(), payable, first_deadline, held_count),
        url: "/scheduled-payments/",
        attention,
        items: open
            .into_iter()
            .chain(held)
            .map(|it| WaitingView::Statement(ItemView::from(it)))
            .collect(),
        packages: None,
    })
}

fn payments_line(
    asked: usize,
    payable: Money,
    first_deadline: Option<DateTime<Utc>>,
    held: usize,
) -> String {
    let payable = payable.for_people();
    let by = first_deadline.map(london_text).unwrap_or_default();
    let confirm = match asked {
        0 => "No statement waits for your confirmation.".to_owned(),
        1 => format!("1 statement of {payable} to confirm by {by}."),
        many => format!("{many} statements of {payable} together to confirm, the first by {by}."),
    };
    match held {
        0 => confirm,
        1 => format!("{confirm} 1 finalised statement has amounts held until you confirm it."),
        many => {
            format!(
                "{confirm} {many} finalised statements have amounts held until you confirm them."
            )
        }
    }
}

fn care_packages(visit: &Visit, now: Now) -> AreaView {
    let visible = visit.packages.visible(visit.settings.historical_after_days, now.date);
    let listed = || visible.iter().filter(|package| !package.historical);
    let count = listed().count();
    let changed = listed().filter(|it| it.cpli.changed_since(visit.last_visit)).count();
    let packages = if count == 1 { "1 care package" } else { &format!("{count} care packages") };
    let line = match changed {
        0 => format!("{packages}."),
        some => format!("{packages}, {some} changed since your last visit."),
    };
    AreaView {
        area: "care_packages",
        title: "Care packages",
        line,
        url: "/care-packages/",
        attention: if changed > 0 { Attention::Soon } else { Attention::None },
        items: Vec::new(),
        packages: Some(PackagesView { count, changed }),
    }
}

impl From<&Waiting> for ItemView {
    fn from(waiting: &Waiting) -> Self {
        let Waiting { contract, line } = waiting;
        Self {
            contract_ref: contract.contract_ref.clone(),
            contract_name: contract.name.clone(),
            period_start: line.period.start_date,
            period_end: line.period.end_date,
            lifecycle: line.lifecycle,
            response: line.record.response.state(),
            payable: line.totals.payable,
            confirm_by: Some(line.period.confirm_by).filter(|_| line.record.finalised.is_none()),
        }
    }
}
