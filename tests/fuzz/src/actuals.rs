//! What a provider says was delivered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::actuals::{Accepted, Checked, Column, FileProblem, Known, Line, Policy, Row, check};
use domain::facts::{Contract, Cpli, PaymentMethod, PricePer, Service, Unit};
use domain::formula::guarded;
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, VariationRef};
use domain::weeks::Variation;
use testing::{client, contract, cpli, day, parse, price, service};

/// So many rows of an input are read.
const ROWS_MAX: usize = 6;

/// Rows by lines, cells by tabs: every row is accepted or told what is wrong with it. What is accepted adds up and is owed
/// what its quantities come to; written as we would write it, it is accepted as the same.
pub fn actuals(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<Vec<&str>> = text.split('\n').map(|it| it.split('\t').collect()).collect();
    let agency = Agency::new();
    let rows = file(lines.iter().take(ROWS_MAX).map(Vec::as_slice));
    let Ok(checked) = agency.check(&rows) else { return };
    assert_eq!(checked.accepted.len() + checked.rejected.len(), rows.len() - 1);
    assert!(checked.rejected.iter().all(|row| !row.findings.is_empty()), "{checked:?}");
    for accepted in &checked.accepted {
        let week = accepted.week();
        assert_eq!(accepted.planned + week.extra, week.actual + week.frustrated + week.missed);
        let percent = accepted.service.frustrated_percent;
        assert_eq!(week.delivered().owed(percent, accepted.unit_price), Ok(accepted.owed));
        let written = agency.written(accepted);
        let cells: Vec<&str> = written.iter().map(String::as_str).collect();
        let again = file([cells.as_slice()]);
        let again = agency.check(&again).unwrap();
        assert_eq!(again.accepted.len(), 1, "{written:?}: {again:?}");
        let same = &again.accepted[0];
        assert_eq!((same.week(), same.owed), (week, accepted.owed), "{written:?}");
        assert_eq!(
            (&same.cpli.cpli_id, same.week_start),
            (&accepted.cpli.cpli_id, accepted.week_start)
        );
    }
}

fn file<'c>(rows: impl IntoIterator<Item = &'c [&'c str]>) -> Vec<Row> {
    let headings = Row::of(1, Column::ALL.map(Column::name));
    let rows = (2..).zip(rows).map(|(number, cells)| Row::of(number, cells.iter().copied()));
    std::iter::once(headings).chain(rows).collect()
}

/// Care by the hour, and visits of which each is counted, since 1 April 2026.
struct Agency {
    provider_ref: ProviderRef,
    contracts: BTreeMap<ContractRef, Contract>,
    services: BTreeMap<ServiceRef, Service>,
    cplis: BTreeMap<CpliId, Cpli>,
    closed_to: BTreeMap<ContractRef, NaiveDate>,
    variations: BTreeMap<VariationRef, Variation>,
    policy: Policy,
}

impl Agency {
    fn new() -> Self {
        let care =
            Contract { payment_method: PaymentMethod::Actuals, ..contract("C1", "P1", "Homecare") };
        let hours = Service {
            unit: Unit::Hour,
            price_per: PricePer::Unit,
            unit_step: parse("0.25"),
            tolerance_percent: parse("10"),
            frustrated_percent: parse("50"),
            extras: true,
            ..service("S1", "C1", "Homecare north")
        };
        let visits = Service {
            unit: Unit::Visit,
            price_per: PricePer::Unit,
            visits_required: true,
            week_starts: 6,
            ..service("S2", "C1", "Popping in")
        };
        let of = |id: &str, service: &Service, quantity: &str, unit_price: &str| {
            let mut cpli = cpli(id, service, client(&format!("A{id}"), "Ada", "O'Neil"));
            cpli.start_date = day("2026-04-01");
            cpli.prices = BTreeMap::from([(day("2026-04-01"), price(quantity, unit_price))]);
            (cpli.cpli_id.clone(), cpli)
        };
        let cplis = [of("100", &hours, "10.5", "22.34"), of("200", &visits, "14", "7.3333")];
        Self {
            provider_ref: parse("P1"),
            contracts: BTreeMap::from([(care.contract_ref.clone(), care)]),
            cplis: cplis.into(),
            services: [hours, visits].map(|it| (it.service_ref.clone(), it)).into(),
            closed_to: BTreeMap::new(),
            variations: BTreeMap::new(),
            policy: Policy::default(),
        }
    }

    /// On 30 April 2026.
    fn check<'r>(&self, rows: &'r [Row]) -> Result<Checked<'_, 'r>, FileProblem> {
        let known = Known {
            provider_ref: &self.provider_ref,
            contracts: &self.contracts,
            services: &self.services,
            cplis: &self.cplis,
            closed_to: &self.closed_to,
            variations: &self.variations,
        };
        check(&known, &self.policy, day("2026-04-30"), rows)
    }

    /// As the template would have it.
    fn written(&self, accepted: &Accepted<'_, '_>) -> Vec<String> {
        let week = accepted.week();
        let line = Line {
            provider_ref: &self.provider_ref,
            cpli: accepted.cpli,
            service: accepted.service,
            week_start: accepted.week_start,
            planned: accepted.planned,
            week: &week,
        };
        Column::ALL.map(|column| guarded(&line.cell(column)).into_owned()).into()
    }
}
