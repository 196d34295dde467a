//! The columns of the template.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::problem::FileProblem;
use super::row::{Cell, Row};

/// A column of the template (domain.md section 6).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum Column {
    FileReference,
    ProviderRef,
    SSRef,
    ClientName,
    #[serde(rename = "CPLI_ID")]
    CpliId,
    Service,
    ServiceLevel,
    Unit,
    Planned,
    WeekStart,
    Actual,
    Frustrated,
    Missed,
    Extra,
    Visits,
    ReasonCode,
    Comment,
    LineRef,
}

impl Column {
    /// All of them, in the order of the template.
    pub const ALL: [Self; 18] = [
        Self::FileReference,
        Self::ProviderRef,
        Self::SSRef,
        Self::ClientName,
        Self::CpliId,
        Self::Service,
        Self::ServiceLevel,
        Self::Unit,
        Self::Planned,
        Self::WeekStart,
        Self::Actual,
        Self::Frustrated,
        Self::Missed,
        Self::Extra,
        Self::Visits,
        Self::ReasonCode,
        Self::Comment,
        Self::LineRef,
    ];

    /// Those that a file cannot do without: without one of them every row would be refused.
    pub const NEEDED: [Self; 5] =
        [Self::ProviderRef, Self::SSRef, Self::CpliId, Self::WeekStart, Self::Actual];

    /// As the template spells it.
    #[expect(clippy::same_name_method, reason = "ToSchema::name takes nothing and names the type")]
    pub fn name(self) -> &'static str {
        match self {
            Self::FileReference => "FileReference",
            Self::ProviderRef => "ProviderRef",
            Self::SSRef => "SSRef",
            Self::ClientName => "ClientName",
            Self::CpliId => "CPLI_ID",
            Self::Service => "Service",
            Self::ServiceLevel => "ServiceLevel",
            Self::Unit => "Unit",
            Self::Planned => "Planned",
            Self::WeekStart => "WeekStart",
            Self::Actual => "Actual",
            Self::Frustrated => "Frustrated",
            Self::Missed => "Missed",
            Self::Extra => "Extra",
            Self::Visits => "Visits",
            Self::ReasonCode => "ReasonCode",
            Self::Comment => "Comment",
            Self::LineRef => "LineRef",
        }
    }

    /// How many columns of the template are left of it.
    const fn ordinal(self) -> usize {
        match self {
            Self::FileReference => 0,
            Self::ProviderRef => 1,
            Self::SSRef => 2,
            Self::ClientName => 3,
            Self::CpliId => 4,
            Self::Service => 5,
            Self::ServiceLevel => 6,
            Self::Unit => 7,
            Self::Planned => 8,
            Self::WeekStart => 9,
            Self::Actual => 10,
            Self::Frustrated => 11,
            Self::Missed => 12,
            Self::Extra => 13,
            Self::Visits => 14,
            Self::ReasonCode => 15,
            Self::Comment => 16,
            Self::LineRef => 17,
        }
    }

    /// The column with that heading. Case, spaces, hyphens and underscores do not matter: `CPLI id` is `CPLI_ID`.
    pub fn with_heading(heading: &str) -> Option<Self> {
        let plain = plain(heading);
        Self::ALL.into_iter().find(|column| self::plain(column.name()) == plain)
    }
}

fn plain(heading: &str) -> String {
    let kept = heading.chars().filter(|it| !it.is_whitespace() && !matches!(it, '_' | '-'));
    kept.flat_map(char::to_lowercase).collect()
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where each column is in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headings([u16; 18]);

/// Beyond the last cell of any row.
const NOWHERE: u16 = u16::MAX;

impl Headings {
    /// Finds the columns by their headings, in any order. Headings that are not ours are passed over.
    ///
    /// # Errors
    ///
    /// F02 if a needed one is missing, F03 if one is there twice.
    pub fn find(row: &Row) -> Result<Self, FileProblem> {
        let mut found = Self([NOWHERE; 18]);
        for (index, cell) in (0..NOWHERE).zip(row.cells()) {
            let Some(column) = Column::with_heading(cell.text) else { continue };
            let Some(place) = found.0.get_mut(column.ordinal()) else { continue };
            if std::mem::replace(place, index) != NOWHERE {
                return Err(FileProblem::Unreadable {
                    why: format!("it has two columns {column}"),
                });
            }
        }
        match Column::NEEDED.into_iter().find(|column| found.index(*column).is_none()) {
            Some(column) => Err(FileProblem::MissingColumn { column }),
            None => Ok(found),
        }
    }

    /// How many cells are left of `column`; none: the file does not have it.
    pub fn index(&self, column: Column) -> Option<usize> {
        let place = self.0.get(column.ordinal()).copied();
        place.filter(|place| *place != NOWHERE).map(usize::from)
    }

    /// What `row` says in `column`; empty if the file does not have it.
    pub(super) fn cell<'r>(&self, row: &'r Row, column: Column) -> Cell<'r> {
        row.cell(self.0.get(column.ordinal()).copied().unwrap_or(NOWHERE).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_in_any_order_and_case() {
        let row =
            Row::of(1, ["actual", "Week start", "notes", "cpli-id", " SSREF ", "ProviderRef"]);
        let found = Headings::find(&row).unwrap();
        let places = [Column::Actual, Column::WeekStart, Column::CpliId, Column::SSRef];
        assert_eq!(places.map(|it| found.index(it)), [Some(0), Some(1), Some(3), Some(4)]);
        assert_eq!(found.index(Column::Comment), None);
    }

    #[test]
    fn every_column_is_found_by_its_own_name() {
        for column in Column::ALL {
            assert_eq!(Column::with_heading(column.name()), Some(column));
            assert_eq!(Column::ALL[column.ordinal()], column);
        }
    }

    #[test]
    fn f02_names_the_column_that_is_missing() {
        for missing in Column::NEEDED {
            let left = Column::ALL.into_iter().filter(|it| *it != missing).map(Column::name);
            let told = Headings::find(&Row::of(1, left)).unwrap_err().to_string();
            let name = missing.name();
            assert_eq!(told, format!("Column {name} is missing. Download the latest template."));
        }
    }

    #[test]
    fn a_column_that_is_there_twice_could_mean_two_things() {
        let twice = Column::ALL.into_iter().map(Column::name).chain(["ACTUAL"]);
        let told = Headings::find(&Row::of(1, twice)).unwrap_err().to_string();
        assert_eq!(told, "This is not a CSV or XLSX file we can read: it has two columns Actual.");
    }
}
