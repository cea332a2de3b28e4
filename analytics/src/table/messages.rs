//! `messages.parquet`: one row for each arrival.

use std::ops::Range;

use polars::prelude::{DataFrame, ParquetWriter, PolarsResult, Schema};

use super::arrivals::{Arrivals, NEVER};
use super::named;
use super::outcome::Outcome;
use crate::error::AnalysisError;
use crate::folder::Folder;

/// The file's name.
const FILE: &str = "messages.parquet";

/// How many rows one group of the file holds.
const GROUP_ROWS: usize = 262_144;

/// Writes `messages.parquet`.
///
/// Instants are microseconds since the run began, and empty for what did not happen. `phase` counts
/// from 0, `recipient` is the pseudonym of the phone number.
pub(crate) fn write(folder: &Folder, arrivals: &Arrivals, outcomes: &[Outcome]) -> Result<(), AnalysisError> {
    let file = folder.create(FILE)?;
    let write = || -> PolarsResult<()> {
        let mut writer = ParquetWriter::new(file).batched(&schema()?)?;
        let mut from = 0;
        while from < arrivals.len() {
            let until = arrivals.len().min(from + GROUP_ROWS);
            writer.write_batch(&frame(arrivals, outcomes, from..until)?)?;
            from = until;
        }
        writer.finish().map(|_bytes| ())
    };
    write().map_err(|source| folder.table_error(FILE, source))
}

/// The schema, taken from a frame without rows.
fn schema() -> PolarsResult<Schema> {
    Ok(frame(&Arrivals::default(), &[], 0..0)?.schema().as_ref().clone())
}

fn frame(arrivals: &Arrivals, outcomes: &[Outcome], rows: Range<usize>) -> PolarsResult<DataFrame> {
    let instant = |name: &str, column: &[u64]| {
        let instants: Vec<Option<u64>> =
            column[rows.clone()].iter().map(|at| (*at != NEVER).then_some(*at)).collect();
        named(name, instants)
    };
    let outcomes: Vec<&str> = outcomes[rows.clone()].iter().map(|outcome| outcome.name()).collect();
    let causes: Vec<Option<&str>> =
        rows.clone().map(|row| arrivals.cause(row).map(|cause| cause.name())).collect();
    let columns = vec![
        named("arrival", arrivals.number[rows.clone()].to_vec()),
        named("recipient", arrivals.recipient[rows.clone()].to_vec()),
        named("phase", arrivals.phase[rows.clone()].iter().map(|x| u32::from(*x)).collect::<Vec<_>>()),
        instant("planned", &arrivals.planned),
        instant("requested", &arrivals.requested),
        instant("answered", &arrivals.answered),
        named("http_status", present(&arrivals.http_status[rows.clone()])),
        named("request_failure", causes),
        instant("accepted", &arrivals.accepted),
        instant("sent", &arrivals.sent),
        instant("delivered", &arrivals.delivered),
        instant("read", &arrivals.read),
        instant("discarded", &arrivals.discarded),
        instant("failed", &arrivals.failed),
        named("refusal_code", present(&arrivals.refusal_code[rows.clone()])),
        named("failure_code", present(&arrivals.failure_code[rows.clone()])),
        named("send_attempts", widened(&arrivals.send_attempts[rows.clone()])),
        named("verification_attempts", widened(&arrivals.verification_attempts[rows.clone()])),
        instant("verified", &arrivals.verified),
        named("outcome", outcomes),
    ];
    DataFrame::new(rows.len(), columns)
}

/// Codes, of which 0 stands for none.
fn present<T: Copy + Into<u32>>(codes: &[T]) -> Vec<Option<u32>> {
    codes.iter().map(|code| Some((*code).into()).filter(|code| *code != 0)).collect()
}

fn widened(counts: &[u8]) -> Vec<u32> {
    counts.iter().map(|count| u32::from(*count)).collect()
}
