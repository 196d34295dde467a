//! Two clients with 10.5 hours of homecare a week at £22.34 since Wednesday 1 April 2026, in weeks from Monday.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use domain::actuals::{Checked, Column, Known, Line, Policy, Row, Week, check};
use domain::facts::{Contract, Cpli, PaymentMethod, PricePer, Service, Unit};
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, VariationRef};
use domain::weeks::Variation;
use flate2::read::DeflateDecoder;
use sheets::Limits;
use sheets::write::{About, template, template_csv};
use testing::{client, contract, cpli, day, instant, parse, price, service};

pub(crate) struct Agency {
    pub(crate) provider_ref: ProviderRef,
    contracts: BTreeMap<ContractRef, Contract>,
    pub(crate) services: BTreeMap<ServiceRef, Service>,
    pub(crate) cplis: BTreeMap<CpliId, Cpli>,
    pub(crate) closed_to: BTreeMap<ContractRef, NaiveDate>,
    variations: BTreeMap<VariationRef, Variation>,
    pub(crate) policy: Policy,
}

impl Agency {
    pub(crate) fn new() -> Self {
        let homecare =
            Contract { payment_method: PaymentMethod::Actuals, ..contract("C1", "P1", "Homecare") };
        let north = Service {
            unit: Unit::Hour,
            price_per: PricePer::Unit,
            unit_step: parse("0.25"),
            ..service("S1", "C1", "Homecare north")
        };
        let cplis = [("100", "A1", "Zoë", "Adams"), ("0200", "007", "=cmd", "O'Neil")];
        let cplis = cplis.map(|(id, ss_ref, forename, surname)| {
            let mut cpli = cpli(id, &north, client(ss_ref, forename, surname));
            cpli.service_level = "Personal care".to_owned();
            cpli.start_date = day("2026-04-01");
            cpli.prices = BTreeMap::from([(day("2026-04-01"), price("10.5", "22.34"))]);
            (cpli.cpli_id.clone(), cpli)
        });
        Self {
            provider_ref: parse("P1"),
            contracts: BTreeMap::from([(parse("C1"), homecare)]),
            services: BTreeMap::from([(parse("S1"), north)]),
            cplis: cplis.into(),
            closed_to: BTreeMap::new(),
            variations: BTreeMap::new(),
            policy: Policy::default(),
        }
    }

    pub(crate) fn service(&mut self) -> &mut Service {
        self.services.get_mut(&parse("S1")).unwrap()
    }

    /// One more like the others.
    pub(crate) fn add(&mut self, cpli_id: &str, ss_ref: &str) -> &mut Cpli {
        let mut cpli = self.cplis[&parse::<CpliId>("100")].clone();
        cpli.cpli_id = parse(cpli_id);
        cpli.client.ss_ref = parse(ss_ref);
        self.cplis.entry(cpli.cpli_id.clone()).or_insert(cpli)
    }

    pub(crate) fn about(&self) -> About<'_> {
        About {
            title: "Actuals of Homecare north, 6 April to 3 May 2026",
            council_name: "Anytown Council",
            policy: &self.policy,
            made_at: instant("2026-04-30T08:30:00Z"),
        }
    }

    /// A line about a CPLI of 10.5 planned hours.
    pub(crate) fn line<'a>(&'a self, cpli_id: &str, week: &'a Week, start: NaiveDate) -> Line<'a> {
        Line {
            provider_ref: &self.provider_ref,
            cpli: &self.cplis[&parse::<CpliId>(cpli_id)],
            service: &self.services[&parse::<ServiceRef>("S1")],
            week_start: start,
            planned: parse("10.5"),
            week,
        }
    }

    pub(crate) fn template(&self, lines: &[Line<'_>]) -> Vec<u8> {
        let mut file = Vec::new();
        template(&self.about(), lines.iter().copied(), &mut file).unwrap();
        assert_opens(&file);
        file
    }

    pub(crate) fn template_csv(lines: &[Line<'_>]) -> Vec<u8> {
        let mut file = Vec::new();
        template_csv(lines.iter().copied(), &mut file).unwrap();
        file
    }

    /// On Thursday 30 April 2026.
    pub(crate) fn check<'a>(&'a self, rows: &'a [Row]) -> Checked<'a, 'a> {
        let known = Known {
            provider_ref: &self.provider_ref,
            contracts: &self.contracts,
            services: &self.services,
            cplis: &self.cplis,
            closed_to: &self.closed_to,
            variations: &self.variations,
        };
        check(&known, &self.policy, day("2026-04-30"), rows).unwrap()
    }
}

/// All care as planned.
pub(crate) fn as_planned() -> Week {
    Week { actual: parse("10.5"), ..Week::default() }
}

pub(crate) fn read(file: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    let take = |row: &Row| {
        rows.push(row.clone());
        ControlFlow::Continue(())
    };
    sheets::read(Cursor::new(file), &Limits::PAGE, take).unwrap();
    rows
}

/// What a row says in a column of its file.
pub(crate) fn said(rows: &[Row], row: usize, column: Column) -> &str {
    let at = rows[0].cells().position(|cell| cell.text == column.name()).unwrap();
    rows[row].cell(at).text
}

/// The rows of both sheets are there once and in order, without which no spreadsheet opens a workbook.
pub(crate) fn assert_opens(file: &[u8]) {
    for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        let sheet = part(file, sheet);
        let numbers = sheet.split("<row r=\"").skip(1).map(|it| it.split_once('"').unwrap().0);
        let numbers: Vec<u32> = numbers.map(|it| it.parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
}

/// A part of a workbook.
pub(crate) fn part(file: &[u8], name: &str) -> String {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes(file[at..at + 2].try_into().unwrap()));
    let u32_at = |at: usize| {
        usize::try_from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap())).unwrap()
    };
    let end = file.windows(4).rposition(|it| it == b"PK\x05\x06").unwrap();
    let mut at = u32_at(end + 16);
    loop {
        assert_eq!(&file[at..at + 4], b"PK\x01\x02", "{name} is not there");
        let next = at + 46 + u16_at(at + 28) + u16_at(at + 30) + u16_at(at + 32);
        if &file[at + 46..at + 46 + u16_at(at + 28)] == name.as_bytes() {
            break;
        }
        at = next;
    }
    let local = u32_at(at + 42);
    let from = local + 30 + u16_at(local + 26) + u16_at(local + 28);
    let packed = &file[from..from + u32_at(at + 20)];
    let mut text = String::new();
    DeflateDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}
