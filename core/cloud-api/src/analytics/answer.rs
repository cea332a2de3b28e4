//! What the fields of an account answer.

use serde::Serialize;

use super::words::{ConversationCategory, ConversationType, Granularity, Kind, PricingWord};
use crate::country::CountryCode;
use crate::money::Money;

/// The value of `analytics`.
// Source: cloud-api.md 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessagingAnalytics {
    /// The phone numbers that are counted, digits only.
    pub phone_numbers: Vec<String>,
    /// The countries that are counted.
    pub country_codes: Vec<CountryCode>,
    /// How long a bucket is.
    pub granularity: Granularity,
    /// The buckets in which something happened.
    pub data_points: Vec<MessagingPoint>,
}

/// The messages of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MessagingPoint {
    /// When it begins, in unix seconds.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// How many were sent.
    pub sent: u64,
    /// How many were delivered.
    pub delivered: u64,
}

/// The value of `conversation_analytics` and of `pricing_analytics`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Points<T> {
    data: [DataPoints<T>; 1],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct DataPoints<T> {
    data_points: Vec<T>,
}

/// The conversations that are counted together; only what was asked for is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ConversationGroup {
    /// When the bucket begins, in unix seconds.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// From which phone number, digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// To which country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Whether they are paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_type: Option<ConversationType>,
    /// Who began them, which Meta no longer tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_direction: Option<&'static str>,
    /// What they are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_category: Option<ConversationCategory>,
}

/// A group of conversations and what was asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConversationPoint {
    /// Which.
    #[serde(flatten)]
    pub group: ConversationGroup,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<u64>,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// The messages that are counted together; only what was asked for is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PricingGroup {
    /// When the bucket begins, in unix seconds.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// From which phone number, digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// To which country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// In which tier; messages that are free have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Why they are paid for, or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing_type: Option<Kind>,
    /// At which rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing_category: Option<PricingWord>,
}

/// A group of messages and what was asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricingPoint {
    /// Which.
    #[serde(flatten)]
    pub group: PricingGroup,
    /// How many were delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<u64>,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

impl<T> Points<T> {
    /// The value that holds these points.
    #[must_use]
    pub fn new(data_points: Vec<T>) -> Self {
        Self { data: [DataPoints { data_points }] }
    }
}
