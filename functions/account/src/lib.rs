//! How a person signs in and which emails they get, seen and changed by that person.

mod authenticator;
mod notifications;
mod overview;
mod password;
mod security_code;
mod sessions;
#[cfg(test)]
mod tests;

use identity::Identity;
use web::{Access, Api};

/// Where this function answers.
pub fn api() -> Api<Identity> {
    Api::new()
        .get("/api/account", Access::Session, overview::overview)
        .post("/api/account/password", Access::Session, password::change)
        .post("/api/account/security-code", Access::Session, security_code::change)
        .post("/api/account/totp", Access::Session, authenticator::offer)
        .post("/api/account/totp/confirmation", Access::Session, authenticator::confirm)
        .post("/api/account/totp/removal", Access::Session, authenticator::remove)
        .post("/api/account/sessions/{session_id}/end", Access::Session, sessions::end)
        .post("/api/account/sessions/end-others", Access::Session, sessions::end_others)
        .get("/api/account/notifications", Access::Session, notifications::show)
        .put("/api/account/notifications", Access::Session, notifications::choose)
        .post("/api/unsubscribe", Access::Public, notifications::unsubscribe)
        .post(
            "/api/unsubscribe/one-click",
            Access::OneClick,
            notifications::unsubscribe_by_one_click,
        )
}
