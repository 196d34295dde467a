//! Whatever is told and decided, in whatever order: what was finalised adds up to what is owed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use domain::changes;
use domain::contract_document::DocumentState;
use domain::entitlement;
use domain::facts::{
    Absence, AbsenceKind, Adjustment, Capacity, Collector, Contribution, ContributionKind, Cpli,
    Directive, DirectiveKind, Facts, Period, PricePer,
};
use domain::ids::ItemId;
use domain::item::{Correction, Item, ItemStatus, Subject};
use domain::money::Money;
use domain::payment_file::{self, PaymentStatus};
use domain::record::{LineQuery, Response};
use domain::remittance::{Remittance, RemittanceView};
use domain::settings::{Settings, UnconfirmedAtLock};
use domain::statement::{Ledger, Statement};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;
use testing::{client, contract, cpli, day, parse, price, service};

use crate::desk::{Desk, answer, confirmed, finalised, rejected, silent};

/// How many periods are finalised in a history; two more come after it.
const PERIODS: u64 = 6;
const CPLIS: usize = 4;
const SERVICES: usize = 2;

/// One thing that is told or decided. Days are counted from 60 days before the first period, so that some lie
/// before it, and things by their index.
#[derive(Debug, Clone)]
enum Event {
    Care(usize, Care),
    Grace {
        days: u16,
    },
    EndDayPaid {
        service: usize,
        is: bool,
    },
    Daily {
        service: usize,
        is: bool,
    },
    Beds(Beds),
    Adjusted {
        index: usize,
        cpli: Option<usize>,
        pence: i32,
        day: u64,
        instalments: u32,
    },
    Decided {
        index: usize,
        cpli: Option<usize>,
        kind: usize,
        from: u64,
        days: Option<u64>,
    },
    ConfirmedLate {
        period: u64,
    },
    /// Whether only care with an agreed document is paid.
    Gated {
        is: bool,
    },
    /// What a document about a care package is now.
    Document {
        cpli: usize,
        index: usize,
        state: usize,
    },
}

/// What is told about one care package.
#[derive(Debug, Clone)]
enum Care {
    Start { day: u64 },
    End { day: Option<u64> },
    Authorised { is: bool },
    Death { day: Option<u64> },
    Moved { service: usize },
    Price { day: u64, quantity: u32, pence: u32 },
    Contribution { kind: usize, from: u64, days: Option<u64>, pence: u32, ours: bool },
    Absence { from: u64, days: Option<u64>, percent: u32 },
}

/// What is told about the capacity of one block.
#[derive(Debug, Clone)]
struct Beds {
    service: usize,
    from: u64,
    days: Option<u64>,
    count: u32,
    percent: u32,
    payee: bool,
}

/// What the provider says to one statement.
#[derive(Debug, Clone)]
enum Says {
    Yes,
    No,
    Nothing,
    /// Yes, but for every n-th line.
    Except(usize),
}

/// One period of a history.
#[derive(Debug, Clone)]
struct Step {
    before: Vec<Event>,
    says: Says,
    between_lock_and_finalise: Vec<Event>,
}

#[derive(Debug, Clone)]
struct History {
    steps: Vec<Step>,
    hold_unconfirmed: bool,
}

fn any_day() -> impl Strategy<Value = u64> {
    0..(60 + 28 * (PERIODS + 1))
}

fn length() -> impl Strategy<Value = Option<u64>> {
    option::of(0..70_u64)
}

fn care() -> impl Strategy<Value = Care> {
    prop_oneof![
        any_day().prop_map(|day| Care::Start { day }),
        option::of(any_day()).prop_map(|day| Care::End { day }),
        any::<bool>().prop_map(|is| Care::Authorised { is }),
        option::of(any_day()).prop_map(|day| Care::Death { day }),
        (0..SERVICES).prop_map(|service| Care::Moved { service }),
        (any_day(), 0..30_000_u32, 0..2_000_000_u32)
            .prop_map(|(day, quantity, pence)| Care::Price { day, quantity, pence }),
        (0..3_usize, any_day(), length(), 0..40_000_u32, any::<bool>()).prop_map(
            |(kind, from, days, pence, ours)| Care::Contribution { kind, from, days, pence, ours }
        ),
        (any_day(), length(), 0..=100_u32).prop_map(|(from, days, percent)| Care::Absence {
            from,
            days,
            percent
        }),
    ]
}

