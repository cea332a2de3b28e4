//! Who may send what: apps, tokens, accounts, phone numbers and templates.
//!
//! A directory is plain data. Drivers hand it out as a snapshot and replace it whole when it
//! changes, so that sending never waits for managing.

mod accounts;
mod agenda;
mod apps;
mod blocking;
mod callbacks;
mod changes;
mod dues;
mod easy;
mod founding;
mod logins;
mod moment;
mod numbers;
mod places;
mod registration;
mod restored;
mod signals;
mod templates;
mod tenants;
mod tokens;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use cloud_api::account::{AccountRecord, BusinessProfile, NumberRecord, NumberSettings, PortfolioRecord};
use cloud_api::{AccessToken, AppId, AppSecret, BusinessId, PhoneNumberId, Recipient, WabaId};
use scenario::{AccountPlan, AppPlan, Elapsed, Mode, NumberPlan, Seed, TenantPlan, TokenPlan};

use crate::limit::Throughput;
use crate::reach::Reach;

pub use accounts::{Approach, Standing};
pub use apps::App;
pub use callbacks::{Callback, CallbackPlaces, Subscribed};
pub use changes::{AccountPatch, NumberPatch};
pub use easy::{EASY_MAX, Undeclared};
pub use logins::HandedOut;
pub use moment::{Changes, Moment};
pub use numbers::ALLOW_LIST_MAX;
pub use registration::{IssuedCode, Registration};
pub use templates::{Archived, Complaint, Migrated, Template, Unmigrated};
pub use tenants::{ALL_PARTS_MAX, Founding, PARTS_MAX, TENANTS_MAX, TOKENS_MAX, TenantError};
pub use tokens::{Caller, Grant, Need, Token};

use agenda::Agenda;
use callbacks::Callbacks;
use easy::Used;
use logins::LoginCode;
use places::Places;
use templates::Templates;
use tokens::Tokens;

/// Everything that exists in this Meta.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Directory {
    mode: Mode,
    webhook_hosts: Vec<String>,
    portfolios: Vec<PortfolioRecord>,
    apps: Vec<Arc<App>>,
    accounts: Vec<Account>,
    #[serde(deserialize_with = "crate::reach::reunited")]
    numbers: Vec<Arc<Number>>,
    tokens: Tokens,
    callbacks: Callbacks,
    codes: Vec<LoginCode>,
    used: Used,
    #[serde(deserialize_with = "crate::state::count")]
    templates_created: u64,
    agenda: Agenda,
    /// How often something was made up.
    #[serde(deserialize_with = "crate::state::count")]
    made_up: u64,
    #[serde(skip)]
    places: Places,
}

/// A WhatsApp Business Account.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Account {
    /// Its id.
    pub id: WabaId,
    /// The portfolio that owns it.
    pub portfolio: BusinessId,
    /// What Meta holds of it.
    pub record: AccountRecord,
    /// What is held against it.
    pub standing: Standing,
    templates: Templates,
}

/// A phone number that sends.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Number {
    /// Its id.
    pub id: PhoneNumberId,
    /// The account that it belongs to.
    pub account: WabaId,
    /// The number itself.
    pub display: Recipient,
    /// How much it has sent lately; the same for the number before and after a change.
    pub throughput: Arc<Throughput>,
    /// To how many people its portfolio writes; the same for all numbers of the portfolio.
    pub reach: Arc<Reach>,
    /// What Meta holds of it.
    pub record: NumberRecord,
    /// To whom it may write while it is a test number.
    pub allow_list: Vec<Recipient>,
    /// What its registration remembers.
    pub registration: Registration,
    /// What its business tells of itself.
    pub profile: BusinessProfile,
    /// How it is set.
    pub settings: NumberSettings,
    /// Whom it no longer hears.
    pub blocked: Arc<BTreeSet<Recipient>>,
    /// When the review of its name ends, if it is under review.
    name_due: Option<Elapsed>,
    /// When people lately did not want its messages, the oldest first; as many as make it bad.
    #[serde(default)]
    signals: VecDeque<Elapsed>,
    /// When enough of that is so long ago that its quality improves, if that was what worsened it.
    #[serde(default)]
    signals_due: Option<Elapsed>,
    /// Until when its quality must have risen, if it is flagged.
    flagged_until: Option<Elapsed>,
    /// Until when it cannot send because its throughput is being raised.
    upgrading_until: Option<Elapsed>,
}

/// The one app, account and number of a run.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The app's id.
    pub app: AppId,
    /// With what its webhooks are signed.
    pub app_secret: AppSecret,
    /// The token that opens everything of this tenant.
    pub token: AccessToken,
    /// The account's id.
    pub account: WabaId,
    /// The phone number's id.
    pub number: PhoneNumberId,
    /// The phone number.
    pub display: Recipient,
}

impl Tenant {
    /// A tenant with the ids of Meta's own samples.
    ///
    /// Its secrets open nothing but a simulated Meta.
    // Source: cloud-api.md §12c.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            app: AppId::new(67_084),
            app_secret: AppSecret::new("sample-app-secret"),
            token: AccessToken::new("EAAsampletoken"),
            account: WabaId::new(102_290_129_340_398),
            number: PhoneNumberId::new(106_540_352_242_922),
            display: Recipient::from_number(15_550_783_881).expect("the sample is an E.164 number"),
        }
    }
}

impl From<Tenant> for TenantPlan {
    fn from(tenant: Tenant) -> Self {
        let number = NumberPlan { id: Some(tenant.number), display: Some(tenant.display) };
        Self {
            apps: vec![AppPlan { id: Some(tenant.app), name: None, secret: Some(tenant.app_secret) }],
            accounts: vec![AccountPlan { id: Some(tenant.account), name: None, numbers: vec![number] }],
            tokens: vec![TokenPlan { text: Some(tenant.token), ..TokenPlan::default() }],
            portfolio: Some(accounts::FIRST_PORTFOLIO),
            name: None,
        }
    }
}

impl Directory {
    /// A directory of one tenant, without a template.
    ///
    /// # Panics
    ///
    /// When the tenant uses one id for two things.
    #[must_use]
    pub fn of(tenant: Tenant) -> Self {
        let mut directory = Self::default();
        let founding = Founding { seed: Seed::default(), now_unix: 0 };
        directory.create_tenant(&tenant.into(), founding).expect("the ids of a tenant differ");
        directory
    }

    /// What becomes of ids and tokens that nobody declared.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The hosts outside of this machine to which webhooks may go.
    #[must_use]
    pub fn webhook_hosts(&self) -> &[String] {
        &self.webhook_hosts
    }

    /// The accounts, in the order in which they came.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The accounts of a portfolio, in the order in which they came.
    pub fn accounts_of(&self, portfolio: BusinessId) -> impl Iterator<Item = &Account> + '_ {
        self.accounts.iter().filter(move |account| account.portfolio == portfolio)
    }

    /// The phone numbers, in the order in which they came.
    #[must_use]
    pub fn numbers(&self) -> &[Arc<Number>] {
        &self.numbers
    }

    fn account_mut(&mut self, id: WabaId) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }
}
