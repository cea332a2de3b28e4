//! What people say to businesses, and what the system tells of them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloud_api::webhook::account::{Preference, PreferenceUpdate};
use cloud_api::webhook::{
    AccountChange, BusinessPhone, InboundContent, InboundContext, InboundMessage, Referral,
};
use cloud_api::{IdentityHash, MessageId, PhoneNumberId, Recipient};
use cloud_sim::{Keys, Notice, Number, PhoneChange};
use scenario::Presence;

use super::{Engine, PhoneError, shard_of};

/// What a person says, and what that has to do with another message.
#[derive(Debug)]
pub(crate) struct Saying {
    pub(crate) content: InboundContent,
    pub(crate) context: Option<InboundContext>,
    /// The advertisement whose button it was written with.
    pub(crate) referral: Option<Arc<Referral>>,
}

impl From<InboundContent> for Saying {
    fn from(content: InboundContent) -> Self {
        Self { content, context: None, referral: None }
    }
}

impl Engine {
    /// Gives a phone other keys, and tells a business: the one with this id, or who wrote last.
    pub(crate) fn change_keys(
        &self,
        recipient: Recipient,
        to: Option<PhoneNumberId>,
        keys: Keys,
    ) -> Result<MessageId, PhoneError> {
        let business = self.business_of(recipient, to)?;
        let change = PhoneChange { keys: Some(keys), ..PhoneChange::default() };
        self.at_phone(recipient, |now, shard, rules, _| shard.change_phone(now, rules, recipient, change))?;
        let hash = self.phone(recipient).identity(recipient);
        Ok(self.say(&business, recipient, InboundContent::IdentityChanged { hash }.into()))
    }

    // Source: cloud-api.md §6.5: with the check enabled. Assumed: the number that wrote last hears it.
    pub(super) fn tell_identity(&self, recipient: Recipient, hash: IdentityHash) {
        let Some(last) = self.inbox.newest(recipient) else { return };
        let directory = self.directory();
        if let Some(business) = directory.number(last.sender.id).filter(|it| it.settings.checks_identity) {
            self.say(business, recipient, InboundContent::IdentityChanged { hash }.into());
        }
    }

    /// Writes to a business: to the one with this id, or to who wrote last.
    pub(crate) fn reply(
        &self,
        recipient: Recipient,
        to: Option<PhoneNumberId>,
        saying: Saying,
    ) -> Result<MessageId, PhoneError> {
        let business = self.business_of(recipient, to)?;
        Ok(self.say(&business, recipient, saying))
    }

    /// The business that a person writes to: the one with this id, or who wrote last.
    pub(crate) fn business_of(
        &self,
        recipient: Recipient,
        to: Option<PhoneNumberId>,
    ) -> Result<Arc<Number>, PhoneError> {
        let directory = self.directory();
        match to {
            Some(id) => directory.number(id).cloned().ok_or(PhoneError::UnknownBusiness(id)),
            None => match self.inbox.newest(recipient) {
                Some(arrived) => Ok(arrived.sender),
                None if directory.numbers().len() == 1 => Ok(Arc::clone(&directory.numbers()[0])),
                None => Err(PhoneError::NoBusiness),
            },
        }
    }

    /// Gives the person of a phone another number: the old one has no WhatsApp from now on, and the
    /// new one has the phone as it was.
    pub(crate) fn change_number(&self, from: Recipient, to: Recipient) -> Result<MessageId, PhoneError> {
        let phone = self.phone(from);
        let id = self.reply(from, None, InboundContent::NumberChanged { to }.into())?;
        self.change_phone(to, PhoneChange::from(phone))?;
        let gone = PhoneChange { presence: Some(Presence::NotOnWhatsApp), ..PhoneChange::default() };
        self.change_phone(from, gone)?;
        Ok(id)
    }

    /// Whether a person has written to a number within a day.
    pub(crate) fn has_written(&self, number: PhoneNumberId, person: Recipient) -> bool {
        self.shards[shard_of(person)].lock().window(self.clock.now(), number, person).is_some()
    }

    /// Has a person say to a business whether they want its marketing.
    pub(crate) fn wish(&self, business: &Number, person: Recipient, preference: Preference) {
        let wants = preference == Preference::Resume;
        let at = self.at_phone(person, |now, shard, _, _| {
            shard.wish(now, business.id, person, wants);
            now
        });
        let change = AccountChange::Preference(PreferenceUpdate {
            phone: BusinessPhone { id: business.id, number: business.display },
            person,
            preference,
            at: self.world.load().unix_secs(at),
        });
        self.notify(vec![Notice { account: business.account, at, change }]);
    }

    /// Has a person write to a business.
    pub(super) fn say(&self, business: &Arc<Number>, recipient: Recipient, saying: Saying) -> MessageId {
        let (now, world) = (self.clock.now(), self.world.load());
        let nth = self.written.fetch_add(1, Ordering::Relaxed);
        let unique = world.seed.stream("written", recipient.number(), nth).below(u64::MAX);
        let id = MessageId::inbound(recipient, u128::from(unique));
        let directory = self.directory.load();
        let business = directory.number(business.id).unwrap_or(business);
        let Saying { content, context, referral } = saying;
        let is_own =
            !matches!(content, InboundContent::NumberChanged { .. } | InboundContent::IdentityChanged { .. });
        let identity = self.at_phone(recipient, |now, shard, rules, _| {
            let is_heard = !business.blocked.contains(&recipient);
            // Source: cloud-api.md §6.5: any message of a person opens the window. Assumed: what the
            // system tells of them does not.
            if is_own && is_heard {
                shard.received(now, business.id, id);
                if referral.is_some() {
                    shard.referred(now, business.id, recipient);
                }
                shard.count_received(now, rules.world, business, recipient);
            }
            shard.identity_told(rules.world, business, recipient)
        });
        let message =
            InboundMessage { id, timestamp: world.unix_secs(now), content, context, identity, referral };
        self.inbox.wrote(message.clone());
        // Source: cloud-api.md §5.2: whom a number has blocked it no longer hears.
        if !business.blocked.contains(&recipient) {
            self.written(business, message);
        }
        id
    }
}
