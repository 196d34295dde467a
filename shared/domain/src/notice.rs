//! What people are told of by email, and which of it they want (S1, S4).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::facts::Period;
use crate::ids::ContractRef;
use crate::statement::Totals;

/// What somebody is told of a payment. The words of the email are made of it when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentNews {
    /// Who is written to: one person may be a contact of several providers.
    pub provider_name: String,
    /// Its contract.
    pub contract_ref: ContractRef,
    /// The contract's name.
    pub contract_name: String,
    /// Its period.
    pub period: Period,
    /// What that provider is paid, and what not.
    pub totals: Totals,
}

/// What an email can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Actions and change requests.
    Actions,
    /// Care package line items.
    CarePackages,
    /// Contract documents.
    ContractDocuments,
    /// Statements, payments and invoices.
    ScheduledPayments,
}

impl Area {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] =
        [Self::Actions, Self::CarePackages, Self::ContractDocuments, Self::ScheduledPayments];

    /// As keys spell it: `care_packages`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::CarePackages => "care_packages",
            Self::ContractDocuments => "contract_documents",
            Self::ScheduledPayments => "scheduled_payments",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Actions => "Actions and change requests",
            Self::CarePackages => "Care package line items",
            Self::ContractDocuments => "Contract documents",
            Self::ScheduledPayments => "Scheduled payments",
        }
    }

    /// Its page, under the address of the site: `/actions/`.
    pub fn page(self) -> &'static str {
        match self {
            Self::Actions => "/actions/",
            Self::CarePackages => "/care-packages/",
            Self::ContractDocuments => "/contract-documents/",
            Self::ScheduledPayments => "/scheduled-payments/",
        }
    }

    /// The subscription to its part of the daily email.
    pub fn daily(self) -> Subscription {
        match self {
            Self::Actions => Subscription::DailyActions,
            Self::CarePackages => Subscription::DailyCarePackages,
            Self::ContractDocuments => Subscription::DailyContractDocuments,
            Self::ScheduledPayments => Subscription::DailyScheduledPayments,
        }
    }

    /// The subscription to emails that are sent at once, where there are such.
    pub fn immediate(self) -> Option<Subscription> {
        match self {
            Self::Actions => Some(Subscription::ImmediateActions),
            Self::CarePackages => None,
            Self::ContractDocuments => Some(Subscription::ImmediateContractDocuments),
            Self::ScheduledPayments => Some(Subscription::ImmediateScheduledPayments),
        }
    }

    /// What of it the daily email tells.
    pub fn daily_line(self) -> &'static str {
        match self {
            Self::Actions => "New actions, answers to actions, and decisions on change requests",
            Self::CarePackages => "Care packages that are new or have changed",
            Self::ContractDocuments => "Documents that were published, agreed or rejected",
            Self::ScheduledPayments => {
                "Statements that opened, changed, were locked or finalised, and decisions on invoices"
            }
        }
    }

    /// What of it is told at once.
    pub fn immediate_line(self) -> &'static str {
        match self {
            Self::Actions => {
                "An action is assigned to you, there is an answer to one, or a change request is decided"
            }
            Self::CarePackages => "",
            Self::ContractDocuments => {
                "A document waits for your answer, and a reminder before its deadline"
            }
            Self::ScheduledPayments => {
                "A statement waits for your answer, changed after it, was not confirmed in time or is paid, or an invoice is decided"
            }
        }
    }
}

/// One kind of email that a person may want or not. What concerns the account itself is always sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is an area, daily or at once")]
pub enum Subscription {
    DailyActions,
    DailyCarePackages,
    DailyContractDocuments,
    DailyScheduledPayments,
    ImmediateActions,
    ImmediateContractDocuments,
    ImmediateScheduledPayments,
}

/// What a person wants to be told of.
pub type Subscriptions = BTreeSet<Subscription>;

impl Subscription {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::DailyActions,
        Self::DailyCarePackages,
        Self::DailyContractDocuments,
        Self::DailyScheduledPayments,
        Self::ImmediateActions,
        Self::ImmediateContractDocuments,
        Self::ImmediateScheduledPayments,
    ];
}

