//! The columns of the journal.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};

/// The version of the schema, held in the stream's metadata under `otpbench.journal`.
///
/// A reader refuses a journal with another version; columns are added only with a new one.
pub const SCHEMA_VERSION: &str = "1";

/// The key of the version in the stream's metadata.
pub(crate) const VERSION_KEY: &str = "otpbench.journal";

/// The columns: name, type, whether every row has a value, meaning.
const COLUMNS: [(&str, DataType, bool, &str); 12] = [
    ("at", DataType::UInt64, true, "microseconds since the run began"),
    ("kind", DataType::UInt8, true, "what happened, by code"),
    ("arrival", DataType::UInt64, false, "the arrival's number in the plan"),
    ("message", DataType::UInt64, false, "the message's or template's number"),
    ("recipient", DataType::UInt64, false, "pseudonym of the phone number"),
    ("code", DataType::UInt32, false, "Meta's error code"),
    ("http_status", DataType::UInt16, false, "HTTP status of the answer"),
    ("phase", DataType::UInt16, false, "phase of the traffic, from 0"),
    ("attempt", DataType::UInt8, false, "which attempt, from 1"),
    ("status", DataType::UInt8, false, "1 sent, 2 delivered, 3 read, 4 failed"),
    ("cause", DataType::UInt8, false, "1 not connected, 2 timed out, 3 broken, 4 harness"),
    ("mistyped", DataType::UInt8, false, "1 where the user mistyped the code"),
];

/// The schema of every journal.
#[must_use]
pub fn schema() -> Schema {
    let fields = COLUMNS.map(|(name, data_type, always, meaning)| {
        Arc::new(Field::new(name, data_type, !always).with_metadata([("meaning", meaning)]))
    });
    Schema::new_with_metadata(fields.to_vec(), [(VERSION_KEY, SCHEMA_VERSION)])
}
