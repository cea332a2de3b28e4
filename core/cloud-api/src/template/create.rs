//! A request to create or to edit a template.

mod authentication;
mod custom;
mod library;
mod raw;
mod text;

use std::borrow::Cow;

use serde::Serialize;

pub(crate) use self::text::is_emoji;

use self::raw::{RawComponent, RawTemplate};
use super::ttl::rule_of;
use super::{
    AuthenticationContent, AuthenticationTemplate, CustomCategory, Language, MessageTemplate,
    ParameterFormat, TemplateCategory, TemplateContent, TemplateName, TemplateOptions, TemplateStatus,
    TemplateTtl,
};
use crate::id::TemplateId;
use crate::lenient::{List, Object, Scalar, Shaped, read_body};
use crate::refusal::{Refusal, TemplateRefusal};
use crate::version::GraphVersion;

/// The answer to a request that created a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CreateReply {
    /// The id of the template.
    pub id: TemplateId,
    /// What Meta thinks of it so far.
    pub status: TemplateStatus,
    /// What it is for.
    pub category: TemplateCategory,
}

/// The answer to a request that edited a template.
// Source: cloud-api.md 3.9: all four, as newer clients want them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditReply {
    /// Always true.
    pub success: bool,
    /// The id of the template.
    pub id: TemplateId,
    /// Its name.
    pub name: TemplateName,
    /// What it is for.
    pub category: TemplateCategory,
}

/// A request to edit a template: what is `None` stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditTemplate {
    /// The new category.
    pub category: Option<TemplateCategory>,
    /// The new content, which replaces the old one wholly.
    pub content: Option<TemplateContent>,
    /// The new time to live.
    pub ttl: Option<TemplateTtl>,
}

