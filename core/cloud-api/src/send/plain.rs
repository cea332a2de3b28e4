//! One pass over the bodies that nearly all services send: template messages, plainly spelled.
//!
//! It reads texts where they stand and knows one spelling of each thing. What it does not know, be it
//! wrong or merely rare, it leaves to the tolerant reader, so that it never refuses anything.

use std::borrow::Cow;

use super::template::{ButtonKind, Component, ComponentKind, Parameter, ParameterKind, TemplateSend};
use super::{Addressee, CALLBACK_DATA_LENGTH_MAX, MessageBody, MessageSend};

/// How many components and how many values a list has room for from the start.
const COMPONENTS_USUAL: usize = 2;
const PARAMETERS_USUAL: usize = 1;

/// The message that a body asks for, if it is a plain one; `None` says nothing about it.
pub(super) fn read(body: &[u8]) -> Option<MessageSend<'_>> {
    let mut reader = Reader { text: str::from_utf8(body).ok()?, at: 0 };
    let send = reader.send()?;
    reader.skip_space();
    (reader.at == reader.text.len()).then_some(send)
}

/// Where in a body the reader is.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// Takes a member that must not have come before, as the tolerant reader takes none twice.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// Whether a word is this one in any case; absence counts as it.
fn is_or_absent(word: Option<&str>, wanted: &str) -> bool {
    word.is_none_or(|word| word.eq_ignore_ascii_case(wanted))
}

