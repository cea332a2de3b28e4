//! What is known of a run besides its scenario and its journals: the contents of `run.json`.

use serde::{Deserialize, Serialize};

/// The version of `run.json`.
///
/// Fields are added without a new version and must then have a default; a field that changes its
/// meaning brings a new one.
pub const FACTS_VERSION: u32 = 1;

/// What is known of a run before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The version of the format, [`FACTS_VERSION`].
    pub version: u32,
    /// The scenario's name.
    pub scenario: String,
    /// Whether time was real.
    pub mode: Mode,
    /// The seed that the run used.
    pub seed: u64,
    /// The version of `otpbench` that ran it.
    pub otpbench: String,
    /// When it began, as RFC 3339 text; none in a rehearsal, which has no date.
    pub started_at: Option<String>,
    /// The service under test, as a person would name it, such as its base URL.
    pub target: String,
    /// What can be said of the clock that both journals share.
    pub clock: String,
    /// How many arrivals the scenario plans.
    pub arrivals_planned: u64,
}

/// Whether time was real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Over sockets, in real time.
    Run,
    /// In virtual time, without sockets.
    Rehearsal,
}

impl Mode {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Rehearsal => "rehearsal",
        }
    }
}
