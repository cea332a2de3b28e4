//! `otpbench mock`: the simulated Meta alone.

use crate::cli::MockArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::scenario_file::ScenarioFile;

pub(crate) fn execute(args: &MockArgs) -> Result<Exit, CommandError> {
    let scenario = match &args.scenario {
        Some(path) => Some(ScenarioFile::read(path)?.scenario),
        None => None,
    };
    mock_server::run_alone(args.listen, scenario.as_ref())?;
    Ok(Exit::Pass)
}
