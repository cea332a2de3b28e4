//! The folder of a run: what it holds from the start, so that a killed run can be reported too.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use analytics::{FACTS_VERSION, Mode, Report, RunFacts};
use scenario::{Arrivals, Scenario, Seed};

use crate::error::CommandError;
use crate::scenario_file::ScenarioFile;

const SCENARIO: &str = "scenario.toml";
const FACTS: &str = "run.json";

/// The folder of one run.
pub(crate) struct RunFolder {
    path: PathBuf,
}

/// Which program's journal it is.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    /// The load generator.
    Loadgen,
    /// The mock server.
    MockServer,
}

impl RunFolder {
    /// Makes the folder of a new run, with its scenario and its facts.
    pub(crate) fn create(
        reports: &Path,
        file: &ScenarioFile,
        mode: Mode,
        target: &str,
    ) -> Result<(Self, RunFacts), CommandError> {
        let scenario = &file.scenario;
        let now = jiff::Timestamp::now();
        let facts = RunFacts {
            version: FACTS_VERSION,
            scenario: scenario.name.clone(),
            mode,
            seed: scenario.seed.number(),
            otpbench: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: match mode {
                Mode::Run => Some(now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
                Mode::Rehearsal => None,
            },
            target: target.to_owned(),
            clock: clock_of(mode).to_owned(),
            arrivals_planned: Arrivals::new(&scenario.traffic, scenario.seed).count() as u64,
        };
        let begun = now.strftime("%Y-%m-%dT%H-%M-%S").to_string();
        let folder = Self { path: make(reports, &format!("{}-{begun}", scenario.name))? };
        let json = serde_json::to_vec_pretty(&facts).expect("facts serialize");
        folder.write(SCENARIO, file.text.as_bytes())?;
        folder.write(FACTS, &json)?;
        Ok((folder, facts))
    }

    /// Opens the folder of an earlier run.
    pub(crate) fn open(path: &Path) -> Result<(Self, ScenarioFile, RunFacts), CommandError> {
        let read = |missing| {
            let failed = |source| CommandError::NotARun { path: path.to_owned(), missing, source };
            fs::read_to_string(path.join(missing)).map_err(failed)
        };
        let facts_path = path.join(FACTS);
        let facts: RunFacts = serde_json::from_str(&read(FACTS)?)
            .map_err(|source| CommandError::Facts { path: facts_path, source })?;
        let mut file = ScenarioFile::parse(&facts.scenario, &path.join(SCENARIO), read(SCENARIO)?)?;
        file.scenario.seed = Seed::new(facts.seed);
        Ok((Self { path: path.to_owned() }, file, facts))
    }

    /// Begins the journal of a program.
    pub(crate) fn journal(&self, program: Program) -> Result<BufWriter<File>, CommandError> {
        let name = match program {
            Program::Loadgen => "loadgen.arrows",
            Program::MockServer => "mock-server.arrows",
        };
        let path = self.path.join("journal").join(name);
        let file = File::create(&path).map_err(|source| CommandError::Unwritable { path, source })?;
        Ok(BufWriter::with_capacity(1 << 20, file))
    }

    /// Makes the report from the journals.
    pub(crate) fn report(&self, scenario: &Scenario, facts: &RunFacts) -> Result<Report, CommandError> {
        Ok(analytics::analyse(&self.path, scenario, facts)?)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
        let path = self.path.join(name);
        fs::write(&path, bytes).map_err(|source| CommandError::Unwritable { path, source })
    }
}

/// Makes a folder of this name; where there is one already, of this name and a number.
fn make(reports: &Path, name: &str) -> Result<PathBuf, CommandError> {
    const NUMBERS_MAX: u32 = 1_000;
    let unwritable = |path: &Path, source| CommandError::Unwritable { path: path.to_owned(), source };
    fs::create_dir_all(reports).map_err(|source| unwritable(reports, source))?;
    for number in 1..=NUMBERS_MAX {
        let path = reports.join(if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
        match fs::create_dir(&path) {
            Ok(()) => {
                let journal = path.join("journal");
                return fs::create_dir(&journal)
                    .map(|()| path)
                    .map_err(|source| unwritable(&journal, source));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(unwritable(&path, source)),
        }
    }
    Err(unwritable(&reports.join(name), io::ErrorKind::AlreadyExists.into()))
}

const fn clock_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Run => "one monotonic clock for the generator, the target and the mock server",
        Mode::Rehearsal => "virtual time",
    }
}
