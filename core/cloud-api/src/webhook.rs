//! What Meta tells a callback: statuses, messages from people, and news of templates.

pub mod account;
mod change;
mod envelope;
mod heard;
mod inbound;
mod status;
pub mod template;
mod trouble;

#[cfg(test)]
mod tests;

pub use change::AccountChange;
pub use heard::{
    HeardError, HeardMessage, HeardStatus, HeardStatusKind, HeardTemplate, Webhook, WebhookError,
};
pub use inbound::{
    InboundContent, InboundContext, InboundMedia, InboundMessage, MediaKind, Referral, ReferralMedia,
    ReferralSource,
};
pub use status::{Pricing, PricingCategory, PricingType, Status, StatusUpdate};
pub use template::{TemplateEvent, TemplateKey, TemplateUpdate};

use crate::id::{PhoneNumberId, WabaId};
use crate::profile::Facts;
use crate::recipient::Recipient;
use crate::refusal::AsyncFailure;

/// The most updates that one webhook may carry.
// Source: cloud-api.md 6.2.
pub const BATCH_MAX: usize = 1000;
/// The most bytes that one webhook may have.
// Source: cloud-api.md 6.2.
pub const BYTES_MAX: usize = 3 * 1024 * 1024;

/// The phone number of a business, as webhooks name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessPhone {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number that people see and dial; it has the shape of a recipient's.
    pub number: Recipient,
}

/// Which account and phone number a webhook is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The account.
    pub waba: WabaId,
    /// The phone number.
    pub phone: BusinessPhone,
}

/// Makes the bodies of webhooks: ASCII-escaped JSON, ready to be signed.
#[derive(Debug)]
pub struct WebhookBody;

impl WebhookBody {
    /// A webhook about messages that the business sent.
    ///
    /// # Panics
    ///
    /// When there are no updates, or more than [`BATCH_MAX`].
    #[must_use]
    pub fn statuses(sender: Sender, facts: &Facts, updates: &[StatusUpdate]) -> Vec<u8> {
        assert_batch(updates.len());
        envelope::messages(sender, facts, status::value(sender, facts, updates))
    }

    /// A webhook with messages that people wrote.
    ///
    /// # Panics
    ///
    /// When there are no messages, or more than [`BATCH_MAX`].
    #[must_use]
    pub fn inbound(sender: Sender, facts: &Facts, messages: &[InboundMessage]) -> Vec<u8> {
        assert_batch(messages.len());
        envelope::messages(sender, facts, inbound::value(sender, facts, messages))
    }

    /// A webhook with both: what became of messages, and what people wrote.
    ///
    /// # Panics
    ///
    /// When either is empty, or they are more than [`BATCH_MAX`] together.
    // Source: cloud-api.md 6.2: up to 1,000 updates. Assumed: as two changes of one entry.
    #[must_use]
    pub fn batch(
        sender: Sender,
        facts: &Facts,
        updates: &[StatusUpdate],
        messages: &[InboundMessage],
    ) -> Vec<u8> {
        assert_batch(updates.len() + messages.len());
        let statuses = status::value(sender, facts, updates);
        envelope::two(sender, facts, statuses, inbound::value(sender, facts, messages))
    }

    /// A webhook that tells of an error which belongs to no message.
    // Source: cloud-api.md 6.5.
    #[must_use]
    pub fn trouble(sender: Sender, facts: &Facts, failure: &AsyncFailure) -> Vec<u8> {
        envelope::messages(sender, facts, trouble::value(sender, facts, failure))
    }

    /// A webhook about anything but messages; `time` is in unix seconds.
    #[must_use]
    pub fn change(waba: WabaId, time: u64, facts: &Facts, change: &AccountChange) -> Vec<u8> {
        envelope::account(waba, time, facts, change)
    }
}

fn assert_batch(length: usize) {
    assert!((1..=BATCH_MAX).contains(&length), "a webhook has 1 to {BATCH_MAX} updates");
}
