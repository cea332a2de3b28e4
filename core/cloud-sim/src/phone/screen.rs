//! What a phone shows of a message with a code.

use cloud_api::OtpCode;
use cloud_api::send::TemplateValues;
use cloud_api::template::{AuthenticationContent, CustomButton, CustomContent, Language, PresetTexts};
use scenario::Elapsed;

use super::Phone;
use super::handover::{Handover, Signal, Way, expiry};
use crate::content::FreeFormContent;

/// On which of the recipient's devices somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The phone itself.
    Primary,
    /// A device that is linked to it, such as WhatsApp in a browser.
    Companion,
}

/// What is on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// The text; what stands between asterisks is bold.
    pub body: String,
    /// The small print below it.
    pub footer: Option<String>,
    /// The buttons, from top to bottom.
    pub buttons: Vec<ScreenButton>,
    /// The app that has got the code without a tap.
    pub broadcast_to: Option<Box<str>>,
    /// What the app was told went wrong.
    pub signal: Option<Signal>,
    /// Whether the code is handed over in a lesser way than its template asks for: by a button that
    /// copies it where the device or its apps cannot take it otherwise, or by one tap instead of none.
    pub is_fallback: bool,
}

/// A button on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenButton {
    /// What is written on it.
    pub label: String,
    /// What a tap does.
    pub action: ButtonAction,
    /// Whether a tap does it still.
    pub is_enabled: bool,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonAction {
    /// It puts the code on the clipboard.
    CopyCode,
    /// It opens this app with the code.
    Autofill {
        /// The app.
        package_name: Box<str>,
    },
    /// It tells the business that nobody asked for the code.
    DidNotRequestCode,
    /// It sends this back to the business.
    QuickReply {
        /// What the business hears.
        payload: Box<str>,
    },
    /// It opens an address.
    OpenUrl {
        /// The address.
        url: Box<str>,
    },
    /// It calls a number.
    Call {
        /// The number.
        number: Box<str>,
    },
}

// Assumed: the words; Meta says only that companion devices show a notice in place of the code.
const MASKED: &str = "Open WhatsApp on your phone to see this message.";

// Source: cloud-api.md §9.1. Assumed: English in every language.
const DID_NOT_REQUEST_CODE: &str = "I didn't request a code";

impl Screen {
    /// What one of the recipient's devices shows `now` of a code that was accepted and arrived then.
    #[must_use]
    pub fn of(now: Elapsed, phone: &Phone, viewer: Viewer, message: Shown<'_>) -> Self {
        if viewer == Viewer::Companion {
            return Self::masked();
        }
        let Shown { content, language, code, accepted, arrived } = message;
        let texts = PresetTexts::of(language);
        let handover = Handover::of(arrived, phone, content);
        let labels = content.button.labels();
        // Source: cloud-api.md §9.2: the button is disabled that long after sending.
        let is_enabled = now < accepted + expiry(content);
        let labelled = |custom: &Option<_>, preset: &str, action| {
            let label = custom.as_ref().map_or(preset, cloud_api::template::Label::as_str).to_owned();
            ScreenButton { label, action, is_enabled }
        };
        let mut screen = Self {
            body: texts.body(content).replace("{{1}}", code.expose()),
            footer: texts.footer(content),
            buttons: Vec::new(),
            broadcast_to: None,
            signal: handover.signal,
            is_fallback: handover.way.is_fallback_of(content.button.otp_type()),
        };
        match handover.way {
            Way::Copy => {
                screen.buttons.push(labelled(&labels.copy_code, texts.copy_code, ButtonAction::CopyCode));
            }
            Way::Autofill { package_name } => {
                let action = ButtonAction::Autofill { package_name };
                screen.buttons.push(labelled(&labels.autofill, texts.autofill, action));
            }
            // Source: cloud-api.md §9.2: the chat then shows the preset text only.
            Way::Broadcast { package_name } => screen.broadcast_to = Some(package_name),
        }
        if phone.has_report_button {
            let (label, action) = (DID_NOT_REQUEST_CODE.to_owned(), ButtonAction::DidNotRequestCode);
            screen.buttons.push(ScreenButton { label, action, is_enabled: true });
        }
        screen
    }

    /// What any device shows of a template with texts of the business's own and these values.
    #[must_use]
    pub fn of_custom(content: &CustomContent, values: &TemplateValues) -> Self {
        let value = |index: u32| {
            let own = values.buttons.iter().find(|(place, _)| *place == index);
            own.map(|(_, value)| value.as_ref())
        };
        let button = |(index, button): (u32, &CustomButton)| {
            let (label, action) = match button {
                CustomButton::QuickReply { text } => {
                    let payload = value(index).unwrap_or(text.as_str()).into();
                    (text.as_str(), ButtonAction::QuickReply { payload })
                }
                CustomButton::Url { text, url, .. } => {
                    let url = url.replace("{{1}}", value(index).unwrap_or_default());
                    (text.as_str(), ButtonAction::OpenUrl { url: url.into() })
                }
                CustomButton::PhoneNumber { text, phone_number } => {
                    (text.as_str(), ButtonAction::Call { number: phone_number.clone() })
                }
                // Assumed: the label, which Meta sets.
                CustomButton::CopyCode { .. } => ("Copy offer code", ButtonAction::CopyCode),
            };
            ScreenButton { label: label.to_owned(), action, is_enabled: true }
        };
        Self {
            body: content.body.filled(&values.body.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
            footer: content.footer.as_deref().map(str::to_owned),
            buttons: (0..).zip(&content.buttons).map(button).collect(),
            ..Self::default()
        }
    }

    /// What any device shows of a message without a template.
    #[must_use]
    pub fn of_free_form(message: &FreeFormContent) -> Self {
        Self { body: message.text.to_string(), ..Self::default() }
    }

    /// What a companion device shows.
    // Source: cloud-api.md §9.1.
    fn masked() -> Self {
        Self { body: MASKED.to_owned(), ..Self::default() }
    }
}

/// A message with a code, as a screen needs it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What its template shows.
    pub content: &'a AuthenticationContent,
    /// In which language.
    pub language: Language,
    /// The code.
    pub code: &'a OtpCode,
    /// When Meta accepted it.
    pub accepted: Elapsed,
    /// When it reached the phone.
    pub arrived: Elapsed,
}
