//! The state machine of `cloud-sim`, shared by all connections and driven by a clock.

mod costs;
mod due;
mod explain;
mod faults;
mod history;
mod outboxes;
mod people;
mod phones;
mod reset;
mod settle;
mod slot;
mod state;
mod time;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use cloud_api::account::Activity;
use cloud_api::send::MarkAsRead;
use cloud_api::{OtpCode, PhoneNumberId, Recipient, Refusal, TemplateId};
use cloud_sim::{
    Accepted, Calls, Directory, MEDIA_BYTES_KEPT, MediaStore, Numbering, Outbox, Outgoing, Rules, Shard,
    Trail, World,
};
use journal::{Event, Fact, Record};
use scenario::Elapsed;
use tokio::sync::Notify;

use crate::apart::Apart;
use crate::clock::Clock;
use crate::graph::operation_names;
use crate::inbox::Inbox;
use crate::metrics::Metrics;
use crate::recent::{Fill, Recent};
use crate::requests::Requests;
use crate::server::Phones;
use crate::webhook::{Postman, Wanted};

pub use explain::Timeline;
use history::Lost;
pub(crate) use people::Saying;
pub use phones::PhoneError;
use reset::Beginning;
use slot::Slot;
pub(crate) use time::Busy;
use time::Pace;
pub use time::Until;

/// How many shards share the recipients.
pub(crate) const SHARDS: usize = 16;

/// How many events the control API can look back.
const EVENTS_REMEMBERED: usize = 65_536;

/// How many messages that never reached a phone can be looked up by their ids.
const LOST_REMEMBERED: usize = 16_384;

/// How many changes of all accounts their logs look back.
const ACTIVITIES_REMEMBERED: usize = 4_096;

/// What becomes of a recipient's message, for whoever plays the recipients.
#[derive(Clone, Debug)]
pub enum OnPhone {
    /// A code has arrived.
    Code {
        /// Whose phone it is.
        recipient: Recipient,
        /// The code.
        code: OtpCode,
        /// When it came.
        at: Elapsed,
    },
    /// The message will never arrive.
    Never {
        /// Whose phone it is.
        recipient: Recipient,
    },
}

pub(crate) struct Engine {
    pub(crate) clock: Clock,
    pub(crate) inbox: Inbox,
    pub(crate) events: Recent<Event>,
    pub(crate) requests: Requests,
    /// The messages that lately ended without reaching a phone.
    lost: Recent<Lost>,
    /// What was done to accounts lately.
    pub(crate) activities: Recent<Activity>,
    pub(crate) metrics: Metrics,
    /// Wakes the task that keeps the directory's time.
    pub(crate) directory_changed: Notify,
    beginning: Beginning,
    world: ArcSwap<World>,
    directory: ArcSwap<Directory>,
    media: Mutex<MediaStore>,
    /// How often apps have called lately; messages are not counted.
    calls: Mutex<Calls>,
    /// Held by who changes the directory.
    changing: Mutex<()>,
    numbering: Apart<Numbering>,
    shards: Vec<Slot<Shard>>,
    outboxes: Vec<Slot<Outbox>>,
    pub(crate) postman: Postman,
    record: Arc<dyn Record>,
    phones: Option<Phones>,
    phones_lost: AtomicU64,
    traces: Apart<AtomicU64>,
    /// How often everything was replaced: answers to webhooks of an earlier life are not heard, and ids
    /// follow from it.
    lives: AtomicU64,
    /// The number of the first message whose events all happened here; those before came with a state.
    witnessed_from: AtomicU64,
    /// How many messages people have written to businesses.
    written: AtomicU64,
    /// Read while what a shard has given away is on its way to a phone or an outbox.
    settling: RwLock<()>,
    pace: Arc<Pace>,
    /// Held by who turns the clock.
    turning: tokio::sync::Mutex<()>,
}