fn beds() -> impl Strategy<Value = Beds> {
    (0..SERVICES, any_day(), length(), 0..8_u32, 0..=100_u32, any::<bool>()).prop_map(
        |(service, from, days, count, percent, payee)| Beds {
            service,
            from,
            days,
            count,
            percent,
            payee,
        },
    )
}

/// What is told by the council's files.
fn told() -> impl Strategy<Value = Event> {
    let adjusted = (0..3_usize, option::of(0..CPLIS), -90_000..90_000_i32, any_day(), 1..5_u32);
    let service = || 0..SERVICES;
    prop_oneof![
        8 => (0..CPLIS, care()).prop_map(|(cpli, told)| Event::Care(cpli, told)),
        1 => (0..9_u16).prop_map(|days| Event::Grace { days }),
        1 => (service(), any::<bool>()).prop_map(|(service, is)| Event::EndDayPaid { service, is }),
        1 => (service(), any::<bool>()).prop_map(|(service, is)| Event::Daily { service, is }),
        2 => beds().prop_map(Event::Beds),
        2 => adjusted.prop_map(|(index, cpli, pence, day, instalments)| {
            Event::Adjusted { index, cpli, pence, day, instalments }
        }),
    ]
}

/// What is decided about whether it is paid now.
fn decided() -> impl Strategy<Value = Event> {
    let directive =
        (0..4_usize, option::of(0..CPLIS), 0..3_usize, any_day(), option::of(0..90_u64));
    prop_oneof![
        3 => directive.prop_map(|(index, cpli, kind, from, days)| {
            Event::Decided { index, cpli, kind, from, days }
        }),
        1 => (0..PERIODS).prop_map(|period| Event::ConfirmedLate { period }),
        1 => any::<bool>().prop_map(|is| Event::Gated { is }),
        3 => (0..CPLIS, 0..2_usize, 0..4_usize)
            .prop_map(|(cpli, index, state)| Event::Document { cpli, index, state }),
    ]
}

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![
        3 => Just(Says::Yes),
        1 => Just(Says::No),
        1 => Just(Says::Nothing),
        1 => (1..4_usize).prop_map(Says::Except),
    ]
}

fn history() -> impl Strategy<Value = History> {
    let event = || prop_oneof![3 => told().boxed(), 1 => decided().boxed()];
    let step = (vec(event(), 0..8), says(), vec(event(), 0..3)).prop_map(
        |(before, says, between_lock_and_finalise)| Step {
            before,
            says,
            between_lock_and_finalise,
        },
    );
    let periods = usize::try_from(PERIODS).unwrap();
    (vec(step, periods), any::<bool>())
        .prop_map(|(steps, hold_unconfirmed)| History { steps, hold_unconfirmed })
}

/// Everything confirmed, nothing held back; what is told between lock and finalise waits for the next.
fn history_without_holds() -> impl Strategy<Value = History> {
    let step = (vec(told(), 0..8), vec(told(), 0..3)).prop_map(|(before, between)| Step {
        before,
        says: Says::Yes,
        between_lock_and_finalise: between,
    });
    vec(step, usize::try_from(PERIODS).unwrap())
        .prop_map(|steps| History { steps, hold_unconfirmed: false })
}

fn first_period() -> NaiveDate {
    day("2022-09-05")
}

fn nth_day(index: u64) -> NaiveDate {
    first_period() - Days::new(60) + Days::new(index)
}

fn end_after(from: u64, days: Option<u64>) -> Option<NaiveDate> {
    days.map(|days| nth_day(from + days))
}

