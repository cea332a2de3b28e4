//! How long Meta keeps trying to deliver a code.

use thiserror::Error;

/// The time to live of an authentication template's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemplateTtl {
    /// 30 to 900 seconds; see [`TemplateTtl::from_seconds`].
    Seconds(TtlSeconds),
    /// 30 days, which is written as -1.
    ThirtyDays,
}

/// A number of seconds from 30 to 900.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TtlSeconds(u16);

/// Why a number is not a time to live.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the time to live is {found} s, but must be 30 to 900 s, or -1 for 30 days")]
pub struct TtlError {
    /// The number given.
    pub found: i64,
}

impl TemplateTtl {
    /// Reads the number that `message_send_ttl_seconds` holds.
    ///
    /// # Errors
    ///
    /// When it is outside the range of authentication templates.
    // Source: cloud-api.md 3.6.
    pub fn from_seconds(found: i64) -> Result<Self, TtlError> {
        match found {
            -1 => Ok(Self::ThirtyDays),
            30..=900 => Ok(Self::Seconds(TtlSeconds(found as u16))),
            _ => Err(TtlError { found }),
        }
    }

    /// How many seconds a message is kept.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Seconds(TtlSeconds(seconds)) => seconds as u32,
            Self::ThirtyDays => 30 * 86_400,
        }
    }

    /// The number that goes over the wire.
    #[must_use]
    pub const fn wire(self) -> i64 {
        match self {
            Self::Seconds(TtlSeconds(seconds)) => seconds as i64,
            Self::ThirtyDays => -1,
        }
    }
}

impl Default for TemplateTtl {
    // Source: cloud-api.md 3.6: 600 for templates created since 2024-10-23.
    fn default() -> Self {
        Self::Seconds(TtlSeconds(600))
    }
}
