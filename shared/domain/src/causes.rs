//! Why a correction is made, in words for the provider.

use std::collections::BTreeSet;
use std::iter;

use chrono::NaiveDate;

use crate::care_package::unit_price_text;
use crate::corrections::PastItem;
use crate::entitlement::{Days, Line};
use crate::facts::{ContributionKind, Cpli, Facts, Period};
use crate::item::{Basis, Item, Subject};

/// What was told too late about `subject`, when `known` was what the statements said of `period` and `lines` is
/// what is owed.
pub(crate) fn cause(
    facts: &Facts,
    subject: &Subject,
    period: &Period,
    known: &[PastItem<'_>],
    lines: &[Line],
) -> String {
    let known: Vec<&Item> = known.iter().map(|past| past.item).collect();
    let told = match subject {
        Subject::Cpli(cpli_id) => match facts.cplis.get(cpli_id) {
            Some(cpli) => Care { facts, cpli, period, known: &known, lines }.what_changed(),
            None => "The care package is no longer part of this contract".to_owned(),
        },
        Subject::Void(_) | Subject::Adjustment { .. } | Subject::Invoice { .. } => {
            void(&known, lines).to_owned()
        }
    };
    format!("{told}; this was recorded after the period was paid")
}

/// `19 October 2022`.
pub(crate) fn in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn void(known: &[&Item], lines: &[Line]) -> &'static str {
    let capacity = |basis: &Basis| match basis {
        Basis::Void { guaranteed_bed_days, weekly_rate, void_percent, .. } => {
            Some((*guaranteed_bed_days, *weekly_rate, *void_percent))
        }
        Basis::Care { .. }
        | Basis::Actual(_)
        | Basis::Contribution { .. }
        | Basis::Manual { .. }
        | Basis::Vat { .. } => None,
    };
    let known = known.iter().map(|item| capacity(&item.basis));
    if known.eq(lines.iter().map(|line| capacity(&line.basis))) {
        "The number of occupied beds changed"
    } else {
        "The guaranteed beds, or how many of them were occupied, changed"
    }
}

/// A care package whose entitlement differs from what was known.
struct Care<'a> {
    facts: &'a Facts,
    cpli: &'a Cpli,
    period: &'a Period,
    known: &'a [&'a Item],
    lines: &'a [Line],
}

impl Care<'_> {
    fn what_changed(&self) -> String {
        if !self.cpli.authorised {
            return "The care is not authorised any more".to_owned();
        }
        let was =
            span(self.known.iter().map(|it| Days { from: it.service_from, to: it.service_to }));
        let is = span(self.lines.iter().map(|line| line.days));
        match (was, is) {
            (None, _) => "This care was not part of the statement".to_owned(),
            (Some(_), None) if self.cpli.start_date > self.period.end_date => self.started(),
            (Some(was), None) => self.ended(was),
            (Some(was), Some(is)) if is.to < was.to => self.ended(was),
            (Some(was), Some(is)) if is.to > was.to => {
                format!("The care went on after {}", in_words(was.to))
            }
            (Some(was), Some(is)) if is.from != was.from => self.started(),
            (Some(_), Some(_)) => self.terms(),
        }
    }

    fn started(&self) -> String {
        format!("The care started on {}", in_words(self.cpli.start_date))
    }

    fn ended(&self, was: Days) -> String {
        let ends = self.cpli.care_ends(self.facts.contract.grace_days);
        match (self.cpli.client.date_of_death, ends) {
            (Some(death), Some(ends)) if self.cpli.end_date != Some(ends) => {
                format!("The client died on {}", in_words(death))
            }
            (_, Some(ends)) if ends <= was.to => format!("The care ended on {}", in_words(ends)),
            _ => "What is paid for this care changed".to_owned(),
        }
    }

    /// The days are the same: the first day on which a price, a share or a contribution differs.
    fn terms(&self) -> String {
        let known = || self.known.iter().map(|item| (Days::from(*item), &item.basis));
        let owed = || self.lines.iter().map(|line| (line.days, &line.basis));
        let starts: BTreeSet<_> = known().chain(owed()).map(|(days, _)| days.from).collect();
        let payers = iter::once(None).chain(ContributionKind::ALL.map(Some));
        let days = starts.iter().flat_map(|day| payers.clone().map(move |payer| (*day, payer)));
        for (day, payer) in days {
            let was = on(known(), day, payer);
            let is = on(owed(), day, payer);
            if was.map(|(_, basis)| basis) != is.map(|(_, basis)| basis) {
                return differs(day, was.map(|(_, basis)| basis), is);
            }
        }
        "An absence changed".to_owned()
    }
}

/// What is paid on `day`: by the council, or what `payer` pays towards it.
fn on<'a>(
    mut all: impl Iterator<Item = (Days, &'a Basis)>,
    day: NaiveDate,
    payer: Option<ContributionKind>,
) -> Option<(Days, &'a Basis)> {
    all.find(|(days, basis)| {
        let of_payer = match basis {
            Basis::Contribution { kind, .. } => payer == Some(*kind),
            Basis::Care { .. }
            | Basis::Actual(_)
            | Basis::Void { .. }
            | Basis::Manual { .. }
            | Basis::Vat { .. } => payer.is_none(),
        };
        of_payer && days.from <= day && day <= days.to
    })
}

fn differs(day: NaiveDate, was: Option<&Basis>, is: Option<(Days, &Basis)>) -> String {
    let from = in_words(day);
    match (was, is) {
        (
            Some(Basis::Care { pay_percent: before, .. }),
            Some((days, Basis::Care { pay_percent, .. })),
        ) if before != pay_percent => {
            let (share, to) = (pay_percent.normalize(), in_words(days.to));
            format!("The care from {from} to {to} is paid at {share}%")
        }
        (_, Some((_, Basis::Care { quantity, unit_price, .. }))) => {
            let (quantity, price) = (quantity.normalize(), unit_price_text(*unit_price));
            format!("The price is {quantity} × {price} from {from}")
        }
        (_, Some((_, Basis::Contribution { weekly_amount, .. }))) => {
            format!("The contribution is {} a week from {from}", weekly_amount.for_people())
        }
        (Some(Basis::Contribution { .. }), None) => {
            format!("A contribution is not deducted from {from}")
        }
        (
            _,
            Some((
                _,
                Basis::Void { .. } | Basis::Actual(_) | Basis::Manual { .. } | Basis::Vat { .. },
            ))
            | None,
        ) => {
            format!("There is no price from {from}")
        }
    }
}

/// From the first to the last of some days.
fn span(days: impl Iterator<Item = Days>) -> Option<Days> {
    days.reduce(|all, days| Days { from: all.from.min(days.from), to: all.to.max(days.to) })
}
