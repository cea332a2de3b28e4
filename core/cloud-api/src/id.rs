//! The numbers by which Meta names portfolios, apps, users, accounts, phone numbers and templates.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("an id must be 1 to 20 decimal digits, without a leading zero, below 2^64")]
pub struct IdError;

/// Reads a decimal id in the one spelling that Meta writes.
fn parse_decimal(text: &str) -> Result<u64, IdError> {
    let is_canonical =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if !is_canonical {
        return Err(IdError);
    }
    text.parse().map_err(|_| IdError)
}

/// Accepts an id as the string of REST or the integer of template webhooks.
struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u64, E> {
        parse_decimal(text).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::custom(IdError))
    }
}

macro_rules! decimal_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id of that number.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number itself, as webhooks of templates write it.
            #[must_use]
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_decimal(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IdVisitor).map(Self).map_err(D::Error::custom)
            }
        }
    };
}

decimal_id! {
    /// An app of a developer: the owner of tokens, secrets and callbacks.
    AppId
}
decimal_id! {
    /// A business portfolio: the owner of apps, accounts and system users.
    BusinessId
}
decimal_id! {
    /// A person or a system user, as tokens name them.
    UserId
}
decimal_id! {
    /// A WhatsApp Business Account: the owner of phone numbers and templates.
    WabaId
}
decimal_id! {
    /// A file that was uploaded.
    MediaId
}
decimal_id! {
    /// A business phone number, as paths name it; never the number that is dialled.
    PhoneNumberId
}
decimal_id! {
    /// A template in one language.
    TemplateId
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::TemplateId;

    #[track_caller]
    fn check(json: &str, expected: Expect) {
        let read = match serde_json::from_str::<TemplateId>(json) {
            Ok(id) => serde_json::to_string(&id).unwrap(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn an_id_is_written_as_a_string_and_read_as_string_or_integer() {
        check("\"594425479261596\"", expect![[r#""594425479261596""#]]);
        check("594425479261596", expect![[r#""594425479261596""#]]);
        check("\"18446744073709551615\"", expect![[r#""18446744073709551615""#]]);
    }

    #[test]
    fn an_id_has_one_spelling() {
        let rule = "an id must be 1 to 20 decimal digits, without a leading zero, below 2^64";
        for text in ["", "01", "+1", " 1", "1e3", "18446744073709551616"] {
            assert_eq!(text.parse::<TemplateId>().unwrap_err().to_string(), rule, "{text:?}");
        }
    }
}
