//! Timelines of messages, past and planned, and a server that begins anew.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, path};

/// Sends a code, and gives the id of its message.
async fn send(meta: &Meta) -> String {
    let sent = meta.post(&path("messages"), SEND).send().await.unwrap();
    sent.json::<Value>().await.unwrap()["messages"][0]["id"].as_str().unwrap().to_owned()
}

async fn read(meta: &Meta, path: &str) -> Value {
    meta.client.get(meta.url(path)).send().await.unwrap().json().await.unwrap()
}

/// A timeline in lines: what happened and what is planned, after the message was accepted.
async fn told(meta: &Meta, id: &str) -> String {
    let timeline = read(meta, &format!("/_mock/messages/{id}")).await;
    let began = timeline["past"][0]["at_micros"].as_u64().unwrap();
    let line = |event: &Value| {
        let after = (event["at_micros"].as_u64().unwrap() - began) / 1_000;
        let status = event["status"].as_str().map(|status| format!(" {status}")).unwrap_or_default();
        let answered = event["http_status"].as_u64().map(|status| format!(" {status}")).unwrap_or_default();
        format!("{after} ms {}{status}{answered}\n", event["kind"].as_str().unwrap())
    };
    let lines = |part: &str| timeline[part].as_array().unwrap().iter().map(line).collect::<String>();
    format!("{}\n{}planned:\n{}", timeline["state"].as_str().unwrap(), lines("past"), lines("next"))
}

#[track_caller]
fn check(told: &str, expected: Expect) {
    expected.assert_eq(told);
}

#[tokio::test]
async fn a_message_on_its_way_tells_what_will_become_of_it() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let id = send(&meta).await;
    meta.advance_millis(500).await;
    check(
        &told(&meta, &id).await,
        expect![[r#"
            on_its_way
            0 ms message_accepted
            100 ms message_sent
            planned:
            1000 ms message_delivered
            4000 ms message_read
        "#]],
    );
    assert_eq!(told(&meta, "0").await, told(&meta, &id).await, "the journal's number finds it too");
    meta.advance(10).await;
    assert!(told(&meta, "0").await.starts_with("read\n"));
}

#[tokio::test]
async fn a_phone_that_goes_off_changes_the_plan_and_a_discard_is_found_by_its_id() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let id = send(&meta).await;
    let off = json!({"online": false}).to_string();
    meta.client.patch(meta.url("/_mock/phones/16505551234")).body(off).send().await.unwrap();
    check(
        &told(&meta, &id).await,
        expect![[r#"
            on_its_way
            0 ms message_accepted
            planned:
            100 ms message_sent
            60000 ms message_discarded
        "#]],
    );
    meta.advance(61).await;
    assert!(told(&meta, &id).await.starts_with("discarded\n"));
}

#[tokio::test]
async fn each_attempt_of_a_webhook_is_told_with_its_answer_and_the_next_is_planned() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let status = axum::http::StatusCode::BAD_GATEWAY;
    let callback = Callback::answering(status, std::time::Duration::ZERO).await;
    meta.subscribe(&callback).await;
    let id = send(&meta).await;
    meta.advance_millis(600).await;
    check(
        &told(&meta, &id).await,
        expect![[r#"
            on_its_way
            0 ms message_accepted
            100 ms message_sent
            100 ms webhook_answered sent 502
            planned:
            1000 ms message_delivered
            4000 ms message_read
            5100 ms webhook_posted sent
        "#]],
    );
}

#[tokio::test]
async fn what_is_no_message_is_told_so() {
    let meta = Meta::start().await;
    for (id, status) in
        [("7", 404), ("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA", 404), ("x", 400)]
    {
        let answer = meta.client.get(meta.url(&format!("/_mock/messages/{id}"))).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
    }
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_time() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    send(&meta).await;
    meta.advance_millis(500).await;
    let before = read(&meta, "/_mock/health").await;
    assert_eq!((&before["status"], &before["in_flight"]), (&json!("ready"), &json!(1)));
    let reset = meta.client.post(meta.url("/_mock/reset")).send().await.unwrap();
    let after = reset.json::<Value>().await.unwrap();
    assert_eq!((&after["in_flight"], &after["now_micros"]), (&json!(0), &before["now_micros"]));
    meta.advance(60).await;
    for kind in ["requests", "messages", "events", "webhooks/deliveries"] {
        let told = read(&meta, &format!("/_mock/{kind}")).await;
        let (_, last) = kind.rsplit_once('/').unwrap_or(("", kind));
        assert_eq!((&told[last], &told["dropped"]), (&json!([]), &json!(0)), "{told}");
    }
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 404, "no template");
    meta.approve_template().await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_reset_forgets_what_was_counted_and_gives_no_id_again() {
    let faults = r#"faults = [{ refuse = { code = 131016 }, recipient = "1666" }]"#;
    let meta = Meta::start_with("", faults).await;
    meta.server.traffic().begin(scenario::Elapsed::ZERO);
    let mut ids = Vec::new();
    for _ in 0..2 {
        meta.approve_template().await;
        ids.push(send(&meta).await);
        let refused = SEND.replace("+1 650", "+1 666");
        assert_eq!(meta.post(&path("messages"), refused).send().await.unwrap().status(), 500);
        assert_eq!(read(&meta, "/_mock/faults").await["faults"][0]["matched"], 1);
        let account = meta.url("/_mock/accounts/102290129340398");
        meta.client.post(account).body(r#"{"tier":"TIER_50"}"#).send().await.unwrap();
        for person in 0..50 {
            let body = SEND.replace("555 1234", &format!("555 {:04}", 2_000 + person));
            meta.post(&path("messages"), body).send().await.unwrap();
        }
        meta.client.post(meta.url("/_mock/reset")).send().await.unwrap();
        meta.server.traffic().begin(scenario::Elapsed::ZERO);
    }
    assert_ne!(ids[0], ids[1]);
    meta.approve_template().await;
    for person in 0..60 {
        let body = SEND.replace("555 1234", &format!("555 {:04}", 3_000 + person));
        meta.post(&path("messages"), body).send().await.unwrap();
    }
    meta.advance(60).await;
    let failed = read(&meta, "/_mock/events?limit=10000").await.to_string().matches("message_failed").count();
    assert_eq!(failed, 0, "the limit is the one of the start again");
}
