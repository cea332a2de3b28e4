//! The control API: what no Meta offers, under a prefix that no Graph path has.
//!
//! [`ROUTES`] is the one list of what there is. Routing, the texts of 404 and 405, the index at
//! `/_mock/` and the comparison with `openapi.json` all follow from it.

mod accounts;
mod call;
mod clock;
mod costs;
mod events;
mod faults;
mod health;
mod inbound;
mod language;
mod messages;
mod metrics;
mod numbers;
mod openapi;
mod phone;
mod phones;
mod profile;
mod requests;
mod route;
mod routes;
mod state;
mod templates;
mod tenants;
mod timeline;
mod webhooks;

use std::sync::Arc;

use call::{Call, Problem, Told};
use cloud_api::AccessToken;
use route::Handler::{Later, Now};
use route::Route;
use routes::ROUTES;

use crate::engine::Engine;
use crate::http::{Answer, Client, Connections, Request};
use crate::state::Keeper;

/// What every path of the control API begins with.
pub(crate) const PREFIX: &str = "/_mock/";

/// The same as whoever guesses the path of the list writes it.
pub(crate) const ROOT: &str = "/_mock";

/// Where Prometheus looks if nobody tells it of the prefix.
pub(crate) const METRICS: &str = "/metrics";

/// How many bytes a body may have.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How many bytes a state may have that is put in; what is larger goes by `--state FILE`.
const STATE_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Time, faults, phones and events of a simulated Meta.
pub(crate) struct Control {
    pub(crate) engine: Arc<Engine>,
    /// What requests must show.
    pub(crate) token: Option<AccessToken>,
    pub(crate) client: Client,
    pub(crate) connections: Arc<Connections>,
    /// Who writes the state file, if there is one.
    pub(crate) keeper: Option<Arc<Keeper>>,
    /// The certificate that clients of the TLS doors must trust.
    pub(crate) ca_pem: Option<String>,
}

impl Control {
    pub(crate) async fn handle(&self, request: &Request) -> Answer {
        match self.told(request).await {
            Ok(answer) => answer,
            Err(problem) => problem.answer(),
        }
    }

    async fn told(&self, request: &Request) -> Told {
        self.admit(request)?;
        let path = match request.path() {
            ROOT => "",
            path => path.strip_prefix(PREFIX).unwrap_or_else(|| path.trim_start_matches('/')),
        };
        // Of an answer to HEAD, the server sends the head alone.
        let method = if request.method() == "HEAD" { "GET" } else { request.method() };
        let matching: Vec<&Route> = ROUTES.iter().filter(|route| route.matches(path)).collect();
        if matching.is_empty() {
            return Err(Problem::new(404, unknown_path(path)));
        }
        let Some(route) = matching.iter().find(|route| route.method == method) else {
            let methods: Vec<_> = matching.iter().map(|route| route.method).collect();
            let methods = methods.join(", ");
            let error = format!("`{PREFIX}{path}` takes {methods}, not {method}");
            return Err(Problem::new(405, error).with("allow", methods));
        };
        let call = Call::new(request, route.pattern, path, route.query)?;
        let told = match route.handler {
            Now(handle) => handle(self, &call),
            Later(handle) => handle(self, &call).await,
        };
        let status = told.as_ref().map_or_else(Problem::status, |answer| answer.status);
        debug_assert!(route.statuses().any(|known| known == status), "{method} {path} answers {status}");
        told
    }

    /// How many bytes the body of a request to this path may have, with this `authorization`.
    ///
    /// Nobody who may not replace the state can have that much memory taken for it.
    pub(crate) fn body_bytes_max(&self, path: &str, authorization: Option<&str>) -> usize {
        let is_state = path.strip_prefix(PREFIX) == Some("state");
        if is_state && self.admits(authorization) { STATE_BYTES_MAX } else { BODY_BYTES_MAX }
    }

    /// Lets in who shows the token, where there is one.
    fn admit(&self, request: &Request) -> Result<(), Problem> {
        if self.admits(request.header("authorization")) {
            return Ok(());
        }
        let error = "the control API is guarded: `Authorization: Bearer` must show its token";
        Err(Problem::new(401, error).with("www-authenticate", "Bearer".to_owned()))
    }

    fn admits(&self, authorization: Option<&str>) -> bool {
        let Some(token) = &self.token else { return true };
        authorization
            .and_then(|header| header.split_once(' '))
            .is_some_and(|(scheme, shown)| scheme.eq_ignore_ascii_case("bearer") && token.is(shown.trim()))
    }

    fn certificate(&self, _: &Call<'_>) -> Told {
        let missing =
            || Problem::new(404, "there is no TLS door, and so no certificate; --tls-listen opens one");
        let pem = self.ca_pem.clone().ok_or_else(missing)?;
        Ok(Answer { content_type: "application/x-pem-file".into(), ..Answer::text(200, pem) })
    }

    fn index(&self, _: &Call<'_>) -> Told {
        let widths = ROUTES.iter().map(|route| PREFIX.len() + route.pattern.len());
        let width = widths.max().unwrap_or_default();
        let line = |route: &Route| {
            let path = format!("{PREFIX}{}", route.pattern);
            let body = route.body.map(|body| format!(" ({body})")).unwrap_or_default();
            format!("{:6} {path:width$} {}{body}\n", route.method, route.summary)
        };
        Ok(Answer::text(200, ROUTES.iter().map(line).collect()))
    }
}

fn unknown_path(path: &str) -> String {
    let mut patterns: Vec<String> = ROUTES.iter().map(|route| format!("{PREFIX}{}", route.pattern)).collect();
    patterns.dedup();
    format!("there is no `{PREFIX}{path}`; there are {}", patterns.join(", "))
}
