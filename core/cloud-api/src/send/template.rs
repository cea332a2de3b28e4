//! A template message, and the code that it carries.

use std::borrow::Cow;
use std::fmt;

use super::raw::{RawComponent, RawLanguage, RawParameter, RawTemplate};
use super::{Addressee, missing, not_one_of};
use crate::lenient::{List, Object, Scalar, Shaped};
use crate::refusal::{Refusal, Section};
use crate::secret::OtpCode;

/// A message made from a template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateSend<'a> {
    /// Where it goes.
    pub to: Addressee<'a>,
    /// The template's name.
    pub name: Cow<'a, str>,
    /// The template's language, which must match exactly.
    pub language: Cow<'a, str>,
    /// The values for the template's parameters.
    pub components: Vec<Component<'a>>,
    /// What every status of the message repeats.
    pub biz_opaque_callback_data: Option<Cow<'a, str>>,
}

/// The values for one component of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Component<'a> {
    /// Which component.
    pub kind: ComponentKind,
    /// Its values, in order.
    pub parameters: Vec<Parameter<'a>>,
}

/// Which component of a template is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentKind {
    /// The line above the text.
    Header,
    /// The text.
    Body,
    /// A button that opens a link, as buttons of authentication templates do.
    UrlButton {
        /// Which button, counted from 0.
        index: u32,
    },
    /// Any other button.
    OtherButton {
        /// Which button, counted from 0.
        index: u32,
    },
    /// A component that authentication templates lack.
    Other,
}

/// One value; `Debug` hides the text, which may be a code.
#[derive(Clone, PartialEq)]
pub struct Parameter<'a> {
    /// What sort of value it is.
    pub kind: ParameterKind,
    /// Its text, if it has one.
    pub text: Option<Cow<'a, str>>,
    /// Whether it is named, as in templates with named parameters.
    pub is_named: bool,
}

/// What sort of value a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A text.
    Text,
    /// Anything else that Meta knows.
    Other,
}

// Assumed: exactly these.
const PARAMETER_TYPES: &str = "ACTION, COUPON_CODE, CURRENCY, DATE_TIME, DOCUMENT, IMAGE, LIMITED_TIME_OFFER, LOCATION, ORDER_STATUS, PAYLOAD, PRODUCT, TEXT, VIDEO";
const COMPONENT_TYPES: &str = "BODY, BUTTON, CAROUSEL, FOOTER, HEADER, LIMITED_TIME_OFFER, ORDER_STATUS";
const BUTTON_TYPES: &str = "CATALOG, COPY_CODE, FLOW, MPM, ORDER_DETAILS, QUICK_REPLY, SPM, URL, VOICE_CALL";

impl TemplateSend<'_> {
    /// The code, if the values fit an authentication template.
    ///
    /// It is the one of the body. Meta does not say that the button must hold the same one; see
    /// [`TemplateSend::is_button_code_another`].
    ///
    /// # Errors
    ///
    /// The refusal that Meta answers when they do not fit.
    pub fn authentication_code(&self) -> Result<OtpCode, Refusal> {
        check_count(self.parameters(ComponentKind::Header), Section::Header)?;
        check_count(self.parameters(ComponentKind::Body), Section::Body)?;
        let code = parse_code(self.parameters(ComponentKind::Body), Section::Body)?;
        parse_code(self.button_parameters()?, Section::Button)?;
        Ok(code)
    }

    /// Whether the button holds another code than the body, which is most likely a mistake.
    // Source: cloud-api.md 2.3: accepted.
    #[must_use]
    pub fn is_button_code_another(&self) -> bool {
        let body = self.parameters(ComponentKind::Body);
        let button = self.parameters(ComponentKind::UrlButton { index: 0 });
        first_text(body) != first_text(button)
    }

    /// The values of the first component of that kind; none if there is no such component.
    fn parameters(&self, kind: ComponentKind) -> &[Parameter<'_>] {
        let component = self.components.iter().find(|component| component.kind == kind);
        component.map_or(&[], |component| &component.parameters)
    }

    fn button_parameters(&self) -> Result<&[Parameter<'_>], Refusal> {
        let is_other =
            |component: &Component<'_>| matches!(component.kind, ComponentKind::OtherButton { index: 0 });
        if self.components.iter().any(is_other) {
            return Err(Refusal::ButtonNotUrl { index: 0 });
        }
        let parameters = self.parameters(ComponentKind::UrlButton { index: 0 });
        match parameters {
            [] => Err(Refusal::RequiredValueMissing {
                details: "buttons: Button at index 0 of type Url requires a parameter".into(),
            }),
            [Parameter { kind: ParameterKind::Other, .. }, ..] => Err(Refusal::ButtonNotUrl { index: 0 }),
            _ => check_count(parameters, Section::Button).map(|()| parameters),
        }
    }
}

impl fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("kind", &self.kind)
            .field("is_named", &self.is_named)
            .finish_non_exhaustive()
    }
}

