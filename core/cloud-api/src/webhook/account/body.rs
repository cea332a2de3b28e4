//! News of accounts and phone numbers, as it is written.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{
    AlertSeverity, AlertStatus, AlertType, AlertUpdate, CapabilityUpdate, NameUpdate, NumberQualityUpdate,
    PreferenceUpdate, SecurityUpdate, SettingsUpdate,
};
use crate::profile::{Facts, LimitForm};
use crate::recipient::Digits;
use crate::webhook::envelope::Metadata;

/// News, and the facts by which it is told.
pub(in crate::webhook) struct By<'a, T>(pub(in crate::webhook) &'a T, pub(in crate::webhook) &'a Facts);

// Source: cloud-api.md 6.6.
impl Serialize for By<'_, NumberQualityUpdate> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(update, facts) = self;
        let mut body = serializer.serialize_struct("NumberQualityUpdate", 5)?;
        body.serialize_field("display_phone_number", &update.number.digits())?;
        body.serialize_field("event", &update.event)?;
        if facts.limits_on_quality_updates {
            body.serialize_field("current_limit", &update.limit)?;
            if let Some(old_limit) = &update.old_limit {
                body.serialize_field("old_limit", old_limit)?;
            }
        }
        body.serialize_field("max_daily_conversations_per_business", &update.limit)?;
        body.end()
    }
}

impl Serialize for NameUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("NameUpdate", 4)?;
        body.serialize_field("display_phone_number", &self.number.digits())?;
        body.serialize_field("decision", &self.decision)?;
        body.serialize_field("requested_verified_name", &self.name)?;
        body.serialize_field("rejection_reason", &self.rejection_reason)?;
        body.end()
    }
}

// Source: cloud-api.md 6.6: -1 is no limit; of the second limit the documents disagree.
impl Serialize for By<'_, CapabilityUpdate> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(update, facts) = self;
        let limit = update.limit.recipients_max().map_or(-1, i64::from);
        let mut body = serializer.serialize_struct("CapabilityUpdate", 4)?;
        body.serialize_field("max_daily_conversation_per_phone", &limit)?;
        match facts.capability_limit {
            LimitForm::Number => body.serialize_field("max_daily_conversations_per_business", &limit)?,
            LimitForm::Tier => body.serialize_field("max_daily_conversations_per_business", &update.limit)?,
        }
        body.serialize_field("max_phone_numbers_per_business", &update.numbers_per_business)?;
        body.serialize_field("max_phone_numbers_per_waba", &update.numbers_per_account)?;
        body.end()
    }
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "these are Meta's names")]
struct AlertBody<'a> {
    alert_severity: AlertSeverity,
    alert_status: AlertStatus,
    alert_type: AlertType,
    alert_description: &'a str,
}

// Assumed: the id is a string, as ids are wherever the documents do not say otherwise.
impl Serialize for AlertUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let alert = AlertBody {
            alert_severity: self.severity,
            alert_status: self.status,
            alert_type: self.kind,
            alert_description: &self.description,
        };
        let mut body = serializer.serialize_struct("AlertUpdate", 3)?;
        body.serialize_field("entity_type", &self.entity)?;
        body.serialize_field("entity_id", &self.entity_id.to_string())?;
        body.serialize_field("alert_info", &alert)?;
        body.end()
    }
}

impl Serialize for SecurityUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("SecurityUpdate", 3)?;
        body.serialize_field("display_phone_number", &self.number.digits())?;
        body.serialize_field("event", &self.event)?;
        match self.requester {
            Some(requester) => body.serialize_field("requester", &requester.to_string())?,
            None => body.skip_field("requester")?,
        }
        body.end()
    }
}

#[derive(Serialize)]
struct Person {
    wa_id: Digits,
}

#[derive(Serialize)]
struct PreferenceBody {
    wa_id: Digits,
    detail: &'static str,
    category: &'static str,
    value: &'static str,
    timestamp: u64,
}

// Source: cloud-api.md 6.5.
impl Serialize for PreferenceUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (value, detail) = self.word();
        let wa_id = self.person.wa_id().digits();
        let preference =
            PreferenceBody { wa_id, detail, category: "marketing_messages", value, timestamp: self.at };
        let mut body = serializer.serialize_struct("PreferenceUpdate", 4)?;
        body.serialize_field("messaging_product", "whatsapp")?;
        body.serialize_field("metadata", &Metadata::new(self.phone))?;
        body.serialize_field("contacts", &[Person { wa_id: self.person.wa_id().digits() }])?;
        body.serialize_field("user_preferences", &[preference])?;
        body.end()
    }
}

// Assumed: the shape, which is that of the settings of calls; the fact sheet names the field only.
impl Serialize for SettingsUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut settings = serde_json::Map::new();
        settings.insert("phone_number_id".to_owned(), Value::from(self.number.to_string()));
        settings.extend(self.settings.clone());
        let mut body = serializer.serialize_struct("SettingsUpdate", 4)?;
        body.serialize_field("messaging_product", "whatsapp")?;
        body.serialize_field("timestamp", &self.at.to_string())?;
        body.serialize_field("type", "phone_number_settings")?;
        body.serialize_field("phone_number_settings", &settings)?;
        body.end()
    }
}
