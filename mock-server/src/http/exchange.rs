//! One request and its answer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::body::AnswerBody;
use super::{Answer, Body, Delivery, Handler, House, Request};

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
    request: hyper::Request<Incoming>,
) -> Result<Response<AnswerBody>, Dropped> {
    let (mut parts, body) = request.into_parts();
    if !parts.headers.contains_key(HOST)
        && let Some(Ok(host)) = parts.uri.authority().map(|host| HeaderValue::try_from(host.as_str()))
    {
        parts.headers.insert(HOST, host);
    }
    let limited = Limited::new(body, H::BODY_BYTES_MAX).collect();
    let body = match tokio::time::timeout(house.limits.body_timeout, limited).await {
        Ok(Ok(body)) => Body::Whole(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Body::TooLarge,
        Ok(Err(_)) => Body::Broken,
        Err(_) => Body::TooSlow,
    };
    response(house.handler.handle(Request { parts, body }).await)
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
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in answer.headers {
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
