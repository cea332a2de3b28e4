//! Templates are taken on.

use cloud_api::template::{
    AuthenticationTemplate, CreateReply, EditTemplate, Quality, RejectedReason, Upserted,
};
use journal::Fact;

use super::{
    Account, Directory, MessageTemplate, Moment, Refusal, Template, TemplateId, TemplateRecord,
    TemplateRefusal, TemplateStatus, WabaId, remember,
};
use cloud_api::FailureCode;
use scenario::{Elapsed, Span, TemplateRules};
use std::sync::Arc;

/// The id of the first template; the others follow.
// Assumed: ids of 16 digits, as in Meta's samples.
pub(super) const FIRST_TEMPLATE: u64 = 1_000_000_000_000_001;

const HOUR: Span = Span::from_secs(3_600);

impl Directory {
    /// Takes a template on and has it reviewed.
    ///
    /// # Errors
    ///
    /// When the account does not exist or is full, when it creates too many templates in an hour, or when
    /// the name has content in that language, or had some until lately.
    // Assumed: the order of the checks; and that businesses which are not verified create authentication
    // templates too: cloud-api.md §3.2 has it otherwise from vendors, but nobody tells what Meta answers.
    pub fn create_template(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        template: MessageTemplate,
    ) -> Result<CreateReply, Refusal> {
        self.check_room(moment, account, &template)?;
        let id = TemplateId::new(FIRST_TEMPLATE + self.templates_created);
        self.templates_created += 1;
        let rules = &moment.world.meta.templates;
        let held = &mut self.account_mut(account).ok_or(Refusal::ApiUnknown)?.templates;
        remember(&mut held.creations, moment.now, HOUR, rules.creations_per_hour as usize);
        let is_of_library = template.library.is_some();
        held.list.push(Arc::new(Template::new(record(id, template, moment.unix()))));
        moment.happened(Fact::TemplateSubmitted { template: id.number() });
        if is_of_library { self.decide_at_once(moment, id) } else { self.submit(moment, id) }?;
        let (_, template) = self.template_by_id(id).ok_or(Refusal::ApiUnknown)?;
        Ok(CreateReply { id, status: template.record.status, category: template.record.template.category() })
    }

    /// Has an authentication template in these languages: those that exist are edited, others created.
    ///
    /// # Errors
    ///
    /// The first refusal; what was done before stays done.
    // Source: cloud-api.md §3.7. Assumed: what is the same already is left alone.
    pub fn upsert_templates(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        templates: &[AuthenticationTemplate],
    ) -> Result<Vec<Upserted>, Refusal> {
        let mut done = Vec::with_capacity(templates.len());
        for asked in templates {
            let asked = MessageTemplate::from(asked.clone());
            let language = asked.language;
            let found = self.template(account, asked.name.as_str(), language.code()).map(Arc::clone);
            let id = match found {
                None => self.create_template(moment, account, asked)?.id,
                Some(found) if found.record.template == asked => found.record.id,
                Some(found) => {
                    let edit = EditTemplate {
                        category: Some(asked.category()),
                        content: Some(asked.content),
                        ttl: asked.ttl,
                    };
                    self.edit_template(moment, found.record.id, &edit)?.id
                }
            };
            let (_, template) = self.template_by_id(id).ok_or(Refusal::ApiUnknown)?;
            done.push(Upserted::new(id, template.record.status, language));
        }
        Ok(done)
    }

    fn check_room(
        &self,
        moment: &Moment<'_>,
        account: WabaId,
        template: &MessageTemplate,
    ) -> Result<(), Refusal> {
        let known = self.account(account).ok_or(Refusal::ApiUnknown)?;
        let (held, rules) = (&known.templates, &moment.world.meta.templates);
        if known.creation_regain(moment.now, rules).is_some() {
            let code = FailureCode::new(rules.rate_code);
            return Err(code.map_or(Refusal::AccountThrottled, Refusal::listed));
        }
        let language = template.language;
        if let Some(known) = held.list.iter().find(|known| known.is_named(&template.name, language)) {
            return Err(match known.record.status {
                TemplateStatus::PendingDeletion => TemplateRefusal::BeingDeleted { language }.into(),
                _ => TemplateRefusal::AlreadyExists { language }.into(),
            });
        }
        let is_locked = |lock: &super::Lock| {
            lock.name == template.name && lock.language == language && moment.now < lock.until
        };
        if held.locks.iter().any(is_locked) {
            return Err(TemplateRefusal::BeingDeleted { language }.into());
        }
        if held.list.len() >= self.templates_max(account) {
            return Err(TemplateRefusal::LimitExceeded.into());
        }
        Ok(())
    }
}

pub(super) const fn record(id: TemplateId, template: MessageTemplate, unix: u64) -> TemplateRecord {
    TemplateRecord {
        id,
        template,
        status: TemplateStatus::Pending,
        rejected_reason: RejectedReason::None,
        quality: Quality::unknown(unix),
        previous_category: None,
        correct_category: None,
        last_updated: unix,
    }
}

impl Account {
    /// How long no template can be created, where as many were as an hour allows.
    #[must_use]
    pub fn creation_regain(&self, now: Elapsed, rules: &TemplateRules) -> Option<Span> {
        let creations = &self.templates.creations;
        let earlier = creations.partition_point(|created| now.since(*created) >= HOUR);
        let surplus = (creations.len() - earlier).checked_sub(rules.creations_per_hour as usize)?;
        Some(Span::from_micros(HOUR.micros() - now.since(creations[earlier + surplus]).micros()))
    }
}
