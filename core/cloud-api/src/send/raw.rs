//! The shapes of a request before any of it is believed.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::FreeFormKind;
use crate::lenient::{List, Object, Scalar};

/// The body of a request.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawSend<'a> {
    #[serde(borrow)]
    pub(super) messaging_product: Scalar<'a>,
    #[serde(borrow)]
    pub(super) recipient_type: Scalar<'a>,
    #[serde(borrow)]
    pub(super) to: Scalar<'a>,
    #[serde(borrow)]
    pub(super) recipient: Scalar<'a>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
    #[serde(borrow)]
    pub(super) template: Object<RawTemplate<'a>>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    image: Option<&'a RawValue>,
    #[serde(borrow)]
    video: Option<&'a RawValue>,
    #[serde(borrow)]
    audio: Option<&'a RawValue>,
    #[serde(borrow)]
    document: Option<&'a RawValue>,
    #[serde(borrow)]
    sticker: Option<&'a RawValue>,
    #[serde(borrow)]
    location: Option<&'a RawValue>,
    #[serde(borrow)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    reaction: Option<&'a RawValue>,
    #[serde(borrow)]
    interactive: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) context: Object<RawContext<'a>>,
    #[serde(borrow)]
    pub(super) biz_opaque_callback_data: Scalar<'a>,
    #[serde(borrow)]
    pub(super) recipient_identity_key_hash: Scalar<'a>,
    #[serde(borrow)]
    pub(super) product_policy: Scalar<'a>,
    #[serde(borrow)]
    pub(super) message_activity_sharing: Scalar<'a>,
    #[serde(borrow)]
    pub(super) status: Scalar<'a>,
    #[serde(borrow)]
    pub(super) message_id: Scalar<'a>,
    #[serde(borrow)]
    pub(super) typing_indicator: Object<RawTyping<'a>>,
}

impl<'a> RawSend<'a> {
    /// The object of a type, as JSON.
    pub(super) fn object(&self, kind: FreeFormKind) -> Option<&'a str> {
        let object = match kind {
            FreeFormKind::Text => self.text,
            FreeFormKind::Image => self.image,
            FreeFormKind::Video => self.video,
            FreeFormKind::Audio => self.audio,
            FreeFormKind::Document => self.document,
            FreeFormKind::Sticker => self.sticker,
            FreeFormKind::Location => self.location,
            FreeFormKind::Contacts => self.contacts,
            FreeFormKind::Reaction => self.reaction,
            FreeFormKind::Interactive => self.interactive,
        };
        object.map(RawValue::get)
    }
}

/// What a message answers.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawContext<'a> {
    #[serde(borrow)]
    pub(super) message_id: Scalar<'a>,
}

/// The object of a picture, a film, a sound, a file or a sticker.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMedia<'a> {
    #[serde(borrow)]
    pub(super) id: Scalar<'a>,
    #[serde(borrow)]
    pub(super) link: Scalar<'a>,
    #[serde(borrow)]
    pub(super) caption: Scalar<'a>,
}

/// The object of a place.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawLocation<'a> {
    pub(super) latitude: Option<Value>,
    pub(super) longitude: Option<Value>,
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
}

/// One card of a person.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawContact<'a> {
    #[serde(borrow)]
    pub(super) name: Object<RawName<'a>>,
}

/// The name on a card.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawName<'a> {
    #[serde(borrow)]
    pub(super) formatted_name: Scalar<'a>,
}

/// The object of a reaction.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawReaction<'a> {
    #[serde(borrow)]
    pub(super) message_id: Scalar<'a>,
    #[serde(borrow)]
    pub(super) emoji: Scalar<'a>,
}

/// The object of a text message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawText<'a> {
    #[serde(borrow)]
    pub(super) body: Scalar<'a>,
}

/// The object of a template message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTemplate<'a> {
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) language: Object<RawLanguage<'a>>,
    #[serde(borrow)]
    pub(super) components: List<Object<RawComponent<'a>>>,
}

/// The language of a template message.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawLanguage<'a> {
    #[serde(borrow)]
    pub(super) code: Scalar<'a>,
    #[serde(borrow)]
    pub(super) policy: Scalar<'a>,
}

/// One element of `components`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawComponent<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
    #[serde(borrow)]
    pub(super) sub_type: Scalar<'a>,
    #[serde(borrow)]
    pub(super) index: Scalar<'a>,
    #[serde(borrow)]
    pub(super) parameters: List<Object<RawParameter<'a>>>,
}

/// One element of `parameters`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawParameter<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
    #[serde(borrow)]
    pub(super) text: Scalar<'a>,
    #[serde(borrow)]
    pub(super) parameter_name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) coupon_code: Scalar<'a>,
    #[serde(borrow)]
    pub(super) payload: Scalar<'a>,
    #[serde(borrow)]
    pub(super) currency: Object<RawFallback<'a>>,
    #[serde(borrow)]
    pub(super) date_time: Object<RawFallback<'a>>,
    pub(super) image: Option<IgnoredAny>,
    pub(super) video: Option<IgnoredAny>,
    pub(super) document: Option<IgnoredAny>,
    pub(super) location: Option<IgnoredAny>,
}

/// A value that Meta would write in the person's language, with what it says otherwise.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawFallback<'a> {
    #[serde(borrow)]
    pub(super) fallback_value: Scalar<'a>,
}

/// The typing indicator.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTyping<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
}
