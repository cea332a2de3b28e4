//! What a person sends to a business besides texts and taps, and errors of a whole number.

use cloud_api::webhook::account::Preference;
use cloud_api::webhook::{InboundContent, InboundMedia, MediaKind};
use cloud_api::{AsyncFailure, FailureCode, IdentityHash, MessageId, Recipient};
use cloud_sim::Keys;
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok};
use crate::engine::PhoneError;

/// What a person sends.
#[derive(Deserialize)]
struct Sent {
    /// The phone number id of the business; without it, the one that wrote last.
    to: Option<String>,
    #[serde(flatten)]
    what: What,
}

// Fields of other types are refused here: serde does not where another struct flattens this.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum What {
    ButtonReply { about: String, id: Box<str>, title: Box<str> },
    ListReply { about: String, id: Box<str>, title: Box<str>, description: Option<Box<str>> },
    Reaction { about: String, emoji: Option<Box<str>> },
    Image(Media),
    Audio(Media),
    Video(Media),
    Document(Media),
    Sticker(Media),
    Unsupported { kind: Option<Box<str>>, code: Option<u32> },
    IdentityChanged { hash: Option<String> },
    MarketingPreference { value: Wish },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    media_id: Option<u64>,
    mime_type: Option<Box<str>>,
    sha256: Option<Box<str>>,
    caption: Option<Box<str>>,
    filename: Option<Box<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wish {
    Stop,
    Resume,
}

/// An error that belongs to no message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trouble {
    phone_number_id: String,
    code: u32,
    details: Option<String>,
}

#[derive(Serialize)]
struct Said {
    /// The message; there is none where only a wish was told.
    id: Option<String>,
}

/// The SHA-256 of nothing, in base64, for media that has no bytes here.
const OF_NOTHING: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// The id of media that is not kept here.
// Assumed: an id of 16 digits, as in Meta's samples.
const MEDIA_ID: u64 = 1_003_383_421_387_256;

impl Control {
    /// Sends the business something that is no text, from a phone.
    pub(super) fn send_inbound(&self, call: &Call<'_>) -> Told {
        let person = call.number()?;
        let Sent { to, what } = call.saying()?;
        let wrong = |_| Problem::bad("`to` must be a phone number id, which is a whole number");
        let to = to.map(|id| id.parse().map_err(wrong)).transpose()?;
        let content = match what {
            What::ButtonReply { about, id, title } => {
                InboundContent::ButtonReply { about: self.message(person, &about)?, id, title }
            }
            What::ListReply { about, id, title, description } => {
                InboundContent::ListReply { about: self.message(person, &about)?, id, title, description }
            }
            What::Reaction { about, emoji } => {
                InboundContent::Reaction { about: self.message(person, &about)?, emoji }
            }
            What::Image(media) => media.of(MediaKind::Image, "image/jpeg"),
            What::Audio(media) => media.of(MediaKind::Audio, "audio/ogg; codecs=opus"),
            What::Video(media) => media.of(MediaKind::Video, "video/mp4"),
            What::Document(media) => media.of(MediaKind::Document, "application/pdf"),
            What::Sticker(media) => media.of(MediaKind::Sticker, "image/webp"),
            What::Unsupported { kind, code } => {
                let code = code.map(failure_code).transpose()?;
                InboundContent::Unsupported { kind: kind.unwrap_or_else(|| "unknown".into()), code }
            }
            What::IdentityChanged { hash } => {
                let id = self.engine.change_keys(person, to, keys(hash)?)?;
                return ok(&Said { id: Some(id.to_string()) });
            }
            What::MarketingPreference { value } => return self.wish(person, to, &value),
        };
        let id = self.engine.reply(person, to, content.into())?;
        ok(&Said { id: Some(id.to_string()) })
    }

    /// Tells the apps of a number that something is wrong with it.
    pub(super) fn trouble(&self, call: &Call<'_>) -> Told {
        let Trouble { phone_number_id, code, details } = call.json()?;
        let code = failure_code(code)?;
        let directory = self.engine.directory();
        let number = phone_number_id.parse().ok().and_then(|id| directory.number(id));
        let number = number.ok_or_else(|| {
            let rule = "must be the id of a phone number that there is";
            Problem::new(404, format!("`phone_number_id` is `{phone_number_id}`, but {rule}"))
        })?;
        let details = details.map(Into::into);
        self.engine.troubled(number, AsyncFailure { details, ..AsyncFailure::new(code) });
        ok(&Said { id: None })
    }

    /// Tells the apps what a person wants of a business's marketing.
    fn wish(&self, person: Recipient, to: Option<cloud_api::PhoneNumberId>, value: &Wish) -> Told {
        let number = self.engine.business_of(person, to)?;
        let preference = match value {
            Wish::Stop => Preference::Stop,
            Wish::Resume => Preference::Resume,
        };
        self.engine.wish(&number, person, preference);
        ok(&Said { id: None })
    }

    /// The message that `about` names: an id that the business was given, or `latest`.
    pub(super) fn message(&self, person: Recipient, about: &str) -> Result<MessageId, PhoneError> {
        match about.parse() {
            Ok(id) => Ok(id),
            Err(_) => self.engine.message_on(person, about).map(|arrived| arrived.id),
        }
    }
}

/// A code of Meta's table.
fn failure_code(code: u32) -> Result<FailureCode, Problem> {
    let wrong = |error| Problem::bad(format!("`code` is {code}, but must be one of Meta's: {error}"));
    FailureCode::new(code).map_err(wrong)
}

/// The keys that a phone has from now on: those with this fingerprint, or any others.
fn keys(hash: Option<String>) -> Result<Keys, Problem> {
    let hash = hash.map(|hash| hash.parse::<IdentityHash>()).transpose();
    let hash = hash.map_err(|error| Problem::bad(format!("`hash`: {error}")))?;
    Ok(hash.map_or(Keys::Renewed, Keys::Of))
}

impl Media {
    fn of(self, kind: MediaKind, mime_type: &str) -> InboundContent {
        InboundContent::Media(InboundMedia {
            kind,
            id: self.media_id.unwrap_or(MEDIA_ID),
            mime_type: self.mime_type.unwrap_or_else(|| mime_type.into()),
            sha256: self.sha256.unwrap_or_else(|| OF_NOTHING.into()),
            caption: self.caption,
            filename: self.filename,
        })
    }
}
