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
mod messages;
mod metrics;
mod numbers;
mod openapi;
mod phone;
mod phones;
mod profile;
mod requests;
mod state;
mod templates;
mod tenants;
mod timeline;
mod webhooks;

use std::pin::Pin;
use std::sync::Arc;

use Handler::{Later, Now};
use call::{Call, Problem, Told};
use cloud_api::AccessToken;

use crate::engine::Engine;
use crate::http::{Answer, Client, Connections, Request};
use crate::state::Keeper;

/// What every path of the control API begins with.
pub(crate) const PREFIX: &str = "/_mock/";

/// Where Prometheus looks if nobody tells it of the prefix.
pub(crate) const METRICS: &str = "/metrics";

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

/// One thing that the control API does.
struct Route {
    method: &'static str,
    /// The path after the prefix; a segment in braces stands for anything.
    pattern: &'static str,
    /// The parameters that the query may have.
    query: &'static [&'static str],
    /// The media type of the body, where there is one.
    body: Option<&'static str>,
    /// What it does, in one line.
    summary: &'static str,
    handler: Handler,
}

/// What does it: at once, or after waiting.
enum Handler {
    Now(fn(&Control, &Call<'_>) -> Told),
    Later(for<'a> fn(&'a Control, &'a Call<'a>) -> Waiting<'a>),
}

type Waiting<'a> = Pin<Box<dyn Future<Output = Told> + Send + 'a>>;

const JSON: &str = "application/json";
const TOML: &str = "application/toml";

/// Everything that the control API does, in the order in which it is told of.
const ROUTES: &[Route] = &[
    Route::get("", "Lists what the control API does", Now(Control::index)),
    Route::get("openapi.json", "Describes the control API in OpenAPI 3.1", Now(Control::describe)),
    Route::get("health", "Tells that the server is ready", Now(Control::read_health)),
    Route::post(
        "reset",
        "Makes everything but the time as it was at the start",
        Later(|control, call| Box::pin(control.reset(call))),
    ),
    Route::get("phones", "Lists the phones on which something arrived or is set", Now(Control::list_phones)),
    Route::get(
        "phones/{number}",
        "Reads a phone and what arrived on it, waiting for it if asked to",
        Later(|control, call| Box::pin(control.read_phone(call))),
    )
    .query(&["after", "wait_secs", "viewer"]),
    Route::patch(
        "phones/{number}",
        "Changes a phone: device, apps, on or off, blocking, receipts",
        Now(Control::change_phone),
    )
    .body(JSON),
    Route::delete("phones/{number}", "Makes a phone again what chance made it", Now(Control::forget_phone)),
    Route::get(
        "phones/{number}/code",
        "Reads the newest code in one line, waiting for it if asked to",
        Later(|control, call| Box::pin(control.read_code(call))),
    )
    .query(&["after", "wait_secs"]),
    Route::post("phones/{number}/messages", "Writes to the business from a phone", Now(Control::reply))
        .body(JSON),
    Route::post(
        "phones/{number}/messages/{id}/read",
        "Reads a message on a phone",
        Now(Control::read_message),
    ),
    Route::post(
        "phones/{number}/messages/{id}/press",
        "Presses a button of a message, which reads it too",
        Now(Control::press),
    )
    .body(JSON),
    Route::post(
        "phones/{number}/move",
        "Gives the person of a phone another number",
        Now(Control::change_number),
    )
    .body(JSON),
    Route::get(
        "messages",
        "Reads what arrived on any phone, waiting for it if asked to",
        Later(|control, call| Box::pin(control.list_messages(call))),
    )
    .query(&["to", "template", "since_micros", "after", "limit", "wait_secs"]),
    Route::get(
        "messages/{id}",
        "Tells what became and will become of a message",
        Now(Control::read_timeline),
    ),
    Route::get(
        "requests",
        "Reads the requests to the Graph API, and why they were refused",
        Now(Control::list_requests),
    )
    .query(&["method", "path", "status", "code", "to", "template", "since_micros", "after", "limit"]),
    Route::post(
        "requests/verify",
        "Checks that there were as many such requests as there should be",
        Now(Control::verify_requests),
    )
    .body(JSON),
    Route::get(
        "state",
        "Takes out everything that it holds, secrets and codes included",
        Now(Control::read_state),
    ),
    Route::put(
        "state",
        "Goes on where a state stands; what was there before is gone",
        Now(Control::replace_state),
    )
    .body(JSON),
    Route::post("state/save", "Writes the state file now", Now(Control::save_state)),
    Route::get("events", "Reads what happened lately, oldest first", Now(Control::read_events))
        .query(&["after", "limit"]),
    Route::get("clock", "Reads the simulated time and its rate", Now(Control::read_clock)),
    Route::post(
        "clock",
        "Changes the rate of time, or turns the clock on by hand",
        Later(|control, call| Box::pin(control.turn_clock(call))),
    )
    .body(JSON),
    Route::get(
        "costs",
        "Reads what was sent, what it cost, and what text messages would have cost",
        Now(Control::read_costs),
    ),
    Route::get("rates", "Reads which rate cards messages are priced by", Now(Control::read_rates)),
    Route::put(
        "rates",
        "Replaces the rates; what was counted already is priced by them too",
        Now(Control::replace_rates),
    )
    .body(TOML),
    Route::get("faults", "Reads the faults that are set", Now(Control::read_faults)),
    Route::put("faults", "Replaces the faults; their windows count from now", Now(Control::replace_faults))
        .body(JSON),
    Route::post("faults", "Sets one fault more; its window counts from now", Now(Control::add_fault))
        .body(JSON),
    Route::delete("faults/{id}", "Takes a fault away", Now(Control::remove_fault)),
    Route::get(
        "ca.pem",
        "Gives the certificate that clients of the TLS doors must trust",
        Now(Control::certificate),
    ),
    Route::get("metrics", "Tells Prometheus what is counted; the same is at /metrics", Now(Control::metrics)),
    Route::get(
        "templates",
        "Lists the templates of all accounts, as their reviewers see them",
        Now(Control::list_mock_templates),
    ),
    Route::post(
        "templates",
        "Creates a template from Meta's components or from another vendor's blocks",
        Now(Control::create_mock_template),
    )
    .body(JSON),
    Route::post(
        "templates/{id}/{action}",
        "Does to a template what its reviewers, its readers or Meta would do",
        Now(Control::act_on_template),
    )
    .body(JSON),
    Route::get(
        "profile",
        "Reads the facts on which Meta's pages, practice and versions disagree",
        Now(Control::read_profile),
    ),
    Route::put(
        "profile",
        "Settles some of these facts for all versions; the others are as in each version",
        Now(Control::replace_profile),
    )
    .body(JSON),
    Route::get(
        "tenants",
        "Lists the tenants: portfolios with their apps and accounts",
        Now(Control::list_tenants),
    ),
    Route::post(
        "tenants",
        "Creates a tenant; what the body leaves open is made up",
        Now(Control::create_tenant),
    )
    .body(JSON),
    Route::get(
        "tenants/{portfolio}",
        "Reads a tenant with its ids, secrets and tokens",
        Now(Control::show_tenant),
    ),
    Route::delete(
        "tenants/{portfolio}",
        "Deletes a tenant with everything that belongs to it",
        Now(Control::delete_tenant),
    ),
    Route::post("tenants/{portfolio}/tokens", "Makes a token for a tenant", Now(Control::create_token))
        .body(JSON),
    Route::post(
        "tenants/{portfolio}/logins",
        "Logs a customer in: gives a code for /oauth/access_token",
        Now(Control::log_in),
    ),
    Route::post(
        "tokens",
        "Revokes a token, lets it expire or makes it read-only",
        Now(Control::change_token),
    )
    .body(JSON),
    Route::post(
        "phones/{number}/inbound",
        "Sends the business something that is no text: a choice, media, a reaction, a wish",
        Now(Control::send_inbound),
    )
    .body(JSON),
    Route::post(
        "webhooks/errors",
        "Tells the apps of a number that something is wrong with it",
        Now(Control::trouble),
    )
    .body(JSON),
    Route::get(
        "webhooks",
        "Reads how webhooks are sent and what has become of them",
        Now(Control::read_webhooks),
    ),
    Route::put(
        "webhooks",
        "Changes how webhooks are sent: retries, batches, timeout",
        Now(Control::replace_webhooks),
    )
    .body(TOML),
    Route::get(
        "webhooks/deliveries",
        "Reads what was posted lately, byte for byte, oldest first",
        Now(Control::read_deliveries),
    )
    .query(&["after", "limit", "app_id", "field"]),
    Route::post(
        "webhooks/deliveries/{id}/redeliver",
        "Posts a webhook again: the same bytes to the same address",
        Later(|control, call| Box::pin(control.redeliver(call))),
    ),
    Route::post(
        "webhooks/handshake",
        "Calls an app's callback as if it was registered anew",
        Later(|control, call| Box::pin(control.shake_hands(call))),
    )
    .body(JSON),
    Route::get("accounts", "Lists the accounts and how they stand", Now(Control::list_accounts)),
    Route::get("accounts/{id}", "Reads how an account stands", Now(Control::read_account)),
    Route::post(
        "accounts/{id}",
        "Changes how an account stands; its apps are told as Meta tells them",
        Now(Control::set_account),
    )
    .body(JSON),
    Route::get("numbers", "Lists the business phone numbers and how they stand", Now(Control::list_numbers)),
    Route::get(
        "numbers/{id}",
        "Reads how a number stands, with the code that was sent to verify it",
        Now(Control::read_number),
    ),
    Route::post(
        "numbers/{id}",
        "Changes how a number stands; the apps of its account are told as Meta tells them",
        Now(Control::set_number),
    )
    .body(JSON),
];

impl Control {
    pub(crate) async fn handle(&self, request: &Request) -> Answer {
        match self.told(request).await {
            Ok(answer) => answer,
            Err(problem) => problem.answer(),
        }
    }

    async fn told(&self, request: &Request) -> Told {
        self.admit(request)?;
        let path = request.path();
        let path = path.strip_prefix(PREFIX).unwrap_or_else(|| path.trim_start_matches('/'));
        let matching: Vec<&Route> = ROUTES.iter().filter(|route| route.matches(path)).collect();
        if matching.is_empty() {
            return Err(Problem::new(404, unknown_path(path)));
        }
        let Some(route) = matching.iter().find(|route| route.method == request.method()) else {
            let methods: Vec<_> = matching.iter().map(|route| route.method).collect();
            let error = format!("`{PREFIX}{path}` takes {}, not {}", methods.join(" and "), request.method());
            return Err(Problem::new(405, error).with("allow", methods.join(", ")));
        };
        let call = Call::new(request, route.pattern, path, route.query)?;
        match route.handler {
            Now(handle) => handle(self, &call),
            Later(handle) => handle(self, &call).await,
        }
    }

    /// Lets in who shows the token, where there is one.
    fn admit(&self, request: &Request) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        let header = request.header("authorization").and_then(|header| header.split_once(' '));
        match header {
            Some((scheme, shown)) if scheme.eq_ignore_ascii_case("bearer") && token.is(shown.trim()) => {
                Ok(())
            }
            _ => {
                let error = "the control API is guarded: `Authorization: Bearer` must show its token";
                Err(Problem::new(401, error).with("www-authenticate", "Bearer".to_owned()))
            }
        }
    }

    fn certificate(&self, _: &Call<'_>) -> Told {
        let missing =
            || Problem::new(404, "there is no TLS door, and so no certificate; --tls-listen opens one");
        let pem = self.ca_pem.clone().ok_or_else(missing)?;
        Ok(Answer { content_type: "application/x-pem-file", ..Answer::text(200, pem) })
    }

    fn index(&self, _: &Call<'_>) -> Told {
        let line = |route: &Route| {
            let path = format!("{PREFIX}{}", route.pattern);
            let body = route.body.map(|body| format!(" ({body})")).unwrap_or_default();
            format!("{:6} {path:40} {}{body}\n", route.method, route.summary)
        };
        Ok(Answer::text(200, ROUTES.iter().map(line).collect()))
    }
}

impl Route {
    const fn new(
        method: &'static str,
        pattern: &'static str,
        summary: &'static str,
        handler: Handler,
    ) -> Self {
        Self { method, pattern, query: &[], body: None, summary, handler }
    }

    const fn get(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("GET", pattern, summary, handler)
    }

    const fn post(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("POST", pattern, summary, handler)
    }

    const fn put(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("PUT", pattern, summary, handler)
    }

    const fn patch(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("PATCH", pattern, summary, handler)
    }

    const fn delete(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("DELETE", pattern, summary, handler)
    }

    /// The parameters that the query may have.
    const fn query(mut self, names: &'static [&'static str]) -> Self {
        self.query = names;
        self
    }

    /// The media type of the body.
    const fn body(mut self, media_type: &'static str) -> Self {
        self.body = Some(media_type);
        self
    }

    fn matches(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given => {}
                (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
                _ => return false,
            }
        }
    }
}

fn unknown_path(path: &str) -> String {
    let mut patterns: Vec<String> = ROUTES.iter().map(|route| format!("{PREFIX}{}", route.pattern)).collect();
    patterns.dedup();
    format!("there is no `{PREFIX}{path}`; there are {}", patterns.join(", "))
}
