//! The scheduled care of a country that is made up: councils, their contracts, and who lives there.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate};
use domain::clock::london_instant;
use domain::facts::{
    Absence, AbsenceKind, Client, Collector, Confirmation, Contract, Contribution,
    ContributionKind, Cpli, Facts, PaymentMethod, Period, Price, PricePer, Purchase, Service, Unit,
    VatCategory,
};
use domain::ids::CycleRef;

/// How many people each contract has.
pub const LINES: usize = 40;

/// The first day of the period that is paid.
pub fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 26).unwrap()
}

fn cycle() -> CycleRef {
    "28DAY".parse().unwrap()
}

/// Four weeks from `start_date`.
pub fn period(start_date: NaiveDate) -> Period {
    let after = |days| start_date + Days::new(days);
    let clock = |days, hour| london_instant(after(days).and_hms_opt(hour, 0, 0).unwrap());
    Period {
        cycle_ref: cycle(),
        start_date,
        end_date: after(27),
        confirm_by: clock(24, 17),
        finalise_at: clock(25, 9),
        pay_date: after(28),
    }
}

/// The `n`th contract: a home of forty people. One in four pays a contribution that the home collects, one in ten has
/// another price from the middle of the period, one in twenty is in hospital for a week.
pub fn contract(n: usize) -> Facts {
    let contract = Contract {
        contract_ref: format!("C{n:06}").parse().unwrap(),
        provider_ref: format!("P{n:06}").parse().unwrap(),
        name: format!("Home {n}"),
        payment_method: PaymentMethod::Scheduled,
        cycle_ref: cycle(),
        vat: VatCategory::Exempt,
        confirmation: Confirmation::Required,
        grace_days: 3,
        document_gate: false,
        portal_from: start() - Days::new(364),
    };
    let service = service(n, &contract);
    let cplis = (0..LINES).map(|line| cpli(n * LINES + line, &service));
    let cplis = cplis.map(|it| (it.cpli_id.clone(), it)).collect();
    let period = period(start());
    Facts {
        contract,
        services: BTreeMap::from([(service.service_ref.clone(), service)]),
        cplis,
        capacities: BTreeMap::new(),
        adjustments: BTreeMap::new(),
        directives: BTreeMap::new(),
        periods: BTreeMap::from([(period.start_date, period)]),
        variations: BTreeMap::new(),
        exceptions: BTreeMap::new(),
        documents: BTreeMap::new(),
        invoices: Vec::new(),
        changed_from: None,
    }
}

fn service(n: usize, contract: &Contract) -> Service {
    Service {
        service_ref: format!("S{n:06}").parse().unwrap(),
        contract_ref: contract.contract_ref.clone(),
        name: format!("Home {n} - Residential (Band 3)"),
        purchase: Purchase::Spot,
        service_type: "Residential".to_owned(),
        unit: Unit::Placement,
        price_per: PricePer::Week,
        unit_step: "1".parse().unwrap(),
        week_starts: 0,
        end_day_paid: true,
        frustrated_percent: "0".parse().unwrap(),
        tolerance_percent: "0".parse().unwrap(),
        extras: false,
        visits_required: false,
    }
}

fn cpli(n: usize, service: &Service) -> Cpli {
    let since = start() - Days::new(700);
    let price = |pounds: usize| Price {
        quantity: "1".parse().unwrap(),
        unit_price: format!("{pounds}.46").parse().unwrap(),
    };
    let mut prices = BTreeMap::from([
        (since, price(800 + n % 200)),
        (since + Days::new(365), price(840 + n % 200)),
    ]);
    if n % 10 == 1 {
        prices.insert(start() + Days::new(14), price(880 + n % 200));
    }
    let away = Absence {
        to_date: Some(start() + Days::new(13)),
        kind: AbsenceKind::Hospital,
        pay_percent: "60".parse().unwrap(),
    };
    let absences = (n % 20 == 2).then(|| (start() + Days::new(7), away));
    let contribution = Contribution {
        kind: ContributionKind::Client,
        from_date: since,
        to_date: None,
        weekly_amount: "162.30".parse().unwrap(),
        collected_by: Collector::Provider,
    };
    Cpli {
        cpli_id: format!("{}", 1_000_000 + n).parse().unwrap(),
        contract_ref: service.contract_ref.clone(),
        service_ref: service.service_ref.clone(),
        client: client(n),
        service_level: "Permanent - Residential".to_owned(),
        start_date: since,
        end_date: (n % 30 == 3).then(|| start() + Days::new(12)),
        authorised: true,
        prices,
        contributions: n.is_multiple_of(4).then_some(contribution).into_iter().collect(),
        absences: absences.into_iter().collect(),
        changed_from: None,
        changed_at: DateTime::UNIX_EPOCH,
    }
}

fn client(n: usize) -> Client {
    Client {
        ss_ref: format!("A{:06}", n % 1_000_000).parse().unwrap(),
        title: Some("Miss".to_owned()),
        forename: "Wednesday".to_owned(),
        surname: format!("Adams-{n}"),
        date_of_birth: None,
        date_of_death: None,
    }
}
