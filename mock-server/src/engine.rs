//! The state machine of `cloud-sim`, shared by all connections and driven by a clock.

mod costs;
mod phones;
mod time;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use arc_swap::ArcSwap;
use cloud_api::template::CreateReply;
use cloud_api::{MessageId, MessageTemplate, OtpCode, Recipient, Refusal, WabaId};
use cloud_sim::{
    CallbackAnswer, Directory, Effect, Founding, Notice, Numbering, Outgoing, Rules, Shard, StatusUpdate,
    Ticket, World,
};
use journal::{Event, Fact, Record};
use scenario::Elapsed;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::graph::operation_names;
use crate::inbox::Inbox;
use crate::metrics::Metrics;
use crate::recent::Recent;
use crate::server::Phones;
use crate::webhook::News;

pub use phones::PhoneError;
pub(crate) use time::Busy;
use time::Pace;
pub use time::Until;

/// How many shards share the recipients.
pub(crate) const SHARDS: usize = 16;

/// How many events the control API can look back.
const EVENTS_REMEMBERED: usize = 65_536;

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

/// A webhook to post, and the shard that waits for its answer.
#[derive(Debug)]
pub(crate) struct Posting {
    pub(crate) shard: usize,
    pub(crate) ticket: Ticket,
    /// Holds time turned by hand until the callback has answered.
    _busy: Busy,
}

pub(crate) struct Engine {
    pub(crate) clock: Clock,
    pub(crate) inbox: Inbox,
    pub(crate) events: Recent<Event>,
    pub(crate) metrics: Metrics,
    pub(crate) reviews: Notify,
    world: ArcSwap<World>,
    directory: ArcSwap<Directory>,
    numbering: Numbering,
    shards: Vec<Slot>,
    record: Arc<dyn Record>,
    phones: Option<Phones>,
    phones_lost: AtomicU64,
    traces: AtomicU64,
    /// How many messages people have written to businesses.
    written: AtomicU64,
    postings: async_channel::Sender<Posting>,
    news: async_channel::Sender<(News, Busy)>,
    pace: Arc<Pace>,
    /// Held by who turns the clock.
    turning: tokio::sync::Mutex<()>,
}

/// What the engine wants to be posted.
pub(crate) struct Outgoings {
    /// Statuses of messages.
    pub(crate) postings: async_channel::Receiver<Posting>,
    /// Everything else.
    pub(crate) news: async_channel::Receiver<(News, Busy)>,
}

/// A shard, and the task that keeps its time.
struct Slot {
    shard: Mutex<Shard>,
    /// Until when the task sleeps; changed only under the shard's lock.
    sleeps_until: AtomicU64,
    wake: Notify,
}

impl Engine {
    pub(crate) fn new(
        clock: Clock,
        world: World,
        directory: Directory,
        record: Arc<dyn Record>,
        phones: Option<Phones>,
    ) -> (Self, Outgoings) {
        // Bounded by the outboxes, which hold every webhook that is posted.
        let (postings, to_post) = async_channel::unbounded();
        // Bounded by what the directory holds, whose changes are what is told, and by what people write.
        let (news, to_tell) = async_channel::unbounded();
        let engine = Self {
            clock,
            inbox: Inbox::new(),
            events: Recent::new(SHARDS, EVENTS_REMEMBERED),
            metrics: Metrics::new(operation_names()),
            reviews: Notify::new(),
            world: ArcSwap::from_pointee(world),
            directory: ArcSwap::from_pointee(directory),
            numbering: Numbering::default(),
            shards: (0..SHARDS).map(|_| Slot::new()).collect(),
            record,
            phones,
            phones_lost: AtomicU64::new(0),
            traces: AtomicU64::new(0),
            postings,
            news,
            pace: Arc::default(),
            turning: tokio::sync::Mutex::new(()),
            written: AtomicU64::new(0),
        };
        (engine, Outgoings { postings: to_post, news: to_tell })
    }

