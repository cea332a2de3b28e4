//! What all shards have counted, and what it cost.

use cloud_sim::{Books, Priced, priced};

use super::Engine;

impl Engine {
    /// Everything that was counted so far, and what it cost.
    pub(crate) fn costs(&self) -> Vec<Priced> {
        priced(&self.books(), &self.world.load().rates, &self.directory.load())
    }

    /// Everything that was counted so far; each shard stands still while its own part is copied.
    pub(crate) fn books(&self) -> Books {
        let mut books = Books::default();
        for slot in &self.shards {
            books.add(slot.lock().ledger());
        }
        books
    }
}
