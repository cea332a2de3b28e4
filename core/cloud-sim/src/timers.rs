//! Things that are due later, in the order of their instants.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use scenario::Elapsed;

/// What is due, and when; equal instants come out in the order in which they went in.
#[derive(Clone, Debug)]
pub(crate) struct Timers<T> {
    heap: BinaryHeap<Timer<T>>,
    pushed: u64,
}

#[derive(Clone, Debug)]
struct Timer<T> {
    due: Elapsed,
    nth: u64,
    what: T,
}

impl<T> Timers<T> {
    pub(crate) const fn new() -> Self {
        Self { heap: BinaryHeap::new(), pushed: 0 }
    }

    pub(crate) fn push(&mut self, due: Elapsed, what: T) {
        self.heap.push(Timer { due, nth: self.pushed, what });
        self.pushed += 1;
    }

    pub(crate) fn next_due(&self) -> Option<Elapsed> {
        self.heap.peek().map(|timer| timer.due)
    }

    /// The first thing that is due at `now`, if any is.
    pub(crate) fn pop_due(&mut self, now: Elapsed) -> Option<T> {
        if self.next_due()? > now {
            return None;
        }
        self.heap.pop().map(|timer| timer.what)
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
