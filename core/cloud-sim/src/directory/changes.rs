//! What Meta, or who tests against it, changes of accounts and numbers, and who is told.

use cloud_api::account::InternationalEligibility;
use cloud_api::account::word::{
    AccountMode, BanState, CodeVerification, NameStatus, NumberStatus, Ownership, Quality, Restriction,
    ReviewDecision, ThroughputLevel, Tier, Verification,
};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::{
    AccountEvent, AlertEntity, AlertSeverity, AlertStatus, AlertType, AlertUpdate, BanInfo, CapabilityUpdate,
    NameUpdate, NumberQualityEvent, NumberQualityUpdate, RestrictionInfo, ReviewUpdate, ViolationInfo,
};
use cloud_api::{BusinessId, PhoneNumberId, Recipient, WabaId};
use scenario::{Elapsed, Span};

use super::{Account, Directory, Number};
use crate::notice::Notice;

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

/// What is changed of a number by hand; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct NumberPatch {
    /// How it stands.
    pub status: Option<NumberStatus>,
    /// What recipients think of it.
    pub quality: Option<Quality>,
    /// How fast it may send.
    pub level: Option<ThroughputLevel>,
    /// Whether it is a test number.
    pub mode: Option<AccountMode>,
    /// Whether it is shown to be its owner's.
    pub code_verification: Option<CodeVerification>,
    /// How its name stands; the name under review, where there is one.
    pub name_status: Option<NameStatus>,
    /// Whether it has the badge of an official business.
    pub is_official: Option<bool>,
    /// Whether the WhatsApp Business app is used beside the API.
    pub is_on_app: Option<bool>,
    /// To whom it may write while it is a test number.
    pub allow_list: Option<Vec<Recipient>>,
}

/// How long a number stays flagged before its portfolio's limit falls.
// Source: cloud-api.md §7.
const FLAGGED_FOR: Span = Span::from_secs(7 * 24 * 3_600);

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

    /// Changes a number by hand, and says what the apps of its account are to be told.
    ///
    /// `None` when there is no such number.
    pub fn change_number(
        &mut self,
        now: Elapsed,
        id: PhoneNumberId,
        patch: &NumberPatch,
    ) -> Option<Vec<Notice>> {
        let account = self.number(id)?.account;
        let tier = self.tier(account);
        let number = self.number_mut(id)?;
        let changes = number.apply(now, tier, patch);
        let portfolio = self.account(account).map(|account| account.portfolio);
        portfolio.into_iter().for_each(|portfolio| self.renew_reach(portfolio));
        Some(changes.into_iter().map(|change| Notice { account, at: now, change }).collect())
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
        record.ownership = patch.ownership.unwrap_or(record.ownership);
        standing.is_locked = patch.is_locked.unwrap_or(standing.is_locked);
        standing.is_unpaid = patch.is_unpaid.unwrap_or(standing.is_unpaid);
        standing.is_in_maintenance = patch.is_in_maintenance.unwrap_or(standing.is_in_maintenance);
        if let Some(closed) = &patch.closed_countries {
            standing.closed_countries.clone_from(closed);
        }
    }
}

impl Number {
    fn apply(&mut self, now: Elapsed, tier: Tier, patch: &NumberPatch) -> Vec<AccountChange> {
        let mut changes = Vec::new();
        if let Some(quality) = patch.quality {
            self.forget_all_signals();
            changes.extend(self.set_quality(now, tier, quality));
        }
        if let Some(status) = patch.name_status {
            changes.extend(self.decide_name(status));
        }
        let record = &mut self.record;
        if let Some(level) = patch.level.filter(|level| *level != record.level) {
            record.level = level;
            if level == ThroughputLevel::High {
                changes.push(self.standing(NumberQualityEvent::ThroughputUpgrade, tier));
            }
        }
        let record = &mut self.record;
        if let Some(is_official) = patch.is_official.filter(|is| *is != record.is_official) {
            record.is_official = is_official;
            changes.push(AccountChange::Alert(self.badge_alert()));
        }
        let record = &mut self.record;
        record.status = patch.status.unwrap_or(record.status);
        record.mode = patch.mode.unwrap_or(record.mode);
        record.code_verification = patch.code_verification.unwrap_or(record.code_verification);
        record.is_on_app = patch.is_on_app.unwrap_or(record.is_on_app);
        if let Some(allow_list) = &patch.allow_list {
            self.allow_list.clone_from(allow_list);
        }
        changes
    }

    /// Learns what recipients think of the number; it is flagged while that is bad.
    // Source: cloud-api.md §7: FLAGGED for seven days, then the limit falls.
    pub(super) fn set_quality(
        &mut self,
        now: Elapsed,
        tier: Tier,
        quality: Quality,
    ) -> Option<AccountChange> {
        let record = &mut self.record;
        let was_red = std::mem::replace(&mut record.quality, quality) == Quality::Red;
        let is_red = quality == Quality::Red;
        if was_red == is_red {
            return None;
        }
        if is_red {
            self.flagged_until = Some(now + FLAGGED_FOR);
            if record.status == NumberStatus::Connected {
                record.status = NumberStatus::Flagged;
            }
            return Some(self.standing(NumberQualityEvent::Flagged, tier));
        }
        self.flagged_until = None;
        if record.status == NumberStatus::Flagged {
            record.status = NumberStatus::Connected;
        }
        Some(self.standing(NumberQualityEvent::Unflagged, tier))
    }

    /// Ends the review of the name that was asked for, or of the first one.
    pub(super) fn decide_name(&mut self, status: NameStatus) -> Option<AccountChange> {
        self.name_due = None;
        let decision = match status {
            NameStatus::Approved | NameStatus::AvailableWithoutReview => ReviewDecision::Approved,
            NameStatus::Declined => ReviewDecision::Rejected,
            NameStatus::PendingReview | NameStatus::Expired | NameStatus::None => ReviewDecision::Pending,
        };
        let record = &mut self.record;
        let name = match record.requested_name.take() {
            Some(asked) if decision == ReviewDecision::Approved => {
                record.verified_name.clone_from(&asked.name);
                record.name_status = status;
                asked.name
            }
            Some(mut asked) => {
                asked.status = status;
                let name = asked.name.clone();
                record.requested_name = Some(asked);
                name
            }
            None => {
                record.name_status = status;
                record.verified_name.clone()
            }
        };
        if decision == ReviewDecision::Pending {
            return None;
        }
        let is_refused = decision == ReviewDecision::Rejected;
        // Assumed: the reason, of which Meta's sample shows `null` only.
        let rejection_reason = is_refused.then(|| "NAME_NOT_CONSISTENT_WITH_GUIDELINES".to_owned());
        Some(AccountChange::NumberName(NameUpdate { number: self.display, decision, name, rejection_reason }))
    }

    /// How the number stands, as it is told.
    pub(super) const fn standing(&self, event: NumberQualityEvent, limit: Tier) -> AccountChange {
        AccountChange::NumberQuality(NumberQualityUpdate {
            number: self.display,
            event,
            limit,
            old_limit: None,
        })
    }

    fn badge_alert(&self) -> AlertUpdate {
        let is_official = self.record.is_official;
        AlertUpdate {
            entity: AlertEntity::PhoneNumber,
            entity_id: self.id.number(),
            severity: AlertSeverity::Informational,
            status: if is_official { AlertStatus::None } else { AlertStatus::Active },
            kind: if is_official { AlertType::OfficialApproved } else { AlertType::OfficialRejected },
            description: match is_official {
                true => "The phone number is an official business account.".to_owned(),
                false => "The phone number is no official business account.".to_owned(),
            },
        }
    }
}
