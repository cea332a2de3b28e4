//! How far a run has come, for whoever shows it.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use scenario::Span;

use crate::lateness::Lateness;

/// How far a run has come; written by the run, read at any time.
///
/// It is made for a line on the screen. What a run achieved is computed from its journal.
#[derive(Debug, Default)]
pub struct Progress {
    pub(crate) phase: AtomicU16,
    pub(crate) planned: Counter,
    pub(crate) requested: Counter,
    pub(crate) answered: Counter,
    pub(crate) failed: Counter,
    pub(crate) shed: Counter,
    pub(crate) in_flight: Counter,
    pub(crate) delivered: Counter,
    pub(crate) delivered_within_5s: Counter,
    pub(crate) codes_ignored: Counter,
    pub(crate) verified: Counter,
    pub(crate) lateness: Lateness,
}

/// How far a run has come at one moment. Every arrival counts once in each line that it reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The phase of the traffic that began last, counted from 0.
    pub phase: u16,
    /// Arrivals that came due.
    pub planned: u64,
    /// Arrivals whose request for a code began.
    pub requested: u64,
    /// Arrivals whose request was answered, whatever the answer.
    pub answered: u64,
    /// Arrivals whose request got no answer.
    pub failed: u64,
    /// Arrivals that were let go because too many waited, or the run ended before their turn.
    pub shed: u64,
    /// Arrivals whose end is still awaited.
    pub in_flight: u64,
    /// Arrivals whose code is on the phone.
    pub delivered: u64,
    /// Arrivals whose code was on the phone within five seconds of the planned instant.
    pub delivered_within_5s: u64,
    /// Codes on phones that nobody waited for: repeats, and those of other senders.
    pub codes_ignored: u64,
    /// Arrivals whose code was typed in and taken as right.
    pub verified: u64,
    /// How late requests began since the last look, at the 99th percentile, an eighth too high at most.
    pub lateness_recent_p99: Span,
    /// How late the latest request of the run began.
    pub lateness_max: Span,
}

/// A number that many threads count up.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Progress {
    /// The progress of a run that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the run stands now. There is one who looks: the recent lateness starts over each time.
    #[must_use]
    pub fn look(&self) -> Standing {
        Standing {
            phase: self.phase.load(Ordering::Relaxed),
            planned: self.planned.get(),
            requested: self.requested.get(),
            answered: self.answered.get(),
            failed: self.failed.get(),
            shed: self.shed.get(),
            in_flight: self.in_flight.get(),
            delivered: self.delivered.get(),
            delivered_within_5s: self.delivered_within_5s.get(),
            codes_ignored: self.codes_ignored.get(),
            verified: self.verified.get(),
            lateness_recent_p99: self.lateness.take_p99(),
            lateness_max: self.lateness.max(),
        }
    }

    /// Whether every arrival that came due was answered, failed or shed.
    ///
    /// True is final once the pacer has released its last arrival.
    pub(crate) fn is_settled(&self) -> bool {
        let settled = self.answered.get() + self.failed.get() + self.shed.get();
        settled >= self.planned.get()
    }
}

impl Counter {
    /// Counts one more; what happened before is seen by whoever reads the new count.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// Counts one less.
    pub(crate) fn take(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }

    /// The count.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}
