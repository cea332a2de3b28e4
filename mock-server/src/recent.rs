//! A ring of what happened last: bounded, newest kept, the rest counted.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

/// The last things of one kind.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    ring: Mutex<Ring<T>>,
    capacity: usize,
}

#[derive(Debug)]
struct Ring<T> {
    items: VecDeque<T>,
    pushed: u64,
}

/// Some of the last things, and where to go on.
#[derive(Debug)]
pub(crate) struct Slice<T> {
    /// Oldest first.
    pub(crate) items: Vec<T>,
    /// How many things there were in all; ask for what comes after it to go on.
    pub(crate) next: u64,
    /// How many things between the ones asked for and the oldest kept were dropped.
    pub(crate) dropped: u64,
}

impl<T: Clone> Recent<T> {
    pub(crate) const fn new(capacity: usize) -> Self {
        Self { ring: Mutex::new(Ring { items: VecDeque::new(), pushed: 0 }), capacity }
    }

    pub(crate) fn push(&self, item: T) {
        let mut ring = self.lock();
        if ring.items.len() == self.capacity {
            ring.items.pop_front();
        }
        ring.items.push_back(item);
        ring.pushed += 1;
    }

    /// What came after the first `after` things and passes `wanted`, at most `limit` of it.
    pub(crate) fn after(&self, after: u64, limit: usize, wanted: impl Fn(&T) -> bool) -> Slice<T> {
        let ring = self.lock();
        let oldest = ring.pushed - ring.items.len() as u64;
        let skipped = usize::try_from(after.saturating_sub(oldest)).unwrap_or(usize::MAX);
        let mut slice = Slice { items: Vec::new(), next: ring.pushed, dropped: oldest.saturating_sub(after) };
        for (at, item) in ring.items.iter().enumerate().skip(skipped).filter(|(_, item)| wanted(item)) {
            if slice.items.len() == limit {
                slice.next = oldest + at as u64;
                break;
            }
            slice.items.push(item.clone());
        }
        slice
    }

    fn lock(&self) -> MutexGuard<'_, Ring<T>> {
        self.ring.lock().expect("nobody panics while holding a ring")
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[track_caller]
    fn check(after: u64, limit: usize, items: &[u32], next: u64, dropped: u64) {
        let recent = Recent::new(3);
        (0..5).for_each(|item| recent.push(item));
        let slice = recent.after(after, limit, |_| true);
        assert_eq!((slice.items.as_slice(), slice.next, slice.dropped), (items, next, dropped));
    }

    #[test]
    fn a_ring_keeps_the_newest_and_counts_what_it_dropped() {
        check(0, 10, &[2, 3, 4], 5, 2);
    }

    #[test]
    fn a_reader_goes_on_where_it_stopped() {
        check(2, 2, &[2, 3], 4, 0);
        check(4, 2, &[4], 5, 0);
        check(5, 2, &[], 5, 0);
    }
}
