//! The rules that the components of a utility or marketing template must follow.

use serde_json::Value;

use super::raw::{RawButton, RawComponent};
use super::text::{FOOTER_MAX, Place, find_variables, has_format, parse_text};
use super::{Repeated, broken, read_each, unknown_component};
use crate::lenient::{List, Object, Scalar, Shaped};
use crate::refusal::{Refusal, TemplateRefusal};
use crate::template::{
    CustomButton, CustomCategory, CustomContent, CustomText, Header, Label, MediaKind, ParameterFormat,
};

/// How many buttons a template can have, and how many of each kind.
// Source: Meta's guide on components. Assumed: no subcode.
const BUTTONS_MAX: usize = 10;
const URL_BUTTONS_MAX: usize = 2;
const URL_MAX: usize = 2_000;
const PHONE_NUMBER_MAX: usize = 20;
const COUPON_MAX: usize = 15;
const ADDRESS_VARIABLE: &str = "{{1}}";

/// What has been read of the components so far.
#[derive(Default)]
struct Parts {
    header: Option<Header>,
    body: Option<CustomText>,
    footer: Option<Box<str>>,
    buttons: Option<Vec<CustomButton>>,
}

pub(super) fn parse_content(
    components: Vec<Object<RawComponent<'_>>>,
    category: CustomCategory,
    format: ParameterFormat,
) -> Result<CustomContent, Refusal> {
    let mut parts = Parts::default();
    read_each(components, |kind, component| take_component(&mut parts, kind, component, format))?;
    let Some(body) = parts.body else {
        return Err(broken("A template needs a BODY component with a text."));
    };
    let buttons = parts.buttons.unwrap_or_default();
    Ok(CustomContent { category, format, header: parts.header, body, footer: parts.footer, buttons })
}

fn take_component(
    parts: &mut Parts,
    kind: &str,
    component: RawComponent<'_>,
    format: ParameterFormat,
) -> Result<Repeated, Refusal> {
    if !component.add_security_recommendation.is_absent() || !component.code_expiration_minutes.is_absent() {
        return Err(broken(
            "add_security_recommendation and code_expiration_minutes are for AUTHENTICATION templates only.",
        ));
    }
    Ok(Repeated(match kind {
        "HEADER" => {
            let header = parse_header(component.format, component.text, &component.example, format)?;
            parts.header.replace(header).is_some()
        }
        "BODY" => {
            let text = required_text(component.text, "BODY")?;
            let body = parse_text(Place::Body, &text, &component.example, format)?;
            parts.body.replace(body).is_some()
        }
        "FOOTER" => parts.footer.replace(parse_footer(component.text)?).is_some(),
        "BUTTONS" => parts.buttons.replace(parse_buttons(component.buttons)?).is_some(),
        "CAROUSEL" | "LIMITED_TIME_OFFER" | "CALL_PERMISSION_REQUEST" => {
            return Err(broken(format!(
                "This mock knows no {kind} components, only BODY, BUTTONS, FOOTER and HEADER."
            )));
        }
        _ => return Err(unknown_component(kind)),
    }))
}

fn required_text(raw: Scalar<'_>, component: &'static str) -> Result<String, Refusal> {
    match raw {
        Scalar::Text(text) if !text.trim().is_empty() => Ok(text.into_owned()),
        _ => Err(TemplateRefusal::FieldMissing { component, field: "text" }.into()),
    }
}

fn parse_header(
    kind: Scalar<'_>,
    text: Scalar<'_>,
    example: &Value,
    format: ParameterFormat,
) -> Result<Header, Refusal> {
    let found = kind.into_text().unwrap_or_default().to_ascii_uppercase();
    let kind = match found.as_str() {
        "TEXT" => {
            let text = required_text(text, "HEADER")?;
            return parse_text(Place::Header, &text, example, format).map(Header::Text);
        }
        "LOCATION" => return Ok(Header::Location),
        "IMAGE" => MediaKind::Image,
        "VIDEO" => MediaKind::Video,
        "DOCUMENT" => MediaKind::Document,
        _ => {
            return Err(Refusal::ParameterNotOneOf {
                name: "components['format']".into(),
                allowed: "DOCUMENT, IMAGE, LOCATION, TEXT, VIDEO",
                found,
            });
        }
    };
    let handle = &example["header_handle"];
    let handle = handle.as_str().or_else(|| handle[0].as_str()).filter(|handle| !handle.is_empty());
    let handle = handle.ok_or(TemplateRefusal::ExampleMissing { component: "HEADER" })?;
    Ok(Header::Media { kind, example: handle.into() })
}

fn parse_footer(raw: Scalar<'_>) -> Result<Box<str>, Refusal> {
    let text = required_text(raw, "FOOTER")?;
    if text.chars().count() > FOOTER_MAX {
        return Err(TemplateRefusal::TooLong { field: "footer", length_max: FOOTER_MAX }.into());
    }
    if has_format(&text) || text.contains("{{") {
        return Err(TemplateRefusal::FooterFormat.into());
    }
    Ok(text.into())
}

