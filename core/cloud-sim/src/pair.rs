//! What is remembered of one sender and one recipient.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use scenario::{Elapsed, Span};

use crate::directory::Approach;
use crate::limit::PairRate;

/// How long a business may answer freely after a person has written.
// Source: cloud-api.md, legend: 24 hours after the last message of the person.
const WINDOW: Span = Span::from_secs(24 * 3_600);

/// One sender and one recipient.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Pair {
    pub(crate) rate: PairRate,
    /// Until when the customer service window is open.
    open_until: Elapsed,
    requests: u32,
    /// How many messages were accepted, counted from where its era began.
    accepted: u32,
    /// Whether the person has asked for no more marketing.
    #[serde(default)]
    is_stopped: bool,
}

/// How many messages of one pair an era can count, as a power of two.
const ERA_BITS: u32 = 20;

/// A sender's and a recipient's number.
pub(crate) type PairKey = (u64, u64);

/// The pairs of one shard: at most as many as there is room for.
///
/// Where there is no more room, those are forgotten to whom nothing is owed: no debt of their rate,
/// no open window. Where that is not enough, all are.
#[derive(Clone, Debug)]
pub(crate) struct Pairs {
    /// In the order in which they were met, so that a new one lies beside the last.
    known: Vec<(PairKey, Pair)>,
    /// Where among the known each lies: small, because it is jumped about in.
    places: HashTable<u32>,
    room: usize,
    /// How often pairs were forgotten. A pair that is met again counts its messages from there, since
    /// their ids follow from the count.
    era: u32,
}

fn hash_of(key: PairKey) -> u64 {
    FxBuildHasher.hash_one(key)
}

impl Pairs {
    pub(crate) fn with_room(room: usize) -> Self {
        Self { known: Vec::new(), places: HashTable::new(), room, era: 0 }
    }

    /// The pairs of before, each where it stood.
    pub(crate) fn restore(room: usize, era: u32, saved: Vec<(PairKey, Pair)>) -> Self {
        let mut pairs = Self { known: saved, era, ..Self::with_room(room) };
        pairs.era = pairs.last_era();
        pairs.note_places(pairs.known.len());
        pairs
    }

    /// The era that it is.
    pub(crate) const fn era(&self) -> u32 {
        self.era
    }

    pub(crate) fn set_room(&mut self, room: usize) {
        self.room = room;
    }

    pub(crate) fn get(&self, key: PairKey) -> Option<&Pair> {
        self.place(key).map(|place| &self.known[place].1)
    }

    /// The pair, met for the first time if need be.
    pub(crate) fn meet(&mut self, now: Elapsed, key: PairKey) -> &mut Pair {
        let place = self.place(key).unwrap_or_else(|| self.add(now, key));
        &mut self.known[place].1
    }

    pub(crate) fn all(&self) -> Vec<(PairKey, Pair)> {
        self.known.clone()
    }

    fn place(&self, key: PairKey) -> Option<usize> {
        let place = self.places.find(hash_of(key), |place| self.known[*place as usize].0 == key);
        place.map(|place| *place as usize)
    }

    fn add(&mut self, now: Elapsed, key: PairKey) -> usize {
        if self.known.len() >= self.room {
            self.forget(now);
        }
        let place = self.known.len();
        self.known.push((key, Pair { accepted: self.era << ERA_BITS, ..Pair::default() }));
        if self.places.len() < self.places.capacity() {
            self.note_place(place);
        } else {
            self.note_places(2 * self.known.len());
        }
        place
    }

    /// The last era in which any pair has counted: one that counts much runs into the next.
    fn last_era(&self) -> u32 {
        self.known.iter().map(|(_, pair)| pair.accepted >> ERA_BITS).fold(self.era, u32::max)
    }

    fn forget(&mut self, now: Elapsed) {
        self.era = self.last_era().wrapping_add(1);
        self.known.retain(|(_, pair)| pair.is_owed_something(now));
        if self.known.len() > self.room / 2 {
            self.known.clear();
        }
        self.note_places(self.known.len());
    }

    /// Notes anew where each lies, with room for so many; the known are read in their order.
    fn note_places(&mut self, count: usize) {
        self.places = HashTable::with_capacity(count);
        (0..self.known.len()).for_each(|place| self.note_place(place));
    }

