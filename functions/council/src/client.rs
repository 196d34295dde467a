//! What the portal knows of one client, at whichever providers, as far as whoever asks may read it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use chrono::{Days, NaiveDate};
use domain::actuals::Week;
use domain::clock::Now;
use domain::facts::{Client, Cpli, Period};
use domain::ids::{ContractRef, CpliId, ProviderRef, SsRef};
use domain::period::{FinancialYear, Lifecycle};
use domain::permission::CouncilPermission as May;
use domain::purchase_order::OrderId;
use serde::{Deserialize, Serialize};
use store::PeriodOf;
use store::keys::Key;
use web::{At, Json, Missing, Path, Problem, Staff};

use crate::Council;
use crate::section::{RowView, SectionView, day, days, word};

/// How long ago a period may have ended whose lines are shown.
const LINES_DAYS: u64 = 92;
/// As many open actions of a provider as are looked at for one client.
const ACTIONS_READ: usize = 100;

/// Which client a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichClient {
    ss_ref: SsRef,
}

/// A client and what there is of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ClientView {
    ss_ref: SsRef,
    name: String,
    date_of_death: Option<NaiveDate>,
    /// Who cares for them.
    providers: Vec<CaringView>,
    /// Those that whoever asks may read.
    sections: Vec<SectionView>,
}

/// A provider that cares for a client.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CaringView {
    provider_ref: ProviderRef,
    name: String,
}

/// One of the council's people reads what there is of a client.
///
/// # Errors
///
/// 404 no such client, or nothing of clients is theirs to read.
pub(crate) async fn client(
    state: State<Council>,
    staff: Staff,
    At(now): At,
    which: Path<WhichClient>,
) -> Result<Json<ClientView>, Problem> {
    let reads = [May::SeePayments, May::SeeDocuments, May::SeePurchaseOrders];
    if !reads.into_iter().any(|it| staff.may(it)) {
        return Err(Missing.into());
    }
    let ss_ref = which.0.ss_ref;
    let client = state.store.known::<Client>(&Key::client(&ss_ref)).await?.ok_or(Missing)?.fact;
    let care = care_of(&state, &ss_ref).await?;
    let gathered = Gathered { state: &state, staff: &staff, now, ss_ref: &ss_ref, care: &care };
    let sections = Box::pin(gathered.sections()).await?;
    let mut providers = Vec::new();
    for provider_ref in gathered.providers() {
        staff.viewed_of("client page", provider_ref, care.len(), [&ss_ref]);
        let provider = state.store.provider(provider_ref).await?;
        let name = provider.map_or_else(|| provider_ref.to_string(), |it| it.name);
        providers.push(CaringView { provider_ref: provider_ref.clone(), name });
    }
    let (name, date_of_death) = (client.full_name(), client.date_of_death);
    Ok(Json(ClientView { ss_ref, name, date_of_death, providers, sections }))
}

/// The care packages of a client, with whose they are.
async fn care_of(state: &Council, client: &SsRef) -> Result<Vec<(ProviderRef, Cpli)>, Problem> {
    let mut care = Vec::new();
    for of in state.store.cplis_of_client(client).await? {
        let key = Key::cpli(&of.located.provider_ref, &of.located.contract_ref, &of.cpli_id);
        let known = state.store.known::<Cpli>(&key).await?;
        care.extend(known.map(|it| (of.located.provider_ref, it.fact)));
    }
    care.sort_by_key(|it| std::cmp::Reverse(it.1.start_date));
    Ok(care)
}

/// What is gathered of a client for somebody.
struct Gathered<'a> {
    state: &'a Council,
    staff: &'a Staff,
    now: Now,
    ss_ref: &'a SsRef,
    care: &'a [(ProviderRef, Cpli)],
}

