//! Two people at once: one outcome, and the other is told.

use std::thread;

use domain::change_request::RequestState;
use domain::failure::Failure;

use super::*;

fn block_on<T>(what: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(what)
}

type Outcome = Result<ChangeRequest, PeopleError>;

/// Does both at once; gives what came of each.
fn at_once(
    one: impl FnOnce() -> Outcome + Send + 'static,
    other: impl FnOnce() -> Outcome + Send + 'static,
) -> (Outcome, Outcome) {
    let (one, other) = (thread::spawn(one), thread::spawn(other));
    (one.join().unwrap(), other.join().unwrap())
}

fn deciding(
    world: &World,
    request: &ChangeRequest,
    by: Answer,
    accept: bool,
) -> impl FnOnce() -> Outcome + Send + 'static {
    let (people, request) = (world.people(), request.clone());
    move || {
        let key = (&request.provider_ref, &request.request_ref);
        let verdict = if accept { Verdict::Accept } else { Verdict::Reject("No") };
        block_on(people.decide(key, &by, verdict, nine()))
    }
}

/// One of the two won, and the other was told by name who did what.
async fn one_won(
    world: &World,
    request: &ChangeRequest,
    outcomes: (Outcome, Outcome),
) -> RequestState {
    let there = world.store.change_request(&request.provider_ref, &request.request_ref);
    let there = there.await.unwrap().unwrap();
    let (won, lost) = match outcomes {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
        both => panic!("{both:?}"),
    };
    assert_eq!(won.state, there.state);
    assert_eq!(lost.code(), "request-decided");
    let by = &there.answer().unwrap().by;
    assert!(lost.to_string().starts_with(by.as_str()), "{lost}");
    assert_eq!(world.store.pending_change_requests().await.unwrap(), []);
    let (decided, _) = world.store.queued_change_requests(None, 10, None).await.unwrap();
    assert_eq!(decided.len(), 1);
    there.state
}

#[tokio::test]
async fn of_two_officers_one_decides_and_the_other_is_told_who_did() {
    for _ in 0..20 {
        let world = World::new().await;
        let request = world.ask("request-1", new_carol()).await.unwrap();
        let outcomes = at_once(
            deciding(&world, &request, grace(), true),
            deciding(&world, &request, joan(), false),
        );
        let state = one_won(&world, &request, outcomes).await;
        let invited = world.access("carol@lakehouse.example").await.is_some();
        assert_eq!(invited, matches!(state, RequestState::Accepted { .. }));
        let told = world.subjects("ada@lakehouse.example");
        assert_eq!(told.iter().filter(|it| it.contains("change request")).count(), 1);
    }
}

#[tokio::test]
async fn of_a_provider_who_withdraws_and_an_officer_who_accepts_one_is_told() {
    for _ in 0..20 {
        let world = World::new().await;
        let request = world.ask("request-1", without(&[])).await.unwrap();
        let (people, mine) = (world.people(), request.clone());
        let withdraw = move || {
            let (provider, id) = (&mine.provider_ref, &mine.request_ref);
            block_on(people.withdraw(provider, id, "Ada Brome", nine()))
        };
        let outcomes = at_once(deciding(&world, &request, grace(), true), withdraw);
        let state = one_won(&world, &request, outcomes).await;
        let left = world.access("bob@lakehouse.example").await.is_some();
        assert_eq!(left, matches!(state, RequestState::Withdrawn { .. }));
    }
}

#[tokio::test]
async fn of_two_who_ask_about_one_contact_the_second_is_told() {
    for _ in 0..20 {
        let world = World::new().await;
        let asking = |id: &'static str, wish: Wish| {
            let people = world.people();
            move || {
                let (provider, email) = (parse("P1001"), parse("ada@lakehouse.example"));
                let asking = Asking { provider: &provider, name: "Ada Brome", email: &email };
                block_on(people.ask(asking, &parse(id), &wish, nine()))
            }
        };
        let outcomes =
            at_once(asking("request-1", without(&[])), asking("request-2", bob_with("01865 2")));
        let lost = match outcomes {
            (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost,
            both => panic!("{both:?}"),
        };
        assert_eq!(lost.code(), "request-pending");
        assert_eq!(world.store.pending_change_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_same_click_twice_at_once_is_answered_alike() {
    for _ in 0..20 {
        let world = World::new().await;
        let request = world.ask("request-1", new_carol()).await.unwrap();
        let click = || deciding(&world, &request, grace(), true);
        let (one, other) = at_once(click(), click());
        assert_eq!(one.unwrap().state, other.unwrap().state);
        assert_eq!(world.subjects("carol@lakehouse.example").len(), 1);
    }
}
