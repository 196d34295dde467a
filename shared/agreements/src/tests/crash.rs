//! Deeds that die half-way and are done again.

use cloud::Fuse;
use domain::clock::Now;
use domain::failure::Failure;
use testing::at;

use super::world::{World, doc, grace, monday, publishing, thelma, tuesday};
use crate::{Agreements, AgreementsError, Deed, Publishing};

/// One thing that somebody does. It may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Did {
    Begin,
    Make,
    Revise,
    Agree,
    Reject,
    AgreeManually,
    Remind,
    AgreeOverdue,
}

const ALL: [Did; 8] = [
    Did::Begin,
    Did::Make,
    Did::Revise,
    Did::Agree,
    Did::Reject,
    Did::AgreeManually,
    Did::Remind,
    Did::AgreeOverdue,
];

fn near() -> Now {
    at("2022-11-13T10:00:00Z")
}

fn over() -> Now {
    at("2022-11-15T00:00:00Z")
}

async fn prepared(did: Did) -> (World, Publishing) {
    let world = World::new().await;
    let next = world.publishing("b", tuesday()).await;
    if matches!(did, Did::Begin | Did::Make) {
        return (world, next);
    }
    world.publish("a", monday()).await;
    (world, next)
}

async fn done(agreements: &Agreements, next: &Publishing, did: Did) -> Result<(), AgreementsError> {
    let (provider, document) = (&next.provider_ref, doc());
    let answer = async |deed: Deed<'_>, by| {
        agreements.answer(provider, (&document, 1), (deed, &by), tuesday()).await.map(drop)
    };
    match did {
        Did::Begin | Did::Revise => agreements.publish(next, tuesday()).await.map(drop),
        Did::Make => agreements.publish(&publishing("made"), tuesday()).await.map(drop),
        Did::Agree => answer(Deed::Agree, thelma()).await,
        Did::Reject => answer(Deed::Reject("The price is wrong"), thelma()).await,
        Did::AgreeManually => answer(Deed::AgreeManually("By telephone"), grace()).await,
        Did::Remind => agreements.remind(near()).await,
        Did::AgreeOverdue => agreements.agree_overdue(over()).await.map(drop),
    }
}

#[tokio::test]
async fn killed_before_or_after_any_call_and_done_again_it_ends_as_if_undisturbed() {
    for did in ALL {
        let (undisturbed, next) = prepared(did).await;
        done(&undisturbed.agreements(), &next, did).await.unwrap();
        let state = undisturbed.state();
        for cut in 1.. {
            let (world, next) = prepared(did).await;
            let fuse = Fuse::blowing_at(cut);
            let died = done(&world.cut_by(&fuse), &next, did).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 5, "there are more calls than that");
                break;
            }
            assert_eq!(died.unwrap_err().code(), "interrupted", "{did:?} at cut {cut}");
            done(&world.agreements(), &next, did).await.unwrap();
            world.agreements().keep_all().await.unwrap();
            assert_eq!(world.state(), state, "{did:?} at cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

/// A person who is cut off may never come back: the job completes the record.
#[tokio::test]
async fn what_a_cut_off_answer_left_out_is_written_by_the_job() {
    for cut in 1.. {
        let (world, next) = prepared(Did::Agree).await;
        let fuse = Fuse::blowing_at(cut);
        drop(done(&world.cut_by(&fuse), &next, Did::Agree).await);
        if !fuse.has_blown() {
            break;
        }
        world.agreements().keep_all().await.unwrap();
        let record = world.agreements().record(&world.provider, &doc()).await.unwrap();
        assert_eq!(record.is_empty(), world.head().await.is_open(), "cut {cut}");
        assert!(record.iter().all(|kept| kept.intact), "cut {cut}");
    }
}
