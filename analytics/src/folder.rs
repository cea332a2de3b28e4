//! The folder of a run: where its files are, and how they are opened.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use journal::Reader;

use crate::error::AnalysisError;

/// How much of a journal is read at once, in bytes.
const READ_BYTES: usize = 1 << 20;

/// A run's folder.
pub(crate) struct Folder {
    path: PathBuf,
}

/// The journal of one program.
pub(crate) type JournalReader = Reader<BufReader<File>>;

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Its path, as it was given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the journal of this program; none where the program left none, or not a byte in it.
    pub(crate) fn journal(&self, program: &str) -> Result<Option<JournalReader>, AnalysisError> {
        let path = self.journal_path(program);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(AnalysisError::JournalClosed { path, source }),
        };
        if file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return Ok(None);
        }
        let stream = BufReader::with_capacity(READ_BYTES, file);
        let reader = Reader::new(stream);
        reader.map(Some).map_err(|source| AnalysisError::JournalUnreadable { path, source })
    }

    /// Opens the journal of this program, which has to be there.
    pub(crate) fn journal_required(&self, program: &str) -> Result<JournalReader, AnalysisError> {
        self.journal(program)?.ok_or_else(|| AnalysisError::JournalClosed {
            path: self.journal_path(program),
            source: io::Error::new(io::ErrorKind::NotFound, "it is missing or empty"),
        })
    }

    fn journal_path(&self, program: &str) -> PathBuf {
        self.path.join("journal").join(format!("{program}.arrows"))
    }

    /// Creates a file of the report, with the folders above it.
    pub(crate) fn create(&self, name: &str) -> Result<BufWriter<File>, AnalysisError> {
        let path = self.path.join(name);
        let parent = path.parent().unwrap_or(&self.path);
        let created = fs::create_dir_all(parent).and_then(|()| File::create(&path));
        created.map(BufWriter::new).map_err(|source| AnalysisError::Unwritable { path, source })
    }

    /// Writes a file of the report.
    pub(crate) fn write(&self, name: &str, contents: &str) -> Result<(), AnalysisError> {
        use io::Write as _;
        let mut file = self.create(name)?;
        let written = file.write_all(contents.as_bytes()).and_then(|()| file.flush());
        written.map_err(|source| AnalysisError::Unwritable { path: self.path.join(name), source })
    }

    /// Why a table of the report could not be written.
    pub(crate) fn table_error(
        &self,
        name: &str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> AnalysisError {
        AnalysisError::TableUnwritable { path: self.path.join(name), source: Box::new(source) }
    }
}
