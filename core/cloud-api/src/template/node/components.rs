//! The components of a template as they are read back.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::template::{
    AuthenticationContent, CustomButton, CustomContent, CustomText, Header, Language, MessageTemplate,
    PresetTexts, TemplateContent, Variable,
};

/// One component, in the order of its members on the wire.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "UPPERCASE")]
pub(super) enum Component {
    Header {
        format: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Box<str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<Example>,
    },
    Body {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        add_security_recommendation: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<Example>,
    },
    Footer {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        code_expiration_minutes: Option<u8>,
    },
    Buttons {
        buttons: Vec<Button>,
    },
}

/// What may stand in the place of the variables of a component.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Example {
    HeaderText([Box<str>; 1]),
    HeaderTextNamedParams(Vec<Named>),
    HeaderHandle([Box<str>; 1]),
    BodyText([Vec<Box<str>>; 1]),
    BodyTextNamedParams(Vec<Named>),
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Named {
    param_name: Box<str>,
    example: Box<str>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Button {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "in_a_list")]
    example: Option<String>,
}

/// The label of coupon buttons.
// Source: Meta's guide on components: the label is fixed. Assumed: it is not translated.
const COUPON_LABEL: &str = "Copy offer code";

pub(super) fn components(template: &MessageTemplate) -> Vec<Component> {
    match &template.content {
        TemplateContent::Authentication(content) => authentication(content, template.language),
        TemplateContent::Custom(content) => custom(content),
    }
}

// Source: cloud-api.md 3.4. Assumed: the flags are echoed beside the texts.
fn authentication(content: &AuthenticationContent, language: Language) -> Vec<Component> {
    let texts = PresetTexts::of(language);
    let mut components = vec![Component::Body {
        text: texts.body(content),
        add_security_recommendation: Some(content.has_security_recommendation),
        example: Some(Example::BodyText([vec!["123456".into()]])),
    }];
    if let (Some(text), Some(expiration)) = (texts.footer(content), content.code_expiration) {
        components.push(Component::Footer { text, code_expiration_minutes: Some(expiration.minutes()) });
    }
    components.push(Component::Buttons { buttons: vec![otp_button(content, texts)] });
    components
}

// Assumed: one-tap and zero-tap buttons are read back with the label that copies the code.
fn otp_button(content: &AuthenticationContent, texts: PresetTexts) -> Button {
    let button = &content.button;
    let expiration = content.code_expiration;
    let labels = button.labels();
    let autofill = labels.autofill.as_ref().map_or(texts.autofill, |label| label.as_str());
    let text = labels.copy_code.as_ref().map_or(texts.copy_code, |label| label.as_str());
    Button {
        url: Some(button.url(autofill, expiration, "{{1}}")),
        example: Some(button.url(autofill, expiration, "123456")),
        ..Button::new("URL", text)
    }
}

fn custom(content: &CustomContent) -> Vec<Component> {
    let mut components = Vec::with_capacity(4);
    components.extend(content.header.as_ref().map(header));
    components.push(Component::Body {
        text: content.body.text.to_string(),
        add_security_recommendation: None,
        example: example(&content.body, Example::BodyTextNamedParams, |all| Example::BodyText([all])),
    });
    let footer = content.footer.as_ref();
    components.extend(
        footer.map(|text| Component::Footer { text: text.to_string(), code_expiration_minutes: None }),
    );
    if !content.buttons.is_empty() {
        components.push(Component::Buttons { buttons: content.buttons.iter().map(custom_button).collect() });
    }
    components
}

fn header(header: &Header) -> Component {
    match header {
        Header::Text(text) => {
            let counted = |mut all: Vec<Box<str>>| Example::HeaderText([all.remove(0)]);
            Component::Header {
                format: "TEXT",
                text: Some(text.text.clone()),
                example: example(text, Example::HeaderTextNamedParams, counted),
            }
        }
        Header::Media { kind, example } => Component::Header {
            format: kind.word(),
            text: None,
            example: Some(Example::HeaderHandle([example.clone()])),
        },
        Header::Location => Component::Header { format: "LOCATION", text: None, example: None },
    }
}

/// The examples of a text, if it has variables.
fn example(
    text: &CustomText,
    named: fn(Vec<Named>) -> Example,
    counted: impl Fn(Vec<Box<str>>) -> Example,
) -> Option<Example> {
    let first = text.variables.first()?;
    Some(if first.name.is_some() {
        named(text.variables.iter().map(Named::of).collect())
    } else {
        counted(text.variables.iter().map(|variable| variable.example.clone()).collect())
    })
}

fn custom_button(button: &CustomButton) -> Button {
    match button {
        CustomButton::QuickReply { text } => Button::new("QUICK_REPLY", text.as_str()),
        CustomButton::Url { text, url, example } => Button {
            url: Some(url.to_string()),
            example: example.as_deref().map(str::to_owned),
            ..Button::new("URL", text.as_str())
        },
        CustomButton::PhoneNumber { text, phone_number } => {
            Button { phone_number: Some(phone_number.clone()), ..Button::new("PHONE_NUMBER", text.as_str()) }
        }
        CustomButton::CopyCode { example } => {
            Button { example: Some(example.to_string()), ..Button::new("COPY_CODE", COUPON_LABEL) }
        }
    }
}

impl Button {
    fn new(kind: &'static str, text: &str) -> Self {
        Self { kind, text: text.to_owned(), url: None, phone_number: None, example: None }
    }
}

impl Named {
    fn of(variable: &Variable) -> Self {
        Self { param_name: variable.name.clone().unwrap_or_default(), example: variable.example.clone() }
    }
}

fn in_a_list<S: Serializer>(example: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(1))?;
    list.serialize_element(example)?;
    list.end()
}
