//! Requests that name a callback.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

use super::WebhookField;
use crate::lenient::{Object, Scalar, Shaped, read_body};
use crate::list;
use crate::query;
use crate::refusal::Refusal;
use crate::secret::VerifyToken;

/// The address of a callback: `http://` or `https://`, and a host.
// Assumed: plain HTTP is allowed, which Meta refuses, because targets run beside the mock.
// Assumed: a user name or a password is refused, as RFC 9110 §4.2.4 forbids to send them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct CallbackUrl(Box<str>);

/// Why a text is no address of a callback.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a callback must be an http or https address with a host, without user name, password or spaces")]
pub struct CallbackUrlError;

/// A request to `POST /{app id}/subscriptions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSubscription {
    /// Who hears.
    pub callback_url: CallbackUrl,
    /// What the callback must know.
    pub verify_token: VerifyToken,
    /// What it hears about.
    pub fields: Vec<WebhookField>,
}

/// A request to `POST /{account id}/subscribed_apps` that names a callback of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideCallback {
    /// Who hears; at most 200 characters.
    pub callback_url: CallbackUrl,
    /// What the callback must know.
    pub verify_token: VerifyToken,
}

const OVERRIDE_LENGTH_MAX: usize = 200;

impl CallbackUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host: a name or an address, without brackets and port.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or(&*self.0, |(_, rest)| rest);
        let authority = authority(rest);
        match authority.strip_prefix('[') {
            Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether it cannot but be on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let is_loopback = |ip: IpAddr| ip.to_canonical().is_loopback();
        host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
    }
}

impl FromStr for CallbackUrl {
    type Err = CallbackUrlError;

    fn from_str(text: &str) -> Result<Self, CallbackUrlError> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or(CallbackUrlError)?;
        let authority = authority(rest);
        let is_host = !authority.is_empty() && !authority.starts_with(':') && !authority.contains('@');
        if is_host && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(CallbackUrlError)
        }
    }
}

impl TryFrom<String> for CallbackUrl {
    type Error = CallbackUrlError;

    fn try_from(text: String) -> Result<Self, CallbackUrlError> {
        text.parse()
    }
}

/// What stands between the scheme and the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow)]
    object: Scalar<'a>,
    #[serde(borrow)]
    callback_url: Scalar<'a>,
    #[serde(borrow)]
    verify_token: Scalar<'a>,
    #[serde(borrow)]
    fields: Names<'a>,
    #[serde(borrow)]
    override_callback_uri: Scalar<'a>,
}

/// Names in one text, with commas between them, or in an array.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Names<'a> {
    Array(Vec<String>),
    #[serde(borrow)]
    Text(Cow<'a, str>),
    #[default]
    Absent,
}

impl AppSubscription {
    /// Reads the parameters from the query of the request and from its JSON body.
    ///
    /// # Errors
    ///
    /// When a parameter is missing or cannot be read.
    // Source: cloud-api.md 5.3. Assumed: the body wins over the query.
    pub fn parse(query: &str, body: &[u8]) -> Result<Self, Refusal> {
        let raw = Raw::read(query, body);
        let object = raw.object.into_text().ok_or_else(|| missing("object"))?;
        check_object(object)?;
        let address = raw.callback_url.into_text().ok_or_else(|| missing("callback_url"))?;
        let callback_url = address.parse().map_err(|error| invalid("callback_url", &error))?;
        let token = raw.verify_token.into_text().ok_or_else(|| missing("verify_token"))?;
        let fields = raw.fields.parse()?;
        Ok(Self { callback_url, verify_token: VerifyToken::new(token), fields })
    }
}

impl OverrideCallback {
    /// Reads the parameters from the query of the request and from its JSON body.
    ///
    /// `None` means that the app is subscribed with its own callback.
    ///
    /// # Errors
    ///
    /// When there is an address but no token, or either cannot be read.
    // Source: cloud-api.md 5.3.
    pub fn parse(query: &str, body: &[u8]) -> Result<Option<Self>, Refusal> {
        let raw = Raw::read(query, body);
        Self::of(raw.override_callback_uri, raw.verify_token)
    }

