//! The version of the Graph API that a path or a subscription names.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// A version such as `v23.0`.
///
/// Only the major number is kept, because Meta has never published another minor one than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphVersion(u8);

/// Why a text is not a version that the mock serves.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the version is `{found}`, but must be v13.0 to v30.0")]
pub struct VersionError {
    /// What the path says.
    pub found: String,
}

impl GraphVersion {
    /// The oldest version served.
    pub const MIN: Self = Self(13);
    /// The newest version served.
    pub const MAX: Self = Self(30);
    /// How many versions are served.
    pub const COUNT: usize = (Self::MAX.0 - Self::MIN.0) as usize + 1;

    /// The version of that major number, if it is served.
    #[must_use]
    pub const fn new(major: u8) -> Option<Self> {
        if major >= Self::MIN.0 && major <= Self::MAX.0 { Some(Self(major)) } else { None }
    }

    /// The version as paths and headers write it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        TEXTS[self.nth()]
    }

    /// Which of the versions served it is, counted from 0.
    #[must_use]
    pub const fn nth(self) -> usize {
        (self.0 - Self::MIN.0) as usize
    }

    /// All versions served, from the oldest.
    #[must_use]
    pub fn all() -> [Self; Self::COUNT] {
        std::array::from_fn(|nth| Self(Self::MIN.0 + nth as u8))
    }

    /// The number before the dot.
    #[must_use]
    pub const fn major(self) -> u8 {
        self.0
    }
}

/// The texts of all versions, from the oldest.
const TEXTS: [&str; GraphVersion::COUNT] = [
    "v13.0", "v14.0", "v15.0", "v16.0", "v17.0", "v18.0", "v19.0", "v20.0", "v21.0", "v22.0", "v23.0",
    "v24.0", "v25.0", "v26.0", "v27.0", "v28.0", "v29.0", "v30.0",
];

impl Default for GraphVersion {
    // Assumed: a path without a version is served as v23.0, the version of Meta's own OpenAPI file.
    fn default() -> Self {
        Self(23)
    }
}

impl fmt::Display for GraphVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for GraphVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        (Self::MIN.0..)
            .zip(TEXTS)
            .find(|(_, known)| *known == text)
            .map(|(major, _)| Self(major))
            .ok_or_else(|| VersionError { found: text.to_owned() })
    }
}

impl Serialize for GraphVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> serde::Deserialize<'de> for GraphVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::GraphVersion;

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let read = match text.parse::<GraphVersion>() {
            Ok(version) => version.to_string(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn only_versions_from_13_to_30_are_served() {
        check("v13.0", expect!["v13.0"]);
        check("v30.0", expect!["v30.0"]);
        check("v12.0", expect!["the version is `v12.0`, but must be v13.0 to v30.0"]);
        check("v31.0", expect!["the version is `v31.0`, but must be v13.0 to v30.0"]);
        check("v23", expect!["the version is `v23`, but must be v13.0 to v30.0"]);
        check("v+3.0", expect!["the version is `v+3.0`, but must be v13.0 to v30.0"]);
    }
}
