//! The people who type their code in, each when they are done reading and typing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_channel::{Sender, TrySendError};
use scenario::{Attempt, Attempts, Elapsed};
use tokio::sync::Notify;
use tokio::time;

use crate::clock::Clock;
use crate::flights::Flight;

/// How long a due attempt waits before it is offered again to slots that are all taken.
const FULL_RETRY: Duration = Duration::from_millis(10);

/// An attempt to type a code in, which is due.
#[derive(Debug)]
pub(crate) struct Typed {
    /// Whose it is.
    pub(crate) flight: Flight,
    /// What they do.
    pub(crate) attempt: Attempt,
    /// What they would do after it.
    pub(crate) rest: Attempts,
}

/// Everybody who is typing. It holds at most one attempt of each arrival in flight.
#[derive(Debug)]
pub(crate) struct Typists {
    waiting: Mutex<BinaryHeap<Reverse<Waiting>>>,
    sooner: Notify,
}

/// An attempt that is not due yet, ordered by its instant, and by the arrival where those are equal.
#[derive(Debug)]
struct Waiting {
    due: Elapsed,
    typed: Typed,
}

impl Typists {
    /// Nobody yet.
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), sooner: Notify::new() }
    }

    /// Lets a person type: their next attempt is due when its time has passed since `from`.
    ///
    /// Answers whether there is a next attempt.
    pub(crate) fn begin(&self, from: Elapsed, flight: Flight, mut rest: Attempts) -> bool {
        let Some(attempt) = rest.next() else { return false };
        let due = from + attempt.after;
        let mut waiting = self.waiting();
        let is_sooner = waiting.peek().is_none_or(|Reverse(next)| due < next.due);
        waiting.push(Reverse(Waiting { due, typed: Typed { flight, attempt, rest } }));
        drop(waiting);
        if is_sooner {
            self.sooner.notify_one();
        }
        true
    }

    /// Hands every attempt over when it is due, until the other side is closed.
    pub(crate) async fn hand_over(&self, clock: Clock, typed: Sender<Typed>) {
        while !typed.is_closed() {
            let Some(due) = self.hand_over_due(clock.now(), &typed) else {
                self.sooner.notified().await;
                continue;
            };
            let wait = clock.until(due).max(if typed.is_full() { FULL_RETRY } else { Duration::ZERO });
            tokio::select! {
                () = time::sleep(wait) => {}
                () = self.sooner.notified() => {}
            }
        }
    }

    /// Hands over what is due now; answers when the next attempt is.
    fn hand_over_due(&self, now: Elapsed, typed: &Sender<Typed>) -> Option<Elapsed> {
        let mut waiting = self.waiting();
        while let Some(Reverse(next)) = waiting.pop() {
            if next.due > now {
                let due = next.due;
                waiting.push(Reverse(next));
                return Some(due);
            }
            if let Err(TrySendError::Full(typed) | TrySendError::Closed(typed)) = typed.try_send(next.typed) {
                waiting.push(Reverse(Waiting { due: next.due, typed }));
                return Some(next.due);
            }
        }
        None
    }

    fn waiting(&self) -> MutexGuard<'_, BinaryHeap<Reverse<Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn key(&self) -> (Elapsed, u64) {
        (self.due, self.typed.flight.arrival)
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
