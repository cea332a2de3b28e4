//! What a simulated Meta alone is told at its start.

mod access;
mod introduction;
mod value;

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cloud_sim::{Founding, World};
use journal::Record;
use scenario::{Elapsed, Rates};

use crate::clock::Clock;
use crate::doors::Doors;
use crate::http::{CallbackTls, Identity};
use crate::journaling::Journaling;
use crate::server::{Config, Server};
use crate::state::{StateFile, StateTime};
use crate::threads;

pub(crate) use access::guard;
pub use access::{AccessOptions, control_token, mode};
use value::address;
pub use value::{state_time, thread_count, tls_name};

/// What a simulated Meta alone is told at its start, besides where it listens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Who exists, and who may use the control API.
    pub access: AccessOptions,
    /// Where it takes HTTPS; port 0 takes a free one.
    pub tls_listen: Option<SocketAddr>,
    /// Where it takes the requests of clients that use it as a forward proxy.
    pub proxy_listen: Option<SocketAddr>,
    /// The file into which the certificate goes that clients must trust; needed with either.
    pub tls_ca_out: Option<PathBuf>,
    /// More names or addresses by which clients reach the TLS listener.
    pub tls_names: Vec<String>,
    /// The file of the authorities that vouch for callbacks; without it, those that the system trusts.
    pub webhook_ca: Option<PathBuf>,
    /// The files of the certificate and the private key that are shown to callbacks.
    pub webhook_certificate: Option<PathBuf>,
    /// See above: both or neither.
    pub webhook_key: Option<PathBuf>,
    /// The file of rates by which messages are priced; without it, the built-in one.
    pub rates: Option<PathBuf>,
    /// The file into which everything that happens is written; it must not exist yet.
    pub journal: Option<PathBuf>,
    /// Where what it holds is kept for another process to go on with; nowhere without it.
    pub state: Option<PathBuf>,
    /// What the simulated clock shows after a restart, where that is said.
    pub state_time: Option<StateTime>,
    /// How many threads serve connections, and how many post webhooks; half as many as there are cores,
    /// where nobody says.
    pub threads: Option<NonZeroUsize>,
}

/// How much of a journal waits in memory to be written at once.
const JOURNAL_BUFFER_BYTES: usize = 1 << 20;

