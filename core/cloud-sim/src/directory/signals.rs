//! What people think of phone numbers: signals that they do not want a number's messages.

use cloud_api::PhoneNumberId;
use cloud_api::account::word::{Quality, Tier};
use cloud_api::webhook::AccountChange;
use scenario::{Elapsed, NumberRules};

use super::{Directory, Moment, Number};

impl Directory {
    /// Counts that somebody does not want the messages of a number: they blocked it, or say that they
    /// asked for no code. Signals about a number that is gone are lost.
    // Source: cloud-api.md §7. Assumed: the number of signals in a stretch of time makes the quality,
    // and every kind of signal weighs the same; see `NumberRules`.
    pub fn signal(&mut self, moment: &mut Moment<'_>, id: PhoneNumberId) {
        let rules = moment.world.meta.numbers;
        self.weigh(moment, id, |now, number| {
            number.forget_signals(now, &rules);
            while number.signals.len() >= rules.red_at as usize {
                number.signals.pop_front();
            }
            number.signals.push_back(now);
            let by_signals = number.quality_by_signals(&rules);
            worse(number.record.quality, by_signals)
        });
    }

    /// Has the quality of numbers improve whose signals count no more.
    pub(super) fn take_signal_dues(&mut self, moment: &mut Moment<'_>) {
        let rules = moment.world.meta.numbers;
        let is_due = |number: &Number| number.signals_due.is_some_and(|due| due <= moment.now);
        let due: Vec<_> =
            self.numbers.iter().filter(|number| is_due(number)).map(|number| number.id).collect();
        for id in due {
            self.weigh(moment, id, |now, number| {
                number.forget_signals(now, &rules);
                number.quality_by_signals(&rules)
            });
        }
    }

    /// Gives a number the quality that is found, and tells what follows from it.
    fn weigh(
        &mut self,
        moment: &mut Moment<'_>,
        id: PhoneNumberId,
        find: impl FnOnce(Elapsed, &mut Number) -> Quality,
    ) {
        let Some(account) = self.number(id).map(|number| number.account) else { return };
        let tier: Tier = self.tier(account);
        let Some(number) = self.number_mut(id) else { return };
        let quality = find(moment.now, number);
        number.signals_due = number.improves_at(&moment.world.meta.numbers);
        let change: Option<AccountChange> = number.set_quality(moment.now, tier, quality);
        if let Some(change) = change {
            moment.tell(account, change);
        }
        let portfolio = self.account(account).map(|account| account.portfolio);
        portfolio.into_iter().for_each(|portfolio| self.renew_reach(portfolio));
    }
}

impl Number {
    /// Has what is set by hand stand, whatever people have said before.
    pub(super) fn forget_all_signals(&mut self) {
        self.signals.clear();
        self.signals_due = None;
    }

    fn forget_signals(&mut self, now: Elapsed, rules: &NumberRules) {
        while self.signals.front().is_some_and(|first| now.since(*first) >= rules.signal_counts_for) {
            self.signals.pop_front();
        }
    }

    fn quality_by_signals(&self, rules: &NumberRules) -> Quality {
        let count = self.signals.len();
        match count {
            _ if count >= rules.red_at as usize => Quality::Red,
            _ if count >= rules.yellow_at as usize => Quality::Yellow,
            _ => Quality::Green,
        }
    }

    /// When so many signals have aged that the quality is better than it is by them now.
    fn improves_at(&self, rules: &NumberRules) -> Option<Elapsed> {
        let holding = match self.quality_by_signals(rules) {
            Quality::Red => rules.red_at,
            Quality::Yellow => rules.yellow_at,
            Quality::Green | Quality::Unknown => return None,
        };
        let last = self.signals.len().checked_sub(holding as usize)?;
        self.signals.get(last).map(|at| *at + rules.signal_counts_for)
    }
}

/// The worse of two; who has said nothing counts as content.
const fn worse(one: Quality, other: Quality) -> Quality {
    match (one, other) {
        (Quality::Red, _) | (_, Quality::Red) => Quality::Red,
        (Quality::Yellow, _) | (_, Quality::Yellow) => Quality::Yellow,
        (Quality::Green, _) | (_, Quality::Green) => Quality::Green,
        (Quality::Unknown, Quality::Unknown) => Quality::Unknown,
    }
}
