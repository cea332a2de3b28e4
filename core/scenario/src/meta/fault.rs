//! The misbehaviour that a scenario asks for: when, for which traffic, and of what kind.

mod read;
mod write;

use crate::chance::{Latency, Share};
use crate::time::{Elapsed, Span};

/// One kind of misbehaviour, while its window is open, for the traffic that it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When it happens, counted from the first arrival's phase.
    pub window: Window,
    /// For which traffic.
    pub matching: Matching,
    /// What happens.
    pub kind: FaultKind,
}

/// A stretch of the run: from its first instant up to, not including, its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: Elapsed,
    /// The first instant after it; [`Elapsed::NEVER`] where it stays open.
    pub until: Elapsed,
}

/// Which traffic a fault is for: all of it that has every property named here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// The id of the phone number that sends.
    pub number: Option<u64>,
    /// The name of the template that is sent.
    pub template: Option<String>,
    /// The digits with which the recipient's number begins, read as a number.
    pub recipient: Option<u64>,
    /// The edge that is called, such as `message_templates`, `node` for an object itself, or `any`;
    /// without one, `messages`.
    pub operation: Option<String>,
}

/// What is known of a request, a message or a webhook when a fault asks whether it matches.
#[derive(Clone, Copy, Debug, Default)]
pub struct FaultSubject<'a> {
    /// The edge that is called; empty for what is no request, which every operation matches.
    pub operation: &'a str,
    /// The id of the phone number that sends.
    pub number: Option<u64>,
    /// The name of the template that is sent.
    pub template: Option<&'a str>,
    /// The recipient's number.
    pub recipient: Option<u64>,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A share of requests is refused with one of Meta's codes.
    Refuse(RefusalFault),
    /// Nothing is accepted and nothing is delivered; what was under way waits for the end.
    Outage,
    /// A share of accepted messages fails afterwards, with one of Meta's codes.
    Fail {
        /// Meta's error code, such as 131049.
        code: u32,
        /// How many messages.
        share: Share,
    },
    /// Answers are spoiled on their way to the client.
    Answer(AnswerFault),
    /// Webhooks misbehave.
    Webhooks(WebhookFault),
}

/// How a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalFault {
    /// Meta's error code, such as 130429.
    pub code: u32,
    /// How many requests.
    pub share: Share,
    /// What to say instead of Meta's message.
    pub message: Option<String>,
    /// What to say instead of Meta's details.
    pub details: Option<String>,
    /// The HTTP status instead of Meta's: 400 to 599.
    pub status: Option<u16>,
}

/// How an answer is spoiled; at least one of the fields but `share` says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerFault {
    /// How many answers.
    pub share: Share,
    /// How long the answer is held back; the request has taken effect by then.
    pub delay: Option<Latency>,
    /// The HTTP status instead of the right one.
    pub status: Option<u16>,
    /// What becomes of the body.
    pub body: Option<BodyFault>,
    /// How long the body takes to go out, in pieces.
    pub slow: Option<Span>,
    /// That no answer comes: the connection is closed.
    pub drop: Option<DropWhen>,
}

/// What becomes of the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// The connection breaks off half-way through.
    Truncated,
    /// It is the first half of the JSON, told as if it were all.
    Malformed,
    /// It is a gateway's page instead of JSON.
    Html,
    /// There is none.
    Empty,
}

/// When the connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropWhen {
    /// Before the request takes effect.
    Before,
    /// After it took effect, so that the client cannot know.
    After,
}

/// How webhooks misbehave; each share is drawn for each webhook on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookFault {
    /// The share that is never sent.
    pub drop: Share,
    /// The share that is sent twice.
    pub repeat: Share,
    /// The share that waits until a later one has overtaken it.
    pub reorder: Share,
    /// The share whose signature does not fit its bytes.
    pub signature: Share,
    /// How long each waits before it is sent, on top of everything else.
    pub delay: Option<Latency>,
}

impl Window {
    /// Whether the window is open at this instant.
    #[must_use]
    pub fn contains(self, at: Elapsed) -> bool {
        self.from <= at && at < self.until
    }
}

impl Matching {
    /// The edge that faults are for where they name none.
    pub const MESSAGES: &'static str = "messages";

    /// What requests to an object itself are called.
    pub const NODE: &'static str = "node";

    /// What all requests are called.
    pub(super) const ANY: &'static str = "any";

    /// Whether this is traffic that the fault is for.
    #[must_use]
    pub fn covers(&self, subject: &FaultSubject<'_>) -> bool {
        let operation = self.operation.as_deref().unwrap_or(Self::MESSAGES);
        (subject.operation.is_empty() || operation == Self::ANY || operation == subject.operation)
            && self.number.is_none_or(|number| subject.number == Some(number))
            && self.template.as_deref().is_none_or(|template| subject.template == Some(template))
            && self.recipient.is_none_or(|prefix| subject.recipient.is_some_and(|to| begins_with(to, prefix)))
    }

    /// Whether the body of a request must be read to tell whether it is covered.
    #[must_use]
    pub const fn looks_into_messages(&self) -> bool {
        self.template.is_some() || self.recipient.is_some()
    }
}

/// Whether the digits of one number begin with those of another.
const fn begins_with(mut number: u64, prefix: u64) -> bool {
    while number > prefix {
        number /= 10;
    }
    number == prefix
}

#[cfg(test)]
mod tests {
    use super::{FaultSubject, Matching};

    #[track_caller]
    fn check(prefix: u64, recipient: u64, is_covered: bool) {
        let matching = Matching { recipient: Some(prefix), ..Matching::default() };
        let subject = FaultSubject { recipient: Some(recipient), ..FaultSubject::default() };
        assert_eq!(matching.covers(&subject), is_covered, "{recipient} begins with {prefix}");
    }

    #[test]
    fn a_recipient_is_covered_where_the_digits_begin_alike() {
        check(1, 16_505_551_234, true);
        check(1_650, 16_505_551_234, true);
        check(16_505_551_234, 16_505_551_234, true);
        check(1_651, 16_505_551_234, false);
        check(165_055_512_345, 16_505_551_234, false);
        check(650, 16_505_551_234, false);
    }

    #[test]
    fn without_an_operation_a_fault_is_for_messages() {
        let operation = |operation| FaultSubject { operation, ..FaultSubject::default() };
        let plain = Matching::default();
        assert!(plain.covers(&operation("messages")) && !plain.covers(&operation("message_templates")));
        let any = Matching { operation: Some("any".into()), ..Matching::default() };
        assert!(any.covers(&operation("messages")) && any.covers(&operation("node")));
    }
}
