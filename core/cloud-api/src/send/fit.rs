//! Whether the values of a message fit its template.

use std::fmt;

use super::template::{ButtonKind, Component, ComponentKind, Parameter, ParameterKind, TemplateSend};
use crate::refusal::{Refusal, Section};
use crate::secret::OtpCode;
use crate::template::{ButtonShape, HeaderShape, ParameterFormat, ParameterType, SendShape, Slot, is_emoji};

/// The values of a message, in the order of its template; `Debug` hides them.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateValues {
    /// The value of the header's variable, if it has one.
    pub header: Option<Box<str>>,
    /// The values of the body's variables.
    pub body: Box<[Box<str>]>,
    /// The values of the buttons that have one, by their indexes.
    pub buttons: ButtonValues,
}

/// The code of a message in an authentication template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCode {
    /// What its text shows.
    pub shown: OtpCode,
    /// What its button hands over, where that is another code.
    pub handed_over: Option<Box<OtpCode>>,
}

/// The values of buttons, by their indexes.
pub type ButtonValues = Box<[(u32, Box<str>)]>;

/// The most characters of a coupon.
// Assumed: as for codes; Meta's guide gives 15.
const COUPON_LENGTH_MAX: usize = 15;

impl TemplateSend<'_> {
    /// The code, if the values fit an authentication template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta answers when they do not fit.
    // Source: cloud-api.md 2.3: it stands in both places. Assumed: other codes are accepted all the same.
    pub fn authentication_code(&self) -> Result<SentCode, Refusal> {
        check_count(self.parameters(ComponentKind::Header), Section::Header, 0)?;
        check_count(self.parameters(ComponentKind::Body), Section::Body, 1)?;
        let shown = parse_code(self.parameters(ComponentKind::Body), Section::Body)?;
        let parameters = self.button(0, ButtonShape::Otp)?;
        check_count(parameters, Section::Button, 1)?;
        let handed_over = parse_code(parameters, Section::Button)?;
        self.check_buttons(1)?;
        let handed_over = (handed_over != shown).then(|| Box::new(handed_over));
        Ok(SentCode { shown, handed_over })
    }

    /// The values, if they fit a template of this shape.
    ///
    /// # Errors
    ///
    /// The refusal that Meta answers when they do not fit.
    // Assumed: header, body, buttons, in this order.
    pub fn values(&self, shape: &SendShape) -> Result<TemplateValues, Refusal> {
        let header = self.header(&shape.header)?;
        let body = self.parameters(ComponentKind::Body);
        check_count(body, Section::Body, shape.body.len())?;
        let body = match shape.format {
            ParameterFormat::Positional => {
                let counted = body.iter().zip(&shape.body);
                counted.map(|(value, slot)| counted_text(value, slot, Section::Body)).collect()
            }
            ParameterFormat::Named => {
                shape.body.iter().map(|slot| named_text(body, slot, Section::Body)).collect()
            }
        };
        Ok(TemplateValues { header, body: collected(body)?, buttons: self.buttons(&shape.buttons)? })
    }

    fn header(&self, shape: &HeaderShape) -> Result<Option<Box<str>>, Refusal> {
        let parameters = self.parameters(ComponentKind::Header);
        let expected = match shape {
            HeaderShape::Fixed => return check_count(parameters, Section::Header, 0).map(|()| None),
            HeaderShape::Text(slot) => {
                check_count(parameters, Section::Header, 1)?;
                let text = match &slot.name {
                    Some(_) => named_text(parameters, slot, Section::Header),
                    None => counted_text(&parameters[0], slot, Section::Header),
                };
                return text.map(Some);
            }
            HeaderShape::Media(kind) => kind.word(),
            HeaderShape::Location => ParameterKind::Location.word(),
        };
        let found = parameters.first().map_or("UNKNOWN", |parameter| parameter.kind.word());
        if found != expected {
            return Err(Refusal::ParameterOfOtherType { section: Section::Header, expected, found });
        }
        let is_given = parameters.first().is_some_and(|parameter| parameter.text.is_some());
        if is_given { Ok(None) } else { Err(value_missing(ParameterKind::Other)) }
    }

    /// Refuses a value for a button beyond those that the template has.
    fn check_buttons(&self, count: usize) -> Result<(), Refusal> {
        let mut indexes = self.components.iter().filter_map(|component| match component.kind {
            ComponentKind::Button { index, .. } => Some(index),
            _ => None,
        });
        let beyond = indexes.find(|index| usize::try_from(*index).is_ok_and(|index| index >= count));
        beyond.map_or(Ok(()), |index| Err(Refusal::ButtonMissing { index }))
    }

    fn buttons(&self, shapes: &[ButtonShape]) -> Result<ButtonValues, Refusal> {
        self.check_buttons(shapes.len())?;
        let mut values = Vec::new();
        for (index, shape) in (0..).zip(shapes) {
            if let Some(value) = self.button_value(index, *shape)? {
                values.push((index, value));
            }
        }
        Ok(values.into())
    }

    fn button_value(&self, index: u32, shape: ButtonShape) -> Result<Option<Box<str>>, Refusal> {
        let parameters = self.button(index, shape)?;
        let wanted = match shape {
            ButtonShape::Otp | ButtonShape::DynamicUrl => ParameterKind::Text,
            ButtonShape::CopyCode => ParameterKind::CouponCode,
            ButtonShape::QuickReply if parameters.is_empty() => return Ok(None),
            ButtonShape::QuickReply => ParameterKind::Payload,
            ButtonShape::FixedUrl | ButtonShape::PhoneNumber => {
                return check_count(parameters, Section::Button, 0).map(|()| None);
            }
        };
        check_count(parameters, Section::Button, 1)?;
        let parameter = &parameters[0];
        // Assumed: a quick reply's payload may be sent as a text, and so may a coupon's code.
        if parameter.kind != wanted && (parameter.kind != ParameterKind::Text || shape == ButtonShape::Otp) {
            return Err(Refusal::ButtonOfOtherType { index, expected: shape.word() });
        }
        let text = text_of(parameter)?;
        if wanted == ParameterKind::CouponCode && text.chars().count() > COUPON_LENGTH_MAX {
            return Err(Refusal::ParameterText {
                details: "buttons: coupon code must be at most 15 characters long".into(),
            });
        }
        Ok(Some(text.into()))
    }

    /// The values of the first component of that kind; none if there is no such component.
    fn parameters(&self, kind: ComponentKind) -> &[Parameter<'_>] {
        let component = self.components.iter().find(|component| component.kind == kind);
        component.map_or(&[], |component| &component.parameters)
    }

    /// The values of a button, which must be sent as what it is stored as.
    fn button(&self, index: u32, shape: ButtonShape) -> Result<&[Parameter<'_>], Refusal> {
        let is_it = |component: &&Component<'_>| matches!(component.kind, ComponentKind::Button { index: found, .. } if found == index);
        let component = self.components.iter().find(is_it);
        let is_right = component.is_none_or(|component| match component.kind {
            ComponentKind::Button { kind, .. } => is_sent_as(shape, kind),
            _ => false,
        });
        let parameters = component.map_or(&[][..], |component| &component.parameters);
        let is_other = |parameter: &Parameter<'_>| parameter.kind != ParameterKind::Text;
        let is_code = shape == ButtonShape::Otp;
        if !is_right || (is_code && parameters.first().is_some_and(is_other)) {
            return Err(Refusal::ButtonOfOtherType { index, expected: shape.word() });
        }
        if parameters.is_empty() && shape.is_required() {
            let details =
                format!("buttons: Button at index {index} of type {} requires a parameter", shape.word());
            return Err(Refusal::RequiredValueMissing { details: details.into() });
        }
        Ok(parameters)
    }
}

