//! How promptly the council pays, as the Procurement Act 2023 asks: mean days, and the shares paid within 30 days, in 31 to
//! 60 days, and later.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::clock::london_date;
use crate::invoice::{InvoiceHead, InvoiceState};
use crate::report::{Bar, Body, Cell, Chart, Column};

/// Until how many days a payment is in time (Procurement Act 2023, section 68).
const DAYS_IN_TIME: i64 = 30;
/// Until how many days it is in the middle share.
const DAYS_MIDDLE: i64 = 60;

/// Something that was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidDocument {
    /// To whom: a name with its reference.
    pub provider: String,
    /// What it was.
    pub kind: PaidKind,
    /// When the council had what it needed to pay.
    pub received_on: NaiveDate,
    /// For how many days it was disputed; they do not count.
    pub disputed_days: i64,
    /// When the money arrived.
    pub paid_on: NaiveDate,
}

/// What was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaidKind {
    /// An invoice.
    Invoice,
    /// A statement that is paid without one: it falls due when its period ends.
    Statement,
}

impl PaidDocument {
    /// An invoice that was paid on `paid_on`; none if it was never received.
    pub fn invoice(head: &InvoiceHead, provider: String, paid_on: NaiveDate) -> Option<Self> {
        let claim = head.claim.as_ref()?;
        Some(Self {
            provider,
            kind: PaidKind::Invoice,
            received_on: london_date(claim.submitted_at),
            disputed_days: disputed_days(head, paid_on),
            paid_on,
        })
    }

    /// Days from receipt to payment, those of a dispute left out; never negative.
    pub fn days(&self) -> i64 {
        let all = self.paid_on.signed_duration_since(self.received_on).num_days();
        all.saturating_sub(self.disputed_days).max(0)
    }
}

