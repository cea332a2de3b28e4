//! A request to create a template from the library.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::broken;
use crate::refusal::{Refusal, TemplateRefusal};
use crate::template::library::LibraryButton;
use crate::template::{
    AuthenticationContent, Button, CodeExpiration, CustomButton, CustomCategory, CustomContent, CustomText,
    Header, Labels, LibraryEntry, OtpType, ParameterFormat, SupportedApp, SupportedApps, TemplateCategory,
    TemplateContent, TemplateTtl, Wording,
};

/// What whoever makes a template adds to the entry.
pub(super) struct Inputs<'a> {
    pub(super) body: &'a Value,
    pub(super) buttons: &'a Value,
}

/// The content of a template made from the entry, and how long its messages are kept.
// Source: cloud-api.md 3.8. Assumed: the category must be the entry's.
pub(super) fn parse(
    name: &str,
    category: TemplateCategory,
    inputs: Inputs<'_>,
) -> Result<(TemplateContent, Option<TemplateTtl>), Refusal> {
    let Some(entry) = LibraryEntry::find(name) else {
        return Err(broken(format!("There is no template {name} in the template library.")));
    };
    if entry.category != category {
        let rule = format!("The category of the library template {name} is {}.", entry.category);
        return Err(broken(rule));
    }
    let body = read_object(inputs.body, "library_template_body_inputs")?;
    let buttons = read_list(inputs.buttons, "library_template_button_inputs")?;
    let ttl = entry.ttl_seconds.and_then(|seconds| TemplateTtl::new(category, seconds).ok());
    let content = match category {
        TemplateCategory::Authentication => {
            TemplateContent::Authentication(authentication(entry, &body, &buttons)?)
        }
        TemplateCategory::Utility => custom(entry, CustomCategory::Utility, &buttons)?,
        TemplateCategory::Marketing => custom(entry, CustomCategory::Marketing, &buttons)?,
    };
    Ok((content, ttl))
}

fn authentication(
    entry: &LibraryEntry,
    body: &Map<String, Value>,
    buttons: &[Value],
) -> Result<AuthenticationContent, Refusal> {
    let flag = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(broken(format!("{name} must be true or false."))),
    };
    let code_expiration = match body.get("code_expiration_minutes") {
        None | Some(Value::Null) => None,
        Some(minutes) => Some(
            minutes
                .as_u64()
                .and_then(|minutes| u8::try_from(minutes).ok())
                .and_then(CodeExpiration::from_minutes)
                .ok_or_else(|| broken("code_expiration_minutes must be an integer from 1 to 90."))?,
        ),
    };
    Ok(AuthenticationContent {
        wording: Wording::Library(entry.body.into()),
        has_security_recommendation: flag("add_security_recommendation")?,
        code_expiration,
        button: otp_button(entry, buttons)?,
    })
}

// Assumed: without an input the button copies the code, as other ways need an app.
fn otp_button(entry: &LibraryEntry, inputs: &[Value]) -> Result<Button, Refusal> {
    let labels = Labels::default();
    let [input] = inputs else {
        return match inputs {
            [] => Ok(Button::CopyCode { labels }),
            _ => Err(wrong_buttons(entry)),
        };
    };
    if !is_kind(input, "OTP") {
        return Err(wrong_buttons(entry));
    }
    let otp_type = input["otp_type"].as_str().unwrap_or_default().to_ascii_uppercase();
    match otp_type.as_str() {
        "COPY_CODE" => Ok(Button::CopyCode { labels }),
        "ONE_TAP" => Ok(Button::OneTap { labels, apps: apps(input, OtpType::OneTap)? }),
        "ZERO_TAP" if input["zero_tap_terms_accepted"].as_bool() != Some(true) => {
            Err(broken("zero_tap_terms_accepted must be true for ZERO_TAP."))
        }
        "ZERO_TAP" => Ok(Button::ZeroTap { labels, apps: apps(input, OtpType::ZeroTap)? }),
        _ => Err(Refusal::ParameterNotOneOf {
            name: "library_template_button_inputs['otp_type']".into(),
            allowed: "COPY_CODE, ONE_TAP, ZERO_TAP",
            found: otp_type,
        }),
    }
}

