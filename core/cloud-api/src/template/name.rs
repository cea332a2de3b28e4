//! The name of a template.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// A name: 1 to 512 lowercase letters, digits and underscores.
// Source: cloud-api.md 3.1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
pub struct TemplateName(Box<str>);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// It is empty or too long.
    #[error("the template name has {length} characters, but must have 1 to 512")]
    Length {
        /// How many characters there are.
        length: usize,
    },
    /// It holds another character.
    #[error("the template name holds {found:?}, but must be lowercase letters, digits and `_`")]
    Character {
        /// The first one at fault.
        found: char,
    },
}

impl TemplateName {
    /// The most characters a name may have.
    pub const LENGTH_MAX: usize = 512;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TemplateName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let length = text.chars().count();
        if length == 0 || length > Self::LENGTH_MAX {
            return Err(NameError::Length { length });
        }
        let is_allowed = |found: &char| matches!(found, 'a'..='z' | '0'..='9' | '_');
        match text.chars().find(|found| !is_allowed(found)) {
            Some(found) => Err(NameError::Character { found }),
            None => Ok(Self(text.into())),
        }
    }
}

impl fmt::Display for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TemplateName({self})")
    }
}

impl Serialize for TemplateName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
