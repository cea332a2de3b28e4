//! Why the command could not do what it was asked to.

use std::io;
use std::path::{Path, PathBuf};

use analytics::AnalysisError;
use example_target::TargetError;
use loadgen::LoadError;
use mock_server::JournalingError;
use scenario::Mistakes;
use thiserror::Error;

use crate::exit::Exit;

/// Why the command could not do what it was asked to.
#[derive(Debug, Error)]
pub(crate) enum CommandError {
    /// The scenario's file cannot be read.
    #[error("the scenario {path} cannot be read")]
    ScenarioFile { path: PathBuf, source: io::Error },
    /// The scenario breaks rules.
    #[error("the scenario {path} cannot be used\n{mistakes}")]
    Scenario { path: PathBuf, mistakes: Mistakes },
    /// A folder for the run cannot be made or written.
    #[error("{path} cannot be written")]
    Unwritable { path: PathBuf, source: io::Error },
    /// A folder holds no run.
    #[error("{path} is not the folder of a run: its {missing} cannot be read")]
    NotARun { path: PathBuf, missing: &'static str, source: io::Error },
    /// `run.json` cannot be understood.
    #[error("{path} cannot be understood")]
    Facts { path: PathBuf, source: serde_json::Error },
    /// The mock server did not start.
    #[error("the mock server cannot start")]
    Mock(#[source] io::Error),
    /// The target did not start, or ended early.
    #[error("the example target cannot start")]
    Target(#[from] TargetError),
    /// The target is there but cannot set itself up.
    #[error("the example target cannot be set up: {0}")]
    TargetSetup(String),
    /// Nothing listens where the target should.
    #[error("nothing listens at {address}")]
    TargetDown { address: String, source: io::Error },
    /// The target's callback does not pass the handshake.
    #[error("the callback {url} does not pass Meta's handshake: {reason}")]
    Callback { url: String, reason: String },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen { address: std::net::SocketAddr, source: io::Error },
    /// An argument cannot be used.
    #[error("{what} is `{found}`, but must be {rule}")]
    Argument { what: &'static str, found: String, rule: &'static str },
    /// The load could not be made.
    #[error("the load cannot be made")]
    Load(#[from] LoadError),
    /// The journal could not be written.
    #[error("the journal cannot be written")]
    Journal(#[from] JournalingError),
    /// The report could not be made.
    #[error("the report cannot be made")]
    Report(#[from] AnalysisError),
    /// The system refused something that every system grants.
    #[error("the system refused {what}")]
    System { what: &'static str, source: io::Error },
}

impl From<journal::WriteError> for CommandError {
    fn from(source: journal::WriteError) -> Self {
        Self::Journal(source.into())
    }
}

impl CommandError {
    /// The example target cannot be told who it is.
    pub(crate) fn tenants_of_example(path: &Path) -> Self {
        let rule =
            "left out: the example target has ids of its own; `target.base-url` in the scenario names yours";
        Self::Argument { what: "--tenants", found: path.display().to_string(), rule }
    }

    /// The system took a port back, or did not give one.
    pub(crate) const fn port(source: io::Error) -> Self {
        Self::System { what: "a port", source }
    }

    /// Whose fault it is: the caller's, or ours.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::ScenarioFile { .. }
            | Self::Scenario { .. }
            | Self::Unwritable { .. }
            | Self::NotARun { .. }
            | Self::Facts { .. }
            | Self::Target(_)
            | Self::TargetDown { .. }
            | Self::Callback { .. }
            | Self::Listen { .. }
            | Self::Argument { .. }
            | Self::Report(_) => Exit::BadInput,
            Self::Mock(error) if is_bad_input(error) => Exit::BadInput,
            Self::Mock(_) | Self::TargetSetup(_) | Self::Load(_) | Self::Journal(_) | Self::System { .. } => {
                Exit::Internal
            }
        }
    }

    /// What would help, where there is something to say.
    pub(crate) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ScenarioFile { .. } => Some("the folder scenarios/ holds scenarios to begin with"),
            Self::Scenario { .. } => Some("scenarios/README.md explains every key"),
            Self::Unwritable { .. } => Some("--reports names another folder to write into"),
            Self::NotARun { .. } => Some("name a folder inside reports/, such as the one that `run` printed"),
            Self::Listen { .. } => Some("another program may hold the port; port 0 takes any free one"),
            Self::TargetDown { .. } => {
                Some("start the target first, or leave it out to test the example target")
            }
            Self::Callback { .. } => Some(
                "it must answer GET with status 200 and the text of `hub.challenge` alone, where \
                 `hub.verify_token` is `target.webhook.verify-token` of the scenario",
            ),
            _ => None,
        }
    }
}

/// Whether a file that the user named is at fault.
fn is_bad_input(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData
            | io::ErrorKind::AlreadyExists
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::NotFound
    )
}
