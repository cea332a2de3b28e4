//! The run's clock: the one place where time is read.

use std::time::{Duration, Instant};

use scenario::Elapsed;

/// Reads the time since the run began, from the monotonic clock.
///
/// The mock server and the load generator of one process share the same beginning, so that their
/// journals share one axis of time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    began: Instant,
}

impl Clock {
    /// A clock of a run that began at this instant.
    #[must_use]
    pub const fn starting_at(began: Instant) -> Self {
        Self { began }
    }

    /// The time since the run began.
    #[must_use]
    pub fn now(self) -> Elapsed {
        let micros = self.began.elapsed().as_micros();
        Elapsed::from_micros(u64::try_from(micros).expect("no run takes half a million years"))
    }

    /// How long it is until `at`; nothing where that has passed.
    #[must_use]
    pub(crate) fn until(self, at: Elapsed) -> Duration {
        at.since(self.now()).into()
    }
}
