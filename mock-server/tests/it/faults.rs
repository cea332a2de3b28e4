//! Faults by rule: what they match, what they do, and how they change while the server runs.

use cloud_sim::Tenant;
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, TEMPLATE, path, text};

/// Sets one fault more, and gives its id.
async fn set(meta: &Meta, fault: Value) -> u64 {
    let answer = meta.client.post(meta.url("/_mock/faults")).body(fault.to_string()).send().await.unwrap();
    let status = answer.status();
    let told = text(answer).await;
    assert_eq!(status, 200, "{told}");
    serde_json::from_str::<Value>(&told).unwrap()["id"].as_u64().unwrap()
}

async fn faults(meta: &Meta) -> Value {
    let answer = meta.client.get(meta.url("/_mock/faults")).send().await.unwrap();
    serde_json::from_str::<Value>(&text(answer).await).unwrap()["faults"].take()
}

/// Sends a code to a number.
async fn send(meta: &Meta, to: &str) -> Result<(u16, String), reqwest::Error> {
    let answer = meta.post(&path("messages"), SEND.replace("+1 650 555 1234", to)).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// Checks what a server with this fault answers to a send, as the client sees it.
async fn check(fault: Value, status: u16, is_right: impl Fn(&str) -> bool) {
    let meta = Meta::start().await;
    meta.approve_template().await;
    set(&meta, fault).await;
    let (found, body) = send(&meta, "16505551234").await.unwrap();
    assert!(found == status && is_right(&body), "{found} {body}");
}

#[tokio::test]
async fn a_refusal_says_what_the_fault_says() {
    let fault = json!({"refuse": {"code": 131056, "status": 429, "message": "slow down", "details": "ever \"so\" slowly"}});
    check(fault, 429, |body| {
        let error = serde_json::from_str::<Value>(body).unwrap()["error"].take();
        error["code"] == 131056
            && error["message"] == "slow down"
            && error["error_data"]["details"] == "ever \"so\" slowly"
    })
    .await;
    check(json!({"refuse": {"code": 131056}}), 400, |body| body.contains("pair rate limit hit")).await;
}

#[tokio::test]
async fn a_fault_is_for_what_it_names_and_for_nothing_else() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let tenant = Tenant::sample();
    for (matching, refused) in [
        (json!({"recipient": "1650"}), true),
        (json!({"recipient": "4930"}), false),
        (json!({"template": "login_code"}), true),
        (json!({"template": "another"}), false),
        (json!({"number": tenant.number.to_string()}), true),
        (json!({"number": 7}), false),
        (json!({"operation": "messages"}), true),
        (json!({"operation": "message_templates"}), false),
        (json!({"operation": "any"}), true),
        (json!({"operation": "any", "recipient": "1650", "template": "another"}), false),
        (json!({"from": "1h"}), false),
    ] {
        let mut fault = matching.clone();
        fault["refuse"] = json!({"code": 131016});
        let id = set(&meta, fault).await;
        let (status, body) = send(&meta, "16505551234").await.unwrap();
        assert_eq!(status == 500, refused, "{matching}: {status} {body}");
        let removed = meta.client.delete(meta.url(&format!("/_mock/faults/{id}"))).send().await.unwrap();
        assert_eq!(removed.status(), 200);
        meta.advance(60).await;
    }
    assert_eq!(faults(&meta).await, json!([]));
}

#[tokio::test]
async fn other_edges_are_refused_by_their_names() {
    let meta = Meta::start().await;
    set(&meta, json!({"operation": "message_templates", "refuse": {"code": 80008}})).await;
    let refused = meta.post(&path("message_templates"), TEMPLATE).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(text(refused).await.contains("80008"));
    let node = meta.get(&format!("/v23.0/{}", Tenant::sample().account)).send().await.unwrap();
    assert_eq!(node.status(), 200);
}