    fn note_place(&mut self, place: usize) {
        let Self { known, places, .. } = self;
        let noted = u32::try_from(place).expect("no shard has room for so many pairs");
        places.insert_unique(hash_of(known[place].0), noted, |place| hash_of(known[*place as usize].0));
    }
}

impl Pair {
    /// Counts messages from where an era begins, or the one after that in which it has counted.
    pub(crate) fn begin_era(&mut self, era: u32) {
        self.accepted = era.max((self.accepted >> ERA_BITS).wrapping_add(1)) << ERA_BITS;
    }

    /// How many requests there were before this one.
    pub(crate) fn next_request(&mut self) -> u32 {
        let nth = self.requests;
        self.requests = nth.saturating_add(1);
        nth
    }

    /// How many messages were accepted before this one, in all eras.
    pub(crate) fn next_accepted(&mut self) -> u64 {
        let nth = self.accepted;
        self.accepted = nth.wrapping_add(1);
        u64::from(nth)
    }

    fn is_owed_something(&self, now: Elapsed) -> bool {
        now < self.open_until || self.rate.is_in_debt(now) || self.is_stopped
    }

    /// Learns that the person has written.
    pub(crate) fn received(&mut self, now: Elapsed) {
        self.open_until = now + WINDOW;
    }

    /// Learns whether the person wants marketing.
    pub(crate) fn stop(&mut self, is_stopped: bool) {
        self.is_stopped = is_stopped;
    }

    /// Whether the person has asked for no more marketing.
    pub(crate) const fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Whether a message sent now is an answer.
    pub(crate) fn approach(&self, now: Elapsed) -> Approach {
        if now < self.open_until { Approach::Answering } else { Approach::Unasked }
    }

    /// Until when the customer service window is open, if it is.
    pub(crate) fn open_until(&self, now: Elapsed) -> Option<Elapsed> {
        (now < self.open_until).then_some(self.open_until)
    }
}

#[cfg(test)]
mod tests {
    use scenario::{Elapsed, Span};

    use super::Pairs;

    fn at(secs: u64) -> Elapsed {
        Elapsed::ZERO + Span::from_secs(secs)
    }

    #[test]
    fn a_pair_without_room_is_forgotten_unless_its_window_is_open() {
        let mut pairs = Pairs::with_room(4);
        pairs.meet(at(0), (1, 0)).received(at(0));
        for person in 1..=4 {
            pairs.meet(at(10), (1, person)).next_request();
        }
        assert!(pairs.get((1, 0)).is_some_and(|pair| pair.open_until(at(10)).is_some()));
        assert!(pairs.get((1, 1)).is_none());
        assert!(pairs.get((1, 4)).is_some());
    }

    #[test]
    fn a_pair_that_was_forgotten_never_counts_a_message_twice() {
        let mut pairs = Pairs::with_room(2);
        let first = pairs.meet(at(0), (1, 1)).next_accepted();
        for person in 2..=9 {
            pairs.meet(at(100), (1, person));
        }
        let again = pairs.meet(at(200), (1, 1)).next_accepted();
        assert_ne!(first, again);
    }

    #[test]
    fn a_pair_that_has_counted_beyond_its_era_counts_none_twice_either() {
        let much = (3 << super::ERA_BITS) + 7;
        let met = |pairs: &mut Pairs| pairs.meet(at(0), (1, 1)).next_accepted();

        let mut pairs = Pairs::with_room(2);
        pairs.meet(at(0), (1, 1)).accepted = much;
        for person in 2..=4 {
            pairs.meet(at(100), (1, person));
        }
        assert!(met(&mut pairs) >= u64::from(much));

        let mut pairs = Pairs::with_room(2);
        pairs.meet(at(0), (1, 1)).accepted = much;
        pairs.meet(at(0), (1, 1)).begin_era(1);
        assert!(met(&mut pairs) >= u64::from(much));
    }

    #[test]
    fn there_are_never_more_pairs_than_room() {
        let mut pairs = Pairs::with_room(8);
        for person in 0..1_000 {
            pairs.meet(at(0), (1, person)).received(at(0));
            assert!(pairs.all().len() <= 8);
        }
    }
}
