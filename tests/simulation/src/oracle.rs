//! What must be so in the end, whatever happened on the way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use files::{Place, csv};
use testing::parse;

use crate::World;
use crate::council::{Contract, day};
use crate::model::{after, pence};
use crate::worker::done;

/// Pence by care package and the period that they are for.
type Pence = BTreeMap<(String, NaiveDate), i128>;

/// One row of a payment file, as the council's finance system reads it.
#[derive(Debug, Clone)]
struct Paid {
    item: String,
    cpli: String,
    kind: String,
    from: NaiveDate,
    pence: i128,
}

/// Everything that is wrong with a world that came to its end; nothing, if every promise was kept.
pub fn check(world: &World) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut paid = Pence::new();
    let (mut adjusted, mut ids) = (0, BTreeSet::new());
    for contract in world.council.contracts {
        let mut totals: Vec<(&str, i128)> = Vec::new();
        for start in world.council.starts {
            let Some((rows, any_rows)) = rows(world, contract, start) else {
                wrong.push(format!("{} of {start} has no payment file", contract.reference));
                continue;
            };
            for row in &rows {
                if !ids.insert(row.item.clone()) {
                    wrong.push(format!("item {} is paid twice", row.item));
                }
                if row.kind == "manual" {
                    adjusted += row.pence;
                } else {
                    *paid.entry((row.cpli.clone(), period_of(world, row.from))).or_default() +=
                        row.pence;
                }
            }
            if any_rows {
                totals.push((*start, rows.iter().map(|row| row.pence).sum()));
            }
        }
        told_of_payments(world, contract, &totals, &mut wrong);
    }
    if adjusted != world.agenda.adjusted {
        let agreed = world.agenda.adjusted;
        wrong.push(format!("adjustments of {agreed} pence were paid as {adjusted}"));
    }
    compare(&mut paid, owed(world), &mut wrong);
    mail(world, &mut wrong);
    wrong
}

/// What was paid of each care package for each period, with the adjustments under no care package.
pub fn paid(world: &World) -> BTreeMap<String, i128> {
    let mut paid = BTreeMap::new();
    for contract in world.council.contracts {
        for start in world.council.starts {
            for row in rows(world, contract, start).unwrap_or_default().0 {
                let key = format!("{} {}", row.cpli, period_of(world, row.from));
                *paid.entry(if row.kind == "manual" { String::new() } else { key }).or_default() +=
                    row.pence;
            }
        }
    }
    paid.retain(|_, pence| *pence != 0);
    paid
}

/// What the model owes for the periods that were paid.
fn owed(world: &World) -> Pence {
    let mut owed = Pence::new();
    for (cpli, care) in &world.agenda.care {
        for start in world.council.starts.iter().map(|start| day(start)) {
            owed.insert(((*cpli).to_owned(), start), care.owed(start, after(start, 27)));
        }
    }
    owed
}

fn compare(paid: &mut Pence, mut owed: Pence, wrong: &mut Vec<String>) {
    paid.retain(|_, pence| *pence != 0);
    owed.retain(|_, pence| *pence != 0);
    for key in paid.keys().chain(owed.keys()).collect::<BTreeSet<_>>() {
        let (paid, owed) = (paid.get(key), owed.get(key));
        if paid != owed {
            let ((cpli, start), paid, owed) = (key, paid.unwrap_or(&0), owed.unwrap_or(&0));
            wrong.push(format!("{cpli} of {start}: paid {paid} pence, owed {owed}"));
        }
    }
}

pub(crate) fn payment_file(contract: &Contract, start: NaiveDate) -> Place {
    Place::payment_file(&parse("28DAY"), start, &parse(contract.reference))
}

/// The rows of a payment file that are paid, and whether it has any; none if there is no file.
fn rows(world: &World, contract: &Contract, start: &str) -> Option<(Vec<Paid>, bool)> {
    let place = payment_file(contract, day(start));
    let file = done(world.parts.objects.get(&place, 1_000_000)).unwrap()?;
    let (headings, rows) = csv::read(&file.bytes).unwrap();
    let column = |name: &str| headings.iter().position(|it| it == name).unwrap();
    let [item, cpli, kind, from, amount, status] =
        ["item_id", "cpli_id", "kind", "service_from", "amount", "status"].map(column);
    let mut any_rows = false;
    let rows = rows.filter_map(|row| {
        let cells = row.cells.unwrap();
        any_rows = true;
        (cells[status] == "finalised").then(|| Paid {
            item: cells[item].clone(),
            cpli: cells[cpli].clone(),
            kind: cells[kind].clone(),
            from: day(&cells[from]),
            pence: pence(&cells[amount]),
        })
    });
    let paid = rows.collect();
    Some((paid, any_rows))
}

fn period_of(world: &World, first: NaiveDate) -> NaiveDate {
    let mut starts = world.council.starts.iter().map(|start| day(start));
    starts.rfind(|start| *start <= first).unwrap_or_default()
}

/// Everybody who is to know of a payment was told once, and of that amount.
fn told_of_payments(
    world: &World,
    contract: &Contract,
    totals: &[(&str, i128)],
    wrong: &mut Vec<String>,
) {
    let mine = |email: &messages::Email| email.to == contract.email;
    let subjects: Vec<_> =
        world.emails().into_iter().filter(mine).map(|email| email.subject).collect();
    let about = |words: &str| subjects.iter().filter(|it| it.starts_with(words)).count();
    let none = totals.iter().filter(|(_, total)| *total <= 0).count();
    let (paid, unpaid) = (about("Payment of"), about("No payment for"));
    if (paid, unpaid) != (totals.len() - none, none) {
        let contract = contract.reference;
        wrong.push(format!("{contract} was told {subjects:?} of {totals:?}"));
    }
    for (start, total) in totals.iter().filter(|(_, total)| *total > 0) {
        let pay_date = after(day(start), 32).format("%-d %B %Y");
        let subject = format!("Payment of {} on {pay_date} ", in_pounds(*total));
        if about(&subject) != 1 {
            wrong.push(format!("not told once: {subject}of {subjects:?}"));
        }
    }
}

/// Pence as letters have them: `£1,498.28`.
fn in_pounds(pence: i128) -> String {
    let (pounds, pence) = (pence.div_euclid(100), pence.rem_euclid(100));
    let (thousands, rest) = (pounds.div_euclid(1_000), pounds.rem_euclid(1_000));
    if thousands == 0 {
        format!("£{rest}.{pence:02}")
    } else {
        format!("£{thousands},{rest:03}.{pence:02}")
    }
}

/// No email was accepted twice, none is left, and no queue holds anything.
fn mail(world: &World, wrong: &mut Vec<String>) {
    let mut accepted = BTreeSet::new();
    for email in world.emails() {
        if !accepted.insert(email.reference) {
            wrong.push(format!("{} was sent twice to {}", email.subject, email.to));
        }
    }
    let (pending, _) = done(world.parts.store.pending_emails(10, None)).unwrap();
    if !pending.is_empty() {
        wrong.push(format!("{} emails are left", pending.len()));
    }
    if !world.parts.payments.take().is_empty() || !world.parts.mail_queue.take().is_empty() {
        wrong.push("a queue is not empty".to_owned());
    }
}
