//! How a world was set: what is changed while a server runs, and what chance follows from.

use scenario::{Elapsed, Fault, Seed};
use serde::{Deserialize, Serialize};

use super::StateError;
use crate::fault::Faults;
use crate::world::{Given, World};

/// What is saved of a world; the rest follows from the scenario that a server is started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedWorld {
    seed: Seed,
    #[serde(deserialize_with = "crate::state::count")]
    began_unix_secs: u64,
    traffic_began: Option<Elapsed>,
    faults: Vec<SavedFault>,
    #[serde(deserialize_with = "crate::state::count")]
    faults_last: u64,
    /// What was settled of the profile, by name.
    profile: Vec<(String, String)>,
    /// What was given while it ran; absent from files of before it was saved.
    #[serde(default)]
    given: Given,
}

/// A fault in the language of scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedFault {
    #[serde(deserialize_with = "crate::state::count")]
    id: u64,
    fault: String,
    since: Option<Elapsed>,
    #[serde(deserialize_with = "crate::state::count")]
    matched: u64,
    #[serde(deserialize_with = "crate::state::count")]
    acted: u64,
}

impl World {
    /// What is saved of the world.
    #[must_use]
    pub fn save(&self) -> SavedWorld {
        let settled = self.meta.profile.settled().into_iter();
        let faults = self.faults.iter().map(|set| SavedFault {
            id: set.id,
            fault: set.fault.to_string(),
            since: set.since,
            matched: set.matched(),
            acted: set.acted(),
        });
        SavedWorld {
            seed: self.seed,
            began_unix_secs: self.began_unix_secs,
            traffic_began: self.traffic_began,
            faults: faults.collect(),
            faults_last: self.faults.last_id(),
            given: self.given.clone(),
            profile: settled.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    /// Sets the world as it was saved.
    ///
    /// # Errors
    ///
    /// When a fault or a fact of the profile cannot be read; the world is as before then.
    pub fn restore(&mut self, saved: &SavedWorld) -> Result<(), StateError> {
        let mut faults = Faults::default();
        for set in &saved.faults {
            let fault = Fault::parse_all(&format!("faults = [{}]", set.fault));
            let problem = match fault.map(|mut faults| faults.pop()) {
                Ok(Some(fault)) => {
                    faults.restore((set.id, set.matched, set.acted), fault, set.since);
                    continue;
                }
                Ok(None) => "there is none".to_owned(),
                Err(mistakes) => mistakes.to_string(),
            };
            return Err(StateError::Fault { text: set.fault.clone(), problem });
        }
        faults.skip_to(saved.faults_last);
        let mut profile = cloud_api::Profile::default();
        for (name, value) in &saved.profile {
            let problem =
                |problem: &dyn std::fmt::Display| StateError::Profile { problem: problem.to_string() };
            profile.set(name, value).map_err(|error| problem(&error))?;
        }
        self.take(&saved.given).map_err(|mistakes| StateError::Given { problem: mistakes.to_string() })?;
        self.faults = faults;
        self.meta.profile = profile;
        self.seed = saved.seed;
        self.began_unix_secs = saved.began_unix_secs;
        self.traffic_began = saved.traffic_began;
        Ok(())
    }
}
