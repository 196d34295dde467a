//! Tries one property with what is kept and with what chance makes of it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use crate::chance::Chance;

/// How many inputs are tried where no time is given.
const TRIES: u64 = 3_000;

/// No input, however it is made, may keep one thread busy for longer.
const BUSY_MILLISECONDS_MAX: u64 = 2_000;

/// What reads others' bytes, and the words that it knows.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) words: &'static [&'static [u8]],
    /// Where one input costs much, a part of the tries.
    pub(crate) tries_percent: u64,
}

impl Target {
    pub(crate) fn new(name: &'static str, words: &'static [&'static [u8]]) -> Self {
        Self { name, words, tries_percent: 100 }
    }

    /// Tries `property`, which panics where it does not hold.
    pub(crate) fn holds(&self, property: impl Fn(&[u8])) {
        let kept = self.kept();
        for input in &kept {
            self.attempt(&property, input);
        }
        let (seed, until) = match seconds() {
            None => (0x5EED, None),
            Some(seconds) => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
                (now.as_secs(), Some(Instant::now() + Duration::from_secs(seconds)))
            }
        };
        let mut chance = Chance::of(seed);
        let mut tried: u64 = 0;
        loop {
            let over = match until {
                None => tried >= TRIES * self.tries_percent / 100,
                Some(until) => tried.is_multiple_of(64) && Instant::now() >= until,
            };
            if over {
                break;
            }
            self.attempt(&property, &chance.input(&kept, self.words));
            tried += 1;
        }
        eprintln!("{}: {} kept, {tried} by chance (seed {seed}), all hold", self.name, kept.len());
    }

    fn attempt(&self, property: &impl Fn(&[u8]), input: &[u8]) {
        let before = busy_milliseconds();
        let held = catch_unwind(AssertUnwindSafe(|| property(input)));
        let spent = busy_milliseconds() - before;
        if held.is_ok() && spent <= BUSY_MILLISECONDS_MAX {
            return;
        }
        let file = self.folder().join(format!("found-{:016x}", fingerprint(input)));
        fs::write(&file, input).unwrap();
        panic!("{}: {} ms, kept as {}", self.name, spent, file.display());
    }

    fn folder(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name)
    }

    fn kept(&self) -> Vec<Vec<u8>> {
        let mut files: Vec<_> =
            fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let kept: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        assert!(kept.len() >= 3, "{} has a corpus", self.name);
        kept
    }
}

/// For how long each is tried, where somebody says so: `make fuzz MINUTES=10`.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test may take is no setting of the portal"
)]
fn seconds() -> Option<u64> {
    std::env::var("PORTAL_FUZZ_SECONDS").ok()?.parse().ok()
}

/// The time that this thread was on a processor: whatever else the machine does is not in it.
fn busy_milliseconds() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<u64>().unwrap() / 1_000_000
}

fn fingerprint(input: &[u8]) -> u64 {
    input.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
