//! Back to the beginning: a server that has forgotten everything but the time.

use std::sync::Arc;

use cloud_sim::{Calls, Directory, MEDIA_BYTES_KEPT, MediaStore, Outbox, Shard, World};

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
    /// The clock goes on, since time never goes backwards. Webhooks under way are waited for.
    pub(crate) async fn reset(&self) {
        let _turning = self.turning.lock().await;
        self.pace.settled().await;
        self.directory.store(Arc::clone(&self.beginning.directory));
        self.world.store(Arc::clone(&self.beginning.world));
        for slot in &self.shards {
            *slot.lock() = Shard::new().among(SHARDS);
        }
        for slot in &self.outboxes {
            *slot.lock() = Outbox::new();
        }
        *self.media() = MediaStore::new(MEDIA_BYTES_KEPT);
        *self.calls() = Calls::default();
        self.forget();
        self.directory_changed.notify_one();
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
