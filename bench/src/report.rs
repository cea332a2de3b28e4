//! What was measured, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::BenchError;
use crate::section::{Effort, Row, Section};

/// One run of the benchmarks.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: String,
    repeats: u32,
    secs: u32,
    sections: Vec<Measured>,
}

#[derive(Debug, Serialize)]
struct Measured {
    title: &'static str,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(effort: &Effort) -> Self {
        Self { machine: machine(), repeats: effort.repeats, secs: effort.secs, sections: Vec::new() }
    }

    pub(crate) fn add(&mut self, section: Section, rows: Vec<Row>) {
        self.sections.push(Measured { title: section.title(), rows });
    }

    /// Writes `NAME.md` and `NAME.json`.
    pub(crate) fn write(&self, name: &str) -> Result<(), BenchError> {
        let json = serde_json::to_string_pretty(self).expect("measurements serialize");
        for (path, text) in [(format!("{name}.md"), self.markdown()), (format!("{name}.json"), json)] {
            std::fs::write(&path, text).map_err(|source| BenchError::File { path, source })?;
        }
        Ok(())
    }

    fn markdown(&self) -> String {
        let mut text = format!("{INTRODUCTION}\nMeasured on {}, ", self.machine);
        let (repeats, secs) = (self.repeats, self.secs);
        writeln!(text, "{repeats} repeats of {secs} s each, in turn: median (lowest to highest).")
            .expect(INFALLIBLE);
        for section in &self.sections {
            writeln!(text, "\n## {}\n\n| what | unit | measured | goal |\n|---|---|---|---|", section.title)
                .expect(INFALLIBLE);
            for Row { what, unit, sample, goal } in &section.rows {
                let range = format!(
                    "{} ({} to {})",
                    number(sample.median()),
                    number(sample.lowest()),
                    number(sample.highest())
                );
                let goal = goal.as_ref().map_or_else(String::new, |goal| {
                    format!("{}: {}", goal.text, if goal.is_met { "met" } else { "**missed**" })
                });
                writeln!(text, "| {what} | {unit} | {range} | {goal} |").expect(INFALLIBLE);
            }
        }
        text
    }
}

const INFALLIBLE: &str = "a string takes any text";

const INTRODUCTION: &str = "\
# Benchmarks

Ratios are made within one repeat, side by side, because machines differ and are noisy. To repeat:

```sh
apt-get install wrk                        # the load generator
cargo run --release -p bench -- --out BENCHMARKS
```

`cargo run --release -p bench -- sends webhooks` measures some sections only; `--help` says more.
The server, the load generator and, for webhooks, the receiver share all cores of the machine.
";

/// A number with as many digits as mean something.
fn number(value: f64) -> String {
    if value >= 1_000.0 {
        let whole = format!("{value:.0}");
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    } else {
        format!("{value:.2}")
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{cores} cores of {}", model.map_or("an unknown processor", |(_, model)| model))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        assert_eq!([number(1_234_567.0), number(80.125), number(999.5)], ["1,234,567", "80.12", "999.50"]);
    }
}
