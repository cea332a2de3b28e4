//! Templates: created, reviewed, edited, paused, deleted.

mod category;
mod create;
mod delete;
mod edit;
mod health;
mod migrate;
mod quality;
mod review;
mod time;
mod unused;

use std::collections::VecDeque;
use std::sync::Arc;

use cloud_api::account::word::Verification;
use cloud_api::refusal::TemplateRefusal;
use cloud_api::template::{Language, SendShape, TemplateCounts, TemplateName, TemplateQuery, TemplateRecord};
use cloud_api::webhook::{AccountChange, TemplateEvent, TemplateKey, TemplateUpdate};
use cloud_api::{MessageTemplate, Refusal, TemplateId, TemplateStatus, WabaId};
use scenario::{Elapsed, Span};

use self::create::FIRST_TEMPLATE;
use super::agenda::Due;
use super::{Account, Directory, Moment};

pub use delete::Archived;
pub use migrate::{Migrated, Unmigrated};
pub use quality::Complaint;
use unused::LastUse;

/// A template, and what will become of it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Template {
    /// What Meta holds of it.
    pub record: TemplateRecord,
    /// How long a message made from it is tried to be delivered.
    pub ttl: Span,
    /// What a message made from it must bring.
    pub shape: SendShape,
    /// When it was last sent; the same for the template before and after a change.
    #[serde(default)]
    used: Arc<LastUse>,
    timers: Timers,
    past: Past,
}

/// When what happens to a template by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Timers {
    /// Its review or its appeal ends.
    review: Option<Elapsed>,
    /// Its pause ends.
    pause: Option<Elapsed>,
    /// Nobody has complained about it for long enough.
    green: Option<Elapsed>,
    /// Nobody has sent it for so long that it is archived, unless somebody has meanwhile.
    #[serde(default)]
    unused: Option<Elapsed>,
    /// Its category is announced to change.
    announced: Option<Elapsed>,
    /// Its category changes.
    moved: Option<Elapsed>,
    /// It is deleted for good.
    gone: Option<Elapsed>,
}

/// What has become of a template so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Past {
    /// Whether it was ever approved.
    was_approved: bool,
    /// The last edits while it was approved; as many as 30 days allow.
    edits: VecDeque<Elapsed>,
    /// The last complaints; as many as make a template bad.
    complaints: VecDeque<Elapsed>,
    /// How often it was paused for its quality.
    pauses: u8,
    /// Since when it is paused until somebody lifts that, if it is.
    held_since: Option<Elapsed>,
}

/// The templates of an account.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Templates {
    /// In the order of their creation, which is that of their ids; at most as many as the account may hold.
    list: Vec<Arc<Template>>,
    /// The names that cannot be used again yet; those that can are forgotten when one is added.
    locks: Vec<Lock>,
    /// The last creations; as many as an hour allows.
    creations: VecDeque<Elapsed>,
}

/// A name and language of a deleted template.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Lock {
    name: TemplateName,
    language: Language,
    until: Elapsed,
}

/// How many templates an account may hold.
// Source: cloud-api.md §3.10. Assumed: each language counts, and so does what is being deleted.
const HELD_MAX: usize = 6_000;
const HELD_MAX_UNVERIFIED: usize = 250;

impl Template {
    fn new(record: TemplateRecord) -> Self {
        let mut template = Self {
            ttl: Span::ZERO,
            shape: SendShape::of(&record.template),
            record,
            used: Arc::default(),
            timers: Timers::default(),
            past: Past::default(),
        };
        template.settle();
        template
    }

    /// Recomputes what follows from the content.
    fn settle(&mut self) {
        self.ttl = Span::from_secs(u64::from(self.record.template.kept_seconds()));
        self.shape = SendShape::of(&self.record.template);
    }

    fn key(&self) -> TemplateKey {
        let asked = &self.record.template;
        TemplateKey { id: self.record.id, name: asked.name.clone(), language: asked.language }
    }

    /// News of its status.
    fn news(&self, event: TemplateEvent) -> AccountChange {
        let category = self.record.template.category();
        AccountChange::TemplateStatus(TemplateUpdate { event, template: self.key(), category })
    }

    fn is_named(&self, name: &TemplateName, language: Language) -> bool {
        let asked = &self.record.template;
        asked.name == *name && asked.language == language
    }
}

