//! The proof that nothing was lost: counts that have to be equal, counted in different ways.

use crate::figures;
use crate::measure::Measures;
use crate::table::{Outcome, Table};

/// Two counts that have to be equal.
pub(crate) struct Balance {
    /// What has to hold, in words.
    pub(crate) law: &'static str,
    /// The count on the left.
    pub(crate) left: u64,
    /// The parts that add up to it, each with its name.
    pub(crate) parts: Vec<(&'static str, u64)>,
}

impl Balance {
    /// Whether both sides are equal.
    pub(crate) fn holds(&self) -> bool {
        self.left == self.sum()
    }

    /// The sum of the parts.
    pub(crate) fn sum(&self) -> u64 {
        self.parts.iter().map(|(_, count)| count).sum()
    }

    /// The parts that are not zero, in words.
    pub(crate) fn parts_in_words(&self) -> String {
        let parts = self.parts.iter().filter(|(_, count)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(name, count)| format!("{} {}", figures::count(*count), name.replace('_', " ")))
            .collect();
        if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
    }
}

/// Draws up all balances.
pub(crate) fn balances(table: &Table, measures: &Measures) -> Vec<Balance> {
    let (funnel, messages) = (&measures.funnel, &table.tally.messages);
    let outcomes = measures.outcomes.iter().filter(|(outcome, _)| *outcome != Outcome::Unaccounted);
    let unverified = &funnel.unverified;
    let attempts: u64 = table.arrivals.send_attempts.iter().map(|attempts| u64::from(*attempts)).sum();
    let refusals_matched = table.tally.refusals_count() - table.tally.refusals_stray;
    vec![
        Balance {
            law: "every arrival has exactly one outcome",
            left: measures.arrivals,
            parts: outcomes.map(|(outcome, count)| (outcome.name(), *count)).collect(),
        },
        Balance {
            law: "every accepted message met one fate",
            left: messages.accepted,
            parts: vec![
                ("delivered", messages.delivered),
                ("discarded", messages.discarded),
                ("failed", messages.failed),
                ("pending", messages.pending),
            ],
        },
        Balance {
            law: "every delivered code was verified, or it is known why not",
            left: funnel.delivered,
            parts: vec![
                ("verified", funnel.verified - funnel.verified_unseen),
                ("given up", unverified.gave_up),
                ("refused", unverified.refused),
                ("unanswered", unverified.unanswered),
                ("never typed", unverified.untyped),
            ],
        },
        Balance {
            law: "every send belongs to an arrival or to a stranger",
            left: messages.accepted + table.tally.refusals_count(),
            parts: vec![
                ("accepted for arrivals", messages.accepted - messages.stray),
                ("accepted for strangers", messages.stray),
                ("refused for arrivals", refusals_matched),
                ("refused for strangers", table.tally.refusals_stray),
            ],
        },
        Balance {
            law: "every send for an arrival is counted in its row",
            left: attempts,
            parts: vec![("accepted", messages.accepted - messages.stray), ("refused", refusals_matched)],
        },
    ]
}
