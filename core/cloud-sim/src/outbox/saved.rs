//! An outbox as it is saved and restored: every webhook with its bytes and what was to happen next.

use std::sync::Arc;

use cloud_api::subscription::WebhookField;
use cloud_api::{AppId, PhoneNumberId, WabaId};
use journal::Status;
use rustc_hash::FxHashMap;
use scenario::Elapsed;
use serde::{Deserialize, Serialize};

use super::parcel::Told;
use super::{Due, Effect, Outbox, Parcel, Ticket, Waiting};
use crate::world::World;

/// A webhook that waits, taken out of its outbox as it was.
#[derive(Clone, Debug)]
pub struct Kept {
    parcel: Parcel,
    attempt: u8,
    since: Elapsed,
    next: Next,
}

/// A webhook that waits, with the bytes that every attempt at it carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedWebhook {
    app: AppId,
    nth: u16,
    is_forged: bool,
    account: WabaId,
    number: Option<PhoneNumberId>,
    field: WebhookField,
    key: u64,
    /// The statuses in it: which message, as the journal counts, and what became of it.
    statuses: Vec<(u64, Status)>,
    body: String,
    attempt: u8,
    since: Elapsed,
    next: Next,
}

/// What happens to a webhook next.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Next {
    /// It is under way, and nobody knows yet how it is answered.
    UnderWay,
    /// It is sent then.
    Send(Elapsed),
    /// It waits to be overtaken, until then at the latest.
    Held(Elapsed),
}

impl Outbox {
    /// A copy of everything that waits, in the order in which it came to be.
    ///
    /// What waits for others to go with it is closed as it is.
    #[must_use]
    pub fn keep(&self, now: Elapsed) -> Vec<Kept> {
        let mut nexts = FxHashMap::<usize, Next>::default();
        for (due, what) in self.timers.iter() {
            match what {
                Due::Send(key) => drop(nexts.insert(*key, Next::Send(due))),
                Due::Release { key, held } if self.held.get(key) == Some(held) => {
                    nexts.insert(*held, Next::Held(self.waiting[*held].due));
                }
                Due::Release { .. } | Due::Close(_) => {}
            }
        }
        let next = |key| nexts.get(&key).copied().unwrap_or(Next::UnderWay);
        let waiting = self.waiting.iter().map(|(key, waiting)| {
            let Waiting { parcel, attempt, since, .. } = waiting;
            Kept { parcel: parcel.clone(), attempt: *attempt, since: *since, next: next(key) }
        });
        let open = self.batches.all().map(|parcel| {
            let next = Next::Send(now);
            Kept { parcel, attempt: 1, since: now, next }
        });
        let mut kept: Vec<Kept> = waiting.chain(open).collect();
        kept.sort_by_key(|kept| kept.since);
        kept
    }

    /// An outbox in which all of it waits again.
    ///
    /// Webhooks that were under way are posted again: nobody knows whether they arrived.
    #[must_use]
    pub fn restore(saved: Vec<SavedWebhook>, effects: &mut Vec<Effect>) -> Self {
        let mut outbox = Self::new();
        for webhook in saved {
            let (next, app, group) = (webhook.next, webhook.app, webhook.key);
            let key = outbox.waiting.insert(webhook.restore());
            outbox.weight += outbox.waiting[key].parcel.news.weight();
            match next {
                Next::UnderWay => effects.push(Effect::Post { app, ticket: Ticket(key) }),
                Next::Send(due) => outbox.send_at(due, key),
                Next::Held(due) => outbox.hold(due, group, key),
            }
        }
        outbox
    }
}

impl Kept {
    /// The webhook with its bytes.
    #[must_use]
    pub fn saved(&self, world: &World) -> SavedWebhook {
        let Parcel { app, nth, news, is_forged, .. } = &self.parcel;
        SavedWebhook {
            app: *app,
            nth: *nth,
            is_forged: *is_forged,
            account: news.account(),
            number: news.number(),
            field: news.field(),
            key: self.parcel.key(),
            statuses: news.messages().collect(),
            // Webhooks are ASCII or UTF-8, as their profile says.
            body: String::from_utf8_lossy(&self.parcel.body(world)).into_owned(),
            attempt: self.attempt,
            since: self.since,
            next: self.next,
        }
    }
}

impl SavedWebhook {
    fn restore(self) -> Waiting {
        let Self { app, nth, is_forged, account, number, field, key, statuses, body, .. } = self;
        let told = Told { account, number, field, key, statuses, body: body.into_bytes() };
        let parcel = Parcel::told(app, nth, is_forged, Arc::new(told));
        Waiting { parcel, attempt: self.attempt, since: self.since, due: self.since }
    }
}
