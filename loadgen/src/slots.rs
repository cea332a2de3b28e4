//! How many calls can be under way at once: slots by Little's law, rate times duration.

use scenario::{Rate, Span, Traffic};

/// How long an ask is taken to last when the number of slots is chosen: many times what a sound
/// target takes, so that a stall of this length finds a slot for every arrival.
const ASK_TAKES: Span = Span::from_millis(500);

/// The same for a verification, which is answered without Meta.
const VERIFY_TAKES: Span = Span::from_millis(250);

/// The fewest slots of each kind.
const SLOTS_MIN: u64 = 16;

/// The most slots of each kind. A slot takes about 200 kB.
const SLOTS_MAX: u64 = 512;

/// How many slots of each kind there are, by Little's law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slots {
    /// For arrivals that ask for a code.
    pub(crate) asking: usize,
    /// For codes that are typed in.
    pub(crate) verifying: usize,
}

impl Slots {
    /// The slots that the peak of the traffic needs.
    pub(crate) fn for_traffic(traffic: &Traffic) -> Self {
        let rates = traffic.phases.iter().flat_map(|phase| phase.rates.iter().copied());
        let peak = rates.max().unwrap_or_default();
        Self { asking: slots(peak, ASK_TAKES), verifying: slots(peak, VERIFY_TAKES) }
    }
}

fn slots(peak: Rate, takes: Span) -> usize {
    // Thousandths of an arrival per second, times microseconds.
    let needed = u128::from(peak.per_thousand_secs()) * u128::from(takes.micros()) / 1_000_000_000;
    let needed = u64::try_from(needed).unwrap_or(SLOTS_MAX).clamp(SLOTS_MIN, SLOTS_MAX);
    usize::try_from(needed).expect("at most 512")
}

#[cfg(test)]
mod tests {
    use scenario::{Rate, Span};

    use super::slots;

    #[track_caller]
    fn check(rate: u64, expected: usize) {
        assert_eq!(slots(Rate::from_per_thousand_secs(rate * 1_000), Span::from_millis(500)), expected);
    }

    #[test]
    fn slots_follow_the_peak_rate_within_their_bounds() {
        check(0, 16);
        check(100, 50);
        check(1_000, 500);
        check(100_000, 512);
        check(u64::MAX / 1_000, 512);
    }
}
