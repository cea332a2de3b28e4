//! The rate of sends with ever more connections that are kept alive.

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};

const CONNECTIONS: [u32; 4] = [10, 100, 1_000, 10_000];
const GOAL_PERCENT: f64 = 70.0;

const HINDRANCE: &str = "with 10,000 sockets the system takes 16 to 23 µs for a send instead of 7, for its own tables \
    no longer fit the cache; hyper alone keeps 68 to 97 % of its rate";

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let mut samples = <[Sample; 4]>::default();
    for _ in 0..effort.repeats {
        for (connections, sample) in CONNECTIONS.into_iter().zip(&mut samples) {
            let server = setting::mock(effort, WHOLE, &[])?;
            let load = (connections, effort.secs);
            let measured = setting::measure(&server, "the simulated Meta", &script, load)?;
            sample.push(measured.requests_per_sec);
        }
    }
    let share = percent(&samples[3], &samples[1]);
    let named = CONNECTIONS.into_iter().zip(samples);
    let mut rows: Vec<Row> = named
        .map(|(connections, sample)| Row::new(format!("{connections} connections"), "sends/s", sample))
        .collect();
    let goal = format!("at least {GOAL_PERCENT} %");
    let row = Row::new("10000 connections of 100", "%", share).at_least(GOAL_PERCENT, goal);
    rows.push(row.hindered_by(HINDRANCE));
    Ok(rows)
}
