//! Time turned by hand: everything at its instant, webhooks answered before time goes on.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use crate::meta::{Callback, Meta, SEND, path};

/// The webhooks that a callback has heard so far, each as what it tells.
fn heard(callback: &mut Callback) -> Vec<String> {
    let mut heard = Vec::new();
    while let Ok(mut body) = callback.bodies.try_recv() {
        let change = body["entry"][0]["changes"][0].take();
        let told = change["value"]["statuses"][0]["status"].as_str();
        heard.push(told.unwrap_or(change["field"].as_str().unwrap()).to_owned());
    }
    heard
}

async fn clock(meta: &Meta) -> Value {
    meta.client.get(meta.url("/_mock/clock")).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn webhooks_are_answered_before_the_advance_is() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::answering(StatusCode::OK, Duration::from_millis(20)).await;
    meta.subscribe(&callback).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.turn(r#"{"advance":"10min"}"#).await;
    assert_eq!(heard(&mut callback), ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn retries_happen_at_their_instants_within_one_advance() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    meta.subscribe(&callback).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.turn(r#"{"advance":"5s"}"#).await;
    assert_eq!(heard(&mut callback), ["sent", "delivered", "read"]);
    meta.turn(r#"{"advance":"4s"}"#).await;
    assert_eq!(heard(&mut callback), ["sent", "delivered", "read"], "each 5 s after it failed");
    meta.turn(r#"{"advance":"10min"}"#).await;
    assert_eq!(heard(&mut callback).len(), 3 * 2, "each after another 30 s and 2 min");
}

#[tokio::test]
async fn news_of_templates_are_tried_again_at_their_instants_too() {
    let meta = Meta::start().await;
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    meta.subscribe(&callback).await;
    meta.approve_template().await;
    assert_eq!(heard(&mut callback).len(), 1);
    meta.turn(r#"{"advance":"150s"}"#).await;
    assert_eq!(heard(&mut callback).len(), 2, "after 5 s and after another 30 s");
}

#[tokio::test]
async fn a_month_passes_at_once_and_a_dead_callback_is_given_up_after_a_week() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    meta.subscribe(&callback).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.turn(r#"{"advance":"30d"}"#).await;
    let given_up = meta.heard.kinds().iter().filter(|kind| **kind == "webhook_given_up").count();
    assert_eq!(given_up, 3);
    assert!(heard(&mut callback).len() > 3 * 7 * 24, "about once an hour");
    assert_eq!(clock(&meta).await["next_due_micros"], Value::Null);
}

#[tokio::test]
async fn time_goes_on_to_the_next_thing_due_or_until_nothing_is() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    let due = clock(&meta).await["next_due_micros"].clone();
    meta.turn(r#"{"until":"next"}"#).await;
    let after = clock(&meta).await;
    assert_eq!((&after["now_micros"], &after["in_flight"]), (&due, &Value::from(1)));
    meta.turn(r#"{"until":"idle"}"#).await;
    let idle = clock(&meta).await;
    assert_eq!((&idle["next_due_micros"], &idle["in_flight"]), (&Value::Null, &Value::from(0)));
    let gone = idle["now_micros"].as_u64().unwrap() - after["now_micros"].as_u64().unwrap();
    assert_eq!(gone, 3_900_000, "it stops where the last thing happened");
}

#[tokio::test]
async fn two_who_turn_the_clock_at_once_take_turns() {
    let meta = Meta::start().await;
    let before = clock(&meta).await["now_micros"].as_u64().unwrap();
    tokio::join!(meta.turn(r#"{"advance":"1h"}"#), meta.turn(r#"{"advance":"1h"}"#));
    let after = clock(&meta).await["now_micros"].as_u64().unwrap();
    assert_eq!(after - before, 2 * 3_600_000_000);
}

#[tokio::test]
async fn no_advance_leads_to_where_time_ends() {
    let meta = Meta::start().await;
    for (body, expected) in [
        (r#"{"advance_micros":18446744073709551615}"#, 400),
        (r#"{"rate":2,"advance":"1757000h"}"#, 400),
        (r#"{"advance":"1756000h"}"#, 200),
        (r#"{"advance":"1000h"}"#, 400),
    ] {
        let answer = meta.client.post(meta.url("/_mock/clock")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{body}");
    }
    assert_eq!(clock(&meta).await["rate_permille"], 0, "what is refused changes nothing");
    meta.approve_template().await;
    for _ in 0..2 {
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    }
}
