//! What a file said before: of two rows about the same week neither is believed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Column;
use super::check::Repeated;
use super::problem::{Finding, RowProblem};

/// The rows so far. A million of them need some 4 bytes each, and 12 more for line references.
#[derive(Debug)]
pub(super) struct Seen {
    weeks: Weeks,
    line_refs: LineRefs,
    /// The first of those that came again.
    pub(super) repeated: Vec<Repeated>,
}

/// Where a thing was seen first: the number of the row, and whether it came again. 0: nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct First(u32);

/// Where the week of each care package was seen.
#[derive(Debug)]
struct Weeks {
    subjects: usize,
    /// By week since the year 2000 and by care package: only weeks that the file has take room.
    regular: Vec<Vec<First>>,
    /// Weeks that no care can be entered for.
    others: BTreeMap<(usize, NaiveDate), First>,
}

/// Where each line reference was seen.
#[derive(Debug, Default)]
struct LineRefs {
    ascending: Ascending,
    others: Others,
}

/// Those that were above all before them, as nearly all of a file are: each of them is new, and nothing has to be
/// searched.
#[derive(Debug, Default)]
struct Ascending {
    last: String,
    places: Places,
    /// The first of each block of [`Ascending::BLOCK`], to find the block that another one would be in.
    samples: Vec<Box<str>>,
}

/// The others, in any order.
#[derive(Debug, Default)]
struct Others {
    places: Places,
    /// Open addressing by digest; 0 is free, the other numbers are one more than a place.
    table: Vec<u32>,
}

/// A digest of each reference, for room (of a million, two are alike by chance once in 37 million files), and where
/// it was seen.
#[derive(Debug, Default)]
struct Places {
    digests: Vec<u64>,
    rows: Vec<First>,
}

impl Seen {
    pub(super) fn new(subjects: usize) -> Self {
        let weeks = Weeks { subjects, regular: Vec::new(), others: BTreeMap::new() };
        Self { weeks, line_refs: LineRefs::default(), repeated: Vec::new() }
    }

    /// What is wrong with `row` if there was one about the same week of the same care package.
    pub(super) fn week(
        &mut self,
        subject: usize,
        cpli_id: &str,
        (week, regular): (NaiveDate, bool),
        row: u32,
    ) -> Option<RowProblem> {
        let first = self.weeks.first(subject, week, regular)?;
        if first.is_new(row) {
            return None;
        }
        let problem = |row| RowProblem::Repeated { cpli_id: cpli_id.to_owned(), week, row };
        self.repeated.extend(first.again(Column::CpliId, || problem(row)));
        Some(problem(first.row()))
    }

    /// What is wrong with `row` if another one has the same reference.
    pub(super) fn line_ref(&mut self, line_ref: &str, row: u32) -> Option<RowProblem> {
        let first = self.line_refs.first(line_ref)?;
        if first.is_new(row) {
            return None;
        }
        let problem = |row| RowProblem::RepeatedLineRef { line_ref: line_ref.to_owned(), row };
        self.repeated.extend(first.again(Column::LineRef, || problem(row)));
        Some(problem(first.row()))
    }
}

impl Weeks {
    /// A care package has at most one `regular` week in any seven days: its weeks begin on one weekday.
    fn first(&mut self, subject: usize, week: NaiveDate, regular: bool) -> Option<&mut First> {
        let origin = NaiveDate::from_ymd_opt(2000, 1, 1)?;
        let days = week.signed_duration_since(origin).num_days();
        let at = usize::try_from(days.div_euclid(7)).ok().filter(|_| regular);
        let Some(at) = at else { return Some(self.others.entry((subject, week)).or_default()) };
        if self.regular.len() <= at {
            self.regular.resize_with(at.saturating_add(1), Vec::new);
        }
        let rows = self.regular.get_mut(at)?;
        if rows.is_empty() {
            rows.resize(self.subjects, First::default());
        }
        rows.get_mut(subject)
    }
}

impl LineRefs {
    fn first(&mut self, line_ref: &str) -> Option<&mut First> {
        let digest = digest(line_ref.as_bytes());
        if self.ascending.is_next(line_ref) {
            return self.ascending.places.add(digest);
        }
        match self.ascending.find(line_ref, digest) {
            Some(place) => self.ascending.places.rows.get_mut(place),
            None => self.others.first(digest),
        }
    }
}

impl Ascending {
    const BLOCK: usize = 64;

    /// Whether `line_ref` is above all so far. Then it is the last one.
    fn is_next(&mut self, line_ref: &str) -> bool {
        let count = self.places.rows.len();
        let next = count == 0 || line_ref > self.last.as_str();
        if next {
            line_ref.clone_into(&mut self.last);
            if count.is_multiple_of(Self::BLOCK) {
                self.samples.push(line_ref.into());
            }
        }
        next
    }

    fn find(&self, line_ref: &str, digest: u64) -> Option<usize> {
        let block = self.samples.partition_point(|first| **first <= *line_ref).checked_sub(1)?;
        let from = block.checked_mul(Self::BLOCK)?;
        let digests = self.places.digests.get(from..)?;
        let at = digests.iter().take(Self::BLOCK).position(|it| *it == digest)?;
        from.checked_add(at)
    }
}

