//! A tenant as an answer shows it, with the secrets that open nothing but this Meta.

use cloud_api::access::Scopes;
use cloud_api::account::PortfolioRecord;
use cloud_api::{AppId, BusinessId, PhoneNumberId, UserId, WabaId};
use cloud_sim::{Account, Directory, Grant, Token};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Listed {
    portfolio: BusinessId,
    name: String,
    apps: Vec<AppId>,
    accounts: Vec<WabaId>,
}

#[derive(Serialize)]
pub(super) struct Shown {
    portfolio: BusinessId,
    name: String,
    apps: Vec<App>,
    accounts: Vec<ShownAccount>,
    tokens: Vec<ShownToken>,
}

#[derive(Serialize)]
struct App {
    id: AppId,
    name: String,
    secret: String,
    /// The app's own token.
    token: String,
}

#[derive(Serialize)]
struct ShownAccount {
    id: WabaId,
    name: String,
    numbers: Vec<Number>,
}

#[derive(Serialize)]
struct Number {
    id: PhoneNumberId,
    number: String,
}

#[derive(Serialize)]
pub(super) struct ShownToken {
    token: String,
    app: AppId,
    #[serde(rename = "type")]
    kind: &'static str,
    user: UserId,
    scopes: Scopes,
    granular: Vec<Granular>,
    issued_unix: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_unix: Option<u64>,
    revoked: bool,
    read_only: bool,
}

#[derive(Serialize)]
struct Granular {
    scope: &'static str,
    accounts: Vec<WabaId>,
}

impl Listed {
    pub(super) fn of(directory: &Directory, portfolio: &PortfolioRecord) -> Self {
        Self {
            portfolio: portfolio.id,
            name: portfolio.name.clone(),
            apps: directory.apps_of(portfolio.id).map(|app| app.id).collect(),
            accounts: directory.accounts_of(portfolio.id).map(|account| account.id).collect(),
        }
    }
}

impl Shown {
    pub(super) fn of(directory: &Directory, portfolio: &PortfolioRecord) -> Self {
        let apps = directory.apps_of(portfolio.id).map(|app| App {
            id: app.id,
            name: app.name.to_string(),
            secret: app.secret.expose().to_owned(),
            token: app.own_token().expose().to_owned(),
        });
        let accounts = directory.accounts_of(portfolio.id).map(|account| shown(directory, account));
        let tokens = directory.tokens_of(portfolio.id).into_iter().map(|token| ShownToken::of(token));
        Self {
            portfolio: portfolio.id,
            name: portfolio.name.clone(),
            apps: apps.collect(),
            accounts: accounts.collect(),
            tokens: tokens.collect(),
        }
    }
}

fn shown(directory: &Directory, account: &Account) -> ShownAccount {
    let numbers = directory
        .numbers_of(account.id)
        .map(|number| Number { id: number.id, number: format!("+{}", number.display.number()) });
    ShownAccount { id: account.id, name: account.record.name.clone(), numbers: numbers.collect() }
}

impl ShownToken {
    pub(super) fn of(token: &Token) -> Self {
        let granular =
            |grant: &Grant| Some(Granular { scope: grant.scope.name(), accounts: grant.accounts.clone()? });
        Self {
            token: token.text.expose().to_owned(),
            app: token.app,
            kind: token.kind.word(),
            user: token.user,
            scopes: token.scopes(),
            granular: token.grants.iter().filter_map(granular).collect(),
            issued_unix: token.issued_at,
            expires_unix: token.expires_at,
            revoked: token.is_revoked,
            read_only: token.is_read_only,
        }
    }
}
