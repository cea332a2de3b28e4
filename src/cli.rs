//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cloud_api::AccessToken;
use scenario::Mode;

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
    Run(RunArgs),
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
    #[arg(long = "tls-name", value_name = "NAME")]
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
    /// The file of rates by which messages are priced; without it, the built-in list rates.
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<PathBuf>,
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
    /// What the simulated clock shows after a restart: `resume` or `catch-up`.
    #[arg(long, default_value = "resume", value_name = "HOW", requires = "state", value_parser = mock_server::state_time)]
    pub(crate) state_time: mock_server::StateTime,
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

/// Takes a text that no message of the command line shows again.
fn secret(text: &str) -> Result<AccessToken, &'static str> {
    if text.is_empty() { Err("it must not be empty") } else { Ok(AccessToken::new(text)) }
}
