//! Other mocks, as their registries ship them, under the same load.
//!
//! Each is installed into the scratch folder, configured to answer a send with a body of the size
//! of Meta's, started, warmed up and measured. One that cannot be installed or started stands in the
//! table without figures; the others are measured all the same.
//!
//! The mocks of the Cloud API itself that were surveyed are in no registry, and Hoverfly, Smocker and
//! mockforge do not install from one with what is here; vercel's emulate refuses all but 5,000
//! requests an hour.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Effort, Row};
use crate::error::BenchError;
use crate::process::Server;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};
use crate::wrk::Load;

/// How much faster the simulated Meta must be than one that parses or remembers.
const GOAL_TIMES: f64 = 3.0;

/// Why a static mock may be faster.
const STATIC_AHEAD: &str = "a static mock sends a text that was made beforehand: it understands nothing of \
    the body, and validates, draws, times and journals nothing";

/// How long a peer is warmed up, in seconds: those on a virtual machine need it.
const WARM_UP_SECS: u32 = 5;

/// What a mock does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// It answers the same to everything.
    Static,
    /// It parses the body, or remembers the request.
    Parses,
}

/// A mock of somebody else's.
struct Peer {
    name: &'static str,
    work: Work,
    /// Installs it below this folder.
    install: &'static str,
    /// Its configuration: files by their names, and what is in them.
    files: &'static [(&'static str, &'static str)],
    /// Starts it, in the place of the shell, so that it ends with it; `$PORT` is where it listens.
    start: &'static str,
    /// Configures it once it runs; nothing where its file does.
    afterwards: &'static str,
}

const PEERS: [Peer; 8] = [
    Peer {
        name: "httpmock 0.9.0",
        work: Work::Static,
        install: "cargo install --quiet --root . --version 0.9.0 --features standalone httpmock",
        files: &[("mocks/send.yaml", include_str!("peers/httpmock.yaml"))],
        start: "exec bin/httpmock -p $PORT -m mocks -d",
        afterwards: "",
    },
    Peer {
        name: "apimock 6.2.0",
        work: Work::Static,
        install: "npm install --silent @apimock-rs/bin-linux-x64-gnu@6.2.0",
        files: &[
            ("apimock.toml", include_str!("peers/apimock.toml")),
            ("send.toml", include_str!("peers/apimock-rules.toml")),
        ],
        start: "sed -i s/PORT/$PORT/ apimock.toml; exec node_modules/@apimock-rs/bin-linux-x64-gnu/apimock",
        afterwards: "",
    },
    Peer {
        name: "WireMock 3.13.2, templated and with its journal",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts wiremock@3.13.2",
        files: &[("mappings/send.json", include_str!("peers/wiremock.json"))],
        start: "exec java -jar node_modules/wiremock/build/wiremock-standalone-3.13.2.jar --port $PORT \
                --bind-address 127.0.0.1 --root-dir . --global-response-templating",
        afterwards: "",
    },
    Peer {
        name: "MockServer 8.0.0",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts mockserver-node@8.0.0",
        files: &[("expectation.json", include_str!("peers/mockserver.json"))],
        start: "exec java -jar $(find node_modules -name 'mockserver-netty-8.0.0-jar-with-dependencies.jar') \
                -serverPort $PORT -logLevel WARN",
        afterwards: "curl -sf --retry 30 --retry-all-errors --retry-delay 1 -X PUT \
                     http://127.0.0.1:$PORT/mockserver/expectation -d @expectation.json",
    },
    Peer {
        name: "mountebank 2.9.1",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts mountebank@2.9.1",
        files: &[("imposters.json", include_str!("peers/mountebank.json"))],
        start: "sed -i s/PORT/$PORT/ imposters.json; exec node_modules/.bin/mb --host 127.0.0.1 \
                --port $OTHER_PORT --loglevel error --nologfile --configfile imposters.json",
        afterwards: "",
    },
    Peer {
        name: "Mockoon 9.9.0, templated",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts @mockoon/cli@9.9.0",
        files: &[("environment.json", include_str!("peers/mockoon.json"))],
        start: "exec node_modules/.bin/mockoon-cli start --data environment.json --port $PORT \
                --disable-log-to-file",
        afterwards: "",
    },
    Peer {
        name: "Prism 5.16.0, validating",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts @stoplight/prism-cli@5.16.0",
        files: &[("api.yaml", include_str!("peers/prism.yaml"))],
        start: "exec node_modules/.bin/prism mock -h 127.0.0.1 -p $PORT api.yaml",
        afterwards: "",
    },
    Peer {
        name: "Specmatic 2.55.1, validating, its answers made up",
        work: Work::Parses,
        install: "npm install --silent --ignore-scripts specmatic@2.55.1",
        files: &[("api.yaml", include_str!("peers/specmatic.yaml"))],
        start: "exec java -jar node_modules/specmatic/specmatic.jar mock --host 127.0.0.1 --port $PORT \
                --noConsoleLog --hot-reload=disabled api.yaml",
        afterwards: "",
    },
];

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let mut mock = Sample::default();
    let mut samples: Vec<Option<Sample>> = PEERS.iter().map(|peer| install(effort, peer)).collect();
    for _ in 0..effort.repeats {
        let server = setting::mock(effort, WHOLE, &[])?;
        mock.push(
            setting::measure(&server, "the simulated Meta", &script, (32, effort.secs))?.requests_per_sec,
        );
        drop(server);
        for (peer, sample) in PEERS.iter().zip(&mut samples) {
            if let Some(measured) = sample {
                match run(effort, peer, &script) {
                    Ok(rate) => measured.push(rate),
                    Err(error) => {
                        eprintln!("{} is left out: {error}", peer.name);
                        *sample = None;
                    }
                }
            }
        }
    }
    let mut rows = vec![Row::new("simulated Meta, journal on", "requests/s", mock.clone())];
    for (peer, sample) in PEERS.iter().zip(samples) {
        let Some(sample) = sample else {
            rows.push(Row::new(peer.name, "requests/s", Sample::default()));
            continue;
        };
        let times = mock.ratios(&sample, 1.0);
        rows.push(Row::new(peer.name, "requests/s", sample));
        let row = Row::new(format!("simulated Meta, of {}", peer.name), "times", times);
        rows.push(match peer.work {
            Work::Parses => row.at_least(GOAL_TIMES, format!("at least {GOAL_TIMES} times")),
            Work::Static => row.at_least(1.0, "ahead").hindered_by(STATIC_AHEAD),
        });
    }
    Ok(rows)
}

