//! Whole runs, told as journals, and what the analysis makes of them.

use expect_test::{Expect, expect};
use journal::{Cause, Fact};

use crate::telling::{Run, ms, secs};

/// Checks the verdict and the outcomes that are not zero.
#[track_caller]
fn check(run: &Run, expected: &Expect) {
    let (report, verdict) = run.analyse();
    let outcomes = verdict["outcomes"].as_object().expect("outcomes are an object");
    let outcomes: Vec<String> = outcomes
        .iter()
        .filter(|(_, count)| count.as_u64() != Some(0))
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let partial = if report.partial { ", partial" } else { "" };
    expected.assert_eq(&format!("{:?}{partial}: {}", report.verdict, outcomes.join(", ")));
}

/// Checks the conditions of validity that do not hold.
#[track_caller]
fn check_doubts(run: &Run, expected: &Expect) {
    let (_, verdict) = run.analyse();
    let doubts = verdict["doubts"].as_array().expect("doubts are a list");
    let doubts: Vec<&str> = doubts.iter().filter_map(|doubt| doubt.as_str()).collect();
    expected.assert_eq(&doubts.join("\n"));
}

#[test]
fn a_code_that_is_typed_back_is_verified() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202).accepted(ms(3)).sent(ms(150)).delivered(ms(1_300));
    run.last().read(ms(4_000)).typed(ms(6_000), 200);
    check(&run, &expect!["Pass: verified 1"]);
}

#[test]
fn a_code_on_the_phone_that_nobody_types_is_unverified() {
    let mut run = Run::new(2);
    run.delivered_arrival(0);
    run.delivered_arrival(1).loadgen(ms(5_000), Fact::UserGaveUp { arrival: 1 });
    check(&run, &expect!["Pass: unverified 2"]);
}

#[test]
fn a_code_that_the_target_refuses_is_unverified() {
    let mut run = Run::new(1);
    run.delivered_arrival(0).typed(ms(6_000), 401).typed(ms(9_000), 503);
    check(&run, &expect!["Pass: unverified 1"]);
}

#[test]
fn a_message_that_outlives_its_time_to_live_is_discarded() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202).accepted(ms(3)).sent(ms(150)).discarded(secs(60));
    check(&run, &expect!["Fail: discarded 1"]);
}

#[test]
fn a_message_to_nobody_on_whatsapp_is_failed() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202).accepted(ms(3)).failed(ms(500), 131_026);
    check(&run, &expect!["Fail: failed 1"]);
}

#[test]
fn a_message_that_is_sent_to_someone_who_blocked_the_business_is_undelivered() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202).accepted(ms(3)).sent(ms(150));
    check(&run, &expect!["Fail: undelivered 1"]);
}

#[test]
fn a_send_that_is_refused_for_good_is_refused() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 502).refused(ms(3), 130_429).refused(ms(900), 131_056);
    check(&run, &expect!["Fail: refused 1"]);
}

#[test]
fn a_send_that_is_refused_once_and_then_accepted_is_delivered() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202).refused(ms(3), 130_429).accepted(ms(900)).delivered(secs(2));
    check(&run, &expect!["Pass: unverified 1"]);
}

#[test]
fn a_target_that_answers_no_success_and_sends_nothing_is_at_fault() {
    let mut run = Run::new(2);
    run.arrival(0, ms(0)).answered(ms(5), 500);
    let unanswered = Fact::RequestFailed { arrival: 1, cause: Cause::TimedOut };
    run.arrival(1, ms(1)).loadgen(secs(10), unanswered);
    check(&run, &expect!["Fail: target_error 2"]);
}

#[test]
fn a_target_that_answers_no_success_yet_sends_is_judged_by_what_it_sent() {
    let mut run = Run::new(1);
    let unanswered = Fact::RequestFailed { arrival: 0, cause: Cause::Broken };
    run.arrival(0, ms(0)).loadgen(secs(1), unanswered).accepted(ms(3)).delivered(ms(900));
    check(&run, &expect!["Pass: unverified 1"]);
}

#[test]
fn a_target_that_says_yes_and_sends_nothing_is_found_out() {
    let mut run = Run::new(1);
    run.arrival(0, ms(0)).answered(ms(5), 202);
    check(&run, &expect!["Fail: not_sent 1"]);
}

#[test]
fn an_arrival_let_go_makes_the_run_invalid() {
    let mut run = Run::new(200);
    (0..199).for_each(|arrival| {
        run.delivered_arrival(arrival);
    });
    run.planned(199, ms(300)).loadgen(ms(0), Fact::ArrivalShed { arrival: 199 });
    check(&run, &expect!["Invalid: shed 1, unverified 199"]);
    check_doubts(&run, &expect!["the generator could not keep up (1 arrival let go)"]);
}

