//! What providers' software is told: what happened, to which addresses, and how far each delivery is.
//!
//! What happened is written in the transaction that makes it so, whoever is told of it (a payment: when people are told
//! of it, if software wants to be): one row, under a name made from what it is. `fan out` turns it into a delivery to
//! each address that wants it, and takes the row away, all or nothing. A delivery that waits has a second row in the
//! order of its time, which moves with every try.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{DeliveryId, EndpointId, ProviderRef};
use domain::webhook::{Delivery, DeliveryState, ENDPOINTS_MAX, Endpoint, Event};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::outbox::OutboxId;
use crate::query::{Cursor, Query};
use crate::{RACES_MAX, Store};

/// How long a delivery is kept for the provider to read, in days.
const KEPT_DAYS: i64 = 30;

/// How long whoever sends a delivery has it for themselves, in seconds: well above the longest try.
const LEASE_SECONDS: i64 = 120;

/// Which delivery is to be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMessage {
    /// To whom.
    pub endpoint_id: EndpointId,
    /// Which.
    pub delivery_id: DeliveryId,
}

/// What became of entering an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewEndpoint {
    /// It was entered.
    Made,
    /// The same request entered it before.
    Before(Box<Endpoint>),
    /// The provider has as many as it may have.
    TooMany,
}

impl Store {
    /// What writes that something happened, in the transaction that makes it so.
    pub(crate) fn happened(event: &Event) -> Action {
        let Event { provider_ref, kind, subject } = event;
        let id = OutboxId::of(&[provider_ref.as_str(), kind.as_str(), subject]);
        Action::put(Key::event(id.as_str()), event)
    }

