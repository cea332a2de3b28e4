//! What the simulated Meta is told, be it alone or in a run.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use cloud_api::AccessToken;
use mock_server::{AccessOptions, Options};
use scenario::Mode;

#[derive(Debug, Args)]
pub(crate) struct MetaArgs {
    /// The file that declares the tenants: portfolios with apps, accounts, numbers and tokens.
    ///
    /// Without it there is one tenant, with the ids of Meta's samples.
    #[arg(long, value_name = "FILE")]
    pub(crate) tenants: Option<PathBuf>,
    /// What becomes of ids and tokens that nobody declared: strict, easy or easy-templates.
    ///
    /// strict refuses them, as Meta would, and is the default with --tenants. easy has them come into
    /// being when they are first used, and is the default without. easy-templates does so with
    /// authentication templates too.
    #[arg(long, value_name = "MODE", value_parser = mock_server::mode)]
    pub(crate) mode: Option<Mode>,
    /// A host outside of this machine to which webhooks may go; may be given several times.
    #[arg(long, value_name = "HOST")]
    pub(crate) webhook_allow: Vec<String>,
    /// What requests to the control API must show as `Authorization: Bearer`.
    ///
    /// Needed where it listens on an address that others can reach.
    #[arg(long, value_name = "TOKEN", value_parser = secret)]
    pub(crate) control_token: Option<AccessToken>,
    /// The file that holds what requests to the control API must show.
    #[arg(long, value_name = "FILE", conflicts_with = "control_token", value_parser = mock_server::control_token)]
    pub(crate) control_token_file: Option<AccessToken>,
    /// Where it takes HTTPS as well; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", requires = "tls_ca_out")]
    pub(crate) tls_listen: Option<SocketAddr>,
    /// Where it is a forward proxy, which leads to graph.facebook.com alone, and that to the mock.
    ///
    /// For clients that cannot be pointed elsewhere: HTTPS_PROXY names it.
    #[arg(long, value_name = "ADDRESS", requires = "tls_ca_out")]
    pub(crate) proxy_listen: Option<SocketAddr>,
    /// The file into which the certificate goes that clients must trust; made anew at each start.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_ca_out: Option<PathBuf>,
    /// One more name or address by which clients reach the HTTPS listener.
    #[arg(long = "tls-name", value_name = "NAME", value_parser = mock_server::tls_name)]
    pub(crate) tls_names: Vec<String>,
    /// The file of the authorities that vouch for callbacks over HTTPS, in PEM; without it, those
    /// that the system trusts.
    #[arg(long, value_name = "FILE")]
    pub(crate) webhook_ca: Option<PathBuf>,
    /// The file of the certificate that is shown to callbacks which ask for one, in PEM.
    #[arg(long, value_name = "FILE", requires = "webhook_key")]
    pub(crate) webhook_cert: Option<PathBuf>,
    /// The file of its private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "webhook_cert")]
    pub(crate) webhook_key: Option<PathBuf>,
    /// How many threads of the mock serve connections, and how many post webhooks; unless told, half as
    /// many as there are cores.
    #[arg(long, value_name = "N", value_parser = mock_server::thread_count)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// The file of rates by which messages are priced; without it, the built-in list rates.
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<PathBuf>,
}

impl MetaArgs {
    pub(crate) fn options(&self) -> Options {
        Options {
            access: AccessOptions {
                tenants: self.tenants.clone(),
                mode: self.mode,
                webhook_hosts: self.webhook_allow.clone(),
                control_token: self.control_token.as_ref().or(self.control_token_file.as_ref()).cloned(),
            },
            tls_listen: self.tls_listen,
            proxy_listen: self.proxy_listen,
            tls_ca_out: self.tls_ca_out.clone(),
            tls_names: self.tls_names.clone(),
            webhook_ca: self.webhook_ca.clone(),
            webhook_certificate: self.webhook_cert.clone(),
            webhook_key: self.webhook_key.clone(),
            threads: self.threads,
            rates: self.rates.clone(),
            ..Options::default()
        }
    }
}

/// Takes a text that no message of the command line shows again.
fn secret(text: &str) -> Result<AccessToken, &'static str> {
    if text.is_empty() { Err("it must not be empty") } else { Ok(AccessToken::new(text)) }
}