fn parse_buttons(raw: List<Object<RawButton<'_>>>) -> Result<Vec<CustomButton>, Refusal> {
    let List(Shaped::Fits(raw)) = raw else { return Err(broken("buttons must be an array.")) };
    if !(1..=BUTTONS_MAX).contains(&raw.len()) {
        return Err(broken("BUTTONS must hold 1 to 10 buttons."));
    }
    let buttons: Vec<CustomButton> = raw.into_iter().map(parse_button).collect::<Result<_, _>>()?;
    let count = |is_it: fn(&CustomButton) -> bool| buttons.iter().filter(|button| is_it(button)).count();
    if count(|button| matches!(button, CustomButton::Url { .. })) > URL_BUTTONS_MAX {
        return Err(broken("There can be at most 2 URL buttons."));
    }
    if count(|button| matches!(button, CustomButton::PhoneNumber { .. })) > 1 {
        return Err(broken("There can be only one PHONE_NUMBER button."));
    }
    if count(|button| matches!(button, CustomButton::CopyCode { .. })) > 1 {
        return Err(broken("There can be only one COPY_CODE button."));
    }
    let turns = buttons.windows(2).filter(|pair| is_quick_reply(&pair[0]) != is_quick_reply(&pair[1]));
    if turns.count() > 1 {
        return Err(broken("QUICK_REPLY buttons must stand together, before or after the others."));
    }
    Ok(buttons)
}

const fn is_quick_reply(button: &CustomButton) -> bool {
    matches!(button, CustomButton::QuickReply { .. })
}

fn parse_button(raw: Object<RawButton<'_>>) -> Result<CustomButton, Refusal> {
    let Object(Shaped::Fits(raw)) = raw else {
        return Err(broken("Every element of buttons must be an object."));
    };
    let kind = raw.kind.into_text().unwrap_or_default().to_ascii_uppercase();
    match kind.as_str() {
        "QUICK_REPLY" => Ok(CustomButton::QuickReply { text: parse_label(raw.text)? }),
        "URL" => parse_url(parse_label(raw.text)?, raw.url, &raw.example),
        "PHONE_NUMBER" => parse_phone_number(parse_label(raw.text)?, raw.phone_number),
        "COPY_CODE" => parse_coupon(&raw.example),
        "OTP" => Err(broken("OTP buttons are for AUTHENTICATION templates only.")),
        "CATALOG" | "FLOW" | "MPM" | "SPM" | "VOICE_CALL" | "APP" | "ORDER_DETAILS" => Err(broken(format!(
            "This mock knows no {kind} buttons, only COPY_CODE, PHONE_NUMBER, QUICK_REPLY and URL."
        ))),
        _ => Err(Refusal::ParameterNotOneOf {
            name: "components['buttons']['type']".into(),
            allowed: "COPY_CODE, OTP, PHONE_NUMBER, QUICK_REPLY, URL",
            found: kind,
        }),
    }
}

fn parse_label(raw: Scalar<'_>) -> Result<Label, Refusal> {
    let text = required_text(raw, "BUTTONS")?;
    let too_long = TemplateRefusal::TooLong { field: "text", length_max: Label::LENGTH_MAX };
    text.parse().map_err(|_| too_long.into())
}

fn parse_url(text: Label, raw: Scalar<'_>, example: &Value) -> Result<CustomButton, Refusal> {
    let missing = TemplateRefusal::FieldMissing { component: "BUTTONS", field: "url" };
    let url = raw.into_text().filter(|url| !url.is_empty()).ok_or(missing)?;
    if url.chars().count() > URL_MAX {
        return Err(TemplateRefusal::TooLong { field: "url", length_max: URL_MAX }.into());
    }
    let has_scheme = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    if !has_scheme || url.contains(char::is_whitespace) {
        return Err(broken("The url of a button must start with https:// or http:// and hold no spaces."));
    }
    let variables = find_variables(&url)?;
    if variables.is_empty() {
        return Ok(CustomButton::Url { text, url: url.into(), example: None });
    }
    if variables != ["1"] || !url.ends_with(ADDRESS_VARIABLE) {
        return Err(broken("The url of a button can have one variable, {{1}}, at its end."));
    }
    let example = first_text(example).ok_or(TemplateRefusal::ExampleMissing { component: "BUTTONS" })?;
    // Assumed: an example of the variable alone is put in its place.
    let example = match example.split_once("://") {
        Some(_) => example.to_owned(),
        None => url.replace(ADDRESS_VARIABLE, example),
    };
    Ok(CustomButton::Url { text, url: url.into(), example: Some(example.into()) })
}

fn parse_phone_number(text: Label, raw: Scalar<'_>) -> Result<CustomButton, Refusal> {
    let missing = TemplateRefusal::FieldMissing { component: "BUTTONS", field: "phone_number" };
    let number = raw.into_text().filter(|number| !number.is_empty()).ok_or(missing)?;
    if number.chars().count() > PHONE_NUMBER_MAX {
        return Err(TemplateRefusal::TooLong { field: "phone_number", length_max: PHONE_NUMBER_MAX }.into());
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_right = number.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if !is_right || digits < 5 {
        return Err(broken("The phone_number of a button must be a phone number, such as +15550051310."));
    }
    Ok(CustomButton::PhoneNumber { text, phone_number: number.into() })
}

fn parse_coupon(example: &Value) -> Result<CustomButton, Refusal> {
    let example = first_text(example).ok_or(TemplateRefusal::ExampleMissing { component: "BUTTONS" })?;
    if example.chars().count() > COUPON_MAX {
        return Err(TemplateRefusal::TooLong { field: "example", length_max: COUPON_MAX }.into());
    }
    Ok(CustomButton::CopyCode { example: example.into() })
}

/// A text, or the first of a list.
fn first_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value[0].as_str()).filter(|text| !text.is_empty())
}