fn beginning() -> Facts {
    let services: Vec<_> =
        (0..SERVICES).map(|index| service(&format!("S{index}"), "C1", "Lake House")).collect();
    let cplis = (0..CPLIS).map(|index| {
        let client = client(&format!("A{index}"), "Wednesday", "Adams");
        cpli(&index.to_string(), &services[index % SERVICES], client)
    });
    let periods = (0..PERIODS + 3).map(|index| {
        let period = testing::period("28DAY", first_period() + Days::new(index * 28));
        (period.start_date, period)
    });
    Facts {
        contract: contract("C1", "P1", "Lake House"),
        cplis: cplis.map(|it| (it.cpli_id.clone(), it)).collect(),
        services: services.into_iter().map(|it| (it.service_ref.clone(), it)).collect(),
        capacities: BTreeMap::new(),
        adjustments: BTreeMap::new(),
        directives: BTreeMap::new(),
        periods: periods.collect(),
        variations: BTreeMap::new(),
        exceptions: BTreeMap::new(),
        documents: BTreeMap::new(),
        invoices: Vec::new(),
        changed_from: None,
    }
}

fn happens(desk: &mut Desk, event: &Event) {
    match event {
        Event::Care(cpli, told) => desk.tell(&cpli.to_string(), |it| tell_care(it, told)),
        Event::Grace { days } => desk.tell_contract(|contract| contract.grace_days = *days),
        Event::EndDayPaid { service, is } => {
            tell_service(desk, *service, |it| it.end_day_paid = *is);
        }
        Event::Daily { service, is } => {
            let price_per = if *is { PricePer::Day } else { PricePer::Week };
            tell_service(desk, *service, |it| it.price_per = price_per);
        }
        Event::Beds(beds) => tell_capacity(desk, beds),
        Event::Adjusted { index, cpli, pence, day, instalments } => {
            let adjustment = Adjustment {
                adjustment_ref: parse(&format!("ADJ{index}")),
                contract_ref: parse("C1"),
                cpli_id: cpli.map(|index| parse(&index.to_string())),
                amount: Money::from_pence(i64::from(*pence)),
                reason: "Agreed with the home".to_owned(),
                period_start: nth_day(*day),
                instalments: *instalments,
                made_by: Vec::new(),
            };
            desk.facts.adjustments.insert(adjustment.adjustment_ref.clone(), adjustment);
        }
        Event::Decided { index, cpli, kind, from, days } => {
            use DirectiveKind::{Cancel, CarryForward, Suspend};
            let directive = Directive {
                directive_ref: parse(&format!("DIR{index}")),
                contract_ref: parse("C1"),
                cpli_id: cpli.map(|index| parse(&index.to_string())),
                kind: [Suspend, Cancel, CarryForward][*kind],
                from_date: nth_day(*from),
                to_date: end_after(*from, *days),
                reason: "Under review".to_owned(),
                made_by: Vec::new(),
            };
            desk.facts.directives.insert(directive.directive_ref.clone(), directive);
        }
        Event::Gated { is } => desk.facts.contract.document_gate = *is,
        Event::Document { cpli, index, state } => {
            use DocumentState::{Agreed, AgreedManually, Published, Rejected};
            let of_cpli = desk.facts.documents.entry(parse(&cpli.to_string())).or_default();
            let state = [Published, Agreed, Rejected, AgreedManually][*state];
            of_cpli.insert(parse(&format!("DOC{index}")), state);
        }
        Event::ConfirmedLate { period } => {
            let start = first_period() + Days::new(period * 28);
            if desk.bodies.iter().any(|body| body.period.start_date == start) {
                desk.confirm_late(start);
            }
        }
    }
}

fn tell_care(cpli: &mut Cpli, told: &Care) {
    match told {
        Care::Start { day } => cpli.start_date = nth_day(*day),
        Care::End { day } => cpli.end_date = day.map(nth_day),
        Care::Authorised { is } => cpli.authorised = *is,
        Care::Death { day } => cpli.client.date_of_death = day.map(nth_day),
        Care::Moved { service } => cpli.service_ref = parse(&format!("S{service}")),
        Care::Price { day, quantity, pence } => {
            let quantity = Decimal::new(i64::from(*quantity), 4).to_string();
            let unit_price = Decimal::new(i64::from(*pence), 4).to_string();
            cpli.prices.insert(nth_day(*day), price(&quantity, &unit_price));
        }
        Care::Contribution { kind, from, days, pence, ours } => {
            let kind = ContributionKind::ALL[*kind];
            let from_date = nth_day(*from);
            cpli.contributions.retain(|it| (it.kind, it.from_date) != (kind, from_date));
            cpli.contributions.push(Contribution {
                kind,
                from_date,
                to_date: end_after(*from, *days),
                weekly_amount: Money::from_pence(i64::from(*pence)),
                collected_by: if *ours { Collector::Provider } else { Collector::Council },
            });
        }
        Care::Absence { from, days, percent } => {
            let absence = Absence {
                to_date: end_after(*from, *days),
                kind: AbsenceKind::Hospital,
                pay_percent: Decimal::from(*percent),
            };
            cpli.absences.insert(nth_day(*from), absence);
        }
    }
}

