//! A request to list templates.

use serde::{Deserialize, Serialize};

use super::{
    CustomContent, Header, PresetTexts, QualityScore, TemplateCategory, TemplateContent, TemplateFields,
    TemplateRecord, TemplateStatus,
};
use crate::lenient::{Scalar, read_body};
use crate::list;
use crate::paging::PageRequest;
use crate::refusal::Refusal;

/// Which templates are asked for, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateQuery {
    /// What is asked for of each.
    pub fields: TemplateFields,
    /// Which part of the list.
    pub page: PageRequest,
    /// What is asked for of the whole list.
    pub summary: SummaryFields,
    name: Option<String>,
    content: Option<String>,
    name_or_content: Option<String>,
    languages: Vec<String>,
    statuses: Vec<String>,
    categories: Vec<String>,
    scores: Vec<String>,
    since: Option<u64>,
    until: Option<u64>,
}

/// What is asked for of the whole list.
// Source: cloud-api.md 3.9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SummaryFields {
    total_count: bool,
    message_template_count: bool,
    message_template_limit: bool,
    are_translations_complete: bool,
}

/// What is told of the whole list; only what was asked for is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_template_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_template_limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    are_translations_complete: Option<bool>,
}

/// How many templates there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateCounts {
    /// Those that the filters let through.
    pub matching: usize,
    /// All of the account.
    pub held: usize,
    /// How many the account may hold.
    pub limit: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawQuery<'a> {
    #[serde(deserialize_with = "list::read")]
    fields: Option<String>,
    #[serde(deserialize_with = "list::read")]
    summary: Option<String>,
    #[serde(borrow)]
    limit: Scalar<'a>,
    #[serde(borrow)]
    after: Scalar<'a>,
    #[serde(borrow)]
    before: Scalar<'a>,
    #[serde(borrow)]
    name: Scalar<'a>,
    #[serde(borrow)]
    content: Scalar<'a>,
    #[serde(borrow)]
    name_or_content: Scalar<'a>,
    #[serde(deserialize_with = "list::read_words")]
    language: Vec<String>,
    #[serde(deserialize_with = "list::read_words")]
    status: Vec<String>,
    #[serde(deserialize_with = "list::read_words")]
    category: Vec<String>,
    #[serde(deserialize_with = "list::read_words")]
    quality_score: Vec<String>,
    #[serde(borrow)]
    since: Scalar<'a>,
    #[serde(borrow)]
    until: Scalar<'a>,
}

impl TemplateQuery {
    /// Reads the parameters of a request; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When a field does not exist, or a word, a cursor, a time or the limit cannot be read.
    // Source: cloud-api.md 3.9. Assumed: `name` matches exactly; `content` and `name_or_content` match
    // parts, in any case; several words of one filter stand with commas between them; `since` and
    // `until` are unix seconds and hold the time of the last change.
    pub fn parse(parameters: &[u8]) -> Result<Self, Refusal> {
        let raw: RawQuery<'_> = read_body(parameters);
        let mut page = PageRequest::default();
        for (name, value) in [("limit", raw.limit), ("after", raw.after), ("before", raw.before)] {
            if let Some(value) = value.into_text() {
                page.take(name, &value)?;
            }
        }
        let fields = raw.fields.filter(|fields| !fields.is_empty());
        Ok(Self {
            fields: fields.map_or(Ok(TemplateFields::default()), |fields| TemplateFields::parse(&fields))?,
            page,
            summary: raw.summary.map_or(Ok(SummaryFields::default()), |asked| asked.parse())?,
            name: text(raw.name),
            content: text(raw.content).map(|text| text.to_lowercase()),
            name_or_content: text(raw.name_or_content).map(|text| text.to_lowercase()),
            languages: raw.language,
            statuses: known("status", raw.status, STATUSES, |word| word.parse::<TemplateStatus>().is_ok())?,
            categories: known("category", raw.category, "AUTHENTICATION, MARKETING, UTILITY", |word| {
                word.parse::<TemplateCategory>().is_ok()
            })?,
            scores: known("quality_score", raw.quality_score, "GREEN, RED, UNKNOWN, YELLOW", |word| {
                word.parse::<QualityScore>().is_ok()
            })?,
            since: parse_time("since", &raw.since)?,
            until: parse_time("until", &raw.until)?,
        })
    }

