//! The scenario's calls, made ready to be filled in once per arrival.

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use scenario::{Call, Method};

use crate::load::LoadError;

/// One HTTP call with its blanks.
#[derive(Debug)]
pub(crate) struct CallForm {
    method: reqwest::Method,
    url: Form,
    headers: Vec<(HeaderName, Form)>,
    body: Option<Form>,
}

/// What is written into the blanks.
#[derive(Clone, Copy)]
pub(crate) struct Blanks<'a> {
    /// For `{{recipient}}`: the phone number's digits.
    pub(crate) recipient: u64,
    /// For `{{arrival}}`: the arrival's number in the plan.
    pub(crate) arrival: u64,
    /// For `{{code}}`: the code, empty where there is none yet.
    pub(crate) code: &'a str,
}

/// A text with blanks, cut into pieces.
#[derive(Debug)]
struct Form(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(Box<str>),
    Blank(Blank),
}

#[derive(Clone, Copy, Debug)]
enum Blank {
    Recipient,
    Arrival,
    Code,
}

/// What a value must be made safe for.
#[derive(Clone, Copy)]
enum Within {
    Url,
    Header,
    Json,
}

/// The blanks by their spelling.
const BLANKS: [(&str, Blank); 3] =
    [("{{recipient}}", Blank::Recipient), ("{{arrival}}", Blank::Arrival), ("{{code}}", Blank::Code)];

impl CallForm {
    /// Makes a call of the scenario ready for the target at this base URL.
    ///
    /// A body without a content type is announced as JSON.
    pub(crate) fn new(call: &Call, base_url: &str) -> Result<Self, LoadError> {
        let url = Form::new(&format!("{}{}", base_url.trim_end_matches('/'), call.path));
        check_url(&url.fill(Blanks { recipient: 0, arrival: 0, code: "0" }, Within::Url))?;
        let mut headers = Vec::with_capacity(call.headers.len() + 1);
        for (name, value) in &call.headers {
            let wrong = || LoadError::Header { name: name.clone() };
            HeaderValue::from_str(value).map_err(|_| wrong())?;
            headers.push((name.parse().map_err(|_| wrong())?, Form::new(value)));
        }
        let body = (!call.body.is_empty()).then(|| Form::new(&call.body));
        if body.is_some() && !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, Form::new("application/json")));
        }
        let method = match call.method {
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Get => reqwest::Method::GET,
        };
        Ok(Self { method, url, headers, body })
    }

    /// The call with its blanks filled in.
    pub(crate) fn fill(&self, client: &Client, blanks: Blanks<'_>) -> RequestBuilder {
        let mut request = client.request(self.method.clone(), self.url.fill(blanks, Within::Url));
        for (name, value) in &self.headers {
            request = request.header(name, value.fill(blanks, Within::Header));
        }
        match &self.body {
            Some(body) => request.body(body.fill(blanks, Within::Json)),
            None => request,
        }
    }
}

impl Form {
    fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((at, spelling, blank)) = first_blank(rest) {
            if at > 0 {
                pieces.push(Piece::Text(rest[..at].into()));
            }
            pieces.push(Piece::Blank(blank));
            rest = &rest[at + spelling.len()..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Self(pieces)
    }

    fn fill(&self, blanks: Blanks<'_>, within: Within) -> String {
        let mut text = String::with_capacity(64 * self.0.len());
        for piece in &self.0 {
            match piece {
                Piece::Text(written) => text.push_str(written),
                Piece::Blank(Blank::Recipient) => text.push_str(&blanks.recipient.to_string()),
                Piece::Blank(Blank::Arrival) => text.push_str(&blanks.arrival.to_string()),
                Piece::Blank(Blank::Code) => within.write(blanks.code, &mut text),
            }
        }
        text
    }
}

impl Within {
    /// Writes a value so that it stays one value.
    fn write(self, value: &str, text: &mut String) {
        match self {
            Self::Header => text.push_str(value),
            Self::Url => value.bytes().for_each(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
                _ => text.push_str(&format!("%{byte:02X}")),
            }),
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                text.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
    }
}

/// The first blank of a text: where it is, how it is spelled, and which one it is.
fn first_blank(text: &str) -> Option<(usize, &'static str, Blank)> {
    let found =
        BLANKS.into_iter().filter_map(|(spelling, blank)| Some((text.find(spelling)?, spelling, blank)));
    found.min_by_key(|(at, ..)| *at)
}

fn check_url(url: &str) -> Result<(), LoadError> {
    let is_http = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_http { Ok(()) } else { Err(LoadError::Url { url: url.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use reqwest::Client;
    use scenario::{Call, Method};

    use super::{Blanks, CallForm};

    const VALUES: Blanks<'_> = Blanks { recipient: 919_800_000_007, arrival: 7, code: "1\"2/ä" };

    #[track_caller]
    fn check(base_url: &str, path: &str, header: (&str, &str), body: &str, expected: &Expect) {
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        let call = Call { method: Method::Put, path: path.to_owned(), headers, body: body.to_owned() };
        let text = match CallForm::new(&call, base_url) {
            Err(error) => error.to_string(),
            Ok(form) => {
                let request = form.fill(&Client::new(), VALUES).build().expect("the form is valid");
                let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
                let mut lines = vec![format!("{} {}", request.method(), request.url())];
                lines.extend(request.headers().iter().map(|(name, value)| format!("{name}: {value:?}")));
                lines.push(String::from_utf8_lossy(body).into_owned());
                lines.join("\n")
            }
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn blanks_are_filled_in_so_that_each_stays_one_value() {
        check(
            "http://127.0.0.1:9/api/",
            "/otp/{{arrival}}/{{code}}?to={{recipient}}",
            ("x-arrival", "no. {{arrival}}"),
            r#"{"to": "+{{recipient}}", "code": "{{code}}", "other": "{{other}}"}"#,
            &expect![[r#"
                PUT http://127.0.0.1:9/api/otp/7/1%222%2F%C3%A4?to=919800000007
                x-arrival: "no. 7"
                content-type: "application/json"
                {"to": "+919800000007", "code": "1\"2/ä", "other": "{{other}}"}"#]],
        );
    }

    #[test]
    fn a_content_type_of_the_scenario_stays() {
        check(
            "http://127.0.0.1:9",
            "/otp",
            ("Content-Type", "text/plain"),
            "{{recipient}}",
            &expect![[r#"
                PUT http://127.0.0.1:9/otp
                content-type: "text/plain"
                919800000007"#]],
        );
    }

    #[test]
    fn what_cannot_be_called_is_refused_before_the_run() {
        let header = ("x", "y");
        check(
            "127.0.0.1:9",
            "/otp",
            header,
            "",
            &expect![
                "the target's address is `127.0.0.1:9/otp`, but must be a URL that begins with http:// or https://"
            ],
        );
        check(
            "ftp://a",
            "/otp",
            header,
            "",
            &expect![
                "the target's address is `ftp://a/otp`, but must be a URL that begins with http:// or https://"
            ],
        );
        check(
            "http://a",
            "/otp",
            ("a b", "y"),
            "",
            &expect!["the header `a b` holds characters that HTTP does not allow"],
        );
        check(
            "http://a",
            "/otp",
            ("a", "line\nfeed"),
            "",
            &expect!["the header `a` holds characters that HTTP does not allow"],
        );
    }
}
