//! A request to `POST /{version}/{phone number id}/messages`.

mod builder;
mod fit;
mod free_form;
mod interactive;
mod plain;
mod raw;
mod template;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

pub use builder::AuthenticationSend;
pub use fit::{ButtonValues, SentCode, TemplateValues};
pub use free_form::{FreeForm, FreeFormKind};
pub use template::{ButtonKind, Component, ComponentKind, Parameter, ParameterKind, TemplateSend};

use crate::id::WabaId;
use crate::lenient::{Object, Scalar, Shaped, read_body};
use crate::message_id::MessageId;
use crate::profile::Facts;
use crate::recipient::Recipient;
use crate::refusal::Refusal;
use crate::user_id::person_of;
use raw::RawSend;

/// What a request asks for; it borrows from the body where it can.
#[derive(Clone, Debug, PartialEq)]
pub enum SendRequest<'a> {
    /// Send a message.
    Message(MessageSend<'a>),
    /// Tell a person that a message was read.
    MarkAsRead(MarkAsRead),
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageSend<'a> {
    /// Where it goes.
    pub to: Addressee<'a>,
    /// What it says.
    pub body: MessageBody<'a>,
    /// The message that it answers, if it quotes one.
    pub context: Option<MessageId>,
    /// What every status of the message repeats.
    pub biz_opaque_callback_data: Option<Cow<'a, str>>,
    /// The fingerprint that the recipient's keys must have, or the message is not delivered.
    pub recipient_identity_key_hash: Option<Cow<'a, str>>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageBody<'a> {
    /// A template with values; it may go to anybody at any time.
    Template(TemplateSend<'a>),
    /// Anything else, which reaches people who wrote within 24 hours.
    FreeForm(FreeForm<'a>),
}

/// Where a message goes, as the request says it; `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct Addressee<'a>(Named<'a>);

#[derive(Clone, PartialEq)]
enum Named<'a> {
    /// By a phone number.
    Number(Cow<'a, str>),
    /// By a business-scoped id.
    UserId(Cow<'a, str>),
}

/// A read receipt for a message that a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkAsRead {
    /// The message that was read.
    pub message_id: MessageId,
    /// Whether the person sees that an answer is being typed.
    pub shows_typing: bool,
}

/// The types that Meta knows, as its message about unknown types lists them.
// Assumed: exactly these.
const TYPES: &str =
    "AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO";

// Assumed: as for calls, where the OpenAPI file states it.
const CALLBACK_DATA_LENGTH_MAX: usize = 512;

/// Reads the body of a request.
///
/// What is not a JSON object counts as no parameters at all. Whether the template exists and its
/// values fit it is not known here; see [`TemplateSend::values`].
///
/// # Errors
///
/// The refusal that Meta would answer, before it looks at the phone number's state.
// Source: cloud-api.md 1.4: required parameters, then the object of the type.
// Assumed: the values, such as the phone number, come last.
pub fn parse_send(body: &[u8]) -> Result<SendRequest<'_>, Refusal> {
    plain::read(body).map_or_else(|| parse_tolerantly(body), |send| Ok(SendRequest::Message(send)))
}

fn parse_tolerantly(body: &[u8]) -> Result<SendRequest<'_>, Refusal> {
    let mut raw: RawSend<'_> = read_body(body);
    check_product(std::mem::take(&mut raw.messaging_product))?;
    if !raw.status.is_absent() {
        return parse_mark_as_read(raw).map(SendRequest::MarkAsRead);
    }
    if raw.to.is_absent() && raw.recipient.is_absent() {
        return Err(missing("to"));
    }
    let body = parse_body(&mut raw)?;
    parse_common(raw, body).map(SendRequest::Message)
}

fn check_product(product: Scalar<'_>) -> Result<(), Refusal> {
    if product.is_absent() {
        return Err(missing("messaging_product"));
    }
    let product = product.into_text().unwrap_or_default();
    if product.eq_ignore_ascii_case("whatsapp") {
        Ok(())
    } else {
        Err(not_one_of("messaging_product", "WHATSAPP", product))
    }
}

fn parse_mark_as_read(raw: RawSend<'_>) -> Result<MarkAsRead, Refusal> {
    let status = raw.status.into_text().unwrap_or_default();
    if !status.eq_ignore_ascii_case("read") {
        return Err(not_one_of("status", "READ", status));
    }
    let message_id = raw.message_id.into_text().ok_or_else(|| missing("message_id"))?;
    let message_id = message_id.parse().map_err(|_| Refusal::ParameterValueInvalid)?;
    let shows_typing = match raw.typing_indicator {
        Object(Shaped::Absent) => false,
        Object(Shaped::Fits(typing)) => {
            let kind = typing.kind.into_text().ok_or_else(|| missing("typing_indicator['type']"))?;
            if !kind.eq_ignore_ascii_case("text") {
                return Err(not_one_of("typing_indicator['type']", "TEXT", kind));
            }
            true
        }
        Object(Shaped::Other) => return Err(missing("typing_indicator['type']")),
    };
    Ok(MarkAsRead { message_id, shows_typing })
}

// Source: cloud-api.md 2.1: without a type it is a text.
fn parse_body<'a>(raw: &mut RawSend<'a>) -> Result<MessageBody<'a>, Refusal> {
    let kind = match std::mem::take(&mut raw.kind) {
        Scalar::Absent => Cow::Borrowed("text"),
        kind => kind.into_text().unwrap_or_default(),
    };
    if kind.eq_ignore_ascii_case("template") {
        let Object(Shaped::Fits(object)) = std::mem::take(&mut raw.template) else {
            return Err(Refusal::TypeObjectMissing { kind: "template" });
        };
        return template::parse(object).map(MessageBody::Template);
    }
    match FreeFormKind::read(&kind) {
        Some(kind) => FreeForm::parse(kind, raw.object(kind)).map(MessageBody::FreeForm),
        None => Err(not_one_of("type", TYPES, kind)),
    }
}

