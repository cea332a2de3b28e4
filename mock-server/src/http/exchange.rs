//! One request and its answer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::body::AnswerBody;
use super::{Answer, Body, Delivery, Handler, Head, House, Request, Scheme};

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
    let reading = read(&mut body, house.handler.body_bytes_max(parts.uri.path(), authorization));
    let body = tokio::time::timeout(house.limits.body_timeout, reading).await.unwrap_or(Body::TooSlow);
    response(house.handler.handle(Request { head: Head::Parsed(Box::new(parts)), scheme, body }).await)
}

/// Reads a body of at most this many bytes.
async fn read(body: &mut Incoming, bytes_max: usize) -> Body {
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if told > bytes_max.saturating_add(DISCARDED_BYTES_MAX) {
        return Body::TooLarge;
    }
    match Limited::new(&mut *body, bytes_max).collect().await {
        Ok(body) => Body::Whole(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            discard(body).await;
            Body::TooLarge
        }
        Err(_) => Body::Broken,
    }
}

/// Takes the rest of a body and forgets it, as far as that is reasonable: a client that is cut off while
/// it sends does not get to read the answer.
async fn discard(body: &mut Incoming) {
    let mut bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if bytes > DISCARDED_BYTES_MAX {
            return;
        }
    }
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
