//! What became of a message.

use serde::Serialize;
use serde::ser::Serializer;

use super::Sender;
use super::envelope::{Contact, Metadata};
use crate::identity::IdentityHash;
use crate::message_id::MessageId;
use crate::profile::Facts;
use crate::recipient::Digits;
use crate::refusal::{AsyncFailure, FailureBody};

/// One step in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The message; its id names the recipient too.
    pub id: MessageId,
    /// Which step.
    pub status: Status,
    /// When, in unix seconds.
    pub timestamp: u64,
    /// What the request wanted to be repeated.
    pub biz_opaque_callback_data: Option<Box<str>>,
    /// The fingerprint of the recipient's keys, where the number checks it.
    pub identity: Option<IdentityHash>,
    /// What the message costs; on sent, and on the first of delivered and read.
    pub pricing: Option<Pricing>,
}

/// A step in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Meta has handed it over.
    Sent,
    /// It is on the phone.
    Delivered,
    /// The person has seen it.
    Read,
    /// It will not arrive.
    Failed(AsyncFailure),
}

/// What a message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// Whether it is paid for.
    pub is_billable: bool,
    /// Why, or why not.
    pub kind: PricingType,
    /// Which rate applies.
    pub category: PricingCategory,
}

/// Why a message is paid for, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PricingType {
    /// It is paid for.
    Regular,
    /// It answers a person within 24 hours.
    FreeCustomerService,
    /// It follows an advertisement.
    FreeEntryPoint,
}

/// Which rate applies to a message.
// Source: cloud-api.md 6.4. Assumed: hyphens in prices, underscores in conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PricingCategory {
    /// A code.
    Authentication,
    /// A code to another country, at its higher rate.
    AuthenticationInternational,
    /// News about an order, say.
    Utility,
    /// An offer.
    Marketing,
    /// An answer to a person.
    Service,
    /// Anything to a person who has come by an advertisement.
    #[serde(rename = "referral_conversion")]
    ReferralConversion,
}

impl Status {
    /// The word on the wire.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed(_) => "failed",
        }
    }

    const fn failure(&self) -> Option<&AsyncFailure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Sent | Self::Delivered | Self::Read => None,
        }
    }
}

impl PricingCategory {
    /// The word in conversations.
    const fn origin(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::AuthenticationInternational => "authentication_international",
            Self::Utility => "utility",
            Self::Marketing => "marketing",
            Self::Service => "service",
            Self::ReferralConversion => "referral_conversion",
        }
    }
}

/// A price on the wire.
#[derive(Serialize)]
struct Price {
    #[serde(skip_serializing_if = "Option::is_none")]
    billable: Option<bool>,
    pricing_model: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<PricingType>,
    category: PricingCategory,
}

impl Price {
    // Source: cloud-api.md 6.4: per-message prices since 2025-07-01. Assumed: before, there was no type.
    fn of(pricing: Pricing, facts: &Facts) -> Self {
        let is_per_message = facts.per_message_pricing;
        Self {
            billable: facts.billable_on_pricing.then_some(pricing.is_billable),
            pricing_model: if is_per_message { "PMP" } else { "CBP" },
            kind: is_per_message.then_some(pricing.kind),
            category: pricing.category,
        }
    }
}

/// The value of a webhook about statuses.
#[derive(Serialize)]
pub(super) struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    statuses: Vec<Body<'a>>,
}

#[derive(Serialize)]
struct Body<'a> {
    id: MessageId,
    status: &'static str,
    #[serde(serialize_with = "as_text")]
    timestamp: u64,
    recipient_id: Digits,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_identity_key_hash: Option<IdentityHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<Conversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[FailureBody<'a>; 1]>,
}

#[derive(Serialize)]
struct Conversation {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_timestamp: Option<String>,
    origin: Origin,
}

#[derive(Serialize)]
struct Origin {
    #[serde(rename = "type")]
    kind: &'static str,
}

pub(in crate::webhook) fn as_text<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

pub(super) fn value<'a>(sender: Sender, facts: &Facts, updates: &'a [StatusUpdate]) -> Value<'a> {
    let is_named = |update: &&StatusUpdate| {
        let is_failed = update.status.failure().is_some();
        facts.contacts_on_statuses && (!is_failed || facts.contacts_on_failed_statuses)
    };
    let named = updates.iter().filter(is_named).map(|update| (update.id.recipient(), None));
    Value {
        messaging_product: "whatsapp",
        metadata: Metadata::new(sender.phone),
        contacts: Contact::all(sender, facts, named),
        statuses: updates.iter().map(|update| body(facts, update)).collect(),
    }
}

// Source: cloud-api.md 6.4: failed statuses show neither price nor conversation; the fingerprint of
// the keys is there only where the number checks it.
fn body<'a>(facts: &Facts, update: &'a StatusUpdate) -> Body<'a> {
    let failure = update.status.failure();
    let pricing = update.pricing.filter(|_| failure.is_none());
    Body {
        id: update.id,
        status: update.status.word(),
        timestamp: update.timestamp,
        recipient_id: update.id.recipient().wa_id().digits(),
        recipient_identity_key_hash: update.identity,
        biz_opaque_callback_data: update.biz_opaque_callback_data.as_deref(),
        conversation: pricing
            .filter(|_| facts.conversation_on_statuses)
            .map(|pricing| conversation(update, pricing)),
        pricing: pricing.map(|pricing| Price::of(pricing, facts)),
        errors: failure.map(|failure| [failure.body(facts)]),
    }
}

// Source: cloud-api.md 6.4: one id per message, and an expiration on sent only.
// Assumed: a conversation is shown where the price is, and lasts until the minute is full.
fn conversation(update: &StatusUpdate, pricing: Pricing) -> Conversation {
    let ends = update.timestamp.saturating_add(86_400).div_ceil(60).saturating_mul(60);
    Conversation {
        id: conversation_id(update.id),
        expiration_timestamp: (update.status == Status::Sent).then(|| ends.to_string()),
        origin: Origin { kind: pricing.category.origin() },
    }
}

/// 32 hexadecimal digits that depend on the message alone.
// Assumed: any 32 digits will do. The mixing is that of SplitMix64, which maps one to one.
fn conversation_id(id: MessageId) -> String {
    let mix = |number: u64| {
        let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    };
    let (low, high) = (id.unique() as u64, (id.unique() >> 64) as u64);
    let second = high ^ id.recipient().number().rotate_left(16);
    format!("{:016x}{:016x}", mix(low.wrapping_add(1)), mix(second))
}
