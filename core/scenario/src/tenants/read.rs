//! The language in which tenants are declared.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use cloud_api::access::{Scope, Scopes};
use cloud_api::{AccessToken, AppSecret, Recipient};

use super::{
    AccountPlan, AppPlan, Expiry, Holder, Mode, NumberPlan, TenantPlan, Tenants, TokenPlan, UnknownTemplates,
};
use crate::read::{Kind, Table};
use crate::time::Span;

/// What may stand once in a whole file, such as an id, and has stood already.
#[derive(Default)]
struct Seen(RefCell<BTreeSet<String>>);

/// The apps and accounts of a tenant; `None` where they cannot be read.
type Owned<'a> = (Option<&'a [AppPlan]>, Option<&'a [AccountPlan]>);

/// The longest life of a token: ten years of hours.
const LIFE_MAX: Span = Span::from_secs(10 * 366 * 24 * 3_600);

pub(super) fn tenants(table: &Table<'_>) -> Option<Tenants> {
    let seen = Seen::default();
    let mode = read_mode(table);
    let hosts = Kind::text(
        "a host without scheme, port and path, such as \"hooks.example.org\"",
        Tenants::is_webhook_host,
    );
    let webhook_hosts = table.values("webhook-hosts", &hosts);
    let plans =
        table.required_list("tenants", "one table [[tenants]] or more", |table, _| read_tenant(table, &seen));
    Some(Tenants { mode: mode?, webhook_hosts: webhook_hosts?.unwrap_or_default(), plans: plans? })
}

fn read_mode(table: &Table<'_>) -> Option<Mode> {
    let is_easy = table.or("mode", false, &Kind::choice([("strict", false), ("easy", true)]));
    let words = [("refused", UnknownTemplates::Refused), ("approved", UnknownTemplates::Approved)];
    let templates = table.optional("unknown-templates", &Kind::choice(words));
    match (is_easy?, templates?) {
        (true, templates) => Some(Mode::Easy { templates: templates.unwrap_or_default() }),
        (false, None | Some(UnknownTemplates::Refused)) => Some(Mode::Strict),
        (false, Some(UnknownTemplates::Approved)) => {
            table.wrong_field("unknown-templates", "\"approved\"", "left out unless `mode` is \"easy\"");
            None
        }
    }
}

fn read_tenant(table: &Table<'_>, seen: &Seen) -> Option<TenantPlan> {
    let portfolio = seen.id(table, "portfolio");
    let name = table.optional("name", &Kind::line(100));
    let apps = table.list("apps", |table, _| {
        let id = seen.id(table, "id");
        let name = table.optional("name", &Kind::line(100));
        let secret = table.optional("secret", &secret()).map(|text| text.map(AppSecret::new));
        Some(AppPlan { id: id?, name: name?, secret: secret? })
    });
    let accounts = table.list("accounts", |table, _| {
        let id = seen.id(table, "id");
        let name = table.optional("name", &Kind::line(100));
        let numbers = table.list("numbers", |table, _| read_number(table, seen));
        Some(AccountPlan { id: id?, name: name?, numbers: numbers? })
    });
    let owned = (apps.as_deref(), accounts.as_deref());
    let tokens = table.list("tokens", |table, _| read_token(table, seen, owned));
    Some(TenantPlan { portfolio: portfolio?, name: name?, apps: apps?, accounts: accounts?, tokens: tokens? })
}

fn read_number(table: &Table<'_>, seen: &Seen) -> Option<NumberPlan> {
    let id = seen.id(table, "id");
    let rule = "a phone number with its country code, such as \"+1 555 078 3881\"";
    let kind = Kind::written(rule, |text| text.parse::<Recipient>().ok());
    let display = seen.once(table, "number", &kind, |number| format!("+{}", number.number()));
    Some(NumberPlan { id: id?, display: display? })
}

