//! The addresses of a provider's software that are told what happens, entered by its administrators.

use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::ids::{DeliveryId, EndpointId};
use domain::webhook::{
    CannotTell, Delivery, DeliveryState, ENDPOINTS_MAX, Endpoint, Event, EventKind, Form, Secret,
};
use serde::{Deserialize, Serialize};
use store::{Cursor, DeliveryMessage, NewEndpoint, StoreError};
use web::{
    Accepted, Acting, At, Json, Made, Missing, NoContent, Path, Problem, Query, ROWS_MAX, Status,
};

use crate::Software;

/// What the page shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WebhooksView {
    /// The last entered first.
    endpoints: Vec<EndpointView>,
    /// What can be told.
    kinds: Vec<KindView>,
    /// How many addresses there may be.
    endpoints_max: usize,
}

/// An address, without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EndpointView {
    endpoint_id: EndpointId,
    url: String,
    kinds: Vec<EventKind>,
    created_at: DateTime<Utc>,
    created_by: String,
    /// Since when every try fails; none: the last succeeded.
    failing_since: Option<DateTime<Utc>>,
    /// Since when it is no longer told.
    stopped_at: Option<DateTime<Utc>>,
    /// Until when the secret before signs as well.
    old_secret_until: Option<DateTime<Utc>>,
}

/// What can be told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct KindView {
    kind: EventKind,
    line: &'static str,
}

/// An address that was entered, or got another secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SecretView {
    endpoint: EndpointView,
    /// What signs its messages, told this once. None: the same request entered it before.
    secret: Option<String>,
}

/// What was told to an address.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeliveriesView {
    /// The last first.
    rows: Vec<DeliveryView>,
    /// What to ask for after these; none: that was all.
    next: Option<String>,
}

/// One message to an address.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeliveryView {
    delivery_id: DeliveryId,
    kind: EventKind,
    /// What is sent.
    body: String,
    created_at: DateTime<Utc>,
    state: StateView,
    /// When it is tried next, or was taken or given up.
    at: DateTime<Utc>,
    tries: u32,
    /// The status that answered the last try, or why there was none.
    last_answer: Option<String>,
}

/// How far a message is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookDeliveryState)]
pub(crate) enum StateView {
    /// It is tried, or tried again.
    Waiting,
    /// The software took it.
    Delivered,
    /// It is not tried again by itself.
    GivenUp,
}

impl EndpointView {
    fn of(endpoint: Endpoint, now: DateTime<Utc>) -> Self {
        let until = endpoint.secret_before.map(|(_, until)| until);
        Self {
            endpoint_id: endpoint.endpoint_id,
            url: endpoint.url,
            kinds: endpoint.kinds.into_iter().collect(),
            created_at: endpoint.created_at,
            created_by: endpoint.created_by,
            failing_since: endpoint.failing_since,
            stopped_at: endpoint.stopped_at,
            old_secret_until: until.filter(|until| now < *until),
        }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let (state, at) = match delivery.state {
            DeliveryState::Waiting { next_at } => (StateView::Waiting, next_at),
            DeliveryState::Delivered { at } => (StateView::Delivered, at),
            DeliveryState::GivenUp { at } => (StateView::GivenUp, at),
        };
        Self {
            delivery_id: delivery.delivery_id,
            kind: delivery.kind,
            body: delivery.body,
            created_at: delivery.created_at,
            state,
            at,
            tries: delivery.tries,
            last_answer: delivery.last_answer,
        }
    }
}

/// An administrator looks at the addresses of the provider's software.
pub(crate) async fn list(
    state: State<Software>,
    acting: Acting,
    at: At,
) -> Result<Json<WebhooksView>, Problem> {
    let endpoints = state.store.endpoints(&acting.provider).await?;
    let kind = |kind: EventKind| KindView { kind, line: kind.line() };
    Ok(Json(WebhooksView {
        endpoints: endpoints.into_iter().map(|it| EndpointView::of(it, at.0.instant)).collect(),
        kinds: EventKind::CHOSEN.map(kind).into(),
        endpoints_max: ENDPOINTS_MAX,
    }))
}

/// An administrator has an address told. What signs its messages is in this answer and nowhere else.
///
/// # Errors
///
/// 409 there are as many as there may be; 422 the form.
pub(crate) async fn add(
    state: State<Software>,
    acting: Acting,
    at: At,
    form: Json<Form>,
) -> Result<Made<SecretView>, Problem> {
    let secret = Secret::new(cloud::random_bytes());
    let by = (&acting.provider, acting.who.name.as_str());
    let endpoint = form.0.endpoint(by, secret, state.loopback, at.0)?;
    acting.who.concerns("endpoint_id", endpoint.endpoint_id.as_str());
    let secret = endpoint.secret.reveal().to_owned();
    let view =
        |it: Endpoint, secret| SecretView { endpoint: EndpointView::of(it, at.0.instant), secret };
    match state.store.add_endpoint(&endpoint).await? {
        NewEndpoint::TooMany => Err(CannotTell::TooMany.into()),
        NewEndpoint::Before(there) => Ok(Made::Before(view(*there, None))),
        NewEndpoint::Made => Ok(Made::Now(view(endpoint, Some(secret)))),
    }
}