impl CreateReply {
    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

impl EditReply {
    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

impl MessageTemplate {
    /// Reads the body of a request to create a template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, before it looks at the templates that exist.
    // Source: cloud-api.md 3.1 and 3.3; `allow_category_change` is ignored. Assumed: the order of the checks.
    pub fn parse(body: &[u8], version: GraphVersion) -> Result<Self, Refusal> {
        let raw: RawTemplate<'_> = read_body(body);
        let name = raw.name.into_text().ok_or_else(|| missing("name"))?;
        let language = raw.language.into_text().ok_or_else(|| missing("language"))?;
        let category = raw.category.into_text().ok_or_else(|| missing("category"))?;
        let category = parse_category(&category)?;
        let format = parse_format(raw.parameter_format)?;
        if category == TemplateCategory::Authentication && format == Some(ParameterFormat::Named) {
            return Err(broken("Authentication templates have positional parameters."));
        }
        let name = parse_name(&name)?;
        let language = parse_language(&language)?;
        let ttl = parse_ttl(&raw.message_send_ttl_seconds, category)?;
        let options = parse_options(raw.sub_category, &raw.cta_url_link_tracking_opted_out, category)?;
        let rules = Rules { category, format: format.unwrap_or(ParameterFormat::Positional), version };
        if let Some(entry) = raw.library_template_name.into_text() {
            let inputs = library::Inputs {
                body: &raw.library_template_body_inputs,
                buttons: &raw.library_template_button_inputs,
            };
            let (content, default_ttl) = library::parse(&entry, category, inputs)?;
            let (ttl, library) = (ttl.or(default_ttl), Some(entry.into()));
            return Ok(Self { name, language, ttl, content, library, options });
        }
        let content = parse_components(raw.components, rules)?.ok_or(missing("components"))?;
        let ttl = match category {
            TemplateCategory::Authentication => Some(ttl.unwrap_or_default()),
            TemplateCategory::Utility | TemplateCategory::Marketing => ttl,
        };
        Ok(Self { name, language, ttl, content, library: None, options })
    }
}

impl AuthenticationTemplate {
    /// Reads the body of a request to create an authentication template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, or one that says that the category is another.
    pub fn parse(body: &[u8], version: GraphVersion) -> Result<Self, Refusal> {
        let MessageTemplate { name, language, ttl, content, .. } = MessageTemplate::parse(body, version)?;
        let TemplateContent::Authentication(content) = content else {
            return Err(broken("The category must be AUTHENTICATION."));
        };
        Ok(Self { name, language, ttl: ttl.unwrap_or_default(), content })
    }
}

impl EditTemplate {
    /// Reads the body of a request to edit this template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, before it looks at the template's status.
    // Assumed: a new category needs new components, unless only free texts change their category.
    pub fn parse(body: &[u8], version: GraphVersion, edited: &MessageTemplate) -> Result<Self, Refusal> {
        let raw: RawTemplate<'_> = read_body(body);
        let category = raw.category.into_text().map(|category| parse_category(&category)).transpose()?;
        let format = parse_format(raw.parameter_format)?.unwrap_or(edited.content.format());
        let rules = Rules { category: category.unwrap_or(edited.category()), format, version };
        let ttl = parse_ttl(&raw.message_send_ttl_seconds, rules.category)?;
        let content = parse_components(raw.components, rules)?;
        if content.is_none() && category.is_none() && ttl.is_none() {
            return Err(missing("components"));
        }
        let is_kind_new = (rules.category == TemplateCategory::Authentication)
            != (edited.category() == TemplateCategory::Authentication);
        if is_kind_new && content.is_none() {
            return Err(missing("components"));
        }
        let is_code_new = is_kind_new && rules.category == TemplateCategory::Authentication;
        let ttl = if is_code_new { Some(ttl.unwrap_or_default()) } else { ttl };
        Ok(Self { category, content, ttl })
    }
}

/// An authentication template without its language.
pub(super) struct ParsedAuthentication {
    pub(super) name: TemplateName,
    pub(super) ttl: TemplateTtl,
    pub(super) content: AuthenticationContent,
}

/// Reads what is said of an authentication template in all its languages.
pub(super) fn parse_authentication(
    parameters: &[u8],
    version: GraphVersion,
) -> Result<ParsedAuthentication, Refusal> {
    let raw: RawTemplate<'_> = read_body(parameters);
    let name = parse_name(&raw.name.into_text().ok_or_else(|| missing("name"))?)?;
    let category = raw.category.into_text().ok_or_else(|| missing("category"))?;
    if parse_category(&category)? != TemplateCategory::Authentication {
        return Err(broken("The category must be AUTHENTICATION."));
    }
    let ttl = parse_ttl(&raw.message_send_ttl_seconds, TemplateCategory::Authentication)?.unwrap_or_default();
    let List(Shaped::Fits(mut components)) = raw.components else { return Err(missing("components")) };
    components.retain(|component| !is_empty_footer(component));
    let content = authentication::parse_content(components, version)?;
    Ok(ParsedAuthentication { name, ttl, content })
}

fn is_empty_footer(component: &Object<RawComponent<'_>>) -> bool {
    let Object(Shaped::Fits(component)) = component else { return false };
    let is_footer = matches!(&component.kind, Scalar::Text(kind) if kind.eq_ignore_ascii_case("footer"));
    is_footer && component.code_expiration_minutes.is_absent()
}

/// What decides how components are read.
#[derive(Clone, Copy)]
struct Rules {
    category: TemplateCategory,
    format: ParameterFormat,
    version: GraphVersion,
}

fn broken(text: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::Template(TemplateRefusal::Rule { text: text.into() })
}

fn missing(name: &'static str) -> Refusal {
    Refusal::MissingParameter { name: name.into() }
}

fn parse_category(found: &str) -> Result<TemplateCategory, Refusal> {
    found.parse().map_err(|_| Refusal::ParameterNotOneOf {
        name: "category".into(),
        allowed: "UTILITY, MARKETING, AUTHENTICATION",
        found: found.to_owned(),
    })
}

fn parse_format(format: Scalar<'_>) -> Result<Option<ParameterFormat>, Refusal> {
    if format.is_absent() {
        return Ok(None);
    }
    let found = format.into_text().unwrap_or_default();
    found.parse().map(Some).map_err(|_| Refusal::ParameterNotOneOf {
        name: "parameter_format".into(),
        allowed: "POSITIONAL, NAMED",
        found: found.into_owned(),
    })
}

fn parse_language(found: &str) -> Result<Language, Refusal> {
    found.parse().map_err(|_| TemplateRefusal::LanguageNotSupported { found: found.to_owned() }.into())
}

fn parse_name(found: &str) -> Result<TemplateName, Refusal> {
    found.parse().map_err(|error| match error {
        super::NameError::Length { length: 0 } => missing("name"),
        super::NameError::Length { .. } => Refusal::Template(TemplateRefusal::TooLong {
            field: "name",
            length_max: TemplateName::LENGTH_MAX,
        }),
        super::NameError::Character { .. } => {
            broken("The name of a message template must be lowercase letters, digits and underscores.")
        }
    })
}

// Source: cloud-api.md 3.1: not for authentication. Assumed: there they are ignored; the words of the
// refusals, and that any word in capitals will do.
fn parse_options(
    sub_category: Scalar<'_>,
    opts_out: &Scalar<'_>,
    category: TemplateCategory,
) -> Result<TemplateOptions, Refusal> {
    if category == TemplateCategory::Authentication {
        return Ok(TemplateOptions::default());
    }
    let opts_out_of_link_tracking = match opts_out {
        Scalar::Absent => None,
        found => Some(
            found.flag().ok_or_else(|| broken("cta_url_link_tracking_opted_out must be true or false."))?,
        ),
    };
    let is_word = |word: &str| {
        (1..=60).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let sub_category = match sub_category {
        Scalar::Absent => None,
        found => {
            let word = found.into_text().unwrap_or_default().to_ascii_uppercase();
            let told = || broken("sub_category must be a word such as ORDER_STATUS.");
            Some(is_word(&word).then(|| word.as_str().into()).ok_or_else(told)?)
        }
    };
    Ok(TemplateOptions { sub_category, opts_out_of_link_tracking })
}

fn parse_ttl(raw: &Scalar<'_>, category: TemplateCategory) -> Result<Option<TemplateTtl>, Refusal> {
    if raw.is_absent() {
        return Ok(None);
    }
    let ttl = raw.integer().and_then(|seconds| TemplateTtl::new(category, seconds).ok());
    let told = || broken(format!("message_send_ttl_seconds must be {} for {category}.", rule_of(category)));
    ttl.map(Some).ok_or_else(told)
}

/// Reads the components, if any were given.
fn parse_components(
    raw: List<Object<RawComponent<'_>>>,
    rules: Rules,
) -> Result<Option<TemplateContent>, Refusal> {
    let components = match raw {
        List(Shaped::Absent) => return Ok(None),
        List(Shaped::Fits(components)) => components,
        List(Shaped::Other) => return Err(broken("components must be an array.")),
    };
    let custom = |components, category| custom::parse_content(components, category, rules.format);
    let content = match rules.category {
        TemplateCategory::Authentication => {
            authentication::parse_content(components, rules.version).map(TemplateContent::Authentication)
        }
        TemplateCategory::Utility => custom(components, CustomCategory::Utility).map(TemplateContent::Custom),
        TemplateCategory::Marketing => {
            custom(components, CustomCategory::Marketing).map(TemplateContent::Custom)
        }
    };
    content.map(Some)
}

/// Whether a component of the same type was there before.
struct Repeated(bool);

/// Hands over every component with its type in capitals; each type can be there once.
fn read_each<'a>(
    components: Vec<Object<RawComponent<'a>>>,
    mut take: impl FnMut(&str, RawComponent<'a>) -> Result<Repeated, Refusal>,
) -> Result<(), Refusal> {
    for component in components {
        let Object(Shaped::Fits(mut component)) = component else {
            return Err(broken("Every element of components must be an object."));
        };
        let kind = std::mem::take(&mut component.kind).into_text().unwrap_or_default().to_ascii_uppercase();
        let Repeated(is_repeated) = take(&kind, component)?;
        if is_repeated {
            return Err(broken(format!("There can be only one {kind} component.")));
        }
    }
    Ok(())
}

fn unknown_component(found: &str) -> Refusal {
    Refusal::ParameterNotOneOf {
        name: "components['type']".into(),
        allowed: "BODY, BUTTONS, FOOTER, HEADER",
        found: found.to_owned(),
    }
}