fn first_text<'a>(parameters: &'a [Parameter<'_>]) -> Option<&'a str> {
    parameters.first()?.text.as_deref()
}

/// Checks how many values a section has: one code, or none in a header.
fn check_count(parameters: &[Parameter<'_>], section: Section) -> Result<(), Refusal> {
    let expected = usize::from(section != Section::Header);
    let found = parameters.len();
    if found == expected { Ok(()) } else { Err(Refusal::ParameterCount { section, found, expected }) }
}

fn parse_code(parameters: &[Parameter<'_>], section: Section) -> Result<OtpCode, Refusal> {
    let parameter = parameters.first().filter(|parameter| parameter.kind == ParameterKind::Text);
    let Some(parameter) = parameter.filter(|parameter| !parameter.is_named) else {
        return Err(Refusal::ParameterFormat { section });
    };
    let text = parameter.text.as_deref().unwrap_or_default();
    if text.is_empty() {
        // Assumed: the words, which are Meta's about other types of parameter.
        return Err(Refusal::RequiredValueMissing {
            details: "Parameter of type text is missing text value".into(),
        });
    }
    text.parse().map_err(|_| Refusal::CodeTooLong { section })
}

/// The part of a template message that is inside its object.
pub(super) struct Content<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) language: Cow<'a, str>,
    pub(super) components: Vec<Component<'a>>,
}

pub(super) fn parse_content(raw: RawTemplate<'_>) -> Result<Content<'_>, Refusal> {
    let name = raw.name.into_text().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| missing("template['name']"))?;
    let Object(Shaped::Fits(RawLanguage { code, policy })) = raw.language else {
        return Err(missing("template['language']"));
    };
    let language = code.into_text().filter(|code| !code.is_empty());
    let language = language.ok_or_else(|| missing("template['language']['code']"))?;
    check_policy(policy)?;
    let components = match raw.components {
        List(Shaped::Absent) => Vec::new(),
        List(Shaped::Fits(components)) => {
            components.into_iter().enumerate().map(parse_component).collect::<Result<_, _>>()?
        }
        List(Shaped::Other) => return Err(not_an_array("template['components']")),
    };
    Ok(Content { name, language, components })
}

fn check_policy(policy: Scalar<'_>) -> Result<(), Refusal> {
    if policy.is_absent() {
        return Ok(());
    }
    let policy = policy.into_text().unwrap_or_default();
    if policy.eq_ignore_ascii_case("deterministic") {
        return Ok(());
    }
    Err(not_one_of("template['language']['policy']", "DETERMINISTIC", policy))
}

// Assumed: the words.
fn not_an_array(name: &str) -> Refusal {
    Refusal::InvalidParameter { details: format!("Param {name} must be an array.").into() }
}

fn parse_component<'a>((place, raw): (usize, Object<RawComponent<'a>>)) -> Result<Component<'a>, Refusal> {
    let path = || format!("template['components'][{place}]");
    let Object(Shaped::Fits(raw)) = raw else {
        return Err(missing(format!("{}['type']", path())));
    };
    let kind = raw.kind.into_text().ok_or_else(|| missing(format!("{}['type']", path())))?;
    let kind = match kind.to_ascii_lowercase().as_str() {
        "header" => ComponentKind::Header,
        "body" => ComponentKind::Body,
        "button" => parse_button(place, raw.sub_type, &raw.index)?,
        "carousel" | "footer" | "limited_time_offer" | "order_status" => ComponentKind::Other,
        _ => return Err(not_one_of(format!("{}['type']", path()), COMPONENT_TYPES, kind)),
    };
    let parameters = match raw.parameters {
        List(Shaped::Absent) => Vec::new(),
        List(Shaped::Fits(parameters)) => {
            let numbered = parameters.into_iter().enumerate();
            numbered.map(|item| parse_parameter(place, item)).collect::<Result<_, _>>()?
        }
        List(Shaped::Other) => return Err(not_an_array(&format!("{}['parameters']", path()))),
    };
    Ok(Component { kind, parameters })
}

// Assumed: a button without an index is the first one.
fn parse_button(place: usize, sub_type: Scalar<'_>, index: &Scalar<'_>) -> Result<ComponentKind, Refusal> {
    let path = format!("template['components'][{place}]");
    let sub_type = sub_type.into_text().ok_or_else(|| missing(format!("{path}['sub_type']")))?;
    let index = if index.is_absent() { Some(0) } else { index.integer() };
    let index = index.and_then(|index| u32::try_from(index).ok()).filter(|index| *index < 10);
    let Some(index) = index else {
        return Err(Refusal::InvalidParameter {
            details: format!("Param {path}['index'] must be an integer from 0 to 9.").into(),
        });
    };
    match sub_type.to_ascii_lowercase().as_str() {
        "url" => Ok(ComponentKind::UrlButton { index }),
        "catalog" | "copy_code" | "flow" | "mpm" | "order_details" | "quick_reply" | "spm" | "voice_call" => {
            Ok(ComponentKind::OtherButton { index })
        }
        _ => Err(not_one_of(format!("{path}['sub_type']"), BUTTON_TYPES, sub_type)),
    }
}

fn parse_parameter<'a>(
    component: usize,
    (place, raw): (usize, Object<RawParameter<'a>>),
) -> Result<Parameter<'a>, Refusal> {
    let path = || format!("template['components'][{component}]['parameters'][{place}]['type']");
    let Object(Shaped::Fits(raw)) = raw else { return Err(missing(path())) };
    let kind = raw.kind.into_text().ok_or_else(|| missing(path()))?;
    let kind = match kind.to_ascii_lowercase().as_str() {
        "text" => ParameterKind::Text,
        "action" | "coupon_code" | "currency" | "date_time" | "document" | "image" | "limited_time_offer"
        | "location" | "order_status" | "payload" | "product" | "video" => ParameterKind::Other,
        _ => return Err(not_one_of(path(), PARAMETER_TYPES, kind)),
    };
    let is_named = !raw.parameter_name.is_absent();
    Ok(Parameter { kind, text: raw.text.into_text(), is_named })
}
