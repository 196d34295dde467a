//! Runs that die half-way and are tried again.

use std::collections::BTreeMap;

use cloud::Fuse;
use domain::failure::Failure;
use testing::{at, parse};

use super::world::{NOON, World, ada, cora, death, ended, query, said, verdict};
use crate::{Conversations, ConversationsError, Shown, Turn, Verdict, Wanted};

/// One thing that somebody does. It may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Raise,
    RaiseDeath,
    Reply,
    Complete,
    Reopen,
    Accept,
    Decline,
}

const ALL: [Deed; 7] = [
    Deed::Raise,
    Deed::RaiseDeath,
    Deed::Reply,
    Deed::Complete,
    Deed::Reopen,
    Deed::Accept,
    Deed::Decline,
];

async fn prepared(deed: Deed) -> (World, Option<Shown>) {
    let world = World::new().await;
    let shown = match deed {
        Deed::Raise | Deed::RaiseDeath => None,
        Deed::Accept | Deed::Decline => {
            Some(world.raise(&ada(), &ended("164628", "2022-11-10")).await)
        }
        Deed::Reply | Deed::Complete | Deed::Reopen => {
            Some(world.raise(&ada(), &query("begin")).await)
        }
    };
    if deed == Deed::Reopen {
        let done = said("done", Turn::Complete);
        world.answer(&ada(), shown.as_ref().unwrap(), &done).await.unwrap();
    }
    (world, shown)
}

async fn done(
    conversations: &Conversations,
    shown: Option<&Shown>,
    deed: Deed,
) -> Result<Shown, ConversationsError> {
    let (now, staff, provider) = (at(NOON), cora(&["SYSTEMS"]), parse("P1001"));
    let action = shown.map(|it| it.head.line.action_id.clone());
    let raise = async |raising| conversations.raise(&ada(), &provider, &raising, now).await;
    let answer = async |turn| {
        let of = (&provider, action.as_ref().unwrap());
        conversations.answer(&staff, of, &said("deed", turn), now).await
    };
    let decide = async |wanted| {
        let of = (&provider, action.as_ref().unwrap());
        conversations.decide(&staff, of, &verdict("deed", wanted), now).await
    };
    match deed {
        Deed::Raise => raise(query("deed")).await,
        Deed::RaiseDeath => raise(death("A272433", "2022-11-06")).await,
        Deed::Reply => answer(Turn::Reply(Some(Wanted::Provider(None)))).await,
        Deed::Complete => answer(Turn::Complete).await,
        Deed::Reopen => answer(Turn::Reopen).await,
        Deed::Accept => decide(Verdict::Accept).await,
        Deed::Decline => decide(Verdict::Decline).await,
    }
}

/// What is in the table and in the buckets.
fn state(world: &World) -> (BTreeMap<String, serde_json::Value>, BTreeMap<String, String>) {
    (world.store.dump().unwrap(), world.objects.dump())
}

#[tokio::test]
async fn killed_before_or_after_any_call_and_tried_again_it_ends_as_if_undisturbed() {
    for deed in ALL {
        let (undisturbed, shown) = prepared(deed).await;
        done(&undisturbed.conversations(), shown.as_ref(), deed).await.unwrap();
        let expected = state(&undisturbed);
        for cut in 1.. {
            let (world, shown) = prepared(deed).await;
            let fuse = Fuse::blowing_at(cut);
            let died = done(&world.cut_by(&fuse), shown.as_ref(), deed).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 10, "{deed:?}: there are more calls than that");
                break;
            }
            if let Err(died) = died {
                assert!(["interrupted", "store-unavailable"].contains(&died.code()), "{died}");
            }
            done(&world.conversations(), shown.as_ref(), deed).await.unwrap();
            assert_eq!(state(&world), expected, "{deed:?}, cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn what_was_accepted_and_cut_off_is_finished_by_the_job_though_nobody_asks_again() {
    let (undisturbed, shown) = prepared(Deed::Accept).await;
    done(&undisturbed.conversations(), shown.as_ref(), Deed::Accept).await.unwrap();
    let mut finished = 0;
    for cut in 1.. {
        let (world, shown) = prepared(Deed::Accept).await;
        let fuse = Fuse::blowing_at(cut);
        drop(done(&world.cut_by(&fuse), shown.as_ref(), Deed::Accept).await);
        if !fuse.has_blown() {
            break;
        }
        finished += world.conversations().finish().await.unwrap();
        assert_eq!(world.conversations().finish().await.unwrap(), 0);
        let action = shown.unwrap().head.line.action_id;
        let head = world.store.action(&parse("P1001"), &action).await.unwrap().unwrap();
        assert_eq!(world.dropped().len(), usize::from(head.decision.is_some()), "cut {cut}");
        if head.decision.is_some() {
            assert_eq!(state(&world).1, state(&undisturbed).1);
        }
    }
    assert!(finished > 3, "the job had something to do: {finished}");
}
