//! The service, the double of Meta, and somebody who talks to both.

use std::time::Duration;

use cloud_api::template::{
    AuthenticationContent, AuthenticationTemplate, Button, CodeExpiration, Labels, TemplateTtl, Wording,
};
use cloud_api::{AccessToken, AppId, AppSecret, GraphVersion, PhoneNumberId, VerifyToken, WabaId, signature};
use example_target::{Backoff, Config, Limits, Readiness, Running, Service};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fake_graph::FakeGraph;

pub(crate) const APP_SECRET: &str = "app-secret-never-shown";
pub(crate) const ACCESS_TOKEN: &str = "EAA-token-never-shown";
pub(crate) const VERIFY_TOKEN: &str = "verify-token-never-shown";
pub(crate) const ALICE: &str = "+1 650 555 1234";

/// A service beside its double.
pub(crate) struct World {
    pub(crate) graph: FakeGraph,
    pub(crate) service: Running,
    client: reqwest::Client,
}

/// An answer: its status and, if it is JSON, its body.
pub(crate) type Answer = (u16, Value);

/// A configuration that waits for nothing long.
pub(crate) fn config(graph: &str, public: &str) -> Config {
    let content = AuthenticationContent {
        wording: Wording::Preset,
        has_security_recommendation: true,
        code_expiration: CodeExpiration::from_minutes(10),
        button: Button::CopyCode { labels: Labels::default() },
    };
    Config {
        graph_base_url: graph.parse().unwrap(),
        api_version: GraphVersion::default(),
        app_id: AppId::new(1001),
        app_secret: AppSecret::new(APP_SECRET),
        access_token: AccessToken::new(ACCESS_TOKEN),
        waba_id: WabaId::new(2002),
        phone_number_id: PhoneNumberId::new(3003),
        webhook_verify_token: VerifyToken::new(VERIFY_TOKEN),
        public_url: public.parse().unwrap(),
        template: AuthenticationTemplate {
            name: "login_code".parse().unwrap(),
            language: "en_US".parse().unwrap(),
            ttl: TemplateTtl::default(),
            content,
        },
        code_ttl: Duration::from_mins(10),
        limits: Limits { answer_wait: Duration::from_millis(500), ..Limits::default() },
        backoff: Backoff {
            first: Duration::from_millis(2),
            first_for_pair: Duration::from_millis(4),
            longest: Duration::from_millis(8),
            attempts_max: 4,
        },
    }
}

impl World {
    /// A service that has just been started.
    pub(crate) async fn start(graph: FakeGraph, adapt: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public = format!("http://{}", listener.local_addr().unwrap());
        let mut config = config(&format!("http://{}", graph.addr), &public);
        adapt(&mut config);
        let service = Service::start(listener, config).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { graph, service, client }
    }

    /// A service that can send.
    pub(crate) async fn ready() -> Self {
        Self::ready_with(|_| {}).await
    }

    /// A service that can send, with another configuration.
    pub(crate) async fn ready_with(adapt: impl FnOnce(&mut Config)) -> Self {
        let graph = FakeGraph::start().await;
        graph.set_template("APPROVED");
        let mut world = Self::start(graph, adapt).await;
        assert_eq!(world.service.settled().await, Readiness::Ready);
        world
    }

    /// Waits until the service has come that far.
    pub(crate) async fn reach(&mut self, readiness: Readiness) {
        let reached = self.service.ready.wait_for(|current| *current == readiness);
        tokio::time::timeout(Duration::from_secs(10), reached).await.expect("it never comes so far").unwrap();
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        read(self.client.post(self.url(path)).body(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.client.get(self.url(path))).await
    }

    pub(crate) async fn ask(&self, recipient: &str) -> Answer {
        self.post("/otp", json!({ "recipient": recipient }).to_string()).await
    }

    pub(crate) async fn verify(&self, recipient: &str, code: &str) -> Answer {
        self.post("/otp/verify", json!({"recipient": recipient, "code": code}).to_string()).await
    }

    /// The code in the latest of `count` messages.
    pub(crate) async fn code(&self, count: usize) -> String {
        let sends = self.graph.sends(count).await;
        let components = &sends[count - 1]["template"]["components"];
        components[0]["parameters"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Delivers a webhook with the signature of its bytes.
    pub(crate) async fn webhook(&self, body: &str) -> u16 {
        let signed = signature::sign(&AppSecret::new(APP_SECRET), body.as_bytes());
        self.webhook_signed(body, Some(&signed)).await
    }

    pub(crate) async fn webhook_signed(&self, body: &str, signed: Option<&str>) -> u16 {
        let mut request = self.client.post(self.url("/webhook")).body(body.to_owned());
        if let Some(signed) = signed {
            request = request.header(signature::HEADER, signed);
        }
        read(request).await.0
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.service.addr)
    }
}

async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

/// A webhook with these values of the field `messages`, each in an entry of its own.
pub(crate) fn messages_webhook(values: &[Value]) -> String {
    let entries: Vec<Value> = values
        .iter()
        .map(|value| json!({"id": "2002", "changes": [{"field": "messages", "value": value}]}))
        .collect();
    json!({"object": "whatsapp_business_account", "entry": entries}).to_string()
}

/// A status of one message.
pub(crate) fn status(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "timestamp": "1750030073", "recipient_id": "16505551234"})
}

/// A webhook about the template.
pub(crate) fn template_webhook(event: &str, reason: &str) -> String {
    let value = json!({"event": event, "message_template_id": 7, "message_template_name": "login_code",
        "message_template_language": "en_US", "reason": reason});
    let changes = json!([{"field": "message_template_status_update", "value": value}]);
    json!({"object": "whatsapp_business_account", "entry": [{"id": "2002", "time": 1, "changes": changes}]})
        .to_string()
}
