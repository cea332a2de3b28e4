//! The ledgers of all shards together.

use std::collections::BTreeMap;

use cloud_api::Day;

use super::{Group, HALF_HOUR_SECS, Ledger, Tally};

/// The counts of all shards, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Books {
    rows: BTreeMap<(u64, Group), Tally>,
    carried: BTreeMap<(Day, Group), u64>,
    dropped: u64,
}

/// What was counted of a group in one half hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// When the half hour began, in seconds since 1970.
    pub start: u64,
    /// What was counted.
    pub group: Group,
    /// How often.
    pub tally: Tally,
}

impl Books {
    /// Adds a shard's counts.
    pub fn add(&mut self, ledger: &Ledger) {
        for half_hour in &ledger.half_hours {
            for (group, tally) in &half_hour.rows {
                *self.rows.entry((half_hour.nth, *group)).or_default() += *tally;
            }
        }
        for (key, charged) in &ledger.carried {
            let carried = self.carried.entry(*key).or_default();
            *carried = carried.saturating_add(*charged);
        }
        self.dropped += ledger.dropped;
    }

    /// Every row, in the order of time.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let rows = self.rows.iter();
        rows.map(|((nth, group), tally)| Row { start: nth * HALF_HOUR_SECS, group: *group, tally: *tally })
    }

    /// What was charged in each month before its first row that is still here.
    pub fn carried(&self) -> impl Iterator<Item = (Day, Group, u64)> + '_ {
        self.carried.iter().map(|((month, group), charged)| (*month, *group, *charged))
    }

    /// How many rows were dropped to make room for newer ones.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}
