//! What is around every webhook.

use serde::Serialize;

use super::account::By;
use super::{AccountChange, BusinessPhone, Sender};
use crate::id::{PhoneNumberId, WabaId};
use crate::identity::IdentityHash;
use crate::profile::Facts;
use crate::recipient::{Digits, Recipient};
use crate::subscription::WebhookField;
use crate::user_id::user_id;

#[derive(Serialize)]
struct Envelope<C> {
    object: &'static str,
    entry: [Entry<C>; 1],
}

#[derive(Serialize)]
struct Entry<C> {
    id: WabaId,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<u64>,
    /// A list of changes.
    changes: C,
}

#[derive(Serialize)]
struct Change<V> {
    value: V,
    field: WebhookField,
}

/// The business's end of a conversation.
#[derive(Serialize)]
pub(in crate::webhook) struct Metadata {
    display_phone_number: Digits,
    phone_number_id: PhoneNumberId,
}

/// The person's end of a conversation.
#[derive(Serialize)]
pub(in crate::webhook) struct Contact {
    profile: Name,
    wa_id: Digits,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_key_hash: Option<IdentityHash>,
}

#[derive(Serialize)]
struct Name {
    name: &'static str,
}

impl Metadata {
    pub(in crate::webhook) fn new(phone: BusinessPhone) -> Self {
        Self { display_phone_number: phone.number.digits(), phone_number_id: phone.id }
    }
}

impl Contact {
    // Assumed: everyone has the same name.
    fn new(sender: Sender, facts: &Facts, recipient: Recipient, identity: Option<IdentityHash>) -> Self {
        let user_id = facts.user_ids_on_contacts.then(|| user_id(sender.waba, recipient));
        let (profile, wa_id) = (Name { name: "Test User" }, recipient.wa_id().digits());
        Self { profile, wa_id, user_id, identity_key_hash: identity }
    }

    /// One contact per person, in the order of their first update, with the keys of that one.
    // Assumed: a batch names everyone once.
    pub(in crate::webhook) fn all(
        sender: Sender,
        facts: &Facts,
        people: impl Iterator<Item = (Recipient, Option<IdentityHash>)>,
    ) -> Vec<Self> {
        let mut seen = std::collections::BTreeSet::new();
        let new = people.filter(|(person, _)| seen.insert(*person));
        new.map(|(person, identity)| Self::new(sender, facts, person, identity)).collect()
    }
}

/// A webhook of the field `messages`, which has no time.
// Source: cloud-api.md 6.3.
pub(super) fn messages(sender: Sender, facts: &Facts, value: impl Serialize) -> Vec<u8> {
    let changes = [Change { value, field: WebhookField::Messages }];
    write(facts, Entry { id: sender.waba, time: None, changes })
}

/// The same with two values.
pub(super) fn two(sender: Sender, facts: &Facts, one: impl Serialize, other: impl Serialize) -> Vec<u8> {
    let field = WebhookField::Messages;
    let changes = (Change { value: one, field }, Change { value: other, field });
    write(facts, Entry { id: sender.waba, time: None, changes })
}

/// A webhook of another field, which has a time.
// Source: cloud-api.md 6.3.
pub(super) fn account(waba: WabaId, time: u64, facts: &Facts, change: &AccountChange) -> Vec<u8> {
    let changes = [Change { value: By(change, facts), field: change.field() }];
    write(facts, Entry { id: waba, time: Some(time), changes })
}

fn write(facts: &Facts, entry: Entry<impl Serialize>) -> Vec<u8> {
    crate::ascii::to_vec_in(
        facts.webhook_escaping,
        &Envelope { object: "whatsapp_business_account", entry: [entry] },
    )
}
