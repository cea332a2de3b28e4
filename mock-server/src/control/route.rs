//! One thing that the control API does: its method, its path and what it takes.

use std::pin::Pin;

use super::Control;
use super::call::{Call, Told};

/// One thing that the control API does.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// The path after the prefix; a segment in braces stands for anything.
    pub(super) pattern: &'static str,
    /// The parameters that the query may have.
    pub(super) query: &'static [&'static str],
    /// The media type of the body, where there is one.
    pub(super) body: Option<&'static str>,
    /// The statuses that it alone may answer with; others are told of all routes.
    pub(super) statuses: &'static [u16],
    /// What it does, in one line.
    pub(super) summary: &'static str,
    pub(super) handler: Handler,
}

/// What does it: at once, or after waiting.
pub(super) enum Handler {
    Now(fn(&Control, &Call<'_>) -> Told),
    Later(for<'a> fn(&'a Control, &'a Call<'a>) -> Waiting<'a>),
}

pub(super) type Waiting<'a> = Pin<Box<dyn Future<Output = Told> + Send + 'a>>;

impl Route {
    const fn new(
        method: &'static str,
        pattern: &'static str,
        summary: &'static str,
        handler: Handler,
    ) -> Self {
        Self { method, pattern, query: &[], body: None, statuses: &[], summary, handler }
    }

    pub(super) const fn get(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("GET", pattern, summary, handler)
    }

    pub(super) const fn post(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("POST", pattern, summary, handler)
    }

    pub(super) const fn put(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("PUT", pattern, summary, handler)
    }

    pub(super) const fn patch(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("PATCH", pattern, summary, handler)
    }

    pub(super) const fn delete(pattern: &'static str, summary: &'static str, handler: Handler) -> Self {
        Self::new("DELETE", pattern, summary, handler)
    }

    /// The parameters that the query may have.
    pub(super) const fn query(mut self, names: &'static [&'static str]) -> Self {
        self.query = names;
        self
    }

    /// The media type of the body.
    pub(super) const fn body(mut self, media_type: &'static str) -> Self {
        self.body = Some(media_type);
        self
    }

    /// The statuses that it may answer with besides those that any may.
    pub(super) const fn may_answer(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// Every status that it may answer with, once the path has led to it: parameters that nobody knows and
    /// a token that is missing are refused everywhere, and a body may be too large or too slow.
    pub(super) fn statuses(&self) -> impl Iterator<Item = u16> {
        let of_body: &[u16] = if self.body.is_some() { &[408, 413] } else { &[] };
        [200, 400, 401].iter().chain(of_body).chain(self.statuses).copied()
    }

    /// Whether it is what this path, without the prefix, leads to.
    pub(super) fn matches(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given => {}
                (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
                _ => return false,
            }
        }
    }
}
