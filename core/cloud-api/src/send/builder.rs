//! A request as a service writes it.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::recipient::Recipient;
use crate::secret::OtpCode;

/// A code to be sent with an authentication template.
///
/// The body is the same for copy-code, one-tap and zero-tap templates.
// Source: cloud-api.md 2.3.
#[derive(Clone, Copy, Debug)]
pub struct AuthenticationSend<'a> {
    /// Where it goes.
    pub to: Recipient,
    /// The template's name.
    pub template: &'a str,
    /// The template's language.
    pub language: &'a str,
    /// The code, which stands in the body and in the button.
    pub code: &'a OtpCode,
    /// What every status of the message shall repeat.
    pub biz_opaque_callback_data: Option<&'a str>,
}

impl AuthenticationSend<'_> {
    /// The body of the request.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

impl Serialize for AuthenticationSend<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("AuthenticationSend", 6)?;
        body.serialize_field("messaging_product", "whatsapp")?;
        body.serialize_field("recipient_type", "individual")?;
        body.serialize_field("to", &self.to.digits())?;
        body.serialize_field("type", "template")?;
        body.serialize_field("template", &self.template())?;
        if let Some(text) = self.biz_opaque_callback_data {
            body.serialize_field("biz_opaque_callback_data", text)?;
        }
        body.end()
    }
}

impl<'a> AuthenticationSend<'a> {
    fn template(&self) -> Template<'a> {
        let parameters = [Text { kind: "text", text: self.code.expose() }];
        Template {
            name: self.template,
            language: LanguageCode { code: self.language },
            components: (
                Body { kind: "body", parameters },
                Button { kind: "button", sub_type: "url", index: "0", parameters },
            ),
        }
    }
}

#[derive(Serialize)]
struct Template<'a> {
    name: &'a str,
    language: LanguageCode<'a>,
    components: (Body<'a>, Button<'a>),
}

#[derive(Serialize)]
struct LanguageCode<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    parameters: [Text<'a>; 1],
}

#[derive(Serialize)]
struct Button<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    sub_type: &'static str,
    index: &'static str,
    parameters: [Text<'a>; 1],
}

#[derive(Clone, Copy, Serialize)]
struct Text<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}
