//! State split by key, so that requests for different people do not wait for each other.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard};

/// A power of two, and far more than the cores of the machines this runs on.
const SHARDS: usize = 16;

/// Equal pieces of a state, each behind its own lock.
///
/// A guard must never live across an `.await`; every caller here takes it in one expression.
pub(crate) struct Sharded<T> {
    shards: Box<[Mutex<T>]>,
    hasher: RandomState,
}

impl<T> Sharded<T> {
    /// Makes the pieces; `make` is given the share of `capacity` that each of them has.
    pub(crate) fn new(capacity: usize, make: impl Fn(usize) -> T) -> Self {
        let share = capacity.div_ceil(SHARDS);
        let shards = (0..SHARDS).map(|_| Mutex::new(make(share))).collect();
        Self { shards, hasher: RandomState::new() }
    }

    /// The piece that holds `key`.
    pub(crate) fn of<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, T> {
        let place = self.hasher.hash_one(key) as usize % SHARDS;
        lock(&self.shards[place])
    }

    /// Every piece, one at a time.
    pub(crate) fn each(&self) -> impl Iterator<Item = MutexGuard<'_, T>> {
        self.shards.iter().map(lock)
    }
}

fn lock<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().expect("nothing panics while it holds a shard")
}
