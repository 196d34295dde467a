//! Small councils, as their own files bring them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::clock::london_instant;
use store::Store;

use crate::dice::Dice;
use crate::model::{Care, pence, ten_thousandths};
use crate::worker::Parts;

/// The first days of the periods; of the last of a schedule nothing comes due. The clocks go forward on the day before
/// the second.
const STARTS: [&str; 4] = ["2026-03-02", "2026-03-30", "2026-04-27", "2026-05-25"];

/// What a council buys, in which agreement, and who is told of its payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contract {
    pub(crate) reference: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) email: &'static str,
    /// Care by the hour is paid by what is claimed, a placement by the week.
    pub(crate) by_the_hour: bool,
    pub(crate) cplis: &'static [&'static str],
}

const LAKE_HOUSE: Contract = Contract {
    reference: "C3001",
    provider: "P1001",
    email: "ada@lakehouse.example",
    by_the_hour: false,
    cplis: &["164628", "164629"],
};
const MADLEY_PARK: Contract = Contract {
    reference: "C3002",
    provider: "P1002",
    email: "ben@madley.example",
    by_the_hour: false,
    cplis: &["188631"],
};
const NORTHSIDE: Contract = Contract {
    reference: "C3003",
    provider: "P1003",
    email: "ida@northside.example",
    by_the_hour: true,
    cplis: &["170001", "170002"],
};

/// What different councils buy.
const COUNCILS: [&[Contract]; 6] = [
    &[LAKE_HOUSE],
    &[MADLEY_PARK],
    &[NORTHSIDE],
    &[LAKE_HOUSE, MADLEY_PARK],
    &[LAKE_HOUSE, NORTHSIDE],
    &[LAKE_HOUSE, MADLEY_PARK, NORTHSIDE],
];

/// One schedule in so many is large: up to three contracts, and two periods in which things go wrong. The others have one
/// of each, so that many can be tried.
const LARGE_ONE_IN: u64 = 64;

/// Which council it is, of eight small schedules.
const SMALL: [usize; 8] = [0, 0, 0, 0, 1, 1, 1, 2];

/// Which council it is, of eight large schedules.
const LARGE: [usize; 8] = [0, 2, 3, 3, 4, 4, 5, 5];

/// A care package that the council tells of late, under the first contract.
pub(crate) const LATE_CPLI: &str = "190001";

/// A council before anything happens.
#[derive(Debug, Clone)]
pub(crate) struct Council {
    pub(crate) contracts: &'static [Contract],
    /// The first days of the periods that are paid. In all but the last of them things go wrong.
    pub(crate) starts: &'static [&'static str],
    pub(crate) care: BTreeMap<&'static str, Care>,
    store: Store,
}

thread_local! {
    /// Each is made once and copied.
    static PREPARED: [Council; COUNCILS.len()] = COUNCILS.map(Council::prepare);
}

impl Council {
    /// The council of a schedule, with a table of its own.
    pub(crate) fn of(dice: &mut Dice) -> (Self, Store) {
        let is_large = dice.one_in(LARGE_ONE_IN);
        let shares = if is_large { LARGE } else { SMALL };
        let periods_paid = if is_large { 3 } else { 2 };
        PREPARED.with(|all| {
            let mut council = all[shares[dice.index(shares.len())]].clone();
            council.starts = &STARTS[..periods_paid];
            let store = council.store.copied().unwrap();
            (council, store)
        })
    }

    /// Whether it is one of the few with a longer life.
    pub(crate) fn is_large(&self) -> bool {
        self.starts.len() > 2
    }

    /// The first days of the periods in which things go wrong.
    pub(crate) fn troubled(&self) -> &'static [&'static str] {
        &self.starts[..self.starts.len() - 1]
    }

    /// The first day of the last period that is paid.
    pub(crate) fn last(&self) -> NaiveDate {
        day(self.starts[self.starts.len() - 1])
    }

    /// For how many days the council learns of something: 22 or 50.
    pub(crate) fn days(&self) -> u64 {
        28 * u64::try_from(self.troubled().len()).unwrap() - 6
    }

    /// Nothing that was late comes later.
    pub(crate) fn latest(&self) -> DateTime<Utc> {
        self.last().and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(19)
    }

    /// From when on all is well.
    pub(crate) fn calm(&self) -> DateTime<Utc> {
        self.latest() + TimeDelta::hours(30)
    }

    /// Brings its files in and sends the invitations.
    fn prepare(contracts: &'static [Contract]) -> Self {
        let parts = Parts::empty();
        for (feed, text) in files(contracts) {
            parts.bring(&format!("{feed}_20260201T080000"), &text);
        }
        parts.send_all();
        let care = contracts.iter().flat_map(care).collect();
        Self { contracts, starts: &[], care, store: parts.store }
    }
}

