//! The limits on calls that are no messages, and the headers that tell of them.

use expect_test::expect;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::meta::{Meta, SEND, path, text};

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_call_tells_how_much_of_the_hour_is_used() {
    let meta = Meta::start_with("", "profile = { account-calls-registered = 10, app-calls = 100 }").await;
    meta.get(&path("message_templates")).send().await.unwrap();
    let response = meta.get(&path("message_templates")).send().await.unwrap();
    expect![[r#"{"call_count":2,"total_cputime":2,"total_time":2}"#]]
        .assert_eq(header(&response, "x-app-usage"));
    expect![[r#"{"102290129340398":[{"type":"whatsapp_business_management","call_count":20,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":0},{"type":"whatsapp","call_count":0,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}]}"#]].assert_eq(header(&response, "x-business-use-case-usage"));
    let sent = meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(header(&sent, "x-app-usage"), "", "messages are not counted");
}

#[tokio::test]
async fn an_account_that_is_called_too_often_is_refused_until_the_hour_moves_on() {
    let meta = Meta::start_with("", "profile = { account-calls-registered = 2 }").await;
    for _ in 0..2 {
        assert_eq!(meta.get(&path("phone_numbers")).send().await.unwrap().status(), 200);
    }
    let refused = meta.get(&path("phone_numbers")).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    expect![[r#"{"102290129340398":[{"type":"whatsapp_business_management","call_count":100,"total_cputime":100,"total_time":100,"estimated_time_to_regain_access":60},{"type":"whatsapp","call_count":0,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":0}]}"#]].assert_eq(header(&refused, "x-business-use-case-usage"));
    expect![[r#"OAuth "Facebook Platform" "invalid_request" "(#80007) Rate limit issues""#]]
        .assert_eq(header(&refused, "www-authenticate"));
    let error: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(error["error"]["code"], 80_007);
    meta.advance(3_600).await;
    assert_eq!(meta.get(&path("phone_numbers")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn who_creates_too_many_templates_is_told_when_there_is_room_again() {
    let meta = Meta::start_with("", "templates = { creations-per-hour = 1 }").await;
    let create = async |name: &str| {
        let body = json!({"name": name, "language": "en_US", "category": "UTILITY",
            "components": [{"type": "BODY", "text": "It is on its way."}]});
        meta.post(&path("message_templates"), body.to_string()).send().await.unwrap()
    };
    assert_eq!(create("first").await.status(), 200);
    meta.advance(600).await;
    let refused = create("second").await;
    assert_eq!(refused.status(), 400);
    let told: Value = serde_json::from_str(header(&refused, "x-business-use-case-usage")).unwrap();
    let usage = &told["102290129340398"][0];
    assert_eq!((&usage["call_count"], &usage["estimated_time_to_regain_access"]), (&json!(100), &json!(50)));
    meta.advance(3_000).await;
    assert_eq!(create("second").await.status(), 200);
}

#[tokio::test]
async fn an_app_that_calls_too_often_is_refused_with_4() {
    let meta = Meta::start_with("", "profile = { app-calls = 1, app-throttled-status = 429 }").await;
    let app = format!("/v23.0/{}/subscriptions", cloud_sim::Tenant::sample().app);
    assert_eq!(meta.as_app(Method::GET, &app).send().await.unwrap().status(), 200);
    let refused = meta.as_app(Method::GET, &app).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let error: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["is_transient"]), (&4.into(), &true.into()));
}

#[tokio::test]
async fn every_answer_has_metas_headers_and_the_long_tail_can_be_turned_off() {
    let told = |response: &Response| {
        let names = response.headers().keys().map(reqwest::header::HeaderName::as_str);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.join(" ")
    };
    let meta = Meta::start().await;
    let response = meta.get(&path("phone_numbers")).send().await.unwrap();
    expect!["access-control-allow-origin alt-svc cache-control connection content-length content-type cross-origin-resource-policy date etag expires facebook-api-version pragma strict-transport-security vary x-app-usage x-business-use-case-usage x-fb-connection-quality x-fb-debug x-fb-request-id x-fb-rev x-fb-rlafr x-fb-trace-id"].assert_eq(&told(&response));
    assert_eq!(header(&response, "facebook-api-version"), "v23.0");
    assert_eq!(header(&response, "x-fb-debug").len(), 88);
    let refused = meta.client.get(meta.url("/v19.0/1")).send().await.unwrap();
    assert_eq!(header(&refused, "facebook-api-version"), "v19.0");
    let id = header(&refused, "x-fb-request-id").to_owned();
    let error: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(error["error"]["fbtrace_id"], id);
    let short = Meta::start_with("", "profile = { all-response-headers = false }").await;
    expect!["cache-control content-length content-type date facebook-api-version x-app-usage x-business-use-case-usage x-fb-request-id x-fb-rev x-fb-trace-id"].assert_eq(&told(&short.get(&path("phone_numbers")).send().await.unwrap()));
}

#[tokio::test]
async fn who_has_read_it_already_is_sent_nothing() {
    let meta = Meta::start().await;
    let first = meta.get(&path("phone_numbers")).send().await.unwrap();
    let tag = header(&first, "etag").to_owned();
    let again = meta.get(&path("phone_numbers")).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, tag.as_str()));
    assert_eq!(text(again).await, "");
    let other = meta.get(&path("phone_numbers")).header("if-none-match", "\"0\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
}
