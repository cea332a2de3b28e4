//! What Meta, or who tests against it, changes of accounts and portfolios, and who is told.

mod number;

use cloud_api::account::InternationalEligibility;
use cloud_api::account::word::{BanState, Ownership, Restriction, ReviewDecision, Tier, Verification};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::{
    AccountEvent, BanInfo, CapabilityUpdate, NumberQualityEvent, NumberQualityUpdate, RestrictionInfo,
    ReviewUpdate, ViolationInfo,
};
use cloud_api::{BusinessId, WabaId};
use scenario::Elapsed;

use super::{Account, Directory};
use crate::notice::Notice;

pub use number::NumberPatch;

/// What is changed of an account by hand; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// What its bills are in, as ISO 4217 writes it.
    pub currency: Option<String>,
    /// The country of its owner, as ISO 3166 writes it.
    pub country: Option<String>,
    /// Who owns it.
    pub ownership: Option<Ownership>,
    /// What its review found.
    pub review: Option<ReviewDecision>,
    /// Whether Meta knows who stands behind its portfolio.
    pub verification: Option<Verification>,
    /// Where its portfolio does its business, as ISO 3166 writes it.
    pub location: Option<String>,
    /// How many people its portfolio may write to.
    pub tier: Option<Tier>,
    /// Whether it is locked.
    pub is_locked: Option<bool>,
    /// Whether it cannot pay.
    pub is_unpaid: Option<bool>,
    /// Whether it counts what templates do.
    pub is_enabled_for_insights: Option<bool>,
    /// Whether it is being worked on.
    pub is_in_maintenance: Option<bool>,
    /// What it may not do, and until when, in unix seconds.
    pub restrictions: Option<Vec<(Restriction, Option<u64>)>>,
    /// How far its ban has come, and its date in unix seconds.
    pub ban: Option<(BanState, u64)>,
    /// Countries to which it may not send, as ISO 3166 writes them.
    pub closed_countries: Option<Vec<String>>,
    /// Since when it pays the international rate for authentication.
    pub international: Option<InternationalEligibility>,
    /// The name of a rule that it broke, such as `SCAM`: told, and otherwise without effect.
    pub violation: Option<String>,
}

/// How many numbers an account may have.
// Source: cloud-api.md §6.6, the sample of `business_capability_update`.
const NUMBERS_PER_ACCOUNT: u32 = 25;

impl Directory {
    /// Changes an account by hand, and says what its apps are to be told.
    ///
    /// `None` when there is no such account.
    pub fn change_account(&mut self, now: Elapsed, id: WabaId, patch: &AccountPatch) -> Option<Vec<Notice>> {
        let account = self.account_mut(id)?;
        let portfolio = account.portfolio;
        let mut changes = account.apply(patch);
        let owner = self.portfolios.iter_mut().find(|owner| owner.id == portfolio)?;
        if let Some(location) = patch.location.clone().filter(|place| owner.location.as_ref() != Some(place))
        {
            owner.location = Some(location.clone());
            changes.push(AccountChange::Account(AccountEvent::BusinessPrimaryLocationCountryUpdate {
                country: location,
            }));
        }
        let is_news = patch.verification.is_some_and(|verification| verification != owner.verification);
        owner.verification = patch.verification.unwrap_or(owner.verification);
        if is_news {
            // Assumed: whether Meta knows a business is told as far as it changes what it may do.
            changes.push(AccountChange::Capability(self.capability(id)));
        }
        let mut notices: Vec<Notice> =
            changes.into_iter().map(|change| Notice { account: id, at: now, change }).collect();
        if let Some(tier) = patch.tier {
            notices.extend(self.set_tier(now, portfolio, tier));
        }
        Some(notices)
    }

