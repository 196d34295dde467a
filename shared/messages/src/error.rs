//! What can go wrong between us and the queues and the mail service.

use std::error::Error as StdError;

use cloud::{Cause, Interrupted, MissingSetting, is_our_fault};
use domain::failure::{Failure, Kind};
use thiserror::Error;

/// Why a message or an email was not sent.
#[derive(Debug, Error, PartialEq)]
pub enum MessagesError {
    /// The mail service will never send this email: an impossible address, or one that it may not write to.
    #[error("the mail service rejected the email")]
    Rejected {
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
    /// The mail service gave no answer: whether it accepted the email is not known.
    #[error("it is in doubt whether the mail service accepted the email")]
    InDoubt {
        /// What happened. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
    /// A value cannot be a message.
    #[error("a message cannot be written: {0}")]
    Unwritable(String),
    /// The function was deployed without the queue's or the sender's name.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// A test cut the power.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The service did not answer or was busy; whether something was sent is not known.
    #[error("AWS could not {doing} now")]
    Unavailable {
        /// What we asked: `send a message`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
    /// The service says that we asked something wrong.
    #[error("AWS refused to {doing}")]
    Refused {
        /// What we asked: `send a message`.
        doing: &'static str,
        /// Its reason. It follows in the chain; our own message does not repeat it.
        source: Cause,
    },
}

impl MessagesError {
    /// Whether the service cannot do it now, or says, by `code`, that we asked something wrong.
    pub(crate) fn failed(
        doing: &'static str,
        code: Option<&str>,
        error: impl StdError + Send + Sync + 'static,
    ) -> Self {
        let ours = is_our_fault(code);
        let source = Cause::of(error);
        if ours { Self::Refused { doing, source } } else { Self::Unavailable { doing, source } }
    }
}

impl Failure for MessagesError {
    fn kind(&self) -> Kind {
        match self {
            Self::Rejected { .. } => Kind::Invalid,
            Self::InDoubt { .. } | Self::Unavailable { .. } | Self::Interrupted(_) => {
                Kind::Unavailable
            }
            Self::Unwritable(_) | Self::Setting(_) | Self::Refused { .. } => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "email-rejected",
            Self::InDoubt { .. } => "email-in-doubt",
            Self::Unwritable(_) => "message-unwritable",
            Self::Setting(missing) => missing.code(),
            Self::Interrupted(interrupted) => interrupted.code(),
            Self::Unavailable { .. } => "messages-unavailable",
            Self::Refused { .. } => "messages-refused",
        }
    }
}