    /// Whether a template is among those asked for.
    #[must_use]
    pub fn matches(&self, record: &TemplateRecord) -> bool {
        let template = &record.template;
        let is_among = |asked: &[String], word: &str| {
            asked.is_empty() || asked.iter().any(|asked| asked.eq_ignore_ascii_case(word))
        };
        let name = template.name.as_str();
        let holds = |part: &str| text_of(record).to_lowercase().contains(part);
        self.name.as_ref().is_none_or(|asked| asked == name)
            && is_among(&self.languages, template.language.code())
            && is_among(&self.statuses, record.status.word())
            && is_among(&self.categories, template.category().word())
            && is_among(&self.scores, record.quality.score.word())
            && self.since.is_none_or(|since| record.last_updated >= since)
            && self.until.is_none_or(|until| record.last_updated <= until)
            && self.content.as_ref().is_none_or(|part| holds(part))
            && self.name_or_content.as_ref().is_none_or(|part| name.contains(part.as_str()) || holds(part))
    }
}

impl SummaryFields {
    /// Whether anything is asked for.
    #[must_use]
    pub fn is_asked_for(self) -> bool {
        self != Self::default()
    }

    /// What was asked for, with these counts.
    // Assumed: translations are complete, as the mock translates nothing.
    #[must_use]
    pub fn of(self, counts: TemplateCounts) -> Summary {
        Summary {
            total_count: self.total_count.then_some(counts.matching),
            message_template_count: self.message_template_count.then_some(counts.held),
            message_template_limit: self.message_template_limit.then_some(counts.limit),
            are_translations_complete: self.are_translations_complete.then_some(true),
        }
    }
}

impl std::str::FromStr for SummaryFields {
    type Err = Refusal;

    /// Reads names with commas between them; `true` or `1` ask for the count.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for field in list::words(text) {
            match field.as_str() {
                "total_count" | "true" | "1" => fields.total_count = true,
                "message_template_count" => fields.message_template_count = true,
                "message_template_limit" => fields.message_template_limit = true,
                "are_translations_complete" => fields.are_translations_complete = true,
                _ => {
                    return Err(Refusal::UnknownField { field, node: "WhatsAppMessageTemplateSummary" });
                }
            }
        }
        Ok(fields)
    }
}

const STATUSES: &str = "APPROVED, ARCHIVED, DELETED, DISABLED, IN_APPEAL, LIMIT_EXCEEDED, PAUSED, PENDING, PENDING_DELETION, REJECTED";

fn text(raw: Scalar<'_>) -> Option<String> {
    raw.into_text().map(std::borrow::Cow::into_owned)
}

// Assumed: Graph refuses a word that it does not know, as it does elsewhere.
fn known(
    name: &'static str,
    words: Vec<String>,
    allowed: &'static str,
    is_known: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Refusal> {
    match words.iter().find(|word| !is_known(word)) {
        None => Ok(words),
        Some(found) => Err(Refusal::ParameterNotOneOf { name: name.into(), allowed, found: found.clone() }),
    }
}

fn parse_time(name: &str, raw: &Scalar<'_>) -> Result<Option<u64>, Refusal> {
    if raw.is_absent() {
        return Ok(None);
    }
    let time = raw.integer().and_then(|time| u64::try_from(time).ok());
    let details = || format!("Param {name} must be a time in unix seconds.").into();
    time.map(Some).ok_or_else(|| Refusal::InvalidParameter { details: details() })
}

/// All words that a template shows.
fn text_of(record: &TemplateRecord) -> String {
    match &record.template.content {
        TemplateContent::Authentication(content) => {
            let texts = PresetTexts::of(record.template.language);
            [texts.body(content), texts.footer(content).unwrap_or_default()].join("\n")
        }
        TemplateContent::Custom(CustomContent { header, body, footer, .. }) => {
            let header = match header {
                Some(Header::Text(text)) => &text.text,
                _ => "",
            };
            [header, &body.text, footer.as_deref().unwrap_or_default()].join("\n")
        }
    }
}
