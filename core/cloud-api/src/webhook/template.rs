//! What became of a template.

use serde::Serialize;

use crate::id::TemplateId;
use crate::template::{Language, RejectedReason, TemplateName};

/// News about a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateUpdate {
    /// What happened.
    pub event: TemplateEvent,
    /// The template.
    pub id: TemplateId,
    /// Its name.
    pub name: TemplateName,
    /// Its language.
    pub language: Language,
}

/// What happened to a template.
// Source: cloud-api.md 6.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateEvent {
    /// It can be sent.
    Approved,
    /// It was refused.
    Rejected {
        /// Why.
        reason: RejectedReason,
    },
    /// It is in review.
    Pending,
    /// It rests because people complained once.
    PausedFirst,
    /// It rests because people complained again.
    PausedSecond,
    /// It can be sent again.
    Unpaused,
    /// It is stopped for good.
    Disabled {
        /// When, in unix seconds.
        at: u64,
    },
    /// It may soon be stopped.
    Flagged,
    /// Its rejection is being reviewed.
    InAppeal,
    /// It was stopped by mistake and can be sent.
    Reinstated,
    /// It is deleted when its last messages have ended.
    PendingDeletion,
    /// It is deleted.
    Deleted,
    /// It stands above the account's limit of templates.
    LimitExceeded,
    /// It was not used for 12 months.
    Archived,
    /// It was taken out of the archive.
    Unarchived,
    /// It can no longer be edited.
    Locked,
}

impl TemplateEvent {
    /// The word on the wire.
    // Assumed: the end of a pause is told as `APPROVED` with the title `UNPAUSE`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved | Self::Unpaused => "APPROVED",
            Self::Rejected { .. } => "REJECTED",
            Self::Pending => "PENDING",
            Self::PausedFirst | Self::PausedSecond => "PAUSED",
            Self::Disabled { .. } => "DISABLED",
            Self::Flagged => "FLAGGED",
            Self::InAppeal => "IN_APPEAL",
            Self::Reinstated => "REINSTATED",
            Self::PendingDeletion => "PENDING_DELETION",
            Self::Deleted => "DELETED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Archived => "ARCHIVED",
            Self::Unarchived => "UNARCHIVED",
            Self::Locked => "LOCKED",
        }
    }

    const fn reason(self) -> RejectedReason {
        match self {
            Self::Rejected { reason } => reason,
            _ => RejectedReason::None,
        }
    }

    // Source: cloud-api.md 6.6 for the titles. Assumed: the descriptions.
    const fn other(self) -> Option<Other> {
        let (title, description) = match self {
            Self::PausedFirst => ("FIRST_PAUSE", "The template is paused for 3 hours."),
            Self::PausedSecond => ("SECOND_PAUSE", "The template is paused for 6 hours."),
            Self::Unpaused => ("UNPAUSE", "The template can be sent again."),
            Self::Disabled { .. } => ("DISABLED", "The template is disabled."),
            _ => return None,
        };
        Some(Other { title, description })
    }
}

/// The value of a webhook about a template.
#[derive(Serialize)]
pub(super) struct Value<'a> {
    event: &'static str,
    message_template_id: u64,
    message_template_name: &'a TemplateName,
    message_template_language: Language,
    reason: RejectedReason,
    message_template_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_info: Option<Disable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_info: Option<Other>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejection_info: Option<Rejection>,
}

#[derive(Serialize)]
struct Disable {
    disable_date: u64,
}

#[derive(Serialize)]
struct Other {
    title: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Rejection {
    reason: RejectedReason,
    recommendation: &'static str,
}

// Assumed: the recommendation, and `NONE` rather than `null` where there is no reason.
pub(super) fn value(update: &TemplateUpdate) -> Value<'_> {
    let event = update.event;
    let disable_date = match event {
        TemplateEvent::Disabled { at } => Some(at),
        _ => None,
    };
    let rejection = matches!(event, TemplateEvent::Rejected { .. }).then(|| Rejection {
        reason: event.reason(),
        recommendation: "Edit the template and submit it again.",
    });
    Value {
        event: event.word(),
        message_template_id: update.id.number(),
        message_template_name: &update.name,
        message_template_language: update.language,
        reason: event.reason(),
        message_template_category: "AUTHENTICATION",
        disable_info: disable_date.map(|disable_date| Disable { disable_date }),
        other_info: event.other(),
        rejection_info: rejection,
    }
}
