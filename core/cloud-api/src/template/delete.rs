//! A request to delete templates.

use std::borrow::Cow;

use super::TemplateName;
use crate::id::TemplateId;
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

/// How many templates one request can delete.
const COUNT_MAX: usize = 100;

impl DeleteTemplates {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When the pairs name no template, or cannot be read.
    // Source: cloud-api.md 3.9.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let (mut name, mut id, mut ids) = (None, None, None);
        for (key, value) in pairs {
            match key.as_ref() {
                "name" => name = Some(value),
                "hsm_id" => id = Some(value),
                "hsm_ids" => ids = Some(value),
                _ => {}
            }
        }
        if let Some(ids) = ids {
            return parse_ids(&ids).map(Self::Many);
        }
        let name = name.ok_or(Refusal::MissingParameter { name: "name".into() })?;
        // A text that no template can have for a name is a name that no template has.
        let not_found = || TemplateRefusal::NotFound { name: name.to_string() };
        let parsed: TemplateName = name.parse().map_err(|_| not_found())?;
        match id {
            Some(id) => {
                let not_found = |_| TemplateRefusal::NotFound { name: id.to_string() };
                Ok(Self::One { id: id.parse().map_err(not_found)?, name: parsed })
            }
            None => Ok(Self::Name(parsed)),
        }
    }
}

/// Reads a JSON array of ids, or ids with commas between them.
fn parse_ids(text: &str) -> Result<Vec<TemplateId>, Refusal> {
    let invalid = || Refusal::InvalidParameter {
        details: "Param hsm_ids must be an array of 1 to 100 template ids.".into(),
    };
    let ids: Vec<TemplateId> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|_| invalid())?
    } else {
        let parts = text.split(',').map(|id| id.trim().parse());
        parts.collect::<Result<_, _>>().map_err(|_| invalid())?
    };
    if (1..=COUNT_MAX).contains(&ids.len()) { Ok(ids) } else { Err(invalid()) }
}
