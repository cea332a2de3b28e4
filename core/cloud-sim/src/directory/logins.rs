//! How apps come by tokens: their own, longer ones, and those for the code of a login.

use cloud_api::access::{
    DebuggedToken, GrantRequest, GranularScope, Scope, TokenFault, TokenKind, TokenRequest,
};
use cloud_api::refusal::AccessRefusal;
use cloud_api::{AccessToken, AppId, BusinessId, Refusal, WabaId};
use scenario::{Expiry, Holder, Span, TokenPlan};

use super::founding::LETTERS;
use super::tenants::{Founding, TenantError};
use super::{App, Caller, Directory, Token};

/// How many codes of logins may wait to be turned into tokens; the oldest are forgotten first.
const CODES_MAX: usize = 1_000;

/// How long a token is good that was made from another.
// Source: Graph's pages on long-lived tokens: about 60 days.
const LONG_LIVED: Span = Span::from_secs(60 * 24 * 3_600);

/// What a customer's login gives an app.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct LoginCode {
    text: Box<str>,
    app: AppId,
    pub(super) portfolio: BusinessId,
}

/// A token that was handed out.
#[derive(Clone, Debug)]
pub struct HandedOut {
    /// The token.
    pub token: AccessToken,
    /// How many seconds it is good for; `None` where it does not end.
    pub expires_in: Option<u64>,
}

impl Directory {
    /// Hands out the code that a customer's login would give to the first app of a tenant.
    ///
    /// # Errors
    ///
    /// When there is no such tenant.
    pub fn log_in(&mut self, portfolio: BusinessId, founding: Founding) -> Result<String, TenantError> {
        let app = self.apps_of(portfolio).next().ok_or(TenantError::Unknown { portfolio })?.id;
        let text = format!("AQ{}", self.word(LETTERS, 60, founding));
        if self.codes.len() >= CODES_MAX {
            self.codes.remove(0);
        }
        self.codes.push(LoginCode { text: text.as_str().into(), app, portfolio });
        Ok(text)
    }

    /// Makes a token for a tenant.
    ///
    /// # Errors
    ///
    /// When there is no such tenant, or the token names what is not the tenant's or exists already.
    pub fn make_token(
        &mut self,
        portfolio: BusinessId,
        plan: &TokenPlan,
        founding: Founding,
    ) -> Result<AccessToken, TenantError> {
        if self.portfolio(portfolio).is_none() {
            return Err(TenantError::Unknown { portfolio });
        }
        self.found_token(portfolio, plan, founding)
    }

    /// Hands out the token that an app asks for.
    ///
    /// # Errors
    ///
    /// When the app does not exist, does not know its secret, or shows nothing that a token is given for.
    // Source: cloud-api.md §5.3.
    pub fn hand_out(&mut self, request: &TokenRequest, founding: Founding) -> Result<HandedOut, Refusal> {
        let app = self.app(request.app).ok_or(AccessRefusal::AppUnknown)?;
        if app.secret != request.secret {
            return Err(AccessRefusal::ClientSecretWrong.into());
        }
        let (app, own) = (app.id, app.own_token());
        match &request.grant {
            GrantRequest::ClientCredentials => Ok(HandedOut { token: own, expires_in: None }),
            GrantRequest::Exchange(token) => self.exchange(app, token, founding),
            GrantRequest::Code(code) => self.redeem(app, code, founding),
        }
    }

    fn exchange(&mut self, app: AppId, old: &AccessToken, founding: Founding) -> Result<HandedOut, Refusal> {
        let old = self.token(old.expose()).ok_or(Refusal::UnreadableToken)?;
        old.check(founding.now_unix)?;
        if old.app != app {
            return Err(AccessRefusal::InputTokenForeign.into());
        }
        let granular = old.grants.iter().filter_map(|grant| Some((grant.scope, grant.accounts.clone()?)));
        let plan = TokenPlan {
            app: Some(app),
            user: Some(old.user),
            holder: if old.kind == TokenKind::User { Holder::User } else { Holder::SystemUser },
            scopes: old.scopes(),
            granular: granular.collect(),
            expiry: Expiry::After(LONG_LIVED),
            is_read_only: old.is_read_only,
            ..TokenPlan::default()
        };
        self.make(old.portfolio, &plan, founding)
    }

