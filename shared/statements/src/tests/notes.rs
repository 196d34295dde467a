//! What the council writes at the foot of remittance advices is fixed with the payment.

use cloud::Fuse;
use domain::remittance_note::{NoteAbout, NoteWithdrawal, RemittanceNote};
use files::Place;
use testing::{Council, day, parse};

use super::world::{FIRST, SECOND, World, lake_house};
use crate::Statements;

fn to_provider(provider: &str) -> NoteAbout {
    NoteAbout::Provider { provider_ref: parse(provider) }
}

fn note(id: &str, about: NoteAbout, (from, to): (&str, &str)) -> RemittanceNote {
    RemittanceNote {
        id: id.to_owned(),
        about,
        from_date: day(from),
        to_date: day(to),
        text: format!("Note {id}"),
        by: parse("ST02"),
        name: "Martin Shaw".to_owned(),
        at: parse("2022-09-10T10:00:00Z"),
    }
}

async fn withdraw(world: &World, note: &RemittanceNote) {
    let withdrawal = NoteWithdrawal {
        id: note.id.clone(),
        reason: "Written by mistake".to_owned(),
        by: parse("ST02"),
        name: "Martin Shaw".to_owned(),
        at: parse("2022-10-10T10:00:00Z"),
    };
    world.store.withdraw_remittance_note(note, &withdrawal).await.unwrap();
}

/// What a provider reads on the remittance advice of a period.
async fn read(world: &World, provider: &str, start: &str) -> Vec<String> {
    let of = (parse(provider), parse("C3001"));
    let (_, finalised) = world.statements.finalised(&of.0, &of.1, day(start)).await.unwrap();
    finalised.notes.into_iter().map(|it| it.text).collect()
}

/// What stands at the foot of the file that is kept of the remittance advice of a period, and who else it is for.
fn kept(world: &World, start: &str) -> Vec<(String, String)> {
    let rows = world.rows(&Place::remittance(&parse("C3001"), day(start))).into_iter();
    let notes = rows.filter(|row| row["kind"] == "note");
    notes.map(|row| (row["reason"].clone(), row["paid_to"].clone())).collect()
}

fn to_all(notes: &[&str]) -> Vec<(String, String)> {
    notes.iter().map(|it| ((*it).to_owned(), String::new())).collect()
}

#[tokio::test]
async fn a_payment_has_the_notes_of_its_pay_date_whatever_becomes_of_them_later() {
    let world = World::lake_house().await;
    let cycle = NoteAbout::Cycle { cycle_ref: parse("28DAY") };
    let contract =
        NoteAbout::Contract { provider_ref: parse("P1001"), contract_ref: parse("C3001") };
    let both = note("n1", to_provider("P1001"), ("2022-10-03", "2022-10-31"));
    for it in [
        &both,
        &note("n2", contract, ("2022-10-03", "2022-10-03")),
        &note("n3", cycle, ("2022-10-04", "2022-12-31")),
        &note("n4", to_provider("P1002"), ("2022-10-01", "2022-12-31")),
    ] {
        world.store.write_remittance_note(it).await.unwrap();
    }
    world.settle_period(FIRST).await;
    assert_eq!(read(&world, "P1001", FIRST).await, ["Note n1", "Note n2"]);
    withdraw(&world, &both).await;
    let late = note("n5", to_provider("P1001"), ("2022-10-03", "2022-10-03"));
    world.store.write_remittance_note(&late).await.unwrap();
    assert_eq!(read(&world, "P1001", FIRST).await, ["Note n1", "Note n2"], "it was sent so");
    world.settle_period(SECOND).await;
    assert_eq!(read(&world, "P1001", SECOND).await, ["Note n3"]);
    assert_eq!(kept(&world, FIRST), to_all(&["Note n1", "Note n2"]));
    assert_eq!(kept(&world, SECOND), to_all(&["Note n3"]));
    for start in [FIRST, SECOND] {
        assert_eq!(world.remitted(start), world.paid(start), "a note is no money");
    }
}

#[tokio::test]
async fn a_payment_that_was_cut_off_and_done_again_has_the_notes_that_it_was_fixed_with() {
    let mut fixed_before = 0;
    for cut_at in 1.. {
        let world = World::lake_house().await;
        let first = note("n1", to_provider("P1001"), ("2022-10-03", "2022-10-31"));
        world.store.write_remittance_note(&first).await.unwrap();
        world.settle(world.locks_at(FIRST)).await;
        let (due, fuse) = (world.finalised_at(FIRST), Fuse::blowing_at(cut_at));
        let (store, objects) =
            (world.store.with_fuse(fuse.clone()), world.objects.with_fuse(fuse.clone()));
        let cut = Statements::with(store, objects, "https://portal.example");
        drop(cut.settle(&lake_house(), due).await);
        let body = world.statements.finalised_body(&parse("C3001"), day(FIRST)).await.ok();
        let fixed = body.map_or(0, |it| it.finalised.notes.len());
        withdraw(&world, &first).await;
        world.settle(due).await;
        let read = read(&world, "P1001", FIRST).await;
        assert_eq!(read.len(), fixed, "cut at write {cut_at}");
        assert_eq!(kept(&world, FIRST).len(), fixed, "cut at write {cut_at}");
        if !fuse.has_blown() {
            assert!(fixed_before > 0, "it was cut between the items and the head");
            return;
        }
        fixed_before += fixed;
    }
}

#[tokio::test]
async fn what_is_written_to_the_home_is_not_read_by_who_is_paid_its_voids() {
    let mut council = Council::lake_house();
    council.providers.push(testing::provider("P9001", "Void ledger"));
    council.services[0].purchase = domain::facts::Purchase::Block;
    let mut capacity = testing::capacity(&council.services[0], day(FIRST));
    capacity.void_provider_ref = Some(parse("P9001"));
    council.capacities.push(capacity);
    let world = World::of(council).await;
    for it in [
        note("n1", to_provider("P1001"), ("2022-10-03", "2022-10-31")),
        note("n2", to_provider("P9001"), ("2022-10-03", "2022-10-31")),
        note("n3", NoteAbout::Cycle { cycle_ref: parse("28DAY") }, ("2022-10-03", "2022-10-31")),
    ] {
        world.store.write_remittance_note(&it).await.unwrap();
    }
    world.settle_period(FIRST).await;
    assert_eq!(read(&world, "P1001", FIRST).await, ["Note n1", "Note n3"]);
    assert_eq!(read(&world, "P9001", FIRST).await, ["Note n2", "Note n3"]);
    let kept = kept(&world, FIRST).into_iter();
    let of: Vec<_> = kept.map(|(note, reader)| format!("{note} {reader}")).collect();
    assert_eq!(of, ["Note n1 ", "Note n2 P9001", "Note n3 "]);
}
