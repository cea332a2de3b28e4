//! Authentication sends accepted a second, with 32 and with 128 connections.

mod hand_over;

use std::path::Path;

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::process::Server;
use crate::sample::Sample;
use crate::setting::{self, Room, WHOLE};
use crate::wrk::Load;

/// The share of hyper's own rate that sends must reach.
const GOAL_PERCENT: f64 = 80.0;

/// The share of a send's processor time that the journal may take.
const JOURNAL_PERCENT: f64 = 3.0;

/// What was measured of one server.
#[derive(Default)]
struct Taken {
    rate: Sample,
    p99: Sample,
    micros: Sample,
    journal_micros: Sample,
}

impl Taken {
    fn add(&mut self, server: &Server, name: &str, load: Load<'_>) -> Result<(), BenchError> {
        let weighed = setting::weigh(server, name, load)?;
        self.rate.push(weighed.measured.requests_per_sec);
        self.p99.push(weighed.measured.p99_millis);
        self.micros.push(weighed.micros);
        self.journal_micros.push(weighed.journal_micros);
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
    let [mut bare, mut one_thread, mut mock] = <[Taken; 3]>::default();
    let mut handed_over = Sample::default();
    for _ in 0..effort.repeats {
        bare.add(&setting::bare(WHOLE)?, "hyper alone", load)?;
        let narrow = Room { threads: Some("1"), ..WHOLE };
        one_thread.add(&setting::bare(narrow)?, "hyper alone on one thread", load)?;
        mock.add(&setting::mock(effort, WHOLE, &[])?, "the simulated Meta", load)?;
        handed_over.push(hand_over::micros(effort)?);
    }
    let of = |what: &str| format!("{what}, {connections} connections");
    let share = percent(&mock.rate, &bare.rate);
    let of_one_thread = percent(&mock.rate, &one_thread.rate);
    let journal = percent(&mock.journal_micros.plus(&handed_over), &mock.micros);
    Ok(vec![
        Row::new(of("hyper alone"), "sends/s", bare.rate),
        Row::new(of("hyper alone, p99"), "ms", bare.p99),
        Row::new(of("hyper alone, processor time"), "µs a send", bare.micros),
        Row::new(of("hyper alone on one thread"), "sends/s", one_thread.rate),
        Row::new(of("simulated Meta, journal on"), "sends/s", mock.rate),
        Row::new(of("simulated Meta, p99"), "ms", mock.p99),
        Row::new(of("simulated Meta, processor time"), "µs a send", mock.micros),
        Row::new(of("simulated Meta of hyper alone"), "%", share)
            .at_least(GOAL_PERCENT, format!("at least {GOAL_PERCENT} % of hyper alone")),
        Row::new(of("simulated Meta of hyper alone on one thread"), "%", of_one_thread),
        Row::new(of("the journal's part of the processor time"), "%", journal)
            .at_most(JOURNAL_PERCENT, format!("at most {JOURNAL_PERCENT} %")),
    ])
}
