//! Purchase orders: the entitlement of a client with a provider from 1 April to 31 March.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::care_package::CarePackages;
use domain::entitlement::{Days, active_days};
use domain::facts::{
    Absence, AbsenceKind, Collector, Contribution, ContributionKind, Cpli, PaymentMethod, PricePer,
    Service, Unit,
};
use domain::item::ItemKind;
use domain::money::Money;
use domain::period::FinancialYear;
use domain::purchase_order::{
    Order, OrderId, Parties, RevisionBody, differences, orders_of, years_of,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;
use testing::{client, contract, contribution, cpli, day, instant, parse, price, service};

const TODAY: &str = "2023-06-01";

/// Lake House with one placement for Miss Wednesday Adams at £865.46 a week since 3 August 2022.
fn lake_house() -> CarePackages {
    let (contract, service) =
        (contract("C1", "P1", "Lake House"), service("S1", "C1", "Lake House"));
    let cpli = cpli("164628", &service, client("A272433", "Wednesday", "Adams"));
    CarePackages {
        contracts: BTreeMap::from([(contract.contract_ref.clone(), contract)]),
        services: BTreeMap::from([(service.service_ref.clone(), service)]),
        cplis: vec![cpli],
    }
}

fn told(change: impl FnOnce(&mut Cpli, &mut Service)) -> CarePackages {
    let mut packages = lake_house();
    let service = packages.services.get_mut(&parse("S1")).unwrap();
    change(&mut packages.cplis[0], service);
    packages
}

fn id(year: &str) -> OrderId {
    let financial_year = year.parse().unwrap();
    OrderId { provider_ref: parse("P1"), financial_year, ss_ref: parse("A272433") }
}

fn order(packages: &CarePackages, year: &str) -> Order {
    Order::of(packages, id(year), day(TODAY)).unwrap()
}

fn says(order: &Order) -> Vec<String> {
    order
        .lines
        .iter()
        .map(|line| format!("{} to {}: {}", line.from, line.to, line.arithmetic()))
        .collect()
}

#[test]
fn an_order_is_the_entitlement_from_1_april_to_31_march() {
    let order = order(&lake_house(), "2023-24");
    assert_eq!(
        says(&order),
        ["2023-04-01 to 2024-03-31: 1 × £865.46 a week × 366 days ÷ 7 = £45,251.19"]
    );
    assert_eq!(order.totals().unwrap().total.to_string(), "45251.19");
    assert_eq!(order.id.to_string(), "PO-P1-2023-24-A272433");
}

#[test]
fn only_the_days_of_care_are_ordered() {
    let packages = told(|cpli, _| cpli.end_date = Some(day("2023-04-13")));
    let first = order(&packages, "2022-23");
    assert_eq!(
        says(&first),
        ["2022-08-03 to 2023-03-31: 1 × £865.46 a week × 241 days ÷ 7 = £29,796.55"]
    );
    assert_eq!(
        says(&order(&packages, "2023-24")),
        ["2023-04-01 to 2023-04-13: 1 × £865.46 a week × 13 days ÷ 7 = £1,607.28"]
    );
    assert!(order(&packages, "2024-25").lines.is_empty());
    assert!(order(&packages, "2021-22").lines.is_empty());
}

#[test]
fn prices_absences_and_contributions_make_lines_that_add_up() {
    let packages = told(|cpli, _| {
        cpli.prices.insert(day("2023-10-01"), price("1", "908.73"));
        let (to_date, kind) = (Some(day("2023-05-14")), AbsenceKind::Hospital);
        let absence = Absence { to_date, kind, pay_percent: parse("60") };
        cpli.absences.insert(day("2023-05-01"), absence);
        let from = day("2023-04-01");
        cpli.contributions.push(contribution(from, "162.30", Collector::Provider));
    });
    let order = order(&packages, "2023-24");
    assert_eq!(
        says(&order),
        [
            "2023-04-01 to 2023-04-30: 1 × £865.46 a week × 30 days ÷ 7 = £3,709.11",
            "2023-05-01 to 2023-05-14: 1 × £865.46 a week × 14 days ÷ 7 × 60% = £1,038.55",
            "2023-05-15 to 2023-09-30: 1 × £865.46 a week × 139 days ÷ 7 = £17,185.56",
            "2023-10-01 to 2024-03-31: 1 × £908.73 a week × 183 days ÷ 7 = £23,756.80",
            "2023-04-01 to 2024-03-31: Client contribution: −£162.30 a week × 366 days ÷ 7 = −£8,485.97",
        ]
    );
    let totals = order.totals().unwrap();
    assert_eq!(totals.cost.to_string(), "45690.02");
    assert_eq!(totals.income.to_string(), "-8485.97");
    assert_eq!(totals.total.to_string(), "37204.05");
}

#[test]
fn care_that_is_paid_as_delivered_is_ordered_as_planned() {
    let mut packages = told(|cpli, service| {
        (service.unit, service.price_per) = (Unit::Hour, PricePer::Unit);
        cpli.prices = BTreeMap::from([(day("2022-08-03"), price("10.5", "22.34"))]);
        cpli.end_date = Some(day("2023-04-14"));
    });
    packages.contracts.get_mut(&parse("C1")).unwrap().payment_method = PaymentMethod::Actuals;
    assert_eq!(
        says(&order(&packages, "2023-24")),
        ["2023-04-01 to 2023-04-14: 10.5 hours a week × £22.34 × 14 days ÷ 7 = £469.14"]
    );
}

#[test]
fn no_draft_is_ordered_and_nothing_of_a_contract_that_is_not_on_the_portal_yet() {
    assert!(order(&told(|cpli, _| cpli.authorised = false), "2023-24").lines.is_empty());
    let mut later = lake_house();
    later.contracts.get_mut(&parse("C1")).unwrap().portal_from = day("2023-06-02");
    assert!(order(&later, "2023-24").lines.is_empty());
    assert!(years_of(&later, day(TODAY)).is_empty());
}

#[test]
fn a_provider_has_orders_of_the_years_with_care_and_of_the_next_from_march_on() {
    let years = |today: &str| -> Vec<String> {
        years_of(&lake_house(), day(today)).iter().map(ToString::to_string).collect()
    };
    assert_eq!(years("2023-06-01"), ["2023-24", "2022-23"]);
    assert_eq!(years("2024-02-29"), ["2023-24", "2022-23"]);
    assert_eq!(years("2024-03-01"), ["2024-25", "2023-24", "2022-23"]);
    assert_eq!(years("2024-04-01"), ["2024-25", "2023-24", "2022-23"]);
}

#[test]
fn one_order_holds_all_that_a_client_receives_of_a_provider() {
    let mut packages = lake_house();
    let service = packages.services[&parse("S1")].clone();
    packages.cplis.push(cpli("164627", &service, client("A272433", "Wednesday", "Adams")));
    packages.cplis.push(cpli("164629", &service, client("A1", "Pugsley", "Adams")));
    let year: FinancialYear = "2023-24".parse().unwrap();
    let orders = orders_of(&packages, &parse("P1"), year, day(TODAY)).unwrap();
    let cplis: Vec<Vec<String>> = orders
        .values()
        .map(|it| it.lines.iter().map(|line| line.cpli_id.to_string()).collect())
        .collect();
    assert_eq!(cplis, [vec!["164629"], vec!["164627", "164628"]]);
    assert_eq!(orders[&parse("A272433")], order(&packages, "2023-24"));
}

fn parties() -> Parties {
    let name = |name: &str| name.to_owned();
    Parties { council_name: name("Council"), provider_name: name("Lake"), provider_address: None }
}

fn at(text: &str) -> DateTime<Utc> {
    instant(text)
}

fn revised(previous: &RevisionBody, packages: &CarePackages) -> RevisionBody {
    let order = order(packages, "2023-24");
    RevisionBody::next(Some(previous), order, at("2023-06-02T09:00:00Z"), parties()).unwrap()
}

fn first() -> RevisionBody {
    let order = order(&lake_house(), "2023-24");
    RevisionBody::next(None, order, at("2023-06-01T09:00:00Z"), parties()).unwrap()
}

fn told_of(revision: &RevisionBody) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let difference = revision.differences.iter();
    difference
        .map(|it| format!("{}: {} > {}", it.label, text(&it.before), text(&it.after)))
        .collect()
}

