//! The shapes of a request before any of it is believed.

use serde::Deserialize;
use serde::de::IgnoredAny;

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
    pub(super) text: Object<RawText<'a>>,
    #[serde(borrow)]
    pub(super) biz_opaque_callback_data: Scalar<'a>,
    #[serde(borrow)]
    pub(super) status: Scalar<'a>,
    #[serde(borrow)]
    pub(super) message_id: Scalar<'a>,
    pub(super) typing_indicator: Object<RawTyping>,
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
}

/// The typing indicator, whose members do not matter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTyping {
    #[serde(rename = "type")]
    _kind: Option<IgnoredAny>,
}
