//! Benchmarks of the simulated Meta, side by side with what it is compared to.
//!
//! One run measures each thing several times, in turn with what it is held against, and writes
//! medians with their spread as Markdown and JSON. It is never a test: machines are too different.

mod error;
mod http;
mod process;
mod report;
mod sample;
mod section;
mod serve;
mod setting;
mod wrk;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::BenchError;
use crate::report::Report;
use crate::section::{Effort, Section};

/// Each request allocates a little, on whichever thread it is: this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the simulated Meta beside what it is compared to, and writes tables of what came out.
///
/// `wrk` makes the load and must be installed. Everything takes about half an hour; nothing
/// else should run meanwhile. Servers listen on this machine only. Other mocks are installed from
/// their registries into `target/bench`, which needs `npm`, `java` and a network.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Hidden>,
    /// What to measure; everything where nothing is named.
    #[arg(value_enum)]
    sections: Vec<Section>,
    /// How often each thing is measured.
    #[arg(long, default_value_t = 5)]
    repeats: u32,
    /// How long one measurement under load lasts, in seconds.
    #[arg(long, default_value_t = 5)]
    secs: u32,
    /// Where to write the results: `OUT.md` for people and `OUT.json` for programs.
    #[arg(long, default_value = "target/benchmarks")]
    out: String,
}

#[derive(Debug, Subcommand)]
enum Hidden {
    /// Runs one of the servers that are measured.
    #[command(subcommand, hide = true)]
    Serve(serve::Serve),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Hidden::Serve(server)) => {
            server.run().map_err(|source| BenchError::Start { program: "the server".to_owned(), source })
        }
        None => measure(cli),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn measure(cli: Cli) -> Result<(), BenchError> {
    let scratch = PathBuf::from("target/bench");
    std::fs::create_dir_all(&scratch).map_err(BenchError::of_file(&scratch))?;
    let scratch = scratch.canonicalize().unwrap_or(scratch);
    let effort = Effort { repeats: cli.repeats, secs: cli.secs, scratch };
    let sections = if cli.sections.is_empty() { Section::ALL.to_vec() } else { cli.sections };
    let mut report = Report::new(&effort);
    for section in sections {
        eprintln!("measuring: {}", section.title());
        report.add(section, section.measure(&effort)?);
        report.write(&cli.out)?;
    }
    eprintln!("written: {0}.md and {0}.json", cli.out);
    Ok(())
}
