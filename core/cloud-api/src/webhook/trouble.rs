//! An error that belongs to no message.

use serde::Serialize;

use super::Sender;
use super::envelope::Metadata;
use crate::refusal::{AsyncFailure, FailureBody};

/// The value of a webhook that tells of an error of the whole number.
#[derive(Serialize)]
pub(super) struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata,
    errors: [FailureBody<'a>; 1],
}

pub(super) fn value(sender: Sender, failure: &AsyncFailure) -> Value<'_> {
    Value { messaging_product: "whatsapp", metadata: Metadata::new(sender.phone), errors: [failure.body()] }
}
