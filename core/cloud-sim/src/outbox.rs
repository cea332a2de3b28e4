//! Webhooks on their way out: sent, repeated, held back, tried again, given up.

use journal::{Cause, Event, Fact};
use rustc_hash::FxHashMap;
use scenario::{Elapsed, Share, Span};
use slab::Slab;

use crate::effect::{Effect, StatusUpdate, Ticket};
use crate::shard::subject_of;
use crate::timers::Timers;
use crate::world::World;

/// How many webhooks may wait in one outbox; what comes on top is dropped and journaled.
const WAITING_MAX: usize = 1_000_000;

/// How long a webhook waits to be overtaken before it goes all the same.
const HELD_MAX: Span = Span::from_secs(10);

/// How soon after the first the second of a repeated webhook goes, at most.
const REPEATED_WITHIN_MICROS: u64 = 2_000_000;

/// After which time a failed webhook is tried again; the last span recurs.
// Source: cloud-api.md §6.2: at once, then ever more rarely for up to 7 days. Assumed: the spans.
const RETRY_AFTER: [Span; 5] = [
    Span::from_secs(5),
    Span::from_secs(30),
    Span::from_secs(120),
    Span::from_secs(600),
    Span::from_secs(3_600),
];

/// How long a webhook is tried for.
// Source: cloud-api.md §6.2.
const TRIED_FOR: Span = Span::from_secs(7 * 24 * 3_600);

/// How a callback reacted to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackAnswer {
    /// It answered with this HTTP status; only 200 is a success.
    // Source: cloud-api.md §6.2: docs say 200. Assumed: another 2xx is a failure.
    Status(u16),
    /// It did not answer.
    None(Cause),
}

/// How long a webhook waits after its `attempt` failed, counted from 1; `None` where it is given up.
#[must_use]
pub fn retry_after(now: Elapsed, since: Elapsed, attempt: u8) -> Option<Span> {
    let nth = usize::from(attempt.max(1)) - 1;
    let pause = RETRY_AFTER[nth.min(RETRY_AFTER.len() - 1)];
    ((now + pause).since(since) <= TRIED_FOR).then_some(pause)
}

/// The webhooks of one shard.
#[derive(Debug)]
pub(crate) struct Outbox {
    waiting: Slab<Waiting>,
    timers: Timers<Due>,
    /// Webhooks that wait for the next status of the same message to overtake them.
    held: FxHashMap<u64, usize>,
}

