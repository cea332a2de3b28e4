//! Free texts: their variables, their examples and what must not stand in them.

use serde_json::Value;

use super::broken;
use crate::refusal::{Refusal, TemplateRefusal};
use crate::template::{CustomText, ParameterFormat, ParameterType, Variable};

/// Which text of a template is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Body,
}

impl Place {
    const fn word(self) -> &'static str {
        match self {
            Self::Header => "HEADER",
            Self::Body => "BODY",
        }
    }

    const fn length_max(self) -> usize {
        match self {
            Self::Header => HEADER_MAX,
            Self::Body => BODY_MAX,
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

// Source: Meta's guide on components, as error 2388040 is explained by those who resell the API.
pub(super) const HEADER_MAX: usize = 60;
pub(super) const BODY_MAX: usize = 1_024;
pub(super) const FOOTER_MAX: usize = 60;

/// Reads a text with its variables, each of which needs an example.
pub(super) fn parse_text(
    place: Place,
    text: &str,
    example: &Value,
    format: ParameterFormat,
) -> Result<CustomText, Refusal> {
    if text.chars().count() > place.length_max() {
        return Err(TemplateRefusal::TooLong { field: place.field(), length_max: place.length_max() }.into());
    }
    check_format(place, text)?;
    let found = find_variables(text)?;
    let names = distinct_names(&found, format)?;
    if place == Place::Header && names.len() > 1 {
        return Err(broken("The text of a HEADER can have one variable."));
    }
    if place == Place::Body {
        check_surroundings(text, names.len())?;
    }
    let examples = read_examples(place, example, format, &names)?;
    let is_named = format == ParameterFormat::Named;
    let variables = names.iter().zip(examples).map(|(name, example)| Variable {
        name: is_named.then(|| (*name).into()),
        example: example.into(),
        kind: ParameterType::Text,
    });
    Ok(CustomText { text: text.into(), variables: variables.collect() })
}

/// What stands between double braces, in order.
pub(super) fn find_variables(text: &str) -> Result<Vec<&str>, Refusal> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let closed = after.split_once("}}").filter(|_| !before.contains("}}"));
        let Some((inside, after)) = closed.filter(|(inside, _)| !inside.contains(['{', '}'])) else {
            return Err(dangling());
        };
        found.push(inside);
        rest = after;
    }
    if rest.contains("}}") { Err(dangling()) } else { Ok(found) }
}

// Assumed: no subcode; Meta's reviewers call it a dangling parameter.
fn dangling() -> Refusal {
    broken("A variable must be written as {{1}} or {{name}}, with two braces on either side.")
}

/// The names of the variables, each once; numbers must count from 1 without a gap.
// Assumed: no subcode; a variable may appear more than once.
fn distinct_names<'a>(found: &[&'a str], format: ParameterFormat) -> Result<Vec<&'a str>, Refusal> {
    let mut names: Vec<&str> = Vec::new();
    for name in found {
        let is_right = match format {
            ParameterFormat::Positional => is_number(name),
            ParameterFormat::Named => is_variable_name(name),
        };
        if !is_right {
            return Err(broken(match format {
                ParameterFormat::Positional => "Positional variables must be numbers, such as {{1}}.",
                ParameterFormat::Named => {
                    "Named variables must be lowercase letters, digits and underscores, such as {{order_id}}."
                }
            }));
        }
        if !names.contains(name) {
            names.push(name);
        }
    }
    if format == ParameterFormat::Positional {
        names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
        let is_counted = |(place, name): (usize, &&str)| name.parse() == Ok(place + 1);
        if !names.iter().enumerate().all(is_counted) {
            return Err(broken("Positional variables must be counted from {{1}} without a gap."));
        }
    }
    Ok(names)
}

fn is_number(name: &str) -> bool {
    (1..=4).contains(&name.len()) && !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Checks that words stand around the variables of a body, and enough of them.
// Source: cloud-api.md 3.10 for both subcodes. Assumed: how many words, which is twice the variables
// and one more; a full stop after the last variable is enough.
fn check_surroundings(text: &str, variables: usize) -> Result<(), Refusal> {
    let trimmed = text.trim();
    if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
        return Err(TemplateRefusal::VariableAtEdge.into());
    }
    if variables > 0 && words(text) < 2 * variables + 1 {
        return Err(TemplateRefusal::TooManyVariables.into());
    }
    Ok(())
}

/// How many words stand outside of the variables.
fn words(text: &str) -> usize {
    let fixed = text.split("{{").enumerate().map(|(nth, part)| match part.split_once("}}") {
        Some((_, after)) if nth > 0 => after,
        _ => part,
    });
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    fixed.map(|part| part.split_whitespace().filter(is_word).count()).sum()
}

/// The example of each variable, in the order of the names.
// Source: Meta's guide on components for the shapes.
fn read_examples<'a>(
    place: Place,
    example: &'a Value,
    format: ParameterFormat,
    names: &[&str],
) -> Result<Vec<&'a str>, Refusal> {
    let missing = || Refusal::from(TemplateRefusal::ExampleMissing { component: place.word() });
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let key = place.field();
    if format == ParameterFormat::Named {
        let list = example[format!("{key}_text_named_params")].as_array().ok_or_else(missing)?;
        let find = |name: &&str| {
            let entry = list.iter().find(|entry| entry["param_name"].as_str() == Some(name));
            entry.and_then(|entry| entry["example"].as_str())
        };
        return names.iter().map(find).collect::<Option<_>>().ok_or_else(missing);
    }
    let list = example[format!("{key}_text")].as_array().ok_or_else(missing)?;
    // The examples of a body stand in a list of lists; those of a header in a list.
    let list = list.first().and_then(Value::as_array).unwrap_or(list);
    let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    texts.filter(|texts| texts.len() == names.len()).ok_or_else(missing)
}

/// Checks a text for what cannot be shown in its place.
// Source: cloud-api.md 3.10 for the subcodes. Assumed: what exactly is not allowed in a body.
fn check_format(place: Place, text: &str) -> Result<(), Refusal> {
    match place {
        Place::Header if has_format(text) => Err(TemplateRefusal::HeaderFormat.into()),
        Place::Body if has_gaps(text) => Err(TemplateRefusal::BodyFormat.into()),
        Place::Header | Place::Body => Ok(()),
    }
}

/// Whether a line holds a line break, an emoji or marks of bold, struck or monospaced text.
pub(super) fn has_format(text: &str) -> bool {
    text.contains(['\n', '\r', '\t', '*', '~', '`']) || text.chars().any(is_emoji)
}

fn has_gaps(text: &str) -> bool {
    text.contains("\n\n\n") || text.contains('\t') || text.contains("     ")
}

/// Whether a character is a picture, or makes one of its neighbours.
pub(crate) const fn is_emoji(character: char) -> bool {
    matches!(character,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b05}'..='\u{2b55}' | '\u{231a}'..='\u{23ff}' | '\u{fe0f}' | '\u{20e3}')
}