#[test]
fn a_revision_says_field_by_field_what_it_changes_and_why() {
    let first = first();
    assert_eq!((first.revision, first.cause.as_str()), (1, "First issued"));
    assert!(first.differences.is_empty());

    let packages = told(|cpli, _| {
        cpli.prices.insert(day("2023-10-01"), price("1", "908.73"));
    });
    let second = revised(&first, &packages);
    assert_eq!(second.revision, 2);
    assert_eq!(
        told_of(&second),
        [
            "Lake House (CPLI 164628), 1 October 2023 to 31 March 2024: 1 × £865.46 a week > 1 × £908.73 a week",
            "Total cost: £45,251.19 > £46,382.40",
            "Total: £45,251.19 > £46,382.40",
        ]
    );
    assert_eq!(
        second.cause,
        "Lake House (CPLI 164628), 1 October 2023 to 31 March 2024: now 1 × £908.73 a week"
    );

    let packages = told(|cpli, service| {
        cpli.prices.insert(day("2023-10-01"), price("1", "908.73"));
        cpli.end_date = Some(day("2023-12-31"));
        cpli.client.surname = "Addams".to_owned();
        service.name = "Lake House East".to_owned();
        let from = day("2023-12-01");
        cpli.contributions.push(contribution(from, "162.30", Collector::Provider));
    });
    let third = revised(&second, &packages);
    assert_eq!(
        told_of(&third)[..4],
        [
            "Client: Miss Wednesday Adams > Miss Wednesday Addams",
            "Service of CPLI 164628: Lake House > Lake House East",
            "Lake House East (CPLI 164628), 1 January 2024 to 31 March 2024: 1 × £908.73 a week > -",
            "Client contribution, Lake House East (CPLI 164628), 1 December 2023 to 31 December 2023: \
             - > −£162.30 a week",
        ]
    );
    assert_eq!(third.cause, "Client: now Miss Wednesday Addams; and 3 more changes");
}

