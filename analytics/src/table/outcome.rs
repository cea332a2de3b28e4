//! How an arrival ended.

use super::arrivals::{Arrivals, Mark, NEVER};

/// How an arrival ended; every arrival has exactly one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// The code was typed back and the target took it as right.
    Verified,
    /// The code was on the phone, and was never taken as right by the end of the journal.
    Unverified,
    /// Meta accepted the message, and it outlived its time to live.
    Discarded,
    /// Meta accepted the message, and reported that it could not be delivered.
    Failed,
    /// Meta accepted the message, and neither delivered, failed nor discarded it.
    Undelivered,
    /// The Cloud API refused the message, the last time too.
    Refused,
    /// The target answered no success, or nothing at all, and nothing reached Meta.
    TargetError,
    /// The target answered that all is well, yet nothing reached Meta.
    NotSent,
    /// The generator could not take the arrival on and let it go.
    Shed,
    /// The journals end before the fate of the arrival is known.
    Pending,
    /// The journals are whole, and do not say what became of the arrival.
    Unaccounted,
}

impl Outcome {
    /// All outcomes, from the best to the least known.
    pub const ALL: [Self; 11] = [
        Self::Verified,
        Self::Unverified,
        Self::Discarded,
        Self::Failed,
        Self::Undelivered,
        Self::Refused,
        Self::TargetError,
        Self::NotSent,
        Self::Shed,
        Self::Pending,
        Self::Unaccounted,
    ];

    /// The name, as tables and `verdict.json` have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unverified => "unverified",
            Self::Discarded => "discarded",
            Self::Failed => "failed",
            Self::Undelivered => "undelivered",
            Self::Refused => "refused",
            Self::TargetError => "target_error",
            Self::NotSent => "not_sent",
            Self::Shed => "shed",
            Self::Pending => "pending",
            Self::Unaccounted => "unaccounted",
        }
    }

    /// What it means, as the report puts it after a count.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Verified => "typed back and taken as right",
            Self::Unverified => "on the phone, never verified",
            Self::Discarded => "outlived the time to live",
            Self::Failed => "reported as undeliverable",
            Self::Undelivered => "sent, never delivered",
            Self::Refused => "refused by the Cloud API for good",
            Self::TargetError => "the target answered no success",
            Self::NotSent => "the target said yes and sent nothing",
            Self::Shed => "let go by the load generator",
            Self::Pending => "unknown, the journal ends before",
            Self::Unaccounted => "unaccounted for",
        }
    }

    /// How the arrival in this row ended; `cut` where the journals do not tell the whole run.
    pub(crate) fn of(arrivals: &Arrivals, row: usize, cut: bool) -> Self {
        let happened = |instants: &[u64]| instants[row] != NEVER;
        if happened(&arrivals.verified) {
            Self::Verified
        } else if happened(&arrivals.delivered) {
            Self::Unverified
        } else if happened(&arrivals.discarded) {
            Self::Discarded
        } else if happened(&arrivals.failed) {
            Self::Failed
        } else if happened(&arrivals.accepted) {
            if cut { Self::Pending } else { Self::Undelivered }
        } else {
            Self::of_unaccepted(arrivals, row, cut)
        }
    }

    fn of_unaccepted(arrivals: &Arrivals, row: usize, cut: bool) -> Self {
        let status = arrivals.http_status[row];
        let answered_well = (200..300).contains(&status);
        if arrivals.has(row, Mark::Shed) {
            Self::Shed
        } else if arrivals.refusal_code[row] != 0 {
            Self::Refused
        } else if arrivals.cause[row] != 0 || (status != 0 && !answered_well) {
            Self::TargetError
        } else if cut {
            Self::Pending
        } else if answered_well {
            Self::NotSent
        } else {
            Self::Unaccounted
        }
    }
}