impl Engine {
    pub(crate) fn new(
        clock: Clock,
        world: World,
        directory: Directory,
        record: Arc<dyn Record>,
        phones: Option<Phones>,
    ) -> (Self, Wanted) {
        let (postman, wanted) = Postman::new();
        let beginning = Beginning { world: Arc::new(world), directory: Arc::new(directory) };
        let engine = Self {
            clock,
            inbox: Inbox::new(),
            events: Recent::new(SHARDS, EVENTS_REMEMBERED),
            requests: Requests::new(),
            lost: Recent::new(SHARDS, LOST_REMEMBERED),
            activities: Recent::new(1, ACTIVITIES_REMEMBERED),
            metrics: Metrics::new(operation_names()),
            directory_changed: Notify::new(),
            world: ArcSwap::from(Arc::clone(&beginning.world)),
            directory: ArcSwap::from(Arc::clone(&beginning.directory)),
            beginning,
            media: Mutex::new(MediaStore::new(MEDIA_BYTES_KEPT)),
            calls: Mutex::default(),
            changing: Mutex::new(()),
            numbering: Apart::default(),
            shards: (0..SHARDS).map(|_| Slot::new(Shard::new().among(SHARDS))).collect(),
            outboxes: (0..outboxes::OUTBOXES).map(|_| Slot::new(Outbox::new())).collect(),
            postman,
            record,
            phones,
            phones_lost: AtomicU64::new(0),
            traces: Apart(AtomicU64::new(0)),
            lives: AtomicU64::new(0),
            witnessed_from: AtomicU64::new(0),
            settling: RwLock::default(),
            pace: Arc::default(),
            turning: tokio::sync::Mutex::new(()),
            written: AtomicU64::new(0),
        };
        (engine, wanted)
    }

    /// The uploaded files.
    pub(crate) fn media(&self) -> MutexGuard<'_, MediaStore> {
        self.media.lock().expect("nobody panics while holding the files")
    }

    /// How often apps have called lately.
    pub(crate) fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().expect("nobody panics while counting")
    }

    /// Decides on a request to send; gives beside the decision what was found on the way to it.
    pub(crate) fn send(
        &self,
        directory: &Directory,
        outgoing: Outgoing<'_>,
    ) -> (Result<Accepted, Refusal>, Trail) {
        let at = shard_of(outgoing.recipient);
        let now = self.clock.now();
        let world = self.world.load();
        let rules = Rules { world: &world, directory, numbering: &self.numbering };
        let mut effects = Vec::with_capacity(1);
        let slot = &self.shards[at];
        let mut shard = slot.lock();
        let sent = shard.send(now, &rules, outgoing, &mut effects);
        let trail = shard.trail().clone();
        slot.wake_for(&shard);
        drop(shard);
        self.settle(at, &mut effects);
        (sent, trail)
    }

    /// Marks a message of a person as read by a number.
    pub(crate) fn mark_as_read(&self, reader: PhoneNumberId, mark: MarkAsRead) -> Result<(), Refusal> {
        let at = shard_of(mark.message_id.recipient());
        self.shards[at].lock().mark_as_read(self.clock.now(), reader, mark)
    }

    /// Whether a message made from this template is on its way.
    pub(crate) fn is_pending(&self, template: TemplateId) -> bool {
        self.shards.iter().any(|slot| slot.lock().is_pending(template))
    }

    /// How long a callback may take to answer, in real time.
    pub(crate) fn callback_timeout(&self) -> Duration {
        Duration::from_micros(self.world.load().meta.webhooks.timeout.micros())
    }

    /// How many accepted messages have not ended yet.
    pub(crate) fn in_flight(&self) -> usize {
        self.shards.iter().map(|slot| slot.lock().in_flight()).sum()
    }

    /// How full the rings are of what is remembered, by their names.
    pub(crate) fn rings(&self) -> [(&'static str, Fill); 7] {
        [
            ("events", self.events.fill()),
            ("inbox", self.inbox.fill()),
            ("written", self.inbox.fill_written()),
            ("requests", self.requests.fill()),
            ("lost", self.lost.fill()),
            ("activities", self.activities.fill()),
            ("deliveries", self.postman.deliveries.fill()),
        ]
    }

    /// How many events the journal's file was too slow for.
    pub(crate) fn journal_shed(&self) -> u64 {
        self.record.shed()
    }

    /// How many arrivals on phones were not told to who plays the recipients.
    pub(crate) fn phones_lost(&self) -> u64 {
        self.phones_lost.load(Ordering::Relaxed)
    }

    /// Takes down what happened outside of all shards.
    pub(crate) fn happened(&self, at: Elapsed, fact: Fact) {
        self.all_happened(0, std::iter::once(Event { at, fact }));
    }

    /// Takes down what happened, one after the other.
    fn all_happened(&self, shard: usize, events: impl Iterator<Item = Event> + Clone) {
        if events.clone().next().is_none() {
            return;
        }
        self.record.record_all(&mut events.clone());
        events.clone().for_each(|event| self.metrics.happened(&event.fact));
        self.events.push_all(shard, events);
    }

    /// A number that no other answer of this server had.
    pub(crate) fn next_trace(&self) -> u64 {
        self.traces.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn shards(&self) -> std::ops::Range<usize> {
        0..self.shards.len()
    }
}

/// Spreads recipients over the shards; neighbours fall into different ones.
pub(crate) fn shard_of(recipient: Recipient) -> usize {
    (recipient.number() % SHARDS as u64) as usize
}
