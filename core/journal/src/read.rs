//! Reading a journal, up to where its writer was stopped.

use std::io;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, PrimitiveArray, RecordBatch, types::ArrowPrimitiveType};
use arrow_ipc::reader::StreamReader;
use arrow_schema::ArrowError;
use thiserror::Error;

use crate::columns::{SCHEMA_VERSION, VERSION_KEY, schema};
use crate::event::{Event, Fact};
use crate::row::Row;

/// Why a journal could not be read at all.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It has no readable beginning.
    #[error("this is not a journal of otpbench, or it was cut off before its first event")]
    NotAJournal(#[source] ArrowError),
    /// It was written by another version.
    #[error("the journal has schema version {found}, but must have {SCHEMA_VERSION}")]
    OtherVersion {
        /// The version that the journal names, `none` where it names none.
        found: String,
    },
    /// Its columns are not those of its version.
    #[error("the journal's columns are not those of schema version {SCHEMA_VERSION}")]
    OtherColumns,
}

/// How a journal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The writer finished it.
    Whole,
    /// The writer was stopped; all batches up to here were read.
    CutOff {
        /// How many bytes at the end belong to no whole batch.
        bytes_lost: u64,
    },
}

/// Reads a journal batch by batch.
pub struct Reader<R: io::Read> {
    stream: StreamReader<Counted<R>>,
    whole_up_to: u64,
    saw_end: bool,
    ending: Option<Ending>,
}

/// Some events in a row, still in columns.
pub struct Batch {
    at: PrimitiveArray<UInt64Type>,
    kind: PrimitiveArray<UInt8Type>,
    arrival: PrimitiveArray<UInt64Type>,
    message: PrimitiveArray<UInt64Type>,
    recipient: PrimitiveArray<UInt64Type>,
    code: PrimitiveArray<UInt32Type>,
    http_status: PrimitiveArray<UInt16Type>,
    phase: PrimitiveArray<UInt16Type>,
    attempt: PrimitiveArray<UInt8Type>,
    status: PrimitiveArray<UInt8Type>,
    cause: PrimitiveArray<UInt8Type>,
    mistyped: PrimitiveArray<UInt8Type>,
}

impl<R: io::Read> Reader<R> {
    /// A reader of this stream, which should be buffered.
    ///
    /// # Errors
    ///
    /// When the stream does not begin as a journal of this version does.
    pub fn new(stream: R) -> Result<Self, ReadError> {
        let counted = Counted { stream, bytes: 0 };
        let stream = StreamReader::try_new(counted, None).map_err(ReadError::NotAJournal)?;
        let found = stream.schema().metadata.get(VERSION_KEY).cloned();
        if found.as_deref() != Some(SCHEMA_VERSION) {
            return Err(ReadError::OtherVersion { found: found.unwrap_or_else(|| "none".to_owned()) });
        }
        if *stream.schema() != schema() {
            return Err(ReadError::OtherColumns);
        }
        let whole_up_to = stream.get_ref().bytes;
        Ok(Self { stream, whole_up_to, saw_end: false, ending: None })
    }

    /// The next batch; `None` once the journal has ended, however it did.
    pub fn next_batch(&mut self) -> Option<Batch> {
        if self.ending.is_some() {
            return None;
        }
        let batch = match self.stream.next() {
            Some(Ok(batch)) => Batch::new(&batch),
            Some(Err(_)) => return self.end(),
            None => {
                self.whole_up_to = self.stream.get_ref().bytes;
                return self.end();
            }
        };
        self.whole_up_to = self.stream.get_ref().bytes;
        self.saw_end = batch.events().last().is_some_and(|event| event.fact == Fact::RunEnded);
        Some(batch)
    }

    /// How the journal ended; `None` while there is more to read.
    #[must_use]
    pub const fn ending(&self) -> Option<Ending> {
        self.ending
    }

    fn end(&mut self) -> Option<Batch> {
        let mut rest = Vec::new();
        // What cannot be read any more is lost all the same.
        let _unreadable = io::Read::read_to_end(self.stream.get_mut(), &mut rest);
        let bytes_lost = self.stream.get_ref().bytes - self.whole_up_to;
        let ending = if self.saw_end { Ending::Whole } else { Ending::CutOff { bytes_lost } };
        self.ending = Some(ending);
        None
    }
}

impl Batch {
    fn new(batch: &RecordBatch) -> Self {
        fn column<T: ArrowPrimitiveType>(batch: &RecordBatch, at: usize) -> PrimitiveArray<T> {
            batch.column(at).as_primitive::<T>().clone()
        }
        Self {
            at: column(batch, 0),
            kind: column(batch, 1),
            arrival: column(batch, 2),
            message: column(batch, 3),
            recipient: column(batch, 4),
            code: column(batch, 5),
            http_status: column(batch, 6),
            phase: column(batch, 7),
            attempt: column(batch, 8),
            status: column(batch, 9),
            cause: column(batch, 10),
            mistyped: column(batch, 11),
        }
    }

    /// The events, in the order in which they were written; rows that no kind explains are left out.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = Event> + '_ {
        (0..self.at.len()).filter_map(|at| self.row(at).to_event())
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    fn row(&self, at: usize) -> Row {
        Row {
            at: self.at.value(at),
            kind: self.kind.value(at),
            arrival: value(&self.arrival, at),
            message: value(&self.message, at),
            recipient: value(&self.recipient, at),
            code: value(&self.code, at),
            http_status: value(&self.http_status, at),
            phase: value(&self.phase, at),
            attempt: value(&self.attempt, at),
            status: value(&self.status, at),
            cause: value(&self.cause, at),
            mistyped: value(&self.mistyped, at),
        }
    }
}

/// What a column holds at `at`, if it holds anything there.
fn value<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>, at: usize) -> Option<T::Native> {
    column.is_valid(at).then(|| column.value(at))
}

/// Counts the bytes that were read.
struct Counted<R> {
    stream: R,
    bytes: u64,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
