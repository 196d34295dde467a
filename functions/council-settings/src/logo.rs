//! The council's logo: sent from the page of its setting, shown in the header of every page.

use axum::extract::State;
use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine};
use domain::appearance::{LOGO_BYTES_MAX, LogoName, NotALogo};
use files::{Objects, Place};
use serde::{Deserialize, Serialize};
use web::{Created, Invalid, Json, Missing, Path, Picture, Problem, Status};

use crate::CouncilSettings;

/// A picture that somebody chose.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Chosen {
    /// What is in the file, in base64.
    picture: String,
}

/// What the setting is to say for this picture.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Kept {
    value: String,
    /// Where it can be seen.
    path: String,
}

/// Which picture a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichLogo {
    name: String,
}

/// One of the council's people sends a picture. It is nobody's logo until the setting says so. The same picture again
/// is the same one.
///
/// # Errors
///
/// 422 it is no picture that can be shown.
pub(crate) async fn keep(
    state: State<CouncilSettings>,
    body: Json<Chosen>,
) -> Result<Created<Kept>, Problem> {
    let said = |why: NotALogo| Invalid::field("value", why.to_string());
    let bytes = STANDARD
        .decode(&body.0.picture)
        .map_err(|_not_base64: DecodeError| said(NotALogo::Kind))?;
    let name = LogoName::of(&bytes).map_err(said)?;
    state.objects.put_if_absent(&Place::logo(&name), bytes).await?;
    let path = format!("/api/logo/{name}");
    Ok(Status(Json(Kept { value: name.to_string(), path })))
}

/// A picture that was sent, for everybody.
///
/// # Errors
///
/// 404 none was sent with this name.
pub(crate) async fn show(
    state: State<CouncilSettings>,
    which: Path<WhichLogo>,
) -> Result<Picture, Problem> {
    let name: LogoName = which.0.name.parse().map_err(|_names_nothing: NotALogo| Missing)?;
    let object = state.objects.get(&Place::logo(&name), LOGO_BYTES_MAX).await?.ok_or(Missing)?;
    Ok(Picture::new(name.kind().content_type(), object.bytes))
}

/// Whether the picture that a setting is to say was sent.
pub(crate) async fn is_kept(objects: &Objects, value: &str) -> Result<bool, Problem> {
    let Ok(name) = value.parse::<LogoName>() else { return Ok(true) };
    Ok(objects.get(&Place::logo(&name), LOGO_BYTES_MAX).await?.is_some())
}
