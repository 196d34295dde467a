//! Everybody who signs in to the portal, and what the council's helpdesk does about them: invite again, lock, unlock,
//! send a password reset, take the second step away, sign out everywhere.
//!
//! Nobody here ever learns a password, a code or a link: those go to the person's own email address.

mod help;
mod list;
#[cfg(test)]
mod tests;
mod view;

use domain::permission::CouncilPermission;
use identity::Identity;
use web::{Access, Api};

/// Where this function answers.
pub fn api() -> Api<Identity> {
    let see = Access::Council(CouncilPermission::SeeUsers);
    let manage = Access::Council(CouncilPermission::ManageUsers);
    Api::new()
        .get("/api/council/users", see, list::list)
        .get("/api/council/users/{user_id}", see, view::show)
        .post("/api/council/users/{user_id}/invitation", manage, help::invite_again)
        .post("/api/council/users/{user_id}/lock", manage, help::lock)
        .post("/api/council/users/{user_id}/unlock", manage, help::unlock)
        .post("/api/council/users/{user_id}/password-reset", manage, help::send_password_reset)
        .post("/api/council/users/{user_id}/second-step/removal", manage, help::take_second_step)
        .post("/api/council/users/{user_id}/sessions/end", manage, help::end_sessions)
}
