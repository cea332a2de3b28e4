//! The rules that the components of an authentication template must follow.

use super::raw::{RawApp, RawButton, RawComponent};
use super::{Repeated, broken, read_each, unknown_component};
use crate::lenient::{List, Object, Scalar, Shaped};
use crate::refusal::{Refusal, TemplateRefusal};
use crate::template::button::{is_package_name, is_signature_hash};
use crate::template::{
    AuthenticationContent, Button, CodeExpiration, Label, Labels, OtpType, SupportedApp, SupportedApps,
    Wording,
};
use crate::version::GraphVersion;

/// The newest version in which a button may name its app without a list.
// Source: cloud-api.md 3.3. Assumed: later versions refuse it unless the list is there.
const BARE_APP_MAX: u8 = 20;

/// What has been read of the components so far.
#[derive(Default)]
struct Parts {
    has_security_recommendation: Option<bool>,
    code_expiration: Option<CodeExpiration>,
    button: Option<Button>,
}

pub(super) fn parse_content(
    components: Vec<Object<RawComponent<'_>>>,
    version: GraphVersion,
) -> Result<AuthenticationContent, Refusal> {
    let mut parts = Parts::default();
    read_each(components, |kind, component| take_component(&mut parts, kind, component, version))?;
    let Some(has_security_recommendation) = parts.has_security_recommendation else {
        return Err(broken("Authentication templates need a BODY component."));
    };
    let Some(button) = parts.button else {
        return Err(broken("Authentication templates need a BUTTONS component with an OTP button."));
    };
    Ok(AuthenticationContent {
        wording: Wording::Preset,
        has_security_recommendation,
        code_expiration: parts.code_expiration,
        button,
    })
}

fn take_component(
    parts: &mut Parts,
    kind: &str,
    component: RawComponent<'_>,
    version: GraphVersion,
) -> Result<Repeated, Refusal> {
    Ok(Repeated(match kind {
        "BODY" => {
            check_no_text(&component.text)?;
            let flag = parse_flag(&component.add_security_recommendation)?;
            parts.has_security_recommendation.replace(flag).is_some()
        }
        "FOOTER" => {
            check_no_text(&component.text)?;
            let expiration = parse_expiration(&component.code_expiration_minutes)?;
            parts.code_expiration.replace(expiration).is_some()
        }
        "BUTTONS" => {
            let button = parse_buttons(component.buttons, version)?;
            parts.button.replace(button).is_some()
        }
        "HEADER" => return Err(broken("Authentication templates have no HEADER component.")),
        _ => return Err(unknown_component(kind)),
    }))
}

fn check_no_text(text: &Scalar<'_>) -> Result<(), Refusal> {
    if text.is_absent() {
        Ok(())
    } else {
        Err(broken("The text of authentication templates is preset and cannot be given."))
    }
}

fn parse_flag(raw: &Scalar<'_>) -> Result<bool, Refusal> {
    if raw.is_absent() {
        return Ok(false);
    }
    raw.flag().ok_or_else(|| broken("add_security_recommendation must be true or false."))
}

fn parse_expiration(raw: &Scalar<'_>) -> Result<CodeExpiration, Refusal> {
    let minutes = raw.integer().and_then(|minutes| u8::try_from(minutes).ok());
    minutes
        .and_then(CodeExpiration::from_minutes)
        .ok_or_else(|| broken("code_expiration_minutes must be an integer from 1 to 90."))
}

fn parse_buttons(raw: List<Object<RawButton<'_>>>, version: GraphVersion) -> Result<Button, Refusal> {
    let one = "Authentication templates have exactly one button, of type OTP.";
    let List(Shaped::Fits(buttons)) = raw else { return Err(broken(one)) };
    let Ok([Object(Shaped::Fits(button))]) = <[_; 1]>::try_from(buttons) else {
        return Err(broken(one));
    };
    match button.kind {
        Scalar::Text(ref kind) if kind.eq_ignore_ascii_case("otp") => parse_button(button, version),
        _ => Err(broken(one)),
    }
}

fn parse_button(raw: RawButton<'_>, version: GraphVersion) -> Result<Button, Refusal> {
    let otp_type = parse_otp_type(raw.otp_type)?;
    let labels = Labels {
        copy_code: parse_label("text", raw.text)?,
        autofill: parse_label("autofill_text", raw.autofill_text)?,
    };
    if otp_type == OtpType::CopyCode {
        return Ok(Button::CopyCode { labels });
    }
    if otp_type == OtpType::ZeroTap && raw.zero_tap_terms_accepted.flag() != Some(true) {
        return Err(broken("zero_tap_terms_accepted must be true for ZERO_TAP."));
    }
    let bare =
        Object(Shaped::Fits(RawApp { package_name: raw.package_name, signature_hash: raw.signature_hash }));
    let list = match raw.supported_apps {
        List(Shaped::Fits(list)) => list,
        List(Shaped::Absent) if version.major() <= BARE_APP_MAX => vec![bare],
        _ => Vec::new(),
    };
    let apps = list.into_iter().map(parse_app).collect::<Result<_, _>>()?;
    let apps = SupportedApps::new(apps)
        .ok_or_else(|| broken(format!("supported_apps must hold 1 to 5 apps for {otp_type}.")))?;
    Ok(match otp_type {
        OtpType::ZeroTap => Button::ZeroTap { labels, apps },
        _ => Button::OneTap { labels, apps },
    })
}

fn parse_otp_type(raw: Scalar<'_>) -> Result<OtpType, Refusal> {
    let name = "components['buttons']['otp_type']";
    let Some(found) = raw.into_text() else {
        return Err(Refusal::MissingParameter { name: name.into() });
    };
    match found.to_ascii_uppercase().as_str() {
        "COPY_CODE" => Ok(OtpType::CopyCode),
        "ONE_TAP" => Ok(OtpType::OneTap),
        "ZERO_TAP" => Ok(OtpType::ZeroTap),
        _ => Err(Refusal::ParameterNotOneOf {
            name: name.into(),
            allowed: "COPY_CODE, ONE_TAP, ZERO_TAP",
            found: found.into_owned(),
        }),
    }
}

// Assumed: an empty label counts as none.
fn parse_label(field: &'static str, raw: Scalar<'_>) -> Result<Option<Label>, Refusal> {
    if raw.is_absent() {
        return Ok(None);
    }
    let text = raw.into_text().ok_or_else(|| broken(format!("{field} must be a string.")))?;
    if text.is_empty() {
        return Ok(None);
    }
    let too_long = TemplateRefusal::TooLong { field, length_max: Label::LENGTH_MAX };
    text.parse().map(Some).map_err(|_| Refusal::Template(too_long))
}

fn parse_app(raw: Object<RawApp<'_>>) -> Result<SupportedApp, Refusal> {
    let Object(Shaped::Fits(raw)) = raw else {
        return Err(broken("Every element of supported_apps must be an object."));
    };
    let package = raw.package_name.into_text().unwrap_or_default();
    if !is_package_name(&package) {
        return Err(broken(
            "package_name must be at most 224 characters, of two or more segments that start with a letter.",
        ));
    }
    let hash = raw.signature_hash.into_text().unwrap_or_default();
    if !is_signature_hash(&hash) {
        return Err(broken("signature_hash must be 11 characters of letters, digits, +, / and =."));
    }
    Ok(SupportedApp::new(&package, &hash).expect("both parts were checked"))
}
