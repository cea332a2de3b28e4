//! One event, gathered from the columns over which it was spread.

use scenario::Elapsed;

use crate::event::{Cause, Event, Fact, Status};
use crate::kind::Kind;

/// One event, as it lies in the columns; what its kind does not use is not there.
#[derive(Clone, Copy, Debug)]
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

impl Row {
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
        let (arrival, attempt) = (self.arrival, self.attempt);
        Some(match kind {
            Kind::RunStarted => Fact::RunStarted,
            Kind::RunInterrupted => Fact::RunInterrupted,
            Kind::RunEnded => Fact::RunEnded,
            Kind::PhaseStarted => Fact::PhaseStarted { phase: self.phase? },
            Kind::ArrivalPlanned => {
                Fact::ArrivalPlanned { arrival: arrival?, recipient: self.recipient?, phase: self.phase? }
            }
            Kind::CodeRequested => Fact::CodeRequested { arrival: arrival? },
            Kind::ArrivalShed => Fact::ArrivalShed { arrival: arrival? },
            Kind::UserGaveUp => Fact::UserGaveUp { arrival: arrival? },
            Kind::RequestAnswered => {
                Fact::RequestAnswered { arrival: arrival?, http_status: self.http_status? }
            }
            Kind::RequestFailed => Fact::RequestFailed { arrival: arrival?, cause: self.why()? },
            Kind::VerificationRequested => Fact::VerificationRequested {
                arrival: arrival?,
                attempt: attempt?,
                mistyped: self.mistyped? == 1,
            },
            Kind::VerificationAnswered => Fact::VerificationAnswered {
                arrival: arrival?,
                attempt: attempt?,
                http_status: self.http_status?,
            },
            Kind::VerificationFailed => {
                Fact::VerificationFailed { arrival: arrival?, attempt: attempt?, cause: self.why()? }
            }
            _ => return None,
        })
    }

    fn fact_of_meta(self, kind: Kind) -> Option<Fact> {
        if kind == Kind::SendRefused {
            let (recipient, code, http_status) = (self.recipient, self.code?, self.http_status?);
            return Some(Fact::SendRefused { recipient, code, http_status });
        }
        let message = self.message?;
        Some(match kind {
            Kind::TemplateSubmitted => Fact::TemplateSubmitted { template: message },
            Kind::TemplateApproved => Fact::TemplateApproved { template: message },
            Kind::TemplateRejected => Fact::TemplateRejected { template: message },
            Kind::MessageAccepted => Fact::MessageAccepted { message, recipient: self.recipient? },
            Kind::MessageSent => Fact::MessageSent { message },
            Kind::MessageDelivered => Fact::MessageDelivered { message },
            Kind::MessageRead => Fact::MessageRead { message },
            Kind::MessageDiscarded => Fact::MessageDiscarded { message },
            Kind::MessageFailed => Fact::MessageFailed { message, code: self.code? },
            _ => self.fact_of_webhook(kind, message)?,
        })
    }

    fn fact_of_webhook(self, kind: Kind, message: u64) -> Option<Fact> {
        let code = self.status?;
        let status = Status::ALL.into_iter().find(|status| *status as u8 == code)?;
        let attempt = self.attempt;
        Some(match kind {
            Kind::WebhookAnswered => {
                Fact::WebhookAnswered { message, status, attempt: attempt?, http_status: self.http_status? }
            }
            Kind::WebhookFailed => {
                Fact::WebhookFailed { message, status, attempt: attempt?, cause: self.why()? }
            }
            Kind::WebhookDropped => Fact::WebhookDropped { message, status },
            Kind::WebhookGivenUp => Fact::WebhookGivenUp { message, status },
            _ => return None,
        })
    }

    fn why(self) -> Option<Cause> {
        let code = self.cause?;
        Cause::ALL.into_iter().find(|cause| *cause as u8 == code)
    }
}
