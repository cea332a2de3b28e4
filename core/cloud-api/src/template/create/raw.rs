//! The body of a request about a template as it is written, whatever its types.

use serde::Deserialize;
use serde_json::Value;

use crate::lenient::{List, Object, Scalar};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTemplate<'a> {
    #[serde(borrow)]
    pub(super) name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) language: Scalar<'a>,
    #[serde(borrow)]
    pub(super) category: Scalar<'a>,
    #[serde(borrow)]
    pub(super) components: List<Object<RawComponent<'a>>>,
    #[serde(borrow)]
    pub(super) parameter_format: Scalar<'a>,
    #[serde(borrow)]
    pub(super) message_send_ttl_seconds: Scalar<'a>,
    #[serde(borrow)]
    pub(super) sub_category: Scalar<'a>,
    #[serde(borrow)]
    pub(super) cta_url_link_tracking_opted_out: Scalar<'a>,
    #[serde(borrow)]
    pub(super) library_template_name: Scalar<'a>,
    pub(super) library_template_body_inputs: Value,
    pub(super) library_template_button_inputs: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawComponent<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
    #[serde(borrow)]
    pub(super) format: Scalar<'a>,
    #[serde(borrow)]
    pub(super) text: Scalar<'a>,
    pub(super) example: Value,
    #[serde(borrow)]
    pub(super) add_security_recommendation: Scalar<'a>,
    #[serde(borrow)]
    pub(super) code_expiration_minutes: Scalar<'a>,
    #[serde(borrow)]
    pub(super) buttons: List<Object<RawButton<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawButton<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Scalar<'a>,
    #[serde(borrow)]
    pub(super) otp_type: Scalar<'a>,
    #[serde(borrow)]
    pub(super) text: Scalar<'a>,
    #[serde(borrow)]
    pub(super) autofill_text: Scalar<'a>,
    #[serde(borrow)]
    pub(super) zero_tap_terms_accepted: Scalar<'a>,
    #[serde(borrow)]
    pub(super) supported_apps: List<Object<RawApp<'a>>>,
    #[serde(borrow)]
    pub(super) package_name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) signature_hash: Scalar<'a>,
    #[serde(borrow)]
    pub(super) url: Scalar<'a>,
    #[serde(borrow)]
    pub(super) phone_number: Scalar<'a>,
    pub(super) example: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawApp<'a> {
    #[serde(borrow)]
    pub(super) package_name: Scalar<'a>,
    #[serde(borrow)]
    pub(super) signature_hash: Scalar<'a>,
}