impl Templates {
    fn place(&self, id: TemplateId) -> Option<usize> {
        self.list.binary_search_by_key(&id, |known| known.record.id).ok()
    }
}

impl Directory {
    /// The templates of an account, in the order of their creation.
    #[must_use]
    pub fn templates(&self, account: WabaId) -> &[Arc<Template>] {
        self.account(account).map_or(&[], |account| &account.templates.list)
    }

    /// The template with this id, and the account that it belongs to.
    #[must_use]
    pub fn template_by_id(&self, id: TemplateId) -> Option<(&Account, &Arc<Template>)> {
        self.accounts.iter().find_map(|account| {
            let place = account.templates.place(id)?;
            Some((account, &account.templates.list[place]))
        })
    }

    /// Whether a template has, or had, this id.
    pub(super) fn was_template(&self, id: TemplateId) -> bool {
        (FIRST_TEMPLATE..FIRST_TEMPLATE + self.templates_created).contains(&id.number())
    }

    /// The template of this name and language.
    #[must_use]
    pub fn template(&self, account: WabaId, name: &str, language: &str) -> Option<&Arc<Template>> {
        let is_it = |template: &&Arc<Template>| {
            let asked = &template.record.template;
            asked.name.as_str() == name && asked.language.code() == language
        };
        self.account(account)?.templates.list.iter().find(is_it)
    }

    /// How many templates an account has, and how many of them a list asks for.
    #[must_use]
    pub fn template_counts(&self, account: WabaId, query: &TemplateQuery) -> TemplateCounts {
        let all = self.templates(account);
        let matching = all.iter().filter(|template| query.matches(&template.record)).count();
        TemplateCounts { matching, held: all.len(), limit: self.templates_max(account) }
    }

    /// How many templates an account may hold.
    #[must_use]
    pub fn templates_max(&self, account: WabaId) -> usize {
        let portfolio = self.account(account).and_then(|account| self.portfolio(account.portfolio));
        let is_verified = portfolio.is_some_and(|known| known.verification == Verification::Verified);
        if is_verified { HELD_MAX } else { HELD_MAX_UNVERIFIED }
    }

    /// Changes the template of this id, and has its timers kept.
    fn change_template<T>(
        &mut self,
        id: TemplateId,
        change: impl FnOnce(WabaId, &mut Template) -> T,
    ) -> Result<T, Refusal> {
        let found = self.accounts.iter_mut().find_map(|account| {
            let place = account.templates.place(id)?;
            Some((account.id, &mut account.templates.list[place]))
        });
        let Some((account, template)) = found else {
            return Err(TemplateRefusal::NotFound { name: id.to_string() }.into());
        };
        let mut changed = Template::clone(template);
        let outcome = change(account, &mut changed);
        let (before, after) = (template.timers, changed.timers);
        *template = Arc::new(changed);
        self.agenda.remove_all(before.instants(), Due::Template(id));
        self.agenda.add_all(after.instants(), Due::Template(id));
        Ok(outcome)
    }

    /// Has nothing happen any more to the templates of an account that goes.
    pub(super) fn forget_timers(&mut self, account: WabaId) {
        let templates = self.account(account).map_or_else(Vec::new, |known| known.templates.list.clone());
        for template in templates {
            self.agenda.remove_all(template.timers.instants(), Due::Template(template.record.id));
        }
    }
}

impl Timers {
    /// Every instant at which something happens.
    fn instants(self) -> impl Iterator<Item = Elapsed> {
        let Self { review, pause, green, unused, announced, moved, gone } = self;
        [review, pause, green, unused, announced, moved, gone].into_iter().flatten()
    }
}

/// A sentence that Meta would say about a rule.
fn rule(text: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    TemplateRefusal::Rule { text: text.into() }.into()
}

fn not_found(id: TemplateId) -> Refusal {
    TemplateRefusal::NotFound { name: id.to_string() }.into()
}

/// Remembers an instant, and forgets those that came longer ago than `span`; bounded by `count_max`.
fn remember(instants: &mut VecDeque<Elapsed>, now: Elapsed, span: Span, count_max: usize) {
    forget(instants, now, span);
    while instants.len() >= count_max.max(1) {
        instants.pop_front();
    }
    instants.push_back(now);
}

fn forget(instants: &mut VecDeque<Elapsed>, now: Elapsed, span: Span) {
    while instants.front().is_some_and(|first| now.since(*first) >= span) {
        instants.pop_front();
    }
}
