//! What became of an account, of its phone numbers and of what people want to hear from it.

mod body;
mod event;

pub(super) use body::By;
pub use event::{AccountEvent, BanInfo, PartnerInfo, RestrictionInfo, ViolationInfo, VolumeTierInfo};

use serde::Serialize;

use super::BusinessPhone;
use crate::account::word::{ReviewDecision, Tier};
use crate::id::PhoneNumberId;
use crate::recipient::Recipient;
use crate::word::words;

words! {
    /// Why the standing of a phone number is told.
    // Source: cloud-api.md 6.6; the last four are of old.
    NumberQualityEvent {
        /// It was registered.
        Onboarding = "ONBOARDING",
        /// It may send 1,000 messages a second from now on.
        ThroughputUpgrade = "THROUGHPUT_UPGRADE",
        /// Its quality is low.
        Flagged = "FLAGGED",
        /// Its quality is no longer low.
        Unflagged = "UNFLAGGED",
        /// It may write to more people.
        Upgrade = "UPGRADE",
        /// It may write to fewer people.
        Downgrade = "DOWNGRADE",
    }

    /// Whom an alert concerns.
    // Source: cloud-api.md 6.6.
    AlertEntity {
        /// The business portfolio.
        Business = "BUSINESS",
        /// A phone number.
        PhoneNumber = "PHONE_NUMBER",
    }

    /// How grave an alert is.
    // Source: cloud-api.md 6.6.
    AlertSeverity {
        /// Something stands still.
        Critical = "CRITICAL",
        /// It is good to know.
        Informational = "INFORMATIONAL",
        /// Something may come to stand still.
        Warning = "WARNING",
    }

    /// Whether an alert holds.
    // Source: cloud-api.md 6.6.
    AlertStatus {
        /// It does.
        Active = "ACTIVE",
        /// It does not.
        None = "NONE",
    }

    /// What an alert says.
    // Source: cloud-api.md 6.6 for the first three. Assumed: the others.
    AlertType {
        /// A higher limit is decided on later.
        CapabilitiesDeferred = "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        /// A higher limit was refused.
        CapabilitiesFailed = "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED",
        /// A higher limit needs more papers.
        CapabilitiesNeedMoreInfo = "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO",
        /// The number got the badge of an official business.
        OfficialApproved = "OBA_APPROVED",
        /// The number did not get that badge.
        OfficialRejected = "OBA_REJECTED",
        /// The number lost its picture.
        ProfilePictureLost = "PROFILE_PICTURE_LOST",
    }

    /// What became of the pin of a phone number.
    // Source: cloud-api.md 6.6.
    SecurityEvent {
        /// It was changed.
        PinChanged = "PIN_CHANGED",
        /// Somebody asked to be rid of it.
        PinResetRequest = "PIN_RESET_REQUEST",
        /// It was taken away.
        PinRequestSuccess = "PIN_REQUEST_SUCCESS",
    }
}

/// What a person wants of a business's marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// No more of it.
    Stop,
    /// To have it again.
    Resume,
}

/// How a phone number stands: `phone_number_quality_update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberQualityUpdate {
    /// The number.
    pub number: Recipient,
    /// Why it is told.
    pub event: NumberQualityEvent,
    /// To how many people its portfolio may write.
    pub limit: Tier,
    /// To how many it could write before, where that has changed.
    pub old_limit: Option<Tier>,
}

/// What became of a display name: `phone_number_name_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUpdate {
    /// The number.
    pub number: Recipient,
    /// What Meta decided.
    pub decision: ReviewDecision,
    /// The name that was asked for.
    pub name: String,
    /// Why it was refused, if it was.
    pub rejection_reason: Option<String>,
}

/// How much a business may do: `business_capability_update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapabilityUpdate {
    /// To how many people it may write in 24 hours.
    pub limit: Tier,
    /// How many phone numbers it may have.
    pub numbers_per_business: u32,
    /// How many phone numbers each of its accounts may have.
    pub numbers_per_account: u32,
}

/// Something that somebody should know: `account_alerts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertUpdate {
    /// Whom it concerns.
    pub entity: AlertEntity,
    /// The id of the portfolio or the phone number.
    pub entity_id: u64,
    /// How grave it is.
    pub severity: AlertSeverity,
    /// Whether it holds.
    pub status: AlertStatus,
    /// What it says.
    pub kind: AlertType,
    /// The same in words.
    pub description: String,
}

/// What Meta's review of the account found: `account_review_update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewUpdate {
    /// What it found.
    pub decision: ReviewDecision,
}

/// What became of a pin: `security`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityUpdate {
    /// The number whose pin it is.
    pub number: Recipient,
    /// What became of it.
    pub event: SecurityEvent,
    /// The id of who asked, where somebody did.
    pub requester: Option<u64>,
}

/// A person wants no more marketing, or wants it again: `user_preferences`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreferenceUpdate {
    /// The business's end.
    pub phone: BusinessPhone,
    /// The person.
    pub person: Recipient,
    /// What they want.
    pub preference: Preference,
    /// When they said so, in unix seconds.
    pub at: u64,
}

/// The settings of a phone number have changed: `account_settings_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsUpdate {
    /// The phone number.
    pub number: PhoneNumberId,
    /// When, in unix seconds.
    pub at: u64,
    /// What holds now, as the number's edge `settings` shows it.
    pub settings: serde_json::Map<String, serde_json::Value>,
}

impl PreferenceUpdate {
    /// The word for what they want, and the sentence beside it.
    // Source: cloud-api.md 6.5. Assumed: the sentence of those who resume.
    pub(super) const fn word(&self) -> (&'static str, &'static str) {
        match self.preference {
            Preference::Stop => ("stop", "User requested to stop marketing messages"),
            Preference::Resume => ("resume", "User requested to resume marketing messages"),
        }
    }
}
