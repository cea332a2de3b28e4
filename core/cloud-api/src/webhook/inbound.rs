//! What people write to the business.

mod body;
mod referral;

use std::sync::Arc;

pub(super) use body::value;
pub use referral::{Referral, ReferralMedia, ReferralSource};

use crate::identity::IdentityHash;
use crate::message_id::MessageId;
use crate::recipient::Recipient;
use crate::refusal::FailureCode;
use crate::word::words;

/// A message from a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The message; its id names the person too.
    pub id: MessageId,
    /// When it was written, in unix seconds.
    pub timestamp: u64,
    /// What it says.
    pub content: InboundContent,
    /// What it has to do with another message, besides what its content says.
    pub context: Option<InboundContext>,
    /// The fingerprint of the person's keys, where the number checks it.
    pub identity: Option<IdentityHash>,
    /// By which advertisement they came, if it was written with the button of one.
    pub referral: Option<Arc<Referral>>,
}

/// What a message of a person has to do with another one.
// Source: cloud-api.md 6.5, "reply/forward".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboundContext {
    /// It quotes this one.
    Reply(MessageId),
    /// It was written to somebody else, and passed on.
    Forwarded {
        /// Whether that has been done more than five times.
        is_frequent: bool,
    },
}

/// What a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboundContent {
    /// A text, such as `STOP`, which has no effect at Meta.
    Text(Box<str>),
    /// The button "I didn't request a code".
    DidNotRequestCode {
        /// The message with the code.
        about: MessageId,
    },
    /// A button of a template that sends its payload back.
    QuickReply {
        /// The message with the button.
        about: MessageId,
        /// What the button sends.
        payload: Box<str>,
        /// What is written on it.
        text: Box<str>,
    },
    /// No message of the person's: WhatsApp tells that they have another number now.
    NumberChanged {
        /// The new number.
        to: Recipient,
    },
    /// No message of the person's: WhatsApp tells that they have another device, and so other keys.
    IdentityChanged {
        /// A fingerprint of the new keys.
        hash: IdentityHash,
    },
    /// A button of an interactive message.
    ButtonReply {
        /// The message with the button.
        about: MessageId,
        /// The button's id.
        id: Box<str>,
        /// What is written on it.
        title: Box<str>,
    },
    /// A row of an interactive list.
    ListReply {
        /// The message with the list.
        about: MessageId,
        /// The row's id.
        id: Box<str>,
        /// What is written in it.
        title: Box<str>,
        /// What is written below that.
        description: Option<Box<str>>,
    },
    /// A picture, a sound, a film, a file or a sticker.
    Media(InboundMedia),
    /// An emoji below a message of the business.
    Reaction {
        /// The message.
        about: MessageId,
        /// The emoji; `None` where it is taken back.
        emoji: Option<Box<str>>,
    },
    /// Something that the API has no words for, such as an edited message.
    Unsupported {
        /// Meta's word for what it was, such as `edit`.
        kind: Box<str>,
        /// The error that is told instead of 131051, such as 131052 for media that cannot be fetched.
        code: Option<FailureCode>,
    },
}

impl InboundMessage {
    /// How many bytes it has on the wire, at most: a byte of a person's text may become six.
    #[must_use]
    pub fn bytes_at_most(&self) -> usize {
        const REST: usize = 2_048;
        let length = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        let texts = match &self.content {
            InboundContent::Text(text) => text.len(),
            InboundContent::QuickReply { payload, text, .. } => payload.len() + text.len(),
            InboundContent::ButtonReply { id, title, .. } => id.len() + title.len(),
            InboundContent::ListReply { id, title, description, .. } => {
                id.len() + title.len() + length(description)
            }
            InboundContent::Media(media) => {
                media.mime_type.len() + media.sha256.len() + length(&media.caption) + length(&media.filename)
            }
            InboundContent::Reaction { emoji, .. } => length(emoji),
            InboundContent::Unsupported { kind, .. } => kind.len(),
            InboundContent::DidNotRequestCode { .. }
            | InboundContent::NumberChanged { .. }
            | InboundContent::IdentityChanged { .. } => 0,
        };
        REST + (texts + self.referral.as_ref().map_or(0, |referral| referral.text_length())) * 6
    }
}

/// A picture, a sound, a film, a file or a sticker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMedia {
    /// What it is.
    pub kind: MediaKind,
    /// The id under which it can be fetched.
    pub id: u64,
    /// Its type, such as `image/jpeg`.
    pub mime_type: Box<str>,
    /// The SHA-256 of its bytes, in base64.
    pub sha256: Box<str>,
    /// What is written below it; not below sounds and stickers.
    pub caption: Option<Box<str>>,
    /// The name of a file.
    pub filename: Option<Box<str>>,
}

words! {
    /// What media is.
    // Source: cloud-api.md 2.2.
    MediaKind {
        /// A picture.
        Image = "image",
        /// A sound.
        Audio = "audio",
        /// A film.
        Video = "video",
        /// A file.
        Document = "document",
        /// A sticker.
        Sticker = "sticker",
    }
}
