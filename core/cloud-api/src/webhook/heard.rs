//! Webhooks as a service understands them.

mod raw;

use serde::Deserialize as _;
use thiserror::Error;

use crate::id::TemplateId;
use raw::{RawError, RawMessage, RawStatus, RawTemplate};

/// What a webhook tells, in the order in which it tells it.
///
/// Reading is tolerant: unknown fields, types and members are skipped, because Meta adds some
/// whenever it likes. Ids are plain texts, because clients must not look into them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Webhook {
    /// What became of messages.
    pub statuses: Vec<HeardStatus>,
    /// What people wrote.
    pub messages: Vec<HeardMessage>,
    /// What became of templates.
    pub templates: Vec<HeardTemplate>,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct HeardStatus {
    /// The message.
    pub id: String,
    /// Which step it has made.
    pub kind: HeardStatusKind,
    /// When, in unix seconds.
    pub timestamp: Option<u64>,
    /// The phone number, in digits.
    pub recipient_id: Option<String>,
    /// What the request wanted to be repeated.
    pub biz_opaque_callback_data: Option<String>,
    /// Whether the message is paid for, where the status says so.
    pub is_billable: Option<bool>,
    /// Why it failed.
    pub errors: Vec<HeardError>,
}

/// A step in the life of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeardStatusKind {
    /// Meta has handed it over.
    Sent,
    /// It is on the phone.
    Delivered,
    /// The person has seen it.
    Read,
    /// It will not arrive.
    Failed,
    /// A step that codes do not make.
    Other,
}

/// Why a message failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardError {
    /// The number by which errors are told apart.
    pub code: u32,
    /// The short text.
    pub title: String,
    /// The long text.
    pub details: String,
}

/// A message from a person.
#[derive(Clone, PartialEq, Eq)]
pub struct HeardMessage {
    /// The message.
    pub id: String,
    /// The person's phone number, in digits.
    pub from: String,
    /// When, in unix seconds.
    pub timestamp: Option<u64>,
    /// The text, if it is one.
    pub text: Option<String>,
    /// The payload of the button, if one was tapped.
    pub button_payload: Option<String>,
    /// The message that it answers.
    pub context_id: Option<String>,
}

/// What became of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardTemplate {
    /// What happened, such as `APPROVED`.
    pub event: String,
    /// The template.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// Why, if there is a reason.
    pub reason: Option<String>,
}

/// Why a body is no webhook.
#[derive(Debug, Error)]
#[error("the body is not the JSON of a webhook")]
pub struct WebhookError(#[from] serde_json::Error);

impl Webhook {
    /// Reads the body of a webhook; check its signature first.
    ///
    /// # Errors
    ///
    /// When it is no JSON of the shape of a webhook. An update that is not understood is skipped.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let raw: raw::RawWebhook = serde_json::from_slice(body)?;
        let mut webhook = Self::default();
        for change in raw.entry.into_iter().flat_map(|entry| entry.changes) {
            match change.field.as_str() {
                "messages" => webhook.take_messages(change.value),
                "message_template_status_update" => {
                    let template = RawTemplate::deserialize(change.value).ok();
                    webhook.templates.extend(template.map(RawTemplate::heard));
                }
                _ => {}
            }
        }
        Ok(webhook)
    }

    fn take_messages(&mut self, value: serde_json::Value) {
        let serde_json::Value::Object(mut value) = value else { return };
        let mut items = |name: &str| match value.remove(name) {
            Some(serde_json::Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let statuses = items("statuses").into_iter().map(RawStatus::deserialize);
        self.statuses.extend(statuses.filter_map(|status| Some(status.ok()?.heard())));
        let messages = items("messages").into_iter().map(RawMessage::deserialize);
        self.messages.extend(messages.filter_map(|message| Some(message.ok()?.heard())));
    }
}

impl RawStatus {
    fn heard(self) -> HeardStatus {
        HeardStatus {
            id: self.id,
            kind: match self.status.as_str() {
                "sent" => HeardStatusKind::Sent,
                "delivered" => HeardStatusKind::Delivered,
                "read" => HeardStatusKind::Read,
                "failed" => HeardStatusKind::Failed,
                _ => HeardStatusKind::Other,
            },
            timestamp: self.timestamp.and_then(|text| text.parse().ok()),
            recipient_id: self.recipient_id,
            biz_opaque_callback_data: self.biz_opaque_callback_data,
            is_billable: self.pricing.and_then(|pricing| pricing.billable),
            errors: self.errors.into_iter().map(RawError::heard).collect(),
        }
    }
}

impl RawError {
    fn heard(self) -> HeardError {
        HeardError { code: self.code, title: self.title, details: self.error_data.details }
    }
}

impl RawMessage {
    fn heard(self) -> HeardMessage {
        HeardMessage {
            id: self.id,
            from: self.from,
            timestamp: self.timestamp.and_then(|text| text.parse().ok()),
            text: self.text.map(|text| text.body),
            button_payload: self.button.and_then(|button| button.payload),
            context_id: self.context.and_then(|context| context.id),
        }
    }
}

impl RawTemplate {
    fn heard(self) -> HeardTemplate {
        HeardTemplate {
            event: self.event,
            id: self.message_template_id,
            name: self.message_template_name,
            language: self.message_template_language,
            reason: self.reason.filter(|reason| reason != "NONE"),
        }
    }
}
