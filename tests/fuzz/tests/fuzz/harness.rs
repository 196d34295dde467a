//! Tries one property with what is kept and with what chance makes of it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::chance::Chance;

/// How many inputs are made by chance.
const TRIES: u64 = 3_000;

const SEED: u64 = 0x5EED;

/// No input, however it is made, may keep one thread busy for longer.
const BUSY_MILLISECONDS_MAX: u64 = 2_000;

/// What reads others' bytes: what is kept for it has its name.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// Where one input costs much, a part of the tries.
    pub(crate) tries_percent: u64,
}

impl Target {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, tries_percent: 100 }
    }

    /// Tries `property`, which panics where it does not hold.
    pub(crate) fn holds(&self, property: impl Fn(&[u8])) {
        let (kept, words) = (self.kept(), self.words());
        for input in &kept {
            self.attempt(&property, input);
        }
        let mut chance = Chance::of(SEED);
        for _ in 0..TRIES * self.tries_percent / 100 {
            self.attempt(&property, &chance.input(&kept, &words));
        }
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
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name)
    }

    fn words(&self) -> Vec<Vec<u8>> {
        let file = format!("{}/words/{}.dict", env!("CARGO_MANIFEST_DIR"), self.name);
        fs::read_to_string(file).unwrap().lines().map(word).collect()
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

/// A line of a dictionary as libFuzzer reads it: in quotation marks, with `\"`, `\\` and `\xAB`.
fn word(line: &str) -> Vec<u8> {
    let quoted = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
    let (mut bytes, mut rest) = (Vec::new(), quoted.as_bytes());
    loop {
        match rest {
            [] => return bytes,
            [b'\\', b'x', a, b, after @ ..] => {
                let pair = [*a, *b];
                let digits = std::str::from_utf8(&pair).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = after;
            }
            [b'\\', escaped, after @ ..] | [escaped, after @ ..] => {
                bytes.push(*escaped);
                rest = after;
            }
        }
    }
}
