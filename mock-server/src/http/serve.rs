//! Connections in: a bounded number, each request with a bounded size and time.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::{Answer, Body, Request};

/// How many connections may be open at once; more wait in the listener's backlog.
const CONNECTIONS_MAX: usize = 20_000;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// What answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// How many bytes a body may have.
    const BODY_BYTES_MAX: usize;

    /// Answers a request.
    fn handle(&self, request: Request) -> impl Future<Output = Answer> + Send;
}

/// Serves connections until `stop` turns true; open ones then finish their request.
pub(crate) async fn serve<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await.expect("the semaphore is never closed");
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => return,
        };
        // A failed accept is the peer's or the system's trouble of the moment: the next may do.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (handler, stop) = (Arc::clone(&handler), stop.clone());
        tokio::spawn(async move {
            connection(stream, handler, stop).await;
            drop(permit);
        });
    }
}

async fn connection<H: Handler>(stream: TcpStream, handler: Arc<H>, mut stop: watch::Receiver<bool>) {
    // Without it answers wait for the peer's acknowledgement; a failure only costs that time.
    let _slower = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&handler), request));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).pipeline_flush(true);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    let is_over = tokio::select! {
        // A connection that breaks concerns nobody but its peer.
        _ = connection.as_mut() => true,
        () = stopped(&mut stop) => false,
    };
    if !is_over {
        connection.as_mut().graceful_shutdown();
        let _broken = connection.await;
    }
}

/// Waits until the server shall stop, or is gone.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _gone = stop.wait_for(|stop| *stop).await.is_err();
}

async fn answer<H: Handler>(
    handler: Arc<H>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let limited = Limited::new(body, H::BODY_BYTES_MAX).collect();
    let body = match tokio::time::timeout(BODY_TIMEOUT, limited).await {
        Ok(Ok(body)) => Body::Whole(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Body::TooLarge,
        Ok(Err(_)) | Err(_) => return Ok(timed_out()),
    };
    Ok(response(handler.handle(Request { parts, body }).await))
}

fn timed_out() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let length = answer.body.len();
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("answers have HTTP statuses");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in answer.headers {
        // What cannot stand in a header is left out rather than failing the whole answer.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
