//! The signature over the bytes of a webhook.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::AppSecret;

/// The header that carries the signature.
pub const HEADER: &str = "X-Hub-Signature-256";

/// The value of the header for a body, `sha256=` and 64 lowercase hexadecimal digits.
// Source: Cloud API, "Webhooks": HMAC-SHA256 of the raw body, keyed with the app secret.
#[must_use]
pub fn sign(secret: &AppSecret, body: &[u8]) -> String {
    let mut header = String::with_capacity(7 + 64);
    header.push_str("sha256=");
    for byte in mac(secret, body).finalize().into_bytes() {
        write!(header, "{byte:02x}").expect("a String takes all");
    }
    header
}

/// Whether the header's value is the signature of the body, in constant time.
///
/// The digits may be in either case, as a receiver should be lenient about spelling.
#[must_use]
pub fn verify(secret: &AppSecret, body: &[u8], header: &str) -> bool {
    let Some(digest) = header.strip_prefix("sha256=").and_then(read_digest) else { return false };
    mac(secret, body).verify_slice(&digest).is_ok()
}

fn mac(secret: &AppSecret, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("a key of any length is allowed");
    mac.update(body);
    mac
}

fn read_digest(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = (high << 4 | low) as u8;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{sign, verify};
    use crate::secret::AppSecret;

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let header = sign(&AppSecret::new("test_app_secret"), body.as_bytes());
        expected.assert_eq(&header);
    }

    #[test]
    fn the_signature_covers_every_byte() {
        check(
            r#"{"object":"whatsapp_business_account","entry":[]}"#,
            expect!["sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"],
        );
        check(
            r#"{"object": "whatsapp_business_account", "entry": []}"#,
            expect!["sha256=56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"],
        );
    }

    proptest! {
        #[test]
        fn only_the_signature_of_the_same_body_and_secret_verifies(
            body: Vec<u8>,
            other: Vec<u8>,
            secret: String,
        ) {
            let secret = AppSecret::new(secret);
            let header = sign(&secret, &body);
            prop_assert!(verify(&secret, &body, &header));
            prop_assert!(verify(&secret, &body, &header.to_uppercase().replace("SHA", "sha")));
            prop_assert_eq!(verify(&secret, &other, &header), other == body);
            let longer = AppSecret::new([secret.expose(), "x"].concat());
            prop_assert!(!verify(&longer, &body, &header));
        }

        #[test]
        fn no_header_breaks_the_check(header in ".{0,80}") {
            prop_assert!(!verify(&AppSecret::new("secret"), b"body", &header));
            let longer = format!("sha256={header}");
            prop_assert!(!verify(&AppSecret::new("secret"), b"body", &longer));
        }
    }
}
