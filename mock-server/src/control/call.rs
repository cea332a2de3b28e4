//! A request to the control API whose path is understood, and what to answer.

use std::borrow::Cow;
use std::str::FromStr;

use cloud_api::{Recipient, query};
use scenario::Span;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::PREFIX;
use crate::http::{Answer, Body, Request};

/// What a handler gives.
pub(super) type Told = Result<Answer, Problem>;

/// Why a control request was refused: what is wrong, where, and what would be right.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    error: String,
    header: Option<(&'static str, String)>,
}

/// A request to one route.
pub(super) struct Call<'a> {
    request: &'a Request,
    /// The segments that the pattern leaves open, by their names.
    open: Vec<(&'a str, Cow<'a, str>)>,
}

#[derive(Serialize)]
struct Shown<'a> {
    error: &'a str,
}

impl Problem {
    pub(super) fn new(status: u16, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), header: None }
    }

    /// A problem of the caller's request.
    pub(super) fn bad(error: impl Into<String>) -> Self {
        Self::new(400, error)
    }

    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(super) fn answer(self) -> Answer {
        let body = serde_json::to_vec(&Shown { error: &self.error }).expect("a problem serializes");
        let answer = Answer::json(self.status, body);
        match self.header {
            Some((name, value)) => answer.with(name, value),
            None => answer,
        }
    }
}

impl<'a> Call<'a> {
    /// Reads the open segments of a path that fits the pattern, and refuses parameters nobody reads.
    pub(super) fn new(
        request: &'a Request,
        pattern: &'a str,
        path: &'a str,
        known: &[&str],
    ) -> Result<Self, Problem> {
        let segments = pattern.split('/').zip(path.split('/'));
        let open = segments.filter_map(|(wanted, given)| {
            let name = wanted.strip_prefix('{')?.strip_suffix('}')?;
            Some((name, query::decode(given)))
        });
        if let Some((name, _)) =
            query::pairs(request.query()).find(|(name, _)| !known.contains(&name.as_ref()))
        {
            let rule = match known {
                [] => "there is none here".to_owned(),
                known => format!("there are `{}`", known.join("`, `")),
            };
            return Err(Problem::bad(format!("`{name}` is no parameter; {rule}")));
        }
        Ok(Self { request, open: open.collect() })
    }

    /// An open segment of the path.
    pub(super) fn segment(&self, name: &str) -> &str {
        let segment = self.open.iter().find(|(known, _)| *known == name);
        segment.map_or("", |(_, given)| given)
    }

    /// The phone that the path names.
    pub(super) fn number(&self) -> Result<Recipient, Problem> {
        recipient("number", self.segment("number"))
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        self.request.parameter(name)
    }

    /// A parameter that is a whole number.
    pub(super) fn whole<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(text) = self.parameter(name) else { return Ok(None) };
        let wrong = |_| Problem::bad(format!("`{name}` is `{text}`, but must be a whole number"));
        text.parse().map(Some).map_err(wrong)
    }

    /// The body, as text.
    pub(super) fn text(&self) -> Result<&'a str, Problem> {
        let body = match &self.request.body {
            Body::Whole(body) => body,
            Body::TooLarge => return Err(Problem::new(413, self.too_large())),
            Body::TooSlow => return Err(Problem::new(408, "the body did not arrive in time")),
            Body::Broken => return Err(Problem::bad("the body ended early or could not be read")),
        };
        std::str::from_utf8(body).map_err(|_| Problem::bad("the body must be UTF-8"))
    }

    fn too_large(&self) -> &'static str {
        match self.request.path().strip_prefix(PREFIX) {
            Some("state") => "the state is larger than 1 GiB; `--state FILE` takes any",
            _ => "the body is larger than 1 MiB",
        }
    }

    /// The body, read from JSON; an empty one is an empty object.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = self.text()?;
        let text = if text.trim().is_empty() { "{}" } else { text };
        serde_json::from_str(text).map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
    }
}

/// Reads a phone number that the field or parameter `name` gives.
pub(super) fn recipient(name: &str, text: &str) -> Result<Recipient, Problem> {
    text.parse().map_err(|error| Problem::bad(format!("`{name}` is no phone number: {error}")))
}

/// Reads a span such as `10min` that the field or parameter `name` gives; also in days.
pub(super) fn span(name: &str, text: &str) -> Result<Span, Problem> {
    let days = text.strip_suffix('d').and_then(|days| Span::parse(&format!("{days}h")));
    let span = days.map(|hours| Span::from_micros(hours.micros().saturating_mul(24)));
    let rule = "a number and its unit: `us`, `ms`, `s`, `min`, `h` or `d`";
    let wrong = || Problem::bad(format!("`{name}` is `{text}`, but must be {rule}"));
    span.or_else(|| Span::parse(text)).ok_or_else(wrong)
}

pub(super) fn ok(value: &impl Serialize) -> Told {
    Ok(Answer::json(200, serde_json::to_vec(value).expect("control answers serialize")))
}
