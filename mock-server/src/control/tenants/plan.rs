//! A tenant as a request describes it; what it leaves open is made up.

use cloud_api::access::Scope;
use cloud_api::{AccessToken, AppId, AppSecret, BusinessId, PhoneNumberId, UserId, WabaId};
use scenario::{AccountPlan, AppPlan, Expiry, Holder, NumberPlan, Span, TenantPlan, TokenPlan};
use serde::Deserialize;

use crate::control::call::{Problem, recipient};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plan {
    portfolio: Option<BusinessId>,
    name: Option<String>,
    apps: Vec<App>,
    accounts: Vec<Account>,
    tokens: Vec<Token>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct App {
    id: Option<AppId>,
    name: Option<String>,
    secret: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Account {
    id: Option<WabaId>,
    name: Option<String>,
    numbers: Vec<Number>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Number {
    id: Option<PhoneNumberId>,
    number: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Token {
    token: Option<String>,
    app: Option<AppId>,
    holder: HolderWord,
    user: Option<UserId>,
    scopes: Option<Vec<String>>,
    granular: Vec<Granular>,
    expires_after_secs: Option<u64>,
    expired_since_secs: Option<u64>,
    revoked: bool,
    read_only: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HolderWord {
    #[default]
    SystemUser,
    User,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granular {
    scope: String,
    accounts: Vec<WabaId>,
}

/// What to change of a token; what is not given stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenChange {
    pub(super) token: String,
    revoked: Option<bool>,
    read_only: Option<bool>,
    /// From now; 0 lets it expire at once.
    expires_after_secs: Option<u64>,
}

impl Plan {
    pub(super) fn read(self) -> Result<TenantPlan, Problem> {
        let apps = self.apps.into_iter().map(App::read);
        let accounts: Result<_, _> = self.accounts.into_iter().map(Account::read).collect();
        let tokens: Result<_, _> = self.tokens.into_iter().map(Token::read).collect();
        Ok(TenantPlan {
            portfolio: self.portfolio,
            name: self.name,
            apps: apps.collect(),
            accounts: accounts?,
            tokens: tokens?,
        })
    }
}

impl App {
    fn read(self) -> AppPlan {
        AppPlan { id: self.id, name: self.name, secret: self.secret.map(AppSecret::new) }
    }
}

impl Account {
    fn read(self) -> Result<AccountPlan, Problem> {
        let numbers: Result<_, _> = self.numbers.into_iter().map(Number::read).collect();
        Ok(AccountPlan { id: self.id, name: self.name, numbers: numbers? })
    }
}

impl Number {
    fn read(self) -> Result<NumberPlan, Problem> {
        let display = self.number.map(|text| recipient("number", &text)).transpose()?;
        Ok(NumberPlan { id: self.id, display })
    }
}

impl Token {
    pub(super) fn read(self) -> Result<TokenPlan, Problem> {
        let default = TokenPlan::default();
        let scopes = match self.scopes {
            Some(names) => names.iter().map(|name| scope(name)).collect::<Result<_, _>>()?,
            None => default.scopes,
        };
        let mut granular = Vec::with_capacity(self.granular.len());
        for Granular { scope: name, accounts } in self.granular {
            granular.push((scope(&name)?, accounts));
        }
        let expiry = match (self.expires_after_secs, self.expired_since_secs) {
            (None, None) => Expiry::Never,
            (Some(after), None) => Expiry::After(Span::from_secs(bounded("expires_after_secs", after)?)),
            (None, Some(since)) => Expiry::Before(Span::from_secs(bounded("expired_since_secs", since)?)),
            (Some(_), Some(_)) => {
                let rule = "`expired_since_secs` must be left out where `expires_after_secs` is given";
                return Err(Problem::bad(rule));
            }
        };
        Ok(TokenPlan {
            text: self.token.map(token).transpose()?,
            app: self.app,
            holder: match self.holder {
                HolderWord::SystemUser => Holder::SystemUser,
                HolderWord::User => Holder::User,
            },
            user: self.user,
            scopes,
            granular,
            expiry,
            is_revoked: self.revoked,
            is_read_only: self.read_only,
        })
    }
}

impl TokenChange {
    pub(super) fn apply(&self, token: &mut cloud_sim::Token, now_unix: u64) {
        token.is_revoked = self.revoked.unwrap_or(token.is_revoked);
        token.is_read_only = self.read_only.unwrap_or(token.is_read_only);
        if let Some(after) = self.expires_after_secs {
            token.expires_at = Some(now_unix.saturating_add(after));
        }
    }
}

fn scope(name: &str) -> Result<Scope, Problem> {
    let names = Scope::ALL.map(Scope::name).join("`, `");
    name.parse().map_err(|error| Problem::bad(format!("{error}; there are `{names}`")))
}

/// A token must fit into a header, and must not look like an app's own.
fn token(text: String) -> Result<AccessToken, Problem> {
    let is_right =
        (1..=500).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'|');
    if is_right {
        return Ok(AccessToken::new(text));
    }
    Err(Problem::bad("`token` must be 1 to 500 letters and digits without spaces and `|`"))
}

/// A span that a clock can show: at most a hundred years.
fn bounded(name: &str, secs: u64) -> Result<u64, Problem> {
    const MAX: u64 = 100 * 366 * 24 * 3_600;
    if secs <= MAX {
        return Ok(secs);
    }
    Err(Problem::bad(format!("`{name}` is {secs}, but must be at most {MAX}")))
}
