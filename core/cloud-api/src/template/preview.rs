//! What authentication templates would show, before there are any.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    AuthenticationContent, Button, CodeExpiration, Labels, Language, PresetTexts, TemplateCategory, Wording,
};
use crate::lenient::{Scalar, read_body};
use crate::refusal::{Refusal, TemplateRefusal};

/// A request to see the preset texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewQuery {
    languages: Vec<Language>,
    content: AuthenticationContent,
}

/// The preset texts of one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    body: String,
    buttons: [PreviewButton; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<String>,
    language: Language,
    /// Whether the words are English because those of the language are not known.
    // Assumed: no client minds a member that Meta does not have, and whoever looks should know.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_fallback: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct PreviewButton {
    autofill_text: &'static str,
    text: &'static str,
}

/// All previews, as the body of an answer.
#[derive(Clone, Debug, Serialize)]
pub struct Previews {
    /// One for each language.
    pub data: Vec<Preview>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPreview<'a> {
    #[serde(borrow)]
    category: Scalar<'a>,
    language: Value,
    languages: Value,
    #[serde(borrow)]
    add_security_recommendation: Scalar<'a>,
    #[serde(borrow)]
    code_expiration_minutes: Scalar<'a>,
    button_types: Value,
}

impl PreviewQuery {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    ///
    /// When one of them is missing or has a value that it must not have.
    // Source: cloud-api.md 3.7: the guide's table says `language`, its sample `languages`; without
    // either, all. Assumed: both may be arrays; `category` is required.
    pub fn parse(parameters: &[u8]) -> Result<Self, Refusal> {
        let raw: RawPreview<'_> = read_body(parameters);
        let category = raw.category.into_text();
        let category = category.ok_or(Refusal::MissingParameter { name: "category".into() })?;
        if category.parse() != Ok(TemplateCategory::Authentication) {
            return Err(not_one_of("category", "AUTHENTICATION", &category));
        }
        if let Some(found) = list(&raw.button_types).iter().find(|kind| !kind.eq_ignore_ascii_case("otp")) {
            return Err(not_one_of("button_types", "OTP", found));
        }
        let named = if raw.languages.is_null() { &raw.language } else { &raw.languages };
        let languages = list(named).iter().map(|code| parse_language(code)).collect::<Result<_, _>>()?;
        let flag = &raw.add_security_recommendation;
        let rule = |text: &'static str| Refusal::Template(TemplateRefusal::Rule { text: text.into() });
        let has_security_recommendation = match (flag.is_absent(), flag.flag()) {
            (true, _) => false,
            (false, Some(flag)) => flag,
            (false, None) => return Err(rule("add_security_recommendation must be true or false.")),
        };
        let minutes = &raw.code_expiration_minutes;
        let code_expiration = minutes
            .integer()
            .and_then(|minutes| u8::try_from(minutes).ok())
            .and_then(CodeExpiration::from_minutes);
        if !minutes.is_absent() && code_expiration.is_none() {
            return Err(rule("code_expiration_minutes must be an integer from 1 to 90."));
        }
        let content = AuthenticationContent {
            wording: Wording::Preset,
            has_security_recommendation,
            code_expiration,
            button: Button::CopyCode { labels: Labels::default() },
        };
        Ok(Self { languages, content })
    }

    /// What is asked for.
    #[must_use]
    pub fn previews(&self) -> Previews {
        let preview = |language| {
            let texts = PresetTexts::of(language);
            Preview {
                body: texts.body(&self.content),
                buttons: [PreviewButton { autofill_text: texts.autofill, text: texts.copy_code }],
                footer: texts.footer(&self.content),
                language,
                is_fallback: texts.is_fallback,
            }
        };
        let data = if self.languages.is_empty() {
            Language::all().map(preview).collect()
        } else {
            self.languages.iter().copied().map(preview).collect()
        };
        Previews { data }
    }
}

impl Previews {
    /// The body of an answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

pub(super) fn parse_language(code: &str) -> Result<Language, Refusal> {
    code.parse().map_err(|_| TemplateRefusal::LanguageNotSupported { found: code.to_owned() }.into())
}

fn not_one_of(name: &'static str, allowed: &'static str, found: &str) -> Refusal {
    Refusal::ParameterNotOneOf { name: name.into(), allowed, found: found.to_owned() }
}

/// The texts of an array, or of a text with commas between them.
pub(super) fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect(),
        Value::String(text) => {
            text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
        }
        other => vec![other.to_string()],
    }
}
