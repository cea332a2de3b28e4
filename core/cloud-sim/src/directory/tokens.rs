//! Tokens: whom they stand for, what they are good for, and until when.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::Arc;

use cloud_api::access::{Scope, Scopes, TokenKind};
use cloud_api::account::AssignedUser;
use cloud_api::refusal::AccessRefusal;
use cloud_api::{AccessToken, AppId, BusinessId, Refusal, UserId, WabaId, signature};
use rustc_hash::{FxHashMap, FxHasher};

use super::{Account, App, Directory};

/// A token that this Meta made, other than the apps' own.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Token {
    /// The text of it.
    #[serde(with = "cloud_api::secret::exposed")]
    pub text: AccessToken,
    /// The app that it was made for.
    pub app: AppId,
    /// The portfolio whose accounts it opens.
    pub portfolio: BusinessId,
    /// Whom it stands for.
    pub kind: TokenKind,
    /// Who that is.
    pub user: UserId,
    /// What it is good for.
    pub grants: Vec<Grant>,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "crate::state::count")]
    pub issued_at: u64,
    /// When it ends, in seconds since 1970; `None` where it never does.
    pub expires_at: Option<u64>,
    /// Whether it was taken back.
    pub is_revoked: bool,
    /// Whether it may look and not touch, which no token of Meta's own can be limited to.
    pub is_read_only: bool,
}

/// One permission of a token, and for which accounts it holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    /// The permission.
    pub scope: Scope,
    /// The accounts; `None` where it holds for all of the portfolio, those yet to come included.
    pub accounts: Option<Vec<WabaId>>,
}

/// All tokens, found by their text.
///
/// They are told apart by a hash first, so that many tokens cost no more than few, and then by
/// their whole text in a time that does not tell how much of it was right.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<Token>", into = "Vec<Token>")]
pub(super) struct Tokens {
    by_hash: FxHashMap<u64, Vec<Arc<Token>>>,
    count: usize,
}

/// Who calls: an app, and the token by which it does.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The app.
    pub app: &'a App,
    /// The token; `None` where it is the app's own.
    pub token: Option<&'a Arc<Token>>,
}

/// What a request needs a token for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The permissions of which one will do.
    pub any_of: Scopes,
    /// Whether something is changed or sent.
    pub is_write: bool,
}

impl Tokens {
    pub(super) fn find(&self, text: &str) -> Option<&Arc<Token>> {
        self.by_hash.get(&hash(text))?.iter().find(|token| token.text.is(text))
    }

    /// Takes a token on, in place of one with the same text.
    pub(super) fn insert(&mut self, token: Token) {
        let same_hash = self.by_hash.entry(hash(token.text.expose())).or_default();
        let before = same_hash.len();
        same_hash.retain(|known| known.text != token.text);
        self.count += 1;
        self.count -= before - same_hash.len();
        same_hash.push(Arc::new(token));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Token>> {
        self.by_hash.values().flatten()
    }

    pub(super) fn retain(&mut self, is_kept: impl Fn(&Token) -> bool) {
        self.by_hash.retain(|_, tokens| {
            tokens.retain(|token| is_kept(token));
            !tokens.is_empty()
        });
        self.count = self.by_hash.values().map(Vec::len).sum();
    }
}

impl From<Vec<Token>> for Tokens {
    fn from(tokens: Vec<Token>) -> Self {
        let mut all = Self::default();
        tokens.into_iter().for_each(|token| all.insert(token));
        all
    }
}

impl From<Tokens> for Vec<Token> {
    fn from(tokens: Tokens) -> Self {
        tokens.iter().map(|token| Token::clone(token)).collect()
    }
}

fn hash(text: &str) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(text)
}

impl Token {
    /// Whether it is still good.
    ///
    /// # Errors
    ///
    /// When it was taken back, or has expired.
    // Source: cloud-api.md §1.3. Assumed: a token that is both is told to be taken back.
    pub fn check(&self, now_unix: u64) -> Result<(), Refusal> {
        if self.is_revoked {
            return Err(Refusal::RevokedToken);
        }
        match self.expires_at {
            Some(expired_at) if expired_at <= now_unix => {
                Err(Refusal::ExpiredToken { expired_at, now: now_unix })
            }
            _ => Ok(()),
        }
    }

    /// The permissions that it has for one account or another.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.grants.iter().map(|grant| grant.scope).collect()
    }

    /// The permissions that it has for this account.
    fn scopes_for(&self, account: WabaId) -> Scopes {
        self.grants.iter().filter(|grant| grant.holds_for(account)).map(|grant| grant.scope).collect()
    }

    fn tasks_for(&self, account: WabaId) -> Vec<&'static str> {
        let scopes = self.scopes_for(account);
        let (manages, messages) =
            (scopes.meets(Scopes::of(&[Scope::Management])), scopes.meets(Scopes::of(&[Scope::Messaging])));
        match (manages, messages) {
            (true, _) if self.is_read_only => vec!["VIEW_TEMPLATES", "VIEW_PHONE_ASSETS"],
            (true, true) => vec!["MANAGE", "DEVELOP", "MESSAGING"],
            (true, false) => vec!["MANAGE"],
            (false, true) => vec!["MESSAGING"],
            (false, false) => Vec::new(),
        }
    }

    fn reaches(&self, account: WabaId) -> bool {
        self.grants.is_empty() || self.grants.iter().any(|grant| grant.holds_for(account))
    }
}

impl Grant {
    fn holds_for(&self, account: WabaId) -> bool {
        self.accounts.as_ref().is_none_or(|accounts| accounts.contains(&account))
    }
}

