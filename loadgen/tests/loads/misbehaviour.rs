//! Targets that are slow, dead or answer nonsense: data in the journal, never a crash or a hang.

use std::sync::Arc;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use journal::Fact;
use scenario::{Elapsed, Span};

use crate::play::{Stop, phones, play, scenario};
use crate::target::{Reply, Target};

/// Ten arrivals at a target that always replies like this; a call may take 300 ms.
async fn check(reply: fn() -> Reply, expected: &Expect) {
    let target = Target::start(Arc::new(move |_, _| reply())).await;
    check_at(&target.base_url, expected).await;
}

async fn check_at(base_url: &str, expected: &Expect) {
    let mut scenario = scenario(10);
    scenario.target.timeout = Span::from_millis(300);
    let (_ring, phones) = phones();
    expected.assert_eq(&play(scenario, base_url, phones, Stop::Never).await.tell());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_answer() {
    check(
        || Reply::Status(500),
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_answered 500
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_an_answer_and_not_followed() {
    check(
        || Reply::Raw(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
        &expect![[r#"
            Complete
               1 run_started
               1 phase_started
              10 arrival_planned
              10 code_requested
              10 request_answered 302
               1 run_ended
        "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_http_is_a_broken_connection() {
    check(
        || Reply::Raw(b"220 mail.example.com ESMTP\r\n"),
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: connection broken
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_early_is_a_broken_connection() {
    check(
        || Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: connection broken
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_above_64_kib_is_a_broken_connection() {
    check(
        || Reply::Body(64 * 1024 + 1),
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: connection broken
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_connection_is_a_broken_one() {
    check(
        || Reply::Close,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: connection broken
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_within_the_timeout_is_a_failure() {
    check(
        || Reply::Silence,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: timed out
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_a_failure() {
    let base_url = Target::start(Arc::new(|_, _| Reply::Close)).await.base_url.clone();
    check_at(
        &base_url,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          10 arrival_planned
          10 code_requested
          10 request_failed: not connected
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_is_felt_by_everybody_who_came_during_it() {
    let began = Instant::now();
    let stall = Duration::from_secs(2);
    let target =
        Target::start(Arc::new(move |_, _| Reply::After(stall.saturating_sub(began.elapsed()), 503))).await;
    let (_ring, phones) = phones();
    let played = play(scenario(100), &target.base_url, phones, Stop::Never).await;
    played.tell();
    let mut planned = Vec::new();
    let mut lateness_max = Span::ZERO;
    let mut answered_first = Elapsed::NEVER;
    for event in &played.events {
        match event.fact {
            Fact::ArrivalPlanned { .. } => planned.push(event.at),
            Fact::CodeRequested { arrival } => {
                lateness_max = lateness_max.max(event.at.since(planned[arrival as usize]));
            }
            Fact::RequestAnswered { .. } => answered_first = answered_first.min(event.at),
            _ => {}
        }
    }
    let plan = (0..100).map(|nth| played.starts + Span::from_millis(10 * nth));
    assert!(planned.iter().copied().eq(plan), "the plan does not wait for the target");
    assert!(answered_first.since(planned[0]) > Span::from_millis(500), "the first waits the stall out");
    assert!(lateness_max > Span::from_millis(300), "with 50 slots, half of the arrivals wait for one");
}
