//! Webhooks on their way out: sent, repeated, held back, tried again, given up.
//!
//! An outbox does nothing by itself. Its driver calls [`Outbox::push`] with each webhook,
//! [`Outbox::take_due`] when [`Outbox::next_due`] has come, and [`Outbox::answered`] with each answer
//! of a callback; what is to be posted comes back as [`Effect::Post`].

mod batch;
mod parcel;
mod plan;
mod saved;

use journal::{Cause, Event, Fact, Status};
use rustc_hash::FxHashMap;
use scenario::{Elapsed, Span, Webhooks};
use slab::Slab;

use crate::effect::{Effect, Ticket};
use crate::timers::Timers;
use crate::world::World;

use batch::{Added, Batches, Opened};
use plan::Plan;

pub use parcel::{Batch, News, Parcel, Told};
pub use saved::{Kept, SavedWebhook};

/// How many updates may wait in one outbox; what comes on top is dropped, counted and journaled.
const WAITING_MAX: usize = 250_000;

/// How long a webhook waits to be overtaken before it goes all the same.
const HELD_MAX: Span = Span::from_secs(10);

/// How long after its overtaker an overtaken webhook goes: the callback hears it later even where both
/// take their time on the way.
///
/// Assumed: Meta only says that webhooks may come out of order.
const OVERTAKEN_BY: Span = Span::from_millis(100);

/// How a callback reacted to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackAnswer {
    /// It answered with this HTTP status.
    Status(u16),
    /// It did not answer.
    None(Cause),
    /// There is no callback any more: the app has unsubscribed, or is gone.
    Gone,
}

/// Some of the webhooks that are on their way out.
///
/// Which webhooks share an outbox is up to the driver, as long as those of one
/// [`Outbox::place`] do.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: Slab<Waiting>,
    timers: Timers<Due>,
    /// Webhooks that wait to be overtaken by the next of the same key.
    held: FxHashMap<u64, usize>,
    batches: Batches,
    /// How many updates the webhooks hold that wait.
    weight: usize,
    counts: OutboxCounts,
}

/// What an outbox has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// How many webhooks were heard.
    pub heard: u64,
    /// How many attempts failed.
    pub failed: u64,
    /// How many webhooks were dropped: by a fault, for want of room, or because nobody hears them.
    pub dropped: u64,
    /// How many webhooks were given up after the last attempt.
    pub given_up: u64,
}

impl std::ops::Add for OutboxCounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            heard: self.heard + other.heard,
            failed: self.failed + other.failed,
            dropped: self.dropped + other.dropped,
            given_up: self.given_up + other.given_up,
        }
    }
}

#[derive(Debug)]
struct Waiting {
    parcel: Parcel,
    attempt: u8,
    since: Elapsed,
    /// When it is posted next, or was posted last.
    due: Elapsed,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Send(usize),
    Release { key: u64, held: usize },
    Close(Opened),
}

/// One call of the driver: when it is, what holds, and where to put what is to be done.
struct Turn<'a> {
    now: Elapsed,
    world: &'a World,
    effects: &'a mut Vec<Effect>,
}

impl Turn<'_> {
    fn happened(&mut self, fact: Fact) {
        self.effects.push(Effect::Happened(Event { at: self.now, fact }));
    }

    /// Journals the same of each message in a webhook.
    fn happened_to_all(&mut self, parcel: &Parcel, fact: impl Fn(u64, Status) -> Fact) {
        for (message, status) in parcel.news.messages() {
            self.happened(fact(message, status));
        }
    }
}

impl Outbox {
    /// An outbox without a webhook.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What webhooks must have in common to share an outbox: which message it is or, where
    /// news of a number go together, which phone number.
    #[must_use]
    pub fn place(world: &World, parcel: &Parcel) -> u64 {
        match (&parcel.news, parcel.news.number()) {
            (News::Status(_) | News::Written(..), Some(number)) if world.meta.webhooks.batch_max > 1 => {
                number.number()
            }
            _ => parcel.key(),
        }
    }

