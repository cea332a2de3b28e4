//! What a number's history tells of its messages.

use axum::http::StatusCode;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::meta::{Callback, Meta, SEND, path, text};

const HISTORY: &str = "/v23.0/106540352242922/message_history";

async fn get(meta: &Meta, path: &str) -> Value {
    meta.get(path).send().await.unwrap().json().await.unwrap()
}

/// A Meta that has sent so many codes, each to another person.
async fn after_sending(meta: &Meta, people: std::ops::Range<u32>) {
    for person in people {
        let body = SEND.replace("555 1234", &format!("555 {:04}", 1_000 + person));
        assert_eq!(meta.post(&path("messages"), body).send().await.unwrap().status(), 200);
    }
}

/// The statuses of each message, the newest message first, and what became of their webhooks.
#[track_caller]
fn check(history: &Value, expected: Expect) {
    let mut told = String::new();
    for message in history["data"].as_array().unwrap() {
        assert!(message["message_id"].as_str().unwrap().starts_with("wamid."));
        for event in message["events"]["data"].as_array().unwrap() {
            let word = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
            let (status, state) = (word("delivery_status"), word("webhook_update_state"));
            told += &format!("{status} {} {state} {}\n", event["timestamp"], word("error_description"));
        }
    }
    expected.assert_eq(&told);
}

const EVENTS: &str = "fields=events{delivery_status,timestamp,webhook_update_state,error_description}";

#[tokio::test]
async fn a_message_is_told_with_its_statuses_while_they_come_to_be() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    after_sending(&meta, 0..1).await;
    let history = get(&meta, &format!("{HISTORY}?{EVENTS}")).await;
    check(&history, expect![""]);
    meta.advance(20).await;
    let history = get(&meta, &format!("{HISTORY}?{EVENTS}")).await;
    check(
        &history,
        expect![[r#"
            SENT 1750000003 - -
            DELIVERED 1750000004 - -
            READ 1750000007 - -
        "#]],
    );
}

#[tokio::test]
async fn what_became_of_webhooks_is_told_with_the_statuses() {
    for (answer, state) in [(StatusCode::OK, "DELIVERED"), (StatusCode::BAD_GATEWAY, "RETRYING")] {
        let meta = Meta::start().await;
        let mut callback = Callback::answering(answer, std::time::Duration::ZERO).await;
        meta.approve_template().await;
        meta.subscribe(&callback).await;
        after_sending(&meta, 0..1).await;
        meta.advance_millis(200).await;
        callback.next().await;
        meta.advance_millis(1).await;
        let fields = "fields=events{webhook_update_state,application,webhook_uri}";
        let history = get(&meta, &format!("{HISTORY}?{fields}")).await;
        let event = &history["data"][0]["events"]["data"][0];
        assert_eq!(event["webhook_update_state"], state);
        assert_eq!(event["application"]["id"], "67084");
        assert_eq!(event["webhook_uri"], format!("http://{}/webhook", callback.address));
    }
}

#[tokio::test]
async fn a_failed_message_says_why() {
    let meta = Meta::start_with("not-on-whatsapp = \"100 %\"", "").await;
    meta.approve_template().await;
    after_sending(&meta, 0..1).await;
    meta.advance(3_600).await;
    let history = get(&meta, &format!("{HISTORY}?{EVENTS}")).await;
    check(
        &history,
        expect![[r#"
        FAILED 1750000005 - Message undeliverable
    "#]],
    );
}

#[tokio::test]
async fn pages_lead_from_the_newest_message_to_the_oldest_while_more_are_sent() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    after_sending(&meta, 0..3).await;
    let all = get(&meta, HISTORY).await;
    let first = get(&meta, &format!("{HISTORY}?limit=2")).await;
    assert_eq!(first["data"].as_array().unwrap().as_slice(), &all["data"].as_array().unwrap()[..2]);
    after_sending(&meta, 3..4).await;
    let next = first["paging"]["next"].as_str().unwrap();
    let next = get(&meta, next.strip_prefix(&meta.url("")).unwrap()).await;
    assert_eq!(next["data"].as_array().unwrap().as_slice(), &all["data"].as_array().unwrap()[2..]);
    let back = next["paging"]["previous"].as_str().unwrap();
    let back = get(&meta, back.strip_prefix(&meta.url("")).unwrap()).await;
    assert_eq!(back["data"], first["data"]);
}

#[tokio::test]
async fn one_message_is_found_by_its_id_and_its_events_by_the_id_of_the_history() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    after_sending(&meta, 0..3).await;
    meta.advance(20).await;
    let all = get(&meta, HISTORY).await;
    let (id, wamid) = (&all["data"][1]["id"], all["data"][1]["message_id"].as_str().unwrap());
    let found = get(&meta, &format!("{HISTORY}?message_id={wamid}")).await;
    assert_eq!(found["data"], serde_json::json!([all["data"][1]]));
    let events = format!("/v23.0/{}/events", id.as_str().unwrap());
    let told = get(&meta, &events).await;
    expect![[r#"{"data":[{"cursor":"MAZDZD","node":{"delivery_status":"SENT","id":"3000000000000009","occurrence_timestamp":1750000003}},{"cursor":"MQZDZD","node":{"delivery_status":"DELIVERED","id":"3000000000000010","occurrence_timestamp":1750000004}},{"cursor":"MgZDZD","node":{"delivery_status":"READ","id":"3000000000000011","occurrence_timestamp":1750000007}}],"paging":{"cursors":{"after":"MgZDZD","before":"MAZDZD"}}}"#]].assert_eq(&told.to_string());
    let fields = "fields=node{delivery_status,status_timestamp}&status_filter=READ";
    let told = get(&meta, &format!("{events}?{fields}")).await;
    expect![[r#"{"data":[{"node":{"delivery_status":"READ","id":"3000000000000011","occurrence_timestamp":1750000007,"status_timestamp":1750000007}}],"paging":{"cursors":{"after":"MAZDZD","before":"MAZDZD"}}}"#]].assert_eq(&told.to_string());
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused_in_words() {
    let meta = Meta::start().await;
    for (path, words) in [
        (format!("{HISTORY}?message_id=7"), "Invalid parameter: message_id format is invalid"),
        (
            format!("{HISTORY}?message_id={}", "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"),
            "The requested message_id was not found in the message history",
        ),
        (format!("{HISTORY}?fields=colour"), "nonexisting field (colour)"),
        (format!("{HISTORY}?fields=events{{colour}}"), "nonexisting field (colour)"),
        (format!("{HISTORY}?after=never"), "Invalid cursor"),
        ("/v23.0/2000000000000009/events".to_owned(), "2000000000000009"),
        ("/v23.0/7/events".to_owned(), "'7'"),
    ] {
        let body = text(meta.get(&path).send().await.unwrap()).await;
        assert!(body.contains(words), "{path}: {body}");
    }
    meta.approve_template().await;
    after_sending(&meta, 0..1).await;
    let id = get(&meta, HISTORY).await["data"][0]["id"].as_str().unwrap().to_owned();
    let body = text(meta.get(&format!("/v23.0/{id}/events?status_filter=LATE")).send().await.unwrap()).await;
    assert!(body.contains("status_filter must be a valid delivery status"), "{body}");
}
