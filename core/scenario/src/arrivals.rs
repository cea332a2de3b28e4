//! The plan of arrivals: a pure function of the traffic and the seed.

use crate::chance::{Seed, Stream};
use crate::segment::{Segment, UNITS};
use crate::time::Elapsed;
use crate::traffic::{Spacing, Traffic};

/// One code asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its number in the plan, counted from 0 without gaps.
    pub number: u64,
    /// When it is due, counted from the start of the traffic. Never earlier than the arrival before.
    pub planned: Elapsed,
    /// Which phase of the traffic it belongs to, counted from 0.
    pub phase: u16,
}

/// All arrivals of a run, in the order of their instants; made one by one, never held.
///
/// Evenly spaced, the first arrival is due when the traffic starts, and each next one when the rate
/// has brought in one more; what is left of one at the end of a phase is carried into the next
/// even one. In a Poisson phase the gaps are drawn afresh from the phase's own stream, so that
/// changing one phase moves no chance in another.
#[derive(Clone, Debug)]
pub struct Arrivals {
    segments: Vec<Segment>,
    seed: Seed,
    /// The segment in which the next arrival is looked for.
    at: usize,
    /// The number of the next arrival.
    number: u64,
    /// How far into that segment the next arrival falls, in units.
    due: u64,
    /// What the last even phase left over, in units.
    carried: u64,
    /// Where the gaps of a Poisson phase come from.
    strangers: Option<Stream>,
}

impl Arrivals {
    /// The arrivals of this traffic.
    #[must_use]
    pub fn new(traffic: &Traffic, seed: Seed) -> Self {
        let segments = Segment::all(&traffic.phases);
        let mut arrivals = Self { segments, seed, at: 0, number: 0, due: 0, carried: 0, strangers: None };
        arrivals.enter_phase();
        arrivals
    }

    /// Sets out for the first arrival of the phase that the current segment opens.
    fn enter_phase(&mut self) {
        let Some(segment) = self.segments.get(self.at) else { return };
        match segment.spacing {
            Spacing::Even => {
                self.strangers = None;
                self.due = self.carried;
            }
            Spacing::Poisson => {
                let mut stream = self.seed.stream("arrivals", u64::from(segment.phase), 0);
                self.due = gap(&mut stream);
                self.strangers = Some(stream);
            }
        }
    }

    /// Moves on to the next segment, the current one being spent.
    fn leave(&mut self, segment: Segment) {
        self.due -= segment.units;
        self.at += 1;
        if self.segments.get(self.at).is_some_and(|next| next.phase != segment.phase) {
            if segment.spacing == Spacing::Even {
                self.carried = self.due;
            }
            self.enter_phase();
        }
    }
}

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let mut segment = *self.segments.get(self.at)?;
        while self.due >= segment.units {
            self.leave(segment);
            segment = *self.segments.get(self.at)?;
        }
        let arrival =
            Arrival { number: self.number, planned: segment.instant_of(self.due), phase: segment.phase };
        self.number += 1;
        let gap = self.strangers.as_mut().map_or(UNITS, gap);
        self.due = self.due.saturating_add(gap);
        Some(arrival)
    }
}

/// Draws an exponential gap with a mean of one arrival, in units.
fn gap(stream: &mut Stream) -> u64 {
    (-libm::log(stream.unit()) * UNITS as f64) as u64
}
