//! Whatever is asked of them, the twins of the buckets answer alike.

use std::cell::Cell;

use files::{FilesError, Object, Objects, Place, Put, Reading};
use futures::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::emulator::Emulator;

/// How many stories are told to both. Each has its own names.
const STORIES: u32 = 100;

/// One thing asked of the buckets, about one of a story's names.
#[derive(Debug, Clone)]
enum Asked {
    PutIfAbsent(Bytes),
    Put(Bytes),
    /// So many put the same at once, and only one may.
    PutTogether(u8, Bytes),
    /// Whole, if it is no larger than this.
    Get(Which, usize),
    /// The same, piece by piece.
    Read(Which, u64),
    /// Piece by piece, while another is put under the same name.
    ReadWhilePut(Bytes),
}

/// So many bytes of one kind.
#[derive(Debug, Clone, Copy)]
struct Bytes(u8, usize);

/// Which of the objects that had a name.
#[derive(Debug, Clone, Copy)]
enum Which {
    Latest,
    /// One that was seen before, if any was.
    Seen(usize),
}

/// What they answered, with everything in it that a caller could see. Versions and tags are told by when they were
/// first seen, since each twin spells them in its own way.
#[derive(Debug, PartialEq)]
enum Answer {
    Put(Result<Put, FilesError>),
    Written(usize),
    Object(Result<Option<Seen>, FilesError>),
}

#[derive(Debug, PartialEq)]
struct Seen {
    bytes: Vec<u8>,
    size_bytes: Option<u64>,
    version: Option<usize>,
    etag: Option<usize>,
}

/// What a story has seen of one name.
#[derive(Debug, Default)]
struct Memories {
    versions: Vec<String>,
    etags: Vec<String>,
}

/// Of so many names a story may tell: two in each bucket.
const NAMES: usize = 4;

/// The largest object: a few pieces.
const BYTES_MAX: usize = 200_000;

fn sizes() -> impl Strategy<Value = usize> {
    // A piece in memory has 65,536 bytes.
    prop_oneof![8 => 0_usize..6, 1 => 65_535_usize..65_538, 1 => 130_000..BYTES_MAX]
}

fn asked() -> impl Strategy<Value = Asked> {
    let bytes = || (0_u8..3, sizes()).prop_map(|(kind, size)| Bytes(kind, size));
    let which = || prop_oneof![2 => Just(Which::Latest), 1 => (0_usize..3).prop_map(Which::Seen)];
    let at_most = || prop_oneof![1 => sizes(), 2 => Just(BYTES_MAX)];
    let at_most_u64 = || at_most().prop_map(|bytes| u64::try_from(bytes).unwrap());
    prop_oneof![
        3 => bytes().prop_map(Asked::PutIfAbsent),
        3 => bytes().prop_map(Asked::Put),
        1 => (2_u8..5, bytes()).prop_map(|(count, bytes)| Asked::PutTogether(count, bytes)),
        4 => (which(), at_most()).prop_map(|(which, bytes_max)| Asked::Get(which, bytes_max)),
        3 => (which(), at_most_u64()).prop_map(|(which, bytes_max)| Asked::Read(which, bytes_max)),
        1 => bytes().prop_map(Asked::ReadWhilePut),
    ]
}

impl Bytes {
    fn made(self) -> Vec<u8> {
        vec![self.0; self.1]
    }
}

impl Memories {
    fn seen(list: &mut Vec<String>, it: String) -> usize {
        list.iter().position(|other| *other == it).unwrap_or_else(|| {
            list.push(it);
            list.len().saturating_sub(1)
        })
    }

    fn seen_of(&mut self, object: Object) -> Seen {
        let Object { bytes, etag, version } = object;
        let version = version.map(|it| Self::seen(&mut self.versions, it));
        let etag = Some(Self::seen(&mut self.etags, etag));
        Seen { size_bytes: u64::try_from(bytes.len()).ok(), bytes, version, etag }
    }

