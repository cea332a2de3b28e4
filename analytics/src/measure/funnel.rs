//! How far arrivals came, and what became of those who came no further.

use std::collections::BTreeMap;

use journal::Cause;

use crate::table::{Arrivals, Mark, NEVER, Outcome};

/// How many arrivals reached each step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Funnel {
    /// Asked the target for a code.
    pub(crate) requested: u64,
    /// Had a message accepted.
    pub(crate) accepted: u64,
    /// Had a message leave Meta.
    pub(crate) sent: u64,
    /// Had the code on the phone.
    pub(crate) delivered: u64,
    /// Were reported as read.
    pub(crate) read: u64,
    /// Typed the code back and were taken as right.
    pub(crate) verified: u64,
    /// The outcomes of those who came no further than each step before delivery.
    lost: [BTreeMap<Outcome, u64>; 4],
    /// Of those verified, the ones whose delivery is in no journal.
    pub(crate) verified_unseen: u64,
    /// Why codes that were on the phone were not verified.
    pub(crate) unverified: Unverified,
    /// Refusals of arrivals whose message was accepted in the end.
    pub(crate) refused_then_accepted: u64,
    /// Mistyped codes that were taken as right: the target's mistake.
    pub(crate) wrong_codes_taken: u64,
    /// How the target failed to answer requests with a success.
    pub(crate) target_failures: BTreeMap<TargetFailure, u64>,
}

/// Why codes that were on the phone were not verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unverified {
    /// The user never came back.
    pub(crate) gave_up: u64,
    /// The target refused what was typed.
    pub(crate) refused: u64,
    /// The target did not answer what was typed.
    pub(crate) unanswered: u64,
    /// Nothing was typed by the end of the journal.
    pub(crate) untyped: u64,
}

/// How the target failed to answer a request with a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TargetFailure {
    /// It answered with this HTTP status.
    Answered(u16),
    /// It did not answer.
    Unanswered(Cause),
}

/// The steps before delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The arrival was planned.
    Planned,
    /// The target was asked for a code.
    Requested,
    /// Meta accepted the message.
    Accepted,
    /// The message left Meta.
    Sent,
}

impl Funnel {
    /// The outcomes of those who came no further than this step, with their counts.
    pub(crate) fn lost_after(&self, step: Step) -> &BTreeMap<Outcome, u64> {
        &self.lost[step as usize]
    }

    /// The funnel of these arrivals, which ended so.
    pub(crate) fn new(arrivals: &Arrivals, outcomes: &[Outcome]) -> Self {
        let mut funnel = Self::default();
        for (row, outcome) in outcomes.iter().enumerate() {
            funnel.count(arrivals, row);
            if let Some(step) = Step::last_before_delivery(arrivals, row) {
                *funnel.lost[step as usize].entry(*outcome).or_default() += 1;
            }
        }
        funnel
    }

    fn count(&mut self, arrivals: &Arrivals, row: usize) {
        let happened = |instants: &[u64]| u64::from(instants[row] != NEVER);
        self.requested += happened(&arrivals.requested);
        self.accepted += happened(&arrivals.accepted);
        self.sent += happened(&arrivals.sent);
        self.delivered += happened(&arrivals.delivered);
        self.read += happened(&arrivals.read);
        self.verified += happened(&arrivals.verified);
        self.verified_unseen +=
            u64::from(arrivals.verified[row] != NEVER && arrivals.delivered[row] == NEVER);
        self.wrong_codes_taken += u64::from(arrivals.has(row, Mark::WrongCodeTaken));
        if arrivals.refusal_code[row] != 0 {
            self.refused_then_accepted += happened(&arrivals.accepted);
        }
        if arrivals.delivered[row] != NEVER && arrivals.verified[row] == NEVER {
            *self.unverified.reason(arrivals, row) += 1;
        }
        let status = arrivals.http_status[row];
        if let Some(cause) = arrivals.cause(row) {
            *self.target_failures.entry(TargetFailure::Unanswered(cause)).or_default() += 1;
        } else if status != 0 && !(200..300).contains(&status) {
            *self.target_failures.entry(TargetFailure::Answered(status)).or_default() += 1;
        }
    }
}

impl Step {
    /// How far an arrival came whose code never was on the phone.
    fn last_before_delivery(arrivals: &Arrivals, row: usize) -> Option<Self> {
        let happened = |instants: &[u64]| instants[row] != NEVER;
        if happened(&arrivals.delivered) {
            None
        } else if happened(&arrivals.sent) {
            Some(Self::Sent)
        } else if happened(&arrivals.accepted) {
            Some(Self::Accepted)
        } else if happened(&arrivals.requested) {
            Some(Self::Requested)
        } else {
            Some(Self::Planned)
        }
    }
}

impl Unverified {
    fn reason(&mut self, arrivals: &Arrivals, row: usize) -> &mut u64 {
        if arrivals.has(row, Mark::CodeRefused) {
            &mut self.refused
        } else if arrivals.has(row, Mark::CodeUnanswered) {
            &mut self.unanswered
        } else if arrivals.has(row, Mark::GaveUp) {
            &mut self.gave_up
        } else {
            &mut self.untyped
        }
    }
}
