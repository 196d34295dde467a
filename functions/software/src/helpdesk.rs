//! The keys of a provider's software, as the council's helpdesk sees and revokes them. It never learns a secret.

use axum::extract::State;
use domain::api_key::Revoked;
use domain::ids::{ApiKeyId, ProviderRef};
use domain::permission::CouncilPermission;
use serde::{Deserialize, Serialize};
use store::StoreError;
use web::{At, Json, Missing, Path, Problem, Staff};

use crate::Software;
use crate::keys::{KeyNews, KeyView, telling};

/// The keys of a provider, the last made first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProvidersKeysView {
    provider_ref: ProviderRef,
    provider_name: String,
    keys: Vec<KeyView>,
    /// Whether whoever asks may revoke them.
    may_revoke: bool,
}

/// Which key of which provider a path names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct WhichKey {
    provider_ref: ProviderRef,
    key_id: ApiKeyId,
}

/// Why a key is revoked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Revocation {
    /// The provider reads it.
    reason: String,
}

/// One of the council's people looks at the keys of a provider.
///
/// # Errors
///
/// 404 there is no such provider.
pub(crate) async fn list(
    state: State<Software>,
    staff: Staff,
    at: At,
    provider: Path<ProviderRef>,
) -> Result<Json<ProvidersKeysView>, Problem> {
    let provider = state.store.provider(&provider.0).await?.ok_or(Missing)?;
    let keys = state.store.api_keys(&provider.provider_ref).await?;
    staff.viewed("api keys", &provider.provider_ref, keys.len());
    Ok(Json(ProvidersKeysView {
        provider_ref: provider.provider_ref,
        provider_name: provider.name,
        keys: keys.into_iter().map(|key| KeyView::of(key, at.0)).collect(),
        may_revoke: staff.may(CouncilPermission::ManageUsers),
    }))
}

/// The council's helpdesk revokes a provider's key: from now on nothing that is asked with it is answered, and the
/// provider's administrators are told by email. Done again, it changes nothing and tells nobody.
///
/// # Errors
///
/// 404 there is no such provider, or it has no such key; 422 the reason.
pub(crate) async fn revoke(
    state: State<Software>,
    staff: Staff,
    at: At,
    which: Path<WhichKey>,
    body: Json<Revocation>,
) -> Result<Json<KeyView>, Problem> {
    let WhichKey { provider_ref, key_id } = which.0;
    let revoked = Revoked::by_council(at.0.instant, staff.name(), &body.0.reason)?;
    let event = ["api-key-revoked", provider_ref.as_str(), key_id.as_str()];
    let telling = telling(&state, &provider_ref, (&event, KeyNews::RevokedByCouncil), at.0).await?;
    let written = telling.to_send();
    match state.store.revoke_api_key(&provider_ref, &key_id, &revoked, &telling).await {
        Err(StoreError::Missing(_)) => Err(Missing.into()),
        done => {
            let key = done?;
            if key.revoked.as_ref() == Some(&revoked) {
                state.notices.tell(&written).await;
            }
            Ok(Json(KeyView::of(key, at.0)))
        }
    }
}
