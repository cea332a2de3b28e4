//! The columns of the journal, and events to and from their rows.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use scenario::Elapsed;

use crate::event::{Cause, Event, Fact, Status};
use crate::kind::Kind;

/// The version of the schema, held in the stream's metadata under `otpbench.journal`.
///
/// A reader refuses a journal with another version; columns are added only with a new one.
pub const SCHEMA_VERSION: &str = "1";

/// The key of the version in the stream's metadata.
pub(crate) const VERSION_KEY: &str = "otpbench.journal";

/// One event, spread over the columns; what a kind does not use is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) at: u64,
    pub(crate) kind: u8,
    pub(crate) arrival: Option<u64>,
    pub(crate) message: Option<u64>,
    pub(crate) recipient: Option<u64>,
    pub(crate) code: Option<u32>,
    pub(crate) http_status: Option<u16>,
    pub(crate) phase: Option<u16>,
    pub(crate) attempt: Option<u8>,
    pub(crate) status: Option<u8>,
    pub(crate) cause: Option<u8>,
    pub(crate) mistyped: Option<u8>,
}

/// The columns: name, type, whether every row has a value, meaning.
const COLUMNS: [(&str, DataType, bool, &str); 12] = [
    ("at", DataType::UInt64, true, "microseconds since the run began"),
    ("kind", DataType::UInt8, true, "what happened, by code"),
    ("arrival", DataType::UInt64, false, "the arrival's number in the plan"),
    ("message", DataType::UInt64, false, "the message's or template's number"),
    ("recipient", DataType::UInt64, false, "pseudonym of the phone number"),
    ("code", DataType::UInt32, false, "Meta's error code"),
    ("http_status", DataType::UInt16, false, "HTTP status of the answer"),
    ("phase", DataType::UInt16, false, "phase of the traffic, from 0"),
    ("attempt", DataType::UInt8, false, "which attempt, from 1"),
    ("status", DataType::UInt8, false, "1 sent, 2 delivered, 3 read, 4 failed"),
    ("cause", DataType::UInt8, false, "1 not connected, 2 timed out, 3 broken, 4 harness"),
    ("mistyped", DataType::UInt8, false, "1 where the user mistyped the code"),
];

/// The schema of every journal.
#[must_use]
pub fn schema() -> Schema {
    let fields = COLUMNS.map(|(name, data_type, always, meaning)| {
        Arc::new(Field::new(name, data_type, !always).with_metadata([("meaning", meaning)]))
    });
    Schema::new_with_metadata(fields.to_vec(), [(VERSION_KEY, SCHEMA_VERSION)])
}

impl Row {
    /// Spreads an event over the columns.
    pub(crate) fn from_event(event: &Event) -> Self {
        let mut row = Self { at: event.at.micros(), kind: event.fact.kind().code(), ..Self::default() };
        row.fill_from_generator(event.fact);
        row.fill_from_meta(event.fact);
        row
    }

    fn fill_from_generator(&mut self, fact: Fact) {
        match fact {
            Fact::PhaseStarted { phase } => self.phase = Some(phase),
            Fact::ArrivalPlanned { arrival, recipient, phase } => {
                (self.arrival, self.recipient, self.phase) = (Some(arrival), Some(recipient), Some(phase));
            }
            Fact::CodeRequested { arrival }
            | Fact::ArrivalShed { arrival }
            | Fact::UserGaveUp { arrival } => {
                self.arrival = Some(arrival);
            }
            Fact::RequestAnswered { arrival, http_status } => {
                (self.arrival, self.http_status) = (Some(arrival), Some(http_status));
            }
            Fact::RequestFailed { arrival, cause } => {
                (self.arrival, self.cause) = (Some(arrival), Some(cause as u8));
            }
            Fact::VerificationRequested { arrival, attempt, mistyped } => {
                (self.arrival, self.attempt) = (Some(arrival), Some(attempt));
                self.mistyped = Some(u8::from(mistyped));
            }
            Fact::VerificationAnswered { arrival, attempt, http_status } => {
                (self.arrival, self.attempt) = (Some(arrival), Some(attempt));
                self.http_status = Some(http_status);
            }
            Fact::VerificationFailed { arrival, attempt, cause } => {
                (self.arrival, self.attempt, self.cause) = (Some(arrival), Some(attempt), Some(cause as u8));
            }
            _ => {}
        }
    }