    /// The directory as it is now.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The rules of the world as they are now.
    pub(crate) fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// Whether any fault is set, whatever its window.
    pub(crate) fn has_faults(&self) -> bool {
        !self.world.load().faults.is_empty()
    }

    /// When and from what chance something is made up now.
    pub(crate) fn founding(&self) -> Founding {
        let world = self.world.load();
        Founding { seed: world.seed, now_unix: world.unix_secs(self.clock.now()) }
    }

    /// Changes the rules of the world; the change may run more than once, and the last time counts.
    pub(crate) fn change_world<T>(&self, change: impl Fn(&mut World) -> T) -> T {
        let mut outcome = None;
        self.world.rcu(|world| {
            let mut changed = World::clone(world);
            outcome = Some(change(&mut changed));
            changed
        });
        outcome.expect("the change ran at least once")
    }

    /// Changes the directory; the change may run more than once, and the last time counts.
    pub(crate) fn change_directory<T>(&self, change: impl Fn(&mut Directory) -> T) -> T {
        let mut outcome = None;
        self.directory.rcu(|directory| {
            let mut changed = Directory::clone(directory);
            outcome = Some(change(&mut changed));
            changed
        });
        outcome.expect("the change ran at least once")
    }

    /// Decides on a request to send.
    pub(crate) fn send(&self, directory: &Directory, outgoing: Outgoing<'_>) -> Result<MessageId, Refusal> {
        let at = shard_of(outgoing.recipient);
        let now = self.clock.now();
        let world = self.world.load();
        let rules = Rules { world: &world, directory, numbering: &self.numbering };
        let mut effects = Vec::with_capacity(1);
        let slot = &self.shards[at];
        let mut shard = slot.lock();
        let sent = shard.send(now, &rules, outgoing, &mut effects);
        slot.wake_for(&shard);
        drop(shard);
        self.settle(at, effects);
        sent
    }

    /// Does what is due in a shard, and says when to come back.
    pub(crate) fn take_due(&self, at: usize) -> Elapsed {
        let _busy = self.pace.busy();
        let slot = &self.shards[at];
        let (world, directory) = (self.world.load(), self.directory.load());
        let rules = Rules { world: &world, directory: &directory, numbering: &self.numbering };
        let mut effects = Vec::new();
        let mut shard = slot.lock();
        shard.take_due(self.clock.now(), &rules, &mut effects);
        let next = shard.next_due().unwrap_or(Elapsed::NEVER);
        slot.sleeps_until.store(next.micros(), Ordering::Relaxed);
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
        self.shards[at].wake.notified().await;
    }

    /// What a webhook says, until it is answered or given up.
    pub(crate) fn webhook(&self, posting: &Posting) -> Option<StatusUpdate> {
        self.shards[posting.shard].lock().webhook(posting.ticket).cloned()
    }

    pub(crate) fn webhook_answered(&self, at: usize, ticket: Ticket, answer: CallbackAnswer) {
        let now = self.clock.now();
        let mut effects = Vec::with_capacity(1);
        let slot = &self.shards[at];
        let mut shard = slot.lock();
        shard.webhook_answered(now, ticket, answer, &mut effects);
        slot.wake_for(&shard);
        drop(shard);
        self.settle(at, effects);
    }

    /// Takes a template on and has it reviewed.
    pub(crate) fn create_template(
        &self,
        account: WabaId,
        template: &MessageTemplate,
    ) -> Result<CreateReply, Refusal> {
        let (now, world) = (self.clock.now(), self.world());
        let created = self.change_directory(|directory| {
            directory.create_template(now, &world, account, template.clone())
        })?;
        self.happened(now, Fact::TemplateSubmitted { template: created.id.number() });
        self.reviews.notify_one();
        Ok(created)
    }