fn read_token(table: &Table<'_>, seen: &Seen, (apps, accounts): Owned<'_>) -> Option<TokenPlan> {
    let text = seen.once(table, "token", &token(), |text| format!("token {text}"));
    let app = table.optional("app", &id());
    if let (Some(Some(app)), Some(apps)) = (app, apps)
        && !apps.iter().any(|known| known.id == Some(app))
    {
        table.wrong_field("app", &app.to_string(), "the id of an app of this tenant");
    }
    let holders = [("system-user", Holder::SystemUser), ("user", Holder::User)];
    let holder = table.or("holder", Holder::SystemUser, &Kind::choice(holders));
    let user = table.optional("user", &id());
    let scopes = table.values("scopes", &scope());
    let granular = table.list("granular", |table, _| read_granular(table, accounts));
    let expiry = read_expiry(table);
    let is_revoked = table.or("revoked", false, &Kind::flag());
    let is_read_only = table.or("read-only", false, &Kind::flag());
    Some(TokenPlan {
        text: text?.map(AccessToken::new),
        app: app?,
        holder: holder?,
        user: user?,
        scopes: scopes?.map_or(Scopes::ALL, |scopes| scopes.into_iter().collect()),
        granular: granular?,
        expiry: expiry?,
        is_revoked: is_revoked?,
        is_read_only: is_read_only?,
    })
}

fn read_granular(
    table: &Table<'_>,
    accounts: Option<&[AccountPlan]>,
) -> Option<(Scope, Vec<cloud_api::WabaId>)> {
    let scope = table.required("scope", &scope());
    let targets = table.required_values("accounts", &id())?;
    for target in &targets {
        let is_theirs = |accounts: &[AccountPlan]| accounts.iter().any(|known| known.id == Some(*target));
        if accounts.is_some_and(|accounts| !is_theirs(accounts)) {
            table.wrong_field("accounts", &target.to_string(), "ids of accounts of this tenant");
        }
    }
    Some((scope?, targets))
}

fn read_expiry(table: &Table<'_>) -> Option<Expiry> {
    let spans = || Kind::span(Span::from_secs(1)..=LIFE_MAX);
    let after = table.optional("expires-after", &spans());
    let since = table.optional("expired-since", &spans());
    match (after?, since?) {
        (None, None) => Some(Expiry::Never),
        (Some(after), None) => Some(Expiry::After(after)),
        (None, Some(since)) => Some(Expiry::Before(since)),
        (Some(_), Some(since)) => {
            table.wrong_field("expired-since", &since.to_string(), "left out where `expires-after` is given");
            None
        }
    }
}

impl Seen {
    /// An id that may be left out, and that no other object of the file may have.
    // Source: Graph has one space of ids for all kinds of objects.
    fn id<T: FromStr + Display + 'static>(&self, table: &Table<'_>, key: &str) -> Option<Option<T>> {
        self.once(table, key, &id(), T::to_string)
    }

    /// A value that may be left out, and that may stand only once in the file.
    fn once<T>(
        &self,
        table: &Table<'_>,
        key: &str,
        kind: &Kind<T>,
        name: impl Fn(&T) -> String,
    ) -> Option<Option<T>> {
        let value = table.optional(key, kind)?;
        if let Some(name) = value.as_ref().map(name) {
            if self.0.borrow().contains(&name) {
                table.wrong_field(key, "the same as another", "given only once in the file");
            }
            self.0.borrow_mut().insert(name);
        }
        Some(value)
    }
}

fn id<T: FromStr + 'static>() -> Kind<T> {
    Kind::digits("an id of 1 to 20 digits, such as \"102290129340398\"", |text| text.parse().ok())
}

fn scope() -> Kind<Scope> {
    let names = Scope::ALL.map(Scope::name).join("`, `");
    Kind::written(&format!("one of `{names}`"), |text| text.parse().ok())
}

fn secret() -> Kind<String> {
    Kind::secret("1 to 500 letters and digits without spaces", is_word)
}

fn token() -> Kind<String> {
    Kind::secret("1 to 500 letters and digits without spaces and `|`", |text| {
        is_word(text) && !text.contains('|')
    })
}

fn is_word(text: &str) -> bool {
    (1..=500).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
