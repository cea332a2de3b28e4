//! Statuses that wait for others to go with them.

use std::sync::Arc;

use cloud_api::webhook::BYTES_MAX;
use cloud_api::{AppId, PhoneNumberId};
use rustc_hash::FxHashMap;

use super::{News, Parcel};
use crate::effect::StatusUpdate;

/// The statuses that wait for others of the same app and phone number.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: FxHashMap<Route, Open>,
    opened: u64,
}

/// Which statuses can go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Route {
    app: AppId,
    number: PhoneNumberId,
}

#[derive(Debug)]
struct Open {
    /// Which batch of all it is.
    nth: u64,
    parcel: Parcel,
    statuses: Vec<StatusUpdate>,
    bytes: usize,
}

/// A batch that has been opened, to be closed at its instant unless it was full before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub(super) route: Route,
    pub(super) nth: u64,
}

/// What came of adding a status.
pub(super) enum Added {
    /// It waits in a batch that was open.
    Waiting,
    /// It waits in a batch that is to be closed after the wait.
    Opened(Opened),
    /// It filled a batch, which goes now.
    Full(Parcel),
}

/// How many bytes a webhook has without its statuses, at most.
const ENVELOPE_BYTES: usize = 512;

impl Batches {
    /// How many statuses wait.
    pub(super) fn waiting(&self) -> usize {
        self.open.values().map(|open| open.statuses.len()).sum()
    }

    /// Every open batch as it is, closed.
    pub(super) fn all(&self) -> impl Iterator<Item = Parcel> + '_ {
        self.open.values().map(|open| open.parcel.with_statuses(Arc::from(open.statuses.as_slice())))
    }

    /// Adds a status to the batch of its app and phone number; a batch that it no longer fits into
    /// goes before it.
    pub(super) fn add(&mut self, parcel: Parcel, count_max: usize) -> (Option<Parcel>, Added) {
        let News::Status(update) = &parcel.news else { return (None, Added::Full(parcel)) };
        let route = Route { app: parcel.app, number: update.sender.id };
        let (update, bytes) = (update.clone(), bytes_at_most(update));
        let is_overfull = self.open.get(&route).is_some_and(|open| open.bytes + bytes > BYTES_MAX);
        let closed = if is_overfull { self.take(route) } else { None };
        let mut is_new = false;
        let open = self.open.entry(route).or_insert_with(|| {
            is_new = true;
            self.opened += 1;
            Open { nth: self.opened, parcel, statuses: Vec::new(), bytes: ENVELOPE_BYTES }
        });
        open.statuses.push(update);
        open.bytes += bytes;
        if open.statuses.len() >= count_max
            && let Some(full) = self.take(route)
        {
            return (closed, Added::Full(full));
        }
        let added = if is_new { Added::Opened(Opened { route, nth: self.opened }) } else { Added::Waiting };
        (closed, added)
    }

    /// Closes a batch, if it is still open.
    pub(super) fn close(&mut self, opened: Opened) -> Option<Parcel> {
        let is_open = self.open.get(&opened.route).is_some_and(|open| open.nth == opened.nth);
        if is_open { self.take(opened.route) } else { None }
    }

    fn take(&mut self, route: Route) -> Option<Parcel> {
        let open = self.open.remove(&route)?;
        Some(open.parcel.with_statuses(Arc::from(open.statuses)))
    }
}

/// How many bytes a status has on the wire, at most: a byte of the business's own data may become
/// six, and everything else is short.
fn bytes_at_most(update: &StatusUpdate) -> usize {
    const REST: usize = 2_048;
    REST + update.callback_data.as_ref().map_or(0, |text| text.len() * 6)
}
