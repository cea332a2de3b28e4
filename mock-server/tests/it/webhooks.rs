//! Webhooks: the handshake, what is told, and what happens when nobody listens.

use std::time::Duration;

use axum::http::StatusCode;
use expect_test::expect;

use reqwest::Method;

use crate::meta::{Callback, Meta, SEND, path, text};

#[tokio::test]
async fn the_life_of_a_code_is_told_in_signed_webhooks() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    assert_eq!(text(meta.subscribe(&callback).await).await, r#"{"success":true}"#);
    meta.approve_template().await;
    let approved = callback.next().await;
    assert_eq!(approved["field"], "message_template_status_update");
    assert_eq!(approved["value"]["event"], "APPROVED");

    let sent = meta.post(&path("messages"), SEND).send().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&text(sent).await).unwrap();
    assert_eq!(answer["contacts"][0]["wa_id"], "16505551234");
    let id = answer["messages"][0]["id"].clone();
    for (millis, expected) in [(500, "sent"), (1_000, "delivered"), (3_000, "read")] {
        meta.advance_millis(millis).await;
        let change = callback.next().await;
        let status = &change["value"]["statuses"][0];
        assert_eq!((&status["status"], &status["id"]), (&expected.into(), &id));
    }
}

#[tokio::test]
async fn a_callback_that_fails_the_handshake_is_refused_with_2200_and_hears_nothing() {
    let meta = Meta::start().await;
    let callback = Callback::start().await;
    let body = format!(
        r#"{{"object":"whatsapp_business_account","callback_url":"http://{}/webhook",
            "verify_token":"unknown","fields":"messages"}}"#,
        callback.address
    );
    let tenant = cloud_sim::Tenant::sample();
    let refused = meta
        .as_app(Method::POST, &format!("/v23.0/{}/subscriptions", tenant.app))
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    let error: serde_json::Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(error["error"]["code"], 2200);
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(10).await;
    assert!(!meta.heard.kinds().iter().any(|kind| kind.starts_with("webhook")));
}

#[tokio::test]
async fn webhooks_never_leave_the_machine() {
    let meta = Meta::start().await;
    let tenant = cloud_sim::Tenant::sample();
    let body = r#"{"object":"whatsapp_business_account","callback_url":"http://192.0.2.1/webhook",
        "verify_token":"known","fields":"messages"}"#;
    let refused = meta
        .as_app(Method::POST, &format!("/v23.0/{}/subscriptions", tenant.app))
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
    expect!["This mock sends webhooks to loopback addresses only, and 192.0.2.1 is none. Name the host with --webhook-allow, or in `webhook-hosts` of the tenants file."].assert_eq(
        serde_json::from_str::<serde_json::Value>(&text(refused).await).unwrap()["error"]["error_data"]["details"]
            .as_str()
            .unwrap(),
    );
}

/// Sends one code to a callback that misbehaves, and waits until the first webhook was tried.
async fn try_once(callback: &mut Callback) -> Meta {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.subscribe(callback).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance_millis(200).await;
    assert_eq!(callback.next().await["value"]["statuses"][0]["status"], "sent");
    meta
}

/// Waits until the server has journaled this kind, in real time.
async fn heard(meta: &Meta, kind: &str) {
    let waiting = async {
        while !meta.heard.kinds().contains(&kind) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect(kind);
}

#[tokio::test]
async fn a_callback_that_answers_500_is_tried_again_after_five_seconds() {
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    let meta = try_once(&mut callback).await;
    heard(&meta, "webhook_answered").await;
    assert!(callback.bodies.try_recv().is_err(), "nothing is tried again at once");
    meta.advance(6).await;
    let mut tried = Vec::new();
    for _ in 0..3 {
        tried.push(callback.next().await["value"]["statuses"][0]["status"].take());
    }
    assert!(tried.contains(&"sent".into()), "{tried:?}");
}

#[tokio::test]
async fn a_callback_that_never_answers_is_given_up_on_in_time_and_tried_again() {
    let mut callback = Callback::answering(StatusCode::OK, Duration::from_secs(60)).await;
    let meta = try_once(&mut callback).await;
    heard(&meta, "webhook_failed").await;
    meta.advance(6).await;
    callback.next().await;
}
