//! A request to create or to edit a template.

mod rules;

use serde::{Deserialize, Serialize};

use super::{AuthenticationContent, AuthenticationTemplate, Language, TemplateStatus, TemplateTtl};
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
    /// Always `AUTHENTICATION`.
    category: &'static str,
}

/// A request to edit a template: what is `None` stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditTemplate {
    /// The new content, which replaces the old one wholly.
    pub content: Option<AuthenticationContent>,
    /// The new time to live.
    pub ttl: Option<TemplateTtl>,
}

impl CreateReply {
    /// The reply about a template.
    #[must_use]
    pub const fn new(id: TemplateId, status: TemplateStatus) -> Self {
        Self { id, status, category: "AUTHENTICATION" }
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawTemplate<'a> {
    #[serde(borrow)]
    name: Scalar<'a>,
    #[serde(borrow)]
    language: Scalar<'a>,
    #[serde(borrow)]
    category: Scalar<'a>,
    #[serde(borrow)]
    components: List<Object<RawComponent<'a>>>,
    #[serde(borrow)]
    parameter_format: Scalar<'a>,
    #[serde(borrow)]
    message_send_ttl_seconds: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawComponent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Scalar<'a>,
    #[serde(borrow)]
    text: Scalar<'a>,
    #[serde(borrow)]
    add_security_recommendation: Scalar<'a>,
    #[serde(borrow)]
    code_expiration_minutes: Scalar<'a>,
    #[serde(borrow)]
    buttons: List<Object<RawButton<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawButton<'a> {
    #[serde(borrow, rename = "type")]
    kind: Scalar<'a>,
    #[serde(borrow)]
    otp_type: Scalar<'a>,
    #[serde(borrow)]
    text: Scalar<'a>,
    #[serde(borrow)]
    autofill_text: Scalar<'a>,
    #[serde(borrow)]
    zero_tap_terms_accepted: Scalar<'a>,
    #[serde(borrow)]
    supported_apps: List<Object<RawApp<'a>>>,
    #[serde(borrow)]
    package_name: Scalar<'a>,
    #[serde(borrow)]
    signature_hash: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawApp<'a> {
    #[serde(borrow)]
    package_name: Scalar<'a>,
    #[serde(borrow)]
    signature_hash: Scalar<'a>,
}

impl AuthenticationTemplate {
    /// Reads the body of a request to create a template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, before it looks at the templates that exist.
    // Source: cloud-api.md 3.1 and 3.3. Assumed: the order of the checks.
    pub fn parse(body: &[u8], version: GraphVersion) -> Result<Self, Refusal> {
        let raw: RawTemplate<'_> = read_body(body);
        let name = raw.name.into_text().ok_or_else(|| missing("name"))?;
        let language = raw.language.into_text().ok_or_else(|| missing("language"))?;
        let category = raw.category.into_text().ok_or_else(|| missing("category"))?;
        check_category(&category)?;
        check_parameter_format(raw.parameter_format)?;
        let name = name.parse().map_err(|error| name_refusal(&error))?;
        let language: Language = language
            .parse()
            .map_err(|_| TemplateRefusal::LanguageNotSupported { found: language.clone().into_owned() })?;
        let ttl = parse_ttl(&raw.message_send_ttl_seconds)?.unwrap_or_default();
        let content = parse_components(raw.components, version)?.ok_or(missing("components"))?;
        Ok(Self { name, language, ttl, content })
    }
}

impl EditTemplate {
    /// Reads the body of a request to edit a template.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer, before it looks at the template.
    // Assumed: a category may be repeated but not changed, as the mock has only one.
    pub fn parse(body: &[u8], version: GraphVersion) -> Result<Self, Refusal> {
        let raw: RawTemplate<'_> = read_body(body);
        if let Some(category) = raw.category.into_text() {
            check_category(&category)?;
        }
        let ttl = parse_ttl(&raw.message_send_ttl_seconds)?;
        let content = parse_components(raw.components, version)?;
        Ok(Self { content, ttl })
    }
}

fn missing(name: &'static str) -> Refusal {
    Refusal::MissingParameter { name: name.into() }
}

// Assumed: the mock refuses the categories that it does not model, where Meta takes them.
fn check_category(category: &str) -> Result<(), Refusal> {
    if category.eq_ignore_ascii_case("authentication") {
        return Ok(());
    }
    if category.eq_ignore_ascii_case("utility") || category.eq_ignore_ascii_case("marketing") {
        return Err(rules::broken("This mock takes templates of category AUTHENTICATION only."));
    }
    Err(Refusal::ParameterNotOneOf {
        name: "category".into(),
        allowed: "UTILITY, MARKETING, AUTHENTICATION",
        found: category.to_owned(),
    })
}

// Assumed: the parameter of an authentication template is positional.
fn check_parameter_format(format: Scalar<'_>) -> Result<(), Refusal> {
    if format.is_absent() {
        return Ok(());
    }
    let found = format.into_text().unwrap_or_default();
    if found.eq_ignore_ascii_case("positional") {
        Ok(())
    } else if found.eq_ignore_ascii_case("named") {
        Err(rules::broken("Authentication templates have positional parameters."))
    } else {
        Err(Refusal::ParameterNotOneOf {
            name: "parameter_format".into(),
            allowed: "POSITIONAL, NAMED",
            found: found.into_owned(),
        })
    }
}

fn name_refusal(error: &super::NameError) -> Refusal {
    match error {
        super::NameError::Length { length: 0 } => missing("name"),
        super::NameError::Length { .. } => Refusal::Template(TemplateRefusal::TooLong {
            field: "name",
            length_max: super::TemplateName::LENGTH_MAX,
        }),
        super::NameError::Character { .. } => {
            rules::broken("The name of a message template must be lowercase letters, digits and underscores.")
        }
    }
}

fn parse_ttl(raw: &Scalar<'_>) -> Result<Option<TemplateTtl>, Refusal> {
    if raw.is_absent() {
        return Ok(None);
    }
    let ttl = raw.integer().and_then(|seconds| TemplateTtl::from_seconds(seconds).ok());
    let told = "message_send_ttl_seconds must be an integer from 30 to 900, or -1, for AUTHENTICATION.";
    ttl.map(Some).ok_or_else(|| rules::broken(told))
}

/// Reads the components, if any were given.
fn parse_components(
    raw: List<Object<RawComponent<'_>>>,
    version: GraphVersion,
) -> Result<Option<AuthenticationContent>, Refusal> {
    match raw {
        List(Shaped::Absent) => Ok(None),
        List(Shaped::Fits(components)) => rules::parse_content(components, version).map(Some),
        List(Shaped::Other) => Err(rules::broken("components must be an array.")),
    }
}
