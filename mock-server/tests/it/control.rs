//! The control API: phones, time, faults and events.

use expect_test::expect;

use crate::meta::{Meta, SEND, path, text};

#[tokio::test]
async fn a_phone_shows_the_code_once_it_has_arrived() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    let phone = meta.url("/_mock/phones/16505551234");
    let before = text(meta.client.get(&phone).send().await.unwrap()).await;
    assert!(before.ends_with(r#""messages":[],"next":0,"dropped":0}"#), "{before}");
    meta.advance(2).await;
    let after = text(meta.client.get(&phone).send().await.unwrap()).await;
    let after: serde_json::Value = serde_json::from_str(&after).unwrap();
    assert_eq!(after["messages"][0]["code"], "482913");
    assert_eq!(after["messages"][0]["otp_type"], "COPY_CODE");
}

#[tokio::test]
async fn a_reader_waits_for_the_message_to_come() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.turn(r#"{"rate_permille":1000000}"#).await;
    let phone = meta.client.get(meta.url("/_mock/phones/16505551234?wait_secs=30"));
    let (inbox, sent) = tokio::join!(phone.send(), meta.post(&path("messages"), SEND).send());
    assert_eq!(sent.unwrap().status(), 200);
    let inbox: serde_json::Value = serde_json::from_str(&text(inbox.unwrap()).await).unwrap();
    assert_eq!(inbox["messages"][0]["code"], "482913");
}

#[tokio::test]
async fn ten_minutes_turned_by_hand_discard_what_no_phone_took() {
    let offline = r#"offline = { share = "100 %", back-after = { median = "5min", p99 = "5min" } }"#;
    let meta = Meta::start_with(offline, "").await;
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(600).await;
    expect![[r#"
        run_started
        template_submitted
        template_approved
        message_accepted
        message_sent
        message_discarded"#]]
    .assert_eq(&meta.heard.kinds().join("\n"));
}

#[tokio::test]
async fn faults_are_written_in_the_language_of_scenarios_and_every_mistake_is_told() {
    let meta = Meta::start().await;
    let wrong = "[[faults]]\nfrom = \"soon\"\nrefuse = { code = 12, share = \"200 %\" }\n";
    let put = meta.client.put(meta.url("/_mock/faults")).body(wrong).send().await.unwrap();
    assert_eq!(put.status(), 400);
    let error: serde_json::Value = serde_json::from_str(&text(put).await).unwrap();
    let lines = error["error"].as_str().unwrap().lines().count();
    assert_eq!(lines, 3, "{error}");
}

#[tokio::test]
async fn an_outage_that_begins_now_refuses_with_131016() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let outage = "[[faults]]\nfor = \"10s\"\noutage = true\n";
    meta.client.put(meta.url("/_mock/faults")).body(outage).send().await.unwrap();
    let refused = meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(refused.status(), 500);
    assert!(text(refused).await.contains("131016"));
    meta.advance(10).await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn events_are_read_in_parts() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let first = text(meta.get("/_mock/events?limit=2").send().await.unwrap()).await;
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!((first["events"].as_array().unwrap().len(), first["next"].as_u64()), (2, Some(2)));
    let rest = text(meta.get("/_mock/events?after=2").send().await.unwrap()).await;
    let rest: serde_json::Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(rest["events"][0]["kind"], "template_approved");
}

#[tokio::test]
async fn bad_input_to_the_control_api_is_told_what_would_be_right() {
    let meta = Meta::start().await;
    for (request, status) in [
        (meta.client.post(meta.url("/_mock/clock")).body("{\"speed\":2}"), 400),
        (meta.client.get(meta.url("/_mock/phones/12")), 400),
        (meta.client.post(meta.url("/_mock/clock")).body(r#"{"rate":-1}"#), 400),
        (meta.client.post(meta.url("/_mock/clock")).body(r#"{"rate":60,"rate_permille":1}"#), 400),
        (meta.client.post(meta.url("/_mock/clock")).body(r#"{"advance":"ten minutes"}"#), 400),
        (meta.client.post(meta.url("/_mock/clock")).body(vec![0xff]), 400),
        (meta.client.get(meta.url("/_mock/events?limit=many")), 400),
        (meta.client.get(meta.url("/_mock/events?last=5")), 400),
        (meta.client.delete(meta.url("/_mock/events")), 405),
        (meta.client.get(meta.url("/_mock/nothing")), 404),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert!(text(answer).await.starts_with("{\"error\":\""));
    }
}

#[tokio::test]
async fn the_refusals_of_the_control_api_name_what_there_is() {
    let meta = Meta::start().await;
    let unknown = text(meta.get("/_mock/phone/1").send().await.unwrap()).await;
    assert!(unknown.contains("`/_mock/phone/1`") && unknown.contains("/_mock/phones/{number}"), "{unknown}");
    let wrong = meta.client.delete(meta.url("/_mock/clock")).send().await.unwrap();
    assert_eq!(wrong.headers()["allow"], "GET, POST");
    expect![[r#"{"error":"`/_mock/clock` takes GET, POST, not DELETE"}"#]].assert_eq(&text(wrong).await);
    let parameter = text(meta.get("/_mock/events?last=5").send().await.unwrap()).await;
    expect![[r#"{"error":"`last` is no parameter; there are `after`, `limit`"}"#]].assert_eq(&parameter);
}

#[tokio::test]
async fn the_control_api_is_found_without_a_slash_and_asked_for_its_heads() {
    let meta = Meta::start().await;
    let list = text(meta.client.get(meta.url("/_mock")).send().await.unwrap()).await;
    assert!(list.starts_with("GET    /_mock/  "), "{list}");
    let head = meta.client.head(meta.url("/_mock/health")).send().await.unwrap();
    assert_eq!((head.status().as_u16(), text(head).await.as_str()), (200, ""));
    let head = meta.client.head(meta.url("/_mock/reset")).send().await.unwrap();
    assert_eq!(head.status(), 405);
}

#[tokio::test]
async fn time_is_turned_in_the_units_that_people_use() {
    let meta = Meta::start().await;
    let before: serde_json::Value = meta.get("/_mock/clock").send().await.unwrap().json().await.unwrap();
    meta.turn(r#"{"advance":"1d"}"#).await;
    meta.turn(r#"{"advance":"1.5min"}"#).await;
    let after: serde_json::Value = meta.get("/_mock/clock").send().await.unwrap().json().await.unwrap();
    let gone = after["now_micros"].as_u64().unwrap() - before["now_micros"].as_u64().unwrap();
    assert_eq!(gone, (86_400 + 90) * 1_000_000);
    meta.turn(r#"{"rate":0.5}"#).await;
    let slowed: serde_json::Value = meta.get("/_mock/clock").send().await.unwrap().json().await.unwrap();
    assert_eq!(slowed["rate_permille"], 500);
}

#[tokio::test]
async fn the_control_api_describes_itself() {
    let meta = Meta::start().await;
    let document: serde_json::Value =
        meta.get("/_mock/openapi.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let index = text(meta.get("/_mock/").send().await.unwrap()).await;
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(index.contains(path), "{path}");
    }
}
