//! Figures computed from the table, each over a population that is named.

mod budget;
mod funnel;
mod histogram;
mod interval;
mod phase;
mod series;
mod stage;
mod wait;

use scenario::{Measure, Scenario, Span};

pub(crate) use budget::{Observed, Percentile};
pub(crate) use funnel::{Funnel, Step, TargetFailure};
pub(crate) use histogram::{Time, Times};
pub(crate) use interval::wilson;
pub(crate) use phase::PhaseMeasure;
pub(crate) use series::{Bucket, Series};
pub(crate) use stage::{Stage, StageName};
pub(crate) use wait::Wait;

use crate::table::{NEVER, Outcome, Table};

/// The time within which a code has to be on the phone, where no budget says otherwise.
const WITHIN_DEFAULT: Span = Span::from_secs(5);

/// All figures of a run.
pub(crate) struct Measures {
    /// How many arrivals there were: the population of every share, unless another one is named.
    pub(crate) arrivals: u64,
    /// How many arrivals ended in each outcome, in the order of [`Outcome::ALL`].
    pub(crate) outcomes: Vec<(Outcome, u64)>,
    /// How far they came.
    pub(crate) funnel: Funnel,
    /// How long each stage took those that went through it.
    pub(crate) stages: Vec<Stage>,
    /// From the planned instant to the phone, of all arrivals.
    pub(crate) delivery: Times,
    /// The time within which codes have to be on the phone: that of the first such budget, or 5 s.
    pub(crate) within: Span,
    /// How many codes were on the phone within it.
    pub(crate) delivered_within: u64,
    /// How long people waited.
    pub(crate) waits: Vec<Wait>,
    /// Delivery time along the run.
    pub(crate) series: Series,
    /// Delivery in each phase of the traffic.
    pub(crate) phases: Vec<PhaseMeasure>,
    /// What each budget of the scenario measures, in the scenario's order.
    pub(crate) budgets: Vec<Observed>,
}

impl Measures {
    /// Computes all figures of this table.
    pub(crate) fn new(table: &Table, scenario: &Scenario) -> Self {
        let arrivals = &table.arrivals;
        let within = headline_span(scenario);
        let delivery = times_between(&arrivals.planned, &arrivals.delivered);
        Self {
            arrivals: arrivals.len() as u64,
            outcomes: count_outcomes(&table.outcomes),
            funnel: Funnel::new(arrivals, &table.outcomes),
            stages: stage::measure(arrivals),
            within,
            delivered_within: count_within(&arrivals.planned, &arrivals.delivered, within),
            waits: wait::measure(arrivals),
            series: Series::new(arrivals, table.tally.traffic_from),
            phases: phase::measure(arrivals, &scenario.traffic, within),
            budgets: scenario.budgets.iter().map(|budget| budget::observe(budget, arrivals)).collect(),
            delivery,
        }
    }

    /// How many arrivals ended so.
    pub(crate) fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.iter().find(|(other, _)| *other == outcome).map_or(0, |(_, count)| *count)
    }

    /// The times of this stage.
    pub(crate) fn stage(&self, name: StageName) -> &Times {
        let stage = self.stages.iter().find(|stage| stage.name == name);
        &stage.expect("every stage is measured").times
    }
}

fn headline_span(scenario: &Scenario) -> Span {
    let spans = scenario.budgets.iter().filter_map(|budget| match budget.measure {
        Measure::DeliveredWithin(span) => Some(span),
        _ => None,
    });
    spans.into_iter().next().unwrap_or(WITHIN_DEFAULT)
}

fn count_outcomes(outcomes: &[Outcome]) -> Vec<(Outcome, u64)> {
    let mut counts = [0_u64; Outcome::ALL.len()];
    for outcome in outcomes {
        counts[*outcome as usize] += 1;
    }
    Outcome::ALL.into_iter().zip(counts).collect()
}

/// The times from one instant to another, of all rows; those without the second never end.
fn times_between(from: &[u64], until: &[u64]) -> Times {
    let mut times = Times::new();
    for (from, until) in from.iter().zip(until) {
        if *until == NEVER {
            times.record_never();
        } else {
            times.record(until.saturating_sub(*from));
        }
    }
    times
}

/// How many rows have the second instant at most this long after the first.
fn count_within(from: &[u64], until: &[u64], span: Span) -> u64 {
    let within =
        |(from, until): &(&u64, &u64)| **until != NEVER && until.saturating_sub(**from) <= span.micros();
    from.iter().zip(until).filter(within).count() as u64
}
