//! A shard: some of the recipients and the messages on their way to them.
//!
//! A shard does nothing by itself. Its driver calls [`Shard::send`] with each request, and
//! [`Shard::take_due`] when [`Shard::next_due`] has come; what is to be done comes back as
//! [`Effect`]s. Recipients never share state across shards, so shards need no lock between them.

mod arrived;
mod counted;
mod flight;
mod phones;
mod saved;
mod seats;
mod told;
mod window;

use cloud_api::{Facts, Refusal, TemplateId};
use journal::{Event, Fact};
use rustc_hash::FxHashMap;
use scenario::Elapsed;

use crate::admission::{self, Accepted, Known, Numbering, Outgoing};
use crate::directory::Directory;
use crate::effect::{Effect, Seat};
use crate::ledger::Ledger;
use crate::pair::Pairs;
use crate::phone::Phone;
use crate::reach::Reached;
use crate::timers::Timers;
use crate::trail::Trail;
use crate::world::World;

use flight::Flight;
pub use flight::Step;
pub(crate) use flight::subject_of;
pub use phones::PhonesFull;
pub use saved::SavedShard;
use seats::Seats;
pub use told::Planned;
use window::{Referred, Typing, Written};

/// Some of the recipients and all that concerns them.
#[derive(Debug)]
pub struct Shard {
    pairs: Pairs,
    flights: Seats<Flight>,
    /// How many messages may be on their way, and how many pairs are remembered.
    room: usize,
    timers: Timers<(Seat, Step)>,
    ledger: Ledger,
    /// What people wrote lately.
    written: Written,
    /// Who came by an advertisement lately.
    referred: Referred,
    /// The phones of which somebody has set something.
    phones: FxHashMap<u64, Phone>,
    /// How many plans were made, of all messages.
    plans: u32,
    /// Who is shown that an answer is being typed.
    typing: Typing,
    reached: Reached,
    /// What was found about the last request to send.
    trail: Trail,
    /// Which life of its world it is in; the ids of its messages follow from it.
    life: u32,
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
            flights: Seats::new(),
            room: ROOM,
            timers: Timers::new(),
            ledger: Ledger::default(),
            written: Written::default(),
            referred: Referred::default(),
            phones: FxHashMap::default(),
            plans: 0,
            typing: Typing::default(),
            reached: Reached::default(),
            trail: Trail::default(),
            life: 0,
        }
    }

    /// The same shard as one of so many, which share the room that there is.
    #[must_use]
    pub fn among(mut self, shards: usize) -> Self {
        self.room = ROOM / shards.max(1);
        self.pairs.set_room(self.room);
        self
    }

    /// The same shard in this life of its world, of which no other one gives the same ids of messages.
    #[must_use]
    pub fn in_life(mut self, life: u32) -> Self {
        self.life = life;
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
        self.trail.begin(now);
        let admitted = if self.flights.len() < self.room {
            let is_stranger = self.is_stranger(rules.world, &outgoing);
            let pair = self.pairs.meet(now, (outgoing.sender.id.number(), number));
            let (reached, trail) = (&mut self.reached, &mut self.trail);
            let known = Known { pair, reached, trail, is_stranger };
            admission::admit(now, rules, outgoing, known)
        } else {
            Err(Refusal::ServiceUnavailable)
        };
        let recipient = rules.world.seed.pseudonym(number);
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => {
                self.trail.is_refused = true;
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

    /// What was found about the last request to send.
    #[must_use]
    pub const fn trail(&self) -> &Trail {
        &self.trail
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
            if self.flights.get(seat.key()).is_some_and(|flight| flight.plan == seat.plan) {
                self.step(&mut turn, seat.key(), step);
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

fn happened(at: Elapsed, fact: Fact) -> Effect {
    Effect::Happened(Event { at, fact })
}
