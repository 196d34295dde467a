//! How much room and time a file of a million rows takes, from the drop to the last recorded week.
//!
//! ```text
//! export AWS_ENDPOINT_URL=… TABLE=… UPLOAD_BUCKET=…      an emulator with an empty table
//! cargo run --example million -- prepare 20000 50 28     as many care packages, weeks of each, days of a period
//! cargo run --example million -- work                    what the function does, in a process of its own
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "no part of the portal: what does not fit is a mistake in the measurement"
)]

use std::fmt::Write;
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};
use cloud::Cloud;
use domain::facts::Period;
use files::{Objects, Place};
use import_actuals::ImportActuals;
use store::Action;
use store::keys::Key;
use store::table::Table;
use testing::{Council, day};

const NAME: &str = "ACTUALS_P1003_20241230083000.csv";
const AT: &str = "2024-12-30T08:30:00Z";

/// How many records are written together while the table is prepared.
const TOGETHER: usize = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cloud = cloud::connect();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).map(|text| text.parse::<u32>().unwrap());
    match arguments.first().map(String::as_str) {
        Some("prepare") => {
            let period_days = number(3).unwrap_or(28).into();
            prepare(&cloud, number(1).unwrap(), number(2).unwrap(), period_days).await;
        }
        Some("work") => work(&cloud).await,
        _ => println!("say prepare or work"),
    }
}

fn place() -> Place {
    Place::provider_inbox(&"P1003".parse().unwrap(), NAME)
}

async fn prepare(cloud: &Cloud, packages: u32, weeks: u32, period_days: u64) {
    let mut council = Council::homecare();
    let template = council.cpli("170001").clone();
    let first = day("2022-09-05");
    council.cplis.clear();
    for number in 0..packages {
        let mut cpli = template.clone();
        cpli.cpli_id = format!("{number:06}").parse().unwrap();
        cpli.client.ss_ref = format!("A{number:06}").parse().unwrap();
        council.cplis.push(cpli);
    }
    let period = council.periods.first().unwrap().clone();
    let last = period.start_date + Days::new(period_days - 1);
    let period = Period { end_date: last, ..period };
    council.periods = (0..30).map(|index| later(&period, index * period_days)).collect();
    let mut actions = vec![Action::put(Key::settings(), &council.settings)];
    let known = |it: &domain::facts::Provider| Action::put(Key::provider(&it.provider_ref), it);
    actions.extend(council.providers.iter().map(known));
    for contract in &council.contracts {
        let key = Key::contract(&contract.provider_ref, &contract.contract_ref);
        actions.push(Action::put(key, contract));
    }
    let (provider, contract) = ("P1003".parse().unwrap(), "C3003".parse().unwrap());
    let service = council.services.first().unwrap();
    actions.push(Action::put(Key::service(&provider, &contract, &service.service_ref), service));
    let of = |it: &Period| Action::put(Key::period(&it.cycle_ref, it.start_date), it);
    actions.extend(council.periods.iter().map(of));
    let of =
        |it: &domain::facts::Cpli| Action::put(Key::cpli(&provider, &contract, &it.cpli_id), it);
    actions.extend(council.cplis.iter().map(of));
    let table = Table::open(cloud);
    for some in actions.chunks(TOGETHER) {
        table.write(some.to_vec()).await.unwrap();
    }
    let file = file(packages, weeks, first);
    println!("{} rows, {} bytes", packages * weeks, file.len());
    Objects::open(cloud).put(&place(), file).await.unwrap();
}

fn later(period: &Period, days: u64) -> Period {
    let days = Days::new(days);
    Period {
        start_date: period.start_date + days,
        end_date: period.end_date + days,
        confirm_by: period.confirm_by + days,
        finalise_at: period.finalise_at + days,
        pay_date: period.pay_date + days,
        ..period.clone()
    }
}

/// Week after week all care packages, every tenth row with a reason and a comment.
fn file(packages: u32, weeks: u32, first: NaiveDate) -> String {
    let mut file = String::from(
        "FileReference,ProviderRef,SSRef,ClientName,CPLI_ID,Service,ServiceLevel,Unit,Planned,WeekStart,Actual,\
         Frustrated,Missed,Extra,Visits,ReasonCode,Comment,LineRef\r\n",
    );
    let mut line: u32 = 0;
    for week in 0..weeks {
        let start = (first + Days::new(u64::from(week) * 7)).format("%d/%m/%Y");
        for number in 0..packages {
            line += 1;
            let said = if line.is_multiple_of(10) {
                "9.75,0.5,0.25,0,,HOSP,Went to hospital on Tuesday"
            } else {
                "10.5,0,0,0,,,"
            };
            writeln!(
                file,
                "DEC-2024,P1003,A{number:06},Ida North,{number:06},Northside - Homecare,Standard,hour,10.5,{start},{said},L{line:08}\r"
            )
            .unwrap();
        }
    }
    file
}

async fn work(cloud: &Cloud) {
    let function = ImportActuals::open(cloud);
    let at: DateTime<Utc> = AT.parse().unwrap();
    let started = Instant::now();
    function.uploads.arrived(&place().name, None, at).await.unwrap();
    let took = started.elapsed();
    let provider = "P1003".parse().unwrap();
    let (batches, _) = function.uploads.list(&provider, 1, None).await.unwrap();
    let batch = batches.first().unwrap();
    println!("{:?} {:?}", batch.state, batch.checkup);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{took:?}, {peak}");
}
