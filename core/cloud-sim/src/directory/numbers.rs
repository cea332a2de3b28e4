//! Phone numbers: how they stand, and how they are read.

use std::collections::VecDeque;
use std::sync::Arc;

use cloud_api::account::word::{
    AccountMode, CodeVerification, NameStatus, NumberStatus, Quality, ThroughputLevel, Tier,
};
use cloud_api::account::{
    BusinessProfile, Entity, EntityKind, Health, HealthError, NumberRecord, NumberSettings, NumberView,
    ProfileUpdate, SettingUpdate, WebhookConfiguration,
};
use cloud_api::webhook::AccountChange;
use cloud_api::webhook::account::SettingsUpdate;
use cloud_api::{AppId, FailureCode, PhoneNumberId, Recipient, Refusal, WabaId};
use scenario::{Country, Elapsed, Limits};

use super::{App, Directory, Number, Registration};
use crate::notice::Notice;
use crate::reach::Reach;

/// To how many numbers a test number may write.
// Source: cloud-api.md §2.7 and peers.md §1: five recipients.
pub const ALLOW_LIST_MAX: usize = 5;

/// The country of a number and its calling code, where they are known.
pub(super) fn country_of(display: Recipient) -> Option<(&'static str, &'static str)> {
    Country::of_number(display.number()).map(|country| (country.iso(), country.calling_code()))
}

impl Number {
    /// A number that is verified and registered.
    pub(super) fn new(id: PhoneNumberId, account: WabaId, display: Recipient, reach: Arc<Reach>) -> Self {
        let record = NumberRecord {
            verified_name: "otpbench".to_owned(),
            name_status: NameStatus::Approved,
            requested_name: None,
            status: NumberStatus::Connected,
            quality: Quality::Green,
            level: ThroughputLevel::High,
            mode: AccountMode::Live,
            code_verification: CodeVerification::Verified,
            is_pin_enabled: false,
            is_official: false,
            is_on_app: false,
            onboarded: None,
            created: 0,
            country: country_of(display),
        };
        Self {
            id,
            account,
            display,
            throughput: Arc::default(),
            record,
            allow_list: Vec::new(),
            registration: Registration::default(),
            profile: BusinessProfile::default(),
            settings: NumberSettings::default(),
            blocked: Arc::default(),
            name_due: None,
            signals: VecDeque::new(),
            signals_due: None,
            flagged_until: None,
            upgrading_until: None,
            reach,
        }
    }

    /// What keeps it from sending to this recipient.
    ///
    /// # Errors
    ///
    /// The refusal that Meta answers every such send with.
    // Source: cloud-api.md §1.4 and §8. Assumed: the order; a number that is banned is refused with 368.
    pub fn may_send(&self, now: Elapsed, recipient: Recipient) -> Result<(), Refusal> {
        let record = &self.record;
        // Source: cloud-api.md §8.
        if record.status == NumberStatus::Deleted {
            return Err(Refusal::listed(FailureCode::NUMBER_DELETED));
        }
        if !record.status.is_registered() {
            return Err(Refusal::AccountNotRegistered);
        }
        if record.status == NumberStatus::Banned {
            return Err(Refusal::PolicyViolated);
        }
        if self.upgrading_until.is_some_and(|until| now < until) {
            return Err(Refusal::MaintenanceMode);
        }
        if self.is_lent() && matches!(record.name_status, NameStatus::Declined | NameStatus::PendingReview) {
            return Err(Refusal::NameNotApproved);
        }
        if record.mode == AccountMode::Sandbox && !self.allow_list.contains(&recipient) {
            return Err(Refusal::RecipientNotAllowed);
        }
        Ok(())
    }

    /// How many messages a second it may send.
    ///
    /// The limit of the scenario is that of the high level; the others never exceed it.
    // Source: cloud-api.md §7: 80, 1,000, and 20 beside the WhatsApp Business app.
    #[must_use]
    pub fn messages_per_second(&self, limits: &Limits) -> u32 {
        if self.record.is_on_app {
            return limits.throughput.min(BESIDE_THE_APP);
        }
        match self.record.level {
            ThroughputLevel::High => limits.throughput,
            ThroughputLevel::Standard | ThroughputLevel::NotApplicable => limits.throughput.min(STANDARD),
        }
    }

