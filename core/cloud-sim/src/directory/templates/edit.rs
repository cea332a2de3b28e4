//! Templates are edited.

use cloud_api::template::{
    ButtonView, EditReply, EditTemplate, TemplateCategory, TemplateContent, TemplateView,
};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::template::{ButtonUpdate, ComponentsUpdate};
use scenario::Span;

use super::{
    Directory, Moment, Refusal, Template, TemplateId, TemplateRefusal, TemplateStatus, remember, rule,
};

const DAY: Span = Span::from_secs(86_400);
const MONTH: Span = Span::from_secs(30 * 86_400);

impl Directory {
    /// Changes what a template shows, and has it reviewed again.
    ///
    /// # Errors
    ///
    /// When there is no such template, its status does not allow that, its category would change though it
    /// is approved, or it was edited too often.
    // Source: cloud-api.md §3.9. Assumed: what changes nothing but the time to live counts as an edit, and is
    // reviewed, too.
    pub fn edit_template(
        &mut self,
        moment: &mut Moment<'_>,
        id: TemplateId,
        edit: &EditTemplate,
    ) -> Result<EditReply, Refusal> {
        let (_, found) = self.template_by_id(id).ok_or_else(|| super::not_found(id))?;
        found.check_edit(moment, edit)?;
        let reply = self.change_template(id, |account, template| {
            let was_approved = template.record.status == TemplateStatus::Approved;
            template.take_edit(edit);
            template.record.last_updated = moment.unix();
            let rules = &moment.world.meta.templates;
            if was_approved {
                remember(&mut template.past.edits, moment.now, MONTH, rules.edits_per_month as usize);
            }
            if edit.content.is_some() {
                moment.tell(account, AccountChange::TemplateComponents(template.words()));
            }
            let asked = &template.record.template;
            EditReply { success: true, id, name: asked.name.clone(), category: asked.category() }
        })?;
        self.submit(moment, id)?;
        Ok(reply)
    }
}

impl Template {
    // Assumed: the words.
    fn check_edit(&self, moment: &Moment<'_>, edit: &EditTemplate) -> Result<(), Refusal> {
        if !self.record.status.is_editable() {
            return Err(TemplateRefusal::NotEditable.into());
        }
        if self.record.status != TemplateStatus::Approved {
            return Ok(());
        }
        let current = self.record.template.category();
        if edit.category.is_some_and(|category| category != current) {
            return Err(rule("The category of an approved template cannot be changed."));
        }
        let rules = &moment.world.meta.templates;
        let within = |span| self.past.edits.iter().filter(|edit| moment.now.since(**edit) < span).count();
        if within(DAY) >= rules.edits_per_day as usize {
            let times = rules.edits_per_day;
            return Err(rule(format!("An approved template can be edited {times} time(s) in 24 hours.")));
        }
        if within(MONTH) >= rules.edits_per_month as usize {
            let times = rules.edits_per_month;
            return Err(rule(format!("An approved template can be edited {times} time(s) in 30 days.")));
        }
        Ok(())
    }

    fn take_edit(&mut self, edit: &EditTemplate) {
        let asked = &mut self.record.template;
        // Assumed: what is not said anew of a new category is as if it had never been said.
        if edit.ttl.is_some() || edit.category.is_some_and(|category| category != asked.category()) {
            asked.ttl = edit.ttl;
        }
        if let Some(content) = &edit.content {
            asked.content = content.clone();
        }
        if let (Some(category), TemplateContent::Custom(content)) = (edit.category, &mut asked.content) {
            content.category = match category {
                TemplateCategory::Marketing => cloud_api::template::CustomCategory::Marketing,
                TemplateCategory::Utility | TemplateCategory::Authentication => {
                    cloud_api::template::CustomCategory::Utility
                }
            };
        }
        self.record.correct_category = None;
        (self.timers.announced, self.timers.moved, self.timers.pause) = (None, None, None);
        self.past.held_since = None;
        self.settle();
    }

    /// The words that it shows now.
    fn words(&self) -> ComponentsUpdate {
        let TemplateView { title, body, footer, buttons } = self.record.template.view();
        let buttons = buttons.into_iter().map(|button| match button {
            ButtonView::Url { text, url } => ButtonUpdate::Url { text, url },
            ButtonView::PhoneNumber { text, phone_number } => {
                ButtonUpdate::PhoneNumber { text, phone_number }
            }
        });
        ComponentsUpdate { template: self.key(), title, body, footer, buttons: buttons.collect() }
    }
}
