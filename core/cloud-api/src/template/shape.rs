//! What a message must bring for its template.

use super::{
    CustomButton, CustomText, Header, MediaKind, MessageTemplate, ParameterFormat, ParameterType,
    TemplateContent,
};

/// What a message must bring for its template: how many parameters, of which kind, for which section.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SendShape {
    /// How parameters are told apart.
    pub format: ParameterFormat,
    /// What the header wants.
    pub header: HeaderShape,
    /// The parameters of the body, in order.
    pub body: Vec<Slot>,
    /// What each button wants, by its index.
    pub buttons: Vec<ButtonShape>,
}

/// The place of one parameter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    /// Its name, where parameters are named.
    pub name: Option<Box<str>>,
    /// What a value must look like.
    pub kind: ParameterType,
}

/// What the header of a message must bring.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HeaderShape {
    /// Nothing: there is no header, or its text is fixed.
    Fixed,
    /// A text parameter.
    Text(Slot),
    /// A media parameter.
    Media(MediaKind),
    /// A location parameter.
    Location,
}

/// What a button of a message wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ButtonShape {
    /// The code of an authentication template, sent as the parameter of a `url` button.
    Otp,
    /// One text parameter, which ends the address.
    DynamicUrl,
    /// Nothing: the address is fixed.
    FixedUrl,
    /// Nothing, or a payload that comes back when it is pressed.
    QuickReply,
    /// Nothing.
    PhoneNumber,
    /// A coupon code, in a parameter of type `coupon_code`.
    CopyCode,
}

impl SendShape {
    /// The shape that messages of this template must have.
    // Source: cloud-api.md 2.3 for authentication templates.
    #[must_use]
    pub fn of(template: &MessageTemplate) -> Self {
        let content = match &template.content {
            TemplateContent::Authentication(_) => return Self::authentication(),
            TemplateContent::Custom(content) => content,
        };
        let header = match &content.header {
            None => HeaderShape::Fixed,
            Some(Header::Text(text)) => {
                slots(text).into_iter().next().map_or(HeaderShape::Fixed, HeaderShape::Text)
            }
            Some(Header::Media { kind, .. }) => HeaderShape::Media(*kind),
            Some(Header::Location) => HeaderShape::Location,
        };
        Self {
            format: content.format,
            header,
            body: slots(&content.body),
            buttons: content.buttons.iter().map(ButtonShape::of).collect(),
        }
    }

    /// Whether the template is one that carries codes.
    #[must_use]
    pub fn is_authentication(&self) -> bool {
        self.buttons.first() == Some(&ButtonShape::Otp)
    }

    fn authentication() -> Self {
        Self {
            format: ParameterFormat::Positional,
            header: HeaderShape::Fixed,
            body: vec![Slot { name: None, kind: ParameterType::Text }],
            buttons: vec![ButtonShape::Otp],
        }
    }
}

impl ButtonShape {
    /// Whether a message must bring something for the button.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Otp | Self::DynamicUrl | Self::CopyCode)
    }

    /// The word by which Meta's errors call the type of the button.
    // Source: cloud-api.md 2.3 for `Url`. Assumed: the others.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Otp | Self::DynamicUrl | Self::FixedUrl => "Url",
            Self::QuickReply => "QuickReply",
            Self::PhoneNumber => "PhoneNumber",
            Self::CopyCode => "CopyCode",
        }
    }

    const fn of(button: &CustomButton) -> Self {
        match button {
            CustomButton::QuickReply { .. } => Self::QuickReply,
            CustomButton::Url { example: Some(_), .. } => Self::DynamicUrl,
            CustomButton::Url { example: None, .. } => Self::FixedUrl,
            CustomButton::PhoneNumber { .. } => Self::PhoneNumber,
            CustomButton::CopyCode { .. } => Self::CopyCode,
        }
    }
}

fn slots(text: &CustomText) -> Vec<Slot> {
    text.variables.iter().map(|variable| Slot { name: variable.name.clone(), kind: variable.kind }).collect()
}