    /// Has a portfolio write to more or fewer people, and tells all its accounts.
    pub(super) fn set_tier(&mut self, now: Elapsed, id: BusinessId, tier: Tier) -> Vec<Notice> {
        let Some(portfolio) = self.portfolios.iter_mut().find(|portfolio| portfolio.id == id) else {
            return Vec::new();
        };
        let old = std::mem::replace(&mut portfolio.tier, tier);
        if old == tier {
            return Vec::new();
        }
        let event = if tier > old { NumberQualityEvent::Upgrade } else { NumberQualityEvent::Downgrade };
        self.renew_reach(id);
        let accounts = self.account_ids(id);
        let mut notices = Vec::new();
        for account in accounts {
            let change = AccountChange::Capability(self.capability(account));
            notices.push(Notice { account, at: now, change });
            for number in self.numbers_of(account) {
                let update =
                    NumberQualityUpdate { number: number.display, event, limit: tier, old_limit: Some(old) };
                notices.push(Notice { account, at: now, change: AccountChange::NumberQuality(update) });
            }
        }
        notices
    }

    /// How many people the portfolio of an account may write to.
    pub(super) fn tier(&self, account: WabaId) -> Tier {
        let portfolio = self.account(account).and_then(|account| self.portfolio(account.portfolio));
        portfolio.map_or(Tier::T250, |portfolio| portfolio.tier)
    }

    fn capability(&self, account: WabaId) -> CapabilityUpdate {
        let numbers_per_business = u32::try_from(self.numbers_max(account)).unwrap_or(u32::MAX);
        CapabilityUpdate {
            limit: self.tier(account),
            numbers_per_business,
            numbers_per_account: NUMBERS_PER_ACCOUNT,
        }
    }
}

impl Account {
    /// Takes over what concerns the account itself, and says what is told of it.
    fn apply(&mut self, patch: &AccountPatch) -> Vec<AccountChange> {
        let mut changes = Vec::new();
        let mut tell = |event: AccountEvent| changes.push(AccountChange::Account(event));
        if let Some(violation) = &patch.violation {
            let violation_info = ViolationInfo { violation_type: violation.clone() };
            tell(AccountEvent::AccountViolation { violation_info });
        }
        if let Some(restrictions) = &patch.restrictions {
            let info = |&(restriction_type, expiration): &(Restriction, Option<u64>)| RestrictionInfo {
                restriction_type,
                expiration,
            };
            // Assumed: nothing is told of restrictions that are lifted.
            if !restrictions.is_empty() && *restrictions != self.standing.restrictions {
                let restriction_info = restrictions.iter().map(info).collect();
                tell(AccountEvent::AccountRestriction { restriction_info });
            }
            self.standing.restrictions.clone_from(restrictions);
        }
        if let Some((state, at)) = patch.ban.filter(|ban| Some(*ban) != self.standing.ban) {
            self.standing.ban = Some((state, at)).filter(|_| state != BanState::Reinstate);
            tell(AccountEvent::DisabledUpdate { ban_info: BanInfo { state, at } });
        }
        if let Some(international) = &patch.international {
            self.record.international = Some(international.clone());
            let auth_international_rate_eligibility = international.clone();
            tell(AccountEvent::AuthIntlPriceEligibilityUpdate { auth_international_rate_eligibility });
        }
        if let Some(decision) = patch.review.filter(|review| *review != self.record.review) {
            self.record.review = decision;
            changes.push(AccountChange::Review(ReviewUpdate { decision }));
        }
        self.apply_silently(patch);
        changes
    }

    /// Takes over what nobody is told of.
    // Assumed: Meta documents no webhook for an account that is locked or cannot pay.
    fn apply_silently(&mut self, patch: &AccountPatch) {
        let (record, standing) = (&mut self.record, &mut self.standing);
        for (place, text) in [(&mut record.currency, &patch.currency), (&mut record.country, &patch.country)]
        {
            if let Some(text) = text {
                place.clone_from(text);
            }
        }
        record.is_enabled_for_insights =
            patch.is_enabled_for_insights.unwrap_or(record.is_enabled_for_insights);
        record.ownership = patch.ownership.unwrap_or(record.ownership);
        standing.is_locked = patch.is_locked.unwrap_or(standing.is_locked);
        standing.is_unpaid = patch.is_unpaid.unwrap_or(standing.is_unpaid);
        standing.is_in_maintenance = patch.is_in_maintenance.unwrap_or(standing.is_in_maintenance);
        if let Some(closed) = &patch.closed_countries {
            standing.closed_countries.clone_from(closed);
        }
    }
}
