//! Where the time goes: each stage of an arrival's way, over those that went through it.

use super::histogram::Times;
use crate::table::{Arrivals, NEVER};

/// How long one stage took.
pub(crate) struct Stage {
    /// Which one.
    pub(crate) name: StageName,
    /// The times of those that have both ends; none of them is without an end.
    pub(crate) times: Times,
}

/// A stage of an arrival's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StageName {
    /// From the planned instant to the request: the generator's own lateness.
    Lateness,
    /// From the request to the target's answer.
    Answer,
    /// From the request to the message accepted by Meta.
    Acceptance,
    /// From accepted to sent.
    Sending,
    /// From sent, or from accepted where no `sent` was reported, to the phone.
    Delivery,
    /// From the phone to the read receipt.
    Reading,
    /// From the phone to the code verified.
    Verification,
}

impl StageName {
    /// All stages, along the way.
    pub(crate) const ALL: [Self; 7] = [
        Self::Lateness,
        Self::Answer,
        Self::Acceptance,
        Self::Sending,
        Self::Delivery,
        Self::Reading,
        Self::Verification,
    ];

    /// Its two ends.
    pub(crate) const fn ends(self) -> &'static str {
        match self {
            Self::Lateness => "planned → requested",
            Self::Answer => "requested → answered",
            Self::Acceptance => "requested → accepted",
            Self::Sending => "accepted → sent",
            Self::Delivery => "sent → delivered",
            Self::Reading => "delivered → read",
            Self::Verification => "delivered → verified",
        }
    }

    /// Whose time it is.
    pub(crate) const fn whose(self) -> &'static str {
        match self {
            Self::Lateness => "the load generator's lateness",
            Self::Answer => "the target's answer",
            Self::Acceptance => "the target, until Meta has the message",
            Self::Sending => "inside Meta",
            Self::Delivery => "network and phone",
            Self::Reading => "the person, as far as receipts tell",
            Self::Verification => "the person and the target's check",
        }
    }

    /// The name in `verdict.json`.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Lateness => "lateness",
            Self::Answer => "answer",
            Self::Acceptance => "acceptance",
            Self::Sending => "sending",
            Self::Delivery => "delivery",
            Self::Reading => "reading",
            Self::Verification => "verification",
        }
    }

    /// Where it begins and ends in this row.
    fn instants(self, arrivals: &Arrivals, row: usize) -> (u64, u64) {
        let requested = arrivals.requested[row];
        let delivered = arrivals.delivered[row];
        match self {
            Self::Lateness => (arrivals.planned[row], requested),
            Self::Answer => (requested, arrivals.answered[row]),
            Self::Acceptance => (requested, arrivals.accepted[row]),
            Self::Sending => (arrivals.accepted[row], arrivals.sent[row]),
            Self::Delivery if arrivals.sent[row] == NEVER => (arrivals.accepted[row], delivered),
            Self::Delivery => (arrivals.sent[row], delivered),
            Self::Reading => (delivered, arrivals.read[row]),
            Self::Verification => (delivered, arrivals.verified[row]),
        }
    }
}

/// Measures all stages.
pub(crate) fn measure(arrivals: &Arrivals) -> Vec<Stage> {
    StageName::ALL.into_iter().map(|name| Stage { name, times: times(name, arrivals) }).collect()
}

fn times(name: StageName, arrivals: &Arrivals) -> Times {
    let mut times = Times::new();
    for row in 0..arrivals.len() {
        let (from, until) = name.instants(arrivals, row);
        if from != NEVER && until != NEVER {
            times.record(until.saturating_sub(from));
        }
    }
    times
}
