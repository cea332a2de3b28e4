//! `otpbench report`: the report of a run, made again from its journal.

use crate::cli::ReportArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::run_folder::RunFolder;

pub(crate) fn execute(args: &ReportArgs) -> Result<Exit, CommandError> {
    let (folder, file, facts) = RunFolder::open(&args.run)?;
    let report = folder.report(&file.scenario, &facts)?;
    print!("{}", report.screen);
    Ok(Exit::of(&report))
}
