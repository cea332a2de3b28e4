//! Templates: created, reviewed, listed, deleted.

use std::sync::Arc;

use cloud_api::refusal::TemplateRefusal;
use cloud_api::template::{CreateReply, DeleteTemplates, Quality, RejectedReason, SendShape, TemplateRecord};
use cloud_api::webhook::{AccountChange, TemplateEvent, TemplateKey, TemplateUpdate};
use cloud_api::{MessageTemplate, Refusal, TemplateId, TemplateStatus, WabaId};
use journal::Fact;
use scenario::{Elapsed, Outcome, Span};

use super::{Account, Directory, Template};
use crate::notice::Notice;
use crate::world::World;

/// The id of the first template; the others follow.
// Assumed: ids of 16 digits, as in Meta's samples.
const FIRST_TEMPLATE: u64 = 1_000_000_000_000_001;

/// How many templates an account may hold.
// Source: cloud-api.md §3.10: 6,000 for a verified business.
const TEMPLATES_MAX: usize = 6_000;

/// A template whose review has ended.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// What to tell the account's apps.
    pub notice: Notice,
    /// What to journal.
    pub fact: Fact,
}

impl Directory {
    /// Takes a template on and has it reviewed.
    ///
    /// # Errors
    ///
    /// When the account does not exist, is full, or has content of that name and language.
    pub fn create_template(
        &mut self,
        now: Elapsed,
        world: &World,
        account: WabaId,
        template: MessageTemplate,
    ) -> Result<CreateReply, Refusal> {
        let id = TemplateId::new(FIRST_TEMPLATE + self.templates_created);
        let account = self.account_mut(account).ok_or(Refusal::ApiUnknown)?;
        let language = template.language;
        if account.find(template.name.as_str(), language.code()).is_some() {
            return Err(TemplateRefusal::AlreadyExists { language }.into());
        }
        if account.templates.len() >= TEMPLATES_MAX {
            return Err(TemplateRefusal::LimitExceeded.into());
        }
        let ttl = Span::from_secs(u64::from(template.kept_seconds()));
        let created = world.unix_secs(now);
        let record = TemplateRecord {
            id,
            template,
            status: TemplateStatus::Pending,
            rejected_reason: RejectedReason::None,
            quality: Quality::unknown(created),
            previous_category: None,
            correct_category: None,
            library: None,
            last_updated: created,
        };
        let review_due = Some(now + world.meta.review.takes);
        let (shape, category) = (SendShape::of(&record.template), record.template.category());
        account.templates.push(Arc::new(Template { record, ttl, shape, review_due }));
        self.templates_created += 1;
        Ok(CreateReply { id, status: TemplateStatus::Pending, category })
    }

    /// The templates of an account, in the order of their creation.
    #[must_use]
    pub fn templates(&self, account: WabaId) -> &[Arc<Template>] {
        self.account(account).map_or(&[], |account| &account.templates)
    }

    /// The template with this id, and the account that it belongs to.
    #[must_use]
    pub fn template_by_id(&self, id: TemplateId) -> Option<(&Account, &Arc<Template>)> {
        let of = |account: &'_ Account| account.templates.iter().position(|known| known.record.id == id);
        self.accounts.iter().find_map(|account| Some((account, &account.templates[of(account)?])))
    }

    /// Whether a template has, or had, this id.
    pub(super) fn was_template(&self, id: TemplateId) -> bool {
        (FIRST_TEMPLATE..FIRST_TEMPLATE + self.templates_created).contains(&id.number())
    }

    /// The template of this name and language.
    #[must_use]
    pub fn template(&self, account: WabaId, name: &str, language: &str) -> Option<&Arc<Template>> {
        self.account(account)?.find(name, language)
    }

    /// Deletes templates of an account; messages on their way are not touched.
    ///
    /// # Errors
    ///
    /// When there is no such template.
    pub fn delete_templates(&mut self, account: WabaId, which: &DeleteTemplates) -> Result<(), Refusal> {
        let account = self.account_mut(account).ok_or(Refusal::ApiUnknown)?;
        let before = account.templates.len();
        account.templates.retain(|template| !is_named_by(template, which));
        if account.templates.len() == before {
            let name = match which {
                DeleteTemplates::Name(name) | DeleteTemplates::One { name, .. } => name.as_str().to_owned(),
                DeleteTemplates::Many(ids) => {
                    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
                }
            };
            return Err(TemplateRefusal::NotFound { name }.into());
        }
        Ok(())
    }

    /// When the next review ends.
    #[must_use]
    pub fn next_review(&self) -> Option<Elapsed> {
        let all = self.accounts.iter().flat_map(|account| &account.templates);
        all.filter_map(|template| template.review_due).min()
    }

    /// Ends the reviews that are due.
    pub fn take_reviews(&mut self, now: Elapsed, world: &World) -> Vec<Reviewed> {
        let mut reviewed = Vec::new();
        for account in &mut self.accounts {
            let due = account.templates.iter_mut().filter(|t| t.review_due.is_some_and(|due| due <= now));
            for template in due {
                let ended = ended(template, world.unix_secs(now), &world.meta.review.outcome);
                let fact = fact_of(&ended);
                let change = AccountChange::TemplateStatus(update_of(&ended));
                *template = Arc::new(ended);
                reviewed.push(Reviewed { notice: Notice { account: account.id, at: now, change }, fact });
            }
        }
        reviewed
    }
}

impl Account {
    fn find(&self, name: &str, language: &str) -> Option<&Arc<Template>> {
        let is_it = |template: &&Arc<Template>| {
            let asked = &template.record.template;
            asked.name.as_str() == name && asked.language.code() == language
        };
        self.templates.iter().find(is_it)
    }
}

fn ended(template: &Template, now_unix: u64, outcome: &Outcome) -> Template {
    let mut ended = template.clone();
    ended.review_due = None;
    ended.record.last_updated = now_unix;
    match outcome {
        Outcome::Approved => ended.record.status = TemplateStatus::Approved,
        Outcome::Rejected { reason } => {
            ended.record.status = TemplateStatus::Rejected;
            // Assumed: a reason that Meta does not document is told as an invalid format.
            ended.record.rejected_reason = reason.parse().unwrap_or(RejectedReason::InvalidFormat);
        }
    }
    ended
}

fn fact_of(template: &Template) -> Fact {
    let id = template.record.id.number();
    match template.record.status {
        TemplateStatus::Approved => Fact::TemplateApproved { template: id },
        _ => Fact::TemplateRejected { template: id },
    }
}

fn update_of(template: &Template) -> TemplateUpdate {
    let record = &template.record;
    let event = match record.status {
        TemplateStatus::Approved => TemplateEvent::Approved,
        _ => TemplateEvent::Rejected { reason: record.rejected_reason },
    };
    let asked = &record.template;
    let template = TemplateKey { id: record.id, name: asked.name.clone(), language: asked.language };
    TemplateUpdate { event, template, category: asked.category() }
}

fn is_named_by(template: &Template, which: &DeleteTemplates) -> bool {
    let record = &template.record;
    match which {
        DeleteTemplates::Name(name) => record.template.name == *name,
        DeleteTemplates::One { id, name } => record.id == *id && record.template.name == *name,
        DeleteTemplates::Many(ids) => ids.contains(&record.id),
    }
}
