//! A forward proxy that leads nowhere but here: for clients that know no host but Meta's.
//!
//! A client told of it by `HTTPS_PROXY` asks for a tunnel to `graph.facebook.com:443`, finds the
//! simulated Meta at its end, and notices nothing as long as it trusts the authority. Whatever else
//! it asks for is refused: nothing ever leaves for another host.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::http::uri::{Authority, Uri};
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

use super::authority::{GRAPH_NAMES, is_graph_name};
use super::body::AnswerBody;
use super::exchange::{Dropped, answer, response};
use super::serve::{http1_builder, over_tls, until_stopped};
use super::{Answer, Handler, House, Scheme};

/// The port of HTTPS.
const HTTPS_PORT: u16 = 443;

/// The tunnel that a connection turns into, once a client has asked for one.
#[derive(Clone, Default)]
struct Tunnel(Arc<Mutex<Option<OnUpgrade>>>);

impl Tunnel {
    fn lock(&self) -> MutexGuard<'_, Option<OnUpgrade>> {
        // Nothing that holds the lock can panic and leave half a value.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn connection<H: Handler>(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    house: Arc<House<H>>,
) {
    let tunnel = Tunnel::default();
    let service = {
        let (house, tunnel) = (Arc::clone(&house), tunnel.clone());
        service_fn(move |request| proxied(Arc::clone(&house), tunnel.clone(), request))
    };
    let connection = http1_builder(&house.limits).serve_connection(TokioIo::new(stream), service);
    let mut stop = house.stop.clone();
    let connection = std::pin::pin!(connection.with_upgrades());
    // A connection that breaks leaves no tunnel behind.
    let _broken = until_stopped(connection, |connection| connection.graceful_shutdown(), &mut stop).await;
    let asked = tunnel.lock().take();
    let Some(asked) = asked else { return };
    if let Ok(upgraded) = asked.await {
        over_tls(TokioIo::new(upgraded), config, house).await;
    }
}

/// Answers what came to the proxy itself.
async fn proxied<H: Handler>(
    house: Arc<House<H>>,
    tunnel: Tunnel,
    mut request: hyper::Request<Incoming>,
) -> Result<Response<AnswerBody>, Dropped> {
    let Some(wanted) = request.uri().authority().cloned() else {
        return response(refusal(
            400,
            "this is a forward proxy: name it in HTTPS_PROXY and ask for https://graph.facebook.com/",
        ));
    };
    if request.method() == Method::CONNECT {
        if !is_graph_name(wanted.host()) || wanted.port_u16() != Some(HTTPS_PORT) {
            return response(elsewhere(&wanted));
        }
        *tunnel.lock() = Some(hyper::upgrade::on(&mut request));
        return Ok(Response::new(AnswerBody::Whole(None)));
    }
    if !is_graph_name(wanted.host()) {
        return response(elsewhere(&wanted));
    }
    // From here on it is as if the client had connected to that host.
    let path = request.uri().path_and_query().cloned();
    if let (Some(path), Ok(host)) = (path, wanted.as_str().parse()) {
        *request.uri_mut() = Uri::from(path);
        request.headers_mut().insert(HOST, host);
    }
    answer(house, Scheme::Http, request).await
}

fn elsewhere(wanted: &Authority) -> Answer {
    let names = GRAPH_NAMES.join(" and ");
    let text = format!(
        "`{wanted}` is out of reach: this proxy leads to {names} at port {HTTPS_PORT} and nowhere else; \
         list other hosts in NO_PROXY"
    );
    refusal(403, &text)
}

fn refusal(status: u16, text: &str) -> Answer {
    Answer::text(status, format!("{text}\n"))
}
