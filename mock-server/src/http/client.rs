//! Connections out: one call at a time over each, kept open between calls.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue};
use hyper::{Method, Response, Uri};
use hyper_util::rt::TokioIo;
use journal::Cause;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::trust::{CallbackTls, CallbackTlsError};

/// How many bytes of a callback's answer are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What connections out have in common.
#[derive(Clone)]
pub(crate) struct Client {
    tls: TlsConnector,
}

/// The headers of a call, besides those that HTTP itself needs.
pub(crate) type Headers<'a> = [Option<(&'static str, &'a str)>; 4];

/// Why a callback gave no answer.
#[derive(Clone, Copy, Debug, Error)]
#[error("{}", .0.name())]
pub(crate) struct PostError(pub(crate) Cause);

/// A connection that calls what it is told to, and stays open where the next call goes to the same
/// host.
pub(crate) struct Line {
    client: Client,
    target: Option<Target>,
    open: Option<Open>,
}

/// A URL that was called, taken apart.
struct Target {
    url: Box<str>,
    is_secure: bool,
    host: Box<str>,
    port: u16,
    authority: HeaderValue,
    path: Uri,
}

struct Open {
    sender: SendRequest<Full<Bytes>>,
    mover: Mover,
}

/// What moves the bytes of a connection; it runs only while there is a call, on the caller's task.
struct Mover(Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>>);

impl Line {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client, target: None, open: None }
    }

    /// Posts and gives the status of the answer; redirects are not followed.
    pub(crate) async fn post(
        &mut self,
        url: &str,
        headers: Headers<'_>,
        body: Bytes,
        timeout: Duration,
    ) -> Result<u16, PostError> {
        self.aim(url)?;
        let request = request(Method::POST, headers, body)?;
        self.call(request, timeout).await.map(|(status, _)| status)
    }

    /// Gets a URL: the status and the beginning of the body.
    pub(crate) async fn get(
        &mut self,
        url: &str,
        headers: Headers<'_>,
        timeout: Duration,
    ) -> Result<(u16, Bytes), PostError> {
        self.aim(url)?;
        let request = request(Method::GET, headers, Bytes::new())?;
        self.call(request, timeout).await
    }

    /// Takes a URL apart, and hangs up where it leads to another host.
    fn aim(&mut self, url: &str) -> Result<(), PostError> {
        if self.target.as_ref().is_some_and(|target| *target.url == *url) {
            return Ok(());
        }
        let target = Target::parse(url).ok_or(PostError(Cause::Harness))?;
        let is_same_host = self
            .target
            .as_ref()
            .is_some_and(|old| old.authority == target.authority && old.is_secure == target.is_secure);
        if !is_same_host {
            self.open = None;
        }
        self.target = Some(target);
        Ok(())
    }

    async fn call(
        &mut self,
        request: hyper::Request<Full<Bytes>>,
        timeout: Duration,
    ) -> Result<(u16, Bytes), PostError> {
        let outcome = tokio::time::timeout(timeout, self.exchange(request)).await;
        let outcome = outcome.unwrap_or(Err(PostError(Cause::TimedOut)));
        if outcome.is_err() {
            // Whatever still comes over it would be taken for the answer to the next call.
            self.open = None;
        }
        outcome
    }

    async fn exchange(
        &mut self,
        mut request: hyper::Request<Full<Bytes>>,
    ) -> Result<(u16, Bytes), PostError> {
        let target = self.target.as_ref().ok_or(PostError(Cause::Harness))?;
        *request.uri_mut() = target.path.clone();
        request.headers_mut().insert(HOST, target.authority.clone());
        let mut kept = self.open.take();
        if let Some(open) = &mut kept
            && !open.is_ready().await
        {
            kept = None;
        }
        let mut open = match kept {
            Some(open) => open,
            None => self.client.connect(target).await.ok_or(PostError(Cause::NotConnected))?,
        };
        let (status, body) = open.exchange(request).await.ok_or(PostError(Cause::Broken))?;
        self.open = Some(open);
        Ok((status, body))
    }
}

