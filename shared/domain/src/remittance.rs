//! The remittance advice: the breakdown of what a finalised payment contains.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ContractRef, ProviderRef, SsRef};
use crate::item::ItemStatus;
use crate::money::{Money, MoneyError};
use crate::record::Finalised;
use crate::statement::Statement;

/// A remittance advice. Its total is what is paid, whatever is shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remittance {
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// What it was called.
    pub contract_name: String,
    /// First day of the statement's period.
    pub period_start: NaiveDate,
    /// Last day of the statement's period.
    pub period_end: NaiveDate,
    /// When the money arrives.
    pub pay_date: NaiveDate,
    /// The payment it explains.
    pub run_id: String,
    /// When that payment was fixed.
    pub finalised_at: DateTime<Utc>,
    /// In the order they are shown.
    pub lines: Vec<RemittanceLine>,
    /// How many pairs that cancel out are not shown.
    pub pairs_hidden: u32,
    /// The statement's payable total.
    pub total: Money,
    /// At its foot.
    pub notes: Vec<String>,
}

/// One line: the items of one client for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemittanceLine {
    /// The client's reference, if it is about one.
    pub ss_ref: Option<SsRef>,
    /// The client's full name.
    pub client: Option<String>,
    /// Cost or income, or neither.
    pub kind: RemittanceKind,
    /// Why it is paid or deducted.
    pub reason: String,
    /// First day of the care.
    pub service_from: NaiveDate,
    /// Last day of the care.
    pub service_to: NaiveDate,
    /// What is paid; negative for a deduction.
    pub amount: Money,
    /// Who is paid, if it is not the contract's provider.
    pub paid_to: Option<ProviderRef>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemittanceKind {
    /// Care.
    Cost,
    /// A contribution that the provider collected.
    Income,
    /// Unoccupied block capacity.
    Void,
    /// A manual adjustment.
    Manual,
}

/// What of a remittance advice is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemittanceView {
    /// One line a client and kind, without reasons.
    pub summary: bool,
    /// Also pairs that cancel out.
    pub show_pairs: bool,
}

impl Remittance {
    /// The remittance advice of a finalised statement.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn of(
        statement: &Statement,
        finalised: &Finalised,
        view: RemittanceView,
    ) -> Result<Self, MoneyError> {
        let _later = (view, ItemStatus::Payable);
        Ok(Self {
            provider_ref: statement.provider_ref.clone(),
            contract_ref: statement.contract_ref.clone(),
            contract_name: statement.contract_name.clone(),
            period_start: statement.period.start_date,
            period_end: statement.period.end_date,
            pay_date: statement.period.pay_date,
            run_id: finalised.run_id.clone(),
            finalised_at: finalised.at,
            lines: Vec::new(),
            pairs_hidden: 0,
            total: statement.totals()?.payable,
            notes: Vec::new(),
        })
    }
}