/// Something that happened at a provider and that the daily email counts. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Happening {
    ActionOpened,
    ActionAnswered,
    ActionDone,
    ActionReopened,
    ChangeRequestDecided,
    CarePackageChanged,
    DocumentPublished,
    DocumentAgreed,
    DocumentRejected,
    StatementOpened,
    StatementChanged,
    StatementLocked,
    StatementFinalised,
    InvoiceDecided,
}

impl Happening {
    /// All of them, in the order of the email.
    pub const ALL: [Self; 14] = [
        Self::ActionOpened,
        Self::ActionAnswered,
        Self::ActionDone,
        Self::ActionReopened,
        Self::ChangeRequestDecided,
        Self::CarePackageChanged,
        Self::DocumentPublished,
        Self::DocumentAgreed,
        Self::DocumentRejected,
        Self::StatementOpened,
        Self::StatementChanged,
        Self::StatementLocked,
        Self::StatementFinalised,
        Self::InvoiceDecided,
    ];

    /// Under which subscription it is told.
    pub fn area(self) -> Area {
        match self {
            Self::ActionOpened
            | Self::ActionAnswered
            | Self::ActionDone
            | Self::ActionReopened
            | Self::ChangeRequestDecided => Area::Actions,
            Self::CarePackageChanged => Area::CarePackages,
            Self::DocumentPublished | Self::DocumentAgreed | Self::DocumentRejected => {
                Area::ContractDocuments
            }
            Self::StatementOpened
            | Self::StatementChanged
            | Self::StatementLocked
            | Self::StatementFinalised
            | Self::InvoiceDecided => Area::ScheduledPayments,
        }
    }

    /// As keys spell it: `action_opened`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActionOpened => "action_opened",
            Self::ActionAnswered => "action_answered",
            Self::ActionDone => "action_done",
            Self::ActionReopened => "action_reopened",
            Self::ChangeRequestDecided => "change_request_decided",
            Self::CarePackageChanged => "care_package_changed",
            Self::DocumentPublished => "document_published",
            Self::DocumentAgreed => "document_agreed",
            Self::DocumentRejected => "document_rejected",
            Self::StatementOpened => "statement_opened",
            Self::StatementChanged => "statement_changed",
            Self::StatementLocked => "statement_locked",
            Self::StatementFinalised => "statement_finalised",
            Self::InvoiceDecided => "invoice_decided",
        }
    }

    /// `count` of them in words: `3 new answers to actions`.
    pub fn words(self, count: u64) -> String {
        let (one, more) = match self {
            Self::ActionOpened => ("new action", "new actions"),
            Self::ActionAnswered => ("new answer to an action", "new answers to actions"),
            Self::ActionDone => ("action done", "actions done"),
            Self::ActionReopened => ("action opened again", "actions opened again"),
            Self::ChangeRequestDecided => ("change request decided", "change requests decided"),
            Self::CarePackageChanged => {
                ("new or changed care package", "new or changed care packages")
            }
            Self::DocumentPublished => ("document published", "documents published"),
            Self::DocumentAgreed => ("document agreed", "documents agreed"),
            Self::DocumentRejected => ("document rejected", "documents rejected"),
            Self::StatementOpened => ("statement opened", "statements opened"),
            Self::StatementChanged => ("statement changed", "statements changed"),
            Self::StatementLocked => ("statement locked", "statements locked"),
            Self::StatementFinalised => ("statement finalised", "statements finalised"),
            Self::InvoiceDecided => {
                ("invoice or credit note decided", "invoices or credit notes decided")
            }
        };
        format!("{count} {}", if count == 1 { one } else { more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_is_to_one_area_and_every_area_has_one_a_day() {
        let of_areas: BTreeSet<_> = Area::ALL
            .into_iter()
            .flat_map(|area| [Some(area.daily()), area.immediate()])
            .flatten()
            .collect();
        assert_eq!(of_areas, BTreeSet::from(Subscription::ALL));
    }

    #[test]
    fn what_happened_is_spelled_in_keys_as_it_is_in_records() {
        for happening in Happening::ALL {
            assert_eq!(serde_json::to_value(happening).unwrap(), happening.as_str());
        }
        for area in Area::ALL {
            assert_eq!(serde_json::to_value(area).unwrap(), area.as_str());
        }
    }

    #[test]
    fn one_is_told_as_one() {
        assert_eq!(Happening::ActionAnswered.words(1), "1 new answer to an action");
        assert_eq!(Happening::ActionAnswered.words(2), "2 new answers to actions");
    }
}
