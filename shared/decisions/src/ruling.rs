//! What can be decided by hand.

use chrono::NaiveDate;
use domain::facts::DirectiveKind;
use domain::ids::{ContractRef, CpliId, DirectiveRef, ProviderRef};
use domain::invoice::InvoiceId;
use domain::money::Money;
use domain::weeks::DecisionKind;
use rust_decimal::Decimal;

/// What is decided, and about what. Reasons are for the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Something is not to be paid now.
    Direct {
        /// The contract's provider.
        provider_ref: ProviderRef,
        /// What it is about.
        contract_ref: ContractRef,
        /// The line; none: the whole contract.
        cpli_id: Option<CpliId>,
        /// Suspend, cancel or carry forward.
        kind: DirectiveKind,
        /// It covers the periods that start on this day or later.
        from_date: NaiveDate,
        /// It covers the periods that start on this day or earlier; none: until further notice.
        to_date: Option<NaiveDate>,
        /// Why.
        reason: String,
    },
    /// A directive ends.
    End {
        /// The contract's provider.
        provider_ref: ProviderRef,
        /// What the directive is about.
        contract_ref: ContractRef,
        /// Which.
        directive_ref: DirectiveRef,
        /// It covers the periods that start on this day or earlier.
        to_date: NaiveDate,
        /// Why.
        reason: String,
    },
    /// Money that no care package explains.
    Adjust {
        /// The contract's provider.
        provider_ref: ProviderRef,
        /// Where it is paid.
        contract_ref: ContractRef,
        /// The care package it is about, if any.
        cpli_id: Option<CpliId>,
        /// All instalments together; negative for a deduction.
        amount: Money,
        /// The start of the period of its first instalment.
        period_start: NaiveDate,
        /// Over how many consecutive periods it is spread.
        instalments: u32,
        /// Why.
        reason: String,
    },
    /// An invoice or credit note is approved or disputed.
    Invoice {
        /// Whose.
        provider_ref: ProviderRef,
        /// Which.
        invoice_id: InvoiceId,
        /// What becomes of it.
        verdict: Verdict,
        /// Why; needed to dispute.
        reason: String,
    },
    /// A week over tolerance is paid, paid in part, or not paid.
    Exception {
        /// Whose.
        provider_ref: ProviderRef,
        /// The care package.
        cpli_id: CpliId,
        /// First day of the week.
        week_start: NaiveDate,
        /// What becomes of it.
        kind: DecisionKind,
        /// How many units are paid at most, if it is paid in part.
        quantity: Option<Decimal>,
        /// Why; needed unless all is paid.
        reason: String,
    },
}

/// What becomes of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is paid.
    Approve,
    /// Its provider is asked to put it right.
    Dispute,
}
