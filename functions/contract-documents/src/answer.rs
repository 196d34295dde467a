//! A provider's person agrees or rejects a document.

use agreements::Deed;
use axum::extract::State;
use cloud::tracing;
use domain::clock::Now;
use domain::contract_document::{Document, Signer};
use domain::permission::Permission;
use identity::Person;
use serde::Deserialize;
use web::{Acting, At, Invalid, Json, Missing, Path, Problem};

use crate::view::DocumentView;
use crate::{Documents, Which};

/// Somebody agrees.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Agreement {
    version: u32,
    #[serde(default)]
    password: String,
}

/// Somebody rejects.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Rejection {
    version: u32,
    #[serde(default)]
    password: String,
    #[serde(default)]
    reason: String,
}

/// A provider agrees to a document; it is bound by it.
///
/// # Errors
///
/// 404 no such document of this provider; 409 it is answered or superseded; 422 the password is wrong, which counts
/// as a wrong try to sign in.
pub(crate) async fn agree(
    state: State<Documents>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Agreement>,
) -> Result<Json<DocumentView>, Problem> {
    let Agreement { version, password } = body.0;
    state.answered(&acting, (&which.0, version), (Deed::Agree, &password), at.0).await
}

/// A provider rejects a document, and says why.
///
/// # Errors
///
/// As [`agree`]; 422 no reason is given.
pub(crate) async fn reject(
    state: State<Documents>,
    acting: Acting,
    at: At,
    which: Path<Which>,
    body: Json<Rejection>,
) -> Result<Json<DocumentView>, Problem> {
    let Rejection { version, password, reason } = body.0;
    state.answered(&acting, (&which.0, version), (Deed::Reject(&reason), &password), at.0).await
}

impl Documents {
    async fn answered(
        &self,
        acting: &Acting,
        (which, version): (&Which, u32),
        (deed, password): (Deed<'_>, &str),
        now: Now,
    ) -> Result<Json<DocumentView>, Problem> {
        let of = (&which.document_ref, version);
        let by = self.signer(acting).await?;
        self.agreements.may_answer(&acting.provider, of, (deed, &by), now).await?;
        self.check_password(acting, password, now).await?;
        let document = self.agreements.answer(&acting.provider, of, (deed, &by), now).await?;
        answered(&document);
        let shown = self.agreements.show(&acting.provider, &which.document_ref).await?;
        acting.viewed_of("contract document", 1, shown.clients());
        Ok(Json(DocumentView::of(&shown, acting.may(Permission::Sign))))
    }

    /// The person must give their password again. Wrong ones count as wrong tries to sign in.
    async fn check_password(&self, acting: &Acting, given: &str, now: Now) -> Result<(), Problem> {
        if given.is_empty() {
            return Err(Invalid::field("password", "Enter your password").into());
        }
        let settings = self.identity.settings().await?;
        let email = &acting.who.email;
        let person = Person { email, somebody: true, settings: &settings, at: now.instant };
        self.identity.confirm_password(person, "password", given).await?;
        Ok(())
    }

    /// Who answers: the contact of the provider that they signed in as.
    async fn signer(&self, acting: &Acting) -> Result<Signer, Problem> {
        let access = self.identity.store.access_to(&acting.who.email, &acting.provider).await?;
        let contact_ref = access.ok_or(Missing)?.contact_ref;
        let (name, roles) = (acting.who.name.clone(), acting.who.roles.clone());
        Ok(Signer::Contact { name, contact_ref, roles })
    }
}

fn answered(document: &Document) {
    let (document_ref, n, state) =
        (&document.latest.document_ref, document.latest.n, document.state());
    tracing::info!(document = %document_ref, version = n, state = ?state, "document answered");
}
