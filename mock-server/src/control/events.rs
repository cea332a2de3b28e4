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

/// An event, as the control API tells it.
#[derive(Serialize)]
pub(super) struct Shown {
    at_micros: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    /// Meta's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    /// The status that a webhook tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// The how-manieth attempt of a webhook, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u8>,
    /// What a callback answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    /// Why a callback did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
}

impl Control {
    pub(super) fn read_events(&self, call: &Call<'_>) -> Told {
        let after = call.whole("after")?.unwrap_or(0);
        let limit = call.whole("limit")?.unwrap_or(1_000).min(LIMIT_MAX);
        let slice = self.engine.events.after(after, limit, |_| true);
        let events = slice.items.iter().map(Shown::of).collect();
        ok(&Events { events, next: slice.next, dropped: slice.dropped })
    }
}

impl Shown {
    pub(super) fn of(event: &Event) -> Self {
        let mut shown = Self {
            at_micros: event.at.micros(),
            kind: event.fact.kind().name(),
            message: event.fact.message(),
            code: None,
            status: None,
            attempt: None,
            http_status: None,
            cause: None,
        };
        match event.fact {
            Fact::SendRefused { code, http_status, .. } => {
                (shown.code, shown.http_status) = (Some(code), Some(http_status));
            }
            Fact::MessageFailed { code, .. } => shown.code = Some(code),
            Fact::WebhookAnswered { status, attempt, http_status, .. } => {
                (shown.status, shown.attempt) = (Some(status.name()), Some(attempt));
                shown.http_status = Some(http_status);
            }
            Fact::WebhookFailed { status, attempt, cause, .. } => {
                (shown.status, shown.attempt) = (Some(status.name()), Some(attempt));
                shown.cause = Some(cause.name());
            }
            Fact::WebhookDropped { status, .. } | Fact::WebhookGivenUp { status, .. } => {
                shown.status = Some(status.name());
            }
            _ => {}
        }
        shown
    }
}
