//! Authentication sends accepted a second, with 32 and with 128 connections.

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};

/// The share of hyper's own rate that sends must reach.
const GOAL_PERCENT: f64 = 80.0;

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let mut rows = Vec::new();
    for connections in [32, 128] {
        let [mut bare, mut mock, mut unjournaled] = <[Sample; 3]>::default();
        let [mut bare_p99, mut mock_p99] = <[Sample; 2]>::default();
        for _ in 0..effort.repeats {
            let load = (connections, effort.secs);
            let measured = setting::measure(&setting::bare(WHOLE)?, "hyper alone", &script, load)?;
            bare.push(measured.requests_per_sec);
            bare_p99.push(measured.p99_millis);
            let server = setting::mock(effort, WHOLE, &[])?;
            let measured = setting::measure(&server, "the simulated Meta", &script, load)?;
            mock.push(measured.requests_per_sec);
            mock_p99.push(measured.p99_millis);
            drop(server);
            let server = setting::unjournaled_mock(WHOLE)?;
            let measured = setting::measure(&server, "the simulated Meta", &script, load)?;
            unjournaled.push(measured.requests_per_sec);
        }
        let of = |what: &str| format!("{what}, {connections} connections");
        let share = percent(&mock, &bare);
        rows.push(Row::new(of("hyper alone"), "sends/s", bare));
        rows.push(Row::new(of("hyper alone, p99"), "ms", bare_p99));
        rows.push(Row::new(of("simulated Meta, journal on"), "sends/s", mock.clone()));
        rows.push(Row::new(of("simulated Meta, p99"), "ms", mock_p99));
        let goal = format!("at least {GOAL_PERCENT} % of hyper alone");
        rows.push(Row::new(of("simulated Meta of hyper alone"), "%", share).at_least(GOAL_PERCENT, goal));
        let share = percent(&mock, &unjournaled);
        rows.push(Row::new(of("with the journal, of without"), "%", share).at_least(97.0, "at least 97 %"));
    }
    Ok(rows)
}