impl Others {
    fn first(&mut self, digest: u64) -> Option<&mut First> {
        let half_full = self.places.rows.len().saturating_mul(2) >= self.table.len();
        if half_full {
            self.index();
        }
        let slot = self.slot(digest, |place| self.places.digests.get(place) == Some(&digest))?;
        let entry = self.table.get_mut(slot)?;
        if let Some(place) = usize::try_from(*entry).ok()?.checked_sub(1) {
            return self.places.rows.get_mut(place);
        }
        *entry = u32::try_from(self.places.rows.len().checked_add(1)?).ok()?;
        self.places.add(digest)
    }

    /// Makes the table anew with four times the room that is needed. The digests are all different.
    fn index(&mut self) {
        let slots = self.places.rows.len().saturating_mul(4).next_power_of_two();
        self.table = vec![0; slots];
        for (at, number) in (0..self.places.rows.len()).zip(1..) {
            let digest = self.places.digests.get(at).copied().unwrap_or_default();
            let free = self.slot(digest, |_| false);
            if let Some(free) = free.and_then(|slot| self.table.get_mut(slot)) {
                *free = number;
            }
        }
    }

    /// The slot in the table of the place that `is_it`, or else a free one.
    fn slot(&self, digest: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let mut slot = usize::try_from(digest).ok()? & mask;
        while let Some(place) = usize::try_from(*self.table.get(slot)?).ok()?.checked_sub(1) {
            if is_it(place) {
                break;
            }
            slot = slot.wrapping_add(1) & mask;
        }
        Some(slot)
    }
}

impl Places {
    fn add(&mut self, digest: u64) -> Option<&mut First> {
        self.digests.push(digest);
        self.rows.push(First::default());
        self.rows.last_mut()
    }
}

/// 64 bits that are as good as random. Nobody gains by making two references alike: both rows would be rejected.
fn digest(bytes: &[u8]) -> u64 {
    let mix = |sum: u64, part: u64| {
        let product =
            u128::from(sum ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        let (low, high) = (product & u128::from(u64::MAX), product >> 64);
        u64::try_from(low ^ high).unwrap_or_default()
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let sum =
        words.iter().fold(0x243F_6A88_85A3_08D3, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    let rest = rest.iter().fold(1, |rest: u64, byte| rest << 8 | u64::from(*byte));
    mix(mix(sum, rest), 0x1319_8A2E_0370_7344)
}

impl First {
    const AGAIN: u32 = 1 << 31;

    /// Whether there was none before `row`.
    fn is_new(&mut self, row: u32) -> bool {
        let new = self.0 == 0;
        if new {
            self.0 = row & !Self::AGAIN;
        }
        new
    }

    fn row(self) -> u32 {
        self.0 & !Self::AGAIN
    }

    /// What is wrong with the first row, told when the second one comes.
    fn again(&mut self, column: Column, problem: impl FnOnce() -> RowProblem) -> Option<Repeated> {
        let told = self.0 & Self::AGAIN != 0;
        self.0 |= Self::AGAIN;
        (!told)
            .then(|| Repeated { row: self.row(), finding: Finding { column, problem: problem() } })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Ascending at first, then in any order: the two ways in which references are looked for.
        #[test]
        fn a_reference_is_found_again_in_whatever_order_they_come(
            ascending in 0_u32..6_000,
            others in prop::collection::vec(0_u32..7_000, 0..200),
        ) {
            let mut seen = Seen::new(0);
            let mut firsts = BTreeMap::new();
            let all = (0..ascending).step_by(2).chain(others);
            for (row, number) in (2..).zip(all) {
                let found = seen.line_ref(&format!("L{number:06}"), row).map(|it| it.to_string());
                let first = *firsts.entry(number).or_insert(row);
                let told = format!("LineRef L{number:06} is also on row {first}.");
                prop_assert_eq!(found, (first != row).then_some(told));
            }
            // Each first one is told once.
            let rows: std::collections::BTreeSet<_> = seen.repeated.iter().map(|it| it.row).collect();
            prop_assert_eq!(rows.len(), seen.repeated.len());
        }

        #[test]
        fn a_week_is_found_again_whether_care_can_be_entered_for_it_or_not(
            rows in prop::collection::vec((0_usize..3, 0_usize..9, any::<bool>()), 0..60),
        ) {
            let mut seen = Seen::new(3);
            let mut firsts = BTreeMap::new();
            for (row, (subject, week, regular)) in (2..).zip(rows) {
                let mut weeks = NaiveDate::from_ymd_opt(2026, 4, 6).unwrap().iter_weeks();
                let day = weeks.nth(week).unwrap();
                let found = seen.week(subject, "1", (day, regular), row).is_some();
                let first = *firsts.entry((subject, week, regular)).or_insert(row);
                prop_assert_eq!(found, first != row);
            }
        }
    }

    #[test]
    fn a_reference_is_found_again_in_a_file_that_is_sorted_backwards() {
        let mut seen = Seen::new(0);
        let told = (2..).zip(["L5", "L3", "L3", "L1", "L5"]);
        let again: Vec<_> =
            told.map(|(row, line_ref)| seen.line_ref(line_ref, row).is_some()).collect();
        assert_eq!(again, [false, false, true, false, true]);
    }

    #[test]
    fn each_bit_of_a_digest_is_set_for_about_half_of_all_references() {
        let digests: Vec<_> =
            (0..1_000).map(|n| digest(format!("LINE-{n:06}").as_bytes())).collect();
        for bit in 0..64 {
            let set = digests.iter().filter(|it| **it >> bit & 1 == 1).count();
            assert!((400..600).contains(&set), "bit {bit}: {set} of 1,000");
        }
    }
}
