//! The template library: texts that are written already, to make templates from.

mod entries;

use serde::{Deserialize, Serialize};

use super::{CustomText, Language, OtpType, ParameterType, TemplateCategory, Variable};
use crate::lenient::{Scalar, read_body};
use crate::list;
use crate::paging::PageRequest;
use crate::refusal::Refusal;

/// One text of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryEntry {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: &'static str,
    /// What templates made from it are for.
    pub category: TemplateCategory,
    /// What it is about.
    pub topic: &'static str,
    /// When it is sent.
    pub usecase: &'static str,
    /// Who sends it.
    pub industries: &'static [&'static str],
    /// The line above the text.
    pub header: Option<&'static str>,
    /// The text, with counted variables.
    pub body: &'static str,
    /// An example for each variable, and what a value must look like.
    pub parameters: &'static [(&'static str, ParameterType)],
    /// Its buttons.
    pub buttons: &'static [LibraryButton],
    /// For how many seconds an undelivered message is kept, where the entry says so.
    pub ttl_seconds: Option<i64>,
}

/// A button of a text of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryButton {
    /// Hands a code over; whoever makes a template may choose another way.
    Otp(OtpType),
    /// Opens an address that whoever makes a template gives.
    Url {
        /// Its label.
        text: &'static str,
        /// An example of an address.
        url: &'static str,
    },
    /// Calls a number that whoever makes a template gives.
    PhoneNumber {
        /// Its label.
        text: &'static str,
        /// An example of a number.
        phone_number: &'static str,
    },
}

/// A request to look into the library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryQuery {
    /// Which part of the list.
    pub page: PageRequest,
    search: Option<String>,
    topics: Vec<String>,
    usecases: Vec<String>,
    industries: Vec<String>,
    name: Option<String>,
    language: Option<Language>,
}

/// The JSON of a text of the library.
#[derive(Clone, Debug, Serialize)]
pub struct LibraryNode {
    name: &'static str,
    language: Language,
    category: TemplateCategory,
    topic: &'static str,
    usecase: &'static str,
    industry: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'static str>,
    body: &'static str,
    body_params: Vec<&'static str>,
    body_param_types: Vec<ParameterType>,
    buttons: Vec<ButtonNode>,
    id: String,
    /// Whether the words are English because those of the language are not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_fallback: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct ButtonNode {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    otp_type: Option<&'static str>,
    text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'static str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawQuery<'a> {
    #[serde(borrow)]
    search: Scalar<'a>,
    #[serde(deserialize_with = "list::read_words")]
    topic: Vec<String>,
    #[serde(deserialize_with = "list::read_words")]
    usecase: Vec<String>,
    #[serde(deserialize_with = "list::read_words")]
    industry: Vec<String>,
    #[serde(borrow)]
    language: Scalar<'a>,
    #[serde(borrow)]
    name: Scalar<'a>,
    #[serde(borrow)]
    limit: Scalar<'a>,
    #[serde(borrow)]
    after: Scalar<'a>,
    #[serde(borrow)]
    before: Scalar<'a>,
}

impl LibraryEntry {
    /// Every text of the library.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        entries::ENTRIES
    }

    /// The text of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        entries::ENTRIES.iter().find(|entry| entry.name == name)
    }

    /// Its text, with examples and types for its variables.
    #[must_use]
    pub fn text(&self) -> CustomText {
        let variables = self.parameters.iter().map(|(example, kind)| Variable {
            name: None,
            example: (*example).into(),
            kind: *kind,
        });
        CustomText { text: self.body.into(), variables: variables.collect() }
    }
}

impl LibraryButton {
    /// The word for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Otp(_) => "OTP",
            Self::Url { .. } => "URL",
            Self::PhoneNumber { .. } => "PHONE_NUMBER",
        }
    }
}

impl LibraryQuery {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    ///
    /// When the language does not exist, or a cursor or the limit cannot be read.
    // Source: cloud-api.md 3.8. Assumed: words that the library does not have match nothing; `search`
    // looks into names and texts, in any case; `name` matches exactly.
    pub fn parse(parameters: &[u8]) -> Result<Self, Refusal> {
        let raw: RawQuery<'_> = read_body(parameters);
        let mut page = PageRequest::default();
        for (name, value) in [("limit", raw.limit), ("after", raw.after), ("before", raw.before)] {
            if let Some(value) = value.into_text() {
                page.take(name, &value)?;
            }
        }
        let text =
            |raw: Scalar<'_>| raw.into_text().filter(|text| !text.is_empty()).map(|text| text.into_owned());
        let language = text(raw.language).map(|code| super::preview::parse_language(&code)).transpose()?;
        Ok(Self {
            page,
            search: text(raw.search).map(|search| search.to_lowercase()),
            topics: raw.topic,
            usecases: raw.usecase,
            industries: raw.industry,
            name: text(raw.name),
            language,
        })
    }

    /// The texts that are asked for.
    #[must_use]
    pub fn found(&self) -> Vec<LibraryNode> {
        let language = self.language.unwrap_or_else(|| "en_US".parse().expect("the list has English"));
        let all = entries::ENTRIES.iter().filter(|entry| self.matches(entry));
        all.map(|entry| LibraryNode::new(entry, language)).collect()
    }

    fn matches(&self, entry: &LibraryEntry) -> bool {
        let is_among = |asked: &[String], words: &[&str]| {
            let is_one = |asked: &String| words.iter().any(|word| word.eq_ignore_ascii_case(asked));
            asked.is_empty() || asked.iter().any(is_one)
        };
        let holds = |search: &String| {
            entry.name.contains(search.as_str()) || entry.body.to_lowercase().contains(search.as_str())
        };
        is_among(&self.topics, &[entry.topic])
            && is_among(&self.usecases, &[entry.usecase])
            && is_among(&self.industries, entry.industries)
            && self.name.as_ref().is_none_or(|name| name == entry.name)
            && self.search.as_ref().is_none_or(holds)
    }
}

impl LibraryNode {
    fn new(entry: &'static LibraryEntry, language: Language) -> Self {
        let parameters = entry.parameters.iter();
        Self {
            name: entry.name,
            language,
            category: entry.category,
            topic: entry.topic,
            usecase: entry.usecase,
            industry: entry.industries,
            header: entry.header,
            body: entry.body,
            body_params: parameters.clone().map(|(example, _)| *example).collect(),
            body_param_types: parameters.map(|(_, kind)| *kind).collect(),
            buttons: entry.buttons.iter().map(ButtonNode::new).collect(),
            id: entry.id.to_string(),
            is_fallback: !language.code().starts_with("en"),
        }
    }
}

impl ButtonNode {
    const fn new(button: &LibraryButton) -> Self {
        let none = Self { kind: button.kind(), otp_type: None, text: "", url: None, phone_number: None };
        match *button {
            LibraryButton::Otp(kind) => Self { otp_type: Some(kind.word()), text: "Copy code", ..none },
            LibraryButton::Url { text, url } => Self { text, url: Some(url), ..none },
            LibraryButton::PhoneNumber { text, phone_number } => {
                Self { text, phone_number: Some(phone_number), ..none }
            }
        }
    }
}