fn tell_service(desk: &mut Desk, index: usize, change: impl Fn(&mut domain::facts::Service)) {
    let service = desk.facts.services.get_mut(&parse(&format!("S{index}"))).unwrap();
    let old = service.clone();
    change(service);
    let from = changes::service(Some(&old), service, &desk.facts.contract);
    desk.changed(from);
}

fn tell_capacity(desk: &mut Desk, told: &Beds) {
    let row = Capacity {
        service_ref: parse(&format!("S{}", told.service)),
        from_date: nth_day(told.from),
        to_date: end_after(told.from, told.days),
        beds: told.count,
        void_weekly_rate: parse("865.46"),
        void_percent: Decimal::from(told.percent),
        void_provider_ref: told.payee.then(|| parse("P9")),
    };
    let key = (row.service_ref.clone(), row.from_date);
    let from = changes::capacity(desk.facts.capacities.get(&key), Some(&row));
    desk.changed(from);
    desk.facts.capacities.insert(key, row);
}

fn response(statement: &Statement, says: &Says) -> Response {
    match says {
        Says::Yes => confirmed(statement),
        Says::No => rejected(statement),
        Says::Nothing => silent(statement),
        Says::Except(nth) => {
            let lines = statement.items.iter().step_by(*nth);
            let query = |item: &Item| LineQuery {
                item_id: item.item_id.clone(),
                comment: "Not our client".to_owned(),
            };
            Response::ConfirmedWithQueries {
                answer: answer(statement),
                queries: lines.map(query).collect(),
            }
        }
    }
}

/// What one period was owed when its statement locked: by subject and the start of the care's period.
type Owed = BTreeMap<(Subject, NaiveDate), Money>;

/// One period: told, computed, answered, locked, told again, finalised.
fn step(desk: &mut Desk, step: &Step) {
    for event in &step.before {
        happens(desk, event);
    }
    let open = desk.open();
    computing_again_changes_nothing(desk, &open);
    let owed = owed_by(&desk.facts, &open);
    desk.lock(&open, response(&open, &step.says));
    let unsettled = desk.facts.clone();
    for event in &step.between_lock_and_finalise {
        happens(desk, event);
    }
    let told = desk.facts.clone();
    desk.finalise(open);
    keep_what_was_told_since(desk, &unsettled, &told);
    adds_up(desk, &owed);
    papers_agree(desk.bodies.last().unwrap());
}

/// What was told between lock and finalise is not settled by that finalisation.
fn keep_what_was_told_since(desk: &mut Desk, locked: &Facts, told: &Facts) {
    if told.changed_from != locked.changed_from || told.services != locked.services {
        desk.facts.changed_from = told.changed_from;
    }
    for (cpli_id, cpli) in &mut desk.facts.cplis {
        if told.cplis[cpli_id] != locked.cplis[cpli_id] {
            cpli.changed_from = told.cplis[cpli_id].changed_from;
        }
    }
    if told.capacities != locked.capacities || told.contract != locked.contract {
        desk.facts.changed_from = told.changed_from;
    }
}

fn computing_again_changes_nothing(desk: &Desk, open: &Statement) {
    let again = desk.open();
    assert_eq!(again.digest(), open.digest());
    assert_eq!(&again, open);
    let whole = Statement::open(&desk.facts, &desk.whole_ledger(), &desk.period()).unwrap();
    assert_eq!(&whole, open, "the statements that are not needed change nothing");
    let written = serde_json::to_string(&desk.ledger().bodies).unwrap();
    let bodies: Vec<Statement> = serde_json::from_str(&written).unwrap();
    let read = Ledger { bodies, ..desk.ledger() };
    assert_eq!(&Statement::open(&desk.facts, &read, &desk.period()).unwrap(), open);
}

