//! The ways into a server besides its plain listener, and how much any of them takes.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::http::{self, Authority, CallbackTls, Door, Handler, House, HttpLimits};

/// The ways in besides the plain listener, for clients that know no host but Meta's.
#[derive(Debug, Default)]
pub struct Doors {
    /// How much a client may take up, at whatever door.
    pub limits: HttpLimits,
    /// Takes HTTPS, in the names of Meta's servers and in its own.
    pub tls: Option<TcpListener>,
    /// Takes a forward proxy's requests: `CONNECT` and absolute URLs, to Meta's names only.
    pub proxy: Option<TcpListener>,
    /// Names and addresses by which clients reach the TLS listener, besides localhost and its own.
    pub tls_names: Vec<String>,
    /// The way out: how callbacks are met over HTTPS.
    pub callbacks: CallbackTls,
}

/// Where the doors are, once they are open.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    pub(crate) tls: Option<SocketAddr>,
    pub(crate) proxy: Option<SocketAddr>,
    pub(crate) ca_pem: Option<String>,
}

impl Doors {
    /// Makes the certificates that the doors need, if they do.
    pub(crate) fn authority(&self) -> io::Result<Option<Authority>> {
        if self.tls.is_none() && self.proxy.is_none() {
            return Ok(None);
        }
        Authority::new(&self.names()?).map(Some).map_err(io::Error::other)
    }

    /// Opens the doors that there are.
    pub(crate) fn open<H: Handler>(
        self,
        authority: Option<Authority>,
        house: &Arc<House<H>>,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Opened> {
        let Some(authority) = authority else { return Ok(Opened::default()) };
        let mut open = |listener: TcpListener, door| {
            let listener = listen(listener)?;
            let address = listener.local_addr()?;
            tasks.spawn(http::serve(listener, door, Arc::clone(house)));
            io::Result::Ok(address)
        };
        let tls = self.tls.map(|listener| open(listener, Door::Tls(authority.for_itself())));
        let proxy = self.proxy.map(|listener| open(listener, Door::Proxy(authority.for_tunnels())));
        let ca_pem = Some(authority.pem().to_owned());
        Ok(Opened { tls: tls.transpose()?, proxy: proxy.transpose()?, ca_pem })
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        if let Some(listener) = &self.tls {
            let address = listener.local_addr()?.ip();
            if !address.is_unspecified() {
                names.push(address.to_string());
            }
        }
        names.extend(self.tls_names.iter().cloned());
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// Hands a listener to the runtime.
pub(crate) fn listen(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}
