//! Tenants made and deleted while the server runs, and ids that come into being when they are used.

use expect_test::expect;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, TEMPLATE, text};

const EASY: &str = "mode = \"easy\"\n[[tenants]]\napps = [{ id = 1, secret = \"one\" }]\n";

impl Meta {
    /// The status and the body of an answer, with a token or without.
    async fn ask(&self, token: Option<&str>, method: Method, path: &str, body: &str) -> (u16, Value) {
        let mut request = self.client.request(method, self.url(path)).body(body.to_owned());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&text(answer).await).unwrap())
    }

    async fn create_tenant(&self, body: &str) -> Value {
        let (status, tenant) = self.ask(None, Method::POST, "/_mock/tenants", body).await;
        assert_eq!(status, 200, "{tenant}");
        tenant
    }
}

fn field<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

#[tokio::test]
async fn a_tenant_is_made_used_and_deleted_beside_another() {
    let meta = Meta::start().await;
    let (tenant, other) = (meta.create_tenant("").await, meta.create_tenant("{\"name\":\"Other\"}").await);
    let token = field(&tenant, "/tokens/0/token");
    let templates = format!("/v23.0/{}/message_templates", field(&tenant, "/accounts/0/id"));
    let messages = format!("/v23.0/{}/messages", field(&tenant, "/accounts/0/numbers/0/id"));
    assert_eq!(meta.ask(Some(token), Method::POST, &templates, TEMPLATE).await.0, 200);
    meta.advance(3).await;
    assert_eq!(meta.ask(Some(token), Method::POST, &messages, SEND).await.0, 200);
    let foreign = field(&other, "/tokens/0/token");
    let (_, refused) = meta.ask(Some(foreign), Method::POST, &messages, SEND).await;
    assert_eq!((&refused["error"]["code"], &refused["error"]["error_subcode"]), (&json!(100), &json!(33)));

    let path = format!("/_mock/tenants/{}", field(&tenant, "/portfolio"));
    assert_eq!(meta.ask(None, Method::DELETE, &path, "").await, (200, tenant.clone()));
    assert_eq!(meta.ask(None, Method::DELETE, &path, "").await.0, 404);
    let (_, refused) = meta.ask(Some(token), Method::POST, &messages, SEND).await;
    assert_eq!(refused["error"]["code"], 190);
    let (_, left) = meta.ask(None, Method::GET, "/_mock/tenants", "").await;
    let names: Vec<&str> =
        left["tenants"].as_array().unwrap().iter().map(|left| field(left, "/name")).collect();
    assert_eq!(names, ["otpbench", "Other"]);
}

