//! Lists in one parameter: words with commas between them, or a JSON array of words.

use std::borrow::Cow;

use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

/// The words with commas between them, whichever way they were written.
// Source: cloud-api.md 1.1: complex values beside a JSON body are JSON strings; Meta's own SDKs write
// lists in queries so.
pub(crate) fn with_commas(text: &str) -> Cow<'_, str> {
    if !text.starts_with('[') {
        return Cow::Borrowed(text);
    }
    serde_json::from_str::<Vec<String>>(text).map_or(Cow::Borrowed(text), |words| Cow::Owned(words.join(",")))
}

/// The words of a list; empty ones are left out.
pub(crate) fn words(text: &str) -> Vec<String> {
    let list = with_commas(text);
    let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Reads a list as text that has commas between its words; `None` where there is none.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        value => Some(with_commas(&value.to_string()).into_owned()),
    })
}

/// Reads a list as its words; none where there is no list.
pub(crate) fn read_words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(read(deserializer)?.map_or_else(Vec::new, |list| words(&list)))
}

#[cfg(test)]
mod tests {
    use super::{with_commas, words};

    #[test]
    fn a_list_is_read_with_commas_or_as_an_array() {
        assert_eq!(words("a, b,,c"), ["a", "b", "c"]);
        assert_eq!(words(r#"["a","b"]"#), ["a", "b"]);
        assert_eq!(words("[]"), [""; 0]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn what_is_no_array_of_words_stays_as_it_is() {
        for text in ["[1]", "[\"a\"", "[{}]", "name{a,b}"] {
            assert_eq!(with_commas(text), text);
        }
    }
}
