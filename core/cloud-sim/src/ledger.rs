//! What was sent, delivered, read and charged, by half hour.
//!
//! Each shard keeps a ledger of its own; [`Books`] are all of them together. Costs are not kept:
//! they follow from the counts, the rates and who pays, whenever somebody asks.

mod books;
mod saved;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use cloud_api::{CountryCode, Day, PhoneNumberId, TemplateId, WabaId};
use rustc_hash::FxHashMap;

use crate::pricing::Charge;

pub use books::{Books, Row};

/// The seconds of a half hour.
pub const HALF_HOUR_SECS: u64 = 1_800;

/// How many rows one shard's ledger holds; the oldest half hours make room.
///
/// The half hour that is being written is kept whole: one row for each number, template, country and way
/// to pay that came up in it, whatever their number.
///
/// A row takes about 160 bytes. A number that sends one template to twenty countries fills twenty
/// rows in a half hour of traffic.
pub const ROWS_MAX: usize = 16_384;

/// The messages that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// The account that sent or received them.
    pub account: WabaId,
    /// Its phone number.
    pub number: PhoneNumberId,
    /// The template they were made from, if any.
    pub template: Option<TemplateId>,
    /// Where the person lives, as far as the phone number tells.
    pub country: Option<CountryCode>,
    /// What they are paid for as.
    pub charge: Charge,
}

/// How often something happened to the messages of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Accepted by Meta.
    #[serde(deserialize_with = "crate::state::count")]
    pub accepted: u64,
    /// Sent on to the person.
    #[serde(deserialize_with = "crate::state::count")]
    pub sent: u64,
    /// Arrived on the phone; also where `read` took the place of `delivered`.
    #[serde(deserialize_with = "crate::state::count")]
    pub delivered: u64,
    /// Read, and reported so.
    #[serde(deserialize_with = "crate::state::count")]
    pub read: u64,
    /// How often each button was pressed, in their order below the message.
    #[serde(deserialize_with = "saved::presses")]
    pub clicked: [u32; BUTTONS_MAX],
    /// Failed.
    #[serde(deserialize_with = "crate::state::count")]
    pub failed: u64,
    /// Dropped at the end of their time to live.
    #[serde(deserialize_with = "crate::state::count")]
    pub discarded: u64,
    /// Delivered and paid for.
    #[serde(deserialize_with = "crate::state::count")]
    pub charged: u64,
    /// Written by the person to the business.
    #[serde(deserialize_with = "crate::state::count")]
    pub received: u64,
}

/// How many buttons of a message are told apart; more than ten no template has.
pub const BUTTONS_MAX: usize = 10;

/// One thing that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message was accepted.
    Accepted,
    /// It was sent on.
    Sent,
    /// It arrived, and is charged if its group is.
    Delivered,
    /// It was read.
    Read,
    /// Its button was pressed: that of this place below it.
    Clicked(usize),
    /// It failed.
    Failed,
    /// It was dropped.
    Discarded,
    /// A person wrote to the business.
    Received,
}

/// One shard's counts.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "saved::Saved", into = "saved::Saved")]
pub struct Ledger {
    /// In the order of time; the last one is being written.
    half_hours: VecDeque<HalfHour>,
    rows: usize,
    dropped: u64,
    /// What was charged in dropped half hours, by the month of the oldest one kept, for the tiers.
    carried: FxHashMap<(Day, Group), u64>,
}

#[derive(Clone, Debug)]
struct HalfHour {
    /// Counted from 1970.
    nth: u64,
    rows: FxHashMap<Group, Tally>,
}

impl Ledger {
    /// Counts one thing that happened at this time, in seconds since 1970.
    ///
    /// Time does not go backwards: what comes late is counted in the last half hour.
    pub fn count(&mut self, unix: u64, group: Group, entry: Entry) {
        let nth = unix / HALF_HOUR_SECS;
        if self.half_hours.back().is_none_or(|last| last.nth < nth) {
            self.half_hours.push_back(HalfHour { nth, rows: FxHashMap::default() });
        }
        let Some(last) = self.half_hours.back_mut() else { return };
        let rows_before = last.rows.len();
        last.rows.entry(group).or_default().count(group.charge, entry);
        self.rows += last.rows.len() - rows_before;
        while self.rows > ROWS_MAX && self.half_hours.len() > 1 {
            self.drop_oldest();
        }
    }

    /// How many rows were dropped to make room for newer ones.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.half_hours.pop_front() else { return };
        self.rows -= oldest.rows.len();
        self.dropped += oldest.rows.len() as u64;
        let month = |half_hour: &HalfHour| Day::of_unix(half_hour.nth * HALF_HOUR_SECS).month().first_day();
        let current = self.half_hours.front().map(month);
        self.carried.retain(|(month, _), _| Some(*month) == current);
        let month = month(&oldest);
        for (group, tally) in oldest.rows.into_iter().filter(|(_, tally)| tally.charged > 0) {
            if Some(month) == current {
                let carried = self.carried.entry((month, group)).or_default();
                *carried = carried.saturating_add(tally.charged);
            }
        }
    }
}

impl Tally {
    fn count(&mut self, charge: Charge, entry: Entry) {
        match entry {
            Entry::Accepted => self.accepted += 1,
            Entry::Sent => self.sent += 1,
            Entry::Delivered => {
                self.delivered += 1;
                self.charged += u64::from(charge.is_billable());
            }
            Entry::Read => self.read += 1,
            Entry::Clicked(nth) => {
                let pressed = self.clicked.get_mut(nth);
                pressed.into_iter().for_each(|count| *count = count.saturating_add(1));
            }
            Entry::Failed => self.failed += 1,
            Entry::Discarded => self.discarded += 1,
            Entry::Received => self.received += 1,
        }
    }
}

// Sums stop at the largest number: a restored state may hold many large counts.
impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.sent = self.sent.saturating_add(other.sent);
        self.delivered = self.delivered.saturating_add(other.delivered);
        self.read = self.read.saturating_add(other.read);
        let clicked = self.clicked.iter_mut().zip(other.clicked);
        clicked.for_each(|(count, other)| *count = count.saturating_add(other));
        self.failed = self.failed.saturating_add(other.failed);
        self.discarded = self.discarded.saturating_add(other.discarded);
        self.charged = self.charged.saturating_add(other.charged);
        self.received = self.received.saturating_add(other.received);
    }
}
