//! Fingerprints of the keys of people's phones, by which a business tells that a phone is another one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::recipient::Recipient;

/// A fingerprint of the keys of a phone: 12 characters of base64.
// Assumed: the length, which is that of Meta's sample `DF2lS5v2W6x=`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityHash([u8; LENGTH]);

/// Why a text is no fingerprint.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("an identity hash is `{found}`, but must be {LENGTH} characters of base64, such as `DF2lS5v2W6x=`")]
pub struct IdentityHashError {
    /// The text given.
    found: String,
}

const LENGTH: usize = 12;

impl IdentityHash {
    /// The fingerprint of a person's phone after they have had new keys so many times.
    // Assumed: any fingerprint will do that changes with the keys. The mixing is that of SplitMix64.
    #[must_use]
    pub fn of(person: Recipient, renewals: u32) -> Self {
        let mixed = person.number().wrapping_add(u64::from(renewals).wrapping_add(1) << 52);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mut text = [0; LENGTH];
        let written = STANDARD.encode_slice((mixed ^ (mixed >> 31)).to_be_bytes(), &mut text);
        assert_eq!(written, Ok(LENGTH), "8 bytes are 12 characters of base64");
        Self(text)
    }

    /// The 12 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("base64 is ASCII")
    }
}

impl FromStr for IdentityHash {
    type Err = IdentityHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let whole = <[u8; LENGTH]>::try_from(text.as_bytes()).ok();
        let whole = whole.filter(|whole| whole.iter().all(is_base64));
        whole.map(Self).ok_or_else(|| IdentityHashError { found: text.to_owned() })
    }
}

impl fmt::Display for IdentityHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for IdentityHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityHash({self})")
    }
}

impl Serialize for IdentityHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for IdentityHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::IdentityHash;

    #[test]
    fn new_keys_have_another_fingerprint_and_another_person_too() {
        let [one, other] = ["16505551234", "16505551235"].map(|number| number.parse().unwrap());
        assert_eq!(IdentityHash::of(one, 0), IdentityHash::of(one, 0));
        assert_ne!(IdentityHash::of(one, 0), IdentityHash::of(one, 1));
        assert_ne!(IdentityHash::of(one, 0), IdentityHash::of(other, 0));
        assert_eq!(IdentityHash::of(one, 7).as_str().parse(), Ok(IdentityHash::of(one, 7)));
    }

    #[test]
    fn a_fingerprint_is_twelve_characters_of_base64() {
        assert!("DF2lS5v2W6x=".parse::<IdentityHash>().is_ok());
        for wrong in ["", "DF2lS5v2W6x", "DF2lS5v2W6x==", "DF2lS5v2W6x!", "DF2lS5v2W6é"] {
            let told = wrong.parse::<IdentityHash>().unwrap_err().to_string();
            assert!(told.contains("must be 12 characters of base64"), "{told}");
        }
    }
}
