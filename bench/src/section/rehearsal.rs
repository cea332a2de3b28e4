//! Codes a second in virtual time, both journals written.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use cloud_sim::{Rehearsal, Sink};
use journal::{Event, Writer};
use scenario::Scenario;

use super::{Effort, Row};
use crate::error::BenchError;
use crate::sample::Sample;

const CODES: f64 = 500_000.0;
const GOAL: f64 = 500_000.0;

/// What takes the time, as `perf` tells where nothing else runs, and where much does.
const HINDRANCE: &str = "of a code's time, 13 % draws durations, to the same bits on every machine; 12 % is the system \
    taking in 520 bytes of journal; 9 % copies those and the statuses; 6 % waits for memory, and 25 % where \
    other programs use the same cache";

/// 500 seconds of a thousand codes a second.
const SCENARIO: &str = r#"
about = "a benchmark"
seed = 1
traffic = { phases = [{ for = "500s", rate = "1000/s" }] }
budgets = { delivered = ">= 0 %" }
[template]
name = "login_code"
"#;

struct Journals {
    generator: Writer<BufWriter<File>>,
    meta: Writer<BufWriter<File>>,
}

impl Sink for Journals {
    fn generator(&mut self, event: Event) {
        self.generator.write(&event).expect("the scratch folder takes the journal");
    }

    fn meta(&mut self, event: Event) {
        self.meta.write(&event).expect("the scratch folder takes the journal");
    }

    fn is_stopped(&self) -> bool {
        false
    }
}

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let scenario = Scenario::parse("benchmark", SCENARIO).expect("the scenario follows the rules");
    let mut sample = Sample::default();
    for _ in 0..effort.repeats {
        let mut journals = Journals {
            generator: writer(&effort.scratch.join("loadgen.arrows"))?,
            meta: writer(&effort.scratch.join("mock-server.arrows"))?,
        };
        let began = Instant::now();
        Rehearsal::new(&scenario, &mut journals).run();
        journals.generator.finish()?;
        journals.meta.finish()?;
        sample.push(CODES / began.elapsed().as_secs_f64());
    }
    Ok(vec![
        Row::new("500,000 codes at 1,000/s", "codes/s and core", sample)
            .at_least(GOAL, "at least 500,000/s")
            .hindered_by(HINDRANCE),
    ])
}

fn writer(path: &Path) -> Result<Writer<BufWriter<File>>, BenchError> {
    let file = File::create(path).map_err(BenchError::of_file(path))?;
    Ok(Writer::new(BufWriter::new(file))?)
}
