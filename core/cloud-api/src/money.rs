//! Amounts of money, without rounding.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// An amount in millionths of its currency's unit, such as 1,400 for $0.0014.
///
/// Sums stop at the largest amount, about 18 million million units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u64);

/// A currency as ISO 4217 writes it, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why a text is not a currency.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a currency must be three capital letters of ISO 4217, such as \"USD\"")]
pub struct CurrencyError;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many millionths.
    #[must_use]
    pub const fn from_millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    /// How many millionths it is.
    #[must_use]
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// What so many things cost of which each costs this.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// The part of it that falls on one of so many things, rounded to the nearest millionth.
    ///
    /// `None` where there is nothing to share it among.
    #[must_use]
    pub const fn shared(self, count: u64) -> Option<Self> {
        match count {
            0 => None,
            count => Some(Self(self.0.saturating_add(count / 2) / count)),
        }
    }

    /// The amount in another currency, of which so many millionths of a unit buy one of this one.
    ///
    /// It is rounded to the nearest millionth.
    #[must_use]
    pub fn converted(self, millionths: u64) -> Self {
        let product = u128::from(self.0) * u128::from(millionths) + 500_000;
        Self(u64::try_from(product / 1_000_000).unwrap_or(u64::MAX))
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Writes the amount as a decimal number, without zeros at its end.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 1_000_000, self.0 % 1_000_000);
        match fraction {
            0 => write!(f, "{whole}"),
            _ => write!(f, "{whole}.{}", format!("{fraction:06}").trim_end_matches('0')),
        }
    }
}

/// Writes the amount as a JSON number.
///
/// JSON has no other numbers than those of floating point, and Meta writes costs as such. The
/// digits are those of the amount, up to about nine thousand million units.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 1_000_000 {
            0 => serializer.serialize_u64(self.0 / 1_000_000),
            _ => serializer.serialize_f64(self.0 as f64 / 1e6),
        }
    }
}

impl Currency {
    /// The dollar of the United States.
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).expect("a currency is three letters of ASCII")
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        match text.as_bytes() {
            letters @ [_, _, _] if letters.iter().all(u8::is_ascii_uppercase) => {
                letters.try_into().map(Self).map_err(|_| CurrencyError)
            }
            _ => Err(CurrencyError),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{Currency, Money};

    #[track_caller]
    fn check(millionths: u64, text: &str, json: &str) {
        let money = Money::from_millionths(millionths);
        assert_eq!(money.to_string(), text);
        assert_eq!(serde_json::to_string(&money).unwrap(), json);
    }

    #[test]
    fn an_amount_is_written_with_the_digits_that_it_has() {
        check(0, "0", "0");
        check(1_400, "0.0014", "0.0014");
        check(16_800, "0.0168", "0.0168");
        check(5_000_000, "5", "5");
        check(123_456_789_012, "123456.789012", "123456.789012");
    }

    #[test]
    fn a_share_and_a_conversion_are_rounded_to_the_nearest_millionth() {
        assert_eq!(Money::from_millionths(10_200).shared(3), Some(Money::from_millionths(3_400)));
        assert_eq!(Money::from_millionths(2).shared(3), Some(Money::from_millionths(1)));
        assert_eq!(Money::from_millionths(2).shared(0), None);
        assert_eq!(Money::from_millionths(1_400).converted(828_500), Money::from_millionths(1_160));
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!("EUR".parse::<Currency>().unwrap().code(), "EUR");
        for text in ["eur", "EURO", "", "E1R", "€"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_number_on_the_wire_has_the_digits_of_the_amount(millionths in 1_u64..1_000_000_000_000_000) {
            let json: serde_json::Number =
                serde_json::from_str(&serde_json::to_string(&Money::from_millionths(millionths)).unwrap()).unwrap();
            let back = (json.as_f64().unwrap() * 1e6).round() as u64;
            prop_assert_eq!(back, millionths);
        }
    }
}
