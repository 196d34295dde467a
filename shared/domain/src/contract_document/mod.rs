//! Contract documents: agreements for one client that a provider agrees or rejects (domain.md sections 3 and 4).
//!
//! A document is published in versions. A version is written once: what it says, which file it is, and by when it
//! is to be answered. An answer is written once too. Which version is the latest and whether it is answered stands
//! in the document's head.

mod answer;
mod field;
mod filter;
mod gate;
mod head;
mod terms;
mod version;

pub use answer::{Answer, CannotAnswer, Outcome, REASON_LENGTH_MAX, Signer};
pub use field::{Difference, Field, differences};
pub use filter::{Chosen, DocumentFilter, Status};
pub use head::Document;
pub use terms::Terms;
pub use version::{
    DocumentFile, DocumentState, DocumentVersion, answer_by, is_overdue, remind_from,
};

/// What is shown to whoever answers, and kept with the answer. It speaks of both, as both are asked on one page.
pub const CONSENT: &str = "By entering your password and choosing Agree you agree to this document on behalf of your \
                           organisation, and your organisation is bound by it. By entering your password and \
                           choosing Reject you reject it, and you must say why.";

/// How many days before the deadline a provider is reminded.
pub const REMIND_DAYS_BEFORE: u64 = 2;

/// The date as a note shows it: `28/11/2022`.
fn note_date(at: chrono::DateTime<chrono::Utc>) -> String {
    crate::clock::london_date(at).format("%d/%m/%Y").to_string()
}