#[tokio::test]
async fn a_share_counts_over_the_traffic_that_matches() {
    let meta = Meta::start_with("", "limits = { throughput = \"100000/s\" }").await;
    meta.approve_template().await;
    set(&meta, json!({"recipient": "49", "refuse": {"code": 131000, "share": "50 %"}})).await;
    set(&meta, json!({"recipient": "49", "answer": {"status": 202, "share": "25 %"}})).await;
    let mut seen = [0_u32; 3];
    for nth in 0..200_u32 {
        let (status, _) = send(&meta, &format!("4930{:07}", nth)).await.unwrap();
        let (elsewhere, _) = send(&meta, &format!("1650{:07}", nth)).await.unwrap();
        assert_eq!(elsewhere, 200);
        seen[match status {
            200 => 0,
            202 => 1,
            _ => 2,
        }] += 1;
    }
    let faults = faults(&meta).await;
    assert_eq!((faults[0]["matched"].as_u64(), faults[1]["matched"].as_u64()), (Some(200), Some(200)));
    let (refused, spoiled) = (faults[0]["acted"].as_u64().unwrap(), faults[1]["acted"].as_u64().unwrap());
    assert!((80..=120).contains(&refused) && (30..=70).contains(&spoiled), "{faults}");
    assert_eq!(u64::from(seen[1]), spoiled, "a wrong status is seen as often as it was set: {seen:?}");
}

#[tokio::test]
async fn a_body_is_spoiled_as_the_fault_says() {
    check(json!({"answer": {"body": "empty"}}), 200, str::is_empty).await;
    check(json!({"answer": {"body": "html", "status": 502}}), 502, |body| body.starts_with("<html>")).await;
    check(json!({"answer": {"body": "malformed"}}), 200, |body| {
        body.starts_with("{\"messaging_product\"") && serde_json::from_str::<Value>(body).is_err()
    })
    .await;
}

#[tokio::test]
async fn a_truncated_body_breaks_off_after_its_head() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    set(&meta, json!({"answer": {"body": "truncated"}})).await;
    let answer = meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.content_length().unwrap() > 0);
    assert!(answer.text().await.is_err(), "the body is not whole");
}

#[tokio::test]
async fn a_connection_dropped_before_loses_the_message_and_one_dropped_after_does_not() {
    for (when, arrives) in [("before", false), ("after", true)] {
        let meta = Meta::start().await;
        meta.approve_template().await;
        let id = set(&meta, json!({"answer": {"drop": when}})).await;
        send(&meta, "16505551234").await.expect_err("no answer comes");
        meta.client.delete(meta.url(&format!("/_mock/faults/{id}"))).send().await.unwrap();
        meta.advance(2).await;
        let phone = meta.client.get(meta.url("/_mock/phones/16505551234")).send().await.unwrap();
        let messages = serde_json::from_str::<Value>(&text(phone).await).unwrap()["messages"].take();
        assert_eq!(messages.as_array().unwrap().len() == 1, arrives, "dropped {when}: {messages}");
    }
}

#[tokio::test]
async fn a_delayed_answer_comes_when_the_clock_says_so() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    set(&meta, json!({"answer": {"delay": {"median": "30s", "p99": "30s"}}})).await;
    let sending = send(&meta, "16505551234");
    let turning = async {
        // The message has taken effect once the phone has it, and still there is no answer.
        let phone = meta.url("/_mock/phones/16505551234?wait_secs=30");
        while !meta.heard.kinds().contains(&"message_accepted") {
            tokio::task::yield_now().await;
        }
        meta.advance(29).await;
        let shown = text(meta.client.get(phone).send().await.unwrap()).await;
        assert!(shown.contains("482913"), "{shown}");
        meta.advance(2).await;
    };
    let (answer, ()) = tokio::join!(sending, turning);
    assert_eq!(answer.unwrap().0, 200);
}

#[tokio::test]
async fn a_server_that_stops_answers_what_is_under_way() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    set(&meta, json!({"answer": {"delay": {"median": "10s", "p99": "10s"}}})).await;
    let sending = meta.post(&path("messages"), SEND).send();
    meta.client.post(meta.url("/_mock/clock")).body(r#"{"rate":60}"#).send().await.unwrap();
    let Meta { server, heard, .. } = meta;
    let stopping = async {
        while !heard.kinds().contains(&"message_accepted") {
            tokio::task::yield_now().await;
        }
        server.stop().await;
    };
    let (answer, ()) = tokio::join!(sending, stopping);
    assert_eq!(answer.unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_body_comes_in_pieces_over_the_simulated_time() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    set(&meta, json!({"answer": {"slow": "10s"}})).await;
    let answer = meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the head comes at once");
    let length = answer.content_length().unwrap();
    let (body, ()) = tokio::join!(answer.text(), meta.advance(11));
    assert_eq!(body.unwrap().len() as u64, length);
}

#[tokio::test]
async fn a_share_of_accepted_messages_fails_with_the_code_of_the_fault() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::start().await;
    meta.subscribe(&callback).await;
    set(&meta, json!({"template": "login_code", "fail": {"code": 131049}})).await;
    assert_eq!(send(&meta, "16505551234").await.unwrap().0, 200);
    meta.advance(120).await;
    let status = callback.next().await["value"]["statuses"][0].take();
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_049)));
}

