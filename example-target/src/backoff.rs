//! How long to wait before Meta is asked again.

use std::time::Duration;

/// Exponential back-off with full jitter: a random wait up to a bound that doubles.
// Source: Cloud API, error codes: back off on 4, 80007, 130429 and 131056; retry 2, 131000, 131016
// and 133004.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The bound of the first wait.
    pub first: Duration,
    /// The bound of the first wait when one recipient was written to too often.
    // Source: Cloud API, "Throughput": one message every 6 seconds to the same person.
    pub first_for_pair: Duration,
    /// What no bound exceeds.
    pub longest: Duration,
    /// How often Meta is asked at most, the first time included.
    pub attempts_max: u32,
}

/// Why one has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Meta is busy or away.
    Usual,
    /// This recipient was written to too often.
    Pair,
}

impl Backoff {
    /// The bound of the wait after `attempts` failed ones.
    pub(crate) fn bound(&self, attempts: u32, pause: Pause) -> Duration {
        let first = match pause {
            Pause::Usual => self.first,
            Pause::Pair => self.first_for_pair,
        };
        let doublings = attempts.saturating_sub(1).min(31);
        first.saturating_mul(1 << doublings).min(self.longest)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            first_for_pair: Duration::from_secs(6),
            longest: Duration::from_secs(30),
            attempts_max: 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Pause};

    #[track_caller]
    fn check(pause: Pause, bounds_millis: [u128; 4]) {
        let backoff = Backoff::default();
        let bounds = [1, 2, 3, 99].map(|attempts| backoff.bound(attempts, pause).as_millis());
        assert_eq!(bounds, bounds_millis);
    }

    #[test]
    fn the_bound_doubles_up_to_the_longest() {
        check(Pause::Usual, [500, 1_000, 2_000, 30_000]);
        check(Pause::Pair, [6_000, 12_000, 24_000, 30_000]);
    }
}
