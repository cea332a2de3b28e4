//! A simulated Meta that runs until it is interrupted.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cloud_sim::{Directory, Tenant, World};
use journal::{Event, Record};
use scenario::{Elapsed, Scenario};

use crate::clock::Clock;
use crate::options::{self, Options};
use crate::server::{CALLBACK_TIMEOUT, Config, MockServer};

/// Takes nothing down: what happened lately is kept by the server itself.
struct Unrecorded;

impl Record for Unrecorded {
    fn record(&self, _: Event) {}
}

/// Runs a simulated Meta until somebody interrupts it.
///
/// It follows the recipients and the behaviour of the scenario; without one, the defaults of the
/// scenario language. The first line on stdout is its address.
///
/// # Errors
///
/// When a listener cannot be used, the certificate cannot be written, or the system grants no threads.
pub fn run_alone(listener: TcpListener, scenario: Option<&Scenario>, options: &Options) -> io::Result<()> {
    let doors = options.doors()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let plain = Scenario::plain();
        let mut world = World::of(scenario.unwrap_or(&plain), unix);
        world.traffic_began = Some(Elapsed::ZERO);
        let tenant = Tenant::sample();
        let told = introduction(&tenant);
        let config = Config {
            world,
            directory: Directory::of(tenant),
            clock: Clock::real(Instant::now()),
            record: Arc::new(Unrecorded),
            phones: None,
            callback_timeout: CALLBACK_TIMEOUT,
            doors,
        };
        let server = MockServer::start(listener, config)?;
        options.write_ca(server.ca_pem())?;
        println!("http://{}", server.address());
        eprintln!("{told}");
        if let (Some(_), Some(ca)) = (server.ca_pem(), &options.tls_ca_out) {
            eprintln!("{}", options::directions(server.tls_address(), server.proxy_address(), ca));
        }
        // Both an interrupt and a signal that cannot be listened for end the server.
        let _interrupted = tokio::signal::ctrl_c().await;
        server.stop().await;
        Ok(())
    })
}

/// What a client must know; the secrets open nothing but this server.
fn introduction(tenant: &Tenant) -> String {
    format!(
        "phone number id {}, account id {}, app id {}\naccess token {}, app secret {}\n\
         control API under /_mock/: phones/{{number}}, events, clock, faults",
        tenant.number,
        tenant.account,
        tenant.app,
        tenant.token.expose(),
        tenant.app_secret.expose(),
    )
}
