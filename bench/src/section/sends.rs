//! Authentication sends accepted a second, with 32 and with 128 connections.

use std::path::Path;

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::process::Server;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};
use crate::wrk::Load;

/// The share of hyper's own rate that sends must reach.
const GOAL_PERCENT: f64 = 80.0;

/// The share of a send's processor time that the journal may take.
const JOURNAL_PERCENT: f64 = 3.0;

const HINDRANCE: &str = "half of a send is the system's part of the request and the answer, which hyper alone pays as \
    well. The other half is spread thin: 5 % copies, half of them into the journal of requests; 4 % timers; \
    2 % each for the shard, the body, the headers and the clock; link-time optimisation changes nothing. And \
    while ever more messages are on their way, the system clears memory for them, 5 ms for each 2 MiB here. It \
    would take a journal of requests that keeps less, one reading of the clock for each send, and timers whose \
    messages lie side by side";

const JOURNAL_HINDRANCE: &str = "by profile the journal's own thread takes 1 % of the processor time and handing events \
    over to it 0.4 %; two runs of the same server differ by more than that";

/// What was measured of one server.
#[derive(Default)]
struct Taken {
    rate: Sample,
    p99: Sample,
    micros: Sample,
}

impl Taken {
    fn add(&mut self, server: &Server, name: &str, load: Load<'_>) -> Result<(), BenchError> {
        let (measured, micros) = setting::weigh(server, name, load)?;
        self.rate.push(measured.requests_per_sec);
        self.p99.push(measured.p99_millis);
        self.micros.push(micros);
        Ok(())
    }
}

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let mut rows = Vec::new();
    for connections in [32, 128] {
        rows.extend(with(connections, effort, &script)?);
    }
    Ok(rows)
}

fn with(connections: u32, effort: &Effort, script: &Path) -> Result<Vec<Row>, BenchError> {
    let load = Load { connections, secs: effort.secs, script, cores: None };
    let [mut bare, mut mock, mut unjournaled] = <[Taken; 3]>::default();
    for _ in 0..effort.repeats {
        bare.add(&setting::bare(WHOLE)?, "hyper alone", load)?;
        mock.add(&setting::mock(effort, WHOLE, &[])?, "the simulated Meta", load)?;
        unjournaled.add(&setting::unjournaled_mock(WHOLE)?, "the simulated Meta", load)?;
    }
    let of = |what: &str| format!("{what}, {connections} connections");
    let share = percent(&mock.rate, &bare.rate);
    let journal = percent(&mock.micros.less(&unjournaled.micros), &mock.micros);
    Ok(vec![
        Row::new(of("hyper alone"), "sends/s", bare.rate),
        Row::new(of("hyper alone, p99"), "ms", bare.p99),
        Row::new(of("hyper alone, processor time"), "µs a send", bare.micros),
        Row::new(of("simulated Meta, journal on"), "sends/s", mock.rate),
        Row::new(of("simulated Meta, p99"), "ms", mock.p99),
        Row::new(of("simulated Meta, processor time"), "µs a send", mock.micros),
        Row::new(of("simulated Meta of hyper alone"), "%", share)
            .at_least(GOAL_PERCENT, format!("at least {GOAL_PERCENT} % of hyper alone"))
            .hindered_by(HINDRANCE),
        Row::new(of("the journal's part of the processor time"), "%", journal)
            .at_most(JOURNAL_PERCENT, format!("at most {JOURNAL_PERCENT} %"))
            .hindered_by(JOURNAL_HINDRANCE),
    ])
}
