//! A request that names templates: to delete them, or to move them into or out of the archive.

use serde::Deserialize;
use serde_json::Value;

use super::TemplateName;
use crate::id::TemplateId;
use crate::lenient::{Scalar, read_body};
use crate::refusal::{Refusal, TemplateRefusal};

/// Which templates shall be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteTemplates {
    /// All languages of a name.
    Name(TemplateName),
    /// One language, by its id and its name.
    One {
        /// The id.
        id: TemplateId,
        /// The name, which must be that of the id.
        name: TemplateName,
    },
    /// Up to 100, by their ids.
    Many(Vec<TemplateId>),
}

/// How many templates one request can name.
// Source: cloud-api.md 3.9.
const COUNT_MAX: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawDelete<'a> {
    #[serde(borrow)]
    name: Scalar<'a>,
    #[serde(borrow)]
    hsm_id: Scalar<'a>,
    hsm_ids: Value,
}

impl DeleteTemplates {
    /// Reads the parameters of a request; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When they name no template, or cannot be read.
    // Source: cloud-api.md 3.9.
    pub fn parse(parameters: &[u8]) -> Result<Self, Refusal> {
        let raw: RawDelete<'_> = read_body(parameters);
        if !raw.hsm_ids.is_null() {
            return parse_ids(&raw.hsm_ids).map(Self::Many);
        }
        let name = raw.name.into_text().ok_or(Refusal::MissingParameter { name: "name".into() })?;
        // A text that no template can have for a name is a name that no template has.
        let not_found = || TemplateRefusal::NotFound { name: name.to_string() };
        let parsed: TemplateName = name.parse().map_err(|_| not_found())?;
        match raw.hsm_id.into_text() {
            Some(id) => {
                let not_found = |_| TemplateRefusal::NotFound { name: id.to_string() };
                Ok(Self::One { id: id.parse().map_err(not_found)?, name: parsed })
            }
            None => Ok(Self::Name(parsed)),
        }
    }

    /// Reads the parameter `hsm_ids` of a request that takes nothing else.
    ///
    /// # Errors
    ///
    /// When it is missing, or does not hold 1 to 100 ids.
    pub fn parse_ids(parameters: &[u8]) -> Result<Vec<TemplateId>, Refusal> {
        let raw: RawDelete<'_> = read_body(parameters);
        if raw.hsm_ids.is_null() {
            return Err(Refusal::MissingParameter { name: "hsm_ids".into() });
        }
        parse_ids(&raw.hsm_ids)
    }
}

/// Reads an array of ids, numbers or texts, or ids with commas between them.
fn parse_ids(raw: &Value) -> Result<Vec<TemplateId>, Refusal> {
    let id = |value: &Value| match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().map(TemplateId::new),
        _ => None,
    };
    let ids: Option<Vec<TemplateId>> = match raw {
        Value::Array(values) => values.iter().map(id).collect(),
        Value::String(text) => text.split(',').map(|id| id.trim().parse().ok()).collect(),
        other => id(other).map(|id| vec![id]),
    };
    let invalid = || Refusal::InvalidParameter {
        details: "Param hsm_ids must be an array of 1 to 100 template ids.".into(),
    };
    ids.filter(|ids| (1..=COUNT_MAX).contains(&ids.len())).ok_or_else(invalid)
}
