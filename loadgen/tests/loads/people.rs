//! People who get a code, read it on their phone and type it in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use loadgen::OnPhone;
use scenario::{Scenario, Share, Span};

use crate::play::{Played, Ring, Stop, code_of, latency, phones, play, ring, scenario};
use crate::target::{Manner, Reply, Target};

/// A target that sends its codes this many times and answers only then.
fn honest(codes: usize, phone: Ring) -> Manner {
    Arc::new(move |path, body| match path {
        "/ask" => {
            (0..codes).for_each(|_| ring(&phone, body, &code_of(body)));
            Reply::After(Duration::from_millis(100), 200)
        }
        _ => {
            let (digits, code) = body.split_once(' ').expect("the scenario says so");
            Reply::Status(if code == code_of(digits) { 200 } else { 400 })
        }
    })
}

async fn play_honest(scenario: Scenario, codes: usize) -> Played {
    let (ring, phones) = phones();
    let target = Target::start(honest(codes, ring)).await;
    play(scenario, &target.base_url, phones, Stop::Never).await
}

async fn check(scenario: Scenario, codes: usize, expected: &Expect) {
    expected.assert_eq(&play_honest(scenario, codes).await.tell());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_before_the_answer_is_typed_in() {
    check(
        scenario(20),
        1,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          20 arrival_planned
          20 code_requested
          20 request_answered 200
          20 verification_requested 1
          20 verification_answered 1: 200
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_three_times_is_typed_in_once() {
    let played = play_honest(scenario(20), 3).await;
    expect![[r#"
        Complete
           1 run_started
           1 phase_started
          20 arrival_planned
          20 code_requested
          20 request_answered 200
          20 verification_requested 1
          20 verification_answered 1: 200
           1 run_ended
    "#]]
    .assert_eq(&played.tell());
    assert_eq!(played.standing.delivered, 20);
    assert_eq!(played.standing.codes_ignored, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_mistypes_tries_three_times() {
    let mut scenario = scenario(5);
    scenario.users.wrong_code = Share::ALL;
    check(
        scenario,
        1,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
           5 arrival_planned
           5 code_requested
           5 request_answered 200
           5 verification_requested 1 mistyped
           5 verification_requested 2 mistyped
           5 verification_requested 3 mistyped
           5 verification_answered 1: 400
           5 verification_answered 2: 400
           5 verification_answered 3: 400
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_types_nothing() {
    let mut scenario = scenario(5);
    scenario.users.gives_up = Share::ALL;
    check(
        scenario,
        1,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
           5 arrival_planned
           5 code_requested
           5 request_answered 200
           5 user_gave_up
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_does_not_wait_for_codes_that_never_come() {
    let (ring, phones) = phones();
    let target = Target::start(Arc::new(move |_, body: &str| {
        let recipient = body.parse().expect("the scenario makes numbers");
        ring.try_send(OnPhone::Never { recipient }).expect("the channel is large");
        Reply::Status(200)
    }));
    let began = Instant::now();
    let played = play(scenario(5), &target.await.base_url, phones, Stop::Never).await;
    expect![[r#"
        Complete
           1 run_started
           1 phase_started
           5 arrival_planned
           5 code_requested
           5 request_answered 200
           1 run_ended
    "#]]
    .assert_eq(&played.tell());
    assert!(began.elapsed() < Duration::from_secs(20), "the patience of 40 s is not used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_ask_again_type_the_code_of_their_latest_arrival() {
    let mut scenario = scenario(20);
    scenario.recipients.count = Some(1);
    scenario.users.typing = latency(Span::from_millis(400));
    check(
        scenario,
        1,
        &expect![[r#"
        Complete
           1 run_started
           1 phase_started
          20 arrival_planned
          20 code_requested
          20 request_answered 200
           1 verification_requested 1
           1 verification_answered 1: 200
           1 run_ended
    "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_of_one_process_take_turns() {
    let (first, second) = tokio::join!(play_honest(scenario(10), 1), play_honest(scenario(10), 1));
    assert_eq!(first.tell(), second.tell());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_drains_and_says_so() {
    let (ring, phones) = phones();
    let target = Target::start(honest(1, ring)).await;
    let played =
        play(scenario(10_000), &target.base_url, phones, Stop::After(Duration::from_millis(500))).await;
    let told = played.tell();
    assert!(told.starts_with("Interrupted\n") && told.contains("1 run_interrupted"), "{told}");
    assert_eq!(played.standing.verified, played.standing.planned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_cuts_off_what_takes_longer_than_ten_seconds() {
    let (_ring, phones) = phones();
    let target = Target::start(Arc::new(|_, _| Reply::Silence)).await;
    let began = Instant::now();
    let played = play(scenario(100), &target.base_url, phones, Stop::After(Duration::from_secs(2))).await;
    expect![[r#"
        Interrupted
           1 run_started
           1 phase_started
         100 arrival_planned
          50 code_requested
          50 request_failed: harness error
          50 arrival_shed
           1 run_interrupted
           1 run_ended
    "#]]
    .assert_eq(&played.tell());
    assert!(began.elapsed() < Duration::from_secs(20), "the timeout of 60 s is not used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_before_its_first_arrival_is_empty_and_whole() {
    let (_ring, phones) = phones();
    let target = Target::start(Arc::new(|_, _| Reply::Silence)).await;
    let played = play(scenario(100), &target.base_url, phones, Stop::AtOnce).await;
    expect![[r#"
        Interrupted
           1 run_started
           1 run_interrupted
           1 run_ended
    "#]]
    .assert_eq(&played.tell());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_makes_room_for_the_next() {
    let (_ring, phones) = phones();
    let target = Target::start(Arc::new(|_, _| Reply::Silence)).await;
    let abandoned = play(scenario(10_000), &target.base_url, phones, Stop::Never);
    tokio::time::timeout(Duration::from_millis(900), abandoned).await.map(drop).expect_err("it takes 100 s");
    let played = play_honest(scenario(10), 1).await;
    assert_eq!(played.standing.verified, 10);
}
