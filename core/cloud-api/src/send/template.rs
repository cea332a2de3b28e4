//! A template message, and the code that it carries.

use std::borrow::Cow;
use std::fmt;

use serde::de::IgnoredAny;

use super::raw::{RawComponent, RawFallback, RawLanguage, RawParameter, RawTemplate};
use super::{missing, not_one_of};
use crate::lenient::{List, Object, Scalar, Shaped};
use crate::refusal::Refusal;

/// A message made from a template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateSend<'a> {
    /// The template's name.
    pub name: Cow<'a, str>,
    /// The template's language, which must match exactly.
    pub language: Cow<'a, str>,
    /// The values for the template's parameters.
    pub components: Vec<Component<'a>>,
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
    /// A button below the text.
    Button {
        /// What it is said to do.
        kind: ButtonKind,
        /// Which button, counted from 0.
        index: u32,
    },
    /// A component that the templates of this mock lack.
    Other,
}

/// What a button is said to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// It opens a link, as buttons of authentication templates do.
    Url,
    /// It sends its label back.
    QuickReply,
    /// It copies a coupon.
    CopyCode,
    /// Anything else that Meta knows.
    Other,
}

/// One value; `Debug` hides the text, which may be a code.
#[derive(Clone, PartialEq)]
pub struct Parameter<'a> {
    /// What sort of value it is.
    pub kind: ParameterKind,
    /// Its text, if it has one: also a coupon, a payload or what stands for an amount or a date.
    pub text: Option<Cow<'a, str>>,
    /// Its name, as in templates with named parameters.
    pub name: Option<Cow<'a, str>>,
}

/// What sort of value a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A text.
    Text,
    /// An amount of money, which Meta writes in the person's language.
    Currency,
    /// A date, which Meta writes in the person's language.
    DateTime,
    /// A coupon, for the button that copies it.
    CouponCode,
    /// What a quick reply sends back.
    Payload,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file.
    Document,
    /// A place.
    Location,
    /// Anything else that Meta knows.
    Other,
}

impl ParameterKind {
    /// The word on the wire, in capitals as Meta's errors have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Currency => "CURRENCY",
            Self::DateTime => "DATE_TIME",
            Self::CouponCode => "COUPON_CODE",
            Self::Payload => "PAYLOAD",
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Document => "DOCUMENT",
            Self::Location => "LOCATION",
            Self::Other => "UNKNOWN",
        }
    }
}

// Assumed: exactly these.
const PARAMETER_TYPES: &str = "ACTION, COUPON_CODE, CURRENCY, DATE_TIME, DOCUMENT, IMAGE, LIMITED_TIME_OFFER, LOCATION, ORDER_STATUS, PAYLOAD, PRODUCT, TEXT, VIDEO";
const COMPONENT_TYPES: &str = "BODY, BUTTON, CAROUSEL, FOOTER, HEADER, LIMITED_TIME_OFFER, ORDER_STATUS";
const BUTTON_TYPES: &str = "CATALOG, COPY_CODE, FLOW, MPM, ORDER_DETAILS, QUICK_REPLY, SPM, URL, VOICE_CALL";

impl fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("kind", &self.kind)
            .field("is_named", &self.name.is_some())
            .finish_non_exhaustive()
    }
}

pub(super) fn parse(raw: RawTemplate<'_>) -> Result<TemplateSend<'_>, Refusal> {
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
    Ok(TemplateSend { name, language, components })
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
    let kind = match word(&kind) {
        Some("body") => ComponentKind::Body,
        Some("button") => parse_button(place, raw.sub_type, &raw.index)?,
        Some("header") => ComponentKind::Header,
        Some("carousel" | "footer" | "limited_time_offer" | "order_status") => ComponentKind::Other,
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
    let kind = match word(&sub_type) {
        Some("url") => ButtonKind::Url,
        Some("quick_reply") => ButtonKind::QuickReply,
        Some("copy_code") => ButtonKind::CopyCode,
        Some("catalog" | "flow" | "mpm" | "order_details" | "spm" | "voice_call") => ButtonKind::Other,
        _ => return Err(not_one_of(format!("{path}['sub_type']"), BUTTON_TYPES, sub_type)),
    };
    Ok(ComponentKind::Button { kind, index })
}

fn parse_parameter<'a>(
    component: usize,
    (place, raw): (usize, Object<RawParameter<'a>>),
) -> Result<Parameter<'a>, Refusal> {
    let path = || format!("template['components'][{component}]['parameters'][{place}]['type']");
    let Object(Shaped::Fits(raw)) = raw else { return Err(missing(path())) };
    let kind = raw.kind.into_text().ok_or_else(|| missing(path()))?;
    let (kind, text) = match word(&kind) {
        Some("text") => (ParameterKind::Text, raw.text),
        Some("currency") => (ParameterKind::Currency, fallback(raw.currency)),
        Some("date_time") => (ParameterKind::DateTime, fallback(raw.date_time)),
        Some("coupon_code") => (ParameterKind::CouponCode, raw.coupon_code),
        Some("payload") => (ParameterKind::Payload, raw.payload),
        Some("image") => (ParameterKind::Image, presence(raw.image)),
        Some("video") => (ParameterKind::Video, presence(raw.video)),
        Some("document") => (ParameterKind::Document, presence(raw.document)),
        Some("location") => (ParameterKind::Location, presence(raw.location)),
        Some("action" | "limited_time_offer" | "order_status" | "product") => {
            (ParameterKind::Other, Scalar::Absent)
        }
        _ => return Err(not_one_of(path(), PARAMETER_TYPES, kind)),
    };
    Ok(Parameter { kind, text: text.into_text(), name: raw.parameter_name.into_text() })
}

fn fallback(value: Object<RawFallback<'_>>) -> Scalar<'_> {
    match value {
        Object(Shaped::Fits(RawFallback { fallback_value })) => fallback_value,
        Object(_) => Scalar::Absent,
    }
}

/// An empty text where the object of a medium is there.
fn presence<'a>(medium: Option<IgnoredAny>) -> Scalar<'a> {
    medium.map_or(Scalar::Absent, |_| Scalar::Text(Cow::Borrowed("")))
}

/// All words that stand for types.
const WORDS: [&str; 27] = [
    "text",
    "body",
    "button",
    "url",
    "header",
    "currency",
    "date_time",
    "coupon_code",
    "payload",
    "image",
    "video",
    "document",
    "location",
    "action",
    "limited_time_offer",
    "order_status",
    "product",
    "carousel",
    "footer",
    "quick_reply",
    "copy_code",
    "catalog",
    "flow",
    "mpm",
    "order_details",
    "spm",
    "voice_call",
];

/// The word in lower case, without an allocation.
// Source: cloud-api.md 2.3: case does not matter.
fn word(text: &str) -> Option<&'static str> {
    WORDS.into_iter().find(|known| known.eq_ignore_ascii_case(text))
}
