//! A business phone number, as it is read.

use serde::Serialize;
use serde_json::json;

use super::selection::fields;
use super::word::{AccountMode, CodeVerification, NameStatus, NumberStatus, Quality, ThroughputLevel, Tier};
use super::{Field, Health, Node, Selection};
use crate::id::PhoneNumberId;
use crate::recipient::Recipient;
use crate::refusal::{Refusal, civil};
use crate::version::GraphVersion;

/// What Meta holds of a number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NumberRecord {
    /// The name that people see.
    pub verified_name: String,
    /// How that name stands.
    pub name_status: NameStatus,
    /// The name that was asked for instead.
    pub requested_name: Option<RequestedName>,
    /// How it stands.
    pub status: NumberStatus,
    /// What recipients think of it.
    pub quality: Quality,
    /// How fast it may send.
    pub level: ThroughputLevel,
    /// Whether it is a test number.
    pub mode: AccountMode,
    /// Whether it is shown to be its owner's.
    pub code_verification: CodeVerification,
    /// Whether it has a pin for two-step verification.
    pub is_pin_enabled: bool,
    /// Whether it has the badge of an official business.
    pub is_official: bool,
    /// Whether the WhatsApp Business app is used beside the API; such a number sends 20 a second.
    pub is_on_app: bool,
    /// When it was last registered, in unix seconds.
    pub onboarded: Option<u64>,
    /// When it was added, in unix seconds.
    pub created: u64,
    /// Its country, as ISO 3166 writes it, and that country's calling code, where they are known.
    ///
    /// It follows from the number and is not saved with it.
    #[serde(skip)]
    pub country: Option<(&'static str, &'static str)>,
}

/// A display name under review.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RequestedName {
    /// The name.
    pub name: String,
    /// How it stands.
    pub status: NameStatus,
}

/// Where the webhooks of a number go; the first that is there counts.
// Source: cloud-api.md 5.3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WebhookConfiguration {
    /// The callback of the number itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The callback of its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_business_account: Option<String>,
    /// The callback of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
}

fields! {
    /// A field of a phone number.
    // Source: cloud-api.md 5.1. Assumed: the name of the type, which is that of Meta's reference.
    NumberField on "WhatsAppBusinessAccountToNumberCurrentStatus" by default [
        VerifiedName, CodeVerification, Display, Quality, Platform, Throughput, Webhooks, Id
    ] {
        Id = "id",
        Display = "display_phone_number",
        VerifiedName = "verified_name",
        Quality = "quality_rating",
        QualityScore = "quality_score",
        CodeVerification = "code_verification_status",
        Throughput = "throughput",
        Platform = "platform_type",
        HostPlatform = "host_platform",
        Status = "status",
        NameStatus = "name_status",
        NewName = "new_display_name",
        NewNameStatus = "new_name_status",
        Mode = "account_mode",
        ManagerLimit = "whatsapp_business_manager_messaging_limit",
        LimitTier = "messaging_limit_tier",
        IsOfficial = "is_official_business_account",
        IsPinEnabled = "is_pin_enabled",
        IsPreverified = "is_preverified_number",
        IsOnApp = "is_on_biz_app",
        Search = "search_visibility",
        GlobalSearch = "eligibility_for_api_business_global_search",
        Automation = "conversational_automation",
        Health = "health_status",
        Certificate = "certificate",
        NewCertificate = "new_certificate",
        Onboarded = "last_onboarded_time",
        Country = "country_code",
        CallingCode = "country_dial_code",
        Webhooks = "webhook_configuration",
        UnifiedCertificate = "unified_cert_status",
        Username = "username",
    }
}

impl Selection<NumberField> {
    /// Reads the value of `fields` as a version of the API knows them.
    ///
    /// # Errors
    ///
    /// When one of the names is no field of a number in that version.
    // Source: cloud-api.md 5.1: `messaging_limit_tier` up to v23, the manager's limit from v24 on.
    // Assumed: each is unknown where the other is known.
    pub fn of_number(fields: Option<&str>, version: GraphVersion) -> Result<Self, Refusal> {
        let selection = Self::parse(fields)?;
        let gone = if version.major() >= 24 { NumberField::LimitTier } else { NumberField::ManagerLimit };
        if selection.has(gone) {
            return Err(Refusal::UnknownField { field: gone.name().to_owned(), node: NumberField::NODE });
        }
        Ok(selection)
    }
}

