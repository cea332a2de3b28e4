//! Things that are due later, in the order of their instants.
//!
//! A heap of everything would miss the cache at every step once a million things are due. So only
//! what is due in the next few milliseconds is kept in order. The rest of the second around it waits
//! in slots of time, each of which is sorted when its turn comes; what is due after that second waits
//! by the second, so that the few places to which things are added stay in the cache.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use scenario::Elapsed;

/// What is due, and when; equal instants come out in the order in which they went in.
#[derive(Clone, Debug)]
pub(crate) struct Timers<T> {
    /// What was due in the slot `near_until` when its turn came, in order.
    near: Vec<Timer<T>>,
    /// How many of those have come out.
    taken: usize,
    near_until: u64,
    /// What has come since and is due in that slot or before; the first one on top.
    late: BinaryHeap<Late<T>>,
    /// How many were late so far.
    latecomers: u64,
    /// What is due in each slot of the same stretch after that one.
    soon: Vec<Vec<Timer<T>>>,
    /// What is due in each stretch after that.
    far: FxHashMap<u64, Vec<Timer<T>>>,
    /// The stretches that hold something, the first one on top.
    stretches: BinaryHeap<Reverse<u64>>,
    /// A stretch that has come near, whose memory the next one takes.
    emptied: Vec<Timer<T>>,
}

#[derive(Clone, Copy, Debug)]
struct Timer<T> {
    due: Elapsed,
    what: T,
}

/// A timer that came when its slot was in order already.
#[derive(Clone, Copy, Debug)]
struct Late<T> {
    timer: Timer<T>,
    nth: u64,
}

/// How long a slot is, as a power of two of microseconds: about four milliseconds.
const SLOT_BITS: u32 = 12;

/// How many slots a stretch has, as a power of two: it lasts about a second.
const STRETCH_BITS: u32 = 8;

impl<T: Copy> Default for Timers<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy> Timers<T> {
    pub(crate) fn new() -> Self {
        Self {
            near: Vec::new(),
            taken: 0,
            near_until: 0,
            late: BinaryHeap::new(),
            latecomers: 0,
            soon: vec![Vec::new(); 1 << STRETCH_BITS],
            far: FxHashMap::default(),
            stretches: BinaryHeap::new(),
            emptied: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, due: Elapsed, what: T) {
        let timer = Timer { due, what };
        let slot = slot_of(due);
        if slot <= self.near_until {
            self.late.push(Late { timer, nth: self.latecomers });
            self.latecomers += 1;
            return;
        }
        let stretch = slot >> STRETCH_BITS;
        if stretch == self.near_until >> STRETCH_BITS {
            self.soon[place(slot)].push(timer);
        } else {
            let timers = self.far.entry(stretch).or_insert_with(|| {
                self.stretches.push(Reverse(stretch));
                std::mem::take(&mut self.emptied)
            });
            timers.push(timer);
        }
        self.refill();
    }

    #[inline]
    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        match (self.near.get(self.taken), self.late.peek()) {
            (Some(near), Some(late)) => Some(near.due.min(late.timer.due)),
            (Some(near), None) => Some(near.due),
            (None, late) => late.map(|late| late.timer.due),
        }
    }

    /// Everything that is due later, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Elapsed, &T)> {
        let near = self.near[self.taken..].iter().chain(self.late.iter().map(|late| &late.timer));
        let later = self.soon.iter().chain(self.far.values()).flatten();
        near.chain(later).map(|timer| (timer.due, &timer.what))
    }

    /// The first thing that is due at `now`, if any is.
    pub(crate) fn pop_due(&mut self, now: Elapsed) -> Option<T> {
        let due = self.next_due().filter(|due| *due <= now)?;
        let timer = match self.near.get(self.taken).filter(|near| near.due == due) {
            Some(near) => {
                self.taken += 1;
                *near
            }
            None => self.late.pop()?.timer,
        };
        self.refill();
        Some(timer.what)
    }

    /// Brings the next slot near, if nothing is: something is near while anything is due.
    #[inline]
    fn refill(&mut self) {
        if self.taken == self.near.len() && self.late.is_empty() {
            self.turn_to_next_slot();
        }
    }

    fn turn_to_next_slot(&mut self) {
        self.near.clear();
        self.taken = 0;
        let slot = self.next_slot().or_else(|| self.turn_to_next_stretch());
        let Some(slot) = slot else { return };
        std::mem::swap(&mut self.near, &mut self.soon[place(slot)]);
        self.near.sort_by_key(|timer| timer.due);
        self.near_until = slot;
    }

    /// The next slot of the same stretch that holds something.
    fn next_slot(&self) -> Option<u64> {
        let stretch_end = ((self.near_until >> STRETCH_BITS) + 1) << STRETCH_BITS;
        (self.near_until..stretch_end).find(|slot| !self.soon[place(*slot)].is_empty())
    }

    /// Spreads the next stretch over its slots; gives the first of them that holds something.
    fn turn_to_next_stretch(&mut self) -> Option<u64> {
        let Reverse(stretch) = self.stretches.pop()?;
        let mut timers = self.far.remove(&stretch).expect("a stretch that is listed holds something");
        for timer in timers.drain(..) {
            self.soon[place(slot_of(timer.due))].push(timer);
        }
        self.emptied = timers;
        self.near_until = stretch << STRETCH_BITS;
        self.next_slot()
    }
}

const fn slot_of(due: Elapsed) -> u64 {
    due.micros() >> SLOT_BITS
}

/// Where a slot has its place among those of its stretch.
const fn place(slot: u64) -> usize {
    (slot % (1 << STRETCH_BITS)) as usize
}

impl<T> Ord for Late<T> {
    /// The earliest is the greatest, so that the heap yields it first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.timer.due, other.nth).cmp(&(self.timer.due, self.nth))
    }
}

impl<T> PartialOrd for Late<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Late<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Late<T> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use scenario::Elapsed;

    use super::Timers;

    proptest! {
        #[test]
        fn things_come_out_in_the_order_of_their_instants_and_then_of_their_coming(
            steps in proptest::collection::vec((0..5_000_000_u64, 0..24_u32, any::<bool>()), 0..300),
        ) {
            let (mut timers, mut sorted) = (Timers::new(), Vec::new());
            for (nth, (due, nearer, pops)) in steps.into_iter().enumerate() {
                let due = due >> nearer;
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
