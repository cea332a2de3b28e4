//! A shard: some of the recipients and the messages on their way to them.
//!
//! A shard does nothing by itself. Its driver calls [`Shard::send`] with each request, and
//! [`Shard::take_due`] when [`Shard::next_due`] has come; what is to be done comes back as
//! [`Effect`]s. Recipients never share state across shards, so shards need no lock between them.

mod counted;
mod phones;
mod saved;
mod told;
mod window;

use std::sync::Arc;

use cloud_api::{AsyncFailure, Facts, FailureCode, MessageId, Recipient, Refusal, TemplateId};
use journal::{Event, Fact, Status};
use rustc_hash::FxHashMap;
use scenario::{Elapsed, FaultSubject, Presence, Seed, Span};
use slab::Slab;

use crate::admission::{self, Accepted, Numbering, Outgoing};
use crate::content::Content;
use crate::directory::{Directory, Number, Template};
use crate::effect::{Effect, Seat, StatusUpdate};
use crate::ledger::{Entry, Ledger};
use crate::life::{End, Life, Pace, Trip, held_for};
use crate::magic::Magic;
use crate::pair::Pairs;
use crate::phone::Phone;
use crate::pricing::Charge;
use crate::reach::Reached;
use crate::timers::Timers;
use crate::world::World;

pub use phones::PhonesFull;
pub use saved::SavedShard;
pub use told::Planned;
use window::Written;

/// Some of the recipients and all that concerns them.
#[derive(Debug)]
pub struct Shard {
    pairs: Pairs,
    flights: Slab<Flight>,
    /// How many messages may be on their way, and how many pairs are remembered.
    room: usize,
    timers: Timers<(Seat, Step)>,
    ledger: Ledger,
    /// What people wrote lately.
    written: Written,
    /// The phones of which somebody has set something.
    phones: FxHashMap<u64, Phone>,
    /// How many plans were made, of all messages.
    plans: u32,
    reached: Reached,
}

/// An accepted message on its way.
#[derive(Debug)]
struct Flight {
    message: u64,
    id: MessageId,
    sender: Arc<Number>,
    content: Content,
    callback_data: Option<Arc<str>>,
    accepted: Elapsed,
    nth: u64,
    charge: Charge,
    end: End,
    next: (Elapsed, Step),
    /// Whether the recipient had the business blocked at any time since it was accepted.
    was_blocked: bool,
    plan: u32,
}

/// One call of the driver: when it is, what holds, and where to put what is to be done.
struct Turn<'a, 'r> {
    now: Elapsed,
    rules: &'a Rules<'r>,
    effects: &'a mut Vec<Effect>,
}

impl Turn<'_, '_> {
    fn happened(&mut self, fact: Fact) {
        self.effects.push(happened(self.now, fact));
    }
}

/// What happens to a message next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Step {
    /// It leaves Meta.
    Send,
    /// It ends as its life says.
    End,
    /// It is read.
    Read,
}

impl Default for Shard {
    fn default() -> Self {
        Self::new()
    }
}

/// How many messages may be on their way at once, and how many pairs are remembered, in all shards.
// Assumed: Meta has no such bound; it keeps the memory of the mock below one.
const ROOM: usize = 1 << 24;

