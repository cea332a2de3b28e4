//! A service that listens, from its start to its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError};
use crate::http;
use crate::readiness::Readiness;
use crate::service::OtpService;
use crate::setup;

/// Why the service did not start, or ended early.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The configuration breaks a rule.
    #[error("the configuration of the target cannot be used")]
    Config(#[from] ConfigError),
    /// The HTTP client could not be made.
    #[error("the HTTP client for Meta could not be made")]
    Client(#[from] reqwest::Error),
    /// The listener cannot be used.
    #[error("the target cannot listen")]
    Listen(#[from] io::Error),
}

/// Starts the service.
#[derive(Debug)]
pub struct Service;

/// A service at work; it ends when this is dropped, at once, or by [`Running::stop`], in order.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// How far it has come on its way to sending codes.
    pub ready: watch::Receiver<Readiness>,
    closing: watch::Sender<()>,
    tasks: Tasks,
}

/// The tasks of a service, ended with it.
#[derive(Debug)]
struct Tasks {
    server: JoinHandle<io::Result<()>>,
    setup: JoinHandle<()>,
}

/// How long requests under way may take once the service is told to stop.
const DRAIN_MAX: Duration = Duration::from_secs(10);

impl Service {
    /// Begins to serve, and to set up what sending needs, in the background.
    ///
    /// The listener answers from the first moment on, because Meta shakes hands with the callback
    /// before it takes the subscription.
    ///
    /// # Errors
    ///
    /// When the configuration breaks a rule, or the listener has no address.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(listener: TcpListener, config: Config) -> Result<Running, TargetError> {
        config.check()?;
        let addr = listener.local_addr()?;
        let (closing, closed) = watch::channel(());
        let service = Arc::new(OtpService::new(config, closed.clone())?);
        let ready = service.readiness.watch();
        let setup = tokio::spawn(setup::run(Arc::clone(&service)));
        let server = tokio::spawn(listen(listener, service, closed));
        Ok(Running { addr, ready, closing, tasks: Tasks { server, setup } })
    }
}

impl Running {
    /// Waits until the service can send codes, or cannot for a reason that time does not heal.
    pub async fn settled(&mut self) -> Readiness {
        match self.ready.wait_for(Readiness::is_settled).await {
            Ok(readiness) => readiness.clone(),
            Err(_) => Readiness::SetupFailed("the service has ended".to_owned()),
        }
    }

    /// Takes no new requests, finishes those under way within 10 seconds, and ends.
    ///
    /// # Errors
    ///
    /// When the listener failed before.
    pub async fn stop(self) -> Result<(), TargetError> {
        let Self { closing, mut tasks, .. } = self;
        drop(closing);
        match tokio::time::timeout(DRAIN_MAX, &mut tasks.server).await {
            Ok(Ok(served)) => served.map_err(TargetError::Listen),
            Ok(Err(task)) => Err(TargetError::Listen(io::Error::other(task))),
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.server.abort();
        self.setup.abort();
    }
}

/// Serves until `shutdown` comes true, then finishes what is under way.
///
/// # Errors
///
/// Those of [`Service::start`], and a listener that fails.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), TargetError> {
    let running = Service::start(listener, config)?;
    shutdown.await;
    running.stop().await
}

async fn listen(
    listener: TcpListener,
    service: Arc<OtpService>,
    mut closed: watch::Receiver<()>,
) -> io::Result<()> {
    // A connection whose delay cannot be turned off is slower, not wrong.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let router = http::router(service);
    axum::serve(listener, router).with_graceful_shutdown(async move { drop(closed.changed().await) }).await
}
