//! What can go wrong with a purchase order.

use domain::failure::{Failure, Kind};
use domain::money::MoneyError;
use domain::statement::CannotCompute;
use files::FilesError;
use store::StoreError;
use thiserror::Error;

/// Why an order cannot be shown or issued.
#[derive(Debug, Error)]
pub enum OrderingError {
    /// The provider has no such order, or the order no such revision.
    #[error("no purchase order here")]
    NotFound,
    /// Its facts contradict each other.
    #[error(transparent)]
    CannotCompute(#[from] CannotCompute),
    /// Its sums are beyond what the portal can hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// What was written once is missing.
    #[error("the body of a purchase order, {0}, cannot be read")]
    Body(String),
    /// Others issued it again and again meanwhile.
    #[error("others are revising the same purchase order")]
    Busy,
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The buckets.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl Failure for OrderingError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::CannotCompute(why) => why.kind(),
            Self::Money(_) | Self::Body(_) => Kind::Defect,
            Self::Busy => Kind::Unavailable,
            Self::Store(error) => error.kind(),
            Self::Files(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::CannotCompute(why) => why.code(),
            Self::Money(_) => "amount-too-large",
            Self::Body(_) => "order-unreadable",
            Self::Busy => "order-busy",
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }
}
