//! Runs that die half-way and are tried again.

use cloud::Fuse;
use domain::failure::Failure;
use testing::{at, day, parse};

use super::attaching::PDF;
use super::world::{OPEN, PERIOD, World, claiming};
use crate::{Invoicing, InvoicingError};

/// One thing that somebody does. It may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Create,
    Attach,
    Submit,
    Delete,
    Tell,
}

async fn prepared(deed: Deed) -> World {
    let world = World::with_vat().await;
    world.one_week().await;
    if deed == Deed::Create {
        return world;
    }
    let id = world.draft().await.head.invoice_id;
    world.send(&id, "a.pdf", PDF).await;
    if matches!(deed, Deed::Attach | Deed::Delete) {
        return world;
    }
    let invoicing = world.invoicing();
    let draft = invoicing.check_attachment(&world.provider, &id, at(OPEN)).await.unwrap();
    if deed == Deed::Tell {
        let submitted = world.submit(&draft, at(OPEN)).await.unwrap();
        world.dispute(&submitted, "Ten hours were agreed").await.unwrap();
    }
    world
}

async fn done(world: &World, invoicing: &Invoicing, deed: Deed) -> Result<(), InvoicingError> {
    let (provider, now) = (&world.provider, at(OPEN));
    let id = parse("C3003.2022-10-03.1");
    match deed {
        Deed::Create => {
            let contract = parse("C3003");
            let of = (&contract, day(PERIOD));
            invoicing.create(provider, of, "Ada Brome", now).await.map(drop)
        }
        Deed::Attach => invoicing.check_attachment(provider, &id, now).await.map(drop),
        Deed::Submit => {
            let read = world.show(&id).await;
            invoicing.submit(provider, &id, &claiming(&read), now).await.map(drop)
        }
        Deed::Delete => invoicing.delete(provider, &id, "Ada Brome", now).await.map(drop),
        Deed::Tell => invoicing.tell(provider, &id, now).await.map(drop),
    }
}

#[tokio::test]
async fn killed_before_or_after_any_call_and_tried_again_it_ends_as_if_undisturbed() {
    for deed in [Deed::Create, Deed::Attach, Deed::Submit, Deed::Delete, Deed::Tell] {
        let undisturbed = Box::pin(prepared(deed)).await;
        done(&undisturbed, &undisturbed.invoicing(), deed).await.unwrap();
        let state = undisturbed.state();
        for cut in 1.. {
            let world = Box::pin(prepared(deed)).await;
            let fuse = Fuse::blowing_at(cut);
            let died = done(&world, &world.cut_by(&fuse), deed).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 5, "there are more calls than that");
                break;
            }
            assert_eq!(died.unwrap_err().code(), "interrupted", "{deed:?} at cut {cut}");
            done(&world, &world.invoicing(), deed).await.unwrap();
            assert_eq!(world.state(), state, "{deed:?} at cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn what_a_submission_left_behind_that_was_cut_off_is_never_taken_for_the_next() {
    for cut in 1.. {
        let world = Box::pin(prepared(Deed::Submit)).await;
        let fuse = Fuse::blowing_at(cut);
        drop(done(&world, &world.cut_by(&fuse), Deed::Submit).await);
        if !fuse.has_blown() {
            break;
        }
        let later = at("2022-10-26T12:00:00Z");
        world.record("170001", PERIOD, "8", later).await;
        world.confirm(PERIOD, later).await;
        let read = world.show(&parse("C3003.2022-10-03.1")).await;
        if read.head.claim.is_none() {
            let submitted = world.submit(&read, later).await.unwrap();
            assert_eq!(submitted.document.net, parse("178.72"), "cut {cut}");
            assert_eq!(submitted.head.claim.unwrap().number.to_string(), "1");
        } else {
            assert_eq!(read.document.net, parse("234.57"), "cut {cut}");
        }
        let next = world.store.next_invoice_number(&world.provider).await.unwrap();
        assert_eq!(next.number.to_string(), "2", "no number is lost or given twice");
    }
}
