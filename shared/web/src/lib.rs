//! The edge of the portal: HTTP in, typed values through, HTTP out.
//!
//! A function declares each route once, with its method, its path and who may use it ([`Api`]); one layer
//! (`access`) enforces that for all of them and records (`audit`) what each person saw and changed; handlers are given
//! typed values ([`Who`], [`Acting`], [`Json`]) and answer with a value or a [`Problem`]. What a route takes and answers
//! is known from those types ([`describe`]).
//!
//! ```no_run
//! # use web::{Access, Api, Json, Portal, Problem, Who};
//! fn api<S: Portal>() -> Api<S> {
//!     Api::new().get("/api/me", Access::Session, me)
//! }
//!
//! async fn me(who: Who) -> Result<Json<String>, Problem> {
//!     Ok(Json(who.name))
//! }
//! ```

mod access;
mod answer;
mod api;
mod audit;
mod caller;
mod clock;
mod cookie;
pub mod describe;
mod download;
mod extract;
mod links;
mod part;
mod picture;
mod problem;
mod sender;
mod sent;
#[cfg(test)]
mod tests;
mod who;

pub use crate::access::Access;
pub use crate::answer::{Accepted, Created, Made, NoContent, Status, WithCookie};
pub use crate::api::{Api, Portal, Route};
pub use crate::clock::{At, Clock};
pub use crate::cookie::{
    SESSION_COOKIE, clear_session_cookie, presented as presented_session, session_cookie,
};
pub use crate::download::Download;
pub use crate::extract::{Json, Path, Query};
pub use crate::part::{ROWS_MAX, part};
pub use crate::picture::Picture;
pub use crate::problem::{Invalid, Missing, Problem, Refusals};
pub use crate::sender::EDGE_HEADER;
pub use crate::who::{Acting, Staff, Who};

/// Why the Lambda runtime stopped.
pub use lambda_http::Error as RuntimeError;
