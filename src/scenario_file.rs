//! Scenarios on disk.

use std::path::{Path, PathBuf};

use scenario::{Scenario, Seed};

use crate::cli::ScenarioArgs;
use crate::error::CommandError;

/// A scenario and the text that it was read from.
pub(crate) struct ScenarioFile {
    pub(crate) scenario: Scenario,
    pub(crate) text: String,
}

impl ScenarioFile {
    /// Reads the scenario of a command line, with the seed that it names.
    pub(crate) fn of(args: &ScenarioArgs) -> Result<Self, CommandError> {
        let mut file = Self::read(&args.scenario)?;
        if let Some(seed) = args.seed {
            file.scenario.seed = Seed::new(seed);
        }
        Ok(file)
    }

    /// Reads a scenario; its name is the file's unless it says otherwise.
    ///
    /// Warns of what is not taken as it was written.
    pub(crate) fn read(path: &Path) -> Result<Self, CommandError> {
        let unreadable = |source| CommandError::ScenarioFile { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let file = Self::parse(&name, path, text)?;
        for warning in &file.scenario.warnings {
            eprintln!("warning: {}: {warning}", path.display());
        }
        Ok(file)
    }

    /// Reads a scenario from a text that was read from `path`.
    pub(crate) fn parse(name: &str, path: &Path, text: String) -> Result<Self, CommandError> {
        match Scenario::parse(name, &text) {
            Ok(scenario) => Ok(Self { scenario, text }),
            Err(mistakes) => Err(CommandError::Scenario { path: PathBuf::from(path), mistakes }),
        }
    }
}