impl Shard {
    /// A shard without a message.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pairs: Pairs::with_room(ROOM),
            flights: Slab::new(),
            room: ROOM,
            timers: Timers::new(),
            ledger: Ledger::default(),
            written: Written::default(),
            phones: FxHashMap::default(),
            plans: 0,
            reached: Reached::default(),
        }
    }

    /// The same shard as one of so many, which share the room that there is.
    #[must_use]
    pub fn among(mut self, shards: usize) -> Self {
        self.room = ROOM / shards.max(1);
        self.pairs.set_room(self.room);
        self
    }

    /// Decides on a request to send, and tells of the accepted message.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer.
    pub fn send(
        &mut self,
        now: Elapsed,
        rules: &Rules<'_>,
        outgoing: Outgoing<'_>,
        effects: &mut Vec<Effect>,
    ) -> Result<Accepted, Refusal> {
        let number = outgoing.recipient.number();
        let version = outgoing.version;
        let admitted = if self.flights.len() < self.room {
            let pair = self.pairs.meet(now, (outgoing.sender.id.number(), number));
            admission::admit(now, rules, outgoing, pair, &mut self.reached)
        } else {
            Err(Refusal::ServiceUnavailable)
        };
        let recipient = rules.world.seed.pseudonym(number);
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => {
                let facts = rules.world.meta.profile.at(version);
                effects.push(happened(now, refused(&refusal, &facts, Some(recipient))));
                return Err(refusal);
            }
        };
        let message = rules.numbering.next();
        effects.push(happened(now, Fact::MessageAccepted { message, recipient }));
        if admitted.is_news {
            effects.push(Effect::DirectoryDue);
        }
        Ok(self.launch(now, rules, message, admitted))
    }

    /// When there is something to do next; any call but this one can change the answer.
    #[must_use]
    pub fn next_due(&self) -> Option<Elapsed> {
        self.timers.next_due()
    }

    /// Does everything that is due at `now`; all of it happens at `now`.
    pub fn take_due(&mut self, now: Elapsed, rules: &Rules<'_>, effects: &mut Vec<Effect>) {
        let mut turn = Turn { now, rules, effects };
        while let Some((seat, step)) = self.timers.pop_due(now) {
            // A message that was planned anew has left timers behind.
            if self.flights.get(seat.key).is_some_and(|flight| flight.plan == seat.plan) {
                self.step(&mut turn, seat.key, step);
            }
        }
    }

    /// Whether a message made from this template is on its way.
    #[must_use]
    pub fn is_pending(&self, template: TemplateId) -> bool {
        self.flights
            .iter()
            .any(|(_, flight)| flight.content.template().is_some_and(|known| known.record.id == template))
    }

    /// How many accepted messages have not ended yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    fn launch(
        &mut self,
        now: Elapsed,
        rules: &Rules<'_>,
        message: u64,
        admitted: admission::Admitted,
    ) -> Accepted {
        let admission::Admitted {
            sender, recipient, content, callback_data, nth, approach, fails_with, ..
        } = admitted;
        let id = message_id(rules.world.seed, recipient, nth);
        let pace = Pace::of(&content);
        let held = held_for(rules.world, &content, recipient, nth);
        let trip = Trip { recipient, nth, accepted: now, ttl: content.ttl(), pace, held };
        let magic = Magic::of(recipient).map(|magic| magic.phone(now, rules.world, recipient.number()));
        let phone = self.phones.get(&recipient.number()).or(magic.as_ref());
        let was_blocked = phone.is_some_and(|phone| phone.presence == Presence::Blocked);
        let mut life = Life::draw(now, rules.world, trip, phone);
        let template = content.template();
        let is_template = template.is_some();
        if let Some((code, after)) =
            rules.world.failure_by_fault(now, &subject_of(&sender, template, recipient), nth)
        {
            life = Life { sent: None, end: End::Failed { at: now + after, code } };
        } else if let Some(code) = fails_with {
            life = Life::failing(now, rules.world, trip, code);
        }
        let end = life.end;
        let next = life.sent.map_or((end.at(), Step::End), |at| (at, Step::Send));
        let charge = counted::charge_of(now, rules, &sender, (recipient, content.pricing(), approach));
        let (accepted, plan) = (now, 0);
        let key = self.flights.insert(Flight {
            message,
            id,
            sender,
            content,
            callback_data,
            accepted,
            nth,
            charge,
            end,
            next,
            was_blocked,
            plan,
        });
        self.count(now, rules.world, key, Entry::Accepted);
        self.plan(key);
        Accepted { id, is_held: held > Span::ZERO, is_template }
    }

    /// Sets the timer for what happens to a message next; timers set before it have no effect.
    fn plan(&mut self, key: usize) {
        self.plans = self.plans.wrapping_add(1);
        let flight = &mut self.flights[key];
        flight.plan = self.plans;
        let (at, step) = flight.next;
        self.timers.push(at, (Seat { key, plan: flight.plan }, step));
    }

    fn step(&mut self, turn: &mut Turn<'_, '_>, key: usize, step: Step) {
        let flight = &self.flights[key];
        let (message, end) = (flight.message, flight.end);
        let next = match step {
            Step::Send => {
                turn.happened(Fact::MessageSent { message });
                self.count(turn.now, turn.rules.world, key, Entry::Sent);
                self.report(turn, key, Status::Sent);
                Some((end.at(), Step::End))
            }
            Step::End => self.end(turn, key).map(|at| (at, Step::Read)),
            // Source: cloud-api.md §6.4: with receipts off there is no `read`.
            Step::Read if self.is_silent(key) => None,
            Step::Read => {
                turn.happened(Fact::MessageRead { message });
                self.count(turn.now, turn.rules.world, key, Entry::Read);
                self.report(turn, key, Status::Read);
                None
            }
        };
        match next {
            Some(next) => {
                self.flights[key].next = next;
                self.plan(key);
            }
            None => drop(self.flights.remove(key)),
        }
    }

    /// Ends a flight as its life says; gives the instant at which it will be read, if ever.
    fn end(&mut self, turn: &mut Turn<'_, '_>, key: usize) -> Option<Elapsed> {
        let Flight { message, id, end, ref sender, .. } = self.flights[key];
        let sender = sender.id;
        match end {
            End::Delivered { read, .. } => {
                turn.happened(Fact::MessageDelivered { message });
                self.count(turn.now, turn.rules.world, key, Entry::Delivered);
                let arrived = self.arrived(turn.now, key, read);
                turn.effects.push(Effect::OnPhone(arrived));
                // Source: cloud-api.md §6.4: with the chat open on arrival, `read` takes its place.
                if read != Some(turn.now) {
                    self.report(turn, key, Status::Delivered);
                }
                read
            }
            End::Discarded { .. } => {
                turn.happened(Fact::MessageDiscarded { message });
                self.count(turn.now, turn.rules.world, key, Entry::Discarded);
                turn.effects.push(Effect::NeverOnPhone { message, id, sender });
                None
            }
            End::Failed { code, .. } => {
                turn.happened(Fact::MessageFailed { message, code });
                self.count(turn.now, turn.rules.world, key, Entry::Failed);
                turn.effects.push(Effect::NeverOnPhone { message, id, sender });
                self.report(turn, key, Status::Failed);
                None
            }
        }
    }

    fn is_silent(&self, key: usize) -> bool {
        let phone = self.phones.get(&self.flights[key].id.recipient().number());
        phone.is_some_and(|phone| !phone.has_read_receipts)
    }

    /// Reports a status, where anybody listens.
    fn report(&mut self, turn: &mut Turn<'_, '_>, key: usize, status: Status) {
        let flight = &self.flights[key];
        // Assumed: an app that subscribes while a message is on its way hears the rest of it.
        if !turn.rules.directory.wants_statuses(flight.sender.account) {
            return;
        }
        let failure = match flight.end {
            End::Failed { code, .. } if status == Status::Failed => {
                FailureCode::new(code).ok().map(AsyncFailure::new)
            }
            _ => None,
        };
        // Source: cloud-api.md §6.4: a price on `sent` and on `delivered`, or on a `read` in its place.
        let is_priced = match (status, flight.end) {
            (Status::Sent | Status::Delivered, _) => true,
            (Status::Read, End::Delivered { at, read }) => read == Some(at),
            _ => false,
        };
        let update = StatusUpdate {
            message: flight.message,
            id: flight.id,
            sender: Arc::clone(&flight.sender),
            recipient: flight.id.recipient(),
            status,
            at: turn.now,
            failure,
            callback_data: flight.callback_data.clone(),
            charge: is_priced.then_some(flight.charge),
            template: flight.content.template().map(Arc::clone),
        };
        turn.effects.push(Effect::Report(update));
    }
}

