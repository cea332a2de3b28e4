//! Who may do what: tokens, what they are good for, and the edges that make them and tell of them.

mod debug_token;
mod oauth;
mod scope;

pub use debug_token::{DebuggedToken, GranularScope, TokenFault, parse_debug_token};
pub use oauth::{GrantRequest, TokenAnswer, TokenRequest};
pub use scope::{Scope, Scopes, UnknownScope};

use serde::{Serialize, Serializer};

/// Whom a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TokenKind {
    /// A system user of a portfolio, which is what services use.
    SystemUser,
    /// A person who logged in.
    User,
    /// The app itself: `{app id}|{app secret}`.
    App,
}

impl TokenKind {
    /// Meta's word for it.
    // Source: cloud-api.md 5.3. Assumed: the words of the other two, which are Graph's.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SystemUser => "SYSTEM_USER",
            Self::User => "USER",
            Self::App => "APP",
        }
    }
}

impl Serialize for TokenKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
