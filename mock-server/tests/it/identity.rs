//! Whether a phone is still the one that the business knows: fingerprints of its keys.

use cloud_sim::Tenant;
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, path};

const PHONE: &str = "/_mock/phones/16505551234";

/// A Meta with an approved template whose number checks identities or does not.
async fn start(checks: bool) -> (Meta, Callback) {
    let (meta, callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe_to(&callback, "messages,account_settings_update").await;
    let settings = format!("/v23.0/{}/settings", Tenant::sample().number);
    let change = json!({"user_identity_change": {"enable_identity_key_check": checks}});
    let set = meta.post(&settings, change.to_string()).send().await.unwrap();
    assert_eq!(set.status(), 200);
    (meta, callback)
}

async fn hash(meta: &Meta) -> Value {
    let phone: Value = meta.client.get(meta.url(PHONE)).send().await.unwrap().json().await.unwrap();
    phone["phone"]["identity_key_hash"].clone()
}

/// Sends a code for the keys with this fingerprint.
async fn send(meta: &Meta, hash: &Value) {
    let parameters = json!([{"type": "text", "text": "482913"}]);
    let send = json!({"messaging_product": "whatsapp", "to": "16505551234", "type": "template",
        "recipient_identity_key_hash": hash,
        "template": {"name": "login_code", "language": {"code": "en_US"}, "components": [
            {"type": "body", "parameters": parameters},
            {"type": "button", "sub_type": "url", "index": 0, "parameters": parameters}]}});
    let sent = meta.post(&path("messages"), send.to_string()).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    meta.advance(10).await;
}

async fn status(callback: &mut Callback) -> Value {
    callback.next().await["value"]["statuses"][0].take()
}

#[tokio::test]
async fn a_change_of_the_setting_is_told_and_statuses_then_show_the_keys() {
    let (meta, mut callback) = start(true).await;
    let told = callback.next().await;
    assert_eq!(told["field"], "account_settings_update");
    let settings = &told["value"]["phone_number_settings"];
    assert_eq!(settings["user_identity_change"]["enable_identity_key_check"], true);
    let hash = hash(&meta).await;
    send(&meta, &hash).await;
    for expected in ["sent", "delivered", "read"] {
        let status = status(&mut callback).await;
        assert_eq!((&status["status"], &status["recipient_identity_key_hash"]), (&json!(expected), &hash));
    }
    let said = json!({"text": "hello"}).to_string();
    meta.client.post(meta.url(&format!("{PHONE}/messages"))).body(said).send().await.unwrap();
    assert_eq!(callback.next().await["value"]["contacts"][0]["identity_key_hash"], hash);
}

#[tokio::test]
async fn another_device_is_told_and_a_message_for_the_old_keys_fails_with_137000() {
    let (meta, mut callback) = start(true).await;
    callback.next().await;
    let hold = async |device: &str| {
        let change = json!({"device": device}).to_string();
        meta.client.patch(meta.url(PHONE)).body(change).send().await.unwrap();
    };
    hold("ios").await;
    let old = hash(&meta).await;
    send(&meta, &old).await;
    for _ in 0..3 {
        callback.next().await;
    }
    hold("ios").await;
    assert_eq!(hash(&meta).await, old, "it is the same device");
    hold("android").await;
    let new = hash(&meta).await;
    assert_ne!(old, new);
    let told = callback.next().await;
    let (system, contact) = (&told["value"]["messages"][0]["system"], &told["value"]["contacts"][0]);
    assert_eq!(system["type"], "customer_identity_changed");
    assert_eq!((&system["identity"], &contact["identity_key_hash"]), (&new, &new));
    send(&meta, &old).await;
    let failed = status(&mut callback).await;
    assert_eq!((&failed["status"], &failed["errors"][0]["code"]), (&json!("failed"), &json!(137_000)));
    send(&meta, &new).await;
    assert_eq!(status(&mut callback).await["status"], "sent");
}

#[tokio::test]
async fn a_number_that_does_not_check_keys_is_told_nothing_of_them() {
    let (meta, mut callback) = start(false).await;
    callback.next().await;
    send(&meta, &json!("AAAAAAAAAAA=")).await;
    for expected in ["sent", "delivered", "read"] {
        let status = status(&mut callback).await;
        assert_eq!(status["status"], expected);
        assert!(status.get("recipient_identity_key_hash").is_none(), "{status}");
    }
    let changed = json!({"type": "identity_changed", "hash": "DF2lS5v2W6x="}).to_string();
    meta.client.post(meta.url(&format!("{PHONE}/inbound"))).body(changed).send().await.unwrap();
    let told = callback.next().await;
    assert_eq!(told["value"]["messages"][0]["system"]["identity"], "DF2lS5v2W6x=", "by hand it is told");
    assert_eq!(hash(&meta).await, "DF2lS5v2W6x=");
    let wrong = json!({"type": "identity_changed", "hash": "short"}).to_string();
    let answer = meta.client.post(meta.url(&format!("{PHONE}/inbound"))).body(wrong).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("must be 12 characters of base64"));
}