#[test]
fn an_order_of_which_nothing_is_left_says_so_and_keeps_the_name() {
    let first = first();
    let gone = revised(&first, &CarePackages::default());
    assert_eq!(gone.order.client.as_deref(), Some("Miss Wednesday Adams"));
    assert_eq!(gone.cause, "Nothing is ordered in this financial year any more");
    assert_eq!(gone.head().unwrap().total, Money::ZERO);
    let told_of_gone = told_of(&gone);
    assert_eq!(
        told_of_gone[0],
        "Lake House (CPLI 164628), 1 April 2023 to 31 March 2024: 1 × £865.46 a week > -"
    );
}

#[test]
fn what_an_order_states_is_in_its_digest_and_nothing_else() {
    let digest = order(&lake_house(), "2023-24").digest();
    assert_eq!(digest, order(&lake_house(), "2023-24").digest());
    let same = told(|cpli, _| {
        cpli.changed_at = at("2023-06-01T12:00:00Z");
        cpli.end_date = Some(day("2024-03-31"));
        cpli.prices.insert(day("2024-04-01"), price("1", "900"));
    });
    assert_eq!(digest, order(&same, "2023-24").digest());
    for other in [
        told(|cpli, _| cpli.end_date = Some(day("2024-03-30"))),
        told(|cpli, _| cpli.service_level = "Nursing".to_owned()),
        told(|cpli, _| cpli.client.surname = "Addams".to_owned()),
        told(|_, service| service.name = "Lake".to_owned()),
    ] {
        assert_ne!(digest, order(&other, "2023-24").digest());
    }
}

