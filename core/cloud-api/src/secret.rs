//! What must never reach a log: tokens, secrets and codes.

mod code;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::str::FromStr;

use thiserror::Error;

pub use code::{OtpCode, OtpCodeError};

/// Says whether two texts are equal, in a time that depends on their lengths only.
pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let differing = left.iter().zip(right).fold(0, |bits, (a, b)| bits | (a ^ b));
    black_box(differing) == 0
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Box<str>);

        impl $name {
            /// The whole text, for the wire and for nothing else.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// Whether this is the text, in a time that depends on its length only.
            #[must_use]
            pub fn is(&self, text: &str) -> bool {
                is_same(self.0.as_bytes(), text.as_bytes())
            }
        }

        impl Secret for $name {
            fn text(&self) -> &str {
                &self.0
            }

            fn of_text(text: Box<str>) -> Self {
                Self(text)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                is_same(self.0.as_bytes(), other.0.as_bytes())
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("********")
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

/// Writes and reads a secret as it is: for saved states, never for answers or logs.
///
/// Name this module in `#[serde(with = "…")]`; secrets do not serialize by themselves.
pub mod exposed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Secret;

    /// Writes the text.
    ///
    /// # Errors
    ///
    /// When the serializer fails.
    pub fn serialize<T: Secret, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
        secret.text().serialize(serializer)
    }

    /// Reads the text.
    ///
    /// # Errors
    ///
    /// When there is no text.
    pub fn deserialize<'de, T: Secret, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        Box::<str>::deserialize(deserializer).map(T::of_text)
    }
}

/// Writes and reads the whole text of a secret that may not be there.
pub mod exposed_if_any {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Secret;

    /// Writes the text, or nothing.
    ///
    /// # Errors
    ///
    /// When the serializer fails.
    pub fn serialize<T: Secret, S: Serializer>(
        secret: &Option<Box<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(|secret| secret.text()).serialize(serializer)
    }

    /// Reads the text, if it is there.
    ///
    /// # Errors
    ///
    /// When something else than a text is there.
    pub fn deserialize<'de, T: Secret, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Box<T>>, D::Error> {
        Ok(Option::<Box<str>>::deserialize(deserializer)?.map(|text| Box::new(T::of_text(text))))
    }
}

/// A text that only [`exposed`] may write.
pub trait Secret {
    /// The whole text.
    fn text(&self) -> &str;
    /// The secret of a text that was one before.
    fn of_text(text: Box<str>) -> Self;
}

macro_rules! any_text_secret {
    ($name:ident) => {
        impl $name {
            /// Takes any text; whether it opens anything is not known here.
            #[must_use]
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }
        }
    };
}

secret! {
    /// What a client shows to be let in; Meta's start with `EAA`.
    AccessToken
}
any_text_secret!(AccessToken);
secret! {
    /// The key with which webhooks are signed.
    AppSecret
}
any_text_secret!(AppSecret);
secret! {
    /// What a callback must know to be believed when it is registered.
    VerifyToken
}
any_text_secret!(VerifyToken);
secret! {
    /// Six digits: what protects a number's registration, or shows whose a number is.
    // Source: cloud-api.md 5.2.
    Pin
}

/// Why a text is not a pin.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a pin must be 6 digits")]
pub struct PinError;

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let is_pin = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_pin { Ok(Self(text.into())) } else { Err(PinError) }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{AccessToken, AppSecret, OtpCode, VerifyToken};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let read = match text.parse::<OtpCode>() {
            Ok(code) => format!("{code:?}"),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn a_code_has_1_to_15_characters() {
        check("J$FpnYnP", expect!["OtpCode(********)"]);
        check("ççççççççççççççç", expect!["OtpCode(********)"]);
        check("", expect!["the code has 0 characters, but must have 1 to 15"]);
        check("1234567890123456", expect!["the code has 16 characters, but must have 1 to 15"]);
    }

    proptest! {
        #[test]
        fn no_mask_holds_its_secret(text in "[A-Za-z0-9]{1,15}") {
            prop_assume!(!"AccessTokenAppSecretVerifyTokenOtpCode".contains(&text));
            let shown = [
                format!("{0} {0:?}", AccessToken::new(text.as_str())),
                format!("{0} {0:?}", AppSecret::new(text.as_str())),
                format!("{0} {0:?}", VerifyToken::new(text.as_str())),
                format!("{0} {0:?}", text.parse::<OtpCode>().unwrap()),
            ];
            for mask in shown {
                prop_assert!(!mask.contains(&text), "{}", mask);
            }
        }

        #[test]
        fn secrets_are_equal_when_their_texts_are(left in "[ab]{0,3}", right in "[ab]{0,3}") {
            let is_same = AccessToken::new(left.as_str()) == AccessToken::new(right.as_str());
            prop_assert_eq!(is_same, left == right);
        }
    }
}