#[tokio::test]
async fn messages_of_two_tenants_to_one_person_have_ids_of_their_own() {
    let meta = Meta::start().await;
    let (one, two) = (meta.create_tenant("").await, meta.create_tenant("").await);
    let body = r#"{"messaging_product":"whatsapp","to":"16505551234","type":"text","text":{"body":"Hi"}}"#;
    let mut ids = Vec::new();
    for tenant in [&one, &two] {
        let path = format!("/v23.0/{}/messages", field(tenant, "/accounts/0/numbers/0/id"));
        let (status, sent) =
            meta.ask(Some(field(tenant, "/tokens/0/token")), Method::POST, &path, body).await;
        assert_eq!(status, 200, "{sent}");
        ids.push(field(&sent, "/messages/0/id").to_owned());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn what_is_wrong_with_a_tenant_is_told_and_nothing_of_it_is_made() {
    let meta = Meta::start().await;
    let wrong = |body: &'static str| meta.ask(None, Method::POST, "/_mock/tenants", body);
    let told = |(status, body): (u16, Value)| format!("{status} {}", field(&body, "/error"));
    expect!["400 the body cannot be read: unknown field `colour`, expected one of `portfolio`, `name`, `apps`, `accounts`, `tokens` at line 1 column 9"].assert_eq(&told(wrong(r#"{"colour":"green"}"#).await));
    expect!["400 the body cannot be read: an id must be 1 to 20 decimal digits, without a leading zero, below 2^64 at line 1 column 20"].assert_eq(&told(wrong(r#"{"apps":[{"id":"six"}]}"#).await));
    expect!["409 the id 67084 of the new app is taken"]
        .assert_eq(&told(wrong(r#"{"apps":[{"id":"67084"}]}"#).await));
    expect!["400 `messages` is no permission that concerns WhatsApp; there are `business_management`, `whatsapp_business_management`, `whatsapp_business_messaging`"].assert_eq(&told(wrong(r#"{"tokens":[{"scopes":["messages"]}]}"#).await));
    expect!["400 `token` must be 1 to 500 letters and digits without spaces and `|`"]
        .assert_eq(&told(wrong(r#"{"tokens":[{"token":"two words"}]}"#).await));
    expect!["400 a token names the app 5, which does not belong to the tenant"]
        .assert_eq(&told(wrong(r#"{"tokens":[{"app":"5"}]}"#).await));
    expect!["400 `number` is no phone number: the phone number has 2 digits, but must have 7 to 15"]
        .assert_eq(&told(wrong(r#"{"accounts":[{"numbers":[{"number":"12"}]}]}"#).await));
    let (_, left) = meta.ask(None, Method::GET, "/_mock/tenants", "").await;
    assert_eq!(left["tenants"].as_array().unwrap().len(), 1);
    expect!["400 the portfolio in the path is `x`, but an id must be 1 to 20 decimal digits, without a leading zero, below 2^64"].assert_eq(&told(meta.ask(None, Method::GET, "/_mock/tenants/x", "").await));
}

#[tokio::test]
async fn a_token_is_revoked_and_expires_while_the_server_runs() {
    let meta = Meta::start().await;
    let tenant = meta.create_tenant("").await;
    let tokens = format!("/_mock/tenants/{}/tokens", field(&tenant, "/portfolio"));
    let (_, made) =
        meta.ask(None, Method::POST, &tokens, r#"{"holder":"user","expires_after_secs":60}"#).await;
    let token = field(&made, "/token");
    let account = format!("/v23.0/{}", field(&tenant, "/accounts/0/id"));
    assert_eq!(meta.ask(Some(token), Method::GET, &account, "").await.0, 200);
    meta.advance(60).await;
    let (_, refused) = meta.ask(Some(token), Method::GET, &account, "").await;
    assert_eq!(refused["error"]["error_subcode"], 463);
    let change = json!({"token": token, "revoked": true}).to_string();
    assert_eq!(meta.ask(None, Method::POST, "/_mock/tokens", &change).await.1["revoked"], true);
    let (_, refused) = meta.ask(Some(token), Method::GET, &account, "").await;
    assert_eq!(refused["error"]["error_subcode"], 460);
    assert_eq!(meta.ask(None, Method::POST, "/_mock/tokens", r#"{"token":"unknown"}"#).await.0, 404);
}

#[tokio::test]
async fn in_easy_mode_a_token_can_be_taken_back_before_anybody_has_shown_it() {
    let meta = Meta::of_tenants(EASY).await;
    let change = r#"{"token":"EAAlate","revoked":true}"#;
    assert_eq!(meta.ask(None, Method::POST, "/_mock/tokens", change).await.1["revoked"], true);
    let (_, refused) = meta.ask(Some("EAAlate"), Method::GET, "/v23.0/1", "").await;
    assert_eq!(refused["error"]["error_subcode"], 460);
}

#[tokio::test]
async fn in_easy_mode_any_id_and_any_token_work_at_once() {
    let meta = Meta::of_tenants(EASY).await;
    let mut callback = Callback::start().await;
    let subscription = json!({
        "object": "whatsapp_business_account", "fields": "messages", "verify_token": "known",
        "callback_url": format!("http://{}/webhook", callback.address),
    });
    let app_token = format!("77|{}", cloud_sim::Tenant::sample().app_secret.expose());
    let subscribe = |token: String| {
        let body = subscription.to_string();
        let meta = &meta;
        async move { meta.ask(Some(&token), Method::POST, "/v23.0/77/subscriptions", &body).await }
    };
    assert_eq!(subscribe(app_token).await.0, 200);
    let anybody = Some("whatever I like");
    assert_eq!(meta.ask(anybody, Method::POST, "/v23.0/555/message_templates", TEMPLATE).await.0, 200);
    meta.advance(3).await;
    let (status, sent) = meta.ask(anybody, Method::POST, "/v23.0/556/messages", SEND).await;
    assert_eq!(status, 200, "{sent}");
    meta.advance(1).await;
    assert_eq!(callback.next().await["value"]["metadata"]["phone_number_id"], "556");
    assert_eq!(meta.ask(anybody, Method::GET, "/v23.0/557?fields=timezone_id", "").await.0, 200);
    assert_eq!(meta.ask(anybody, Method::GET, "/v23.0/558", "").await.1["id"], "558");
    assert_eq!(meta.ask(anybody, Method::GET, "/v23.0/559/subscriptions", "").await.0, 200);
    let (_, unknown) = meta.ask(anybody, Method::POST, "/v23.0/560/messages", SEND).await;
    assert_eq!(unknown["error"]["code"], 132_001, "a template is still looked for");
    let (status, _) = meta.ask(None, Method::POST, "/v23.0/561/messages", SEND).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn in_the_easiest_mode_a_template_that_nobody_created_is_sent_all_the_same() {
    let text = EASY.replace("[[tenants]]", "unknown-templates = \"approved\"\n[[tenants]]");
    let meta = Meta::of_tenants(&text).await;
    let anybody = Some("whatever I like");
    let (status, sent) = meta.ask(anybody, Method::POST, "/v23.0/556/messages", SEND).await;
    assert_eq!(status, 200, "{sent}");
    let unknown = SEND.replace("en_US", "xx_XX");
    let (_, refused) = meta.ask(anybody, Method::POST, "/v23.0/556/messages", &unknown).await;
    assert_eq!(refused["error"]["code"], 132_001, "a language that Meta lacks is none");
}

#[tokio::test]
async fn the_control_api_is_open_to_this_machine_alone_unless_a_token_guards_it() {
    let refused = Meta::guarded("0.0.0.0:0", None).map(drop).unwrap_err().to_string();
    assert!(refused.contains("can be reached from outside of this machine"), "{refused}");
    let server = Meta::guarded("127.0.0.1:0", Some("opens the mock")).unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/_mock/clock", server.address());
    let status = |token: &str| {
        let request = client.get(&url).bearer_auth(token);
        async { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(client.get(&url).send().await.unwrap().status().as_u16(), 401);
    assert_eq!(status("opens the mocks").await, 401);
    assert_eq!(status("opens the mock").await, 200);
    server.stop().await;
}
