//! The Graph API: routes, tokens and the shape of answers.

mod accounts;
mod activities;
mod analytics;
mod apps;
mod archive;
mod batch;
mod blocking;
mod easy;
mod faults;
mod headers;
mod history;
mod ids;
mod library;
mod limits;
mod media;
mod messages;
mod numbers;
mod operation;
mod paging;
mod path;
mod permission;
mod portfolios;
mod registration;
mod subscriptions;
mod templates;
mod tokens;
mod users;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use cloud_api::parameters::{Parameters, Sent};
use cloud_api::refusal::Verb;
use cloud_api::{Facts, GraphVersion, Refusal, TraceId};
use cloud_sim::{App, Called, Caller, Directory};

use crate::engine::Engine;
use crate::http::{Answer, Body, Client, FORM, File, Request, is_type};
use crate::requests::{Check, Message, Noted};

use headers::Occasion;
use operation::{Handle, OpenHandle, place_of};
use path::Path;

pub(crate) use operation::operation_names;
pub use operation::{Operation, operations};

/// The simulated Graph API.
pub(crate) struct Graph {
    pub(crate) engine: Arc<Engine>,
    pub(crate) client: Client,
}

/// A request whose path is understood and whose token is known.
struct Call<'a> {
    request: &'a Request,
    verb: Verb,
    version: GraphVersion,
    facts: &'a Facts,
    directory: &'a Directory,
    app: &'a App,
    caller: Caller<'a>,
    /// All parameters, of the query and of the body, as one JSON object.
    body: &'a [u8],
    /// The file that came with them.
    file: Option<&'a File>,
    /// Where to note how far a message came.
    message: &'a OnceLock<Message>,
}

/// How many bytes a body may have.
// Assumed: Meta documents no limit for these endpoints.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How many bytes an uploaded file may have with what is around it: the largest film fits, and of
/// documents, which Meta takes up to 100 MB, those up to the same size.
const UPLOAD_BYTES_MAX: usize = 16 * 1024 * 1024 + 64 * 1024;

/// How many bytes the body of a request to this path may have.
pub(crate) fn body_bytes_max(path: &str) -> usize {
    if path.trim_end_matches('/').ends_with("/media") { UPLOAD_BYTES_MAX } else { BODY_BYTES_MAX }
}

impl Graph {
    /// Answers a request, and notes which checks it met.
    pub(crate) async fn handle(&self, request: &Request, noted: &mut Noted) -> Answer {
        noted.checks.begin(Check::Path);
        let trace = self.trace();
        let (version, path) = Path::read(request.path());
        let shown = version.as_ref().copied().unwrap_or_default();
        let facts = self.engine.facts(shown);
        let mut called = None;
        let answered = match version {
            Ok(version) => self.route(request, (version, &facts), &path, (&mut called, noted)).await,
            Err(refusal) => Err(refusal),
        };
        let answer = answered.unwrap_or_else(|refusal| {
            self.engine.metrics.refused(refusal.code());
            noted.checks.refused(&refusal);
            refuse(&refusal, &facts, trace)
        });
        noted.operation = place_of(verb(request).ok(), &path);
        headers::dress(answer, &Occasion { request, version: shown, trace, facts, called })
    }

    async fn route(
        &self,
        request: &Request,
        (version, facts): (GraphVersion, &Facts),
        path: &Path<'_>,
        (called, noted): (&mut Option<Called>, &mut Noted),
    ) -> Result<Answer, Refusal> {
        noted.checks.begin(Check::Body);
        let bytes = match &request.body {
            Body::Whole(bytes) => bytes,
            Body::TooLarge => {
                return Err(Refusal::PayloadTooLarge { bytes_max: body_bytes_max(request.path()) });
            }
            Body::TooSlow => return Err(Refusal::BodyTimedOut),
            Body::Broken => return Err(Refusal::BodyBroken),
        };
        let mut file = None;
        let sent = match request.header("content-type") {
            Some(kind) if is_type(kind, "multipart/form-data") => {
                let multipart = request.multipart(bytes).await;
                file = multipart.file;
                Sent::Fields(multipart.fields)
            }
            Some(kind) if is_type(kind, FORM) => Sent::Form(bytes),
            _ => {
                noted.is_json = true;
                Sent::Json(bytes)
            }
        };
        let parameters = Parameters::merge(request.query(), sent);
        noted.checks.begin(Check::Path);
        let verb = verb(request)?;
        noted.checks.begin(Check::Operation);
        if path.first() == Some("oauth")
            && let Some(handle) = open(verb, path)
        {
            let (counted, outcome) = self.count_open(version, parameters.json());
            *called = counted;
            outcome?;
            return handle(self, parameters.json());
        }
        noted.checks.begin(Check::Token);
        let token = token(request, &parameters);
        let directory = self.directory_for(request, path, token.as_deref(), parameters.json());
        let caller = directory.authenticate(token.as_deref(), self.unix_now())?;
        caller.prove(token.as_deref().unwrap_or_default(), parameters.app_secret_proof())?;
        let call = Call {
            request,
            verb,
            version,
            facts,
            directory: &directory,
            app: caller.app,
            caller,
            body: parameters.json(),
            file: file.as_ref(),
            message: &noted.message,
        };
        if let Some((counted, outcome)) = self.count_call(&call, path) {
            noted.checks.begin(Check::Calls);
            *called = Some(counted);
            outcome?;
        }
        self.refuse_by_fault(path, &mut noted.checks)?;
        noted.checks.begin(Check::Operation);
        if path.is_root()
            && verb == Verb::Get
            && let Some(ids) = request.parameter("ids")
        {
            return self.show_ids(&call, &ids).await;
        }
        let answer = self.answer(&call, path).await?;
        self.log(&call, path);
        Ok(answer)
    }

