//! A running Meta, a client of it and a callback that remembers.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use cloud_api::{AccessToken, AppSecret, VerifyToken, handshake, signature};
use cloud_sim::{Directory, Founding, Tenant, World};
use journal::{Event, Record};
use mock_server::{Clock, Config, Doors, Server, StateFile, StateTime};
use reqwest::{Client, Method, RequestBuilder, Response};
use scenario::{Scenario, Seed, Tenants};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// A running Meta and a client of it.
pub(crate) struct Meta {
    pub(crate) client: Client,
    pub(crate) address: SocketAddr,
    pub(crate) heard: Arc<Heard>,
    pub(crate) server: Server,
}

/// The events of a server, for tests to look at.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Vec<Event>>);

impl Record for Heard {
    fn record(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Heard {
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().iter().map(|event| event.fact.kind().name()).collect()
    }
}

/// When the run began, on the wall clock.
const BEGAN_UNIX: u64 = 1_750_000_000;

/// Everything takes exactly as long as it says, in a world where time is turned by hand.
const STEADY: &str = r#"
about = "a test"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
budgets = { delivered = ">= 0 %" }
[template]
name = "login_code"
[recipients]
#recipients#
[meta]
#meta#
review = { takes = "2s", outcome = "approved" }
sent = { median = "100ms", p99 = "100ms" }
delivered = { median = "1s", p99 = "1s" }
read = { share = "100 %", median = "3s", p99 = "3s" }
"#;

impl Meta {
    /// A Meta whose clock is turned by hand.
    pub(crate) async fn start() -> Self {
        Self::start_with("", "").await
    }

    /// The same, with more in its scenario's sections on recipients and on Meta.
    pub(crate) async fn start_with(recipients: &str, meta: &str) -> Self {
        Self::start_behind(Doors::default(), recipients, meta).await
    }

    /// The same, with more ways in.
    pub(crate) async fn start_behind(doors: Doors, recipients: &str, meta: &str) -> Self {
        Self::start_among(Directory::of(Tenant::sample()), doors, recipients, meta).await
    }

    /// A Meta of these tenants, in the language of tenants files.
    pub(crate) async fn of_tenants(text: &str) -> Self {
        let founding = Founding { seed: Seed::new(1), now_unix: BEGAN_UNIX };
        let directory = Directory::declared(&Tenants::parse(text).unwrap(), founding).unwrap();
        Self::start_among(directory, Doors::default(), "", "").await
    }

    /// A server whose control API must be shown this token.
    pub(crate) fn guarded(address: &str, token: Option<&str>) -> std::io::Result<Server> {
        let config = Config {
            control_token: token.map(AccessToken::new),
            ..config(Directory::of(Tenant::sample()), "", "", Arc::new(Heard::default()))
        };
        Server::start(std::net::TcpListener::bind(address)?, config)
    }