#[test]
fn an_arrival_of_which_nothing_is_known_breaks_the_conservation() {
    let mut run = Run::new(200);
    (0..199).for_each(|arrival| {
        run.delivered_arrival(arrival);
    });
    run.arrival(199, ms(300));
    check(&run, &expect!["Invalid: unaccounted 1, unverified 199"]);
    check_doubts(&run, &expect!["counts do not add up (not so: every arrival has exactly one outcome)"]);
}

#[test]
fn a_generator_that_is_late_makes_the_run_invalid() {
    let mut run = Run::new(1);
    run.planned(0, ms(0)).loadgen(ms(51), Fact::CodeRequested { arrival: 0 });
    run.last().answered(ms(60), 202).accepted(ms(55)).delivered(ms(900));
    check_doubts(&run, &expect!["the generator's lateness p99 is above 50 ms, or unknown (51 ms)"]);
}

#[test]
fn a_plan_that_was_not_carried_out_makes_the_run_invalid() {
    let mut run = Run::new(3);
    run.delivered_arrival(0);
    run.delivered_arrival(1);
    check_doubts(&run, &expect!["2 of 3 (66.66 %) of the planned codes were asked for, and it takes 99 %"]);
}

#[test]
fn events_that_contradict_each_other_make_the_run_invalid() {
    let mut run = Run::new(1);
    run.delivered_arrival(0).delivered(ms(5_000));
    run.last().loadgen(ms(1), Fact::CodeRequested { arrival: 0 });
    run.mock_server(ms(9), Fact::MessageSent { message: 77 });
    run.loadgen_at(ms(9), Fact::ArrivalPlanned { arrival: 5, recipient: 5, phase: 0 });
    check_doubts(
        &run,
        &expect![
            "events contradict each other (1 × an arrival beyond the plan; 1 × a request made or answered twice; 1 × an event of a message never accepted; 1 × a message with two fates)"
        ],
    );
}

#[test]
fn an_effect_before_its_cause_makes_the_run_invalid() {
    let mut run = Run::new(1);
    run.arrival(0, ms(100)).answered(ms(5), 202).accepted(ms(50)).delivered(ms(20));
    check_doubts(&run, &expect!["events contradict each other (1 × an effect before its cause)"]);
}

#[test]
fn an_interrupted_run_is_partial_and_invalid() {
    let mut run = Run::new(2);
    run.delivered_arrival(0);
    run.arrival(1, ms(3)).answered(ms(5), 202).accepted(ms(3)).sent(ms(100));
    run.loadgen_at(ms(500), Fact::RunInterrupted);
    check(&run, &expect!["Invalid, partial: pending 1, unverified 1"]);
}

#[test]
fn a_journal_without_its_end_is_partial_and_says_what_was_lost() {
    let mut run = Run::new(2);
    run.delivered_arrival(0);
    run.delivered_arrival(1);
    run.cut_mock_server(9);
    check_doubts(
        &run,
        &expect![[
            r#"the mock server's journal was cut off after 0 events; 2,111 bytes at its end could not be read"#
        ]],
    );
    check(&run, &expect!["Invalid, partial: pending 2"]);
}

#[test]
fn a_missing_journal_of_the_mock_server_is_partial() {
    let mut run = Run::new(1);
    run.delivered_arrival(0);
    run.lose_mock_server();
    check(&run, &expect!["Invalid, partial: pending 1"]);
    check_doubts(&run, &expect!["the mock server's journal is missing"]);
}

#[test]
fn a_run_without_arrivals_cannot_tell() {
    check(&Run::new(0), &expect!["Invalid: "]);
}

#[test]
fn a_message_belongs_to_the_latest_arrival_of_its_recipient() {
    let mut run = Run::new(2);
    run.arrival_of(0, 7, ms(0)).answered(ms(5), 202).accepted(ms(3)).discarded(secs(60));
    run.arrival_of(1, 7, secs(120)).answered(ms(5), 202).accepted(ms(3)).delivered(ms(900));
    check(&run, &expect!["Fail: discarded 1, unverified 1"]);
}

#[test]
fn messages_to_strangers_are_told_and_do_not_count() {
    let mut run = Run::new(1);
    run.delivered_arrival(0);
    run.mock_server(ms(50), Fact::MessageAccepted { message: 1, recipient: 999 });
    run.mock_server(ms(60), Fact::MessageDelivered { message: 1 });
    check(&run, &expect!["Pass: unverified 1"]);
    let (_, verdict) = run.analyse();
    expect!["The target sent 1 message to people who had not asked for a code."]
        .assert_eq(verdict["findings"][0].as_str().expect("there is a finding"));
}

#[test]
fn a_wrong_code_that_is_taken_as_right_is_told() {
    let mut run = Run::new(1);
    run.delivered_arrival(0).mistyped(ms(3_000), 200);
    let (_, verdict) = run.analyse();
    expect!["The target took 1 mistyped code as right."]
        .assert_eq(verdict["findings"][0].as_str().expect("there is a finding"));
}