    /// Has the operation answer that the path and the verb mean.
    async fn answer(&self, call: &Call<'_>, path: &Path<'_>) -> Result<Answer, Refusal> {
        let mut edge = path.node();
        for operation in operations() {
            let Some(id) = path.matched(operation.path) else { continue };
            if operation.verb != call.verb {
                edge = Some(id);
                continue;
            }
            match operation.handle {
                Handle::Edge(handle) => return handle(self, call, id),
                Handle::Open(handle) => return handle(self, call.body),
                Handle::Slow(handle) => return handle(self, call, id).await,
                Handle::Node(handle) => {
                    if let Some(answer) = handle(self, call, id)? {
                        return Ok(answer);
                    }
                }
                Handle::SlowNode(handle) => {
                    if let Some(answer) = handle(self, call, id).await? {
                        return Ok(answer);
                    }
                }
            }
        }
        // Source: cloud-api.md 1.3: an unknown object and a wrong method on one are told alike.
        match edge {
            Some(id) => Err(call.unknown_object(id)),
            None => Err(Refusal::UnknownPath { path: path.rest() }),
        }
    }

    /// The time of the simulated wall clock, in unix seconds.
    fn unix_now(&self) -> u64 {
        self.engine.world().unix_secs(self.engine.clock.now())
    }

    /// A trace id that no other answer has.
    fn trace(&self) -> TraceId {
        TraceId::of_answer(self.engine.next_trace(), self.engine.clock.now().micros())
    }
}

impl Call<'_> {
    /// Notes how far a message came; a request has one at most.
    fn note(&self, message: Message) {
        let is_first = self.message.set(message).is_ok();
        debug_assert!(is_first, "a request has one message");
    }

    /// What Meta answers where the id names nothing, or nothing that knows the method.
    fn unknown_object(&self, id: &str) -> Refusal {
        Refusal::UnknownObject { verb: self.verb, id: id.to_owned() }
    }
}

/// What answers an operation that needs no token, if the path and the verb mean one.
fn open(verb: Verb, path: &Path<'_>) -> Option<OpenHandle> {
    operations().find_map(|operation| match operation.handle {
        Handle::Open(handle) if operation.verb == verb && path.matched(operation.path).is_some() => {
            Some(handle)
        }
        _ => None,
    })
}

/// What a request does.
// Assumed: Graph answers another method as an error that it cannot explain.
fn verb(request: &Request) -> Result<Verb, Refusal> {
    match request.method() {
        "POST" => Ok(Verb::Post),
        "GET" => Ok(Verb::Get),
        "DELETE" => Ok(Verb::Delete),
        _ => Err(Refusal::ApiUnknown),
    }
}

/// The token of a request: beside its body, in its header, or in its body.
// Source: cloud-api.md 1.1. Assumed: one beside the body counts before the header, since pywa sends
// both, an app's token and a user's, where only the app's will do.
fn token<'a>(request: &'a Request, parameters: &'a Parameters<'_>) -> Option<Cow<'a, str>> {
    if let Some(token) = parameters.token_beside_json() {
        return Some(Cow::Borrowed(token));
    }
    match request.header("authorization") {
        Some(header) => token_of_header(header).map(Cow::Borrowed),
        None => parameters.access_token(),
    }
}

fn token_of_header(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    is_known.then(|| token.trim())
}

fn refuse(refusal: &Refusal, facts: &Facts, trace: TraceId) -> Answer {
    Answer::json(refusal.http_status_under(facts).number(), refusal.envelope_under(facts, trace).to_json())
        .with("www-authenticate", refusal.www_authenticate())
}

fn success() -> Answer {
    Answer::json(200, br#"{"success":true}"#.to_vec())
}
