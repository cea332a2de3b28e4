//! A bounded map whose entries go when their time has come.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Every entry lives equally long, so the queue of insertions is the queue of expiries.
pub(crate) struct Expiring<K, V> {
    entries: HashMap<K, Entry<V>>,
    queue: VecDeque<(Instant, K)>,
    capacity: usize,
    lifetime: Duration,
}

struct Entry<V> {
    value: V,
    expires: Instant,
}

/// Why something was not kept: every place is taken by an entry that has not expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// How far the queue may outgrow the entries before it is tidied.
const SLACK: usize = 64;

impl<K: Clone + Eq + Hash, V> Expiring<K, V> {
    /// A map of at most `capacity` entries, each of which lives for `lifetime`.
    pub(crate) fn new(capacity: usize, lifetime: Duration) -> Self {
        Self { entries: HashMap::new(), queue: VecDeque::new(), capacity, lifetime }
    }

    /// How many entries there are, expired ones not counted.
    pub(crate) fn len(&mut self, now: Instant) -> usize {
        self.drop_expired(now);
        self.entries.len()
    }

    /// The value, unless it has expired.
    pub(crate) fn get_mut<Q>(&mut self, now: Instant, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.get_mut(key).filter(|entry| entry.expires > now).map(|entry| &mut entry.value)
    }

    /// Keeps a value for a whole lifetime, in place of an earlier one under the same key.
    pub(crate) fn insert(&mut self, now: Instant, key: K, value: V) -> Result<(), Full> {
        self.drop_expired(now);
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            return Err(Full);
        }
        let expires = now + self.lifetime;
        self.queue.push_back((expires, key.clone()));
        self.entries.insert(key, Entry { value, expires });
        self.tidy();
        Ok(())
    }

    /// Takes a value out, expired or not.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key).map(|entry| entry.value)
    }

    /// Drops the entry that would expire first.
    pub(crate) fn drop_oldest(&mut self) {
        while let Some((expires, key)) = self.queue.pop_front() {
            if self.drop_if_due(expires, &key) {
                return;
            }
        }
    }

    fn drop_expired(&mut self, now: Instant) {
        while self.queue.front().is_some_and(|(expires, _)| *expires <= now) {
            if let Some((expires, key)) = self.queue.pop_front() {
                self.drop_if_due(expires, &key);
            }
        }
    }

    /// Drops the entry that this place in the queue stands for; a later insertion has a later place.
    fn drop_if_due(&mut self, expires: Instant, key: &K) -> bool {
        let is_due = self.entries.get(key).is_some_and(|entry| entry.expires <= expires);
        if is_due {
            self.entries.remove(key);
        }
        is_due
    }

    /// Forgets places whose entries are gone, once they are the majority: constant time on average.
    fn tidy(&mut self) {
        if self.queue.len() > 2 * self.entries.len() + SLACK {
            let entries = &self.entries;
            self.queue
                .retain(|(expires, key)| entries.get(key).is_some_and(|entry| entry.expires == *expires));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Expiring, Full, SLACK};

    fn ten_seconds() -> Expiring<u32, &'static str> {
        Expiring::new(2, Duration::from_secs(10))
    }

    #[test]
    fn an_entry_is_gone_at_the_end_of_its_lifetime() {
        let start = Instant::now();
        let mut map = ten_seconds();
        map.insert(start, 1, "a").unwrap();
        assert_eq!(map.get_mut(start + Duration::from_millis(9_999), &1), Some(&mut "a"));
        assert_eq!(map.get_mut(start + Duration::from_secs(10), &1), None);
        assert_eq!(map.len(start + Duration::from_secs(10)), 0);
    }

    #[test]
    fn a_full_map_takes_a_new_key_only_after_an_expiry() {
        let start = Instant::now();
        let mut map = ten_seconds();
        map.insert(start, 1, "a").unwrap();
        map.insert(start + Duration::from_secs(5), 2, "b").unwrap();
        assert_eq!(map.insert(start + Duration::from_secs(9), 3, "c"), Err(Full));
        assert_eq!(map.insert(start + Duration::from_secs(9), 2, "B"), Ok(()));
        assert_eq!(map.insert(start + Duration::from_secs(10), 3, "c"), Ok(()));
    }

    #[test]
    fn an_entry_that_is_kept_again_lives_on() {
        let start = Instant::now();
        let mut map = ten_seconds();
        map.insert(start, 1, "a").unwrap();
        map.insert(start + Duration::from_secs(5), 1, "b").unwrap();
        assert_eq!(map.len(start + Duration::from_secs(12)), 1);
        assert_eq!(map.get_mut(start + Duration::from_secs(12), &1), Some(&mut "b"));
    }

    #[test]
    fn the_oldest_is_the_one_dropped() {
        let start = Instant::now();
        let mut map = ten_seconds();
        map.insert(start, 1, "a").unwrap();
        map.insert(start + Duration::from_secs(1), 2, "b").unwrap();
        map.insert(start + Duration::from_secs(2), 1, "A").unwrap();
        map.drop_oldest();
        assert_eq!(map.get_mut(start + Duration::from_secs(3), &2), None);
        assert_eq!(map.get_mut(start + Duration::from_secs(3), &1), Some(&mut "A"));
    }

    #[test]
    fn the_queue_stays_in_proportion_to_the_entries() {
        let start = Instant::now();
        let mut map = ten_seconds();
        for round in 0..10_000 {
            map.insert(start + Duration::from_micros(round), 1, "a").unwrap();
        }
        assert!(map.queue.len() <= 2 + SLACK, "{}", map.queue.len());
    }
}
