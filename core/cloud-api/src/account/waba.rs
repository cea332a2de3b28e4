//! A WhatsApp Business Account and the portfolio that owns it, as they are read.

use serde::Serialize;
use serde_json::json;

use super::selection::fields;
use super::word::{BanState, Ownership, ReviewDecision, Tier, Verification};
use super::{Health, Node, Selection};
use crate::id::{BusinessId, WabaId};
use crate::subscription::SubscribedApps;

/// What Meta holds of an account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccountRecord {
    /// What people call it.
    pub name: String,
    /// The number of its time zone, as Meta's Marketing API counts them.
    pub timezone_id: u16,
    /// What its bills are in, as ISO 4217 writes it.
    pub currency: String,
    /// The country of its owner, as ISO 3166 writes it.
    pub country: String,
    /// Who owns it.
    pub ownership: Ownership,
    /// What its review found.
    pub review: ReviewDecision,
    /// Whether it counts what templates do.
    pub is_enabled_for_insights: bool,
    /// Since when messages to other countries cost the international rate, if they do.
    pub international: Option<InternationalEligibility>,
}

/// Since when an account pays the international rate for authentication.
// Source: cloud-api.md 5.3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct InternationalEligibility {
    /// From when on, in unix seconds.
    pub start_time: u64,
    /// Countries with another beginning.
    pub exception_countries: Vec<ExceptionCountry>,
}

/// A country whose international rate begins at another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct ExceptionCountry {
    /// The country, as ISO 3166 writes it.
    pub country_code: String,
    /// From when on, in unix seconds.
    pub start_time: u64,
}

/// What Meta holds of a business portfolio.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PortfolioRecord {
    /// Its id.
    pub id: BusinessId,
    /// What people call it.
    pub name: String,
    /// Whether Meta knows who stands behind it.
    pub verification: Verification,
    /// Where it does its business, as ISO 3166 writes it, once that is set.
    pub location: Option<String>,
    /// How many people it may write to.
    pub tier: Tier,
}

fields! {
    /// A field of an account.
    // Source: cloud-api.md 5.3; pywa 4.5 for the seven down to `subscribed_apps`, and Meta's Python SDK
    // 26.0 for the eight after it.
    AccountField on "WhatsAppBusinessAccount" by default [Id, Name, TimezoneId, Namespace] {
        Id = "id",
        Name = "name",
        TimezoneId = "timezone_id",
        Namespace = "message_template_namespace",
        Currency = "currency",
        Country = "country",
        Status = "status",
        Review = "account_review_status",
        Verification = "business_verification_status",
        Ownership = "ownership_type",
        Insights = "is_enabled_for_insights",
        Health = "health_status",
        Owner = "owner_business_info",
        OnBehalfOf = "on_behalf_of_business_info",
        Location = "primary_business_location",
        International = "auth_international_rate_eligibility",
        MarketingLite = "marketing_messages_lite_api_status",
        MarketingOnboarding = "marketing_messages_onboarding_status",
        MarketingDisabled = "disable_marketing_messages_on_cloud_api",
        PurchaseOrder = "purchase_order_number",
        CreationTime = "creation_time",
        MessagingLimit = "whatsapp_business_manager_messaging_limit",
        Subscribed = "subscribed_apps",
        OwnerBusiness = "owner_business",
        SharedWithPartners = "is_shared_with_partners",
        TemplateArchival = "template_auto_archival_enabled",
        PrimaryFunding = "primary_funding_id",
        LinkedCommerce = "linked_commerce_account",
        MarketingAds = "marketing_messages_ad_account",
        ServicePricing = "service_pricing_policy",
        MarketingMaxPrice = "whatsapp_manager_marketing_messages_max_price_enroll_status",
    }
}

/// Everything that an answer about an account is made from.
#[derive(Clone, Copy, Debug)]
pub struct AccountView<'a> {
    /// Its id.
    pub id: WabaId,
    /// What Meta holds of it.
    pub record: &'a AccountRecord,
    /// Who owns it.
    pub portfolio: &'a PortfolioRecord,
    /// How far its ban has come, if it has one.
    pub ban: Option<BanState>,
    /// Whether it can send.
    pub health: &'a Health,
    /// The apps that hear of it.
    pub subscribed: &'a SubscribedApps,
}

impl AccountView<'_> {
    /// The fields that were asked for, and the id.
    #[must_use]
    pub fn node(&self, selection: &Selection<AccountField>) -> Node {
        let mut node = Node::new();
        for field in selection.fields() {
            self.push(&mut node, field);
        }
        node.push("id", Some(self.id));
        node
    }

    fn push(&self, node: &mut Node, field: AccountField) {
        use AccountField as F;
        let name = super::Field::name(field);
        let Self { record, portfolio, .. } = self;
        match field {
            F::Id => node.push(name, Some(self.id)),
            F::Name => node.push(name, Some(&record.name)),
            F::TimezoneId => node.push(name, Some(record.timezone_id.to_string())),
            F::Namespace => node.push(name, Some(self.namespace())),
            F::Currency => node.push(name, Some(&record.currency)),
            F::Country => node.push(name, Some(&record.country)),
            F::Status => node.push(name, Some(self.status())),
            F::Review => node.push(name, Some(record.review)),
            F::Verification => node.push(name, Some(portfolio.verification)),
            F::Ownership => node.push(name, Some(record.ownership)),
            F::Insights => node.push(name, Some(record.is_enabled_for_insights)),
            F::Health => node.push(name, Some(self.health)),
            F::Owner | F::OwnerBusiness => {
                node.push(name, Some(json!({"name": portfolio.name, "id": portfolio.id})));
            }
            F::Location => node.push(name, portfolio.location.as_ref()),
            F::International => node.push(name, record.international.as_ref()),
            // Assumed: the marketing product plays no part here, so that nobody has joined it.
            F::MarketingLite => node.push(name, Some("INELIGIBLE")),
            F::MarketingDisabled => node.push(name, Some(false)),
            F::MessagingLimit => node.push(name, Some(portfolio.tier)),
            F::Subscribed => node.push(name, Some(self.subscribed)),
            // Assumed: nobody else works with the account, and no template is archived unasked.
            F::SharedWithPartners | F::TemplateArchival => node.push(name, Some(false)),
            // Assumed: what nobody has set is not there.
            F::OnBehalfOf
            | F::MarketingOnboarding
            | F::PurchaseOrder
            | F::CreationTime
            | F::PrimaryFunding
            | F::LinkedCommerce
            | F::MarketingAds
            | F::ServicePricing
            | F::MarketingMaxPrice => {}
        }
    }

    /// The namespace of its templates: the same for one id in every run.
    // Assumed: Meta draws it at random; nothing but the shape of a UUID with underscores is known.
    fn namespace(&self) -> String {
        let number = u128::from(self.id.number()).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let hex = format!("{number:032x}");
        format!("{}_{}_{}_{}_{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    // Source: pywa 4.5 names ACTIVE. Assumed: the words of an account that is banned.
    const fn status(&self) -> &'static str {
        match self.ban {
            Some(BanState::Disable) => "DISABLED",
            Some(BanState::ScheduleForDisable) => "SCHEDULED_FOR_DISABLE",
            Some(BanState::Reinstate) | None => "ACTIVE",
        }
    }
}
