//! Why a token does not open what was asked for.

use std::borrow::Cow;

use crate::access::Scopes;

/// An error about what a token, an app or its secret may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRefusal {
    /// Only the app's own token will do: 15.
    // Assumed: the code and the words, which are Graph's on edges of apps.
    AppTokenNeeded,
    /// The token lacks the permission altogether: 200, subcode 1349176.
    // Source: the OpenAPI file, `GET /{Phone-Number-ID}`.
    ScopeMissing {
        /// The permissions of which one is needed.
        any_of: Scopes,
    },
    /// The token has the permission for other accounts, or may only look: 200, subcode 1349174.
    // Source: the OpenAPI file, `GET` and `POST /{WABA-ID}`.
    AccountNotPermitted {
        /// Whether it was to be changed.
        is_write: bool,
    },
}

impl AccessRefusal {
    pub(super) const fn code(self) -> u32 {
        match self {
            Self::AppTokenNeeded => 15,
            Self::ScopeMissing { .. } | Self::AccountNotPermitted { .. } => 200,
        }
    }

    pub(super) const fn subcode(self) -> Option<u32> {
        match self {
            Self::AppTokenNeeded => None,
            Self::ScopeMissing { .. } => Some(1_349_176),
            Self::AccountNotPermitted { .. } => Some(1_349_174),
        }
    }

    pub(super) fn message(self) -> Cow<'static, str> {
        match self {
            Self::AppTokenNeeded => "(#15) This method must be called with an app access_token.".into(),
            Self::ScopeMissing { any_of } => {
                let names: Vec<_> = any_of.iter().map(|scope| scope.name()).collect();
                format!("(#200) Requires {} permission", names.join(" or ")).into()
            }
            Self::AccountNotPermitted { is_write } => {
                let verb = if is_write { "modify" } else { "access" };
                format!("(#200) Your app doesn't have permission to {verb} this WhatsApp Business Account")
                    .into()
            }
        }
    }
}
