//! One authentication template in several languages, made or replaced at once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::create::{ParsedAuthentication, parse_authentication};
use super::preview::{list, parse_language};
use super::{AuthenticationTemplate, Button, Language, TemplateCategory, TemplateStatus};
use crate::id::TemplateId;
use crate::lenient::read_body;
use crate::refusal::{Refusal, TemplateRefusal};
use crate::version::GraphVersion;

/// A request to have an authentication template in each of these languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpsertTemplates {
    /// One template for each language, in the order of the request.
    pub templates: Vec<AuthenticationTemplate>,
}

/// The answer to the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpsertReply {
    /// One for each language.
    pub data: Vec<Upserted>,
}

/// What became of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Upserted {
    /// The id of the template.
    pub id: TemplateId,
    /// What Meta thinks of it.
    pub status: TemplateStatus,
    /// Its language.
    pub language: Language,
    /// Always authentication: no other category is upserted.
    // Assumed: pywa 4.5 cannot read an answer without it, though Meta's pages show none.
    category: TemplateCategory,
}

impl Upserted {
    /// What became of one language.
    #[must_use]
    pub const fn new(id: TemplateId, status: TemplateStatus, language: Language) -> Self {
        Self { id, status, language, category: TemplateCategory::Authentication }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawUpsert {
    languages: Value,
}

impl UpsertTemplates {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, before it looks at the templates that exist.
    // Source: cloud-api.md 3.7: only authentication templates, without labels of one's own.
    // Assumed: a FOOTER without an expiration is no footer, as one client always sends one.
    pub fn parse(parameters: &[u8], version: GraphVersion) -> Result<Self, Refusal> {
        let raw: RawUpsert = read_body(parameters);
        let ParsedAuthentication { name, ttl, content } = parse_authentication(parameters, version)?;
        let languages = list(&raw.languages);
        if languages.is_empty() {
            return Err(Refusal::MissingParameter { name: "languages".into() });
        }
        let (Button::CopyCode { labels } | Button::OneTap { labels, .. } | Button::ZeroTap { labels, .. }) =
            &content.button;
        if labels.copy_code.is_some() || labels.autofill.is_some() {
            let text = "text and autofill_text cannot be given for several languages at once.".into();
            return Err(TemplateRefusal::Rule { text }.into());
        }
        let mut templates = Vec::with_capacity(languages.len());
        for code in languages {
            let language = parse_language(&code)?;
            if templates.iter().all(|template: &AuthenticationTemplate| template.language != language) {
                templates.push(AuthenticationTemplate {
                    name: name.clone(),
                    language,
                    ttl,
                    content: content.clone(),
                });
            }
        }
        Ok(Self { templates })
    }
}

impl UpsertReply {
    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}
