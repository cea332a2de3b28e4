//! One event, spread over the columns, and gathered from them again.

use scenario::Elapsed;

use crate::event::{Cause, Event, Fact, Status};
use crate::kind::Kind;

macro_rules! row {
    ($($with:ident $name:ident: $type:ty = $bit:literal,)+) => {
        /// One event, spread over the columns; what its kind does not use is not there.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Row {
            pub(crate) at: u64,
            pub(crate) kind: u8,
            $(pub(crate) $name: $type,)+
            /// Which of the values that need not be there are: a bit for each.
            pub(crate) present: u16,
        }

        impl Row {
            $(
                /// The row with this value too.
                pub(crate) const fn $with(self, $name: $type) -> Self {
                    Self { $name, present: self.present | 1 << $bit, ..self }
                }

                /// The value, if it is there.
                const fn $name(&self) -> Option<$type> {
                    if self.present >> $bit & 1 == 1 { Some(self.$name) } else { None }
                }
            )+
        }

        /// Which bit of [`Row::present`] belongs to which value.
        pub(crate) mod bit {
            $(#[expect(non_upper_case_globals, reason = "a bit is named like its column")]
            pub(crate) const $name: u16 = 1 << $bit;)+
        }
    };
}

row! {
    with_arrival arrival: u64 = 0,
    with_message message: u64 = 1,
    with_recipient recipient: u64 = 2,
    with_code code: u32 = 3,
    with_http_status http_status: u16 = 4,
    with_phase phase: u16 = 5,
    with_attempt attempt: u8 = 6,
    with_status status: u8 = 7,
    with_cause cause: u8 = 8,
    with_mistyped mistyped: u8 = 9,
}

impl Row {
    /// Spreads an event over the columns.
    pub(crate) fn from_event(event: &Event) -> Self {
        let row = Self { at: event.at.micros(), kind: event.fact.kind().code(), ..Self::default() };
        match event.fact {
            Fact::RunStarted | Fact::RunInterrupted | Fact::RunEnded => row,
            Fact::PhaseStarted { phase } => row.with_phase(phase),
            Fact::ArrivalPlanned { arrival, recipient, phase } => {
                row.with_arrival(arrival).with_recipient(recipient).with_phase(phase)
            }
            Fact::CodeRequested { arrival }
            | Fact::ArrivalShed { arrival }
            | Fact::UserGaveUp { arrival } => row.with_arrival(arrival),
            Fact::RequestAnswered { arrival, http_status } => {
                row.with_arrival(arrival).with_http_status(http_status)
            }
            Fact::RequestFailed { arrival, cause } => row.with_arrival(arrival).with_cause(cause as u8),
            Fact::VerificationRequested { arrival, attempt, mistyped } => {
                row.with_arrival(arrival).with_attempt(attempt).with_mistyped(u8::from(mistyped))
            }
            Fact::VerificationAnswered { arrival, attempt, http_status } => {
                row.with_arrival(arrival).with_attempt(attempt).with_http_status(http_status)
            }
            Fact::VerificationFailed { arrival, attempt, cause } => {
                row.with_arrival(arrival).with_attempt(attempt).with_cause(cause as u8)
            }
            _ => row.of_meta(event.fact),
        }
    }

    fn of_meta(self, fact: Fact) -> Self {
        match fact {
            Fact::TemplateSubmitted { template: message }
            | Fact::TemplateApproved { template: message }
            | Fact::TemplateRejected { template: message }
            | Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message } => self.with_message(message),
            Fact::SendRefused { recipient, code, http_status } => {
                let row = self.with_code(code).with_http_status(http_status);
                recipient.map_or(row, |recipient| row.with_recipient(recipient))
            }
            Fact::MessageAccepted { message, recipient } => {
                self.with_message(message).with_recipient(recipient)
            }
            Fact::MessageFailed { message, code } => self.with_message(message).with_code(code),
            Fact::WebhookAnswered { message, status, attempt, http_status } => {
                self.of_webhook(message, status).with_attempt(attempt).with_http_status(http_status)
            }
            Fact::WebhookFailed { message, status, attempt, cause } => {
                self.of_webhook(message, status).with_attempt(attempt).with_cause(cause as u8)
            }
            Fact::WebhookDropped { message, status } | Fact::WebhookGivenUp { message, status } => {
                self.of_webhook(message, status)
            }
            _ => self,
        }
    }

    const fn of_webhook(self, message: u64, status: Status) -> Self {
        self.with_message(message).with_status(status as u8)
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
        let (arrival, attempt) = (self.arrival(), self.attempt());
        Some(match kind {
            Kind::RunStarted => Fact::RunStarted,
            Kind::RunInterrupted => Fact::RunInterrupted,
            Kind::RunEnded => Fact::RunEnded,
            Kind::PhaseStarted => Fact::PhaseStarted { phase: self.phase()? },
            Kind::ArrivalPlanned => {
                Fact::ArrivalPlanned { arrival: arrival?, recipient: self.recipient()?, phase: self.phase()? }
            }
            Kind::CodeRequested => Fact::CodeRequested { arrival: arrival? },
            Kind::ArrivalShed => Fact::ArrivalShed { arrival: arrival? },
            Kind::UserGaveUp => Fact::UserGaveUp { arrival: arrival? },
            Kind::RequestAnswered => {
                Fact::RequestAnswered { arrival: arrival?, http_status: self.http_status()? }
            }
            Kind::RequestFailed => Fact::RequestFailed { arrival: arrival?, cause: self.why()? },
            Kind::VerificationRequested => Fact::VerificationRequested {
                arrival: arrival?,
                attempt: attempt?,
                mistyped: self.mistyped()? == 1,
            },
            Kind::VerificationAnswered => Fact::VerificationAnswered {
                arrival: arrival?,
                attempt: attempt?,
                http_status: self.http_status()?,
            },
            Kind::VerificationFailed => {
                Fact::VerificationFailed { arrival: arrival?, attempt: attempt?, cause: self.why()? }
            }
            _ => return None,
        })
    }

    fn fact_of_meta(self, kind: Kind) -> Option<Fact> {
        if kind == Kind::SendRefused {
            let (recipient, code, http_status) = (self.recipient(), self.code()?, self.http_status()?);
            return Some(Fact::SendRefused { recipient, code, http_status });
        }
        let message = self.message()?;
        Some(match kind {
            Kind::TemplateSubmitted => Fact::TemplateSubmitted { template: message },
            Kind::TemplateApproved => Fact::TemplateApproved { template: message },
            Kind::TemplateRejected => Fact::TemplateRejected { template: message },
            Kind::MessageAccepted => Fact::MessageAccepted { message, recipient: self.recipient()? },
            Kind::MessageSent => Fact::MessageSent { message },
            Kind::MessageDelivered => Fact::MessageDelivered { message },
            Kind::MessageRead => Fact::MessageRead { message },
            Kind::MessageDiscarded => Fact::MessageDiscarded { message },
            Kind::MessageFailed => Fact::MessageFailed { message, code: self.code()? },
            _ => self.fact_of_webhook(kind, message)?,
        })
    }

    fn fact_of_webhook(self, kind: Kind, message: u64) -> Option<Fact> {
        let code = self.status()?;
        let status = Status::ALL.into_iter().find(|status| *status as u8 == code)?;
        let attempt = self.attempt();
        Some(match kind {
            Kind::WebhookAnswered => {
                Fact::WebhookAnswered { message, status, attempt: attempt?, http_status: self.http_status()? }
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
        let code = self.cause()?;
        Cause::ALL.into_iter().find(|cause| *cause as u8 == code)
    }
}
