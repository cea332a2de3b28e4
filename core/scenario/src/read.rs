//! Reading a scenario's values with every mistake kept.

mod decimal;
mod foreign;
mod kind;
mod nearest;
mod page;
mod table;

use std::fmt;

use thiserror::Error;

pub(crate) use decimal::decimal;
pub(crate) use kind::{Kind, grouped};
pub(crate) use page::Page;
pub(crate) use table::Table;

/// One thing wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the file, counted from 1.
    pub line: usize,
    /// The full path of the field, such as `meta.read.share`; empty for a mistake of syntax.
    ///
    /// Entries of a list are counted from 1: `traffic.phases[1]` is the first.
    pub field: String,
    /// What the file says.
    pub found: String,
    /// What would have been accepted; for a mistake of syntax, what is wrong with it.
    pub rule: String,
}

/// What a scenario says and is not taken as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where in the file, counted from 1.
    pub line: usize,
    /// The full path of the field, as in a [`Mistake`].
    pub field: String,
    /// What the file says.
    pub found: String,
    /// What is taken, and what was made of it: a clause that follows "but".
    pub told: String,
}

/// Why a scenario was refused: everything that is wrong with it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Mistakes(pub Vec<Mistake>);

/// Turns a JSON object into a text of the language, which has the same keys and values.
///
/// Lines of the text tell nothing about lines of the JSON.
///
/// # Errors
///
/// When it is no JSON object, or holds a `null`, for which the language has no word.
pub fn toml_of_json(json: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<toml::Table>(json).map(|table| table.to_string())
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, found, rule } = self;
        if field.is_empty() {
            return write!(f, "line {line}: {found} is not TOML: {rule}");
        }
        write!(f, "line {line}: `{field}` is {found}, but must be {rule}")
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, found, told } = self;
        write!(f, "line {line}: `{field}` is {found}, but {told}")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, mistake) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}
