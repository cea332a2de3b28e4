//! The trace id that Meta puts into every error.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer};

/// The `fbtrace_id` of one answer.
///
/// It is written as `A` and 22 characters of the URL-safe alphabet, 23 in all.
// Source: cloud-api.md 1.2: 11 to 23 characters `[A-Za-z0-9_-]`, the first one `A`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

impl TraceId {
    /// The trace id of that number; equal numbers make equal texts.
    #[must_use]
    pub const fn new(number: u128) -> Self {
        Self(number)
    }
}

impl TraceId {
    /// The trace id of the `nth` answer of a server, given at this time in microseconds.
    ///
    /// No two answers share one, and neighbours look nothing alike.
    #[must_use]
    pub const fn of_answer(nth: u64, now_micros: u64) -> Self {
        let low = mixed(nth);
        let high = mixed(now_micros ^ low);
        Self((high as u128) << 64 | low as u128)
    }

    /// The trace id as errors and headers have it.
    #[must_use]
    pub fn text(self) -> String {
        let mut text = String::with_capacity(23);
        text.push('A');
        URL_SAFE_NO_PAD.encode_string(self.0.to_be_bytes(), &mut text);
        text
    }

    /// The shorter trace id of the headers: 11 characters of the URL-safe alphabet.
    // Source: cloud-api.md 1.5.
    #[must_use]
    pub fn short(self) -> String {
        URL_SAFE_NO_PAD.encode(mixed(self.0 as u64).to_be_bytes())
    }

    /// What Meta's support reads: 64 bytes in Base64, of which nothing can be read here.
    // Source: cloud-api.md 1.5.
    #[must_use]
    pub fn debug(self) -> String {
        let mut bytes = [0; 64];
        let mut word = mixed(self.0 as u64 ^ (self.0 >> 64) as u64);
        for chunk in bytes.chunks_exact_mut(8) {
            word = mixed(word);
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        STANDARD.encode(bytes)
    }
}

/// Another number for each number, with every bit of it everywhere: the finisher of `SplitMix64`.
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::TraceId;

    #[track_caller]
    fn check(number: u128, expected: Expect) {
        expected.assert_eq(&TraceId::new(number).to_string());
    }

    #[test]
    fn the_other_ids_of_an_answer_follow_from_its_trace_id() {
        expect!["Y8vh5FkyDdc"].assert_eq(&TraceId::new(7).short());
        assert_eq!(TraceId::new(u128::MAX).short().len(), 11);
        assert_eq!((TraceId::new(7).debug().len(), TraceId::new(7).debug()), (88, TraceId::new(7).debug()));
        assert_ne!(TraceId::new(7).debug(), TraceId::new(8).debug());
    }

    #[test]
    fn a_trace_id_is_23_characters_and_starts_with_a() {
        check(0, expect!["AAAAAAAAAAAAAAAAAAAAAAA"]);
        check(u128::MAX, expect!["A_____________________w"]);
    }
}
