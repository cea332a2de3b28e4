//! One row for each arrival, in dense columns.

use journal::Cause;

use super::tally::{Contradiction, Tally};

/// The instant of what never happened.
pub(crate) const NEVER: u64 = u64::MAX;

/// The phase of an arrival that no event planned.
pub(crate) const NO_PHASE: u16 = u16::MAX;

/// What can be claimed of an arrival besides its instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mark {
    /// The generator let it go.
    Shed = 1,
    /// The user saw the code and gave up.
    GaveUp = 2,
    /// The code that was typed last was mistyped.
    Mistyped = 4,
    /// A mistyped code was taken as right.
    WrongCodeTaken = 8,
    /// The target refused a code.
    CodeRefused = 16,
    /// A typed code got no answer.
    CodeUnanswered = 32,
}

/// The columns; a row's index is the arrival's number, unless rows were dropped.
///
/// Instants are microseconds since the run began, [`NEVER`] for what did not happen. Where an
/// arrival led to several messages, each instant is the first of its kind.
#[derive(Default)]
pub(crate) struct Arrivals {
    pub(crate) number: Vec<u32>,
    pub(crate) recipient: Vec<u64>,
    pub(crate) phase: Vec<u16>,
    pub(crate) planned: Vec<u64>,
    pub(crate) requested: Vec<u64>,
    pub(crate) answered: Vec<u64>,
    pub(crate) accepted: Vec<u64>,
    pub(crate) sent: Vec<u64>,
    pub(crate) delivered: Vec<u64>,
    pub(crate) read: Vec<u64>,
    pub(crate) discarded: Vec<u64>,
    pub(crate) failed: Vec<u64>,
    pub(crate) verified: Vec<u64>,
    /// The HTTP status of the target's answer; 0 for none.
    pub(crate) http_status: Vec<u16>,
    /// Why the target's answer did not come, as the journal's code; 0 where it came.
    pub(crate) cause: Vec<u8>,
    /// The code of the last refusal; 0 for none.
    pub(crate) refusal_code: Vec<u32>,
    /// The code of the last failure; 0 for none.
    pub(crate) failure_code: Vec<u32>,
    /// How many sends the Cloud API answered, accepted and refused; stops at 255.
    pub(crate) send_attempts: Vec<u8>,
    /// How often the user typed a code in; stops at 255.
    pub(crate) verification_attempts: Vec<u8>,
    /// The [`Mark`]s.
    marks: Vec<u8>,
}

impl Arrivals {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.planned.len()
    }

    /// Makes sure that there is a row for this arrival, and answers its index.
    pub(crate) fn row(&mut self, arrival: u32) -> usize {
        let row = arrival as usize;
        if row >= self.len() {
            self.grow(row + 1);
        }
        row
    }

    /// Whether this can be claimed of the arrival.
    pub(crate) fn has(&self, row: usize, mark: Mark) -> bool {
        self.marks[row] & mark as u8 != 0
    }

    /// Claims this of the arrival.
    pub(crate) fn mark(&mut self, row: usize, mark: Mark) {
        self.marks[row] |= mark as u8;
    }

    /// Takes the claim back.
    pub(crate) fn unmark(&mut self, row: usize, mark: Mark) {
        self.marks[row] &= !(mark as u8);
    }

    /// Why the target's answer did not come.
    pub(crate) fn cause(&self, row: usize) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| *cause as u8 == self.cause[row])
    }

    /// Numbers the rows, and drops those that no event planned.
    pub(crate) fn seal(&mut self, tally: &mut Tally) {
        let rows = u32::try_from(self.len()).expect("rows are made from numbers of 32 bits");
        self.number = (0..rows).collect();
        let unplanned = self.planned.iter().filter(|planned| **planned == NEVER).count();
        if unplanned > 0 {
            tally.contradict_times(Contradiction::NeverPlanned, unplanned as u64);
            self.drop_unplanned();
        }
    }

    fn grow(&mut self, rows: usize) {
        for instants in self.instants_mut() {
            instants.resize(rows, NEVER);
        }
        self.recipient.resize(rows, 0);
        self.phase.resize(rows, NO_PHASE);
        self.http_status.resize(rows, 0);
        self.cause.resize(rows, 0);
        self.refusal_code.resize(rows, 0);
        self.failure_code.resize(rows, 0);
        self.send_attempts.resize(rows, 0);
        self.verification_attempts.resize(rows, 0);
        self.marks.resize(rows, 0);
    }

    fn drop_unplanned(&mut self) {
        let planned: Vec<bool> = self.planned.iter().map(|planned| *planned != NEVER).collect();
        for instants in self.instants_mut() {
            keep(instants, &planned);
        }
        keep(&mut self.number, &planned);
        keep(&mut self.recipient, &planned);
        keep(&mut self.phase, &planned);
        keep(&mut self.http_status, &planned);
        keep(&mut self.cause, &planned);
        keep(&mut self.refusal_code, &planned);
        keep(&mut self.failure_code, &planned);
        keep(&mut self.send_attempts, &planned);
        keep(&mut self.verification_attempts, &planned);
        keep(&mut self.marks, &planned);
    }

    fn instants_mut(&mut self) -> [&mut Vec<u64>; 10] {
        [
            &mut self.planned,
            &mut self.requested,
            &mut self.answered,
            &mut self.accepted,
            &mut self.sent,
            &mut self.delivered,
            &mut self.read,
            &mut self.discarded,
            &mut self.failed,
            &mut self.verified,
        ]
    }
}

fn keep<T>(column: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    column.retain(|_| kept.next().copied().unwrap_or(false));
}
