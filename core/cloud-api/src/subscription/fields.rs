//! What a callback can hear about.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// Why a text is no field.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{found}` is no field that an account can be subscribed to")]
pub struct UnknownField {
    /// What was given.
    pub found: String,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of the object `whatsapp_business_account`.
        // Source: cloud-api.md 6.2.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum WebhookField {
            $($(#[$doc])* $variant,)*
        }

        impl WebhookField {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

fields! {
    /// `messages`.
    Messages = "messages",
    /// `message_template_status_update`.
    MessageTemplateStatusUpdate = "message_template_status_update",
    /// `message_template_quality_update`.
    MessageTemplateQualityUpdate = "message_template_quality_update",
    /// `message_template_components_update`.
    MessageTemplateComponentsUpdate = "message_template_components_update",
    /// `template_category_update`.
    TemplateCategoryUpdate = "template_category_update",
    /// `phone_number_quality_update`.
    PhoneNumberQualityUpdate = "phone_number_quality_update",
    /// `phone_number_name_update`.
    PhoneNumberNameUpdate = "phone_number_name_update",
    /// `account_update`.
    AccountUpdate = "account_update",
    /// `account_alerts`.
    AccountAlerts = "account_alerts",
    /// `account_review_update`.
    AccountReviewUpdate = "account_review_update",
    /// `account_settings_update`.
    AccountSettingsUpdate = "account_settings_update",
    /// `business_capability_update`.
    BusinessCapabilityUpdate = "business_capability_update",
    /// `user_preferences`.
    UserPreferences = "user_preferences",
    /// `security`.
    Security = "security",
    /// `history`.
    History = "history",
    /// `smb_app_state_sync`.
    SmbAppStateSync = "smb_app_state_sync",
    /// `smb_message_echoes`.
    SmbMessageEchoes = "smb_message_echoes",
    /// `message_echoes`.
    MessageEchoes = "message_echoes",
    /// `flows`.
    Flows = "flows",
    /// `calls`.
    Calls = "calls",
    /// `payment_configuration_update`.
    PaymentConfigurationUpdate = "payment_configuration_update",
    /// `partner_solutions`.
    PartnerSolutions = "partner_solutions",
    /// `messaging_handovers`.
    MessagingHandovers = "messaging_handovers",
    /// `group_lifecycle_update`.
    GroupLifecycleUpdate = "group_lifecycle_update",
    /// `group_participants_update`.
    GroupParticipantsUpdate = "group_participants_update",
    /// `group_settings_update`.
    GroupSettingsUpdate = "group_settings_update",
    /// `group_status_update`.
    GroupStatusUpdate = "group_status_update",
    /// `tracking_events`.
    TrackingEvents = "tracking_events",
    /// `automatic_events`.
    AutomaticEvents = "automatic_events",
}

impl WebhookField {
    /// Whether a callback of the account hears about it instead of the app's.
    // Source: cloud-api.md 5.3: news of templates and accounts always goes to the app's callback.
    #[must_use]
    pub const fn is_overridable(self) -> bool {
        matches!(
            self,
            Self::Messages
                | Self::MessageEchoes
                | Self::Calls
                | Self::MessagingHandovers
                | Self::GroupLifecycleUpdate
                | Self::GroupParticipantsUpdate
                | Self::GroupSettingsUpdate
                | Self::GroupStatusUpdate
                | Self::SmbAppStateSync
                | Self::SmbMessageEchoes
                | Self::History
                | Self::AccountSettingsUpdate
        )
    }
}

impl fmt::Display for WebhookField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for WebhookField {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        let mut fields = Self::ALL.iter().copied();
        fields.find(|field| field.name() == text).ok_or_else(|| UnknownField { found: text.to_owned() })
    }
}

impl Serialize for WebhookField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for WebhookField {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
