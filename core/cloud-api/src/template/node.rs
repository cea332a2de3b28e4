//! A template as it is read back.

use serde::Serialize;

use super::{
    AuthenticationTemplate, Language, PresetTexts, QualityScore, RejectedReason, TemplateName, TemplateStatus,
};
use crate::id::TemplateId;
use crate::refusal::Refusal;

/// A template with what Meta adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRecord {
    /// Its id.
    pub id: TemplateId,
    /// What was asked for.
    pub template: AuthenticationTemplate,
    /// What Meta thinks of it.
    pub status: TemplateStatus,
    /// Why it was rejected.
    pub rejected_reason: RejectedReason,
    /// What people think of it.
    pub quality: QualityScore,
    /// When that last changed, in unix seconds.
    pub quality_since: u64,
    /// When it was created or last edited, in unix seconds.
    pub last_updated: u64,
}

/// The fields of a template that a request asks for; the id is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateFields(u16);

/// The JSON of a template, with the fields that were asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TemplateNode {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<TemplateName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<Component>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<TemplateStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_reason: Option<RejectedReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_score: Option<Quality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_send_ttl_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated_time: Option<u64>,
    id: Option<TemplateId>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Quality {
    score: QualityScore,
    date: u64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
enum Component {
    Body { text: String, add_security_recommendation: bool, example: BodyExample },
    Footer { text: String, code_expiration_minutes: u8 },
    Buttons { buttons: [UrlButton; 1] },
}

#[derive(Clone, Debug, Serialize)]
struct BodyExample {
    body_text: [[&'static str; 1]; 1],
}

#[derive(Clone, Debug, Serialize)]
struct UrlButton {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    url: String,
    example: [String; 1],
}

/// Every field that the mock knows, in the order of its bit.
const FIELDS: [&str; 11] = [
    "name",
    "parameter_format",
    "components",
    "language",
    "status",
    "category",
    "id",
    "rejected_reason",
    "quality_score",
    "message_send_ttl_seconds",
    "last_updated_time",
];
/// Fields of Meta that a template of the mock never has.
const EMPTY_FIELDS: [&str; 6] = [
    "sub_category",
    "previous_category",
    "correct_category",
    "cta_url_link_tracking_opted_out",
    "library_template_name",
    "health_status",
];
const DEFAULT_FIELDS: u16 = 0b0111_1111;

impl TemplateFields {
    /// Reads the value of `fields`: names with commas between them.
    ///
    /// # Errors
    ///
    /// When one of them is no field of a template.
    // Source: cloud-api.md 3.9 and 1.3. Assumed: the name of the node's type.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut bits = 0;
        for field in text.split(',').map(str::trim).filter(|field| !field.is_empty()) {
            match FIELDS.iter().position(|known| *known == field) {
                Some(place) => bits |= 1 << place,
                None if EMPTY_FIELDS.contains(&field) => {}
                None => {
                    let field = field.to_owned();
                    return Err(Refusal::UnknownField { field, node: "WhatsAppMessageTemplate" });
                }
            }
        }
        Ok(Self(bits))
    }

    fn has(self, field: &str) -> bool {
        FIELDS.iter().position(|known| *known == field).is_some_and(|bit| self.0 >> bit & 1 == 1)
    }
}

impl Default for TemplateFields {
    fn default() -> Self {
        Self(DEFAULT_FIELDS)
    }
}

impl TemplateNode {
    /// The fields of a template.
    #[must_use]
    pub fn new(record: &TemplateRecord, fields: TemplateFields) -> Self {
        let template = &record.template;
        let quality = Quality { score: record.quality, date: record.quality_since };
        Self {
            name: fields.has("name").then(|| template.name.clone()),
            parameter_format: fields.has("parameter_format").then_some("POSITIONAL"),
            components: fields.has("components").then(|| components(template)),
            language: fields.has("language").then_some(template.language),
            status: fields.has("status").then_some(record.status),
            category: fields.has("category").then_some("AUTHENTICATION"),
            rejected_reason: fields.has("rejected_reason").then_some(record.rejected_reason),
            quality_score: fields.has("quality_score").then_some(quality),
            message_send_ttl_seconds: fields.has("message_send_ttl_seconds").then(|| template.ttl.wire()),
            last_updated_time: fields.has("last_updated_time").then_some(record.last_updated),
            id: Some(record.id),
        }
    }

    /// The body of an answer about one template.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

// Source: cloud-api.md 3.4. Assumed: the flags are echoed beside the texts.
fn components(template: &AuthenticationTemplate) -> Vec<Component> {
    let content = &template.content;
    let texts = PresetTexts::of(template.language);
    let mut components = vec![Component::Body {
        text: texts.body(content),
        add_security_recommendation: content.has_security_recommendation,
        example: BodyExample { body_text: [["123456"]] },
    }];
    if let (Some(text), Some(expiration)) = (texts.footer(content), content.code_expiration) {
        components.push(Component::Footer { text, code_expiration_minutes: expiration.minutes() });
    }
    components.push(Component::Buttons { buttons: [button(template, texts)] });
    components
}

// Assumed: one-tap and zero-tap buttons are read back with the label that copies the code.
fn button(template: &AuthenticationTemplate, texts: PresetTexts) -> UrlButton {
    let button = &template.content.button;
    let expiration = template.content.code_expiration;
    let labels = button.labels();
    let autofill = labels.autofill.as_ref().map_or(texts.autofill, |label| label.as_str());
    UrlButton {
        kind: "URL",
        text: labels.copy_code.as_ref().map_or(texts.copy_code, |label| label.as_str()).to_owned(),
        url: button.url(autofill, expiration, "{{1}}"),
        example: [button.url(autofill, expiration, "123456")],
    }
}
