//! The pacer: releases every arrival at its planned instant, whatever the target does.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use journal::Fact;
use scenario::{Arrival, Arrivals, Elapsed, Span};
use tokio::sync::oneshot;

use crate::flights::Flight;
use crate::run::Run;

/// The longest the pacer sleeps before it looks whether it is told to halt.
const NAP_MAX: Duration = Duration::from_millis(50);

/// Starts the pacer on a thread of its own; the answer comes when it has nothing more to release.
///
/// A thread and not a task, because tokio's timers are a millisecond coarse, and a busy runtime
/// would delay its own measure.
pub(crate) fn start(run: Arc<Run>, starts: Elapsed) -> io::Result<oneshot::Receiver<()>> {
    let (done, is_done) = oneshot::channel();
    thread::Builder::new().name("pacer".to_owned()).spawn(move || {
        Pacer { run: &run, starts }.pace();
        // Nobody listens where the run was dropped.
        let _ = done.send(());
    })?;
    Ok(is_done)
}

struct Pacer<'a> {
    run: &'a Run,
    starts: Elapsed,
}

/// The pacer was told to halt.
struct Halted;

impl Pacer<'_> {
    fn pace(&self) {
        // Halting is an end like any other: the run knows who asked for it.
        let _ = self.release_all();
    }

    fn release_all(&self) -> Result<(), Halted> {
        let scenario = &self.run.scenario;
        let mut phases = (0_u16..).zip(self.phase_starts()).peekable();
        for arrival in Arrivals::new(&scenario.traffic, scenario.seed) {
            let due = self.starts + arrival.planned.since(Elapsed::ZERO);
            while let Some((phase, at)) = phases.next_if(|(_, at)| *at <= due) {
                self.start_phase(phase, at)?;
            }
            self.wait_until(due)?;
            self.release(arrival, due);
        }
        phases.try_for_each(|(phase, at)| self.start_phase(phase, at))
    }

    fn phase_starts(&self) -> impl Iterator<Item = Elapsed> {
        let phases = self.run.scenario.traffic.phases.iter();
        phases.scan(self.starts, |next, phase| Some(std::mem::replace(next, *next + phase.lasts)))
    }

    fn start_phase(&self, phase: u16, at: Elapsed) -> Result<(), Halted> {
        self.wait_until(at)?;
        self.run.progress.phase.store(phase, Ordering::Relaxed);
        self.run.record(at, Fact::PhaseStarted { phase });
        Ok(())
    }

    fn release(&self, arrival: Arrival, due: Elapsed) {
        let scenario = &self.run.scenario;
        let number = scenario.recipients.number(scenario.seed, arrival.number);
        let recipient = scenario.seed.pseudonym(number);
        let planned = Fact::ArrivalPlanned { arrival: arrival.number, recipient, phase: arrival.phase };
        self.run.record(due, planned);
        self.run.progress.planned.add();
        self.run.release(Flight { recipient: number, arrival: arrival.number, planned: due });
    }

    /// Sleeps what is left, in naps, by the absolute instant: lateness never adds up.
    fn wait_until(&self, at: Elapsed) -> Result<(), Halted> {
        loop {
            if self.run.halt.is_cancelled() {
                return Err(Halted);
            }
            let left = at.since(self.run.clock.now());
            if left == Span::ZERO {
                return Ok(());
            }
            thread::sleep(Duration::from(left).min(NAP_MAX));
        }
    }
}
