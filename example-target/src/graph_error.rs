//! What can go wrong when Meta is asked for something.

use thiserror::Error;

use crate::backoff::Pause;

/// Why Meta did not do what it was asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum GraphError {
    /// No connection came about, or it broke.
    #[error("Meta cannot be reached")]
    Unreachable,
    /// The answer took too long; what was asked for may have been done.
    #[error("Meta did not answer in time")]
    TimedOut,
    /// The answer is not one that Meta gives; what was asked for may have been done.
    #[error("the answer with status {status} is not understood")]
    Garbled {
        /// Its HTTP status.
        status: u16,
    },
    /// Meta refused, and said why.
    #[error("Meta refused with code {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The number by which errors are told apart.
        code: u32,
        /// Meta's words, free of the service's secrets.
        message: String,
    },
}

impl GraphError {
    /// How to wait before asking again, if that can help at all.
    // Source: Cloud API, error codes, advice on retries.
    pub(crate) fn pause(&self) -> Option<Pause> {
        match *self {
            Self::Unreachable | Self::TimedOut => Some(Pause::Usual),
            Self::Refused { code: 131_056, .. } => Some(Pause::Pair),
            Self::Refused { code: 2 | 4 | 80_007 | 130_429 | 131_000 | 131_016 | 133_004, .. } => {
                Some(Pause::Usual)
            }
            // An answer that cannot be read says nothing more than its status does.
            Self::Garbled { status: 200..=399 } => Some(Pause::Usual),
            Self::Garbled { status } | Self::Refused { status, .. } => {
                (status == 429 || status >= 500).then_some(Pause::Usual)
            }
        }
    }

    /// Meta's number for the error, if Meta gave one.
    pub(crate) fn code(&self) -> Option<u32> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Unreachable | Self::TimedOut | Self::Garbled { .. } => None,
        }
    }
}

impl From<reqwest::Error> for GraphError {
    /// The error's own text is dropped, because it may quote what was sent.
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::Unreachable }
    }
}

#[cfg(test)]
mod tests {
    use super::{GraphError, Pause};

    fn refused(status: u16, code: u32) -> GraphError {
        GraphError::Refused { status, code, message: String::new() }
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for code in [2, 4, 80_007, 130_429, 131_000, 131_016, 133_004] {
            assert_eq!(refused(400, code).pause(), Some(Pause::Usual), "{code}");
        }
        assert_eq!(refused(400, 131_056).pause(), Some(Pause::Pair));
        assert_eq!(refused(500, 131_057).pause(), Some(Pause::Usual));
        assert_eq!(refused(429, 17).pause(), Some(Pause::Usual));
        assert_eq!(GraphError::TimedOut.pause(), Some(Pause::Usual));
        assert_eq!(GraphError::Garbled { status: 200 }.pause(), Some(Pause::Usual));
        assert_eq!(GraphError::Garbled { status: 502 }.pause(), Some(Pause::Usual));
    }

    #[test]
    fn what_will_not_pass_is_not() {
        for (status, code) in [(400, 100), (401, 190), (404, 132_001), (400, 131_030), (403, 131_031)] {
            assert_eq!(refused(status, code).pause(), None, "{code}");
        }
        assert_eq!(GraphError::Garbled { status: 404 }.pause(), None);
    }
}
