//! `otpbench mock`: the simulated Meta alone.

use mock_server::Options;

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
    let options = Options {
        journal: args.journal.clone(),
        state: args.state.clone(),
        state_time: args.state_time,
        ..args.meta.options()
    };
    mock_server::run_alone(listener, scenario.as_ref(), &options).map_err(CommandError::Mock)?;
    Ok(Exit::Pass)
}
