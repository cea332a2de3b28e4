//! Query strings: pairs of names and values, percent-encoded.

use std::borrow::Cow;

/// The decoded pairs of a query string or of a form, in order.
///
/// A pair without `=` has an empty value. What is no valid percent-encoding stands for itself,
/// and what is no UTF-8 afterwards is replaced.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// The value of the first pair of that name.
#[must_use]
pub fn find<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    pairs(query).find(|(found, _)| found == name).map(|(_, value)| value)
}

/// Appends `name=value` to a query string, encoded.
pub fn push(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    encode(query, name);
    query.push('=');
    encode(query, value);
}

/// Appends a text, with all but letters, digits and `-._~` percent-encoded.
pub fn encode(query: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                query.push(char::from(byte));
            }
            _ => {
                let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
                query.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
            }
        }
    }
}

/// The text that was encoded, with `+` read as a space.
#[must_use]
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        (rest, _) = match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let byte = hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0);
                (after, bytes.push(byte))
            }
            (b'+', after) => (after, bytes.push(b' ')),
            (byte, after) => (after, bytes.push(*byte)),
        };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{pairs, push};

    #[track_caller]
    fn check(query: &str, expected: Expect) {
        let read: Vec<_> = pairs(query).map(|(name, value)| format!("{name}: {value}")).collect();
        expected.assert_eq(&read.join(", "));
    }

    #[test]
    fn a_query_is_read_leniently() {
        check("hub.mode=subscribe&a=b%20c+d", expect!["hub.mode: subscribe, a: b c d"]);
        check("&&flag&x=1=2&", expect!["flag: , x: 1=2"]);
        check("bad=%zz%2&utf=%ff%C3%A9", expect!["bad: %zz%2, utf: \u{fffd}é"]);
        check("", expect![""]);
    }

    proptest! {
        #[test]
        fn what_is_pushed_reads_back(texts in proptest::collection::vec((".+", ".*"), 1..4)) {
            let mut query = String::new();
            for (name, value) in &texts {
                push(&mut query, name, value);
            }
            let read: Vec<_> = pairs(&query)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            prop_assert_eq!(read, texts);
        }
    }
}
