//! Somebody who cannot sign in asks the helpdesk, if the council offers that.

use axum::extract::State;
use domain::failure::FieldError;
use domain::sign_in::EmailAddress;
use identity::{Identity, helpdesk_email};
use messages::templates::HelpdeskRequest;
use serde::Deserialize;
use web::{Accepted, At, Invalid, Json, Missing, Problem, Status};

/// The longest name of a person or an organisation that is taken.
const NAME_LENGTH_MAX: usize = 200;
/// The longest telephone number that is taken, with its spaces and extension.
const TELEPHONE_LENGTH_MAX: usize = 40;

/// What somebody typed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = HelpdeskForm)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct Form {
    name: String,
    organisation: String,
    email: String,
    telephone: String,
}

/// Somebody asks the helpdesk for a new password. One request a day for each address reaches it; the answer
/// is the same in any case.
///
/// # Errors
///
/// 404 the council does not offer this; 422 something is missing.
pub(crate) async fn request(
    State(identity): State<Identity>,
    At(now): At,
    Json(form): Json<Form>,
) -> Result<Accepted, Problem> {
    let settings = identity.settings().await?;
    if !settings.helpdesk_form {
        return Err(Missing.into());
    }
    let email = form.check()?;
    let request = HelpdeskRequest {
        name: form.name.trim(),
        organisation: form.organisation.trim(),
        email: email.as_str(),
        telephone: form.telephone.trim(),
    };
    let news = helpdesk_email(&identity.head(&settings), &request, now);
    let id = news.outbox_id.clone();
    identity.store.add_to_outbox(news).await?;
    identity.tell(&id).await;
    Ok(Status(()))
}

impl Form {
    fn check(&self) -> Result<EmailAddress, Invalid> {
        let email = self.email.parse::<EmailAddress>();
        let mut wrong = Vec::new();
        wrong.extend(text("name", &self.name, "your name", NAME_LENGTH_MAX));
        wrong.extend(text(
            "organisation",
            &self.organisation,
            "your organisation",
            NAME_LENGTH_MAX,
        ));
        if let Err(why) = &email {
            wrong.push(FieldError::new("email", why.to_string()));
        }
        wrong.extend(text(
            "telephone",
            &self.telephone,
            "a telephone number",
            TELEPHONE_LENGTH_MAX,
        ));
        Invalid::unless_empty(wrong)?;
        email.map_err(|why| Invalid::field("email", why.to_string()))
    }
}

fn text(field: &str, typed: &str, what: &str, length_max: usize) -> Option<FieldError> {
    let length = typed.trim().chars().count();
    if length == 0 {
        Some(FieldError::new(field, format!("Enter {what}")))
    } else if length > length_max || typed.contains(char::is_control) {
        let message = format!("Enter {what} in one line of {length_max} characters or fewer");
        Some(FieldError::new(field, message))
    } else {
        None
    }
}
