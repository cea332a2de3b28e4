//! Writing a journal: events are gathered into batches, batches appended to a stream.

use std::io;
use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use thiserror::Error;

use crate::columns::schema;
use crate::event::Event;
use crate::row::{Row, bit};

/// How many events a batch holds before it is appended by itself: few enough to stay in the cache.
const BATCH_EVENTS: usize = 8_192;

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
    pending: Vec<Row>,
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
        Ok(Self { stream, schema, pending: Vec::with_capacity(BATCH_EVENTS) })
    }

    /// Takes one event down.
    ///
    /// # Errors
    ///
    /// When a full batch cannot be appended.
    pub fn write(&mut self, event: &Event) -> Result<(), WriteError> {
        self.pending.push(Row::from_event(event));
        if self.pending.len() >= BATCH_EVENTS { self.append() } else { Ok(()) }
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
        if self.pending.is_empty() {
            return Ok(());
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns(&self.pending))?;
        self.pending.clear();
        Ok(self.stream.write(&batch)?)
    }
}

/// The columns of these rows, each built in one go.
fn columns(rows: &[Row]) -> Vec<ArrayRef> {
    fn whole<T: ArrowPrimitiveType>(rows: &[Row], value: impl Fn(&Row) -> T::Native) -> ArrayRef {
        Arc::new(PrimitiveArray::<T>::from_iter_values(rows.iter().map(value)))
    }
    fn partial<T: ArrowPrimitiveType>(rows: &[Row], bit: u16, value: impl Fn(&Row) -> T::Native) -> ArrayRef {
        let present = BooleanBuffer::collect_bool(rows.len(), |at| rows[at].present & bit != 0);
        Arc::new(PrimitiveArray::<T>::new(rows.iter().map(value).collect(), Some(NullBuffer::new(present))))
    }
    vec![
        whole::<UInt64Type>(rows, |row| row.at),
        whole::<UInt8Type>(rows, |row| row.kind),
        partial::<UInt64Type>(rows, bit::arrival, |row| row.arrival),
        partial::<UInt64Type>(rows, bit::message, |row| row.message),
        partial::<UInt64Type>(rows, bit::recipient, |row| row.recipient),
        partial::<UInt32Type>(rows, bit::code, |row| row.code),
        partial::<UInt16Type>(rows, bit::http_status, |row| row.http_status),
        partial::<UInt16Type>(rows, bit::phase, |row| row.phase),
        partial::<UInt8Type>(rows, bit::attempt, |row| row.attempt),
        partial::<UInt8Type>(rows, bit::status, |row| row.status),
        partial::<UInt8Type>(rows, bit::cause, |row| row.cause),
        partial::<UInt8Type>(rows, bit::mistyped, |row| row.mistyped),
    ]
}
