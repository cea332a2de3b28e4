//! The control API: what no Meta offers, under a prefix that no Graph path has.
//!
//! [`ROUTES`] is the one list of what there is. Routing, the texts of 404 and 405, the index at
//! `/_mock/` and the comparison with `openapi.json` all follow from it.

mod call;
mod clock;
mod costs;
mod events;
mod faults;
mod messages;
mod metrics;
mod openapi;
mod phone;
mod phones;
mod profile;
mod tenants;
mod webhooks;

use std::pin::Pin;
use std::sync::Arc;

use call::{Call, Problem, Told};
use cloud_api::AccessToken;

use crate::engine::Engine;
use crate::http::{Answer, Client, Connections, Request};

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

const JSON: Option<&str> = Some("application/json");
const TOML: Option<&str> = Some("application/toml");

/// Everything that the control API does, in the order in which it is told of.
const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        pattern: "",
        query: &[],
        body: None,
        summary: "Lists what the control API does",
        handler: Handler::Now(Control::index),
    },
    Route {
        method: "GET",
        pattern: "openapi.json",
        query: &[],
        body: None,
        summary: "Describes the control API in OpenAPI 3.1",
        handler: Handler::Now(Control::describe),
    },
    Route {
        method: "GET",
        pattern: "phones",
        query: &[],
        body: None,
        summary: "Lists the phones on which something arrived or is set",
        handler: Handler::Now(Control::list_phones),
    },
    Route {
        method: "GET",
        pattern: "phones/{number}",
        query: &["after", "wait_secs", "viewer"],
        body: None,
        summary: "Reads a phone and what arrived on it, waiting for it if asked to",
        handler: Handler::Later(|control, call| Box::pin(control.read_phone(call))),
    },
    Route {
        method: "PATCH",
        pattern: "phones/{number}",
        query: &[],
        body: JSON,
        summary: "Changes a phone: device, apps, on or off, blocking, receipts",
        handler: Handler::Now(Control::change_phone),
    },
    Route {
        method: "DELETE",
        pattern: "phones/{number}",
        query: &[],
        body: None,
        summary: "Makes a phone again what chance made it",
        handler: Handler::Now(Control::forget_phone),
    },
    Route {
        method: "GET",
        pattern: "phones/{number}/code",
        query: &["after", "wait_secs"],
        body: None,
        summary: "Reads the newest code in one line, waiting for it if asked to",
        handler: Handler::Later(|control, call| Box::pin(control.read_code(call))),
    },
    Route {
        method: "POST",
        pattern: "phones/{number}/messages",
        query: &[],
        body: JSON,
        summary: "Writes to the business from a phone",
        handler: Handler::Now(Control::reply),
    },
    Route {
        method: "POST",
        pattern: "phones/{number}/messages/{id}/read",
        query: &[],
        body: None,
        summary: "Reads a message on a phone",
        handler: Handler::Now(Control::read_message),
    },
    Route {
        method: "POST",
        pattern: "phones/{number}/messages/{id}/press",
        query: &[],
        body: JSON,
        summary: "Presses a button of a message, which reads it too",
        handler: Handler::Now(Control::press),
    },
    Route {
        method: "POST",
        pattern: "phones/{number}/move",
        query: &[],
        body: JSON,
        summary: "Gives the person of a phone another number",
        handler: Handler::Now(Control::change_number),
    },
    Route {
        method: "GET",
        pattern: "messages",
        query: &["to", "template", "since_micros", "after", "limit", "wait_secs"],
        body: None,
        summary: "Reads what arrived on any phone, waiting for it if asked to",
        handler: Handler::Later(|control, call| Box::pin(control.list_messages(call))),
    },
    Route {
        method: "GET",
        pattern: "events",
        query: &["after", "limit"],
        body: None,
        summary: "Reads what happened lately, oldest first",
        handler: Handler::Now(Control::read_events),
    },
    Route {
        method: "GET",
        pattern: "clock",
        query: &[],
        body: None,
        summary: "Reads the simulated time and its rate",
        handler: Handler::Now(Control::read_clock),
    },
    Route {
        method: "POST",
        pattern: "clock",
        query: &[],
        body: JSON,
        summary: "Changes the rate of time, or turns the clock on by hand",
        handler: Handler::Later(|control, call| Box::pin(control.turn_clock(call))),
    },
    Route {
        method: "GET",
        pattern: "costs",
        query: &[],
        body: None,
        summary: "Reads what was sent, what it cost, and what text messages would have cost",
        handler: Handler::Now(Control::read_costs),
    },
    Route {
        method: "GET",
        pattern: "rates",
        query: &[],
        body: None,
        summary: "Reads which rate cards messages are priced by",
        handler: Handler::Now(Control::read_rates),
    },
    Route {
        method: "PUT",
        pattern: "rates",
        query: &[],
        body: TOML,
        summary: "Replaces the rates; what was counted already is priced by them too",
        handler: Handler::Now(Control::replace_rates),
    },
    Route {
        method: "GET",
        pattern: "faults",
        query: &[],
        body: None,
        summary: "Reads the faults that are set",
        handler: Handler::Now(Control::read_faults),
    },
    Route {
        method: "PUT",
        pattern: "faults",
        query: &[],
        body: JSON,
        summary: "Replaces the faults; their windows count from now",
        handler: Handler::Now(Control::replace_faults),
    },
    Route {
        method: "POST",
        pattern: "faults",
        query: &[],
        body: JSON,
        summary: "Sets one fault more; its window counts from now",
        handler: Handler::Now(Control::add_fault),
    },
    Route {
        method: "DELETE",
        pattern: "faults/{id}",
        query: &[],
        body: None,
        summary: "Takes a fault away",
        handler: Handler::Now(Control::remove_fault),
    },
    Route {
        method: "GET",
        pattern: "metrics",
        query: &[],
        body: None,
        summary: "Tells Prometheus what is counted; the same is at /metrics",
        handler: Handler::Now(Control::metrics),
    },
    Route {
        method: "GET",
        pattern: "profile",
        query: &[],
        body: None,
        summary: "Reads the facts on which Meta's pages, practice and versions disagree",
        handler: Handler::Now(Control::read_profile),
    },
    Route {
        method: "PUT",
        pattern: "profile",
        query: &[],
        body: JSON,
        summary: "Settles some of these facts for all versions; the others are as in each version",
        handler: Handler::Now(Control::replace_profile),
    },
    Route {
        method: "GET",
        pattern: "tenants",
        query: &[],
        body: None,
        summary: "Lists the tenants: portfolios with their apps and accounts",
        handler: Handler::Now(Control::list_tenants),
    },
    Route {
        method: "POST",
        pattern: "tenants",
        query: &[],
        body: JSON,
        summary: "Creates a tenant; what the body leaves open is made up",
        handler: Handler::Now(Control::create_tenant),
    },
    Route {
        method: "GET",
        pattern: "tenants/{portfolio}",
        query: &[],
        body: None,
        summary: "Reads a tenant with its ids, secrets and tokens",
        handler: Handler::Now(Control::show_tenant),
    },
    Route {
        method: "DELETE",
        pattern: "tenants/{portfolio}",
        query: &[],
        body: None,
        summary: "Deletes a tenant with everything that belongs to it",
        handler: Handler::Now(Control::delete_tenant),
    },
    Route {
        method: "POST",
        pattern: "tenants/{portfolio}/tokens",
        query: &[],
        body: JSON,
        summary: "Makes a token for a tenant",
        handler: Handler::Now(Control::create_token),
    },
    Route {
        method: "POST",
        pattern: "tenants/{portfolio}/logins",
        query: &[],
        body: None,
        summary: "Logs a customer in: gives a code for /oauth/access_token",
        handler: Handler::Now(Control::log_in),
    },
    Route {
        method: "POST",
        pattern: "tokens",
        query: &[],
        body: JSON,
        summary: "Revokes a token, lets it expire or makes it read-only",
        handler: Handler::Now(Control::change_token),
    },
    Route {
        method: "GET",
        pattern: "webhooks",
        query: &[],
        body: None,
        summary: "Reads how webhooks are sent and what has become of them",
        handler: Handler::Now(Control::read_webhooks),
    },
    Route {
        method: "PUT",
        pattern: "webhooks",
        query: &[],
        body: TOML,
        summary: "Changes how webhooks are sent: retries, batches, timeout",
        handler: Handler::Now(Control::replace_webhooks),
    },
    Route {
        method: "GET",
        pattern: "webhooks/deliveries",
        query: &["after", "limit", "app_id", "field"],
        body: None,
        summary: "Reads what was posted lately, byte for byte, oldest first",
        handler: Handler::Now(Control::read_deliveries),
    },
    Route {
        method: "POST",
        pattern: "webhooks/deliveries/{id}/redeliver",
        query: &[],
        body: None,
        summary: "Posts a webhook again: the same bytes to the same address",
        handler: Handler::Later(|control, call| Box::pin(control.redeliver(call))),
    },
    Route {
        method: "POST",
        pattern: "webhooks/handshake",
        query: &[],
        body: JSON,
        summary: "Calls an app's callback as if it was registered anew",
        handler: Handler::Later(|control, call| Box::pin(control.shake_hands(call))),
    },
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
            Handler::Now(handle) => handle(self, &call),
            Handler::Later(handle) => handle(self, &call).await,
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
