//! The phones: what arrived on them lately.

use std::future::Future;

use cloud_api::webhook::InboundMessage;
use cloud_api::{MessageId, Recipient};
use cloud_sim::Arrived;
use scenario::Elapsed;
use tokio::sync::Notify;

use crate::engine::{SHARDS, shard_of};
use crate::recent::{Fill, Recent, Slice};

/// How many messages all phones together remember.
const REMEMBERED_MAX: usize = 65_536;

/// How many messages that people wrote are remembered.
const WRITTEN_MAX: usize = 16_384;

/// All phones of the simulated world.
#[derive(Debug)]
pub(crate) struct Inbox {
    arrived: Recent<Arrived>,
    /// What people wrote, for the messages that quote it.
    written: Recent<InboundMessage>,
    /// Rung when something arrives on a phone of this shard.
    news: Vec<Notify>,
    /// Rung when something arrives anywhere.
    any_news: Notify,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        let news = (0..SHARDS).map(|_| Notify::new()).collect();
        Self {
            arrived: Recent::new(SHARDS, REMEMBERED_MAX),
            written: Recent::new(SHARDS, WRITTEN_MAX),
            news,
            any_news: Notify::new(),
        }
    }

    /// How full it is.
    pub(crate) fn fill(&self) -> Fill {
        self.arrived.fill()
    }

    /// How full the memory of what people wrote is.
    pub(crate) fn fill_written(&self) -> Fill {
        self.written.fill()
    }

    /// Remembers what a person wrote.
    pub(crate) fn wrote(&self, message: InboundMessage) {
        self.written.push(shard_of(message.id.recipient()), message);
    }

    /// What a person wrote under this id.
    pub(crate) fn written(&self, id: MessageId) -> Option<InboundMessage> {
        self.written.newest(shard_of(id.recipient()), |message| message.id == id)
    }

    pub(crate) fn push(&self, arrived: Arrived) {
        let shard = shard_of(arrived.recipient);
        self.arrived.push(shard, arrived);
        self.news[shard].notify_waiters();
        self.any_news.notify_waiters();
    }

    /// What arrived on one phone after the first `after` messages of all phones; waits for the next
    /// message where there is none yet. Never ends by itself: the caller bounds the wait.
    pub(crate) async fn wait(&self, recipient: Recipient, after: u64, limit: usize) -> Slice<Arrived> {
        let news = &self.news[shard_of(recipient)];
        wait_for(|| news.notified(), || self.read(recipient, after, limit)).await
    }

    /// What arrived on one phone after the first `after` messages of all phones.
    pub(crate) fn read(&self, recipient: Recipient, after: u64, limit: usize) -> Slice<Arrived> {
        let is_its = |arrived: &Arrived| arrived.recipient == recipient;
        self.arrived.of_shard(shard_of(recipient), after, limit, is_its)
    }

    /// What arrived anywhere after the first `after` messages and passes `wanted`; waits as above.
    pub(crate) async fn wait_any(
        &self,
        after: u64,
        limit: usize,
        wanted: impl Fn(&Arrived) -> bool,
    ) -> Slice<Arrived> {
        wait_for(|| self.any_news.notified(), || self.arrived.after(after, limit, &wanted)).await
    }

    /// What arrived anywhere after the first `after` messages and passes `wanted`.
    pub(crate) fn read_any(
        &self,
        after: u64,
        limit: usize,
        wanted: impl Fn(&Arrived) -> bool,
    ) -> Slice<Arrived> {
        self.arrived.after(after, limit, wanted)
    }

    /// The newest message on a phone.
    pub(crate) fn newest(&self, recipient: Recipient) -> Option<Arrived> {
        self.arrived.newest(shard_of(recipient), |arrived| arrived.recipient == recipient)
    }

    /// The message with this id, once it has arrived.
    pub(crate) fn message(&self, id: MessageId) -> Option<Arrived> {
        self.arrived.newest(shard_of(id.recipient()), |arrived| arrived.id == id)
    }

    /// The message of this shard that the journal counts so, once it has arrived.
    pub(crate) fn numbered(&self, shard: usize, message: u64) -> Option<Arrived> {
        self.arrived.newest(shard, |arrived| arrived.message == message)
    }

    /// What is made of each message that arrived, in no order.
    pub(crate) fn gather<U>(&self, make: impl Fn(&Arrived) -> Option<U>) -> Vec<U> {
        self.arrived.gather(make)
    }

    /// What arrived on the phones of a shard, each with its place among all that arrived.
    pub(crate) fn of_shard(&self, shard: usize) -> Vec<(u64, Arrived)> {
        self.arrived.numbered(shard)
    }

    /// How many messages ever arrived.
    pub(crate) fn count(&self) -> u64 {
        self.arrived.pushed()
    }

    /// Shows on the phones of a shard what arrived on them before, and nothing else.
    pub(crate) fn restore(&self, shard: usize, arrived: Vec<(u64, Arrived)>) {
        self.arrived.replace(shard, arrived);
        self.news[shard].notify_waiters();
        self.any_news.notify_waiters();
    }

    /// Counts what arrives next from here on, at least.
    pub(crate) fn skip_to(&self, count: u64) {
        self.arrived.skip_to(count);
    }

    /// Forgets everything that arrived.
    pub(crate) fn forget(&self) {
        self.arrived.forget();
        self.written.forget();
    }

    /// Notes that a message was read then.
    pub(crate) fn was_read(&self, id: MessageId, at: Elapsed) {
        let is_it = |arrived: &Arrived| arrived.id == id;
        self.arrived.change(shard_of(id.recipient()), is_it, |arrived| arrived.read = Some(at));
    }
}

/// Reads again with each piece of news until there is something to read.
async fn wait_for<F: Future<Output = ()>>(
    news: impl Fn() -> F,
    read: impl Fn() -> Slice<Arrived>,
) -> Slice<Arrived> {
    loop {
        let news = news();
        let slice = read();
        if !slice.items.is_empty() {
            return slice;
        }
        news.await;
    }
}
