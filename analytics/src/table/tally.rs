//! What is counted of a run beside its arrivals.

use std::collections::BTreeMap;

use journal::{Ending, Status};

/// What the journals say of a run that is not about a single arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// How the generator's journal ended.
    pub(crate) loadgen: JournalState,
    /// How the mock server's journal ended.
    pub(crate) mock_server: JournalState,
    /// Whether somebody asked the run to stop.
    pub(crate) interrupted: bool,
    /// When traffic began, in microseconds since the run began.
    pub(crate) traffic_from: Option<u64>,
    /// What became of the template.
    pub(crate) template: Template,
    /// Accepted messages, by what became of them.
    pub(crate) messages: Messages,
    /// Sends refused, by Meta's code.
    pub(crate) refusals: BTreeMap<u32, u64>,
    /// Messages failed, by Meta's code.
    pub(crate) failures: BTreeMap<u32, u64>,
    /// Sends refused that named no recipient, or one that had not asked.
    pub(crate) refusals_stray: u64,
    /// Webhooks, by status.
    pub(crate) webhooks: BTreeMap<Status, Webhooks>,
    /// Events that cannot all be true.
    contradictions: BTreeMap<Contradiction, u64>,
}

/// How a journal ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JournalState {
    /// How it ended; none where there is no journal.
    pub(crate) ending: Option<Ending>,
    /// How many events it holds.
    pub(crate) events: u64,
    /// How many rows of it no kind of event explains.
    pub(crate) rows_unexplained: u64,
}

/// What became of the template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    /// When it was submitted for review.
    pub(crate) submitted: Option<u64>,
    /// When the review approved it.
    pub(crate) approved: Option<u64>,
    /// When the review rejected it.
    pub(crate) rejected: Option<u64>,
}

/// Accepted messages, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    /// Accepted at all.
    pub(crate) accepted: u64,
    /// Accepted for somebody who had not asked for a code.
    pub(crate) stray: u64,
    /// Delivered, and charged for.
    pub(crate) delivered: u64,
    /// Discarded, free of charge.
    pub(crate) discarded: u64,
    /// Failed, free of charge.
    pub(crate) failed: u64,
    /// Nothing of it, by the end of the journal.
    pub(crate) pending: u64,
}

/// Webhooks about one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Webhooks {
    /// Deliveries answered with a success.
    pub(crate) answered: u64,
    /// Deliveries answered with anything else.
    pub(crate) answered_badly: u64,
    /// Deliveries without an answer.
    pub(crate) unanswered: u64,
    /// Deliveries that were not the first of their webhook.
    pub(crate) repeated: u64,
    /// Never sent, for a fault or a full outbox.
    pub(crate) dropped: u64,
    /// Tried for the last time, without success.
    pub(crate) given_up: u64,
}

/// Events that cannot all be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Contradiction {
    /// The arrival's number is beyond the plan.
    OutsidePlan,
    /// The arrival was planned twice.
    PlannedTwice,
    /// The arrival did things and was never planned.
    NeverPlanned,
    /// The arrival was requested, answered or let go twice, or both.
    RequestedTwice,
    /// The message was accepted twice, or its number is far from all others.
    AcceptedTwice,
    /// The message was never accepted.
    NeverAccepted,
    /// The message met its fate twice.
    TwoFates,
    /// An effect is earlier than its cause.
    Backwards,
    /// A code was verified that had never been on the phone.
    VerifiedUnseen,
    /// A row of a journal is no event.
    NotAnEvent,
}

impl Contradiction {
    /// What is contradictory, in words that follow a count.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OutsidePlan => "an arrival beyond the plan",
            Self::PlannedTwice => "an arrival planned twice",
            Self::NeverPlanned => "an arrival that was never planned",
            Self::RequestedTwice => "a request made or answered twice",
            Self::AcceptedTwice => "a message accepted twice",
            Self::NeverAccepted => "an event of a message never accepted",
            Self::TwoFates => "a message with two fates",
            Self::Backwards => "an effect before its cause",
            Self::VerifiedUnseen => "a code verified without being delivered",
            Self::NotAnEvent => "a row that is no event",
        }
    }
}

impl Tally {
    /// Whether the journals do not tell the whole run.
    pub(crate) fn is_partial(&self) -> bool {
        self.interrupted || !self.loadgen.is_whole() || !self.mock_server.is_whole()
    }

    /// Counts one contradiction.
    pub(crate) fn contradict(&mut self, contradiction: Contradiction) {
        self.contradict_times(contradiction, 1);
    }

    /// Counts several contradictions of one kind.
    pub(crate) fn contradict_times(&mut self, contradiction: Contradiction, times: u64) {
        *self.contradictions.entry(contradiction).or_default() += times;
    }

    /// The contradictions and how many there are of each, none of them zero.
    pub(crate) fn contradictions(&self) -> impl Iterator<Item = (Contradiction, u64)> + '_ {
        self.contradictions.iter().map(|(kind, count)| (*kind, *count)).filter(|(_, count)| *count > 0)
    }

    /// How many sends were refused.
    pub(crate) fn refusals_count(&self) -> u64 {
        self.refusals.values().sum()
    }
}

impl JournalState {
    /// Whether its writer finished it.
    pub(crate) fn is_whole(&self) -> bool {
        self.ending == Some(Ending::Whole)
    }
}
