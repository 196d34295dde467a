//! What the sign-in pages need to know before anybody has signed in.

use axum::extract::State;
use domain::settings::SecondStep;
use identity::Identity;
use serde::Serialize;
use web::{Json, Problem};

/// The council's choices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Options {
    council_name: String,
    support_email: String,
    second_step: SecondStep,
    helpdesk_form: bool,
}

/// What the council chose.
///
/// # Errors
///
/// 503 the table does not answer.
pub(crate) async fn options(State(identity): State<Identity>) -> Result<Json<Options>, Problem> {
    let settings = identity.settings().await?;
    Ok(Json(Options {
        council_name: settings.council_name,
        support_email: settings.support_email,
        second_step: settings.second_step,
        helpdesk_form: settings.helpdesk_form,
    }))
}
