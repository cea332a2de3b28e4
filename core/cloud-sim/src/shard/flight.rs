//! A message on its way: launched when it is accepted, and taken step by step to its end.

use std::sync::Arc;

use cloud_api::{AsyncFailure, CountryCode, FailureCode, MessageId, PhoneNumberId, Recipient};
use journal::{Fact, Status};
use scenario::{Elapsed, FaultSubject, Presence, Seed, Span};

use super::{Rules, Shard, Turn, counted};
use crate::admission::{Accepted, Admitted};
use crate::content::Content;
use crate::directory::{Number, Template};
use crate::effect::{Effect, Seat, StatusUpdate};
use crate::ledger::Entry;
use crate::life::{End, Life, Pace, Trip, held_for};
use crate::magic::Magic;
use crate::pricing::Charge;

/// An accepted message on its way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) message: u64,
    pub(super) id: MessageId,
    pub(super) sender: Arc<Number>,
    pub(super) content: Content,
    pub(super) callback_data: Option<Arc<str>>,
    /// The message that it answers.
    pub(super) context: Option<Box<MessageId>>,
    pub(super) accepted: Elapsed,
    pub(super) nth: u64,
    /// Where the recipient lives, as far as the phone number tells.
    pub(super) country: Option<CountryCode>,
    pub(super) charge: Charge,
    pub(super) end: End,
    pub(super) next: (Elapsed, Step),
    /// Whether the recipient had the business blocked at any time since it was accepted.
    pub(super) was_blocked: bool,
    pub(super) plan: u32,
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

impl Shard {
    pub(super) fn launch(
        &mut self,
        now: Elapsed,
        rules: &Rules<'_>,
        message: u64,
        admitted: Admitted,
    ) -> Accepted {
        let Admitted { sender, recipient, content, nth, approach, fails_with, .. } = admitted;
        let id = message_id(rules.world.seed, (sender.id, recipient), (self.life, nth));
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
            self.trail.fails_with = FailureCode::new(code).ok();
        } else if let Some(code) = fails_with {
            life = Life::failing(now, rules.world, trip, code);
        }
        let end = life.end;
        let next = life.sent.map_or((end.at(), Step::End), |at| (at, Step::Send));
        let country = CountryCode::of_number(recipient.number());
        let occasion = self.occasion(now, &sender, (recipient, approach));
        let charge = counted::charge_of(now, rules, &sender, (country, content.pricing(), occasion));
        let (accepted, plan) = (now, 0);
        let key = self.flights.insert(Flight {
            message,
            id,
            sender,
            content,
            callback_data: admitted.callback_data,
            context: admitted.context,
            accepted,
            nth,
            country,
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
    pub(super) fn plan(&mut self, key: usize) {
        self.plans = self.plans.wrapping_add(1);
        let flight = &mut self.flights[key];
        flight.plan = self.plans;
        let (at, step) = flight.next;
        self.timers.push(at, (Seat::new(key, flight.plan), step));
    }

    /// Does what happens to a message now, and plans what is next.
    pub(super) fn step(&mut self, turn: &mut Turn<'_, '_>, key: usize, step: Step) {
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
            End::Delivered { at, read } => {
                turn.happened(Fact::MessageDelivered { message });
                self.has_typed(sender, id.recipient());
                self.count(turn.now, turn.rules.world, key, Entry::Delivered);
                self.count_volume(turn, key);
                let flight = &self.flights[key];
                if flight.charge.is_billable() && flight.sender.reach.arrived(turn.now) {
                    turn.effects.push(Effect::DirectoryDue);
                }
                let arrived = self.arrived(turn.now, key, read);
                turn.effects.push(Effect::OnPhone(arrived));
                // Source: cloud-api.md §6.4: with the chat open on arrival, `read` takes its place.
                // That is how it was planned: a timer that fires late does not open a chat.
                if read != Some(at) {
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
            identity: self.identity_told(turn.rules.world, &flight.sender, flight.id.recipient()),
            charge: is_priced.then_some(flight.charge),
            template: flight.content.template().map(Arc::clone),
        };
        turn.effects.push(Effect::Report(update));
    }
}

/// The id of the `nth` message of a sender to a recipient in a life: the same in a real run and in a
/// rehearsal.
fn message_id(
    seed: Seed,
    (sender, recipient): (PhoneNumberId, Recipient),
    (life, nth): (u32, u64),
) -> MessageId {
    // The id names its recipient: among those of one recipient, no two senders have one key.
    let key = sender.number() ^ recipient.number();
    let unique = seed.stream("wamid", key, u64::from(life) << 32 | nth).below(u64::MAX);
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

#[cfg(test)]
mod tests {
    use std::mem::size_of;

    use scenario::Elapsed;

    use super::{Flight, Seat, Step};
    use crate::pair::{Pair, PairKey};

    #[test]
    fn a_message_on_its_way_takes_at_most_300_bytes() {
        let flight = size_of::<Flight>();
        let timer = size_of::<Elapsed>() + size_of::<(Seat, Step)>().next_multiple_of(8);
        // An index to pairs that has just grown is not much more than half full.
        let pair = size_of::<(PairKey, Pair)>() + 2 * (size_of::<u32>() + 1);
        assert!(flight + timer + pair <= 300, "{flight} + {timer} + {pair}");
    }
}