#[test]
fn an_order_names_each_of_its_services_once() {
    let mut packages = lake_house();
    let service = packages.services[&parse("S1")].clone();
    packages.cplis.push(cpli("164627", &service, client("A272433", "Wednesday", "Adams")));
    let order = order(&packages, "2023-24");
    assert_eq!(order.lines.len(), 2);
    let services = order.services();
    let named: Vec<_> = services.iter().map(|it| (it.service_ref.as_str(), &*it.name)).collect();
    assert_eq!(named, [("S1", "Lake House")]);
}

#[test]
fn a_line_that_is_only_cut_in_two_is_told_as_one() {
    let whole = order(&lake_house(), "2023-24");
    let mut cut = whole.clone();
    let mut second = cut.lines[0].clone();
    (cut.lines[0].to, second.from) = (day("2023-09-30"), day("2023-10-01"));
    cut.lines.push(second);
    let packages = told(|cpli, _| {
        cpli.prices.insert(day("2022-08-03"), price("1", "908.73"));
    });
    let dearer = order(&packages, "2023-24");
    let about = |before: &Order, after: &Order| {
        let all = differences(before, after).unwrap().into_iter();
        all.map(|it| it.label).filter(|it| !it.starts_with("Total")).collect::<Vec<_>>()
    };
    let whole_year = ["Lake House (CPLI 164628), 1 April 2023 to 31 March 2024"];
    assert_eq!(about(&cut, &dearer), whole_year);
    assert_eq!(about(&dearer, &cut), whole_year);
    assert!(about(&whole, &Order { client: None, ..whole.clone() }).is_empty());
    assert!(about(&Order { client: None, ..whole.clone() }, &whole).is_empty());
}

#[test]
fn a_contribution_of_one_day_is_deducted_for_that_day() {
    let only = day("2023-04-10");
    let packages = told(|cpli, _| {
        let of_day = contribution(only, "162.30", Collector::Provider);
        cpli.contributions.push(Contribution { to_date: Some(only), ..of_day });
    });
    let order = order(&packages, "2023-24");
    let income: Vec<_> = order.lines.iter().filter(|it| it.kind == ItemKind::Income).collect();
    let [line] = income.as_slice() else { panic!("{income:?}") };
    assert_eq!((line.from, line.to, line.amount.to_string()), (only, only, "-23.19".to_owned()));
}

/// One thing that is told about a care package: days are counted from 1 February 2023.
#[derive(Debug, Clone)]
struct Told {
    price: PricePer,
    start: u64,
    end: Option<u64>,
    nights: bool,
    prices: Vec<(u64, u32, u32)>,
    absences: Vec<(u64, Option<u64>, u32)>,
    contributions: Vec<(usize, u64, Option<u64>, u32)>,
}

fn any_told() -> impl Strategy<Value = Told> {
    let days = || 0..460_u64;
    let price = prop_oneof![Just(PricePer::Week), Just(PricePer::Day), Just(PricePer::Unit)];
    let prices = vec((days(), 0..500_000_u32, 0..20_000_000_u32), 0..5);
    let absences = vec((days(), option::of(0..60_u64), 0..=100_u32), 0..3);
    let contributions = vec((0..3_usize, days(), option::of(0..90_u64), 0..50_000_u32), 0..4);
    (price, days(), option::of(days()), any::<bool>(), prices, absences, contributions).prop_map(
        |(price, start, end, nights, prices, absences, contributions)| Told {
            price,
            start,
            end,
            nights,
            prices,
            absences,
            contributions,
        },
    )
}

fn on(days: u64) -> NaiveDate {
    day("2023-02-01") + chrono::Days::new(days)
}

