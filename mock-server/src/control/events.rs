//! `GET /_mock/events`: what happened lately, as the journal tells it.

use journal::{Event, Fact};
use serde::Serialize;

use super::Control;
use super::call::{Call, Told, ok};

/// How many events one answer holds at most.
const LIMIT_MAX: usize = 10_000;

#[derive(Serialize)]
struct Events {
    events: Vec<Shown>,
    /// Give this as `after` to read on.
    next: u64,
    /// How many events were forgotten before they were asked for.
    dropped: u64,
}

#[derive(Serialize)]
struct Shown {
    at_micros: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
}

impl Control {
    pub(super) fn read_events(&self, call: &Call<'_>) -> Told {
        let after = call.whole("after")?.unwrap_or(0);
        let limit = call.whole("limit")?.unwrap_or(1_000).min(LIMIT_MAX);
        let slice = self.engine.events.after(after, limit, |_| true);
        let events = slice.items.iter().map(shown).collect();
        ok(&Events { events, next: slice.next, dropped: slice.dropped })
    }
}

fn shown(event: &Event) -> Shown {
    let (message, code) = match event.fact {
        Fact::SendRefused { code, .. } => (None, Some(code)),
        Fact::MessageFailed { message, code } => (Some(message), Some(code)),
        Fact::MessageAccepted { message, .. }
        | Fact::MessageSent { message }
        | Fact::MessageDelivered { message }
        | Fact::MessageRead { message }
        | Fact::MessageDiscarded { message }
        | Fact::WebhookAnswered { message, .. }
        | Fact::WebhookFailed { message, .. }
        | Fact::WebhookDropped { message, .. }
        | Fact::WebhookGivenUp { message, .. } => (Some(message), None),
        _ => (None, None),
    };
    Shown { at_micros: event.at.micros(), kind: event.fact.kind().name(), message, code }
}
