//! The simulated Meta, as it would run alone.

use std::fs::File;
use std::io::{self, BufWriter};
use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use clap::{Args, ValueEnum};
use cloud_sim::{Directory, Tenant, World, authentication_template};
use journal::{Event, Record};
use mock_server::{Clock, Config, Doors, Journaling, Server};
use scenario::{Elapsed, Scenario};

use super::{announce, flights, runtime};

/// How the simulated Meta is run.
#[derive(Debug, Args)]
pub(crate) struct MockArgs {
    /// How many threads serve connections; those of the product itself, where nobody says.
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    /// Where its journal goes; without one, nothing is journaled.
    #[arg(long)]
    journal: Option<PathBuf>,
    /// When statuses are due.
    #[arg(long, value_enum, default_value_t = Pace::Usual)]
    pace: Pace,
}

/// When the statuses of a message are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Pace {
    /// After seconds, as Meta's are.
    Usual,
    /// Within a tenth of a second, so that a short run sees all three.
    Quick,
    /// After tens of seconds, so that many messages are on their way.
    Slow,
}

/// A Meta that refuses nothing of what a benchmark sends.
const UNLIMITED: &str = r#"
about = "a benchmark"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
budgets = { delivered = ">= 0 %" }
[recipients]
offline = { share = "0 %", back-after = { median = "1s", p99 = "1s" } }
not-on-whatsapp = "0 %"
[template]
name = "login_code"
[meta]
review = { takes = "0s", outcome = "approved" }
limits = { throughput = "1000000/s", pair-burst = 100000, pair-interval = "1ms" }
"#;

const QUICK: &str = r#"
sent = { median = "10ms", p99 = "20ms" }
delivered = { median = "40ms", p99 = "60ms" }
read = { share = "100 %", median = "20ms", p99 = "40ms" }
"#;

const SLOW: &str = r#"
sent = { median = "30s", p99 = "50s" }
delivered = { median = "40s", p99 = "60s" }
"#;

struct Unrecorded;

impl Record for Unrecorded {
    fn record(&self, _: Event) {}
}

fn unlimited(pace: Pace) -> io::Result<Scenario> {
    let pace = match pace {
        Pace::Usual => "",
        Pace::Quick => QUICK,
        Pace::Slow => SLOW,
    };
    Scenario::parse("benchmark", &format!("{UNLIMITED}{pace}"))
        .map_err(|mistakes| io::Error::other(mistakes.to_string()))
}

/// Weighs messages on their way in the world of this benchmark.
pub(super) fn weigh() -> io::Result<()> {
    flights::weigh(&unlimited(Pace::Slow)?)
}

pub(super) fn serve(args: MockArgs) -> io::Result<()> {
    let scenario = unlimited(args.pace)?;
    let journaling = match args.journal {
        Some(path) => Some(Journaling::begin(BufWriter::new(File::create(path)?)).map_err(io::Error::other)?),
        None => None,
    };
    let record = journaling.as_ref().map_or_else(|| Arc::new(Unrecorded) as _, Journaling::recorder);
    runtime(Some(1))?.block_on(async {
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut world = World::of(&scenario, unix);
        world.traffic_began = Some(Elapsed::ZERO);
        let config = Config {
            world,
            directory: Directory::of(Tenant::sample()),
            control_token: None,
            clock: Clock::real(Instant::now()),
            record,
            phones: None,
            doors: Doors::default(),
            state: None,
            threads: args.threads.unwrap_or_else(mock_server::threads_usual),
        };
        let server = Server::start(TcpListener::bind("127.0.0.1:0")?, config)?;
        server.create_template(authentication_template(&scenario.template));
        server.reviewed().await;
        announce(server.address());
        // It is ended from outside.
        std::future::pending::<io::Result<()>>().await
    })
}
