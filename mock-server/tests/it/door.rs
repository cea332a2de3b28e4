//! Parameters come in a query, as JSON, as a form or as parts, and mean the same.

use std::collections::BTreeSet;

use cloud_sim::Tenant;
use reqwest::RequestBuilder;

use crate::meta::{Meta, SEND, path};

/// The parameters of a right request, as a form names them.
const FORM: [(&str, &str); 4] = [
    ("messaging_product", "whatsapp"),
    ("to", "16505551234"),
    ("type", "template"),
    (
        "template",
        r#"{"name":"login_code","language":{"code":"en_US"},"components":[
            {"type":"body","parameters":[{"type":"text","text":"482913"}]},
            {"type":"button","sub_type":"url","index":0,"parameters":[{"type":"text","text":"482913"}]}]}"#,
    ),
];

async fn check(request: RequestBuilder) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert!(status == 200 && body.contains("wamid."), "{status} {body}");
}

fn encoded() -> String {
    let mut form = String::new();
    for (name, value) in FORM {
        cloud_api::query::push(&mut form, name, value);
    }
    form
}

#[tokio::test]
async fn a_message_is_sent_by_query_by_form_by_parts_and_by_json() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let messages = path("messages");
    check(meta.post(&messages, SEND)).await;
    check(meta.post(&format!("{messages}?{}", encoded()), "")).await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    check(meta.post(&messages, encoded()).header(form.0, form.1)).await;
    let parts: String = FORM
        .iter()
        .map(|(name, value)| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .collect();
    let parts = meta.post(&messages, parts + "--cut--\r\n");
    check(parts.header("content-type", "multipart/form-data; boundary=cut")).await;
    let beside = meta.post(&format!("{messages}?biz_opaque_callback_data=a"), SEND);
    check(beside.header("content-type", "application/json")).await;
}

#[tokio::test]
async fn a_token_is_taken_from_the_header_the_query_or_the_body() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let token = Tenant::sample().token;
    let url = meta.url(&path("messages"));
    let oauth = format!("OAuth {}", token.expose());
    check(meta.client.post(&url).header("authorization", oauth).body(SEND)).await;
    check(meta.client.post(format!("{url}?access_token={}", token.expose())).body(SEND)).await;
    let with_token = SEND.replacen('{', &format!("{{\"access_token\":\"{}\",", token.expose()), 1);
    check(meta.client.post(&url).body(with_token)).await;
}

#[tokio::test]
async fn every_path_of_the_table_is_known_whatever_the_verb() {
    let meta = Meta::start().await;
    let operations: Vec<_> = mock_server::operations().collect();
    let known: BTreeSet<String> =
        operations.iter().map(|operation| asked(operation.verb, operation.path)).collect();
    assert_eq!(known.len(), operations.len(), "no operation stands in the table twice");
    for path in operations.iter().map(|operation| operation.path) {
        let id = path.replace(['{', '}'], "");
        let deleted = meta.client.delete(meta.url(&format!("/v23.0{id}")));
        let answer = deleted.bearer_auth(Tenant::sample().token.expose()).send().await.unwrap();
        let body = answer.text().await.unwrap();
        assert!(!body.contains("2500"), "{path} is a path: {body}");
    }
}

fn asked(verb: cloud_api::refusal::Verb, path: &str) -> String {
    format!("{verb} {path}")
}
