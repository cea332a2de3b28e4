//! Delivery in each phase of the traffic.

use scenario::{Phase, Span, Traffic};

use super::histogram::Times;
use crate::table::{Arrivals, NEVER};

/// Delivery in one phase.
pub(crate) struct PhaseMeasure {
    /// What the scenario calls it.
    pub(crate) name: String,
    /// Its rates in words, such as `50/s to 1000/s`.
    pub(crate) rates: String,
    /// How long it lasts.
    pub(crate) lasts: Span,
    /// From the planned instant to the phone, of all arrivals of the phase.
    pub(crate) delivery: Times,
    /// How many of its codes were on the phone in time.
    pub(crate) delivered_within: u64,
}

/// Measures every phase; `within` is how soon a code has to be on the phone.
pub(crate) fn measure(arrivals: &Arrivals, traffic: &Traffic, within: Span) -> Vec<PhaseMeasure> {
    let mut phases: Vec<PhaseMeasure> = traffic.phases.iter().map(PhaseMeasure::new).collect();
    for row in 0..arrivals.len() {
        if let Some(phase) = phases.get_mut(usize::from(arrivals.phase[row])) {
            phase.count(arrivals.planned[row], arrivals.delivered[row], within);
        }
    }
    phases
}

impl PhaseMeasure {
    fn new(phase: &Phase) -> Self {
        let rates: Vec<String> = phase.rates.iter().map(ToString::to_string).collect();
        Self {
            name: phase.name.clone(),
            rates: rates.join(" to "),
            lasts: phase.lasts,
            delivery: Times::new(),
            delivered_within: 0,
        }
    }

    fn count(&mut self, planned: u64, delivered: u64, within: Span) {
        if delivered == NEVER {
            self.delivery.record_never();
            return;
        }
        let micros = delivered.saturating_sub(planned);
        self.delivery.record(micros);
        self.delivered_within += u64::from(micros <= within.micros());
    }
}
