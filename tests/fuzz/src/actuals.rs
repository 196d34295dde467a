//! What a provider says was delivered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::actuals::{Accepted, Checked, Column, FileProblem, Known, Line, Policy, Row, check};
use domain::facts::{Contract, Facts, Service, Unit};
use domain::formula::guarded;
use domain::ids::ContractRef;
use testing::{Council, day, parse};

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

/// Care by the hour, and visits of which each is counted, on 30 September 2022.
struct Agency {
    facts: Facts,
    contracts: BTreeMap<ContractRef, Contract>,
    closed_to: BTreeMap<ContractRef, NaiveDate>,
    policy: Policy,
}

impl Agency {
    fn new() -> Self {
        let mut facts = Council::homecare().facts("C3003");
        let hours = facts.services.values_mut().next().unwrap();
        hours.extras = true;
        let visits = Service {
            service_ref: parse("S4005"),
            unit: Unit::Visit,
            visits_required: true,
            week_starts: 6,
            ..hours.clone()
        };
        let popped_in = facts.cplis.values_mut().last().unwrap();
        popped_in.service_ref = visits.service_ref.clone();
        facts.services.insert(visits.service_ref.clone(), visits);
        Self {
            contracts: [(facts.contract.contract_ref.clone(), facts.contract.clone())].into(),
            closed_to: BTreeMap::new(),
            policy: Policy::default(),
            facts,
        }
    }

    fn check<'r>(&self, rows: &'r [Row]) -> Result<Checked<'_, 'r>, FileProblem> {
        let Facts { contract, services, cplis, variations, .. } = &self.facts;
        let (contracts, closed_to) = (&self.contracts, &self.closed_to);
        let provider_ref = &contract.provider_ref;
        let known = Known { provider_ref, contracts, services, cplis, closed_to, variations };
        check(&known, &self.policy, day("2022-09-30"), rows)
    }

    /// As the template would have it.
    fn written(&self, accepted: &Accepted<'_, '_>) -> Vec<String> {
        let Accepted { cpli, service, week_start, planned, .. } = *accepted;
        let (provider_ref, week) = (&self.facts.contract.provider_ref, &accepted.week());
        let line = Line { provider_ref, cpli, service, week_start, planned, week };
        Column::ALL.map(|column| guarded(&line.cell(column)).into_owned()).into()
    }
}
