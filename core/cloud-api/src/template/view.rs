//! The words of a template, as webhooks about its components tell them.

use super::{CustomButton, CustomContent, Header, MessageTemplate, PresetTexts, TemplateContent};

/// The words that a template shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateView {
    /// The text above, if there is one.
    pub title: Option<String>,
    /// The text itself.
    pub body: String,
    /// The text below, if there is one.
    pub footer: Option<String>,
    /// The buttons with a link or a phone number.
    pub buttons: Vec<ButtonView>,
}

/// A button with a link or a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonView {
    /// It opens a link.
    Url {
        /// What stands on it.
        text: String,
        /// The link.
        url: String,
    },
    /// It calls a number.
    PhoneNumber {
        /// What stands on it.
        text: String,
        /// The number.
        phone_number: String,
    },
}

impl MessageTemplate {
    /// The words that it shows.
    #[must_use]
    pub fn view(&self) -> TemplateView {
        match &self.content {
            TemplateContent::Authentication(content) => {
                let texts = PresetTexts::of(self.language);
                let labels = content.button.labels();
                let autofill = labels.autofill.as_ref().map_or(texts.autofill, |label| label.as_str());
                let text =
                    labels.copy_code.as_ref().map_or(texts.copy_code, |label| label.as_str()).to_owned();
                let url = content.button.url(autofill, content.code_expiration, "{{1}}");
                TemplateView {
                    title: None,
                    body: texts.body(content),
                    footer: texts.footer(content),
                    buttons: vec![ButtonView::Url { text, url }],
                }
            }
            TemplateContent::Custom(content) => custom(content),
        }
    }
}

fn custom(content: &CustomContent) -> TemplateView {
    let title = match &content.header {
        Some(Header::Text(text)) => Some(text.text.to_string()),
        _ => None,
    };
    let button = |button: &CustomButton| match button {
        CustomButton::Url { text, url, .. } => {
            Some(ButtonView::Url { text: text.as_str().to_owned(), url: url.to_string() })
        }
        CustomButton::PhoneNumber { text, phone_number } => Some(ButtonView::PhoneNumber {
            text: text.as_str().to_owned(),
            phone_number: phone_number.to_string(),
        }),
        CustomButton::QuickReply { .. } | CustomButton::CopyCode { .. } => None,
    };
    TemplateView {
        title,
        body: content.body.text.to_string(),
        footer: content.footer.as_deref().map(str::to_owned),
        buttons: content.buttons.iter().filter_map(button).collect(),
    }
}
