//! A part of the state machine, and the task that keeps its time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use scenario::Elapsed;
use tokio::sync::Notify;

/// A part of the state machine, and the task that keeps its time.
pub(super) struct Slot<T> {
    part: Mutex<T>,
    /// Until when the task sleeps; changed only under the part's lock.
    sleeps_until: AtomicU64,
    wake: Notify,
}

/// A part that has things due at instants.
pub(super) trait Timed {
    fn next_due(&self) -> Option<Elapsed>;
}

impl<T: Timed> Slot<T> {
    pub(super) fn new(part: T) -> Self {
        let sleeps_until = AtomicU64::new(Elapsed::NEVER.micros());
        Self { part: Mutex::new(part), sleeps_until, wake: Notify::new() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.part.lock().expect("nobody panics while holding a part")
    }

    /// Says when to come back, under the lock that was taken to do what was due.
    pub(super) fn sleep(&self, part: &T) -> Elapsed {
        let next = part.next_due().unwrap_or(Elapsed::NEVER);
        self.sleeps_until.store(next.micros(), Ordering::Relaxed);
        next
    }

    /// Wakes the task that keeps the part's time, if it would oversleep.
    pub(super) fn wake_for(&self, part: &T) {
        let next = part.next_due().unwrap_or(Elapsed::NEVER).micros();
        if next < self.sleeps_until.load(Ordering::Relaxed) {
            self.sleeps_until.store(next, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }

    /// Waits until somebody gives the part something to do that is due earlier than it thought.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}
