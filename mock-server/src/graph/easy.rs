//! The easy mode at the door: what a request names and nobody declared comes into being first.

use std::sync::Arc;

use arc_swap::Guard;
use cloud_api::account::{AccountField, Selection};
use cloud_api::refusal::Verb;
use cloud_api::{MediaId, PhoneNumberId};
use cloud_sim::{Directory, Undeclared};
use scenario::{Mode, UnknownTemplates};
use serde::Deserialize;

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
        body: &[u8],
    ) -> Guard<Arc<Directory>> {
        let directory = self.engine.directory_now();
        if !directory.is_easy() {
            return directory;
        }
        let token = token.map(Undeclared::Token);
        let object = object(request, path, |id| self.engine.media().has_given(id));
        let is_undeclared = |thing: &Undeclared<'_>| directory.is_undeclared(thing);
        // Nothing comes into being for a request without a token, which is refused anyway.
        if token.is_none() {
            return directory;
        }
        let sent = Sent::of(path, &directory, body);
        let is_known = ![token, object].iter().flatten().any(is_undeclared);
        if is_known && sent.as_ref().is_none_or(|sent| sent.is_known(&directory)) {
            return directory;
        }
        let (founding, now, world) = (self.engine.founding(), self.engine.clock.now(), self.engine.world());
        self.engine.change_directory(|directory| {
            for thing in [token, object].into_iter().flatten() {
                let asking = token.and_then(|token| directory.portfolio_of(&token));
                directory.take_on(&thing, asking, founding);
            }
            if let Some(Sent { number, name, language }) = &sent {
                directory.take_on_template(now, &world, *number, (name, language));
            }
        });
        self.engine.directory_now()
    }
}

/// A template that is sent, and from which number.
struct Sent {
    number: PhoneNumberId,
    name: String,
    language: String,
}

#[derive(Deserialize)]
struct Send {
    template: SentTemplate,
}

#[derive(Deserialize)]
struct SentTemplate {
    name: String,
    language: SentLanguage,
}

#[derive(Deserialize)]
struct SentLanguage {
    code: String,
}

impl Sent {
    /// The template that a request sends, where unknown ones come into being.
    fn of(path: &Path<'_>, directory: &Directory, body: &[u8]) -> Option<Self> {
        let Mode::Easy { templates: UnknownTemplates::Approved } = directory.mode() else { return None };
        let number = path.matched("/{phone-number-id}/messages")?.parse().ok()?;
        let Send { template } = serde_json::from_slice(body).ok()?;
        Some(Self { number, name: template.name, language: template.language.code })
    }

    fn is_known(&self, directory: &Directory) -> bool {
        let account = directory.number(self.number).map(|number| number.account);
        account.is_some_and(|account| directory.template(account, &self.name, &self.language).is_some())
    }
}

/// What the path names, told by the operation that it means.
fn object(
    request: &Request,
    path: &Path<'_>,
    is_file: impl Fn(MediaId) -> bool,
) -> Option<Undeclared<'static>> {
    let verb = verb(request).ok()?;
    if let Some(id) = path.node() {
        let may_come = verb == Verb::Get && !id.parse().is_ok_and(is_file);
        return may_come.then(|| node(request, id)).flatten();
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
