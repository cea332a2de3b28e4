//! The state machine of `cloud-sim`, shared by all connections and driven by a clock.

mod costs;
mod explain;
mod faults;
mod history;
mod outboxes;
mod phones;
mod reset;
mod slot;
mod state;
mod time;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use arc_swap::ArcSwap;
use cloud_api::account::Activity;
use cloud_api::profile::Facts;
use cloud_api::template::CreateReply;
use cloud_api::{
    GraphVersion, MessageId, MessageTemplate, OtpCode, PhoneNumberId, Recipient, Refusal, TemplateId, WabaId,
};
use cloud_sim::{
    Accepted, Directory, Effect, Founding, MEDIA_BYTES_KEPT, MediaStore, Moment, Notice, Numbering, Outbox,
    Outgoing, Rules, Shard, World,
};
use journal::{Event, Fact, Record};
use scenario::Elapsed;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::graph::operation_names;
use crate::inbox::Inbox;
use crate::metrics::Metrics;
use crate::recent::Recent;
use crate::requests::Requests;
use crate::server::Phones;
use crate::webhook::{Postman, Wanted};

pub use explain::Timeline;
use history::Lost;
pub use phones::PhoneError;
use reset::Beginning;
use slot::{Slot, Timed};
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
    /// Held by who changes the directory.
    changing: Mutex<()>,
    numbering: Numbering,
    shards: Vec<Slot<Shard>>,
    outboxes: Vec<Slot<Outbox>>,
    pub(crate) postman: Postman,
    record: Arc<dyn Record>,
    phones: Option<Phones>,
    phones_lost: AtomicU64,
    traces: AtomicU64,
    /// How often everything was replaced; answers to webhooks of an earlier life are not heard.
    lives: AtomicU64,
    /// How many messages people have written to businesses.
    written: AtomicU64,
    pace: Arc<Pace>,
    /// Held by who turns the clock.
    turning: tokio::sync::Mutex<()>,
}

impl Timed for Shard {
    fn next_due(&self) -> Option<Elapsed> {
        Self::next_due(self)
    }
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
            changing: Mutex::new(()),
            numbering: Numbering::default(),
            shards: (0..SHARDS).map(|_| Slot::new(Shard::new().among(SHARDS))).collect(),
            outboxes: (0..outboxes::OUTBOXES).map(|_| Slot::new(Outbox::new())).collect(),
            postman,
            record,
            phones,
            phones_lost: AtomicU64::new(0),
            traces: AtomicU64::new(0),
            lives: AtomicU64::new(0),
            pace: Arc::default(),
            turning: tokio::sync::Mutex::new(()),
            written: AtomicU64::new(0),
        };
        (engine, wanted)
    }

    /// The directory as it is now.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The rules of the world as they are now.
    pub(crate) fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// What Meta does in this version where its pages, practice and versions disagree.
    pub(crate) fn facts(&self, version: GraphVersion) -> Facts {
        self.world.load().meta.profile.at(version)
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

    /// The uploaded files.
    pub(crate) fn media(&self) -> MutexGuard<'_, MediaStore> {
        self.media.lock().expect("nobody panics while holding the files")
    }

    /// Changes the directory: one change after the other, each once.
    pub(crate) fn change_directory<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        let _turn = self.changing.lock().expect("nobody panics while changing the directory");
        let mut changed = Directory::clone(&self.directory.load());
        let outcome = change(&mut changed);
        self.directory.store(Arc::new(changed));
        outcome
    }

    /// Changes the directory, wakes what waits for it and tells the apps.
    pub(crate) fn change_and_notify<E>(
        &self,
        change: impl FnOnce(&mut Directory) -> Result<Vec<Notice>, E>,
    ) -> Result<(), E> {
        let notices = self.change_directory(change)?;
        self.directory_changed.notify_one();
        self.notify(notices);
        Ok(())
    }

    /// Decides on a request to send.
    pub(crate) fn send(&self, directory: &Directory, outgoing: Outgoing<'_>) -> Result<Accepted, Refusal> {
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

    /// Marks a message of a person as read by a number.
    pub(crate) fn mark_as_read(&self, reader: PhoneNumberId, id: MessageId) -> Result<(), Refusal> {
        self.shards[shard_of(id.recipient())].lock().mark_as_read(self.clock.now(), reader, id)
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

    /// Takes a template on and has it reviewed.
    pub(crate) fn create_template(
        &self,
        account: WabaId,
        template: &MessageTemplate,
    ) -> Result<CreateReply, Refusal> {
        self.alter(|directory, moment| directory.create_template(moment, account, template.clone()))
    }

    /// Changes the directory now, and lets the journal and the apps know what came of it.
    pub(crate) fn alter<T>(&self, change: impl FnOnce(&mut Directory, &mut Moment<'_>) -> T) -> T {
        let (now, world) = (self.clock.now(), self.world());
        let (outcome, changes) = self.change_directory(|directory| {
            let mut moment = Moment::new(now, &world);
            let outcome = change(directory, &mut moment);
            (outcome, moment.changes())
        });
        for event in changes.events {
            self.happened(event.at, event.fact);
        }
        self.notify(changes.notices);
        self.directory_changed.notify_one();
        outcome
    }

    /// Has everything happen in the directory that is due, and says when to come back.
    pub(crate) fn take_due_in_directory(&self) -> Elapsed {
        let _busy = self.pace.busy();
        if self.directory.load().next_due().is_some_and(|due| due <= self.clock.now()) {
            self.alter(Directory::take_due);
        }
        self.directory.load().next_due().unwrap_or(Elapsed::NEVER)
    }

    /// Whether a message made from this template is on its way.
    pub(crate) fn is_pending(&self, template: TemplateId) -> bool {
        self.shards.iter().any(|slot| slot.lock().is_pending(template))
    }

    /// How long a callback may take to answer, in real time.
    pub(crate) fn callback_timeout(&self) -> Duration {
        Duration::from_micros(self.world.load().meta.webhooks.timeout.micros())
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

    /// How many accepted messages have not ended yet.
    pub(crate) fn in_flight(&self) -> usize {
        self.shards.iter().map(|slot| slot.lock().in_flight()).sum()
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
                    let (recipient, at) = (arrived.recipient, arrived.at);
                    let code = arrived.content.code().cloned();
                    self.inbox.push(arrived);
                    if let Some(code) = code {
                        self.tell_phones(OnPhone::Code { recipient, code, at });
                    }
                }
                Effect::DirectoryDue => self.directory_changed.notify_one(),
                Effect::NeverOnPhone { message, id, sender } => {
                    self.lost.push(shard, Lost { message, id, sender });
                    self.tell_phones(OnPhone::Never { recipient: id.recipient() });
                }
                Effect::Report(update) => self.report(update),
                Effect::Post { .. } => {}
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

/// Spreads recipients over the shards; neighbours fall into different ones.
pub(crate) fn shard_of(recipient: Recipient) -> usize {
    (recipient.number() % SHARDS as u64) as usize
}
