//! What a business does with wacloudapi, with the signatures of webhooks checked.
//!
//! Each step prints one line of JSON: {"step": ..., "passed": ..., "why": ...}. The client cannot
//! ask for a one-time-password button, so its template is created over the Graph API; and its
//! `verify_signature` computes no HMAC ("a placeholder", as its source says), so that no signature
//! of Meta's could pass it: the callback checks signatures by itself.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wacloudapi::messages::{TemplateComponent, TemplateParameter};
use wacloudapi::webhooks::WebhookPayload;
use wacloudapi::webhooks_management::SubscriptionField;
use wacloudapi::{Client, templates};

const RECIPIENT: &str = "16505551234";
const WAIT: Duration = Duration::from_secs(30);

type Outcome = Result<(), Box<dyn Error>>;

struct Flow {
    client: Client,
    http: reqwest::Client,
    callback: String,
    heard: Mutex<UnboundedReceiver<Value>>,
    code: Mutex<String>,
    said: Mutex<String>,
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} must be set"))
}

impl Flow {
    async fn start() -> Self {
        let (sender, heard) = unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let callback = format!("http://{}/", listener.local_addr().expect("it is bound"));
        let router = Router::new().route("/", get(shake_hands).post(hear)).with_state(sender);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::with_config(
            setting("ACCESS_TOKEN"),
            setting("PHONE_NUMBER_ID"),
            "v22.0",
            setting("BASE_URL"),
        );
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        let (code, said) = (Mutex::default(), Mutex::default());
        Self { client, http, callback, heard: Mutex::new(heard), code, said }
    }

