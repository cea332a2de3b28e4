//! `events.parquet`: all events of both journals, as they were written.

use std::fs::File;
use std::io::BufWriter;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use journal::{Cause, Event, Fact, Status};
use polars::prelude::{DataFrame, ParquetWriter, PolarsResult, Schema};

use super::named;
use crate::error::AnalysisError;
use crate::folder::Folder;

/// The file's name.
const FILE: &str = "events.parquet";

/// How many rows one group of the file holds.
const GROUP_ROWS: usize = 262_144;

/// How many groups wait for the file at most.
const GROUPS_WAITING: usize = 1;

/// Writes `events.parquet` batch by batch, beside the thread that reads the journals.
///
/// The generator's events come first, then the mock server's, each in the order of its journal.
pub(crate) struct EventsWriter<'a> {
    folder: &'a Folder,
    pending: Columns,
    groups: SyncSender<Columns>,
    file: JoinHandle<PolarsResult<()>>,
}

/// The columns; what a kind of event does not use is empty.
#[derive(Default)]
struct Columns {
    program: Vec<&'static str>,
    at: Vec<u64>,
    kind: Vec<&'static str>,
    arrival: Vec<Option<u64>>,
    message: Vec<Option<u64>>,
    recipient: Vec<Option<u64>>,
    code: Vec<Option<u32>>,
    http_status: Vec<Option<u32>>,
    phase: Vec<Option<u32>>,
    attempt: Vec<Option<u32>>,
    status: Vec<Option<&'static str>>,
    cause: Vec<Option<&'static str>>,
    mistyped: Vec<Option<bool>>,
}

impl<'a> EventsWriter<'a> {
    /// Creates the file.
    pub(crate) fn create(folder: &'a Folder) -> Result<Self, AnalysisError> {
        let file = folder.create(FILE)?;
        let (groups, received) = mpsc::sync_channel(GROUPS_WAITING);
        let file = thread::spawn(move || write(file, &received));
        Ok(Self { folder, pending: Columns::default(), groups, file })
    }

    /// Takes down an event of this program's journal.
    ///
    /// A file that can be written no more takes nothing down; [`EventsWriter::finish`] says so.
    pub(crate) fn push(&mut self, program: &'static str, event: Event) {
        self.pending.push(program, event);
        if self.pending.at.len() >= GROUP_ROWS {
            self.append();
        }
    }

    /// Writes what is left and ends the file.
    pub(crate) fn finish(mut self) -> Result<(), AnalysisError> {
        self.append();
        let Self { folder, groups, file, .. } = self;
        drop(groups);
        let written = file.join().expect("the file's thread does not panic");
        written.map_err(|source| folder.table_error(FILE, source))
    }

    fn append(&mut self) {
        let group = std::mem::take(&mut self.pending);
        // Sending fails only once the file has; its thread keeps the reason for the end.
        let _received = self.groups.send(group);
    }
}

/// Writes every group that is received, until no more can come.
fn write(file: BufWriter<File>, received: &Receiver<Columns>) -> PolarsResult<()> {
    let mut writer = ParquetWriter::new(file).batched(&schema()?)?;
    for group in received {
        writer.write_batch(&group.into_frame()?)?;
    }
    writer.finish().map(|_bytes| ())
}

/// The schema, taken from a frame without rows.
fn schema() -> PolarsResult<Schema> {
    Ok(Columns::default().into_frame()?.schema().as_ref().clone())
}

impl Columns {
    fn push(&mut self, program: &'static str, event: Event) {
        self.program.push(program);
        self.at.push(event.at.micros());
        self.kind.push(event.fact.kind().name());
        let subject = Subject::of(event.fact);
        self.arrival.push(subject.arrival);
        self.message.push(subject.message);
        self.recipient.push(subject.recipient);
        let detail = Detail::of(event.fact);
        self.code.push(detail.code);
        self.http_status.push(detail.http_status.map(u32::from));
        self.phase.push(detail.phase.map(u32::from));
        self.attempt.push(detail.attempt.map(u32::from));
        self.status.push(detail.status.map(Status::name));
        self.cause.push(detail.cause.map(Cause::name));
        self.mistyped.push(detail.mistyped);
    }

