//! What a budget measures, by exact count.

use scenario::{Bar, Budget, Interval, Measure, Span};

use super::count_within;
use super::histogram::{Time, rank};
use super::interval::percentile_ranks;
use crate::table::{Arrivals, NEVER};

/// What was observed of a budget's measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// So many of all arrivals.
    Share {
        /// How many.
        part: u64,
        /// How many arrivals there were.
        whole: u64,
    },
    /// A percentile over all arrivals.
    Percentile(Percentile),
    /// There are too few arrivals to tell.
    TooFew {
        /// How many there were.
        found: u64,
        /// How many it takes.
        needed: u64,
    },
}

/// A percentile over all arrivals, and what decides about its bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Percentile {
    /// Its exact value.
    pub(crate) value: Time,
    /// Between which values it lies with 95 % confidence, where there are enough to tell.
    pub(crate) interval: Option<(Time, Time)>,
    /// How many arrivals took less than the bar.
    pub(crate) below: u64,
    /// How many arrivals took the bar or less.
    pub(crate) at_most: u64,
    /// How many have to for the percentile to do so.
    pub(crate) rank: u64,
    /// How many arrivals there were.
    pub(crate) whole: u64,
}

/// Observes what this budget measures.
pub(crate) fn observe(budget: &Budget, arrivals: &Arrivals) -> Observed {
    let whole = arrivals.len() as u64;
    if whole == 0 {
        return Observed::TooFew { found: 0, needed: 1 };
    }
    let share = |part| Observed::Share { part, whole };
    let ever = |instants: &[u64]| instants.iter().filter(|at| **at != NEVER).count() as u64;
    match budget.measure {
        Measure::DeliveredWithin(span) => share(count_within(&arrivals.planned, &arrivals.delivered, span)),
        Measure::Accepted => share(ever(&arrivals.accepted)),
        Measure::Delivered => share(ever(&arrivals.delivered)),
        Measure::Read => share(ever(&arrivals.read)),
        Measure::Verified => share(ever(&arrivals.verified)),
        Measure::Percentile { interval, permille } => {
            let bar = match budget.bar {
                Bar::Span(span) => span,
                Bar::Share(_) => Span::ZERO,
            };
            percentile(arrivals, until(arrivals, interval), permille, bar)
        }
    }
}

fn until(arrivals: &Arrivals, interval: Interval) -> &[u64] {
    match interval {
        Interval::Answer => &arrivals.answered,
        Interval::Acceptance => &arrivals.accepted,
        Interval::Delivery => &arrivals.delivered,
        Interval::Verification => &arrivals.verified,
    }
}

fn percentile(arrivals: &Arrivals, until: &[u64], permille: u16, bar: Span) -> Observed {
    let needed = arrivals_needed(permille);
    let whole = arrivals.len() as u64;
    if whole < needed {
        return Observed::TooFew { found: whole, needed };
    }
    let took = |(planned, until): (&u64, &u64)| {
        if *until == NEVER { NEVER } else { until.saturating_sub(*planned) }
    };
    let mut times: Vec<u64> = arrivals.planned.iter().zip(until).map(took).collect();
    let below = times.iter().filter(|micros| **micros < bar.micros()).count() as u64;
    let at_most = times.iter().filter(|micros| **micros <= bar.micros()).count() as u64;
    let rank = rank(permille, whole);
    let ranks = percentile_ranks(permille, whole);
    let interval = ranks.map(|(low, high)| (nth(&mut times, low), nth(&mut times, high)));
    let value = nth(&mut times, rank);
    Observed::Percentile(Percentile { value, interval, below, at_most, rank, whole })
}

/// How many arrivals it takes before a percentile says anything: ten beyond it.
fn arrivals_needed(permille: u16) -> u64 {
    if permille > 990 { 10_000 / (1_000 - u64::from(permille.min(999))) } else { 1 }
}

/// The time of this rank, counted from 1.
fn nth(times: &mut [u64], rank: u64) -> Time {
    let at = usize::try_from(rank - 1).expect("a rank is at most the length of a slice");
    let (_, micros, _) = times.select_nth_unstable(at);
    if *micros == NEVER { Time::Never } else { Time::Took(Span::from_micros(*micros)) }
}
