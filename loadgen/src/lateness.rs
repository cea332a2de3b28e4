//! How late the generator is: a coarse histogram that many threads write to.

use std::sync::atomic::{AtomicU64, Ordering};

use scenario::Span;

/// How many buckets each doubling is split into; a bucket is at most an eighth of its value wide.
const PER_OCTAVE: usize = 8;

/// Enough for every number of microseconds.
const BUCKETS: usize = (64 - 2) * PER_OCTAVE;

/// Lateness since it was last looked at, for a line of progress; verdicts are made from the journal.
#[derive(Debug)]
pub(crate) struct Lateness {
    buckets: [AtomicU64; BUCKETS],
    micros_max: AtomicU64,
}

impl Default for Lateness {
    fn default() -> Self {
        Self { buckets: [const { AtomicU64::new(0) }; BUCKETS], micros_max: AtomicU64::new(0) }
    }
}

impl Lateness {
    /// Takes one lateness down.
    pub(crate) fn record(&self, lateness: Span) {
        let micros = lateness.micros();
        self.buckets[bucket_of(micros)].fetch_add(1, Ordering::Relaxed);
        self.micros_max.fetch_max(micros, Ordering::Relaxed);
    }

    /// The greatest lateness of all.
    pub(crate) fn max(&self) -> Span {
        Span::from_micros(self.micros_max.load(Ordering::Relaxed))
    }

    /// The 99th percentile of what came since the last call, rounded up to its bucket's end.
    pub(crate) fn take_p99(&self) -> Span {
        let counts = self.buckets.each_ref().map(|bucket| bucket.swap(0, Ordering::Relaxed));
        let total: u64 = counts.iter().sum();
        let rank = total - total / 100;
        let mut below = 0;
        for (bucket, count) in counts.into_iter().enumerate() {
            below += count;
            if count > 0 && below >= rank {
                return Span::from_micros(end_of(bucket));
            }
        }
        Span::ZERO
    }
}

fn bucket_of(micros: u64) -> usize {
    let octave = micros.max(1).ilog2() as usize;
    if octave < 3 {
        return micros as usize;
    }
    (octave - 2) * PER_OCTAVE + (micros >> (octave - 3)) as usize % PER_OCTAVE
}

/// The greatest number that falls into the bucket.
fn end_of(bucket: usize) -> u64 {
    if bucket < PER_OCTAVE {
        return bucket as u64;
    }
    let (octave, part) = (bucket / PER_OCTAVE + 2, (bucket % PER_OCTAVE) as u64);
    (((PER_OCTAVE as u64 + part) << (octave - 3)) - 1) + (1 << (octave - 3))
}

#[cfg(test)]
mod tests {
    use scenario::Span;

    use super::{Lateness, bucket_of, end_of};

    #[track_caller]
    fn check(micros: u64) {
        let end = end_of(bucket_of(micros));
        assert!(micros <= end && end - micros <= micros / 8, "{micros} is put below {end}");
        assert_eq!(bucket_of(end), bucket_of(micros));
    }

    #[test]
    fn a_bucket_holds_its_numbers_and_is_an_eighth_wide() {
        for shift in 0..63 {
            for micros in [1 << shift, (1 << shift) + 1, (1 << shift) * 3 / 2] {
                check(micros);
            }
        }
        check(0);
        check(u64::MAX);
    }

    #[test]
    fn the_percentile_forgets_what_was_looked_at() {
        let lateness = Lateness::default();
        for micros in 1..=200 {
            lateness.record(Span::from_micros(micros));
        }
        assert_eq!(lateness.take_p99(), Span::from_micros(207));
        lateness.record(Span::from_micros(5));
        assert_eq!(lateness.take_p99(), Span::from_micros(5));
        assert_eq!(lateness.take_p99(), Span::ZERO);
        assert_eq!(lateness.max(), Span::from_micros(200));
    }
}
