//! A simulated Meta for clients of all kinds: in real time, but quick.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use cloud_api::{VerifyToken, handshake};
use cloud_sim::{Directory, Tenant, World};
use journal::{Event, Record};
use mock_server::{Clock, Config, Doors, Server};
use scenario::{Elapsed, Scenario};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// A running Meta with a proxy.
pub(crate) struct Meta {
    server: Server,
    ca_file: PathBuf,
    _folder: tempfile::TempDir,
    // The last to go: the server runs on it.
    pub(crate) runtime: Runtime,
}

struct Unrecorded;

impl Record for Unrecorded {
    fn record(&self, _: Event) {}
}

/// Everybody is there, and reads.
const QUICK: &str = r#"
about = "a test"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
budgets = { delivered = ">= 0 %" }
[template]
name = "login_code"
[recipients]
offline = { share = "0 %", back-after = { median = "1s", p99 = "1s" } }
not-on-whatsapp = "0 %"
[meta]
review = { takes = "50ms", outcome = "approved" }
sent = { median = "20ms", p99 = "20ms" }
delivered = { median = "50ms", p99 = "50ms" }
failed = { median = "50ms", p99 = "50ms" }
read = { share = "100 %", median = "50ms", p99 = "50ms" }
"#;

impl Meta {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let server = runtime.block_on(async { start() });
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, server.ca_pem().unwrap()).unwrap();
        Self { server, ca_file, _folder: folder, runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    pub(crate) fn proxy_url(&self) -> String {
        format!("http://{}", self.server.proxy_address().unwrap())
    }

    pub(crate) fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    pub(crate) async fn reviewed(&self) {
        self.server.reviewed().await;
    }
}

/// A callback that keeps what it is told.
pub(crate) struct Callback(mpsc::UnboundedReceiver<Value>);

impl Callback {
    /// A callback that has passed the handshake, and is told of messages.
    pub(crate) async fn subscribed(meta: &Meta) -> Self {
        let (sender, bodies) = mpsc::unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let callback = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().route("/", get(shake_hands).post(hear)).with_state(sender);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let tenant = Tenant::sample();
        let app_token = format!("{}|{}", tenant.app, tenant.app_secret.expose());
        let subscription = json!({
            "object": "whatsapp_business_account", "callback_url": callback, "verify_token": "known",
            "fields": "messages",
        });
        for (path, token, body) in [
            (format!("{}/subscriptions", tenant.app), app_token.as_str(), subscription),
            (format!("{}/subscribed_apps", tenant.account), tenant.token.expose(), json!({})),
        ] {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = http.post(format!("{}/v23.0/{path}", meta.url())).bearer_auth(token).json(&body);
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        Self(bodies)
    }

    pub(crate) async fn next(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(10), self.0.recv());
        next.await.expect("a webhook comes").unwrap()
    }
}

async fn shake_hands(RawQuery(query): RawQuery) -> (StatusCode, String) {
    match handshake::answer(&query.unwrap_or_default(), &VerifyToken::new("known")) {
        Some(challenge) => (StatusCode::OK, challenge.into_owned()),
        None => (StatusCode::FORBIDDEN, String::new()),
    }
}

async fn hear(State(bodies): State<mpsc::UnboundedSender<Value>>, body: Bytes) -> StatusCode {
    bodies.send(serde_json::from_slice(&body).unwrap()).unwrap();
    StatusCode::OK
}

fn start() -> Server {
    let scenario = Scenario::parse("test", QUICK).unwrap();
    let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let mut world = World::of(&scenario, unix);
    world.traffic_began = Some(Elapsed::ZERO);
    let port = || TcpListener::bind("127.0.0.1:0").unwrap();
    let config = Config {
        world,
        directory: Directory::of(Tenant::sample()),
        control_token: None,
        clock: Clock::real(Instant::now()),
        record: Arc::new(Unrecorded),
        phones: None,
        doors: Doors { proxy: Some(port()), ..Doors::default() },
        state: None,
        threads: NonZeroUsize::MIN,
    };
    Server::start(port(), config).unwrap()
}
