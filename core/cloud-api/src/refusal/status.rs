//! HTTP statuses that say no.

use std::fmt;

/// An HTTP status from 400 to 599, so that a refusal can never look like a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorStatus(u16);

impl ErrorStatus {
    /// 400 Bad Request.
    pub const BAD_REQUEST: Self = Self(400);
    /// 401 Unauthorized.
    pub const UNAUTHORIZED: Self = Self(401);
    /// 403 Forbidden.
    pub const FORBIDDEN: Self = Self(403);
    /// 404 Not Found.
    pub const NOT_FOUND: Self = Self(404);
    /// 408 Request Timeout.
    pub const REQUEST_TIMEOUT: Self = Self(408);
    /// 413 Payload Too Large.
    pub const PAYLOAD_TOO_LARGE: Self = Self(413);
    /// 429 Too Many Requests.
    pub const TOO_MANY_REQUESTS: Self = Self(429);
    /// 500 Internal Server Error.
    pub const INTERNAL: Self = Self(500);
    /// 503 Service Unavailable.
    pub const UNAVAILABLE: Self = Self(503);

    /// The status of that number, unless it would be no error.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number >= 400 && number <= 599 { Some(Self(number)) } else { None }
    }

    /// The number of the status line.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
