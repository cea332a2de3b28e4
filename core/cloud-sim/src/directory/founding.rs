//! How the parts of a tenant come to be, with what nobody has said made up.

use std::sync::Arc;

use cloud_api::access::{Scope, TokenKind};
use cloud_api::{AccessToken, AppId, AppSecret, BusinessId, PhoneNumberId, Recipient, UserId, WabaId};
use scenario::{AccountPlan, AppPlan, Expiry, Holder, NumberPlan, Stream, TenantPlan, TokenPlan};

use super::accounts;
use super::tenants::{Founding, TOKENS_MAX, TenantError};
use super::{Account, App, Directory, Grant, Number, Token};

const HEX: &[u8] = b"0123456789abcdef";
pub(super) const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Directory {
    pub(super) fn found(&mut self, plan: &TenantPlan, founding: Founding) -> Result<BusinessId, TenantError> {
        let id =
            BusinessId::new(self.claim("portfolio", plan.portfolio.map(BusinessId::number), founding)?);
        let mut record = accounts::portfolio(id);
        rename(&mut record.name, plan.name.as_deref());
        self.portfolios.push(record);
        for app in or_one(&plan.apps, &AppPlan::default()) {
            self.found_app(id, app, founding)?;
        }
        for account in or_one(&plan.accounts, &AccountPlan::default()) {
            self.found_account(id, account, founding)?;
        }
        for token in or_one(&plan.tokens, &TokenPlan::default()) {
            self.found_token(id, token, founding)?;
        }
        if self.is_easy() {
            self.subscribe_each_other(id);
        }
        Ok(id)
    }

    /// Subscribes a new portfolio's apps to its accounts, so that a callback is all that is missing.
    fn subscribe_each_other(&mut self, portfolio: BusinessId) {
        let apps: Vec<AppId> = self.apps_of(portfolio).map(|app| app.id).collect();
        let accounts: Vec<WabaId> = self.accounts_of(portfolio).map(|account| account.id).collect();
        for account in accounts {
            apps.iter().for_each(|app| self.subscribe(account, *app, None));
        }
    }

    pub(super) fn found_app(
        &mut self,
        portfolio: BusinessId,
        plan: &AppPlan,
        founding: Founding,
    ) -> Result<AppId, TenantError> {
        let id = AppId::new(self.claim("app", plan.id.map(AppId::number), founding)?);
        let secret = match &plan.secret {
            Some(secret) => secret.clone(),
            None => AppSecret::new(self.word(HEX, 32, founding)),
        };
        let name = plan.name.as_deref().unwrap_or("otpbench").into();
        self.apps.push(Arc::new(App { id, portfolio, name, secret }));
        Ok(id)
    }

    pub(super) fn found_account(
        &mut self,
        portfolio: BusinessId,
        plan: &AccountPlan,
        founding: Founding,
    ) -> Result<WabaId, TenantError> {
        let id = WabaId::new(self.claim("account", plan.id.map(WabaId::number), founding)?);
        let mut account = Account::new(id, portfolio);
        rename(&mut account.record.name, plan.name.as_deref());
        self.accounts.push(account);
        for number in or_one(&plan.numbers, &NumberPlan::default()) {
            self.found_number(id, number, founding)?;
        }
        Ok(id)
    }

    pub(super) fn found_number(
        &mut self,
        account: WabaId,
        plan: &NumberPlan,
        founding: Founding,
    ) -> Result<(), TenantError> {
        let id = self.claim("phone number", plan.id.map(PhoneNumberId::number), founding)?;
        let display = match plan.display {
            Some(number) if self.is_number_taken(number) => return Err(TenantError::NumberTaken { number }),
            Some(number) => number,
            None => self.free_number(founding),
        };
        let portfolio = self.account(account).map(|account| account.portfolio);
        let portfolio = portfolio.expect("an account is founded before its numbers");
        let reach = self.reach_of(portfolio);
        self.numbers.push(Arc::new(Number::new(PhoneNumberId::new(id), account, display, reach)));
        self.renew_reach(portfolio);
        Ok(())
    }

    pub(super) fn found_token(
        &mut self,
        portfolio: BusinessId,
        plan: &TokenPlan,
        founding: Founding,
    ) -> Result<AccessToken, TenantError> {
        if self.tokens.len() >= TOKENS_MAX {
            return Err(TenantError::TooManyTokens);
        }
        let app = self.app_of_plan(portfolio, plan)?;
        for account in plan.granular.iter().flat_map(|(_, accounts)| accounts) {
            if self.account(*account).is_none_or(|account| account.portfolio != portfolio) {
                return Err(TenantError::NotOwned { what: "account", id: account.number() });
            }
        }
        let text = match &plan.text {
            Some(text) if self.tokens.find(text.expose()).is_some() => return Err(TenantError::TokenTaken),
            Some(text) => text.clone(),
            // Source: cloud-api.md §1.1: tokens start with `EAA`. Assumed: their length.
            None => AccessToken::new(format!("EAA{}", self.word(LETTERS, 125, founding))),
        };
        let user = plan.user.unwrap_or_else(|| UserId::new(self.free_id(founding)));
        let lifetime = Lifetime::of(plan.expiry, founding.now_unix);
        self.tokens.insert(Token {
            text: text.clone(),
            app,
            portfolio,
            kind: match plan.holder {
                Holder::SystemUser => TokenKind::SystemUser,
                Holder::User => TokenKind::User,
            },
            user,
            grants: plan.scopes.iter().map(|scope| grant(scope, plan)).collect(),
            issued_at: lifetime.issued_at,
            expires_at: lifetime.expires_at,
            is_revoked: plan.is_revoked,
            is_read_only: plan.is_read_only,
        });
        Ok(text)
    }

    fn app_of_plan(&self, portfolio: BusinessId, plan: &TokenPlan) -> Result<AppId, TenantError> {
        let mut apps = self.apps_of(portfolio);
        match plan.app {
            None => Ok(apps.next().expect("a tenant has an app before it has tokens").id),
            Some(id) if apps.any(|app| app.id == id) => Ok(id),
            Some(id) => Err(TenantError::NotOwned { what: "app", id: id.number() }),
        }
    }

    /// The id that was asked for, if it is free, or one that is.
    // Source: Graph has one space of ids for all kinds of objects.
    fn claim(
        &mut self,
        what: &'static str,
        asked: Option<u64>,
        founding: Founding,
    ) -> Result<u64, TenantError> {
        match asked {
            Some(id) if self.is_id_taken(id) => Err(TenantError::IdTaken { what, id }),
            Some(id) => Ok(id),
            None => Ok(self.free_id(founding)),
        }
    }

    pub(super) fn is_id_taken(&self, id: u64) -> bool {
        self.portfolios.iter().any(|portfolio| portfolio.id.number() == id)
            || self.apps.iter().any(|app| app.id.number() == id)
            || self.accounts.iter().any(|account| account.id.number() == id)
            || self.numbers.iter().any(|number| number.id.number() == id)
    }

    pub(super) fn is_number_taken(&self, number: Recipient) -> bool {
        self.numbers.iter().any(|known| known.display == number)
    }

    /// An id of 15 digits that nothing has.
    // Source: cloud-api.md §12c: Meta's samples have 15 digits.
    pub(super) fn free_id(&mut self, founding: Founding) -> u64 {
        const FIRST: u64 = 100_000_000_000_000;
        loop {
            let id = FIRST + self.chance(founding).below(9 * FIRST);
            if !self.is_id_taken(id) {
                return id;
            }
        }
    }

    /// A phone number of the area code 555, which nobody has.
    fn free_number(&mut self, founding: Founding) -> Recipient {
        const FIRST: u64 = 15_550_000_000;
        loop {
            let number = FIRST + self.chance(founding).below(10_000_000);
            let number = Recipient::from_number(number).expect("eleven digits are a phone number");
            if !self.is_number_taken(number) {
                return number;
            }
        }
    }

    pub(super) fn word(&mut self, letters: &[u8], length: usize, founding: Founding) -> String {
        let mut chance = self.chance(founding);
        let letter = |_| char::from(letters[chance.below(letters.len() as u64) as usize]);
        (0..length).map(letter).collect()
    }

    /// Chance that nothing else in this directory was made up from.
    fn chance(&mut self, founding: Founding) -> Stream {
        self.made_up += 1;
        founding.seed.stream("tenant", self.made_up, 0)
    }
}