/// What is owed for every care package, block service and instalment in every period up to the one of `open`.
fn owed_by(facts: &Facts, open: &Statement) -> Owed {
    let mut owed = Owed::new();
    let periods = facts.periods.values();
    for period in periods.filter(|it| it.start_date <= open.period.start_date) {
        for (cpli_id, cpli) in &facts.cplis {
            let mut lines = Vec::new();
            let service = &facts.services[&cpli.service_ref];
            let span = period.into();
            entitlement::of_cpli(&facts.contract, service, cpli, span, &mut lines).unwrap();
            assert_eq!(lines_as_pence(&lines), naive::lines(facts, cpli, period));
            let subject = Subject::Cpli(cpli_id.clone());
            owed.insert((subject, period.start_date), sum(lines.iter().map(|it| it.amount)));
        }
        for service in facts.services.values() {
            let mut lines = Vec::new();
            entitlement::of_voids(facts, service, period.into(), &mut lines).unwrap();
            let subject = Subject::Void(service.service_ref.clone());
            owed.insert((subject, period.start_date), sum(lines.iter().map(|it| it.amount)));
        }
    }
    owed
}

fn lines_as_pence(lines: &[entitlement::Line]) -> Vec<(NaiveDate, NaiveDate, i64)> {
    lines.iter().map(|it| (it.days.from, it.days.to, it.amount.pence())).collect()
}

fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    Money::total(amounts).unwrap()
}

/// Items that are paid, cancelled or wait: each sum of money once.
fn settled(desk: &Desk) -> Vec<&Item> {
    let is_fixed =
        |item: &&Item| matches!(item.status, ItemStatus::Payable | ItemStatus::Cancelled);
    let fixed = desk.bodies.iter().flat_map(|body| &body.items).filter(is_fixed);
    let latest = desk.bodies.last().unwrap();
    let waits = latest.items.iter().filter(|item| !is_fixed(item));
    fixed.chain(waits).chain(latest.held.iter().map(|held| &held.item)).collect()
}

fn adds_up(desk: &Desk, owed: &Owed) {
    let mut given: BTreeMap<(Subject, NaiveDate), Vec<Money>> = BTreeMap::new();
    let mut manual: BTreeMap<(String, u32), Vec<Money>> = BTreeMap::new();
    for item in settled(desk) {
        if let Subject::Adjustment { adjustment_ref, part, .. } = &item.subject {
            let key = (adjustment_ref.to_string(), *part);
            manual.entry(key).or_default().push(item.amount);
        } else {
            let key = (item.subject.clone(), item.period_start);
            given.entry(key).or_default().push(item.amount);
        }
    }
    for key in given.keys().chain(owed.keys()) {
        let given = sum(given.get(key).into_iter().flatten().copied());
        assert_eq!(given, owed.get(key).copied().unwrap_or_default(), "{key:?}");
    }
    instalments_add_up(desk, &manual);
    nothing_is_taken_back_twice(desk);
    names_are_unique(desk);
}

/// Checked against what was true when the last statement locked: its own `issued` says what it issued.
fn instalments_add_up(desk: &Desk, manual: &BTreeMap<(String, u32), Vec<Money>>) {
    let issued = &desk.bodies.last().unwrap().issued;
    let mut stands: BTreeMap<(String, u32), Money> = BTreeMap::new();
    for (adjustment_ref, parts) in issued {
        for part in parts {
            let before = stands.insert((adjustment_ref.to_string(), part.part), part.amount);
            assert_eq!(before, None, "an instalment stands once");
        }
    }
    for (key, amounts) in manual {
        let stands = stands.get(key).copied().unwrap_or_default();
        assert_eq!(sum(amounts.iter().copied()), stands, "{key:?}");
    }
}