#[tokio::test]
async fn a_fault_of_webhooks_counts_what_it_did() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let callback = Callback::start().await;
    meta.subscribe(&callback).await;
    set(&meta, json!({"recipient": "1650", "webhooks": {"drop": "100 %"}})).await;
    send(&meta, "16505551234").await.unwrap();
    meta.advance(30).await;
    let faults = faults(&meta).await;
    assert_eq!((&faults[0]["matched"], &faults[0]["acted"]), (&json!(3), &json!(3)), "{faults}");
    assert!(meta.heard.kinds().contains(&"webhook_dropped"));
}

#[tokio::test]
async fn a_forged_webhook_does_not_fit_its_signature() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let callback = Callback::start().await;
    meta.subscribe(&callback).await;
    set(&meta, json!({"webhooks": {"signature": "100 %"}})).await;
    send(&meta, "16505551234").await.unwrap();
    meta.advance(1).await;
    // A callback that checks signatures breaks off, so that the webhook counts as failed.
    while !meta.heard.kinds().contains(&"webhook_failed") {
        assert!(!meta.heard.kinds().contains(&"webhook_answered"), "the callback took a forged webhook");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn wrong_faults_are_told_in_json_and_in_toml_and_change_nothing() {
    let meta = Meta::start().await;
    set(&meta, json!({"outage": true})).await;
    for (body, told) in [
        (r#"{"refuse": {"code": 12}}"#, "`refuse.code` is 12, but must be one of 0, 1, 2"),
        (r#"{"outage": true, "number": "7"}"#, "`number` is given, but must be left out"),
        (r#"{"webhooks": {"drop": "1 %"}, "operation": "messages"}"#, "`operation` is given"),
        (r#"{"answer": {"drop": "after", "status": 500}}"#, "`drop` with nothing else but `delay`"),
        (r#"{"answer": {"share": "1 %"}}"#, "at least one of `delay`"),
        (r#"{"fail": {"code": 100}}"#, "`fail.code` is 100, but must be one of 130429"),
        (r#"{"refuse": {"code": 1, "status": 200}}"#, "a whole number from 400 to 599"),
        (r#"{"recipient": "0049", "outage": true}"#, "digits with which a number begins"),
        (r#"{"outage": null}"#, "the body cannot be read"),
        (r#"{"outage": true"#, "the body cannot be read"),
        ("outage = true\noutage = true\n", "is not TOML"),
        ("from = \"soon\"\noutage = true\n", "line 1: `from` is \"soon\", but must be a span"),
        ("", "the fault is none of its kinds, but must be exactly one of"),
        ("[]", "the body is an array, but must be a JSON object or TOML"),
        (r#"[{"outage": true}]"#, "the body is an array, but must be a JSON object or TOML"),
        (
            r#"{"operation": "message", "refuse": {"code": 1}}"#,
            "`operation` is \"message\", but must be one of `any`, `node`, `access_token`, `activities`",
        ),
    ] {
        let answer = meta.client.post(meta.url("/_mock/faults")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        let error = serde_json::from_str::<Value>(&text(answer).await).unwrap()["error"].take();
        assert!(error.as_str().unwrap().contains(told), "{body}: {error}");
    }
    assert_eq!(faults(&meta).await.as_array().unwrap().len(), 1);
    let missing = meta.client.delete(meta.url("/_mock/faults/9")).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert!(text(missing).await.contains("there is no fault 9; there are 1"));
}

#[tokio::test]
async fn whoever_embeds_the_server_sets_faults_and_reads_metrics_without_http() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let fault = scenario::Fault::parse_one("refuse = { code = 2 }").unwrap();
    let id = meta.server.add_fault(&fault).unwrap();
    assert_eq!(send(&meta, "16505551234").await.unwrap().0, 503);
    assert!(meta.server.metrics().contains("otpbench_refusals_total{code=\"2\"} 1\n"));
    assert_eq!(meta.server.remove_fault(id), Some((1, 1)));
    assert_eq!(meta.server.remove_fault(id), None);
    assert_eq!(send(&meta, "16505551234").await.unwrap().0, 200);
    let ids: Vec<_> = (0..256).map(|_| meta.server.add_fault(&fault)).collect();
    assert!(ids.iter().all(Option::is_some), "256 faults may be set at once");
    assert_eq!(meta.server.add_fault(&fault), None);
}
