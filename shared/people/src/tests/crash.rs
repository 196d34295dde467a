//! Killed before and after every call, and done again by whoever comes: the same as undisturbed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use testing::parse;

use super::*;

/// Everything that can be seen; the mail queue may be told twice.
#[derive(Debug, PartialEq)]
struct State {
    table: BTreeMap<String, Value>,
    told: BTreeSet<String>,
    signed_in: Vec<bool>,
}

/// A world in which Bob and Ada are signed in and `wish` was asked for.
async fn asked(wish: Wish) -> (World, ChangeRequest, Vec<TokenHash>) {
    let world = World::new().await;
    let sessions = vec![
        world.signed_in("bob@lakehouse.example").await,
        world.signed_in("ada@lakehouse.example").await,
    ];
    let request = world.ask("request-1", wish).await.unwrap();
    world.queue.take();
    (world, request, sessions)
}

async fn state(world: &World, sessions: &[TokenHash]) -> State {
    let mut signed_in = Vec::new();
    for id in sessions {
        signed_in.push(world.is_signed_in(id).await);
    }
    let told = world.queue.take().iter().map(ToString::to_string).collect();
    State { table: world.store.dump().unwrap(), told, signed_in }
}

/// Who comes after the officer was interrupted.
#[derive(Debug, Clone, Copy)]
enum Next {
    Officer,
    Job,
}

async fn goes_on(world: &World, request: &ChangeRequest, verdict: Verdict<'_>, next: Next) {
    let people = world.people();
    let there = people.request_of(&request.provider_ref, &request.request_ref).await.unwrap();
    match next {
        Next::Job if !there.is_pending() => people.finish_requests(nine()).await.unwrap(),
        Next::Officer | Next::Job => {
            world.decide(request, &grace(), verdict).await.unwrap();
        }
    }
}

async fn survives(wish: &Wish, verdict: Verdict<'_>, next: Next) {
    let (undisturbed, request, sessions) = asked(wish.clone()).await;
    undisturbed.decide(&request, &grace(), verdict).await.unwrap();
    let wanted = state(&undisturbed, &sessions).await;
    for cut in 1.. {
        if !survives_cut(cut, wish, (verdict, next), &wanted).await {
            assert!(cut > 10, "hardly anything was called");
            return;
        }
    }
}

/// Whether there was anything to cut.
async fn survives_cut(
    cut: usize,
    wish: &Wish,
    (verdict, next): (Verdict<'_>, Next),
    wanted: &State,
) -> bool {
    let (world, request, sessions) = asked(wish.clone()).await;
    let fuse = Fuse::blowing_at(cut);
    let key = (&request.provider_ref, &request.request_ref);
    let killed = world.with(&fuse).decide(key, &grace(), verdict, nine()).await;
    assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
    if fuse.has_blown() {
        goes_on(&world, &request, verdict, next).await;
        let found = state(&world, &sessions).await;
        assert_eq!(found, *wanted, "{wish:?} {next:?}: {:?}", fuse.blown_label());
    }
    fuse.has_blown()
}

#[tokio::test]
async fn an_accepted_request_survives() {
    let wishes = [new_carol(), bob_moves(), without(&["payments"]), without(&[])];
    for wish in &wishes {
        for next in [Next::Officer, Next::Job] {
            survives(wish, Verdict::Accept, next).await;
        }
    }
}

#[tokio::test]
async fn a_rejected_request_survives() {
    for next in [Next::Officer, Next::Job] {
        survives(&new_carol(), Verdict::Reject("Not one of yours"), next).await;
    }
}

#[tokio::test]
async fn asking_and_withdrawing_survive() {
    let (provider, email) = (parse("P1001"), parse("ada@lakehouse.example"));
    let asking = Asking { provider: &provider, name: "Ada Brome", email: &email };
    let done = async |world: &World, fuse: &Fuse| -> Result<(), PeopleError> {
        let people = world.with(fuse);
        let request = people.ask(asking, &parse("request-1"), &new_carol(), nine()).await?;
        people.withdraw(&provider, &request.request_ref, "Ada Brome", nine()).await?;
        Ok(())
    };
    let undisturbed = World::new().await;
    done(&undisturbed, &Fuse::default()).await.unwrap();
    for cut in 1.. {
        let world = World::new().await;
        let fuse = Fuse::blowing_at(cut);
        let killed = done(&world, &fuse).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
        if !fuse.has_blown() {
            assert!(cut > 10, "hardly anything was called");
            return;
        }
        done(&world, &Fuse::default()).await.unwrap();
        let (found, wanted) = (world.store.dump().unwrap(), undisturbed.store.dump().unwrap());
        assert_eq!(found, wanted, "{:?}", fuse.blown_label());
    }
}
