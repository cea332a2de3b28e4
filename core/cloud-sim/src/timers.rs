//! Things that are due later, in the order of their instants.
//!
//! A heap of everything would miss the cache at every step once a million things are due. So only
//! what is due in the next few milliseconds lies in a heap; the rest waits in slots of time, each
//! of which becomes a heap when its turn comes.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use scenario::Elapsed;

/// What is due, and when; equal instants come out in the order in which they went in.
#[derive(Clone, Debug)]
pub(crate) struct Timers<T> {
    /// What is due in the slots up to `near_until`; never empty while anything is due.
    near: BinaryHeap<Timer<T>>,
    near_until: u64,
    /// What is due in each slot after that.
    far: FxHashMap<u64, Vec<Timer<T>>>,
    /// The slots that hold something, the first one on top.
    slots: BinaryHeap<Reverse<u64>>,
    /// Emptied slots, whose memory the next ones take.
    emptied: Vec<Vec<Timer<T>>>,
    pushed: u64,
}

#[derive(Clone, Debug)]
struct Timer<T> {
    due: Elapsed,
    nth: u64,
    what: T,
}

/// How long a slot is, as a power of two of microseconds: about four milliseconds.
const SLOT_BITS: u32 = 12;

/// How many emptied slots are kept for their memory.
const EMPTIED_MAX: usize = 64;

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Timers<T> {
    pub(crate) fn new() -> Self {
        Self {
            near: BinaryHeap::new(),
            near_until: 0,
            far: FxHashMap::default(),
            slots: BinaryHeap::new(),
            emptied: Vec::new(),
            pushed: 0,
        }
    }

    pub(crate) fn push(&mut self, due: Elapsed, what: T) {
        let timer = Timer { due, nth: self.pushed, what };
        self.pushed += 1;
        let slot = due.micros() >> SLOT_BITS;
        if slot <= self.near_until {
            self.near.push(timer);
        } else {
            let timers = self.far.entry(slot).or_insert_with(|| {
                self.slots.push(Reverse(slot));
                self.emptied.pop().unwrap_or_default()
            });
            timers.push(timer);
            self.refill();
        }
    }

    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        self.near.peek().map(|timer| timer.due)
    }

    /// Everything that is due later, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Elapsed, &T)> {
        let all = self.near.iter().chain(self.far.values().flatten());
        all.map(|timer| (timer.due, &timer.what))
    }

    /// The first thing that is due at `now`, if any is.
    pub(crate) fn pop_due(&mut self, now: Elapsed) -> Option<T> {
        if self.next_due()? > now {
            return None;
        }
        let timer = self.near.pop()?;
        self.refill();
        Some(timer.what)
    }

    /// Brings the next slot near, if nothing is.
    fn refill(&mut self) {
        if !self.near.is_empty() {
            return;
        }
        if let Some(Reverse(slot)) = self.slots.pop() {
            let timers = self.far.remove(&slot).expect("a slot that is listed holds something");
            let emptied = std::mem::replace(&mut self.near, BinaryHeap::from(timers));
            if self.emptied.len() < EMPTIED_MAX {
                self.emptied.push(emptied.into_vec());
            }
            self.near_until = slot;
        }
    }
}

impl<T> Ord for Timer<T> {
    /// The earliest is the greatest, so that the heap yields it first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.nth).cmp(&(self.due, self.nth))
    }
}

impl<T> PartialOrd for Timer<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Timer<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Timer<T> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use scenario::Elapsed;

    use super::Timers;

    proptest! {
        #[test]
        fn things_come_out_in_the_order_of_their_instants_and_then_of_their_coming(
            steps in proptest::collection::vec((0..40_000_u64, any::<bool>()), 0..300),
        ) {
            let (mut timers, mut sorted) = (Timers::new(), Vec::new());
            for (nth, (due, pops)) in steps.into_iter().enumerate() {
                timers.push(Elapsed::from_micros(due), (due, nth));
                sorted.push((due, nth));
                if pops {
                    sorted.sort_unstable();
                    prop_assert_eq!(timers.pop_due(Elapsed::NEVER), Some(sorted.remove(0)));
                }
            }
            sorted.sort_unstable();
            prop_assert_eq!(timers.next_due().map(Elapsed::micros), sorted.first().map(|first| first.0));
            let rest: Vec<_> = std::iter::from_fn(|| timers.pop_due(Elapsed::NEVER)).collect();
            prop_assert_eq!(rest, sorted);
        }
    }
}
