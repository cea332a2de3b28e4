//! Readers that never fail on the wrong type, so that a refusal can say what is wrong.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value where a plain one is expected.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// Absent, or `null`, which Graph treats alike.
    #[default]
    Absent,
    /// A string.
    Text(Cow<'a, str>),
    /// An integer.
    Integer(i64),
    /// `true` or `false`.
    Flag(bool),
    /// Something else: a fraction, an array or an object.
    Other,
}

/// A value where an object or an array is expected.
#[derive(Clone, Debug, Default)]
pub(crate) enum Shaped<T> {
    /// Absent, or `null`.
    #[default]
    Absent,
    /// What was expected.
    Fits(T),
    /// Something else.
    Other,
}

impl<'a> Scalar<'a> {
    /// The text, with integers and flags written out as Graph coerces them.
    pub(crate) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(number) => Some(Cow::Owned(number.to_string())),
            Self::Flag(flag) => Some(Cow::Borrowed(if flag { "true" } else { "false" })),
            Self::Absent | Self::Other => None,
        }
    }

    /// The integer, also when it is written as a string.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The flag, also when it is written as a string.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether nothing was given.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Scalar<'de>, A::Error> {
        drain_items(items)?;
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Scalar<'de>, A::Error> {
        drain_entries(entries)?;
        Ok(Scalar::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

fn drain_items<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn drain_entries<'de, A: MapAccess<'de>>(mut entries: A) -> Result<(), A::Error> {
    while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// An object read as `T`, or whatever else was there.
#[derive(Clone, Debug)]
pub(crate) struct Object<T>(pub(crate) Shaped<T>);

/// An array of `T`, or whatever else was there.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(pub(crate) Shaped<Vec<T>>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(Shaped::Absent)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Shaped::Absent)
    }
}

macro_rules! other_shapes {
    ($value:ty: $($name:ident($argument:ty)),*) => {
        $(fn $name<E: Error>(self, _: $argument) -> Result<$value, E> {
            Ok(Shaped::Other)
        })*

        fn visit_unit<E: Error>(self) -> Result<$value, E> {
            Ok(Shaped::Absent)
        }
    };
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Shaped<T>;

    other_shapes!(Shaped<T>: visit_str(&str), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_bool(bool));

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Shaped<T>, A::Error> {
        drain_items(items)?;
        Ok(Shaped::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Shaped<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(Shaped::Fits)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Shaped<Vec<T>>;

    other_shapes!(Shaped<Vec<T>>: visit_str(&str), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_bool(bool));

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shaped<Vec<T>>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Shaped::Fits(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Shaped<Vec<T>>, A::Error> {
        drain_entries(entries)?;
        Ok(Shaped::Other)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData)).map(Self)
    }
}

/// Reads a body as Graph does: what is not a JSON object counts as no parameters at all.
// Assumed: so do duplicate keys, of which Graph may take the last one.
pub(crate) fn read_body<'de, T: Deserialize<'de> + Default>(body: &'de [u8]) -> T {
    // The whole is checked to be UTF-8 at once, which is quicker than string by string.
    match str::from_utf8(body).map(serde_json::from_str::<Object<T>>) {
        Ok(Ok(Object(Shaped::Fits(parameters)))) => parameters,
        _ => T::default(),
    }
}
