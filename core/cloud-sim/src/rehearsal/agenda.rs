//! What the target and the users of a rehearsal do next.

use crate::timers::Timers;

/// What is due, in the order of the instants.
pub(super) type Agenda = Timers<Due>;

/// One thing that the target or a user does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// The target asks Meta to send a code.
    Send { number: u64, arrival: u64, attempt: u8 },
    /// A user types a code in.
    Type { number: u64, arrival: u64, attempt: u8 },
    /// The target answers a typed code.
    Answer { number: u64, arrival: u64, attempt: u8, mistyped: bool },
}
