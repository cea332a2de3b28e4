//! Several requests in one.

use cloud_api::query;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::meta::{Meta, SEND, path, text};

const FORM: &str = "application/x-www-form-urlencoded";

/// Asks for a batch, as Meta's own clients do: as a form, with the batch as JSON in it.
async fn ask(meta: &Meta, batch: &Value, more: &str) -> Value {
    let mut form = more.to_owned();
    query::push(&mut form, "batch", &batch.to_string());
    let answer = meta.post("/v26.0/", form).header("content-type", FORM).send().await.unwrap();
    serde_json::from_str(&text(answer).await).unwrap()
}

/// What a batch is answered, one line for each of its requests.
async fn check(meta: &Meta, batch: Value, expected: Expect) {
    let answers = ask(meta, &batch, "include_headers=false").await;
    let Value::Array(answers) = answers else { return expected.assert_eq(&refusal(&answers)) };
    let told = answers.iter().map(|answer| match answer["body"].as_str() {
        Some(body) => {
            let body: Value = serde_json::from_str(body).unwrap();
            format!(
                "{} {}\n",
                answer["code"],
                if body["error"].is_null() { body.to_string() } else { refusal(&body) }
            )
        }
        None => format!("{answer}\n"),
    });
    expected.assert_eq(&told.collect::<String>());
}

fn refusal(body: &Value) -> String {
    format!("{} {}", body["error"]["code"], body["error"]["error_data"]["details"])
}

/// A code for this recipient, as a form.
fn send(to: &str) -> String {
    let mut form = String::new();
    let fields: Value = serde_json::from_str(SEND).unwrap();
    for (name, value) in fields.as_object().unwrap() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        query::push(&mut form, name, if name == "to" { to } else { &value });
    }
    form
}

#[tokio::test]
async fn a_batch_is_answered_request_by_request() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    check(
        &meta,
        json!([
            {"method": "GET", "relative_url": "102290129340398?fields=name"},
            {"method": "GET", "relative_url": "/v23.0/102290129340398/message_templates?fields=name,status"},
            {"method": "GET", "relative_url": "77"},
            {"method": "PUT", "relative_url": "77"},
            {"method": "GET", "relative_url": "102290129340398?access_token=wrong"},
        ]),
        expect![[r#"
            200 {"id":"102290129340398","name":"otpbench"}
            200 {"data":[{"id":"1000000000000001","name":"login_code","status":"APPROVED"}],"paging":{"cursors":{"after":"MAZDZD","before":"MAZDZD"}}}
            400 100 null
            400 1 null
            401 190 null
        "#]],
    )
    .await;
}

#[tokio::test]
async fn messages_of_a_batch_are_sent_and_asked_about_like_all_others() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let url = path("messages");
    let one = |to: &str| json!({"method": "POST", "relative_url": url, "body": send(to)});
    let answers = ask(&meta, &json!([one("16505551234"), one("16505550000")]), "").await;
    for answer in answers.as_array().unwrap() {
        assert_eq!(answer["code"], 200, "{answer}");
        assert_eq!(answer["headers"][0]["name"], "content-type");
    }
    meta.advance(2).await;
    for to in ["16505551234", "16505550000"] {
        let code = meta.get(&format!("/_mock/phones/{to}/code")).send().await.unwrap();
        assert_eq!(text(code).await.trim(), "482913");
        let sent = json!({"match": {"path": "*/messages", "to": to}, "count": {"exactly": 1}});
        let verified = meta.post("/_mock/requests/verify", sent.to_string()).send().await.unwrap();
        assert_eq!(verified.status(), 200, "{}", text(verified).await);
    }
}

#[tokio::test]
async fn what_shall_not_be_told_of_a_batch_is_null() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let fault = json!({"operation": "phone_numbers", "answer": {"drop": "before"}});
    let set = meta.client.post(meta.url("/_mock/faults")).body(fault.to_string()).send().await.unwrap();
    assert_eq!(set.status(), 200, "{}", text(set).await);
    check(
        &meta,
        json!([
            {"method": "GET", "relative_url": "102290129340398?fields=name", "omit_response_on_success": true},
            {"method": "GET", "relative_url": "77", "omit_response_on_success": true},
            {"method": "GET", "relative_url": "102290129340398/phone_numbers"},
        ]),
        expect![[r#"
            null
            400 100 null
            null
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_batch_that_cannot_be_is_refused_as_a_whole() {
    let meta = Meta::start().await;
    check(
        &meta,
        json!({"method": "GET"}),
        expect![[r#"100 "Param batch must be a JSON array of requests.""#]],
    )
    .await;
    check(
        &meta,
        json!([{"method": "GET", "relative_url": "a b"}]),
        expect![[r#"100 "Param batch[0] is no request that could be made by itself.""#]],
    )
    .await;
    for nested in ["", "v23.0/", "me", "/?batch=[]"] {
        check(
            &meta,
            json!([{"method": "GET", "relative_url": "1"}, {"method": "POST", "relative_url": nested}]),
            expect![[r#"100 "Param batch[1] is no request that could be made by itself.""#]],
        )
        .await;
    }
    let without = meta.post("/v26.0/", "{}").send().await.unwrap();
    expect!["2500 null"].assert_eq(&refusal(&serde_json::from_str(&text(without).await).unwrap()));
    let stranger = meta.client.post(meta.url("/?batch=[]")).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn only_the_requests_of_a_batch_are_counted() {
    let meta = Meta::start().await;
    let one = json!({"method": "GET", "relative_url": "102290129340398?fields=name"});
    let answers = ask(&meta, &json!([one, one]), "").await;
    for answer in answers.as_array().unwrap() {
        let named = |header: &&Value| header["name"] == "x-business-use-case-usage";
        let usage = answer["headers"].as_array().unwrap().iter().find(named).unwrap();
        assert!(usage["value"].as_str().unwrap().contains("102290129340398"), "{usage}");
    }
    let batch = meta.post("/", "batch=[]").header("content-type", FORM).send().await.unwrap();
    assert!(batch.headers().get("x-app-usage").is_none());
}
