//! A callback that takes every webhook and counts them.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::announce;

pub(super) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?);
    let count = Arc::new(AtomicU64::new(0));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let count = Arc::clone(&count);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&count), request));
            // A connection that breaks concerns nobody but its peer.
            let _broken = hyper::server::conn::http1::Builder::new()
                .pipeline_flush(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    count: Arc<AtomicU64>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let text = match (request.method(), request.uri().path()) {
        (&Method::POST, _) => {
            if request.into_body().collect().await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
            String::new()
        }
        (_, "/count") => count.load(Ordering::Relaxed).to_string(),
        (_, _) => challenge(request.uri().query().unwrap_or_default()).unwrap_or_default().to_owned(),
    };
    Ok(Response::new(Full::new(Bytes::from(text))))
}

fn challenge(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("hub.challenge="))
}
