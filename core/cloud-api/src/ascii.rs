//! JSON as Meta writes it: ASCII only, with slashes escaped.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Writes `value` as JSON whose every byte is ASCII.
///
/// What is not ASCII becomes `\uXXXX` in lowercase, as a surrogate pair where it must, and `/`
/// becomes `\/`. Signatures cover these very bytes.
///
/// # Panics
///
/// When a map in `value` has keys that are not strings; no type of this crate has such a map.
// Source: Cloud API, "Webhooks": the signature covers the payload with unicode escaped, in lowercase.
#[must_use]
pub fn to_vec(value: &impl Serialize) -> Vec<u8> {
    to_vec_in(Escaping::Ascii, value)
}

/// Writes `value` as plain JSON in UTF-8, with the same promise as [`to_vec`].
pub(crate) fn to_utf8_vec(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("wire types have string keys and a Vec takes all")
}

/// How webhooks spell what stands in strings.
// Source: cloud-api.md 6.2: ASCII only; which further characters are escaped, and when, is unsure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escaping {
    /// ASCII only, with slashes escaped.
    #[default]
    Ascii,
    /// The same, with `@`, `<`, `%` and `'` escaped too.
    Wide,
    /// Plain UTF-8.
    Utf8,
}

/// Writes `value` as JSON spelt so, with the same promise as [`to_vec`].
#[must_use]
pub fn to_vec_in(escaping: Escaping, value: &impl Serialize) -> Vec<u8> {
    let is_wide = match escaping {
        Escaping::Utf8 => return to_utf8_vec(value),
        Escaping::Ascii => false,
        Escaping::Wide => true,
    };
    let mut bytes = Vec::with_capacity(1_024);
    let mut serializer = Serializer::with_formatter(&mut bytes, Ascii { is_wide });
    value.serialize(&mut serializer).expect("wire types have string keys and a Vec takes all");
    bytes
}

struct Ascii {
    is_wide: bool,
}

impl Ascii {
    const fn escapes(&self, byte: u8) -> bool {
        !byte.is_ascii()
            || byte == b'/'
            || byte == b'\x7f'
            || self.is_wide && matches!(byte, b'@' | b'<' | b'%' | b'\'')
    }
}

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.bytes().position(|byte| self.escapes(byte)) {
            let (plain, tail) = rest.split_at(place);
            writer.write_all(plain.as_bytes())?;
            let mut characters = tail.chars();
            if let Some(character) = characters.next() {
                write_escaped(writer, character)?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

fn write_escaped<W: ?Sized + io::Write>(writer: &mut W, character: char) -> io::Result<()> {
    if character == '/' {
        return writer.write_all(b"\\/");
    }
    let mut units = [0; 2];
    for unit in character.encode_utf16(&mut units) {
        write!(writer, "\\u{unit:04x}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{Escaping, to_vec, to_vec_in};

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&String::from_utf8(to_vec(&text)).unwrap());
    }

    #[test]
    fn whatever_is_not_ascii_is_escaped_in_lowercase() {
        check("code", expect![[r#""code""#]]);
        check("é😀 a/b", expect![[r#""\u00e9\ud83d\ude00 a\/b""#]]);
        check("\"\\\n\u{1}\u{7f}", expect![[r#""\"\\\n\u0001\u007f""#]]);
    }

    #[test]
    fn four_more_characters_are_escaped_or_none_at_all() {
        let spelt = |escaping| String::from_utf8(to_vec_in(escaping, &"é/@<%'>")).unwrap();
        expect![[r#""\u00e9\/\u0040\u003c\u0025\u0027>""#]].assert_eq(&spelt(Escaping::Wide));
        expect![[r#""é/@<%'>""#]].assert_eq(&spelt(Escaping::Utf8));
    }

    proptest! {
        #[test]
        fn any_text_is_ascii_and_reads_back(text: String) {
            let bytes = to_vec(&text);
            prop_assert!(bytes.is_ascii());
            prop_assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
        }
    }
}
