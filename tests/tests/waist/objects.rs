//! What the buckets promise.

use domain::failure::Failure;
use domain::ids::ContractRef;
use files::{FilesError, Objects, Place, Put};
use futures::future::join_all;

crate::scenarios!(
    Objects::in_memory,
    Objects::open,
    [
        an_object_is_read_back_as_it_was_put,
        nothing_is_read_where_nothing_was_put,
        what_was_put_once_stays,
        of_many_who_put_one_name_at_once_one_does,
        what_is_put_anyhow_replaces_and_the_version_read_stays,
        an_object_larger_than_its_reader_can_hold_is_refused,
        the_two_buckets_are_two,
        a_name_may_have_what_people_put_in_names,
        an_object_is_read_piece_by_piece_as_it_was_put,
        an_object_that_is_too_large_is_refused_before_a_piece_of_it_is_read,
        a_local_file_is_put_as_it_is,
    ]
);

const BYTES_MAX: usize = 1_000_000;

fn place() -> Place {
    let contract: ContractRef = "C3001".parse().unwrap();
    Place::finalised(&contract, "2026-04-06".parse().unwrap())
}

async fn read(objects: &Objects, place: &Place) -> Option<Vec<u8>> {
    objects.get(place, BYTES_MAX).await.unwrap().map(|object| object.bytes)
}

async fn an_object_is_read_back_as_it_was_put(objects: &Objects) {
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    assert_eq!(objects.put_if_absent(&place(), bytes.clone()).await, Ok(Put::Written));
    assert_eq!(read(objects, &place()).await, Some(bytes));
    let nothing = Place::council_outbox("empty_log.csv");
    assert_eq!(objects.put_if_absent(&nothing, "").await, Ok(Put::Written));
    assert_eq!(read(objects, &nothing).await, Some(Vec::new()));
}

async fn nothing_is_read_where_nothing_was_put(objects: &Objects) {
    assert_eq!(objects.get(&place(), BYTES_MAX).await, Ok(None));
}

async fn what_was_put_once_stays(objects: &Objects) {
    assert_eq!(objects.put_if_absent(&place(), "first").await, Ok(Put::Written));
    assert_eq!(objects.put_if_absent(&place(), "second").await, Ok(Put::AlreadyThere));
    assert_eq!(objects.put_if_absent(&place(), "first").await, Ok(Put::AlreadyThere));
    assert_eq!(read(objects, &place()).await.unwrap(), b"first");
}

async fn of_many_who_put_one_name_at_once_one_does(objects: &Objects) {
    let place = place();
    let tries = (0..12).map(|by| objects.put_if_absent(&place, format!("by {by}")));
    let results = join_all(tries).await;
    let winners = results.iter().enumerate().filter(|(_, result)| **result == Ok(Put::Written));
    let winners: Vec<_> = winners.map(|(by, _)| by).collect();
    let losers = results.iter().filter(|result| **result == Ok(Put::AlreadyThere)).count();
    assert_eq!((winners.len(), losers), (1, 11), "{results:?}");
    assert_eq!(read(objects, &place).await.unwrap(), format!("by {}", winners[0]).into_bytes());
}

async fn what_is_put_anyhow_replaces_and_the_version_read_stays(objects: &Objects) {
    let name = "council/inbox/cplis_20260401T093000.csv";
    let latest = Place::dropped(name, None);
    objects.put(&latest, "first").await.unwrap();
    let first = objects.get(&latest, BYTES_MAX).await.unwrap().unwrap();
    objects.put(&latest, "second").await.unwrap();
    let second = objects.get(&latest, BYTES_MAX).await.unwrap().unwrap();
    assert_eq!(second.bytes, b"second");
    assert_ne!(first.etag, second.etag);
    assert!(first.version.is_some());
    assert_eq!(read(objects, &Place::dropped(name, first.version)).await.unwrap(), b"first");
}

async fn an_object_larger_than_its_reader_can_hold_is_refused(objects: &Objects) {
    objects.put(&place(), "12345").await.unwrap();
    assert_eq!(objects.get(&place(), 4).await, Err(FilesError::TooLarge { bytes_max: 4 }));
    assert_eq!(objects.get(&place(), 5).await.unwrap().unwrap().bytes, b"12345");
}

async fn the_two_buckets_are_two(objects: &Objects) {
    let upload = Place::dropped(place().name, None);
    objects.put(&upload, "upload").await.unwrap();
    assert_eq!(read(objects, &place()).await, None);
    objects.put(&place(), "document").await.unwrap();
    assert_eq!(read(objects, &upload).await.unwrap(), b"upload");
}

async fn a_name_may_have_what_people_put_in_names(objects: &Objects) {
    let place = Place::council_inbox("cplis (copy) +1 50% café.csv");
    objects.put(&place, "x").await.unwrap();
    assert_eq!(read(objects, &place).await.unwrap(), b"x");
}

/// Whole, in as many pieces as it came.
async fn pieces(objects: &Objects, place: &Place, bytes_max: u64) -> Vec<Vec<u8>> {
    let mut reading = objects.read(place, bytes_max).await.unwrap().unwrap();
    let mut pieces = Vec::new();
    while let Some(piece) = reading.next().await.unwrap() {
        pieces.push(piece);
    }
    pieces
}

async fn an_object_is_read_piece_by_piece_as_it_was_put(objects: &Objects) {
    let bytes: Vec<u8> = (0..=255).cycle().take(3_000_000).collect();
    objects.put(&place(), bytes.clone()).await.unwrap();
    let pieces = pieces(objects, &place(), 3_000_000).await;
    assert!(pieces.len() > 1 && pieces.iter().all(|it| it.len() <= 1_048_576), "{}", pieces.len());
    assert_eq!(pieces.concat(), bytes);
    let reading = objects.read(&place(), 3_000_000).await.unwrap().unwrap();
    assert_eq!(reading.size_bytes, Some(3_000_000));
    let whole = objects.get(&place(), 3_000_000).await.unwrap().unwrap();
    assert_eq!(reading.version, whole.version);
    let other = Place::council_outbox("none.csv");
    assert!(objects.read(&other, 1).await.unwrap().is_none());
}

async fn an_object_that_is_too_large_is_refused_before_a_piece_of_it_is_read(objects: &Objects) {
    objects.put(&place(), "12345").await.unwrap();
    let refused = objects.read(&place(), 4).await.err();
    assert_eq!(refused, Some(FilesError::TooLarge { bytes_max: 4 }));
    assert_eq!(pieces(objects, &place(), 5).await.concat(), b"12345");
}

async fn a_local_file_is_put_as_it_is(objects: &Objects) {
    let this = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/waist/objects.rs"));
    objects.put_file(&place(), this).await.unwrap();
    assert_eq!(read(objects, &place()).await, Some(std::fs::read(this).unwrap()));
    let none = objects.put_file(&place(), std::path::Path::new("/no/such/file")).await;
    assert_eq!(none.unwrap_err().code(), "file-unwritable");
}
