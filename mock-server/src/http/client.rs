//! Connections out: kept alive, to callbacks.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Response};
use hyper_util::client::legacy::Client as PooledClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use journal::Cause;
use thiserror::Error;

/// How many bytes of a callback's answer are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Posts to callbacks.
#[derive(Clone)]
pub(crate) struct Client {
    pool: PooledClient<HttpConnector, Full<Bytes>>,
    timeout: Duration,
}

/// Why a callback gave no answer.
#[derive(Clone, Copy, Debug, Error)]
#[error("{}", .0.name())]
pub(crate) struct PostError(pub(crate) Cause);

impl Client {
    /// A client that gives each call this long.
    pub(crate) fn new(timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(timeout));
        let pool = PooledClient::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Self { pool, timeout }
    }

    /// Posts JSON and gives the status of the answer.
    pub(crate) async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<u16, PostError> {
        let mut request = hyper::Request::builder().method(Method::POST).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|_| PostError(Cause::Harness))?;
        self.call(request).await.map(|(status, _)| status)
    }

    /// Gets a URL: the status and the beginning of the body.
    pub(crate) async fn get(&self, url: &str) -> Result<(u16, Bytes), PostError> {
        let request = hyper::Request::get(url).body(Full::new(Bytes::new()));
        self.call(request.map_err(|_| PostError(Cause::Harness))?).await
    }

    async fn call(&self, request: hyper::Request<Full<Bytes>>) -> Result<(u16, Bytes), PostError> {
        let exchange = async {
            let response = self.pool.request(request).await.map_err(|error| {
                PostError(if error.is_connect() { Cause::NotConnected } else { Cause::Broken })
            })?;
            let status = response.status().as_u16();
            read(response).await.map(|body| (status, body))
        };
        tokio::time::timeout(self.timeout, exchange).await.unwrap_or(Err(PostError(Cause::TimedOut)))
    }
}

async fn read(response: Response<Incoming>) -> Result<Bytes, PostError> {
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(|_| PostError(Cause::Broken))
}
