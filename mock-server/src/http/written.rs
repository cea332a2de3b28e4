//! Answers as the bytes that go out.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::StatusCode;
use tokio::time::Instant;

use super::Answer;

/// How many bytes of a head are made room for at once; Meta's has some 900.
const HEAD_BYTES_USUAL: usize = 1_280;

/// How many bytes a date has.
const DATE_BYTES: usize = 29;

thread_local! {
    /// The last date that this thread has written, and when another one begins.
    static DATE: Cell<Option<(Instant, [u8; DATE_BYTES])>> = const { Cell::new(None) };
}

/// The head of an answer that is given now, with room for its body.
pub(super) fn head(answer: &Answer, now: Instant) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_BYTES_USUAL + answer.body.len());
    let status = StatusCode::from_u16(answer.status).expect("answers have HTTP statuses");
    line(&mut head, &["HTTP/1.1 ", status.as_str(), " ", status.canonical_reason().unwrap_or("<none>")]);
    if let Some(shared) = answer.shared {
        head.extend_from_slice(shared.text().as_bytes());
    }
    if has_body(answer.status) {
        // Memory takes all that is written.
        let _ = write!(head, "content-length: {}\r\n", answer.body.len());
    }
    field(&mut head, "content-type", &answer.content_type);
    for (name, value) in &answer.headers {
        field(&mut head, name, value);
    }
    head.extend_from_slice(b"date: ");
    head.extend_from_slice(&date(now));
    head.extend_from_slice(b"\r\n\r\n");
    head
}

/// Whether answers of this status have a body, be it an empty one.
// Source: RFC 9110, 15.3.5 and 15.4.5.
pub(super) const fn has_body(status: u16) -> bool {
    !matches!(status, 204 | 304)
}

/// Writes a header; what cannot stand in one is left out rather than failing the whole answer.
fn field(head: &mut Vec<u8>, name: &str, value: &str) {
    // All bytes are looked at, since many at once take less time than the first ones one by one.
    let is_fit = |fit, byte| fit & (byte == b'\t' || (byte >= b' ' && byte != 0x7f));
    if value.bytes().fold(true, is_fit) {
        line(head, &[name, ": ", value]);
    }
}

fn line(head: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| head.extend_from_slice(part.as_bytes()));
    head.extend_from_slice(b"\r\n");
}

/// The date of now, as HTTP writes it; it is spelled anew once a second.
fn date(now: Instant) -> [u8; DATE_BYTES] {
    if let Some((until, date)) = DATE.get()
        && now < until
    {
        return date;
    }
    let time = SystemTime::now();
    let text = httpdate::fmt_http_date(time);
    let date = text.as_bytes().try_into().expect("dates in HTTP have one length");
    let of_second = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    DATE.set(Some((now + (Duration::from_secs(1) - Duration::from_nanos(of_second.into())), date)));
    date
}
