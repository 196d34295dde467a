//! Which weeks stand in an invoice or credit note that was submitted.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::CpliId;
use domain::invoice::{InvoiceBody, InvoiceHead, InvoiceState};
use domain::weeks::Recorded;
use files::Place;
use futures::future::try_join_all;

use crate::{Recording, RecordingError, WhichPeriod};

/// How large the lines of a document may be.
const BODY_BYTES_MAX: usize = 25_000_000;

/// The last document with lines of each week.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims(BTreeMap<(CpliId, NaiveDate), Claimed>);

#[derive(Debug, Clone, Copy)]
struct Claimed {
    state: InvoiceState,
    submitted_at: DateTime<Utc>,
}

impl Claims {
    /// The state of the last document that has lines of a week as it is recorded; none if there is none, or the week
    /// was changed since.
    pub(crate) fn of(
        &self,
        cpli_id: &CpliId,
        week_start: NaiveDate,
        recorded: &Recorded,
    ) -> Option<InvoiceState> {
        let claimed = self.0.get(&(cpli_id.clone(), week_start))?;
        (recorded.at <= claimed.submitted_at).then_some(claimed.state)
    }
}

impl Recording {
    /// What the documents of a period claim.
    pub(crate) async fn claims(&self, which: &WhichPeriod) -> Result<Claims, RecordingError> {
        let WhichPeriod { provider_ref, contract_ref, period_start } = which;
        let heads =
            self.store.invoices_of_period(provider_ref, contract_ref, *period_start).await?;
        let claiming: Vec<_> = heads.into_iter().filter(|head| head.state.claims()).collect();
        let bodies = try_join_all(claiming.iter().map(|head| self.lines_of(head))).await?;
        let mut claims = Claims::default();
        for (head, body) in claiming.iter().zip(bodies) {
            let (state, submitted_at) = (head.state, body.submitted_at);
            for line in body.lines {
                let (Some(cpli_id), Some(week)) = (line.cpli_id, line.week_start) else { continue };
                claims.0.insert((cpli_id, week), Claimed { state, submitted_at });
            }
        }
        Ok(claims)
    }

    async fn lines_of(&self, head: &InvoiceHead) -> Result<InvoiceBody, RecordingError> {
        let unreadable = || RecordingError::Document(head.invoice_id.to_string());
        let claim = head.claim.as_ref().ok_or_else(unreadable)?;
        let place = Place::invoice(&head.invoice_id, claim.submitted_at, &claim.digest);
        let object = self.objects.get(&place, BODY_BYTES_MAX).await?.ok_or_else(unreadable)?;
        Ok(object.json()?)
    }
}
