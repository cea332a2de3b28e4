//! What people write, as webhooks tell it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{InboundContent, InboundContext, InboundMedia, InboundMessage, MediaKind, Referral};
use crate::identity::IdentityHash;
use crate::message_id::{Direction, MessageId};
use crate::profile::Facts;
use crate::recipient::{Digits, Recipient};
use crate::refusal::FailureCode;
use crate::webhook::Sender;
use crate::webhook::envelope::{Contact, Metadata};
use crate::webhook::status::as_text;

/// The value of a webhook with messages from people.
#[derive(Serialize)]
pub(in crate::webhook) struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    messages: Vec<Body<'a>>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referral: Option<&'a Referral>,
    from: Digits,
    id: MessageId,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_logical_id: Option<String>,
    #[serde(serialize_with = "as_text")]
    timestamp: u64,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Default, Serialize)]
struct Context {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Digits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequently_forwarded: Option<bool>,
}

/// The type of a message, and its content under the name of the type.
enum Content<'a> {
    Text(Text<'a>),
    Button(Button<'a>),
    System(System),
    Interactive(Interactive<'a>),
    Media(MediaKind, Media<'a>),
    Reaction(Reaction<'a>),
    Unsupported(Trouble<'static>, Unsupported<'a>),
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct Button<'a> {
    payload: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct System {
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<Digits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<IdentityHash>,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Interactive<'a> {
    ButtonReply { button_reply: Choice<'a> },
    ListReply { list_reply: Choice<'a> },
}

#[derive(Serialize)]
struct Choice<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct Media<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    mime_type: &'a str,
    sha256: &'a str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    animated: Option<bool>,
}

#[derive(Serialize)]
struct Reaction<'a> {
    message_id: MessageId,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<&'a str>,
}

#[derive(Serialize)]
struct Unsupported<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

/// An error in a message; without the link that failed statuses have.
// Source: cloud-api.md 6.5.
#[derive(Serialize)]
struct Trouble<'a> {
    code: u32,
    title: &'a str,
    message: &'a str,
    error_data: Details<'a>,
}

#[derive(Serialize)]
struct Details<'a> {
    details: &'a str,
}

// Source: cloud-api.md 6.5.
const DID_NOT_REQUEST_CODE: Button<'static> =
    Button { payload: "DID_NOT_REQUEST_CODE", text: "I didn't request a code" };

// Source: cloud-api.md 6.5.
const UNKNOWN_TYPE: Trouble<'static> = Trouble {
    code: 131_051,
    title: "Message type unknown",
    message: "Message type unknown",
    error_data: Details { details: "Message type is currently not supported." },
};

pub(in crate::webhook) fn value<'a>(
    sender: Sender,
    facts: &Facts,
    messages: &'a [InboundMessage],
) -> Value<'a> {
    // Source: cloud-api.md 6.5: what the system tells of a number has no contact.
    let is_unnamed =
        |message: &&InboundMessage| matches!(message.content, InboundContent::NumberChanged { .. });
    let authors = messages.iter().filter(|message| !is_unnamed(message));
    Value {
        messaging_product: "whatsapp",
        metadata: Metadata::new(sender.phone),
        contacts: Contact::all(
            sender,
            facts,
            authors.map(|message| (message.id.recipient(), message.identity)),
        ),
        messages: messages.iter().map(|message| body(sender, message)).collect(),
    }
}

fn body(sender: Sender, message: &InboundMessage) -> Body<'_> {
    let about = message.content.about().map(InboundContext::Reply);
    Body {
        context: about.or(message.context).map(|context| Context::of(sender, context)),
        referral: message.referral.as_deref(),
        from: message.id.recipient().wa_id().digits(),
        id: message.id,
        from_logical_id: logical_id(message),
        timestamp: message.timestamp,
        content: content(message),
    }
}

/// The id of the person's account, which the button "I didn't request a code" alone names.
// Source: cloud-api.md 6.5. Assumed: 15 digits that follow from the number.
fn logical_id(message: &InboundMessage) -> Option<String> {
    let is_report = matches!(message.content, InboundContent::DidNotRequestCode { .. });
    let mixed = message.id.recipient().number().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    is_report.then(|| (100_000_000_000_000 + mixed % 900_000_000_000_000).to_string())
}

