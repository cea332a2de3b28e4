//! Why a run could not be analysed.

use std::io;
use std::path::PathBuf;

use journal::ReadError;
use thiserror::Error;

/// Why a run could not be analysed.
#[derive(Debug, Error)]
pub enum AnalysisError {
    /// A journal could not be opened.
    #[error("the journal {} cannot be opened", path.display())]
    JournalClosed {
        /// The journal.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A journal could not be read from its beginning.
    #[error("the journal {} cannot be read", path.display())]
    JournalUnreadable {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: ReadError,
    },
    /// A file of the report could not be written.
    #[error("{} cannot be written", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A table of the report could not be written.
    #[error("the table {} cannot be written", path.display())]
    TableUnwritable {
        /// The file.
        path: PathBuf,
        /// What the table's writer says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
