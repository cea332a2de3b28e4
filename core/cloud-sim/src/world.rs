//! What does not change while messages are under way: the seed, the population, Meta's behaviour.

use std::sync::Arc;

use scenario::{Elapsed, Meta, Mistakes, Rates, Recipients, Scenario, Seed, Webhooks};
use serde::{Deserialize, Serialize};

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
    /// What was given while it ran, to be saved with it.
    pub given: Given,
    /// How it misbehaves; set from `meta.faults`, and changed while it runs.
    pub faults: Faults,
    /// From when the windows of the faults are counted; `None` while no fault can happen yet.
    pub traffic_began: Option<Elapsed>,
    /// The wall clock when the run began, in seconds since 1970.
    pub began_unix_secs: u64,
}

/// What was given to a world while it ran, in the words in which it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// A file of rates.
    rates: Option<Arc<str>>,
    /// How webhooks are sent.
    webhooks: Option<Arc<str>>,
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
            given: Given::default(),
            faults: Faults::of(&scenario.meta.faults),
            traffic_began: None,
            began_unix_secs,
        }
    }

    /// The same world before its faults have done anything; copies share what those count.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { faults: self.faults.anew(), ..self.clone() }
    }

    /// Prices messages by other rates, as TOML, from now on; also those that were counted already.
    ///
    /// # Errors
    ///
    /// All mistakes in the text; the rates stay as they are then.
    pub fn give_rates(&mut self, text: &str) -> Result<(), Mistakes> {
        self.rates = Arc::new(Rates::parse(text)?);
        self.given.rates = Some(text.into());
        Ok(())
    }

    /// Sends webhooks as the section `[meta.webhooks]` of a scenario says, as TOML; what it leaves out is
    /// as usual.
    ///
    /// # Errors
    ///
    /// All mistakes in the text; webhooks are sent as before then.
    pub fn give_webhooks(&mut self, text: &str) -> Result<(), Mistakes> {
        self.meta.webhooks = Webhooks::parse(text)?;
        self.given.webhooks = Some(text.into());
        Ok(())
    }

    /// Takes what was given to another one.
    pub(crate) fn take(&mut self, given: &Given) -> Result<(), Mistakes> {
        if let Some(rates) = &given.rates {
            self.give_rates(rates)?;
        }
        if let Some(webhooks) = &given.webhooks {
            self.give_webhooks(webhooks)?;
        }
        Ok(())
    }

    /// What the wall clock shows at this instant, in seconds since 1970, as Meta tells time.
    #[must_use]
    pub const fn unix_secs(&self, at: Elapsed) -> u64 {
        self.began_unix_secs + at.micros() / 1_000_000
    }
}
