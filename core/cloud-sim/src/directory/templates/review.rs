//! Templates are reviewed, and rejections appealed against.

use cloud_api::template::{QualityScore, RejectedReason};
use cloud_api::webhook::TemplateEvent;
use journal::Fact;
use scenario::{Outcome, Review};

use super::{Directory, Moment, Refusal, Template, TemplateId, TemplateStatus, WabaId, rule};

impl Directory {
    /// Hands a template to its reviewers; one whose review takes no time is decided on at once.
    // Source: cloud-api.md §3.1 and §3.5: a template is pending until it is reviewed; authentication
    // templates may be approved at once.
    pub(super) fn submit(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.record.status = TemplateStatus::Pending;
            let review = review_of(moment, template);
            template.timers.review = Some(moment.now + review.takes);
            if review.takes.micros() == 0 {
                template.end_review(moment, account);
            }
        })
    }

    /// Decides on a template of the library without a wait.
    // Source: cloud-api.md §3.8: its text has been reviewed already. Assumed: reviewers that reject its name
    // or category reject it at once.
    pub(super) fn decide_at_once(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| template.end_review(moment, account))
    }

    /// Has a rejected template looked at again.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is not rejected.
    // Source: cloud-api.md §3.5. Assumed: whoever appeals does so outside of the Graph API.
    pub fn appeal_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            if template.record.status != TemplateStatus::Rejected {
                return Err(rule("Only a rejected template can be appealed for."));
            }
            template.record.status = TemplateStatus::InAppeal;
            template.timers.review = Some(moment.now + moment.world.meta.templates.appeal.takes);
            moment.tell(account, template.news(TemplateEvent::InAppeal));
            Ok(())
        })?
    }

    /// Approves a template by hand, whatever its status; it may be sent from now on.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is being deleted.
    pub fn approve_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_kept()?;
            template.decide(moment, account, &Outcome::Approved);
            Ok(())
        })?
    }

    /// Rejects a template by hand, whatever its status.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is being deleted.
    pub fn reject_template(
        &mut self,
        moment: &mut Moment<'_>,
        id: TemplateId,
        reason: RejectedReason,
    ) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_kept()?;
            template.reject(moment, account, reason);
            Ok(())
        })?
    }
}

impl Template {
    /// Refuses to touch a template that is being deleted.
    pub(super) fn check_kept(&self) -> Result<(), Refusal> {
        match self.record.status {
            TemplateStatus::PendingDeletion => Err(rule("The template is being deleted.")),
            _ => Ok(()),
        }
    }

    /// Ends its review, or the review of its appeal, as the rules say.
    pub(super) fn end_review(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let outcome = match self.record.status {
            TemplateStatus::InAppeal => moment.world.meta.templates.appeal.outcome.clone(),
            _ => review_of(moment, self).outcome.clone(),
        };
        self.decide(moment, account, &outcome);
    }

    fn decide(&mut self, moment: &mut Moment<'_>, account: WabaId, outcome: &Outcome) {
        match outcome {
            Outcome::Approved => self.approve(moment, account),
            // Assumed: a reason that Meta does not document is told as an invalid format.
            Outcome::Rejected { reason } => {
                self.reject(moment, account, reason.parse().unwrap_or(RejectedReason::InvalidFormat));
            }
        }
    }

    fn approve(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        self.record.status = TemplateStatus::Approved;
        self.record.rejected_reason = RejectedReason::None;
        self.record.last_updated = moment.unix();
        self.timers.review = None;
        self.timers.pause = None;
        self.past.was_approved = true;
        self.past.held_since = None;
        self.watch_use(moment);
        if self.record.quality.score == QualityScore::Unknown {
            self.timers.green = Some(moment.now + moment.world.meta.templates.green_after);
        }
        moment.tell(account, self.news(TemplateEvent::Approved));
        moment.happened(Fact::TemplateApproved { template: self.record.id.number() });
        self.look_for_a_code(moment);
    }

    pub(super) fn reject(&mut self, moment: &mut Moment<'_>, account: WabaId, reason: RejectedReason) {
        self.record.status = TemplateStatus::Rejected;
        self.record.rejected_reason = reason;
        self.record.last_updated = moment.unix();
        self.timers = super::Timers::default();
        moment.tell(account, self.news(TemplateEvent::Rejected { reason }));
        moment.happened(Fact::TemplateRejected { template: self.record.id.number() });
    }
}

/// What the reviewers of a template are like.
fn review_of<'a>(moment: &Moment<'a>, template: &Template) -> &'a Review {
    let asked = &template.record.template;
    let rules = &moment.world.meta.templates.reviews;
    let rule = rules.iter().find(|rule| rule.fits(asked.name.as_str(), asked.category()));
    rule.map_or(&moment.world.meta.review, |rule| &rule.review)
}
