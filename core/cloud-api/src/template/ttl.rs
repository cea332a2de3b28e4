//! How long Meta keeps trying to deliver a message.

use std::ops::RangeInclusive;

use thiserror::Error;

use super::TemplateCategory;

/// The time to live of a template's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum TemplateTtl {
    /// A number of seconds that the category allows; see [`TemplateTtl::new`].
    Seconds(TtlSeconds),
    /// 30 days, which is written as -1.
    ThirtyDays,
}

/// A number of seconds from 30 to 2,592,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct TtlSeconds(u32);

/// Why a number is not a time to live.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the time to live is {found} s, but must be {} for {category}", rule_of(*.category))]
pub struct TtlError {
    /// What the template is for.
    pub category: TemplateCategory,
    /// The number given.
    pub found: i64,
}

const THIRTY_DAYS: u32 = 30 * 86_400;

impl TemplateTtl {
    /// Reads the number that `message_send_ttl_seconds` holds.
    ///
    /// # Errors
    ///
    /// When it is outside the range of the category.
    // Source: cloud-api.md 3.6.
    pub fn new(category: TemplateCategory, found: i64) -> Result<Self, TtlError> {
        let seconds = u32::try_from(found).ok().filter(|seconds| Self::range(category).contains(seconds));
        match (found, category) {
            (-1, TemplateCategory::Authentication | TemplateCategory::Utility) => Ok(Self::ThirtyDays),
            _ => seconds.map(TtlSeconds).map(Self::Seconds).ok_or(TtlError { category, found }),
        }
    }

    /// The seconds that a category allows, besides -1.
    // Source: cloud-api.md 3.6.
    #[must_use]
    pub const fn range(category: TemplateCategory) -> RangeInclusive<u32> {
        match category {
            TemplateCategory::Authentication => 30..=900,
            TemplateCategory::Utility => 30..=43_200,
            TemplateCategory::Marketing => 43_200..=THIRTY_DAYS,
        }
    }

    /// What holds where a template says nothing.
    // Source: cloud-api.md 3.6: 600 s for authentication templates created since 2024-10-23.
    #[must_use]
    pub const fn default_of(category: TemplateCategory) -> Self {
        match category {
            TemplateCategory::Authentication => Self::Seconds(TtlSeconds(600)),
            TemplateCategory::Utility | TemplateCategory::Marketing => Self::ThirtyDays,
        }
    }

    /// How many seconds a message is kept.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Seconds(TtlSeconds(seconds)) => seconds,
            Self::ThirtyDays => THIRTY_DAYS,
        }
    }

    /// The number that goes over the wire.
    #[must_use]
    pub const fn wire(self) -> i64 {
        match self {
            Self::Seconds(TtlSeconds(seconds)) => seconds as i64,
            Self::ThirtyDays => -1,
        }
    }
}

impl Default for TemplateTtl {
    /// What authentication templates have where they say nothing.
    fn default() -> Self {
        Self::default_of(TemplateCategory::Authentication)
    }
}

/// The rule of a category, as a clause.
pub(super) const fn rule_of(category: TemplateCategory) -> &'static str {
    match category {
        TemplateCategory::Authentication => "an integer from 30 to 900, or -1,",
        TemplateCategory::Utility => "an integer from 30 to 43200, or -1,",
        TemplateCategory::Marketing => "an integer from 43200 to 2592000",
    }
}
