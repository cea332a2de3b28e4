//! The phones: what arrived on them lately.

use cloud_api::Recipient;
use cloud_sim::Arrived;
use tokio::sync::Notify;

use crate::recent::{Recent, Slice};

/// How many messages all phones together remember.
const REMEMBERED_MAX: usize = 65_536;

/// All phones of the simulated world.
#[derive(Debug)]
pub(crate) struct Inbox {
    arrived: Recent<Arrived>,
    news: Notify,
}

impl Inbox {
    pub(crate) const fn new() -> Self {
        Self { arrived: Recent::new(REMEMBERED_MAX), news: Notify::const_new() }
    }

    pub(crate) fn push(&self, arrived: Arrived) {
        self.arrived.push(arrived);
        self.news.notify_waiters();
    }

    /// What arrived on one phone after the first `after` messages of all phones; waits for the next
    /// message where there is none yet. Never ends by itself: the caller bounds the wait.
    pub(crate) async fn wait(&self, recipient: Recipient, after: u64, limit: usize) -> Slice<Arrived> {
        loop {
            let news = self.news.notified();
            let slice = self.read(recipient, after, limit);
            if !slice.items.is_empty() {
                return slice;
            }
            news.await;
        }
    }

    /// What arrived on one phone after the first `after` messages of all phones.
    pub(crate) fn read(&self, recipient: Recipient, after: u64, limit: usize) -> Slice<Arrived> {
        self.arrived.after(after, limit, |arrived| arrived.recipient == recipient)
    }
}
