//! What an upload does with a file before anybody agrees to it: read, checked, and reported.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Seek, Write};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use domain::actuals::{Checker, Code, FileProblem, Finding, Known, Policy, Row, Verdict, Warning};
use domain::facts::{
    Client, Confirmation, Contract, Cpli, PaymentMethod, Price, PricePer, Purchase, Service, Unit,
    VatCategory,
};
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, VariationRef};
use domain::money::Money;
use domain::weeks::Variation;
use sheets::{Limits, Unreadable};
use thiserror::Error;

use crate::agency::{Answers, TODAY};

/// What is known of the provider.
#[derive(Debug)]
pub struct Facts {
    provider_ref: ProviderRef,
    contracts: BTreeMap<ContractRef, Contract>,
    services: BTreeMap<ServiceRef, Service>,
    cplis: BTreeMap<CpliId, Cpli>,
    closed_to: BTreeMap<ContractRef, NaiveDate>,
    variations: BTreeMap<VariationRef, Variation>,
    policy: Policy,
}

impl Facts {
    /// From `services.csv` and `packages.csv`.
    pub fn read(services: impl BufRead, packages: impl BufRead) -> Self {
        let mut facts = Self {
            provider_ref: "P1001".parse().unwrap(),
            contracts: BTreeMap::new(),
            services: BTreeMap::new(),
            cplis: BTreeMap::new(),
            closed_to: BTreeMap::new(),
            variations: BTreeMap::new(),
            policy: Policy { late_allowed: false, ..Policy::default() },
        };
        for line in services.lines().skip(1) {
            facts.service(&line.unwrap().split(',').collect::<Vec<_>>());
        }
        for line in packages.lines().skip(1) {
            facts.package(&line.unwrap().split(',').collect::<Vec<_>>());
        }
        facts
    }

    fn service(&mut self, cells: &[&str]) {
        let service_ref: ServiceRef = cells[0].parse().unwrap();
        let contract_ref: ContractRef = cells[1].parse().unwrap();
        if let Ok(day) = cells[9].parse() {
            self.closed_to.insert(contract_ref.clone(), day);
        }
        let contract = Contract {
            contract_ref: contract_ref.clone(),
            provider_ref: self.provider_ref.clone(),
            name: cells[2].to_owned(),
            payment_method: PaymentMethod::Actuals,
            cycle_ref: "28DAY".parse().unwrap(),
            vat: VatCategory::Exempt,
            confirmation: Confirmation::Required,
            grace_days: 0,
            document_gate: false,
            portal_from: NaiveDate::MIN,
        };
        let service = Service {
            service_ref: service_ref.clone(),
            contract_ref: contract_ref.clone(),
            name: cells[2].to_owned(),
            purchase: Purchase::Spot,
            service_type: "Homecare".to_owned(),
            unit: if cells[3] == "hours" { Unit::Hour } else { Unit::Day },
            price_per: PricePer::Unit,
            unit_step: cells[4].parse().unwrap(),
            week_starts: 0,
            end_day_paid: true,
            frustrated_percent: cells[5].parse().unwrap(),
            tolerance_percent: cells[6].parse().unwrap(),
            extras: cells[7] == "yes",
            visits_required: cells[8] == "yes",
        };
        self.contracts.insert(contract_ref, contract);
        self.services.insert(service_ref, service);
    }

    fn package(&mut self, cells: &[&str]) {
        let service = &self.services[&cells[5].parse::<ServiceRef>().unwrap()];
        let price = |at: usize| Price {
            quantity: cells[at].parse().unwrap(),
            unit_price: cells[at + 1].parse().unwrap(),
        };
        let start_date = cells[7].parse().unwrap();
        let cpli = Cpli {
            cpli_id: cells[0].parse().unwrap(),
            contract_ref: service.contract_ref.clone(),
            service_ref: service.service_ref.clone(),
            client: Client {
                ss_ref: cells[1].parse().unwrap(),
                title: Some(cells[2].to_owned()),
                forename: cells[3].to_owned(),
                surname: cells[4].to_owned(),
                date_of_birth: None,
                date_of_death: None,
            },
            service_level: "Standard".to_owned(),
            start_date,
            end_date: None,
            authorised: cells[6] == "yes",
            prices: BTreeMap::from([
                (start_date, price(8)),
                (cells[10].parse().unwrap(), price(11)),
            ]),
            contributions: Vec::new(),
            absences: BTreeMap::new(),
            changed_from: None,
            changed_at: chrono::DateTime::UNIX_EPOCH,
        };
        self.cplis.insert(cpli.cpli_id.clone(), cpli);
    }

