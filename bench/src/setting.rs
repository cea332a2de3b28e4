//! What every section needs: the script of the load, the servers, and the path of a send.

use std::path::{Path, PathBuf};

use cloud_sim::Tenant;

use crate::error::BenchError;
use crate::process::Server;
use crate::section::Effort;
use crate::wrk::{Load, Measured};

/// Cores and threads of a server; `None` for those that it takes by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) threads: Option<&'static str>,
    /// As `taskset` takes them.
    pub(crate) cores: Option<&'static str>,
}

/// A server as it comes, on all cores, which the load generator uses too.
pub(crate) const WHOLE: Room = Room { threads: None, cores: None };

/// hyper alone.
pub(crate) fn bare(room: Room) -> Result<Server, BenchError> {
    own(&["serve", "bare"], room)
}

/// The simulated Meta with its journal on; `more` are further arguments.
pub(crate) fn mock(effort: &Effort, room: Room, more: &[&str]) -> Result<Server, BenchError> {
    let journal = effort.scratch.join("mock-server.arrows");
    let journal = journal.to_string_lossy();
    let mut args = vec!["serve", "mock", "--journal", &journal];
    args.extend(more);
    own(&args, room)
}

fn own(args: &[&str], room: Room) -> Result<Server, BenchError> {
    let threads = room.threads.map(|threads| ["--threads", threads]);
    let args: Vec<&str> = args.iter().copied().chain(threads.into_iter().flatten()).collect();
    Server::own(&args, room.cores)
}

/// Writes the script that sends codes, and gives its path.
pub(crate) fn script(effort: &Effort) -> Result<PathBuf, BenchError> {
    let path = effort.scratch.join("send.lua");
    let tenant = Tenant::sample();
    let text = include_str!("send.lua")
        .replace("os.getenv(\"MOCK_TOKEN\")", &format!("{:?}", tenant.token.expose()))
        .replace("os.getenv(\"MOCK_PATH\")", &format!("\"/v23.0/{}/messages\"", tenant.number));
    std::fs::write(&path, text).map_err(BenchError::of_file(&path))?;
    Ok(path)
}

/// Warms a server up, then measures it.
pub(crate) fn measure(
    server: &Server,
    name: &str,
    script: &Path,
    (connections, secs): (u32, u32),
) -> Result<Measured, BenchError> {
    let load = Load { connections, secs: 1, script, cores: None };
    load.run_accepted(server, name)?;
    Load { secs, ..load }.run_accepted(server, name)
}

/// What was measured of a server, and the processor time that it took for each request.
pub(crate) struct Weighed {
    pub(crate) measured: Measured,
    /// In microseconds, of all threads.
    pub(crate) micros: f64,
    /// The same, of the thread that writes the journal.
    pub(crate) journal_micros: f64,
}

/// Warms a server up, then measures it, and how much processor time it takes.
pub(crate) fn weigh(server: &Server, name: &str, load: Load<'_>) -> Result<Weighed, BenchError> {
    Load { secs: 1, ..load }.run_accepted(server, name)?;
    let used = || [None, Some("journal")].map(|name| server.cpu_secs(name).unwrap_or(f64::NAN));
    let before = used();
    let measured = load.run_accepted(server, name)?;
    let requests = measured.requests_per_sec * f64::from(load.secs);
    let after = used();
    let [micros, journal_micros] = std::array::from_fn(|nth| (after[nth] - before[nth]) * 1e6 / requests);
    Ok(Weighed { measured, micros, journal_micros })
}
