//! The exit codes, which are part of the command's interface.

use std::process::ExitCode;

use analytics::{Report, Verdict};

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything asked for was done, and every budget was met.
    Pass = 0,
    /// The command itself failed.
    Internal = 1,
    /// What it was given cannot be used; nothing was started.
    BadInput = 2,
    /// The run cannot be trusted, so that it neither passes nor fails.
    Invalid = 98,
    /// A budget was missed.
    BudgetMissed = 99,
    /// Somebody interrupted it; the report is of what happened until then.
    Interrupted = 130,
}

impl Exit {
    /// What a report says about the run, as an exit code.
    pub(crate) const fn of(report: &Report) -> Self {
        match report.verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::BudgetMissed,
            Verdict::Invalid => Self::Invalid,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
