//! The JSON of an object, with the fields that were asked for.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::ascii;

/// An object in the making: names and values, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node(Vec<(&'static str, Value)>);

impl Node {
    /// An object without a field.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a field, unless it is there already; a field without a value is left out, as Graph does.
    pub fn push(&mut self, name: &'static str, value: Option<impl Serialize>) {
        let Some(value) = value else { return };
        if self.0.iter().any(|(known, _)| *known == name) {
            return;
        }
        let value = serde_json::to_value(value).expect("wire types have string keys");
        self.0.push((name, value));
    }

    /// Adds the fields of another one that are not there yet.
    pub fn append(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.push(name, Some(value));
        }
    }

    /// Whether it has no field.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The body of an answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        ascii::to_utf8_vec(self)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