    /// Ends the reviews that are due, and tells the apps.
    pub(crate) fn take_reviews(&self) {
        let _busy = self.pace.busy();
        let world = self.world();
        let now = self.clock.now();
        let reviewed = self.change_directory(|directory| directory.take_reviews(now, &world));
        for reviewed in &reviewed {
            self.happened(now, reviewed.fact);
        }
        self.notify(reviewed.into_iter().map(|reviewed| reviewed.notice).collect());
    }

    /// Tells the apps of accounts what has changed, signed and tried again like any webhook.
    pub(crate) fn notify(&self, notices: Vec<Notice>) {
        for notice in notices {
            self.tell(News::Changed(notice));
        }
    }

    fn tell(&self, news: News) {
        self.news
            .try_send((news, self.pace.busy()))
            .expect("the task that tells the news outlives the engine");
    }

    /// When the next thing is due, anywhere.
    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        let shards = self.shards.iter().filter_map(|slot| slot.lock().next_due()).min();
        let others = [self.directory.load().next_review(), self.pace.next_alarm()];
        shards.into_iter().chain(others.into_iter().flatten()).min()
    }

    /// How many accepted messages have not ended yet.
    pub(crate) fn in_flight(&self) -> usize {
        self.shards.iter().map(|slot| slot.lock().in_flight()).sum()
    }

    /// How many statuses wait to be posted, or for their callback's answer.
    pub(crate) fn webhooks_waiting(&self) -> usize {
        self.shards.iter().map(|slot| slot.lock().webhooks_waiting()).sum()
    }

    /// How many arrivals on phones were not told to who plays the recipients.
    pub(crate) fn phones_lost(&self) -> u64 {
        self.phones_lost.load(Ordering::Relaxed)
    }

    /// Takes down what happened outside of all shards.
    pub(crate) fn happened(&self, at: Elapsed, fact: Fact) {
        self.happened_in(0, Event { at, fact });
    }

    fn happened_in(&self, shard: usize, event: Event) {
        self.record.record(event);
        self.metrics.happened(&event.fact);
        self.events.push(shard, event);
    }

    /// A number that no other answer of this server had.
    pub(crate) fn next_trace(&self) -> u64 {
        self.traces.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn shards(&self) -> std::ops::Range<usize> {
        0..self.shards.len()
    }

    fn settle(&self, shard: usize, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Happened(event) => self.happened_in(shard, event),
                Effect::OnPhone(arrived) => {
                    let (recipient, code, at) = (arrived.recipient, arrived.code.clone(), arrived.at);
                    self.inbox.push(arrived);
                    self.tell_phones(OnPhone::Code { recipient, code, at });
                }
                Effect::NeverOnPhone(recipient) => self.tell_phones(OnPhone::Never { recipient }),
                Effect::Post(ticket) => {
                    self.postings
                        .try_send(Posting { shard, ticket, _busy: self.pace.busy() })
                        .expect("the posting tasks outlive the engine");
                }
            }
        }
    }

    fn tell_phones(&self, what: OnPhone) {
        let Some(phones) = &self.phones else { return };
        if !phones(what) {
            self.phones_lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Slot {
    fn new() -> Self {
        let sleeps_until = AtomicU64::new(Elapsed::NEVER.micros());
        Self { shard: Mutex::new(Shard::new()), sleeps_until, wake: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Shard> {
        self.shard.lock().expect("nobody panics while holding a shard")
    }

    /// Wakes the task that keeps the shard's time, if it would oversleep.
    fn wake_for(&self, shard: &Shard) {
        let next = shard.next_due().unwrap_or(Elapsed::NEVER).micros();
        if next < self.sleeps_until.load(Ordering::Relaxed) {
            self.sleeps_until.store(next, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }
}

/// Spreads recipients over the shards; neighbours fall into different ones.
pub(crate) fn shard_of(recipient: Recipient) -> usize {
    (recipient.number() % SHARDS as u64) as usize
}
