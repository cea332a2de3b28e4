//! Query strings: pairs of names and values, percent-encoded.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The decoded pairs of a query string or of a form, in order.
///
/// A pair without `=` has an empty value. What is no valid percent-encoding stands for itself,
/// and what is no UTF-8 afterwards is replaced.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(query.as_bytes())
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
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    query.extend(utf8_percent_encode(text, KEPT));
}

/// The text of a path segment that was encoded; a `+` stands for itself there.
#[must_use]
pub fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
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