/// A request whose target and host the call fills in.
fn request(
    method: Method,
    headers: Headers<'_>,
    body: Bytes,
) -> Result<hyper::Request<Full<Bytes>>, PostError> {
    let mut request = hyper::Request::builder().method(method);
    for (name, value) in headers.into_iter().flatten() {
        request = request.header(name, value);
    }
    request.body(Full::new(body)).map_err(|_| PostError(Cause::Harness))
}

impl Target {
    fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let is_secure = uri.scheme_str() == Some("https");
        let authority = uri.authority()?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        Some(Self {
            url: url.into(),
            is_secure,
            host: host.into(),
            port,
            authority: HeaderValue::from_str(authority.as_str()).ok()?,
            path: match uri.path_and_query().map(|path| path.as_str()) {
                Some(query) if query.starts_with('?') => format!("/{query}").parse().ok()?,
                path => path.unwrap_or("/").parse().ok()?,
            },
        })
    }
}

impl Client {
    /// What connects as it is told to.
    pub(crate) fn new(tls: &CallbackTls) -> Result<Self, CallbackTlsError> {
        Ok(Self { tls: tls.connector()? })
    }

    async fn connect(&self, target: &Target) -> Option<Open> {
        let stream = TcpStream::connect((&*target.host, target.port)).await.ok()?;
        // Without it bodies wait for the peer's acknowledgement; a failure only costs that time.
        let _slower = stream.set_nodelay(true);
        if !target.is_secure {
            return Open::over(stream).await;
        }
        let name = ServerName::try_from(target.host.to_string()).ok()?;
        Open::over(self.tls.connect(name, stream).await.ok()?).await
    }
}

impl Open {
    async fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Option<Self> {
        // Source: what receivers log of Meta's webhooks, `X-Hub-Signature-256` with capitals.
        let (sender, connection) =
            http1::Builder::new().title_case_headers(true).handshake(TokioIo::new(stream)).await.ok()?;
        Some(Self { sender, mover: Mover(Some(Box::pin(connection))) })
    }

    /// Whether the connection can take a call; the peer may have hung up in the meantime.
    async fn is_ready(&mut self) -> bool {
        let ready = self.mover.beside(self.sender.ready()).await;
        ready.is_ok() && self.mover.0.is_some()
    }

    async fn exchange(&mut self, request: hyper::Request<Full<Bytes>>) -> Option<(u16, Bytes)> {
        let answer = self.mover.beside(self.sender.send_request(request)).await.ok()?;
        let status = answer.status().as_u16();
        if answer.body().is_end_stream() {
            return Some((status, Bytes::new()));
        }
        let body = self.mover.beside(read(answer)).await?;
        Some((status, body))
    }
}

impl Mover {
    /// Waits for something that needs the connection to go on.
    async fn beside<T>(&mut self, awaited: impl Future<Output = T>) -> T {
        let mut awaited = pin!(awaited);
        if let Some(connection) = &mut self.0 {
            tokio::select! {
                biased;
                _ = connection => {}
                done = &mut awaited => return done,
            }
            self.0 = None;
        }
        // The connection has ended; what came over it before is there by now.
        awaited.await
    }
}

async fn read(answer: Response<Incoming>) -> Option<Bytes> {
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
    body.map(http_body_util::Collected::to_bytes).ok()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::Target;

    #[track_caller]
    fn check(url: &str, expected: Expect) {
        let told = Target::parse(url).map_or("nowhere".to_owned(), |target| {
            format!("{} {} {}", target.host, target.port, target.path)
        });
        expected.assert_eq(&told);
    }

    #[test]
    fn an_address_without_a_path_leads_to_the_root_also_with_a_query() {
        check("http://127.0.0.1:9000", expect!["127.0.0.1 9000 /"]);
        check("http://127.0.0.1:9000?hub.mode=subscribe", expect!["127.0.0.1 9000 /?hub.mode=subscribe"]);
        check("https://[::1]/webhook?a=b", expect!["::1 443 /webhook?a=b"]);
        check("/webhook", expect!["nowhere"]);
    }
}