fn apps(input: &Value, otp_type: OtpType) -> Result<SupportedApps, Refusal> {
    let list = input["supported_apps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let app = |app: &Value| {
        let part = |name: &str| app[name].as_str().unwrap_or_default();
        SupportedApp::new(part("package_name"), part("signature_hash"))
    };
    let apps: Option<Vec<SupportedApp>> = list.iter().map(app).collect();
    apps.and_then(SupportedApps::new)
        .ok_or_else(|| broken(format!("supported_apps must hold 1 to 5 apps for {otp_type}.")))
}

fn custom(
    entry: &LibraryEntry,
    category: CustomCategory,
    inputs: &[Value],
) -> Result<TemplateContent, Refusal> {
    if inputs.len() != entry.buttons.len() {
        return Err(wrong_buttons(entry));
    }
    let buttons = entry.buttons.iter().zip(inputs).map(|(button, input)| custom_button(entry, button, input));
    Ok(TemplateContent::Custom(CustomContent {
        category,
        format: ParameterFormat::Positional,
        header: entry.header.map(|text| Header::Text(CustomText::plain(text))),
        body: entry.text(),
        footer: None,
        buttons: buttons.collect::<Result<_, _>>()?,
    }))
}

fn custom_button(
    entry: &LibraryEntry,
    button: &LibraryButton,
    input: &Value,
) -> Result<CustomButton, Refusal> {
    let label = |text: &str| text.parse().expect("the labels of the library are short");
    match button {
        LibraryButton::Url { text, .. } if is_kind(input, "URL") => {
            let url = input["url"]["base_url"].as_str().filter(|url| url.starts_with("http"));
            let url = url.ok_or_else(|| broken("base_url must be an address."))?;
            let example = input["url"]["url_suffix_example"].as_str();
            if url.contains("{{1}}") && example.is_none() {
                return Err(TemplateRefusal::ExampleMissing { component: "BUTTONS" }.into());
            }
            let example = example.filter(|_| url.ends_with("{{1}}")).map(Box::from);
            Ok(CustomButton::Url { text: label(text), url: url.into(), example })
        }
        LibraryButton::PhoneNumber { text, .. } if is_kind(input, "PHONE_NUMBER") => {
            let number = input["phone_number"].as_str().filter(|number| !number.is_empty());
            let phone_number = number.ok_or_else(|| broken("phone_number must be a phone number."))?.into();
            Ok(CustomButton::PhoneNumber { text: label(text), phone_number })
        }
        _ => Err(wrong_buttons(entry)),
    }
}

fn is_kind(input: &Value, kind: &str) -> bool {
    input["type"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(kind))
}

fn wrong_buttons(entry: &LibraryEntry) -> Refusal {
    let kinds: Vec<&str> = entry.buttons.iter().map(LibraryButton::kind).collect();
    let kinds = if kinds.is_empty() { "no button".to_owned() } else { kinds.join(", then ") };
    broken(format!("library_template_button_inputs must be an array with {kinds} for {}.", entry.name))
}

/// An object, the only object of an array, or either as JSON in a text.
fn read_object(value: &Value, name: &str) -> Result<Map<String, Value>, Refusal> {
    match read(value).as_ref() {
        Value::Null => Ok(Map::new()),
        Value::Object(object) => Ok(object.clone()),
        Value::Array(list) => match list.as_slice() {
            [Value::Object(object)] => Ok(object.clone()),
            _ => Err(broken(format!("{name} must be an object."))),
        },
        _ => Err(broken(format!("{name} must be an object."))),
    }
}

fn read_list(value: &Value, name: &str) -> Result<Vec<Value>, Refusal> {
    match read(value).as_ref() {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => Ok(list.clone()),
        _ => Err(broken(format!("{name} must be an array."))),
    }
}

/// The value, or what a text spells; quotes may be single, as the guide's sample has them.
fn read(value: &Value) -> Cow<'_, Value> {
    let Value::String(text) = value else { return Cow::Borrowed(value) };
    let plain = serde_json::from_str(text);
    let parsed = plain.or_else(|_| serde_json::from_str(&text.replace('\'', "\"")));
    parsed.map_or(Cow::Borrowed(value), Cow::Owned)
}
