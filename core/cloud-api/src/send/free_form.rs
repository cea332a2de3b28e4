//! Messages without a template: their types, and what each must hold.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::raw::{RawContact, RawLocation, RawMedia, RawReaction, RawText};
use super::{check_length, interactive, missing};
use crate::lenient::{List, Object, Scalar, Shaped};
use crate::message_id::MessageId;
use crate::refusal::Refusal;

/// A message without a template; `Debug` hides what it says.
#[derive(Clone, PartialEq)]
pub struct FreeForm<'a> {
    /// Its type.
    pub kind: FreeFormKind,
    /// What a person reads of it: the text, the caption, the name of the place or the emoji.
    pub text: Cow<'a, str>,
    /// The object of its type, as the JSON that the request brought.
    pub object: &'a str,
    /// The id of the uploaded file that it shows, if it is media and names one: digits, of any number.
    pub media: Option<Cow<'a, str>>,
}

/// The types of messages without a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum FreeFormKind {
    /// A text.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// Cards of people.
    Contacts,
    /// An emoji on another message.
    Reaction,
    /// Something to press or to choose from.
    Interactive,
}

const TEXT_LENGTH_MAX: usize = 4096;
// Source: cloud-api.md 2.2.
const CAPTION_LENGTH_MAX: usize = 1024;

impl FreeFormKind {
    /// All types, in the order in which Meta's guide has them.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Document,
        Self::Sticker,
        Self::Location,
        Self::Contacts,
        Self::Reaction,
        Self::Interactive,
    ];

    /// The word on the wire, which is the name of the type's object too.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Reaction => "reaction",
            Self::Interactive => "interactive",
        }
    }

    /// The type of this word, in any case.
    pub(super) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word))
    }
}

impl<'a> FreeForm<'a> {
    // Source: cloud-api.md 1.4 and 2.2.
    pub(super) fn parse(kind: FreeFormKind, object: Option<&'a str>) -> Result<Self, Refusal> {
        let absent = || Refusal::TypeObjectMissing { kind: kind.word() };
        let object = object.ok_or_else(absent)?;
        let mut media = None;
        let text = match kind {
            FreeFormKind::Text => read(object, absent).and_then(text_of)?,
            FreeFormKind::Image | FreeFormKind::Video | FreeFormKind::Document => {
                let raw: RawMedia<'_> = read(object, absent)?;
                media = check_media(kind, &raw)?;
                caption_of(kind, raw)?
            }
            FreeFormKind::Audio | FreeFormKind::Sticker => {
                media = check_media(kind, &read(object, absent)?)?;
                Cow::Borrowed("")
            }
            FreeFormKind::Location => read(object, absent).and_then(place_of)?,
            FreeFormKind::Contacts => names_of(object, absent)?,
            FreeFormKind::Reaction => read(object, absent).and_then(emoji_of)?,
            FreeFormKind::Interactive => Cow::Owned(interactive::text_of(object)?),
        };
        Ok(Self { kind, text, object, media })
    }
}

fn read<'a, T: Deserialize<'a>>(json: &'a str, absent: impl Fn() -> Refusal) -> Result<T, Refusal> {
    match serde_json::from_str::<Object<T>>(json) {
        Ok(Object(Shaped::Fits(object))) => Ok(object),
        Ok(_) | Err(_) => Err(absent()),
    }
}

fn text_of(RawText { body }: RawText<'_>) -> Result<Cow<'_, str>, Refusal> {
    let body = body.into_text().filter(|body| !body.is_empty());
    let body = body.ok_or_else(|| missing("text['body']"))?;
    check_length("text['body']", &body, TEXT_LENGTH_MAX)?;
    Ok(body)
}

fn caption_of(kind: FreeFormKind, media: RawMedia<'_>) -> Result<Cow<'_, str>, Refusal> {
    let caption = media.caption.into_text().unwrap_or_default();
    let name = match kind {
        FreeFormKind::Image => "image['caption']",
        FreeFormKind::Video => "video['caption']",
        _ => "document['caption']",
    };
    check_length(name, &caption, CAPTION_LENGTH_MAX)?;
    Ok(caption)
}

/// Checks that media are given by one id or one link, and gives the id.
// Source: cloud-api.md 2.2: an id or a link.
// Assumed: the refusals; of both the id counts; a link is an address of HTTP.
fn check_media<'a>(kind: FreeFormKind, media: &RawMedia<'a>) -> Result<Option<Cow<'a, str>>, Refusal> {
    if !media.id.is_absent() {
        return match &media.id {
            Scalar::Integer(id) if *id >= 0 => Ok(Some(id.to_string().into())),
            Scalar::Text(id) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Some(id.clone()))
            }
            _ => Err(Refusal::ParameterValueInvalid),
        };
    }
    match &media.link {
        Scalar::Absent => Err(missing(format!("{}['id']", kind.word()))),
        Scalar::Text(link) if is_address(link) => Ok(None),
        _ => Err(Refusal::ParameterValueInvalid),
    }
}

pub(super) fn is_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

fn place_of(place: RawLocation<'_>) -> Result<Cow<'_, str>, Refusal> {
    for (name, degrees, most) in
        [("location['latitude']", &place.latitude, 90.0), ("location['longitude']", &place.longitude, 180.0)]
    {
        let degrees = degrees.as_ref().filter(|degrees| !degrees.is_null());
        let degrees = degrees.ok_or_else(|| missing(name))?;
        let number = degrees.as_f64().or_else(|| degrees.as_str()?.trim().parse().ok());
        if !number.is_some_and(|number| (-most..=most).contains(&number)) {
            return Err(Refusal::ParameterValueInvalid);
        }
    }
    Ok(place.name.into_text().unwrap_or_default())
}

// Assumed: a contact needs a formatted name, as Meta's guide marks it.
fn names_of(json: &str, absent: impl Fn() -> Refusal) -> Result<Cow<'_, str>, Refusal> {
    let contacts = match serde_json::from_str::<List<Object<RawContact<'_>>>>(json) {
        Ok(List(Shaped::Fits(contacts))) if !contacts.is_empty() => contacts,
        Ok(_) | Err(_) => return Err(absent()),
    };
    let mut names = Vec::with_capacity(contacts.len());
    for (place, contact) in contacts.into_iter().enumerate() {
        let Object(Shaped::Fits(RawContact { name: Object(Shaped::Fits(name)) })) = contact else {
            return Err(missing(format!("contacts[{place}]['name']")));
        };
        let formatted = name.formatted_name.into_text().filter(|name| !name.is_empty());
        names.push(formatted.ok_or_else(|| missing(format!("contacts[{place}]['name']['formatted_name']")))?);
    }
    Ok(names.join(", ").into())
}

// Source: cloud-api.md 2.2: an empty emoji removes the reaction.
fn emoji_of(reaction: RawReaction<'_>) -> Result<Cow<'_, str>, Refusal> {
    let id = reaction.message_id.into_text().ok_or_else(|| missing("reaction['message_id']"))?;
    id.parse::<MessageId>().map_err(|_| Refusal::ParameterValueInvalid)?;
    Ok(reaction.emoji.into_text().unwrap_or_default())
}

impl fmt::Debug for FreeForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreeForm").field("kind", &self.kind).finish_non_exhaustive()
    }
}
