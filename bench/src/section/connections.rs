//! The rate of sends with ever more connections that are kept alive.

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};

const CONNECTIONS: [u32; 4] = [10, 100, 1_000, 10_000];
const GOAL_PERCENT: f64 = 70.0;

const HINDRANCE: &str = "with 10,000 sockets the system's own tables no longer fit the cache, and it takes twice as \
    long for a request and its answer; hyper alone, which does nothing else, loses as much";

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let mut mock = <[Sample; 4]>::default();
    let [mut bare_few, mut bare_many] = <[Sample; 2]>::default();
    let [_, few, _, many] = CONNECTIONS;
    for _ in 0..effort.repeats {
        for (connections, sample) in CONNECTIONS.into_iter().zip(&mut mock) {
            let server = setting::mock(effort, WHOLE, &[])?;
            let load = (connections, effort.secs);
            let measured = setting::measure(&server, "the simulated Meta", &script, load)?;
            sample.push(measured.requests_per_sec);
        }
        for (connections, sample) in [(few, &mut bare_few), (many, &mut bare_many)] {
            let load = (connections, effort.secs);
            let measured = setting::measure(&setting::bare(WHOLE)?, "hyper alone", &script, load)?;
            sample.push(measured.requests_per_sec);
        }
    }
    let share = percent(&mock[3], &mock[1]);
    let bare_share = percent(&bare_many, &bare_few);
    let named = CONNECTIONS.into_iter().zip(mock);
    let mut rows: Vec<Row> = named
        .map(|(connections, sample)| Row::new(format!("{connections} connections"), "sends/s", sample))
        .collect();
    rows.push(Row::new(format!("hyper alone, {few} connections"), "sends/s", bare_few));
    rows.push(Row::new(format!("hyper alone, {many} connections"), "sends/s", bare_many));
    rows.push(Row::new(format!("hyper alone, {many} connections of {few}"), "%", bare_share));
    let goal = format!("at least {GOAL_PERCENT} %");
    let row = Row::new(format!("{many} connections of {few}"), "%", share).at_least(GOAL_PERCENT, goal);
    rows.push(row.hindered_by(HINDRANCE));
    Ok(rows)
}