fn nothing_is_taken_back_twice(desk: &Desk) {
    let all = desk.bodies.iter().flat_map(|body| &body.items);
    let items: BTreeMap<&ItemId, &Item> = all.map(|item| (&item.item_id, item)).collect();
    let mut taken_back = BTreeSet::new();
    for item in settled(desk) {
        assert_eq!(item.correction == Some(Correction::Reversal), item.reverses.is_some());
        if let Some(reverses) = &item.reverses {
            assert!(taken_back.insert(reverses.clone()), "{reverses} is taken back twice");
            let before = items[reverses];
            assert!(matches!(before.status, ItemStatus::Payable | ItemStatus::Cancelled));
            assert_eq!(item.amount, before.amount.reversed().unwrap());
            assert_eq!(item.payee, before.payee);
        }
    }
}

fn names_are_unique(desk: &Desk) {
    let mut names = BTreeSet::new();
    for item in desk.bodies.iter().flat_map(|body| &body.items) {
        assert!(names.insert(item.item_id.clone()), "{} names two items", item.item_id);
        assert_eq!(item.item_id.as_str().len(), 16);
    }
}

fn papers_agree(body: &Statement) {
    let totals = body.totals().unwrap();
    assert_eq!(totals.total, sum(body.items.iter().map(|item| item.amount)));
    assert_eq!(totals.total, totals.payable.plus(totals.non_payable).unwrap());
    let finalised = finalised(body);
    let rows = payment_file::rows(body, &finalised);
    assert_eq!(rows.len(), body.items.len());
    let paid = rows.iter().filter(|row| row.status == PaymentStatus::Finalised);
    assert_eq!(sum(paid.map(|row| row.amount)), totals.payable);
    for (summary, show_pairs) in [(false, false), (false, true), (true, false), (true, true)] {
        let view = RemittanceView { summary, show_pairs };
        let remittance = Remittance::of(body, &finalised, view).unwrap();
        assert_eq!(remittance.total, totals.payable);
        assert_eq!(sum(remittance.lines.iter().map(|line| line.amount)), totals.payable);
        crate::reports::remittance_adds_up(body, &remittance);
    }
    crate::reports::what_is_to_come_adds_up(body);
}

/// Every care package has a document, and all documents are agreed.
fn agree_everything(desk: &mut Desk) {
    for cpli in 0..CPLIS {
        let of_cpli = desk.facts.documents.entry(parse(&cpli.to_string())).or_default();
        of_cpli.insert(parse("DOC0"), DocumentState::Agreed);
        for state in of_cpli.values_mut() {
            *state = DocumentState::Agreed;
        }
    }
}

/// Lifts every suspension, agrees and confirms everything, and goes on until what was held has been paid.
fn let_everything_go(desk: &mut Desk) {
    agree_everything(desk);
    for directive in desk.facts.directives.values_mut() {
        let last = desk.bodies.last().unwrap().period.end_date;
        if directive.kind != DirectiveKind::Cancel {
            let end = directive.to_date.map_or(last, |to| to.min(last));
            directive.to_date = Some(end);
        }
    }
    let starts: Vec<_> = desk.bodies.iter().map(|body| body.period.start_date).collect();
    for start in starts {
        desk.confirm_late(start);
    }
    let quiet = Step { before: vec![], says: Says::Yes, between_lock_and_finalise: vec![] };
    step(desk, &quiet);
    step(desk, &quiet);
    let latest = desk.bodies.last().unwrap();
    assert_eq!(latest.held, []);
    let waits =
        |item: &Item| matches!(item.status, ItemStatus::Suspended | ItemStatus::CarriedForward);
    assert!(!latest.items.iter().any(waits));
}

