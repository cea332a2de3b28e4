//! The parameters of a request about accounts and numbers.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The parameters of one request; what is no JSON object counts as none at all, as Graph has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Map<String, Value>);

impl Parameters {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).unwrap_or_default())
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A plain value as text: integers and flags are written out.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.value(name)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(self.value(name)?.to_string())),
            _ => None,
        }
    }

    pub(super) fn required(&self, name: &'static str) -> Result<Cow<'_, str>, Refusal> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.ok_or(Refusal::MissingParameter { name: name.into() })
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let flag = text.to_ascii_lowercase().parse().ok();
        flag.map(Some).ok_or_else(|| invalid(name, "it must be true or false"))
    }

    /// An object or array, which a form or a query writes as JSON in a text.
    pub(super) fn structure(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self.value(name)? {
            Value::String(text) => serde_json::from_str(text).ok().map(Cow::Owned),
            value @ (Value::Object(_) | Value::Array(_)) => Some(Cow::Borrowed(value)),
            _ => None,
        }
    }

    /// Checks the one product that these endpoints know.
    // Source: cloud-api.md 1.4.
    pub(super) fn check_product(&self) -> Result<(), Refusal> {
        let found = self.required("messaging_product")?;
        if found.eq_ignore_ascii_case("whatsapp") {
            return Ok(());
        }
        let name = "messaging_product".into();
        Err(Refusal::ParameterNotOneOf { name, allowed: "WHATSAPP", found: found.into_owned() })
    }
}

/// A parameter that breaks a rule, which is told as a clause.
pub(super) fn invalid(name: &str, rule: &str) -> Refusal {
    Refusal::InvalidParameter { details: format!("Param {name}: {rule}.").into() }
}
