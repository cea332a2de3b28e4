//! The phones of a shard: what is set about them, and what that does to messages on their way.

use std::sync::Arc;

use cloud_api::{IdentityHash, Recipient};
use journal::{Fact, Status};
use scenario::{Elapsed, Presence};
use thiserror::Error;

use super::{Flight, Rules, Shard, Step, Turn};
use crate::admission::Outgoing;
use crate::directory::Number;
use crate::effect::{Arrived, Effect, Seat, StatusUpdate};
use crate::ledger::Entry;
use crate::life::{End, Life, Pace, Trip, held_for};
use crate::magic::Magic;
use crate::phone::{Phone, PhoneChange};
use crate::world::World;

/// How many phones of a shard may be set to something.
const PHONES_MAX: usize = 65_536;

/// Nothing more can be set: as many phones are set to something as a shard remembers.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{PHONES_MAX} phones of this shard are set already, but that must be the most")]
pub struct PhonesFull;

impl Shard {
    /// The phone of a recipient, as it is now.
    #[must_use]
    pub fn phone(&self, world: &World, recipient: Recipient) -> Phone {
        let set = self.phones.get(&recipient.number()).cloned();
        let by_chance = || match Magic::of(recipient) {
            Some(magic) => magic.phone(Elapsed::ZERO, world, recipient.number()),
            None => Phone::by_chance(world, recipient.number()),
        };
        set.unwrap_or_else(by_chance)
    }

    /// The recipients of whose phones something is set, in no order.
    pub fn phones_set(&self) -> impl Iterator<Item = Recipient> + '_ {
        self.phones.keys().filter_map(|number| Recipient::from_number(*number).ok())
    }

    /// Changes a phone, and plans anew what is on its way to it.
    ///
    /// # Errors
    ///
    /// When too many phones are set already.
    pub fn change_phone(
        &mut self,
        now: Elapsed,
        rules: &Rules<'_>,
        recipient: Recipient,
        change: PhoneChange,
    ) -> Result<(), PhonesFull> {
        let number = recipient.number();
        if self.phones.len() >= PHONES_MAX && !self.phones.contains_key(&number) {
            return Err(PhonesFull);
        }
        let phone = self.phones.entry(number).or_insert_with(|| Phone::by_chance(rules.world, number));
        phone.change(change);
        self.plan_anew(now, rules.world, recipient);
        Ok(())
    }

    /// Forgets what is set about a phone: it is again what chance made it.
    pub fn forget_phone(&mut self, now: Elapsed, rules: &Rules<'_>, recipient: Recipient) {
        if self.phones.remove(&recipient.number()).is_some() {
            self.plan_anew(now, rules.world, recipient);
        }
    }

    /// Reads a message on the phone before its time; says nothing to the business if receipts are off.
    ///
    /// `arrived.read` says when it is read otherwise; a message that was read already stays read.
    pub fn read(&mut self, now: Elapsed, rules: &Rules<'_>, arrived: &Arrived, effects: &mut Vec<Effect>) {
        let is_unread = arrived.read.is_none_or(|read| read > now);
        if let Some(seat) = arrived.seat
            && is_unread
            && self.flights.get(seat.key()).is_some_and(|flight| flight.plan == seat.plan)
        {
            self.flights.remove(seat.key());
        }
        if !is_unread || !self.phone(rules.world, arrived.recipient).has_read_receipts {
            return;
        }
        let mut turn = Turn { now, rules, effects };
        turn.happened(Fact::MessageRead { message: arrived.message });
        self.count_arrived(now, rules.world, arrived, Entry::Read);
        if rules.directory.wants_statuses(arrived.sender.account) {
            let identity = self.identity_told(rules.world, &arrived.sender, arrived.recipient);
            turn.effects.push(Effect::Report(arrived.status_read(now, identity)));
        }
    }

    /// The fingerprint of a person's keys, as a number is told that checks it.
    // Source: cloud-api.md §6.4 and §6.5: only where the check is enabled.
    #[must_use]
    pub fn identity_told(&self, world: &World, number: &Number, person: Recipient) -> Option<IdentityHash> {
        number.settings.checks_identity.then(|| self.phone(world, person).identity(person))
    }

    /// Whether a message is for other keys than the recipient has.
    // Source: cloud-api.md §2.1: 137000 with the check enabled. Assumed: without it, nobody looks.
    pub(super) fn is_stranger(&self, world: &World, outgoing: &Outgoing<'_>) -> bool {
        let told =
            outgoing.aside.identity.zip(self.identity_told(world, outgoing.sender, outgoing.recipient));
        told.is_some_and(|(expected, found)| expected != found.as_str())
    }

    pub(super) fn arrived(&self, now: Elapsed, key: usize, read: Option<Elapsed>) -> Arrived {
        let flight = &self.flights[key];
        // The plan that is made next is the one that the reading belongs to.
        let seat = read.map(|_| Seat::new(key, self.plans.wrapping_add(1)));
        Arrived {
            message: flight.message,
            id: flight.id,
            sender: Arc::clone(&flight.sender),
            recipient: flight.id.recipient(),
            content: flight.content.clone(),
            accepted: flight.accepted,
            at: now,
            read,
            callback_data: flight.callback_data.clone(),
            context: flight.context.as_deref().copied(),
            charge: flight.charge,
            seat,
        }
    }

    /// Draws the lives of undelivered messages to a recipient again, from the same chance.
    fn plan_anew(&mut self, now: Elapsed, world: &World, recipient: Recipient) {
        let phone = self.phone(world, recipient);
        let pending = self.flights.iter().filter(|(_, flight)| {
            let is_theirs = flight.id.recipient() == recipient && !flight.end.is_staged();
            is_theirs && matches!(flight.next.1, Step::Send | Step::End)
        });
        let keys: Vec<usize> = pending.map(|(key, _)| key).collect();
        for key in keys {
            self.flights[key].replan(now, world, &phone);
            self.plan(key);
        }
    }
}

impl Flight {
    fn replan(&mut self, now: Elapsed, world: &World, phone: &Phone) {
        let is_sent = self.next.1 == Step::End && !matches!(self.end, End::Failed { .. });
        let mut phone = phone.clone();
        self.was_blocked |= phone.presence == Presence::Blocked;
        // Assumed: what was sent to a blocking recipient never comes, even if the block is lifted;
        // and what has left Meta when WhatsApp is removed waits in vain.
        if self.was_blocked || (is_sent && phone.presence == Presence::NotOnWhatsApp) {
            phone.presence = Presence::Blocked;
        }
        let (recipient, nth) = (self.id.recipient(), self.nth);
        let pace = Pace::of(&self.content);
        let held = held_for(world, &self.content, recipient, nth);
        let trip = Trip { recipient, nth, accepted: self.accepted, ttl: self.content.ttl(), pace, held };
        let life = Life::draw(now, world, trip, Some(&phone));
        self.end = life.end;
        self.next = match life.sent {
            Some(at) if !is_sent => (at.max(now), Step::Send),
            _ => (life.end.at(), Step::End),
        };
    }
}

impl Arrived {
    fn status_read(&self, now: Elapsed, identity: Option<IdentityHash>) -> StatusUpdate {
        StatusUpdate {
            message: self.message,
            id: self.id,
            sender: Arc::clone(&self.sender),
            recipient: self.recipient,
            status: Status::Read,
            at: now,
            failure: None,
            callback_data: self.callback_data.clone(),
            identity,
            charge: None,
            template: self.content.template().map(Arc::clone),
        }
    }
}
