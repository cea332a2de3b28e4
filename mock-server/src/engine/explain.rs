//! What became and will become of a message.

use cloud_api::MessageId;
use cloud_sim::Planned;
use journal::{Event, Status};
use scenario::Elapsed;

use super::{Engine, shard_of};

/// Everything that is known of a message.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The message, as the journal counts.
    pub message: u64,
    /// What happened, the oldest first.
    pub past: Vec<Event>,
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
        self.shards().find_map(|at| self.timeline_in(at, message))
    }

    fn timeline_in(&self, at: usize, message: u64) -> Option<Timeline> {
        let events = self.events.after(0, usize::MAX, |event| event.fact.message() == Some(message));
        let shard = self.shards[at].lock();
        let planned = shard.planned(message);
        drop(shard);
        let outboxes = self.outboxes.iter();
        let webhooks =
            outboxes.flat_map(|slot| slot.lock().waiting_about(message).collect::<Vec<_>>()).collect();
        let is_known = planned.is_some() || !events.items.is_empty();
        let (past, dropped) = (events.items, events.dropped);
        is_known.then_some(Timeline { message, past, planned, webhooks, dropped })
    }
}
