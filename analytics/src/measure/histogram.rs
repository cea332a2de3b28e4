//! A histogram of times in which what never ended counts too.

use hdrhistogram::Histogram;
use scenario::Span;

/// The longest time that is told apart from longer ones, in microseconds: an hour.
///
/// Templates live for 15 minutes at most, so nothing that Meta delivers takes longer.
const MICROS_MAX: u64 = 3_600_000_000;

/// A time that may have no end. Later ones are greater, `Never` is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Time {
    /// It took this long.
    Took(Span),
    /// It never ended.
    Never,
}

/// Times, to three significant digits, and how many never ended.
///
/// The bounds are the same everywhere, so that histograms of parts add up to that of the whole.
#[derive(Clone)]
pub(crate) struct Times {
    histogram: Histogram<u64>,
    max: u64,
    never: u64,
}

impl Times {
    /// No times at all.
    pub(crate) fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, MICROS_MAX, 3).expect("the bounds are lawful");
        Self { histogram, max: 0, never: 0 }
    }

    /// Counts one time.
    pub(crate) fn record(&mut self, micros: u64) {
        self.histogram.saturating_record(micros);
        self.max = self.max.max(micros);
    }

    /// Counts one that never ended.
    pub(crate) fn record_never(&mut self) {
        self.never += 1;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.histogram.reset();
        (self.max, self.never) = (0, 0);
    }

    /// How many there are, those that never ended too.
    pub(crate) fn count(&self) -> u64 {
        self.histogram.len() + self.never
    }

    /// How many never ended.
    pub(crate) fn never(&self) -> u64 {
        self.never
    }

    /// The longest that ended, exactly.
    pub(crate) fn max(&self) -> Option<Span> {
        (!self.histogram.is_empty()).then(|| Span::from_micros(self.max))
    }

    /// These percentiles, in thousandths and rising, of all times including those without an end.
    ///
    /// `None` where there are no times. A percentile is a time that at least that share of all
    /// do not exceed; between two neighbouring times the longer one counts.
    pub(crate) fn percentiles<const N: usize>(&self, permilles: [u16; N]) -> [Option<Time>; N] {
        let mut found = [None; N];
        if self.count() == 0 {
            return found;
        }
        let (mut at, mut below) = (0, 0);
        for value in self.histogram.iter_recorded() {
            below += value.count_since_last_iteration();
            while at < N && rank(permilles[at], self.count()) <= below {
                let micros = value.value_iterated_to().min(self.max);
                found[at] = Some(Time::Took(Span::from_micros(micros)));
                at += 1;
            }
        }
        found[at..].fill(Some(Time::Never));
        found
    }

    /// The recorded times and how many are not longer, each time longer than the one before.
    pub(crate) fn cumulated(&self) -> Vec<(Span, u64)> {
        let mut below = 0;
        let steps = self.histogram.iter_recorded().map(|value| {
            below += value.count_since_last_iteration();
            (Span::from_micros(value.value_iterated_to().min(self.max)), below)
        });
        steps.collect()
    }
}

/// The rank of a percentile among `count` values in rising order, counted from 1.
pub(crate) fn rank(permille: u16, count: u64) -> u64 {
    let rank = (u128::from(permille) * u128::from(count)).div_ceil(1_000);
    u64::try_from(rank).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(finite: &[u64], never: u64, permille: u16, expected: Option<Time>) {
        let mut times = Times::new();
        finite.iter().for_each(|micros| times.record(*micros));
        (0..never).for_each(|_| times.record_never());
        assert_eq!(times.percentiles([permille]), [expected]);
    }

    const fn took(micros: u64) -> Option<Time> {
        Some(Time::Took(Span::from_micros(micros)))
    }

    #[test]
    fn what_never_ended_is_longer_than_everything_else() {
        check(&[10, 20, 30], 1, 750, took(30));
        check(&[10, 20, 30], 1, 751, Some(Time::Never));
        check(&[], 1, 1, Some(Time::Never));
        check(&[], 0, 500, None);
    }

    #[test]
    fn a_percentile_is_found_at_its_exact_rank() {
        check(&[10, 20, 30, 40], 0, 500, took(20));
        check(&[10, 20, 30, 40], 0, 501, took(30));
        check(&[10], 0, 999, took(10));
    }

    #[test]
    fn what_is_longer_than_an_hour_is_an_hour_and_keeps_its_longest() {
        let mut times = Times::new();
        times.record(MICROS_MAX * 2);
        let [median] = times.percentiles([500]);
        assert!(median >= took(MICROS_MAX) && median < took(MICROS_MAX + MICROS_MAX / 1_000));
        assert_eq!(times.max(), Some(Span::from_micros(MICROS_MAX * 2)));
    }

    #[test]
    fn no_percentile_exceeds_the_longest_time() {
        check(&[5_000_001], 0, 999, took(5_000_001));
    }
}
