//! Rings of what happened last: bounded, newest kept, the rest counted.
//!
//! There is a ring for each shard, so that shards do not wait for each other; one counter numbers
//! what all of them hold, so that readers see one sequence.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use crate::apart::Apart;

/// How many things are looked at before whoever pushes has a turn.
const LOOKED_AT_ONCE: usize = 64;

/// The last things of one kind.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    rings: Vec<Apart<Mutex<Ring<T>>>>,
    /// How many things one ring holds.
    capacity: usize,
    pushed: Apart<AtomicU64>,
    /// The number of the first thing after the last time that everything was forgotten.
    begins: AtomicU64,
}

#[derive(Debug)]
struct Ring<T> {
    items: VecDeque<(u64, T)>,
    /// How many things it has dropped for want of room, and the number after the last of them.
    dropped: u64,
    dropped_until: u64,
    /// How many it had dropped when everything was forgotten.
    dropped_before: u64,
}

/// Some of the last things, and where to go on.
#[derive(Debug)]
pub(crate) struct Slice<T> {
    /// Oldest first.
    pub(crate) items: Vec<T>,
    /// Ask for what comes after this number to go on.
    pub(crate) next: u64,
    /// How many things between the ones asked for and `next` were dropped.
    pub(crate) dropped: u64,
}

/// How full rings are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fill {
    pub(crate) items: usize,
    pub(crate) capacity: usize,
    /// How many things were ever dropped.
    pub(crate) dropped: u64,
}

impl<T: Clone> Recent<T> {
    /// Rings for so many shards, which hold `capacity` things in all.
    pub(crate) fn new(shards: usize, capacity: usize) -> Self {
        let empty = || Ring { items: VecDeque::new(), dropped: 0, dropped_until: 0, dropped_before: 0 };
        let rings = (0..shards).map(|_| Apart(Mutex::new(empty()))).collect();
        let (pushed, begins) = (Apart(AtomicU64::new(0)), AtomicU64::new(0));
        Self { rings, capacity: capacity / shards, pushed, begins }
    }

    pub(crate) fn push(&self, shard: usize, item: T) {
        self.push_all(shard, std::iter::once(item));
    }

    /// Pushes what is filled in, where there is no room left, over the oldest thing.
    pub(crate) fn push_over(&self, shard: usize, fill: impl FnOnce(&mut T))
    where
        T: Default,
    {
        let mut ring = self.lock(shard);
        let nth = self.pushed.fetch_add(1, Ordering::Relaxed);
        fill(ring.renew(nth, self.capacity));
    }

    /// Pushes several things, one after the other.
    pub(crate) fn push_all(&self, shard: usize, items: impl Iterator<Item = T> + Clone) {
        let count = items.clone().count() as u64;
        let mut ring = self.lock(shard);
        // Numbered under the lock: a reader who has seen the counter finds all numbers below it.
        let first = self.pushed.fetch_add(count, Ordering::Relaxed);
        for (nth, item) in (first..).zip(items) {
            ring.push(nth, item, self.capacity);
        }
    }

    /// Forgets everything because somebody wants it so; it does not count as dropped.
    pub(crate) fn forget(&self) {
        self.begins.store(self.pushed.load(Ordering::Relaxed), Ordering::Relaxed);
        for shard in 0..self.rings.len() {
            let mut ring = self.lock(shard);
            ring.dropped_before = ring.dropped;
            ring.dropped_until = 0;
            ring.items.clear();
        }
    }

    /// Everything of a shard with its number, oldest first.
    pub(crate) fn numbered(&self, shard: usize) -> Vec<(u64, T)> {
        self.lock(shard).items.iter().cloned().collect()
    }

    /// How many things were ever pushed.
    pub(crate) fn pushed(&self) -> u64 {
        self.pushed.load(Ordering::Relaxed)
    }

    /// Puts these numbered things, oldest first, in the place of what a shard holds; where there are too
    /// many, the newest are kept.
    pub(crate) fn replace(&self, shard: usize, items: Vec<(u64, T)>) {
        let mut ring = self.lock(shard);
        let over = items.len().saturating_sub(self.capacity);
        let next = items.last().map_or(0, |(nth, _)| nth + 1);
        ring.items = items.into_iter().skip(over).collect();
        ring.dropped_until = ring.items.front().map_or(ring.dropped_until, |(nth, _)| *nth);
        self.pushed.fetch_max(next, Ordering::Relaxed);
    }

    /// Numbers what comes next from here on, at least.
    pub(crate) fn skip_to(&self, pushed: u64) {
        self.pushed.fetch_max(pushed, Ordering::Relaxed);
    }

    /// What came after the first `after` things and passes `wanted`, at most `limit` of it.
    pub(crate) fn after(&self, after: u64, limit: usize, wanted: impl Fn(&T) -> bool) -> Slice<T> {
        self.read(0..self.rings.len(), after, limit, wanted)
    }

