//! The signature over the bytes of a webhook.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

use crate::secret::AppSecret;

/// The header that carries the signature.
pub const HEADER: &str = "X-Hub-Signature-256";

const PREFIX: &str = "sha256=";
const PREFIX_SHA1: &str = "sha1=";

/// Signs for one app; what follows from its secret alone is computed once.
// Source: Cloud API, "Webhooks": HMAC-SHA256 of the raw body, keyed with the app secret.
#[derive(Clone)]
pub struct Signer {
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

/// The signatures over one body, each as its header's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `sha256=` and 64 digits, then `sha1=` and 40.
    both: Box<str>,
}

impl Signer {
    /// Signs with this secret.
    #[must_use]
    pub fn new(secret: &AppSecret) -> Self {
        let key = secret.expose().as_bytes();
        let fits = "a key of any length is allowed";
        Self { sha256: Hmac::new_from_slice(key).expect(fits), sha1: Hmac::new_from_slice(key).expect(fits) }
    }

    /// The signatures over these bytes.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> Signature {
        let mut both = String::with_capacity(Signature::SHA256_LENGTH + PREFIX_SHA1.len() + 40);
        both.push_str(PREFIX);
        push_hex(&mut both, &self.sha256.clone().chain_update(body).finalize().into_bytes());
        both.push_str(PREFIX_SHA1);
        push_hex(&mut both, &self.sha1.clone().chain_update(body).finalize().into_bytes());
        Signature { both: both.into() }
    }
}

impl Signature {
    const SHA256_LENGTH: usize = PREFIX.len() + 64;

    /// The value of [`HEADER`]: `sha256=` and 64 lowercase hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.both[..Self::SHA256_LENGTH]
    }

    /// The value of the header of old, `X-Hub-Signature`: `sha1=` and 40 lowercase hexadecimal digits.
    #[must_use]
    pub fn sha1(&self) -> &str {
        &self.both[Self::SHA256_LENGTH..]
    }
}

/// The value of [`HEADER`] for a body.
#[must_use]
pub fn sign(secret: &AppSecret, body: &[u8]) -> String {
    Signer::new(secret).sign(body).sha256().to_owned()
}

/// Whether the header's value is the signature of the body, in constant time.
///
/// The digits may be in either case, as a receiver should be lenient about spelling.
#[must_use]
pub fn verify(secret: &AppSecret, body: &[u8], header: &str) -> bool {
    let Some(digest) = header.strip_prefix(PREFIX).and_then(read_digest) else { return false };
    let signer = Signer::new(secret);
    signer.sha256.chain_update(body).verify_slice(&digest).is_ok()
}

/// Whether this is what proves that a token is used by somebody who knows the app's secret, in constant
/// time: the token's HMAC-SHA256 in hexadecimal digits, keyed with the secret.
// Source: Graph's page on securing requests, which computes `appsecret_proof` so.
#[must_use]
pub fn proves(secret: &AppSecret, token: &str, proof: &str) -> bool {
    let Some(digest) = read_digest(proof) else { return false };
    Signer::new(secret).sha256.chain_update(token).verify_slice(&digest).is_ok()
}

/// Never shows anything that follows from the secret.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(********)")
    }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
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

    use super::{Signer, proves, sign, verify};
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

    #[test]
    fn the_signature_of_old_covers_the_same_bytes() {
        let signature =
            Signer::new(&AppSecret::new("key")).sign(b"The quick brown fox jumps over the lazy dog");
        // Source: the test vectors of HMAC in RFC 2104's company, as everybody quotes them.
        expect!["sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"].assert_eq(signature.sha1());
        expect!["sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"]
            .assert_eq(signature.sha256());
    }

    #[test]
    fn a_proof_is_that_of_one_token_and_one_secret() {
        let proof = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        let (secret, token) = (AppSecret::new("key"), "The quick brown fox jumps over the lazy dog");
        assert!(proves(&secret, token, proof));
        assert!(proves(&secret, token, &proof.to_uppercase()));
        assert!(!proves(&secret, "EAA", proof));
        assert!(!proves(&AppSecret::new("other"), token, proof));
        assert!(!proves(&secret, token, ""));
        assert!(!proves(&secret, token, &proof[1..]));
    }

    #[test]
    fn a_signer_does_not_show_its_key() {
        assert_eq!(format!("{:?}", Signer::new(&AppSecret::new("key"))), "Signer(********)");
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
