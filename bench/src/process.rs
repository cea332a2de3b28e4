//! Servers as processes of their own, ended by their id.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::BenchError;

/// How long a server may take to come up; the slowest of the peers reads a megabyte of YAML first.
const UP_SECS: u64 = 60;

/// A server that is running, and is ended when dropped.
pub(crate) struct Server {
    name: String,
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one of this program's own servers, which prints its address as its first line.
    pub(crate) fn own(args: &[&str], cores: Option<&str>) -> Result<Self, BenchError> {
        let name = args.join(" ");
        let program = std::env::current_exe().map_err(|source| start_error(&name, source))?;
        let mut command = match cores {
            Some(cores) => {
                let mut command = Command::new("taskset");
                command.args(["-c", cores]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().map_err(|source| start_error(&name, source))?;
        let stdout = child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let address = line.trim().trim_start_matches("http://").parse();
        match (read, address) {
            (Ok(_), Ok(address)) => Ok(Self { name, child, address }),
            _ => {
                end(&mut child);
                Err(BenchError::NotUp { program: name, secs: UP_SECS })
            }
        }
    }

    /// Starts somebody else's server, and waits until it listens.
    pub(crate) fn other(name: &str, mut command: Command, address: SocketAddr) -> Result<Self, BenchError> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|source| start_error(name, source))?;
        let mut server = Self { name: name.to_owned(), child, address };
        let until = Instant::now() + Duration::from_secs(UP_SECS);
        while TcpStream::connect(address).is_err() {
            let is_over = server.child.try_wait().is_ok_and(|ended| ended.is_some());
            if is_over || Instant::now() > until {
                return Err(BenchError::NotUp { program: server.name.clone(), secs: UP_SECS });
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The processor time that its threads have used so far, in seconds: all of them, or those of a name;
    /// `None` where the system does not tell.
    // Source: the kernel's sched-stats: of a thread's `schedstat`, the first number is its time on a
    // processor in nanoseconds.
    pub(crate) fn cpu_secs(&self, name: Option<&str>) -> Option<f64> {
        let mut nanos = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id())).ok()? {
            let thread = thread.ok()?.path();
            let found = fs::read_to_string(thread.join("comm")).ok()?;
            if name.is_none_or(|name| name == found.trim_end()) {
                let stat = fs::read_to_string(thread.join("schedstat")).ok()?;
                nanos += stat.split_whitespace().next()?.parse::<f64>().ok()?;
            }
        }
        Some(nanos / 1e9)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn start_error(name: &str, source: std::io::Error) -> BenchError {
    BenchError::Start { program: name.to_owned(), source }
}

fn end(child: &mut Child) {
    // A process that is gone already needs no end.
    let _gone = child.kill();
    let _reaped = child.wait();
}