    /// When there is something to do next; any call but this one can change the answer.
    #[must_use]
    pub fn next_due(&self) -> Option<Elapsed> {
        self.timers.next_due()
    }

    /// How many webhooks wait, news that wait for others counted one by one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len() + self.batches.waiting()
    }

    /// The webhooks about a message that are not answered yet: of which status, the how-manieth
    /// attempt, and when it is or was made. Statuses that wait for others to go with are left out.
    pub fn waiting_about(&self, message: u64) -> impl Iterator<Item = (Status, u8, Elapsed)> + '_ {
        let waiting = self.waiting.iter().map(|(_, waiting)| waiting);
        waiting.flat_map(move |waiting| {
            let its = waiting.parcel.news.messages().filter(move |(told_of, _)| *told_of == message);
            its.map(|(_, status)| (status, waiting.attempt, waiting.due))
        })
    }

    /// What it has done so far.
    #[must_use]
    pub const fn counts(&self) -> OutboxCounts {
        self.counts
    }

    /// Takes a webhook on, subject to the faults of the moment.
    pub fn push(&mut self, now: Elapsed, world: &World, parcel: Parcel, effects: &mut Vec<Effect>) {
        let mut turn = Turn { now, world, effects };
        if self.weight >= WAITING_MAX {
            self.drop(&mut turn, &parcel);
            return;
        }
        let Webhooks { batch_max, batch_wait, .. } = world.meta.webhooks;
        if batch_max == 1 || !matches!(parcel.news, News::Status(_) | News::Written(..)) {
            self.take_on(&mut turn, parcel);
            return;
        }
        self.weight += 1;
        let (closed, added) = self.batches.add(parcel, usize::from(batch_max));
        if let Some(closed) = closed {
            self.take_on_batch(&mut turn, closed);
        }
        match added {
            Added::Waiting => {}
            Added::Opened(opened) => self.timers.push(now + batch_wait, Due::Close(opened)),
            Added::Full(full) => self.take_on_batch(&mut turn, full),
        }
    }

    /// Sends what is due.
    pub fn take_due(&mut self, now: Elapsed, world: &World, effects: &mut Vec<Effect>) {
        let mut turn = Turn { now, world, effects };
        while let Some(due) = self.timers.pop_due(now) {
            match due {
                Due::Send(key) => self.send(&mut turn, key),
                Due::Release { key, held } => {
                    // Another may be held by now, in the place of one that was overtaken.
                    if self.held.get(&key) == Some(&held) && self.waiting[held].due <= now {
                        self.held.remove(&key);
                        self.send(&mut turn, held);
                    }
                }
                Due::Close(opened) => {
                    if let Some(batch) = self.batches.close(opened) {
                        self.take_on_batch(&mut turn, batch);
                    }
                }
            }
        }
    }

    /// A webhook to post and the how-manieth attempt that is, from 1.
    #[must_use]
    pub fn parcel(&self, ticket: Ticket) -> Option<(&Parcel, u8)> {
        self.waiting.get(ticket.0).map(|webhook| (&webhook.parcel, webhook.attempt))
    }

    /// Learns how the callback reacted, and plans the next attempt where one is due.
    pub fn answered(
        &mut self,
        now: Elapsed,
        world: &World,
        (ticket, answer): (Ticket, CallbackAnswer),
        effects: &mut Vec<Effect>,
    ) {
        let mut turn = Turn { now, world, effects };
        let Some(webhook) = self.waiting.get_mut(ticket.0) else { return };
        let attempt = webhook.attempt;
        match answer {
            CallbackAnswer::Status(http_status) => {
                let fact = |message, status| Fact::WebhookAnswered { message, status, attempt, http_status };
                turn.happened_to_all(&webhook.parcel, fact);
                if world.meta.webhooks.heard.includes(http_status) {
                    self.counts.heard += 1;
                    self.remove(ticket);
                    return;
                }
            }
            CallbackAnswer::None(cause) => {
                let fact = |message, status| Fact::WebhookFailed { message, status, attempt, cause };
                turn.happened_to_all(&webhook.parcel, fact);
            }
            CallbackAnswer::Gone => {
                if let Some(parcel) = self.remove(ticket) {
                    self.drop(&mut turn, &parcel);
                }
                return;
            }
        }
        self.counts.failed += 1;
        match retry_after(&world.meta.webhooks, now.since(webhook.since), attempt) {
            Some(pause) => {
                webhook.attempt = attempt.saturating_add(1);
                self.send_at(now + pause, ticket.0);
            }
            None => {
                self.counts.given_up += 1;
                if let Some(parcel) = self.remove(ticket) {
                    turn.happened_to_all(&parcel, |message, status| Fact::WebhookGivenUp { message, status });
                }
            }
        }
    }

    /// Takes on a batch, whose updates were counted as they came.
    fn take_on_batch(&mut self, turn: &mut Turn<'_>, batch: Parcel) {
        self.weight -= batch.news.weight();
        self.take_on(turn, batch);
    }

    fn take_on(&mut self, turn: &mut Turn<'_>, mut parcel: Parcel) {
        let now = turn.now;
        let plan = Plan::draw(now, turn.world, &parcel);
        if plan.is_dropped {
            self.drop(turn, &parcel);
            return;
        }
        parcel.is_forged = plan.is_forged;
        let key = parcel.key();
        let overtaken = self.held.remove(&key);
        if let Some(after) = plan.repeated_after {
            let again = self.wait(now, parcel.clone());
            self.send_at(now + plan.delay + after, again);
        }
        let first = self.wait(now, parcel);
        if plan.is_held && overtaken.is_none() {
            self.hold(now + HELD_MAX, key, first);
        } else if plan.delay == Span::ZERO {
            self.send(turn, first);
        } else {
            self.send_at(now + plan.delay, first);
        }
        if let Some(overtaken) = overtaken {
            self.send_at(now + plan.delay + OVERTAKEN_BY, overtaken);
        }
    }

    fn send(&self, turn: &mut Turn<'_>, key: usize) {
        if let Some(webhook) = self.waiting.get(key) {
            turn.effects.push(Effect::Post { app: webhook.parcel.app, ticket: Ticket(key) });
        }
    }

    fn drop(&mut self, turn: &mut Turn<'_>, parcel: &Parcel) {
        self.counts.dropped += 1;
        turn.happened_to_all(parcel, |message, status| Fact::WebhookDropped { message, status });
    }

    /// Keeps a webhook until the next of its key has overtaken it, and until then at the latest.
    fn hold(&mut self, due: Elapsed, key: u64, held: usize) {
        self.waiting[held].due = due;
        self.held.insert(key, held);
        self.timers.push(due, Due::Release { key, held });
    }

    fn send_at(&mut self, due: Elapsed, key: usize) {
        if let Some(waiting) = self.waiting.get_mut(key) {
            waiting.due = due;
        }
        self.timers.push(due, Due::Send(key));
    }

    fn wait(&mut self, since: Elapsed, parcel: Parcel) -> usize {
        self.weight += parcel.news.weight();
        self.waiting.insert(Waiting { parcel, attempt: 1, since, due: since })
    }

    fn remove(&mut self, ticket: Ticket) -> Option<Parcel> {
        let webhook = self.waiting.try_remove(ticket.0)?;
        self.weight -= webhook.parcel.news.weight();
        Some(webhook.parcel)
    }
}

/// How long a webhook waits after its `attempt` failed, counted from 1; `None` where it is given up.
fn retry_after(webhooks: &Webhooks, tried_for: Span, attempt: u8) -> Option<Span> {
    let nth = usize::from(attempt.max(1)) - 1;
    let pause = *webhooks.retry_after.get(nth).or(webhooks.retry_after.last())?;
    (tried_for + pause <= webhooks.retry_for).then_some(pause)
}
