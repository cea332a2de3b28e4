//! A request to list templates.

use std::borrow::Cow;

use super::{TemplateFields, TemplateRecord};
use crate::paging::PageRequest;
use crate::refusal::Refusal;

/// Which templates are asked for, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateQuery {
    /// What is asked for of each.
    pub fields: TemplateFields,
    /// Which part of the list.
    pub page: PageRequest,
    name: Option<String>,
    name_part: Option<String>,
    language: Option<String>,
    status: Option<String>,
    category: Option<String>,
}

impl TemplateQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When a field does not exist, or a cursor or the limit cannot be read.
    // Source: cloud-api.md 3.9. Assumed: `name` matches exactly, and unknown words match nothing.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key.as_ref() {
                "fields" => query.fields = TemplateFields::parse(&value)?,
                "name" => query.name = Some(value.into_owned()),
                "name_or_content" => query.name_part = Some(value.into_owned()),
                "language" => query.language = Some(value.into_owned()),
                "status" => query.status = Some(value.into_owned()),
                "category" => query.category = Some(value.into_owned()),
                key => query.page.take(key, &value)?,
            }
        }
        Ok(query)
    }

    /// Whether a template is among those asked for.
    #[must_use]
    pub fn matches(&self, record: &TemplateRecord) -> bool {
        let template = &record.template;
        let is_word = |asked: &Option<String>, word: &str| {
            asked.as_ref().is_none_or(|asked| asked.eq_ignore_ascii_case(word))
        };
        let name = template.name.as_str();
        self.name.as_ref().is_none_or(|asked| asked == name)
            && self.name_part.as_ref().is_none_or(|asked| name.contains(asked.as_str()))
            && self.language.as_ref().is_none_or(|asked| asked == template.language.code())
            && is_word(&self.status, record.status.word())
            && is_word(&self.category, template.category().word())
    }
}
