//! The kinds of events, and the codes under which the journal holds them.

use crate::event::Fact;

macro_rules! kinds {
    ($($name:ident = $code:literal $text:literal),+ $(,)?) => {
        /// What kind of event it is; the code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $(#[doc = concat!("`", $text, "`")] $name = $code),+
        }

        impl Kind {
            /// All kinds, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name of the kind, as tables show it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The code of the kind, as the journal holds it.
            #[must_use]
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The kind with this code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }

        impl Fact {
            /// What kind of event it is.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$name { .. } => Kind::$name),+ }
            }
        }
    };
}

kinds! {
    RunStarted = 1 "run_started",
    PhaseStarted = 2 "phase_started",
    ArrivalPlanned = 10 "arrival_planned",
    CodeRequested = 11 "code_requested",
    RequestAnswered = 12 "request_answered",
    RequestFailed = 13 "request_failed",
    ArrivalShed = 14 "arrival_shed",
    UserGaveUp = 15 "user_gave_up",
    VerificationRequested = 16 "verification_requested",
    VerificationAnswered = 17 "verification_answered",
    VerificationFailed = 18 "verification_failed",
    TemplateSubmitted = 30 "template_submitted",
    TemplateApproved = 31 "template_approved",
    TemplateRejected = 32 "template_rejected",
    SendRefused = 40 "send_refused",
    MessageAccepted = 41 "message_accepted",
    MessageSent = 42 "message_sent",
    MessageDelivered = 43 "message_delivered",
    MessageRead = 44 "message_read",
    MessageDiscarded = 45 "message_discarded",
    MessageFailed = 46 "message_failed",
    WebhookAnswered = 60 "webhook_answered",
    WebhookFailed = 61 "webhook_failed",
    WebhookDropped = 62 "webhook_dropped",
    WebhookGivenUp = 63 "webhook_given_up",
    RunInterrupted = 90 "run_interrupted",
    RunEnded = 91 "run_ended",
}