impl<'a> Reader<'a> {
    fn send(&mut self) -> Option<MessageSend<'a>> {
        let (mut product, mut recipient_type, mut to, mut kind) = (None, None, None, None);
        let (mut template, mut data) = (None, None);
        self.object(|reader, name| match name {
            "messaging_product" => once(&mut product, reader.string()?),
            "recipient_type" => once(&mut recipient_type, reader.string()?),
            "to" => once(&mut to, reader.string()?),
            "type" => once(&mut kind, reader.string()?),
            "template" => once(&mut template, reader.template()?),
            "biz_opaque_callback_data" => once(&mut data, reader.string()?),
            _ => None,
        })?;
        let is_plain = product?.eq_ignore_ascii_case("whatsapp")
            && kind?.eq_ignore_ascii_case("template")
            && is_or_absent(recipient_type, "individual")
            && data.is_none_or(|data: &str| data.len() <= CALLBACK_DATA_LENGTH_MAX);
        is_plain.then_some(MessageSend {
            to: Addressee::of_number(Cow::Borrowed(to?)),
            body: MessageBody::Template(template?),
            context: None,
            biz_opaque_callback_data: data.map(Cow::Borrowed),
            recipient_identity_key_hash: None,
        })
    }

    fn template(&mut self) -> Option<TemplateSend<'a>> {
        let (mut name, mut language, mut components) = (None, None, None);
        self.object(|reader, member| match member {
            "name" => once(&mut name, reader.string()?),
            "language" => once(&mut language, reader.language()?),
            "components" => once(&mut components, reader.list(COMPONENTS_USUAL, Self::component)?),
            _ => None,
        })?;
        let name = Cow::Borrowed(name.filter(|name| !name.is_empty())?);
        let language = Cow::Borrowed(language.filter(|code| !code.is_empty())?);
        Some(TemplateSend { name, language, components: components.unwrap_or_default() })
    }

    fn language(&mut self) -> Option<&'a str> {
        let (mut code, mut policy) = (None, None);
        self.object(|reader, name| match name {
            "code" => once(&mut code, reader.string()?),
            "policy" => once(&mut policy, reader.string()?),
            _ => None,
        })?;
        code.filter(|_| is_or_absent(policy, "deterministic"))
    }

    fn component(&mut self) -> Option<Component<'a>> {
        let (mut kind, mut sub_type, mut index, mut parameters) = (None, None, None, None);
        self.object(|reader, name| match name {
            "type" => once(&mut kind, reader.string()?),
            "sub_type" => once(&mut sub_type, reader.string()?),
            "index" => once(&mut index, reader.index()?),
            "parameters" => once(&mut parameters, reader.list(PARAMETERS_USUAL, Self::parameter)?),
            _ => None,
        })?;
        let kind = kind?;
        let kind = if kind.eq_ignore_ascii_case("body") {
            ComponentKind::Body
        } else if kind.eq_ignore_ascii_case("header") {
            ComponentKind::Header
        } else if kind.eq_ignore_ascii_case("button") && sub_type?.eq_ignore_ascii_case("url") {
            ComponentKind::Button { kind: ButtonKind::Url, index: index.unwrap_or_default() }
        } else {
            return None;
        };
        Some(Component { kind, parameters: parameters.unwrap_or_default() })
    }

    fn parameter(&mut self) -> Option<Parameter<'a>> {
        let (mut kind, mut text, mut named) = (None, None, None);
        self.object(|reader, name| match name {
            "type" => once(&mut kind, reader.string()?),
            "text" => once(&mut text, reader.string()?),
            "parameter_name" => once(&mut named, reader.string()?),
            _ => None,
        })?;
        kind?.eq_ignore_ascii_case("text").then_some(Parameter {
            kind: ParameterKind::Text,
            text: text.map(Cow::Borrowed),
            name: named.map(Cow::Borrowed),
        })
    }

    /// An index of one digit, with or without quotes.
    fn index(&mut self) -> Option<u32> {
        self.skip_space();
        let is_quoted = self.eat(b'"').is_some();
        let digit = self.peek().filter(u8::is_ascii_digit)?;
        self.at += 1;
        if is_quoted {
            self.eat(b'"')?;
        } else if self.peek().is_some_and(|next| !matches!(next, b',' | b'}' | b' ' | b'\n' | b'\t' | b'\r'))
        {
            return None;
        }
        Some(u32::from(digit - b'0'))
    }

    /// The members of an object, each read by `member`, which is given its name.
    fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            member(self, name)?;
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    /// The items of an array that has some.
    fn list<T>(&mut self, usual: usize, item: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.expect(b'[')?;
        let mut items = Vec::with_capacity(usual);
        loop {
            items.push(item(self)?);
            if !self.goes_on(b']')? {
                return Some(items);
            }
        }
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        let length = plain_length(&self.text.as_bytes()[start..]);
        self.at += length;
        self.eat(b'"')?;
        self.text.get(start..start + length)
    }

    /// Whether an object or an array goes on after one of its parts, or ends with `end`.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        if self.expect(b',').is_some() {
            return Some(true);
        }
        self.eat(end).map(|()| false)
    }

    /// Takes this byte, which nearly always is the next one, and what space there is before it.
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).or_else(|| {
            self.skip_space();
            self.eat(byte)
        })
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        if self.peek() != Some(byte) {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// How many bytes stand before a quote, a backslash or a control character, eight looked at at once.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    // The highest bit of the lowest byte that is zero is set, and none below it.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let mut length = 0;
    while let Some(chunk) = bytes[length..].first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let controls = word.wrapping_sub(ONES * 0x20) & !word & (ONES << 7);
        let ends =
            zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | controls;
        if ends != 0 {
            return length + ends.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = &bytes[length..];
    length + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{SendRequest, parse_tolerantly};
    use super::{plain_length, read};

    const SAMPLE: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1650","type":"template","biz_opaque_callback_data":"é","template":{"name":"login","language":{"code":"en","policy":"deterministic"},"components":[{"type":"body","parameters":[{"type":"text","text":"1","parameter_name":"code"}]},{"type":"button","sub_type":"url","index":0,"parameters":[{"type":"text","text":"1"}]}]}}"#;

    fn assert_alike(body: &[u8]) -> Result<bool, TestCaseError> {
        let Some(plain) = read(body) else { return Ok(false) };
        // `Debug` hides texts, so it is the values that are held against each other.
        prop_assert!(Ok(SendRequest::Message(plain)) == parse_tolerantly(body));
        Ok(true)
    }

    #[track_caller]
    fn check(body: &str, is_plain: bool) {
        assert_eq!(assert_alike(body.as_bytes()).unwrap(), is_plain, "{body}");
    }

    #[test]
    fn the_common_shape_is_read_at_once_whatever_its_spacing_and_case() {
        check(SAMPLE, true);
        check(&format!(" {}\n", SAMPLE.replace(':', " : ").replace(',', "\n, ").replace(']', "\t]")), true);
        check(&SAMPLE.replace("\"body\"", "\"BODY\"").replace("\"template\",", "\"Template\","), true);
        check(&SAMPLE.replace("\"index\":0", "\"index\":\"0\""), true);
        check(&SAMPLE.replace("\"index\":0,", ""), true);
    }

    #[test]
    fn anything_else_is_left_to_the_tolerant_reader() {
        for (usual, rare) in [
            ("\"login\"", "\"lo\\u0067in\""),
            ("\"login\"", "\"\""),
            ("\"login\"", "\"lo\tgin\""),
            ("\"+1650\"", "1650"),
            ("\"to\":", "\"to\":\"1\",\"to\":"),
            ("\"to\":", "\"context\":{},\"to\":"),
            ("\"text\",\"text\"", "\"payload\",\"text\""),
            ("\"text\":\"1\"", "\"text\":null"),
            ("\"index\":0", "\"index\":00"),
            ("\"index\":0", "\"index\":0.5"),
            ("\"index\":0", "\"index\":\"+0\""),
            ("\"individual\"", "\"group\""),
            ("}]}}", "}]}}}"),
            ("}]}}", "}]},}"),
        ] {
            let body = SAMPLE.replacen(usual, rare, 1);
            assert_ne!(body, SAMPLE);
            check(&body, false);
        }
    }

    /// Something to put into a body, or in the place of a part of it.
    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "",
            "\"",
            "\\",
            "\\n",
            "\\\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\n",
            "\u{1}",
            "é",
            "0",
            "-1",
            "00",
            "9.5",
            "null",
            "true",
            "\"to\":",
            "\"a\":1,",
            "\"text\":",
            "\"type\":\"TEXT\",",
            "\"index\":\"7\",",
            "{}",
            "[]",
            "\"url\"",
            "\"policy\":",
            "\"body\"",
            "\"header\"",
            "\"whatsapp\"",
            "Template",
            "\"1650\"",
            "\"text\"",
        ])
    }

    #[test]
    fn every_byte_that_ends_a_plain_text_is_found_where_it_is() {
        for end in 0..=0xff_u8 {
            for at in 0..20 {
                let mut bytes = [b'!'; 21];
                bytes[at] = end;
                let is_end = matches!(end, b'"' | b'\\' | 0..=0x1f);
                assert_eq!(plain_length(&bytes), if is_end { at } else { 21 }, "{end:#x} at {at}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(15_000))]

        #[test]
        fn both_readers_read_a_changed_body_alike(
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece()), 0..4),
        ) {
            let mut body = SAMPLE.as_bytes().to_vec();
            for (at, length, piece) in changes {
                let at = at.index(body.len());
                let end = (at + length).min(body.len());
                body.splice(at..end, piece.bytes());
            }
            assert_alike(&body)?;
        }

        #[test]
        fn both_readers_read_a_body_of_other_members_alike(
            tokens in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
            others in prop::collection::vec(piece(), 1..4),
        ) {
            let mut parts: Vec<&str> = SAMPLE.split_inclusive([',', ':', '{', '[']).collect();
            for (token, other) in tokens.iter().zip(others) {
                let at = token.index(parts.len());
                parts[at] = other;
            }
            assert_alike(parts.concat().as_bytes())?;
        }

        #[test]
        fn both_readers_read_any_plain_values_alike(
            to in "[^\"\\\\\u{0}-\u{1f}]{0,20}",
            name in "[a-zé ]{0,9}",
            text in prop::option::of("[^\"\\\\\u{0}-\u{1f}]{0,20}"),
            data in "[a-zé]{0,600}",
            kind in prop::sample::select(vec!["body", "HEADER", "button", "footer", "carousel"]),
            index in prop::sample::select(vec!["0", "\"9\"", "\"10\"", "11", "null", "-1", "1e0", "\"a\""]),
        ) {
            let text = text.map_or(String::new(), |text| format!(",\"text\":\"{text}\""));
            let body = format!(
                "{{\"messaging_product\":\"WHATSAPP\",\"to\":\"{to}\",\"type\":\"template\",\
                 \"biz_opaque_callback_data\":\"{data}\",\"template\":{{\"name\":\"{name}\",\
                 \"language\":{{\"code\":\"{name}\"}},\"components\":[{{\"type\":\"{kind}\",\
                 \"sub_type\":\"URL\",\"index\":{index},\"parameters\":[{{\"type\":\"text\"{text}}}]}}]}}}}"
            );
            assert_alike(body.as_bytes())?;
        }
    }
}
