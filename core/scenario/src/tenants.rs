//! Tenants: the portfolios, apps, accounts, phone numbers and tokens that exist.
//!
//! What a tenant leaves open is made up when it is created: ids, secrets, tokens and numbers.

mod read;

use cloud_api::access::{Scope, Scopes};
use cloud_api::{AccessToken, AppId, AppSecret, BusinessId, PhoneNumberId, Recipient, UserId, WabaId};

use crate::read::{Mistakes, Page};
use crate::time::Span;

/// Everybody whom a simulated Meta knows from the start, and how it treats others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenants {
    /// What becomes of ids and tokens that nobody declared.
    pub mode: Mode,
    /// The hosts outside of this machine to which webhooks may go, without ports.
    pub webhook_hosts: Vec<String>,
    /// The tenants.
    pub plans: Vec<TenantPlan>,
}

/// What becomes of ids and tokens that nobody declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Mode {
    /// They are refused, as Meta would.
    #[default]
    Strict,
    /// They come into being when they are first used, as parts of the first tenant.
    Easy {
        /// What becomes of a template that nobody has created.
        templates: UnknownTemplates,
    },
}

/// What becomes of a template that is sent and that nobody has created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum UnknownTemplates {
    /// It is refused, as Meta would.
    #[default]
    Refused,
    /// It is created, approved, as an authentication template with a button that copies the code.
    Approved,
}

/// A business portfolio with all that belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantPlan {
    /// The portfolio's id.
    pub portfolio: Option<BusinessId>,
    /// The portfolio's name.
    pub name: Option<String>,
    /// Its apps; one is made up where there is none.
    pub apps: Vec<AppPlan>,
    /// Its accounts; one is made up where there is none.
    pub accounts: Vec<AccountPlan>,
    /// Its tokens, besides the apps' own; one is made up where there is none.
    pub tokens: Vec<TokenPlan>,
}

/// An app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppPlan {
    /// Its id.
    pub id: Option<AppId>,
    /// Its name.
    pub name: Option<String>,
    /// With what its webhooks are signed.
    pub secret: Option<AppSecret>,
}

/// A WhatsApp Business Account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPlan {
    /// Its id.
    pub id: Option<WabaId>,
    /// Its name.
    pub name: Option<String>,
    /// Its phone numbers; one is made up where there is none.
    pub numbers: Vec<NumberPlan>,
}

/// A phone number that sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberPlan {
    /// Its id.
    pub id: Option<PhoneNumberId>,
    /// The number itself.
    pub display: Option<Recipient>,
}

/// A token, other than the apps' own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPlan {
    /// Its text.
    pub text: Option<AccessToken>,
    /// The app that it was made for; the first of the tenant where it is not said.
    pub app: Option<AppId>,
    /// Whom it stands for.
    pub holder: Holder,
    /// Who that is.
    pub user: Option<UserId>,
    /// What it is good for.
    pub scopes: Scopes,
    /// For which accounts single scopes hold; the others hold for all of the tenant.
    pub granular: Vec<(Scope, Vec<WabaId>)>,
    /// When it ends.
    pub expiry: Expiry,
    /// Whether it was taken back.
    pub is_revoked: bool,
    /// Whether it may look and not touch.
    pub is_read_only: bool,
}

/// Whom a token stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holder {
    /// A system user.
    #[default]
    SystemUser,
    /// A person.
    User,
}

/// When a token ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Never, as those of system users can be.
    #[default]
    Never,
    /// This long after it comes to be.
    After(Span),
    /// This long before it comes to be, so that it never was good.
    Before(Span),
}

impl Default for TokenPlan {
    fn default() -> Self {
        Self {
            text: None,
            app: None,
            holder: Holder::default(),
            user: None,
            scopes: Scopes::ALL,
            granular: Vec::new(),
            expiry: Expiry::default(),
            is_revoked: false,
            is_read_only: false,
        }
    }
}

impl Tenants {
    /// Reads who exists, in the language that `mock-server/README.md` shows.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        Page::read(text, read::tenants)
    }

    /// One tenant, and nobody else.
    #[must_use]
    pub fn only(plan: TenantPlan) -> Self {
        Self { plans: vec![plan], ..Self::default() }
    }

    /// Whether a text may stand among the [`webhook_hosts`](Self::webhook_hosts).
    #[must_use]
    pub fn is_webhook_host(text: &str) -> bool {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        (1..=253).contains(&text.len()) && text.bytes().all(is_allowed)
    }
}
