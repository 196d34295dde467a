//! Actions: queries and notices as conversations between a provider and the council, from both sides.

mod council;
mod form_view;
mod list_view;
mod provider;
mod request;
#[cfg(test)]
mod tests;
mod view;

use cloud::{Cloud, tracing};
use conversations::{Conversations, Person, Shown};
use domain::permission::{CouncilPermission, Permission};
use store::Store;
use web::{Access, Acting, Api, Clock, Portal, Problem, Staff};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Actions {
    /// The portal's records.
    pub store: Store,
    /// The actions of all providers.
    pub conversations: Conversations,
    /// What tells the time.
    pub clock: Clock,
}

impl Actions {
    /// Opens what it needs. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        let (store, conversations) = (Store::open(cloud), Conversations::open(cloud));
        Self { store, conversations, clock: Clock::System }
    }
}

impl Portal for Actions {
    fn store(&self) -> &Store {
        &self.store
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Where the function answers.
pub fn api() -> Api<Actions> {
    let see = Access::Provider(Permission::See);
    let act = Access::Provider(Permission::Act);
    let api = Api::new()
        .get("/api/actions", see, provider::list)
        .post("/api/actions", act, provider::create)
        .get("/api/actions/form", see, provider::form)
        .post("/api/actions/attachments", act, provider::start_attachment)
        .get("/api/actions/{action_id}", see, provider::show)
        .post("/api/actions/{action_id}/posts", act, provider::reply)
        .post("/api/actions/{action_id}/completion", act, provider::complete)
        .post("/api/actions/{action_id}/reopening", act, provider::reopen)
        .get("/api/actions/{action_id}/attachments/{attachment_id}", see, provider::attachment);
    council(api)
}

/// Where it answers the council's people.
fn council(api: Api<Actions>) -> Api<Actions> {
    let see = Access::Council(CouncilPermission::SeeActions);
    let answer = Access::Council(CouncilPermission::AnswerActions);
    let decide = Access::Council(CouncilPermission::AcceptProposals);
    api.get("/api/council/actions", see, council::list)
        .post("/api/council/actions", answer, council::create)
        .get("/api/council/actions/form", answer, council::form)
        .get("/api/council/actions/{provider_ref}/{action_id}", see, council::show)
        .post("/api/council/actions/{provider_ref}/attachments", answer, council::start_attachment)
        .post("/api/council/actions/{provider_ref}/{action_id}/posts", answer, council::reply)
        .post(
            "/api/council/actions/{provider_ref}/{action_id}/completion",
            answer,
            council::complete,
        )
        .post("/api/council/actions/{provider_ref}/{action_id}/reopening", answer, council::reopen)
        .post("/api/council/actions/{provider_ref}/{action_id}/decision", decide, council::decide)
        .get(
            "/api/council/actions/{provider_ref}/{action_id}/attachments/{attachment_id}",
            see,
            council::attachment,
        )
}

/// A contact, as conversations know them.
pub(crate) fn contact(acting: &Acting) -> Person {
    Person::Contact {
        email: acting.who.email.clone(),
        name: acting.who.name.clone(),
        provider: acting.provider.clone(),
        may_act: acting.may(Permission::Act),
    }
}

/// One of the council's people, as conversations know them.
pub(crate) fn colleague(staff: &Staff) -> Result<Person, Problem> {
    let access = staff.who.council.clone().ok_or(web::Missing)?;
    Ok(Person::Staff { email: staff.who.email.clone(), access })
}

/// What a person did, for the log: never what was said.
pub(crate) fn told(shown: &Shown, what: &'static str) {
    let line = &shown.head.line;
    tracing::info!(action = %line.action_id, kind = line.type_ref, state = ?line.state, "{what}");
}
