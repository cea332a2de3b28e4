//! Several requests in one: what `POST /` brings in its parameter `batch`, and what is answered.

use serde::Serialize;
use serde_json::Value;

use crate::lenient::Scalar;
use crate::refusal::Refusal;

/// How many requests a batch may have.
// Source: Graph's page on batch requests.
const REQUESTS_MAX: usize = 50;

/// Requests that came in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Each of them, in order.
    pub requests: Vec<BatchedRequest>,
    /// Whether the answers tell their headers.
    pub has_headers: bool,
}

/// One request of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchedRequest {
    /// Its method, as it was written.
    pub method: String,
    /// Its path, without the slash that it may begin with, and its query.
    pub relative_url: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body: a form, unless its headers say otherwise.
    pub body: Option<String>,
    /// Whether nothing is told of it where it succeeds.
    pub is_omitted_on_success: bool,
}

/// The answer to one request of a batch.
#[derive(Clone, Debug, Serialize)]
pub struct BatchedAnswer {
    /// Its HTTP status.
    pub code: u16,
    /// Its headers, where they are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<BatchedHeader>>,
    /// Its body.
    pub body: String,
}

/// A header of an answer.
#[derive(Clone, Debug, Serialize)]
pub struct BatchedHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Batch {
    /// Reads a batch from the parameters of a request; `None` where it brings none.
    ///
    /// # Errors
    ///
    /// 100, when the batch is no array of requests, too long, or asks for what is not simulated: files, or
    /// one request's result within another.
    // Source: Graph's page on batch requests. Assumed: the words of the refusals, that all of a batch is
    // refused for one request that cannot be read, and that headers are lines or objects.
    pub fn parse(parameters: &[u8]) -> Result<Option<Self>, Refusal> {
        let Ok(Value::Object(parameters)) = serde_json::from_slice(parameters) else { return Ok(None) };
        let Some(batch) = parameters.get("batch") else { return Ok(None) };
        let Value::Array(requests) = batch else {
            return Err(invalid("Param batch must be a JSON array of requests.".to_owned()));
        };
        if requests.is_empty() || requests.len() > REQUESTS_MAX {
            let found = requests.len();
            return Err(invalid(format!("Param batch must hold 1 to {REQUESTS_MAX} requests, not {found}.")));
        }
        let read = |(nth, request)| BatchedRequest::read(nth, request);
        let requests = requests.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        let has_headers = parameters.get("include_headers").and_then(flag).unwrap_or(true);
        Ok(Some(Self { requests, has_headers }))
    }
}

impl BatchedRequest {
    fn read(nth: usize, request: &Value) -> Result<Self, Refusal> {
        let text = |name: &str| request[name].as_str();
        let needed = |name| text(name).ok_or_else(|| invalid(format!("Param batch[{nth}] needs a {name}.")));
        let (method, relative_url) = (needed("method")?, needed("relative_url")?);
        let body = text("body");
        if !request["attached_files"].is_null() {
            return Err(invalid(format!("Param batch[{nth}] attaches files, which is not simulated.")));
        }
        if [Some(relative_url), body].into_iter().flatten().any(|text| text.contains("{result=")) {
            let details = format!("Param batch[{nth}] takes from another's result, which is not simulated.");
            return Err(invalid(details));
        }
        Ok(Self {
            method: method.to_ascii_uppercase(),
            relative_url: relative_url.trim_start_matches('/').to_owned(),
            headers: request["headers"].as_array().into_iter().flatten().filter_map(header).collect(),
            body: body.filter(|body| !body.is_empty()).map(str::to_owned),
            is_omitted_on_success: flag(&request["omit_response_on_success"]).unwrap_or(false),
        })
    }
}

/// A header, written as in HTTP or as an object.
fn header(written: &Value) -> Option<(String, String)> {
    let (name, value) = match written {
        Value::String(line) => line.split_once(':')?,
        written => (written["name"].as_str()?, written["value"].as_str()?),
    };
    Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => Scalar::Text(text.as_str().into()).flag(),
        _ => None,
    }
}

fn invalid(details: String) -> Refusal {
    Refusal::InvalidParameter { details: details.into() }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::Batch;
    use crate::trace::TraceId;

    #[track_caller]
    fn check(parameters: &str, expected: Expect) {
        let told = match Batch::parse(parameters.as_bytes()) {
            Ok(None) => "no batch".to_owned(),
            Ok(Some(batch)) => {
                batch.requests.iter().fold(format!("headers {}", batch.has_headers), |told, one| {
                    let body = one.body.as_deref().unwrap_or("nothing");
                    let silent = if one.is_omitted_on_success { ", silent" } else { "" };
                    format!(
                        "{told}; {} {} {:?} with {body}{silent}",
                        one.method, one.relative_url, one.headers
                    )
                })
            }
            Err(refusal) => refusal.envelope(TraceId::new(0)).error.error_data.unwrap().details.into(),
        };
        expected.assert_eq(&told);
    }

    #[test]
    fn a_batch_is_requests_in_order() {
        check(
            r#"{"batch":[{"method":"get","relative_url":"/v26.0/1?fields=id"},{"method":"POST","relative_url":"1/messages","body":"to=1","headers":["Accept: */*",{"name":"X-A","value":"b"}],"omit_response_on_success":true}],"include_headers":"false"}"#,
            expect![[
                r#"headers false; GET v26.0/1?fields=id [] with nothing; POST 1/messages [("accept", "*/*"), ("x-a", "b")] with to=1, silent"#
            ]],
        );
        check(
            r#"{"batch":[{"method":"GET","relative_url":"1","body":""}]}"#,
            expect!["headers true; GET 1 [] with nothing"],
        );
    }

    #[test]
    fn what_brings_no_batch_is_something_else() {
        check("{}", expect!["no batch"]);
        check("[]", expect!["no batch"]);
        check("", expect!["no batch"]);
    }

    #[test]
    fn a_batch_that_cannot_be_read_is_refused_with_the_place() {
        check(r#"{"batch":"[{"}"#, expect!["Param batch must be a JSON array of requests."]);
        check(r#"{"batch":[]}"#, expect!["Param batch must hold 1 to 50 requests, not 0."]);
        let many = vec![r#"{"method":"GET","relative_url":"1"}"#; 51].join(",");
        check(
            &format!(r#"{{"batch":[{many}]}}"#),
            expect!["Param batch must hold 1 to 50 requests, not 51."],
        );
        let first = r#"{"method":"GET","relative_url":"1"}"#;
        check(&format!(r#"{{"batch":[{first},7]}}"#), expect!["Param batch[1] needs a method."]);
        check(r#"{"batch":[{"method":"GET"}]}"#, expect!["Param batch[0] needs a relative_url."]);
    }

    #[test]
    fn what_is_not_simulated_of_a_batch_is_refused() {
        check(
            r#"{"batch":[{"method":"POST","relative_url":"1/media","attached_files":"a"}]}"#,
            expect!["Param batch[0] attaches files, which is not simulated."],
        );
        check(
            r#"{"batch":[{"method":"GET","relative_url":"{result=first:$.id}"}]}"#,
            expect!["Param batch[0] takes from another's result, which is not simulated."],
        );
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reading(text in ".{0,80}") {
            let _ = Batch::parse(text.as_bytes());
            let _ = Batch::parse(format!(r#"{{"batch":[{{"method":"GET","relative_url":{text:?}}}]}}"#).as_bytes());
        }
    }
}
