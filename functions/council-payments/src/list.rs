//! The statements of all contracts in one period, some at a time.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Now;
use domain::ids::{ContractRef, CycleRef, ProviderRef};
use domain::money::Money;
use domain::period::Lifecycle;
use domain::permission::CouncilPermission;
use domain::record::ResponseState;
use domain::statement::Totals;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use statements::CouncilLine;
use store::{Cursor, Progress};
use web::{Invalid, Missing, Problem, Staff};

use crate::CouncilPayments;
use crate::schedule_view::{PeriodView, StepView};

/// How many rows a page has unless it says otherwise, and at most.
const ROWS_UNLESS_SAID: usize = 25;
const ROWS_MAX: usize = 100;
/// How many contracts are looked at for one page, whether they match its filters or not.
const LOOKED_AT_MAX: usize = 200;
/// How many statements are computed at once.
const AT_ONCE: usize = 10;

/// Which period a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichPeriod {
    cycle_ref: CycleRef,
    period_start: NaiveDate,
}

/// Which statements a page asks for; what is left empty is not asked for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AskedPeriod {
    /// Words of the provider's or contract's name or reference.
    q: String,
    state: String,
    response: String,
    /// `true`: only those that wait for a second person.
    awaits: String,
    limit: Option<usize>,
    after: String,
}

/// Some of the statements of a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ListView {
    cycle_ref: CycleRef,
    paused: Option<StepView>,
    period: PeriodView,
    rows: Vec<RowView>,
    /// What to ask for the rows after these; none: these were the last.
    next: Option<String>,
    may_finalise: bool,
    may_direct: bool,
}

/// One contract's statement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RowView {
    provider_ref: ProviderRef,
    provider_name: String,
    contract_ref: ContractRef,
    contract_name: String,
    state: Lifecycle,
    response: ResponseState,
    totals: Totals,
    held: Vec<HeldView>,
    /// Whether something in it was decided by hand.
    decided_by_hand: bool,
    /// Whether it waits for a second person.
    awaits_authorisation: bool,
    authorised_by: Option<String>,
    finalised_at: Option<DateTime<Utc>>,
}

/// Why something of it is not paid, and how much.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HeldView {
    reason: String,
    amount: Money,
}

/// What a page asks for, read.
struct Filters {
    words: Vec<String>,
    state: Option<Lifecycle>,
    response: Option<ResponseState>,
    awaits: bool,
    limit: usize,
}

impl AskedPeriod {
    fn filters(&self) -> Result<Filters, Invalid> {
        let awaits = self.awaits == "true";
        let words = self.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let limit = self.limit.unwrap_or(ROWS_UNLESS_SAID).clamp(1, ROWS_MAX);
        let (state, response) = (word("state", &self.state)?, word("response", &self.response)?);
        Ok(Filters { words, state, response, awaits, limit })
    }
}

/// A filter's word as a code; none: nothing was asked for.
fn word<T: for<'de> Deserialize<'de>>(field: &str, text: &str) -> Result<Option<T>, Invalid> {
    use serde::de::IntoDeserializer;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read: Result<T, serde::de::value::Error> = T::deserialize(text.into_deserializer());
    read.map(Some)
        .map_err(|_unknown| Invalid::field(field, format!("{text} is none of the choices")))
}

impl ListView {
    /// Some of the statements of a period, `now`.
    pub(crate) async fn load(
        payments: &CouncilPayments,
        staff: &Staff,
        (which, asked): (WhichPeriod, AskedPeriod),
        now: Now,
    ) -> Result<Self, Problem> {
        let filters = asked.filters()?;
        let store = &payments.store;
        let WhichPeriod { cycle_ref, period_start } = which;
        let periods = store.periods_of_cycle(&cycle_ref).await?;
        let period = periods.iter().find(|it| it.start_date == period_start).ok_or(Missing)?;
        let progress = store.progress_of_cycle(&cycle_ref).await?;
        let schedule = store.schedule(&cycle_ref).await?;
        let from = Some(asked.after).filter(|it| !it.is_empty()).map(Cursor::new);
        let search = Search { payments, filters, cycle_ref: &cycle_ref, period_start, now };
        let (rows, next) = Box::pin(search.rows(from)).await?;
        Ok(Self {
            paused: schedule.paused().map(StepView::from),
            period: PeriodView::of(period, &progress, now),
            rows,
            next: next.map(|it| it.as_str().to_owned()),
            may_finalise: staff.may(CouncilPermission::Finalise),
            may_direct: staff.may(CouncilPermission::DirectPayments),
            cycle_ref,
        })
    }
}

