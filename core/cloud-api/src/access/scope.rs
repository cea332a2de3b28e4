//! What a token may be used for.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// One permission of a token.
// Source: cloud-api.md 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `business_management`: the portfolio.
    Business,
    /// `whatsapp_business_management`: accounts, templates, numbers, analytics and their webhooks.
    Management,
    /// `whatsapp_business_messaging`: messages, media, registration and profiles.
    Messaging,
}

/// Why a text is no scope.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{found}` is no permission that concerns WhatsApp")]
pub struct UnknownScope {
    /// What was given.
    pub found: String,
}

/// A set of scopes, listed in the order of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scope {
    /// Every scope, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Business, Self::Management, Self::Messaging];

    /// Meta's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "business_management",
            Self::Management => "whatsapp_business_management",
            Self::Messaging => "whatsapp_business_messaging",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Scopes {
    /// No scope.
    pub const NONE: Self = Self(0);
    /// Every scope.
    pub const ALL: Self = Self(0b111);

    /// The set of these.
    #[must_use]
    pub const fn of(scopes: &[Scope]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < scopes.len() {
            bits |= scopes[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// Whether a scope is among them.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether one scope at least is in both.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The scopes, in the order of their names.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let mut all = Self::ALL.into_iter();
        all.find(|scope| scope.name() == text).ok_or_else(|| UnknownScope { found: text.to_owned() })
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        for bits in 0..8 {
            let chosen: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| bits & scope.bit() != 0).collect();
            assert_eq!(Scopes::of(&chosen).iter().collect::<Vec<_>>(), chosen);
            assert_eq!(chosen.into_iter().collect::<Scopes>(), Scopes(bits));
        }
    }

    #[test]
    fn a_scope_is_read_by_its_name_alone() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse(), Ok(scope));
        }
        let error = "whatsapp_business".parse::<Scope>().unwrap_err();
        assert_eq!(error.to_string(), "`whatsapp_business` is no permission that concerns WhatsApp");
    }
}
