//! Servers as processes of their own, ended by their id.

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

    /// The processor time that it has used so far, in seconds; `None` where the system does not tell.
    // Source: proc(5): fields 14 and 15 of `stat` are user and system time in ticks of 10 ms.
    pub(crate) fn cpu_secs(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let after_name = stat.rsplit_once(')')?.1;
        let mut ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Some((ticks.next()?.ok()? + ticks.next()?.ok()?) / 100.0)
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
