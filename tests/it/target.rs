//! Targets that misbehave are data: the run ends by itself and says what happened.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::bench::{Bench, brief, check_exit_or_late, stdout};

/// A target that sends these bytes to whoever connects, and closes.
fn target_saying(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4_096];
            // A peer that has gone away is what some of these tests are about.
            let _gone = stream.read(&mut request).and_then(|_| stream.write_all(answer));
        }
    });
    format!("http://{address}")
}

#[track_caller]
fn check(answer: &'static [u8], lost: &str) {
    let bench = Bench::new();
    let text = format!("{}[target]\nbase-url = \"{}\"\n", brief(), target_saying(answer));
    let output = bench.otpbench(&[&"run", &bench.scenario("strange", &text)]);
    check_exit_or_late(&output, 99);
    assert!(stdout(&output).contains(lost), "{}", stdout(&output));
    assert!(bench.runs()[0].join("report.html").exists());
}

#[test]
fn a_target_that_talks_nonsense_fails_every_request() {
    check(b"\x00\x01 this is not HTTP\r\n\r\n", "requested 120 → accepted 0");
}

#[test]
fn a_target_that_hangs_up_fails_every_request() {
    check(b"", "requested 120 → accepted 0");
}

#[test]
fn a_target_that_answers_500_is_reported_as_such() {
    check(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "requested 120 → accepted 0");
}

#[test]
fn a_target_that_takes_codes_on_and_never_sends_them_is_found_out() {
    check(
        b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "requested 120 → accepted 0",
    );
}