impl Options {
    /// Takes one option of a command line; `false` where there is none of that name.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, as a clause.
    pub fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "--tls-listen" => self.tls_listen = Some(address(name, value)?),
            "--proxy-listen" => self.proxy_listen = Some(address(name, value)?),
            "--tls-ca-out" => self.tls_ca_out = Some(PathBuf::from(value)),
            "--tls-name" => self.tls_names.push(tls_name(value)?),
            "--state" => self.state = Some(PathBuf::from(value)),
            "--journal" => self.journal = Some(PathBuf::from(value)),
            "--state-time" => self.state_time = Some(state_time(value)?),
            "--webhook-ca" => self.webhook_ca = Some(PathBuf::from(value)),
            "--webhook-cert" => self.webhook_certificate = Some(PathBuf::from(value)),
            "--webhook-key" => self.webhook_key = Some(PathBuf::from(value)),
            "--threads" => self.threads = Some(thread_count(value)?),
            "--rates" => self.rates = Some(PathBuf::from(value)),
            _ => return self.access.take(name, value),
        }
        Ok(true)
    }

    /// What a simulated Meta that follows these options is made of; nobody plays the recipients.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or holds mistakes, or an address cannot be listened on.
    pub fn config(&self, mut world: World, clock: Clock, record: Arc<dyn Record>) -> io::Result<Config> {
        self.refuse_what_does_not_go_together()?;
        world.rates = self.rates()?;
        let doors = self.doors()?;
        let founding = Founding { seed: world.seed, now_unix: world.unix_secs(Elapsed::ZERO) };
        let directory = self.access.directory(founding)?;
        let control_token = self.access.control_token.clone();
        Ok(Config {
            world,
            directory,
            control_token,
            clock,
            record,
            phones: None,
            doors,
            state: self.state(),
            threads: self.threads.unwrap_or_else(threads::usual),
        })
    }

    /// What a client must know of a server that follows these options: ids, secrets, which open nothing
    /// but this server, and how to come in by its other doors, whose certificate it writes.
    ///
    /// # Errors
    ///
    /// When the certificate cannot be written.
    pub fn introduce(&self, server: &Server) -> io::Result<String> {
        self.write_ca(server.ca_pem())?;
        let mut told = introduction::of(&server.engine().directory());
        if let (Some(_), Some(ca)) = (server.ca_pem(), &self.tls_ca_out) {
            told = format!("{told}\n{}", directions(server.tls_address(), server.proxy_address(), ca));
        }
        Ok(told)
    }

    /// Where the state is kept, if anywhere.
    fn state(&self) -> Option<StateFile> {
        let path = self.state.clone()?;
        Some(StateFile { path, time: self.state_time.unwrap_or_default() })
    }

    /// Begins the journal that was asked for.
    pub(crate) fn journal(&self) -> io::Result<Option<Journaling>> {
        let Some(path) = &self.journal else { return Ok(None) };
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                let told = format!("{} exists, but a journal must be a new file", path.display());
                io::Error::new(error.kind(), told)
            }
            _ => explained(&error, &format!("{} cannot be written", path.display())),
        };
        let file = File::create_new(path).map_err(refused)?;
        let stream = BufWriter::with_capacity(JOURNAL_BUFFER_BYTES, file);
        Journaling::begin(stream).map(Some).map_err(io::Error::other)
    }

    /// Reads what messages cost.
    fn rates(&self) -> io::Result<Arc<Rates>> {
        let Some(path) = &self.rates else { return Ok(Rates::built_in()) };
        let text = fs::read_to_string(path)
            .map_err(|error| explained(&error, &format!("{} cannot be read", path.display())))?;
        Rates::parse(&text).map(Arc::new).map_err(|mistakes| {
            let told = format!("{} is no file of rates\n{mistakes}", path.display());
            io::Error::new(io::ErrorKind::InvalidData, told)
        })
    }

    /// Reads whom callbacks are vouched for by, and what is shown to them.
    fn callbacks(&self) -> io::Result<CallbackTls> {
        let identity = match (&self.webhook_certificate, &self.webhook_key) {
            (None, None) => None,
            (Some(certificates), Some(key)) => {
                Some(Identity { certificates_pem: read(certificates)?, key_pem: read(key)? })
            }
            _ => {
                let missing = "`--webhook-cert` and `--webhook-key` go together, but one of them is missing";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, missing));
            }
        };
        Ok(CallbackTls { ca_pem: self.webhook_ca.as_deref().map(read).transpose()?, identity })
    }

    /// Takes the ports that were asked for.
    fn doors(&self) -> io::Result<Doors> {
        Ok(Doors {
            tls: self.tls_listen.map(bind).transpose()?,
            proxy: self.proxy_listen.map(bind).transpose()?,
            tls_names: self.tls_names.clone(),
            callbacks: self.callbacks()?,
            ..Doors::default()
        })
    }

    fn refuse_what_does_not_go_together(&self) -> io::Result<()> {
        let has_door = self.tls_listen.is_some() || self.proxy_listen.is_some();
        let rules = [
            (
                has_door && self.tls_ca_out.is_none(),
                "`--tls-ca-out` is missing, but must name the file into which the certificate goes",
            ),
            (
                self.tls_ca_out.is_some() && !has_door,
                "`--tls-ca-out` is given, but must go with `--tls-listen` or `--proxy-listen`",
            ),
            (
                !self.tls_names.is_empty() && self.tls_listen.is_none(),
                "`--tls-name` is given, but must go with `--tls-listen`",
            ),
            (
                self.state_time.is_some() && self.state.is_none(),
                "`--state-time` is given, but must go with `--state`",
            ),
        ];
        match rules.into_iter().find(|(is_broken, _)| *is_broken) {
            Some((_, rule)) => Err(io::Error::new(io::ErrorKind::InvalidInput, rule)),
            None => Ok(()),
        }
    }

    /// Writes the certificate that clients must trust, where it was asked for.
    fn write_ca(&self, pem: Option<&str>) -> io::Result<()> {
        let (Some(path), Some(pem)) = (&self.tls_ca_out, pem) else { return Ok(()) };
        fs::write(path, pem)
            .map_err(|error| explained(&error, &format!("{} cannot be written", path.display())))
    }
}

/// Reads a file of text.
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|error| explained(&error, &format!("{} cannot be read", path.display())))
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| explained(&error, &format!("cannot listen on {address}")))
}

fn explained(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

/// How to point clients at the doors: lines for people, to be pasted into a shell.
fn directions(tls: Option<SocketAddr>, proxy: Option<SocketAddr>, ca: &Path) -> String {
    let mut lines = Vec::new();
    if let Some(tls) = tls {
        lines.push(format!("# HTTPS at https://{tls}, also as graph.facebook.com"));
    }
    if let Some(proxy) = proxy {
        lines.push("# for clients that know no host but graph.facebook.com:".to_owned());
        lines.push(format!("export HTTPS_PROXY=http://{proxy} NO_PROXY=localhost,127.0.0.1"));
        lines.push("export NODE_USE_ENV_PROXY=1  # Node 24 and newer; older ones need an agent".to_owned());
    }
    lines.push("# what they must trust (curl; Python; requests; Node); its key is in no file:".to_owned());
    for name in ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        lines.push(format!("export {name}={}", ca.display()));
    }
    lines.join("\n")
}
