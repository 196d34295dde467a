//! Which emails a person gets, seen and chosen by that person, and stopped by whoever has an email's link.

use axum::extract::State;
use domain::notice::{Area, Subscription, Subscriptions};
use domain::sign_in::{EmailAddress, TokenHash};
use identity::Identity;
use serde::{Deserialize, Serialize};
use store::{EmailState, StoreError};
use web::{Invalid, Json, NoContent, Problem, Query, Status, Who};

/// The email about a changed password: for everybody's safety it is always sent.
const PASSWORD_CHANGE: &str = "password_change";

/// What a person gets, and could get.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Notifications {
    daily: Vec<Offer>,
    immediate: Vec<Offer>,
    email_state: EmailState,
}

/// One kind of email.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Offer {
    area: &'static str,
    title: &'static str,
    line: &'static str,
    on: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    fixed: bool,
}

impl Notifications {
    fn new(on: &Subscriptions, email_state: EmailState) -> Self {
        let offer = |area: Area, line, what: Subscription| Offer {
            area: area.as_str(),
            title: area.title(),
            line,
            on: on.contains(&what),
            fixed: false,
        };
        let password_change = Offer {
            area: PASSWORD_CHANGE,
            title: "Password change",
            line: "Your password, security code or authenticator app is changed",
            on: true,
            fixed: true,
        };
        let at_once = |area: Area| Some(offer(area, area.immediate_line(), area.immediate()?));
        Self {
            daily: Area::ALL.map(|area| offer(area, area.daily_line(), area.daily())).into(),
            immediate: Area::ALL.into_iter().filter_map(at_once).chain([password_change]).collect(),
            email_state,
        }
    }
}

/// A person looks at which emails they get, and whether emails reach them.
///
/// # Errors
///
/// 401 nobody is signed in.
pub(crate) async fn show(
    State(identity): State<Identity>,
    who: Who,
) -> Result<Json<Notifications>, Problem> {
    let on = match identity.store.subscriptions(&who.email).await? {
        Some(chosen) => chosen,
        None => identity.settings().await?.default_subscriptions,
    };
    Ok(Json(Notifications::new(&on, identity.store.email_state(who.email.as_str()).await?)))
}

/// What a person wants.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Choice {
    daily: Vec<String>,
    immediate: Vec<String>,
}

impl Choice {
    fn subscriptions(&self) -> Result<Subscriptions, Invalid> {
        let area = |field: &str, name: &String| {
            let area = Area::ALL.into_iter().find(|area| area.as_str() == name);
            area.ok_or_else(|| Invalid::field(field, "Choose from the list"))
        };
        let mut on = Subscriptions::new();
        for name in &self.daily {
            on.insert(area("daily", name)?.daily());
        }
        for name in self.immediate.iter().filter(|name| *name != PASSWORD_CHANGE) {
            let what = area("immediate", name)?.immediate();
            on.insert(what.ok_or_else(|| Invalid::field("immediate", "Choose from the list"))?);
        }
        Ok(on)
    }
}

/// A person chooses which emails they get from now on.
///
/// # Errors
///
/// 401 nobody is signed in; 422 there is no such kind of email.
pub(crate) async fn choose(
    State(identity): State<Identity>,
    who: Who,
    Json(choice): Json<Choice>,
) -> Result<Json<Notifications>, Problem> {
    let on = choice.subscriptions()?;
    identity.store.choose_subscriptions(&who.email, on.clone()).await?;
    Ok(Json(Notifications::new(&on, identity.store.email_state(who.email.as_str()).await?)))
}

/// The token of a link under an email.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// Who gets no more notifications.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Unsubscribed {
    masked_email: Option<String>,
}

/// Whoever has an email's link wants no more of them. A link that we do not know stops nothing; the answer
/// differs only in that it names no address.
///
/// # Errors
///
/// 503 the table does not answer.
pub(crate) async fn unsubscribe(
    State(identity): State<Identity>,
    Json(link): Json<Link>,
) -> Result<Json<Unsubscribed>, Problem> {
    let reader = stop(&identity, &link).await?;
    Ok(Json(Unsubscribed { masked_email: reader.map(|email| email.masked()) }))
}

/// A mail program stops the emails for its reader, without a page (RFC 8058). The answer is always the same.
///
/// # Errors
///
/// 503 the table does not answer.
pub(crate) async fn unsubscribe_by_one_click(
    State(identity): State<Identity>,
    Query(link): Query<Link>,
) -> Result<NoContent, Problem> {
    stop(&identity, &link).await?;
    Ok(Status(()))
}

async fn stop(identity: &Identity, link: &Link) -> Result<Option<EmailAddress>, StoreError> {
    let reader = identity.store.reader_of_link(&TokenHash::of(link.token.trim())).await?;
    let Some(reader) = reader.and_then(|email| email.parse::<EmailAddress>().ok()) else {
        return Ok(None);
    };
    identity.store.choose_subscriptions(&reader, Subscriptions::new()).await?;
    Ok(Some(reader))
}
