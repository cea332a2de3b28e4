//! What the target and the users of a rehearsal do next.

use crate::timers::Timers;

/// What is due, in the order of the instants.
pub(super) type Agenda = Timers<Due>;

/// One thing that the target or a user does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// The target asks Meta to send a code.
    Send(Try),
    /// A user types a code in.
    Type {
        /// What is tried.
        tried: Try,
        /// Whether the code is mistyped.
        mistyped: bool,
    },
    /// The target answers a typed code.
    Answer {
        /// What was tried.
        tried: Try,
        /// Whether the code was mistyped.
        mistyped: bool,
    },
}

/// One attempt at something for one arrival.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    /// The phone number of who asked.
    pub(super) number: u64,
    /// The arrival.
    pub(super) arrival: u64,
    /// Which attempt it is, counted from 1.
    pub(super) attempt: u8,
}

impl Try {
    pub(super) const fn first(number: u64, arrival: u64) -> Self {
        Self { number, arrival, attempt: 1 }
    }

    pub(super) const fn next(self) -> Self {
        Self { attempt: self.attempt + 1, ..self }
    }

    /// What chance about this attempt is keyed by, together with the number.
    pub(super) const fn key(self) -> u64 {
        self.arrival << 8 | self.attempt as u64
    }
}
