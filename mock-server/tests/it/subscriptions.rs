//! Who hears of what: apps, accounts and phone numbers with callbacks of their own.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, path, text};

async fn read(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

impl Meta {
    async fn subscribed_apps(&self, method: Method, body: Value) -> Value {
        let url = self.url(&path("subscribed_apps"));
        let token = cloud_sim::Tenant::sample().token;
        let request = self.client.request(method, url).bearer_auth(token.expose());
        read(request.body(body.to_string()).send().await.unwrap()).await
    }

    async fn app_subscriptions(&self, method: Method, query: &str) -> Value {
        let path = format!("/v23.0/{}/subscriptions{query}", cloud_sim::Tenant::sample().app);
        read(self.as_app(method, &path).send().await.unwrap()).await
    }
}

fn overriding(callback: &Callback, token: &str) -> Value {
    json!({"override_callback_uri": format!("http://{}/webhook", callback.address), "verify_token": token})
}

#[tokio::test]
async fn an_accounts_own_callback_hears_of_messages_and_the_apps_of_templates() {
    let meta = Meta::start().await;
    let (mut app, mut account) = (Callback::start().await, Callback::start().await);
    meta.subscribe(&app).await;
    let subscribed = meta.subscribed_apps(Method::POST, overriding(&account, "known")).await;
    assert_eq!(subscribed, json!({"success": true}));
    let listed = meta.subscribed_apps(Method::GET, json!({})).await;
    assert_eq!(
        listed["data"][0]["override_callback_uri"],
        json!(format!("http://{}/webhook", account.address))
    );
    meta.approve_template().await;
    assert_eq!(app.next().await["field"], "message_template_status_update");
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(1).await;
    assert_eq!(account.next().await["field"], "messages");
    meta.subscribed_apps(Method::POST, json!({})).await;
    let listed = meta.subscribed_apps(Method::GET, json!({})).await;
    assert_eq!(listed["data"][0]["override_callback_uri"], Value::Null);
    meta.advance(60).await;
    assert_eq!(app.next().await["field"], "messages");
}

#[tokio::test]
async fn an_override_that_fails_the_handshake_changes_nothing() {
    let meta = Meta::start().await;
    let (app, account) = (Callback::start().await, Callback::start().await);
    meta.subscribe(&app).await;
    let refused = meta.subscribed_apps(Method::POST, overriding(&account, "unknown")).await;
    assert_eq!(refused["error"]["code"], 2200);
    let listed = meta.subscribed_apps(Method::GET, json!({})).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"][0]["override_callback_uri"], Value::Null);
    let long = json!({"override_callback_uri": format!("http://127.0.0.1/{}", "a".repeat(200))});
    assert_eq!(meta.subscribed_apps(Method::POST, long).await["error"]["code"], 100);
}

#[tokio::test]
async fn an_app_that_unsubscribes_hears_nothing_more() {
    let meta = Meta::start().await;
    let app = Callback::start().await;
    meta.subscribe(&app).await;
    assert_eq!(meta.subscribed_apps(Method::DELETE, json!({})).await, json!({"success": true}));
    assert_eq!(meta.subscribed_apps(Method::GET, json!({})).await, json!({"data": []}));
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(60).await;
    assert!(!meta.heard.kinds().iter().any(|kind| kind.starts_with("webhook")));
}

#[tokio::test]
async fn fields_are_given_up_one_by_one_or_all_at_once() {
    let meta = Meta::start().await;
    meta.subscribe(&Callback::start().await).await;
    let names = |subscriptions: &Value| -> Vec<String> {
        let fields = subscriptions["data"][0]["fields"].as_array().cloned().unwrap_or_default();
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    meta.app_subscriptions(Method::DELETE, "?object=whatsapp_business_account&fields=messages").await;
    let left = meta.app_subscriptions(Method::GET, "").await;
    assert_eq!(names(&left), ["message_template_status_update"]);
    meta.app_subscriptions(Method::DELETE, "").await;
    assert_eq!(meta.app_subscriptions(Method::GET, "").await, json!({"data": []}));
}

#[tokio::test]
async fn an_apps_subscriptions_need_its_own_token() {
    let meta = Meta::start().await;
    let tenant = cloud_sim::Tenant::sample();
    let path = format!("/v23.0/{}/subscriptions", tenant.app);
    let refused = read(meta.get(&path).send().await.unwrap()).await;
    assert_eq!(refused["error"]["code"], 15);
}

#[tokio::test]
async fn a_phone_numbers_own_callback_hears_before_the_accounts() {
    let meta = Meta::start().await;
    let (app, account) = (Callback::start().await, Callback::start().await);
    let mut number = Callback::start().await;
    meta.subscribe(&app).await;
    meta.subscribed_apps(Method::POST, overriding(&account, "known")).await;
    let path_of_number = format!("/v23.0/{}", cloud_sim::Tenant::sample().number);
    let configure = async |configuration: Value| {
        let body = json!({"webhook_configuration": configuration}).to_string();
        read(meta.post(&path_of_number, body).send().await.unwrap()).await
    };
    assert_eq!(configure(overriding(&number, "unknown")).await["error"]["code"], 2200);
    assert_eq!(configure(overriding(&number, "known")).await, json!({"success": true}));
    let places = format!("{path_of_number}?fields=webhook_configuration");
    let places = async || read(meta.get(&places).send().await.unwrap()).await["webhook_configuration"].take();
    let url = |callback: &Callback| format!("http://{}/webhook", callback.address);
    assert_eq!(
        places().await,
        json!({"phone_number": url(&number), "whatsapp_business_account": url(&account), "application": url(&app)})
    );
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(1).await;
    assert_eq!(number.next().await["field"], "messages");
    assert_eq!(configure(json!({"override_callback_uri": ""})).await, json!({"success": true}));
    assert_eq!(places().await["phone_number"], Value::Null);
    let both = json!({"webhook_configuration": overriding(&number, "known"), "new_display_name": "Codes", "pin": "123456"});
    let both = read(meta.post(&path_of_number, both.to_string()).send().await.unwrap()).await;
    assert_eq!(both, json!({"success": true}));
    let fields = format!("{path_of_number}?fields=webhook_configuration,new_display_name,is_pin_enabled");
    let told = read(meta.get(&fields).send().await.unwrap()).await;
    assert_eq!(told["webhook_configuration"]["phone_number"], url(&number));
    assert_eq!((&told["new_display_name"], &told["is_pin_enabled"]), (&json!("Codes"), &json!(true)));
    assert_eq!(configure(json!({"override_callback_uri": ""})).await, json!({"success": true}));
    assert_eq!(configure(json!("no object")).await["error"]["code"], 100);
}