    async fn graph(&self, path: &str, body: Value) -> Result<Value, Box<dyn Error>> {
        let url = format!("{}/v22.0/{path}", setting("BASE_URL"));
        let request = self.http.post(url).bearer_auth(setting("ACCESS_TOKEN")).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Waits for the first update that fits; what comes before it is not of interest.
    async fn hear(&self, fits: impl Fn(&Value) -> bool) -> Result<Value, Box<dyn Error>> {
        let mut heard = self.heard.lock().await;
        loop {
            let next = tokio::time::timeout(WAIT, heard.recv()).await?;
            let update = next.ok_or("the callback is gone")?;
            if fits(&update) {
                return Ok(update);
            }
        }
    }

    async fn registers_its_callback(&self) -> Outcome {
        let (app, secret) = (setting("APP_ID"), setting("APP_SECRET"));
        let token = format!("{app}|{secret}");
        let own = Client::with_config(token, setting("PHONE_NUMBER_ID"), "v22.0", setting("BASE_URL"));
        let fields = vec![SubscriptionField::Messages, SubscriptionField::MessageTemplateStatusUpdate];
        own.webhook_subscriptions(&app).subscribe(&self.callback, "known-to-both", fields).await?;
        self.client.waba(setting("WABA_ID")).subscribe_webhooks().await?;
        Ok(())
    }

    async fn creates_an_authentication_template(&self) -> Outcome {
        let edge = format!("{}/message_templates", setting("WABA_ID"));
        let template = json!({
            "name": "login_code", "language": "en_US", "category": "AUTHENTICATION",
            "components": [
                {"type": "BODY", "add_security_recommendation": true},
                {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
            ],
        });
        let created = self.graph(&edge, template).await?;
        check(created["category"] == "AUTHENTICATION", "it has another category")
    }

    async fn creates_a_template_of_its_own_words(&self) -> Outcome {
        let template = templates::CreateTemplate::new("hello", templates::TemplateCategory::Utility, "en_US")
            .with_body("Your order has shipped.");
        let created = self.client.templates().create(&setting("WABA_ID"), &template).await?;
        check(created.category == "UTILITY", "it has another category")
    }

    async fn hears_that_the_template_is_approved(&self) -> Outcome {
        self.hear(|update| update["message_template_name"] == "login_code" && update["event"] == "APPROVED")
            .await
            .map(drop)
    }

    async fn lists_templates(&self) -> Outcome {
        let listed = self.client.templates().list(&setting("WABA_ID")).await?;
        let found = listed.data.iter().find(|template| template.name == "login_code");
        check(found.is_some_and(|template| template.status == "APPROVED"), "the template is not listed")
    }

    async fn sends_a_code(&self) -> Outcome {
        let component = |kind: &str, sub_type: Option<&str>| TemplateComponent {
            component_type: kind.to_owned(),
            sub_type: sub_type.map(str::to_owned),
            index: sub_type.map(|_| "0".to_owned()),
            parameters: Some(vec![TemplateParameter {
                param_type: "text".to_owned(),
                text: Some("482913".to_owned()),
                currency: None,
                date_time: None,
                image: None,
                document: None,
                video: None,
            }]),
        };
        let components = vec![component("body", None), component("button", Some("url"))];
        let sending = self.client.messages();
        let sent = sending.send_template(RECIPIENT, "login_code", "en_US", Some(components)).await?;
        self.code.lock().await.clone_from(&sent.messages[0].id);
        check(sent.contacts[0].wa_id == RECIPIENT, "it went to another number")
    }

    async fn hears_sent_delivered_and_read(&self) -> Outcome {
        let code = self.code.lock().await.clone();
        for status in ["sent", "delivered", "read"] {
            self.hear(|update| update["id"] == code && update["status"] == status).await?;
        }
        Ok(())
    }

    async fn hears_an_answer_from_the_phone(&self) -> Outcome {
        let url = format!("{}/_mock/phones/{RECIPIENT}/messages", setting("CONTROL_URL"));
        self.http.post(url).json(&json!({"text": "STOP"})).send().await?.error_for_status()?;
        let message = self.hear(|update| update["type"] == "text").await?;
        *self.said.lock().await = message["id"].as_str().unwrap_or_default().to_owned();
        check(message["text"]["body"] == "STOP", "it says something else")
    }

    async fn answers_within_the_window(&self) -> Outcome {
        let said = self.said.lock().await.clone();
        self.client.messages().mark_as_read(&said).await?;
        let sent = self.client.messages().send_text(RECIPIENT, "You will get no more codes.").await?;
        let id = sent.messages[0].id.clone();
        self.hear(|update| update["id"] == id && update["status"] == "delivered").await.map(drop)
    }

    async fn is_told_that_a_template_is_missing(&self) -> Outcome {
        let told = self.client.messages().send_template(RECIPIENT, "nothing", "en_US", None).await;
        match told {
            Err(wacloudapi::Error::Api { code: 132_001, .. }) => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }

    async fn reads_its_number_account_and_profile(&self) -> Outcome {
        let numbers = self.client.phone_numbers().list(&setting("WABA_ID")).await?;
        check(numbers.data[0].id == setting("PHONE_NUMBER_ID"), "another number is listed")?;
        self.client.phone_numbers().get(&setting("PHONE_NUMBER_ID")).await?;
        self.client.waba(setting("WABA_ID")).get().await?;
        self.client.phone_numbers().get_business_profile().await?;
        Ok(())
    }

    /// The client's own `download` sends an empty token, so the address is fetched without it.
    async fn uploads_and_fetches_media(&self) -> Outcome {
        let bytes = b"\x89PNG\r\n\x1a\n";
        let uploaded = self.client.media().upload_bytes(bytes, "a.png", "image/png").await?;
        let address = self.client.media().get_url(&uploaded.id).await?.url;
        let fetched = self.http.get(address).bearer_auth(setting("ACCESS_TOKEN")).send().await?;
        check(fetched.error_for_status()?.bytes().await? == bytes[..], "other bytes came back")?;
        self.client.media().delete(&uploaded.id).await?;
        Ok(())
    }
}

fn check(holds: bool, why: &str) -> Outcome {
    if holds { Ok(()) } else { Err(why.into()) }
}

async fn shake_hands(Query(asked): Query<HashMap<String, String>>) -> (StatusCode, String) {
    match asked.get("hub.verify_token").map(String::as_str) {
        Some("known-to-both") => (StatusCode::OK, asked.get("hub.challenge").cloned().unwrap_or_default()),
        _ => (StatusCode::FORBIDDEN, String::new()),
    }
}

fn is_signed(body: &[u8], signature: &str) -> bool {
    let secret = setting("APP_SECRET");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    let given = signature.strip_prefix("sha256=").and_then(|text| hex::decode(text).ok());
    given.is_some_and(|given| mac.verify_slice(&given).is_ok())
}

async fn hear(State(heard): State<UnboundedSender<Value>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if !signature.is_some_and(|signature| is_signed(&body, signature)) {
        return StatusCode::UNAUTHORIZED;
    }
    // The client knows webhooks about messages only.
    let update: Value = serde_json::from_slice(&body).expect("webhooks are JSON");
    let change = &update["entry"][0]["changes"][0];
    if change["field"] != "messages" {
        drop(heard.send(change["value"].clone()));
        return StatusCode::OK;
    }
    let payload: WebhookPayload = serde_json::from_slice(&body).expect("the client reads its webhooks");
    for change in payload.entry.into_iter().flat_map(|entry| entry.changes) {
        let statuses = change.value.statuses.into_iter().flatten();
        let statuses = statuses.map(|status| serde_json::to_value(status).expect("it was read"));
        let messages = change.value.messages.into_iter().flatten();
        let messages = messages.map(|message| serde_json::to_value(message).expect("it was read"));
        statuses.chain(messages).for_each(|update| drop(heard.send(update)));
    }
    StatusCode::OK
}

macro_rules! take {
    ($flow:expr, $($step:ident),* $(,)?) => {$(
        let step = stringify!($step).replace('_', " ");
        match $flow.$step().await {
            Ok(()) => println!("{}", json!({"step": step, "passed": true})),
            Err(why) => println!("{}", json!({"step": step, "passed": false, "why": format!("{why:?}")})),
        }
    )*};
}

#[tokio::main]
async fn main() {
    let flow = Flow::start().await;
    take!(
        flow,
        registers_its_callback,
        creates_an_authentication_template,
        hears_that_the_template_is_approved,
        creates_a_template_of_its_own_words,
        lists_templates,
        sends_a_code,
        hears_sent_delivered_and_read,
        hears_an_answer_from_the_phone,
        answers_within_the_window,
        is_told_that_a_template_is_missing,
        reads_its_number_account_and_profile,
        uploads_and_fetches_media,
    );
}
