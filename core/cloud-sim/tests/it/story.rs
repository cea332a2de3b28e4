//! Single codes, from the first event to the last.

use expect_test::{Expect, expect};

use crate::world::{rehearse, scenario};

const ONE_CODE: &str = r#"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
"#;

/// Everything takes exactly as long as it says.
const STEADY: &str = r#"
[meta]
review = { takes = "2s", outcome = "approved" }
sent = { median = "100ms", p99 = "100ms" }
delivered = { median = "1s", p99 = "1s" }
read = { share = "100 %", median = "3s", p99 = "3s" }
failed = { median = "2s", p99 = "2s" }
[users]
typing = { median = "5s", p99 = "5s" }
autofill = { median = "1s", p99 = "1s" }
wrong-code = "0 %"
gives-up = "0 %"
[target]
takes = { median = "5ms", p99 = "5ms" }
"#;

#[track_caller]
fn check(rest: &str, expected: Expect) {
    let heard = rehearse(&scenario(&format!("{ONE_CODE}{rest}")));
    expected.assert_eq(&heard.timeline());
}

#[test]
fn a_code_is_sent_delivered_read_and_verified() {
    check(
        STEADY,
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_approved
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s message_accepted
        2.005s request_answered 202
        2.105s message_sent
        2.105s webhook_answered sent attempt 1: 200
        3.005s message_delivered
        3.005s webhook_answered delivered attempt 1: 200
        6.005s message_read
        6.005s webhook_answered read attempt 1: 200
        8.005s verification_requested attempt 1
        8.010s verification_answered attempt 1: 200
        8.010s run_ended
        8.010s run_ended
    "#]],
    );
}

#[test]
fn a_number_without_whatsapp_fails_without_having_been_sent() {
    check(
        &format!("{STEADY}[recipients]\nnot-on-whatsapp = \"100 %\"\n"),
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_approved
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s message_accepted
        2.005s request_answered 202
        4.005s message_failed 131026
        4.005s webhook_answered failed attempt 1: 200
        4.005s run_ended
        4.005s run_ended
    "#]],
    );
}

#[test]
fn a_code_for_a_phone_that_stays_off_is_discarded_without_a_webhook() {
    let offline =
        "[recipients]\noffline = { share = \"100 %\", back-after = { median = \"5min\", p99 = \"5min\" } }\n";
    check(
        &format!("{STEADY}{offline}[template]\nttl = \"60s\"\n"),
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_approved
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s message_accepted
        2.005s request_answered 202
        2.105s message_sent
        2.105s webhook_answered sent attempt 1: 200
        62.005s message_discarded
        62.005s run_ended
        62.005s run_ended
    "#]],
    );
}

#[test]
fn a_code_for_a_phone_that_comes_back_in_time_is_delivered_then() {
    let offline =
        "[recipients]\noffline = { share = \"100 %\", back-after = { median = \"40s\", p99 = \"40s\" } }\n";
    check(
        &format!("{STEADY}{offline}[template]\nttl = \"60s\"\n"),
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_approved
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s message_accepted
        2.005s request_answered 202
        2.105s message_sent
        2.105s webhook_answered sent attempt 1: 200
        42.005s message_delivered
        42.005s webhook_answered delivered attempt 1: 200
        45.005s message_read
        45.005s webhook_answered read attempt 1: 200
        47.005s verification_requested attempt 1
        47.010s verification_answered attempt 1: 200
        47.010s run_ended
        47.010s run_ended
    "#]],
    );
}

#[test]
fn a_rejected_template_sends_nothing() {
    let rejected =
        STEADY.replace("outcome = \"approved\"", "outcome = \"rejected\", reason = \"INVALID_FORMAT\"");
    check(
        &rejected,
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_rejected
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s send_refused 132001 404
        2.005s request_answered 502
        2.005s run_ended
        2.005s run_ended
    "#]],
    );
}

#[test]
fn a_target_that_is_throttled_tries_again() {
    let fault = "[[meta.faults]]\nfor = \"300ms\"\nrefuse = { code = 130429, share = \"100 %\" }\n";
    check(
        &STEADY.replace("[users]", &format!("{fault}[users]")),
        expect![[r#"
            0.000s run_started
            0.000s run_started
            0.000s template_submitted
            2.000s template_approved
            2.000s phase_started
            2.000s arrival_planned
            2.000s code_requested
            2.005s send_refused 130429 400
            2.005s request_answered 202
            2.481s message_accepted
            2.581s message_sent
            2.581s webhook_answered sent attempt 1: 200
            3.481s message_delivered
            3.481s webhook_answered delivered attempt 1: 200
            6.481s message_read
            6.481s webhook_answered read attempt 1: 200
            8.481s verification_requested attempt 1
            8.486s verification_answered attempt 1: 200
            8.486s run_ended
            8.486s run_ended
        "#]],
    );
}

#[test]
fn a_message_accepted_before_an_outage_is_delivered_after_it() {
    let fault = "[[meta.faults]]\nfrom = \"50ms\"\nfor = \"10s\"\noutage = true\n";
    check(
        &STEADY.replace("[users]", &format!("{fault}[users]")),
        expect![[r#"
            0.000s run_started
            0.000s run_started
            0.000s template_submitted
            2.000s template_approved
            2.000s phase_started
            2.000s arrival_planned
            2.000s code_requested
            2.005s message_accepted
            2.005s request_answered 202
            12.150s message_sent
            12.150s webhook_answered sent attempt 1: 200
            13.050s message_delivered
            13.050s webhook_answered delivered attempt 1: 200
            16.050s message_read
            16.050s webhook_answered read attempt 1: 200
            18.050s verification_requested attempt 1
            18.055s verification_answered attempt 1: 200
            18.055s run_ended
            18.055s run_ended
        "#]],
    );
}

#[test]
fn a_user_who_mistypes_three_times_is_handed_over() {
    check(
        &STEADY.replace("wrong-code = \"0 %\"", "wrong-code = \"100 %\""),
        expect![[r#"
        0.000s run_started
        0.000s run_started
        0.000s template_submitted
        2.000s template_approved
        2.000s phase_started
        2.000s arrival_planned
        2.000s code_requested
        2.005s message_accepted
        2.005s request_answered 202
        2.105s message_sent
        2.105s webhook_answered sent attempt 1: 200
        3.005s message_delivered
        3.005s webhook_answered delivered attempt 1: 200
        6.005s message_read
        6.005s webhook_answered read attempt 1: 200
        8.005s verification_requested attempt 1, mistyped
        8.010s verification_answered attempt 1: 401
        13.010s verification_requested attempt 2, mistyped
        13.015s verification_answered attempt 2: 401
        18.015s verification_requested attempt 3, mistyped
        18.020s verification_answered attempt 3: 423
        18.020s run_ended
        18.020s run_ended
    "#]],
    );
}
