//! Everything that the engine holds, taken out and put back.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloud_sim::{Outbox, Shard, State, StateError};
use scenario::Elapsed;

use super::{Engine, SHARDS, outboxes};

impl Engine {
    /// Everything that outlives the process, as it is now.
    ///
    /// Each shard and each outbox stands still while it is copied, one after the other, and none for
    /// longer than its own copy takes. The shards come before the outboxes: a status that comes to
    /// be in between is told twice after a restart, and none is lost. The directory and the number
    /// of accepted messages come last, so that nothing refers to what is not there.
    pub(crate) fn save(&self) -> State {
        let world = self.world();
        let shards = self.shards.iter().map(|slot| slot.lock().save()).collect();
        let outboxes = self.outboxes.iter().map(|slot| {
            let kept = slot.lock().keep(self.clock.now());
            kept.iter().map(|kept| kept.saved(&world)).collect()
        });
        let outboxes = outboxes.collect();
        State {
            world: world.save(),
            shards,
            outboxes,
            directory: self.directory().as_ref().clone(),
            accepted: self.numbering.accepted(),
        }
    }

    /// Goes on where a saved state stood; what was here before is gone.
    ///
    /// # Errors
    ///
    /// When the state does not fit together; nothing has changed then.
    pub(crate) fn restore(
        &self,
        state: State,
        (now, rate_permille): (Elapsed, u32),
    ) -> Result<(), StateError> {
        check("shards", state.shards.len(), SHARDS)?;
        check("outboxes", state.outboxes.len(), outboxes::OUTBOXES)?;
        let directory = state.directory.restored(&self.directory())?;
        let shards = state.shards.into_iter().map(|saved| Shard::restore(saved, &directory));
        let shards: Vec<Shard> = shards.collect::<Result<_, _>>()?;
        let mut world = self.world().as_ref().clone();
        world.restore(&state.world)?;
        self.clock.replace(now, rate_permille);
        self.world.store(Arc::new(world));
        self.directory.store(Arc::new(directory));
        self.numbering.skip_to(state.accepted);
        self.lives.fetch_add(1, Ordering::Relaxed);
        for (slot, shard) in self.shards.iter().zip(shards) {
            let mut part = slot.lock();
            *part = shard.among(SHARDS);
            slot.wake_for(&part);
        }
        for (at, saved) in state.outboxes.into_iter().enumerate() {
            let mut effects = Vec::new();
            let slot = &self.outboxes[at];
            let mut part = slot.lock();
            *part = Outbox::restore(saved, &mut effects);
            slot.wake_for(&part);
            drop(part);
            self.settle_outbox(at, effects);
        }
        self.directory_changed.notify_one();
        Ok(())
    }
}

fn check(what: &'static str, found: usize, expected: usize) -> Result<(), StateError> {
    if found == expected { Ok(()) } else { Err(StateError::Parts { what, found, expected }) }
}