/// The facts, written down a second time for the model.
fn care(contract: &Contract) -> Vec<(&'static str, Care)> {
    let packages = contract.cplis.iter().map(|cpli| {
        let care = Care {
            contract: contract.reference,
            start: day("2026-01-05"),
            prices: [(day("2026-01-05"), price(cpli))].into(),
            ..Care::default()
        };
        (*cpli, care)
    });
    let mut packages: Vec<_> = packages.collect();
    if let Some((_, care)) = packages.iter_mut().find(|(cpli, _)| *cpli == "164628") {
        care.contributions.insert("client", (day("2026-01-05"), pence("162.30")));
    }
    packages
}

/// Quantity and price.
fn priced(cpli: &str) -> (&'static str, &'static str) {
    match cpli {
        "164629" => ("31.5", "23.77"),
        "188631" => ("1", "1020.5555"),
        "170001" => ("10.5", "22.34"),
        "170002" => ("7", "20.01"),
        _ => ("1", "865.46"),
    }
}

fn price(cpli: &str) -> (i128, i128) {
    let (quantity, price) = priced(cpli);
    (ten_thousandths(quantity), ten_thousandths(price))
}

/// Hours commissioned a week, in quarters.
pub(crate) fn planned_quarters(cpli: &str) -> u64 {
    if cpli == "170001" { 42 } else { 28 }
}

/// The files of a council, each after those that it names.
fn files(contracts: &[Contract]) -> Vec<(&'static str, String)> {
    let mut contributions =
        "cpli_id,kind,from_date,to_date,weekly_amount,collected_by\n".to_owned();
    if contracts.contains(&LAKE_HOUSE) {
        contributions.push_str("164628,client,2026-01-05,,162.30,provider\n");
    }
    let mut files = vec![("periods", periods())];
    files.extend(agreements(contracts));
    files.extend(packages(contracts));
    files.push(("contributions", contributions));
    files
}

fn periods() -> String {
    let mut periods = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date\n".to_owned();
    for start in STARTS {
        let Due { last, confirm_by, finalise_at } = due(day(start));
        let (confirm, finalise) = (confirm_by.format("%FT%RZ"), finalise_at.format("%FT%RZ"));
        let pay = crate::model::after(last, 5);
        writeln!(periods, "28DAY,{start},{last},{confirm},{finalise},{pay}").unwrap();
    }
    periods
}

fn agreements(contracts: &[Contract]) -> [(&'static str, String); 4] {
    let mut providers = "provider_ref,name,kind\n".to_owned();
    let mut people = "contact_ref,provider_ref,forename,surname,portal_email,roles\n".to_owned();
    let mut terms =
        "contract_ref,provider_ref,name,payment_method,cycle_ref,confirmation,portal_from\n"
            .to_owned();
    let mut services = "service_ref,contract_ref,name,purchase,unit,price_per\n".to_owned();
    for Contract { reference: contract, provider, email, by_the_hour, .. } in contracts {
        let (kind, how, unit, per) = if *by_the_hour {
            ("home_care", "actuals,28DAY,not_required", "hour", "unit")
        } else {
            ("care_home", "scheduled,28DAY,required", "placement", "week")
        };
        writeln!(providers, "{provider},Provider {provider},{kind}").unwrap();
        writeln!(people, "K{provider},{provider},Ada,Brome,{email},invoices payments").unwrap();
        writeln!(terms, "{contract},{provider},{contract},{how},2026-03-02").unwrap();
        writeln!(services, "S{contract},{contract},Care,spot,{unit},{per}").unwrap();
    }
    [("providers", providers), ("contacts", people), ("contracts", terms), ("services", services)]
}

fn packages(contracts: &[Contract]) -> [(&'static str, String); 3] {
    let mut clients = "ss_ref,forename,surname\nA190001,Late,Comer\n".to_owned();
    let mut cplis = "cpli_id,ss_ref,service_ref,start_date,authorised\n".to_owned();
    let mut prices = "cpli_id,from_date,quantity,unit_price\n".to_owned();
    for Contract { reference: contract, cplis: packages, .. } in contracts {
        for cpli in *packages {
            let (quantity, price) = priced(cpli);
            writeln!(clients, "A{cpli},Some,One").unwrap();
            writeln!(cplis, "{cpli},A{cpli},S{contract},2026-01-05,yes").unwrap();
            writeln!(prices, "{cpli},2026-01-05,{quantity},{price}").unwrap();
        }
    }
    [("clients", clients), ("cplis", cplis), ("prices", prices)]
}

/// When a period ends, and what is due when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    pub(crate) last: NaiveDate,
    pub(crate) confirm_by: DateTime<Utc>,
    pub(crate) finalise_at: DateTime<Utc>,
}

/// Answered by 17:00 on the 25th day, finalised at 09:00 on the day after the last.
pub(crate) fn due(start: NaiveDate) -> Due {
    let at = |days, hour| {
        let day = crate::model::after(start, days);
        london_instant(day.and_hms_opt(hour, 0, 0).unwrap())
    };
    let last = crate::model::after(start, 27);
    Due { last, confirm_by: at(24, 17), finalise_at: at(28, 9) }
}

/// A date from its text.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
