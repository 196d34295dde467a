//! What is told about a file of actuals, word for word (domain.md section 6).

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::columns::Column;
use super::line::quantity_text;
use crate::facts::Unit;

/// A date as these messages write it.
pub(super) const DATE: &str = "%d/%m/%Y";

/// The stable code of a message: F refuses the file, E the row, W warns.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[expect(missing_docs, reason = "each is a variant of the problem that it codes")]
pub enum Code {
    F01,
    F02,
    F03,
    F05,
    E10,
    E12,
    E13,
    E14,
    E15,
    E16,
    E17,
    E20,
    E21,
    E22,
    E23,
    E24,
    E25,
    E26,
    E27,
    W40,
    W41,
    W43,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileProblem {
    /// F01
    #[error("This file was already uploaded as {batch} on {}.", date.format(DATE))]
    AlreadyUploaded {
        /// The upload that it was.
        batch: String,
        /// When.
        date: NaiveDate,
    },
    /// F02
    #[error("Column {column} is missing. Download the latest template.")]
    MissingColumn {
        /// Which.
        column: Column,
    },
    /// F03
    #[error("This is not a CSV or XLSX file we can read: {why}.")]
    Unreadable {
        /// The end of the sentence, without a full stop.
        why: String,
    },
    /// F05
    #[error("ProviderRef {found} is not the provider you selected.")]
    OtherProvider {
        /// What the file says.
        found: String,
    },
}

impl FileProblem {
    /// Its stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::AlreadyUploaded { .. } => Code::F01,
            Self::MissingColumn { .. } => Code::F02,
            Self::Unreadable { .. } => Code::F03,
            Self::OtherProvider { .. } => Code::F05,
        }
    }
}

/// Why a row is rejected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RowProblem {
    /// E10
    #[error("No client with SSRef {ss_ref} is on your care package list.")]
    UnknownClient {
        /// What the row says.
        ss_ref: String,
    },
    /// E12
    #[error("CPLI {cpli_id} is not for client {ss_ref}.")]
    OtherClient {
        /// What the row says.
        cpli_id: String,
        /// What the row says.
        ss_ref: String,
    },
    /// E13
    #[error("CPLI {cpli_id} is not authorised yet.")]
    NotAuthorised {
        /// Which.
        cpli_id: String,
    },
    /// E14
    #[error(
        "The week of {} is outside the CPLI's dates, {} to {}.",
        week.format(DATE), from.format(DATE), until(*to)
    )]
    OutsideDates {
        /// The first day of the week.
        week: NaiveDate,
        /// The first day of care.
        from: NaiveDate,
        /// The last day of care; none: until further notice.
        to: Option<NaiveDate>,
    },
    /// E15
    #[error("WeekStart must be a {weekday}.")]
    WrongWeekday {
        /// `Monday`.
        weekday: &'static str,
    },
    /// E16
    #[error("Care cannot be entered for a future week.")]
    FutureWeek,
    /// E17
    #[error(
        "The week of {} is closed. Late changes are not allowed for this contract.",
        week.format(DATE)
    )]
    ClosedWeek {
        /// The first day of the week.
        week: NaiveDate,
    },
    /// E17, where the council wants periods in order (S2).
    #[error(
        "The week of {} cannot be entered yet. Confirm the actuals of the period that began on {} first.",
        week.format(DATE), before.format(DATE)
    )]
    BeforeOpen {
        /// The first day of the week.
        week: NaiveDate,
        /// The first day of the period before.
        before: NaiveDate,
    },
    /// E20
    #[error("{field} must be a number of 0 or more with up to {decimals} decimals.")]
    NotANumber {
        /// Which cell.
        field: Column,
        /// How many may follow the point.
        decimals: u32,
    },
    /// E21
    #[error("{field} must be in steps of {step}.")]
    NotInSteps {
        /// Which cell.
        field: Column,
        /// The service's.
        step: Decimal,
    },
    /// E22
    #[error(
        "Actual {actual} is not planned {planned} \u{2212} frustrated {frustrated} \u{2212} missed {missed} + extra \
         {extra}."
    )]
    WrongSum {
        /// As entered.
        actual: Decimal,
        /// The plan's.
        planned: Decimal,
        /// As entered.
        frustrated: Decimal,
        /// As entered.
        missed: Decimal,
        /// As entered.
        extra: Decimal,
    },
    /// E23
    #[error("A reason is needed because actual differs from planned.")]
    NoReason,
    /// E23, where the council asks for a comment too.
    #[error("A comment is needed because actual differs from planned.")]
    NoComment,
    /// E24
    #[error("CPLI {cpli_id}, week of {}, is also on row {row}.", week.format(DATE))]
    Repeated {
        /// Which.
        cpli_id: String,
        /// The first day of the week.
        week: NaiveDate,
        /// As a spreadsheet numbers it.
        row: u32,
    },
    /// E24, of a provider's own reference of the line.
    #[error("LineRef {line_ref} is also on row {row}.")]
    RepeatedLineRef {
        /// Which.
        line_ref: String,
        /// As a spreadsheet numbers it.
        row: u32,
    },
    /// E25
    #[error("Extra is not allowed for this service. Ask for a variation.")]
    ExtraNotAllowed,
    /// E26
    #[error("{found} is not a date. Use DD/MM/YYYY.")]
    NotADate {
        /// What the row says.
        found: String,
    },
    /// E27
    #[error("{field} is too long: {characters_max} characters at most.")]
    TooLong {
        /// Which cell.
        field: Column,
        /// How many it may have.
        characters_max: usize,
    },
}

fn until(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "further notice".to_owned(), |day| day.format(DATE).to_string())
}

impl RowProblem {
    /// Its stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownClient { .. } => Code::E10,
            Self::OtherClient { .. } => Code::E12,
            Self::NotAuthorised { .. } => Code::E13,
            Self::OutsideDates { .. } => Code::E14,
            Self::WrongWeekday { .. } => Code::E15,
            Self::FutureWeek => Code::E16,
            Self::ClosedWeek { .. } | Self::BeforeOpen { .. } => Code::E17,
            Self::NotANumber { .. } => Code::E20,
            Self::NotInSteps { .. } => Code::E21,
            Self::WrongSum { .. } => Code::E22,
            Self::NoReason | Self::NoComment => Code::E23,
            Self::Repeated { .. } | Self::RepeatedLineRef { .. } => Code::E24,
            Self::ExtraNotAllowed => Code::E25,
            Self::NotADate { .. } => Code::E26,
            Self::TooLong { .. } => Code::E27,
        }
    }
}

/// What is said about a row that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Warning {
    /// W40
    #[error("{over} over what was commissioned: held until the council agrees.")]
    OverCommissioned {
        /// `2.5 hours`.
        over: String,
    },
    /// W41
    #[error("The name differs from our record.")]
    NameDiffers,
    /// W43
    #[error("Replaces {old} already recorded.")]
    Replaces {
        /// `9.75 hours`.
        old: String,
    },
}

impl Warning {
    /// W43 of a week of which so many units were recorded before.
    pub fn replaces(actual: Decimal, unit: Unit) -> Self {
        Self::Replaces { old: quantity_text(actual, unit) }
    }

    /// Its stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::OverCommissioned { .. } => Code::W40,
            Self::NameDiffers => Code::W41,
            Self::Replaces { .. } => Code::W43,
        }
    }
}

/// A problem of a row, and the cell that is to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which cell.
    pub column: Column,
    /// What is wrong with it.
    pub problem: RowProblem,
}
