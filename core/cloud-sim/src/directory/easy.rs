//! The easy mode: ids and tokens that nobody declared come into being when they are first used.

use std::fmt;
use std::sync::Arc;

use cloud_api::{
    AccessToken, AppId, AppSecret, AuthenticationTemplate, BusinessId, PhoneNumberId, TemplateId, WabaId,
};
use scenario::{AccountPlan, AppPlan, Elapsed, Mode, NumberPlan, Scenario, TokenPlan};

use super::tenants::{Founding, TenantError};
use super::{Directory, Moment, Number};
use crate::plan::authentication_template;
use crate::world::World;

/// How many things may come into being by being used; after them, the unknown is refused.
pub const EASY_MAX: usize = 10_000;

/// Something that a request names and that nobody declared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Undeclared<'a> {
    /// A token; an app's own makes the app, with the secret that it shows.
    Token(&'a str),
    /// An app.
    App(AppId),
    /// An account.
    Account(WabaId),
    /// A phone number.
    Number(PhoneNumberId),
}

impl fmt::Debug for Undeclared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(_) => f.write_str("Token(********)"),
            Self::App(id) => fmt::Debug::fmt(id, f),
            Self::Account(id) => fmt::Debug::fmt(id, f),
            Self::Number(id) => fmt::Debug::fmt(id, f),
        }
    }
}

/// What came into being by being used.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Used {
    count: usize,
    accounts: Vec<WabaId>,
    numbers: Vec<PhoneNumberId>,
}

impl Directory {
    /// Whether what nobody declared comes into being when it is used.
    #[must_use]
    pub const fn is_easy(&self) -> bool {
        matches!(self.mode, Mode::Easy { .. })
    }

    /// Whether this does not exist, and could come into being.
    #[must_use]
    pub fn is_undeclared(&self, thing: &Undeclared<'_>) -> bool {
        match *thing {
            _ if self.used.count >= EASY_MAX => false,
            Undeclared::Token(text) => {
                let own_of = text.split_once('|').and_then(|(id, _)| id.parse().ok());
                self.tokens.find(text).is_none() && own_of.is_none_or(|id| self.is_free(Undeclared::App(id)))
            }
            object => self.is_free(object),
        }
    }

    fn is_free(&self, object: Undeclared<'_>) -> bool {
        let id = match object {
            Undeclared::Token(_) => return false,
            Undeclared::App(id) if self.app(id).is_some() => return false,
            Undeclared::Account(id) if self.account(id).is_some() => return false,
            Undeclared::Number(id) if self.number(id).is_some() => return false,
            Undeclared::App(id) => id.number(),
            Undeclared::Account(id) => id.number(),
            Undeclared::Number(id) => id.number(),
        };
        !self.is_id_taken(id) && !self.was_template(TemplateId::new(id))
    }

    /// The portfolio of a token that exists.
    #[must_use]
    pub fn portfolio_of(&self, thing: &Undeclared<'_>) -> Option<BusinessId> {
        let Undeclared::Token(text) = thing else { return None };
        let token = self.tokens.find(text).map(|token| token.portfolio);
        token.or_else(|| self.app_of_own_token(text).map(|app| app.portfolio))
    }

    /// Has something come into being, in the portfolio that asks for it or else in the first.
    ///
    /// A number belongs to the account that came into being last, or else to the portfolio's first;
    /// the first account that comes into being takes over the numbers that came before it. Apps and
    /// accounts are subscribed to each other, so that a callback is all that is missing.
    ///
    /// Nothing happens where there is no portfolio, or where too much has come into being already.
    pub fn take_on(&mut self, thing: &Undeclared<'_>, asking: Option<BusinessId>, founding: Founding) {
        let first = self.portfolios.first().map(|portfolio| portfolio.id);
        let Some(portfolio) = asking.or(first) else { return };
        if !self.is_undeclared(thing) {
            return;
        }
        self.used.count += 1;
        let taken_on = match *thing {
            Undeclared::Token(text) => self.take_on_token(text, portfolio, founding),
            Undeclared::App(id) => self.take_on_app(id, None, portfolio, founding),
            Undeclared::Account(id) => self.take_on_account(id, portfolio, founding),
            Undeclared::Number(id) => self.take_on_number(id, portfolio, founding),
        };
        self.note_places();
        match taken_on {
            // Assumed: a token more than there may be is refused like one that nobody made.
            Ok(()) | Err(TenantError::TooManyTokens) => {}
            Err(error) => unreachable!("nothing of what is taken on exists: {error}"),
        }
    }

