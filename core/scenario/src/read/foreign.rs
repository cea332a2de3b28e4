//! Values in a format that is not the language's: handed over as JSON, and told of by their place.
//!
//! Places are paths as their readers write them, such as `blocks[0].type`: members by their names,
//! entries of a list counted from 0. The language counts them from 1.

use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::DeValue;

use super::{Table, Warning};

impl Table<'_> {
    /// The value of a field as JSON, if it is given.
    pub(crate) fn json(&self, key: &str) -> Option<Value> {
        self.find(key).map(|value| json(value.get_ref()))
    }

    /// Records that what stands at a place breaks a rule.
    pub(crate) fn wrong_at(&self, place: &str, found: &str, rule: &str) {
        self.add(self.line_at(place), self.path_of_place(place), (&shortened(found), rule));
    }

    /// Records that what stands at a place is not taken as it was written.
    pub(crate) fn warn_at(&self, place: &str, found: &str, told: &str) {
        self.page.warn(Warning {
            line: self.line_at(place),
            field: self.path_of_place(place),
            found: shortened(found),
            told: told.to_owned(),
        });
    }

    /// What was recorded in all of the text so far, in its order.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        self.page.warnings()
    }

    /// The line of a place; where nothing stands there, of what it would stand in.
    fn line_at(&self, place: &str) -> usize {
        let mut steps = place.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let Some(mut value) = steps.next().and_then(|key| self.find(key)) else { return self.line };
        for step in steps {
            let Some(inner) = member(value, step) else { break };
            value = inner;
        }
        self.page.line(value.span().start)
    }

    fn path_of_place(&self, place: &str) -> String {
        let (key, rest) = place.split_at(place.find(['.', '[']).unwrap_or(place.len()));
        let mut path = self.path_of(key);
        for (nth, piece) in rest.split('[').enumerate() {
            let entry = piece.split_once(']').and_then(|(at, rest)| Some((at.parse::<usize>().ok()?, rest)));
            match entry {
                Some((at, rest)) if nth > 0 => path.push_str(&format!("[{}]{rest}", at + 1)),
                _ => path.push_str(piece),
            }
        }
        path
    }
}

fn member<'a>(value: &'a Spanned<DeValue<'a>>, step: &str) -> Option<&'a Spanned<DeValue<'a>>> {
    match value.get_ref() {
        DeValue::Table(entries) => entries.get(step),
        DeValue::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// A value as JSON; what JSON has no word for becomes a string.
fn json(value: &DeValue<'_>) -> Value {
    let text = |text: String| Value::String(text);
    match value {
        DeValue::String(string) => text(string.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => whole.into(),
            Err(_) => text(number.to_string()),
        },
        DeValue::Float(number) => match number.as_str().parse().ok().and_then(Number::from_f64) {
            Some(real) => Value::Number(real),
            None => text(number.to_string()),
        },
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(instant) => text(instant.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(entries) => {
            let members =
                entries.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())));
            Value::Object(members.collect())
        }
    }
}

/// What was found, as a mistake quotes it.
fn shortened(found: &str) -> String {
    const LETTERS_MAX: usize = 60;
    match found.char_indices().nth(LETTERS_MAX) {
        Some((at, _)) => format!("{}…", &found[..at]),
        None => found.to_owned(),
    }
}
