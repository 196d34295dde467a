//! Actions: a query or notice as a conversation between a provider and the council (domain.md sections 3 and 4).
//!
//! `types` says which kinds there are and what each asks, as data; `form` checks what somebody filled in; `head` is
//! the state of an action and what may become of it; `post` what was said; `attachment` tells files by what is in
//! them; `variation` reads care beyond the plan; `lamp` is the light at home.

mod attachment;
mod form;
mod head;
mod lamp;
mod post;
mod settings;
mod types;
mod variation;

pub use attachment::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, Attachment, MediaType, NotAttached};
pub use form::{Checked, Filled, Filling, NotFilledIn, checked_text};
pub use head::{
    ActionHead, ActionLine, ActionState, CannotAct, Decision, DecisionOutcome, Detail, Opening,
    POSTS_MAX, Related, Side, To,
};
pub use lamp::{Lamp, Lit};
pub use post::Post;
pub use settings::ActionSettings;
pub use types::{ActionType, ActionTypes, Choice, Field, FieldKind, Proposes, RelatedKind};
pub use variation::{Extra, Rate, Varying};
