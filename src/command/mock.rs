//! `otpbench mock`: the simulated Meta alone.

use crate::cli::MockArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::scenario_file::ScenarioFile;
use crate::wiring;

pub(crate) fn execute(args: &MockArgs) -> Result<Exit, CommandError> {
    let scenario = match &args.scenario {
        Some(path) => Some(ScenarioFile::read(path)?.scenario),
        None => None,
    };
    let listener = wiring::listen(args.listen)?;
    mock_server::run_alone(listener, scenario.as_ref()).map_err(CommandError::Mock)?;
    Ok(Exit::Pass)
}
