//! Why nothing was read of a body, worked out when somebody asks.

use serde::de::IgnoredAny;
use serde_json::Value;
use thiserror::Error;

use super::{Merged, spelled};
use crate::query;

/// Why a body brought no parameters.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BodyFlaw {
    /// It is no text.
    #[error("the body is no UTF-8: its byte {byte} fits no character")]
    NoText {
        /// Where it ends being one, counted from 1.
        byte: usize,
    },
    /// It is a text, but no JSON.
    #[error("the body is no JSON: {told}")]
    NoJson {
        /// What is wrong, with line and column.
        told: String,
    },
    /// Arrays and objects are within each other too often.
    #[error("the body is nested too deep: {told}")]
    TooDeep {
        /// What is wrong, with line and column.
        told: String,
    },
    /// It is JSON, but something without names.
    #[error("the body is {found}, but must be a JSON object")]
    NoObject {
        /// What it is instead.
        found: &'static str,
    },
}

impl BodyFlaw {
    /// What kept a JSON body beside this query from being read, as far as its beginning shows; `bytes_left`
    /// more came after that.
    #[must_use]
    pub fn find(query: &str, beginning: &[u8], bytes_left: usize) -> Option<Self> {
        let text = match str::from_utf8(beginning) {
            Ok(text) => text,
            Err(error) if bytes_left > 0 && error.error_len().is_none() => {
                str::from_utf8(&beginning[..error.valid_up_to()]).ok()?
            }
            Err(error) => return Some(Self::NoText { byte: error.valid_up_to() + 1 }),
        };
        let text = spelled(text.as_bytes());
        let first = *text.trim_ascii_start().first()?;
        match serde_json::from_slice::<Value>(&text) {
            Err(error) if is_too_deep(&error) => {
                // Only what is merged with a query is held against the bound on depth.
                let is_read = first == b'{' && !is_merged(query);
                if is_read {
                    ended(&text, bytes_left)
                } else {
                    Some(Self::TooDeep { told: error.to_string() })
                }
            }
            Err(error) => broken(&error, bytes_left),
            Ok(value) => Some(Self::NoObject { found: word(&value)? }),
        }
    }
}

/// What is wrong with a text that is deeper than the reader of values follows.
fn ended(text: &[u8], bytes_left: usize) -> Option<BodyFlaw> {
    broken(&serde_json::from_slice::<IgnoredAny>(text).err()?, bytes_left)
}

/// A text that is no JSON; where it only ends too early, it may have gone on.
fn broken(error: &serde_json::Error, bytes_left: usize) -> Option<BodyFlaw> {
    let is_known = bytes_left == 0 || !error.is_eof();
    is_known.then(|| BodyFlaw::NoJson { told: error.to_string() })
}

fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit")
}

/// What a value is that is no object.
const fn word(value: &Value) -> Option<&'static str> {
    match value {
        Value::Object(_) => None,
        Value::Array(_) => Some("an array"),
        Value::String(_) => Some("a string"),
        Value::Number(_) => Some("a number"),
        Value::Bool(_) => Some("a boolean"),
        Value::Null => Some("null"),
    }
}

/// Whether there are parameters that a body is merged with.
fn is_merged(query: &str) -> bool {
    let mut merged = Merged::default();
    merged.add_all(query::pairs(query));
    !merged.values.is_empty()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::BodyFlaw;

    #[track_caller]
    fn check(query: &str, (body, bytes_left): (&[u8], usize), expected: Expect) {
        let flaw = BodyFlaw::find(query, body, bytes_left);
        expected.assert_eq(&flaw.map_or_else(|| "none".to_owned(), |flaw| flaw.to_string()));
    }

    #[test]
    fn a_body_that_is_no_json_is_told_with_line_and_column() {
        check(
            "",
            (br#"{"to":"#, 0),
            expect!["the body is no JSON: EOF while parsing a value at line 1 column 6"],
        );
        check(
            "",
            (b"{\"to\":\"1\",\n}", 0),
            expect!["the body is no JSON: trailing comma at line 2 column 1"],
        );
        check(
            "",
            (br#"{"to":"\ud800"}"#, 0),
            expect!["the body is no JSON: unexpected end of hex escape at line 1 column 14"],
        );
        check(
            "",
            (br#"{"to":"1"} {}"#, 0),
            expect!["the body is no JSON: trailing characters at line 1 column 12"],
        );
    }

    #[test]
    fn a_body_that_is_no_text_is_told_with_the_byte() {
        check("", (b"{\"to\":\"\xff\"}", 0), expect!["the body is no UTF-8: its byte 8 fits no character"]);
        check("", (b"{\"to\":\"\xc3", 0), expect!["the body is no UTF-8: its byte 8 fits no character"]);
    }

    #[test]
    fn a_body_is_too_deep_where_depth_keeps_it_from_being_read() {
        let told = expect!["the body is nested too deep: recursion limit exceeded at line 1 column 128"];
        check("", ("[".repeat(4_096).as_bytes(), 904), told);
        let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        check("", (deep.as_bytes(), 0), expect!["none"]);
        let told = expect!["the body is nested too deep: recursion limit exceeded at line 1 column 636"];
        check("type=text", (deep.as_bytes(), 0), told);
    }

    #[test]
    fn a_body_that_is_no_object_is_told_what_it_is() {
        check("", (b" [1]", 0), expect!["the body is an array, but must be a JSON object"]);
        check("", (br#""a""#, 0), expect!["the body is a string, but must be a JSON object"]);
        check("", (b"null", 0), expect!["the body is null, but must be a JSON object"]);
    }

    #[test]
    fn a_body_that_was_read_or_never_came_has_no_flaw() {
        check("", (br#" {"to":"1"}"#, 0), expect!["none"]);
        check("", (br#""{\"to\":\"1\"}""#, 0), expect!["none"]);
        check("a=1", (b"\r\n", 0), expect!["none"]);
    }

    #[test]
    fn the_end_of_a_beginning_is_no_flaw() {
        check("", (br#"{"to":"#, 1), expect!["none"]);
        check("", (b"{\"to\":\"\xc3", 1), expect!["none"]);
        check("", (b"{to", 1), expect!["the body is no JSON: key must be a string at line 1 column 2"]);
    }
}
