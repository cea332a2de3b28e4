//! A server of nothing but hyper: what the simulated Meta is held against.
//!
//! It reads the same body into plain structures, as small as they can be, and answers as many
//! bytes, Meta's headers made up for by one of their length. It checks nothing, remembers nothing and
//! does nothing afterwards.

use std::borrow::Cow;
use std::convert::Infallible;
use std::io;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;

use super::announce;

/// As long as the simulated Meta's answer to the same request.
const ANSWER: &[u8] = br#"{"messaging_product":"whatsapp","contacts":[{"input":"16502000037","wa_id":"16502000037"}],"messages":[{"id":"wamid.HBgLMTY1MDIwMDAwMzcVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","message_status":"accepted"}]}"#;

/// How many bytes Meta's other headers take, with their names and line ends, but for those of this one.
const PADDING: usize = 675;

#[derive(Deserialize)]
struct Send<'a> {
    #[serde(borrow)]
    to: Cow<'a, str>,
    #[serde(borrow)]
    template: Template<'a>,
}

#[derive(Deserialize)]
struct Template<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    components: Vec<Component<'a>>,
}

#[derive(Deserialize)]
struct Component<'a> {
    #[serde(borrow)]
    parameters: Vec<Parameter<'a>>,
}

#[derive(Deserialize)]
struct Parameter<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

pub(super) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?);
    let padding = HeaderValue::try_from("x".repeat(PADDING)).map_err(io::Error::other)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let padding = padding.clone();
        let service = service_fn(move |request| answer(padding.clone(), request));
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            // A connection that breaks concerns nobody but its peer.
            let _broken = http.pipeline_flush(true).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    padding: HeaderValue,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let is_send = body.is_ok_and(|body| is_send(&body));
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER)));
    if !is_send {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response.headers_mut().insert("x-padding", padding);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    Ok(response)
}

fn is_send(body: &[u8]) -> bool {
    let Ok(Send { to, template: Template { name, components } }) = serde_json::from_slice(body) else {
        return false;
    };
    let texts = components.iter().flat_map(|component| &component.parameters);
    !to.is_empty() && !name.is_empty() && texts.map(|parameter| parameter.text.len()).sum::<usize>() > 0
}
