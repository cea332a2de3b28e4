//! What people write to businesses: it opens the customer service window, and can be marked as read.

use std::collections::VecDeque;

use cloud_api::send::MarkAsRead;
use cloud_api::{MessageId, PhoneNumberId, Recipient, Refusal};
use rustc_hash::FxHashMap;
use scenario::{Elapsed, Span};

use super::Shard;
use crate::pair::PairKey;

/// How many messages of people a shard remembers; older ones can no longer be marked as read.
const WRITTEN_MAX: usize = 16_384;

/// How long a message can be marked as read.
// Source: cloud-api.md §2.6.
const MARKED_WITHIN: Span = Span::from_secs(30 * 24 * 3_600);

/// How many people a shard remembers who came by an advertisement; those who came first are forgotten,
/// and what is sent to them is charged as to anybody.
const REFERRED_MAX: usize = 16_384;

/// How long a business may write for nothing to somebody who came by an advertisement.
// Source: cloud-api.md §10.1: 72 hours. Assumed: from the message of the person on.
const FREE_FOR: Span = Span::from_secs(72 * 3_600);

/// Until when numbers may write for nothing to people who came by an advertisement.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<(PairKey, Elapsed)>", into = "Vec<(PairKey, Elapsed)>")]
pub(super) struct Referred {
    until: FxHashMap<PairKey, Elapsed>,
    order: VecDeque<PairKey>,
}

/// The messages of people, the newest ones.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<Heard>", into = "Vec<Heard>")]
pub(super) struct Written {
    messages: FxHashMap<MessageId, (PhoneNumberId, Elapsed)>,
    order: VecDeque<MessageId>,
}

/// A message of a person, to whom it went, and when.
type Heard = (MessageId, PhoneNumberId, Elapsed);

impl From<Vec<Heard>> for Written {
    fn from(heard: Vec<Heard>) -> Self {
        Self {
            order: heard.iter().map(|(id, ..)| *id).collect(),
            messages: heard.into_iter().map(|(id, to, at)| (id, (to, at))).collect(),
        }
    }
}

impl From<Written> for Vec<Heard> {
    fn from(written: Written) -> Self {
        let Written { messages, order } = written;
        order.into_iter().filter_map(|id| messages.get(&id).map(|(to, at)| (id, *to, *at))).collect()
    }
}

impl From<Vec<(PairKey, Elapsed)>> for Referred {
    fn from(saved: Vec<(PairKey, Elapsed)>) -> Self {
        Self { order: saved.iter().map(|(key, _)| *key).collect(), until: saved.into_iter().collect() }
    }
}

impl From<Referred> for Vec<(PairKey, Elapsed)> {
    fn from(referred: Referred) -> Self {
        let Referred { until, order } = referred;
        order.into_iter().filter_map(|key| until.get(&key).map(|until| (key, *until))).collect()
    }
}

impl Referred {
    fn open(&mut self, key: PairKey, until: Elapsed) {
        if self.until.insert(key, until).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > REFERRED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.until.remove(&oldest);
        }
    }
}

/// Until when people are shown that a number is typing an answer: by number and person.
pub(super) type Typing = FxHashMap<(u64, u64), Elapsed>;

/// How long a person is shown that an answer is being typed.
// Source: cloud-api.md §2.6: until the answer comes, or for 25 seconds.
const TYPING: Span = Span::from_secs(25);

impl Shard {
    /// Learns that a person has come to a number by an advertisement: all is free for three days.
    pub fn referred(&mut self, now: Elapsed, to: PhoneNumberId, person: Recipient) {
        self.referred.open((to.number(), person.number()), now + FREE_FOR);
    }

    /// Until when a number may write to a person for nothing, since they came by an advertisement.
    #[must_use]
    pub fn free_until(&self, now: Elapsed, number: PhoneNumberId, person: Recipient) -> Option<Elapsed> {
        let until = self.referred.until.get(&(number.number(), person.number())).copied();
        until.filter(|until| now < *until)
    }

    /// Learns that a person has written to a number: it may answer freely for a day.
    // Source: cloud-api.md §6.5: any message of a person opens or extends the window.
    pub fn received(&mut self, now: Elapsed, to: PhoneNumberId, id: MessageId) {
        self.pairs.meet(now, (to.number(), id.recipient().number())).received(now);
        if self.written.order.len() >= WRITTEN_MAX
            && let Some(oldest) = self.written.order.pop_front()
        {
            self.written.messages.remove(&oldest);
        }
        self.written.messages.insert(id, (to, now));
        self.written.order.push_back(id);
    }

    /// Learns whether a person wants the marketing of a number.
    // Source: cloud-api.md §6.5. Assumed: the wish concerns one number of the business.
    pub fn wish(&mut self, now: Elapsed, number: PhoneNumberId, person: Recipient, wants_marketing: bool) {
        self.pairs.meet(now, (number.number(), person.number())).stop(!wants_marketing);
    }

    /// Marks a message of a person as read, and those before it.
    ///
    /// # Errors
    ///
    /// When the person has not written it to this number, or has written it too long ago.
    // Source: cloud-api.md §2.6. Assumed: the refusal.
    pub fn mark_as_read(
        &mut self,
        now: Elapsed,
        reader: PhoneNumberId,
        mark: MarkAsRead,
    ) -> Result<(), Refusal> {
        match self.written.messages.get(&mark.message_id) {
            Some((to, at)) if *to == reader && now.since(*at) <= MARKED_WITHIN => {}
            _ => return Err(Refusal::ParameterValueInvalid),
        }
        if mark.shows_typing {
            if self.typing.len() >= WRITTEN_MAX {
                self.typing.retain(|_, until| now < *until);
            }
            // Where so many people are shown it at once, one more is not.
            if self.typing.len() < WRITTEN_MAX {
                let person = mark.message_id.recipient().number();
                self.typing.insert((reader.number(), person), now + TYPING);
            }
        }
        Ok(())
    }

    /// An answer has come: nobody types it any more.
    pub(super) fn has_typed(&mut self, number: PhoneNumberId, person: Recipient) {
        if !self.typing.is_empty() {
            self.typing.remove(&(number.number(), person.number()));
        }
    }

    /// The numbers that a person is shown typing an answer, in the order of their ids.
    #[must_use]
    pub fn typing(&self, now: Elapsed, person: Recipient) -> Vec<PhoneNumberId> {
        let shown = self.typing.iter().filter(|((_, to), until)| *to == person.number() && now < **until);
        let mut numbers: Vec<PhoneNumberId> = shown.map(|((from, _), _)| PhoneNumberId::new(*from)).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Until when a number may answer a person freely, if it may.
    #[must_use]
    pub fn window(&self, now: Elapsed, number: PhoneNumberId, person: Recipient) -> Option<Elapsed> {
        self.pairs.get((number.number(), person.number()))?.open_until(now)
    }
}