fn live(history: &History) -> Desk {
    let mut desk = Desk::with(beginning());
    let unconfirmed_at_lock =
        if history.hold_unconfirmed { UnconfirmedAtLock::Hold } else { UnconfirmedAtLock::Pay };
    desk.settings = Settings { unconfirmed_at_lock, ..Settings::default() };
    for each in &history.steps {
        step(&mut desk, each);
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn finalised_and_held_and_cancelled_items_are_the_entitlement(history in history()) {
        let mut desk = live(&history);
        let_everything_go(&mut desk);
    }

    #[test]
    fn without_holds_what_is_finalised_is_the_entitlement(history in history_without_holds()) {
        let desk = live(&history);
        for body in &desk.bodies {
            prop_assert!(body.items.iter().all(|item| item.status == ItemStatus::Payable));
            prop_assert_eq!(&body.held, &[]);
        }
    }

    #[test]
    fn no_two_contracts_share_the_name_of_an_item(history in history_without_holds()) {
        let desk = live(&history);
        let mut other = desk.facts.clone();
        other.contract.contract_ref = parse("C2");
        let ids = |facts: &Facts| -> BTreeSet<ItemId> {
            let forecasts = facts.periods.values().map(|it| Statement::forecast(facts, it).unwrap());
            forecasts.flat_map(|it| it.items).map(|item| item.item_id).collect()
        };
        prop_assert!(ids(&desk.facts).is_disjoint(&ids(&other)));
    }
}

/// The same rules, a day at a time: slow, and plain to see.
mod naive {
    use super::*;

    /// First day, last day and pence of every line of a care package.
    pub(super) fn lines(
        facts: &Facts,
        cpli: &Cpli,
        period: &Period,
    ) -> Vec<(NaiveDate, NaiveDate, i64)> {
        let days: Vec<_> = period
            .start_date
            .iter_days()
            .take_while(|day| *day <= period.end_date)
            .filter(|day| is_active(facts, cpli, *day))
            .collect();
        let per_week = facts.services[&cpli.service_ref].price_per == PricePer::Week;
        let week = if per_week { Decimal::from(7) } else { Decimal::ONE };
        let mut lines = runs(&days, |day| {
            let price = cpli.prices.range(..=day).next_back()?.1;
            let absence = covering(day, cpli.absences.iter().map(|(from, it)| (*from, it.to_date)));
            let percent =
                absence.map_or(Decimal::from(100), |from| cpli.absences[&from].pay_percent);
            let rate = price.quantity * price.unit_price * percent;
            Some((rate, Decimal::from(100) * week, (price.quantity, price.unit_price, absence)))
        });
        for kind in ContributionKind::ALL {
            lines.extend(runs(&days, |day| {
                let rows = || cpli.contributions.iter().filter(|it| it.kind == kind);
                let from = covering(day, rows().map(|it| (it.from_date, it.to_date)))?;
                let row = rows().find(|it| it.from_date == from)?;
                let weekly = row.weekly_amount.pounds();
                let deducted = row.collected_by == Collector::Provider && !weekly.is_zero();
                deducted.then(|| (-weekly, Decimal::from(7), weekly))
            }));
        }
        lines
    }

    fn is_active(facts: &Facts, cpli: &Cpli, day: NaiveDate) -> bool {
        let grace = Days::new(facts.contract.grace_days.into());
        let ends = [cpli.end_date, cpli.client.date_of_death.map(|death| death + grace)];
        let end_day_paid = facts.services[&cpli.service_ref].end_day_paid;
        let before_end = |end: NaiveDate| day < end || (day == end && end_day_paid);
        cpli.authorised && day >= cpli.start_date && ends.into_iter().flatten().all(before_end)
    }

    /// The first day of the row that holds on `day`: the last to start, if it has not ended.
    fn covering(
        day: NaiveDate,
        rows: impl Iterator<Item = (NaiveDate, Option<NaiveDate>)>,
    ) -> Option<NaiveDate> {
        let (from, to) = rows.filter(|(from, _)| *from <= day).max()?;
        to.is_none_or(|to| day <= to).then_some(from)
    }

    /// Runs of days with the same terms; each run: its rate × days ÷ divisor.
    fn runs<T: PartialEq>(
        days: &[NaiveDate],
        terms: impl Fn(NaiveDate) -> Option<(Decimal, Decimal, T)>,
    ) -> Vec<(NaiveDate, NaiveDate, i64)> {
        let with_terms: Vec<_> = days.iter().map(|day| (*day, terms(*day))).collect();
        with_terms
            .chunk_by(|one, next| one.1 == next.1 && one.0.succ_opt() == Some(next.0))
            .filter_map(|run| {
                let (rate, divisor, _) = run[0].1.as_ref()?;
                let amount = rate * Decimal::from(run.len()) / divisor;
                let pence = Money::rounded(amount).unwrap().pence();
                Some((run[0].0, run[run.len() - 1].0, pence))
            })
            .collect()
    }
}
