//! What the load generator's journal says of each arrival.

use journal::{Event, Fact};

use super::arrivals::{Arrivals, Mark, NEVER};
use super::tally::{Contradiction, Tally};

/// Folds the generator's events into the arrivals' rows.
pub(crate) struct GeneratorFold {
    arrivals: Arrivals,
    arrivals_max: u64,
}

impl GeneratorFold {
    /// A fold of arrivals whose numbers lie below `arrivals_max`.
    pub(crate) fn new(arrivals_max: u64) -> Self {
        Self { arrivals: Arrivals::default(), arrivals_max: arrivals_max.min(u64::from(u32::MAX) - 1) }
    }

    /// Takes one event in.
    pub(crate) fn take(&mut self, event: Event, tally: &mut Tally) {
        let at = event.at.micros();
        match event.fact {
            Fact::PhaseStarted { phase: 0 } => tally.traffic_from = Some(at),
            Fact::RunInterrupted => tally.interrupted = true,
            Fact::ArrivalPlanned { arrival, recipient, phase } => {
                if let Some(row) = self.row(arrival, tally) {
                    self.plan(row, (at, recipient, phase), tally);
                }
            }
            Fact::CodeRequested { arrival } => self.requested(arrival, at, tally),
            Fact::RequestAnswered { arrival, http_status } => {
                if let Some(row) = self.row_to_answer(arrival, tally) {
                    self.arrivals.answered[row] = at;
                    self.arrivals.http_status[row] = http_status;
                }
            }
            Fact::RequestFailed { arrival, cause } => {
                if let Some(row) = self.row_to_answer(arrival, tally) {
                    self.arrivals.cause[row] = cause as u8;
                }
            }
            Fact::ArrivalShed { arrival } => {
                if let Some(row) = self.row(arrival, tally) {
                    self.arrivals.mark(row, Mark::Shed);
                }
            }
            _ => self.take_user(event, tally),
        }
    }

    /// The finished rows, one for each arrival that was planned.
    pub(crate) fn finish(mut self, tally: &mut Tally) -> Arrivals {
        self.arrivals.seal(tally);
        for row in 0..self.arrivals.len() {
            if self.arrivals.has(row, Mark::Shed) && self.arrivals.requested[row] != NEVER {
                tally.contradict(Contradiction::RequestedTwice);
            }
        }
        self.arrivals
    }

    /// What the user did with the code.
    fn take_user(&mut self, event: Event, tally: &mut Tally) {
        match event.fact {
            Fact::UserGaveUp { arrival } => {
                if let Some(row) = self.row(arrival, tally) {
                    self.arrivals.mark(row, Mark::GaveUp);
                }
            }
            Fact::VerificationRequested { arrival, mistyped, .. } => {
                if let Some(row) = self.row(arrival, tally) {
                    let attempts = &mut self.arrivals.verification_attempts[row];
                    *attempts = attempts.saturating_add(1);
                    if mistyped {
                        self.arrivals.mark(row, Mark::Mistyped);
                    } else {
                        self.arrivals.unmark(row, Mark::Mistyped);
                    }
                }
            }
            Fact::VerificationAnswered { arrival, http_status, .. } => {
                if let Some(row) = self.row(arrival, tally) {
                    self.verification_answered(row, event.at.micros(), http_status);
                }
            }
            Fact::VerificationFailed { arrival, .. } => {
                if let Some(row) = self.row(arrival, tally) {
                    self.arrivals.mark(row, Mark::CodeUnanswered);
                }
            }
            _ => {}
        }
    }

    fn plan(&mut self, row: usize, (at, recipient, phase): (u64, u64, u16), tally: &mut Tally) {
        if self.arrivals.planned[row] != NEVER {
            tally.contradict(Contradiction::PlannedTwice);
            return;
        }
        self.arrivals.planned[row] = at;
        self.arrivals.recipient[row] = recipient;
        self.arrivals.phase[row] = phase;
    }

    fn requested(&mut self, arrival: u64, at: u64, tally: &mut Tally) {
        let Some(row) = self.row(arrival, tally) else { return };
        if self.arrivals.requested[row] != NEVER {
            tally.contradict(Contradiction::RequestedTwice);
            return;
        }
        self.arrivals.requested[row] = at;
    }

    fn verification_answered(&mut self, row: usize, at: u64, http_status: u16) {
        if !(200..300).contains(&http_status) {
            self.arrivals.mark(row, Mark::CodeRefused);
            return;
        }
        if self.arrivals.has(row, Mark::Mistyped) {
            self.arrivals.mark(row, Mark::WrongCodeTaken);
        }
        let verified = &mut self.arrivals.verified[row];
        *verified = at.min(*verified);
    }

    /// The row of an arrival whose request has not been answered yet.
    fn row_to_answer(&mut self, arrival: u64, tally: &mut Tally) -> Option<usize> {
        let row = self.row(arrival, tally)?;
        if self.arrivals.answered[row] != NEVER || self.arrivals.cause[row] != 0 {
            tally.contradict(Contradiction::RequestedTwice);
            return None;
        }
        Some(row)
    }

    fn row(&mut self, arrival: u64, tally: &mut Tally) -> Option<usize> {
        if arrival >= self.arrivals_max {
            tally.contradict(Contradiction::OutsidePlan);
            return None;
        }
        let arrival = u32::try_from(arrival).expect("numbers lie below a bound of 32 bits");
        Some(self.arrivals.row(arrival))
    }
}
