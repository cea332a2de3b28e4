//! The text of a scenario and the mistakes found in it so far.

use std::cell::RefCell;
use std::ops::Range;

use toml::de::DeTable;

use super::{Mistake, Mistakes, Table, Warning};

/// What the file says where a field that must be there is not.
pub(super) const MISSING: &str = "missing";

/// The text of a scenario and the mistakes found in it so far.
pub(crate) struct Page<'a> {
    text: &'a str,
    mistakes: RefCell<Vec<Mistake>>,
    warnings: RefCell<Vec<Warning>>,
}

impl<'a> Page<'a> {
    /// Reads the whole text as one table, field by field.
    ///
    /// # Errors
    ///
    /// Every mistake, by line. Where the syntax is broken, what seems to be missing may only have
    /// been lost with it, and is not held against the text.
    pub(crate) fn read<T>(text: &'a str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Result<T, Mistakes> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        let page = Page { text, mistakes: RefCell::default(), warnings: RefCell::default() };
        let value = Table::root(&page, tree.get_ref()).read(read);
        let syntax: Vec<Mistake> = errors.iter().map(|error| page.syntax(error)).collect();
        let mut mistakes = page.mistakes.into_inner();
        if !syntax.is_empty() {
            let is_broken = |line: usize| syntax.iter().any(|mistake| mistake.line == line);
            mistakes.retain(|mistake| mistake.found != MISSING && !is_broken(mistake.line));
            mistakes.extend(syntax);
        }
        mistakes.sort_by_key(|mistake| mistake.line);
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => Err(Mistakes(mistakes)),
        }
    }

    /// The line on which a byte of the text lies, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    pub(super) fn add(&self, mistake: Mistake) {
        self.mistakes.borrow_mut().push(mistake);
    }

    pub(super) fn warn(&self, warning: Warning) {
        self.warnings.borrow_mut().push(warning);
    }

    /// The warnings so far, in the order of the text.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.warnings.borrow().clone();
        warnings.sort_by_key(|warning| warning.line);
        warnings
    }

    fn syntax(&self, error: &toml::de::Error) -> Mistake {
        let at = error.span().unwrap_or(self.text.len()..self.text.len());
        Mistake {
            line: self.line(at.start),
            field: String::new(),
            found: self.excerpt(at),
            rule: error.message().to_owned(),
        }
    }

    fn excerpt(&self, at: Range<usize>) -> String {
        match self.text.get(at).map(|piece| piece.lines().next().unwrap_or_default().trim()) {
            None | Some("") => "the end of the line".to_owned(),
            Some(piece) => format!("`{}`", piece.chars().take(40).collect::<String>()),
        }
    }
}