    /// Whether the number is one of those that WhatsApp itself hands out: +1 555.
    // Source: cloud-api.md §8, 131037.
    const fn is_lent(&self) -> bool {
        self.display.number() / 10_000_000 == 1_555
    }

    fn health(&self) -> Entity {
        let entity = Entity::available(EntityKind::PhoneNumber, self.id);
        match self.record.status {
            NumberStatus::Banned => entity.blocked(BANNED),
            NumberStatus::Flagged | NumberStatus::Restricted | NumberStatus::RateLimited => {
                entity.limited("The phone number's quality is low.")
            }
            status if !status.is_registered() => entity.blocked(NOT_REGISTERED),
            _ if self.record.name_status == NameStatus::PendingReview => {
                entity.limited("Your display name has not been approved yet. Your message limit will increase after the display name is approved.")
            }
            _ => entity,
        }
    }
}

/// Messages a second at the standard level.
const STANDARD: u32 = 80;

/// Messages a second where the WhatsApp Business app is used beside the API.
const BESIDE_THE_APP: u32 = 20;

// Assumed: the numbers and the words of both.
const BANNED: HealthError = HealthError {
    error_code: 141_001,
    error_description: "The phone number is banned for violating a policy.",
    possible_solution: "Request a review of the phone number in Business Support Home.",
};
const NOT_REGISTERED: HealthError = HealthError {
    error_code: 141_002,
    error_description: "The phone number is not registered.",
    possible_solution: "Register the phone number with the /register endpoint.",
};

impl Directory {
    /// The numbers of an account, in the order in which they were added.
    pub fn numbers_of(&self, account: WabaId) -> impl Iterator<Item = &Arc<Number>> + '_ {
        self.numbers.iter().filter(move |number| number.account == account)
    }

    /// Everything that an answer about a number is made from, handed to `show`.
    pub fn view_number<T>(
        &self,
        unix: u64,
        number: &Number,
        app: &App,
        show: impl FnOnce(NumberView<'_>) -> T,
    ) -> T {
        let places = self.callback_places(app.id, number.account, number.id);
        let webhooks = WebhookConfiguration {
            phone_number: places.number.map(ToString::to_string),
            whatsapp_business_account: places.account.map(ToString::to_string),
            application: places.app.map(ToString::to_string),
        };
        let health = self.number_health(unix, number, app.id);
        let portfolio = self.account(number.account).and_then(|account| self.portfolio(account.portfolio));
        show(NumberView {
            id: number.id,
            display: number.display,
            record: &number.record,
            tier: portfolio.map_or(Tier::T250, |portfolio| portfolio.tier),
            webhooks: &webhooks,
            health: &health,
        })
    }

    /// Changes what a number's business tells of itself.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    pub fn set_profile(&mut self, id: PhoneNumberId, update: ProfileUpdate) -> Result<(), Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        number.profile.apply(update);
        Ok(())
    }

    /// Changes one setting of a number, at a time in unix seconds, and says who is told.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    pub fn set_setting(
        &mut self,
        now: Elapsed,
        unix: u64,
        id: PhoneNumberId,
        update: SettingUpdate,
    ) -> Result<Vec<Notice>, Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        number.settings.apply(update);
        let settings = number.settings.to_map();
        let change = AccountChange::Settings(SettingsUpdate { number: id, at: unix, settings });
        Ok(vec![Notice { account: number.account, at: now, change }])
    }

    /// Whether a number can send, and what stands in the way.
    // Source: cloud-api.md §5.3.
    #[must_use]
    pub fn number_health(&self, unix: u64, number: &Number, app: AppId) -> Health {
        let mut entities = vec![number.health()];
        let account = self.account(number.account);
        let shared = account.and_then(|account| {
            let portfolio = self.portfolio(account.portfolio)?;
            Some(self.account_health(unix, account, portfolio, app))
        });
        entities.extend(shared.into_iter().flatten());
        Health::of(entities)
    }
}