    async fn start_among(directory: Directory, doors: Doors, recipients: &str, meta: &str) -> Self {
        let heard = Arc::new(Heard::default());
        let config = Config { doors, ..config(directory, recipients, meta, Arc::clone(&heard)) };
        let server = Server::start(std::net::TcpListener::bind("127.0.0.1:0").unwrap(), config).unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let meta = Self { client, address: server.address(), heard, server };
        meta.turn(r#"{"rate_permille":0}"#).await;
        meta
    }

    /// A Meta that keeps what it holds in a file, and goes on where that stands.
    pub(crate) async fn kept_in(path: &std::path::Path) -> std::io::Result<Self> {
        let meta = Self::going_on(path, StateTime::Resume)?;
        meta.turn(r#"{"rate_permille":0}"#).await;
        Ok(meta)
    }

    /// The same, with the clock as the file and this say.
    pub(crate) fn going_on(path: &std::path::Path, time: StateTime) -> std::io::Result<Self> {
        let heard = Arc::new(Heard::default());
        let state = Some(StateFile { path: path.to_owned(), time });
        let config = Config { state, ..config(Directory::of(Tenant::sample()), "", "", Arc::clone(&heard)) };
        let server = Server::start(std::net::TcpListener::bind("127.0.0.1:0")?, config)?;
        let client = Client::builder().no_proxy().build().unwrap();
        Ok(Self { client, address: server.address(), heard, server })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<String>) -> RequestBuilder {
        self.client.post(self.url(path)).bearer_auth(Tenant::sample().token.expose()).body(body.into())
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).bearer_auth(Tenant::sample().token.expose())
    }

    /// A request with the app's own token.
    pub(crate) fn as_app(&self, method: Method, path: &str) -> RequestBuilder {
        let tenant = Tenant::sample();
        let token = format!("{}|{}", tenant.app, tenant.app_secret.expose());
        self.client.request(method, self.url(path)).bearer_auth(token)
    }

    pub(crate) async fn turn(&self, body: &'static str) {
        let answer = self.client.post(self.url("/_mock/clock")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    /// Turns the clock on by this many seconds.
    pub(crate) async fn advance(&self, secs: u64) {
        self.advance_millis(secs * 1_000).await;
    }

    pub(crate) async fn advance_millis(&self, millis: u64) {
        let body = format!("{{\"advance_micros\":{}}}", millis * 1_000);
        let answer = self.client.post(self.url("/_mock/clock")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    /// Creates the template and has it approved.
    pub(crate) async fn approve_template(&self) {
        let created = self.post(&path("message_templates"), TEMPLATE).send().await.unwrap();
        assert_eq!(created.status(), 200, "{}", text(created).await);
        self.advance(3).await;
    }

    /// Subscribes a callback to everything.
    pub(crate) async fn subscribe(&self, callback: &Callback) -> Response {
        self.subscribe_to(callback, "messages,message_template_status_update").await
    }

    /// Subscribes a callback to these fields, with commas between them.
    pub(crate) async fn subscribe_to(&self, callback: &Callback, fields: &str) -> Response {
        let tenant = Tenant::sample();
        let body = format!(
            r#"{{"object":"whatsapp_business_account","callback_url":"http://{}/webhook",
                "verify_token":"known","fields":"{fields}"}}"#,
            callback.address
        );
        let path = format!("/v23.0/{}/subscriptions", tenant.app);
        let subscribed = self.as_app(Method::POST, &path).body(body).send().await.unwrap();
        let apps = self.post(&self::path("subscribed_apps"), "").send().await.unwrap();
        assert_eq!(apps.status(), 200);
        subscribed
    }
}

/// How every Meta of the tests begins.
fn config(directory: Directory, recipients: &str, meta: &str, heard: Arc<Heard>) -> Config {
    // A callback that never answers must not hold a test up.
    let webhooks = if meta.contains("webhooks =") { "" } else { "webhooks = { timeout = \"200ms\" }" };
    let text = STEADY.replace("#recipients#", recipients).replace("#meta#", &format!("{meta}\n{webhooks}"));
    let scenario = Scenario::parse("test", &text).unwrap();
    Config {
        world: World::of(&scenario, BEGAN_UNIX),
        directory,
        control_token: None,
        clock: Clock::real(Instant::now()),
        record: heard,
        phones: None,
        doors: Doors::default(),
        state: None,
        threads: NonZeroUsize::MIN,
    }
}

pub(crate) const TEMPLATE: &str = r#"{"name":"login_code","language":"en_US","category":"AUTHENTICATION",
    "message_send_ttl_seconds":60,"components":[{"type":"BODY","add_security_recommendation":true},
    {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#;

/// A right request to send a code.
pub(crate) const SEND: &str = r#"{"messaging_product":"whatsapp","to":"+1 650 555 1234","type":"template",
    "template":{"name":"login_code","language":{"code":"en_US"},"components":[
    {"type":"body","parameters":[{"type":"text","text":"482913"}]},
    {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"482913"}]}]}}"#;

/// The path of an edge of the account, or of the phone number for `messages`.
pub(crate) fn path(edge: &str) -> String {
    let tenant = Tenant::sample();
    match edge {
        "messages" => format!("/v23.0/{}/messages", tenant.number),
        _ => format!("/v23.0/{}/{edge}", tenant.account),
    }
}

pub(crate) async fn text(response: Response) -> String {
    response.text().await.unwrap()
}

/// A callback that checks signatures, remembers bodies and answers as it is told to.
pub(crate) struct Callback {
    pub(crate) address: SocketAddr,
    pub(crate) bodies: mpsc::UnboundedReceiver<serde_json::Value>,
}

#[derive(Clone)]
struct Answering {
    status: StatusCode,
    pause: Duration,
    bodies: mpsc::UnboundedSender<serde_json::Value>,
}

impl Callback {
    pub(crate) async fn start() -> Self {
        Self::answering(StatusCode::OK, Duration::ZERO).await
    }

    pub(crate) async fn answering(status: StatusCode, pause: Duration) -> Self {
        let (sender, bodies) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/webhook", get(shake_hands).post(hear)).with_state(Answering {
            status,
            pause,
            bodies: sender,
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, bodies }
    }

    /// The next webhook's first change.
    pub(crate) async fn next(&mut self) -> serde_json::Value {
        let next = tokio::time::timeout(Duration::from_secs(10), self.bodies.recv());
        next.await.expect("a webhook comes").unwrap()["entry"][0]["changes"][0].take()
    }
}

pub(crate) async fn shake_hands(RawQuery(query): RawQuery, headers: HeaderMap) -> (StatusCode, String) {
    assert_eq!(headers["user-agent"], "facebookplatform/1.0 (+http://developers.facebook.com)");
    match handshake::answer(&query.unwrap_or_default(), &VerifyToken::new("known")) {
        Some(challenge) => (StatusCode::OK, challenge.into_owned()),
        None => (StatusCode::FORBIDDEN, String::new()),
    }
}

async fn hear(State(answering): State<Answering>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let secret: AppSecret = Tenant::sample().app_secret;
    let header = headers["x-hub-signature-256"].to_str().unwrap();
    assert!(signature::verify(&secret, &body, header), "the signature fits the bytes");
    answering.bodies.send(serde_json::from_slice(&body).unwrap()).unwrap();
    tokio::time::sleep(answering.pause).await;
    answering.status
}
