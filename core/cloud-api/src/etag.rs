//! The entity tags of what was read.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The tag of a body, with its quotes: equal bodies have equal tags.
// Source: cloud-api.md 1.5: 40 hexadecimal digits. Assumed: of which digest.
#[must_use]
pub fn of(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let mut tag = String::with_capacity(42);
    tag.push('"');
    for byte in &digest[..20] {
        // Writing to a string cannot fail.
        let _infallible = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::of;

    #[test]
    fn a_tag_follows_from_the_body_alone() {
        expect![[r#""e3b0c44298fc1c149afbf4c8996fb92427ae41e4""#]].assert_eq(&of(b""));
        assert_ne!(of(b"{}"), of(b""));
    }
}
