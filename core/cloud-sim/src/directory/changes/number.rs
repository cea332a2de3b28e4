//! What Meta, or who tests against it, changes of numbers, and what is told of it.

use cloud_api::account::word::{
    AccountMode, CodeVerification, NameStatus, NumberStatus, Quality, ReviewDecision, ThroughputLevel, Tier,
};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::{
    AlertEntity, AlertSeverity, AlertStatus, AlertType, AlertUpdate, NameUpdate, NumberQualityEvent,
    NumberQualityUpdate,
};
use cloud_api::{PhoneNumberId, Recipient};
use scenario::{Elapsed, Span};

use super::super::{Directory, Number};
use crate::notice::Notice;

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

impl Directory {
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
    pub(in crate::directory) fn set_quality(
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
    pub(in crate::directory) fn decide_name(&mut self, status: NameStatus) -> Option<AccountChange> {
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
    pub(in crate::directory) const fn standing(
        &self,
        event: NumberQualityEvent,
        limit: Tier,
    ) -> AccountChange {
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
