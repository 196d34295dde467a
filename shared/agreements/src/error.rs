//! What can go wrong with a contract document.

use domain::contract_document::CannotAnswer;
use domain::failure::{Failure, FieldError, Kind};
use domain::ids::DocumentRef;
use domain::money::MoneyError;
use files::FilesError;
use notices::NoticesError;
use store::StoreError;
use thiserror::Error;

use crate::pdf::NotADocument;

/// Why a document is not published.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotPublished {
    /// What it is about is not known, or not this provider's.
    #[error("There is a problem with what you entered.")]
    About(Vec<FieldError>),
    /// Another provider has a document of this name.
    #[error("Document {0} is another provider's. Choose another reference.")]
    AnotherProviders(DocumentRef),
}

impl Failure for NotPublished {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "document-not-published"
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::About(fields) => fields.clone(),
            Self::AnotherProviders(_) => vec![FieldError::new("document_ref", self.to_string())],
        }
    }
}

/// Why a contract document cannot be shown, published or answered.
#[derive(Debug, Error)]
pub enum AgreementsError {
    /// The provider has no such document.
    #[error("no contract document here")]
    NotFound,
    /// It is not answered.
    #[error(transparent)]
    NotAnswered(#[from] CannotAnswer),
    /// It is not published.
    #[error(transparent)]
    NotPublished(#[from] NotPublished),
    /// The file is none that can be agreed.
    #[error(transparent)]
    NotADocument(#[from] NotADocument),
    /// What was written once is missing or is something else.
    #[error("what was written of a contract document, {0}, is not what is there")]
    Body(String),
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Its PDF could not be made.
    #[error("the PDF of a contract document could not be made: {0}")]
    Paper(String),
    /// Others changed it again and again meanwhile.
    #[error("others are working on the same document")]
    Busy,
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The emails.
    #[error(transparent)]
    Notices(#[from] NoticesError),
}

impl Failure for AgreementsError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::NotAnswered(why) => why.kind(),
            Self::NotPublished(why) => why.kind(),
            Self::NotADocument(why) => why.kind(),
            Self::Body(_) | Self::Money(_) | Self::Paper(_) => Kind::Defect,
            Self::Busy => Kind::Unavailable,
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
            Self::Notices(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotAnswered(why) => why.code(),
            Self::NotPublished(why) => why.code(),
            Self::NotADocument(why) => why.code(),
            Self::Body(_) => "document-unreadable",
            Self::Money(_) => "amount-too-large",
            Self::Paper(_) => "document-not-made",
            Self::Busy => "document-busy",
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Notices(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotAnswered(why) => why.fields(),
            Self::NotPublished(why) => why.fields(),
            Self::NotADocument(why) => why.fields(),
            Self::NotFound
            | Self::Body(_)
            | Self::Money(_)
            | Self::Paper(_)
            | Self::Busy
            | Self::Store(_)
            | Self::Files(_)
            | Self::Notices(_) => Vec::new(),
        }
    }
}
