//! What is told to the apps, and what came of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloud_api::AsyncFailure;
use cloud_api::webhook::InboundMessage;
use cloud_sim::{
    CallbackAnswer, Effect, News, Notice, Number, Outbox, OutboxCounts, Parcel, StatusUpdate, World,
};
use scenario::Elapsed;

use super::Engine;
use super::slot::Timed;
use crate::webhook::Posting;

/// How many outboxes share the webhooks.
pub(super) const OUTBOXES: usize = 16;

impl Timed for Outbox {
    fn next_due(&self) -> Option<Elapsed> {
        Self::next_due(self)
    }
}

impl Engine {
    /// Tells the apps of accounts what has changed, signed and tried again like any webhook.
    pub(crate) fn notify(&self, notices: Vec<Notice>) {
        for notice in notices {
            self.tell(News::Changed(Arc::new(notice)));
        }
    }

    /// Tells the apps of an account what a person wrote to one of its numbers.
    pub(crate) fn written(&self, number: &Arc<Number>, message: InboundMessage) {
        self.tell(News::Written(Arc::clone(number), Arc::new(message)));
    }

    /// Tells the apps of an account that something is wrong with one of its numbers.
    pub(crate) fn troubled(&self, number: &Arc<Number>, failure: AsyncFailure) {
        self.tell(News::Troubled(Arc::clone(number), Arc::new(failure)));
    }

    pub(super) fn report(&self, update: StatusUpdate) {
        self.tell(News::Status(update));
    }

    fn tell(&self, news: News) {
        let world = self.world.load();
        news.address(&world, &self.directory.load(), |parcel| self.hand_over(&world, parcel));
    }

    fn hand_over(&self, world: &World, parcel: Parcel) {
        let at = (Outbox::place(world, &parcel) % OUTBOXES as u64) as usize;
        let mut effects = Vec::with_capacity(1);
        let slot = &self.outboxes[at];
        let mut outbox = slot.lock();
        outbox.push(self.clock.now(), world, parcel, &mut effects);
        slot.wake_for(&outbox);
        drop(outbox);
        self.settle_outbox(at, effects);
    }

    /// Sends what is due in an outbox, and says when to come back.
    pub(crate) fn take_outbox_due(&self, at: usize) -> Elapsed {
        let _busy = self.pace.busy();
        let slot = &self.outboxes[at];
        let world = self.world.load();
        let mut effects = Vec::new();
        let mut outbox = slot.lock();
        outbox.take_due(self.clock.now(), &world, &mut effects);
        let next = slot.sleep(&outbox);
        drop(outbox);
        self.settle_outbox(at, effects);
        next
    }

    /// Whether an outbox has something to do now.
    pub(super) fn is_outbox_due(&self, at: usize, now: Elapsed) -> bool {
        self.outboxes[at].lock().next_due().is_some_and(|due| due <= now)
    }

    /// Waits until an outbox has something to do that is due earlier than it thought.
    pub(crate) async fn outbox_woken(&self, at: usize) {
        self.outboxes[at].woken().await;
    }

    pub(crate) fn outboxes(&self) -> std::ops::Range<usize> {
        0..self.outboxes.len()
    }

    /// A webhook to post, and the how-manieth attempt that is.
    pub(crate) fn parcel(&self, posting: &Posting) -> Option<(Parcel, u8)> {
        let outbox = self.outboxes[posting.outbox].lock();
        if posting.life != self.lives.load(Ordering::Relaxed) {
            return None;
        }
        outbox.parcel(posting.ticket).map(|(parcel, attempt)| (parcel.clone(), attempt))
    }

    pub(crate) fn webhook_answered(&self, posting: &Posting, answer: CallbackAnswer) {
        let world = self.world.load();
        let mut effects = Vec::with_capacity(1);
        let slot = &self.outboxes[posting.outbox];
        let mut outbox = slot.lock();
        if posting.life != self.lives.load(Ordering::Relaxed) {
            return;
        }
        outbox.answered(self.clock.now(), &world, (posting.ticket, answer), &mut effects);
        slot.wake_for(&outbox);
        drop(outbox);
        self.settle_outbox(posting.outbox, effects);
    }

    /// How many webhooks wait to be heard.
    pub(crate) fn webhooks_waiting(&self) -> usize {
        self.outboxes.iter().map(|slot| slot.lock().waiting()).sum()
    }

    /// What has become of webhooks so far.
    pub(crate) fn webhook_counts(&self) -> OutboxCounts {
        let each = self.outboxes.iter().map(|slot| slot.lock().counts());
        each.fold(OutboxCounts::default(), |sum, counts| sum + counts)
    }

    pub(super) fn settle_outbox(&self, outbox: usize, effects: Vec<Effect>) {
        self.all_happened(outbox, effects.iter().filter_map(Effect::event));
        for effect in effects {
            match effect {
                Effect::Post { app, ticket } => {
                    let connections = self.world.load().meta.webhooks.connections;
                    let (life, _busy) = (self.lives.load(Ordering::Relaxed), self.pace.busy());
                    let posting = Posting { outbox, ticket, life, _busy };
                    self.postman.post(app, posting, connections);
                }
                Effect::Happened(_)
                | Effect::OnPhone(_)
                | Effect::NeverOnPhone { .. }
                | Effect::DirectoryDue
                | Effect::Notify(_)
                | Effect::Report(_) => {}
            }
        }
    }
}
