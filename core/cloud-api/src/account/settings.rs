//! The settings of a number.

use serde_json::{Map, Value, json};

use super::parameters::{Parameters, invalid};
use super::word::Region;
use crate::refusal::Refusal;

/// How a number is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NumberSettings {
    /// Whether messages are held where the recipient's identity has changed.
    pub checks_identity: bool,
    /// Where messages are kept.
    pub storage: Storage,
    /// Whether people can call.
    pub has_calling: bool,
    /// Whether payloads are encrypted for the business's own key, and its fingerprint.
    pub encryption: Option<String>,
}

/// Where messages are kept.
// Source: cloud-api.md 5.2; pywa 4.5 for the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Storage {
    /// Wherever Meta likes.
    #[default]
    Anywhere,
    /// In one country.
    InCountry(Region),
    /// Nowhere, beyond these minutes.
    Nowhere {
        /// How many minutes.
        retention_minutes: u16,
    },
}

/// One setting; a request changes one at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingUpdate {
    /// `user_identity_change`.
    Identity(bool),
    /// `storage_configuration`.
    Storage(Storage),
    /// `calling`.
    Calling(bool),
    /// `payload_encryption`.
    Encryption(Option<String>),
}

const FEATURES: &str = "exactly one of calling, user_identity_change, payload_encryption and storage_configuration must be given";

impl NumberSettings {
    /// Takes a change over.
    pub fn apply(&mut self, update: SettingUpdate) {
        match update {
            SettingUpdate::Identity(checks) => self.checks_identity = checks,
            SettingUpdate::Storage(storage) => self.storage = storage,
            SettingUpdate::Calling(has) => self.has_calling = has,
            SettingUpdate::Encryption(key) => self.encryption = key,
        }
    }

    /// The body of an answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(&self.to_map())
    }

    /// What holds, setting by setting.
    // Assumed: words in capitals, as pywa 4.5 reads them; the OpenAPI file has them in lowercase.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let switch = |is_on: bool| if is_on { "ENABLED" } else { "DISABLED" };
        let mut encryption = json!({"status": switch(self.encryption.is_some())});
        if let Some(key) = &self.encryption {
            encryption["client_encryption_key_fingerprint"] = json!(key);
        }
        let storage = match self.storage {
            Storage::Anywhere => json!({"status": "DEFAULT"}),
            Storage::InCountry(region) => {
                json!({"status": "IN_COUNTRY_STORAGE_ENABLED", "data_localization_region": region})
            }
            Storage::Nowhere { retention_minutes } => {
                json!({"status": "NO_STORAGE_ENABLED", "retention_minutes": retention_minutes})
            }
        };
        let calling = json!({
            "status": switch(self.has_calling),
            "call_icon_visibility": "DEFAULT",
            "ip_addresses": {"default": []},
            "callback_permission_status": "DISABLED",
        });
        Map::from_iter([
            ("calling".to_owned(), calling),
            ("user_identity_change".to_owned(), json!({"enable_identity_key_check": self.checks_identity})),
            ("payload_encryption".to_owned(), encryption),
            ("storage_configuration".to_owned(), storage),
        ])
    }
}

impl SettingUpdate {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// When not exactly one setting is given, or it breaks a rule.
    // Source: cloud-api.md 5.2 and 12.3: `enable_identity_key_check`, or `enabled` in the OpenAPI file.
    // Assumed: the words of the refusals.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        let names = ["calling", "user_identity_change", "payload_encryption", "storage_configuration"];
        let given: Vec<&str> = names.into_iter().filter(|name| parameters.value(name).is_some()).collect();
        let [name] = given[..] else {
            return Err(Refusal::InvalidParameter { details: format!("{FEATURES}.").into() });
        };
        let structure = parameters.structure(name);
        let setting = structure.as_deref().and_then(Value::as_object);
        let setting = setting.ok_or_else(|| invalid(name, "it must be an object"))?;
        match name {
            "calling" => switch(name, setting).map(Self::Calling),
            "user_identity_change" => identity(setting).map(Self::Identity),
            "payload_encryption" => encryption(setting).map(Self::Encryption),
            _ => storage(setting).map(Self::Storage),
        }
    }
}

fn status(setting: &Map<String, Value>) -> String {
    setting.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase()
}

