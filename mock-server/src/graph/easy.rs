//! The easy mode at the door: what a request names and nobody declared comes into being first.

use std::sync::Arc;

use cloud_api::account::{AccountField, Selection};
use cloud_api::refusal::Verb;
use cloud_sim::{Directory, Undeclared};

use super::operation::operations;
use super::path::Path;
use super::{Graph, Request, verb};

impl Graph {
    /// The directory, with everything in it that this request names, as far as the mode allows it.
    pub(super) fn directory_for(
        &self,
        request: &Request,
        path: &Path<'_>,
        token: Option<&str>,
    ) -> Arc<Directory> {
        let directory = self.engine.directory();
        if !directory.is_easy() {
            return directory;
        }
        let token = token.map(Undeclared::Token);
        let object = object(request, path);
        let is_undeclared = |thing: &Undeclared<'_>| directory.is_undeclared(thing);
        // Nothing comes into being for a request without a token, which is refused anyway.
        if token.is_none() || ![token, object].iter().flatten().any(is_undeclared) {
            return directory;
        }
        let founding = self.engine.founding();
        self.engine.change_directory(|directory| {
            for thing in [token, object].into_iter().flatten() {
                let asking = token.and_then(|token| directory.portfolio_of(&token));
                directory.take_on(&thing, asking, founding);
            }
        });
        self.engine.directory()
    }
}

/// What the path names, told by the operation that it means.
fn object(request: &Request, path: &Path<'_>) -> Option<Undeclared<'static>> {
    let verb = verb(request).ok()?;
    if let Some(id) = path.node() {
        return (verb == Verb::Get).then(|| node(request, id)).flatten();
    }
    let matching = operations().filter(|operation| operation.verb == verb);
    let (id, kind) = matching.into_iter().find_map(|operation| {
        let kind = operation.path.trim_start_matches("/{").split('}').next()?;
        Some((path.matched(operation.path)?, kind))
    })?;
    match kind {
        "phone-number-id" => id.parse().ok().map(Undeclared::Number),
        "account-id" => id.parse().ok().map(Undeclared::Account),
        "app-id" => id.parse().ok().map(Undeclared::App),
        _ => None,
    }
}

/// What a lone id names: a phone number, unless only an account has the fields that are asked for.
fn node(request: &Request, id: &str) -> Option<Undeclared<'static>> {
    let fields = request.parameter("fields");
    if Selection::of_number(fields.as_deref(), cloud_api::GraphVersion::default()).is_ok() {
        return id.parse().ok().map(Undeclared::Number);
    }
    let is_account = Selection::<AccountField>::parse(fields.as_deref()).is_ok();
    is_account.then(|| id.parse().ok().map(Undeclared::Account)).flatten()
}
