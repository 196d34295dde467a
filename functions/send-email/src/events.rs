//! What the mail service tells of emails: that it accepted them, that they arrived, came back or annoyed somebody.
//!
//! It tells it by EventBridge, at least once, late and in any order. Everything here may be done again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::metrics::{self, Metric};
use cloud::tracing;
use messages::OUTBOX_TAG;
use serde::Deserialize;
use store::{OutboxId, Outcome, SuppressedFor};

use crate::{SendEmail, SendEmailError};

/// A complaint that is none: somebody took an email out of the junk folder.
const NO_COMPLAINT: &str = "not-spam";

/// An event of `aws.ses`, as EventBridge passes it on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MailEvent {
    detail: Detail,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: EventType,
    mail: About,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum EventType {
    Send,
    Delivery,
    DeliveryDelay,
    Bounce,
    Complaint,
    Reject,
    #[serde(rename = "Rendering Failure")]
    RenderingFailure,
    /// Opened, clicked and the like: we do not ask for them.
    #[serde(other)]
    Other,
}

/// Which email.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct About {
    /// When it was sent.
    timestamp: DateTime<Utc>,
    #[serde(default)]
    tags: BTreeMap<String, Vec<OutboxId>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complaint_feedback_type: Option<String>,
}

impl Detail {
    /// Why its reader is not written to any more, if so, and what the mail service said of it.
    fn suppression(&self) -> Option<(SuppressedFor, String)> {
        match (&self.bounce, &self.complaint) {
            (Some(bounce), _) if bounce.bounce_type == "Permanent" => {
                let detail = format!("{} {}", bounce.bounce_type, bounce.bounce_sub_type);
                Some((SuppressedFor::Bounce, detail))
            }
            (None, Some(Complaint { complaint_feedback_type: kind })) => {
                let kind = kind.as_deref().unwrap_or("complaint");
                (kind != NO_COMPLAINT).then(|| (SuppressedFor::Complaint, kind.to_owned()))
            }
            (Some(_) | None, _) => None,
        }
    }

    /// What became of the email.
    fn outcome(&self) -> Option<Outcome> {
        match (self.event_type, self.suppression()) {
            (_, Some((SuppressedFor::Bounce, _))) => Some(Outcome::Bounced),
            (_, Some((SuppressedFor::Complaint, _))) => Some(Outcome::Complained),
            (EventType::Delivery | EventType::Complaint, None) => Some(Outcome::Delivered),
            (EventType::DeliveryDelay | EventType::Bounce, None) => Some(Outcome::Delayed),
            (_, None) => None,
        }
    }
}

impl SendEmail {
    /// Notes what the mail service tells of an email. Nobody is written to again whose address does not work;
    /// who complained gets no more news.
    ///
    /// # Errors
    ///
    /// [`SendEmailError::Store`]; the event may come again.
    pub async fn note(&self, event: &MailEvent) -> Result<(), SendEmailError> {
        let MailEvent { detail } = event;
        let Some(id) = detail.mail.tags.get(OUTBOX_TAG).and_then(|tag| tag.first()) else {
            tracing::info!("an event of an email that is not ours");
            return Ok(());
        };
        let at = detail.mail.timestamp;
        match detail.event_type {
            EventType::Other => return Ok(()),
            EventType::Reject | EventType::RenderingFailure => {
                metrics::count(Metric::EmailsFailed);
                let why = "the mail service accepted it and then would not send it";
                return Ok(self.store.email_rejected(id, at, why).await?);
            }
            EventType::Send
            | EventType::Delivery
            | EventType::DeliveryDelay
            | EventType::Bounce
            | EventType::Complaint => {}
        }
        let to = self.store.email_accepted(id, detail.outcome(), at).await?;
        if let Some((to, (reason, why))) = to.zip(detail.suppression()) {
            metrics::count(match reason {
                SuppressedFor::Bounce => Metric::EmailsBounced,
                SuppressedFor::Complaint => Metric::EmailsComplained,
            });
            self.store.suppress(&to, reason, at, &why).await?;
        }
        Ok(())
    }
}
