//! The Graph API: routes, tokens and the shape of answers.

mod accounts;
mod messages;
mod numbers;
mod permission;
mod subscriptions;
mod templates;

use std::borrow::Cow;
use std::sync::Arc;

use cloud_api::refusal::Verb;
use cloud_api::{GraphVersion, Refusal, TraceId};
use cloud_sim::{App, Caller, Directory};

use crate::engine::Engine;
use crate::http::{Answer, Body, Client, Request};

/// The simulated Graph API.
pub(crate) struct Graph {
    pub(crate) engine: Arc<Engine>,
    pub(crate) client: Client,
}

/// A request whose path is understood and whose token is known.
struct Call<'a> {
    request: &'a Request,
    version: GraphVersion,
    directory: &'a Directory,
    app: &'a App,
    caller: Caller<'a>,
    body: &'a [u8],
}

/// How many bytes a body may have.
// Assumed: Meta documents no limit for these endpoints.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

impl Graph {
    pub(crate) async fn handle(&self, request: &Request) -> Answer {
        let trace = self.trace();
        let (version, segments) = split(request.path());
        let answered = match version {
            Ok(version) => self.route(request, version, &segments).await,
            Err(refusal) => Err(refusal),
        };
        let version = segments_version(request.path());
        let answer = answered.unwrap_or_else(|refusal| refuse(&refusal, trace));
        answer
            .with("facebook-api-version", version.to_string())
            .with("x-fb-trace-id", trace.to_string())
            .with("cache-control", "private, no-cache, no-store, must-revalidate".to_owned())
    }

    async fn route(
        &self,
        request: &Request,
        version: GraphVersion,
        segments: &[&str],
    ) -> Result<Answer, Refusal> {
        let directory = self.engine.directory();
        let caller = directory.authenticate(token(request).as_deref(), self.unix_now())?;
        let body = match &request.body {
            Body::Whole(body) => body.as_ref(),
            Body::TooLarge => return Err(Refusal::PayloadTooLarge { bytes_max: BODY_BYTES_MAX }),
            Body::TooSlow => return Err(Refusal::BodyTimedOut),
            Body::Broken => return Err(Refusal::BodyBroken),
        };
        let call = Call { request, version, directory: &directory, app: caller.app, caller, body };
        match (request.method(), segments) {
            ("POST", [id, "messages"]) => self.send(&call, id),
            ("POST", [id, "message_templates"]) => self.create_template(&call, id),
            ("GET", [id, "message_templates"]) => self.list_templates(&call, id),
            ("DELETE", [id, "message_templates"]) => self.delete_templates(&call, id),
            ("POST", [id, "subscriptions"]) => self.subscribe_callback(&call, id).await,
            ("GET", [id, "subscriptions"]) => self.show_callback(&call, id),
            ("DELETE", [id, "subscriptions"]) => self.remove_callback(&call, id),
            ("POST", [id, "subscribed_apps"]) => self.subscribe_app(&call, id).await,
            ("DELETE", [id, "subscribed_apps"]) => self.unsubscribe_app(&call, id),
            ("GET", [id, "subscribed_apps"]) => self.list_subscribed_apps(&call, id),
            ("GET", [id, "phone_numbers"]) => self.list_numbers(&call, id),
            ("GET", [id]) => self.show_node(&call, id),
            (_, [id]) => Err(call.unknown_object(id)),
            (_, [id, ..]) if is_edge(segments) => Err(call.unknown_object(id)),
            _ => Err(Refusal::UnknownPath { path: format!("/{}", segments.join("/")) }),
        }
    }

    /// The object of that id, whatever it is.
    fn show_node(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        if let Some(number) = self.show_number(call, id)? {
            return Ok(number);
        }
        if let Some(account) = self.show_account(call, id)? {
            return Ok(account);
        }
        self.show_template(call, id)
    }

    /// The time of the simulated wall clock, in unix seconds.
    fn unix_now(&self) -> u64 {
        self.engine.world().unix_secs(self.engine.clock.now())
    }

    /// A trace id that no other answer has.
    fn trace(&self) -> TraceId {
        let now = u128::from(self.engine.clock.now().micros());
        TraceId::new(now << 64 | u128::from(self.engine.next_trace()))
    }
}

impl Call<'_> {
    /// What Meta answers where the id names nothing, or nothing that knows the method.
    fn unknown_object(&self, id: &str) -> Refusal {
        let verb = match self.request.method() {
            "GET" => Verb::Get,
            "DELETE" => Verb::Delete,
            _ => Verb::Post,
        };
        Refusal::UnknownObject { verb, id: id.to_owned() }
    }
}

fn is_edge(segments: &[&str]) -> bool {
    const EDGES: [&str; 5] =
        ["messages", "message_templates", "subscriptions", "subscribed_apps", "phone_numbers"];
    matches!(segments, [_, edge] if EDGES.contains(edge))
}

/// The version that a path begins with, and what follows.
fn split(path: &str) -> (Result<GraphVersion, Refusal>, Vec<&str>) {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_version = |segment: &&str| segment.starts_with('v') && segment.contains('.');
    if !segments.first().is_some_and(is_version) {
        return (Ok(GraphVersion::default()), segments);
    }
    let version = segments.remove(0);
    let unknown = |_| Refusal::UnknownPath { path: format!("/{version}") };
    (version.parse().map_err(unknown), segments)
}

fn segments_version(path: &str) -> GraphVersion {
    split(path).0.unwrap_or_default()
}

/// The token of a request: in its header, or as a query parameter.
// Source: cloud-api.md §1.1.
fn token(request: &Request) -> Option<Cow<'_, str>> {
    if let Some(header) = request.header("authorization") {
        let (scheme, token) = header.split_once(' ')?;
        let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
        return is_known.then(|| Cow::Borrowed(token.trim()));
    }
    request.parameter("access_token")
}

fn refuse(refusal: &Refusal, trace: TraceId) -> Answer {
    Answer::json(refusal.http_status().number(), refusal.envelope(trace).to_json())
        .with("www-authenticate", refusal.www_authenticate())
}

fn success() -> Answer {
    Answer::json(200, br#"{"success":true}"#.to_vec())
}
