//! What is around every webhook.

use serde::Serialize;

use super::{AccountChange, BusinessPhone, Sender};
use crate::id::{PhoneNumberId, WabaId};
use crate::profile::Facts;
use crate::recipient::{Digits, Recipient};
use crate::subscription::WebhookField;

#[derive(Serialize)]
struct Envelope<V> {
    object: &'static str,
    entry: [Entry<V>; 1],
}

#[derive(Serialize)]
struct Entry<V> {
    id: WabaId,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<u64>,
    changes: [Change<V>; 1],
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
    // Assumed: everyone has the same name, and nobody has a business-scoped user id.
    fn new(recipient: Recipient) -> Self {
        Self { profile: Name { name: "Test User" }, wa_id: recipient.wa_id().digits() }
    }

    /// One contact per person, in the order of their first update.
    // Assumed: a batch names everyone once.
    pub(in crate::webhook) fn all(recipients: impl Iterator<Item = Recipient>) -> Vec<Self> {
        let mut seen = std::collections::BTreeSet::new();
        recipients.filter(|recipient| seen.insert(*recipient)).map(Self::new).collect()
    }
}

/// A webhook of the field `messages`, which has no time.
// Source: cloud-api.md 6.3.
pub(super) fn messages(sender: Sender, facts: &Facts, value: impl Serialize) -> Vec<u8> {
    write(
        facts,
        Entry { id: sender.waba, time: None, changes: [Change { value, field: WebhookField::Messages }] },
    )
}

/// A webhook of another field, which has a time.
// Source: cloud-api.md 6.3.
pub(super) fn account(waba: WabaId, time: u64, facts: &Facts, change: &AccountChange) -> Vec<u8> {
    let changes = [Change { value: change, field: change.field() }];
    write(facts, Entry { id: waba, time: Some(time), changes })
}

fn write(facts: &Facts, entry: Entry<impl Serialize>) -> Vec<u8> {
    crate::ascii::to_vec_in(
        facts.webhook_escaping,
        &Envelope { object: "whatsapp_business_account", entry: [entry] },
    )
}
