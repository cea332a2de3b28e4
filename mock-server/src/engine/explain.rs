//! What became and will become of a message.

use std::sync::atomic::Ordering;

use cloud_api::MessageId;
use cloud_sim::Planned;
use journal::{Event, Fact, Status};
use scenario::Elapsed;

use super::{Engine, shard_of};

/// Everything that is known of a message.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The message, as the journal counts.
    pub message: u64,
    /// What happened, the oldest first.
    pub past: Vec<Event>,
    /// Whether that is surely all: no events were forgotten, and the message is not from before a state was
    /// taken on, with which no events come.
    pub is_past_whole: bool,
    /// What is planned, while it is on its way.
    pub planned: Option<Planned>,
    /// The webhooks that are not answered yet: of which status, the how-manieth attempt, and when it
    /// is or was made.
    pub webhooks: Vec<(Status, u8, Elapsed)>,
    /// How many events were forgotten; some may have been of this message.
    pub dropped: u64,
}

impl Engine {
    /// All that is known of the message with this id.
    pub(crate) fn timeline(&self, id: MessageId) -> Option<Timeline> {
        let at = shard_of(id.recipient());
        let on_its_way = self.shards[at].lock().message(id);
        let arrived = || Some(self.inbox.message(id)?.message);
        let lost = || Some(self.lost.newest(at, |lost| lost.id == id)?.message);
        let message = on_its_way.or_else(arrived).or_else(lost)?;
        self.timeline_in(at, message)
    }

    /// All that is known of the message with this number.
    pub(crate) fn timeline_of(&self, message: u64) -> Option<Timeline> {
        // Of a message that only events remember, any shard knows as much.
        let at = self.sender_of(message).map_or(0, |(_, id)| shard_of(id.recipient()));
        self.timeline_in(at, message)
    }

    /// What is known of a message's past even where its events are forgotten, or were never here because
    /// the server goes on from the state of another one.
    fn past_of(&self, at: usize, message: u64, planned: Option<&Planned>) -> Vec<Event> {
        let (seed, now) = (self.world.load().seed, self.clock.now());
        let accepted = |at: Elapsed, id: MessageId| {
            let recipient = seed.pseudonym(id.recipient().number());
            Event { at, fact: Fact::MessageAccepted { message, recipient } }
        };
        let Some(arrived) = self.inbox.numbered(at, message) else {
            return planned.map(|planned| accepted(planned.accepted, planned.id)).into_iter().collect();
        };
        let delivered = Event { at: arrived.at, fact: Fact::MessageDelivered { message } };
        let read = arrived.read.filter(|read| *read <= now);
        let read = read.map(|at| Event { at, fact: Fact::MessageRead { message } });
        [accepted(arrived.accepted, arrived.id), delivered].into_iter().chain(read).collect()
    }

    fn timeline_in(&self, at: usize, message: u64) -> Option<Timeline> {
        let events = self.events.after(0, usize::MAX, |event| event.fact.message() == Some(message));
        let shard = self.shards[at].lock();
        let planned = shard.planned(message);
        drop(shard);
        let outboxes = self.outboxes.iter();
        let webhooks =
            outboxes.flat_map(|slot| slot.lock().waiting_about(message).collect::<Vec<_>>()).collect();
        let (mut past, dropped) = (events.items, events.dropped);
        for known in self.past_of(at, message, planned.as_ref()) {
            if past.iter().all(|event| event.fact.kind() != known.fact.kind()) {
                past.push(known);
            }
        }
        past.sort_by_key(|event| event.at);
        let is_past_whole = dropped == 0 && message >= self.witnessed_from.load(Ordering::Relaxed);
        let is_known = planned.is_some() || !past.is_empty();
        is_known.then_some(Timeline { message, past, is_past_whole, planned, webhooks, dropped })
    }
}
