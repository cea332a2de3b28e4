//! `GET /debug_token`: what is known of a token.

use serde::{Deserialize, Serialize};

use super::{Scope, Scopes, TokenKind};
use crate::id::{AppId, UserId, WabaId};
use crate::lenient::{Scalar, read_body};
use crate::refusal::Refusal;
use crate::secret::AccessToken;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow)]
    input_token: Scalar<'a>,
}

/// Reads which token is asked about.
///
/// # Errors
///
/// When none is.
// Source: cloud-api.md 5.3.
pub fn parse_debug_token(body: &[u8]) -> Result<AccessToken, Refusal> {
    let raw: Raw<'_> = read_body(body);
    let token = raw.input_token.into_text().filter(|token| !token.is_empty());
    token.map(AccessToken::new).ok_or(Refusal::MissingParameter { name: "input_token".into() })
}

/// What is known of a token.
///
/// Times are in seconds since 1970; 0 stands for never, as on the wire.
// Source: cloud-api.md 5.3. Assumed: what is left out where it does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DebuggedToken<'a> {
    /// The app that it was made for.
    pub app_id: AppId,
    /// Whom it stands for.
    #[serde(rename = "type")]
    pub kind: TokenKind,
    /// The app's name.
    pub application: &'a str,
    /// Until when it opens the user's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_access_expires_at: Option<u64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<TokenFault>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Whether it is good.
    pub is_valid: bool,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<u64>,
    /// What it is good for.
    pub scopes: Scopes,
    /// What it is good for, with the accounts that this is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub granular_scopes: Vec<GranularScope<'a>>,
    /// Who the user is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// One permission, and the accounts that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct GranularScope<'a> {
    /// The permission.
    pub scope: Scope,
    /// The accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ids: Option<&'a [WabaId]>,
}

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenFault {
    code: u32,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subcode: Option<u32>,
}

impl From<&Refusal> for TokenFault {
    fn from(refusal: &Refusal) -> Self {
        let (code, subcode) = (refusal.code(), refusal.subcode());
        Self { code, message: refusal.message().into_owned(), subcode }
    }
}

/// A token of which nothing is known.
#[derive(Serialize)]
struct Unreadable {
    error: TokenFault,
    is_valid: bool,
    scopes: Scopes,
}

#[derive(Serialize)]
struct Answer<T> {
    data: T,
}

impl DebuggedToken<'_> {
    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(&Answer { data: self })
    }

    /// The body of the answer about a token that is none.
    #[must_use]
    pub fn unreadable() -> Vec<u8> {
        let error = TokenFault::from(&Refusal::UnreadableToken);
        let data = Unreadable { error, is_valid: false, scopes: Scopes::NONE };
        crate::ascii::to_utf8_vec(&Answer { data })
    }
}
