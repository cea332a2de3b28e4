//! Events that wait to be appended, spread over the columns as they come.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer};

use crate::event::{Event, Fact, Status};

/// How many events wait at most: few enough to stay in the cache.
pub(crate) const PENDING_MAX: usize = 8_192;

/// Some events in a row; what an event's kind does not use is not there.
pub(crate) struct Pending {
    at: Vec<u64>,
    kind: Vec<u8>,
    arrival: Column<UInt64Type>,
    message: Column<UInt64Type>,
    recipient: Column<UInt64Type>,
    code: Column<UInt32Type>,
    http_status: Column<UInt16Type>,
    phase: Column<UInt16Type>,
    attempt: Column<UInt8Type>,
    status: Column<UInt8Type>,
    cause: Column<UInt8Type>,
    mistyped: Column<UInt8Type>,
}

/// A column of which some rows have no value.
struct Column<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    /// A bit for each row that has a value, the first row in the lowest bit of the first byte.
    present: Vec<u8>,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            at: Vec::with_capacity(PENDING_MAX),
            kind: Vec::with_capacity(PENDING_MAX),
            arrival: Column::default(),
            message: Column::default(),
            recipient: Column::default(),
            code: Column::default(),
            http_status: Column::default(),
            phase: Column::default(),
            attempt: Column::default(),
            status: Column::default(),
            cause: Column::default(),
            mistyped: Column::default(),
        }
    }
}

impl Pending {
    pub(crate) fn count(&self) -> usize {
        self.at.len()
    }

    /// Takes an event on; there must be room for it.
    pub(crate) fn push(&mut self, event: &Event) {
        let row = self.count();
        self.at.push(event.at.micros());
        self.kind.push(event.fact.kind().code());
        match event.fact {
            Fact::RunStarted | Fact::RunInterrupted | Fact::RunEnded => {}
            Fact::PhaseStarted { phase } => self.phase.put(row, phase),
            Fact::ArrivalPlanned { arrival, recipient, phase } => {
                self.arrival.put(row, arrival);
                self.recipient.put(row, recipient);
                self.phase.put(row, phase);
            }
            Fact::CodeRequested { arrival }
            | Fact::ArrivalShed { arrival }
            | Fact::UserGaveUp { arrival } => self.arrival.put(row, arrival),
            Fact::RequestAnswered { arrival, http_status } => {
                self.arrival.put(row, arrival);
                self.http_status.put(row, http_status);
            }
            Fact::RequestFailed { arrival, cause } => {
                self.arrival.put(row, arrival);
                self.cause.put(row, cause as u8);
            }
            Fact::VerificationRequested { arrival, attempt, mistyped } => {
                self.put_attempt(row, arrival, attempt);
                self.mistyped.put(row, u8::from(mistyped));
            }
            Fact::VerificationAnswered { arrival, attempt, http_status } => {
                self.put_attempt(row, arrival, attempt);
                self.http_status.put(row, http_status);
            }
            Fact::VerificationFailed { arrival, attempt, cause } => {
                self.put_attempt(row, arrival, attempt);
                self.cause.put(row, cause as u8);
            }
            _ => self.put_of_meta(row, event.fact),
        }
    }

    #[inline]
    fn put_of_meta(&mut self, row: usize, fact: Fact) {
        match fact {
            Fact::TemplateSubmitted { template: message }
            | Fact::TemplateApproved { template: message }
            | Fact::TemplateRejected { template: message }
            | Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message } => self.message.put(row, message),
            Fact::SendRefused { recipient, code, http_status } => {
                recipient.into_iter().for_each(|recipient| self.recipient.put(row, recipient));
                self.code.put(row, code);
                self.http_status.put(row, http_status);
            }
            Fact::MessageAccepted { message, recipient } => {
                self.message.put(row, message);
                self.recipient.put(row, recipient);
            }
            Fact::MessageFailed { message, code } => {
                self.message.put(row, message);
                self.code.put(row, code);
            }
            Fact::WebhookAnswered { message, status, attempt, http_status } => {
                self.put_webhook(row, message, status);
                self.attempt.put(row, attempt);
                self.http_status.put(row, http_status);
            }
            Fact::WebhookFailed { message, status, attempt, cause } => {
                self.put_webhook(row, message, status);
                self.attempt.put(row, attempt);
                self.cause.put(row, cause as u8);
            }
            Fact::WebhookDropped { message, status } | Fact::WebhookGivenUp { message, status } => {
                self.put_webhook(row, message, status);
            }
            _ => {}
        }
    }

    fn put_attempt(&mut self, row: usize, arrival: u64, attempt: u8) {
        self.arrival.put(row, arrival);
        self.attempt.put(row, attempt);
    }

    fn put_webhook(&mut self, row: usize, message: u64, status: Status) {
        self.message.put(row, message);
        self.status.put(row, status as u8);
    }

    /// The columns of these events; none of them waits any more.
    pub(crate) fn take(&mut self) -> Vec<ArrayRef> {
        let count = self.count();
        vec![
            whole::<UInt64Type>(&mut self.at),
            whole::<UInt8Type>(&mut self.kind),
            self.arrival.take(count),
            self.message.take(count),
            self.recipient.take(count),
            self.code.take(count),
            self.http_status.take(count),
            self.phase.take(count),
            self.attempt.take(count),
            self.status.take(count),
            self.cause.take(count),
            self.mistyped.take(count),
        ]
    }
}

/// A column of which every row has a value.
fn whole<T: ArrowPrimitiveType>(values: &mut Vec<T::Native>) -> ArrayRef {
    let values = std::mem::replace(values, Vec::with_capacity(PENDING_MAX));
    Arc::new(PrimitiveArray::<T>::new(values.into(), None))
}

impl<T: ArrowPrimitiveType> Default for Column<T> {
    fn default() -> Self {
        Self { values: vec![T::Native::default(); PENDING_MAX], present: vec![0; PENDING_MAX / 8] }
    }
}

impl<T: ArrowPrimitiveType> Column<T> {
    #[inline]
    fn put(&mut self, row: usize, value: T::Native) {
        self.values[row] = value;
        self.present[row / 8] |= 1 << (row % 8);
    }

    /// The column of so many rows; what stays behind has no value in any row.
    fn take(&mut self, count: usize) -> ArrayRef {
        let Self { mut values, mut present } = std::mem::take(self);
        values.truncate(count);
        present.truncate(count.div_ceil(8));
        let present = BooleanBuffer::new(Buffer::from_vec(present), 0, count);
        Arc::new(PrimitiveArray::<T>::new(values.into(), Some(NullBuffer::new(present))))
    }
}
