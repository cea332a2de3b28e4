//! An error that belongs to no message.

use serde::Serialize;

use super::Sender;
use super::envelope::Metadata;
use crate::profile::Facts;
use crate::refusal::{AsyncFailure, FailureBody};

/// The value of a webhook that tells of an error of the whole number.
#[derive(Serialize)]
pub(super) struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata,
    errors: [FailureBody<'a>; 1],
}

pub(super) fn value<'a>(sender: Sender, facts: &Facts, failure: &'a AsyncFailure) -> Value<'a> {
    let metadata = Metadata::new(sender.phone);
    Value { messaging_product: "whatsapp", metadata, errors: [failure.body_of_number(facts)] }
}
