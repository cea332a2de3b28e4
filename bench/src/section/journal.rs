//! How fast events are taken down.

use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

use journal::{Event, Fact, Writer};
use scenario::Elapsed;

use super::{Effort, Row};
use crate::error::BenchError;
use crate::sample::Sample;

const EVENTS: u64 = 10_000_000;
const GOAL: f64 = 5_000_000.0;

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let path = effort.scratch.join("journal.arrows");
    let mut sample = Sample::default();
    for _ in 0..effort.repeats {
        let file = File::create(&path).map_err(BenchError::of_file(&path))?;
        let mut writer = Writer::new(BufWriter::new(file))?;
        let began = Instant::now();
        for nth in 0..EVENTS {
            writer.write(&event(nth))?;
        }
        writer.finish()?;
        sample.push(EVENTS as f64 / began.elapsed().as_secs_f64());
    }
    Ok(vec![
        Row::new("events of messages, written to a file", "events/s and core", sample)
            .at_least(GOAL, "at least 5 million/s"),
    ])
}

/// The life of one message after the other, as a run journals them.
fn event(nth: u64) -> Event {
    let message = nth / 3;
    let fact = match nth % 3 {
        0 => Fact::MessageSent { message },
        1 => Fact::MessageDelivered { message },
        _ => Fact::MessageRead { message },
    };
    Event { at: Elapsed::from_micros(nth * 5), fact }
}
