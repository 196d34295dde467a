//! What each column of the template is for, to the person who fills it in.

use domain::actuals::Column;

/// Who fills a column in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// We do, and what is there must stay.
    Ours,
    /// The provider.
    Yours,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Quantity,
    Count,
    Date,
    Reason,
}

pub(super) fn whose(column: Column) -> Whose {
    match column {
        Column::ProviderRef
        | Column::SSRef
        | Column::ClientName
        | Column::CpliId
        | Column::Service
        | Column::ServiceLevel
        | Column::Unit
        | Column::Planned
        | Column::WeekStart => Whose::Ours,
        Column::FileReference
        | Column::Actual
        | Column::Frustrated
        | Column::Missed
        | Column::Extra
        | Column::Visits
        | Column::ReasonCode
        | Column::Comment
        | Column::LineRef => Whose::Yours,
    }
}

pub(super) fn holds(column: Column) -> Holds {
    match column {
        Column::Planned | Column::Actual | Column::Frustrated | Column::Missed | Column::Extra => {
            Holds::Quantity
        }
        Column::Visits => Holds::Count,
        Column::WeekStart => Holds::Date,
        Column::ReasonCode => Holds::Reason,
        Column::FileReference
        | Column::ProviderRef
        | Column::SSRef
        | Column::ClientName
        | Column::CpliId
        | Column::Service
        | Column::ServiceLevel
        | Column::Unit
        | Column::Comment
        | Column::LineRef => Holds::Text,
    }
}

/// In characters.
pub(super) fn width(column: Column) -> u32 {
    match column {
        Column::Comment => 40,
        Column::ClientName => 26,
        Column::Service | Column::ServiceLevel => 24,
        Column::FileReference | Column::LineRef => 16,
        Column::CpliId | Column::ReasonCode => 14,
        Column::ProviderRef | Column::SSRef | Column::WeekStart => 13,
        Column::Unit
        | Column::Planned
        | Column::Actual
        | Column::Frustrated
        | Column::Missed
        | Column::Extra
        | Column::Visits => 11,
    }
}

/// What it means, in one or two sentences.
pub(super) fn meaning(column: Column) -> &'static str {
    match column {
        Column::FileReference => {
            "Your own name for the file, if you use one: up to 35 characters, the same on every row. A name that you used before is taken for the same file."
        }
        Column::ProviderRef => "Our reference for your organisation.",
        Column::SSRef => "Our reference for the client. Leading zeros are part of it.",
        Column::ClientName => "The client's name, so that you can find the row.",
        Column::CpliId => "Our reference for the care package line item (CPLI).",
        Column::Service => "The home or zone.",
        Column::ServiceLevel => "The kind of care.",
        Column::Unit => "What is counted: hours, days, nights, visits or placements.",
        Column::Planned => "How many units were commissioned for the week.",
        Column::WeekStart => "The first day of the week.",
        Column::Actual => {
            "How many units of care you delivered. It is the plan until you change it, and must be planned − frustrated − missed + extra."
        }
        Column::Frustrated => "Planned units that the client did not take.",
        Column::Missed => "Planned units for which you did not come. They are not paid.",
        Column::Extra => {
            "Units that you delivered and that were not planned, where the service allows them."
        }
        Column::Visits => {
            "How many visits you made: a whole number, where the service asks for it."
        }
        Column::ReasonCode => {
            "Why actual differs from planned: one of the codes that the sheet Guidance explains. Leave it empty where they are the same."
        }
        Column::Comment => "Anything that we should know: up to 500 characters.",
        Column::LineRef => {
            "Your own reference for the row, if you use one: up to 35 characters, different on every row."
        }
    }
}
