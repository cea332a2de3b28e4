//! What does not change while messages are under way: the seed, the population, Meta's behaviour.

use std::sync::Arc;

use scenario::{Elapsed, Meta, Rates, Recipients, Scenario, Seed};

use crate::fault::Faults;

/// The rules of one simulated world.
#[derive(Clone, Debug)]
pub struct World {
    /// What all chance follows from.
    pub seed: Seed,
    /// Who the recipients are.
    pub recipients: Recipients,
    /// How Meta behaves.
    pub meta: Meta,
    /// What messages cost.
    pub rates: Arc<Rates>,
    /// How it misbehaves; set from `meta.faults`, and changed while it runs.
    pub faults: Faults,
    /// From when the windows of the faults are counted; `None` while no fault can happen yet.
    pub traffic_began: Option<Elapsed>,
    /// The wall clock when the run began, in seconds since 1970.
    pub began_unix_secs: u64,
}

impl World {
    /// The world of a scenario, before its traffic.
    #[must_use]
    pub fn of(scenario: &Scenario, began_unix_secs: u64) -> Self {
        Self {
            seed: scenario.seed,
            recipients: scenario.recipients.clone(),
            meta: scenario.meta.clone(),
            rates: Rates::built_in(),
            faults: Faults::of(&scenario.meta.faults),
            traffic_began: None,
            began_unix_secs,
        }
    }

    /// What the wall clock shows at this instant, in seconds since 1970, as Meta tells time.
    #[must_use]
    pub const fn unix_secs(&self, at: Elapsed) -> u64 {
        self.began_unix_secs + at.micros() / 1_000_000
    }
}
