//! What did happen: the events, their writer and their reader.
//!
//! Each process of a run keeps one journal: an Arrow IPC stream to which batches of [`Event`]s are
//! appended while the run goes on. Everything that is shown of a run is derived from its journals.
//! A journal whose writer was killed is read up to its last whole batch, and the reader says how
//! much was lost.

mod columns;
mod event;
mod kind;
mod pending;
mod read;
mod row;
mod write;

pub use columns::{SCHEMA_VERSION, schema};
pub use event::{Cause, Event, Fact, Record, Status};
pub use kind::Kind;
pub use read::{Batch, Ending, ReadError, Reader};
pub use write::{WriteError, Writer};
