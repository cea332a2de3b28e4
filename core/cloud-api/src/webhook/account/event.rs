//! What became of an account: `account_update`.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::account::InternationalEligibility;
use crate::account::word::{BanState, Restriction};
use crate::analytics::PricingWord;
use crate::id::{AppId, BusinessId, WabaId};
use crate::refusal::civil;

/// Something happened to an account.
// Source: cloud-api.md 6.6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountEvent {
    /// It may do less than before.
    AccountRestriction {
        /// What it may not do.
        restriction_info: Vec<RestrictionInfo>,
    },
    /// It broke a rule.
    AccountViolation {
        /// Which.
        violation_info: ViolationInfo,
    },
    /// It is disabled, will be, or no longer is.
    DisabledUpdate {
        /// How far that has come.
        ban_info: BanInfo,
    },
    /// It is gone.
    AccountDeleted,
    /// It pays the international rate for authentication from some time on.
    AuthIntlPriceEligibilityUpdate {
        /// From when.
        auth_international_rate_eligibility: InternationalEligibility,
    },
    /// It has sent enough to pay less for each message, or starts anew.
    VolumeBasedPricingTierUpdate {
        /// For what it pays less.
        volume_tier_info: VolumeTierInfo,
    },
    /// Its business has told where it is at home.
    BusinessPrimaryLocationCountryUpdate {
        /// The country, as ISO 3166 writes it.
        country: String,
    },
    /// It was shared with a partner.
    PartnerAdded {
        /// What was shared.
        waba_info: PartnerInfo,
    },
    /// It is no longer shared with a partner.
    PartnerRemoved {
        /// What was shared.
        waba_info: PartnerInfo,
    },
    /// A partner's app was given to it.
    PartnerAppInstalled {
        /// What was shared.
        waba_info: PartnerInfo,
    },
    /// A partner's app was taken from it.
    PartnerAppUninstalled {
        /// What was shared.
        waba_info: PartnerInfo,
    },
}

/// What an account may not do, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RestrictionInfo {
    /// What it may not do.
    pub restriction_type: Restriction,
    /// Until when, in unix seconds; without it, for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration: Option<u64>,
}

/// Which rule an account broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViolationInfo {
    /// Its name, such as `SCAM`.
    pub violation_type: String,
}

/// How far an account's ban has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BanInfo {
    /// How far.
    pub state: BanState,
    /// When that is so, in unix seconds.
    pub at: u64,
}

/// What an account pays less for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeTierInfo {
    /// When the tier was reached, in unix seconds; it holds for that month.
    pub at: u64,
    /// For which kind of message.
    pub category: PricingWord,
    /// From which message of the month on.
    pub from: u64,
    /// Up to which message of the month; `None` in the last tier.
    pub to: Option<u64>,
    /// Where the recipients are, such as `India`.
    pub region: String,
}

/// What is shared with a partner.
// Source: cloud-api.md 6.6 for the events. Assumed: the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PartnerInfo {
    /// The account.
    pub waba_id: WabaId,
    /// The portfolio that owns it.
    pub owner_business_id: BusinessId,
    /// The app of the partner, where it is about an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_app_id: Option<AppId>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day, shown as `April 17, 2025`.
struct Day(u64);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0 / 86_400);
        write!(f, "{} {day}, {year}", MONTHS[month])
    }
}

/// A month, shown as `2025-11`.
struct Month(u64);

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = civil(self.0 / 86_400);
        write!(f, "{year}-{:02}", month + 1)
    }
}

impl Serialize for BanInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("BanInfo", 2)?;
        body.serialize_field("waba_ban_state", &self.state)?;
        body.serialize_field("waba_ban_date", &Day(self.at).to_string())?;
        body.end()
    }
}

// Source: cloud-api.md 4, where the upper end of a tier may be `MAX`. Assumed: it is here too.
impl Serialize for VolumeTierInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let to = self.to.map_or_else(|| "MAX".to_owned(), |to| to.to_string());
        let mut body = serializer.serialize_struct("VolumeTierInfo", 5)?;
        body.serialize_field("tier_update_time", &self.at)?;
        body.serialize_field("pricing_category", &self.category)?;
        body.serialize_field("tier", &format!("{}:{to}", self.from))?;
        body.serialize_field("effective_month", &Month(self.at).to_string())?;
        body.serialize_field("region", &self.region)?;
        body.end()
    }
}
