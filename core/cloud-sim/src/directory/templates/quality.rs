//! What people think of templates, and what comes of it.

use cloud_api::template::{Quality, QualityScore, RejectedReason};
use cloud_api::webhook::template::QualityUpdate;
use cloud_api::webhook::{AccountChange, TemplateEvent};
use scenario::Span;

use super::{
    Directory, Moment, Refusal, Template, TemplateId, TemplateStatus, WabaId, forget, remember, rule,
};

/// A person does not want a template's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Complaint {
    /// They blocked or reported the business.
    Blocked,
    /// They pressed "I didn't request a code".
    DidNotRequestCode,
}

/// How soon a pause for pacing can be lifted.
// Source: cloud-api.md §3.9.
const HELD_MIN: Span = Span::from_secs(5 * 60);

impl Complaint {
    /// Meta's word for the reason.
    // Source: cloud-api.md §3.5 has reasons and not their words. Assumed: the words.
    const fn word(self) -> &'static str {
        match self {
            Self::Blocked => "BLOCKED",
            Self::DidNotRequestCode => "DID_NOT_REQUEST_CODE",
        }
    }
}

impl Directory {
    /// Counts a complaint about a template; those of a deleted one are lost.
    // Assumed: the number of complaints in a stretch of time makes the score; see `TemplateRules`.
    pub fn complain(&mut self, moment: &mut Moment<'_>, id: TemplateId, complaint: Complaint) {
        let rules = &moment.world.meta.templates;
        // A template that is gone has nothing to lose.
        let _found = self.change_template(id, |account, template| {
            let complaints = &mut template.past.complaints;
            remember(complaints, moment.now, rules.complaint_counts_for, rules.red_at as usize);
            let count = complaints.len() as u32;
            let score = match count {
                _ if count >= rules.red_at => QualityScore::Red,
                _ if count >= rules.yellow_at => QualityScore::Yellow,
                _ => return,
            };
            template.set_quality(moment, account, score, vec![complaint.word().into()]);
        });
    }

    /// Gives a template a score by hand, with what follows from it.
    ///
    /// # Errors
    ///
    /// When there is no such template.
    pub fn set_template_quality(
        &mut self,
        moment: &mut Moment<'_>,
        id: TemplateId,
        score: QualityScore,
        reasons: &[String],
    ) -> Result<(), Refusal> {
        let reasons: Vec<Box<str>> = reasons.iter().map(|reason| reason.as_str().into()).collect();
        self.change_template(id, |account, template| template.set_quality(moment, account, score, reasons))
    }

    /// Pauses a template by hand for its quality; the third time disables it.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is not approved.
    pub fn pause_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_sendable()?;
            template.pause(moment, account);
            Ok(())
        })?
    }

    /// Pauses a template by hand for its pace, until somebody lifts that.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is not approved.
    // Source: cloud-api.md §3.12: pacing holds utility and marketing templates only.
    pub fn hold_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_sendable()?;
            if template.shape.is_authentication() {
                return Err(rule("Authentication templates are not paced."));
            }
            template.record.status = TemplateStatus::Paused;
            template.past.held_since = Some(moment.now);
            moment.tell(account, template.news(TemplateEvent::PausedForRate));
            Ok(())
        })?
    }

    /// Lifts a pause for pacing, or says why not.
    ///
    /// # Errors
    ///
    /// When there is no such template.
    // Source: cloud-api.md §3.9. Assumed: the reasons.
    pub fn unpause_template(
        &mut self,
        moment: &mut Moment<'_>,
        id: TemplateId,
    ) -> Result<Result<(), &'static str>, Refusal> {
        self.change_template(id, |account, template| {
            if template.record.status != TemplateStatus::Paused {
                return Err("The template is not paused.");
            }
            match template.past.held_since {
                None => Err("The template is paused for its quality and cannot be unpaused."),
                Some(since) if moment.now.since(since) < HELD_MIN => {
                    Err("The template cannot be unpaused within 5 minutes of its pause.")
                }
                Some(_) => {
                    template.end_pause(moment, account);
                    Ok(())
                }
            }
        })
    }

    /// Lifts a pause by hand, whatever it was for and however short.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is not paused.
    pub fn lift_pause(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            if template.record.status != TemplateStatus::Paused {
                return Err(rule("The template is not paused."));
            }
            template.end_pause(moment, account);
            Ok(())
        })?
    }

    /// Stops a template by hand for good.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is being deleted.
    pub fn disable_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_kept()?;
            template.disable(moment, account);
            Ok(())
        })?
    }

    /// Lets a stopped template be sent again, by hand.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is not disabled.
    pub fn reinstate_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            if template.record.status != TemplateStatus::Disabled {
                return Err(rule("Only a disabled template can be reinstated."));
            }
            template.record.status = TemplateStatus::Approved;
            template.record.rejected_reason = RejectedReason::None;
            template.past.pauses = 0;
            template.watch_use(moment);
            moment.tell(account, template.news(TemplateEvent::Reinstated));
            Ok(())
        })?
    }

    /// Warns by hand that a template may be stopped; it can be sent still.
    ///
    /// # Errors
    ///
    /// When there is no such template.
    // Source: cloud-api.md §6.6 has the event. Assumed: it changes no status.
    pub fn flag_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            moment.tell(account, template.news(TemplateEvent::Flagged));
        })
    }

    /// Tells by hand that a template is locked; it can be sent still.
    ///
    /// # Errors
    ///
    /// When there is no such template.
    // Source: cloud-api.md §6.6 has the event. Assumed: it changes no status.
    pub fn lock_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            moment.tell(account, template.news(TemplateEvent::Locked));
        })
    }

    /// Has a template be one too many, by hand; it cannot be sent until it is approved.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is being deleted.
    // Source: cloud-api.md §3.5 and §6.6 for the status and the event. Assumed: when Meta does so, since
    // it refuses templates beyond the limit of an account.
    pub fn limit_template(&mut self, moment: &mut Moment<'_>, id: TemplateId) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            template.check_kept()?;
            template.record.status = TemplateStatus::LimitExceeded;
            template.timers = super::Timers::default();
            moment.tell(account, template.news(TemplateEvent::LimitExceeded));
            Ok(())
        })?
    }
}