    fn fill_from_meta(&mut self, fact: Fact) {
        match fact {
            Fact::TemplateSubmitted { template }
            | Fact::TemplateApproved { template }
            | Fact::TemplateRejected { template } => self.message = Some(template),
            Fact::SendRefused { recipient, code, http_status } => {
                (self.recipient, self.code, self.http_status) = (recipient, Some(code), Some(http_status));
            }
            Fact::MessageAccepted { message, recipient } => {
                (self.message, self.recipient) = (Some(message), Some(recipient));
            }
            Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message } => self.message = Some(message),
            Fact::MessageFailed { message, code } => (self.message, self.code) = (Some(message), Some(code)),
            Fact::WebhookAnswered { message, status, attempt, http_status } => {
                (self.message, self.status, self.attempt) =
                    (Some(message), Some(status as u8), Some(attempt));
                self.http_status = Some(http_status);
            }
            Fact::WebhookFailed { message, status, attempt, cause } => {
                (self.message, self.status, self.attempt) =
                    (Some(message), Some(status as u8), Some(attempt));
                self.cause = Some(cause as u8);
            }
            Fact::WebhookDropped { message, status } | Fact::WebhookGivenUp { message, status } => {
                (self.message, self.status) = (Some(message), Some(status as u8));
            }
            _ => {}
        }
    }

    /// Gathers an event from the columns; `None` where they contradict the schema.
    pub(crate) fn to_event(self) -> Option<Event> {
        let kind = Kind::from_code(self.kind)?;
        let fact = if kind < Kind::TemplateSubmitted || kind > Kind::WebhookGivenUp {
            self.fact_of_generator(kind)?
        } else {
            self.fact_of_meta(kind)?
        };
        Some(Event { at: Elapsed::from_micros(self.at), fact })
    }

    fn fact_of_generator(self, kind: Kind) -> Option<Fact> {
        Some(match kind {
            Kind::RunStarted => Fact::RunStarted,
            Kind::RunInterrupted => Fact::RunInterrupted,
            Kind::RunEnded => Fact::RunEnded,
            Kind::PhaseStarted => Fact::PhaseStarted { phase: self.phase? },
            Kind::ArrivalPlanned => Fact::ArrivalPlanned {
                arrival: self.arrival?,
                recipient: self.recipient?,
                phase: self.phase?,
            },
            Kind::CodeRequested => Fact::CodeRequested { arrival: self.arrival? },
            Kind::ArrivalShed => Fact::ArrivalShed { arrival: self.arrival? },
            Kind::UserGaveUp => Fact::UserGaveUp { arrival: self.arrival? },
            Kind::RequestAnswered => {
                Fact::RequestAnswered { arrival: self.arrival?, http_status: self.http_status? }
            }
            Kind::RequestFailed => Fact::RequestFailed { arrival: self.arrival?, cause: self.cause()? },
            Kind::VerificationRequested => Fact::VerificationRequested {
                arrival: self.arrival?,
                attempt: self.attempt?,
                mistyped: self.mistyped? == 1,
            },
            Kind::VerificationAnswered => Fact::VerificationAnswered {
                arrival: self.arrival?,
                attempt: self.attempt?,
                http_status: self.http_status?,
            },
            Kind::VerificationFailed => Fact::VerificationFailed {
                arrival: self.arrival?,
                attempt: self.attempt?,
                cause: self.cause()?,
            },
            _ => return None,
        })
    }

    fn fact_of_meta(self, kind: Kind) -> Option<Fact> {
        let message = self.message;
        Some(match kind {
            Kind::TemplateSubmitted => Fact::TemplateSubmitted { template: message? },
            Kind::TemplateApproved => Fact::TemplateApproved { template: message? },
            Kind::TemplateRejected => Fact::TemplateRejected { template: message? },
            Kind::SendRefused => Fact::SendRefused {
                recipient: self.recipient,
                code: self.code?,
                http_status: self.http_status?,
            },
            Kind::MessageAccepted => Fact::MessageAccepted { message: message?, recipient: self.recipient? },
            Kind::MessageSent => Fact::MessageSent { message: message? },
            Kind::MessageDelivered => Fact::MessageDelivered { message: message? },
            Kind::MessageRead => Fact::MessageRead { message: message? },
            Kind::MessageDiscarded => Fact::MessageDiscarded { message: message? },
            Kind::MessageFailed => Fact::MessageFailed { message: message?, code: self.code? },
            Kind::WebhookAnswered => Fact::WebhookAnswered {
                message: message?,
                status: self.status()?,
                attempt: self.attempt?,
                http_status: self.http_status?,
            },
            Kind::WebhookFailed => Fact::WebhookFailed {
                message: message?,
                status: self.status()?,
                attempt: self.attempt?,
                cause: self.cause()?,
            },
            Kind::WebhookDropped => Fact::WebhookDropped { message: message?, status: self.status()? },
            Kind::WebhookGivenUp => Fact::WebhookGivenUp { message: message?, status: self.status()? },
            _ => return None,
        })
    }

    fn cause(self) -> Option<Cause> {
        let code = self.cause?;
        Cause::ALL.into_iter().find(|cause| *cause as u8 == code)
    }

    fn status(self) -> Option<Status> {
        let code = self.status?;
        Status::ALL.into_iter().find(|status| *status as u8 == code)
    }
}
