//! Connections in: a bounded number, each request with a bounded size and time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::exchange::answer;
use super::watched::Watched;
use super::{Answer, HttpLimits, Request, Scheme, proxy, whole};
use crate::threads::Threads;

/// How many requests one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 256;

/// How long a connection is kept for a client to hear why it is closed.
pub(super) const PARTING_MAX: Duration = Duration::from_secs(2);

/// What answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// How many bytes the body of a request to this path may have, with this `authorization`.
    fn body_bytes_max(&self, path: &str, authorization: Option<&str>) -> usize;

    /// Answers a request.
    fn handle(&self, request: Request) -> impl Future<Output = Answer> + Send;
}

/// How clients come in at a listener.
#[derive(Clone)]
pub(crate) enum Door {
    /// By HTTP.
    Plain,
    /// By HTTPS.
    Tls(Arc<ServerConfig>),
    /// By a forward proxy that leads nowhere but here, to names that this TLS vouches for.
    Proxy(Arc<ServerConfig>),
}

/// What all doors of a server share.
pub(crate) struct House<H> {
    pub(super) handler: H,
    pub(super) limits: HttpLimits,
    connections: Arc<Connections>,
    threads: Arc<Threads>,
    pub(super) stop: watch::Receiver<bool>,
}

impl<H: Handler> House<H> {
    /// A house whose doors stay open until `stop` turns true.
    pub(crate) const fn new(
        handler: H,
        limits: HttpLimits,
        connections: Arc<Connections>,
        threads: Arc<Threads>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self { handler, limits, connections, threads, stop }
    }
}

/// The connections of a house: how many there are, and how many there may be.
#[derive(Debug)]
pub(crate) struct Connections {
    permits: Arc<Semaphore>,
    max: usize,
    accepted: AtomicU64,
    closed: AtomicU64,
    /// How many TLS handshakes failed or did not end in time.
    handshakes_failed: AtomicU64,
}

impl Connections {
    /// None yet, and at most so many at once.
    pub(crate) fn new(max: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(max)),
            max,
            accepted: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            handshakes_failed: AtomicU64::new(0),
        }
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        let closed = self.closed.load(Ordering::Relaxed);
        usize::try_from(self.accepted().saturating_sub(closed)).unwrap_or(usize::MAX)
    }

    /// Waits until none is open, and keeps any more from being opened.
    pub(crate) async fn all_closed(&self) {
        let all = u32::try_from(self.max).unwrap_or(u32::MAX);
        let permits = self.permits.acquire_many(all).await;
        permits.expect("the semaphore is never closed").forget();
    }

    /// How many may be open at once.
    pub(crate) const fn max(&self) -> usize {
        self.max
    }

    /// How many TLS handshakes failed or did not end in time.
    pub(crate) fn handshakes_failed(&self) -> u64 {
        self.handshakes_failed.load(Ordering::Relaxed)
    }

    /// How many were ever opened.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }
}

/// Serves connections until the house shuts; open ones then finish their request.
pub(crate) async fn serve<H: Handler>(listener: TcpListener, door: Door, house: Arc<House<H>>) {
    let mut stop = house.stop.clone();
    loop {
        let permit = Arc::clone(&house.connections.permits).acquire_owned();
        let permit = permit.await.expect("the semaphore is never closed");
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => return,
        };
        // A failed accept is the peer's or the system's trouble of the moment: the next may do.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        house.connections.accepted.fetch_add(1, Ordering::Relaxed);
        // Without it answers wait for the peer's acknowledgement; a failure only costs that time.
        let _slower = stream.set_nodelay(true);
        let (served, door) = (Arc::clone(&house), door.clone());
        house.threads.next().spawn(async move {
            let connections = Arc::clone(&served.connections);
            if let Ok(stream) = taken_over(stream) {
                connection(stream, door, served).await;
            }
            connections.closed.fetch_add(1, Ordering::Relaxed);
            drop(permit);
        });
    }
}

/// Has the thread that this runs on hear of a connection, in the place of the one that accepted it.
fn taken_over(stream: TcpStream) -> io::Result<TcpStream> {
    TcpStream::from_std(stream.into_std()?)
}

