//! What was measured, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::BenchError;
use crate::sample::Sample;
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
    method: &'static str,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(effort: &Effort) -> Self {
        Self { machine: machine(), repeats: effort.repeats, secs: effort.secs, sections: Vec::new() }
    }

    pub(crate) fn add(&mut self, section: Section, rows: Vec<Row>) {
        self.sections.push(Measured { title: section.title(), method: section.method(), rows });
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
        self.sections.iter().for_each(|section| section.write(&mut text));
        text
    }
}

impl Measured {
    /// Its heading, how it was measured, its table, and what stands in the way of what it missed.
    fn write(&self, text: &mut String) {
        let head = "| what | unit | measured | goal |\n|---|---|---:|---|";
        writeln!(text, "\n## {}\n\n{}\n\n{head}", self.title, self.method).expect(INFALLIBLE);
        for row @ Row { what, unit, sample, .. } in &self.rows {
            writeln!(text, "| {what} | {unit} | {} | {} |", told(sample), verdict(row)).expect(INFALLIBLE);
        }
        let goals = self.rows.iter().filter_map(|row| Some((&row.what, row.goal.as_ref()?)));
        for (nth, (what, goal)) in goals.filter(|(_, goal)| !goal.is_met).enumerate() {
            let hindrance = goal.hindrance.unwrap_or("nobody has found out yet");
            let before = if nth == 0 { "\nWhat stands in the way:\n\n" } else { "" };
            writeln!(text, "{before}- *{what}*: {hindrance}.").expect(INFALLIBLE);
        }
    }
}

/// The median and how far the measurements lie apart.
fn told(sample: &Sample) -> String {
    if sample.median().is_nan() {
        return "could not be measured".to_owned();
    }
    let [median, lowest, highest] = [sample.median(), sample.lowest(), sample.highest()].map(number);
    format!("{median} ({lowest} to {highest})")
}

fn verdict(row: &Row) -> String {
    let Some(goal) = &row.goal else { return String::new() };
    format!("{}: {}", goal.text, if goal.is_met { "met" } else { "**missed**" })
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
The server, the load generator and, for webhooks, the receiver share all cores of the machine, so
that what else runs there is measured too: leave it alone meanwhile.
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
    use crate::sample::Sample;
    use crate::section::Row;

    use super::{Measured, number};

    /// A section of one row, measured once at this value, held against a least of 10.
    fn section(value: f64) -> String {
        let mut sample = Sample::default();
        sample.push(value);
        let row =
            Row::new("wheels", "wheels/s", sample).at_least(10.0, "at least 10").hindered_by("the brake");
        let mut text = String::new();
        Measured { title: "Wheels", method: "They turn.", rows: vec![row] }.write(&mut text);
        text
    }

    #[test]
    fn what_stands_in_the_way_is_told_only_where_the_goal_is_missed() {
        assert!(
            section(9.0).ends_with(
                "at least 10: **missed** |\n\nWhat stands in the way:\n\n- *wheels*: the brake.\n"
            )
        );
        assert!(section(11.0).ends_with("at least 10: met |\n"));
    }

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        assert_eq!([number(1_234_567.0), number(80.125), number(999.5)], ["1,234,567", "80.12", "999.50"]);
    }
}
