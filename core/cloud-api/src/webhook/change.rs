//! News that is not about a message: of templates, phone numbers and the account.

use serde::{Serialize, Serializer};

use super::account::By;
use super::account::{
    AccountEvent, AlertUpdate, CapabilityUpdate, NameUpdate, NumberQualityUpdate, PreferenceUpdate,
    ReviewUpdate, SecurityUpdate, SettingsUpdate,
};
use super::template::{CategoryUpdate, ComponentsUpdate, QualityUpdate, TemplateUpdate};
use crate::id::PhoneNumberId;
use crate::profile::Facts;
use crate::subscription::WebhookField;

/// Something of an account has changed, as one webhook tells it.
// Source: cloud-api.md 6.5 and 6.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// `message_template_status_update`.
    TemplateStatus(TemplateUpdate),
    /// `message_template_quality_update`.
    TemplateQuality(QualityUpdate),
    /// `message_template_components_update`.
    TemplateComponents(ComponentsUpdate),
    /// `template_category_update`.
    TemplateCategory(CategoryUpdate),
    /// `phone_number_quality_update`.
    NumberQuality(NumberQualityUpdate),
    /// `phone_number_name_update`.
    NumberName(NameUpdate),
    /// `business_capability_update`.
    Capability(CapabilityUpdate),
    /// `account_update`.
    Account(AccountEvent),
    /// `account_alerts`.
    Alert(AlertUpdate),
    /// `account_review_update`.
    Review(ReviewUpdate),
    /// `security`.
    Security(SecurityUpdate),
    /// `user_preferences`.
    Preference(PreferenceUpdate),
    /// `account_settings_update`.
    Settings(SettingsUpdate),
}

impl AccountChange {
    /// The field under which it is told.
    #[must_use]
    pub const fn field(&self) -> WebhookField {
        match self {
            Self::TemplateStatus(_) => WebhookField::MessageTemplateStatusUpdate,
            Self::TemplateQuality(_) => WebhookField::MessageTemplateQualityUpdate,
            Self::TemplateComponents(_) => WebhookField::MessageTemplateComponentsUpdate,
            Self::TemplateCategory(_) => WebhookField::TemplateCategoryUpdate,
            Self::NumberQuality(_) => WebhookField::PhoneNumberQualityUpdate,
            Self::NumberName(_) => WebhookField::PhoneNumberNameUpdate,
            Self::Capability(_) => WebhookField::BusinessCapabilityUpdate,
            Self::Account(_) => WebhookField::AccountUpdate,
            Self::Alert(_) => WebhookField::AccountAlerts,
            Self::Review(_) => WebhookField::AccountReviewUpdate,
            Self::Security(_) => WebhookField::Security,
            Self::Preference(_) => WebhookField::UserPreferences,
            Self::Settings(_) => WebhookField::AccountSettingsUpdate,
        }
    }

    /// The phone number that it is about, where a callback of that number may hear of it.
    #[must_use]
    pub const fn number(&self) -> Option<PhoneNumberId> {
        match self {
            Self::Preference(update) => Some(update.phone.id),
            Self::Settings(update) => Some(update.number),
            _ => None,
        }
    }
}

/// As it is told by the facts of the default version.
impl Serialize for AccountChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        By(self, &Facts::default()).serialize(serializer)
    }
}

impl Serialize for By<'_, AccountChange> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use AccountChange as C;
        let Self(change, facts) = *self;
        match change {
            C::TemplateStatus(update) => update.serialize(serializer),
            C::TemplateQuality(update) => update.serialize(serializer),
            C::TemplateComponents(update) => update.serialize(serializer),
            C::TemplateCategory(update) => update.serialize(serializer),
            C::NumberQuality(update) => By(update, facts).serialize(serializer),
            C::NumberName(update) => update.serialize(serializer),
            C::Capability(update) => By(update, facts).serialize(serializer),
            C::Account(event) => event.serialize(serializer),
            C::Alert(update) => update.serialize(serializer),
            C::Review(update) => update.serialize(serializer),
            C::Security(update) => update.serialize(serializer),
            C::Preference(update) => update.serialize(serializer),
            C::Settings(update) => update.serialize(serializer),
        }
    }
}
