//! A shard: some of the recipients, the messages on their way to them, and the webhooks about those.
//!
//! A shard does nothing by itself. Its driver calls [`Shard::send`] with each request,
//! [`Shard::take_due`] when [`Shard::next_due`] has come, and [`Shard::webhook_answered`] with each
//! answer of the callback; what is to be done comes back as [`Effect`]s. Recipients never share
//! state across shards, so shards need no lock between them.

use std::sync::Arc;

use cloud_api::{AsyncFailure, FailureCode, MessageId, OtpCode, Recipient, Refusal};
use journal::{Event, Fact, Status};
use rustc_hash::FxHashMap;
use scenario::{Elapsed, Seed};
use slab::Slab;

use crate::admission::{self, Numbering, Outgoing, Pair};
use crate::directory::{Directory, Number, Template};
use crate::effect::{Arrived, Effect, StatusUpdate, Ticket};
use crate::life::{End, Life};
use crate::outbox::{CallbackAnswer, Outbox};
use crate::timers::Timers;
use crate::world::World;

/// Some of the recipients and all that concerns them.
#[derive(Debug)]
pub struct Shard {
    pairs: FxHashMap<(u64, u64), Pair>,
    flights: Slab<Flight>,
    timers: Timers<(usize, Step)>,
    outbox: Outbox,
}

/// An accepted message on its way.
#[derive(Debug)]
struct Flight {
    message: u64,
    id: MessageId,
    sender: Arc<Number>,
    template: Arc<Template>,
    code: OtpCode,
    callback_data: Option<Arc<str>>,
    end: End,
    is_reported: bool,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Send,
    End,
    Read,
}

impl Default for Shard {
    fn default() -> Self {
        Self::new()
    }
}

impl Shard {
    /// A shard without a message.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pairs: FxHashMap::default(),
            flights: Slab::new(),
            timers: Timers::new(),
            outbox: Outbox::new(),
        }
    }

    /// Decides on a request to send, and gives the accepted message's id.
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
    ) -> Result<MessageId, Refusal> {
        let number = outgoing.recipient.number();
        let pair = self.pairs.entry((outgoing.sender.id.number(), number)).or_default();
        let admitted = admission::admit(now, rules, outgoing, pair);
        let recipient = rules.world.seed.pseudonym(number);
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => {
                effects.push(happened(now, refused(&refusal, Some(recipient))));
                return Err(refusal);
            }
        };
        let message = rules.numbering.next();
        effects.push(happened(now, Fact::MessageAccepted { message, recipient }));
        Ok(self.launch(now, rules, message, admitted))
    }

    /// When there is something to do next; any call but this one can change the answer.
    #[must_use]
    pub fn next_due(&self) -> Option<Elapsed> {
        match (self.timers.next_due(), self.outbox.next_due()) {
            (Some(message), Some(webhook)) => Some(message.min(webhook)),
            (message, webhook) => message.or(webhook),
        }
    }

    /// Does everything that is due at `now`; all of it happens at `now`.
    pub fn take_due(&mut self, now: Elapsed, rules: &Rules<'_>, effects: &mut Vec<Effect>) {
        let mut turn = Turn { now, rules, effects };
        while let Some((flight, step)) = self.timers.pop_due(now) {
            self.step(&mut turn, flight, step);
        }
        self.outbox.take_due(now, effects);
    }

    /// What a webhook says, until it is answered or given up.
    #[must_use]
    pub fn webhook(&self, ticket: Ticket) -> Option<&StatusUpdate> {
        self.outbox.update(ticket)
    }

    /// Learns how the callback reacted to a webhook.
    pub fn webhook_answered(
        &mut self,
        now: Elapsed,
        ticket: Ticket,
        answer: CallbackAnswer,
        effects: &mut Vec<Effect>,
    ) {
        self.outbox.answered(now, ticket, answer, effects);
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
    ) -> MessageId {
        let admission::Admitted { sender, recipient, template, code, callback_data, nth } = admitted;
        let id = message_id(rules.world.seed, recipient, nth);
        let life = Life::draw(now, rules.world, recipient, nth, template.ttl);
        let is_reported = rules.directory.wants_statuses(sender.account);
        let end = life.end;
        let flight = Flight { message, id, sender, template, code, callback_data, end, is_reported };
        let key = self.flights.insert(flight);
        match life.sent {
            Some(at) => self.timers.push(at, (key, Step::Send)),
            None => self.timers.push(life.end.at(), (key, Step::End)),
        }
        id
    }

    fn step(&mut self, turn: &mut Turn<'_, '_>, key: usize, step: Step) {
        let flight = &self.flights[key];
        let (message, end) = (flight.message, flight.end);
        let next = match step {
            Step::Send => {
                turn.happened(Fact::MessageSent { message });
                self.report(turn, key, Status::Sent);
                Some((end.at(), Step::End))
            }
            Step::End => self.end(turn, key).map(|at| (at, Step::Read)),
            Step::Read => {
                turn.happened(Fact::MessageRead { message });
                self.report(turn, key, Status::Read);
                None
            }
        };
        match next {
            Some((at, step)) => self.timers.push(at, (key, step)),
            None => drop(self.flights.remove(key)),
        }
    }

    /// Ends a flight as its life says; gives the instant at which it will be read, if ever.
    fn end(&mut self, turn: &mut Turn<'_, '_>, key: usize) -> Option<Elapsed> {
        let flight = &self.flights[key];
        let message = flight.message;
        match flight.end {
            End::Delivered { read, .. } => {
                turn.happened(Fact::MessageDelivered { message });
                turn.effects.push(Effect::OnPhone(Arrived {
                    id: flight.id,
                    recipient: flight.id.recipient(),
                    code: flight.code.clone(),
                    template: Arc::clone(&flight.template),
                    at: turn.now,
                }));
                self.report(turn, key, Status::Delivered);
                read
            }
            End::Discarded { .. } => {
                turn.happened(Fact::MessageDiscarded { message });
                turn.effects.push(Effect::NeverOnPhone(flight.id.recipient()));
                None
            }
            End::Failed { code, .. } => {
                turn.happened(Fact::MessageFailed { message, code });
                turn.effects.push(Effect::NeverOnPhone(flight.id.recipient()));
                self.report(turn, key, Status::Failed);
                None
            }
        }
    }

    /// Puts a status webhook into the outbox, where anybody listens.
    fn report(&mut self, turn: &mut Turn<'_, '_>, key: usize, status: Status) {
        let flight = &self.flights[key];
        if !flight.is_reported {
            return;
        }
        let failure = match flight.end {
            End::Failed { code, .. } if status == Status::Failed => {
                FailureCode::new(code).ok().map(AsyncFailure::new)
            }
            _ => None,
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
        };
        self.outbox.push(turn.now, turn.rules.world, update, turn.effects);
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
pub fn refused(refusal: &Refusal, recipient: Option<u64>) -> Fact {
    let http_status = refusal.http_status().number();
    Fact::SendRefused { recipient, code: refusal.code(), http_status }
}

/// The id of the `nth` message to a recipient: the same in a real run and in a rehearsal.
fn message_id(seed: Seed, recipient: Recipient, nth: u64) -> MessageId {
    let unique = seed.stream("wamid", recipient.number(), nth).below(u64::MAX);
    MessageId::outbound(recipient, u128::from(unique) << 8 | u128::from(nth & 0xff))
}

fn happened(at: Elapsed, fact: Fact) -> Effect {
    Effect::Happened(Event { at, fact })
}
