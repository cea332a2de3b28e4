//! Delivery time along the run, by the instant for which an arrival was planned.

use scenario::Span;

use super::histogram::{Time, Times};
use crate::table::{Arrivals, NEVER};

/// The widths that buckets can have.
const WIDTHS: [Span; 11] = [
    Span::from_millis(200),
    Span::from_secs(1),
    Span::from_secs(2),
    Span::from_secs(5),
    Span::from_secs(10),
    Span::from_secs(30),
    Span::from_secs(60),
    Span::from_secs(300),
    Span::from_secs(900),
    Span::from_secs(3_600),
    Span::from_secs(21_600),
];

/// How many buckets there are at most, as long as the widths suffice.
const BUCKETS_MAX: u64 = 150;

/// Arrivals in buckets of equal width, none left out.
#[derive(Default)]
pub(crate) struct Series {
    /// The width of each bucket.
    pub(crate) width: Span,
    /// The buckets, one after the other.
    pub(crate) buckets: Vec<Bucket>,
}

/// The arrivals planned for a short stretch of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Its beginning, counted from the beginning of the traffic.
    pub(crate) from: Span,
    /// How many arrivals were planned.
    pub(crate) planned: u64,
    /// p50, p95 and p99 from the planned instant to the phone, of all of them.
    pub(crate) delivery: [Option<Time>; 3],
}

impl Series {
    /// Puts all arrivals into buckets; `traffic_from` is when traffic began, if that is known.
    pub(crate) fn new(arrivals: &Arrivals, traffic_from: Option<u64>) -> Self {
        let (Some(first), Some(last)) = (arrivals.planned.iter().min(), arrivals.planned.iter().max()) else {
            return Self::default();
        };
        let origin = traffic_from.unwrap_or(*first).min(*first);
        let width = width(Span::from_micros(last - origin));
        let mut series = Self { width, buckets: Vec::new() };
        let mut times = Times::new();
        // The plan is in the order of time, so that one bucket is filled after the other.
        for (planned, delivered) in arrivals.planned.iter().zip(&arrivals.delivered) {
            while series.open_until(origin) <= *planned {
                series.close(&mut times);
            }
            if *delivered == NEVER {
                times.record_never();
            } else {
                times.record(delivered.saturating_sub(*planned));
            }
        }
        series.close(&mut times);
        series
    }

    /// The first instant after the bucket that is being filled.
    fn open_until(&self, origin: u64) -> u64 {
        origin.saturating_add(self.width.micros().saturating_mul(self.buckets.len() as u64 + 1))
    }

    fn close(&mut self, times: &mut Times) {
        self.buckets.push(Bucket {
            from: Span::from_micros(self.width.micros() * self.buckets.len() as u64),
            planned: times.count(),
            delivery: times.percentiles([500, 950, 990]),
        });
        times.clear();
    }
}

/// The smallest width of which few enough fill this stretch.
fn width(stretch: Span) -> Span {
    let fits = |width: &Span| stretch.micros() / width.micros() < BUCKETS_MAX;
    let longest = || Span::from_micros(stretch.micros() / BUCKETS_MAX + 1);
    WIDTHS.into_iter().find(fits).unwrap_or_else(longest)
}
