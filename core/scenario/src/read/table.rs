//! One table of a scenario, read field by field.
//!
//! Each reading function answers `None` where it has recorded a mistake, so that a section reads
//! all of its fields first and puts itself together with `?` afterwards. What no one has asked for
//! when a table is done with is an unknown key.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::nearest;
use super::page::{MISSING, Page};
use super::{Kind, Mistake};
use crate::time::Span;

/// One table of a scenario; where the text has none, one without entries.
pub(crate) struct Table<'a> {
    pub(super) page: &'a Page<'a>,
    entries: Option<&'a DeTable<'a>>,
    path: String,
    pub(super) line: usize,
    /// The keys that exist: those someone has asked for.
    known: RefCell<Vec<String>>,
}

impl<'a> Table<'a> {
    pub(super) fn root(page: &'a Page<'a>, entries: &'a DeTable<'a>) -> Self {
        Self { page, entries: Some(entries), path: String::new(), line: 1, known: RefCell::default() }
    }

    /// Reads the table as a whole and records what is unknown in it.
    pub(super) fn read<T>(self, read: impl FnOnce(&Self) -> Option<T>) -> Option<T> {
        let value = read(&self);
        self.refuse_unknown();
        value
    }

    /// The value of a field that must be there.
    pub(crate) fn required<T>(&self, key: &str, kind: &Kind<T>) -> Option<T> {
        let value = self.optional(key, kind)?;
        if value.is_none() {
            self.wrong_field(key, MISSING, &kind.rule);
        }
        value
    }

    /// The value of a field, or what holds where it is not given.
    pub(crate) fn or<T>(&self, key: &str, default: T, kind: &Kind<T>) -> Option<T> {
        Some(self.optional(key, kind)?.unwrap_or(default))
    }

    /// The value of a field that need not be there: `Some(None)` where it is not.
    pub(crate) fn optional<T>(&self, key: &str, kind: &Kind<T>) -> Option<Option<T>> {
        let Some(value) = self.find(key) else { return Some(None) };
        let read = (kind.read)(value.get_ref());
        if read.is_none() {
            self.wrong_field(key, &kind.found(value.get_ref()), &kind.rule);
        }
        read.map(Some)
    }

