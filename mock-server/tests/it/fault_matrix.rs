//! Every way to match a fault with every way to misbehave, over sockets, changed while the server runs.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::get;
use cloud_api::signature;
use cloud_sim::Tenant;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::meta::{Callback, Meta, SEND, path, shake_hands};

/// What a fault may match, and whether the code that is sent is that.
fn matches() -> Vec<(Value, bool)> {
    let number = Tenant::sample().number.to_string();
    vec![
        (json!({}), true),
        (json!({"number": number}), true),
        (json!({"number": "7"}), false),
        (json!({"template": "login_code"}), true),
        (json!({"template": "another"}), false),
        (json!({"recipient": "1650"}), true),
        (json!({"recipient": "4930"}), false),
        (json!({"from": "0s", "for": "1h"}), true),
        (json!({"from": "1h"}), false),
        (json!({"number": number, "template": "login_code", "recipient": "1650", "for": "1h"}), true),
        (json!({"number": number, "template": "login_code", "recipient": "4930", "for": "1h"}), false),
    ]
}

/// A server on which faults come and go.
struct Rig {
    meta: Meta,
    /// Whether the signature of each webhook fitted its bytes.
    fits: Arc<Mutex<Vec<bool>>>,
}

impl Rig {
    async fn start() -> Self {
        let meta = Meta::start_with("", r#"limits = { throughput = "1000/s", pair-burst = 1000 }"#).await;
        let fits = Arc::default();
        let callback = credulous(Arc::clone(&fits)).await;
        meta.approve_template().await;
        meta.subscribe_to(&callback, "messages").await;
        Self { meta, fits }
    }

    /// What comes of a code that is sent while a fault is set, and how often the fault acts.
    async fn with<T>(&self, fault: Value, observe: impl AsyncFn(&Self) -> T) -> (T, u64) {
        let set = self.meta.client.post(self.meta.url("/_mock/faults")).body(fault.to_string());
        let set: Value = set.send().await.unwrap().json().await.unwrap();
        let id = set["id"].as_u64().unwrap_or_else(|| panic!("{fault}: {set}"));
        let seen = observe(self).await;
        let faults = self.meta.client.get(self.meta.url("/_mock/faults")).send().await.unwrap();
        let faults: Value = faults.json().await.unwrap();
        let removed = self.meta.client.delete(self.meta.url(&format!("/_mock/faults/{id}")));
        assert_eq!(removed.send().await.unwrap().status(), 200);
        (seen, faults["faults"][0]["acted"].as_u64().unwrap())
    }
}

/// What a client sees that sends a code, and what becomes of the message.
async fn sent(Rig { meta, .. }: &Rig) -> String {
    let before = meta.heard.kinds().len();
    let answered = async {
        let Ok(answer) = meta.post(&path("messages"), SEND).send().await else {
            return "no answer".to_owned();
        };
        let status = answer.status();
        match answer.text().await {
            Err(_) => format!("{status} and a broken body"),
            Ok(body) => match serde_json::from_str::<Value>(&body) {
                Err(_) => format!("{status} and no JSON"),
                Ok(body) if body["error"].is_object() => format!("error {}", body["error"]["code"]),
                Ok(_) => status.as_u16().to_string(),
            },
        }
    };
    let told = answered.await;
    meta.advance(60).await;
    let kinds = meta.heard.kinds().split_off(before);
    let ends = ["message_read", "message_failed", "send_refused"];
    let end = kinds.iter().find(|kind| ends.contains(kind)).copied().unwrap_or("nothing");
    format!("{told}, {end}")
}

/// Which statuses were posted, in no order, and with what outcome.
async fn told(Rig { meta, .. }: &Rig) -> String {
    let mut told: Vec<String> = posted(meta).await.into_iter().map(|(told, _)| told).collect();
    told.sort();
    told.join(", ")
}

/// Whether the statuses of ten codes were posted in the order in which they came to be.
async fn told_in_order(Rig { meta, .. }: &Rig) -> String {
    let mut are_right = true;
    for _ in 0..10 {
        let told: Vec<String> = posted(meta).await.into_iter().map(|(told, _)| told).collect();
        are_right &= told == ["sent answered", "delivered answered", "read answered"];
    }
    if are_right { "in order" } else { "out of order" }.to_owned()
}

/// The same, with the whole seconds between the code and each post.
async fn told_when(Rig { meta, .. }: &Rig) -> String {
    let posted = posted(meta).await;
    posted.into_iter().map(|(told, secs)| format!("{told} after {secs} s")).collect::<Vec<_>>().join(", ")
}

/// Whether the webhooks of a code were signed rightly.
async fn signed(Rig { meta, fits }: &Rig) -> String {
    fits.lock().unwrap().clear();
    posted(meta).await;
    format!("{:?}", fits.lock().unwrap())
}

async fn posted(meta: &Meta) -> Vec<(String, u64)> {
    let events: Value = read(meta, "/_mock/events?limit=1").await;
    let after = events["next"].as_u64().unwrap() + events["dropped"].as_u64().unwrap();
    let newest = read(meta, &format!("/_mock/events?after={after}&limit=1000000")).await["next"].clone();
    let began = read(meta, "/_mock/clock").await["now_micros"].as_u64().unwrap();
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    meta.advance(60).await;
    let events = read(meta, &format!("/_mock/events?after={newest}&limit=1000")).await;
    let line = |event: &Value| {
        let outcome = event["kind"].as_str().unwrap().strip_prefix("webhook_")?.to_owned();
        let secs = (event["at_micros"].as_u64().unwrap() - began) / 1_000_000;
        Some((format!("{} {outcome}", event["status"].as_str().unwrap_or_default()), secs))
    };
    events["events"].as_array().unwrap().iter().filter_map(line).collect()
}

/// A callback that takes every webhook, and remembers whether its signature fitted.
async fn credulous(fits: Arc<Mutex<Vec<bool>>>) -> Callback {
    let hear = move |headers: HeaderMap, body: Bytes| async move {
        let header = headers["x-hub-signature-256"].to_str().unwrap();
        fits.lock().unwrap().push(signature::verify(&Tenant::sample().app_secret, &body, header));
    };
    let router = Router::new().route("/webhook", get(shake_hands).post(hear));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Callback { address, bodies: mpsc::unbounded_channel().1 }
}

async fn read(meta: &Meta, path: &str) -> Value {
    meta.client.get(meta.url(path)).send().await.unwrap().json().await.unwrap()
}

/// Checks that a fault does this where it matches, and nothing elsewhere.
async fn check(kind: Value, observe: impl AsyncFn(&Rig) -> String, expected: Expect) {
    let rig = Rig::start().await;
    let usual = observe(&rig).await;
    let mut acting = None;
    for (matching, is_right) in matches() {
        let mut fault = matching.clone();
        fault.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        let (seen, acted) = rig.with(fault, &observe).await;
        if is_right {
            assert!(acted > 0, "{matching}: it never acts");
            assert_eq!(*acting.get_or_insert_with(|| seen.clone()), seen, "{matching}");
        } else {
            assert_eq!((seen, acted), (usual.clone(), 0), "{matching}");
        }
    }
    let again = observe(&rig).await;
    assert_eq!(again, usual, "a fault that was taken away does nothing more");
    expected.assert_eq(&acting.unwrap());
}

#[tokio::test]
async fn whatever_matches_is_refused_and_fails_as_the_fault_says() {
    check(json!({"refuse": {"code": 131056}}), sent, expect!["error 131056, send_refused"]).await;
    check(json!({"fail": {"code": 131026}}), sent, expect!["200, message_failed"]).await;
}

#[tokio::test]
async fn whatever_matches_has_its_answer_spoiled() {
    check(json!({"answer": {"drop": "before"}}), sent, expect!["no answer, nothing"]).await;
    check(json!({"answer": {"drop": "after"}}), sent, expect!["no answer, message_read"]).await;
    check(json!({"answer": {"body": "truncated"}}), sent, expect!["200 OK and a broken body, message_read"])
        .await;
    check(json!({"answer": {"body": "malformed"}}), sent, expect!["200 OK and no JSON, message_read"]).await;
}

#[tokio::test]
async fn whatever_matches_has_its_webhooks_spoiled() {
    check(
        json!({"webhooks": {"drop": "100 %"}}),
        told,
        expect!["delivered dropped, read dropped, sent dropped"],
    )
    .await;
    check(json!({"webhooks": {"repeat": "100 %"}}), told, expect!["delivered answered, delivered answered, read answered, read answered, sent answered, sent answered"]).await;
    check(json!({"webhooks": {"reorder": "50 %"}}), told_in_order, expect!["out of order"]).await;
    check(json!({"webhooks": {"signature": "100 %"}}), signed, expect!["[false, false, false]"]).await;
    let delay = json!({"webhooks": {"delay": {"median": "10s", "p99": "10s"}}});
    check(
        delay,
        told_when,
        expect!["sent answered after 10 s, delivered answered after 11 s, read answered after 14 s"],
    )
    .await;
}

/// Sends a code and turns the clock until the answer has come; gives the seconds that it took.
async fn waited(meta: &Meta) -> u64 {
    let began = read(meta, "/_mock/clock").await["now_micros"].as_u64().unwrap();
    let mut sending = std::pin::pin!(meta.post(&path("messages"), SEND).send());
    loop {
        tokio::select! {
            biased;
            answer = &mut sending => {
                assert_eq!(answer.unwrap().status(), 200);
                break;
            }
            () = async {
                while !meta.heard.kinds().contains(&"message_accepted") {
                    tokio::task::yield_now().await;
                }
                meta.advance(1).await;
            } => {}
        }
    }
    (read(meta, "/_mock/clock").await["now_micros"].as_u64().unwrap() - began) / 1_000_000
}

#[tokio::test]
async fn answers_are_delayed_by_spans_of_a_distribution() {
    let rig = Rig::start().await;
    let delay = json!({"answer": {"delay": {"median": "30s", "p99": "300s"}}});
    let observe = async |Rig { meta, .. }: &Rig| {
        let mut spans = Vec::new();
        for _ in 0..12 {
            spans.push(waited(meta).await);
        }
        spans
    };
    let (spans, acted) = rig.with(delay, observe).await;
    assert_eq!(acted, 12);
    let (shortest, longest) = (spans.iter().min().unwrap(), spans.iter().max().unwrap());
    assert!(*shortest < 30 && *longest > 30 && *longest < 1_000, "{spans:?}");
}
