//! What is remembered of one sender and one recipient.

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
    accepted: u32,
}

impl Pair {
    /// How many requests there were before this one.
    pub(crate) fn next_request(&mut self) -> u32 {
        let nth = self.requests;
        self.requests = nth.saturating_add(1);
        nth
    }

    /// How many messages were accepted before this one.
    pub(crate) fn next_accepted(&mut self) -> u64 {
        let nth = self.accepted;
        self.accepted = nth.saturating_add(1);
        u64::from(nth)
    }

    /// Learns that the person has written.
    pub(crate) fn received(&mut self, now: Elapsed) {
        self.open_until = now + WINDOW;
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
