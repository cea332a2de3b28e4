//! Dates as the messages about expired tokens spell them.

use std::fmt;

/// An instant, shown as `Wednesday, 14-Aug-24 05:00:00 PST`.
// Assumed: the zone is eight hours behind UTC all the year, where Meta switches to PDT.
#[derive(Clone, Copy, Debug)]
pub(super) struct PacificDate {
    unix_seconds: u64,
}

const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ZONE_SECONDS: u64 = 8 * 3600;
const DAY_SECONDS: u64 = 86_400;

impl PacificDate {
    pub(super) const fn new(unix_seconds: u64) -> Self {
        Self { unix_seconds }
    }
}

/// The year, the month from 0 and the day from 1 of a day counted from 1970-01-01.
// The arithmetic of Howard Hinnant's `civil_from_days`, whose years start in March.
pub(crate) fn civil(days: u64) -> (u64, usize, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    let year = era * 400 + year_of_era + u64::from(month < 2);
    (year, month as usize, day)
}

impl fmt::Display for PacificDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.unix_seconds.saturating_sub(ZONE_SECONDS);
        let (days, second) = (local / DAY_SECONDS, local % DAY_SECONDS);
        let (year, month, day) = civil(days);
        write!(
            f,
            "{}, {day:02}-{}-{:02} {:02}:{:02}:{:02} PST",
            WEEKDAYS[(days % 7) as usize],
            MONTHS[month],
            year % 100,
            second / 3600,
            second / 60 % 60,
            second % 60,
        )
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::PacificDate;

    #[track_caller]
    fn check(unix_seconds: u64, expected: Expect) {
        expected.assert_eq(&PacificDate::new(unix_seconds).to_string());
    }

    #[test]
    fn an_instant_is_spelled_in_pacific_time() {
        check(0, expect!["Thursday, 01-Jan-70 00:00:00 PST"]);
        check(1_723_640_400, expect!["Wednesday, 14-Aug-24 05:00:00 PST"]);
        check(1_709_193_600, expect!["Thursday, 29-Feb-24 00:00:00 PST"]);
        check(u64::MAX, expect!["Wednesday, 08-Nov-23 23:00:15 PST"]);
    }
}
