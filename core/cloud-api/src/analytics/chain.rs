//! Fields with calls chained to them: `analytics.start(1).end(2).granularity(DAY)`.

use crate::refusal::Refusal;

/// A field and what is chained to it, as the text has them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chain<'a> {
    pub(super) field: &'a str,
    pub(super) calls: Vec<(&'a str, &'a str)>,
}

/// How many bytes of a chain are looked at.
const BYTES_MAX: usize = 64 * 1024;

/// The parts of a text between those commas that stand outside of brackets and quotes.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quote) = (0_usize, None);
    let parts = text.split(move |character| {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        depth == 0 && quote.is_none() && character == ','
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

impl<'a> Chain<'a> {
    /// Reads one field and its calls.
    ///
    /// # Errors
    ///
    /// When something else than `.name(value)` follows the field.
    pub(super) fn parse(text: &'a str) -> Result<Self, Refusal> {
        let end = text.find(['.', '(', '{']).unwrap_or(text.len());
        let (field, mut rest) = text.split_at(end);
        let mut calls = Vec::new();
        let wrong = |rest: &str| {
            let found: String = rest.chars().take(40).collect();
            let details = format!("After {field}, `.name(value)` is expected, but found `{found}`.");
            Refusal::InvalidParameter { details: details.into() }
        };
        if text.len() > BYTES_MAX {
            return Err(wrong("a text of more than 64 KiB"));
        }
        while !rest.is_empty() {
            let call = rest.strip_prefix('.').and_then(|call| call.split_once('('));
            let (name, after) = call.ok_or_else(|| wrong(rest))?;
            let close = closing(after).ok_or_else(|| wrong(rest))?;
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if !is_name {
                return Err(wrong(rest));
            }
            calls.push((name, after[..close].trim()));
            rest = after[close + 1..].trim_start();
        }
        Ok(Self { field: field.trim(), calls })
    }
}

/// Where the parenthesis closes that was open before the text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(at),
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

/// The values of a list: `["US","BR"]`, `[US, BR]`, or one value without brackets.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    let inner = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    split(inner.unwrap_or(text)).map(unquoted)
}

/// A value without the quotes around it, if it has some.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let stripped = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    stripped('"').or_else(|| stripped('\'')).unwrap_or(text)
}
