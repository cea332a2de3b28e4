//! Which messages a number has sent, as far as anything of this server remembers them.
//!
//! Nothing is kept for this alone: messages on their way are known to their shards, those that
//! arrived to the inbox, and those that never will to a ring of their own. What the rings have
//! dropped is gone from the history too.

use std::collections::{BTreeMap, BTreeSet};

use cloud_api::{MessageId, PhoneNumberId};
use journal::Event;

use super::Engine;

/// A message that ended without reaching a phone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost {
    /// The message, as the journal counts.
    pub(super) message: u64,
    /// The message, as Meta names it.
    pub(super) id: MessageId,
    /// Who sent it.
    pub(super) sender: PhoneNumberId,
}

impl Engine {
    /// The messages of a number that are remembered, as the journal counts and as Meta names them, the
    /// newest first.
    pub(crate) fn messages_of(&self, sender: PhoneNumberId) -> Vec<(u64, MessageId)> {
        let mut known: BTreeMap<u64, MessageId> = BTreeMap::new();
        for slot in &self.shards {
            known.extend(slot.lock().messages_of(sender));
        }
        known.extend(self.inbox.gather(|one| (one.sender.id == sender).then_some((one.message, one.id))));
        known.extend(self.lost.gather(|one| (one.sender == sender).then_some((one.message, one.id))));
        known.into_iter().rev().collect()
    }

    /// Who sent the message that the journal counts so, and how Meta names it, if it is remembered.
    pub(crate) fn sender_of(&self, message: u64) -> Option<(PhoneNumberId, MessageId)> {
        let on_its_way = self.shards.iter().find_map(|slot| slot.lock().sender_of(message));
        let arrived = || {
            let of = self.inbox.gather(|one| (one.message == message).then_some((one.sender.id, one.id)));
            of.first().copied()
        };
        let lost = || {
            let of = self.lost.gather(|one| (one.message == message).then_some((one.sender, one.id)));
            of.first().copied()
        };
        on_its_way.or_else(arrived).or_else(lost)
    }

    /// What happened to these messages, as far as it is remembered, message by message; the oldest
    /// first.
    pub(crate) fn events_of(&self, messages: &BTreeSet<u64>) -> BTreeMap<u64, Vec<Event>> {
        let is_its = |event: &Event| {
            let message = event.fact.message().filter(|message| messages.contains(message))?;
            Some((message, *event))
        };
        let mut events: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
        for (message, event) in self.events.gather(is_its) {
            events.entry(message).or_default().push(event);
        }
        events.values_mut().for_each(|events| events.sort_by_key(|event| event.at));
        events
    }
}
