//! `otpbench check`: what is wrong with scenarios.

use scenario::Arrivals;

use crate::cli::CheckArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::scenario_file::ScenarioFile;

pub(crate) fn execute(args: &CheckArgs) -> Result<Exit, CommandError> {
    let mut exit = Exit::Pass;
    for path in &args.scenarios {
        match ScenarioFile::read(path) {
            Ok(file) => {
                let scenario = &file.scenario;
                let arrivals = Arrivals::new(&scenario.traffic, scenario.seed).count();
                println!("{}: ok, {arrivals} arrivals in {}", path.display(), scenario.traffic.lasts());
            }
            Err(error) => {
                crate::tell(&error);
                exit = Exit::BadInput;
            }
        }
    }
    Ok(exit)
}
