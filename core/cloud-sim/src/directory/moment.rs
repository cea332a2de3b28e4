//! A moment in which the directory changes: when, by which rules, and what came of it.

use cloud_api::WabaId;
use cloud_api::webhook::AccountChange;
use journal::{Event, Fact};
use scenario::{Elapsed, Span};

use crate::notice::Notice;
use crate::world::World;

/// A moment in which the directory changes, and what came of it so far.
#[derive(Debug)]
pub struct Moment<'a> {
    /// When it is.
    pub now: Elapsed,
    /// The rules of the world.
    pub world: &'a World,
    changes: Changes,
}

/// What came of a change of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What to tell the apps of accounts, in order.
    pub notices: Vec<Notice>,
    /// What to journal, in order.
    pub events: Vec<Event>,
}

impl<'a> Moment<'a> {
    /// A moment of which nothing came yet.
    #[must_use]
    pub fn new(now: Elapsed, world: &'a World) -> Self {
        Self { now, world, changes: Changes::default() }
    }

    /// What came of it.
    #[must_use]
    pub fn changes(self) -> Changes {
        self.changes
    }

    /// The wall clock, in unix seconds.
    #[must_use]
    pub const fn unix(&self) -> u64 {
        self.world.unix_secs(self.now)
    }

    /// The instant at which the wall clock shows this, or now if it has shown it already.
    pub(super) fn at_unix(&self, unix: u64) -> Elapsed {
        self.now + Span::from_secs(unix.saturating_sub(self.unix()))
    }

    /// What the apps are to be told, besides.
    pub(super) fn tell_all(&mut self, notices: Vec<Notice>) {
        self.changes.notices.extend(notices);
    }

    /// The same rules at another instant, to which what comes of it belongs.
    pub(super) fn move_to(&mut self, now: Elapsed) {
        self.now = now;
    }

    pub(super) fn tell(&mut self, account: WabaId, change: AccountChange) {
        self.changes.notices.push(Notice { account, at: self.now, change });
    }

    pub(super) fn happened(&mut self, fact: Fact) {
        self.changes.events.push(Event { at: self.now, fact });
    }
}
