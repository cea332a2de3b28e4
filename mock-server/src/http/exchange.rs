//! One request and its answer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::body::AnswerBody;
use super::serve::PARTING_MAX;
use super::{Answer, Body, Delivery, Handler, Head, House, HttpLimits, Request, Scheme};

/// How many bytes of a body that is too large are read all the same, and forgotten.
const DISCARDED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The connection is closed without an answer, because a fault wants it so.
#[derive(Debug)]
pub(super) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault closes the connection")
    }
}

impl std::error::Error for Dropped {}

/// Reads a request to its end and answers it.
pub(super) async fn answer<H: Handler>(
    house: Arc<House<H>>,
    scheme: Scheme,
    request: hyper::Request<Incoming>,
) -> Result<Response<AnswerBody>, Dropped> {
    let (mut parts, mut body) = request.into_parts();
    if !parts.headers.contains_key(HOST)
        && let Some(Ok(host)) = parts.uri.authority().map(|host| HeaderValue::try_from(host.as_str()))
    {
        parts.headers.insert(HOST, host);
    }
    let authorization = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bytes_max = house.handler.body_bytes_max(parts.uri.path(), authorization);
    let is_told = body.size_hint().lower() > bytes_max as u64;
    let read = if is_told { Body::TooLarge } else { read(&mut body, bytes_max, house.limits).await };
    // Who asks before it sends has nothing to be read, and would take the reading for a yes.
    let is_asking = is_told && parts.headers.contains_key(EXPECT);
    if matches!(read, Body::TooLarge) && !is_asking {
        tokio::spawn(discard(body, house.limits));
    }
    response(house.handler.handle(Request { head: Head::Parsed(Box::new(parts)), scheme, body: read }).await)
}

/// Reads a body of at most this many bytes.
async fn read(body: &mut Incoming, bytes_max: usize, limits: HttpLimits) -> Body {
    let reading = Limited::new(body, bytes_max).collect();
    match tokio::time::timeout(limits.body_timeout, reading).await {
        Ok(Ok(body)) => Body::Whole(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Body::TooLarge,
        Ok(Err(_)) => Body::Broken,
        Err(_) => Body::TooSlow,
    }
}

/// Takes the rest of a body and forgets it while the answer goes out, as far as that is reasonable: a
/// client that is cut off while it sends does not get to read the answer.
async fn discard(mut body: Incoming, limits: HttpLimits) {
    let pause_max = limits.body_timeout.min(PARTING_MAX);
    let discarding = async {
        let mut bytes = 0;
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(pause_max, body.frame()).await {
            bytes += frame.data_ref().map_or(0, Bytes::len);
            if bytes > DISCARDED_BYTES_MAX {
                return;
            }
        }
    };
    // A client that sends for so long has had its chance to listen.
    let _late = tokio::time::timeout(limits.body_timeout, discarding).await.is_err();
}

/// Puts an answer into HTTP.
pub(super) fn response(answer: Answer) -> Result<Response<AnswerBody>, Dropped> {
    let length = answer.body.len();
    let body = match answer.delivery {
        Delivery::AtOnce => AnswerBody::Whole(Some(Bytes::from(answer.body))),
        Delivery::Fed(pieces) => AnswerBody::Fed { pieces, bytes_left: length as u64, is_flushed: false },
        Delivery::Dropped => return Err(Dropped),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("answers have HTTP statuses");
    let headers = response.headers_mut();
    if let Some(shared) = answer.shared {
        headers.clone_from(shared.map());
    }
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in [("content-type", answer.content_type)].into_iter().chain(answer.headers) {
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        // What cannot stand in a header is left out rather than failing the whole answer.
        if let Ok(value) = value {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}
