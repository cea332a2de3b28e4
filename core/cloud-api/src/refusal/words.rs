//! The words of each refusal.

use std::borrow::Cow;
use std::fmt;

use super::date::PacificDate;
use super::{Refusal, Section, Verb};

impl Refusal {
    /// The text for developers.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::ExpiredToken { expired_at, now } => format!(
                "Error validating access token: Session has expired on {}. The current time is {}.",
                PacificDate::new(*expired_at),
                PacificDate::new(*now),
            ),
            Self::RevokedToken => return REVOKED.into(),
            Self::Access(refusal) => return refusal.message(),
            Self::UnknownObject { verb, id } => format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
            ),
            Self::UnknownPath { path } => format!("Unknown path components: {path}"),
            Self::UnknownField { field, node } => {
                format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})")
            }
            Self::MissingParameter { name } => format!("(#100) The parameter {name} is required."),
            Self::ParameterNotOneOf { name, allowed, found } => {
                format!("(#100) Param {name} must be one of {{{allowed}}} - got \"{found}\".")
            }
            Self::ParameterTooLong { name, length_max } => {
                format!("(#100) Param {name} must be at most {length_max} characters long.")
            }
            Self::PayloadTooLarge { bytes_max } => {
                format!("(#100) The request body must be at most {bytes_max} bytes long.")
            }
            Self::BodyTimedOut => "(#100) The request body did not arrive in time.".into(),
            Self::BodyBroken => "(#100) The request body ended early or could not be read.".into(),
            Self::Template(_) => return "Invalid parameter".into(),
            Self::CallbackVerificationFailed { status, message } => format!(
                "(#2200) Callback verification failed with the following errors: HTTP Status Code = {}; HTTP Message = {message}",
                status.unwrap_or(0),
            ),
            Self::Staged(staged) => match &staged.message {
                Some(message) => message.clone(),
                None => return self.listed_message(),
            },
            _ => return self.listed_message(),
        }
        .into()
    }

    /// The long text, which errors of Graph itself lack.
    #[must_use]
    pub fn details(&self) -> Option<Cow<'static, str>> {
        let details = match self {
            Self::TypeObjectMissing { kind } => {
                format!("Parameter '{kind}' is mandatory for type '{kind}'")
            }
            Self::InvalidParameter { details }
            | Self::RequiredValueMissing { details }
            | Self::ParameterText { details } => {
                return Some(details.clone());
            }
            Self::ParameterCount { section, found, expected } => format!(
                "{section}: number of localizable_params ({found}) does not match the expected number of params ({expected})",
            ),
            Self::TemplateMissing { name, language } => {
                format!("template name ({name}) does not exist in {language}")
            }
            Self::ParameterFormat { section } => {
                format!("{section}: named parameters given, positional parameters expected")
            }
            Self::ParameterOfOtherType { section, expected, found } => {
                format!("{section}: Format mismatch, expected {expected}, received {found}")
            }
            Self::ButtonOfOtherType { index, expected } => {
                format!("buttons: Button at index {index} must be of type {expected}")
            }
            Self::ButtonMissing { index } => {
                format!("buttons: The template has no button at index {index}")
            }
            Self::CodeTooLong { section } => {
                format!("{section}: authentication code must be at most 15 characters long")
            }
            Self::Other { details: Some(details), .. } => return Some(details.clone()),
            Self::Staged(staged) if staged.details.is_some() => {
                return staged.details.clone().map(Cow::Owned);
            }
            _ => return self.entry().details.map(Cow::Borrowed),
        };
        Some(details.into())
    }

    /// The message of the table, after its number unless Meta leaves that out.
    // Source: cloud-api.md 1.2: messages of 104 and 190 have no number before them.
    // Assumed: nor have those of 1 and 2.
    fn listed_message(&self) -> Cow<'static, str> {
        let entry = self.entry();
        match self.code() {
            0 | 1 | 2 | 104 | 190 => entry.title.into(),
            code => format!("(#{code}) {}", entry.title).into(),
        }
    }
}

const REVOKED: &str = "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.";

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Delete => "delete",
        })
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Button => "buttons",
        })
    }
}
