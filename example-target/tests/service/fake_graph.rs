//! A double of Meta's Graph API that does what a test tells it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the next request is answered with.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// What Meta answers when all is well.
    Accept,
    /// An HTTP status and Meta's code.
    Refuse(u16, u32),
    /// An HTTP status and any bytes.
    Garbage(u16, &'static str),
    /// Nothing, ever.
    Hang,
}

/// What the double knows, for tests to change and to look at.
pub(crate) struct FakeGraph {
    pub(crate) addr: SocketAddr,
    known: Arc<Known>,
}

struct Known {
    /// Answers to come for messages; then all are accepted.
    message_replies: Mutex<VecDeque<Reply>>,
    /// Answers to come for everything else; then all are accepted.
    setup_replies: Mutex<VecDeque<Reply>>,
    /// The status of the template, once there is one.
    template: Mutex<Option<&'static str>>,
    /// The bodies of the messages, in the order in which they came.
    sends: watch::Sender<Vec<Value>>,
    /// What else was asked for: method, path, and bearer.
    asked: Mutex<Vec<String>>,
    client: reqwest::Client,
}

type Answer = (StatusCode, String);

impl FakeGraph {
    /// Starts a double without a template.
    pub(crate) async fn start() -> Self {
        let known = Arc::new(Known {
            message_replies: Mutex::default(),
            setup_replies: Mutex::default(),
            template: Mutex::default(),
            sends: watch::Sender::default(),
            asked: Mutex::default(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        });
        let router = Router::new()
            .route("/v23.0/1001/subscriptions", post(subscribe))
            .route("/v23.0/2002/subscribed_apps", post(subscribe_account))
            .route("/v23.0/2002/message_templates", get(list).post(create))
            .route("/v23.0/{phone}/messages", post(message))
            .with_state(Arc::clone(&known));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { addr, known }
    }

    pub(crate) fn answer_messages(&self, replies: &[Reply]) {
        self.known.message_replies.lock().unwrap().extend(replies.iter().cloned());
    }

    pub(crate) fn answer_setup(&self, replies: &[Reply]) {
        self.known.setup_replies.lock().unwrap().extend(replies.iter().cloned());
    }

    pub(crate) fn set_template(&self, status: &'static str) {
        *self.known.template.lock().unwrap() = Some(status);
    }

    /// The messages, once there are that many.
    pub(crate) async fn sends(&self, count: usize) -> Vec<Value> {
        let mut sends = self.known.sends.subscribe();
        let enough = sends.wait_for(|sends| sends.len() >= count);
        tokio::time::timeout(Duration::from_secs(10), enough)
            .await
            .expect("too few messages")
            .unwrap()
            .clone()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.known.asked.lock().unwrap().clone()
    }
}

impl Known {
    fn note(&self, what: &str, headers: &HeaderMap) {
        let bearer = headers.get("authorization").map(|value| value.to_str().unwrap());
        self.asked.lock().unwrap().push(format!("{what} {}", bearer.unwrap_or("nobody")));
    }

    async fn answer_setup(&self, success: Value) -> Answer {
        let reply = self.setup_replies.lock().unwrap().pop_front();
        answer(reply.unwrap_or(Reply::Accept), success).await
    }
}

async fn answer(reply: Reply, success: Value) -> Answer {
    match reply {
        Reply::Accept => (StatusCode::OK, success.to_string()),
        Reply::Refuse(status, code) => {
            let error = json!({"message": format!("(#{code}) No"), "type": "OAuthException", "code": code});
            (StatusCode::from_u16(status).unwrap(), json!({ "error": error }).to_string())
        }
        Reply::Garbage(status, text) => (StatusCode::from_u16(status).unwrap(), text.to_owned()),
        Reply::Hang => std::future::pending().await,
    }
}

/// Shakes hands before it answers, as Meta does.
async fn subscribe(State(known): State<Arc<Known>>, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    known.note("POST subscriptions", &headers);
    let [url, token] = ["callback_url", "verify_token"].map(|name| body[name].as_str().unwrap());
    let shaken = known
        .client
        .get(format!("{url}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}"))
        .send()
        .await
        .unwrap();
    if shaken.status() != 200 || shaken.text().await.unwrap() != "1158201444" {
        return answer(Reply::Refuse(400, 2200), Value::Null).await;
    }
    known.answer_setup(json!({"success": true})).await
}

async fn subscribe_account(State(known): State<Arc<Known>>, headers: HeaderMap) -> Answer {
    known.note("POST subscribed_apps", &headers);
    known.answer_setup(json!({"success": true})).await
}

async fn list(State(known): State<Arc<Known>>, headers: HeaderMap) -> Answer {
    known.note("GET message_templates", &headers);
    let template = known.template.lock().unwrap().map(|status| {
        json!({"name": "login_code", "language": "en_US", "status": status, "rejected_reason": "NONE", "id": "7"})
    });
    let other = json!({"name": "login_code", "language": "de", "status": "APPROVED", "id": "8"});
    let found: Vec<Value> = [Some(other), template].into_iter().flatten().collect();
    known.answer_setup(json!({ "data": found })).await
}

async fn create(State(known): State<Arc<Known>>, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    known.note("POST message_templates", &headers);
    assert_eq!(body["category"], "AUTHENTICATION");
    let answer =
        known.answer_setup(json!({"id": "7", "status": "PENDING", "category": "AUTHENTICATION"})).await;
    if answer.0 == StatusCode::OK {
        *known.template.lock().unwrap() = Some("PENDING");
    }
    answer
}

async fn message(
    State(known): State<Arc<Known>>,
    Path(phone): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    assert_eq!(phone, "3003");
    let mut nth = 0;
    known.sends.send_modify(|sends| {
        sends.push(body);
        nth = sends.len();
    });
    let reply = known.message_replies.lock().unwrap().pop_front();
    let success = json!({"messaging_product": "whatsapp", "messages": [{"id": format!("wamid.{nth}")}]});
    answer(reply.unwrap_or(Reply::Accept), success).await
}
