//! Days and months of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A day, counted from 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "u32")]
pub struct Day(u32);

/// A calendar month; `Display` writes it as `2026-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u32,
    /// From 1 to 12.
    month: u32,
}

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a day must be written as 2026-01-31, from 1970 to 9999")]
pub struct DayError;

/// The seconds of a day.
pub const DAY_SECS: u64 = 86_400;

impl Day {
    /// The day that a unix time falls into; the last one of year 9999 stands for all later ones.
    #[must_use]
    pub fn of_unix(secs: u64) -> Self {
        let day = u32::try_from(secs / DAY_SECS).unwrap_or(u32::MAX);
        Self(day.min(Self::LAST))
    }

    /// The last day that can be written, 9999-12-31.
    const LAST: u32 = 2_932_896;

    /// The day's first second, in unix time.
    #[must_use]
    pub fn unix_secs(self) -> u64 {
        u64::from(self.0) * DAY_SECS
    }

    /// The month that the day falls into.
    #[must_use]
    pub const fn month(self) -> Month {
        let (year, month, _) = civil(self.0);
        Month { year, month }
    }
}

impl TryFrom<u32> for Day {
    type Error = DayError;

    fn try_from(days: u32) -> Result<Self, DayError> {
        if days <= Self::LAST { Ok(Self(days)) } else { Err(DayError) }
    }
}

impl Month {
    /// The month's first day.
    #[must_use]
    pub const fn first_day(self) -> Day {
        Day(days(self.year, self.month, 1))
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let mut parts = text.split('-').map(|part| {
            let is_plain = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u32>().ok().filter(|_| is_plain)
        });
        let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(DayError);
        };
        let is_month = (1970..=9999).contains(&year) && (1..=12).contains(&month);
        if text.len() != 10 || !is_month || day == 0 {
            return Err(DayError);
        }
        let count = days(year, month, day);
        if civil(count) == (year, month, day) { Ok(Self(count)) } else { Err(DayError) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The days from 1970-01-01 to this one, which is not before it.
///
/// A year that begins in March has its leap day at its end, so that months have fixed places in it.
const fn days(year: u32, month: u32, day: u32) -> u32 {
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let day_of_year = (153 * since_march + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + day_of_year - DAYS_BEFORE_1970
}

/// The year, month and day of a day counted from 1970-01-01.
const fn civil(days: u32) -> (u32, u32, u32) {
    let days = days + DAYS_BEFORE_1970;
    let (era, day_of_era) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let since_march = (5 * day_of_year + 2) / 153;
    let month = if since_march < 10 { since_march + 3 } else { since_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * since_march + 2) / 5 + 1)
}

/// The days of the 400 years after which the calendar repeats.
const DAYS_OF_ERA: u32 = 146_097;

/// The days from the first of March of the year 0 to 1970-01-01.
const DAYS_BEFORE_1970: u32 = 719_468;

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{DAY_SECS, Day, DayError};

    #[track_caller]
    fn check(unix: u64, day: &str, month_first: &str, next_first: &str) {
        let found = Day::of_unix(unix);
        assert_eq!(found.to_string(), day);
        assert_eq!(found.month().first_day().to_string(), month_first);
        assert_eq!(found.month().next().first_day().to_string(), next_first);
    }

    #[test]
    fn an_instant_falls_into_its_day_and_month() {
        check(0, "1970-01-01", "1970-01-01", "1970-02-01");
        check(951_782_400, "2000-02-29", "2000-02-01", "2000-03-01");
        check(1_750_000_000, "2025-06-15", "2025-06-01", "2025-07-01");
        check(1_767_225_599, "2025-12-31", "2025-12-01", "2026-01-01");
        check(u64::MAX, "9999-12-31", "9999-12-01", "10000-01-01");
    }

    #[test]
    fn a_day_has_one_spelling_and_must_exist() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "26-01-01",
            "2026-00-10",
            "2026-01-00",
            "",
            "2026-01-01-",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_reads_back_as_itself(unix in 0_u64..253_402_300_800) {
            let day = Day::of_unix(unix);
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
            prop_assert_eq!(day.unix_secs() / DAY_SECS, unix / DAY_SECS);
            prop_assert!(day.month().first_day() <= day && day < day.month().next().first_day());
        }
    }
}
