//! Statuses and messages of people that wait for others to go with them.

use std::sync::Arc;

use cloud_api::webhook::BYTES_MAX;
use cloud_api::{AppId, PhoneNumberId};
use rustc_hash::FxHashMap;

use super::parcel::Batch;
use super::{News, Parcel};
use crate::effect::StatusUpdate;

/// What waits for more of the same app and phone number.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: FxHashMap<Route, Open>,
    opened: u64,
}

/// What can go together.
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
    batch: Batch,
    bytes: usize,
}

/// A batch that has been opened, to be closed at its instant unless it was full before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub(super) route: Route,
    pub(super) nth: u64,
}

/// What came of adding a piece of news.
pub(super) enum Added {
    /// It waits in a batch that was open.
    Waiting,
    /// It waits in a batch that is to be closed after the wait.
    Opened(Opened),
    /// It filled a batch, which goes now.
    Full(Parcel),
}

/// How many bytes a webhook has without its updates, at most.
const ENVELOPE_BYTES: usize = 512;

impl Batches {
    /// How many updates wait.
    pub(super) fn waiting(&self) -> usize {
        self.open.values().map(|open| open.batch.len()).sum()
    }

    /// Every open batch as it is, closed.
    pub(super) fn all(&self) -> impl Iterator<Item = Parcel> + '_ {
        self.open.values().map(|open| open.parcel.with(open.batch.clone()))
    }

    /// Adds a status or a message to the batch of its app and phone number; a batch that it no longer fits into
    /// goes before it.
    pub(super) fn add(&mut self, parcel: Parcel, count_max: usize) -> (Option<Parcel>, Added) {
        let (number, bytes) = match &parcel.news {
            News::Status(update) => (Arc::clone(&update.sender), bytes_at_most(update)),
            News::Written(number, message) => (Arc::clone(number), message.bytes_at_most()),
            _ => return (None, Added::Full(parcel)),
        };
        let route = Route { app: parcel.app, number: number.id };
        let news = parcel.news.clone();
        let is_overfull = self.open.get(&route).is_some_and(|open| open.bytes + bytes > BYTES_MAX);
        let closed = if is_overfull { self.take(route) } else { None };
        let mut is_new = false;
        let open = self.open.entry(route).or_insert_with(|| {
            is_new = true;
            self.opened += 1;
            let batch = Batch { number, statuses: Vec::new(), messages: Vec::new() };
            Open { nth: self.opened, parcel, batch, bytes: ENVELOPE_BYTES }
        });
        open.batch.push(news);
        open.bytes += bytes;
        if open.batch.len() >= count_max
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
        Some(open.parcel.with(open.batch))
    }
}

impl Batch {
    fn len(&self) -> usize {
        self.statuses.len() + self.messages.len()
    }

    fn push(&mut self, news: News) {
        match news {
            News::Status(update) => self.statuses.push(update),
            News::Written(_, message) => self.messages.push(Arc::unwrap_or_clone(message)),
            News::Batch(_) | News::Changed(_) | News::Troubled(..) | News::Told(_) => {}
        }
    }
}

/// How many bytes a status has on the wire, at most: a byte of the business's own data may become
/// six, and everything else is short.
fn bytes_at_most(update: &StatusUpdate) -> usize {
    const REST: usize = 2_048;
    REST + update.callback_data.as_ref().map_or(0, |text| text.len() * 6)
}
