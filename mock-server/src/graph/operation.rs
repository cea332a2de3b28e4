//! Every operation of the Graph API that this Meta knows.

use std::future::Future;
use std::pin::Pin;

use cloud_api::Refusal;
pub(super) use cloud_api::refusal::Verb;

use super::path::Path;
use super::{Call, Graph};
use crate::http::Answer;

/// One operation: what it does, where it is, and where that was read.
pub struct Operation {
    /// What a request to it does.
    pub verb: Verb,
    /// The path after the version; an id stands between braces.
    pub path: &'static str,
    /// What it is for, as a clause.
    pub about: &'static str,
    /// Where it was read.
    pub source: &'static str,
    pub(super) handle: Handle,
}

/// What answers an operation; the text is what stands in the path between the braces.
pub(super) enum Handle {
    /// Answers at once.
    Edge(fn(&Graph, &Call<'_>, &str) -> Result<Answer, Refusal>),
    /// Answers at once, if the id is one of its kind; otherwise the next operation is asked.
    Node(fn(&Graph, &Call<'_>, &str) -> Result<Option<Answer>, Refusal>),
    /// Answers at once, and needs no token: it is given the parameters alone.
    Open(OpenHandle),
    /// Asks somebody else before it answers.
    Slow(for<'a> fn(&'a Graph, &'a Call<'a>, &'a str) -> Answering<'a>),
    /// The same, if the request is one of its kind; otherwise the next operation is asked.
    SlowNode(for<'a> fn(&'a Graph, &'a Call<'a>, &'a str) -> Answering<'a, Option<Answer>>),
}

/// What answers an operation that needs no token, from its parameters.
pub(super) type OpenHandle = fn(&Graph, &[u8]) -> Result<Answer, Refusal>;

/// An answer that takes a while.
pub(super) type Answering<'a, T = Answer> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// The operations of each subject; those whose paths have the same shape are asked in this order.
static SUBJECTS: &[&[Operation]] = &[
    super::messages::OPERATIONS,
    super::tokens::OPERATIONS,
    super::subscriptions::OPERATIONS,
    super::apps::OPERATIONS,
    super::numbers::OPERATIONS,
    super::registration::OPERATIONS,
    super::media::OPERATIONS,
    super::blocking::OPERATIONS,
    super::history::OPERATIONS,
    super::accounts::OPERATIONS,
    super::users::OPERATIONS,
    super::portfolios::OPERATIONS,
    super::activities::OPERATIONS,
    super::analytics::OPERATIONS,
    super::templates::OPERATIONS,
    super::library::OPERATIONS,
    super::archive::OPERATIONS,
    super::batch::OPERATIONS,
];

/// What requests are counted as, in the order of their places; the last is for what is no operation.
pub(crate) fn operation_names() -> Vec<String> {
    let named = operations().map(|operation| {
        let verb = match operation.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Delete => "DELETE",
        };
        let is_node = matches!(operation.handle, Handle::Node(_) | Handle::SlowNode(_));
        let path = if is_node { "/{id}" } else { operation.path };
        // Not every reader of Prometheus' format takes braces between quotes.
        format!("{verb} {}", path.replace('{', ":").replace('}', ""))
    });
    named.chain(["none".to_owned()]).collect()
}

/// The place of the operation that a request is counted as.
pub(super) fn place_of(verb: Option<Verb>, path: &Path<'_>) -> usize {
    let is_it =
        |operation: &Operation| verb == Some(operation.verb) && path.matched(operation.path).is_some();
    operations().position(is_it).unwrap_or_else(|| operations().count())
}

/// Every operation that this Meta knows, in the order in which a request is held against them.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    SUBJECTS.iter().copied().flatten()
}
