//! `otpbench rehearse`: a scenario in virtual time.

use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

use analytics::Mode;
use cloud_sim::{Rehearsal, Sink};
use journal::{Event, Fact, WriteError, Writer};

use crate::cli::RehearseArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::run_folder::{Program, RunFolder};
use crate::scenario_file::ScenarioFile;

/// Writes the two journals of a rehearsal.
struct Journals {
    generator: Journal,
    meta: Journal,
    interrupt: Interrupt,
    arrivals: u64,
}

/// A journal, and what went wrong with it first.
struct Journal {
    writer: Writer<BufWriter<File>>,
    failed: Option<WriteError>,
}

pub(crate) fn execute(args: &RehearseArgs) -> Result<Exit, CommandError> {
    let file = ScenarioFile::of(&args.scenario)?;
    let target = "a model of the example target";
    let (folder, facts) = RunFolder::create(&args.scenario.reports, &file, Mode::Rehearsal, target)?;
    let interrupt = Interrupt::listen(|| {})?;
    let mut journals = Journals {
        generator: Journal::begin(folder.journal(Program::Loadgen)?)?,
        meta: Journal::begin(folder.journal(Program::MockServer)?)?,
        interrupt: interrupt.clone(),
        arrivals: 0,
    };
    let began = Instant::now();
    Rehearsal::new(&file.scenario, &mut journals).run();
    let (arrivals, took) = (journals.arrivals, began.elapsed());
    journals.generator.finish()?;
    journals.meta.finish()?;
    let rate = arrivals as f64 / took.as_secs_f64();
    eprintln!("rehearsed {arrivals} codes in {:.2} s ({rate:.0} codes/s)", took.as_secs_f64());
    let report = folder.report(&file.scenario, &facts)?;
    print!("{}", report.screen);
    Ok(if interrupt.is_asked() { Exit::Interrupted } else { Exit::of(&report) })
}

impl Sink for Journals {
    fn generator(&mut self, event: Event) {
        self.arrivals += u64::from(matches!(event.fact, Fact::ArrivalPlanned { .. }));
        self.generator.write(&event);
    }

    fn meta(&mut self, event: Event) {
        self.meta.write(&event);
    }

    fn is_stopped(&self) -> bool {
        self.interrupt.is_asked() || self.generator.failed.is_some() || self.meta.failed.is_some()
    }
}

impl Journal {
    fn begin(file: BufWriter<File>) -> Result<Self, CommandError> {
        Ok(Self { writer: Writer::new(file)?, failed: None })
    }

    fn write(&mut self, event: &Event) {
        if let Err(error) = self.writer.write(event) {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(self) -> Result<(), CommandError> {
        match self.failed {
            Some(error) => Err(error.into()),
            None => Ok(self.writer.finish().map(drop)?),
        }
    }
}