fn packages_of(told: &Told) -> CarePackages {
    self::told(|cpli, service| {
        (service.price_per, service.end_day_paid) = (told.price, !told.nights);
        cpli.start_date = on(told.start);
        cpli.end_date = told.end.map(on);
        let mut priced = vec![(0, 10_000, 8_654_600)];
        priced.extend(told.prices.iter().copied());
        let four = |number: u32| Decimal::new(i64::from(number), 4);
        cpli.prices = priced
            .into_iter()
            .map(|(from, quantity, unit)| {
                (
                    on(from),
                    domain::facts::Price { quantity: four(quantity), unit_price: four(unit) },
                )
            })
            .collect();
        for (from, days, percent) in &told.absences {
            let to_date = days.map(|days| on(from + days));
            let pay_percent = Decimal::from(*percent);
            let absence = Absence { to_date, kind: AbsenceKind::Hospital, pay_percent };
            cpli.absences.insert(on(*from), absence);
        }
        cpli.contributions = told
            .contributions
            .iter()
            .map(|(kind, from, days, pence)| Contribution {
                kind: ContributionKind::ALL[*kind],
                from_date: on(*from),
                to_date: days.map(|days| on(from + days)),
                weekly_amount: Money::from_pence(i64::from(*pence)),
                collected_by: Collector::Provider,
            })
            .collect();
    })
}

/// What a day of care costs, from full precision: what is rounded nowhere.
fn cost_of_day(packages: &CarePackages, on: NaiveDate) -> Decimal {
    let cpli = &packages.cplis[0];
    let service = &packages.services[&parse("S1")];
    let contract = &packages.contracts[&parse("C1")];
    if active_days(contract, service, cpli, Days { from: on, to: on }).is_none() {
        return Decimal::ZERO;
    }
    let Some(price) = cpli.price_on(on) else { return Decimal::ZERO };
    let away = cpli.absences.range(..=on).next_back().map(|(_, absence)| absence);
    let away = away.filter(|it| it.to_date.is_none_or(|to| on <= to));
    let percent = away.map_or(Decimal::ONE_HUNDRED, |it| it.pay_percent);
    let weekly = price.quantity * price.unit_price * percent / Decimal::ONE_HUNDRED;
    if service.price_per == PricePer::Day { weekly } else { weekly / Decimal::from(7) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_costs_of_an_order_add_up_to_its_days_one_by_one_each_line_rounded_once(told in any_told()) {
        let packages = packages_of(&told);
        let order = order(&packages, "2023-24");
        let days = order.from.iter_days().take_while(|it| *it <= order.to);
        let exact: Decimal = days.map(|it| cost_of_day(&packages, it)).sum();
        let costs: Vec<_> = order.lines.iter().filter(|it| it.kind == ItemKind::Cost).collect();
        let half_a_penny = Decimal::new(5, 3) * Decimal::from(costs.len());
        let off = (order.totals().unwrap().cost.pounds() - exact).abs();
        // Sevenths of a day's cost are not exact: a millionth of a penny is forgiven.
        prop_assert!(off <= half_a_penny + Decimal::new(1, 8), "{off} off in {} lines", costs.len());
    }

    #[test]
    fn no_cost_is_negative_no_income_positive_and_no_day_is_in_two_lines_of_a_kind(told in any_told()) {
        let order = order(&packages_of(&told), "2023-24");
        for line in &order.lines {
            prop_assert!(order.from <= line.from && line.from <= line.to && line.to <= order.to);
            match line.kind {
                ItemKind::Cost => prop_assert!(line.amount >= Money::ZERO),
                ItemKind::Income => prop_assert!(line.amount <= Money::ZERO),
                ItemKind::Manual | ItemKind::Void => prop_assert!(false, "no such line"),
            }
        }
        let costs: Vec<_> = order.lines.iter().filter(|it| it.kind == ItemKind::Cost).collect();
        prop_assert!(costs.windows(2).all(|two| two[0].to < two[1].from));
        let totals = order.totals().unwrap();
        prop_assert_eq!(totals.cost.plus(totals.income).unwrap(), totals.total);
    }

    #[test]
    fn two_orders_have_another_digest_exactly_if_they_differ(one in any_told(), other in any_told()) {
        let (one, other) = (order(&packages_of(&one), "2023-24"), order(&packages_of(&other), "2023-24"));
        let differ = differences(&one, &other).unwrap();
        prop_assert_eq!(one.digest() == other.digest(), one == other);
        prop_assert!(one != other || differ.is_empty());
        prop_assert!(one == other || !differ.is_empty());
    }
}
