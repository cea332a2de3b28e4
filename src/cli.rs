//! The command line.

mod meta;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use scenario::Span;

use meta::MetaArgs;

/// What comes after the subcommands in `--help`.
const AFTER_HELP: &str = "\
Exit codes:
  0    every budget was met
  1    the command itself failed
  2    bad input: nothing was started
  98   the run is invalid: it can be neither passed nor failed
  99   a budget was missed
  130  interrupted; the report is of what happened until then

Begin with:
  otpbench run scenarios/first-run.toml";

/// Load-tests the path of a one-time password over WhatsApp: from "send me a code" to the code on
/// the phone, read, and typed back.
///
/// It brings its own Meta: a mock of the WhatsApp Cloud API that delivers, delays, discards and
/// refuses as the scenario says. It follows every code through its life and says in a report whether
/// users would have got their codes in time.
#[derive(Debug, Parser)]
#[command(name = "otpbench", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a scenario in real time, over sockets, and report.
    Run(Box<RunArgs>),
    /// Run a scenario in virtual time, without sockets: the same journal, the same report, at once.
    Rehearse(RehearseArgs),
    /// Run the simulated Meta alone, for a service of yours to talk to.
    Mock(Box<MockArgs>),
    /// Run the example target alone: a small one-time-password service.
    Target(TargetArgs),
    /// Make the report of a run again from its journal, also of one that was killed.
    Report(ReportArgs),
    /// Check scenarios and print every mistake, without starting anything.
    Check(CheckArgs),
}

/// A scenario and where its report goes.
#[derive(Debug, Args)]
pub(crate) struct ScenarioArgs {
    /// The scenario, a TOML file; scenarios/README.md explains the language.
    pub(crate) scenario: PathBuf,
    /// The folder into which the run's own folder is made.
    #[arg(long, default_value = "reports", value_name = "FOLDER")]
    pub(crate) reports: PathBuf,
    /// Another seed than the scenario's.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,
    /// Where the simulated Meta listens; port 0 takes a free one.
    ///
    /// A target of your own must be told this address as its Graph base URL, so give it a fixed port.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) mock_listen: SocketAddr,
    /// How long a target of your own may take to come up once the simulated Meta is there, such as 30s.
    ///
    /// For one that needs Meta, or the certificate of --tls-ca-out, when it starts.
    #[arg(long, default_value = "0s", value_name = "SPAN", value_parser = span)]
    pub(crate) wait_for_target: Span,
    #[command(flatten)]
    pub(crate) meta: MetaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RehearseArgs {
    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MockArgs {
    /// Where it listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8400", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The scenario whose `[recipients]` and `[meta]` it follows; without it, the built-in defaults.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) meta: MetaArgs,
    /// The file into which everything that happens is written, as runs journal it; it must be new.
    ///
    /// An Arrow stream without codes, tokens or numbers: recipients are pseudonyms.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// The file that keeps what the mock holds: it goes on where the file stands, and saves into it.
    ///
    /// Tokens, secrets and codes are in it; only its owner can read it.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// What the simulated clock shows after a restart: `resume`, unless told, or `catch-up`.
    #[arg(long, value_name = "HOW", requires = "state", value_parser = mock_server::state_time)]
    pub(crate) state_time: Option<mock_server::StateTime>,
}

#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// The Graph base URL, such as the address that `otpbench mock` prints.
    #[arg(long, value_name = "URL")]
    pub(crate) graph_url: String,
    /// Where it listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8500", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run's folder, such as reports/first-run-2026-11-22T09-00-00.
    pub(crate) run: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The scenarios.
    #[arg(required = true)]
    pub(crate) scenarios: Vec<PathBuf>,
}

/// Reads a length of time.
fn span(text: &str) -> Result<Span, &'static str> {
    Span::parse(text)
        .filter(|span| *span <= Span::from_secs(3_600))
        .ok_or("it must be a span up to 1h, such as \"30s\"")
}
