//! Revisions of an order: each is written once, and the head says which is the latest.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::differences::{Difference, differences};
use super::order::{Order, OrderId, OrderedService};
use crate::money::{Money, MoneyError};

/// What is written once of a revision, in full: what its page and its PDF are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionBody {
    /// Counted from 1.
    pub revision: u32,
    /// When it was issued.
    pub revised_at: DateTime<Utc>,
    /// Why, for the provider.
    pub cause: String,
    /// What it orders.
    pub order: Order,
    /// What it changes of the revision before it.
    pub differences: Vec<Difference>,
    /// The council's name then.
    pub council_name: String,
    /// The provider's name then.
    pub provider_name: String,
    /// The provider's address then.
    pub provider_address: Option<String>,
}

/// The head of an order: its latest revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderHead {
    /// Which order.
    pub id: OrderId,
    /// The client's full name.
    pub client: String,
    /// Its services.
    pub services: Vec<OrderedService>,
    /// Its latest revision, counted from 1.
    pub revision: u32,
    /// When that was issued.
    pub revised_at: DateTime<Utc>,
    /// What it comes to.
    pub total: Money,
    /// [`Order::digest`] of the latest revision.
    pub digest: String,
}

/// One revision in the order's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderRevision {
    /// Counted from 1.
    pub revision: u32,
    /// When it was issued.
    pub at: DateTime<Utc>,
    /// What it comes to.
    pub total: Money,
    /// Why, for the provider.
    pub cause: String,
}

impl RevisionBody {
    /// The first revision of `order`, or the one after `previous`.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn next(
        previous: Option<&Self>,
        mut order: Order,
        revised_at: DateTime<Utc>,
        parties: Parties,
    ) -> Result<Self, MoneyError> {
        let before = previous.map(|it| &it.order);
        if order.client.is_none() {
            order.client = before.and_then(|it| it.client.clone());
        }
        let differences = match before {
            Some(before) => differences(before, &order)?,
            None => Vec::new(),
        };
        Ok(Self {
            revision: previous.map_or(0, |it| it.revision).saturating_add(1),
            revised_at,
            cause: cause_of(before, &order, &differences),
            order,
            differences,
            council_name: parties.council_name,
            provider_name: parties.provider_name,
            provider_address: parties.provider_address,
        })
    }

    /// The head of the order while this is its latest revision.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn head(&self) -> Result<OrderHead, MoneyError> {
        Ok(OrderHead {
            id: self.order.id.clone(),
            client: self.order.client.clone().unwrap_or_default(),
            services: self.order.services(),
            revision: self.revision,
            revised_at: self.revised_at,
            total: self.order.totals()?.total,
            digest: self.order.digest(),
        })
    }

    /// What the order's history says of it.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn line(&self) -> Result<OrderRevision, MoneyError> {
        Ok(OrderRevision {
            revision: self.revision,
            at: self.revised_at,
            total: self.order.totals()?.total,
            cause: self.cause.clone(),
        })
    }
}

/// Who orders and who delivers, as they are called now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// The council's name.
    pub council_name: String,
    /// The provider's name.
    pub provider_name: String,
    /// The provider's address, if it is known.
    pub provider_address: Option<String>,
}

/// Why a revision is issued, in words: the first thing that differs, and how many more do.
fn cause_of(before: Option<&Order>, after: &Order, differences: &[Difference]) -> String {
    let Some(before) = before else { return "First issued".to_owned() };
    if after.lines.is_empty() && !before.lines.is_empty() {
        return "Nothing is ordered in this financial year any more".to_owned();
    }
    let told = |it: &&Difference| !it.label.starts_with("Total");
    let mut told = differences.iter().filter(told);
    let Some(first) = told.next() else { return "What is ordered changed".to_owned() };
    let label = &first.label;
    let first = match (&first.before, &first.after) {
        (Some(_), Some(after)) => format!("{label}: now {after}"),
        (None, Some(after)) => format!("{label}: added, {after}"),
        (Some(_), None) => format!("{label}: not ordered any more"),
        (None, None) => label.clone(),
    };
    match told.count() {
        0 => first,
        1 => format!("{first}; and 1 more change"),
        more => format!("{first}; and {more} more changes"),
    }
}
