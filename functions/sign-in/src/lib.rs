//! Signing in: password, second step, invitation, forgotten password, the form to the helpdesk, signing out.
//!
//! Whether an address has an account shows neither in an answer nor in the time it takes: for an address
//! without one the same records are read and written, the same hash is computed, and an email is written that is
//! never sent.

mod challenge;
mod helpdesk;
mod invitation;
mod options;
mod password;
mod reset;
mod sign_out;
#[cfg(test)]
mod tests;

use identity::Identity;
use web::{Access, Api};

/// Where this function answers.
pub fn api() -> Api<Identity> {
    Api::new()
        .get("/api/sign-in/options", Access::Public, options::options)
        .post("/api/sign-in", Access::Public, password::sign_in)
        .post("/api/sign-in/code", Access::Public, challenge::answer)
        .post("/api/sign-in/code/another", Access::Public, challenge::another)
        .post("/api/invitation", Access::Public, invitation::accept)
        .post("/api/invitation/totp", Access::Public, invitation::offer)
        .post("/api/password-reset", Access::Public, reset::ask)
        .post("/api/password-reset/password", Access::Public, reset::choose)
        .post("/api/helpdesk-request", Access::Public, helpdesk::request)
        .post("/api/sign-out", Access::Session, sign_out::sign_out)
}
