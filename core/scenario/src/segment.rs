//! A stretch of traffic whose rate follows one straight line, counted in whole numbers.
//!
//! Even arrivals must come out exactly: 1,000/s for 30 s is 30,000, on every machine. So counts are
//! integers of a unit so small that the area under any such line is a whole number of them.

use crate::time::{Elapsed, Span};
use crate::traffic::{Phase, Rate, Spacing};

/// How many units make one arrival.
///
/// A rate is in thousandths per second and time in microseconds, so their product is in thousand
/// millionths of an arrival; the area under a slope is half of such a product.
pub(crate) const UNITS: u64 = 2_000_000_000;

/// A stretch of traffic whose rate follows one straight line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// When it starts, counted from the start of the traffic.
    pub(crate) starts: Elapsed,
    /// Its length.
    pub(crate) lasts: Span,
    /// Which phase it belongs to, counted from 0.
    pub(crate) phase: u16,
    /// How its arrivals are spaced.
    pub(crate) spacing: Spacing,
    /// Its area, as far as nine billion arrivals; kept, since every arrival asks for it.
    pub(crate) units: u64,
    from: u64,
    to: u64,
}

impl Segment {
    /// The stretches of all phases, in order, without gaps.
    pub(crate) fn all(phases: &[Phase]) -> Vec<Self> {
        let mut starts = Elapsed::ZERO;
        let mut segments = Vec::new();
        for (nth, phase) in (0..).zip(phases) {
            segments.extend(Self::of_phase(phase, starts, nth));
            starts += phase.lasts;
        }
        segments
    }

    fn of_phase(phase: &Phase, starts: Elapsed, nth: u16) -> Vec<Self> {
        let corners = match phase.rates.as_slice() {
            [only] => &[*only, *only],
            several => several,
        };
        let count = corners.len().saturating_sub(1) as u64;
        let corner_at = |corner: u64| Span::from_micros(phase.lasts.micros() * corner / count);
        let segment = |(corner, rates): (u64, &[Rate])| {
            let (from, to) = (rates[0].per_thousand_secs(), rates[1].per_thousand_secs());
            let lasts = corner_at(corner + 1) - corner_at(corner);
            let starts = starts + corner_at(corner);
            let segment = Self { starts, lasts, phase: nth, spacing: phase.spacing, units: 0, from, to };
            Self { units: u64::try_from(segment.area()).unwrap_or(u64::MAX), ..segment }
        };
        (0..).zip(corners.windows(2)).map(segment).collect()
    }

    /// The arrivals that fall in the stretch, in units.
    pub(crate) fn area(&self) -> u128 {
        u128::from(self.from + self.to) * u128::from(self.lasts.micros())
    }

    /// The last microsecond up to which no more than this many units have fallen.
    ///
    /// `units` lies below [`Self::units`], and so the instant before the stretch's end.
    #[inline]
    pub(crate) fn instant_of(&self, units: u64) -> Elapsed {
        let into = if self.from == self.to { units / (2 * self.from) } else { self.along_slope(units) };
        self.starts + Span::from_micros(into)
    }

    /// Solves `2·from·t + (to - from)·t²/lasts = units` for `t`, rounded down.
    ///
    /// Floating point only guesses; whole numbers decide, so that every machine agrees.
    fn along_slope(&self, units: u64) -> u64 {
        let (from, lasts) = (i128::from(self.from), i128::from(self.lasts.micros()));
        let rise = i128::from(self.to) - from;
        let target = i128::from(units) * lasts;
        let fallen = |into: u64| {
            let into = i128::from(into);
            (2 * from * lasts + rise * into) * into <= target
        };
        let mut into = self.guess_along_slope(units as f64).min(self.lasts.micros() - 1);
        while into > 0 && !fallen(into) {
            into -= 1;
        }
        while fallen(into + 1) && into + 1 < self.lasts.micros() {
            into += 1;
        }
        into
    }

    /// The same within a few microseconds, but for the flat end of a slope of many hours.
    fn guess_along_slope(&self, units: f64) -> u64 {
        let (from, to) = (self.from as f64, self.to as f64);
        let steepness = (to - from) / self.lasts.micros() as f64;
        let root = libm::sqrt((from * from + steepness * units).max(0.0));
        if units > 0.0 { (units / (from + root)) as u64 } else { 0 }
    }
}
