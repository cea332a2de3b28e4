//! Why a benchmark could not be made.

use std::io;
use std::path::Path;

use thiserror::Error;

/// Why a benchmark could not be made.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    /// A program could not be started.
    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: io::Error },
    /// A server ended, or never said where it listens.
    #[error("{program} did not come up within {secs} s")]
    NotUp { program: String, secs: u64 },
    /// The load generator's output is not understood.
    #[error("wrk said something that is not understood:\n{output}")]
    Wrk { output: String },
    /// Answers were not what they had to be, so that their rate means nothing.
    #[error("{program} did not answer as it must: {what}")]
    WrongAnswers { program: String, what: String },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File { path: String, source: io::Error },
    /// A journal could not be written.
    #[error(transparent)]
    Journal(#[from] journal::WriteError),
    /// A journal could not be begun or ended.
    #[error(transparent)]
    Journaling(#[from] mock_server::JournalingError),
}

impl BenchError {
    /// What happened to the file of this path.
    pub(crate) fn of_file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }

    /// What may help.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Start { program, source }
                if program == "wrk" && source.kind() == io::ErrorKind::NotFound =>
            {
                Some("install the load generator: apt-get install wrk")
            }
            _ => None,
        }
    }
}
