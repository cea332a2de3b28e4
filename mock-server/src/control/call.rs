//! A request to the control API whose path is understood, and what to answer.

use std::borrow::Cow;
use std::str::FromStr;

use cloud_api::{Recipient, query};
use scenario::Span;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

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

    pub(super) const fn status(&self) -> u16 {
        self.status
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
        let answer = Answer::of(self.status, &Shown { error: &self.error });
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

    /// What a person says, read from JSON.
    pub(super) fn saying<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let bytes = self.text()?.len();
        if bytes > SAYING_BYTES_MAX {
            let rule = format!("but must have at most {SAYING_BYTES_MAX}");
            return Err(Problem::new(413, format!("what a person writes has {bytes} bytes, {rule}")));
        }
        self.json()
    }

    /// The body, read from a JSON object; an empty one is an empty object.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        from_json(self.text()?).map_err(Problem::bad)
    }
}

/// How many bytes a person may write with all that goes with it: what is written is remembered.
const SAYING_BYTES_MAX: usize = 32 * 1024;

/// Reads a JSON object; nothing at all is an empty one.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let text = text.trim_start();
    // Serde fills fields from an array as well, by an order that no document tells.
    if text.starts_with('[') {
        return Err("the body is an array, but must be a JSON object".to_owned());
    }
    serde_json::from_str(if text.is_empty() { "{}" } else { text }).map_err(|error| match error.classify() {
        Category::Data => format!("the body cannot be read: {}", plainly(&error.to_string())),
        _ => format!("the body is no JSON: {error}"),
    })
}

/// What serde says, with JSON's words in place of the names of Rust's types.
fn plainly(told: &str) -> String {
    let parts =
        told.rsplit_once(", expected ").and_then(|(found, rest)| Some((found, rest.split_once(" at ")?)));
    let Some((found, (wanted, place))) = parts else { return told.to_owned() };
    let wanted = match wanted.split(' ').next().unwrap_or_default() {
        "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i32" | "i64" => "a whole number",
        "struct" => "an object",
        _ if wanted == "a sequence" => "an array",
        _ if wanted == "a map" => "an object",
        _ => wanted,
    };
    format!("{found}, expected {wanted} at {place}")
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
    Ok(Answer::ok(value))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde::Deserialize;

    use super::from_json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is told of it counts")]
    struct Wanted {
        rate: Option<f64>,
        button: Option<usize>,
        names: Option<Vec<String>>,
        within: Option<Box<Self>>,
    }

    #[track_caller]
    fn check(body: &str, told: Expect) {
        told.assert_eq(&from_json::<Wanted>(body).expect_err("it is refused"));
    }

    #[test]
    fn a_body_of_another_type_is_told_in_the_words_of_json() {
        check(
            r#"{"rate": "60"}"#,
            expect![[
                r#"the body cannot be read: invalid type: string "60", expected a number at line 1 column 13"#
            ]],
        );
        check(
            r#"{"button": -1}"#,
            expect![
                "the body cannot be read: invalid value: integer `-1`, expected a whole number that is not negative at line 1 column 13"
            ],
        );
        check(
            r#"{"names": ", expected u64 at "}"#,
            expect![[
                r#"the body cannot be read: invalid type: string ", expected u64 at ", expected an array at line 1 column 30"#
            ]],
        );
        check(
            r#"{"within": 3}"#,
            expect![
                "the body cannot be read: invalid type: integer `3`, expected an object at line 1 column 12"
            ],
        );
        check(
            r#"{"ratio": 3}"#,
            expect![
                "the body cannot be read: unknown field `ratio`, expected one of `rate`, `button`, `names`, `within` at line 1 column 8"
            ],
        );
        check(
            "null",
            expect!["the body cannot be read: invalid type: null, expected an object at line 1 column 4"],
        );
    }

    #[test]
    fn fields_are_not_filled_from_an_array_in_an_order_that_nobody_knows() {
        check("[1.0, null, null, null]", expect!["the body is an array, but must be a JSON object"]);
        check(" []", expect!["the body is an array, but must be a JSON object"]);
    }

    #[test]
    fn what_is_no_json_is_told_to_be_none() {
        check("text=STOP", expect!["the body is no JSON: expected ident at line 1 column 2"]);
        check("{", expect!["the body is no JSON: EOF while parsing an object at line 1 column 1"]);
    }
}
