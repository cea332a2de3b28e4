//! The client of Meta's Graph API.

use std::time::Duration;

use cloud_api::{AuthenticationSend, ErrorEnvelope, OtpCode, Recipient, SendReceipt, query};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::config::Config;
use crate::graph_error::GraphError;
use crate::request_id::RequestId;
use crate::template::{self, FoundTemplate};

/// One client with one pool of connections, which every request shares.
pub(crate) struct Graph {
    client: Client,
    base: String,
    messages: Url,
    bearer: HeaderValue,
    config: Config,
}

/// A request that is ready to go.
struct Ask {
    method: Method,
    path: String,
    body: Option<Value>,
}

/// The most bytes of an answer that are read; Meta's are a few hundred, a page of templates more.
const ANSWER_BYTES_MAX: usize = 1 << 20;
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// The fields of webhooks that the service reads.
const FIELDS: &str = "messages,message_template_status_update";

impl Graph {
    /// A client for the API that `config` names.
    pub(crate) fn new(config: &Config) -> Result<Self, reqwest::Error> {
        // The address is given outright, so neither a proxy of the environment nor a redirect,
        // which would carry the token elsewhere, is followed.
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_WAIT)
            .timeout(config.limits.answer_wait)
            .build()?;
        let base = format!("{}/{}", config.graph_base_url, config.api_version);
        let messages = format!("{base}/{}/messages", config.phone_number_id);
        Ok(Self {
            client,
            messages: messages.parse().expect("a base address and an id make an address"),
            base,
            bearer: bearer(config.access_token.expose()),
            config: config.clone(),
        })
    }

    /// Sends a code; the answer is the id of the message.
    pub(crate) async fn send(
        &self,
        to: Recipient,
        code: &OtpCode,
        request: RequestId,
    ) -> Result<String, GraphError> {
        let template = &self.config.template;
        let body = AuthenticationSend {
            to,
            template: template.name.as_str(),
            language: template.language.code(),
            code,
            biz_opaque_callback_data: Some(&request.to_string()),
        };
        let response = self
            .client
            .post(self.messages.clone())
            .header(AUTHORIZATION, self.bearer.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body.to_json())
            .send()
            .await?;
        let status = response.status().as_u16();
        let answer = self.read(response).await?;
        let receipt = SendReceipt::parse(&answer).map_err(|_| GraphError::Garbled { status })?;
        Ok(receipt.message_id)
    }

    /// Tells Meta where webhooks go; Meta shakes hands with this service before it answers.
    pub(crate) async fn subscribe_callback(&self) -> Result<(), GraphError> {
        let config = &self.config;
        let body = json!({
            "object": "whatsapp_business_account",
            "callback_url": config.callback_url(),
            "verify_token": config.webhook_verify_token.expose(),
            "fields": FIELDS,
            "include_values": true,
        });
        let app_token = bearer(&format!("{}|{}", config.app_id, config.app_secret.expose()));
        let path = format!("{}/subscriptions", config.app_id);
        let ask = Ask { method: Method::POST, path, body: Some(body) };
        self.ask_for_success(ask, app_token).await
    }

    /// Lets the app hear about the account.
    pub(crate) async fn subscribe_account(&self) -> Result<(), GraphError> {
        let path = format!("{}/subscribed_apps", self.config.waba_id);
        let ask = Ask { method: Method::POST, path, body: None };
        self.ask_for_success(ask, self.bearer.clone()).await
    }

    /// Looks the template up.
    pub(crate) async fn find_template(&self) -> Result<Option<FoundTemplate>, GraphError> {
        let template = &self.config.template;
        let mut path = String::new();
        query::push(&mut path, "name", template.name.as_str());
        query::push(&mut path, "fields", "name,language,status,rejected_reason");
        query::push(&mut path, "limit", "100");
        let path = format!("{}/message_templates?{path}", self.config.waba_id);
        let ask = Ask { method: Method::GET, path, body: None };
        let page: Page = self.ask(ask, self.bearer.clone()).await?;
        Ok(page.data.into_iter().find(|found| found.is(template)))
    }

    /// Creates the template.
    pub(crate) async fn create_template(&self) -> Result<FoundTemplate, GraphError> {
        let path = format!("{}/message_templates", self.config.waba_id);
        let body = template::creation(&self.config.template);
        let ask = Ask { method: Method::POST, path, body: Some(body) };
        self.ask(ask, self.bearer.clone()).await
    }

    async fn ask_for_success(&self, ask: Ask, bearer: HeaderValue) -> Result<(), GraphError> {
        let done: Done = self.ask(ask, bearer).await?;
        if done.success { Ok(()) } else { Err(GraphError::Garbled { status: 200 }) }
    }

    async fn ask<T: DeserializeOwned>(&self, ask: Ask, bearer: HeaderValue) -> Result<T, GraphError> {
        let url = format!("{}/{}", self.base, ask.path);
        let mut request = self.client.request(ask.method, url).header(AUTHORIZATION, bearer);
        if let Some(body) = ask.body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let answer = self.read(response).await?;
        serde_json::from_slice(&answer).map_err(|_| GraphError::Garbled { status })
    }

    /// The body of a success, or what Meta refused with.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, GraphError> {
        let status = response.status();
        let garbled = GraphError::Garbled { status: status.as_u16() };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(garbled);
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(body);
        }
        let Ok(ErrorEnvelope { error }) = ErrorEnvelope::parse(&body) else { return Err(garbled) };
        let text = error.error_user_msg.as_deref().unwrap_or(&error.message);
        let message = self.without_secrets(text);
        Err(GraphError::Refused { status: status.as_u16(), code: error.code, message })
    }

    /// The text with the service's secrets struck out, should an answer repeat one.
    fn without_secrets(&self, text: &str) -> String {
        let config = &self.config;
        let secrets =
            [config.access_token.expose(), config.app_secret.expose(), config.webhook_verify_token.expose()];
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "********"))
    }
}

/// A header that does not show itself.
fn bearer(token: &str) -> HeaderValue {
    let mut value: HeaderValue =
        format!("Bearer {token}").parse().expect("the configuration allows printable tokens only");
    value.set_sensitive(true);
    value
}

#[derive(Deserialize)]
struct Done {
    success: bool,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<FoundTemplate>,
}
