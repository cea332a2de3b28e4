//! A simulated Meta that runs until it is interrupted.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cloud_api::account::PortfolioRecord;
use cloud_sim::{Directory, Founding, World};
use journal::{Event, Record};
use scenario::{Elapsed, Scenario};

use crate::clock::Clock;
use crate::journaling::Journaling;
use crate::options::{self, Options};
use crate::server::{Config, MockServer};

/// Takes nothing down: what happened lately is kept by the server itself.
struct Unrecorded;

impl Record for Unrecorded {
    fn record(&self, _: Event) {}
}

/// Runs a simulated Meta until somebody interrupts or terminates it.
///
/// It follows the recipients and the behaviour of the scenario; without one, the defaults of the
/// scenario language. The first line on stdout is its address.
///
/// # Errors
///
/// When the rates are wrong, a listener cannot be used, the certificate or the journal cannot be written,
/// or the system grants no threads.
pub fn run_alone(listener: TcpListener, scenario: Option<&Scenario>, options: &Options) -> io::Result<()> {
    let rates = options.rates()?;
    let doors = options.doors()?;
    let journaling = options.journal()?;
    let record =
        journaling.as_ref().map_or_else(|| Arc::new(Unrecorded) as Arc<dyn Record>, Journaling::recorder);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let plain = Scenario::plain();
        let mut world = World::of(scenario.unwrap_or(&plain), unix);
        world.traffic_began = Some(Elapsed::ZERO);
        world.rates = rates;
        let directory = options.access.directory(Founding { seed: world.seed, now_unix: unix })?;
        let told = introduction(&directory);
        let config = Config {
            world,
            directory,
            control_token: options.access.control_token.clone(),
            clock: Clock::real(Instant::now()),
            record,
            phones: None,
            doors,
            state: options.state(),
        };
        let server = MockServer::start(listener, config)?;
        options.write_ca(server.ca_pem())?;
        println!("http://{}", server.address());
        eprintln!("{told}");
        if let (Some(_), Some(ca)) = (server.ca_pem(), &options.tls_ca_out) {
            eprintln!("{}", options::directions(server.tls_address(), server.proxy_address(), ca));
        }
        stopped().await;
        server.stop().await;
        Ok(())
    });
    // What was recorded is written whatever has ended the server.
    let shed = journaling.map(Journaling::finish).transpose().map_err(io::Error::other)?;
    if let Some(shed @ 1..) = shed {
        eprintln!("warning: {shed} events were not journaled, because the disk was too slow");
    }
    ended
}

/// Waits until somebody interrupts the process or has it terminated, as containers are.
///
/// A signal that cannot be listened for counts as given.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _interrupted = tokio::signal::ctrl_c() => {}
            _terminated = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _interrupted = tokio::signal::ctrl_c().await;
}

/// How many tenants are introduced; the control API tells of the others.
const INTRODUCED_MAX: usize = 5;

/// What a client must know; the secrets open nothing but this server.
fn introduction(directory: &Directory) -> String {
    let portfolios = directory.portfolios();
    let mut lines: Vec<String> =
        portfolios.iter().take(INTRODUCED_MAX).map(|portfolio| tenant(directory, portfolio)).collect();
    if portfolios.len() > INTRODUCED_MAX {
        lines.push(format!("and {} tenants more: GET /_mock/tenants", portfolios.len() - INTRODUCED_MAX));
    }
    if directory.is_easy() {
        lines.push("any other id and token works too: it comes into being when it is first used".to_owned());
    }
    lines.push("control API under /_mock/, which lists itself".to_owned());
    lines.join("\n")
}

fn tenant(directory: &Directory, portfolio: &PortfolioRecord) -> String {
    let mut lines = vec![format!("{}, portfolio {}", portfolio.name, portfolio.id)];
    for account in directory.accounts_of(portfolio.id) {
        let numbers = directory.numbers_of(account.id).map(|number| number.id.to_string());
        let numbers: Vec<_> = numbers.collect();
        lines.push(format!("  account id {}, phone number id {}", account.id, numbers.join(", ")));
    }
    for app in directory.apps_of(portfolio.id) {
        lines.push(format!("  app id {}, app secret {}", app.id, app.secret.expose()));
    }
    for token in directory.tokens_of(portfolio.id) {
        lines.push(format!("  access token {}", token.text.expose()));
    }
    lines.join("\n")
}
