//! The phone number of a person who is sent a code.

mod dialled;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

pub use dialled::CountryCodeRule;

/// A phone number in E.164: 7 to 15 digits, country code first, never a leading zero.
///
/// `Debug` and `Display` show the first two and last two digits only, because logs and reports
/// outlive a run. Only [`Recipient::digits`] and [`wire`] give the whole number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient(u64);

/// The digits of a number as text, held without an allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    bytes: [u8; 15],
    length: u8,
}

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RecipientError {
    /// It holds something that people do not write into phone numbers.
    #[error("the phone number holds {found:?}, but must be digits, spaces and `+-()`")]
    Character {
        /// The first character at fault.
        found: char,
    },
    /// It is too short or too long.
    #[error("the phone number has {digits} digits, but must have 7 to 15")]
    Length {
        /// How many digits there are; counting stops at 16.
        digits: usize,
    },
    /// It starts with a zero, so it has no country code.
    #[error("the phone number starts with 0, but must start with a country code")]
    LeadingZero,
}

impl Recipient {
    const MIN: u64 = 1_000_000;
    const MAX: u64 = 999_999_999_999_999;

    /// The phone number whose digits are those of `number`.
    ///
    /// # Errors
    ///
    /// When it has not 7 to 15 digits.
    pub const fn from_number(number: u64) -> Result<Self, RecipientError> {
        if number < Self::MIN || number > Self::MAX {
            return Err(RecipientError::Length { digits: digit_count(number) });
        }
        Ok(Self(number))
    }

    /// The number, read as an integer.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The digits as Meta writes them: no `+`, no spaces.
    #[must_use]
    pub fn digits(self) -> Digits {
        let length = digit_count(self.0);
        let mut bytes = [0; 15];
        let mut rest = self.0;
        for place in bytes[..length].iter_mut().rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Digits { bytes, length: length as u8 }
    }
}

const fn digit_count(number: u64) -> usize {
    match number.checked_ilog10() {
        Some(log) => log as usize + 1,
        None => 1,
    }
}

impl TryFrom<u64> for Recipient {
    type Error = RecipientError;

    fn try_from(number: u64) -> Result<Self, RecipientError> {
        Self::from_number(number)
    }
}

// Source: Cloud API, "Phone number formats": plus signs, hyphens, parentheses and spaces may be used.
impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let mut number = 0_u64;
        let mut digits = 0;
        for found in text.chars() {
            match found {
                '0' if digits == 0 => return Err(RecipientError::LeadingZero),
                '0'..='9' => {
                    digits += 1;
                    if digits > 15 {
                        return Err(RecipientError::Length { digits });
                    }
                    number = number * 10 + u64::from(found as u32 - u32::from(b'0'));
                }
                '+' if digits == 0 => {}
                ' ' | '-' | '(' | ')' => {}
                _ => return Err(RecipientError::Character { found }),
            }
        }
        if digits < 7 {
            return Err(RecipientError::Length { digits });
        }
        Ok(Self(number))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let text = digits.as_str();
        let (start, rest) = text.split_at(2);
        let (middle, end) = rest.split_at(rest.len() - 2);
        write!(f, "{start}{:*<width$}{end}", "", width = middle.len())
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl Digits {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("digits are ASCII")
    }

    /// The digits in ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Writes all digits, as the wire does: for saved states, never for logs.
impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        wire::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Recipient {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Writes and reads a recipient in full: `#[serde(with = "cloud_api::recipient::wire")]`.
pub mod wire {
    use std::borrow::Cow;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Recipient;

    /// Writes all the digits as a string.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(recipient: &Recipient, serializer: S) -> Result<S::Ok, S::Error> {
        recipient.digits().serialize(serializer)
    }

    /// Reads a string in any of the spellings that Meta tolerates.
    ///
    /// # Errors
    ///
    /// When it is no string, or no phone number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Recipient, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::Recipient;

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let read = match text.parse::<Recipient>() {
            Ok(recipient) => format!("{} shown as {recipient}", recipient.digits()),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn a_number_is_read_in_the_spellings_people_use() {
        check("+91 98765-43242", expect!["919876543242 shown as 91********42"]);
        check("+1 (650) 555-1234", expect!["16505551234 shown as 16*******34"]);
        check("1234567", expect!["1234567 shown as 12***67"]);
        check("123456789012345", expect!["123456789012345 shown as 12***********45"]);
    }

    #[test]
    fn what_is_not_a_number_is_told_why() {
        check("123456", expect!["the phone number has 6 digits, but must have 7 to 15"]);
        check("1234567890123456", expect!["the phone number has 16 digits, but must have 7 to 15"]);
        check(
            "0049 30 123456",
            expect!["the phone number starts with 0, but must start with a country code"],
        );
        check(
            "US.13491208655302741918",
            expect!["the phone number holds 'U', but must be digits, spaces and `+-()`"],
        );
        check("1650+5551234", expect!["the phone number holds '+', but must be digits, spaces and `+-()`"]);
        check("", expect!["the phone number has 0 digits, but must have 7 to 15"]);
    }

    proptest! {
        #[test]
        fn digits_read_back_as_the_same_recipient(number in 1_000_000_u64..=999_999_999_999_999) {
            let recipient = Recipient::from_number(number).unwrap();
            prop_assert_eq!(recipient.digits().to_string(), number.to_string());
            prop_assert_eq!(recipient.digits().as_str().parse::<Recipient>(), Ok(recipient));
        }

        #[test]
        fn the_mask_never_holds_the_middle(number in 10_000_000_u64..=999_999_999_999_999) {
            let recipient = Recipient::from_number(number).unwrap();
            let shown = format!("{recipient} {recipient:?}");
            let digits = recipient.digits();
            prop_assert!(!shown.contains(&digits.as_str()[2..digits.as_str().len() - 2]));
            prop_assert_eq!(shown.bytes().filter(u8::is_ascii_digit).count(), 8);
        }
    }
}
