//! Time turned by hand: what is due happens at its instant, and is over before time goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use scenario::{Elapsed, Span};
use tokio::sync::{MutexGuard, Notify};

use super::Engine;
use crate::clock::Clock;

/// How far time is turned on at most where nobody says how far.
const SPAN_MAX: Span = Span::from_secs(30 * 24 * 3_600);

/// How far to turn the clock on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So far.
    After(Span),
    /// To the next thing that is due, if anything is within 30 days.
    Next,
    /// Until nothing is due any more, or for 30 days.
    Idle,
}

/// What is being done at this moment.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    busy: AtomicUsize,
    settled: Notify,
}

/// Something is being done, until this is dropped.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Pace>);

impl Pace {
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::AcqRel);
        Busy(Arc::clone(self))
    }

    /// Waits until nothing is being done.
    pub(super) async fn settled(&self) {
        loop {
            let news = self.settled.notified();
            if self.busy.load(Ordering::Acquire) == 0 {
                return;
            }
            news.await;
        }
    }

    fn done(&self) {
        if self.busy.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.settled.notify_waiters();
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.done();
    }
}

impl Engine {
    /// Turns the clock on, from one thing due to the next.
    ///
    /// Each thing happens at its instant, and the webhooks about it are answered, or have failed,
    /// before time goes on. Whoever turns the clock meanwhile waits.
    pub(crate) async fn turn(&self, until: Until) {
        let _turning = self.unturned().await;
        let begin = self.clock.now();
        let end = match until {
            Until::After(span) => begin + span,
            Until::Next | Until::Idle => begin + SPAN_MAX,
        };
        let end = end.min(Clock::LATEST);
        self.pace.settled().await;
        let next = || match until {
            Until::After(_) => self.next_due(),
            Until::Next | Until::Idle => self.next_work(),
        };
        while let Some(due) = next().filter(|due| *due <= end) {
            self.turn_to(due.max(self.clock.now())).await;
            if until == Until::Next && due > begin {
                break;
            }
        }
        // What slept through the steps wakes now.
        self.clock.set(if let Until::After(_) = until { end } else { self.clock.now() });
    }

    /// Waits until nobody turns the clock, and keeps everybody from it until the answer is dropped.
    pub(crate) async fn unturned(&self) -> MutexGuard<'_, ()> {
        self.turning.lock().await
    }

    async fn turn_to(&self, now: Elapsed) {
        // The tasks that keep time need not wake: their work is done here.
        self.clock.set_silently(now);
        let mut effects = Vec::new();
        for at in self.shards() {
            if self.shards[at].lock().next_due().is_some_and(|due| due <= now) {
                self.take_due(at, &mut effects);
            }
        }
        for at in self.outboxes() {
            if self.is_outbox_due(at, now) {
                self.take_outbox_due(at);
            }
        }
        if self.directory.load().next_due().is_some_and(|due| due <= now) {
            self.take_due_in_directory();
        }
        self.pace.settled().await;
    }
}