/// Reads what all types of message share.
fn parse_common<'a>(raw: RawSend<'a>, body: MessageBody<'a>) -> Result<MessageSend<'a>, Refusal> {
    check_recipient_type(raw.recipient_type)?;
    let callback_data = match raw.biz_opaque_callback_data {
        Scalar::Other => {
            let details = "Param biz_opaque_callback_data must be a string.".into();
            return Err(Refusal::InvalidParameter { details });
        }
        plain => plain.into_text(),
    };
    if let Some(text) = &callback_data
        && text.chars().count() > CALLBACK_DATA_LENGTH_MAX
    {
        return Err(Refusal::ParameterTooLong {
            name: "biz_opaque_callback_data",
            length_max: CALLBACK_DATA_LENGTH_MAX,
        });
    }
    check_marketing(raw.product_policy, &raw.message_activity_sharing)?;
    let context = match raw.context {
        Object(Shaped::Fits(context)) => context.message_id.into_text(),
        Object(_) => None,
    };
    let context = context.map(|id| id.parse().map_err(|_| Refusal::ParameterValueInvalid)).transpose()?;
    let to = parse_addressee(raw.to, raw.recipient)?;
    Ok(MessageSend {
        to,
        body,
        context,
        biz_opaque_callback_data: callback_data,
        recipient_identity_key_hash: raw.recipient_identity_key_hash.into_text(),
    })
}

// Source: cloud-api.md 2.1: `to` wins where both are given.
fn parse_addressee<'a>(to: Scalar<'a>, recipient: Scalar<'a>) -> Result<Addressee<'a>, Refusal> {
    let named = match to {
        Scalar::Absent => recipient.into_text().map(Named::UserId),
        Scalar::Integer(number) if number < 0 => None,
        to => to.into_text().map(Named::Number),
    };
    named.map(Addressee).ok_or(Refusal::ParameterValueInvalid)
}

/// Checks what only the marketing edge looks at.
// Source: cloud-api.md 2.1. Assumed: the other edge checks it too, and makes nothing of it; both
// policies do the same here, because the mock has no second way to deliver marketing messages.
fn check_marketing(policy: Scalar<'_>, sharing: &Scalar<'_>) -> Result<(), Refusal> {
    if !sharing.is_absent() && sharing.flag().is_none() {
        let details = "Param message_activity_sharing must be true or false.";
        return Err(Refusal::InvalidParameter { details: details.into() });
    }
    if policy.is_absent() {
        return Ok(());
    }
    let found = policy.into_text().unwrap_or_default();
    let is_known = ["CLOUD_API_FALLBACK", "STRICT"].iter().any(|known| known.eq_ignore_ascii_case(&found));
    if is_known { Ok(()) } else { Err(not_one_of("product_policy", "CLOUD_API_FALLBACK, STRICT", found)) }
}

// Assumed: a group is refused as an unreadable number, because the mock has no groups.
fn check_recipient_type(recipient_type: Scalar<'_>) -> Result<(), Refusal> {
    if recipient_type.is_absent() {
        return Ok(());
    }
    let found = recipient_type.into_text().unwrap_or_default();
    if found.eq_ignore_ascii_case("individual") {
        Ok(())
    } else if found.eq_ignore_ascii_case("group") {
        Err(Refusal::ParameterValueInvalid)
    } else {
        Err(not_one_of("recipient_type", "INDIVIDUAL, GROUP", found))
    }
}

impl<'a> Addressee<'a> {
    pub(super) const fn of_number(text: Cow<'a, str>) -> Self {
        Self(Named::Number(text))
    }

    /// The number or the id as it was given, which the answer repeats.
    #[must_use]
    pub fn input(&self) -> &str {
        match &self.0 {
            Named::Number(text) | Named::UserId(text) => text,
        }
    }

    /// Whether it is a business-scoped id.
    #[must_use]
    pub const fn is_user_id(&self) -> bool {
        matches!(self.0, Named::UserId(_))
    }

    /// The number that is meant, when this number of this account sends to it.
    ///
    /// # Errors
    ///
    /// When it is no phone number, or no id by which the account knows anybody.
    // Source: cloud-api.md 1.4: 131009. Assumed: for ids too.
    pub fn recipient(&self, from: Recipient, waba: WabaId, facts: &Facts) -> Result<Recipient, Refusal> {
        let recipient = match &self.0 {
            Named::Number(text) => Recipient::dialled(text, from, facts.country_code).ok(),
            Named::UserId(id) => person_of(waba, id),
        };
        recipient.ok_or(Refusal::ParameterValueInvalid)
    }
}

impl fmt::Debug for Addressee<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addressee(********)")
    }
}

fn missing(name: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::MissingParameter { name: name.into() }
}

fn not_one_of(name: impl Into<Cow<'static, str>>, allowed: &'static str, found: Cow<'_, str>) -> Refusal {
    Refusal::ParameterNotOneOf { name: name.into(), allowed, found: found.into_owned() }
}

/// Refuses a text of more than `length_max` characters.
fn check_length(name: &'static str, text: &str, length_max: usize) -> Result<(), Refusal> {
    // A character has at least one byte, so that short texts need not be counted.
    if text.len() > length_max && text.chars().count() > length_max {
        return Err(Refusal::ParameterTooLong { name, length_max });
    }
    Ok(())
}