impl Gathered<'_> {
    fn providers(&self) -> BTreeSet<&ProviderRef> {
        self.care.iter().map(|it| &it.0).collect()
    }

    fn contracts(&self) -> BTreeSet<(&ProviderRef, &ContractRef)> {
        self.care.iter().map(|it| (&it.0, &it.1.contract_ref)).collect()
    }

    fn cplis(&self) -> BTreeMap<&CpliId, &Cpli> {
        self.care.iter().map(|it| (&it.1.cpli_id, &it.1)).collect()
    }

    async fn sections(&self) -> Result<Vec<SectionView>, Problem> {
        let mut sections = vec![self.packages()];
        if self.staff.may(May::SeePayments) {
            sections.push(Box::pin(self.lines()).await?);
            sections.push(Box::pin(self.actuals()).await?);
        }
        if self.staff.may(May::SeeActions) {
            sections.push(self.actions().await?);
        }
        if self.staff.may(May::SeeDocuments) {
            sections.push(self.documents().await?);
        }
        if self.staff.may(May::SeePurchaseOrders) {
            sections.push(self.orders().await?);
        }
        Ok(sections)
    }

    /// With every price that was agreed, the latest first.
    fn packages(&self) -> SectionView {
        let rows = self.care.iter().map(|(provider, cpli)| {
            let prices = cpli.prices.iter().rev();
            let prices = prices.map(|(from, price)| {
                let (quantity, pounds) = (price.quantity.normalize(), price.unit_price);
                format!("From {}: {quantity} at £{pounds:.2}", day(*from))
            });
            RowView {
                what: cpli.service_level.clone(),
                about: format!("CPLI {}, service {}, {provider}", cpli.cpli_id, cpli.service_ref),
                state: Some(
                    match (cpli.authorised, cpli.end_date.is_some_and(|it| it < self.now.date)) {
                        (false, _) => "not_authorised",
                        (true, true) => "ended",
                        (true, false) => "open",
                    }
                    .to_owned(),
                ),
                on: Some(cpli.start_date),
                lines: std::iter::once(capital(&days(cpli.start_date, cpli.end_date)))
                    .chain(prices)
                    .collect(),
                ..RowView::default()
            }
        });
        SectionView::of("care_packages", "Care packages", rows.collect())
    }

    /// The items of statements of the last three months, the latest period first.
    async fn lines(&self) -> Result<SectionView, Problem> {
        let since = self.now.date.checked_sub_days(Days::new(LINES_DAYS));
        let (cplis, mut rows) = (self.cplis(), Vec::new());
        for (provider, contract) in self.contracts() {
            let recent = move |period: &Period, lifecycle: Lifecycle| {
                lifecycle != Lifecycle::Future && Some(period.end_date) >= since
            };
            let statements = &self.state.statements;
            let shown = Box::pin(statements.some(provider, contract, self.now, recent)).await?;
            for (statement, lifecycle) in shown.into_iter().map(|it| (it.statement, it.lifecycle)) {
                let start = statement.period.start_date;
                let items = statement.items.into_iter();
                let items = items
                    .filter(|it| it.subject.cpli_id().is_some_and(|cpli| cplis.contains_key(cpli)));
                rows.extend(items.map(|it| RowView {
                    what: days(it.service_from, Some(it.service_to)),
                    about: it.label.service.clone().unwrap_or_default(),
                    url: Some(format!(
                        "/council/payments/statement/?provider={provider}&contract={contract}&period={start}"
                    )),
                    state: word(it.status),
                    on: Some(start),
                    amount: Some(it.amount),
                    lines: std::iter::once(it.arithmetic())
                        .chain(word(lifecycle).map(|it| format!("Statement {it}")))
                        .collect(),
                }));
            }
        }
        rows.sort_by_key(|it| std::cmp::Reverse(it.on));
        Ok(SectionView::of("lines", "Lines of statements of the last three months", rows))
    }

    /// What was recorded in the periods of the last three months, the latest week first.
    async fn actuals(&self) -> Result<SectionView, Problem> {
        let since = self.now.date.checked_sub_days(Days::new(LINES_DAYS));
        let mut rows = Vec::new();
        for (provider, cpli) in self.care {
            let contract = &cpli.contract_ref;
            let periods = Box::pin(self.state.statements.periods(provider, contract, self.now));
            let periods = periods.await?.periods.into_iter().map(|it| (it.period, it.lifecycle));
            for (period, lifecycle) in periods {
                if lifecycle == Lifecycle::Future || Some(period.end_date) < since {
                    continue;
                }
                let of = PeriodOf { provider, contract, start: period.start_date };
                let weeks = self.state.store.weeks_of_cpli(of, &cpli.cpli_id).await?.weeks;
                rows.extend(weeks.into_iter().map(|(week, recorded)| RowView {
                    what: format!("Week of {}", day(week)),
                    about: format!("CPLI {}, by {}", cpli.cpli_id, recorded.by),
                    on: Some(week),
                    lines: vec![in_units(&recorded.week)],
                    ..RowView::default()
                }));
            }
        }
        rows.sort_by_key(|it| std::cmp::Reverse(it.on));
        Ok(SectionView::of("actuals", "Actuals of the last three months", rows))
    }

    async fn actions(&self) -> Result<SectionView, Problem> {
        let (cplis, mut rows) = (self.cplis(), Vec::new());
        for provider in self.providers() {
            let mut actions = self.state.store.open_actions(provider).await?;
            actions.retain(|it| self.staff.sees_actions_of(&it.team_ref));
            for line in actions.into_iter().take(ACTIONS_READ) {
                let head = self.state.store.action(provider, &line.action_id).await?;
                let is_theirs = head.is_some_and(|it| {
                    it.related.ss_ref.as_ref() == Some(self.ss_ref)
                        || it.related.cpli_id.is_some_and(|it| cplis.contains_key(&it))
                });
                if is_theirs {
                    rows.push(RowView {
                        what: line.title,
                        about: line.type_name,
                        url: Some(format!(
                            "/council/actions/action/?provider={provider}&action={}",
                            line.action_id
                        )),
                        state: word(line.with).map(|side| format!("with_{side}")),
                        on: Some(line.due_on),
                        ..RowView::default()
                    });
                }
            }
        }
        Ok(SectionView::of("actions", "Open actions", rows).at("/council/actions/".to_owned()))
    }

    async fn documents(&self) -> Result<SectionView, Problem> {
        let (cplis, mut rows) = (self.cplis(), Vec::new());
        for provider in self.providers() {
            let mut documents = self.state.store.documents(provider).await?;
            documents.retain(|it| {
                let latest = &it.latest;
                latest.ss_ref.as_ref() == Some(self.ss_ref)
                    || latest.cpli_id.as_ref().is_some_and(|it| cplis.contains_key(it))
            });
            rows.extend(documents.into_iter().map(|it| RowView {
                about: it.note(),
                url: Some(format!(
                    "/council/documents/document/?provider={provider}&document={}",
                    it.latest.document_ref
                )),
                state: word(it.state()),
                on: Some(domain::clock::london_date(it.latest.published_at)),
                what: it.latest.doc_type,
                ..RowView::default()
            }));
        }
        Ok(SectionView::of("documents", "Contract documents", rows))
    }

    /// Of this financial year and the one before.
    async fn orders(&self) -> Result<SectionView, Problem> {
        let (today, mut rows) = (self.now.date, Vec::new());
        let last = today.checked_sub_days(Days::new(365)).unwrap_or(today);
        let years: BTreeSet<_> = [last, today].map(FinancialYear::of).into();
        let mut wanted = Vec::new();
        for provider in self.providers() {
            wanted.extend(years.iter().rev().map(|year| (provider, *year)));
        }
        for (provider, year) in wanted {
            let id = OrderId {
                provider_ref: provider.clone(),
                financial_year: year,
                ss_ref: self.ss_ref.clone(),
            };
            rows.extend(self.state.store.order(&id).await?.map(|it| RowView {
                what: it.id.to_string(),
                about: it.services.into_iter().map(|it| it.name).collect::<Vec<_>>().join(", "),
                url: Some(format!(
                    "/council/purchase-orders/order/?provider={provider}&year={year}&client={}",
                    self.ss_ref
                )),
                on: Some(domain::clock::london_date(it.revised_at)),
                amount: Some(it.total),
                ..RowView::default()
            }));
        }
        Ok(SectionView::of("orders", "Purchase orders", rows))
    }
}

/// `10.5 given, 1 frustrated, 0 missed, 0 extra`
fn in_units(week: &Week) -> String {
    let [actual, frustrated, missed, extra] =
        [week.actual, week.frustrated, week.missed, week.extra].map(|it| it.normalize());
    let said = format!("{actual} given, {frustrated} frustrated, {missed} missed, {extra} extra");
    match &week.reason_code {
        Some(code) => format!("{said}: {code}"),
        None => said,
    }
}

/// `from 2 Nov` is `From 2 Nov`.
fn capital(text: &str) -> String {
    let (first, rest) = text.split_at_checked(1).unwrap_or((text, ""));
    format!("{}{rest}", first.to_uppercase())
}
