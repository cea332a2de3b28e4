//! Where a target may listen: on this machine.

use std::net::Ipv4Addr;

pub(super) const RULE: &str = "\"http://\" and a host of this machine with a port, such as \
    \"http://127.0.0.1:9000\": load goes to loopback only (127.0.0.0/8, localhost, [::1])";

/// The origin, without the slash that may end it, where load may go there.
pub(super) fn read(text: &str) -> Option<String> {
    let authority = text.strip_prefix("http://")?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "80"),
    };
    let is_digits = port.bytes().all(|b| b.is_ascii_digit());
    let has_port = is_digits && port.parse::<u16>().is_ok_and(|port| port > 0);
    (has_port && is_loopback(host)).then(|| format!("http://{authority}"))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.parse::<Ipv4Addr>().is_ok_and(|host| host.is_loopback())
}
