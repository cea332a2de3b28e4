//! What a message says, from its acceptance to the phone.

use std::fmt;
use std::sync::Arc;

use cloud_api::send::{FreeFormKind, TemplateValues};
use cloud_api::template::{TemplateCategory, TemplateContent};
use cloud_api::webhook::PricingCategory;
use cloud_api::{FreeForm, OtpCode};
use scenario::Span;

use crate::directory::Template;

/// What an accepted message says.
///
/// The frequent one is small, because millions of them may be on their way.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Content {
    /// A code, in an authentication template.
    Code {
        /// What it was made from.
        template: Arc<Template>,
        /// The code that the text shows.
        #[serde(with = "cloud_api::secret::exposed")]
        code: OtpCode,
        /// The code that the button hands over, where it is another.
        #[serde(default, with = "cloud_api::secret::exposed_if_any")]
        handed_over: Option<Box<OtpCode>>,
    },
    /// A utility or marketing template with its values.
    Template {
        /// What it was made from.
        template: Arc<Template>,
        /// The values.
        values: Arc<TemplateValues>,
    },
    /// A message without a template.
    FreeForm(Arc<FreeFormContent>),
}

/// A message without a template; `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FreeFormContent {
    /// Its type.
    pub kind: FreeFormKind,
    /// What a person reads of it: the text, the caption, the name of the place or the emoji; of what
    /// Meta sets no bound to, the first 4,096 characters.
    pub text: Box<str>,
    /// The object of its type, as the JSON that the request brought; `None` where that has more than
    /// 16 KiB.
    pub object: Option<Box<str>>,
}

/// How long a message without a template is tried to be delivered.
// Source: cloud-api.md §3.6: 30 days where nothing else is said.
const FREE_FORM_TTL: Span = Span::from_secs(30 * 24 * 3_600);

const BODY_LENGTH_MAX: usize = 1_024;
const HEADER_LENGTH_MAX: usize = 60;
const BUTTON_LENGTH_MAX: usize = 2_000;

/// How many characters of a text without a template are kept.
// Source: cloud-api.md 2.2, for texts. Assumed: names and emoji, which nobody bounds, are accepted at
// any length and shown as far as a text may go.
const TEXT_LENGTH_MAX: usize = 4_096;

/// How large an object is kept: twice the largest list of options, in Latin letters.
// Assumed: Meta takes larger ones, as contacts may be; the message is delivered all the same.
const OBJECT_BYTES_MAX: usize = 16 * 1_024;

impl Content {
    /// The template that the message was made from, if it was made from one.
    #[must_use]
    pub const fn template(&self) -> Option<&Arc<Template>> {
        match self {
            Self::Code { template, .. } | Self::Template { template, .. } => Some(template),
            Self::FreeForm(_) => None,
        }
    }

    /// The code that the text shows, if the message carries one in an authentication template.
    #[must_use]
    pub const fn code(&self) -> Option<&OtpCode> {
        match self {
            Self::Code { code, .. } => Some(code),
            Self::Template { .. } | Self::FreeForm(_) => None,
        }
    }

    /// The code that the button hands over, be it by copying, by autofill or without a tap.
    #[must_use]
    pub fn code_handed_over(&self) -> Option<&OtpCode> {
        match self {
            Self::Code { code, handed_over, .. } => Some(handed_over.as_deref().unwrap_or(code)),
            Self::Template { .. } | Self::FreeForm(_) => None,
        }
    }

    /// The code that a person gets from the message, whatever carries it.
    ///
    /// Outside of authentication templates it is the last word of four to eight digits, among the
    /// values or in the text: names, dates and places come before the code.
    // Assumed: how people find it.
    #[must_use]
    pub fn legible_code(&self) -> Option<OtpCode> {
        match self {
            Self::Code { .. } => self.code_handed_over().cloned(),
            Self::Template { values, .. } => {
                let buttons = values.buttons.iter().map(|(_, value)| value.as_ref());
                last_code(values.body.iter().map(AsRef::as_ref).chain(buttons))
            }
            Self::FreeForm(content) => last_code(std::iter::once(content.text.as_ref())),
        }
    }

    /// How long the message is tried to be delivered.
    #[must_use]
    pub fn ttl(&self) -> Span {
        self.template().map_or(FREE_FORM_TTL, |template| template.ttl)
    }

    /// The category of the template, if the message was made from one.
    #[must_use]
    pub fn category(&self) -> Option<TemplateCategory> {
        self.template().map(|template| template.record.template.category())
    }

    /// Whether the text with its values is longer than Meta takes.
    // Source: cloud-api.md §8, 132005. Assumed: the limits are those of the template's own texts, and
    // for what goes into a button, of its address.
    pub(crate) fn is_too_long(&self) -> bool {
        let Self::Template { template, values } = self else { return false };
        let TemplateContent::Custom(custom) = &template.record.template.content else { return false };
        let body: Vec<&str> = values.body.iter().map(AsRef::as_ref).collect();
        let is_above = |text: &str, length_max: usize| text.chars().count() > length_max;
        is_above(&custom.body.filled(&body), BODY_LENGTH_MAX)
            || values.header.as_deref().is_some_and(|header| is_above(header, HEADER_LENGTH_MAX))
            || values.buttons.iter().any(|(_, value)| is_above(value, BUTTON_LENGTH_MAX))
    }

