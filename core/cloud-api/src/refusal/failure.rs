//! Errors that arrive later, inside a failed status.

use std::borrow::Cow;

use serde::Serialize;

use super::catalogue::FailureCode;
use crate::profile::{ErrorLink, Facts};

/// Why a message that was accepted failed afterwards.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AsyncFailure {
    /// Which error it is.
    pub code: FailureCode,
    /// What to say instead of the details of Meta's table.
    pub details: Option<Cow<'static, str>>,
}

/// A number that sends too fast.
const RATE_LIMIT: u32 = 130_429;
/// What is told of it where it belongs to no message.
// Source: cloud-api.md 6.5.
const RATE_LIMIT_DETAILS: &str = "Message failed to send because there were too many messages sent from this phone number in a short period of time";

/// One element of `errors` in a failed status.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FailureBody<'a> {
    code: u32,
    title: &'static str,
    message: &'static str,
    error_data: FailureDetails<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct FailureDetails<'a> {
    details: &'a str,
}

impl AsyncFailure {
    /// The failure with the words of Meta's table.
    #[must_use]
    pub const fn new(code: FailureCode) -> Self {
        Self { code, details: None }
    }

    /// The short text.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.code.entry().title
    }

    /// The long text; the title where Meta's table has none.
    #[must_use]
    pub fn details(&self) -> &str {
        let entry = self.code.entry();
        self.details.as_deref().or(entry.details).unwrap_or(entry.title)
    }

    pub(crate) fn body(&self, facts: &Facts) -> FailureBody<'_> {
        FailureBody {
            code: self.code.number(),
            title: self.title(),
            message: self.title(),
            error_data: FailureDetails { details: self.details() },
            href: facts.error_link.address(),
        }
    }

    /// The same of an error of the whole number.
    pub(crate) fn body_of_number(&self, facts: &Facts) -> FailureBody<'_> {
        let mut body = self.body(facts);
        if body.code == RATE_LIMIT && self.details.is_none() {
            body.error_data.details = RATE_LIMIT_DETAILS;
        }
        body
    }
}

impl ErrorLink {
    // Source: cloud-api.md 6.4.
    const fn address(self) -> Option<&'static str> {
        match self {
            Self::Guide => {
                Some("https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/")
            }
            Self::Reference => Some(
                "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
            ),
            Self::Absent => None,
        }
    }
}

impl From<FailureCode> for AsyncFailure {
    fn from(code: FailureCode) -> Self {
        Self::new(code)
    }
}
