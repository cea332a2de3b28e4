//! Templates: the preset texts into which codes are put.

mod button;
mod create;
mod delete;
mod language;
mod name;
mod node;
mod query;
mod status;
mod text;
mod ttl;

#[cfg(test)]
mod tests;

pub use button::{Button, Label, LabelError, Labels, OtpType, SupportedApp, SupportedApps};
pub use create::{CreateReply, EditTemplate};
pub use delete::DeleteTemplates;
pub use language::{Language, LanguageError};
pub use name::{NameError, TemplateName};
pub use node::{TemplateFields, TemplateNode, TemplateRecord};
pub use query::TemplateQuery;
pub use status::{QualityScore, RejectedReason, TemplateStatus};
pub use text::PresetTexts;
pub use ttl::{TemplateTtl, TtlError};

use std::fmt;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationContent {
    /// Whether the body warns against sharing the code.
    pub has_security_recommendation: bool,
    /// When the footer says that the code expires; `None` means no footer.
    pub code_expiration: Option<CodeExpiration>,
    /// The one button.
    pub button: Button,
}

/// After how many minutes a code expires: 1 to 90.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeExpiration(u8);

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
