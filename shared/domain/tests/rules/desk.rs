//! The finance desk of one contract: opens, answers and finalises one statement after another.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::changes;
use domain::entitlement::{self, Line};
use domain::facts::{Confirmation, Contract, Cpli, Facts, Period};
use domain::item::Item;
use domain::record::{
    Answer, Finalised, Fixed, LineQuery, Response, StatementRecord, unconfirmed_in_a_row,
};
use domain::settings::Settings;
use domain::statement::{Ledger, Statement};
use testing::{Council, day, instant, parse};

/// One contract, from its first statement on.
pub(crate) struct Desk {
    pub(crate) facts: Facts,
    pub(crate) settings: Settings,
    pub(crate) bodies: Vec<Statement>,
    pub(crate) records: BTreeMap<NaiveDate, StatementRecord>,
}

impl Desk {
    /// Lake House, whose first period starts on `start` and has 28 days; the next ones follow.
    pub(crate) fn from_period(start: &str) -> Self {
        let mut facts = Council::lake_house().facts("C3001");
        let starts = (0..4).map(|index: u64| day(start) + Days::new(index * 28));
        facts.periods = starts.map(|start| (start, testing::period("28DAY", start))).collect();
        facts.contract.portal_from = day(start);
        Self::with(facts)
    }

    pub(crate) fn with(facts: Facts) -> Self {
        let settings = Settings::default();
        Self { facts, settings, bodies: Vec::new(), records: BTreeMap::new() }
    }

    /// The period that is open.
    pub(crate) fn period(&self) -> Period {
        let open = |period: &&Period| {
            period.start_date >= self.facts.contract.portal_from
                && self.bodies.iter().all(|body| body.period.start_date != period.start_date)
        };
        self.facts.periods.values().find(open).unwrap().clone()
    }

    /// Only the statements that are needed, as they are loaded.
    pub(crate) fn ledger(&self) -> Ledger {
        let earliest = self.facts.earliest_change();
        let needed = |body: &&Statement| {
            earliest.is_some_and(|from| from <= body.period.end_date)
                || Some(*body) == self.bodies.last()
        };
        Ledger {
            bodies: self.bodies.iter().filter(needed).cloned().collect(),
            ..self.whole_ledger()
        }
    }

    pub(crate) fn whole_ledger(&self) -> Ledger {
        let responses = self.records.iter().map(|(start, it)| (*start, it.response.clone()));
        Ledger { bodies: self.bodies.clone(), responses: responses.collect() }
    }

    pub(crate) fn open(&self) -> Statement {
        Statement::open(&self.facts, &self.ledger(), &self.period()).unwrap()
    }

    /// The provider answers, the statement locks and is finalised.
    pub(crate) fn finalise_with(
        &mut self,
        response: impl Fn(&Statement) -> Response,
    ) -> &Statement {
        let open = self.open();
        self.lock(&open, response(&open));
        self.finalise(open)
    }

    /// Confirmed, locked and finalised.
    pub(crate) fn finalise_confirmed(&mut self) -> &Statement {
        self.finalise_with(confirmed)
    }

    pub(crate) fn lock(&mut self, open: &Statement, response: Response) {
        let start = open.period.start_date;
        let mut record = StatementRecord::new(&self.facts.contract, start);
        record.response = response;
        let fixed = Fixed {
            confirmation: self.facts.contract.confirmation,
            digest: &open.digest(),
            items: &open.items,
            at: open.period.confirm_by,
        };
        let before = unconfirmed_in_a_row(&self.records, start);
        let record = record.lock(fixed, before, &self.settings);
        self.records.insert(start, record);
    }

    /// From the items that locked, under today's directives and the response; what changed is settled.
    pub(crate) fn finalise(&mut self, locked: Statement) -> &Statement {
        let record = &self.records[&locked.period.start_date];
        let body = locked.with_directives(&self.facts).with_response(record, &self.settings);
        self.bodies.push(body);
        self.facts.changed_from = None;
        self.facts.cplis.values_mut().for_each(|cpli| cpli.changed_from = None);
        self.bodies.last().unwrap()
    }

    /// The provider confirms, late, what is outstanding of a finalised statement.
    pub(crate) fn confirm_late(&mut self, start: NaiveDate) {
        let body = self.bodies.iter().find(|body| body.period.start_date == start).unwrap();
        let response = confirmed(body);
        self.records.get_mut(&start).unwrap().response = response;
    }

    pub(crate) fn cpli(&self, cpli_id: &str) -> &Cpli {
        &self.facts.cplis[&parse(cpli_id)]
    }

    /// Tells something new about a care package, as the import does.
    pub(crate) fn tell(&mut self, cpli_id: &str, change: impl Fn(&mut Cpli)) {
        let cpli = self.facts.cplis.get_mut(&parse(cpli_id)).unwrap();
        let old = cpli.clone();
        change(cpli);
        let from = changes::cpli(Some(&old), cpli);
        cpli.changed_from = old.changed_from.into_iter().chain(from).min();
    }

    /// Tells something new about the contract, as the import does.
    pub(crate) fn tell_contract(&mut self, change: impl Fn(&mut Contract)) {
        let old = self.facts.contract.clone();
        change(&mut self.facts.contract);
        self.changed(changes::contract(Some(&old), &self.facts.contract));
    }

    pub(crate) fn changed(&mut self, from: Option<NaiveDate>) {
        self.facts.changed_from = self.facts.changed_from.into_iter().chain(from).min();
    }
}

/// What is owed for the first care package in the open period.
pub(crate) fn owed(desk: &Desk) -> Vec<Line> {
    let cpli = desk.cpli("164628");
    let service = &desk.facts.services[&cpli.service_ref];
    let mut lines = Vec::new();
    let span = (&desk.period()).into();
    entitlement::of_cpli(&desk.facts.contract, service, cpli, span, &mut lines).unwrap();
    lines
}

pub(crate) fn amounts(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| item.amount.to_string()).collect()
}

pub(crate) fn answer(statement: &Statement) -> Answer {
    Answer {
        by: "Gomez Adams".to_owned(),
        by_email: "gomez@lake.example".to_owned(),
        at: instant("2022-11-20T10:00:00Z"),
        comment: "The 14th is wrong".to_owned(),
        digest: statement.digest(),
    }
}

pub(crate) fn confirmed(statement: &Statement) -> Response {
    Response::Confirmed(answer(statement))
}

pub(crate) fn rejected(statement: &Statement) -> Response {
    Response::Rejected(answer(statement))
}

pub(crate) fn silent(_: &Statement) -> Response {
    Response::Unconfirmed { superseded_at: None }
}

/// Confirmed but for the first line.
pub(crate) fn queried(statement: &Statement) -> Response {
    let item_id = statement.items[0].item_id.clone();
    let query = LineQuery { item_id, comment: "Not our client".to_owned() };
    Response::ConfirmedWithQueries { answer: answer(statement), queries: vec![query] }
}

pub(crate) fn finalised(statement: &Statement) -> Finalised {
    Finalised {
        run_id: Finalised::run_id(&statement.contract_ref, statement.period.start_date),
        at: statement.period.finalise_at,
        totals: statement.totals().unwrap(),
        lines: u32::try_from(statement.items.len()).unwrap(),
        notes: Vec::new(),
    }
}

/// A contract that is paid without an answer.
pub(crate) fn unasked(desk: &mut Desk) {
    desk.facts.contract.confirmation = Confirmation::NotRequired;
}