/// A page that only says 'do it'.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = WebhookNothing)]
pub(crate) struct Nothing {}

/// An administrator changes what signs the messages to an address. For a day the secret before signs as well.
///
/// # Errors
///
/// 404 the provider has no such address.
pub(crate) async fn rotate(
    state: State<Software>,
    acting: Acting,
    at: At,
    endpoint_id: Path<EndpointId>,
    _: Json<Nothing>,
) -> Result<Json<SecretView>, Problem> {
    let secret = Secret::new(cloud::random_bytes());
    let change = |it: Endpoint| it.with_secret(secret.clone(), at.0.instant);
    let which = (&acting.provider, &endpoint_id.0);
    let endpoint = state.store.change_endpoint(which, change).await?.ok_or(Missing)?;
    let secret = Some(secret.reveal().to_owned());
    Ok(Json(SecretView { endpoint: EndpointView::of(endpoint, at.0.instant), secret }))
}

/// An administrator has an address told again that was stopped because it failed for days.
///
/// # Errors
///
/// 404 the provider has no such address.
pub(crate) async fn resume(
    state: State<Software>,
    acting: Acting,
    at: At,
    endpoint_id: Path<EndpointId>,
    _: Json<Nothing>,
) -> Result<Json<EndpointView>, Problem> {
    let change = |it: Endpoint| Endpoint { stopped_at: None, failing_since: None, ..it };
    let which = (&acting.provider, &endpoint_id.0);
    let endpoint = state.store.change_endpoint(which, change).await?.ok_or(Missing)?;
    Ok(Json(EndpointView::of(endpoint, at.0.instant)))
}

/// An administrator removes an address. What still waits for it is not sent.
pub(crate) async fn remove(
    state: State<Software>,
    acting: Acting,
    endpoint_id: Path<EndpointId>,
    _: Json<Nothing>,
) -> Result<NoContent, Problem> {
    state.store.remove_endpoint(&acting.provider, &endpoint_id.0).await?;
    Ok(Status(()))
}

/// An administrator tries an address: within a minute it gets a message of its own kind.
///
/// # Errors
///
/// 404 the provider has no such address.
pub(crate) async fn test(
    state: State<Software>,
    acting: Acting,
    at: At,
    endpoint_id: Path<EndpointId>,
    _: Json<Nothing>,
) -> Result<Accepted<Json<DeliveryView>>, Problem> {
    let endpoint = state.store.endpoint(&acting.provider, &endpoint_id.0).await?.ok_or(Missing)?;
    let event = Event {
        provider_ref: acting.provider.clone(),
        kind: EventKind::Test,
        subject: String::new(),
    };
    let delivery = Delivery::new(&endpoint, &event, at.0.instant);
    let delivery = delivery.map_err(|_cannot_be| Missing)?;
    state.store.add_delivery(&delivery).await?;
    Ok(Status(Json(delivery.into())))
}

/// From where to go on.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
#[schema(as = WebhookDeliveriesAfter)]
pub(crate) struct After {
    /// Where an earlier part of the list stopped.
    after: String,
}

/// An administrator looks at what was told to an address, and what became of it.
///
/// # Errors
///
/// 404 the provider has no such address.
pub(crate) async fn deliveries(
    state: State<Software>,
    acting: Acting,
    endpoint_id: Path<EndpointId>,
    query: Query<After>,
) -> Result<Json<DeliveriesView>, Problem> {
    state.store.endpoint(&acting.provider, &endpoint_id.0).await?.ok_or(Missing)?;
    let after = Some(query.0.after.trim()).filter(|it| !it.is_empty()).map(Cursor::new);
    let (rows, next) = state.store.deliveries(&endpoint_id.0, ROWS_MAX, after).await?;
    let next = next.map(|cursor| cursor.as_str().to_owned());
    Ok(Json(DeliveriesView { rows: rows.into_iter().map(Into::into).collect(), next }))
}

/// Which message of which address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = WebhookDeliveryPath)]
pub(crate) struct Which {
    endpoint_id: EndpointId,
    delivery_id: DeliveryId,
}

/// An administrator has a message sent again: within a minute, under the same id.
///
/// # Errors
///
/// 404 no such message; 409 it is being sent at this moment.
pub(crate) async fn repeat(
    state: State<Software>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    _: Json<Nothing>,
) -> Result<Json<DeliveryView>, Problem> {
    let Which { endpoint_id, delivery_id } = which.0;
    let message = DeliveryMessage { endpoint_id, delivery_id };
    let there = state.store.delivery(&message).await?;
    let there = there.filter(|it| it.provider_ref == acting.provider).ok_or(Missing)?;
    // It is tried as often again as a new one.
    let state_now = DeliveryState::Waiting { next_at: at.0.instant };
    let again = Delivery { state: state_now, tries: 0, ..there.clone() };
    match state.store.move_delivery(&there, &again).await {
        Err(StoreError::Missing(_)) => Err(Missing.into()),
        done => Ok(done.map(|()| Json(again.into()))?),
    }
}
