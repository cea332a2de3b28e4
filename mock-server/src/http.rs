//! HTTP, in and out: the only module that knows hyper.

mod authority;
mod body;
mod client;
mod exchange;
mod head;
mod limits;
mod multipart;
mod proxy;
mod serve;
mod trust;
mod watched;
mod whole;
mod written;

use std::borrow::Cow;
use std::sync::OnceLock;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use tokio::sync::mpsc;

pub(crate) use authority::Authority;
pub(crate) use client::{Client, Headers, Line, PostError};
pub(crate) use hyper::body::Bytes;
pub use limits::HttpLimits;
pub(crate) use multipart::File;
pub(crate) use serve::{Connections, Door, Handler, House, serve};
pub use trust::{CallbackTls, CallbackTlsError, Identity};

/// A request, read to its end.
pub(crate) struct Request {
    head: Head,
    scheme: Scheme,
    /// The body.
    pub(crate) body: Body,
}

/// The head of a request.
enum Head {
    /// As hyper has read it.
    Parsed(Box<hyper::http::request::Parts>),
    /// Where it stands.
    Whole(head::WholeHead),
}

/// How a request came in, and how addresses in its answer must begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// What came as the body of a request.
pub(crate) enum Body {
    /// All of it.
    Whole(Bytes),
    /// More than the server takes.
    TooLarge,
    /// Not whole before the client's time was over.
    TooSlow,
    /// Not what the head announced.
    Broken,
}

/// What to answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Cow<'static, str>,
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    /// Headers that many answers share.
    pub(crate) shared: Option<&'static SharedHeaders>,
    pub(crate) body: Vec<u8>,
    pub(crate) delivery: Delivery,
}

/// Headers that are always the same, read and hashed once instead of for each answer.
#[derive(Debug)]
pub(crate) struct SharedHeaders {
    listed: &'static [(&'static str, &'static str)],
    map: OnceLock<HeaderMap>,
    text: OnceLock<String>,
}

impl SharedHeaders {
    pub(crate) const fn new(listed: &'static [(&'static str, &'static str)]) -> Self {
        Self { listed, map: OnceLock::new(), text: OnceLock::new() }
    }

    /// All of them, each with its line's end.
    fn text(&self) -> &str {
        self.text
            .get_or_init(|| self.listed.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect())
    }

    fn map(&self) -> &HeaderMap {
        self.map.get_or_init(|| {
            // Room for the other headers of an answer, so that its copy need not be hashed again.
            let mut map = HeaderMap::with_capacity(self.listed.len() * 2);
            for (name, value) in self.listed {
                map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            map
        })
    }
}

/// How an answer goes out.
#[derive(Debug, Default)]
pub(crate) enum Delivery {
    /// Whole and at once.
    #[default]
    AtOnce,
    /// The head at once, the body in the pieces that come here; where they end before all the bytes
    /// that the head promises have come, the connection breaks off.
    Fed(mpsc::Receiver<Bytes>),
    /// Not at all: the connection is closed instead.
    Dropped,
}

/// The type of forms, percent-encoded.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The type of all JSON answers.
// Source: cloud-api.md §1.5.
const JSON: &str = "application/json; charset=UTF-8";

/// The type of answers for people and for scripts.
const TEXT: &str = "text/plain; charset=UTF-8";

impl Request {
    pub(crate) fn method(&self) -> &str {
        match &self.head {
            Head::Parsed(parts) => parts.method.as_str(),
            Head::Whole(head) => head.method(),
        }
    }

    /// A request that came within this one, as if the same client had made it by itself; `None` where HTTP
    /// knows no such request.
    pub(crate) fn with_part(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Option<Self> {
        let request = hyper::Request::builder().method(method).uri(target).body(()).ok()?;
        let (mut parts, ()) = request.into_parts();
        for (name, value) in headers {
            // The last of a name counts.
            parts.headers.insert(HeaderName::try_from(*name).ok()?, HeaderValue::try_from(*value).ok()?);
        }
        Some(Self { head: Head::Parsed(Box::new(parts)), scheme: self.scheme, body: Body::Whole(body) })
    }

    pub(crate) fn path(&self) -> &str {
        match &self.head {
            Head::Parsed(parts) => parts.uri.path(),
            Head::Whole(head) => head.path(),
        }
    }

    pub(crate) fn query(&self) -> &str {
        match &self.head {
            Head::Parsed(parts) => parts.uri.query().unwrap_or_default(),
            Head::Whole(head) => head.query(),
        }
    }

    /// Whether the connection goes on after the answer, and says so in HTTP/1.1's words.
    pub(crate) fn is_kept_alive(&self) -> bool {
        let is_closed = |value: &str| value.eq_ignore_ascii_case("close");
        let is_of_today = match &self.head {
            Head::Parsed(parts) => parts.version == hyper::Version::HTTP_11,
            Head::Whole(_) => true,
        };
        is_of_today && !self.header("connection").is_some_and(is_closed)
    }

    /// What addresses of this server begin with, as the client knows it.
    pub(crate) fn origin(&self) -> String {
        let scheme = if self.scheme == Scheme::Https { "https" } else { "http" };
        format!("{scheme}://{}", self.header("host").unwrap_or("127.0.0.1"))
    }

    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        match &self.head {
            Head::Parsed(parts) => parts.headers.get(name)?.to_str().ok(),
            Head::Whole(head) => head.header(name),
        }
    }

    /// Whether its body is a form, percent-encoded.
    pub(crate) fn brings_form(&self) -> bool {
        self.header("content-type").is_some_and(|kind| is_type(kind, FORM))
    }

    /// The value of a query parameter, decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        cloud_api::query::find(self.query(), name)
    }
}

/// Whether a content type is this one, whatever its parameters.
pub(crate) fn is_type(content_type: &str, wanted: &str) -> bool {
    content_type.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
}

impl Answer {
    /// This, and that all is well.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::of(200, body)
    }

    /// An answer whose body is made here.
    pub(crate) fn of(status: u16, body: &impl Serialize) -> Self {
        Self::json(status, serde_json::to_vec(body).expect("answers serialize"))
    }

    pub(crate) const fn json(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            content_type: Cow::Borrowed(JSON),
            headers: Vec::new(),
            shared: None,
            body,
            delivery: Delivery::AtOnce,
        }
    }

    /// No answer at all.
    pub(crate) fn dropped() -> Self {
        Self { delivery: Delivery::Dropped, ..Self::json(500, Vec::new()) }
    }

    /// The status that the client gets, if it gets an answer.
    pub(crate) const fn status_sent(&self) -> Option<u16> {
        match self.delivery {
            Delivery::AtOnce | Delivery::Fed(_) => Some(self.status),
            Delivery::Dropped => None,
        }
    }

    pub(crate) const fn text(status: u16, body: String) -> Self {
        Self {
            status,
            content_type: Cow::Borrowed(TEXT),
            headers: Vec::new(),
            shared: None,
            body: body.into_bytes(),
            delivery: Delivery::AtOnce,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
