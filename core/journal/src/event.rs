//! The events: what can happen in a run, in the past tense.

use scenario::Elapsed;

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it happened, in microseconds since the run began.
    pub at: Elapsed,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
///
/// `arrival` is the arrival's number in the plan. `message` counts accepted messages from 0.
/// `recipient` is the pseudonym of a phone number under the run's seed; the number itself is never
/// journaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The process began to journal. The first event of every journal.
    RunStarted,
    /// A phase of the traffic began.
    PhaseStarted {
        /// Which one, counted from 0.
        phase: u16,
    },
    /// An arrival came due; the event's instant is the planned one.
    ArrivalPlanned {
        /// The arrival.
        arrival: u64,
        /// Who asks.
        recipient: u64,
        /// The phase that the arrival belongs to, counted from 0.
        phase: u16,
    },
    /// The generator began the request for a code; the time since the plan is its lateness.
    CodeRequested {
        /// The arrival.
        arrival: u64,
    },
    /// The target answered the request for a code, body read to its end.
    RequestAnswered {
        /// The arrival.
        arrival: u64,
        /// The HTTP status of the answer.
        http_status: u16,
    },
    /// The request for a code got no answer.
    RequestFailed {
        /// The arrival.
        arrival: u64,
        /// Why not.
        cause: Cause,
    },
    /// The generator could not take the arrival on and let it go.
    ArrivalShed {
        /// The arrival.
        arrival: u64,
    },
    /// The user saw the code and will never type it in.
    UserGaveUp {
        /// The arrival.
        arrival: u64,
    },
    /// The user typed a code in.
    VerificationRequested {
        /// The arrival.
        arrival: u64,
        /// Which attempt of this user it is, counted from 1.
        attempt: u8,
        /// Whether the user mistyped the code.
        mistyped: bool,
    },
    /// The target answered the typed code, body read to its end; a 2xx status took it as right.
    VerificationAnswered {
        /// The arrival.
        arrival: u64,
        /// Which attempt of this user it is, counted from 1.
        attempt: u8,
        /// The HTTP status of the answer.
        http_status: u16,
    },
    /// The typed code got no answer.
    VerificationFailed {
        /// The arrival.
        arrival: u64,
        /// Which attempt of this user it is, counted from 1.
        attempt: u8,
        /// Why not.
        cause: Cause,
    },
    /// A template was submitted for review.
    TemplateSubmitted {
        /// The template's id.
        template: u64,
    },
    /// The review approved a template.
    TemplateApproved {
        /// The template's id.
        template: u64,
    },
    /// The review rejected a template.
    TemplateRejected {
        /// The template's id.
        template: u64,
    },
    /// The Cloud API refused to send a message.
    SendRefused {
        /// To whom it was to go, where the request said so.
        recipient: Option<u64>,
        /// Meta's error code.
        code: u32,
        /// The HTTP status of the answer.
        http_status: u16,
    },
    /// The Cloud API accepted a message.
    MessageAccepted {
        /// The message.
        message: u64,
        /// To whom it goes.
        recipient: u64,
    },
    /// A message left Meta.
    MessageSent {
        /// The message.
        message: u64,
    },
    /// A message reached the phone, and is charged for.
    MessageDelivered {
        /// The message.
        message: u64,
    },
    /// A message was read.
    MessageRead {
        /// The message.
        message: u64,
    },
    /// A message outlived its time to live and was dropped without a webhook and without a charge.
    MessageDiscarded {
        /// The message.
        message: u64,
    },
    /// A message could not be delivered.
    MessageFailed {
        /// The message.
        message: u64,
        /// Meta's error code.
        code: u32,
    },
    /// The callback answered a status webhook.
    WebhookAnswered {
        /// The message that the status is of.
        message: u64,
        /// The status.
        status: Status,
        /// Which attempt it was, counted from 1.
        attempt: u8,
        /// The HTTP status of the answer.
        http_status: u16,
    },
    /// The callback did not answer a status webhook.
    WebhookFailed {
        /// The message that the status is of.
        message: u64,
        /// The status.
        status: Status,
        /// Which attempt it was, counted from 1.
        attempt: u8,
        /// Why not.
        cause: Cause,
    },
    /// A status webhook was never sent, because a fault or a full outbox dropped it.
    WebhookDropped {
        /// The message that the status is of.
        message: u64,
        /// The status.
        status: Status,
    },
    /// A status webhook was tried for the last time.
    WebhookGivenUp {
        /// The message that the status is of.
        message: u64,
        /// The status.
        status: Status,
    },
    /// Somebody asked the run to stop before its end.
    RunInterrupted,
    /// The process finished its journal. The last event of every whole journal.
    RunEnded,
}

impl Fact {
    /// The message that it is about, if it is about one.
    #[must_use]
    pub const fn message(&self) -> Option<u64> {
        match *self {
            Self::MessageAccepted { message, .. }
            | Self::MessageSent { message }
            | Self::MessageDelivered { message }
            | Self::MessageRead { message }
            | Self::MessageDiscarded { message }
            | Self::MessageFailed { message, .. }
            | Self::WebhookAnswered { message, .. }
            | Self::WebhookFailed { message, .. }
            | Self::WebhookDropped { message, .. }
            | Self::WebhookGivenUp { message, .. } => Some(message),
            _ => None,
        }
    }
}

/// Why a call got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// No connection could be made.
    NotConnected = 1,
    /// The answer did not come in time.
    TimedOut = 2,
    /// The connection broke, or what came was not HTTP.
    Broken = 3,
    /// The harness itself could not make the call.
    Harness = 4,
}

/// A message's status, as webhooks report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Status {
    /// It left Meta.
    Sent = 1,
    /// It reached the phone.
    Delivered = 2,
    /// It was read.
    Read = 3,
    /// It could not be delivered.
    Failed = 4,
}

/// Takes events down.
///
/// The programs record through this, so that a journal on disk, one in memory and none at all look
/// alike to them. Recording never blocks for long and never fails visibly: what a full recorder
/// sheds, it counts.
pub trait Record: Send + Sync {
    /// Takes one event down.
    fn record(&self, event: Event);

    /// Takes several events down, in their order.
    fn record_all(&self, events: &mut dyn Iterator<Item = Event>) {
        events.for_each(|event| self.record(event));
    }

    /// How many events were shed so far, because the recorder was full.
    fn shed(&self) -> u64 {
        0
    }
}

impl Cause {
    /// All causes, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::NotConnected, Self::TimedOut, Self::Broken, Self::Harness];

    /// The cause in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotConnected => "not connected",
            Self::TimedOut => "timed out",
            Self::Broken => "connection broken",
            Self::Harness => "harness error",
        }
    }
}

impl Status {
    /// All statuses, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Delivered, Self::Read, Self::Failed];

    /// Meta's word for the status.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}
