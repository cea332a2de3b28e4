//! Bodies in the language of scenarios, or the same keys and values as JSON.

use std::borrow::Cow;

use scenario::{Mistakes, toml_of_json};

use super::call::Problem;

/// Has a text of the language parsed, whichever way it is written.
///
/// Nothing at all says nothing. Mistakes name the `subject` where they are about the whole.
pub(super) fn in_language<T>(
    text: &str,
    subject: &str,
    parse: impl FnOnce(&str) -> Result<T, Mistakes>,
) -> Result<T, Problem> {
    let is_toml = !(text.trim().is_empty() || text.trim_start().starts_with('{'));
    if is_toml {
        refuse_array(text)?;
    }
    let toml = if is_toml { Cow::Borrowed(text) } else { Cow::Owned(from_json(text)?) };
    parse(&toml).map_err(|mistakes| {
        if is_toml {
            return Problem::bad(mistakes.to_string());
        }
        // The lines are those of no text that the client has ever seen.
        let told = mistakes.0.iter().map(|mistake| match mistake.field.as_str() {
            "" => format!("{subject} is {}, but must be {}", mistake.found, mistake.rule),
            field => format!("`{field}` is {}, but must be {}", mistake.found, mistake.rule),
        });
        Problem::bad(told.collect::<Vec<_>>().join("\n"))
    })
}

fn from_json(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    toml_of_json(text).map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
}

/// No text of the language is a JSON array: what it says of it would help nobody.
fn refuse_array(text: &str) -> Result<(), Problem> {
    let is_array = serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).is_ok();
    if is_array {
        Err(Problem::bad("the body is an array, but must be a JSON object or TOML"))
    } else {
        Ok(())
    }
}
