//! What Meta tells a callback: statuses, messages from people, and news of templates.

pub mod account;
mod change;
mod envelope;
mod heard;
mod inbound;
mod status;
pub mod template;

#[cfg(test)]
mod tests;

pub use change::AccountChange;
pub use heard::{
    HeardError, HeardMessage, HeardStatus, HeardStatusKind, HeardTemplate, Webhook, WebhookError,
};
pub use inbound::{InboundContent, InboundMessage};
pub use status::{Pricing, PricingCategory, PricingType, Status, StatusUpdate};
pub use template::{TemplateEvent, TemplateKey, TemplateUpdate};

use crate::id::{PhoneNumberId, WabaId};
use crate::recipient::Recipient;
use crate::version::GraphVersion;

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

/// What webhooks show, which depends on when an app subscribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The version of the subscription; conversations are shown up to v23.
    pub version: GraphVersion,
    /// Whether sent, delivered and read statuses name the contact.
    // Source: cloud-api.md 6.4: since about April 2026.
    pub has_contacts: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self { version: GraphVersion::default(), has_contacts: true }
    }
}

impl Profile {
    /// Whether statuses show a conversation.
    // Source: cloud-api.md 6.4: v24 and later leave it out.
    #[must_use]
    pub const fn has_conversation(self) -> bool {
        self.version.major() <= 23
    }
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
    pub fn statuses(sender: Sender, profile: Profile, updates: &[StatusUpdate]) -> Vec<u8> {
        assert_batch(updates.len());
        envelope::messages(sender, status::value(sender, profile, updates))
    }

    /// A webhook with messages that people wrote.
    ///
    /// # Panics
    ///
    /// When there are no messages, or more than [`BATCH_MAX`].
    #[must_use]
    pub fn inbound(sender: Sender, messages: &[InboundMessage]) -> Vec<u8> {
        assert_batch(messages.len());
        envelope::messages(sender, inbound::value(sender, messages))
    }

    /// A webhook about anything but messages; `time` is in unix seconds.
    #[must_use]
    pub fn change(waba: WabaId, time: u64, change: &AccountChange) -> Vec<u8> {
        envelope::account(waba, time, change.field(), change)
    }
}

fn assert_batch(length: usize) {
    assert!((1..=BATCH_MAX).contains(&length), "a webhook has 1 to {BATCH_MAX} updates");
}
