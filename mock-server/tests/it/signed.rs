//! What stands around a webhook: its method, its headers, its two signatures.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::routing::get;
use cloud_api::signature::Signer;
use cloud_api::{VerifyToken, handshake};
use cloud_sim::Tenant;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::meta::{Callback, Meta, SEND, path};

type Heard = mpsc::UnboundedSender<Value>;

/// A callback that tells of the headers and the size of what it hears, and whether both signatures fit.
async fn listener() -> Callback {
    let (sender, bodies) = mpsc::unbounded_channel();
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let shake = async |RawQuery(query): RawQuery| {
        let query = query.unwrap_or_default();
        handshake::answer(&query, &VerifyToken::new("known"))
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default()
    };
    let router = Router::new().route("/webhook", get(shake).post(hear)).with_state(sender);
    tokio::spawn(async move { axum::serve(socket, router).await });
    Callback { address, bodies }
}

async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: Bytes) {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let signature = Signer::new(&Tenant::sample().app_secret).sign(&body);
    let fits = |name: &str, right: &str| header(name).map(|found| found == right);
    heard
        .send(json!({
            "type": header("content-type"),
            "agent": header("user-agent"),
            "sha256": fits("x-hub-signature-256", signature.sha256()),
            "sha1": fits("x-hub-signature", signature.sha1()),
            "is_ascii": body.is_ascii(),
        }))
        .unwrap();
}

async fn next(callback: &mut Callback) -> Value {
    tokio::time::timeout(Duration::from_secs(10), callback.bodies.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_webhook_carries_both_signatures_unless_the_profile_leaves_the_one_of_old_out() {
    let (meta, mut callback) = (Meta::start().await, listener().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    for (legacy, sha1) in [("true", json!(true)), ("false", Value::Null)] {
        let profile = format!(r#"{{"legacy_signature":{legacy}}}"#);
        let set = meta.client.put(meta.url("/_mock/profile")).body(profile).send().await.unwrap();
        assert_eq!(set.status(), 200);
        meta.post(&path("messages"), SEND).send().await.unwrap();
        meta.advance(10).await;
        for _ in 0..3 {
            let expected = json!({
                "type": "application/json", "agent": "facebookexternalua",
                "sha256": true, "sha1": sha1, "is_ascii": true,
            });
            assert_eq!(next(&mut callback).await, expected);
        }
    }
}

#[tokio::test]
async fn stop_and_start_are_texts_like_any_other_and_keep_no_code_from_coming() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    for text in ["STOP", "START", "Who is this? \u{1f914}"] {
        let said = json!({"text": text}).to_string();
        let url = meta.url("/_mock/phones/16505551234/messages");
        assert_eq!(meta.client.post(url).body(said).send().await.unwrap().status(), 200);
        let heard = callback.next().await;
        let message = &heard["value"]["messages"][0];
        assert_eq!((&message["type"], &message["text"]), (&json!("text"), &json!({"body": text})));
        assert_eq!(message["from"], "16505551234");
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
        meta.advance(10).await;
        for status in ["sent", "delivered", "read"] {
            assert_eq!(callback.next().await["value"]["statuses"][0]["status"], status, "after {text}");
        }
    }
}

#[tokio::test]
async fn statuses_and_messages_of_a_number_come_in_one_webhook_where_they_are_gathered() {
    let gathered = "webhooks = { timeout = \"200ms\", batch-max = 1000, batch-wait = \"1min\" }";
    let (meta, mut callback) = (Meta::start_with("", gathered).await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(5).await;
    let url = meta.url("/_mock/phones/16505551234/messages");
    meta.client.post(url).body(r#"{"text":"thanks"}"#).send().await.unwrap();
    meta.advance(60).await;
    let body = tokio::time::timeout(Duration::from_secs(10), callback.bodies.recv()).await.unwrap().unwrap();
    let changes = body["entry"][0]["changes"].as_array().unwrap();
    let counts: Vec<_> = changes
        .iter()
        .map(|change| ["statuses", "messages"].map(|of| change["value"][of].as_array().map_or(0, Vec::len)))
        .collect();
    assert_eq!(counts, [[3, 0], [0, 1]], "{body}");
}

/// The names of the headers of the next request, as they were written; a handshake passes.
async fn header_names(listener: &TcpListener) -> Vec<String> {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 64 * 1024];
    let length = stream.read(&mut request).await.unwrap();
    let head = std::str::from_utf8(&request[..length]).unwrap();
    let challenge = head.split_once("hub.challenge=").map(|(_, rest)| rest.split([' ', '&']).next().unwrap());
    let body = challenge.unwrap_or_default();
    let answer =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    let lines = head.split("\r\n\r\n").next().unwrap().lines().skip(1);
    lines.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
}

#[tokio::test]
async fn the_headers_of_a_webhook_are_written_with_capitals() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback = Callback { address: listener.local_addr().unwrap(), bodies: mpsc::unbounded_channel().1 };
    let (subscribed, _) = tokio::join!(meta.subscribe(&callback), header_names(&listener));
    assert_eq!(subscribed.status(), 200);
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(1).await;
    let mut names = header_names(&listener).await;
    names.sort();
    expect_test::expect![
        "Content-Length, Content-Type, Host, User-Agent, X-Hub-Signature, X-Hub-Signature-256"
    ]
    .assert_eq(&names.join(", "));
}
