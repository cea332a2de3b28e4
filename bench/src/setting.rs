//! What every section needs: the script of the load, the servers, and the path of a send.

use std::path::{Path, PathBuf};

use cloud_sim::Tenant;

use crate::error::BenchError;
use crate::process::Server;
use crate::section::Effort;
use crate::wrk::{Load, Measured};

/// Cores and threads of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) threads: &'static str,
    /// As `taskset` takes them; `None` for all.
    pub(crate) cores: Option<&'static str>,
}

/// Both cores, which the load generator uses too.
pub(crate) const WHOLE: Room = Room { threads: "2", cores: None };

/// hyper alone.
pub(crate) fn bare(room: Room) -> Result<Server, BenchError> {
    Server::own(&["serve", "bare", "--threads", room.threads], room.cores)
}

/// The simulated Meta with its journal on; `more` are further arguments.
pub(crate) fn mock(effort: &Effort, room: Room, more: &[&str]) -> Result<Server, BenchError> {
    let journal = effort.scratch.join("mock-server.arrows");
    let journal = journal.to_string_lossy();
    let mut args = vec!["serve", "mock", "--threads", room.threads, "--journal", &journal];
    args.extend(more);
    Server::own(&args, room.cores)
}

/// The simulated Meta without a journal.
pub(crate) fn unjournaled_mock(room: Room) -> Result<Server, BenchError> {
    Server::own(&["serve", "mock", "--threads", room.threads], room.cores)
}

/// Writes the script that sends codes, and gives its path.
pub(crate) fn script(effort: &Effort) -> Result<PathBuf, BenchError> {
    let path = effort.scratch.join("send.lua");
    let tenant = Tenant::sample();
    let text = include_str!("send.lua")
        .replace("os.getenv(\"MOCK_TOKEN\")", &format!("{:?}", tenant.token.expose()))
        .replace("os.getenv(\"MOCK_PATH\")", &format!("\"/v23.0/{}/messages\"", tenant.number));
    std::fs::write(&path, text)
        .map_err(|source| BenchError::File { path: path.display().to_string(), source })?;
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

/// Warms a server up, then measures it, and how much processor time it takes for a request, in microseconds.
pub(crate) fn weigh(server: &Server, name: &str, load: Load<'_>) -> Result<(Measured, f64), BenchError> {
    Load { secs: 1, ..load }.run_accepted(server, name)?;
    let before = server.cpu_secs().unwrap_or(f64::NAN);
    let measured = load.run_accepted(server, name)?;
    let used = server.cpu_secs().unwrap_or(f64::NAN) - before;
    Ok((measured, used * 1e6 / (measured.requests_per_sec * f64::from(load.secs))))
}
