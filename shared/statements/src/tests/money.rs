//! A year of periods, changes on the way: what was paid is what was owed.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::facts::{Absence, AbsenceKind, Collector, Cpli};
use domain::item::{Item, ItemKind, ItemStatus, Subject};
use domain::money::Money;
use domain::statement::Statement;
use files::Place;
use proptest::prelude::*;
use testing::{Council, contribution, day, parse, price};

use super::world::World;
use crate::bodies::FinalisedBody;

/// What the council learns late about a care package.
#[derive(Debug, Clone)]
enum Change {
    Ends(u64),
    Dies(u64),
    GoesOn,
    Costs(u64, u32),
    Away(u64, u64, u32),
    Contributes(u64, u32),
    IsDraft(bool),
}

/// What happens in a period before it locks.
#[derive(Debug, Clone)]
struct Happening {
    cpli: usize,
    change: Change,
    confirmed: bool,
}

const CPLIS: [&str; 3] = ["164628", "164629", "164630"];
const STARTS: usize = 13;

fn date(days: u64) -> NaiveDate {
    day("2022-09-05").checked_add_days(Days::new(days)).unwrap()
}

fn pounds(pence: u32) -> String {
    Money::from_pence(pence.into()).to_string()
}

impl Change {
    fn apply(&self, cpli: &mut Cpli) {
        match *self {
            Self::Ends(days) => cpli.end_date = Some(date(days)),
            Self::Dies(days) => cpli.client.date_of_death = Some(date(days)),
            Self::GoesOn => (cpli.end_date, cpli.client.date_of_death) = (None, None),
            Self::Costs(days, pence) => {
                cpli.prices.insert(date(days), price("1", &pounds(pence)));
            }
            Self::Away(days, long, percent) => {
                let to_date = Some(date(days.saturating_add(long)));
                let pay_percent = percent.into();
                let absence = Absence { to_date, kind: AbsenceKind::Hospital, pay_percent };
                cpli.absences.insert(date(days), absence);
            }
            Self::Contributes(days, pence) => {
                cpli.contributions.retain(|it| it.from_date != date(days));
                let weekly = contribution(date(days), &pounds(pence), Collector::Provider);
                cpli.contributions.push(weekly);
            }
            Self::IsDraft(draft) => cpli.authorised = !draft,
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let days = 0_u64..364;
    prop_oneof![
        days.clone().prop_map(Change::Ends),
        days.clone().prop_map(Change::Dies),
        Just(Change::GoesOn),
        (days.clone(), 10_000_u32..150_000).prop_map(|(day, pence)| Change::Costs(day, pence)),
        (days.clone(), 0_u64..60, 0_u32..=100)
            .prop_map(|(day, long, percent)| Change::Away(day, long, percent)),
        (days, 0_u32..30_000).prop_map(|(day, pence)| Change::Contributes(day, pence)),
        any::<bool>().prop_map(Change::IsDraft),
    ]
}

fn happening() -> impl Strategy<Value = Option<Happening>> {
    let happening = (0..CPLIS.len(), change(), any::<bool>());
    let happening =
        happening.prop_map(|(cpli, change, confirmed)| Happening { cpli, change, confirmed });
    prop::option::weighted(0.7, happening)
}

/// Three clients of one service, and an adjustment over three periods.
fn council() -> Council {
    let mut council = Council::lake_house();
    let service = council.services[0].clone();
    for (cpli_id, ss_ref) in [(CPLIS[1], "A272434"), (CPLIS[2], "A272435")] {
        let client = testing::client(ss_ref, "Pugsley", "Adams");
        council.cplis.push(testing::cpli(cpli_id, &service, client));
    }
    council.adjustments.push(domain::facts::Adjustment {
        adjustment_ref: parse("ADJ1"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse("100.00"),
        reason: "Agreed with the home".to_owned(),
        period_start: day("2022-10-03"),
        instalments: 3,
        made_by: Vec::new(),
    });
    council
}

/// What came to be paid of each subject, period of care and kind.
type Sums = BTreeMap<(String, NaiveDate, ItemKind), Money>;

fn add<'a>(sums: &mut Sums, items: impl IntoIterator<Item = &'a Item>) {
    for item in items {
        let subject = match &item.subject {
            Subject::Cpli(cpli_id) => cpli_id.to_string(),
            Subject::Void(service_ref) => service_ref.to_string(),
            Subject::Adjustment { adjustment_ref, part, .. } => format!("{adjustment_ref}/{part}"),
            Subject::Invoice { invoice_id, line, .. } => format!("{invoice_id}/{line}"),
        };
        let start = match &item.subject {
            // A part is a part, whenever it is paid.
            Subject::Adjustment { .. } => NaiveDate::MIN,
            Subject::Cpli(_) | Subject::Void(_) | Subject::Invoice { .. } => item.period_start,
        };
        let sum = sums.entry((subject, start, item.kind)).or_default();
        *sum = sum.plus(item.amount).unwrap();
    }
}

/// A year in which things happen.
async fn live(happenings: &[Option<Happening>]) -> (World, Vec<FinalisedBody>) {
    let mut world = World::of(council()).await;
    let starts: Vec<_> = world.council.periods.iter().map(|it| it.start_date.to_string()).collect();
    let (eventful, quiet) = starts.split_at(happenings.len());
    let mut bodies = Vec::new();
    for (start, happening) in eventful.iter().zip(happenings) {
        happen(&mut world, start, happening.as_ref()).await;
        bodies.push(settled(&world, start).await);
    }
    // In the end nothing new happens, and all that is held is confirmed.
    for start in quiet {
        confirm_everything(&world, &starts, start).await;
        bodies.push(settled(&world, start).await);
    }
    (world, bodies)
}

async fn happen(world: &mut World, start: &str, happening: Option<&Happening>) {
    if let Some(Happening { cpli, change, .. }) = happening {
        world.change(CPLIS[*cpli], |cpli| change.apply(cpli)).await;
    }
    if happening.is_none_or(|it| it.confirmed) {
        world.confirm(start).await.unwrap();
    }
}

async fn confirm_everything(world: &World, starts: &[String], open: &str) {
    let now = world.open_at(open);
    for start in starts {
        if world.shown(start, now).await.can_confirm_outstanding {
            world.confirm_at(start, now).await.unwrap();
        }
    }
    world.confirm(open).await.unwrap();
}

/// Settles a period: what is paid, what is advised and what the head says is the same.
async fn settled(world: &World, start: &str) -> FinalisedBody {
    world.settle_period(start).await;
    let place = Place::finalised(&parse("C3001"), day(start)).to_string();
    let body: FinalisedBody = serde_json::from_str(&world.objects.dump()[&place]).unwrap();
    let payable = body.finalised.totals.payable;
    assert_eq!((world.paid(start), world.remitted(start)), (payable, payable), "{start}");
    body
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_year_of_periods_pays_what_is_owed(
        happenings in prop::collection::vec(happening(), STARTS - 2),
    ) {
        let (world, bodies) = runtime().block_on(live(&happenings));
        let facts = world.council.facts("C3001");
        let mut owed = Sums::new();
        for period in facts.periods.values() {
            add(&mut owed, &Statement::forecast(&facts, period).unwrap().items);
        }
        let mut paid = Sums::new();
        for body in &bodies {
            let items = &body.statement.items;
            add(&mut paid, items.iter().filter(|item| item.status == ItemStatus::Payable));
        }
        prop_assert!(bodies.last().unwrap().statement.held.is_empty());
        for sums in [&mut owed, &mut paid] {
            sums.retain(|_, sum| *sum != Money::ZERO);
        }
        prop_assert_eq!(paid, owed);
    }
}
