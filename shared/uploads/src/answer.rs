//! What a provider's system is told of a file that it dropped.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::actuals::FileProblem;
use domain::ids::ProviderRef;
use domain::money::Money;
use domain::upload::{BatchState, Refused, RowCounts, UploadBatch, Way};
use files::{Place, to_json};
use serde::Serialize;

use crate::name::stem;
use crate::tell::{Log, log_place};
use crate::{Uploads, UploadsError};

/// What became of a file.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    file: &'a str,
    batch_id: Option<&'a str>,
    state: BatchState,
    #[serde(flatten)]
    counts: Rows,
    /// Pounds that it adds to what is owed.
    adds: Money,
    findings_total: u64,
    refused: Option<&'a Refused>,
    sha256: Option<&'a str>,
    has_errors_file: bool,
    received_at: String,
}

/// The counts, named as in the council's summaries.
#[derive(Debug, Default, Serialize)]
struct Rows {
    #[serde(rename = "rows_read")]
    read: u64,
    #[serde(rename = "rows_new")]
    new: u64,
    #[serde(rename = "rows_changed")]
    changed: u64,
    #[serde(rename = "rows_unchanged")]
    unchanged: u64,
    #[serde(rename = "rows_rejected")]
    rejected: u64,
    #[serde(rename = "rows_warned")]
    warned: u64,
    #[serde(rename = "rows_late")]
    late: u64,
}

impl From<RowCounts> for Rows {
    fn from(counts: RowCounts) -> Self {
        let RowCounts { read, new, changed, unchanged, rejected, warned, late } = counts;
        Self { read, new, changed, unchanged, rejected, warned, late }
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn summary_place(provider: &ProviderRef, file_name: &str) -> Place {
    Place::provider_outbox(provider, &format!("{}_summary.json", stem(file_name)))
}

impl Uploads {
    /// Answers a file that was dropped, when its batch is at its end. Done again, it says the same.
    pub(crate) async fn answer(&self, batch: &UploadBatch) -> Result<(), UploadsError> {
        if batch.way != Way::Dropped || !batch.state.is_final() {
            return Ok(());
        }
        if let Some(Refused { code: Some(code), message }) = &batch.refusal {
            let mut log = Log::new()?;
            log.add(&["", "", "", &code.to_string(), message])?;
            log.put(&self.objects, &log_place(batch)).await?;
        }
        let checkup = batch.checkup.as_ref();
        let summary = Summary {
            file: &batch.file_name,
            batch_id: Some(batch.batch_id.as_str()),
            state: batch.state,
            counts: checkup.map(|it| it.counts).unwrap_or_default().into(),
            adds: checkup.map(|it| it.adds).unwrap_or_default(),
            findings_total: checkup.map_or(0, |it| it.findings_total),
            refused: batch.refusal.as_ref(),
            sha256: checkup.map(|it| it.sha256.as_str()),
            has_errors_file: checkup.is_some_and(|it| it.has_errors_file),
            received_at: instant(batch.at),
        };
        let place = summary_place(&batch.provider_ref, &batch.file_name);
        Ok(self.objects.put(&place, to_json(&summary)?).await?)
    }

    /// Answers a file that was dropped for somebody whom the council does not know. Nothing else is kept of it.
    pub(crate) async fn answer_nobody(
        &self,
        provider: &ProviderRef,
        file_name: &str,
        at: DateTime<Utc>,
    ) -> Result<(), UploadsError> {
        let problem = FileProblem::OtherProvider { found: provider.to_string() };
        let refused = Refused::from(&problem);
        let summary = Summary {
            file: file_name,
            batch_id: None,
            state: BatchState::Rejected,
            counts: Rows::default(),
            adds: Money::ZERO,
            findings_total: 0,
            refused: Some(&refused),
            sha256: None,
            has_errors_file: false,
            received_at: instant(at),
        };
        let place = summary_place(provider, file_name);
        Ok(self.objects.put(&place, to_json(&summary)?).await?)
    }
}
