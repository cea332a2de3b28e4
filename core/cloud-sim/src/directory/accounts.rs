//! Accounts and the portfolios that own them: how they stand, and how they are read.

use cloud_api::account::word::{BanState, Ownership, Restriction, ReviewDecision, Tier, Verification};
use cloud_api::account::{
    AccountRecord, AccountUpdate, AccountView, Entity, EntityKind, Health, HealthError, PortfolioRecord,
};
use cloud_api::{AppId, BusinessId, CountryCode, Currency, FailureCode, Recipient, Refusal, WabaId};

use super::templates::Templates;
use super::{Account, Directory};
use crate::pricing::Payer;

/// The id of the first portfolio.
// Source: cloud-api.md §5.3, the sample of `health_status`.
pub(super) const FIRST_PORTFOLIO: BusinessId = BusinessId::new(506_914_307_656_634);

/// What Meta, or who tests against it, holds against an account.
///
/// Nothing does at first.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Standing {
    /// Whether it is locked: every send is refused with 131031.
    pub is_locked: bool,
    /// Whether it cannot pay: accepted messages fail with 131042.
    pub is_unpaid: bool,
    /// Whether it is being worked on: every send is refused with 131057.
    pub is_in_maintenance: bool,
    /// What it may not do, and until when, in unix seconds.
    pub restrictions: Vec<(Restriction, Option<u64>)>,
    /// How far its ban has come, and its date in unix seconds.
    pub ban: Option<(BanState, u64)>,
    /// Countries to which it may not send, as ISO 3166 writes them: 130497.
    pub closed_countries: Vec<String>,
}

/// Template insights cannot be disabled.
const CANNOT_BE_DISABLED: u32 = 200_006;

/// Whether a message answers somebody who wrote within the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// The business writes first.
    Unasked,
    /// The customer service window is open.
    Answering,
}

impl Account {
    /// An account without a template, of which Meta thinks well.
    // Assumed: the name and the time zone of Meta's samples; a business in the United States.
    pub(super) fn new(id: WabaId, portfolio: BusinessId) -> Self {
        let record = AccountRecord {
            name: "otpbench".to_owned(),
            timezone_id: 1,
            currency: "USD".to_owned(),
            country: "US".to_owned(),
            ownership: Ownership::SelfOwned,
            review: ReviewDecision::Approved,
            is_enabled_for_insights: true,
            international: None,
        };
        let standing = Standing::default();
        Self { id, portfolio, record, standing, templates: Templates::default() }
    }

    /// What keeps it from sending to this recipient at this time, in unix seconds.
    ///
    /// # Errors
    ///
    /// The refusal that Meta answers every send with.
    // Source: cloud-api.md §8. Assumed: the order, and that all of them are answered at once.
    pub fn may_send(&self, unix: u64, recipient: Recipient, approach: Approach) -> Result<(), Refusal> {
        let standing = &self.standing;
        if standing.is_locked {
            return Err(Refusal::AccountLocked);
        }
        if standing.is_disabled(unix) || self.is_restricted(unix, approach) {
            return Err(Refusal::PolicyViolated);
        }
        if standing.is_in_maintenance {
            return Err(Refusal::MaintenanceMode);
        }
        if !standing.closed_countries.is_empty() {
            let country = CountryCode::of_number(recipient.number()).map(CountryCode::iso);
            if standing.closed_countries.iter().any(|closed| Some(closed.as_str()) == country) {
                return Err(Refusal::CountryClosed);
            }
        }
        Ok(())
    }

    fn is_restricted(&self, unix: u64, approach: Approach) -> bool {
        let bars = match approach {
            Approach::Unasked => Restriction::BizInitiatedMessaging,
            Approach::Answering => Restriction::CustomerInitiatedMessaging,
        };
        self.standing.has(bars, unix)
    }
}

impl Standing {
    /// Whether a restriction holds at this time, in unix seconds.
    #[must_use]
    pub fn has(&self, restriction: Restriction, unix: u64) -> bool {
        let holds = |until: &Option<u64>| until.is_none_or(|until| unix < until);
        self.restrictions.iter().any(|(known, until)| *known == restriction && holds(until))
    }

    /// Whether the account is disabled at this time, in unix seconds.
    #[must_use]
    pub fn is_disabled(&self, unix: u64) -> bool {
        match self.ban {
            Some((BanState::Disable, _)) => true,
            Some((BanState::ScheduleForDisable, at)) => unix >= at,
            Some((BanState::Reinstate, _)) | None => false,
        }
    }

