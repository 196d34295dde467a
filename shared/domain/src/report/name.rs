//! Which reports there are.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A report. In addresses and settings it is written as `remittance-by-period`.
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
#[serde(rename_all = "kebab-case")]
pub enum ReportName {
    /// What the payments of a period contain (S3, S4).
    RemittanceByPeriod,
    /// What the payments that were finalised on a day contain (S3, S4).
    RemittanceByFinalisation,
}

/// Who reads a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People of a provider, about their own.
    Provider,
    /// People of the council, about all.
    Council,
}

impl ReportName {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::RemittanceByPeriod, Self::RemittanceByFinalisation];

    /// Whether `audience` reads it.
    pub fn is_for(self, audience: Audience) -> bool {
        match self {
            Self::RemittanceByPeriod => true,
            Self::RemittanceByFinalisation => audience == Audience::Provider,
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "Remittance advice by period",
            Self::RemittanceByFinalisation => "Remittance advice by finalisation",
        }
    }

    /// What it answers, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "What the payments of a period contain, client by client.",
            Self::RemittanceByFinalisation => {
                "What the payments that were finalised on a day contain, client by client."
            }
        }
    }

    /// As addresses and settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "remittance-by-period",
            Self::RemittanceByFinalisation => "remittance-by-finalisation",
        }
    }
}

/// Why a text is not a [`ReportName`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not one of the reports")]
pub struct NotAReport(String);

impl FromStr for ReportName {
    type Err = NotAReport;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim();
        let named = Self::ALL.into_iter().find(|it| it.as_str() == plain);
        named.ok_or_else(|| NotAReport(text.to_owned()))
    }
}

impl fmt::Display for ReportName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_one_name_everywhere() {
        for name in ReportName::ALL {
            assert_eq!(name.as_str().parse(), Ok(name));
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
            assert!(name.is_for(Audience::Provider) || name.is_for(Audience::Council));
        }
        assert!("none".parse::<ReportName>().is_err());
    }
}
