//! The one command: load-tests the path of a one-time password over WhatsApp.

mod cli;
mod command;
mod error;
mod exit;
mod interrupt;
mod progress;
mod run_folder;
mod scenario_file;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::error::CommandError;

/// Each request allocates a little, on whichever thread it is: this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match command::execute(Cli::parse().command) {
        Ok(exit) => exit.into(),
        Err(error) => {
            tell(&error);
            error.exit().into()
        }
    }
}

/// Prints an error, what lies behind it, and what to do about it.
fn tell(error: &CommandError) {
    eprintln!("error: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        eprintln!("  because {error}");
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        eprintln!("hint: {hint}");
    }
}
