//! What a message says, from its acceptance to the phone.

use std::fmt;
use std::sync::Arc;

use cloud_api::send::{FreeFormKind, TemplateValues};
use cloud_api::template::{TemplateCategory, TemplateContent};
use cloud_api::webhook::PricingCategory;
use cloud_api::{FreeForm, OtpCode};
use scenario::Span;

use crate::directory::Template;

/// What an accepted message says.
///
/// The frequent one is small, because millions of them may be on their way.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Content {
    /// A code, in an authentication template.
    Code {
        /// What it was made from.
        template: Arc<Template>,
        /// The code.
        #[serde(with = "cloud_api::secret::exposed")]
        code: OtpCode,
    },
    /// A utility or marketing template with its values.
    Template {
        /// What it was made from.
        template: Arc<Template>,
        /// The values.
        values: Arc<TemplateValues>,
    },
    /// A message without a template.
    FreeForm(Arc<FreeFormContent>),
}

/// A message without a template; `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FreeFormContent {
    /// Its type.
    pub kind: FreeFormKind,
    /// What a person reads of it: the text, the caption, the name of the place or the emoji.
    pub text: Box<str>,
    /// The object of its type, as the JSON that the request brought.
    pub object: Box<str>,
}

/// How long a message without a template is tried to be delivered.
// Source: cloud-api.md §3.6: 30 days where nothing else is said.
const FREE_FORM_TTL: Span = Span::from_secs(30 * 24 * 3_600);

const BODY_LENGTH_MAX: usize = 1_024;
const HEADER_LENGTH_MAX: usize = 60;

impl Content {
    /// The template that the message was made from, if it was made from one.
    #[must_use]
    pub const fn template(&self) -> Option<&Arc<Template>> {
        match self {
            Self::Code { template, .. } | Self::Template { template, .. } => Some(template),
            Self::FreeForm(_) => None,
        }
    }

    /// The code, if the message carries one in an authentication template.
    #[must_use]
    pub const fn code(&self) -> Option<&OtpCode> {
        match self {
            Self::Code { code, .. } => Some(code),
            Self::Template { .. } | Self::FreeForm(_) => None,
        }
    }

    /// How long the message is tried to be delivered.
    #[must_use]
    pub fn ttl(&self) -> Span {
        self.template().map_or(FREE_FORM_TTL, |template| template.ttl)
    }

    /// The category of the template, if the message was made from one.
    #[must_use]
    pub fn category(&self) -> Option<TemplateCategory> {
        self.template().map(|template| template.record.template.category())
    }

    /// Whether the text with its values is longer than Meta takes.
    // Source: cloud-api.md §8, 132005. Assumed: the limits are those of the template's own texts.
    pub(crate) fn is_too_long(&self) -> bool {
        let Self::Template { template, values } = self else { return false };
        let TemplateContent::Custom(custom) = &template.record.template.content else { return false };
        let body: Vec<&str> = values.body.iter().map(AsRef::as_ref).collect();
        let header = values.header.as_deref().map_or(0, |header| header.chars().count());
        custom.body.filled(&body).chars().count() > BODY_LENGTH_MAX || header > HEADER_LENGTH_MAX
    }

    /// As what the message is paid for.
    #[must_use]
    pub fn pricing(&self) -> PricingCategory {
        match self.category() {
            Some(TemplateCategory::Authentication) => PricingCategory::Authentication,
            Some(TemplateCategory::Utility) => PricingCategory::Utility,
            Some(TemplateCategory::Marketing) => PricingCategory::Marketing,
            None => PricingCategory::Service,
        }
    }
}

impl From<&FreeForm<'_>> for FreeFormContent {
    fn from(message: &FreeForm<'_>) -> Self {
        Self { kind: message.kind, text: message.text.as_ref().into(), object: message.object.into() }
    }
}

impl fmt::Debug for FreeFormContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreeFormContent").field("kind", &self.kind).finish_non_exhaustive()
    }
}
