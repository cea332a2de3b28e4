//! `GET /_mock/messages/{id}`: everything that became and will become of a message.

use cloud_sim::{End, Planned, Step};
use journal::Kind;
use scenario::Elapsed;
use serde::Serialize;

use super::Control;
use super::call::{Call, Problem, Told, ok};
use super::events::Shown;
use crate::engine::Timeline;

#[derive(Serialize)]
struct Life {
    message: u64,
    /// `on_its_way`, `delivered`, `read`, `discarded`, `failed` or `forgotten`.
    state: &'static str,
    past: Vec<Shown>,
    /// Whether `past` is surely all that happened.
    is_past_whole: bool,
    next: Vec<Next>,
    /// How many events were forgotten, of which some may have been of this message.
    dropped: u64,
}

/// Something that is planned, as things stand.
#[derive(Serialize)]
struct Next {
    at_micros: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
}

impl Control {
    pub(super) fn read_timeline(&self, call: &Call<'_>) -> Told {
        let text = call.segment("id");
        let timeline = match text.parse::<u64>() {
            Ok(message) => self.engine.timeline_of(message),
            Err(_) => {
                let rule = "must be a wamid, or the number of an accepted message";
                let wrong = |_| Problem::bad(format!("the id is `{text}`, but {rule}"));
                self.engine.timeline(text.parse().map_err(wrong)?)
            }
        };
        let unknown = "no such message is known; it was never accepted, or is forgotten";
        ok(&told(&timeline.ok_or_else(|| Problem::new(404, unknown))?))
    }
}

fn told(timeline: &Timeline) -> Life {
    let planned = timeline.planned.iter().flat_map(planned);
    let webhooks = timeline.webhooks.iter().map(|(status, attempt, due)| Next {
        status: Some(status.name()),
        attempt: Some(*attempt),
        ..Next::new(*due, "webhook_posted")
    });
    let mut next: Vec<Next> = planned.chain(webhooks).collect();
    next.sort_by_key(|next| next.at_micros);
    Life {
        message: timeline.message,
        state: state(timeline),
        past: timeline.past.iter().map(Shown::of).collect(),
        is_past_whole: timeline.is_past_whole,
        next,
        dropped: timeline.dropped,
    }
}

/// What is still to come of a message's life.
fn planned(planned: &Planned) -> Vec<Next> {
    let (at, step) = planned.next;
    let mut next = Vec::new();
    if step == Step::Send {
        next.push(Next::new(at, Kind::MessageSent.name()));
    }
    if step != Step::Read {
        next.push(match planned.end {
            End::Delivered { at, .. } => Next::new(at, Kind::MessageDelivered.name()),
            End::Discarded { at } => Next::new(at, Kind::MessageDiscarded.name()),
            End::Failed { at, code } => {
                Next { code: Some(code), ..Next::new(at, Kind::MessageFailed.name()) }
            }
        });
    }
    if let End::Delivered { read: Some(read), .. } = planned.end {
        next.push(Next::new(read, Kind::MessageRead.name()));
    }
    next
}

fn state(timeline: &Timeline) -> &'static str {
    let kinds = || timeline.past.iter().map(|event| event.fact.kind());
    let happened = |kind| kinds().any(|happened| happened == kind);
    if happened(Kind::MessageRead) {
        "read"
    } else if happened(Kind::MessageDelivered) {
        "delivered"
    } else if happened(Kind::MessageDiscarded) {
        "discarded"
    } else if happened(Kind::MessageFailed) {
        "failed"
    } else if timeline.planned.is_some() {
        "on_its_way"
    } else {
        "forgotten"
    }
}

impl Next {
    const fn new(at: Elapsed, kind: &'static str) -> Self {
        Self { at_micros: at.micros(), kind, status: None, attempt: None, code: None }
    }
}
