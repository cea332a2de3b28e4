//! Templates are deleted, and moved into and out of the archive.

use std::sync::Arc;

use cloud_api::template::DeleteTemplates;
use cloud_api::webhook::TemplateEvent;

use super::{
    Directory, Due, Lock, Moment, Refusal, Template, TemplateId, TemplateRefusal, TemplateStatus, WabaId,
    rule,
};

/// What became of the templates that should move into or out of the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// Those that moved.
    pub moved: Vec<TemplateId>,
    /// Those that did not, and why.
    pub failed: Vec<(TemplateId, &'static str)>,
}

impl Directory {
    /// Deletes templates of an account.
    ///
    /// One of which messages are on their way, as `is_pending` knows, goes when none can be delivered any
    /// more; they are delivered until then.
    ///
    /// # Errors
    ///
    /// When there is no such template, or one of them is disabled; nothing is deleted then.
    // Source: cloud-api.md §3.5 and §3.9.
    pub fn delete_templates(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        which: &DeleteTemplates,
        is_pending: &dyn Fn(TemplateId) -> bool,
    ) -> Result<(), Refusal> {
        let named: Vec<Arc<Template>> =
            self.templates(account).iter().filter(|template| is_named_by(template, which)).cloned().collect();
        if named.is_empty() {
            return Err(none_of(which));
        }
        if named.iter().any(|template| template.record.status == TemplateStatus::Disabled) {
            return Err(rule("A disabled template cannot be deleted."));
        }
        for template in named {
            let id = template.record.id;
            if is_pending(id) {
                self.change_template(id, |account, template| {
                    template.record.status = TemplateStatus::PendingDeletion;
                    template.timers =
                        super::Timers { gone: Some(moment.now + template.ttl), ..super::Timers::default() };
                    moment.tell(account, template.news(TemplateEvent::PendingDeletion));
                })?;
            } else {
                self.remove_template(moment, id);
            }
        }
        Ok(())
    }

    /// Takes a template off the list, and locks its name if it was ever approved.
    pub(super) fn remove_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) {
        let now = moment.now;
        for account in &mut self.accounts {
            let held = &mut account.templates;
            let Some(place) = held.place(id) else { continue };
            let template = held.list.remove(place);
            self.agenda.remove_all(template.timers.instants(), Due::Template(id));
            held.locks.retain(|lock| now < lock.until);
            if template.past.was_approved {
                let asked = &template.record.template;
                let until = now + moment.world.meta.templates.name_lock;
                held.locks.push(Lock { name: asked.name.clone(), language: asked.language, until });
            }
            moment.tell(account.id, template.news(TemplateEvent::Deleted));
            return;
        }
    }

    /// Moves templates of an account into the archive; they cannot be sent there, and go after 28 days.
    // Source: cloud-api.md §3.5 and §3.8. Assumed: approved and paused ones only, and the reasons.
    pub fn archive_templates(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        ids: &[TemplateId],
    ) -> Archived {
        self.move_each(account, ids, |template| {
            if !matches!(template.record.status, TemplateStatus::Approved | TemplateStatus::Paused) {
                return Err("Only approved or paused templates can be archived");
            }
            template.archive(moment, account);
            Ok(())
        })
    }

    /// Moves templates of an account out of the archive; they can be sent again.
    pub fn unarchive_templates(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        ids: &[TemplateId],
    ) -> Archived {
        self.move_each(account, ids, |template| {
            if template.record.status != TemplateStatus::Archived {
                return Err("The template is not archived");
            }
            template.record.status = TemplateStatus::Approved;
            template.timers = super::Timers::default();
            template.watch_use(moment);
            moment.tell(account, template.news(TemplateEvent::Unarchived));
            Ok(())
        })
    }

    fn move_each(
        &mut self,
        account: WabaId,
        ids: &[TemplateId],
        mut change: impl FnMut(&mut Template) -> Result<(), &'static str>,
    ) -> Archived {
        let mut archived = Archived::default();
        for id in ids {
            let is_own = self.template_by_id(*id).is_some_and(|(owner, _)| owner.id == account);
            let moved = if is_own {
                let moved = self.change_template(*id, |_, template| change(template));
                moved.unwrap_or(Err("There is no such template"))
            } else {
                Err("There is no such template")
            };
            match moved {
                Ok(()) => archived.moved.push(*id),
                Err(reason) => archived.failed.push((*id, reason)),
            }
        }
        archived
    }
}

fn none_of(which: &DeleteTemplates) -> Refusal {
    let name = match which {
        DeleteTemplates::Name(name) | DeleteTemplates::One { name, .. } => name.as_str().to_owned(),
        DeleteTemplates::Many(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    TemplateRefusal::NotFound { name }.into()
}

fn is_named_by(template: &Template, which: &DeleteTemplates) -> bool {
    let record = &template.record;
    match which {
        DeleteTemplates::Name(name) => record.template.name == *name,
        DeleteTemplates::One { id, name } => record.id == *id && record.template.name == *name,
        DeleteTemplates::Many(ids) => ids.contains(&record.id),
    }
}