/// Everything that an answer about a number is made from.
#[derive(Clone, Copy, Debug)]
pub struct NumberView<'a> {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number itself.
    pub display: Recipient,
    /// What Meta holds of it.
    pub record: &'a NumberRecord,
    /// How many people its portfolio may write to.
    pub tier: Tier,
    /// Where its webhooks go.
    pub webhooks: &'a WebhookConfiguration,
    /// Whether it can send.
    pub health: &'a Health,
}

impl NumberView<'_> {
    /// The fields that were asked for, and the id.
    #[must_use]
    pub fn node(&self, selection: &Selection<NumberField>) -> Node {
        let mut node = Node::new();
        for field in selection.fields() {
            self.push(&mut node, field);
        }
        node.push("id", Some(self.id));
        node
    }

    fn push(&self, node: &mut Node, field: NumberField) {
        use NumberField as F;
        let name = field.name();
        let record = self.record;
        match field {
            F::Id => node.push(name, Some(self.id)),
            F::Display => node.push(name, Some(self.display.digits())),
            F::VerifiedName => node.push(name, Some(&record.verified_name)),
            F::Quality => node.push(name, Some(record.quality)),
            F::QualityScore => node.push(name, Some(json!({"score": record.quality}))),
            F::CodeVerification => node.push(name, Some(record.code_verification)),
            F::Throughput => node.push(name, Some(json!({"level": record.level}))),
            F::Platform | F::HostPlatform => node.push(name, Some(self.platform())),
            F::Status => node.push(name, Some(record.status)),
            F::NameStatus => node.push(name, Some(record.name_status)),
            F::NewName => node.push(name, record.requested_name.as_ref().map(|asked| &asked.name)),
            F::NewNameStatus => node.push(name, Some(self.new_name_status())),
            F::Mode => node.push(name, Some(record.mode)),
            F::ManagerLimit | F::LimitTier => node.push(name, Some(self.tier)),
            F::IsOfficial => node.push(name, Some(record.is_official)),
            F::IsPinEnabled => node.push(name, Some(record.is_pin_enabled)),
            F::IsPreverified => node.push(name, Some(false)),
            F::IsOnApp => node.push(name, Some(record.is_on_app)),
            F::Health => node.push(name, Some(self.health)),
            F::Onboarded => node.push(name, record.onboarded.map(iso_instant)),
            F::Country => node.push(name, record.country.map(|(iso, _)| iso)),
            F::CallingCode => node.push(name, record.country.map(|(_, code)| code)),
            F::Webhooks => node.push(name, Some(self.webhooks)),
            F::UnifiedCertificate => node.push(name, Some(self.unified_certificate())),
            F::Certificate => node.push(name, self.certificate(&record.verified_name, record.name_status)),
            F::NewCertificate => {
                let asked = record.requested_name.as_ref();
                node.push(name, asked.and_then(|asked| self.certificate(&asked.name, asked.status)));
            }
            // Assumed: search and automation are switched off, which is how a number begins.
            F::Search => node.push(name, Some("NON_VISIBLE")),
            F::GlobalSearch => node.push(name, Some("NON_ELIGIBLE_UNDEFINED_COUNTRY")),
            F::Automation => {
                node.push(name, Some(json!({"enable_welcome_message": false, "id": self.id})));
            }
            F::Username => {}
        }
    }

    const fn platform(&self) -> &'static str {
        if self.record.status.is_registered() { "CLOUD_API" } else { "NOT_APPLICABLE" }
    }

    fn new_name_status(&self) -> NameStatus {
        self.record.requested_name.as_ref().map_or(NameStatus::None, |asked| asked.status)
    }

    const fn unified_certificate(&self) -> &'static str {
        match self.record.name_status {
            NameStatus::Approved | NameStatus::AvailableWithoutReview => "APPROVED",
            NameStatus::PendingReview => "NAME_PENDING_REVIEW",
            NameStatus::Declined | NameStatus::Expired | NameStatus::None => "NAME_NOT_APPROVED",
        }
    }

    /// What a server of the business's own would register with.
    // Assumed: Meta's certificate is opaque; this one says whose it is.
    fn certificate(&self, name: &str, status: NameStatus) -> Option<String> {
        use base64::Engine as _;
        let is_granted = matches!(status, NameStatus::Approved | NameStatus::AvailableWithoutReview);
        let text = format!("certificate of {} for {name}", self.id);
        is_granted.then(|| base64::engine::general_purpose::STANDARD.encode(text))
    }
}

/// An instant as Graph writes it where it does not write unix seconds: `2026-11-22T09:00:00+0000`.
fn iso_instant(unix: u64) -> String {
    let (year, month, day) = civil(unix / 86_400);
    let (hour, minute, second) = (unix / 3_600 % 24, unix / 60 % 60, unix % 60);
    let month = month + 1;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+0000")
}
