//! The closed sets of words by which Meta describes numbers.

use crate::word::words;

words! {
    /// What recipients think of what a number sends.
    // Source: cloud-api.md 5.1.
    Quality {
        /// They are content.
        Green = "GREEN",
        /// Some block the number or report it.
        Yellow = "YELLOW",
        /// Many do.
        Red = "RED",
        /// Nobody has said anything yet.
        Unknown = "UNKNOWN",
    }

    /// How many different people a portfolio may write to within 24 hours, unasked.
    // Source: cloud-api.md 5.1 and 7.
    Tier {
        /// 50, for accounts of old that were never verified.
        T50 = "TIER_50",
        /// 250, where everybody begins.
        T250 = "TIER_250",
        /// 2,000.
        T2K = "TIER_2K",
        /// 10,000.
        T10K = "TIER_10K",
        /// 100,000.
        T100K = "TIER_100K",
        /// As many as it likes.
        Unlimited = "TIER_UNLIMITED",
    }

    /// How many messages a second a number may send.
    // Source: cloud-api.md 5.1 and 7.
    ThroughputLevel {
        /// 80.
        Standard = "STANDARD",
        /// 1,000.
        High = "HIGH",
        /// Whatever the WhatsApp Business app allows; 20 beside it.
        NotApplicable = "NOT_APPLICABLE",
    }

    /// How a number stands.
    // Source: cloud-api.md 5.1; CONNECTED and FLAGGED are in Meta's pages. Assumed: the others.
    NumberStatus {
        /// It is registered and well.
        Connected = "CONNECTED",
        /// It was never registered.
        Pending = "PENDING",
        /// It was deregistered.
        Disconnected = "DISCONNECTED",
        /// Its quality was low, so that its portfolio's limit may fall.
        Flagged = "FLAGGED",
        /// It has used up its limit after it was flagged.
        Restricted = "RESTRICTED",
        /// It sends too fast.
        RateLimited = "RATE_LIMITED",
        /// It broke Meta's rules.
        Banned = "BANNED",
        /// It went to another account.
        Migrated = "MIGRATED",
        /// It is gone.
        Deleted = "DELETED",
        /// Nobody has shown that it is theirs.
        Unverified = "UNVERIFIED",
    }

    /// How a display name stands.
    // Source: cloud-api.md 5.1.
    NameStatus {
        /// It may be shown.
        Approved = "APPROVED",
        /// It may be shown before it is looked at.
        AvailableWithoutReview = "AVAILABLE_WITHOUT_REVIEW",
        /// It may not.
        Declined = "DECLINED",
        /// Its certificate is too old.
        Expired = "EXPIRED",
        /// It is being looked at.
        PendingReview = "PENDING_REVIEW",
        /// There is none.
        None = "NONE",
    }

    /// Whether a number is for business or for trying things out.
    // Source: cloud-api.md 5.1.
    AccountMode {
        /// For business.
        Live = "LIVE",
        /// A test number, which writes to an allow-list only.
        Sandbox = "SANDBOX",
    }

    /// Whether somebody has shown that a number is theirs.
    // Source: cloud-api.md 5.1; the OpenAPI file says UNVERIFIED instead of NOT_VERIFIED.
    CodeVerification {
        /// They have.
        Verified = "VERIFIED",
        /// They have not.
        NotVerified = "NOT_VERIFIED",
        /// They have, but too long ago.
        Expired = "EXPIRED",
    }

    /// How the code that shows whose a number is reaches its owner.
    // Source: cloud-api.md 5.2.
    CodeMethod {
        /// By text message.
        Sms = "SMS",
        /// By a call.
        Voice = "VOICE",
    }

    /// A country in which a number's messages can be kept.
    // Source: cloud-api.md 5.2.
    Region {
        /// Australia.
        Au = "AU",
        /// Indonesia.
        Id = "ID",
        /// India.
        In = "IN",
        /// Japan.
        Jp = "JP",
        /// Singapore.
        Sg = "SG",
        /// South Korea.
        Kr = "KR",
        /// Germany, for the European Union.
        De = "DE",
        /// Switzerland.
        Ch = "CH",
        /// The United Kingdom.
        Gb = "GB",
        /// Brazil.
        Br = "BR",
        /// Bahrain.
        Bh = "BH",
        /// South Africa.
        Za = "ZA",
        /// The United Arab Emirates.
        Ae = "AE",
        /// Canada.
        Ca = "CA",
    }
}

impl Tier {
    /// How many different people within 24 hours; `None` without a limit.
    // Source: cloud-api.md 7.
    #[must_use]
    pub const fn recipients_max(self) -> Option<u32> {
        match self {
            Self::T50 => Some(50),
            Self::T250 => Some(250),
            Self::T2K => Some(2_000),
            Self::T10K => Some(10_000),
            Self::T100K => Some(100_000),
            Self::Unlimited => None,
        }
    }

    /// The tier above.
    // Source: cloud-api.md 7: 250, 2,000, 10,000, 100,000, unlimited. Assumed: 50 is followed by 250.
    #[must_use]
    pub fn above(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|tier| *tier == self)?;
        Self::ALL.get(place + 1).copied()
    }

    /// The tier below, down to 250.
    #[must_use]
    pub fn below(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|tier| *tier == self)?;
        Self::ALL.get(place.checked_sub(1)?).copied().filter(|tier| *tier >= Self::T250)
    }
}

impl NumberStatus {
    /// Whether the number is registered, so that it can send at all.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Connected | Self::Flagged | Self::Restricted | Self::RateLimited | Self::Banned)
    }
}

#[cfg(test)]
mod tests {
    use super::{Quality, Tier};

    #[test]
    fn a_word_is_read_in_any_case_and_another_is_told_what_there_is() {
        assert_eq!("tier_2k".parse(), Ok(Tier::T2K));
        let error = "PURPLE".parse::<Quality>().unwrap_err();
        assert_eq!(error.to_string(), "`PURPLE` must be one of GREEN, YELLOW, RED, UNKNOWN");
    }

    #[test]
    fn each_tier_is_wider_than_the_one_below_it() {
        for tier in Tier::ALL {
            let Some(above) = tier.above() else { continue };
            let (narrow, wide) = (tier.recipients_max(), above.recipients_max());
            assert!(wide.is_none_or(|wide| narrow.is_some_and(|narrow| narrow < wide)), "{tier}");
        }
        assert_eq!(Tier::Unlimited.above(), None);
        assert_eq!(Tier::T250.below(), None);
        assert_eq!(Tier::T10K.below(), Some(Tier::T2K));
    }
}
