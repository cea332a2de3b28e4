//! Every refusal has Meta's code, HTTP status and envelope.

use reqwest::RequestBuilder;

use crate::meta::{Meta, SEND, path};

/// Checks that a request is refused, and in Meta's envelope.
async fn check(request: RequestBuilder, http_status: u16, code: u64, subcode: Option<u64>) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let authenticate = response.headers().get("www-authenticate").cloned();
    let body = response.text().await.unwrap();
    let error = serde_json::from_str::<serde_json::Value>(&body).unwrap()["error"].take();
    assert_eq!((status, error["code"].as_u64()), (http_status, Some(code)), "{body}");
    assert_eq!(error["error_subcode"].as_u64(), subcode, "{body}");
    assert!(error["message"].is_string() && error["type"].is_string(), "{body}");
    assert!(error["fbtrace_id"].as_str().is_some_and(|id| id.starts_with('A')), "{body}");
    let authenticate = authenticate.expect("a refusal has WWW-Authenticate");
    assert!(authenticate.to_str().unwrap().starts_with("OAuth \"Facebook Platform\""));
}

#[tokio::test]
async fn a_request_without_a_token_is_refused_with_104() {
    let meta = Meta::start().await;
    check(meta.client.post(meta.url(&path("messages"))).body(SEND), 401, 104, None).await;
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_190_before_anything_else_is_looked_at() {
    let meta = Meta::start().await;
    let wrong = meta.client.post(meta.url("/v23.0/1/messages")).bearer_auth("EAAwrong").body("{");
    check(wrong, 401, 190, None).await;
}

#[tokio::test]
async fn an_unknown_phone_number_is_refused_with_100_and_33() {
    let meta = Meta::start().await;
    check(meta.post("/v23.0/1234567/messages", SEND), 400, 100, Some(33)).await;
}

#[tokio::test]
async fn an_unknown_path_is_refused_with_2500() {
    let meta = Meta::start().await;
    check(meta.post("/v23.0/1/2/3", SEND), 400, 2500, None).await;
}

#[tokio::test]
async fn malformed_json_counts_as_no_parameters() {
    let meta = Meta::start().await;
    check(meta.post(&path("messages"), "{\"messaging_product\":"), 400, 100, None).await;
    check(meta.post(&path("messages"), "\u{0}"), 400, 100, None).await;
    check(meta.post(&path("messages"), "[".repeat(100_000)), 400, 100, None).await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_without_being_read_on() {
    let meta = Meta::start().await;
    check(meta.post(&path("messages"), " ".repeat(2 * 1024 * 1024)), 413, 100, None).await;
}

#[tokio::test]
async fn a_template_that_does_not_exist_or_is_pending_is_refused_with_132001() {
    let meta = Meta::start().await;
    check(meta.post(&path("messages"), SEND), 404, 132_001, None).await;
    meta.post(&path("message_templates"), crate::meta::TEMPLATE).send().await.unwrap();
    check(meta.post(&path("messages"), SEND), 404, 132_001, None).await;
}

#[tokio::test]
async fn a_send_without_its_button_is_refused_with_131008() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let (body, _) = SEND.split_once(",\n    {\"type\":\"button\"").unwrap();
    check(meta.post(&path("messages"), format!("{body}]}}}}")), 400, 131_008, None).await;
}

#[tokio::test]
async fn a_second_template_of_the_same_name_and_language_is_refused() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let again = meta.post(&path("message_templates"), crate::meta::TEMPLATE);
    check(again, 400, 100, Some(2_388_024)).await;
}

#[tokio::test]
async fn a_number_above_its_throughput_is_refused_with_130429() {
    let meta = Meta::start_with("", "limits = { throughput = \"2/s\" }").await;
    meta.approve_template().await;
    for _ in 0..2 {
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    }
    check(meta.post(&path("messages"), SEND), 400, 130_429, None).await;
    meta.advance(1).await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_people_write_takes_of_the_throughput_too_and_is_heard_all_the_same() {
    let meta = Meta::start_with("", "limits = { throughput = \"2/s\" }").await;
    meta.approve_template().await;
    for _ in 0..3 {
        let said = meta.client.post(meta.url("/_mock/phones/16505551234/messages"));
        assert_eq!(said.body(r#"{"text":"hello"}"#).send().await.unwrap().status(), 200);
    }
    check(meta.post(&path("messages"), SEND), 400, 130_429, None).await;
    meta.advance(1).await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_recipient_written_to_too_often_is_refused_with_131056() {
    let meta = Meta::start_with("", "limits = { pair-burst = 2, pair-interval = \"6s\" }").await;
    meta.approve_template().await;
    for _ in 0..2 {
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    }
    check(meta.post(&path("messages"), SEND), 400, 131_056, None).await;
    meta.advance(12).await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_refused_for_its_content_takes_nothing_of_what_a_recipient_may_be_written() {
    let meta = Meta::start_with("", "limits = { pair-burst = 2, pair-interval = \"6s\" }").await;
    for _ in 0..5 {
        check(meta.post(&path("messages"), SEND), 404, 132_001, None).await;
    }
    meta.approve_template().await;
    let mut right = 0;
    for text in ["482913", "https://a.b", "482913", "https://a.b"] {
        let answer = meta.post(&path("messages"), SEND.replace("482913", text)).send().await.unwrap();
        right += u32::from(answer.status() == 200);
    }
    assert_eq!(right, 2);
    check(meta.post(&path("messages"), SEND), 400, 131_056, None).await;
}

#[tokio::test]
async fn a_disputed_status_is_as_the_user_has_settled_it() {
    let meta = Meta::start_with("", "profile = { template-missing-status = 400 }").await;
    check(meta.post(&path("messages"), SEND), 400, 132_001, None).await;
    let put = |body: &'static str| meta.client.put(meta.url("/_mock/profile")).body(body).send();
    assert_eq!(put(r#"{"template_missing_status":403}"#).await.unwrap().status(), 200);
    check(meta.post(&path("messages"), SEND), 403, 132_001, None).await;
    let wrong = put(r#"{"template_missing_status":200,"colour":"red"}"#).await.unwrap();
    assert_eq!(wrong.status(), 400);
    let told = wrong.text().await.unwrap();
    assert!(told.contains("must be an HTTP status from 400 to 599") && told.contains("`colour`"), "{told}");
    check(meta.post(&path("messages"), SEND), 403, 132_001, None).await;
}