async fn connection<H: Handler>(stream: TcpStream, door: Door, house: Arc<House<H>>) {
    match door {
        Door::Plain => over_http1(stream, Scheme::Http, house).await,
        // On the heap, so that a plain connection does not carry the room that these need.
        Door::Tls(config) => Box::pin(over_tls(stream, config, house)).await,
        Door::Proxy(config) => Box::pin(proxy::connection(stream, config, house)).await,
    }
}

/// Serves HTTP inside of TLS, in the version that the client chose.
pub(super) async fn over_tls<H, S>(stream: S, config: Arc<ServerConfig>, house: Arc<House<H>>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut handshake = std::pin::pin!(TlsAcceptor::from(config).accept(stream));
    // A handshake that fails or takes too long concerns nobody but its peer; it is counted before that
    // one hears of it.
    let Ok(Ok(stream)) = tokio::time::timeout(house.limits.head_timeout, handshake.as_mut()).await else {
        house.connections.handshakes_failed.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    if !is_http2 {
        return over_http1(stream, Scheme::Https, house).await;
    }
    let mut stop = house.stop.clone();
    let limits = house.limits;
    let service = service_fn(move |request| answer(Arc::clone(&house), Scheme::Https, request));
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(limits.head_bytes_max).unwrap_or(u32::MAX))
        .keep_alive_interval(limits.head_timeout)
        .keep_alive_timeout(limits.head_timeout);
    let connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    // A connection that breaks concerns nobody but its peer.
    let _broken = until_stopped(connection, http2::Connection::graceful_shutdown, &mut stop).await;
}

async fn over_http1<H, S>(stream: S, scheme: Scheme, house: Arc<House<H>>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stop = house.stop.clone();
    let mut stream = Watched::new(stream);
    let Some(rest) = whole::serve(&mut stream, scheme, &house, &mut stop).await else { return };
    stream.put_back(rest);
    // On the heap, so that a connection that needs no hyper does not carry its room.
    Box::pin(by_hyper(stream, scheme, house, stop)).await;
}

/// Serves what hyper alone understands, and answers what is no HTTP as hyper does: with 400 or 431, and
/// no body.
// Assumed: a head that cannot be read has no envelope at Meta either, because it never comes as far as
// Graph: it names no path, no app and no token that an error could be told about.
async fn by_hyper<H, S>(
    mut stream: Watched<S>,
    scheme: Scheme,
    house: Arc<House<H>>,
    mut stop: watch::Receiver<bool>,
) where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let limits = house.limits;
    let ended = {
        let http = http1_builder(&limits);
        let service = service_fn(move |request| answer(Arc::clone(&house), scheme, request));
        let connection = std::pin::pin!(http.serve_connection(TokioIo::new(&mut stream), service));
        until_stopped(connection, http1::Connection::graceful_shutdown, &mut stop).await
    };
    let Err(error) = ended else { return };
    let parting = async {
        if error.is_timeout() {
            stream.give_up().await;
        } else if error.is_parse() {
            stream.linger().await;
        }
    };
    // A client that does not take its answer either has had its chance.
    let _late = tokio::time::timeout(limits.head_timeout.min(PARTING_MAX), parting).await.is_err();
}

pub(super) fn http1_builder(limits: &HttpLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_header_size(limits.head_bytes_max)
        .max_headers(limits.headers_max)
        .half_close(true)
        // One buffer for head and body: answers are small. Answers to pipelined requests are flushed
        // one by one, or a client that never reads would have them pile up without bound.
        .writev(false);
    http
}

/// Drives a connection to its end, which begins at the latest when the server stops.
pub(super) async fn until_stopped<C: Future>(
    mut connection: Pin<&mut C>,
    shut: impl FnOnce(Pin<&mut C>),
    stop: &mut watch::Receiver<bool>,
) -> C::Output {
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = stopped(stop) => {}
    }
    shut(connection.as_mut());
    connection.await
}

/// Waits until the server shall stop, or is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _gone = stop.wait_for(|stop| *stop).await.is_err();
}
