//! What became of a template.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::id::TemplateId;
use crate::template::{Language, QualityScore, RejectedReason, TemplateCategory, TemplateName};

/// Which template is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateKey {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: TemplateName,
    /// Its language.
    pub language: Language,
}

/// A template's status has changed: `message_template_status_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateUpdate {
    /// What happened.
    pub event: TemplateEvent,
    /// The template.
    pub template: TemplateKey,
    /// What it is for.
    pub category: TemplateCategory,
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
    /// It rests for 3 hours, because people complained.
    PausedFirst,
    /// It rests for 6 hours, because people complained again.
    PausedSecond,
    /// It rests because it was sent too fast for its young age.
    PausedForRate,
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

/// A template's quality has changed: `message_template_quality_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityUpdate {
    /// The template.
    pub template: TemplateKey,
    /// What people thought of it.
    pub previous: QualityScore,
    /// What they think of it now.
    pub new: QualityScore,
}

/// A template's words have changed: `message_template_components_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentsUpdate {
    /// The template.
    pub template: TemplateKey,
    /// The text above, if there is one.
    pub title: Option<String>,
    /// The text itself.
    pub body: String,
    /// The text below, if there is one.
    pub footer: Option<String>,
    /// The buttons that are told of: those with a link and those with a phone number.
    pub buttons: Vec<ButtonUpdate>,
}

/// A button of a template whose words have changed.
// Source: cloud-api.md 6.6. Assumed: other buttons are left out, as no sample has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "message_template_button_type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ButtonUpdate {
    /// It opens a link.
    Url {
        /// What stands on it.
        #[serde(rename = "message_template_button_text")]
        text: String,
        /// The link.
        #[serde(rename = "message_template_button_url")]
        url: String,
    },
    /// It calls a number.
    PhoneNumber {
        /// What stands on it.
        #[serde(rename = "message_template_button_text")]
        text: String,
        /// The number.
        #[serde(rename = "message_template_button_phone_number")]
        phone_number: String,
    },
}

/// Meta moves a template to another category: `template_category_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryUpdate {
    /// The template.
    pub template: TemplateKey,
    /// How far the move is.
    pub step: CategoryStep,
}

/// How far the move of a template to another category is.
// Source: cloud-api.md 6.6: a move is announced 24 hours ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryStep {
    /// It will take place.
    Upcoming {
        /// What the template is now.
        current: TemplateCategory,
        /// What it will be.
        correct: TemplateCategory,
        /// When, in unix seconds.
        at: u64,
    },
    /// It has taken place.
    Done {
        /// What the template was.
        previous: TemplateCategory,
        /// What it is now.
        new: TemplateCategory,
    },
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
            Self::PausedFirst | Self::PausedSecond | Self::PausedForRate => "PAUSED",
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
            Self::PausedForRate => {
                ("RATE_LIMITING_PAUSE", "The template is paused until its quality is known.")
            }
            Self::Unpaused => ("UNPAUSE", "The template can be sent again."),
            Self::Disabled { .. } => ("DISABLED", "The template is disabled."),
            _ => return None,
        };
        Some(Other { title, description })
    }
}

/// How webhooks name a template: with an integer for an id.
// Source: cloud-api.md 12c.
#[derive(Serialize)]
struct Key<'a> {
    message_template_id: u64,
    message_template_name: &'a TemplateName,
    message_template_language: Language,
}

impl TemplateKey {
    fn body(&self) -> Key<'_> {
        Key {
            message_template_id: self.id.number(),
            message_template_name: &self.name,
            message_template_language: self.language,
        }
    }
}

#[derive(Serialize)]
struct StatusBody<'a> {
    event: &'static str,
    #[serde(flatten)]
    template: Key<'a>,
    reason: RejectedReason,
    message_template_category: TemplateCategory,
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
impl Serialize for TemplateUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = self.event;
        let disable_info = match event {
            TemplateEvent::Disabled { at } => Some(Disable { disable_date: at }),
            _ => None,
        };
        let rejection_info = matches!(event, TemplateEvent::Rejected { .. }).then(|| Rejection {
            reason: event.reason(),
            recommendation: "Edit the template and submit it again.",
        });
        let body = StatusBody {
            event: event.word(),
            template: self.template.body(),
            reason: event.reason(),
            message_template_category: self.category,
            disable_info,
            other_info: event.other(),
            rejection_info,
        };
        body.serialize(serializer)
    }
}

impl Serialize for QualityUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("QualityUpdate", 5)?;
        body.serialize_field("previous_quality_score", &self.previous)?;
        body.serialize_field("new_quality_score", &self.new)?;
        body.serialize_field("message_template_id", &self.template.id.number())?;
        body.serialize_field("message_template_name", &self.template.name)?;
        body.serialize_field("message_template_language", &self.template.language)?;
        body.end()
    }
}

#[derive(Serialize)]
struct ComponentsBody<'a> {
    #[serde(flatten)]
    template: Key<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_template_title: Option<&'a str>,
    message_template_element: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_template_footer: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    message_template_buttons: &'a [ButtonUpdate],
}

impl Serialize for ComponentsUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = ComponentsBody {
            template: self.template.body(),
            message_template_title: self.title.as_deref(),
            message_template_element: &self.body,
            message_template_footer: self.footer.as_deref(),
            message_template_buttons: &self.buttons,
        };
        body.serialize(serializer)
    }
}

#[derive(Default, Serialize)]
struct CategoryBody<'a> {
    #[serde(flatten)]
    template: Option<Key<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correct_category: Option<TemplateCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_update_timestamp: Option<u64>,
}

impl Serialize for CategoryUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = CategoryBody { template: Some(self.template.body()), ..CategoryBody::default() };
        match self.step {
            CategoryStep::Upcoming { current, correct, at } => {
                body.new_category = Some(current);
                body.correct_category = Some(correct);
                body.category_update_timestamp = Some(at);
            }
            CategoryStep::Done { previous, new } => {
                body.previous_category = Some(previous);
                body.new_category = Some(new);
            }
        }
        body.serialize(serializer)
    }
}
