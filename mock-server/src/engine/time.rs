//! Time turned by hand: what is due happens at its instant, and is over before time goes on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use scenario::{Elapsed, Span};
use tokio::sync::Notify;

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

/// What is being done at this moment, and what will wake by itself.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    busy: AtomicUsize,
    /// How many tasks rest until each instant.
    alarms: Mutex<BTreeMap<Elapsed, usize>>,
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

    /// When the next task wakes.
    pub(super) fn next_alarm(&self) -> Option<Elapsed> {
        self.alarms().keys().next().copied()
    }

    /// Waits until nothing is being done and nobody has yet to wake at `now`.
    async fn settled(&self, now: Elapsed) {
        loop {
            let news = self.settled.notified();
            // Whoever wakes is busy before the alarm is gone.
            let is_awake = self.next_alarm().is_none_or(|alarm| alarm > now);
            if is_awake && self.busy.load(Ordering::Acquire) == 0 {
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

    fn alarms(&self) -> MutexGuard<'_, BTreeMap<Elapsed, usize>> {
        self.alarms.lock().expect("nobody panics while holding the alarms")
    }
}

impl Busy {
    /// Does nothing until this instant, and lets time pass until then.
    pub(crate) async fn rest_until(&self, clock: &Clock, due: Elapsed) {
        *self.0.alarms().entry(due).or_default() += 1;
        self.0.done();
        clock.sleep_until(due).await;
        self.0.busy.fetch_add(1, Ordering::AcqRel);
        let mut alarms = self.0.alarms();
        if let Some(count) = alarms.get_mut(&due) {
            *count -= 1;
            if *count == 0 {
                alarms.remove(&due);
            }
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
        let _turning = self.turning.lock().await;
        let begin = self.clock.now();
        let end = match until {
            Until::After(span) => begin + span,
            Until::Next | Until::Idle => begin + SPAN_MAX,
        };
        self.pace.settled(begin).await;
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            self.turn_to(due.max(self.clock.now())).await;
            if until == Until::Next && due > begin {
                break;
            }
        }
        // What slept through the steps wakes now.
        self.clock.set(if let Until::After(_) = until { end } else { self.clock.now() });
    }

    async fn turn_to(&self, now: Elapsed) {
        if self.pace.next_alarm().is_some_and(|alarm| alarm <= now) {
            self.clock.set(now);
        } else {
            // The tasks that keep time need not wake: their work is done here.
            self.clock.set_silently(now);
        }
        for at in self.shards() {
            if self.shards[at].lock().next_due().is_some_and(|due| due <= now) {
                self.take_due(at);
            }
        }
        if self.directory.load().next_review().is_some_and(|due| due <= now) {
            self.take_reviews();
        }
        self.pace.settled(now).await;
    }
}
