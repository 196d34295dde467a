//! The council's files in (domain.md section 7): which columns a feed has, what a cell may hold, and how a row
//! changes what is already known.
//!
//! A row says what is true of one key *as of the time in its file's name*. Of two rows about the same key the
//! one of the later file holds, whichever arrives first ([`merge`]). A column that may be missing and is
//! missing says nothing; a cell that is there and empty clears. A price, contribution, absence, capacity
//! or period whose every other cell is empty is taken back.
//!
//! Cells are read kindly: spaces around them, the case of words, `£` and thousands commas, `DD/MM/YYYY` beside
//! ISO dates. What could mean two things is refused.

mod cell;
mod columns;
mod merge;
mod name;
mod problem;
mod row;
mod setting;

pub use columns::{Cell, Column, Need};
pub use merge::{Merged, Outcome, Times, merge};
pub use name::{FileName, FileTime};
pub use problem::{Code, FileProblem, RowProblem};
pub use row::{Header, Row};
pub use setting::read_setting;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One kind of file.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum Feed {
    Providers,
    Contacts,
    Contracts,
    Services,
    Clients,
    Cplis,
    Prices,
    Contributions,
    Absences,
    Capacity,
    Periods,
    Adjustments,
    Directives,
    /// Care beyond the plan that the council agreed to.
    Variations,
    /// What the council decides about weeks over the tolerance.
    Exceptions,
    /// What the council decides about invoices and credit notes.
    Invoices,
    /// The council's teams that answer actions.
    Teams,
    /// The council's own people who use the portal.
    Staff,
    /// The kinds of action that there are.
    ActionTypes,
    /// What the form of each asks.
    ActionFields,
    /// What the council decides for its whole portal (domain.md section 8).
    Settings,
    /// Contract documents for providers to agree.
    Documents,
}

impl Feed {
    /// All of them, each after those that it names.
    pub const ALL: [Self; 22] = [
        Self::Settings,
        Self::Teams,
        Self::Staff,
        Self::ActionTypes,
        Self::ActionFields,
        Self::Periods,
        Self::Providers,
        Self::Contacts,
        Self::Contracts,
        Self::Services,
        Self::Capacity,
        Self::Clients,
        Self::Cplis,
        Self::Prices,
        Self::Contributions,
        Self::Absences,
        Self::Adjustments,
        Self::Directives,
        Self::Variations,
        Self::Exceptions,
        Self::Invoices,
        Self::Documents,
    ];

    /// As file names spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Providers => "providers",
            Self::Contacts => "contacts",
            Self::Contracts => "contracts",
            Self::Services => "services",
            Self::Clients => "clients",
            Self::Cplis => "cplis",
            Self::Prices => "prices",
            Self::Contributions => "contributions",
            Self::Absences => "absences",
            Self::Capacity => "capacity",
            Self::Periods => "periods",
            Self::Adjustments => "adjustments",
            Self::Directives => "directives",
            Self::Variations => "variations",
            Self::Exceptions => "exceptions",
            Self::Invoices => "invoices",
            Self::Teams => "teams",
            Self::Staff => "staff",
            Self::ActionTypes => "action_types",
            Self::ActionFields => "action_fields",
            Self::Settings => "settings",
            Self::Documents => "documents",
        }
    }

    /// Whether a row whose cells beside the key are all empty takes its record back.
    pub fn can_be_taken_back(self) -> bool {
        matches!(
            self,
            Self::Prices
                | Self::Contributions
                | Self::Absences
                | Self::Capacity
                | Self::Periods
                | Self::ActionFields
        )
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Feed {
    type Err = FileProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|feed| feed.as_str() == plain).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.into_iter().map(Self::as_str).collect();
            FileProblem::UnknownFeed { feed: text.to_owned(), known: known.join(", ") }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the council reads about its files.
    const PAGE: &str = include_str!("../../../../docs/council-files.md");

    #[test]
    fn the_page_about_the_councils_files_names_every_column_and_whether_it_may_be_missing() {
        for feed in Feed::ALL {
            let columns = feed.columns().iter();
            let keys: Vec<_> =
                columns.clone().filter(|it| it.need == Need::Key).map(|it| it.name).collect();
            let others = columns.filter(|it| it.need != Need::Key).map(|it| match it.need {
                Need::Optional | Need::Default("") => format!("*{}*", it.name),
                Need::Default(default) => format!("*{}* ({default})", it.name),
                Need::Key | Need::Required => it.name.to_owned(),
            });
            let line = format!(
                "| {feed} | {} | {} |",
                keys.join(", "),
                others.collect::<Vec<_>>().join(", ")
            );
            assert!(PAGE.contains(&line), "{line}");
        }
    }

    #[test]
    fn the_page_about_the_councils_files_names_every_code_and_no_other() {
        let files = [
            FileProblem::OtherContent,
            FileProblem::MissingColumn(""),
            FileProblem::NotCsv(String::new()),
            FileProblem::BadName(String::new()),
            FileProblem::UnknownFeed { feed: String::new(), known: String::new() },
            FileProblem::ColumnTwice(""),
            FileProblem::TooManyRows(0),
            FileProblem::TooLarge(0),
        ];
        let codes = files.iter().map(|problem| problem.code().to_owned());
        let codes: Vec<_> = codes.chain(Code::ALL.iter().map(ToString::to_string)).collect();
        let lines = PAGE.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(' '));
        let is_code = |code: &&str| code.starts_with(['F', 'I']) && code.len() == 3;
        let told: Vec<_> = lines.map(|(code, _)| code).filter(is_code).collect();
        assert_eq!(told, codes);
    }
}