    /// As what the message is paid for.
    #[must_use]
    pub fn pricing(&self) -> PricingCategory {
        match self.category() {
            Some(TemplateCategory::Authentication) => PricingCategory::Authentication,
            Some(TemplateCategory::Utility) => PricingCategory::Utility,
            Some(TemplateCategory::Marketing) => PricingCategory::Marketing,
            None => PricingCategory::Service,
        }
    }
}

fn last_code<'a>(texts: impl DoubleEndedIterator<Item = &'a str>) -> Option<OtpCode> {
    let is_code = |word: &&str| (4..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    let mut words = texts.rev().flat_map(|text| text.rsplit(|c: char| !c.is_alphanumeric()));
    words.find(is_code).and_then(|word| word.parse().ok())
}

impl From<&FreeForm<'_>> for FreeFormContent {
    fn from(message: &FreeForm<'_>) -> Self {
        let text = message.text.as_ref();
        let end = text.char_indices().nth(TEXT_LENGTH_MAX).map_or(text.len(), |(end, _)| end);
        let object = Some(message.object).filter(|object| object.len() <= OBJECT_BYTES_MAX);
        Self { kind: message.kind, text: text[..end].into(), object: object.map(Into::into) }
    }
}

impl fmt::Debug for FreeFormContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreeFormContent").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::{MessageBody, SendRequest, parse_send};
    use expect_test::{Expect, expect};

    use super::{FreeFormContent, last_code};

    #[track_caller]
    fn check(texts: &[&str], expected: Expect) {
        let code = last_code(texts.iter().copied());
        expected.assert_eq(code.as_ref().map_or("none", |code| code.expose()));
    }

    #[test]
    fn people_take_the_last_word_of_four_to_eight_digits_for_the_code() {
        check(&["Dr. Weber", "2026", "0930", "482913"], expect!["482913"]);
        check(&["Your code is 4829. It is good for 10 minutes."], expect!["4829"]);
        check(&["Use 482913, not tel. +16505551234"], expect!["482913"]);
        check(&["482913", "A1B2C3", "123456789", "12"], expect!["482913"]);
        check(&["no code", ""], expect!["none"]);
    }

    /// Tells what is kept of a message of this type and object.
    #[track_caller]
    fn check_kept(kind: &str, object: &str, expected: Expect) {
        let body =
            format!(r#"{{"messaging_product":"whatsapp","to":"1","type":"{kind}","{kind}":{object}}}"#);
        let Ok(SendRequest::Message(send)) = parse_send(body.as_bytes()) else { panic!("it is accepted") };
        let MessageBody::FreeForm(message) = &send.body else { panic!("it has no template") };
        let kept = FreeFormContent::from(message);
        let is_whole = kept.object.as_deref() == Some(object);
        let (length, bytes) = (kept.text.chars().count(), kept.object.map(|object| object.len()));
        expected.assert_eq(&format!("{length} characters, object of {bytes:?} bytes, whole: {is_whole}"));
    }

    #[test]
    fn a_list_of_the_most_that_meta_takes_is_kept_whole() {
        let row = |nth: usize| {
            let (id, title, description) = ("i".repeat(199), "t".repeat(24), "d".repeat(72));
            format!(r#"{{"id":"{nth}{id}","title":"{title}","description":"{description}"}}"#)
        };
        let rows: Vec<String> = (0..10).map(row).collect();
        let list = format!(
            r#"{{"type":"list","body":{{"text":"{}"}},"action":{{"button":"Open","sections":[{{"rows":[{}]}}]}}}}"#,
            "b".repeat(4_096),
            rows.join(",")
        );
        check_kept("interactive", &list, expect!["4096 characters, object of Some(7521) bytes, whole: true"]);
    }

    #[test]
    fn five_cards_of_people_are_kept_whole_and_a_thousand_are_not() {
        let cards = |count: usize| {
            let card = r#"{"name":{"formatted_name":"Ann Archer","first_name":"Ann"},
                "phones":[{"phone":"+16505551234","type":"WORK","wa_id":"16505551234"}],
                "emails":[{"email":"ann@example.org","type":"WORK"}],"org":{"company":"Archers"}}"#;
            format!("[{}]", vec![card; count].join(","))
        };
        check_kept("contacts", &cards(5), expect!["58 characters, object of Some(1236) bytes, whole: true"]);
        check_kept("contacts", &cards(1_000), expect!["4096 characters, object of None bytes, whole: false"]);
    }

    #[test]
    fn no_name_and_no_emoji_is_kept_without_end() {
        let long = "é".repeat(100_000);
        check_kept(
            "location",
            &format!(r#"{{"latitude":1,"longitude":2,"name":"{long}"}}"#),
            expect!["4096 characters, object of None bytes, whole: false"],
        );
        let id = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA";
        check_kept(
            "reaction",
            &format!(r#"{{"message_id":"{id}","emoji":"{long}"}}"#),
            expect!["4096 characters, object of None bytes, whole: false"],
        );
    }
}
