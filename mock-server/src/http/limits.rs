//! How much the doors take from clients, and how long they wait for them.

use std::time::Duration;

/// What a client may take up; every connection and request is bounded by it.
///
/// All of these are real time, not the simulated clock's: a slow client is the real world's trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// How many connections may be open at once, at all doors together; more wait in the listeners'
    /// backlogs.
    pub connections_max: usize,
    /// How long a client may take for the head of a request, for a TLS handshake, and between two
    /// requests.
    pub head_timeout: Duration,
    /// How long it may take for the body.
    pub body_timeout: Duration,
    /// How many bytes a head may have, at least 8,192; above it, 431.
    pub head_bytes_max: usize,
    /// How many headers a head may have; above it, 431.
    pub headers_max: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        // Assumed: Meta documents none of these.
        Self {
            connections_max: 20_000,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            head_bytes_max: 64 * 1024,
            headers_max: 100,
        }
    }
}