    /// Has a template come into being that is sent and that nobody has created: approved, with Meta's
    /// words around a code, and a button that copies it.
    ///
    /// Nothing happens where the number has no account, Meta would not take the name or the language,
    /// or the account can hold no more.
    pub fn take_on_template(
        &mut self,
        now: Elapsed,
        world: &World,
        number: PhoneNumberId,
        (name, language): (&str, &str),
    ) {
        let Some(account) = self.number(number).map(|number| number.account) else { return };
        let (Ok(name), Ok(language)) = (name.parse(), language.parse()) else { return };
        let plan = Scenario::plain().template;
        let template = AuthenticationTemplate { name, language, ..authentication_template(&plan) };
        // Nobody has asked for it, so nobody is told.
        let mut moment = Moment::new(now, world);
        let Ok(created) = self.create_template(&mut moment, account, template.into()) else { return };
        // It was created above, so that it can be approved.
        let _approved = self.approve_template(&mut moment, created.id);
    }

    fn take_on_token(
        &mut self,
        text: &str,
        portfolio: BusinessId,
        founding: Founding,
    ) -> Result<(), TenantError> {
        if let Some((id, secret)) = text.split_once('|')
            && let Ok(id) = id.parse()
        {
            return self.take_on_app(id, Some(AppSecret::new(secret)), portfolio, founding);
        }
        let plan = TokenPlan { text: Some(AccessToken::new(text)), ..TokenPlan::default() };
        self.found_token(portfolio, &plan, founding).map(drop)
    }

    fn take_on_app(
        &mut self,
        id: AppId,
        secret: Option<AppSecret>,
        portfolio: BusinessId,
        founding: Founding,
    ) -> Result<(), TenantError> {
        let app = self.found_app(portfolio, &AppPlan { id: Some(id), name: None, secret }, founding)?;
        let accounts: Vec<WabaId> = self.accounts_of(portfolio).map(|account| account.id).collect();
        accounts.into_iter().for_each(|account| self.subscribe(account, app, None));
        Ok(())
    }

    fn take_on_account(
        &mut self,
        id: WabaId,
        portfolio: BusinessId,
        founding: Founding,
    ) -> Result<(), TenantError> {
        let plan = AccountPlan { id: Some(id), ..AccountPlan::default() };
        let account = self.found_account(portfolio, &plan, founding)?;
        let apps: Vec<AppId> = self.apps_of(portfolio).map(|app| app.id).collect();
        apps.into_iter().for_each(|app| self.subscribe(account, app, None));
        if self.used.accounts.is_empty() {
            let moving = std::mem::take(&mut self.used.numbers);
            for number in self.numbers.iter_mut().filter(|number| moving.contains(&number.id)) {
                *number = Arc::new(Number { account, ..Number::clone(number) });
            }
        }
        self.used.accounts.push(account);
        Ok(())
    }

    fn take_on_number(
        &mut self,
        id: PhoneNumberId,
        portfolio: BusinessId,
        founding: Founding,
    ) -> Result<(), TenantError> {
        let is_of_portfolio =
            |id: &&WabaId| self.account(**id).is_some_and(|known| known.portfolio == portfolio);
        let last = self.used.accounts.iter().rfind(is_of_portfolio).copied();
        let first = self.accounts_of(portfolio).next().map(|account| account.id);
        let Some(account) = last.or(first) else { return Ok(()) };
        self.used.numbers.push(id);
        self.found_number(account, &NumberPlan { id: Some(id), display: None }, founding)
    }
}