/// The days between each dispute and what followed it.
fn disputed_days(head: &InvoiceHead, paid_on: NaiveDate) -> i64 {
    let (mut days, mut since): (i64, Option<DateTime<Utc>>) = (0, None);
    let between = |since: DateTime<Utc>, until: NaiveDate| {
        until.signed_duration_since(london_date(since)).num_days().max(0)
    };
    for step in &head.history {
        match (step.state == InvoiceState::Disputed, since) {
            (true, None) => since = Some(step.at),
            (false, Some(from)) => {
                days = days.saturating_add(between(from, london_date(step.at)));
                since = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    days.saturating_add(since.map_or(0, |from| between(from, paid_on)))
}

/// How promptly a number of documents was paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Promptness {
    /// How many.
    pub paid: i64,
    /// Their days together.
    pub days: i64,
    /// Within 30 days.
    pub in_time: i64,
    /// In 31 to 60 days.
    pub middle: i64,
    /// Later.
    pub late: i64,
}

impl Promptness {
    /// Counts one more.
    pub fn add(&mut self, document: &PaidDocument) {
        let days = document.days();
        self.paid = self.paid.saturating_add(1);
        self.days = self.days.saturating_add(days);
        let share = if days <= DAYS_IN_TIME {
            &mut self.in_time
        } else if days <= DAYS_MIDDLE {
            &mut self.middle
        } else {
            &mut self.late
        };
        *share = share.saturating_add(1);
    }

    /// To a tenth of a day, half up; none of nothing.
    pub fn mean_days(&self) -> Option<Decimal> {
        tenths(self.days, self.paid)
    }

    fn cells(&self) -> Vec<Cell> {
        let number = |it: Option<Decimal>| it.map_or(Cell::Empty, Cell::Number);
        let percent = |part: i64| number(tenths(part.saturating_mul(100), self.paid));
        let mut cells = vec![Cell::Number(self.paid.into()), number(self.mean_days())];
        for part in [self.in_time, self.middle, self.late] {
            cells.extend([Cell::Number(part.into()), percent(part)]);
        }
        cells
    }
}

/// `whole` ÷ `parts` to one decimal, half up; none by nothing.
pub(super) fn tenths(whole: i64, parts: i64) -> Option<Decimal> {
    let halves = whole.checked_mul(20)?.checked_add(parts)?;
    Some(Decimal::new(halves.checked_div_euclid(parts.checked_mul(2)?)?, 1))
}

/// How promptly invoices and statements were paid, provider by provider.
pub fn prompt(paid: &[PaidDocument]) -> Body {
    let mut lines: BTreeMap<(&str, PaidKind), Promptness> = BTreeMap::new();
    let mut all = Promptness::default();
    for document in paid {
        lines.entry((&document.provider, document.kind)).or_default().add(document);
        all.add(document);
    }
    let row = |((provider, kind), figures): (&(&str, PaidKind), &Promptness)| {
        let kind = match kind {
            PaidKind::Invoice => "Invoices",
            PaidKind::Statement => "Statements",
        };
        let mut row: Vec<Cell> = vec![(*provider).into(), kind.into()];
        row.extend(figures.cells());
        row
    };
    let mut total: Vec<Cell> = vec!["All".into(), Cell::Empty];
    total.extend(all.cells());
    let shares = [
        ("Within 30 days", all.in_time),
        ("31 to 60 days", all.middle),
        ("Over 60 days", all.late),
    ];
    let bars = shares.map(|(label, length)| Bar {
        label: label.to_owned(),
        value: length.to_string(),
        length,
    });
    Body {
        columns: vec![
            Column::text("provider", "Provider"),
            Column::text("kind", "What was paid"),
            Column::number("paid", "Paid"),
            Column::number("mean_days", "Mean days"),
            Column::number("within_30", "Within 30 days"),
            Column::number("within_30_percent", "Within 30 days, %"),
            Column::number("days_31_to_60", "31 to 60 days"),
            Column::number("days_31_to_60_percent", "31 to 60 days, %"),
            Column::number("over_60", "Over 60 days"),
            Column::number("over_60_percent", "Over 60 days, %"),
        ],
        rows: lines.iter().map(row).collect(),
        totals: vec![total],
        chart: (!paid.is_empty()).then(|| Chart {
            title: "How promptly is paid".to_owned(),
            description: "How many payments by days from receipt.".to_owned(),
            bars: bars.into(),
        }),
        notes: vec![
            "Days are counted from the day an invoice was received to its pay date; days on which it was disputed do not count.".to_owned(),
            "A statement that is paid without an invoice is counted from the last day of its period.".to_owned(),
        ],
        ..Body::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn document(provider: &str, days: i64) -> PaidDocument {
        let received_on = day("2026-01-01");
        PaidDocument {
            provider: provider.to_owned(),
            kind: PaidKind::Invoice,
            received_on,
            disputed_days: 0,
            paid_on: received_on.checked_add_signed(chrono::Duration::days(days)).unwrap(),
        }
    }

    #[test]
    fn the_thirtieth_day_is_in_time_and_the_sixtieth_is_not_late() {
        let mut figures = Promptness::default();
        for days in [0, 30, 31, 60, 61] {
            figures.add(&document("Lake House", days));
        }
        assert_eq!((figures.in_time, figures.middle, figures.late), (2, 2, 1));
        assert_eq!(figures.mean_days(), Some(Decimal::new(364, 1)));
    }

    #[test]
    fn days_of_a_dispute_do_not_count() {
        let disputed = PaidDocument { disputed_days: 10, ..document("Lake House", 40) };
        assert_eq!(disputed.days(), 30);
        let early = PaidDocument { disputed_days: 99, ..document("Lake House", 40) };
        assert_eq!(early.days(), 0);
    }

    #[test]
    fn of_nothing_there_is_no_mean() {
        assert_eq!(Promptness::default().mean_days(), None);
        assert_eq!(tenths(1, 8), Some(Decimal::new(1, 1)), "0.125 is 0.1");
        assert_eq!(tenths(5, 4), Some(Decimal::new(13, 1)), "1.25 is 1.3, half up");
    }

    proptest! {
        /// Whatever was paid to whom: the rows add up to the last line, and that to the shares counted one by one.
        #[test]
        fn the_figures_are_those_counted_one_by_one(paid in prop::collection::vec((0_usize..4, 0_i64..100), 0..40)) {
            let all: Vec<_> = paid.iter().map(|(who, days)| document(&who.to_string(), *days)).collect();
            let body = prompt(&all);
            let number = |row: &[Cell], at: usize| row[at].plain().parse::<i64>().unwrap_or(0);
            for (at, least, most) in [(4, 0, 30), (6, 31, 60), (8, 61, i64::MAX)] {
                let counted = paid.iter().filter(|(_, days)| (least..=most).contains(days)).count();
                prop_assert_eq!(body.rows.iter().map(|row| number(row, at)).sum::<i64>(), i64::try_from(counted).unwrap());
                prop_assert_eq!(number(&body.totals[0], at), i64::try_from(counted).unwrap());
            }
            let days: i64 = paid.iter().map(|(_, days)| days).sum();
            let count = i64::try_from(paid.len()).unwrap();
            prop_assert_eq!(body.totals[0][3].plain(), tenths(days, count).map(|it| it.to_string()).unwrap_or_default());
        }
    }
}
