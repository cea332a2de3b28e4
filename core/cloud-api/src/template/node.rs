//! A template as it is read back.

mod components;

use serde::Serialize;

use self::components::{Component, components};
use super::{
    Language, MessageTemplate, ParameterFormat, QualityScore, RejectedReason, TemplateCategory, TemplateName,
    TemplateStatus,
};
use crate::account::{Health, field_names};
use crate::id::TemplateId;
use crate::list;
use crate::refusal::Refusal;

/// A template with what Meta adds to it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateRecord {
    /// Its id.
    pub id: TemplateId,
    /// What was asked for.
    pub template: MessageTemplate,
    /// What Meta thinks of it.
    pub status: TemplateStatus,
    /// Why it was rejected.
    pub rejected_reason: RejectedReason,
    /// What people think of it.
    pub quality: Quality,
    /// What it was for before Meta changed that.
    pub previous_category: Option<TemplateCategory>,
    /// What it should be for, once Meta has noticed that it is another thing.
    pub correct_category: Option<TemplateCategory>,
    /// When it was created or last edited, in unix seconds.
    pub last_updated: u64,
}

/// What people think of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Quality {
    /// The score.
    pub score: QualityScore,
    /// Since when, in unix seconds.
    pub date: u64,
    /// Why, in Meta's words for why people block.
    // Source: cloud-api.md 3.5.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Box<str>>,
}

/// The fields of a template that a request asks for; the id is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateFields(u32);

/// The JSON of a template, with the fields that were asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TemplateNode {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<TemplateName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_format: Option<ParameterFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<Component>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<TemplateStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correct_category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_reason: Option<RejectedReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_score: Option<Quality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_send_ttl_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    library_template_name: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_category: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cta_url_link_tracking_opted_out: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_status: Option<Health>,
    id: Option<TemplateId>,
}

/// Every field that a template of the mock can have, in the order of its bit.
const FIELDS: [&str; 17] = [
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
    "previous_category",
    "correct_category",
    "library_template_name",
    "health_status",
    "sub_category",
    "cta_url_link_tracking_opted_out",
];
/// Fields of Meta that a template of the mock never has.
// Assumed: no fact is known of it but its name; clients ask for it.
const EMPTY_FIELDS: [&str; 1] = ["degrees_of_freedom_spec"];
/// The first seven and `sub_category`, which is told where there is one.
const DEFAULT_FIELDS: u32 = 0b1000_0000_0111_1111;

impl TemplateFields {
    /// Reads the value of `fields`: names with commas between them.
    ///
    /// What stands in braces or after a dot, as Graph allows to ask about a field, is ignored.
    ///
    /// # Errors
    ///
    /// When one of them is no field of a template.
    // Source: cloud-api.md 3.9 and 1.3. Assumed: the name of the node's type.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut bits = 0;
        let fields = list::with_commas(text);
        for field in field_names(&fields).filter(|field| !field.is_empty()) {
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

    /// Every field.
    #[must_use]
    pub const fn all() -> Self {
        Self((1 << FIELDS.len()) - 1)
    }

    /// Whether this field is asked for.
    #[must_use]
    pub fn has(self, field: &str) -> bool {
        FIELDS.iter().position(|known| *known == field).is_some_and(|bit| self.0 >> bit & 1 == 1)
    }
}

impl Default for TemplateFields {
    fn default() -> Self {
        Self(DEFAULT_FIELDS)
    }
}

impl Quality {
    /// What is known of a template that nobody has seen yet.
    #[must_use]
    pub const fn unknown(date: u64) -> Self {
        Self { score: QualityScore::Unknown, date, reasons: Vec::new() }
    }
}

impl TemplateNode {
    /// The fields of a template; its health is left to [`TemplateNode::with_health`].
    // Assumed: a time to live that follows from the category is left out, as is what Meta did not change.
    #[must_use]
    pub fn new(record: &TemplateRecord, fields: TemplateFields) -> Self {
        let template = &record.template;
        let ttl = template.ttl.filter(|_| fields.has("message_send_ttl_seconds"));
        Self {
            name: fields.has("name").then(|| template.name.clone()),
            parameter_format: fields.has("parameter_format").then_some(template.content.format()),
            components: fields.has("components").then(|| components(template)),
            language: fields.has("language").then_some(template.language),
            status: fields.has("status").then_some(record.status),
            category: fields.has("category").then_some(template.category()),
            previous_category: record.previous_category.filter(|_| fields.has("previous_category")),
            correct_category: record.correct_category.filter(|_| fields.has("correct_category")),
            rejected_reason: fields.has("rejected_reason").then_some(record.rejected_reason),
            quality_score: fields.has("quality_score").then(|| record.quality.clone()),
            message_send_ttl_seconds: ttl.map(|ttl| ttl.wire()),
            library_template_name: template.library.clone().filter(|_| fields.has("library_template_name")),
            sub_category: template.options.sub_category.clone().filter(|_| fields.has("sub_category")),
            cta_url_link_tracking_opted_out: template
                .options
                .opts_out_of_link_tracking
                .filter(|_| fields.has("cta_url_link_tracking_opted_out")),
            last_updated_time: fields.has("last_updated_time").then_some(record.last_updated),
            health_status: None,
            id: Some(record.id),
        }
    }

    /// The same, with its health.
    #[must_use]
    pub fn with_health(mut self, health: Health) -> Self {
        self.health_status = Some(health);
        self
    }

    /// The body of an answer about one template.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}
