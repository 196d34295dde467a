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
    /// The payments that are not finalised (S1).
    PendingPayments,
    /// What differs from plain care in the payments to come (S1).
    PaymentExceptions,
    /// What is expected to arrive in the next 13 weeks.
    ExpectedCash,
    /// What was commissioned beside what was delivered (S1).
    CommissionedAndActuals,
    /// Open actions by their age.
    AgedActions,
    /// All homes of a group in one view.
    Homes,
    /// How promptly the council pays (Procurement Act 2023).
    PromptPayment,
    /// How providers answer statements.
    Responses,
    /// How long actions took.
    AnswerTimes,
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
    pub const ALL: [Self; 11] = [
        Self::RemittanceByPeriod,
        Self::RemittanceByFinalisation,
        Self::PendingPayments,
        Self::PaymentExceptions,
        Self::ExpectedCash,
        Self::CommissionedAndActuals,
        Self::AgedActions,
        Self::Homes,
        Self::PromptPayment,
        Self::Responses,
        Self::AnswerTimes,
    ];

    /// Whether `audience` reads it.
    pub fn is_for(self, audience: Audience) -> bool {
        match self {
            Self::RemittanceByPeriod | Self::CommissionedAndActuals => true,
            Self::RemittanceByFinalisation
            | Self::PendingPayments
            | Self::PaymentExceptions
            | Self::ExpectedCash
            | Self::AgedActions
            | Self::Homes => audience == Audience::Provider,
            Self::PromptPayment | Self::Responses | Self::AnswerTimes => {
                audience == Audience::Council
            }
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "Remittance advice by period",
            Self::RemittanceByFinalisation => "Remittance advice by finalisation",
            Self::PendingPayments => "Pending scheduled payments",
            Self::PaymentExceptions => "Pending payments exceptions",
            Self::ExpectedCash => "Expected cash of the next 13 weeks",
            Self::CommissionedAndActuals => "Commissioned and actual care",
            Self::AgedActions => "Aged actions",
            Self::Homes => "All my providers",
            Self::PromptPayment => "Prompt payment",
            Self::Responses => "Answers to statements",
            Self::AnswerTimes => "Answer times of actions",
        }
    }

    /// What it answers, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "What the payments of a period contain, client by client.",
            Self::RemittanceByFinalisation => {
                "What the payments that were finalised on a day contain, client by client."
            }
            Self::PendingPayments => {
                "What is to be paid, period by period, with what is not payable yet."
            }
            Self::PaymentExceptions => {
                "Adjustments and corrections in the next run, and what is suspended, carried forward or over what was commissioned."
            }
            Self::ExpectedCash => "What is expected to arrive, week by week, by pay date.",
            Self::CommissionedAndActuals => {
                "What was commissioned beside what was delivered, for care that is paid as it is delivered."
            }
            Self::AgedActions => "Open actions by how long ago they were raised.",
            Self::Homes => {
                "Every provider that you may act for: what it is paid next, what waits for you, what is held."
            }
            Self::PromptPayment => {
                "Mean days to pay, and the shares paid within 30 days, in 31 to 60 days and later."
            }
            Self::Responses => {
                "How many statements of each period were confirmed, queried, rejected or left."
            }
            Self::AnswerTimes => "How long actions took until they were done, team by team.",
        }
    }

    /// As addresses and settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RemittanceByPeriod => "remittance-by-period",
            Self::RemittanceByFinalisation => "remittance-by-finalisation",
            Self::PendingPayments => "pending-payments",
            Self::PaymentExceptions => "payment-exceptions",
            Self::ExpectedCash => "expected-cash",
            Self::CommissionedAndActuals => "commissioned-and-actuals",
            Self::AgedActions => "aged-actions",
            Self::Homes => "homes",
            Self::PromptPayment => "prompt-payment",
            Self::Responses => "responses",
            Self::AnswerTimes => "answer-times",
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
        "none".parse::<ReportName>().unwrap_err();
    }
}