// Source: cloud-api.md 6.5; the shapes of media and reactions are those of Meta's reference.
fn content(message: &InboundMessage) -> Content<'_> {
    match &message.content {
        InboundContent::Text(body) => Content::Text(Text { body }),
        InboundContent::DidNotRequestCode { .. } => Content::Button(DID_NOT_REQUEST_CODE),
        InboundContent::QuickReply { payload, text, .. } => Content::Button(Button { payload, text }),
        InboundContent::NumberChanged { to } => {
            Content::System(System::number_changed(message.id.recipient(), *to))
        }
        InboundContent::IdentityChanged { hash } => {
            Content::System(System::identity_changed(message.id.recipient(), *hash))
        }
        InboundContent::ButtonReply { id, title, .. } => {
            let button_reply = Choice { id, title, description: None };
            Content::Interactive(Interactive::ButtonReply { button_reply })
        }
        InboundContent::ListReply { id, title, description, .. } => {
            let list_reply = Choice { id, title, description: description.as_deref() };
            Content::Interactive(Interactive::ListReply { list_reply })
        }
        InboundContent::Media(media) => Content::Media(media.kind, Media::of(media)),
        InboundContent::Reaction { about, emoji } => {
            Content::Reaction(Reaction { message_id: *about, emoji: emoji.as_deref() })
        }
        InboundContent::Unsupported { kind, code } => {
            let trouble = code.map_or(UNKNOWN_TYPE, Trouble::of);
            Content::Unsupported(trouble, Unsupported { kind })
        }
    }
}

impl Trouble<'static> {
    // Source: cloud-api.md 8: 131052 in messages of people. Assumed: shaped as 131051 is.
    fn of(code: FailureCode) -> Self {
        let entry = code.entry();
        let details = Details { details: entry.details.unwrap_or(entry.title) };
        Self { code: entry.code, title: entry.title, message: entry.title, error_data: details }
    }
}

impl Context {
    fn of(sender: Sender, context: InboundContext) -> Self {
        match context {
            InboundContext::Reply(id) => {
                let from = match id.direction() {
                    Direction::Outbound => sender.phone.number.digits(),
                    Direction::Inbound => id.recipient().wa_id().digits(),
                };
                Self { from: Some(from), id: Some(id), ..Self::default() }
            }
            InboundContext::Forwarded { is_frequent: false } => {
                Self { forwarded: Some(true), ..Self::default() }
            }
            InboundContext::Forwarded { is_frequent: true } => {
                Self { frequently_forwarded: Some(true), ..Self::default() }
            }
        }
    }
}

impl InboundContent {
    /// The message that it answers; reactions name theirs in another place.
    const fn about(&self) -> Option<MessageId> {
        match self {
            Self::DidNotRequestCode { about }
            | Self::QuickReply { about, .. }
            | Self::ButtonReply { about, .. }
            | Self::ListReply { about, .. } => Some(*about),
            _ => None,
        }
    }
}

impl Content<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Button(_) => "button",
            Self::System(_) => "system",
            Self::Interactive(_) => "interactive",
            Self::Media(kind, _) => kind.word(),
            Self::Reaction(_) => "reaction",
            Self::Unsupported(..) => "unsupported",
        }
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind();
        let mut body = serializer.serialize_map(None)?;
        body.serialize_entry("type", kind)?;
        match self {
            Self::Text(text) => body.serialize_entry(kind, text)?,
            Self::Button(button) => body.serialize_entry(kind, button)?,
            Self::System(system) => body.serialize_entry(kind, system)?,
            Self::Interactive(interactive) => body.serialize_entry(kind, interactive)?,
            Self::Media(_, media) => body.serialize_entry(kind, media)?,
            Self::Reaction(reaction) => body.serialize_entry(kind, reaction)?,
            Self::Unsupported(trouble, unsupported) => {
                body.serialize_entry("errors", &[trouble])?;
                body.serialize_entry(kind, unsupported)?;
            }
        }
        body.end()
    }
}

impl System {
    // Source: cloud-api.md 6.5. Assumed: the person has no other name here than their number.
    fn number_changed(from: Recipient, to: Recipient) -> Self {
        let (from, to) = (from.wa_id().digits(), to.wa_id().digits());
        let body = format!("User {from} changed from {from} to {to}");
        Self { body, wa_id: Some(to), identity: None, kind: "user_changed_number" }
    }

    // Source: cloud-api.md 6.5 for the type. Assumed: the words, and the fingerprint beside them.
    fn identity_changed(person: Recipient, hash: IdentityHash) -> Self {
        let body = format!("User {} changed their security code", person.wa_id().digits());
        Self { body, wa_id: None, identity: Some(hash), kind: "customer_identity_changed" }
    }
}

impl<'a> Media<'a> {
    // Assumed: sounds are voice messages, and stickers stand still.
    fn of(media: &'a InboundMedia) -> Self {
        Self {
            caption: media.caption.as_deref(),
            filename: media.filename.as_deref(),
            mime_type: &media.mime_type,
            sha256: &media.sha256,
            id: media.id.to_string(),
            voice: (media.kind == MediaKind::Audio).then_some(true),
            animated: (media.kind == MediaKind::Sticker).then_some(false),
        }
    }
}