/// What a shard needs to know to decide; the same for all shards.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// How this world behaves.
    pub world: &'a World,
    /// Who may send what.
    pub directory: &'a Directory,
    /// Numbers for accepted messages.
    pub numbering: &'a Numbering,
}

/// The journal's record of a refused send; `recipient` is a pseudonym.
#[must_use]
pub fn refused(refusal: &Refusal, facts: &Facts, recipient: Option<u64>) -> Fact {
    let http_status = refusal.http_status_under(facts).number();
    Fact::SendRefused { recipient, code: refusal.code(), http_status }
}

/// The id of the `nth` message to a recipient: the same in a real run and in a rehearsal.
fn message_id(seed: Seed, recipient: Recipient, nth: u64) -> MessageId {
    let unique = seed.stream("wamid", recipient.number(), nth).below(u64::MAX);
    MessageId::outbound(recipient, u128::from(unique) << 8 | u128::from(nth & 0xff))
}

/// What a fault may match about a message.
pub(crate) fn subject_of<'a>(
    sender: &Number,
    template: Option<&'a Arc<Template>>,
    recipient: Recipient,
) -> FaultSubject<'a> {
    FaultSubject {
        operation: "",
        number: Some(sender.id.number()),
        template: template.map(|template| template.record.template.name.as_str()),
        recipient: Some(recipient.number()),
    }
}

fn happened(at: Elapsed, fact: Fact) -> Effect {
    Effect::Happened(Event { at, fact })
}

#[cfg(test)]
mod tests {
    use std::mem::size_of;

    use super::{Flight, Seat, Step};
    use crate::pair::Pair;

    #[test]
    fn a_message_on_its_way_takes_at_most_300_bytes() {
        let flight = size_of::<Flight>();
        let timer = 16 + size_of::<(Seat, Step)>();
        // A map of pairs that has just grown is not much more than half full.
        let pair = 2 * (size_of::<((u64, u64), Pair)>() + 1);
        assert!(flight + timer + pair <= 300, "{flight} + {timer} + {pair}");
    }
}
