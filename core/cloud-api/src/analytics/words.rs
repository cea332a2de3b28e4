//! The words that requests for analytics choose from.

use serde::{Serialize, Serializer};

use crate::refusal::Refusal;
use crate::webhook::{PricingCategory, PricingType};

/// A closed set of words, as the values of one parameter.
pub(super) trait Word: Copy + PartialEq + 'static {
    /// Every word.
    const ALL: &[Self];
    /// The words, as a refusal lists them.
    const ALLOWED: &str;

    /// The word on the wire.
    fn word(self) -> &'static str;

    /// Reads the value of the parameter `name`.
    fn parse(name: &'static str, text: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.iter().copied().find(|known| known.word() == text);
        found.ok_or_else(|| Refusal::ParameterNotOneOf {
            name: name.into(),
            allowed: Self::ALLOWED,
            found: text.to_owned(),
        })
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $first:ident = $first_word:literal
        $(, $(#[$each:meta])* $variant:ident = $word:literal)* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            #[doc = concat!("`", $first_word, "`.")]
            $first,
            $(
                #[doc = concat!("`", $word, "`.")]
                $variant,
            )*
        }

        impl Word for $name {
            const ALL: &[Self] = &[Self::$first $(, Self::$variant)*];
            const ALLOWED: &str = concat!($first_word $(, ", ", $word)*);

            fn word(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(Word::word(*self))
            }
        }
    };
}

words! {
    /// How long a bucket is.
    // Source: cloud-api.md 4: `analytics` says DAY and MONTH, the others DAILY and MONTHLY.
    Granularity: HalfHour = "HALF_HOUR", Day = "DAY", Month = "MONTH"
}
words! {
    /// How long a bucket is, as all but `analytics` call it.
    Often: HalfHour = "HALF_HOUR", Daily = "DAILY", Monthly = "MONTHLY"
}
words! {
    /// What a conversation is counted by.
    ConversationDimension: Category = "CONVERSATION_CATEGORY", Direction = "CONVERSATION_DIRECTION",
        Type = "CONVERSATION_TYPE", Country = "COUNTRY", Phone = "PHONE"
}
words! {
    /// What is told of conversations.
    ConversationMetric: Cost = "COST", Conversation = "CONVERSATION"
}
words! {
    /// What a conversation is about.
    ConversationCategory: Authentication = "AUTHENTICATION", Marketing = "MARKETING", Service = "SERVICE",
        Utility = "UTILITY"
}
words! {
    /// Whether a conversation is paid for.
    ConversationType: FreeEntry = "FREE_ENTRY", FreeTier = "FREE_TIER", Regular = "REGULAR"
}
words! {
    /// Who began a conversation.
    ConversationDirection: Business = "BUSINESS_INITIATED", User = "USER_INITIATED"
}
words! {
    /// What messages are counted by.
    PricingDimension: Country = "COUNTRY", Phone = "PHONE", Category = "PRICING_CATEGORY",
        Type = "PRICING_TYPE", Tier = "TIER"
}
words! {
    /// What is told of messages.
    PricingMetric: Cost = "COST", Volume = "VOLUME"
}
words! {
    /// Why messages are paid for, or not.
    Kind: CustomerService = "FREE_CUSTOMER_SERVICE", EntryPoint = "FREE_ENTRY_POINT", Regular = "REGULAR"
}
words! {
    /// Which rate applies.
    PricingWord: Authentication = "AUTHENTICATION",
        AuthenticationInternational = "AUTHENTICATION_INTERNATIONAL", Marketing = "MARKETING",
        MarketingLite = "MARKETING_LITE", Service = "SERVICE", Utility = "UTILITY",
        ReferralConversion = "REFERRAL_CONVERSION"
}
words! {
    /// What is told of templates.
    TemplateMetric: Cost = "COST", Clicked = "CLICKED", Delivered = "DELIVERED", Read = "READ", Sent = "SENT"
}
words! {
    /// By which product a template was sent.
    TemplateProduct: CloudApi = "CLOUD_API", MarketingMessages = "MARKETING_MESSAGES_API_FOR_WHATSAPP"
}
words! {
    /// What kind of message is counted, by its number.
    // Source: cloud-api.md 4.
    Product: Template = "0", FreeForm = "2", Inbound = "100"
}

impl From<Often> for Granularity {
    fn from(often: Often) -> Self {
        match often {
            Often::HalfHour => Self::HalfHour,
            Often::Daily => Self::Day,
            Often::Monthly => Self::Month,
        }
    }
}

impl From<PricingType> for Kind {
    fn from(kind: PricingType) -> Self {
        match kind {
            PricingType::Regular => Self::Regular,
            PricingType::FreeCustomerService => Self::CustomerService,
            PricingType::FreeEntryPoint => Self::EntryPoint,
        }
    }
}

impl From<PricingCategory> for PricingWord {
    fn from(category: PricingCategory) -> Self {
        match category {
            PricingCategory::Authentication => Self::Authentication,
            PricingCategory::AuthenticationInternational => Self::AuthenticationInternational,
            PricingCategory::Utility => Self::Utility,
            PricingCategory::Marketing => Self::Marketing,
            PricingCategory::Service => Self::Service,
            PricingCategory::ReferralConversion => Self::ReferralConversion,
        }
    }
}

// Assumed: what is free because a person wrote counts as the free tier of old.
impl From<PricingType> for ConversationType {
    fn from(kind: PricingType) -> Self {
        match kind {
            PricingType::Regular => Self::Regular,
            PricingType::FreeCustomerService => Self::FreeTier,
            PricingType::FreeEntryPoint => Self::FreeEntry,
        }
    }
}

// Assumed: conversations know no category for other countries, and those after an advertisement
// are answers.
impl From<PricingCategory> for ConversationCategory {
    fn from(category: PricingCategory) -> Self {
        match category {
            PricingCategory::Authentication | PricingCategory::AuthenticationInternational => {
                Self::Authentication
            }
            PricingCategory::Utility => Self::Utility,
            PricingCategory::Marketing => Self::Marketing,
            PricingCategory::Service | PricingCategory::ReferralConversion => Self::Service,
        }
    }
}