    // Source: Meta's pages on embedded signup: a code is good for one token, of the business that
    // logged in. Assumed: the token is a system user's and does not end; in easy mode any code is good.
    fn redeem(&mut self, app: AppId, code: &str, founding: Founding) -> Result<HandedOut, Refusal> {
        let known = self.codes.iter().position(|known| known.app == app && *known.text == *code);
        let portfolio = match known {
            Some(place) => self.codes.remove(place).portfolio,
            None if self.is_easy() => self.app(app).ok_or(AccessRefusal::AppUnknown)?.portfolio,
            None => return Err(AccessRefusal::CodeSpent.into()),
        };
        self.make(portfolio, &TokenPlan { app: Some(app), ..TokenPlan::default() }, founding)
    }

    fn make(
        &mut self,
        portfolio: BusinessId,
        plan: &TokenPlan,
        founding: Founding,
    ) -> Result<HandedOut, Refusal> {
        let expires_in = match plan.expiry {
            Expiry::After(span) => Some(span.secs()),
            Expiry::Never | Expiry::Before(_) => None,
        };
        // Assumed: where no token can be made any more, the app has asked too often.
        let token = self.found_token(portfolio, plan, founding).map_err(|_| Refusal::AppThrottled)?;
        Ok(HandedOut { token, expires_in })
    }

    /// Tells what is known of a token: the body of the answer.
    ///
    /// # Errors
    ///
    /// When the token is another app's.
    // Source: cloud-api.md §5.3. Assumed: an app's own token is told of with its app and nothing else.
    pub fn debug_token(&self, caller: &Caller<'_>, text: &str, now_unix: u64) -> Result<Vec<u8>, Refusal> {
        let foreign = || Refusal::from(AccessRefusal::InputTokenForeign);
        if let Some(token) = self.token(text) {
            let app = self.app(token.app).filter(|app| app.id == caller.app.id).ok_or_else(foreign)?;
            let reached: Vec<WabaId> = self.accounts_of(token.portfolio).map(|account| account.id).collect();
            return Ok(token.debugged(app, &reached, now_unix).to_json());
        }
        match self.app_of_own_token(text) {
            Some(app) if app.id == caller.app.id => Ok(app.debugged().to_json()),
            Some(_) => Err(foreign()),
            None => Ok(DebuggedToken::unreadable()),
        }
    }
}

impl App {
    /// The app's own token.
    // Source: cloud-api.md §1.1.
    #[must_use]
    pub fn own_token(&self) -> AccessToken {
        AccessToken::new(format!("{}|{}", self.id, self.secret.expose()))
    }

    fn debugged(&self) -> DebuggedToken<'_> {
        DebuggedToken {
            app_id: self.id,
            kind: TokenKind::App,
            application: &self.name,
            data_access_expires_at: None,
            error: None,
            expires_at: None,
            is_valid: true,
            issued_at: None,
            scopes: cloud_api::access::Scopes::NONE,
            granular_scopes: Vec::new(),
            user_id: None,
        }
    }
}

impl Token {
    /// What is known of a token of a portfolio that has these accounts.
    // Source: cloud-api.md §5.3, whose token names its account; services learn from it whom a customer has.
    // Assumed: so does one that is for all accounts; the permission to manage the portfolio names none.
    fn debugged<'a>(&'a self, app: &'a App, reached: &'a [WabaId], now_unix: u64) -> DebuggedToken<'a> {
        let error = self.check(now_unix).err();
        let granular = |grant: &'a super::Grant| {
            let all = Some(reached).filter(|_| grant.scope != Scope::Business);
            GranularScope { scope: grant.scope, target_ids: grant.accounts.as_deref().or(all) }
        };
        DebuggedToken {
            app_id: self.app,
            kind: self.kind,
            application: &app.name,
            // Assumed: 90 days for a person, as on Graph's pages, and no end for a system user.
            data_access_expires_at: Some(match self.kind {
                TokenKind::User => self.issued_at + 90 * 24 * 3_600,
                TokenKind::SystemUser | TokenKind::App => 0,
            }),
            error: error.as_ref().map(TokenFault::from),
            expires_at: Some(self.expires_at.unwrap_or(0)),
            is_valid: error.is_none(),
            issued_at: Some(self.issued_at),
            scopes: self.scopes(),
            granular_scopes: self.grants.iter().map(granular).collect(),
            user_id: Some(self.user),
        }
    }
}
