//! What a shard takes down in its ledger, and what its messages are paid for as.

use cloud_api::webhook::account::{AccountEvent, VolumeTierInfo};
use cloud_api::webhook::{AccountChange, PricingCategory};
use cloud_api::{CountryCode, Day, Recipient};
use scenario::Elapsed;

use super::{Flight, Rules, Shard, Turn};
use crate::directory::{Approach, Number};
use crate::effect::{Arrived, Effect};
use crate::ledger::{Entry, Group, Ledger};
use crate::notice::Notice;
use crate::pricing::{Charge, Occasion};
use crate::world::World;

impl Shard {
    /// What was sent, delivered and charged so far.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Learns that a button of a message was pressed: that of this place below it.
    pub fn pressed(&mut self, now: Elapsed, world: &World, arrived: &Arrived, nth: usize) {
        self.count_arrived(now, world, arrived, Entry::Clicked(nth));
    }

    /// Learns that a person has written to a business, which takes of the number's throughput.
    // Source: cloud-api.md §7: it counts what comes in as well as what goes out. Assumed: what comes in
    // is never refused.
    pub fn count_received(&mut self, now: Elapsed, world: &World, business: &Number, recipient: Recipient) {
        let group = Group {
            account: business.account,
            number: business.id,
            template: None,
            country: CountryCode::of_number(recipient.number()),
            charge: Charge::SERVICE,
        };
        self.ledger.count(world.unix_secs(now), group, Entry::Received);
        let per_second = business.messages_per_second(&world.meta.limits);
        let _beyond_it = !business.throughput.admit(now, per_second);
    }

    /// Takes down what happened to a message on its way.
    pub(super) fn count(&mut self, now: Elapsed, world: &World, key: usize, entry: Entry) {
        self.ledger.count(world.unix_secs(now), self.flights[key].group(), entry);
    }

    /// Counts a charged message toward the volume of its portfolio, and tells which tier that reaches.
    // Source: cloud-api.md §6.6 and §10.1. Assumed: it is told when the first message of the tier is
    // delivered, to every account of the portfolio, and never of the first tier.
    pub(super) fn count_volume(&self, turn: &mut Turn<'_, '_>, key: usize) {
        let (flight, directory) = (&self.flights[key], turn.rules.directory);
        let rates = &turn.rules.world.rates;
        if !rates.has_tiers() || !flight.charge.is_billable() {
            return;
        }
        let Some(account) = directory.account(flight.sender.account) else { return };
        let (at, category) = (turn.rules.world.unix_secs(turn.now), flight.charge.category);
        let (day, group) = (Day::of_unix(at), flight.group());
        let market = rates.market_of(group.country);
        let before = flight.sender.reach.volume().count(day, market, category);
        let tiers = rates.tiers(directory.payer(account.id).currency, market, category, day);
        let Some(tier) = tiers.iter().find(|tier| before > 0 && tier.messages.start == before) else {
            return;
        };
        let volume_tier_info = VolumeTierInfo {
            at,
            category: category.into(),
            from: tier.messages.start + 1,
            to: Some(tier.messages.end).filter(|end| *end != u64::MAX),
            region: rates.market(market).name.clone(),
        };
        let event = AccountEvent::VolumeBasedPricingTierUpdate { volume_tier_info };
        for account in directory.accounts_of(account.portfolio) {
            let change = AccountChange::Account(event.clone());
            turn.effects.push(Effect::Notify(Notice { account: account.id, at: turn.now, change }));
        }
    }

    /// What is open between a number and a person, as far as prices go.
    pub(super) fn occasion(
        &self,
        now: Elapsed,
        sender: &Number,
        (recipient, approach): (Recipient, Approach),
    ) -> Occasion {
        match approach {
            _ if self.free_until(now, sender.id, recipient).is_some() => Occasion::FreeEntryPoint,
            Approach::Unasked => Occasion::Unasked,
            Approach::Answering => Occasion::CustomerService,
        }
    }

    /// Takes down what happened to a message on its phone.
    pub(super) fn count_arrived(&mut self, now: Elapsed, world: &World, arrived: &Arrived, entry: Entry) {
        let group = Group {
            account: arrived.sender.account,
            number: arrived.sender.id,
            template: arrived.content.template().map(|template| template.record.id),
            country: CountryCode::of_number(arrived.recipient.number()),
            charge: arrived.charge,
        };
        self.ledger.count(world.unix_secs(now), group, entry);
    }
}

impl Flight {
    fn group(&self) -> Group {
        Group {
            account: self.sender.account,
            number: self.sender.id,
            template: self.content.template().map(|template| template.record.id),
            country: self.country,
            charge: self.charge,
        }
    }
}

/// What a message of this category to this country is paid for as.
pub(super) fn charge_of(
    now: Elapsed,
    rules: &Rules<'_>,
    sender: &Number,
    (country, category, occasion): (Option<CountryCode>, PricingCategory, Occasion),
) -> Charge {
    let paid = (rules.world.rates.as_ref(), rules.directory.payer(sender.account));
    let unix = rules.world.unix_secs(now);
    Charge::decide(unix, category, occasion, country, paid)
}
