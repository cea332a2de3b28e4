//! The line that tells how far a run has come, on a terminal; nothing elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use loadgen::{Progress, Standing};
use scenario::Scenario;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(500);

/// Shows progress until it is ended.
#[must_use]
pub(crate) struct ProgressLine(Option<(Sender<()>, JoinHandle<()>)>);

impl ProgressLine {
    /// Shows the progress of a run, if anybody watches.
    pub(crate) fn begin(scenario: &Arc<Scenario>, progress: &Arc<Progress>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (ended, end) = channel();
        let (scenario, progress) = (Arc::clone(scenario), Arc::clone(progress));
        let thread = thread::spawn(move || {
            let mut before = progress.look();
            while end.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let now = progress.look();
                write(&line(&scenario, &before, &now));
                before = now;
            }
            write("");
        });
        Self(Some((ended, thread)))
    }

    /// Stops showing, and clears the line.
    pub(crate) fn end(self) {
        if let Some((ended, thread)) = self.0 {
            drop(ended);
            thread.join().expect("the progress thread does not panic");
        }
    }
}

/// Writes a line over the one before. A terminal that is gone is no reason to stop.
fn write(line: &str) {
    let mut stderr = std::io::stderr().lock();
    let _gone = write!(stderr, "\r\x1b[2K{line}").and_then(|()| stderr.flush());
}

fn line(scenario: &Scenario, before: &Standing, now: &Standing) -> String {
    let per_sec = |later: u64, earlier: u64| later.saturating_sub(earlier) as f64 / EVERY.as_secs_f64();
    let phase = scenario.traffic.phases.get(usize::from(now.phase));
    let name = phase.map_or("draining", |phase| phase.name.as_str());
    let in_budget = match now.delivered {
        0 => "–".to_owned(),
        delivered => format!("{:.2} %", now.delivered_within_5s as f64 * 100.0 / delivered as f64),
    };
    format!(
        "{name}: planned {:.0}/s, achieved {:.0}/s · asked {} · delivered {} ({in_budget} within 5 s) · \
         verified {} · in flight {} · late p99 {:.1} ms",
        per_sec(now.planned, before.planned),
        per_sec(now.requested, before.requested),
        now.requested,
        now.delivered,
        now.verified,
        now.in_flight,
        now.lateness_recent_p99.micros() as f64 / 1_000.0,
    )
}
