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

/// Reads JSON of the control API.
async fn control(meta: &Meta, path: &str) -> serde_json::Value {
    let answer = meta.client.get(format!("http://{}/_mock/{path}", meta.address)).send().await.unwrap();
    serde_json::from_str(&text(answer).await).unwrap()
}

/// Posts to the control API, and gives the status and the JSON of its answer.
async fn tell(meta: &Meta, path: &str, body: &str) -> (u16, serde_json::Value) {
    let url = format!("http://{}/_mock/{path}", meta.address);
    let answer = meta.client.post(url).body(body.to_owned()).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&text(answer).await).unwrap())
}

#[tokio::test]
async fn deliveries_are_shown_byte_for_byte_and_delivered_again() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    meta.approve_template().await;
    let approved = callback.next().await;
    let shown = control(&meta, "webhooks/deliveries?field=message_template_status_update").await;
    let delivery = &shown["deliveries"][0];
    assert_eq!((&delivery["attempt"], &delivery["http_status"]), (&1.into(), &200.into()));
    let body = delivery["body"].as_str().unwrap();
    let secret = cloud_sim::Tenant::sample().app_secret;
    assert_eq!(delivery["signature_256"], cloud_api::signature::sign(&secret, body.as_bytes()));
    assert!(delivery["signature"].as_str().unwrap().starts_with("sha1="));

    let again = format!("webhooks/deliveries/{}/redeliver", delivery["id"]);
    assert_eq!(tell(&meta, &again, "").await, (200, serde_json::json!({"http_status":200,"error":null})));
    assert_eq!(callback.next().await, approved);
    let twice = control(&meta, "webhooks/deliveries").await;
    assert_eq!(twice["deliveries"][1]["body"], body);
    assert_eq!(tell(&meta, "webhooks/deliveries/99/redeliver", "").await.0, 404);
}

#[tokio::test]
async fn the_handshake_is_shaken_again_without_anything_changed() {
    let (meta, callback) = (Meta::start().await, Callback::start().await);
    let hand = |token: &str| format!(r#"{{"app_id":"67084","verify_token":"{token}"}}"#);
    assert_eq!(tell(&meta, "webhooks/handshake", &hand("known")).await.0, 404);
    meta.subscribe(&callback).await;
    let met = tell(&meta, "webhooks/handshake", &hand("known")).await;
    assert_eq!(met, (200, serde_json::json!({"is_met":true,"http_status":200,"error":null})));
    let failed = tell(&meta, "webhooks/handshake", &hand("unknown")).await;
    assert_eq!(failed, (200, serde_json::json!({"is_met":false,"http_status":403,"error":null})));
}

#[tokio::test]
async fn how_webhooks_are_sent_can_be_changed_while_the_mock_runs() {
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    let meta = Meta::start().await;
    let put = |text: &str| {
        let url = format!("http://{}/_mock/webhooks", meta.address);
        meta.client.put(url).body(text.to_owned()).send()
    };
    let refused = put("retry-after = []").await.unwrap();
    assert_eq!(refused.status(), 400);
    expect![[r#"{"error":"line 1: `retry-after` is a list of 0, but must be a list of 1 to 100 spans, of which the last recurs"}"#]]
        .assert_eq(&text(refused).await);
    let refused = put(r#"{"retry-after": []}"#).await.unwrap();
    expect![[r#"{"error":"`retry-after` is a list of 0, but must be a list of 1 to 100 spans, of which the last recurs"}"#]]
        .assert_eq(&text(refused).await);
    put(r#"{"retry-after": ["1h"], "retry-for": "3h"}"#).await.unwrap();
    put("retry-after = [\"1h\"]\nretry-for = \"90min\"").await.unwrap();
    meta.subscribe(&callback).await;
    meta.approve_template().await;
    callback.next().await;
    meta.advance(3 * 3_600).await;
    callback.next().await;
    assert!(callback.bodies.try_recv().is_err(), "it is tried twice and no more");
    let told = control(&meta, "webhooks").await;
    assert_eq!((&told["failed_attempts"], &told["given_up"]), (&2.into(), &1.into()));
    assert_eq!((&told["waiting"], &told["settings"]["heard"]), (&0.into(), &"200".into()));
}

#[tokio::test]
async fn what_is_not_plain_ascii_is_spelt_as_the_profile_says_and_signed_so() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let url = format!("http://{}/_mock/profile", meta.address);
    let profile = r#"{"webhook_escaping":"utf8","legacy_signature":false}"#;
    assert_eq!(meta.client.put(url).body(profile).send().await.unwrap().status(), 200);
    tell(&meta, "phones/16505551234/messages", r#"{"text":"Grüße / 😀"}"#).await;
    assert_eq!(callback.next().await["value"]["messages"][0]["text"]["body"], "Grüße / 😀");
    // Time goes on only when the callback's answer is in.
    meta.advance_millis(1).await;
    let shown = control(&meta, "webhooks/deliveries").await;
    assert!(shown["deliveries"][0]["body"].as_str().unwrap().contains("Grüße / 😀"));
    assert_eq!(shown["deliveries"][0]["signature"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_person_chooses_sends_and_wishes_and_the_business_hears() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let inbound = "phones/16505551234/inbound";
    let (status, said) = tell(&meta, inbound, r#"{"type":"image","caption":"Is it this?"}"#).await;
    assert_eq!(status, 200);
    let message = callback.next().await["value"]["messages"][0].take();
    assert_eq!((&message["type"], &message["id"]), (&"image".into(), &said["id"]));
    assert_eq!(tell(&meta, inbound, r#"{"type":"reaction","about":"latest"}"#).await.0, 404);
    assert_eq!(tell(&meta, inbound, r#"{"type":"song"}"#).await.0, 400);
    let unfetched = r#"{"type":"unsupported","kind":"image","code":131052}"#;
    assert_eq!(tell(&meta, inbound, unfetched).await.0, 200);
    let message = callback.next().await["value"]["messages"][0].take();
    assert_eq!((&message["type"], &message["errors"][0]["code"]), (&"unsupported".into(), &131_052.into()));
    assert_eq!(tell(&meta, inbound, r#"{"type":"unsupported","code":7}"#).await.0, 400);
    let trouble = r#"{"phone_number_id":"106540352242922","code":130429}"#;
    assert_eq!(tell(&meta, "webhooks/errors", trouble).await.0, 200);
    assert_eq!(callback.next().await["value"]["errors"][0]["code"], 130_429);
    let unknown = r#"{"phone_number_id":"106540352242922","code":7}"#;
    assert_eq!(tell(&meta, "webhooks/errors", unknown).await.0, 400);
}
