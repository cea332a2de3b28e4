//! What Prometheus is told.

use std::collections::BTreeMap;

use prometheus_parse::{Scrape, Value};
use serde_json::json;

use crate::meta::{Callback, Meta, SEND, path, text};

/// Every sample of a scrape: its name and labels, and its value.
async fn scrape(meta: &Meta) -> BTreeMap<String, f64> {
    let answer = meta.client.get(meta.url("/metrics")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = text(answer).await;
    let same = meta.client.get(meta.url("/_mock/metrics")).send().await.unwrap();
    assert_eq!(same.status(), 200);
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket")).count();
    let mut samples = BTreeMap::new();
    for sample in scrape.samples {
        let mut labels: Vec<String> =
            sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        labels.sort();
        let name = format!("{}{{{}}}", sample.metric, labels.join(","));
        match sample.value {
            Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => {
                assert_eq!(samples.insert(name.clone(), value), None, "{name} is there twice");
            }
            Value::Histogram(buckets) => {
                assert!(buckets.windows(2).all(|pair| pair[0].count <= pair[1].count), "{buckets:?}");
                assert!(buckets.last().unwrap().less_than.is_infinite());
                samples.insert(name, buckets.last().unwrap().count);
            }
            Value::Summary(_) => panic!("{name} is a summary"),
        }
    }
    assert!(samples.len() >= lines, "a parser reads every line: {} of {lines}", samples.len());
    samples
}

#[track_caller]
fn check(samples: &BTreeMap<String, f64>, name: &str, expected: f64) {
    assert_eq!(samples.get(name), Some(&expected), "{name} in {samples:#?}");
}

#[tokio::test]
async fn requests_refusals_messages_and_webhooks_are_counted() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    for _ in 0..3 {
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    }
    let other = SEND.replace("login_code", "another");
    assert_eq!(meta.post(&path("messages"), other).send().await.unwrap().status(), 404);
    assert_eq!(meta.get("/v23.0/1/2/3").send().await.unwrap().status(), 400);
    assert_eq!(meta.post("/v23.0/102290129340398", r#"{"name":"a"}"#).send().await.unwrap().status(), 200);
    check(&scrape(&meta).await, "otpbench_messages_pending{}", 3.0);
    meta.advance(30).await;
    for _ in 0..9 {
        callback.next().await;
    }
    while meta.heard.kinds().iter().filter(|kind| **kind == "webhook_answered").count() < 9 {
        tokio::task::yield_now().await;
    }
    let samples = scrape(&meta).await;
    let sends = "operation=POST /:phone-number-id/messages";
    check(&samples, &format!("otpbench_requests_total{{{sends},status=200}}"), 3.0);
    check(&samples, &format!("otpbench_requests_total{{{sends},status=404}}"), 1.0);
    check(&samples, "otpbench_requests_total{operation=none,status=400}", 1.0);
    check(&samples, "otpbench_requests_total{operation=POST /:id,status=200}", 1.0);
    check(&samples, "otpbench_refusals_total{code=132001}", 1.0);
    check(&samples, "otpbench_refusals_total{code=2500}", 1.0);
    for (state, count) in
        [("accepted", 3.0), ("sent", 3.0), ("delivered", 3.0), ("read", 3.0), ("failed", 0.0)]
    {
        check(&samples, &format!("otpbench_messages_total{{state={state}}}"), count);
    }
    check(&samples, "otpbench_messages_pending{}", 0.0);
    check(&samples, "otpbench_webhooks_total{outcome=taken}", 9.0);
    check(&samples, "otpbench_webhooks_total{outcome=failed}", 0.0);
    check(&samples, "otpbench_webhooks_backlog{}", 0.0);
    check(&samples, "otpbench_ring_items{ring=inbox}", 3.0);
    check(&samples, "otpbench_ring_capacity{ring=events}", 65_536.0);
    check(&samples, "otpbench_ring_dropped_total{ring=events}", 0.0);
    assert!(samples["otpbench_ring_items{ring=requests}"] >= 6.0);
    check(&samples, "otpbench_ring_capacity{ring=requests}", 16_384.0);
    check(&samples, "otpbench_journal_shed_total{}", 0.0);
}

#[tokio::test]
async fn requests_that_faults_drop_are_counted_as_not_answered() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    for when in ["before", "after"] {
        let fault = json!({"faults": [{"answer": {"drop": when}, "operation": "messages"}]}).to_string();
        meta.client.put(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
        meta.post(&path("messages"), SEND).send().await.expect_err("no answer comes");
    }
    let samples = scrape(&meta).await;
    let sends = "operation=POST /:phone-number-id/messages";
    check(&samples, &format!("otpbench_requests_total{{{sends},status=none}}"), 2.0);
    assert!(!samples.contains_key(&format!("otpbench_requests_total{{{sends},status=200}}")));
}

#[tokio::test]
async fn time_memory_connections_and_faults_are_told() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let fault = json!({"refuse": {"code": 131_016}}).to_string();
    meta.client.post(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(60).await;
    let samples = scrape(&meta).await;
    check(&samples, "otpbench_fault_matched_total{fault=1}", 1.0);
    check(&samples, "otpbench_fault_acted_total{fault=1}", 1.0);
    check(&samples, "otpbench_clock_rate{}", 0.0);
    check(&samples, "otpbench_media_files{}", 0.0);
    check(&samples, "otpbench_media_dropped_total{}", 0.0);
    check(&samples, "otpbench_tls_handshakes_failed_total{}", 0.0);
    assert!(samples["otpbench_clock_seconds{}"] >= 63.0);
    assert!(samples["otpbench_connections{}"] >= 1.0);
    assert!(samples["otpbench_connections_accepted_total{}"] >= samples["otpbench_connections{}"]);
    assert!(samples.contains_key("otpbench_timer_lateness_seconds{}"));
    if cfg!(target_os = "linux") {
        assert!(samples["process_resident_memory_bytes{}"] > 1e6);
    }
}