struct Search<'a> {
    payments: &'a CouncilPayments,
    filters: Filters,
    cycle_ref: &'a CycleRef,
    period_start: NaiveDate,
    now: Now,
}

impl Search<'_> {
    /// The rows that match, up to the limit, and where to go on.
    async fn rows(
        &self,
        mut after: Option<Cursor>,
    ) -> Result<(Vec<RowView>, Option<Cursor>), Problem> {
        let store = &self.payments.store;
        let (mut rows, mut looked_at) = (Vec::new(), 0_usize);
        loop {
            let wanted = self.filters.limit.saturating_sub(rows.len()).min(AT_ONCE);
            let (some, next) = store.progress_listed(self.cycle_ref, wanted, after).await?;
            looked_at = looked_at.saturating_add(some.len());
            rows.extend(self.matching(&some).await?);
            if next.is_none() || rows.len() >= self.filters.limit || looked_at >= LOOKED_AT_MAX {
                return Ok((rows, next));
            }
            after = next;
        }
    }

    async fn matching(&self, some: &[Progress]) -> Result<Vec<RowView>, Problem> {
        let on_portal = some.iter().filter(|it| it.portal_from <= self.period_start);
        let rows = try_join_all(on_portal.map(|it| Box::pin(self.row(it)))).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    async fn row(&self, progress: &Progress) -> Result<Option<RowView>, Problem> {
        let Progress { provider_ref, contract_ref, .. } = progress;
        let name = self.payments.store.provider(provider_ref).await?.map(|it| it.name);
        let name = name.unwrap_or_else(|| provider_ref.to_string());
        let contract = self.payments.store.contract_of(provider_ref, contract_ref).await?;
        let Some(contract) = contract else { return Ok(None) };
        let text = format!("{name} {provider_ref} {} {contract_ref}", contract.name).to_lowercase();
        if !self.filters.words.iter().all(|word| text.contains(word.as_str())) {
            return Ok(None);
        }
        let statements = &self.payments.statements;
        let of = (provider_ref, contract_ref);
        let line = Box::pin(statements.council_line(of, self.period_start, self.now)).await?;
        let row = line.map(|line| RowView::of(line, name));
        Ok(row.filter(|row| self.filters.hold(row)))
    }
}

impl Filters {
    fn hold(&self, row: &RowView) -> bool {
        self.state.is_none_or(|it| it == row.state)
            && self.response.is_none_or(|it| it == row.response)
            && (!self.awaits || row.awaits_authorisation)
    }
}

impl RowView {
    fn of(line: CouncilLine, provider_name: String) -> Self {
        let CouncilLine { contract, lifecycle, record, totals, held, makers, awaits, .. } = line;
        let held: BTreeMap<String, Money> = held;
        Self {
            provider_ref: contract.provider_ref,
            provider_name,
            contract_ref: contract.contract_ref,
            contract_name: contract.name,
            state: lifecycle,
            response: record.response.state(),
            totals,
            held: held.into_iter().map(|(reason, amount)| HeldView { reason, amount }).collect(),
            decided_by_hand: !makers.is_empty(),
            awaits_authorisation: awaits && record.locked.is_some(),
            authorised_by: record.authorised.map(|it| it.name),
            finalised_at: record.finalised.map(|it| it.at),
        }
    }
}
