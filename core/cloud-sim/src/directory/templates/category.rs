//! Meta moves templates to the category that they belong into.

use cloud_api::Day;
use cloud_api::template::{CustomCategory, RejectedReason, TemplateCategory, TemplateContent};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::template::{CategoryStep, CategoryUpdate};
use scenario::Span;

use super::{Directory, Moment, Refusal, Template, TemplateId, TemplateStatus, WabaId, rule};

/// How long before a template moves its business is told.
// Source: cloud-api.md §6.6.
const NOTICE_AHEAD_SECS: u64 = 86_400;

impl Directory {
    /// Has Meta find that a template belongs into another category: it moves in 24 hours.
    ///
    /// # Errors
    ///
    /// When there is no such template, or it is of that category, or its texts cannot be.
    // Source: cloud-api.md §6.6. Assumed: an authentication template cannot move, having no text of its own.
    pub fn recategorise_template(
        &mut self,
        moment: &mut Moment<'_>,
        id: TemplateId,
        correct: TemplateCategory,
    ) -> Result<(), Refusal> {
        self.change_template(id, |account, template| {
            let current = template.record.template.category();
            if current == correct {
                return Err(rule(format!("The template is of category {correct} already.")));
            }
            if current == TemplateCategory::Authentication {
                return Err(rule("An authentication template cannot change its category."));
            }
            template.record.correct_category = Some(correct);
            template.timers.announced = None;
            template.timers.moved = Some(moment.now + Span::from_secs(NOTICE_AHEAD_SECS));
            template.announce_move(moment, account);
            Ok(())
        })?
    }
}

impl Template {
    /// Flags a template with texts of its own that sends a code.
    // Source: cloud-api.md §3.12: the notice comes a day before the first of the next month, when the
    // template is rejected. Assumed: in UTC; what is found on the last day of a month has another month.
    pub(super) fn look_for_a_code(&mut self, moment: &Moment<'_>) {
        if !self.record.template.sends_a_code() {
            return;
        }
        let unix = moment.unix();
        let first = first_of_next_month(unix);
        let first = if first - unix < NOTICE_AHEAD_SECS { first_of_next_month(first) } else { first };
        self.record.correct_category = Some(TemplateCategory::Authentication);
        self.timers.announced = Some(moment.at_unix(first - NOTICE_AHEAD_SECS));
        self.timers.moved = Some(moment.at_unix(first));
    }

    pub(super) fn announce_move(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let (Some(correct), Some(moved)) = (self.record.correct_category, self.timers.moved) else { return };
        let current = self.record.template.category();
        let at = moment.world.unix_secs(moved);
        self.tell_move(moment, account, CategoryStep::Upcoming { current, correct, at });
    }

    /// Moves it, or rejects it where its texts cannot be of the category that they belong into.
    // Source: cloud-api.md §3.6: the time to live is reset.
    pub(super) fn take_move(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let Some(correct) = self.record.correct_category.take() else { return };
        let previous = self.record.template.category();
        let category = match correct {
            TemplateCategory::Authentication => {
                if self.record.status != TemplateStatus::PendingDeletion {
                    self.reject(moment, account, RejectedReason::IncorrectCategory);
                }
                return;
            }
            TemplateCategory::Utility => CustomCategory::Utility,
            TemplateCategory::Marketing => CustomCategory::Marketing,
        };
        if let TemplateContent::Custom(content) = &mut self.record.template.content {
            content.category = category;
        }
        self.record.template.ttl = None;
        self.record.previous_category = Some(previous);
        self.record.last_updated = moment.unix();
        self.settle();
        self.tell_move(moment, account, CategoryStep::Done { previous, new: correct });
    }

    fn tell_move(&self, moment: &mut Moment<'_>, account: WabaId, step: CategoryStep) {
        moment.tell(account, AccountChange::TemplateCategory(CategoryUpdate { template: self.key(), step }));
    }
}

/// The first instant of the next month in UTC, in unix seconds.
fn first_of_next_month(unix: u64) -> u64 {
    Day::of_unix(unix).month().next().first_day().unix_secs()
}

#[cfg(test)]
mod tests {
    use super::first_of_next_month;

    #[track_caller]
    fn check(unix: u64, expected: u64) {
        assert_eq!(first_of_next_month(unix), expected);
    }

    #[test]
    fn the_next_month_begins_on_its_first_day() {
        check(0, 2_678_400);
        check(1_750_000_000, 1_751_328_000);
        check(1_751_327_999, 1_751_328_000);
        check(1_751_328_000, 1_754_006_400);
        check(1_766_000_000, 1_767_225_600);
        check(1_708_000_000, 1_709_251_200);
        check(951_782_400, 951_868_800);
    }
}