/// Installs a peer; `None`, with a word about it, where that fails.
fn install(effort: &Effort, peer: &Peer) -> Option<Sample> {
    let folder = effort.scratch.join("peers").join(slug(peer.name));
    let is_installed = configure(&folder, peer).is_ok()
        && (folder.join("installed").exists()
            || is_done(shell(&folder, peer.install, 0, 0).stdin(Stdio::null())));
    if !is_installed {
        eprintln!("{} cannot be installed", peer.name);
        return None;
    }
    // Without the mark it is installed once more the next time.
    let _unmarked = fs::write(folder.join("installed"), "");
    Some(Sample::default())
}

fn run(effort: &Effort, peer: &Peer, script: &Path) -> Result<f64, BenchError> {
    let folder = effort.scratch.join("peers").join(slug(peer.name));
    configure(&folder, peer)?;
    let (address, other) = (free_address()?, free_address()?);
    let start = shell(&folder, peer.start, address.port(), other.port());
    let server = Server::other(peer.name, start, address)?;
    let mut afterwards = shell(&folder, peer.afterwards, address.port(), other.port());
    if !is_done(afterwards.stdout(Stdio::null())) {
        return Err(BenchError::NotUp { program: peer.name.to_owned(), secs: 30 });
    }
    let load = Load { connections: 32, secs: WARM_UP_SECS, script, cores: None };
    load.run(&server)?;
    Ok(Load { secs: effort.secs, ..load }.run_accepted(&server, peer.name)?.requests_per_sec)
}

/// Writes a peer's files, over those that its last start may have changed.
fn configure(folder: &Path, peer: &Peer) -> Result<(), BenchError> {
    for (name, text) in peer.files {
        let file = folder.join(name);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(BenchError::of_file(&file))?;
    }
    Ok(())
}

fn shell(folder: &Path, line: &str, port: u16, other_port: u16) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder);
    command.env("PORT", port.to_string()).env("OTHER_PORT", other_port.to_string());
    command
}

fn is_done(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

/// A port that was free a moment ago: these servers cannot be handed a listener.
fn free_address() -> Result<SocketAddr, BenchError> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map_err(|source| BenchError::Start { program: "a port".to_owned(), source })
}

fn slug(name: &str) -> String {
    name.chars().take_while(|char| *char != ' ').collect()
}
