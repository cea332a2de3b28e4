//! The subcommands, one file each.

mod check;
mod mock;
mod rehearse;
mod report;
mod run;
mod target;

use crate::cli::Command;
use crate::error::CommandError;
use crate::exit::Exit;

/// Does what the command line asks for.
pub(crate) fn execute(command: Command) -> Result<Exit, CommandError> {
    match command {
        Command::Run(args) => run::execute(&args),
        Command::Rehearse(args) => rehearse::execute(&args),
        Command::Mock(args) => mock::execute(&args),
        Command::Target(args) => target::execute(&args),
        Command::Report(args) => report::execute(&args),
        Command::Check(args) => check::execute(&args),
    }
}
