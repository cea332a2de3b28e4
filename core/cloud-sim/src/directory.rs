//! Who may send what: apps, tokens, accounts, phone numbers and templates.
//!
//! A directory is plain data. Drivers hand it out as a snapshot and replace it whole when it
//! changes, so that sending never waits for managing.

mod accounts;
mod numbers;
mod templates;

use std::sync::Arc;

use cloud_api::account::{AccountRecord, NumberRecord, PortfolioRecord};
use cloud_api::subscription::{AppSubscription, WebhookField};
use cloud_api::template::TemplateRecord;
use cloud_api::{AccessToken, AppId, AppSecret, BusinessId, PhoneNumberId, Recipient, Refusal, WabaId};
use scenario::{Elapsed, Span};

use crate::limit::Throughput;

pub use accounts::{Approach, Standing};
pub use numbers::ALLOW_LIST_MAX;
pub use templates::Reviewed;

/// Everything that exists in this Meta.
#[derive(Clone, Debug)]
pub struct Directory {
    apps: Vec<App>,
    portfolios: Vec<PortfolioRecord>,
    accounts: Vec<Account>,
    numbers: Vec<Arc<Number>>,
    tokens: Vec<(AccessToken, AppId)>,
    templates_created: u64,
}

/// An app: what holds a token and gets webhooks.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// With what its webhooks are signed.
    pub secret: AppSecret,
    /// Where its webhooks go, once it has subscribed.
    pub subscription: Option<AppSubscription>,
}

/// A WhatsApp Business Account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: WabaId,
    /// The portfolio that owns it.
    pub portfolio: BusinessId,
    /// What Meta holds of it.
    pub record: AccountRecord,
    /// What is held against it.
    pub standing: Standing,
    /// The apps that are subscribed to it.
    pub subscribed: Vec<AppId>,
    templates: Vec<Arc<Template>>,
}

/// A phone number that sends.
#[derive(Clone, Debug)]
pub struct Number {
    /// Its id.
    pub id: PhoneNumberId,
    /// The account that it belongs to.
    pub account: WabaId,
    /// The number itself.
    pub display: Recipient,
    /// How much it has sent lately; the same for the number before and after a change.
    pub throughput: Arc<Throughput>,
    /// What Meta holds of it.
    pub record: NumberRecord,
    /// To whom it may write while it is a test number.
    pub allow_list: Vec<Recipient>,
}

/// A template and when its review ends.
#[derive(Clone, Debug)]
pub struct Template {
    /// What Meta holds of it.
    pub record: TemplateRecord,
    /// How long a message made from it is tried to be delivered.
    pub ttl: Span,
    review_due: Option<Elapsed>,
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

impl Directory {
    /// A directory of one tenant, without a template.
    #[must_use]
    pub fn of(tenant: Tenant) -> Self {
        let app = App { id: tenant.app, secret: tenant.app_secret, subscription: None };
        let portfolio = accounts::portfolio(accounts::FIRST_PORTFOLIO);
        let account = Account::new(tenant.account, portfolio.id);
        let number = Number::new(tenant.number, tenant.account, tenant.display);
        Self {
            apps: vec![app],
            portfolios: vec![portfolio],
            accounts: vec![account],
            numbers: vec![Arc::new(number)],
            tokens: vec![(tenant.token, tenant.app)],
            templates_created: 0,
        }
    }

    /// The app that this token belongs to; an app's own token is `{app-id}|{app-secret}`.
    ///
    /// # Errors
    ///
    /// When there is no token, or none that this Meta made.
    pub fn authenticate(&self, token: Option<&AccessToken>) -> Result<&App, Refusal> {
        let token = token.ok_or(Refusal::MissingToken)?;
        let owner = self.tokens.iter().find(|(known, _)| known == token).map(|(_, app)| *app);
        let app = match owner {
            Some(id) => self.app(id),
            None => self.apps.iter().find(|app| app.token() == *token),
        };
        app.ok_or(Refusal::UnreadableToken)
    }

    /// The app with this id.
    #[must_use]
    pub fn app(&self, id: AppId) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: WabaId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The phone number with this id.
    #[must_use]
    pub fn number(&self, id: PhoneNumberId) -> Option<&Arc<Number>> {
        self.numbers.iter().find(|number| number.id == id)
    }

    /// Where the webhooks of this account and field go, and with whose secret they are signed.
    pub fn callbacks(&self, account: WabaId, field: WebhookField) -> impl Iterator<Item = &App> + '_ {
        let subscribed = self.account(account).into_iter().flat_map(|account| &account.subscribed);
        let apps = subscribed.filter_map(|id| self.app(*id));
        apps.filter(move |app| app.subscription.as_ref().is_some_and(|to| to.fields.contains(&field)))
    }

    /// Whether anybody is told of the statuses of this account's messages.
    #[must_use]
    pub fn wants_statuses(&self, account: WabaId) -> bool {
        self.callbacks(account, WebhookField::Messages).next().is_some()
    }

    /// Has an app's webhooks sent to a callback that has passed the handshake.
    pub fn set_subscription(&mut self, id: AppId, subscription: AppSubscription) {
        if let Some(app) = self.apps.iter_mut().find(|app| app.id == id) {
            app.subscription = Some(subscription);
        }
    }

    /// Subscribes an app to an account.
    pub fn subscribe(&mut self, account: WabaId, app: AppId) {
        if let Some(account) = self.account_mut(account)
            && !account.subscribed.contains(&app)
        {
            account.subscribed.push(app);
        }
    }

    fn account_mut(&mut self, id: WabaId) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }
}

impl App {
    /// The app's own token.
    // Source: cloud-api.md §1.1.
    fn token(&self) -> AccessToken {
        AccessToken::new(format!("{}|{}", self.id, self.secret.expose()))
    }
}