    fn of(address: Scalar<'_>, token: Scalar<'_>) -> Result<Option<Self>, Refusal> {
        let Some(address) = address.into_text().filter(|address| !address.is_empty()) else {
            return Ok(None);
        };
        if address.chars().count() > OVERRIDE_LENGTH_MAX {
            let length_max = OVERRIDE_LENGTH_MAX;
            return Err(Refusal::ParameterTooLong { name: "override_callback_uri", length_max });
        }
        let callback_url = address.parse().map_err(|error| invalid("override_callback_uri", &error))?;
        let token = token.into_text().ok_or_else(|| missing("verify_token"))?;
        Ok(Some(Self { callback_url, verify_token: VerifyToken::new(token) }))
    }
}

/// What `POST /{phone number id}` asks for about the callback of the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberCallback {
    /// Nothing.
    Kept,
    /// The number shall have this callback of its own.
    Set(OverrideCallback),
    /// It shall have none any more.
    Cleared,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawNumber<'a> {
    #[serde(borrow)]
    webhook_configuration: Object<RawConfiguration<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawConfiguration<'a> {
    #[serde(borrow)]
    override_callback_uri: Scalar<'a>,
    #[serde(borrow)]
    verify_token: Scalar<'a>,
}

impl NumberCallback {
    /// Reads the parameters from the JSON body of the request.
    ///
    /// # Errors
    ///
    /// When there is an address but no token, or either cannot be read.
    // Source: cloud-api.md 5.2. Assumed: an empty address takes the callback away.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let raw: RawNumber<'_> = read_body(body);
        match raw.webhook_configuration.0 {
            Shaped::Absent => Ok(Self::Kept),
            Shaped::Fits(RawConfiguration { override_callback_uri, verify_token }) => {
                let set = OverrideCallback::of(override_callback_uri, verify_token)?;
                Ok(set.map_or(Self::Cleared, Self::Set))
            }
            Shaped::Other => {
                let details = "Param webhook_configuration must be an object.".into();
                Err(Refusal::InvalidParameter { details })
            }
        }
    }
}

/// The fields that `DELETE /{app id}/subscriptions` names; none means all of them.
///
/// # Errors
///
/// When it names another object or an unknown field.
// Assumed: the object may be left out, since there is only one.
pub fn fields_to_remove(query: &str, body: &[u8]) -> Result<Vec<WebhookField>, Refusal> {
    let raw = Raw::read(query, body);
    if let Some(object) = raw.object.into_text() {
        check_object(object)?;
    }
    match raw.fields {
        Names::Absent => Ok(Vec::new()),
        names => names.parse(),
    }
}

fn check_object(object: Cow<'_, str>) -> Result<(), Refusal> {
    if object == "whatsapp_business_account" {
        return Ok(());
    }
    Err(Refusal::ParameterNotOneOf {
        name: "object".into(),
        allowed: "WHATSAPP_BUSINESS_ACCOUNT",
        found: object.into_owned(),
    })
}

impl<'a> Raw<'a> {
    fn read(query: &'a str, body: &'a [u8]) -> Self {
        let mut raw: Self = read_body(body);
        for (name, value) in query::pairs(query) {
            let place = match name.as_ref() {
                "object" => &mut raw.object,
                "callback_url" => &mut raw.callback_url,
                "verify_token" => &mut raw.verify_token,
                "override_callback_uri" => &mut raw.override_callback_uri,
                "fields" if matches!(raw.fields, Names::Absent) => {
                    raw.fields = Names::Text(value);
                    continue;
                }
                _ => continue,
            };
            if place.is_absent() {
                *place = Scalar::Text(value);
            }
        }
        raw
    }
}

impl Names<'_> {
    // Assumed: a field that does not exist is refused as one of an unknown set of values.
    fn parse(self) -> Result<Vec<WebhookField>, Refusal> {
        let names: Vec<String> = match self {
            Self::Array(names) => names,
            Self::Text(text) => list::words(&text),
            Self::Absent => return Err(missing("fields")),
        };
        let mut fields = Vec::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            let field = name.parse().map_err(|error| invalid("fields", &error))?;
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Ok(fields)
    }
}

fn missing(name: &'static str) -> Refusal {
    Refusal::MissingParameter { name: name.into() }
}

fn invalid(name: &str, error: &dyn std::error::Error) -> Refusal {
    Refusal::InvalidParameter { details: format!("Param {name}: {error}.").into() }
}
