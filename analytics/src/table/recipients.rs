//! Which arrival a message belongs to, found by its recipient.

use super::arrivals::NEVER;

/// No arrival.
const NONE: u32 = u32::MAX;

/// An index from recipients to their arrivals, four to eight bytes for each arrival.
///
/// It holds row indexes only and compares recipients in the arrivals' own column. Arrivals of one
/// recipient are chained in the order of their planned instants; each recipient's entry moves
/// along its chain with the messages, which come nearly in the order of time.
pub(crate) struct Recipients<'a> {
    recipient: &'a [u64],
    planned: &'a [u64],
    /// Open addressing; the entry is the row that the last message belonged to, or the first.
    slots: Vec<u32>,
    mask: usize,
    /// Where a recipient asked more than once: the neighbours in its chain.
    links: Option<Links>,
}

/// The next and the previous arrival of the same recipient.
struct Links {
    next: Vec<u32>,
    previous: Vec<u32>,
}

impl<'a> Recipients<'a> {
    /// The index of these columns, which have one row for each arrival.
    pub(crate) fn new(recipient: &'a [u64], planned: &'a [u64]) -> Self {
        let slots = (recipient.len() * 3 / 2).next_power_of_two().max(2);
        let mut index = Self { recipient, planned, slots: vec![NONE; slots], mask: slots - 1, links: None };
        // While the index is built, an entry is the last arrival of its recipient so far.
        let planned = planned.iter().enumerate().filter(|(_, planned)| **planned != NEVER);
        planned.for_each(|(row, _)| index.insert(row));
        index.rewind();
        index
    }

    /// The row of the latest arrival of this recipient planned at or before `at`.
    pub(crate) fn latest(&mut self, recipient: u64, at: u64) -> Option<u32> {
        let slot = self.slot(recipient);
        let mut row = self.slots[slot];
        if row == NONE {
            return None;
        }
        if let Some(links) = &self.links {
            while self.planned[row as usize] > at && links.previous[row as usize] != NONE {
                row = links.previous[row as usize];
            }
            loop {
                let next = links.next[row as usize];
                if next == NONE || self.planned[next as usize] > at {
                    break;
                }
                row = next;
            }
            self.slots[slot] = row;
        }
        (self.planned[row as usize] <= at).then_some(row)
    }

    fn insert(&mut self, row: usize) {
        let slot = self.slot(self.recipient[row]);
        let before = self.slots[slot];
        let row = u32::try_from(row).expect("rows are made from numbers of 32 bits");
        self.slots[slot] = row;
        if before != NONE {
            let rows = self.recipient.len();
            let links = self
                .links
                .get_or_insert_with(|| Links { next: vec![NONE; rows], previous: vec![NONE; rows] });
            links.next[before as usize] = row;
            links.previous[row as usize] = before;
        }
    }

    /// Moves every entry to the first arrival of its chain.
    fn rewind(&mut self) {
        let Some(links) = &self.links else { return };
        for entry in self.slots.iter_mut().filter(|entry| **entry != NONE) {
            while links.previous[*entry as usize] != NONE {
                *entry = links.previous[*entry as usize];
            }
        }
    }

    /// The slot of this recipient: its own, or the empty one where it would go.
    fn slot(&self, recipient: u64) -> usize {
        // Pseudonyms are hashes already; folding lets both halves choose the slot.
        let mut slot = (recipient ^ (recipient >> 32)) as usize & self.mask;
        while self.slots[slot] != NONE && self.recipient[self.slots[slot] as usize] != recipient {
            slot = (slot + 1) & self.mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arrivals: &[(u64, u64)], lookups: &[(u64, u64, Option<u32>)]) {
        let recipient: Vec<u64> = arrivals.iter().map(|arrival| arrival.0).collect();
        let planned: Vec<u64> = arrivals.iter().map(|arrival| arrival.1).collect();
        let mut index = Recipients::new(&recipient, &planned);
        for (recipient, at, expected) in lookups {
            assert_eq!(index.latest(*recipient, *at), *expected, "recipient {recipient} at {at}");
        }
    }

    #[test]
    fn a_message_belongs_to_the_latest_arrival_of_its_recipient() {
        let arrivals = [(7, 10), (8, 20), (7, 30), (7, 50)];
        check(&arrivals, &[(7, 10, Some(0)), (7, 29, Some(0)), (7, 30, Some(2)), (7, 99, Some(3))]);
        check(&arrivals, &[(7, 99, Some(3)), (7, 31, Some(2)), (7, 9, None), (7, 12, Some(0))]);
    }

    #[test]
    fn nobody_has_the_message_of_a_stranger_or_one_that_came_too_early() {
        check(&[(7, 10)], &[(9, 99, None), (7, 9, None), (7, 10, Some(0))]);
        check(&[], &[(1, 1, None)]);
    }

    #[test]
    fn recipients_that_fall_on_the_same_slot_are_kept_apart() {
        check(&[(0, 1), (4, 2), (8, 3)], &[(8, 9, Some(2)), (4, 9, Some(1)), (0, 9, Some(0))]);
    }
}
