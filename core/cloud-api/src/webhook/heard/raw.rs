//! The shapes of a webhook before any of it is believed.

use std::fmt;

use serde::Deserialize;

use super::{HeardMessage, HeardStatus};
use crate::id::TemplateId;

#[derive(Deserialize)]
pub(super) struct RawWebhook {
    #[serde(default)]
    pub(super) entry: Vec<RawEntry>,
}

#[derive(Deserialize)]
pub(super) struct RawEntry {
    #[serde(default)]
    pub(super) changes: Vec<RawChange>,
}

#[derive(Deserialize)]
pub(super) struct RawChange {
    #[serde(default)]
    pub(super) field: String,
    #[serde(default)]
    pub(super) value: serde_json::Value,
}

#[derive(Deserialize)]
pub(super) struct RawStatus {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) timestamp: Option<String>,
    pub(super) recipient_id: Option<String>,
    pub(super) biz_opaque_callback_data: Option<String>,
    pub(super) pricing: Option<RawPricing>,
    #[serde(default)]
    pub(super) errors: Vec<RawError>,
}

#[derive(Deserialize)]
pub(super) struct RawPricing {
    pub(super) billable: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct RawError {
    pub(super) code: u32,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) error_data: RawDetails,
}

#[derive(Default, Deserialize)]
pub(super) struct RawDetails {
    #[serde(default)]
    pub(super) details: String,
}

#[derive(Deserialize)]
pub(super) struct RawMessage {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) timestamp: Option<String>,
    pub(super) text: Option<RawText>,
    pub(super) button: Option<RawButton>,
    pub(super) context: Option<RawContext>,
}

#[derive(Deserialize)]
pub(super) struct RawText {
    #[serde(default)]
    pub(super) body: String,
}

#[derive(Deserialize)]
pub(super) struct RawButton {
    pub(super) payload: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RawContext {
    pub(super) id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RawTemplate {
    pub(super) event: String,
    pub(super) message_template_id: TemplateId,
    #[serde(default)]
    pub(super) message_template_name: String,
    #[serde(default)]
    pub(super) message_template_language: String,
    pub(super) reason: Option<String>,
}

/// Shows everything but the phone number and the id that holds it.
impl fmt::Debug for HeardStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeardStatus")
            .field("kind", &self.kind)
            .field("timestamp", &self.timestamp)
            .field("is_billable", &self.is_billable)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

/// Shows everything but the phone number, the ids that hold it, and the words.
impl fmt::Debug for HeardMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeardMessage")
            .field("timestamp", &self.timestamp)
            .field("button_payload", &self.button_payload)
            .finish_non_exhaustive()
    }
}