    /// The same, of one shard only; `dropped` is what that shard dropped in all, if any of it was asked
    /// for.
    pub(crate) fn of_shard(
        &self,
        shard: usize,
        after: u64,
        limit: usize,
        wanted: impl Fn(&T) -> bool,
    ) -> Slice<T> {
        let slice = self.read(shard..shard + 1, after, limit, wanted);
        let ring = self.lock(shard);
        let dropped = ring.dropped - ring.dropped_before;
        Slice { dropped: if after < ring.dropped_until { dropped } else { 0 }, ..slice }
    }

    /// What is made of each thing of all shards, in no order across them.
    pub(crate) fn gather<U>(&self, make: impl Fn(&T) -> Option<U>) -> Vec<U> {
        let mut gathered = Vec::new();
        for shard in 0..self.rings.len() {
            gathered.extend(self.lock(shard).items.iter().filter_map(|(_, item)| make(item)));
        }
        gathered
    }

    /// How full the rings are together.
    pub(crate) fn fill(&self) -> Fill {
        let mut fill = Fill { items: 0, capacity: self.capacity * self.rings.len(), dropped: 0 };
        for shard in 0..self.rings.len() {
            let ring = self.lock(shard);
            fill.items += ring.items.len();
            fill.dropped += ring.dropped;
        }
        fill
    }

    /// The newest thing of a shard that passes `wanted`.
    pub(crate) fn newest(&self, shard: usize, wanted: impl Fn(&T) -> bool) -> Option<T> {
        self.lock(shard).items.iter().rev().map(|(_, item)| item).find(|item| wanted(item)).cloned()
    }

    /// Changes the newest thing of a shard that passes `wanted`.
    pub(crate) fn change(&self, shard: usize, wanted: impl Fn(&T) -> bool, change: impl FnOnce(&mut T)) {
        let mut ring = self.lock(shard);
        if let Some((_, item)) = ring.items.iter_mut().rev().find(|(_, item)| wanted(item)) {
            change(item);
        }
    }

    /// Looks at everything where it is, in no order across shards; tells how much was dropped before.
    pub(crate) fn look(&self, mut see: impl FnMut(u64, &T)) -> u64 {
        let end = self.pushed();
        let seen = (0..self.rings.len()).map(|shard| self.look_into(shard, 0..end, &mut see)).sum();
        self.missing(0..end, seen)
    }

    fn read(&self, shards: Range<usize>, after: u64, limit: usize, wanted: impl Fn(&T) -> bool) -> Slice<T> {
        let end = self.pushed();
        // One more than are shown, because the next reader goes on there.
        let most = limit.saturating_add(1);
        let (mut found, mut seen): (Vec<(u64, T)>, u64) = (Vec::new(), 0);
        for shard in shards {
            let (others, before) = (found.len(), found.get(limit).map_or(end, |(nth, _)| *nth));
            seen += self.look_into(shard, after..end, |nth, item| {
                if nth < before && found.len() - others < most && wanted(item) {
                    found.push((nth, item.clone()));
                }
            });
            found.sort_unstable_by_key(|(nth, _)| *nth);
            found.truncate(most);
        }
        let next = found.get(limit).map_or(end, |(nth, _)| *nth);
        found.truncate(limit);
        let items = found.into_iter().map(|(_, item)| item).collect();
        Slice { items, next, dropped: self.missing(after..end, seen) }
    }

    /// Looks at what a shard holds of these numbers, oldest first, and tells how much that was.
    ///
    /// The ring is held for a few things at a time, so that a long look keeps nobody from pushing.
    fn look_into(&self, shard: usize, numbers: Range<u64>, mut see: impl FnMut(u64, &T)) -> u64 {
        let (mut next, mut seen) = (numbers.start, 0);
        loop {
            let ring = self.lock(shard);
            let start = ring.items.partition_point(|(nth, _)| *nth < next);
            let some = ring.items.range(start..).take(LOOKED_AT_ONCE);
            let before = seen;
            for (nth, item) in some.take_while(|(nth, _)| *nth < numbers.end) {
                see(*nth, item);
                (next, seen) = (nth + 1, seen + 1);
            }
            if seen == before {
                return seen;
            }
        }
    }

    /// How many things of these numbers were dropped, where so many were seen.
    fn missing(&self, numbers: Range<u64>, seen: u64) -> u64 {
        let first = numbers.start.max(self.begins.load(Ordering::Relaxed));
        // Things that were pushed while everything was forgotten may be kept from before the beginning.
        numbers.end.saturating_sub(first).saturating_sub(seen)
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, Ring<T>> {
        self.rings[shard].lock().expect("nobody panics while holding a ring")
    }
}

impl<T> Ring<T> {
    /// Adds a thing, for which the oldest is dropped where the ring is full.
    fn push(&mut self, nth: u64, item: T, capacity: usize) {
        if self.is_full(capacity) {
            self.items.pop_front();
        }
        self.items.push_back((nth, item));
    }

