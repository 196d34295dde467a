//! What one cell may say.

use chrono::{Datelike, Days, NaiveDate};

use super::problem::{Finding, RowProblem};
use super::row::{Cell, CellKind, Epoch, Row};
use super::{Column, Headings, Quantity};

/// Prices and quantities have four decimals at most (domain.md section 5).
pub(super) const DECIMALS_MAX: u32 = 4;
/// More than anybody can deliver in a week, so that no sum of a file can be beyond what the portal holds.
const QUANTITY_MAX: Quantity = Quantity::from_ten_thousandths(1_000_000 * 10_000);
/// Years that can be meant, so that a quantity in the wrong column is not taken for a date of 1900.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

/// One row while it is read, and what is found wrong with it.
#[derive(Debug)]
pub(super) struct Reading<'r> {
    pub(super) row: &'r Row,
    pub(super) headings: Headings,
    pub(super) findings: Vec<Finding>,
}

impl<'r> Reading<'r> {
    pub(super) fn cell(&self, column: Column) -> Cell<'r> {
        self.headings.cell(self.row, column)
    }

    pub(super) fn text(&self, column: Column) -> &'r str {
        self.cell(column).text
    }

    pub(super) fn fail(&mut self, column: Column, problem: RowProblem) {
        self.findings.push(Finding { column, problem });
    }

    /// What is in a cell that may be empty and has room for so many characters.
    pub(super) fn limited(&mut self, column: Column, characters_max: usize) -> Option<&'r str> {
        let text = self.text(column);
        // Nearly all have no more bytes than that, and those need not be read.
        if text.len() > characters_max && text.chars().nth(characters_max).is_some() {
            self.fail(column, RowProblem::TooLong { field: column, characters_max });
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// A quantity; nothing in the cell means `otherwise`.
    pub(super) fn quantity(
        &mut self,
        column: Column,
        otherwise: Option<Quantity>,
    ) -> Option<Quantity> {
        let text = self.text(column);
        let found = if text.is_empty() { otherwise } else { quantity(text) };
        if found.is_none() {
            let problem = RowProblem::NotANumber { field: column, decimals: DECIMALS_MAX };
            self.fail(column, problem);
        }
        found
    }

    /// How often somebody came; none if nothing is there and nothing needs to be.
    pub(super) fn visits(&mut self, required: bool) -> Option<u32> {
        let text = self.text(Column::Visits);
        if text.is_empty() && !required {
            return None;
        }
        let whole = |it: Quantity| {
            let count = it.ten_thousandths();
            (count.rem_euclid(10_000) == 0).then(|| count.div_euclid(10_000))
        };
        let visits = quantity(text).and_then(whole).and_then(|it| u32::try_from(it).ok());
        if visits.is_none() {
            self.fail(
                Column::Visits,
                RowProblem::NotANumber { field: Column::Visits, decimals: 0 },
            );
        }
        visits
    }
}

/// A number of 0 or more in digits, with a point and up to four decimals. Commas are taken where they part thousands.
fn quantity(text: &str) -> Option<Quantity> {
    digits(text).or_else(|| digits(&without_commas(text)?))
}

/// Digits with at most one point among them.
fn digits(text: &str) -> Option<Quantity> {
    let (mut count, mut digits, mut decimals) = (0_i64, 0_u32, None);
    if text.len() > 20 {
        return None;
    }
    for byte in text.bytes() {
        match (byte, &mut decimals) {
            (b'0'..=b'9', None) => {}
            // A fifth decimal is no more than a way of writing if it is 0.
            (b'0', Some(DECIMALS_MAX)) => continue,
            (b'0'..=b'9', Some(DECIMALS_MAX)) => return None,
            (b'0'..=b'9', Some(decimals)) => *decimals = decimals.saturating_add(1),
            (b'.', None) => {
                decimals = Some(0);
                continue;
            }
            _ => return None,
        }
        digits = digits.saturating_add(1);
        count = count.checked_mul(10)?.checked_add(i64::from(byte.checked_sub(b'0')?))?;
    }
    let missing = DECIMALS_MAX.saturating_sub(decimals.unwrap_or(0));
    let count = count.checked_mul(10_i64.checked_pow(missing)?)?;
    let found = Quantity::from_ten_thousandths(count);
    (digits > 0 && found <= QUANTITY_MAX).then_some(found)
}

fn without_commas(text: &str) -> Option<String> {
    if !text.contains(',') {
        return None;
    }
    let (whole, rest) =
        text.find('.').and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let groups: Vec<&str> = groups.collect();
    let threes = groups.iter().all(|group| group.len() == 3);
    threes.then(|| format!("{first}{}{rest}", groups.concat()))
}

