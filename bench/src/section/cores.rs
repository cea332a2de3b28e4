//! What a second core brings.
//!
//! There are two cores in all, and the load generator needs some of them. So the server's own
//! processor time is measured: with one thread on one core while the load has the other, and with
//! two threads on both. A server that scales costs the same for each send in either case, and the
//! two cores then bring twice as much as one.

use super::{Effort, Row};
use crate::error::BenchError;
use crate::sample::Sample;
use crate::setting::{self, Room};
use crate::wrk::Load;

const GOAL: f64 = 1.7;

const HINDRANCE: &str = "the load generator has no more than one core's worth of requests, for which two threads wait: by \
    profile 0.8 µs of a send are their going to sleep and waking up, and all else costs 6 % more than on one thread";

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let one = Room { threads: Some("1"), cores: Some("0") };
    let two = Room { threads: Some("2"), cores: None };
    let [mut on_one, mut on_two] = <[Sample; 2]>::default();
    for _ in 0..effort.repeats {
        for (room, load_cores, sample) in [(one, Some("1"), &mut on_one), (two, None, &mut on_two)] {
            let server = setting::mock(effort, room, &[])?;
            let load = Load { connections: 128, secs: effort.secs, script: &script, cores: load_cores };
            let weighed = setting::weigh(&server, "the simulated Meta", load)?;
            sample.push(1e6 / weighed.micros);
        }
    }
    let gain = on_two.ratios(&on_one, 2.0);
    Ok(vec![
        Row::new("one thread on one core", "sends per second of processor time", on_one),
        Row::new("two threads on both cores", "sends per second of processor time", on_two),
        Row::new("what two cores bring", "times one core", gain)
            .at_least(GOAL, format!("at least {GOAL}"))
            .hindered_by(HINDRANCE),
    ])
}