fn switch(name: &str, setting: &Map<String, Value>) -> Result<bool, Refusal> {
    match status(setting).as_str() {
        "ENABLED" => Ok(true),
        "DISABLED" => Ok(false),
        _ => Err(invalid(name, "its status must be ENABLED or DISABLED")),
    }
}

fn identity(setting: &Map<String, Value>) -> Result<bool, Refusal> {
    let given = setting.get("enable_identity_key_check").or_else(|| setting.get("enabled"));
    let rule = || invalid("user_identity_change", "its enable_identity_key_check must be true or false");
    given.and_then(Value::as_bool).ok_or_else(rule)
}

fn encryption(setting: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    if !switch("payload_encryption", setting)? {
        return Ok(None);
    }
    let key = setting.get("client_encryption_key").and_then(Value::as_str);
    let key = key.ok_or_else(|| invalid("payload_encryption", "it needs a client_encryption_key"))?;
    Ok(Some(format!("SHA256:{}", crate::account::sha256_hex(key.as_bytes()))))
}

fn storage(setting: &Map<String, Value>) -> Result<Storage, Refusal> {
    let name = "storage_configuration";
    match status(setting).as_str() {
        "DEFAULT" => Ok(Storage::Anywhere),
        "IN_COUNTRY_STORAGE_ENABLED" => {
            let region = setting.get("data_localization_region").and_then(Value::as_str);
            let region = region.and_then(|region| region.parse().ok());
            let rule = "its data_localization_region must be one of AU, ID, IN, JP, SG, KR, DE, CH, GB, BR, BH, ZA, AE, CA";
            region.map(Storage::InCountry).ok_or_else(|| invalid(name, rule))
        }
        "NO_STORAGE_ENABLED" => {
            let minutes = setting.get("retention_minutes").map_or(Some(60), Value::as_u64);
            let minutes =
                minutes.and_then(|minutes| u16::try_from(minutes).ok()).filter(|minutes| *minutes > 0);
            let rule = || invalid(name, "its retention_minutes must be 1 to 65535");
            minutes.map(|retention_minutes| Storage::Nowhere { retention_minutes }).ok_or_else(rule)
        }
        _ => {
            Err(invalid(name, "its status must be DEFAULT, IN_COUNTRY_STORAGE_ENABLED or NO_STORAGE_ENABLED"))
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{NumberSettings, SettingUpdate};

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let mut settings = NumberSettings::default();
        let read = match SettingUpdate::parse(body.as_bytes()) {
            Ok(update) => {
                settings.apply(update);
                format!("{settings:?}")
            }
            Err(refusal) => refusal.details().unwrap_or_default().into_owned(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn one_setting_is_changed_at_a_time() {
        check(
            r#"{"user_identity_change":{"enable_identity_key_check":true}}"#,
            expect![
                "NumberSettings { checks_identity: true, storage: Anywhere, has_calling: false, encryption: None }"
            ],
        );
        check(
            r#"{"storage_configuration":{"status":"IN_COUNTRY_STORAGE_ENABLED","data_localization_region":"DE"}}"#,
            expect![
                "NumberSettings { checks_identity: false, storage: InCountry(De), has_calling: false, encryption: None }"
            ],
        );
        check(
            r#"{"calling":{"status":"ENABLED"},"user_identity_change":{"enabled":true}}"#,
            expect![
                "exactly one of calling, user_identity_change, payload_encryption and storage_configuration must be given."
            ],
        );
        check(
            "{}",
            expect![
                "exactly one of calling, user_identity_change, payload_encryption and storage_configuration must be given."
            ],
        );
    }

    #[test]
    fn a_setting_that_breaks_its_rule_is_refused() {
        check(
            r#"{"calling":{"status":"MAYBE"}}"#,
            expect!["Param calling: its status must be ENABLED or DISABLED."],
        );
        check(r#"{"calling":7}"#, expect!["Param calling: it must be an object."]);
        check(
            r#"{"storage_configuration":{"status":"IN_COUNTRY_STORAGE_ENABLED"}}"#,
            expect![
                "Param storage_configuration: its data_localization_region must be one of AU, ID, IN, JP, SG, KR, DE, CH, GB, BR, BH, ZA, AE, CA."
            ],
        );
        check(
            r#"{"payload_encryption":{"status":"ENABLED"}}"#,
            expect!["Param payload_encryption: it needs a client_encryption_key."],
        );
    }
}
