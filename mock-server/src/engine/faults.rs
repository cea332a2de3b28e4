//! Faults that are set and taken away while the server runs.

use cloud_sim::FAULTS_MAX;
use scenario::Fault;
use thiserror::Error;

use super::Engine;

/// More faults than may be set.
#[derive(Clone, Copy, Debug, Error)]
#[error("there are {found} faults, but must be at most {FAULTS_MAX}")]
pub(crate) struct TooManyFaults {
    found: usize,
}

impl Engine {
    /// Whether any fault is set, whatever its window.
    pub(crate) fn has_faults(&self) -> bool {
        !self.world.load().faults.is_empty()
    }

    /// Has these faults be all that there are, with windows that count from now; nothing changes where
    /// there are more than may be set.
    pub(crate) fn replace_faults(&self, faults: &[Fault]) -> Result<(), TooManyFaults> {
        if faults.len() > FAULTS_MAX {
            return Err(TooManyFaults { found: faults.len() });
        }
        let now = self.clock.now();
        self.change_world(|world| {
            world.faults.clear();
            for fault in faults {
                world.faults.push(fault.clone(), Some(now));
            }
        });
        Ok(())
    }

    /// Sets one fault more, whose window counts from now, and gives its id; `None` where as many are set
    /// as may be.
    pub(crate) fn add_fault(&self, fault: &Fault) -> Option<u64> {
        let now = self.clock.now();
        self.change_world(|world| {
            (world.faults.len() < FAULTS_MAX).then(|| world.faults.push(fault.clone(), Some(now)))
        })
    }

    /// Takes a fault away; `false` where there is none of this id.
    pub(crate) fn remove_fault(&self, id: u64) -> bool {
        self.change_world(|world| world.faults.remove(id))
    }
}