/// A date as `DD/MM/YYYY`, `YYYY-MM-DD`, either with midnight behind it, or the number that a spreadsheet keeps.
pub(super) fn date(cell: Cell<'_>, epoch: Epoch) -> Option<NaiveDate> {
    let text = cell.text;
    if let Some(day) = usual(text) {
        return Some(day);
    }
    let found = if cell.kind == CellKind::Number || text.bytes().all(|it| it.is_ascii_digit()) {
        numbered(text, epoch)
    } else {
        written(text)
    };
    found.filter(|day| YEARS.contains(&day.year()))
}

/// `DD/MM/YYYY`, as nearly all dates of a file are written.
fn usual(text: &str) -> Option<NaiveDate> {
    let &[ten_days, days, b'/', ten_months, months, b'/', ref year @ ..] =
        text.as_bytes().as_array::<10>()?
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |sum, digit| {
            let digit = u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
            sum.checked_mul(10)?.checked_add(digit)
        })
    };
    let year = i32::try_from(number(year)?).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, number(&[ten_months, months])?, number(&[ten_days, days])?)
}

fn numbered(text: &str, epoch: Epoch) -> Option<NaiveDate> {
    let days: u32 = text.parse().ok()?;
    // A spreadsheet believes that there was a 29 February 1900: from March on its day 0 is 30 December 1899.
    let zero = match epoch {
        Epoch::Year1900 => NaiveDate::from_ymd_opt(1899, 12, 30),
        Epoch::Year1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
    };
    zero?.checked_add_days(Days::new(u64::from(days)))
}

fn written(text: &str) -> Option<NaiveDate> {
    let day = text.find(['T', ' ']).and_then(|at| text.split_at_checked(at));
    let day = match day {
        Some((day, time)) if is_midnight(time.get(1..)?) => day,
        Some(_) => return None,
        None => text,
    };
    let iso = day.contains('-');
    let mut parts = day.splitn(3, if iso { '-' } else { '/' });
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, year) = if iso { (last, first) } else { (first, last) };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || day.len() > 2 || month.len() > 2 || !digits(month) || !digits(day) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `00:00`, `00:00:00`, `00:00:00.000`.
fn is_midnight(time: &str) -> bool {
    time.starts_with("00:00") && time.chars().all(|it| matches!(it, '0' | ':' | '.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    fn said(text: &str) -> Option<String> {
        quantity(text).map(|it| Decimal::from(it).to_string())
    }

    #[test]
    fn a_quantity_is_digits_with_up_to_four_decimals() {
        for (text, number) in [
            ("9.75", "9.75"),
            ("10", "10"),
            ("0", "0"),
            (".5", "0.5"),
            ("1,234.50", "1234.5"),
            ("1.23450000", "1.2345"),
        ] {
            assert_eq!(said(text).as_deref(), Some(number), "{text}");
        }
        for text in [
            "-1", "9,75", "1.23456", "1e3", "£5", "ten", "1.2.3", ".", "", "1,23", "+1", "1 000",
            "1000001",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
        assert_eq!(said(&format!("{:0>20}", "1.5")).as_deref(), Some("1.5"));
        assert_eq!(said(&format!("{:0>21}", "1.5")), None);
    }

    fn day(text: &str, epoch: Epoch) -> Option<String> {
        date(Cell { text, kind: CellKind::Text }, epoch).map(|it| it.to_string())
    }

    #[test]
    fn a_date_is_british_or_iso_or_a_spreadsheets_number() {
        for text in [
            "06/04/2026",
            "6/4/2026",
            "2026-04-06",
            "46118",
            "2026-04-06T00:00:00",
            "06/04/2026 00:00",
        ] {
            assert_eq!(day(text, Epoch::Year1900).as_deref(), Some("2026-04-06"), "{text}");
        }
        assert_eq!(day("44656", Epoch::Year1904).as_deref(), Some("2026-04-06"));
        for text in [
            "",
            "13/13/2026",
            "06/04/26",
            "2026-04-06T09:00:00",
            "6 April 2026",
            "12",
            "46118.5",
            "04-06-2026",
            "30/02/2026",
            "0:/04/2026",
            "+6/04/2026",
            "06/+4/2026",
            "006/04/2026",
            "06/004/2026",
            "6/4/02026",
            "06/04/+202",
            "2026-04-06 00:00:07",
        ] {
            assert_eq!(day(text, Epoch::Year1900), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_can_stop_the_reader(text in ".{0,40}") {
            prop_assert!(quantity(&text).is_none_or(|it| it >= Quantity::ZERO));
            prop_assert!(day(&text, Epoch::Year1900).is_none_or(|it| it.len() == 10));
        }

        #[test]
        fn a_quantity_is_the_number_that_its_digits_are(text in "[0-9]{0,7}(\\.[0-9]{0,3}0{0,3}[0-9]?)?") {
            let number: Option<Decimal> = text.parse().ok();
            let meant = number.and_then(Quantity::exactly).filter(|it| *it <= QUANTITY_MAX);
            prop_assert_eq!(quantity(&text), meant);
        }
    }
}