#[derive(Debug)]
struct Waiting {
    update: StatusUpdate,
    attempt: u8,
    since: Elapsed,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Send(usize),
    Release { message: u64, held: usize },
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self { waiting: Slab::new(), timers: Timers::new(), held: FxHashMap::default() }
    }

    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        self.timers.next_due()
    }

    /// Takes a webhook on, subject to the faults of the moment.
    pub(crate) fn push(
        &mut self,
        now: Elapsed,
        world: &World,
        mut update: StatusUpdate,
        effects: &mut Vec<Effect>,
    ) {
        let plan = Plan::draw(now, world, &update);
        if plan.is_dropped || self.waiting.len() >= WAITING_MAX {
            let (message, status) = (update.message, update.status);
            effects.push(happened(now, Fact::WebhookDropped { message, status }));
            return;
        }
        update.is_forged = plan.is_forged;
        let overtaken = self.held.remove(&update.message);
        if let Some(after) = plan.repeated_after {
            let again = self.wait(now, update.clone());
            self.timers.push(now + plan.delay + after, Due::Send(again));
        }
        let message = update.message;
        let first = self.wait(now, update);
        if plan.is_held && overtaken.is_none() {
            self.held.insert(message, first);
            self.timers.push(now + HELD_MAX, Due::Release { message, held: first });
        } else if plan.delay == Span::ZERO {
            send(first, effects);
        } else {
            self.timers.push(now + plan.delay, Due::Send(first));
        }
        if let Some(overtaken) = overtaken {
            self.timers.push(now + plan.delay, Due::Send(overtaken));
        }
    }

    /// Sends what is due.
    pub(crate) fn take_due(&mut self, now: Elapsed, effects: &mut Vec<Effect>) {
        while let Some(due) = self.timers.pop_due(now) {
            match due {
                Due::Send(key) => send(key, effects),
                Due::Release { message, held } => {
                    if self.held.get(&message) == Some(&held) {
                        self.held.remove(&message);
                        send(held, effects);
                    }
                }
            }
        }
    }

    /// How many webhooks there are that are neither answered nor given up.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What a webhook says, until it is answered or given up.
    pub(crate) fn update(&self, ticket: Ticket) -> Option<&StatusUpdate> {
        self.waiting.get(ticket.0).map(|webhook| &webhook.update)
    }

    /// Learns how the callback reacted, and plans the next attempt where one is due.
    pub(crate) fn answered(
        &mut self,
        now: Elapsed,
        ticket: Ticket,
        answer: CallbackAnswer,
        effects: &mut Vec<Effect>,
    ) {
        let Some(webhook) = self.waiting.get_mut(ticket.0) else { return };
        let (message, status, attempt) = (webhook.update.message, webhook.update.status, webhook.attempt);
        let fact = match answer {
            CallbackAnswer::Status(http_status) => {
                Fact::WebhookAnswered { message, status, attempt, http_status }
            }
            CallbackAnswer::None(cause) => Fact::WebhookFailed { message, status, attempt, cause },
        };
        effects.push(happened(now, fact));
        if answer == CallbackAnswer::Status(200) {
            self.waiting.remove(ticket.0);
            return;
        }
        match retry_after(now, webhook.since, attempt) {
            Some(pause) => {
                webhook.attempt = attempt.saturating_add(1);
                self.timers.push(now + pause, Due::Send(ticket.0));
            }
            None => {
                self.waiting.remove(ticket.0);
                effects.push(happened(now, Fact::WebhookGivenUp { message, status }));
            }
        }
    }

    fn wait(&mut self, since: Elapsed, update: StatusUpdate) -> usize {
        self.waiting.insert(Waiting { update, attempt: 1, since })
    }
}

fn send(key: usize, effects: &mut Vec<Effect>) {
    effects.push(Effect::Post(Ticket(key)));
}

/// What faults make of one webhook.
#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    is_dropped: bool,
    is_held: bool,
    is_forged: bool,
    repeated_after: Option<Span>,
    delay: Span,
}

impl Plan {
    fn draw(now: Elapsed, world: &World, update: &StatusUpdate) -> Self {
        let mut plan = Self::default();
        if world.faults.is_empty() {
            return plan;
        }
        let subject = subject_of(&update.sender, &update.template, update.recipient);
        world.spoil_webhook(now, &subject, |nth, fault| {
            let key = nth << 8 | update.status as u64;
            let mut stream = world.seed.stream("webhook", update.message_key(), key);
            let (is_dropped, is_held) = (stream.happens(fault.drop), stream.happens(fault.reorder));
            plan.is_dropped |= is_dropped;
            plan.is_held |= is_held;
            let is_repeated = fault.repeat > Share::NONE && stream.happens(fault.repeat);
            if is_repeated {
                plan.repeated_after = Some(Span::from_micros(stream.below(REPEATED_WITHIN_MICROS)));
            }
            if let Some(delay) = fault.delay {
                plan.delay = plan.delay + stream.span(delay);
            }
            let is_forged = stream.happens(fault.signature);
            plan.is_forged |= is_forged;
            is_dropped || is_held || is_repeated || is_forged || fault.delay.is_some()
        });
        plan
    }
}

impl StatusUpdate {
    /// What chance about this message is keyed by: the same in a real run and in a rehearsal.
    fn message_key(&self) -> u64 {
        self.id.unique() as u64
    }
}

fn happened(at: Elapsed, fact: Fact) -> Effect {
    Effect::Happened(Event { at, fact })
}
