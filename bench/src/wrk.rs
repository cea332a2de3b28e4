//! The load generator: `wrk`, and what it says.

use std::path::Path;
use std::process::Command;

use crate::error::BenchError;
use crate::process::Server;

/// One run of the load generator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load<'a> {
    pub(crate) connections: u32,
    pub(crate) secs: u32,
    /// What makes the requests.
    pub(crate) script: &'a Path,
    /// Which cores it may use; `None` for all.
    pub(crate) cores: Option<&'a str>,
}

/// What one run measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) requests_per_sec: f64,
    pub(crate) p99_millis: f64,
    /// Answers whose status was none of 2xx and 3xx.
    pub(crate) refused: u64,
    /// Connections that broke, reads and writes that failed, and answers that did not come in time.
    pub(crate) broken: u64,
}

impl Load<'_> {
    /// Sends requests as fast as the server answers them.
    pub(crate) fn run(&self, server: &Server) -> Result<Measured, BenchError> {
        let mut command = match self.cores {
            Some(cores) => {
                let mut command = Command::new("taskset");
                command.args(["-c", cores, "wrk"]);
                command
            }
            None => Command::new("wrk"),
        };
        command.args(["-t1", "--latency", "--timeout", "10s"]);
        command.arg(format!("-c{}", self.connections)).arg(format!("-d{}s", self.secs));
        command.arg("-s").arg(self.script).arg(server.url("/"));
        let output =
            command.output().map_err(|source| BenchError::Start { program: "wrk".to_owned(), source })?;
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        read(&output).ok_or(BenchError::Wrk { output })
    }

    /// The same, where every answer must be a success.
    pub(crate) fn run_accepted(&self, server: &Server, program: &str) -> Result<Measured, BenchError> {
        let measured = self.run(server)?;
        if measured.refused > 0 || measured.broken > 0 {
            let Measured { refused, broken, .. } = measured;
            let what = format!("{refused} answers were refusals, {broken} did not come");
            return Err(BenchError::WrongAnswers { program: program.to_owned(), what });
        }
        Ok(measured)
    }
}

fn read(output: &str) -> Option<Measured> {
    let after = |label: &str| output.lines().find_map(|line| line.trim().strip_prefix(label));
    let errors = after("Socket errors:").unwrap_or_default();
    let broken =
        errors.split(|char: char| !char.is_ascii_digit()).filter_map(|text| text.parse::<u64>().ok());
    Some(Measured {
        requests_per_sec: after("Requests/sec:")?.trim().parse().ok()?,
        p99_millis: millis(after("99%")?.trim())?,
        refused: after("Non-2xx or 3xx responses:").map_or(Some(0), |text| text.trim().parse().ok())?,
        broken: broken.sum(),
    })
}

fn millis(text: &str) -> Option<f64> {
    let (number, per_unit) = if let Some(number) = text.strip_suffix("us") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix("ms") {
        (number, 1.0)
    } else {
        (text.strip_suffix('s')?, 1_000.0)
    };
    number.parse::<f64>().ok().map(|number| number * per_unit)
}

#[cfg(test)]
mod tests {
    use super::{Measured, read};

    #[test]
    fn the_output_of_wrk_is_understood() {
        let output = "Running 1s test @ http://127.0.0.1:1/\n  Latency Distribution\n     50%  311.00us\n     \
                      99%    1.04ms\n  98 requests in 1.00s\n  Socket errors: connect 0, read 2, write 1, \
                      timeout 4\n  Non-2xx or 3xx responses: 9\nRequests/sec:  98123.45\n";
        let expected = Measured { requests_per_sec: 98_123.45, p99_millis: 1.04, refused: 9, broken: 7 };
        assert_eq!(read(output), Some(expected));
    }

    #[test]
    fn anything_else_is_no_measurement() {
        assert_eq!(read("unable to connect to 127.0.0.1:1 Connection refused"), None);
    }
}
