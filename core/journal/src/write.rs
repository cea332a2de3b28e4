//! Writing a journal: events are gathered into batches, batches appended to a stream.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{UInt8Builder, UInt16Builder, UInt32Builder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use thiserror::Error;

use crate::columns::{Row, schema};
use crate::event::Event;

/// How many events a batch holds before it is appended by itself.
const BATCH_EVENTS: usize = 65_536;

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
/// Up to 65,536 events are held back before they are appended; [`Writer::flush`] appends them at
/// once, and bounds what a crash can lose.
pub struct Writer<W: io::Write> {
    stream: StreamWriter<W>,
    schema: SchemaRef,
    pending: Columns,
    count: usize,
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
        Ok(Self { stream, schema, pending: Columns::new(), count: 0 })
    }

    /// Takes one event down.
    ///
    /// # Errors
    ///
    /// When a full batch cannot be appended.
    pub fn write(&mut self, event: &Event) -> Result<(), WriteError> {
        self.pending.push(&Row::from_event(event));
        self.count += 1;
        if self.count >= BATCH_EVENTS { self.append() } else { Ok(()) }
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
        if self.count == 0 {
            return Ok(());
        }
        self.count = 0;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), self.pending.finish())?;
        Ok(self.stream.write(&batch)?)
    }
}

/// One builder for each column.
struct Columns {
    at: UInt64Builder,
    kind: UInt8Builder,
    arrival: UInt64Builder,
    message: UInt64Builder,
    recipient: UInt64Builder,
    code: UInt32Builder,
    http_status: UInt16Builder,
    phase: UInt16Builder,
    attempt: UInt8Builder,
    status: UInt8Builder,
    cause: UInt8Builder,
    mistyped: UInt8Builder,
}

impl Columns {
    fn new() -> Self {
        Self {
            at: UInt64Builder::with_capacity(BATCH_EVENTS),
            kind: UInt8Builder::with_capacity(BATCH_EVENTS),
            arrival: UInt64Builder::with_capacity(BATCH_EVENTS),
            message: UInt64Builder::with_capacity(BATCH_EVENTS),
            recipient: UInt64Builder::with_capacity(BATCH_EVENTS),
            code: UInt32Builder::with_capacity(BATCH_EVENTS),
            http_status: UInt16Builder::with_capacity(BATCH_EVENTS),
            phase: UInt16Builder::with_capacity(BATCH_EVENTS),
            attempt: UInt8Builder::with_capacity(BATCH_EVENTS),
            status: UInt8Builder::with_capacity(BATCH_EVENTS),
            cause: UInt8Builder::with_capacity(BATCH_EVENTS),
            mistyped: UInt8Builder::with_capacity(BATCH_EVENTS),
        }
    }

    fn push(&mut self, row: &Row) {
        self.at.append_value(row.at);
        self.kind.append_value(row.kind);
        self.arrival.append_option(row.arrival);
        self.message.append_option(row.message);
        self.recipient.append_option(row.recipient);
        self.code.append_option(row.code);
        self.http_status.append_option(row.http_status);
        self.phase.append_option(row.phase);
        self.attempt.append_option(row.attempt);
        self.status.append_option(row.status);
        self.cause.append_option(row.cause);
        self.mistyped.append_option(row.mistyped);
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.at.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.arrival.finish()),
            Arc::new(self.message.finish()),
            Arc::new(self.recipient.finish()),
            Arc::new(self.code.finish()),
            Arc::new(self.http_status.finish()),
            Arc::new(self.phase.finish()),
            Arc::new(self.attempt.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.cause.finish()),
            Arc::new(self.mistyped.finish()),
        ]
    }
}
