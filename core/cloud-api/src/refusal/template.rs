//! Errors of creating, editing and deleting templates.

use std::borrow::Cow;

use crate::template::Language;

/// Why a template is not created, edited or deleted; always code 100 and HTTP 400.
// Source: cloud-api.md 3.10.
// Assumed: every `error_user_msg` but those of the first two variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateRefusal {
    /// The name already has content in that language.
    // Source: cloud-api.md 3.10, subcode 2388024.
    AlreadyExists {
        /// The language in question.
        language: Language,
    },
    /// The name was deleted less than 30 days ago.
    // Source: cloud-api.md 3.10, subcode 2388023.
    BeingDeleted {
        /// The language in question.
        language: Language,
    },
    /// The account holds as many templates as it may.
    // Source: cloud-api.md 3.10, subcode 2388019.
    LimitExceeded,
    /// A text is too long.
    // Source: cloud-api.md 3.10, subcode 2388040.
    TooLong {
        /// The path of the text.
        field: &'static str,
        /// The most characters it may have.
        length_max: usize,
    },
    /// The line above the text holds a line break, an emoji or marks of formatting.
    // Source: cloud-api.md 3.10, subcode 2388047.
    HeaderFormat,
    /// The text holds too many line breaks or spaces in a row.
    // Source: cloud-api.md 3.10, subcode 2388072.
    BodyFormat,
    /// The line below the text holds a line break, an emoji, marks of formatting or a variable.
    // Source: cloud-api.md 3.10, subcode 2388073.
    FooterFormat,
    /// The text has too many variables for its length.
    // Source: cloud-api.md 3.10, subcode 2388293.
    TooManyVariables,
    /// The text starts or ends with a variable.
    // Source: cloud-api.md 3.10, subcode 2388299.
    VariableAtEdge,
    /// A component with a variable, or a media header, lacks its example.
    // Source: seen in a client that was refused so, subcode 2388043 with these words.
    ExampleMissing {
        /// The type of the component.
        component: &'static str,
    },
    /// A component lacks a field that it must have.
    // Assumed: told as a missing example is.
    FieldMissing {
        /// The type of the component.
        component: &'static str,
        /// The field.
        field: &'static str,
    },
    /// The language is not one of Meta's.
    // Source: cloud-api.md 3.10, subcode 2388049, observed.
    LanguageNotSupported {
        /// What was asked for.
        found: String,
    },
    /// No template has that name or id.
    // Assumed: no subcode.
    NotFound {
        /// The name or id.
        name: String,
    },
    /// The template's status does not let it be edited.
    // Source: cloud-api.md 3.9: only approved, rejected and paused templates can be edited.
    // Assumed: no subcode.
    NotEditable,
    /// Another rule of authentication templates is broken.
    // Assumed: no subcode; Meta documents the rules of 3.3 and not their errors.
    Rule {
        /// The rule, as a sentence.
        text: Cow<'static, str>,
    },
}

impl TemplateRefusal {
    /// The finer number, where one is known.
    #[must_use]
    pub const fn subcode(&self) -> Option<u32> {
        match self {
            Self::AlreadyExists { .. } => Some(2_388_024),
            Self::BeingDeleted { .. } => Some(2_388_023),
            Self::LimitExceeded => Some(2_388_019),
            Self::TooLong { .. } => Some(2_388_040),
            Self::HeaderFormat => Some(2_388_047),
            Self::BodyFormat => Some(2_388_072),
            Self::FooterFormat => Some(2_388_073),
            Self::TooManyVariables => Some(2_388_293),
            Self::VariableAtEdge => Some(2_388_299),
            Self::ExampleMissing { .. } | Self::FieldMissing { .. } => Some(2_388_043),
            Self::LanguageNotSupported { .. } => Some(2_388_049),
            Self::NotFound { .. } | Self::NotEditable | Self::Rule { .. } => None,
        }
    }

    /// The short text for users.
    #[must_use]
    pub const fn user_title(&self) -> &'static str {
        match self {
            Self::AlreadyExists { .. } => "Content in This Language Already Exists",
            Self::BeingDeleted { .. } => "Message Template Language Is Being Deleted",
            Self::LimitExceeded => "Template Limit Exceeded",
            Self::TooLong { .. } => "Character Limit Exceeded",
            Self::HeaderFormat => "Message Header Format Is Incorrect",
            Self::BodyFormat => "Message Body Format Is Incorrect",
            Self::FooterFormat => "Message Footer Format Is Incorrect",
            Self::TooManyVariables => "Parameters Words Ratio Exceeds Limit",
            Self::VariableAtEdge => "Leading or Trailing Parameters Not Allowed",
            Self::ExampleMissing { .. } | Self::FieldMissing { .. } => {
                "Message Template \"components\" Param Is Missing Expected Field(s)"
            }
            Self::LanguageNotSupported { .. } => "Language Not Supported",
            Self::NotFound { .. } => "Message Template Not Found",
            Self::NotEditable => "Message Template Can't Be Edited",
            Self::Rule { .. } => "Invalid Parameter",
        }
    }

    /// The long text for users.
    #[must_use]
    pub fn user_message(&self) -> Cow<'static, str> {
        match self {
            Self::AlreadyExists { language } => format!(
                "There is already {} content for this template. You can create a new template and try again.",
                language.name(),
            ),
            Self::BeingDeleted { language } => format!(
                "New {0} content can't be added while the existing {0} content is being deleted. Try again in 4 weeks or create a new template.",
                language.name(),
            ),
            Self::LimitExceeded => {
                return "You have reached the limit of message templates for this account.".into();
            }
            Self::TooLong { field, length_max } => {
                format!("{field} can have at most {length_max} characters.")
            }
            Self::HeaderFormat => {
                return "The header can't have line breaks, formatting characters or emojis.".into();
            }
            Self::BodyFormat => {
                return "The body can't have tabs, more than two consecutive line breaks or more than four consecutive spaces.".into();
            }
            Self::FooterFormat => {
                return "The footer can't have line breaks, formatting characters, emojis or variables.".into();
            }
            Self::TooManyVariables => {
                return "This template has too many variables for its length. Reduce the number of variables or increase the message length.".into();
            }
            Self::VariableAtEdge => return "Variables can't be at the start or end of the template.".into(),
            Self::ExampleMissing { component } => {
                format!("component of type {component} is missing expected field(s) (example)")
            }
            Self::FieldMissing { component, field } => {
                format!("component of type {component} is missing expected field(s) ({field})")
            }
            Self::LanguageNotSupported { found } => {
                format!("The language {found} is not supported.")
            }
            Self::NotFound { name } => format!("There is no message template {name}."),
            Self::NotEditable => {
                return "Only approved, rejected or paused message templates can be edited.".into();
            }
            Self::Rule { text } => return text.clone(),
        }
        .into()
    }
}
