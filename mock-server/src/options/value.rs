//! Values of options, as a command line writes them.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;

use crate::state::StateTime;

/// How many threads a server may be asked to have: more than cores are of no use.
const THREADS_MAX: usize = 256;

/// Reads what the simulated clock shows after a restart.
///
/// # Errors
///
/// What would be right, as a clause.
pub fn state_time(value: &str) -> Result<StateTime, String> {
    match value {
        "resume" => Ok(StateTime::Resume),
        "catch-up" => Ok(StateTime::CatchUp),
        _ => Err(format!("`--state-time` is `{value}`, but must be `resume` or `catch-up`")),
    }
}

/// Reads how many threads a server has.
///
/// # Errors
///
/// What would be right, as a clause.
pub fn thread_count(value: &str) -> Result<NonZeroUsize, String> {
    let count = value.parse().ok().filter(|count: &NonZeroUsize| count.get() <= THREADS_MAX);
    count.ok_or_else(|| format!("`--threads` is `{value}`, but must be 1 to {THREADS_MAX}"))
}

/// Reads an address that a listener is to have.
pub(super) fn address(name: &str, value: &str) -> Result<SocketAddr, String> {
    let rule = "must be an IP address and a port, such as 127.0.0.1:8443";
    value.parse().map_err(|_| format!("`{name}` is `{value}`, but {rule}"))
}

/// Reads a name or an address by which clients reach the HTTPS listener.
///
/// # Errors
///
/// What would be right, as a clause.
pub fn tls_name(value: &str) -> Result<String, String> {
    if value.parse::<IpAddr>().is_ok() || is_host_name(value) {
        return Ok(value.to_owned());
    }
    Err(format!(
        "`--tls-name` is `{value}`, but must be a DNS name or an IP address, such as mock.example.org"
    ))
}

/// Whether this is a DNS name, and not an address that is not quite one.
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 253 && text.split('.').all(is_label) && !text.rsplit('.').next().is_some_and(is_number)
}
