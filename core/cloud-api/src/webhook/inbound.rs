//! What people write to the business.

use serde::Serialize;

use super::Sender;
use super::envelope::{Contact, Metadata};
use super::status::as_text;
use crate::message_id::MessageId;
use crate::recipient::Digits;

/// A message from a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The message; its id names the person too.
    pub id: MessageId,
    /// When it was written, in unix seconds.
    pub timestamp: u64,
    /// What it says.
    pub content: InboundContent,
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
}

/// The value of a webhook with messages from people.
#[derive(Serialize)]
pub(super) struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata,
    contacts: Vec<Contact>,
    messages: Vec<Body<'a>>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
    from: Digits,
    id: MessageId,
    #[serde(serialize_with = "as_text")]
    timestamp: u64,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
struct Context {
    from: Digits,
    id: MessageId,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Content<'a> {
    Text { text: Text<'a> },
    Button { button: Button },
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct Button {
    payload: &'static str,
    text: &'static str,
}

// Source: cloud-api.md 6.5.
const DID_NOT_REQUEST_CODE: Button =
    Button { payload: "DID_NOT_REQUEST_CODE", text: "I didn't request a code" };

pub(super) fn value(sender: Sender, messages: &[InboundMessage]) -> Value<'_> {
    Value {
        messaging_product: "whatsapp",
        metadata: Metadata::new(sender.phone),
        contacts: Contact::all(messages.iter().map(|message| message.id.recipient())),
        messages: messages.iter().map(|message| body(sender, message)).collect(),
    }
}

// Assumed: `from_logical_id`, which one sample has, is left out.
fn body(sender: Sender, message: &InboundMessage) -> Body<'_> {
    let (context, content) = match &message.content {
        InboundContent::Text(body) => (None, Content::Text { text: Text { body } }),
        InboundContent::DidNotRequestCode { about } => (
            Some(Context { from: sender.phone.number.digits(), id: *about }),
            Content::Button { button: DID_NOT_REQUEST_CODE },
        ),
    };
    Body {
        context,
        from: message.id.recipient().digits(),
        id: message.id,
        timestamp: message.timestamp,
        content,
    }
}
