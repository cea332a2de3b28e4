//! Templates: the preset texts into which codes are put.

mod blocks;
mod button;
mod content;
mod create;
mod delete;
mod language;
mod library;
mod name;
mod node;
mod otp;
mod preview;
mod query;
mod shape;
mod status;
mod text;
mod ttl;
mod upsert;
mod value;
mod view;

#[cfg(test)]
mod tests;

pub use blocks::{BlockError, BlockErrors, BlockWarning, Blocks, TtlOutOfRange};
pub use button::{Button, Label, LabelError, Labels, OtpType, SupportedApp, SupportedApps};
pub use content::{CustomButton, CustomCategory, CustomContent, CustomText, Header, MediaKind, Variable};
pub(crate) use create::is_emoji;
pub use create::{CreateReply, EditReply, EditTemplate};
pub use delete::DeleteTemplates;
pub use language::{Language, LanguageError};
pub use library::{LibraryButton, LibraryEntry, LibraryNode, LibraryQuery};
pub use name::{NameError, TemplateName};
pub use node::{Quality, TemplateFields, TemplateNode, TemplateRecord};
pub use preview::{Preview, PreviewQuery, Previews};
pub use query::{Summary, SummaryFields, TemplateCounts, TemplateQuery};
pub use shape::{ButtonShape, HeaderShape, SendShape, Slot};
pub use status::{
    ParameterFormat, ParameterType, QualityScore, RejectedReason, TemplateCategory, TemplateStatus,
};
pub use text::PresetTexts;
pub use ttl::{TemplateTtl, TtlError};
pub use upsert::{UpsertReply, UpsertTemplates, Upserted};
pub use view::{ButtonView, TemplateView};

use std::fmt;

/// A template of any category as it is asked for: everything but what Meta adds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MessageTemplate {
    /// Its name, which all its languages share.
    pub name: TemplateName,
    /// Its language.
    pub language: Language,
    /// How long an undelivered message is kept; `None` is what the category has by default.
    pub ttl: Option<TemplateTtl>,
    /// What it shows.
    pub content: TemplateContent,
    /// The entry of the template library that it was made from.
    pub library: Option<Box<str>>,
    /// What else was said of a template that is not for codes.
    #[serde(default)]
    pub options: TemplateOptions,
}

/// What may be said of a utility or marketing template, and changes nothing that people see.
// Source: cloud-api.md 3.1 and 3.9.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateOptions {
    /// What it is for, more closely, in capitals, such as `ORDER_STATUS`.
    pub sub_category: Option<Box<str>>,
    /// Whether links in it lead straight to where they lead, uncounted.
    pub opts_out_of_link_tracking: Option<bool>,
}

/// What a template shows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TemplateContent {
    /// Meta's own words around a code.
    Authentication(AuthenticationContent),
    /// The words of the business.
    Custom(CustomContent),
}

/// An authentication template as it is asked for: everything but what Meta adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationTemplate {
    /// Its name, which all its languages share.
    pub name: TemplateName,
    /// Its language.
    pub language: Language,
    /// How long an undelivered code is kept.
    pub ttl: TemplateTtl,
    /// What it shows.
    pub content: AuthenticationContent,
}

/// What an authentication template shows: nothing of it is free text but the labels.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuthenticationContent {
    /// The words around the code.
    pub wording: Wording,
    /// Whether the body warns against sharing the code.
    pub has_security_recommendation: bool,
    /// When the footer says that the code expires; `None` means no footer.
    pub code_expiration: Option<CodeExpiration>,
    /// The one button.
    pub button: Button,
}

/// The words around the code of an authentication template.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Wording {
    /// Those that Meta presets for the language.
    #[default]
    Preset,
    /// Those of an entry of the template library, with `{{1}}` where the code goes; always English.
    Library(Box<str>),
}

/// After how many minutes a code expires: 1 to 90.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct CodeExpiration(u8);

impl MessageTemplate {
    /// What it is for.
    #[must_use]
    pub const fn category(&self) -> TemplateCategory {
        self.content.category()
    }

    /// How many seconds an undelivered message is kept.
    #[must_use]
    pub fn kept_seconds(&self) -> u32 {
        self.ttl.unwrap_or(TemplateTtl::default_of(self.category())).seconds()
    }
}

impl TemplateContent {
    /// What the template is for.
    #[must_use]
    pub const fn category(&self) -> TemplateCategory {
        match self {
            Self::Authentication(_) => TemplateCategory::Authentication,
            Self::Custom(content) => content.category.category(),
        }
    }

    /// How its variables are told apart.
    #[must_use]
    pub const fn format(&self) -> ParameterFormat {
        match self {
            Self::Authentication(_) => ParameterFormat::Positional,
            Self::Custom(content) => content.format,
        }
    }

    /// What an authentication template shows, if it is one.
    #[must_use]
    pub const fn authentication(&self) -> Option<&AuthenticationContent> {
        match self {
            Self::Authentication(content) => Some(content),
            Self::Custom(_) => None,
        }
    }
}

impl From<AuthenticationTemplate> for MessageTemplate {
    fn from(template: AuthenticationTemplate) -> Self {
        let AuthenticationTemplate { name, language, ttl, content } = template;
        Self {
            name,
            language,
            ttl: Some(ttl),
            content: TemplateContent::Authentication(content),
            library: None,
            options: TemplateOptions::default(),
        }
    }
}

impl CodeExpiration {
    /// The longest expiration.
    pub const MINUTES_MAX: u8 = 90;

    /// The expiration of that many minutes, if it is allowed.
    // Source: cloud-api.md 3.3.
    #[must_use]
    pub const fn from_minutes(minutes: u8) -> Option<Self> {
        if minutes >= 1 && minutes <= Self::MINUTES_MAX { Some(Self(minutes)) } else { None }
    }

    /// The minutes.
    #[must_use]
    pub const fn minutes(self) -> u8 {
        self.0
    }
}

impl fmt::Display for CodeExpiration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
