//! What is due and when: the shards and the directory do at their instants what they have planned.

use std::time::Duration;

use cloud_sim::{Directory, Effect, Rules, Shard};
use scenario::Elapsed;

use super::Engine;
use super::slot::Timed;

impl Timed for Shard {
    fn next_due(&self) -> Option<Elapsed> {
        Self::next_due(self)
    }
}

impl Engine {
    /// Does what is due in a shard, and says when to come back; `effects` is empty before and after, and
    /// only lends its memory.
    pub(crate) fn take_due(&self, at: usize, effects: &mut Vec<Effect>) -> Elapsed {
        let _busy = self.pace.busy();
        let _settling = self.settling();
        let slot = &self.shards[at];
        let (world, directory) = (self.world.load(), self.directory.load());
        let rules = Rules { world: &world, directory: &directory, numbering: &self.numbering };
        let mut shard = slot.lock();
        shard.take_due(self.clock.now(), &rules, effects);
        let next = slot.sleep(&shard);
        drop(shard);
        self.settle(at, effects);
        next
    }

    /// Counts how late a timer fired that was due then.
    pub(crate) fn fired(&self, due: Elapsed) {
        let rate = u64::from(self.clock.rate_permille());
        let late = self.clock.now().since(due).micros();
        // By hand, time jumps: nothing is late.
        if let Some(real) = late.saturating_mul(1_000).checked_div(rate) {
            self.metrics.fired(Duration::from_micros(real));
        }
    }

    /// Waits until somebody gives the shard something to do that is due earlier than it thought.
    pub(crate) async fn woken(&self, at: usize) {
        self.shards[at].woken().await;
    }

    /// Has everything happen in the directory that is due, and says when to come back.
    pub(crate) fn take_due_in_directory(&self) -> Elapsed {
        let _busy = self.pace.busy();
        if self.directory.load().next_due().is_some_and(|due| due <= self.clock.now()) {
            self.alter(Directory::take_due);
        }
        self.directory.load().next_due().unwrap_or(Elapsed::NEVER)
    }

    /// When the next thing is due, anywhere.
    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        self.next_work().into_iter().chain(self.directory.load().next_due()).min()
    }

    /// When the next thing is due that somebody may wait for.
    pub(crate) fn next_work(&self) -> Option<Elapsed> {
        let shards = self.shards.iter().filter_map(|slot| slot.lock().next_due());
        let outboxes = self.outboxes.iter().filter_map(|slot| slot.lock().next_due());
        shards.chain(outboxes).chain(self.directory.load().next_work()).min()
    }
}
