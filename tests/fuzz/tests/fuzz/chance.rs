//! Chance that can be had again by its seed.

/// `SplitMix64`: small, and good enough to pick bytes by.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// An input made of the kept ones.
    pub(crate) fn input(&mut self, kept: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.pick(kept).clone();
        for _ in 0..=self.below(6) {
            self.change(&mut bytes, kept, words);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, kept: &[Vec<u8>], words: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        match self.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => {
                bytes[at] = *self.pick(b"\0\t\n\r \"',;=+-@#%/<>\x7f\x80\xC3\xFF09azAZ");
            }
            2 if at < bytes.len() => {
                drop(bytes.drain(at..(at + 1 + self.below(8)).min(bytes.len())));
            }
            3 => bytes.truncate(at),
            4 if bytes.len() < 4096 => {
                let end = (at + 1 + self.below(64)).min(bytes.len());
                let again = bytes[at.min(end)..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            5 => {
                let other = self.pick(kept).clone();
                let from = self.below(other.len() + 1);
                drop(bytes.splice(at.., other[from..].iter().copied()));
            }
            6 => drop(
                bytes.splice(
                    at..at,
                    char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap())
                        .unwrap_or('é')
                        .to_string()
                        .into_bytes(),
                ),
            ),
            _ if !words.is_empty() => drop(bytes.splice(at..at, self.pick(words).iter().copied())),
            _ => bytes.push(u8::try_from(self.below(256)).unwrap()),
        }
    }
}
