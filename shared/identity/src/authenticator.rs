//! Setting up an authenticator app: offered first, used only once it has shown that it works.

use chrono::{DateTime, Utc};
use domain::account::Account;
use domain::failure::{Failure, FieldError, Kind};
use domain::second_step::Authenticator;
use domain::settings::Settings;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use thiserror::Error;

/// How wide the QR code is at least, in pixels: a telephone's camera reads it from a hand's breadth away.
const QR_WIDTH_PX: u32 = 220;

/// What the app needs to know.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AppOffer {
    /// To be typed into the app.
    secret: String,
    /// To be opened by the app.
    uri: String,
    /// To be read by the app's camera.
    qr_svg: String,
}

/// Why an authenticator app cannot be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotSetUp {
    /// It does not show what it should.
    #[error("The code is not right.")]
    WrongCode {
        /// Where it was typed.
        field: &'static str,
    },
    /// Nobody asked to set one up.
    #[error("Start setting up the app again.")]
    NotOffered,
    /// What the app needs to know is too long for a QR code.
    #[error("The QR code could not be drawn.")]
    NotDrawn,
}

impl Failure for CannotSetUp {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCode { .. } => Kind::Invalid,
            Self::NotOffered => Kind::Conflict,
            Self::NotDrawn => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode { .. } => "code-wrong",
            Self::NotOffered => "totp-not-offered",
            Self::NotDrawn => "qr-code-not-drawn",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::WrongCode { field } => {
                vec![FieldError::new(field, "Enter the code that your app shows now")]
            }
            Self::NotOffered | Self::NotDrawn => Vec::new(),
        }
    }
}

/// The account with an app that is offered, and what the app needs to know. An earlier offer is void.
///
/// # Errors
///
/// [`CannotSetUp::NotDrawn`].
pub fn offer_app(
    account: Account,
    settings: &Settings,
) -> Result<(Account, AppOffer), CannotSetUp> {
    let app = Authenticator::new(cloud::random_bytes());
    let uri = app.uri(&settings.council_name, account.email.as_str());
    let drawn = QrCode::new(uri.as_bytes()).map_err(|_too_long| CannotSetUp::NotDrawn)?;
    let qr_svg = drawn.render::<svg::Color<'_>>().min_dimensions(QR_WIDTH_PX, QR_WIDTH_PX).build();
    let offer = AppOffer { secret: app.reveal().to_owned(), uri, qr_svg };
    Ok((Account { authenticator_offered: Some(app), ..account }, offer))
}

/// The account with the app that was offered, after it showed `typed`: it is asked from now on.
///
/// # Errors
///
/// [`CannotSetUp`] if none was offered, or it shows something else.
pub fn confirm_app(
    account: Account,
    field: &'static str,
    typed: &str,
    at: DateTime<Utc>,
) -> Result<Account, CannotSetUp> {
    let offered = account.authenticator_offered.as_ref().ok_or(CannotSetUp::NotOffered)?;
    let app = offered.accept(typed, at.timestamp()).ok_or(CannotSetUp::WrongCode { field })?;
    Ok(Account { authenticator: Some(app), authenticator_offered: None, ..account })
}