    /// Only of what is dropped somebody asks for an earlier version.
    fn place(&self, story: u32, name: usize, which: Which) -> Place {
        let finalised = |start: &str| {
            Place::finalised(&format!("C{story}").parse().unwrap(), start.parse().unwrap())
        };
        let version = match which {
            Which::Latest => None,
            Which::Seen(index) => self.versions.get(index).cloned(),
        };
        match name {
            0 => finalised("2026-04-06"),
            1 => finalised("2026-05-04"),
            other => Place::dropped(format!("council/inbox/{story}_{other}.csv"), version),
        }
    }
}

/// All pieces of what is being read.
async fn pieces(
    reading: Option<Reading>,
    memories: &mut Memories,
) -> Result<Option<Seen>, FilesError> {
    let Some(mut reading) = reading else { return Ok(None) };
    let (size_bytes, version) = (reading.size_bytes, reading.version.clone());
    let mut bytes = Vec::new();
    while let Some(piece) = reading.next().await? {
        bytes.extend(piece);
    }
    let version = version.map(|it| Memories::seen(&mut memories.versions, it));
    Ok(Some(Seen { bytes, size_bytes, version, etag: None }))
}

/// One of the twins, and what its story has seen.
struct Twin {
    objects: Objects,
    memories: [Memories; NAMES],
}

impl Twin {
    fn new(objects: &Objects) -> Self {
        Self { objects: objects.clone(), memories: Default::default() }
    }

    async fn answer(&mut self, story: u32, name: usize, asked: Asked) -> Answer {
        let Self { objects, memories } = self;
        let memories = &mut memories[name];
        let latest = memories.place(story, name, Which::Latest);
        match asked {
            Asked::PutIfAbsent(bytes) => {
                Answer::Put(objects.put_if_absent(&latest, bytes.made()).await)
            }
            Asked::Put(bytes) => {
                Answer::Put(objects.put(&latest, bytes.made()).await.map(|()| Put::Written))
            }
            Asked::PutTogether(count, bytes) => {
                let tries = (0..count).map(|_| objects.put_if_absent(&latest, bytes.made()));
                let written =
                    join_all(tries).await.into_iter().filter(|it| *it == Ok(Put::Written));
                Answer::Written(written.count())
            }
            Asked::Get(which, bytes_max) => {
                let got = objects.get(&memories.place(story, name, which), bytes_max).await;
                Answer::Object(got.map(|it| it.map(|it| memories.seen_of(it))))
            }
            Asked::Read(which, bytes_max) => {
                match objects.read(&memories.place(story, name, which), bytes_max).await {
                    Ok(reading) => Answer::Object(pieces(reading, memories).await),
                    Err(error) => Answer::Object(Err(error)),
                }
            }
            Asked::ReadWhilePut(bytes) => {
                let reading = objects.read(&latest, u64::MAX).await.unwrap();
                objects.put(&latest, bytes.made()).await.unwrap();
                Answer::Object(pieces(reading, memories).await)
            }
        }
    }
}

#[test]
fn the_twins_of_the_buckets_answer_alike_whatever_they_are_asked() {
    let emulator = Emulator::reach();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cloud = emulator.portal();
    let (memory, real) = (Objects::in_memory(), Objects::open(&cloud));
    let story = Cell::new(0_u32);
    let config = Config { cases: STORIES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&vec((0..NAMES, asked()), 1..20), |questions| {
            story.set(story.get().saturating_add(1));
            let (mut in_memory, mut really) = (Twin::new(&memory), Twin::new(&real));
            let everything = (0..NAMES).map(|name| (name, Asked::Get(Which::Latest, BYTES_MAX)));
            for (name, question) in questions.into_iter().chain(everything) {
                let here = in_memory.answer(story.get(), name, question.clone());
                let here = runtime.block_on(here);
                let there = runtime.block_on(really.answer(story.get(), name, question.clone()));
                prop_assert_eq!(here, there, "{} {:?}", name, question);
            }
            Ok(())
        })
        .unwrap();
}
