//! What can go wrong with an action.

use domain::action::{CannotAct, NotAttached, NotFilledIn};
use domain::failure::{Failure, FieldError, Kind};
use domain::money::MoneyError;
use files::FilesError;
use notices::NoticesError;
use statements::StatementsError;
use store::StoreError;
use thiserror::Error;

/// Why an action cannot be shown or changed.
#[derive(Debug, Error)]
pub enum ConversationsError {
    /// There is no such action, or this person may not know that there is.
    #[error("no action here")]
    NotFound,
    /// The person's role does not allow it.
    #[error("Your role does not allow this. Ask the council if you need another role.")]
    NotAllowed,
    /// Something in a form is not as it must be.
    #[error(transparent)]
    NotFilledIn(#[from] NotFilledIn),
    /// It cannot become that from what it is.
    #[error(transparent)]
    CannotAct(#[from] CannotAct),
    /// A file cannot be one of a post.
    #[error(transparent)]
    NotAttached(#[from] NotAttached),
    /// What is proposed cannot be made.
    #[error("{0}")]
    NotAcceptable(String),
    /// Others changed it again and again meanwhile.
    #[error("others are writing in the same action")]
    Busy,
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Those who are told of it cannot be found.
    #[error(transparent)]
    Notices(#[from] NoticesError),
    /// What it would come to cannot be computed.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// The table.
    #[error(transparent)]
    Store(StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl From<StoreError> for ConversationsError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Missing(_)) { Self::NotFound } else { Self::Store(error) }
    }
}

impl ConversationsError {
    /// One field of a form.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::NotFilledIn(NotFilledIn { fields: vec![FieldError::new(field, message)] })
    }

    /// Whether a condition was not met: read again and decide again.
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_stale())
    }
}

impl Failure for ConversationsError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::NotAllowed => Kind::Forbidden,
            Self::NotFilledIn(why) => why.kind(),
            Self::CannotAct(why) => why.kind(),
            Self::NotAttached(why) => why.kind(),
            Self::NotAcceptable(_) => Kind::Conflict,
            Self::Busy => Kind::Unavailable,
            Self::Money(_) => Kind::Defect,
            Self::Notices(error) => error.kind(),
            Self::Statements(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotAllowed => "not-allowed",
            Self::NotFilledIn(why) => why.code(),
            Self::CannotAct(why) => why.code(),
            Self::NotAttached(why) => why.code(),
            Self::NotAcceptable(_) => "change-not-acceptable",
            Self::Busy => "action-busy",
            Self::Money(_) => "amount-too-large",
            Self::Notices(error) => error.code(),
            Self::Statements(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotFilledIn(why) => why.fields(),
            Self::NotAttached(why) => why.fields(),
            Self::NotFound
            | Self::NotAllowed
            | Self::CannotAct(_)
            | Self::NotAcceptable(_)
            | Self::Busy
            | Self::Money(_)
            | Self::Notices(_)
            | Self::Statements(_)
            | Self::Store(_)
            | Self::Files(_) => Vec::new(),
        }
    }
}
