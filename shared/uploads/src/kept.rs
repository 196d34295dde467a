//! What is kept of a row that may be applied: some 40 bytes, so that a million of them fit.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use chrono::{Datelike, NaiveDate};
use domain::actuals::{Accepted, Quantity, Week};
use domain::facts::{Cpli, Service};
use rust_decimal::Decimal;

use crate::sift::RepeatedRows;

/// Stands for no number of visits, and for no comment.
const NONE: u32 = u32::MAX;

/// How many bytes of comments are held at most.
const COMMENT_BYTES_HELD_MAX: usize = 4 * 1024 * 1024;

/// A row, without what it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    /// As a spreadsheet numbers it.
    pub(crate) row: u32,
    /// First day of the week, counted from the year 1.
    week: i32,
    /// Ten-thousandths of actual, frustrated, missed and extra; see [`KeptRows::large`].
    quantities: [u32; 4],
    visits: u32,
    /// Where the comment ends, among all.
    comment: u32,
    price: u32,
    reason: u16,
    pub(crate) late: bool,
    pub(crate) warned: bool,
}

/// The rows of a file that may be applied, by care package and week.
#[derive(Debug, Default)]
pub(crate) struct KeptRows<'k> {
    /// Each with its rows; by id once they are sorted.
    subjects: Vec<Subject<'k>>,
    at: BTreeMap<&'k str, usize>,
    last: Option<usize>,
    reasons: Vec<&'k str>,
    prices: Vec<Decimal>,
    comments: Comments,
    /// By row: quantities that do not fit into 32 bits.
    large: BTreeMap<u32, [Quantity; 4]>,
}

/// A care package with its rows.
#[derive(Debug)]
pub(crate) struct Subject<'k> {
    pub(crate) cpli: &'k Cpli,
    pub(crate) service: &'k Service,
    pub(crate) rows: Vec<Kept>,
}

/// The comments of all rows, one after the other: the first of many in a file of ours, as they may take more room than
/// all else.
#[derive(Debug, Default)]
struct Comments {
    /// How many bytes are in the file.
    filed: u32,
    file: Option<File>,
    /// Those that follow.
    text: String,
    /// Where each ends among all.
    ends: Vec<u32>,
    /// Why no more could be filed.
    fault: Option<io::Error>,
}

impl Comments {
    fn add(&mut self, comment: Option<&str>) -> u32 {
        let Some(comment) = comment else { return NONE };
        self.text.push_str(comment);
        let in_text = u32::try_from(self.text.len()).unwrap_or(NONE);
        self.ends.push(self.filed.saturating_add(in_text));
        if self.text.len() >= COMMENT_BYTES_HELD_MAX
            && let Err(fault) = self.put_away()
        {
            self.fault.get_or_insert(fault);
        }
        u32::try_from(self.ends.len()).map_or(NONE, |count| count.saturating_sub(1))
    }

    fn put_away(&mut self) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        file.write_all(self.text.as_bytes())?;
        let more = u32::try_from(self.text.len()).unwrap_or(NONE);
        self.filed = self.filed.saturating_add(more);
        self.file = Some(file);
        self.text.clear();
        Ok(())
    }

    fn get(&self, at: u32) -> io::Result<Option<String>> {
        let Some(at) = usize::try_from(at).ok().filter(|_| at != NONE) else { return Ok(None) };
        let Some(to) = self.ends.get(at).copied() else { return Ok(None) };
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or_default();
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        if let Some(file) = self.file.as_ref().filter(|_| to <= self.filed) {
            let mut bytes = vec![0; place(to.saturating_sub(from))];
            file.read_exact_at(&mut bytes, from.into())?;
            return String::from_utf8(bytes).map(Some).map_err(io::Error::other);
        }
        let in_text = |at: u32| place(at.saturating_sub(self.filed));
        Ok(self.text.get(in_text(from)..in_text(to)).map(str::to_owned))
    }
}

impl Kept {
    /// First day of the week.
    pub(crate) fn week_start(&self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.week).unwrap_or_default()
    }
}

impl<'k> KeptRows<'k> {
    /// Keeps a row.
    pub(crate) fn add(&mut self, row: &Accepted<'k, '_>) {
        let quantities = [row.actual, row.frustrated, row.missed, row.extra];
        let small = quantities.map(|it| u32::try_from(it.ten_thousandths()).unwrap_or(NONE));
        if small.contains(&NONE) {
            self.large.insert(row.row, quantities);
        }
        let at = self.subject(row.cpli, row.service);
        let kept = Kept {
            row: row.row,
            week: row.week_start.num_days_from_ce(),
            quantities: small,
            visits: row.visits.filter(|it| *it != NONE).unwrap_or(NONE),
            comment: self.comments.add(row.comment),
            price: self.price(at, row.unit_price),
            reason: row.reason_code.map_or(u16::MAX, |code| self.reason(code)),
            late: row.late,
            warned: row.over.is_some() || row.name_differs,
        };
        if let Some(subject) = self.subjects.get_mut(at) {
            subject.rows.push(kept);
        }
    }

