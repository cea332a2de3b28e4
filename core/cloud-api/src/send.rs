//! A request to `POST /{version}/{phone number id}/messages`.

mod builder;
mod raw;
mod template;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

pub use builder::AuthenticationSend;
pub use template::{Component, ComponentKind, Parameter, ParameterKind, TemplateSend};

use crate::lenient::{Object, Scalar, Shaped, read_body};
use crate::message_id::MessageId;
use crate::recipient::Recipient;
use crate::refusal::Refusal;
use raw::{RawSend, RawText};

/// What a request asks for; it borrows from the body where it can.
#[derive(Clone, Debug, PartialEq)]
pub enum SendRequest<'a> {
    /// Send a template.
    Template(TemplateSend<'a>),
    /// Send a text, which reaches people who wrote within 24 hours.
    Text(TextSend<'a>),
    /// Tell a person that a message was read.
    MarkAsRead(MarkAsRead),
}

/// Where a message goes; `Debug` shows the masked number only.
#[derive(Clone, PartialEq)]
pub struct Addressee<'a> {
    /// The number understood.
    pub recipient: Recipient,
    /// The number as it was given, which the answer repeats.
    pub input: Cow<'a, str>,
}

/// A text message; `Debug` hides the text, which may hold a code.
#[derive(Clone, PartialEq)]
pub struct TextSend<'a> {
    /// Where it goes.
    pub to: Addressee<'a>,
    /// The text, 1 to 4096 characters.
    pub body: Cow<'a, str>,
    /// What every status of the message repeats.
    pub biz_opaque_callback_data: Option<Cow<'a, str>>,
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
const TEXT_LENGTH_MAX: usize = 4096;
// Assumed: as for calls, where the OpenAPI file states it.
const CALLBACK_DATA_LENGTH_MAX: usize = 512;

/// Reads the body of a request.
///
/// What is not a JSON object counts as no parameters at all. Whether the template exists and the
/// code fits it is not known here; see [`TemplateSend::authentication_code`].
///
/// # Errors
///
/// The refusal that Meta would answer, before it looks at the phone number's state.
// Source: cloud-api.md 1.4: required parameters, then the object of the type.
// Assumed: the values, such as the phone number, come last.
pub fn parse_send(body: &[u8]) -> Result<SendRequest<'_>, Refusal> {
    let mut raw: RawSend<'_> = read_body(body);
    check_product(std::mem::take(&mut raw.messaging_product))?;
    if !raw.status.is_absent() {
        return parse_mark_as_read(raw).map(SendRequest::MarkAsRead);
    }
    if raw.to.is_absent() && raw.recipient.is_absent() {
        return Err(missing("to"));
    }
    let kind = match std::mem::take(&mut raw.kind) {
        Scalar::Absent => Cow::Borrowed("text"),
        kind => kind.into_text().unwrap_or_default(),
    };
    match kind.to_ascii_lowercase().as_str() {
        "template" => parse_template(raw).map(SendRequest::Template),
        "text" => parse_text(raw).map(SendRequest::Text),
        "audio" | "contacts" | "document" | "image" | "interactive" | "location" | "reaction" | "sticker"
        | "video" => Err(Refusal::UnsupportedMessageType),
        _ => Err(not_one_of("type", TYPES, kind)),
    }
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
    let shows_typing = matches!(raw.typing_indicator, Object(Shaped::Fits(_)));
    Ok(MarkAsRead { message_id, shows_typing })
}

fn parse_template(mut raw: RawSend<'_>) -> Result<TemplateSend<'_>, Refusal> {
    let Object(Shaped::Fits(object)) = std::mem::take(&mut raw.template) else {
        return Err(Refusal::TypeObjectMissing { kind: "template" });
    };
    let content = template::parse_content(object)?;
    let (to, biz_opaque_callback_data) = parse_common(raw)?;
    Ok(TemplateSend {
        to,
        name: content.name,
        language: content.language,
        components: content.components,
        biz_opaque_callback_data,
    })
}

fn parse_text(mut raw: RawSend<'_>) -> Result<TextSend<'_>, Refusal> {
    let Object(Shaped::Fits(RawText { body })) = std::mem::take(&mut raw.text) else {
        return Err(Refusal::TypeObjectMissing { kind: "text" });
    };
    let body = body.into_text().filter(|body| !body.is_empty());
    let body = body.ok_or_else(|| missing("text['body']"))?;
    if body.chars().count() > TEXT_LENGTH_MAX {
        return Err(Refusal::ParameterTooLong { name: "text['body']", length_max: TEXT_LENGTH_MAX });
    }
    let (to, biz_opaque_callback_data) = parse_common(raw)?;
    Ok(TextSend { to, body, biz_opaque_callback_data })
}

/// Reads what all types of message share.
fn parse_common(raw: RawSend<'_>) -> Result<(Addressee<'_>, Option<Cow<'_, str>>), Refusal> {
    check_recipient_type(raw.recipient_type)?;
    let callback_data = raw.biz_opaque_callback_data.into_text();
    if let Some(text) = &callback_data
        && text.chars().count() > CALLBACK_DATA_LENGTH_MAX
    {
        return Err(Refusal::ParameterTooLong {
            name: "biz_opaque_callback_data",
            length_max: CALLBACK_DATA_LENGTH_MAX,
        });
    }
    // Assumed: no message of this mock can be sent to a business-scoped user id.
    if raw.to.is_absent() {
        return Err(Refusal::UserIdNotSupported);
    }
    if matches!(raw.to, Scalar::Integer(number) if number < 0) {
        return Err(Refusal::ParameterValueInvalid);
    }
    let input = raw.to.into_text().ok_or(Refusal::ParameterValueInvalid)?;
    let recipient = input.parse().map_err(|_| Refusal::ParameterValueInvalid)?;
    Ok((Addressee { recipient, input }, callback_data))
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

impl fmt::Debug for Addressee<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addressee({})", self.recipient)
    }
}

impl fmt::Debug for TextSend<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextSend").field("to", &self.to).finish_non_exhaustive()
    }
}

fn missing(name: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::MissingParameter { name: name.into() }
}

fn not_one_of(name: impl Into<Cow<'static, str>>, allowed: &'static str, found: Cow<'_, str>) -> Refusal {
    Refusal::ParameterNotOneOf { name: name.into(), allowed, found: found.into_owned() }
}
