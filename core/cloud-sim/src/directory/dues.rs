//! What happens to numbers and portfolios later: names are decided on, limits rise and fall.

use std::sync::Arc;

use cloud_api::account::word::{NameStatus, NumberStatus, Quality, ThroughputLevel, Tier, Verification};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::{
    AlertEntity, AlertSeverity, AlertStatus, AlertType, AlertUpdate, NumberQualityEvent,
};
use cloud_api::{BusinessId, WabaId};
use scenario::{Elapsed, Span};

use super::{Directory, Number};
use crate::notice::Notice;
use crate::reach::Reach;

/// How long a number cannot send while its throughput is raised.
// Source: cloud-api.md §7: up to a minute, 131057.
const UPGRADE_TAKES: Span = Span::from_secs(60);

impl Directory {
    /// When something happens to a number or a portfolio next.
    #[must_use]
    pub fn next_account_due(&self) -> Option<Elapsed> {
        let due = |number: &Arc<Number>| {
            let own = [number.name_due, number.signals_due, number.flagged_until, number.upgrading_until];
            own.into_iter().chain([number.reach.rises_at(), number.reach.goes_faster_at()]).flatten().min()
        };
        self.numbers.iter().filter_map(due).min()
    }

    /// Does what is due, and says what the apps are to be told.
    pub fn take_account_dues(&mut self, now: Elapsed) -> Vec<Notice> {
        let mut notices = self.take_number_dues(now);
        for portfolio in self.portfolios.iter().map(|portfolio| portfolio.id).collect::<Vec<_>>() {
            let reach = self.reach_of(portfolio);
            if reach.rises_at().is_some_and(|due| due <= now) {
                reach.settle_rise();
                notices.extend(self.rise(now, portfolio));
            }
            if reach.take_goes_faster(now) {
                self.begin_upgrades(now, portfolio);
            }
        }
        notices
    }

    /// What the numbers of a portfolio count together.
    pub(super) fn reach_of(&self, portfolio: BusinessId) -> Arc<Reach> {
        let mut reaches = self.numbers.iter().map(|number| &number.reach);
        let known = reaches.find(|reach| reach.portfolio() == portfolio);
        known.map_or_else(|| Arc::new(Reach::new(portfolio)), Arc::clone)
    }

    /// Tells what the numbers of a portfolio count what they are to count.
    pub(super) fn renew_reach(&self, portfolio: BusinessId) {
        let Some(owner) = self.portfolio(portfolio) else { return };
        let accounts = self.account_ids(portfolio);
        let mut numbers = self.numbers.iter().filter(|number| accounts.contains(&number.account));
        self.reach_of(portfolio).set(owner.tier, numbers.any(|number| number.can_be_faster()));
    }

    pub(super) fn account_ids(&self, portfolio: BusinessId) -> Vec<WabaId> {
        self.accounts_of(portfolio).map(|account| account.id).collect()
    }

    fn take_number_dues(&mut self, now: Elapsed) -> Vec<Notice> {
        let is_due = |due: Option<Elapsed>| due.is_some_and(|due| due <= now);
        let mut notices = Vec::new();
        for at in 0..self.numbers.len() {
            let (id, account) = (self.numbers[at].id, self.numbers[at].account);
            let number = &self.numbers[at];
            let dues =
                (is_due(number.name_due), is_due(number.flagged_until), is_due(number.upgrading_until));
            if dues == (false, false, false) {
                continue;
            }
            let tier = self.tier(account);
            let Some(number) = self.number_mut(id) else { continue };
            let mut changes = Vec::new();
            if dues.0 {
                changes.extend(number.decide_name(NameStatus::Approved));
            }
            if dues.2 {
                number.upgrading_until = None;
                number.record.level = ThroughputLevel::High;
                changes.push(number.standing(NumberQualityEvent::ThroughputUpgrade, tier));
            }
            notices.extend(changes.into_iter().map(|change| Notice { account, at: now, change }));
            if dues.1 {
                number.flagged_until = None;
                number.record.status = NumberStatus::Connected;
                notices.extend(self.fall(now, account));
            }
            let portfolio = self.account(account).map(|account| account.portfolio);
            portfolio.into_iter().for_each(|portfolio| self.renew_reach(portfolio));
        }
        notices
    }

    /// Raises the limit of a portfolio by one step, unless something stands against it.
    // Source: cloud-api.md §7: if quality is good; the first step needs to be verified, or the scaling path.
    // Assumed: quality is good while no number is red; the alert where it is not verified.
    fn rise(&mut self, now: Elapsed, id: BusinessId) -> Vec<Notice> {
        let Some(portfolio) = self.portfolio(id) else { return Vec::new() };
        let Some(above) = portfolio.tier.above() else { return Vec::new() };
        let accounts = self.account_ids(id);
        let is_known = portfolio.verification == Verification::Verified || self.reach_of(id).has_scaled(now);
        if above == Tier::T2K && !is_known {
            let alert = AlertUpdate {
                entity: AlertEntity::Business,
                entity_id: id.number(),
                severity: AlertSeverity::Informational,
                status: AlertStatus::None,
                kind: AlertType::CapabilitiesNeedMoreInfo,
                description: "Verify the business to raise its messaging limit.".to_owned(),
            };
            let alert = |account| Notice { account, at: now, change: AccountChange::Alert(alert.clone()) };
            return accounts.into_iter().map(alert).collect();
        }
        let mut numbers = self.numbers.iter().filter(|number| accounts.contains(&number.account));
        if numbers.any(|number| number.record.quality == Quality::Red) {
            return Vec::new();
        }
        self.set_tier(now, id, above)
    }

    /// Lowers the limit of an account's portfolio by one step.
    fn fall(&mut self, now: Elapsed, account: WabaId) -> Vec<Notice> {
        let portfolio = self.account(account).map(|account| account.portfolio);
        match (portfolio, self.tier(account).below()) {
            (Some(portfolio), Some(below)) => self.set_tier(now, portfolio, below),
            _ => Vec::new(),
        }
    }

    fn begin_upgrades(&mut self, now: Elapsed, portfolio: BusinessId) {
        let accounts = self.account_ids(portfolio);
        let numbers = self.numbers.iter_mut().filter(|number| accounts.contains(&number.account));
        for number in numbers.filter(|number| number.can_be_faster()) {
            Arc::make_mut(number).upgrading_until = Some(now + UPGRADE_TAKES);
        }
    }
}

impl Number {
    /// Whether it could send faster than it does.
    // Source: cloud-api.md §7: quality of YELLOW or better.
    fn can_be_faster(&self) -> bool {
        let record = &self.record;
        let is_well = record.quality != Quality::Red;
        record.level == ThroughputLevel::Standard
            && !record.is_on_app
            && is_well
            && self.upgrading_until.is_none()
    }
}