    /// Some of what happened and nobody was told of, each with the key that is taken away with it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn events(&self, limit: usize) -> Result<Vec<(Key, Event)>, StoreError> {
        let page = self.table.query(&Query::events().limit(limit)).await?;
        let rows = page.rows.into_iter().map(|row| Ok((row.key.clone(), row.read()?)));
        rows.collect()
    }

    /// Makes a delivery of an event to each address of its provider that wants it. Of two at once one does it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn fan_out(
        &self,
        (key, event): (Key, Event),
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut actions = vec![Action::delete(key).if_present()];
        let endpoints = self.endpoints(&event.provider_ref).await?;
        for endpoint in endpoints.iter().filter(|it| it.wants(event.kind)) {
            let delivery = Delivery::new(endpoint, &event, at);
            actions.extend(waiting(&delivery.map_err(StoreError::unwritable::<Delivery>)?));
        }
        match self.table.write(actions).await {
            Err(error) if error.is_stale() => Ok(()),
            done => done,
        }
    }

    /// A delivery to one address alone: somebody tries it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn add_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        match self.table.write(waiting(delivery)).await {
            Err(error) if error.is_stale() => Ok(()),
            done => done,
        }
    }

    /// The addresses of a provider, the last entered first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn endpoints(&self, provider: &ProviderRef) -> Result<Vec<Endpoint>, StoreError> {
        let rows = self.table.query_all(Query::endpoints(provider), ENDPOINTS_MAX).await?;
        let read: Result<Vec<Endpoint>, _> = rows.into_iter().map(crate::Row::read).collect();
        let mut endpoints = read?;
        endpoints.sort_by_key(|it| std::cmp::Reverse(it.created_at));
        Ok(endpoints)
    }

    /// One address of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn endpoint(
        &self,
        provider: &ProviderRef,
        endpoint: &EndpointId,
    ) -> Result<Option<Endpoint>, StoreError> {
        self.table.get(&Key::endpoint(provider, endpoint)).await
    }

    /// Enters an address.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn add_endpoint(&self, endpoint: &Endpoint) -> Result<NewEndpoint, StoreError> {
        let there = self.endpoints(&endpoint.provider_ref).await?;
        let before = there.iter().find(|it| it.endpoint_id == endpoint.endpoint_id);
        if let Some(before) = before {
            return Ok(NewEndpoint::Before(Box::new(before.clone())));
        }
        if there.len() >= ENDPOINTS_MAX {
            return Ok(NewEndpoint::TooMany);
        }
        self.table.write(vec![save_endpoint(endpoint).if_absent()]).await?;
        Ok(NewEndpoint::Made)
    }

    /// Saves an address as `change` makes it of what is there; none: there is none any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn change_endpoint(
        &self,
        (provider, endpoint): (&ProviderRef, &EndpointId),
        change: impl Fn(Endpoint) -> Endpoint + Send + Sync,
    ) -> Result<Option<Endpoint>, StoreError> {
        let mut stale = StoreError::Missing("endpoint");
        for _ in 0..RACES_MAX {
            let Some(there) = self.endpoint(provider, endpoint).await? else { return Ok(None) };
            let changed = change(there.clone());
            if changed == there {
                return Ok(Some(there));
            }
            match self.table.write(vec![save_endpoint(&changed).if_present()]).await {
                Err(error) if error.is_stale() => stale = error,
                done => return done.map(|()| Some(changed)),
            }
        }
        Err(stale)
    }

    /// Forgets an address. What still waits for it is not told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn remove_endpoint(
        &self,
        provider: &ProviderRef,
        endpoint: &EndpointId,
    ) -> Result<(), StoreError> {
        self.table.write(vec![Action::delete(Key::endpoint(provider, endpoint))]).await
    }

    /// Some deliveries to an address, the last first, and from where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn deliveries(
        &self,
        endpoint: &EndpointId,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Delivery>, Option<Cursor>), StoreError> {
        let query = Query::deliveries(endpoint).descending().limit(limit).after(after);
        let page = self.table.query(&query).await?;
        let next = page.next.clone();
        Ok((page.read()?, next))
    }

    /// One delivery.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn delivery(
        &self,
        message: &DeliveryMessage,
    ) -> Result<Option<Delivery>, StoreError> {
        let DeliveryMessage { endpoint_id, delivery_id } = message;
        self.table.get(&Key::delivery(endpoint_id, delivery_id)).await
    }

    /// Some of the deliveries whose time has come, the longest due first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn due_deliveries(
        &self,
        by: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DeliveryMessage>, StoreError> {
        self.table.query(&Query::due_deliveries(by).limit(limit)).await?.read()
    }

    /// Takes a delivery for oneself, if its time has come and nobody else has it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read or written.
    pub async fn claim_delivery(
        &self,
        message: &DeliveryMessage,
        now: DateTime<Utc>,
    ) -> Result<Option<Delivery>, StoreError> {
        let there = self.delivery(message).await?;
        let due = |it: &Delivery| it.next_at().is_some_and(|next_at| next_at <= now);
        let Some(there) = there.filter(due) else { return Ok(None) };
        let until = now.checked_add_signed(TimeDelta::seconds(LEASE_SECONDS)).unwrap_or(now);
        let state = DeliveryState::Waiting { next_at: until };
        let leased = Delivery { state, ..there.clone() };
        match self.move_delivery(&there, &leased).await {
            Err(error) if error.is_stale() => Ok(None),
            done => done.map(|()| {
                let version = leased.version.saturating_add(1);
                Some(Delivery { version, ..leased })
            }),
        }
    }

    /// Saves how far a delivery is, if nobody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has; otherwise if the table cannot be written.
    pub async fn move_delivery(
        &self,
        before: &Delivery,
        after: &Delivery,
    ) -> Result<(), StoreError> {
        let mut actions = vec![save_delivery(after).if_present()];
        if before.next_at() != after.next_at() {
            actions.extend(before.next_at().map(|at| Action::delete(due_key(before, at))));
            actions
                .extend(after.next_at().map(|at| Action::put(due_key(after, at), &named(after))));
        }
        self.table.write(actions).await
    }
}

fn save_endpoint(endpoint: &Endpoint) -> Action {
    let key = Key::endpoint(&endpoint.provider_ref, &endpoint.endpoint_id);
    Action::put(key, endpoint).if_version(endpoint.version)
}

fn save_delivery(delivery: &Delivery) -> Action {
    let key = Key::delivery(&delivery.endpoint_id, &delivery.delivery_id);
    let created = delivery.created_at;
    let until = created.checked_add_signed(TimeDelta::days(KEPT_DAYS)).unwrap_or(created);
    Action::put(key, delivery).if_version(delivery.version).expires_at(until)
}

/// What writes a delivery that waits.
fn waiting(delivery: &Delivery) -> Vec<Action> {
    let due = delivery.next_at().map(|at| Action::put(due_key(delivery, at), &named(delivery)));
    std::iter::once(save_delivery(delivery).if_absent()).chain(due).collect()
}

fn due_key(delivery: &Delivery, at: DateTime<Utc>) -> Key {
    Key::due_delivery(at, &delivery.endpoint_id, &delivery.delivery_id)
}

fn named(delivery: &Delivery) -> DeliveryMessage {
    let Delivery { endpoint_id, delivery_id, .. } = delivery;
    DeliveryMessage { endpoint_id: endpoint_id.clone(), delivery_id: delivery_id.clone() }
}
