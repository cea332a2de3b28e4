//! What ten million messages on their way take up, and how late a million timers fire.

use std::time::Duration;

use super::{Effort, Row};
use crate::error::BenchError;
use crate::http;
use crate::process::Server;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};
use crate::wrk::Load;

const BYTES_GOAL: f64 = 300.0;
const LATENESS_GOAL_MILLIS: f64 = 2.0;

/// How many messages are on their way when the lateness of timers is looked at.
const TIMERS: u64 = 1_000_000;

/// How long it may take to get them there.
const FILL_ROUNDS_MAX: u32 = 60;

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let [mut bytes, mut late, mut pending] = <[Sample; 3]>::default();
    for _ in 0..effort.repeats {
        bytes.push(bytes_each()?);
        let (in_flight, p99_millis) = lateness(effort)?;
        pending.push(in_flight);
        late.push(p99_millis);
    }
    Ok(vec![
        Row::new("each of 10 million messages on their way, to as many people", "bytes", bytes)
            .at_most(BYTES_GOAL, format!("at most {BYTES_GOAL}")),
        Row::new("messages on their way while timers are watched", "messages", pending),
        Row::new("timers later than due, p99", "ms", late)
            .at_most(LATENESS_GOAL_MILLIS, format!("at most {LATENESS_GOAL_MILLIS} ms")),
    ])
}

/// What a process of its own says that each message took up.
fn bytes_each() -> Result<f64, BenchError> {
    let program = std::env::current_exe();
    let output =
        program.and_then(|program| std::process::Command::new(program).args(["serve", "flights"]).output());
    let output = output.map_err(|source| BenchError::Start { program: "flights".to_owned(), source })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = || BenchError::WrongAnswers { program: "flights".to_owned(), what: text.clone() };
    text.trim().parse().map_err(|_| wrong())
}

/// How many messages were on their way, and the 99th percentile of how late timers fired then.
fn lateness(effort: &Effort) -> Result<(f64, f64), BenchError> {
    let script = setting::script(effort)?;
    let server = setting::mock(effort, WHOLE, &["--pace", "slow"])?;
    let load = Load { connections: 128, secs: 1, script: &script, cores: None };
    for _ in 0..FILL_ROUNDS_MAX {
        load.run_accepted(&server, "the simulated Meta")?;
        if pending(&server)? >= TIMERS as f64 {
            break;
        }
    }
    let in_flight = pending(&server)?;
    let before = buckets(&server)?;
    std::thread::sleep(Duration::from_secs(u64::from(effort.secs)));
    let after = buckets(&server)?;
    let fired: Vec<(f64, f64)> =
        after.iter().zip(&before).map(|((le, after), (_, before))| (*le, after - before)).collect();
    let all = fired.last().map_or(0.0, |(_, count)| *count);
    let p99 = fired.iter().find(|(_, count)| *count >= all * 0.99);
    Ok((in_flight, p99.map_or(f64::NAN, |(le, _)| le * 1_000.0)))
}

fn pending(server: &Server) -> Result<f64, BenchError> {
    let text = http::request(server.address, "GET", "/metrics", ("", ""))?;
    let line = text.lines().find_map(|line| line.strip_prefix("otpbench_messages_pending "));
    let pending = line.and_then(|number| number.trim().parse().ok());
    pending.ok_or(BenchError::WrongAnswers { program: "the metrics".into(), what: text })
}

/// The cumulated buckets of the timers' lateness: up to how many seconds, and how many timers.
fn buckets(server: &Server) -> Result<Vec<(f64, f64)>, BenchError> {
    let text = http::request(server.address, "GET", "/metrics", ("", ""))?;
    let bucket = |line: &str| {
        let rest = line.strip_prefix("otpbench_timer_lateness_seconds_bucket{le=\"")?;
        let (le, count) = rest.split_once("\"} ")?;
        let le = if le == "+Inf" { f64::INFINITY } else { le.parse().ok()? };
        Some((le, count.trim().parse().ok()?))
    };
    Ok(text.lines().filter_map(bucket).collect())
}
