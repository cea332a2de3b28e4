//! The id by which the service knows its own requests.

use std::fmt;

use crate::entropy;

/// One ask for a code; it travels to Meta and comes back with every status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(u64);

impl RequestId {
    /// An id that nobody can guess.
    pub(crate) fn random() -> Self {
        Self(entropy::draw())
    }

    /// The id of that number.
    #[cfg(test)]
    pub(crate) const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
