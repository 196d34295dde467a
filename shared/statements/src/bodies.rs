//! What is written once and read whole: the items of locked and of finalised statements, and the files made
//! from them.
//!
//! Whoever comes second finds what the first wrote and goes on from that, so that a run that died half-way and
//! the one after it give the same result.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::ContractRef;
use domain::payment_file;
use domain::record::Finalised;
use domain::remittance::{self, Remittance, RemittanceView};
use domain::statement::Statement;
use files::{Place, csv, to_json};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::ChangedFact;

use crate::{Statements, StatementsError};

/// How large a body may be: about 25,000 items, well beyond the largest contract's.
const BODY_BYTES_MAX: usize = 25_000_000;

/// The columns of a remittance advice's file, as [`domain::remittance::RemittanceRow`] has them.
const REMITTANCE_COLUMNS: [&str; 8] =
    ["ss_ref", "client", "kind", "reason", "service_from", "service_to", "amount", "paid_to"];

/// The columns of the payment file (domain.md section 7).
const PAYMENT_COLUMNS: [&str; 19] = [
    "run_id",
    "finalised_at",
    "contract_ref",
    "provider_ref",
    "period_start",
    "period_end",
    "item_id",
    "cpli_id",
    "ss_ref",
    "kind",
    "service_from",
    "service_to",
    "days",
    "quantity",
    "unit_price",
    "amount",
    "status",
    "reason",
    "reverses_item_id",
];

/// The items of a locked statement, as they were computed when it was locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockedBody {
    /// The job's time.
    pub(crate) at: DateTime<Utc>,
    /// The items, before what follows from the response.
    pub(crate) statement: Statement,
    /// The facts that had changed before and that the items take into account.
    pub(crate) computed_from: Vec<ChangedFact>,
}

/// The items of a finalised statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FinalisedBody {
    /// The payment that it became.
    pub(crate) finalised: Finalised,
    /// What is paid and what is not.
    pub(crate) statement: Statement,
}

impl Statements {
    /// The items of a locked statement.
    pub(crate) async fn locked_body(
        &self,
        contract: &ContractRef,
        start: NaiveDate,
    ) -> Result<LockedBody, StatementsError> {
        self.read_body(&Place::locked(contract, start)).await
    }

    /// The items of a finalised statement.
    pub(crate) async fn finalised_body(
        &self,
        contract: &ContractRef,
        start: NaiveDate,
    ) -> Result<FinalisedBody, StatementsError> {
        self.read_body(&Place::finalised(contract, start)).await
    }

    /// Writes `body` unless something is there already, and gives what is there then.
    pub(crate) async fn fix_body<T: Serialize + DeserializeOwned>(
        &self,
        place: &Place,
        body: &T,
    ) -> Result<T, StatementsError> {
        self.objects.put_if_absent(place, to_json(body)?).await?;
        self.read_body(place).await
    }

    /// The remittance advice and the payment file, both made from the same body.
    pub(crate) async fn write_files(&self, body: &FinalisedBody) -> Result<(), StatementsError> {
        let FinalisedBody { finalised, statement } = body;
        let (contract, period) = (&statement.contract_ref, &statement.period);
        let remittance = Remittance::of(statement, finalised, RemittanceView::default())?;
        let lines =
            csv::write_structs(&REMITTANCE_COLUMNS, remittance::rows(remittance, finalised))?;
        let place = Place::remittance(contract, period.start_date);
        self.objects.put_if_absent(&place, lines).await?;
        let rows = payment_file::rows(statement, finalised);
        let rows = csv::write_structs(&PAYMENT_COLUMNS, rows)?;
        let place = Place::payment_file(&period.cycle_ref, period.start_date, contract);
        self.objects.put_if_absent(&place, rows).await?;
        Ok(())
    }

    pub(crate) async fn read_body<T: DeserializeOwned>(
        &self,
        place: &Place,
    ) -> Result<T, StatementsError> {
        let object = self.objects.get(place, BODY_BYTES_MAX).await?;
        let object = object.ok_or_else(|| StatementsError::Body(place.to_string()))?;
        Ok(object.json()?)
    }
}
