//! Setting up an authenticator app, and removing it.

use axum::extract::State;
use axum::http::StatusCode;
use domain::account::Account;
use domain::failure::{Failure, FieldError, Kind};
use domain::second_step::Authenticator;
use identity::{Identity, News, Person};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use store::{Change, StoreError};
use thiserror::Error;
use web::{At, Json, Problem, Who};

/// How wide the QR code is at least, in pixels: a telephone's camera reads it from a hand's breadth away.
const QR_WIDTH_PX: u32 = 220;

/// What the app needs to know.
#[derive(Debug, Serialize)]
pub(crate) struct Offer {
    secret: String,
    uri: String,
    qr_svg: String,
}

/// Why an authenticator app cannot be set up.
#[derive(Debug, Clone, Copy, Error)]
enum CannotSetUp {
    #[error("The code is not right.")]
    WrongCode,
    #[error("Start setting up the app again.")]
    NotOffered,
    #[error("The QR code could not be drawn.")]
    NotDrawn,
}

impl Failure for CannotSetUp {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCode => Kind::Invalid,
            Self::NotOffered => Kind::Conflict,
            Self::NotDrawn => Kind::Defect,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "code-wrong",
            Self::NotOffered => "totp-not-offered",
            Self::NotDrawn => "qr-code-not-drawn",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::WrongCode => {
                vec![FieldError::new("code", "Enter the code that your app shows now")]
            }
            Self::NotOffered | Self::NotDrawn => Vec::new(),
        }
    }
}

async fn account_of(identity: &Identity, who: &Who) -> Result<Account, StoreError> {
    identity.store.account(&who.email).await?.ok_or(StoreError::Missing("account"))
}

/// A person wants to use an authenticator app. Nothing changes until they show that it works.
///
/// # Errors
///
/// 401 nobody is signed in.
pub(crate) async fn offer(
    State(identity): State<Identity>,
    who: Who,
) -> Result<Json<Offer>, Problem> {
    let settings = identity.settings().await?;
    let account = account_of(&identity, &who).await?;
    let offered = Authenticator::new(cloud::random_bytes());
    let uri = offered.uri(&settings.council_name, who.email.as_str());
    let secret = offered.reveal().to_owned();
    let account = Account { authenticator_offered: Some(offered), ..account };
    let drawn = QrCode::new(uri.as_bytes()).map_err(|_too_long| CannotSetUp::NotDrawn)?;
    let qr_svg = drawn.render::<svg::Color<'_>>().min_dimensions(QR_WIDTH_PX, QR_WIDTH_PX).build();
    identity.store.change(vec![Change::Account(account)]).await?;
    Ok(Json(Offer { secret, uri, qr_svg }))
}

/// What the app shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirm {
    #[serde(default)]
    code: String,
}

/// A person shows that the app works: from now on it is asked at sign-in. An email says so at once.
///
/// # Errors
///
/// 409 no app is being set up; 422 the code is wrong.
pub(crate) async fn confirm(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Confirm>,
) -> Result<StatusCode, Problem> {
    let settings = identity.settings().await?;
    let account = account_of(&identity, &who).await?;
    let offered = account.authenticator_offered.as_ref().ok_or(CannotSetUp::NotOffered)?;
    let app = offered.accept(&form.code, now.instant.timestamp()).ok_or(CannotSetUp::WrongCode)?;
    let account = Account { authenticator: Some(app), authenticator_offered: None, ..account };
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let changes = vec![Change::Account(account)];
    identity.change_and_tell(changes, person, News::Changed("authenticator app")).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Remove {
    #[serde(default)]
    password: String,
}

/// A person no longer uses an app: the council's own second step is asked again. An email says so at once.
///
/// # Errors
///
/// 422 the password is wrong.
pub(crate) async fn remove(
    State(identity): State<Identity>,
    At(now): At,
    who: Who,
    Json(form): Json<Remove>,
) -> Result<StatusCode, Problem> {
    let settings = identity.settings().await?;
    let person = Person { email: &who.email, somebody: true, settings: &settings, at: now.instant };
    let account = identity.confirm_password(person, "password", &form.password).await?;
    let account = Account { authenticator: None, authenticator_offered: None, ..account };
    let changes = vec![Change::Account(account)];
    identity.change_and_tell(changes, person, News::Changed("authenticator app")).await?;
    Ok(StatusCode::NO_CONTENT)
}
