//! `GET /_mock/phones/{number}`: what arrived on a phone, waiting for it if asked to.

use std::time::Duration;

use cloud_sim::Arrived;
use serde::Serialize;

use super::Control;
use super::call::{Call, Told, ok};
use crate::recent::Slice;

/// How long one request may wait for a message.
const WAIT_MAX_SECS: u64 = 60;

/// How many messages one answer holds.
const LIMIT: usize = 100;

#[derive(Serialize)]
struct Inbox {
    messages: Vec<Message>,
    /// Give this as `after` to read on.
    next: u64,
    /// How many messages of all phones were forgotten before they were asked for.
    dropped: u64,
}

#[derive(Serialize)]
struct Message {
    id: String,
    code: String,
    template: String,
    language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    button: Option<&'static str>,
    arrived_micros: u64,
}

impl Control {
    pub(super) async fn read_phone(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        let after = call.whole("after")?.unwrap_or(0);
        let wait = call.whole("wait_secs")?.unwrap_or(0).min(WAIT_MAX_SECS);
        let inbox = &self.engine.inbox;
        let waiting = inbox.wait(recipient, after, LIMIT);
        let slice = match tokio::time::timeout(Duration::from_secs(wait), waiting).await {
            Ok(slice) => slice,
            Err(_) => inbox.read(recipient, after, LIMIT),
        };
        ok(&shown(&slice))
    }
}

fn shown(slice: &Slice<Arrived>) -> Inbox {
    let messages = slice.items.iter().map(|arrived| {
        let asked = &arrived.template.record.template;
        Message {
            id: arrived.id.to_string(),
            code: arrived.code.expose().to_owned(),
            template: asked.name.to_string(),
            language: asked.language.code().to_owned(),
            button: asked.content.authentication().map(|content| content.button.otp_type().word()),
            arrived_micros: arrived.at.micros(),
        }
    });
    Inbox { messages: messages.collect(), next: slice.next, dropped: slice.dropped }
}