impl Need {
    /// To send a message, or to do what else the permission to message is for.
    // Source: cloud-api.md §1.1.
    pub const SEND: Self = Self { any_of: Scopes::of(&[Scope::Messaging]), is_write: true };
    /// To look at what belongs to messaging, such as media and profiles.
    pub const SEE_MESSAGING: Self = Self { any_of: Scopes::of(&[Scope::Messaging]), is_write: false };
    /// To look at an account or at what belongs to it.
    pub const SEE: Self = Self { any_of: Scopes::of(&[Scope::Management]), is_write: false };
    /// To look at a phone number, for which either permission will do.
    // Source: the OpenAPI file: "Requires whatsapp_business_messaging or whatsapp_business_management".
    pub const SEE_NUMBER: Self =
        Self { any_of: Scopes::of(&[Scope::Management, Scope::Messaging]), is_write: false };
    /// To change an account or what belongs to it.
    pub const MANAGE: Self = Self { any_of: Scopes::of(&[Scope::Management]), is_write: true };
    /// To change a phone number, for which either permission will do.
    pub const MANAGE_NUMBER: Self =
        Self { any_of: Scopes::of(&[Scope::Management, Scope::Messaging]), is_write: true };
}

impl Caller<'_> {
    /// Whether whoever shows this token knows the secret of its app, where a proof of that comes along.
    ///
    /// # Errors
    ///
    /// When the proof is that of another secret or another token.
    pub fn prove(&self, token: &str, proof: Option<&str>) -> Result<(), Refusal> {
        match proof {
            Some(proof) if !signature::proves(&self.app.secret, token, proof) => {
                Err(AccessRefusal::SecretProofWrong.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether this account exists as far as the caller can know.
    ///
    /// Graph hides what a token is not for. An app's own token is for no account.
    // Assumed: a token without any permission sees the accounts of its portfolio.
    #[must_use]
    pub fn sees(&self, owner: BusinessId, account: WabaId) -> bool {
        self.token.is_some_and(|token| token.portfolio == owner && token.reaches(account))
    }

    /// Whether the caller may do what it asks to, with an account that it sees.
    ///
    /// # Errors
    ///
    /// When its token lacks the permission, lacks it for this account, or may only look.
    // Source: cloud-api.md §1.3, which knows several answers. Assumed: who gets which.
    pub fn may(&self, need: Need, account: WabaId) -> Result<(), Refusal> {
        let Some(token) = self.token else { return Err(Refusal::AppLacksPermission) };
        let is_send = need == Need::SEND;
        if !token.scopes().meets(need.any_of) {
            let missing = AccessRefusal::ScopeMissing { any_of: need.any_of }.into();
            return Err(if is_send { Refusal::AppLacksPermission } else { missing });
        }
        let is_for_account = token.scopes_for(account).meets(need.any_of);
        if is_for_account && !(need.is_write && token.is_read_only) {
            return Ok(());
        }
        let refused = AccessRefusal::AccountNotPermitted { is_write: need.is_write }.into();
        Err(if is_send { Refusal::SendNotPermitted } else { refused })
    }
}

impl Directory {
    /// Who calls with this token.
    ///
    /// # Errors
    ///
    /// When there is no token, none that this Meta made, or one that is good no more.
    pub fn authenticate(&self, token: Option<&str>, now_unix: u64) -> Result<Caller<'_>, Refusal> {
        let text = token.ok_or(Refusal::MissingToken)?;
        if let Some(token) = self.tokens.find(text) {
            token.check(now_unix)?;
            let app = self.app(token.app).ok_or(Refusal::UnreadableToken)?;
            return Ok(Caller { app, token: Some(token) });
        }
        let app = self.app_of_own_token(text).ok_or(Refusal::UnreadableToken)?;
        Ok(Caller { app, token: None })
    }

    /// The token with this text, whether it is still good or not.
    #[must_use]
    pub fn token(&self, text: &str) -> Option<&Arc<Token>> {
        self.tokens.find(text)
    }

    /// The tokens of a tenant, in the order of their making.
    #[must_use]
    pub fn tokens_of(&self, portfolio: BusinessId) -> Vec<&Arc<Token>> {
        let mut tokens: Vec<_> = self.tokens.iter().filter(|token| token.portfolio == portfolio).collect();
        tokens.sort_by_key(|token| (token.issued_at, token.user, token.text.expose()));
        tokens
    }

    /// Those to whom an account is assigned, in the order of their first tokens.
    ///
    /// A user is known by the tokens that stand for it, and may do what all of them together may.
    // Source: Meta's page on the edge for the tasks. Assumed: which permission is which task.
    #[must_use]
    pub fn assigned_users(&self, account: &Account) -> Vec<AssignedUser> {
        let mut users: Vec<AssignedUser> = Vec::new();
        for token in self.tokens_of(account.portfolio) {
            let tasks = token.tasks_for(account.id);
            if token.is_revoked || tasks.is_empty() {
                continue;
            }
            match users.iter_mut().find(|known| known.id == token.user) {
                Some(known) => {
                    let more: Vec<_> = tasks.into_iter().filter(|task| !known.tasks.contains(task)).collect();
                    known.tasks.extend(more);
                }
                None => users.push(AssignedUser { id: token.user, kind: token.kind, tasks }),
            }
        }
        users
    }

    /// Changes a token; says whether there is one.
    pub fn change_token(&mut self, text: &str, change: impl FnOnce(&mut Token)) -> bool {
        let Some(token) = self.tokens.find(text) else { return false };
        let mut changed = Token::clone(token);
        change(&mut changed);
        self.tokens.insert(changed);
        true
    }
}
