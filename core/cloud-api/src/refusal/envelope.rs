//! The JSON in which an error travels.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    /// Its one member.
    pub error: ErrorBody,
}

/// What the envelope holds.
///
/// Reading tolerates any answer with a `code`, because Meta leaves out members at will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The text for developers.
    #[serde(default)]
    pub message: Cow<'static, str>,
    /// The family of the error.
    #[serde(rename = "type", default)]
    pub kind: Cow<'static, str>,
    /// The number by which integrators tell errors apart.
    pub code: u32,
    /// The long text, for errors of the Cloud API only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_data: Option<ErrorData>,
    /// A finer number, for errors of Graph and of templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_subcode: Option<u32>,
    /// Whether the same request may succeed later, where Meta says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_transient: Option<bool>,
    /// The short text for users, for errors of templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_user_title: Option<Cow<'static, str>>,
    /// The long text for users, for errors of templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_user_msg: Option<Cow<'static, str>>,
    /// What Meta's support asks for.
    #[serde(default)]
    pub fbtrace_id: Cow<'static, str>,
}

/// The details of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorData {
    /// Always `whatsapp`.
    pub messaging_product: Cow<'static, str>,
    /// What integrators should read.
    pub details: Cow<'static, str>,
}

impl ErrorEnvelope {
    /// The envelope as the body of an answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }

    /// Reads the body of an answer that was no success.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or holds no error with a code.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }
}

/// Either an object or, on edges that manage templates, a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum HeardData {
    Object {
        #[serde(default)]
        messaging_product: String,
        #[serde(default)]
        details: String,
    },
    Text(String),
}

impl<'de> Deserialize<'de> for ErrorData {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match HeardData::deserialize(deserializer)? {
            HeardData::Object { messaging_product, details } => {
                Self { messaging_product: messaging_product.into(), details: details.into() }
            }
            HeardData::Text(details) => {
                Self { messaging_product: Cow::Borrowed(""), details: details.into() }
            }
        })
    }
}