    /// After the last row: leaves out those of `repeated`, and puts the others in order. How many were left out.
    ///
    /// # Errors
    ///
    /// If there was no room for the comments.
    pub(crate) fn sort(&mut self, repeated: &RepeatedRows) -> io::Result<u64> {
        if let Some(fault) = self.comments.fault.take() {
            return Err(fault);
        }
        let mut left_out: u64 = 0;
        self.subjects.sort_by(|one, other| one.cpli.cpli_id.cmp(&other.cpli.cpli_id));
        (self.at, self.last) = (BTreeMap::new(), None);
        for subject in &mut self.subjects {
            subject.rows.retain(|kept| {
                let again = !repeated.of(kept.row).is_empty();
                left_out = left_out.saturating_add(again.into());
                !again
            });
            subject.rows.sort_by_key(|kept| kept.week);
        }
        self.subjects.retain(|subject| !subject.rows.is_empty());
        Ok(left_out)
    }

    /// The care packages with their rows, by id once they are sorted.
    pub(crate) fn subjects(&self) -> &[Subject<'k>] {
        &self.subjects
    }

    /// What a row says was delivered.
    ///
    /// # Errors
    ///
    /// If its comment cannot be read again.
    pub(crate) fn week(&self, kept: &Kept) -> io::Result<Week> {
        let [actual, frustrated, missed, extra] = self.quantities(kept).map(Decimal::from);
        Ok(Week {
            actual,
            frustrated,
            missed,
            extra,
            visits: visits(kept),
            reason_code: self.reason_of(kept).map(str::to_owned),
            comment: self.comments.get(kept.comment)?,
        })
    }

    /// The comment of a row, for [`KeptRows::accepted`].
    ///
    /// # Errors
    ///
    /// If it cannot be read again.
    pub(crate) fn comment(&self, kept: &Kept) -> io::Result<Option<String>> {
        self.comments.get(kept.comment)
    }

    /// The row as it was when it was checked, as far as it is compared with what is recorded.
    pub(crate) fn accepted<'s>(
        &'s self,
        subject: &Subject<'k>,
        kept: &Kept,
        comment: Option<&'s str>,
    ) -> Option<Accepted<'s, 's>>
    where
        'k: 's,
    {
        let [actual, frustrated, missed, extra] = self.quantities(kept);
        let unit_price = usize::try_from(kept.price).ok().and_then(|at| self.prices.get(at))?;
        let mut accepted = Accepted {
            row: kept.row,
            cpli: subject.cpli,
            service: subject.service,
            week_start: kept.week_start(),
            planned: Decimal::ZERO,
            actual,
            frustrated,
            missed,
            extra,
            visits: visits(kept),
            reason_code: self.reason_of(kept),
            comment,
            line_ref: None,
            over: None,
            late: kept.late,
            name_differs: false,
            unit_price: *unit_price,
            owed: domain::money::Money::ZERO,
        };
        let delivered =
            domain::actuals::Delivered { actual: actual.into(), frustrated: frustrated.into() };
        let share = subject.service.frustrated_percent;
        accepted.owed = delivered.owed(share, *unit_price).ok()?;
        Some(accepted)
    }

    fn quantities(&self, kept: &Kept) -> [Quantity; 4] {
        let small = kept.quantities.map(|it| Quantity::from_ten_thousandths(it.into()));
        self.large.get(&kept.row).copied().unwrap_or(small)
    }

    fn reason_of(&self, kept: &Kept) -> Option<&'k str> {
        self.reasons.get(usize::from(kept.reason)).copied()
    }

    fn subject(&mut self, cpli: &'k Cpli, service: &'k Service) -> usize {
        let is_it = |at: &usize| {
            let subject: Option<&Subject<'k>> = self.subjects.get(*at);
            subject.is_some_and(|subject| std::ptr::eq(subject.cpli, cpli))
        };
        if let Some(last) = self.last.filter(is_it) {
            return last;
        }
        let next = self.subjects.len();
        let at = *self.at.entry(cpli.cpli_id.as_str()).or_insert(next);
        if at == next {
            self.subjects.push(Subject { cpli, service, rows: Vec::new() });
        }
        self.last = Some(at);
        at
    }

    fn reason(&mut self, code: &'k str) -> u16 {
        let found = self.reasons.iter().position(|it| *it == code);
        let at = found.unwrap_or_else(|| {
            self.reasons.push(code);
            self.reasons.len().saturating_sub(1)
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Where the price is among all: the one before of the same care package, or a new one.
    fn price(&mut self, subject: usize, price: Decimal) -> u32 {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let before = self.subjects.get(subject).and_then(|it| it.rows.last());
        let same = before.filter(|it| self.prices.get(place(it.price)) == Some(&price));
        same.map_or_else(
            || {
                self.prices.push(price);
                u32::try_from(self.prices.len()).map_or(NONE, |count| count.saturating_sub(1))
            },
            |before| before.price,
        )
    }
}

fn visits(kept: &Kept) -> Option<u32> {
    Some(kept.visits).filter(|it| *it != NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read_back_however_many_there_are() {
        let mut comments = Comments::default();
        let comment = |number: u32| format!("{number} é {}", "x".repeat(500));
        let places: Vec<_> = (0..20_000).map(|it| comments.add(Some(&comment(it)))).collect();
        assert_eq!(comments.add(None), NONE);
        assert!(comments.text.len() < COMMENT_BYTES_HELD_MAX && comments.filed > 0);
        for (number, place) in (0..).zip(places) {
            assert_eq!(comments.get(place).unwrap(), Some(comment(number)));
        }
        assert_eq!(comments.get(NONE).unwrap(), None);
    }

    #[test]
    fn a_million_rows_fit() {
        assert!(size_of::<Kept>() <= 44, "{}", size_of::<Kept>());
    }
}
