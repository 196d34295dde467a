//! Where a byte is in a line, eight at a time: cells are too short for searching each by itself to pay.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Every place of a byte, from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Places<'b> {
    words: std::slice::Iter<'b, [u8; 8]>,
    rest: &'b [u8],
    wanted: u64,
    /// Where the word after the current one begins.
    next: usize,
    /// The highest bit of each byte of the current word that is such a byte.
    found: u64,
}

/// Every place of `wanted`, which is not 0, in `bytes`.
pub(crate) fn places(wanted: u8, bytes: &[u8]) -> Places<'_> {
    let (words, rest) = bytes.as_chunks::<8>();
    let wanted = u64::from(wanted).wrapping_mul(ONES);
    Places { words: words.iter(), rest, wanted, next: 0, found: 0 }
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            let word = match self.words.next() {
                Some(word) => u64::from_le_bytes(*word),
                None if self.rest.is_empty() => return None,
                None => {
                    let rest = std::mem::take(&mut self.rest).iter().rev();
                    rest.fold(0, |word: u64, byte| word << 8 | u64::from(*byte))
                }
            };
            self.next = self.next.wrapping_add(8);
            self.found = zeros(word ^ self.wanted);
        }
        let bit = usize::try_from(self.found.trailing_zeros()).unwrap_or_default();
        self.found &= self.found.wrapping_sub(1);
        Some(self.next.wrapping_sub(8).wrapping_add(bit >> 3))
    }
}

/// The highest bit of each byte that is 0.
fn zeros(word: u64) -> u64 {
    let low = !HIGHS;
    !(((word & low).wrapping_add(low)) | word | low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_byte_is_found_wherever_it_is(
            bytes in prop::collection::vec(prop::sample::select(b"a,,\0\xAC\x2D\x2B\xFF".to_vec()), 0..40),
        ) {
            let expected: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] == b',').collect();
            prop_assert_eq!(places(b',', &bytes).collect::<Vec<_>>(), expected);
        }
    }
}