    /// All rows as a frame.
    fn into_frame(self) -> PolarsResult<DataFrame> {
        let columns = vec![
            named("program", &self.program),
            named("at", &self.at),
            named("kind", &self.kind),
            named("arrival", &self.arrival),
            named("message", &self.message),
            named("recipient", &self.recipient),
            named("code", &self.code),
            named("http_status", &self.http_status),
            named("phase", &self.phase),
            named("attempt", &self.attempt),
            named("status", &self.status),
            named("cause", &self.cause),
            named("mistyped", &self.mistyped),
        ];
        DataFrame::new(self.at.len(), columns)
    }
}

/// Who or what an event is about.
#[derive(Default)]
struct Subject {
    arrival: Option<u64>,
    message: Option<u64>,
    recipient: Option<u64>,
}

/// What else an event says.
#[derive(Default)]
struct Detail {
    code: Option<u32>,
    http_status: Option<u16>,
    phase: Option<u16>,
    attempt: Option<u8>,
    status: Option<Status>,
    cause: Option<Cause>,
    mistyped: Option<bool>,
}

impl Subject {
    fn of(fact: Fact) -> Self {
        let (arrival, message, recipient) = match fact {
            Fact::RunStarted | Fact::RunInterrupted | Fact::RunEnded | Fact::PhaseStarted { .. } => {
                (None, None, None)
            }
            Fact::ArrivalPlanned { arrival, recipient, .. } => (Some(arrival), None, Some(recipient)),
            Fact::CodeRequested { arrival }
            | Fact::RequestAnswered { arrival, .. }
            | Fact::RequestFailed { arrival, .. }
            | Fact::ArrivalShed { arrival }
            | Fact::UserGaveUp { arrival }
            | Fact::VerificationRequested { arrival, .. }
            | Fact::VerificationAnswered { arrival, .. }
            | Fact::VerificationFailed { arrival, .. } => (Some(arrival), None, None),
            Fact::TemplateSubmitted { template: message }
            | Fact::TemplateApproved { template: message }
            | Fact::TemplateRejected { template: message }
            | Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message }
            | Fact::MessageFailed { message, .. }
            | Fact::WebhookAnswered { message, .. }
            | Fact::WebhookFailed { message, .. }
            | Fact::WebhookDropped { message, .. }
            | Fact::WebhookGivenUp { message, .. } => (None, Some(message), None),
            Fact::SendRefused { recipient, .. } => (None, None, recipient),
            Fact::MessageAccepted { message, recipient } => (None, Some(message), Some(recipient)),
        };
        Self { arrival, message, recipient }
    }
}

impl Detail {
    fn of(fact: Fact) -> Self {
        let mut detail = Self::default();
        match fact {
            Fact::PhaseStarted { phase } | Fact::ArrivalPlanned { phase, .. } => detail.phase = Some(phase),
            Fact::RequestAnswered { http_status, .. } => detail.http_status = Some(http_status),
            Fact::RequestFailed { cause, .. } => detail.cause = Some(cause),
            Fact::VerificationRequested { attempt, mistyped, .. } => {
                (detail.attempt, detail.mistyped) = (Some(attempt), Some(mistyped));
            }
            Fact::VerificationAnswered { attempt, http_status, .. } => {
                (detail.attempt, detail.http_status) = (Some(attempt), Some(http_status));
            }
            Fact::VerificationFailed { attempt, cause, .. } => {
                (detail.attempt, detail.cause) = (Some(attempt), Some(cause));
            }
            Fact::SendRefused { code, http_status, .. } => {
                (detail.code, detail.http_status) = (Some(code), Some(http_status));
            }
            Fact::MessageFailed { code, .. } => detail.code = Some(code),
            Fact::WebhookAnswered { status, attempt, http_status, .. } => {
                (detail.status, detail.attempt) = (Some(status), Some(attempt));
                detail.http_status = Some(http_status);
            }
            Fact::WebhookFailed { status, attempt, cause, .. } => {
                (detail.status, detail.attempt) = (Some(status), Some(attempt));
                detail.cause = Some(cause);
            }
            Fact::WebhookDropped { status, .. } | Fact::WebhookGivenUp { status, .. } => {
                detail.status = Some(status);
            }
            _ => {}
        }
        detail
    }
}