    /// The account as a part of `health_status`.
    fn health(&self, id: WabaId, unix: u64) -> Entity {
        let mut entity = Entity::available(EntityKind::Waba, id);
        if self.is_disabled(unix) || self.is_locked {
            entity = entity.blocked(DISABLED);
        }
        if self.is_unpaid {
            entity = entity.blocked(UNPAID);
        }
        if self.has(Restriction::BizInitiatedMessaging, unix) {
            entity = entity.limited("The WhatsApp Business Account is restricted from initiating messages.");
        }
        entity
    }
}

/// Meta's error for an account without a payment method.
// Source: cloud-api.md §5.3 and §8 for the number; the words are after Meta's page on health status.
const UNPAID: HealthError = HealthError {
    error_code: 141_006,
    error_description: "There is an error with the payment method. This will block business initiated conversations.",
    possible_solution: "There was an error with your payment method. Please add a new payment method to the account.",
};

// Assumed: the number and the words.
const DISABLED: HealthError = HealthError {
    error_code: 141_000,
    error_description: "The WhatsApp Business Account is disabled for violating a policy.",
    possible_solution: "Request a review of the account in Business Support Home.",
};

/// A portfolio that Meta knows and lets write to everybody, so that a load test can.
// Assumed: a business that sends one-time passwords at a rate worth testing has come this far.
pub(super) fn portfolio(id: BusinessId) -> PortfolioRecord {
    PortfolioRecord {
        id,
        name: "otpbench".to_owned(),
        verification: Verification::Verified,
        location: Some("US".to_owned()),
        tier: Tier::Unlimited,
    }
}

impl Directory {
    /// The portfolio with this id.
    #[must_use]
    pub fn portfolio(&self, id: BusinessId) -> Option<&PortfolioRecord> {
        self.portfolios.iter().find(|portfolio| portfolio.id == id)
    }

    /// Who pays for the messages of an account.
    // Assumed: a business is based where its portfolio says, or else where the account's owner is;
    // an account that is gone pays in US dollars.
    #[must_use]
    pub fn payer(&self, id: WabaId) -> Payer<'_> {
        let account = self.account(id);
        let location = account.and_then(|account| self.portfolio(account.portfolio)?.location.as_deref());
        let country = location.or_else(|| account.map(|account| account.record.country.as_str()));
        let currency = account.and_then(|account| account.record.currency.parse().ok());
        Payer {
            country,
            currency: currency.unwrap_or(Currency::USD),
            international: account.and_then(|account| account.record.international.as_ref()),
        }
    }

    /// The portfolios, in the order in which they came.
    #[must_use]
    pub fn portfolios(&self) -> &[PortfolioRecord] {
        &self.portfolios
    }

    /// Everything that an answer about an account is made from, handed to `show`.
    ///
    /// `None` when there is no such account.
    pub fn view_account<T>(
        &self,
        unix: u64,
        id: WabaId,
        app: AppId,
        show: impl FnOnce(AccountView<'_>) -> T,
    ) -> Option<T> {
        let account = self.account(id)?;
        let portfolio = self.portfolio(account.portfolio)?;
        let health = self.account_health(unix, account, portfolio, app);
        let ban = account.standing.ban.map(|(state, _)| state);
        let ban = if account.standing.is_disabled(unix) { Some(BanState::Disable) } else { ban };
        let (health, subscribed) = (&Health::of(health), &self.subscribed_apps(id));
        Some(show(AccountView { id, record: &account.record, portfolio, ban, health, subscribed }))
    }

    /// Changes what Meta holds of an account, as its owner asks.
    ///
    /// # Errors
    ///
    /// When there is no such account, or it shall not count what templates do.
    // Source: cloud-api.md §4: counting cannot be ended once it has begun.
    pub fn update_account(&mut self, id: WabaId, update: &AccountUpdate) -> Result<(), Refusal> {
        let account = self.account_mut(id).ok_or(Refusal::ApiUnknown)?;
        let record = &mut account.record;
        if update.is_enabled_for_insights == Some(false) {
            return Err(FailureCode::new(CANNOT_BE_DISABLED).map_or(Refusal::ApiUnknown, Refusal::listed));
        }
        if let Some(name) = &update.name {
            record.name.clone_from(name);
        }
        record.timezone_id = update.timezone_id.unwrap_or(record.timezone_id);
        record.is_enabled_for_insights |= update.is_enabled_for_insights == Some(true);
        Ok(())
    }

    /// The parts of `health_status` that an account and all its numbers share.
    // Source: cloud-api.md §5.3.
    pub(super) fn account_health(
        &self,
        unix: u64,
        account: &Account,
        portfolio: &PortfolioRecord,
        app: AppId,
    ) -> Vec<Entity> {
        let mut business = Entity::available(EntityKind::Business, portfolio.id);
        if portfolio.verification != Verification::Verified {
            business = business.limited("The business has not passed business verification.");
        }
        let account = account.standing.health(account.id, unix);
        vec![account, business, Entity::available(EntityKind::App, app)]
    }
}
