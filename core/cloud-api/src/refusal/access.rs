//! Why a token does not open what was asked for.

use std::borrow::Cow;

use super::catalogue::FailureCode;
use crate::access::Scopes;

/// An error about what a token, an app or its secret may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRefusal {
    /// Only the app's own token will do: 15.
    // Assumed: the code and the words, which are Graph's on edges of apps.
    AppTokenNeeded,
    /// No app has that id: 101.
    // Assumed: this and all that follow down to `InputTokenForeign`, as Graph words them.
    AppUnknown,
    /// A token is asked for without saying for which app: 101.
    ClientIdMissing,
    /// A token is asked for without the app's secret: 101.
    ClientSecretMissing,
    /// The secret is not the app's: 1.
    ClientSecretWrong,
    /// A token is asked for without saying for what: 1.
    CodeMissing,
    /// The code of a login is unknown, or was used before: 100, subcode 36009.
    CodeSpent,
    /// A token is asked about by another app than its own: 100.
    InputTokenForeign,
    /// What should prove that the caller knows the app's secret does not: 100.
    // Source: answers of Meta that users of its Python SDK report. Assumed: HTTP 400, as they do.
    SecretProofWrong,
    /// The account is called too often: 80007, or 80008 where the profile says so.
    // Source: cloud-api.md 1.3 and 1.6.
    TooManyCalls {
        /// Which of them.
        code: FailureCode,
    },
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
            Self::ClientSecretWrong | Self::CodeMissing => 1,
            Self::AppTokenNeeded => 15,
            Self::CodeSpent | Self::InputTokenForeign | Self::SecretProofWrong => 100,
            Self::AppUnknown | Self::ClientIdMissing | Self::ClientSecretMissing => 101,
            Self::ScopeMissing { .. } | Self::AccountNotPermitted { .. } => 200,
            Self::TooManyCalls { code } => code.number(),
        }
    }

    pub(super) const fn subcode(self) -> Option<u32> {
        match self {
            Self::CodeSpent => Some(36_009),
            Self::ScopeMissing { .. } => Some(1_349_176),
            Self::AccountNotPermitted { .. } => Some(1_349_174),
            _ => None,
        }
    }

    /// The kind of error for `WWW-Authenticate`.
    // Source: cloud-api.md 1.3, which has seen `invalid_code`. Assumed: where.
    pub(super) const fn challenge(self) -> &'static str {
        match self {
            Self::CodeMissing | Self::CodeSpent => "invalid_code",
            _ => "invalid_request",
        }
    }

    pub(super) fn message(self) -> Cow<'static, str> {
        match self {
            Self::AppTokenNeeded => "(#15) This method must be called with an app access_token.".into(),
            Self::AppUnknown => {
                "Error validating application. Cannot get application info due to a system error.".into()
            }
            Self::ClientIdMissing => "Missing client_id parameter.".into(),
            Self::ClientSecretMissing => "Missing client_secret parameter.".into(),
            Self::ClientSecretWrong => "Error validating client secret.".into(),
            Self::CodeMissing => "Missing authorization code".into(),
            Self::CodeSpent => "This authorization code has been used.".into(),
            Self::InputTokenForeign => {
                "(#100) The App_id in the input_token did not match the Viewing App".into()
            }
            Self::SecretProofWrong => "Invalid appsecret_proof provided in the API argument".into(),
            Self::TooManyCalls { code } => format!("(#{code}) {}", code.entry().title).into(),
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
