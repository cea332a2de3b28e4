//! What happens to templates by itself, when its time has come.

use std::sync::Arc;

use cloud_api::TemplateId;
use scenario::Elapsed;

use super::super::agenda::Due;
use super::{Directory, Moment, Template, WabaId};

impl Directory {
    /// When the next thing happens by itself.
    #[must_use]
    pub fn next_due(&self) -> Option<Elapsed> {
        self.agenda.next().into_iter().chain(self.next_account_due()).min()
    }

    /// Has everything happen that is due, each at its own instant; the moment is the last of them.
    pub fn take_due(&mut self, moment: &mut Moment<'_>) {
        let now = moment.now;
        while let Some((at, due)) = self.agenda.pop(now) {
            moment.move_to(at);
            match due {
                Due::Template(id) => self.template_due(moment, id),
            }
        }
        moment.move_to(now);
        self.take_signal_dues(moment);
        let notices = self.take_account_dues(now);
        moment.tell_all(notices);
    }

    /// When something happens next that somebody may wait for: all but that scores turn
    /// good, and that nobody sends a template for a year.
    #[must_use]
    pub fn next_work(&self) -> Option<Elapsed> {
        let all = self.accounts.iter().flat_map(|account| &account.templates.list);
        let timers = all.flat_map(|template| {
            let super::Timers { review, pause, green: _, unused: _, announced, moved, gone } =
                template.timers;
            [review, pause, announced, moved, gone]
        });
        timers.flatten().min()
    }

    /// Whether a template is in review, and until when.
    #[must_use]
    pub fn next_review(&self) -> Option<Elapsed> {
        let all = self.accounts.iter().flat_map(|account| &account.templates.list);
        all.filter_map(|template| template.timers.review).min()
    }

    fn template_due(&mut self, moment: &mut Moment<'_>, id: TemplateId) {
        let Some((_, template)) = self.template_by_id(id) else { return };
        let template = Arc::clone(template);
        if is_due(moment, template.timers.gone) {
            self.remove_template(moment, id);
            return;
        }
        // The template was found above, so the change cannot fail.
        let _found = self.change_template(id, |account, template| template.take_due(moment, account));
    }
}

impl Template {
    fn take_due(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        if is_due(moment, self.timers.review) {
            self.timers.review = None;
            self.end_review(moment, account);
        }
        if is_due(moment, self.timers.pause) {
            self.timers.pause = None;
            self.end_pause(moment, account);
        }
        if is_due(moment, self.timers.green) {
            self.timers.green = None;
            self.turn_green(moment, account);
        }
        if is_due(moment, self.timers.unused) {
            self.timers.unused = None;
            self.take_unused(moment, account);
        }
        if is_due(moment, self.timers.announced) {
            self.timers.announced = None;
            self.announce_move(moment, account);
        }
        if is_due(moment, self.timers.moved) {
            self.timers.moved = None;
            self.take_move(moment, account);
        }
    }
}

fn is_due(moment: &Moment<'_>, at: Option<Elapsed>) -> bool {
    at.is_some_and(|at| at <= moment.now)
}
