//! What a council decides for its whole portal (domain.md section 8).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::action::ActionSettings;
use crate::actuals::Policy;
use crate::appearance::{Colour, Labels, LogoName};
use crate::notice::{Subscription, Subscriptions};
use crate::password;
use crate::report::ReportName;

/// A council's settings. The default is the specification's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting that a council says yes or no to"
)]
pub struct Settings {
    /// The council's name: on every page and email.
    pub council_name: String,
    /// Where people are sent for help.
    pub support_email: String,
    /// What is behind the white text of the header.
    pub brand_colour: Colour,
    /// The council's logo, in the header.
    pub logo: Option<LogoName>,
    /// What the council calls things.
    #[serde(flatten)]
    pub labels: Labels,
    /// What follows the password at sign-in.
    pub second_step: SecondStep,
    /// How many characters a new password must have.
    pub password_length_min: u32,
    /// Whether a new password must have a capital letter, a small letter and a digit (S4).
    pub password_mix: bool,
    /// Whether the form that asks the helpdesk for a password is offered.
    pub helpdesk_form: bool,
    /// Wrong tries until an account is locked.
    pub lockout_tries: u32,
    /// How long it stays locked; twice as long each time after that, until the person gets in.
    pub lockout_minutes: u32,
    /// A session ends when it is not used for so long.
    pub session_idle_minutes: u32,
    /// A session ends after so long in any case.
    pub session_absolute_minutes: u32,
    /// Consecutive unconfirmed periods from which payments are suspended; 0: never.
    pub auto_suspend_after: u32,
    /// What happens to a statement that is still unconfirmed when it locks.
    pub unconfirmed_at_lock: UnconfirmedAtLock,
    /// Whether a queried line is held when the rest is confirmed.
    pub query_holds_line: bool,
    /// A CPLI that ended longer ago than this is historical.
    pub historical_after_days: u32,
    /// For how many days an answered change request is shown, unless all are asked for.
    pub change_requests_shown_days: u32,
    /// How many days before the confirm-by deadline the provider is reminded.
    pub remind_days_before: u32,
    /// How many days a provider has to answer a contract document.
    pub document_deadline_days: u32,
    /// What happens to a contract document that was not answered by then.
    pub document_then: DocumentThen,
    /// Whether the actuals of a period can be entered only when those of the period before are submitted (S2).
    pub periods_in_order: bool,
    /// What happens to a week in which more was delivered than is tolerated.
    pub over_tolerance: OverTolerance,
    /// What people are told of by email until they choose for themselves.
    pub default_subscriptions: Subscriptions,
    /// From which hour on (London, 0 to 23) the daily email of the day before is sent.
    pub digest_hour: u32,
    /// Which reports there are to read.
    pub reports_offered: BTreeSet<ReportName>,
    /// About actuals.
    #[serde(flatten)]
    pub actuals: Policy,
    /// About actions.
    #[serde(flatten)]
    pub actions: ActionSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            council_name: "The council".to_owned(),
            support_email: "support@council.example".to_owned(),
            second_step: SecondStep::EmailedCode,
            brand_colour: Colour::default(),
            logo: None,
            labels: Labels::default(),
            password_length_min: password::LENGTH_MIN,
            password_mix: true,
            helpdesk_form: true,
            lockout_tries: 5,
            lockout_minutes: 15,
            session_idle_minutes: 30,
            session_absolute_minutes: 720,
            auto_suspend_after: 3,
            unconfirmed_at_lock: UnconfirmedAtLock::Pay,
            query_holds_line: true,
            historical_after_days: 28,
            change_requests_shown_days: 31,
            remind_days_before: 3,
            document_deadline_days: 7,
            document_then: DocumentThen::Agree,
            periods_in_order: false,
            over_tolerance: OverTolerance::Suspend,
            default_subscriptions: Subscription::ALL.into(),
            digest_hour: 7,
            reports_offered: ReportName::ALL.into(),
            actuals: Policy::default(),
            actions: ActionSettings::default(),
        }
    }
}

impl Settings {
    /// What a provider is told that left `in_a_row` statements unconfirmed: after how many payments are
    /// suspended, or that they are (S1).
    pub fn unconfirmed_warning(&self, in_a_row: u32) -> Option<String> {
        let limit = self.auto_suspend_after;
        if limit == 0 || in_a_row == 0 {
            return None;
        }
        let were = match in_a_row {
            1 => "The last period was not confirmed.".to_owned(),
            _ => format!("The last {in_a_row} periods in a row were not confirmed."),
        };
        let then = if in_a_row < limit {
            format!("After {limit} in a row payments are suspended.")
        } else {
            "Payments are suspended until you confirm what is outstanding.".to_owned()
        };
        Some(format!("{were} {then}"))
    }
}

/// What follows the password at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondStep {
    /// A code is emailed (S3).
    EmailedCode,
    /// Two random digits of a six-digit code set at first sign-in (S4); an authenticator app is always offered.
    MemorableDigits,
}

/// What happens to a statement that is still unconfirmed when it locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's own")]
pub enum UnconfirmedAtLock {
    Pay,
    Hold,
}

/// What happens to a contract document that was not answered by its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentThen {
    /// The council's job agrees it in the provider's place (S4).
    Agree,
    /// The provider is reminded before, and it stays open.
    Remind,
}

/// What happens to a week in which more was delivered than is tolerated, until the council decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverTolerance {
    /// Nothing of the week is paid (S3).
    Suspend,
    /// What was commissioned is paid, and the rest is not.
    PayCommissioned,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_warned_before_payments_are_suspended_and_told_when_they_are() {
        let settings = Settings::default();
        let says = |in_a_row| settings.unconfirmed_warning(in_a_row).unwrap_or_default();
        assert_eq!(says(0), "");
        assert_eq!(
            says(1),
            "The last period was not confirmed. After 3 in a row payments are suspended."
        );
        assert_eq!(
            says(2),
            "The last 2 periods in a row were not confirmed. After 3 in a row payments are suspended."
        );
        assert_eq!(
            says(3),
            "The last 3 periods in a row were not confirmed. Payments are suspended until you confirm what is \
             outstanding."
        );
        let never = Settings { auto_suspend_after: 0, ..settings };
        assert_eq!(never.unconfirmed_warning(9), None);
    }
}
