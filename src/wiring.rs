//! How the programs of one run are put together.

use std::net::SocketAddr;
use std::time::Duration;

use cloud_sim::{Tenant, authentication_template};
use example_target::{Backoff, BaseUrl, Config, Limits};
use scenario::TemplatePlan;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::error::CommandError;

/// How long a code is good for where the template does not say.
// Source: cloud-api.md §9.2: 10 minutes.
const CODE_LASTS: Duration = Duration::from_secs(600);

/// A runtime of its own for one program, so that none waits for another's tasks.
pub(crate) fn runtime(name: &str, threads: usize) -> Result<Runtime, CommandError> {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name(name)
        .enable_all()
        .build()
        .map_err(|source| CommandError::System { what: "a runtime", source })
}

/// Takes a port, before anything is started that would need it.
pub(crate) fn listen(address: SocketAddr) -> Result<std::net::TcpListener, CommandError> {
    let listen = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true).map(|()| listener)
    };
    listen().map_err(|source| CommandError::Listen { address, source })
}

/// The example target's configuration: a customer of this Meta, with this template.
pub(crate) fn target_config(
    listener: &TcpListener,
    graph_base_url: BaseUrl,
    tenant: &Tenant,
    plan: &TemplatePlan,
) -> Result<Config, CommandError> {
    let address = listener.local_addr().map_err(CommandError::port)?;
    Ok(Config {
        graph_base_url,
        api_version: cloud_api::GraphVersion::default(),
        app_id: tenant.app,
        app_secret: tenant.app_secret.clone(),
        access_token: tenant.token.clone(),
        waba_id: tenant.account,
        phone_number_id: tenant.number,
        webhook_verify_token: cloud_api::VerifyToken::new("example-target"),
        public_url: format!("http://{address}").parse().expect("a socket's address makes a URL"),
        template: authentication_template(plan),
        code_ttl: plan.code_expires_in.map_or(CODE_LASTS, Duration::from),
        limits: Limits::default(),
        backoff: Backoff::default(),
    })
}
