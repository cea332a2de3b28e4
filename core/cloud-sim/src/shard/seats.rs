//! Places that things keep as long as they are there, in rows of which each is twice as long as the one
//! before.
//!
//! One row for all would be copied whenever it grows, while everybody waits. Of a long row that has just
//! been begun, only what was sat on takes memory.

use std::ops::{Index, IndexMut};

use slab::Slab;

/// How many places the first row has, as a power of two.
const FIRST_ROW_BITS: u32 = 10;

/// Things by the keys of their places; the place of one that is gone is taken again.
#[derive(Debug)]
pub(super) struct Seats<T> {
    rows: Vec<Slab<T>>,
    /// The rows that have a free place; the last one is filled first.
    roomy: Vec<usize>,
    count: usize,
}

impl<T> Seats<T> {
    pub(super) const fn new() -> Self {
        Self { rows: Vec::new(), roomy: Vec::new(), count: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) fn get(&self, key: usize) -> Option<&T> {
        let (row, place) = place_of(key);
        self.rows.get(row)?.get(place)
    }

    /// Everything with its key, in the order of their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(row, things)| things.iter().map(move |(place, thing)| (key_of(row, place), thing)))
    }

    /// Takes a thing in, and gives its key.
    pub(super) fn insert(&mut self, thing: T) -> usize {
        let row = self.roomy.last().copied().unwrap_or_else(|| self.add_row());
        let things = &mut self.rows[row];
        let place = things.insert(thing);
        if things.len() == row_length(row) {
            self.roomy.pop();
        }
        self.count += 1;
        key_of(row, place)
    }

    /// Takes a thing out, which must be there.
    pub(super) fn remove(&mut self, key: usize) -> T {
        let (row, place) = place_of(key);
        let things = &mut self.rows[row];
        if things.len() == row_length(row) {
            self.roomy.push(row);
        }
        self.count -= 1;
        things.remove(place)
    }

    fn add_row(&mut self) -> usize {
        let row = self.rows.len();
        self.rows.push(Slab::with_capacity(row_length(row)));
        self.roomy.push(row);
        row
    }
}

impl<T> Index<usize> for Seats<T> {
    type Output = T;

    fn index(&self, key: usize) -> &T {
        let (row, place) = place_of(key);
        &self.rows[row][place]
    }
}

impl<T> IndexMut<usize> for Seats<T> {
    fn index_mut(&mut self, key: usize) -> &mut T {
        let (row, place) = place_of(key);
        &mut self.rows[row][place]
    }
}

/// How many places a row has; there are as many before it as that, but for those of the first.
const fn row_length(row: usize) -> usize {
    1 << (row + FIRST_ROW_BITS as usize)
}

const fn key_of(row: usize, place: usize) -> usize {
    row_length(row) - row_length(0) + place
}

/// The row of a key, and the place in it.
const fn place_of(key: usize) -> (usize, usize) {
    let from_first = key + row_length(0);
    let row = (from_first.ilog2() - FIRST_ROW_BITS) as usize;
    (row, from_first - row_length(row))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

    use super::{Seats, row_length};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn everything_is_found_by_its_key_until_it_is_taken_out(
            steps in proptest::collection::vec((any::<bool>(), any::<usize>()), 0..4 * row_length(0)),
        ) {
            let (mut seats, mut known) = (Seats::new(), BTreeMap::new());
            for (thing, (leaves, which)) in steps.into_iter().enumerate() {
                let key = known.keys().nth(which % known.len().max(1)).copied();
                if let Some(key) = key.filter(|_| leaves && which % 4 == 0) {
                    prop_assert_eq!(Some(seats.remove(key)), known.remove(&key));
                    prop_assert_eq!(seats.get(key), None);
                } else {
                    prop_assert!(known.insert(seats.insert(thing), thing).is_none());
                }
            }
            prop_assert_eq!(seats.len(), known.len());
            prop_assert!(seats.iter().eq(known.iter().map(|(key, thing)| (*key, thing))));
            prop_assert!(known.iter().all(|(key, thing)| seats[*key] == *thing));
        }
    }

    /// As many as the first two rows have.
    const PLACES: usize = row_length(0) + row_length(1);

    #[test]
    fn a_place_that_was_left_is_taken_before_a_row_is_added() {
        let mut seats = Seats::new();
        let keys: Vec<usize> = (0..PLACES).map(|thing| seats.insert(thing)).collect();
        assert!(keys.iter().map(|key| seats.remove(*key)).eq(0..PLACES));
        let again: Vec<usize> = (0..PLACES).map(|thing| seats.insert(thing)).collect();
        assert!(again.iter().all(|key| keys.contains(key)));
    }
}
