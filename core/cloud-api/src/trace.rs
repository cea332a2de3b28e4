//! The trace id that Meta puts into every error.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 22];
        let length = URL_SAFE_NO_PAD
            .encode_slice(self.0.to_be_bytes(), &mut text)
            .expect("16 bytes make 22 characters");
        let text = str::from_utf8(&text[..length]).expect("base64 is ASCII");
        write!(f, "A{text}")
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
    fn a_trace_id_is_23_characters_and_starts_with_a() {
        check(0, expect!["AAAAAAAAAAAAAAAAAAAAAAA"]);
        check(u128::MAX, expect!["A_____________________w"]);
    }
}
