//! What a revision changes, field by field.

use std::collections::BTreeSet;

use chrono::{Days as Span, NaiveDate};
use serde::{Deserialize, Serialize};

use super::order::{Order, OrderLine};
use crate::causes::in_words;
use crate::entitlement::Days;
use crate::facts::ContributionKind;
use crate::ids::CpliId;
use crate::item::{Basis, contribution_words};
use crate::money::MoneyError;

/// One field that differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    /// What it is: `Lake House (CPLI 164628), 1 October 2026 to 31 March 2027`.
    pub label: String,
    /// What the earlier revision says; none: nothing.
    pub before: Option<String>,
    /// What the later one says; none: nothing.
    pub after: Option<String>,
}

/// What differs between two revisions of an order: names, then what is agreed from day to day, then the totals.
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn differences(before: &Order, after: &Order) -> Result<Vec<Difference>, MoneyError> {
    let mut all = Vec::new();
    // A client of whom nothing is left has no name here; nothing is left is said below.
    if before.client.is_some() && after.client.is_some() {
        add(&mut all, "Client".to_owned(), before.client.clone(), after.client.clone());
    }
    let lines = before.lines.iter().chain(&after.lines);
    let cplis: BTreeSet<&CpliId> = lines.map(|line| &line.cpli_id).collect();
    for cpli_id in cplis {
        let of = |order: &'_ Order| -> Vec<OrderLine> {
            order.lines.iter().filter(|line| line.cpli_id == *cpli_id).cloned().collect()
        };
        let (was, is) = (of(before), of(after));
        names(&was, &is, &mut all);
        for what in What::ALL {
            terms(&was, &is, what, &mut all);
        }
    }
    let (was, is) = (before.totals()?, after.totals()?);
    for (label, was, is) in [
        ("Total cost", was.cost, is.cost),
        ("Total income", was.income, is.income),
        ("Total", was.total, is.total),
    ] {
        let (was, is) = (was.for_people(), is.for_people());
        add(&mut all, label.to_owned(), Some(was), Some(is));
    }
    Ok(all)
}

fn add(all: &mut Vec<Difference>, label: String, before: Option<String>, after: Option<String>) {
    if before != after {
        all.push(Difference { label, before, after });
    }
}

/// How a care package and what belongs to it are called.
fn names(was: &[OrderLine], is: &[OrderLine], all: &mut Vec<Difference>) {
    let (Some(was), Some(is)) = (was.first(), is.first()) else { return };
    let fields = [
        ("Contract", &was.contract_name, &is.contract_name),
        ("Service", &was.service, &is.service),
        ("Service level", &was.service_level, &is.service_level),
    ];
    for (field, before, after) in fields {
        let label = format!("{field} of CPLI {}", is.cpli_id);
        add(all, label, Some(before.clone()), Some(after.clone()));
    }
}

/// What is agreed of a care package for a day: its price, or one kind of contribution.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Care,
    Contribution(ContributionKind),
}

impl What {
    const ALL: [Self; 4] = [
        Self::Care,
        Self::Contribution(ContributionKind::Client),
        Self::Contribution(ContributionKind::ThirdParty),
        Self::Contribution(ContributionKind::Fnc),
    ];

    fn is_of(self, line: &OrderLine) -> bool {
        match &line.basis {
            Basis::Contribution { kind, .. } => self == Self::Contribution(*kind),
            Basis::Care { .. }
            | Basis::Actual(_)
            | Basis::Void { .. }
            | Basis::Manual { .. }
            | Basis::Vat { .. } => self == Self::Care,
        }
    }

    fn words(self, line: &OrderLine) -> String {
        let of = format!("{} (CPLI {})", line.service, line.cpli_id);
        match self {
            Self::Care => of,
            Self::Contribution(kind) => format!("{}, {of}", contribution_words(kind)),
        }
    }
}

/// A run of days with what was and is agreed for it.
struct Run {
    days: Days,
    was: Option<String>,
    is: Option<String>,
}

/// Cuts the days where either revision does, and tells where they differ, longest runs together.
fn terms(was: &[OrderLine], is: &[OrderLine], what: What, all: &mut Vec<Difference>) {
    let lines = || was.iter().chain(is).filter(|line| what.is_of(line));
    let Some(named) = is.iter().chain(was).find(|line| what.is_of(line)) else { return };
    let after = |day: NaiveDate| day.checked_add_days(Span::new(1)).unwrap_or(NaiveDate::MAX);
    let cuts: BTreeSet<_> = lines().flat_map(|line| [line.from, after(line.to)]).collect();
    let mut runs: Vec<Run> = Vec::new();
    for (from, until) in cuts.iter().zip(cuts.iter().skip(1)) {
        let Some(days) = until.pred_opt().and_then(|to| Days::new(*from, to)) else { continue };
        let holding = |lines: &[OrderLine]| {
            let mut of = lines.iter().filter(|line| what.is_of(line));
            of.find(|line| line.from <= days.from && days.to <= line.to).map(OrderLine::terms)
        };
        let run = Run { days, was: holding(was), is: holding(is) };
        match runs.last_mut() {
            Some(last) if last.was == run.was && last.is == run.is => last.days.to = run.days.to,
            _ => runs.push(run),
        }
    }
    for Run { days, was, is } in runs {
        let span = format!("{} to {}", in_words(days.from), in_words(days.to));
        add(all, format!("{}, {span}", what.words(named)), was, is);
    }
}
