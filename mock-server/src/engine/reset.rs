//! Back to the beginning: a server that has forgotten everything but the time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloud_sim::{Calls, Directory, Outbox, Shard, World};

use super::{Engine, SHARDS};

/// What a server was started with.
pub(super) struct Beginning {
    pub(super) world: Arc<World>,
    pub(super) directory: Arc<Directory>,
}

impl Engine {
    /// Makes everything as it was at the start: tenants, templates, subscriptions, faults, phones and
    /// limits. Messages on their way are lost, and what was remembered is forgotten.
    ///
    /// The clock goes on, since time never goes backwards, and no message or file gets an id that one had
    /// before. Webhooks under way are waited for, and what is answered to them is not heard.
    pub(crate) async fn reset(&self) {
        let _turning = self.unturned().await;
        let life = self.next_life();
        self.change_directory(|directory| *directory = self.beginning.directory.anew());
        self.world.store(Arc::new(self.beginning.world.anew()));
        for slot in &self.shards {
            *slot.lock() = Shard::new().among(SHARDS).in_life(life);
        }
        for slot in &self.outboxes {
            *slot.lock() = Outbox::new();
        }
        self.media().forget();
        *self.calls() = Calls::default();
        self.pace.settled().await;
        self.forget();
        self.directory_changed.notify_one();
    }

    /// Begins another life of the world, and gives its number.
    pub(super) fn next_life(&self) -> u32 {
        let life = self.lives.fetch_add(1, Ordering::Relaxed) + 1;
        u32::try_from(life).unwrap_or(u32::MAX)
    }

    /// Forgets what is remembered of the past.
    pub(super) fn forget(&self) {
        self.inbox.forget();
        self.events.forget();
        self.requests.forget();
        self.lost.forget();
        self.activities.forget();
        self.postman.deliveries.forget();
    }
}
