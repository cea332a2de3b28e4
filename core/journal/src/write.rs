//! Writing a journal: events are gathered into batches, batches appended to a stream.

use std::io;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use thiserror::Error;

use crate::columns::schema;
use crate::event::Event;
use crate::pending::{PENDING_MAX, Pending};

/// Why a journal could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The stream took no more bytes.
    #[error("the journal cannot be written")]
    Stream(#[from] ArrowError),
    /// The stream could not be flushed.
    #[error("the journal cannot be flushed")]
    Flush(#[from] io::Error),
}

/// Appends events to a stream.
///
/// Up to 8,192 events are held back before they are appended; [`Writer::flush`] appends them at
/// once, and bounds what a crash can lose.
pub struct Writer<W: io::Write> {
    stream: StreamWriter<W>,
    schema: SchemaRef,
    pending: Pending,
}

impl<W: io::Write> Writer<W> {
    /// A writer onto this stream; writes the schema.
    ///
    /// # Errors
    ///
    /// When the stream takes no bytes.
    pub fn new(stream: W) -> Result<Self, WriteError> {
        let schema = Arc::new(schema());
        let stream = StreamWriter::try_new(stream, &schema)?;
        Ok(Self { stream, schema, pending: Pending::default() })
    }

    /// Takes one event down.
    ///
    /// # Errors
    ///
    /// When a full batch cannot be appended.
    pub fn write(&mut self, event: &Event) -> Result<(), WriteError> {
        self.pending.push(event);
        if self.pending.count() >= PENDING_MAX { self.append() } else { Ok(()) }
    }

    /// Appends what is held back and flushes the stream.
    ///
    /// # Errors
    ///
    /// When the stream takes no more bytes.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        self.append()?;
        self.stream.get_mut().flush()?;
        Ok(())
    }

    /// Ends the stream and gives it back.
    ///
    /// # Errors
    ///
    /// When the stream takes no more bytes.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.flush()?;
        self.stream.finish()?;
        self.stream.get_mut().flush()?;
        Ok(self.stream.into_inner()?)
    }

    fn append(&mut self) -> Result<(), WriteError> {
        if self.pending.count() == 0 {
            return Ok(());
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), self.pending.take())?;
        Ok(self.stream.write(&batch)?)
    }
}
