//! What the sign-in pages need to know before anybody has signed in.

use axum::extract::State;
use domain::announcement::{Reader, Shown};
use domain::appearance::Appearance;
use domain::settings::SecondStep;
use identity::Identity;
use serde::Serialize;
use web::{At, Json, Problem};

/// The council's choices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Options {
    council_name: String,
    support_email: String,
    second_step: SecondStep,
    helpdesk_form: bool,
    /// How many characters a new password must have.
    password_length_min: u32,
    /// Whether it must have a capital letter, a small letter and a digit.
    password_mix: bool,
    appearance: Appearance,
    /// What the council announces to everybody, the newest first.
    announcements: Vec<Shown>,
}

/// What the council chose.
///
/// # Errors
///
/// 503 the table does not answer.
pub(crate) async fn options(
    State(identity): State<Identity>,
    At(now): At,
) -> Result<Json<Options>, Problem> {
    let settings = identity.settings().await?;
    let board = identity.store.announcement_board().await?;
    Ok(Json(Options {
        appearance: Appearance::from(&settings),
        password_length_min: settings.password_length_min,
        password_mix: settings.password_mix,
        council_name: settings.council_name,
        support_email: settings.support_email,
        second_step: settings.second_step,
        helpdesk_form: settings.helpdesk_form,
        announcements: board.shown(Reader::SignedOut, now.date),
    }))
}
