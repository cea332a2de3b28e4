//! The control API: what no Meta offers, under a prefix that no Graph path has.

mod clock;
mod events;
mod faults;
mod phones;

use std::sync::Arc;

use serde::Serialize;

use crate::engine::Engine;
use crate::http::{Answer, Request};

/// What every path of the control API begins with.
pub(crate) const PREFIX: &str = "/_mock/";

/// Time, faults, phones and events of a simulated Meta.
pub(crate) struct Control {
    pub(crate) engine: Arc<Engine>,
}

/// Why a control request was refused.
#[derive(Debug, Serialize)]
struct Problem {
    error: String,
}

impl Control {
    pub(crate) async fn handle(&self, request: &Request) -> Answer {
        let path = request.path().strip_prefix(PREFIX).unwrap_or_default();
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match (request.method(), segments.as_slice()) {
            ("GET", ["phones", number]) => self.read_phone(request, number).await,
            ("GET", ["events"]) => self.read_events(request),
            ("GET", ["clock"]) => self.read_clock(),
            ("POST", ["clock"]) => self.turn_clock(request).await,
            ("GET", ["faults"]) => self.read_faults(),
            ("PUT", ["faults"]) => self.replace_faults(request),
            (_, ["phones", _] | ["events" | "clock" | "faults"]) => {
                problem(405, "this path has another method")
            }
            _ => problem(
                404,
                "there are /_mock/phones/{number}, /_mock/events, /_mock/clock and /_mock/faults",
            ),
        }
    }
}

fn ok(value: &impl Serialize) -> Answer {
    Answer::json(200, serde_json::to_vec(value).expect("control answers serialize"))
}

fn problem(status: u16, error: impl Into<String>) -> Answer {
    let body = serde_json::to_vec(&Problem { error: error.into() });
    Answer::json(status, body.expect("a problem serializes"))
}

/// Reads a query parameter, or takes `default` where it is not given.
fn parameter<T: std::str::FromStr>(request: &Request, name: &str, default: T) -> Result<T, Box<Answer>> {
    let Some(text) = request.parameter(name) else { return Ok(default) };
    let wrong = |_| Box::new(problem(400, format!("`{name}` is `{text}`, but must be a whole number")));
    text.parse().map_err(wrong)
}