/// Whether a button of a template is sent as that.
const fn is_sent_as(shape: ButtonShape, kind: ButtonKind) -> bool {
    match shape {
        ButtonShape::Otp | ButtonShape::DynamicUrl | ButtonShape::FixedUrl => matches!(kind, ButtonKind::Url),
        ButtonShape::QuickReply => matches!(kind, ButtonKind::QuickReply),
        ButtonShape::CopyCode => matches!(kind, ButtonKind::CopyCode),
        ButtonShape::PhoneNumber => matches!(kind, ButtonKind::Other),
    }
}

fn collected(texts: Vec<Result<Box<str>, Refusal>>) -> Result<Box<[Box<str>]>, Refusal> {
    texts.into_iter().collect()
}

fn check_count(parameters: &[Parameter<'_>], section: Section, expected: usize) -> Result<(), Refusal> {
    let found = parameters.len();
    if found == expected { Ok(()) } else { Err(Refusal::ParameterCount { section, found, expected }) }
}

fn parse_code(parameters: &[Parameter<'_>], section: Section) -> Result<OtpCode, Refusal> {
    let Some(parameter) = parameters.first() else { return Err(Refusal::ParameterFormat { section }) };
    if parameter.kind != ParameterKind::Text {
        return Err(of_other_type(section, ParameterType::Text, parameter));
    }
    if parameter.name.is_some() {
        return Err(Refusal::ParameterFormat { section });
    }
    let text = text_of(parameter)?;
    let code = text.parse().map_err(|_| Refusal::CodeTooLong { section })?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        check_spaces(text)?;
        check_plain(text, section)?;
    }
    Ok(code)
}

/// Refuses a code that is an address or holds a picture.
// Source: cloud-api.md 2.3 and 3.12: no URL, no emoji.
// Assumed: the refusal, and that a URL is told by its `://` or its `www.`.
fn check_plain(text: &str, section: Section) -> Result<(), Refusal> {
    let is_www = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    if is_www || text.contains("://") || text.chars().any(is_emoji) {
        let details = format!("{section}: authentication code cannot hold a URL or an emoji");
        return Err(Refusal::ParameterText { details: details.into() });
    }
    Ok(())
}

fn counted_text(parameter: &Parameter<'_>, slot: &Slot, section: Section) -> Result<Box<str>, Refusal> {
    if parameter.name.is_some() {
        return Err(Refusal::ParameterFormat { section });
    }
    shown_text(parameter, slot, section)
}

// Assumed: the refusal of a name that the template lacks, or that the message lacks.
fn named_text(parameters: &[Parameter<'_>], slot: &Slot, section: Section) -> Result<Box<str>, Refusal> {
    if parameters.iter().any(|parameter| parameter.name.is_none()) {
        return Err(Refusal::InvalidParameter { details: "Parameter name is missing or empty".into() });
    }
    let is_it = |parameter: &&Parameter<'_>| parameter.name.as_deref() == slot.name.as_deref();
    let Some(parameter) = parameters.iter().find(is_it) else {
        let name = slot.name.as_deref().unwrap_or_default();
        return Err(Refusal::ParameterText { details: format!("Parameter {name} is missing").into() });
    };
    shown_text(parameter, slot, section)
}

/// The text that is put in the place of a variable.
// Source: cloud-api.md 3.8: parameters of library templates are checked by their types.
fn shown_text(parameter: &Parameter<'_>, slot: &Slot, section: Section) -> Result<Box<str>, Refusal> {
    let is_text =
        matches!(parameter.kind, ParameterKind::Text | ParameterKind::Currency | ParameterKind::DateTime);
    if !is_text {
        return Err(of_other_type(section, slot.kind, parameter));
    }
    let text = text_of(parameter)?;
    check_spaces(text)?;
    if slot.kind != ParameterType::Text && !slot.kind.accepts(text) {
        return Err(of_other_type(section, slot.kind, parameter));
    }
    Ok(text.into())
}

fn check_spaces(text: &str) -> Result<(), Refusal> {
    if text.contains(['\n', '\t', '\r']) || text.contains("     ") {
        return Err(Refusal::ParameterText {
            details: "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                .into(),
        });
    }
    Ok(())
}

const fn of_other_type(section: Section, expected: ParameterType, parameter: &Parameter<'_>) -> Refusal {
    Refusal::ParameterOfOtherType { section, expected: expected.word(), found: parameter.kind.word() }
}

fn text_of<'a>(parameter: &'a Parameter<'_>) -> Result<&'a str, Refusal> {
    let text = parameter.text.as_deref().filter(|text| !text.is_empty());
    text.ok_or_else(|| value_missing(parameter.kind))
}

// Assumed: the words for all types but `text`, which are Meta's about other types of parameter.
fn value_missing(kind: ParameterKind) -> Refusal {
    let details = match kind {
        ParameterKind::Other => "header: media value is missing".to_owned(),
        kind => format!("Parameter of type {0} is missing {0} value", kind.word().to_ascii_lowercase()),
    };
    Refusal::RequiredValueMissing { details: details.into() }
}

impl fmt::Debug for TemplateValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemplateValues").field("body", &self.body.len()).finish_non_exhaustive()
    }
}