    /// Numbers a new thing, or where the ring is full the oldest one, which is moved nowhere.
    fn renew(&mut self, nth: u64, capacity: usize) -> &mut T
    where
        T: Default,
    {
        if self.is_full(capacity) {
            self.items.rotate_left(1);
        } else {
            self.items.push_back((nth, T::default()));
        }
        let (number, item) = self.items.back_mut().expect("a ring has room for something");
        *number = nth;
        item
    }

    /// Whether the oldest thing has to go, which is counted.
    fn is_full(&mut self, capacity: usize) -> bool {
        let Some((oldest, _)) = self.items.front().filter(|_| self.items.len() >= capacity) else {
            return false;
        };
        self.dropped += 1;
        self.dropped_until = oldest + 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Recent;

    /// Something that counts its copies.
    struct Counted(Arc<AtomicUsize>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(Arc::clone(&self.0))
        }
    }

    #[test]
    fn no_more_is_copied_than_is_shown_and_nothing_where_it_is_looked_at() {
        let (recent, copies) = (Recent::new(1, 1_000), Arc::new(AtomicUsize::new(0)));
        (0..1_000).for_each(|_| recent.push(0, Counted(Arc::clone(&copies))));
        copies.store(0, Ordering::Relaxed);
        let mut seen = 0;
        assert_eq!(recent.look(|_, _| seen += 1), 0);
        assert_eq!((seen, copies.load(Ordering::Relaxed)), (1_000, 0));
        assert_eq!(recent.after(500, 2, |_| true).next, 502);
        assert_eq!(copies.load(Ordering::Relaxed), 3, "those that are shown, and where to go on");
    }

    #[test]
    fn a_limit_holds_for_all_rings_together() {
        let recent = Recent::new(4, 400);
        (0..400_usize).for_each(|item| recent.push(item % 4, item));
        let slice = recent.after(7, 150, |item| item % 2 == 1);
        assert_eq!(slice.items, (7..307).step_by(2).collect::<Vec<_>>());
        assert_eq!((slice.next, slice.dropped), (307, 0));
    }

    #[track_caller]
    fn check(after: u64, limit: usize, items: &[u32], next: u64, dropped: u64) {
        let recent = Recent::new(1, 3);
        (0..5).for_each(|item| recent.push(0, item));
        let slice = recent.after(after, limit, |_| true);
        assert_eq!((slice.items.as_slice(), slice.next, slice.dropped), (items, next, dropped));
    }

    #[test]
    fn a_ring_keeps_the_newest_and_counts_what_it_dropped() {
        check(0, 10, &[2, 3, 4], 5, 2);
    }

    #[test]
    fn several_things_at_once_are_as_good_as_one_after_the_other() {
        let recent = Recent::new(2, 6);
        recent.push(1, 0);
        recent.push_all(0, 1..=5);
        recent.push_all(0, 0..0);
        recent.push(0, 6);
        let slice = recent.after(0, 10, |_| true);
        assert_eq!((slice.items, slice.next, slice.dropped), (vec![0, 4, 5, 6], 7, 3));
    }

    #[test]
    fn a_reader_goes_on_where_it_stopped() {
        check(2, 2, &[2, 3], 4, 0);
        check(4, 2, &[4], 5, 0);
        check(5, 2, &[], 5, 0);
        check(9, 2, &[], 5, 0);
    }

    #[test]
    fn the_rings_of_all_shards_are_read_as_one_sequence() {
        let recent = Recent::new(3, 9);
        (0..12_usize).for_each(|item| recent.push(item % 2, item));
        let slice = recent.after(0, 100, |_| true);
        assert_eq!((slice.items, slice.dropped), ((6..12).collect::<Vec<_>>(), 6));
        assert_eq!(recent.of_shard(1, 0, 2, |_| true).items, [7, 9]);
        assert_eq!(recent.of_shard(1, 0, 2, |_| true).dropped, 3);
        assert_eq!(recent.newest(0, |item| *item < 10), Some(8));
    }

    #[test]
    fn what_somebody_wants_forgotten_is_not_told_as_dropped() {
        let recent = Recent::new(2, 4);
        (0..6_usize).for_each(|item| recent.push(item % 2, item));
        recent.forget();
        recent.push(0, 6);
        let slice = recent.after(0, 10, |_| true);
        assert_eq!((slice.items, slice.next, slice.dropped), (vec![6], 7, 0));
        assert_eq!(recent.of_shard(0, 0, 10, |_| true).dropped, 0);
        (7..10).for_each(|item| recent.push(0, item));
        let slice = recent.after(0, 10, |_| true);
        assert_eq!((slice.items, slice.next, slice.dropped), (vec![8, 9], 10, 2));
        assert_eq!(recent.of_shard(0, 0, 10, |_| true).dropped, 2);
        assert_eq!(recent.fill().dropped, 4, "rings never count backwards");
    }
}