impl Template {
    fn check_sendable(&self) -> Result<(), Refusal> {
        if self.record.status.is_sendable() { Ok(()) } else { Err(rule("The template is not approved.")) }
    }

    fn set_quality(
        &mut self,
        moment: &mut Moment<'_>,
        account: WabaId,
        score: QualityScore,
        reasons: Vec<Box<str>>,
    ) {
        let previous = self.record.quality.score;
        if previous == score {
            return;
        }
        self.record.quality = Quality { score, date: moment.unix(), reasons };
        self.timers.green = None;
        let update = QualityUpdate { template: self.key(), previous, new: score };
        moment.tell(account, AccountChange::TemplateQuality(update));
        if score == QualityScore::Red && self.record.status.is_sendable() {
            self.pause(moment, account);
        }
    }

    /// Calls it good, unless somebody has complained meanwhile.
    pub(super) fn turn_green(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let rules = &moment.world.meta.templates;
        forget(&mut self.past.complaints, moment.now, rules.complaint_counts_for);
        if (self.past.complaints.len() as u32) < rules.yellow_at {
            self.set_quality(moment, account, QualityScore::Green, Vec::new());
        }
    }

    /// Pauses it the first and the second time, and stops it the third.
    // Source: cloud-api.md §3.12.
    fn pause(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let rules = &moment.world.meta.templates;
        self.past.pauses = self.past.pauses.saturating_add(1);
        self.past.complaints.clear();
        let (event, takes) = match self.past.pauses {
            1 => (TemplateEvent::PausedFirst, rules.first_pause),
            2 => (TemplateEvent::PausedSecond, rules.second_pause),
            _ => {
                self.disable(moment, account);
                return;
            }
        };
        self.record.status = TemplateStatus::Paused;
        self.timers.pause = Some(moment.now + takes);
        moment.tell(account, self.news(event));
    }

    /// Lets it be sent again.
    // Assumed: its score is unknown again, so that it takes new complaints to pause it again.
    pub(super) fn end_pause(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        if self.record.status != TemplateStatus::Paused {
            return;
        }
        self.record.status = TemplateStatus::Approved;
        self.past.held_since = None;
        self.timers.pause = None;
        moment.tell(account, self.news(TemplateEvent::Unpaused));
        self.set_quality(moment, account, QualityScore::Unknown, Vec::new());
        self.timers.green = Some(moment.now + moment.world.meta.templates.green_after);
    }

    fn disable(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        self.record.status = TemplateStatus::Disabled;
        self.timers = super::Timers::default();
        let at = moment.unix();
        moment.tell(account, self.news(TemplateEvent::Disabled { at }));
    }
}
