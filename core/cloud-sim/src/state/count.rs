//! Numbers of a saved state from which the world goes on counting.

use serde::de::{Error, Unexpected};
use serde::{Deserialize as _, Deserializer, Serialize};

/// The most that a saved count may be: more than any server counts, and so little that no sum overflows.
const COUNT_MAX: u64 = 1 << 48;

/// A saved number from which the world goes on counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Count(pub(crate) u64);

impl<'de> serde::Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        count(deserializer).map(Self)
    }
}

/// Reads a number from which the world goes on counting.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let count = u64::deserialize(deserializer)?;
    if count > COUNT_MAX {
        let rule = format!("a count up to {COUNT_MAX}");
        return Err(D::Error::invalid_value(Unexpected::Unsigned(count), &rule.as_str()));
    }
    Ok(count)
}
