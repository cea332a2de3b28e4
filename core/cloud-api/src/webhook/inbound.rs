//! What people write to the business.

use serde::Serialize;

use super::Sender;
use super::envelope::{Contact, Metadata};
use super::status::as_text;
use crate::message_id::MessageId;
use crate::recipient::{Digits, Recipient};

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
}

/// The value of a webhook with messages from people.
#[derive(Serialize)]
pub(super) struct Value<'a> {
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
    Button { button: Button<'a> },
    System { system: System },
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
    wa_id: Digits,
    #[serde(rename = "type")]
    kind: &'static str,
}

// Source: cloud-api.md 6.5.
const DID_NOT_REQUEST_CODE: Button<'static> =
    Button { payload: "DID_NOT_REQUEST_CODE", text: "I didn't request a code" };

pub(super) fn value(sender: Sender, messages: &[InboundMessage]) -> Value<'_> {
    // Source: cloud-api.md 6.5: what the system tells has no contact.
    let is_system =
        |message: &&InboundMessage| matches!(message.content, InboundContent::NumberChanged { .. });
    let authors = messages.iter().filter(|message| !is_system(message));
    Value {
        messaging_product: "whatsapp",
        metadata: Metadata::new(sender.phone),
        contacts: Contact::all(authors.map(|message| message.id.recipient())),
        messages: messages.iter().map(|message| body(sender, message)).collect(),
    }
}

// Assumed: `from_logical_id`, which one sample has, is left out.
fn body(sender: Sender, message: &InboundMessage) -> Body<'_> {
    let about = |id: &MessageId| Some(Context { from: sender.phone.number.digits(), id: *id });
    let (context, content) = match &message.content {
        InboundContent::Text(body) => (None, Content::Text { text: Text { body } }),
        InboundContent::DidNotRequestCode { about: id } => {
            (about(id), Content::Button { button: DID_NOT_REQUEST_CODE })
        }
        InboundContent::QuickReply { about: id, payload, text } => {
            (about(id), Content::Button { button: Button { payload, text } })
        }
        InboundContent::NumberChanged { to } => {
            (None, Content::System { system: System::changed(message, *to) })
        }
    };
    Body {
        context,
        from: message.id.recipient().wa_id().digits(),
        id: message.id,
        timestamp: message.timestamp,
        content,
    }
}

impl System {
    // Source: cloud-api.md 6.5. Assumed: the person has no other name here than their number.
    fn changed(message: &InboundMessage, to: Recipient) -> Self {
        let (from, to) = (message.id.recipient().wa_id().digits(), to.wa_id().digits());
        let body = format!("User {from} changed from {from} to {to}");
        Self { body, wa_id: to, kind: "user_changed_number" }
    }
}