    /// The values of a list, each of this kind, that need not be there: `Some(None)` where it is not.
    pub(crate) fn values<T>(&self, key: &str, kind: &Kind<T>) -> Option<Option<Vec<T>>> {
        let Some(value) = self.find(key) else { return Some(None) };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_field(key, &kind.found(value.get_ref()), &kind.list_rule());
            return None;
        };
        let values = (1..).zip(items.iter()).map(|(nth, item)| {
            let read = (kind.read)(item.get_ref());
            if read.is_none() {
                let (line, path) = (self.page.line(item.span().start), self.path_of(key));
                self.add(line, format!("{path}[{nth}]"), (&kind.found(item.get_ref()), &kind.rule));
            }
            read
        });
        values.collect::<Vec<_>>().into_iter().collect::<Option<_>>().map(Some)
    }

    /// The values of a list, each of this kind, that must be there.
    pub(crate) fn required_values<T>(&self, key: &str, kind: &Kind<T>) -> Option<Vec<T>> {
        let values = self.values(key, kind)?;
        if values.is_none() {
            self.wrong_field(key, MISSING, &kind.list_rule());
        }
        values
    }

    /// A table in this one; where the text has none, it reads one without entries.
    pub(crate) fn section<T>(&self, key: &str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Option<T> {
        let Some(value) = self.find(key) else {
            let path = self.path_of(key);
            return Table { entries: None, path, known: RefCell::default(), ..*self }.read(read);
        };
        self.enter(value, self.path_of(key), read)
    }

    /// A table in this one, or what holds where it is not given.
    pub(crate) fn section_or<T>(
        &self,
        key: &str,
        default: T,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = self.find(key) else { return Some(default) };
        self.enter(value, self.path_of(key), read)
    }

    /// A table in this one that must be there.
    pub(crate) fn required_section<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = self.find(key) else {
            self.wrong_field(key, MISSING, "a table");
            return None;
        };
        self.enter(value, self.path_of(key), read)
    }

    /// A list of tables in this one that must be there, each with its place counted from 1.
    pub(crate) fn required_list<T>(
        &self,
        key: &str,
        rule: &str,
        read: impl Fn(&Table<'_>, usize) -> Option<T>,
    ) -> Option<Vec<T>> {
        if self.find(key).is_none() {
            self.wrong_field(key, MISSING, rule);
            return None;
        }
        self.list(key, read)
    }

    /// A list of tables in this one, each with its place counted from 1; empty where not given.
    pub(crate) fn list<T>(&self, key: &str, read: impl Fn(&Table<'_>, usize) -> Option<T>) -> Option<Vec<T>> {
        let Some(value) = self.find(key) else { return Some(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_field(key, &describe(value.get_ref()), "a list of tables");
            return None;
        };
        let items = (1..).zip(items.iter()).map(|(nth, item)| {
            let path = format!("{}[{nth}]", self.path_of(key));
            self.enter(item, path, |table| read(table, nth))
        });
        items.collect::<Vec<_>>().into_iter().collect()
    }

    /// Whether a field is given.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The keys in the order of the text, for a table whose keys are the author's own.
    pub(crate) fn keys(&self) -> Vec<&'a str> {
        let mut keys: Vec<_> = self.entries.iter().flat_map(|entries| entries.keys()).collect();
        keys.sort_by_key(|key| key.span().start);
        keys.into_iter().map(|key| key.get_ref().as_ref()).collect()
    }

    /// Records that this table as a whole breaks a rule.
    pub(crate) fn wrong(&self, found: &str, rule: &str) {
        self.add(self.line, self.path.clone(), (found, rule));
    }

    /// Records that a field of this table breaks a rule.
    pub(crate) fn wrong_field(&self, key: &str, found: &str, rule: &str) {
        let value = self.find(key);
        let line = value.map_or(self.line, |value| self.page.line(value.span().start));
        self.add(line, self.path_of(key), (found, rule));
    }

    fn enter<T>(
        &self,
        value: &Spanned<DeValue<'_>>,
        path: String,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> Option<T> {
        let line = self.page.line(value.span().start);
        let DeValue::Table(entries) = value.get_ref() else {
            self.add(line, path, (&describe(value.get_ref()), &table_in_place_of(value.get_ref())));
            return None;
        };
        let entries = Some(entries);
        Table { page: self.page, entries, path, line, known: RefCell::default() }.read(read)
    }

    pub(super) fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut known = self.known.borrow_mut();
        if !known.iter().any(|known| known == key) {
            known.push(key.to_owned());
        }
        self.entries?.get(key)
    }

    fn refuse_unknown(&self) {
        let known = self.known.borrow();
        for (key, _) in self.entries.into_iter().flatten() {
            let word = key.get_ref().as_ref();
            if known.iter().any(|known| known == word) {
                continue;
            }
            let rule = match nearest(word, &known) {
                Some(near) => format!("a key that exists: did you mean `{near}`?"),
                None => format!("one of `{}`", known.join("`, `")),
            };
            let line = self.page.line(key.span().start);
            self.add(line, self.path_of(word), ("an unknown key", &rule));
        }
    }

    pub(super) fn add(&self, line: usize, field: String, (found, rule): (&str, &str)) {
        self.page.add(Mistake { line, field, found: found.to_owned(), rule: rule.to_owned() });
    }

    pub(super) fn path_of(&self, key: &str) -> String {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let key = if key.chars().all(is_bare) { key.to_owned() } else { format!("{key:?}") };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }
}

/// The rule that a value breaks which is no table; a span is most likely meant as a latency.
fn table_in_place_of(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(span) if Span::parse(span).is_some() => {
            format!("a table: `{{ median = \"{span}\", p99 = \"{span}\" }}` is always {span}")
        }
        _ => "a table".to_owned(),
    }
}

impl<T> Kind<T> {
    fn list_rule(&self) -> String {
        format!("a list of which each is {}", self.rule)
    }

    /// A value that breaks the rule, as a mistake quotes it.
    fn found(&self, value: &DeValue<'_>) -> String {
        if self.is_secret { HIDDEN.to_owned() } else { describe(value) }
    }
}

/// A value that no mistake quotes.
const HIDDEN: &str = "something else";

/// A value as a mistake quotes it.
fn describe(value: &DeValue<'_>) -> String {
    const LETTERS_MAX: usize = 60;
    match value {
        DeValue::String(text) if text.chars().count() > LETTERS_MAX => {
            format!("{:?}", text.chars().take(LETTERS_MAX).chain(['…']).collect::<String>())
        }
        DeValue::String(text) => format!("{:?}", text.as_ref()),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(instant) => instant.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
