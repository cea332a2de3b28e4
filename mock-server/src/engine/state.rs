//! Everything that the engine holds, taken out and put back.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use cloud_sim::{Outbox, SavedShard, Shard, State, StateError};
use scenario::Elapsed;

use super::{Engine, SHARDS, outboxes};

impl Engine {
    /// Everything that outlives the process, as it is now.
    ///
    /// Each shard and each outbox stands still while it is copied, one after the other, and none for
    /// longer than its own copy takes. The shards come before the outboxes: a status that comes to
    /// be in between is told twice after a restart, or shown on a phone before it is delivered, and none
    /// is lost. The directory and the number
    /// of accepted messages come last, so that nothing refers to what is not there.
    pub(crate) fn save(&self) -> State {
        let world = self.world();
        let mut shards: Vec<SavedShard> = self.shards.iter().map(|slot| slot.lock().save()).collect();
        // Whatever a shard had given away before it was copied has reached a phone or an outbox then.
        drop(self.settling.write().unwrap_or_else(PoisonError::into_inner));
        for (at, shard) in shards.iter_mut().enumerate() {
            shard.add_arrived(self.inbox.of_shard(at).iter());
        }
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
            written: self.written.load(Ordering::Relaxed),
            traces: self.traces.load(Ordering::Relaxed),
            arrived: self.inbox.count(),
            media: self.media().clone(),
            calls: self.calls().clone(),
        }
    }

    /// Goes on where a saved state stood; what was here before is gone, but no message or file gets an
    /// id that one had here.
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
        let life = state.shards.iter().map(SavedShard::life).max().unwrap_or_default();
        let shards = state.shards.into_iter().map(|saved| Shard::restore(saved, &directory));
        let shards: Vec<(Shard, _)> = shards.collect::<Result<_, _>>()?;
        let mut world = self.beginning.world.as_ref().clone();
        world.restore(&state.world)?;
        self.clock.replace(now, rate_permille);
        self.world.store(Arc::new(world));
        self.change_directory(|current| *current = directory);
        self.lives.fetch_max(u64::from(life), Ordering::Relaxed);
        let next_life = self.next_life();
        // Where nothing was accepted yet, ids go on as they would have.
        let life = if self.numbering.accepted() == 0 { life } else { next_life };
        self.numbering.skip_to(state.accepted);
        self.witnessed_from.store(self.numbering.accepted(), Ordering::Relaxed);
        self.forget();
        self.written.fetch_max(state.written, Ordering::Relaxed);
        self.traces.fetch_max(state.traces, Ordering::Relaxed);
        let mut media = state.media;
        media.skip_past(&self.media());
        *self.media() = media;
        *self.calls() = state.calls;
        self.inbox.skip_to(state.arrived);
        for (at, (shard, arrived)) in shards.into_iter().enumerate() {
            self.inbox.restore(at, arrived);
            let slot = &self.shards[at];
            let mut part = slot.lock();
            *part = shard.among(SHARDS).in_life(life);
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