    fn known(&self) -> Known<'_> {
        Known {
            provider_ref: &self.provider_ref,
            contracts: &self.contracts,
            services: &self.services,
            cplis: &self.cplis,
            closed_to: &self.closed_to,
            variations: &self.variations,
        }
    }
}

/// Why there is no report.
#[derive(Debug, Error)]
pub enum Refused {
    #[error("{0}")]
    Unreadable(Unreadable),
    #[error("{0}")]
    Problem(FileProblem),
    #[error("{0}")]
    Log(io::Error),
}

/// Reads and checks `file`, writes a line into `log` for each cell that is to be mended, and adds all up.
pub fn report(
    facts: &Facts,
    file: impl Read + Seek,
    limits: &Limits,
    log: impl Write,
) -> Result<Answers, Refused> {
    let known = facts.known();
    let mut report = Report {
        log,
        line: String::new(),
        answers: Answers::default(),
        codes: BTreeMap::new(),
        accepted: Vec::new(),
    };
    let mut checker = None;
    let mut refused = None;
    sheets::read(file, limits, |row: &Row| {
        let taken = match &mut checker {
            None => Checker::new(&known, &facts.policy, TODAY.parse().unwrap(), row)
                .map(|it| checker = Some(it))
                .map_err(Refused::Problem),
            Some(checker) => checker
                .row(row)
                .map_err(Refused::Problem)
                .and_then(|verdict| report.take(&verdict).map_err(Refused::Log)),
        };
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                refused = Some(why);
                ControlFlow::Break(())
            }
        }
    })
    .map_err(Refused::Unreadable)?;
    refused.map_or(Ok(()), Err)?;
    report.finish(checker).map_err(Refused::Log)
}

struct Report<W> {
    log: W,
    line: String,
    answers: Answers,
    codes: BTreeMap<Code, u32>,
    /// By row number, so that one that turns out to be repeated can be taken back; 0: it was rejected.
    accepted: Vec<u32>,
}

/// What was said about a row, and pence + 1, in one number.
const OVER: u32 = 1;
const NAME: u32 = 2;

impl<W: Write> Report<W> {
    fn take(&mut self, verdict: &Verdict<'_, '_>) -> io::Result<()> {
        self.answers.rows += 1;
        match verdict {
            Verdict::Accepted(it) => {
                let pence = it.owed.pence();
                self.answers.accepted += 1;
                self.answers.adds += pence;
                let mut kept = u32::try_from((pence + 1) << 2).map_err(io::Error::other)?;
                for (_, warning) in it.warnings() {
                    kept |= if matches!(warning, Warning::NameDiffers) { NAME } else { OVER };
                    *self.codes.entry(warning.code()).or_default() += 1;
                }
                let at = it.row as usize;
                if self.accepted.len() <= at {
                    self.accepted.resize(at + 1, 0);
                }
                self.accepted[at] = kept;
            }
            Verdict::Rejected(it) => {
                self.answers.rejected += 1;
                for finding in &it.findings {
                    self.say(it.row, finding)?;
                }
            }
        }
        Ok(())
    }

    fn say(&mut self, row: u32, Finding { column, problem }: &Finding) -> io::Result<()> {
        let code = problem.code();
        *self.codes.entry(code).or_default() += 1;
        self.line.clear();
        write!(self.line, "{problem}").map_err(io::Error::other)?;
        writeln!(self.log, "{row},{column},{code},\"{}\"", self.line.replace('"', "\"\""))
    }

    fn finish(mut self, checker: Option<Checker<'_>>) -> io::Result<Answers> {
        for repeated in checker.into_iter().flat_map(Checker::finish) {
            self.say(repeated.row, &repeated.finding)?;
            let kept = std::mem::take(&mut self.accepted[repeated.row as usize]);
            if kept > 0 {
                self.answers.accepted -= 1;
                self.answers.rejected += 1;
                self.answers.adds -= i64::from(kept >> 2) - 1;
                for (flag, code) in [(OVER, Code::W40), (NAME, Code::W41)] {
                    if kept & flag > 0 {
                        *self.codes.entry(code).or_default() -= 1;
                    }
                }
            }
        }
        self.log.flush()?;
        self.answers.codes =
            self.codes.iter().map(|(code, count)| (code.to_string(), *count)).collect();
        Ok(self.answers)
    }
}

/// As JSON, for whoever compares.
pub fn told(answers: &Answers) -> String {
    let Answers { rows, accepted, rejected, adds, codes } = answers;
    let codes: Vec<_> = codes
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(code, count)| format!("\"{code}\":{count}"))
        .collect();
    let adds = Money::from_pence(*adds);
    format!(
        "{{\"rows\":{rows},\"accepted\":{accepted},\"rejected\":{rejected},\"adds\":\"{adds}\",\"codes\":{{{}}}}}",
        codes.join(",")
    )
}