/// From when until when a token is good, in seconds since 1970.
struct Lifetime {
    issued_at: u64,
    expires_at: Option<u64>,
}

impl Lifetime {
    // Source: cloud-api.md §5.3 for tokens without an end. Assumed: one that has ended was good for 60 days.
    fn of(expiry: Expiry, now: u64) -> Self {
        const USUAL_SECS: u64 = 60 * 24 * 3_600;
        match expiry {
            Expiry::Never => Self { issued_at: now, expires_at: None },
            Expiry::After(span) => Self { issued_at: now, expires_at: Some(now + span.secs()) },
            Expiry::Before(span) => {
                let expired_at = now.saturating_sub(span.secs());
                Self { issued_at: expired_at.saturating_sub(USUAL_SECS), expires_at: Some(expired_at) }
            }
        }
    }
}

fn grant(scope: Scope, plan: &TokenPlan) -> Grant {
    let granular = plan.granular.iter().find(|(granular, _)| *granular == scope);
    Grant { scope, accounts: granular.map(|(_, accounts)| accounts.clone()) }
}

fn rename(name: &mut String, given: Option<&str>) {
    if let Some(given) = given {
        given.clone_into(name);
    }
}

/// What is planned, or the one thing that is made up where nothing is.
fn or_one<'a, T>(planned: &'a [T], default: &'a T) -> &'a [T] {
    if planned.is_empty() { std::slice::from_ref(default) } else { planned }
}
