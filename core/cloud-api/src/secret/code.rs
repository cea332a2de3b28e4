//! One-time passwords, which millions of messages on their way carry.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use thiserror::Error;

use super::{Secret, is_same};

/// A one-time password: 1 to 15 characters.
///
/// Nearly all of them are short ASCII texts, which are held without an allocation.
// Source: Cloud API, "Authentication templates": parameters are limited to 15 characters.
#[derive(Clone)]
pub struct OtpCode(Kept);

#[derive(Clone)]
enum Kept {
    /// A text of at most 15 bytes.
    Short { length: u8, bytes: [u8; OtpCode::LENGTH_MAX] },
    /// A text whose characters take more.
    Long(Box<str>),
}

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the code has {length} characters, but must have 1 to 15")]
pub struct OtpCodeError {
    /// How many characters there are.
    pub length: usize,
}

impl OtpCode {
    /// The most characters a code may have.
    pub const LENGTH_MAX: usize = 15;

    /// The whole text, for the wire and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        match &self.0 {
            Kept::Short { length, bytes } => {
                str::from_utf8(&bytes[..usize::from(*length)]).expect("it was a text when it was kept")
            }
            Kept::Long(text) => text,
        }
    }

    fn keep(text: &str) -> Self {
        let mut bytes = [0; Self::LENGTH_MAX];
        match bytes.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Self(Kept::Short { length: text.len() as u8, bytes })
            }
            None => Self(Kept::Long(text.into())),
        }
    }
}

impl FromStr for OtpCode {
    type Err = OtpCodeError;

    fn from_str(text: &str) -> Result<Self, OtpCodeError> {
        match text.chars().count() {
            1..=Self::LENGTH_MAX => Ok(Self::keep(text)),
            length => Err(OtpCodeError { length }),
        }
    }
}

impl Secret for OtpCode {
    fn text(&self) -> &str {
        self.expose()
    }

    fn of_text(text: Box<str>) -> Self {
        Self::keep(&text)
    }
}

impl PartialEq for OtpCode {
    fn eq(&self, other: &Self) -> bool {
        is_same(self.expose().as_bytes(), other.expose().as_bytes())
    }
}

impl Eq for OtpCode {}

impl Hash for OtpCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl fmt::Display for OtpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("********")
    }
}

impl fmt::Debug for OtpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtpCode({self})")
    }
}
