//! `/oauth/access_token`: how tokens are made.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::id::AppId;
use crate::lenient::{Scalar, read_body};
use crate::refusal::{AccessRefusal, Refusal};
use crate::secret::{AccessToken, AppSecret};

/// A request for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The app that asks.
    pub app: AppId,
    /// What proves that it is the app.
    pub secret: AppSecret,
    /// What it asks for.
    pub grant: GrantRequest,
}

/// What an app asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantRequest {
    /// Its own token.
    ClientCredentials,
    /// A token that lasts longer, for one that does not.
    Exchange(AccessToken),
    /// A token for the code that a customer's login gave it.
    Code(Cow<'static, str>),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow)]
    grant_type: Scalar<'a>,
    #[serde(borrow)]
    client_id: Scalar<'a>,
    #[serde(borrow)]
    client_secret: Scalar<'a>,
    #[serde(borrow)]
    fb_exchange_token: Scalar<'a>,
    #[serde(borrow)]
    code: Scalar<'a>,
}

impl TokenRequest {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    ///
    /// When a parameter is missing or cannot be read.
    // Source: Graph's pages on access tokens, for the parameters. Assumed: the words of the errors.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let raw: Raw<'_> = read_body(body);
        let id = raw.client_id.into_text().ok_or(AccessRefusal::ClientIdMissing)?;
        let app = id.parse().map_err(|_| AccessRefusal::AppUnknown)?;
        let secret = raw.client_secret.into_text().ok_or(AccessRefusal::ClientSecretMissing)?;
        let kind = raw.grant_type.into_text();
        let grant = match kind.as_deref() {
            Some("client_credentials") => GrantRequest::ClientCredentials,
            Some("fb_exchange_token") => {
                let token = raw
                    .fb_exchange_token
                    .into_text()
                    .ok_or(Refusal::MissingParameter { name: "fb_exchange_token".into() })?;
                GrantRequest::Exchange(AccessToken::new(token))
            }
            _ => {
                let code = raw.code.into_text().ok_or(AccessRefusal::CodeMissing)?;
                GrantRequest::Code(code.into_owned().into())
            }
        };
        Ok(Self { app, secret: AppSecret::new(secret), grant })
    }
}

/// The answer that hands a token out.
// Source: cloud-api.md 5.3.
#[derive(Serialize)]
pub struct TokenAnswer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
}

impl<'a> TokenAnswer<'a> {
    /// The answer with this token, which is good for so many seconds or for ever.
    #[must_use]
    pub fn new(token: &'a AccessToken, expires_in: Option<u64>) -> Self {
        Self { access_token: token.expose(), token_type: "bearer", expires_in }
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{AccessToken, GrantRequest, TokenAnswer, TokenRequest};

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let read = match TokenRequest::parse(body.as_bytes()) {
            Ok(request) => match request.grant {
                GrantRequest::ClientCredentials => format!("{} asks for its own token", request.app),
                GrantRequest::Exchange(_) => format!("{} exchanges a token", request.app),
                GrantRequest::Code(code) => format!("{} has the code {code}", request.app),
            },
            Err(refusal) => format!("{} {}", refusal.code(), refusal.message()),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn an_app_asks_for_one_of_three_tokens() {
        check(
            r#"{"grant_type":"client_credentials","client_id":"7","client_secret":"s"}"#,
            expect!["7 asks for its own token"],
        );
        check(
            r#"{"grant_type":"fb_exchange_token","client_id":7,"client_secret":"s","fb_exchange_token":"t"}"#,
            expect!["7 exchanges a token"],
        );
        check(r#"{"client_id":"7","client_secret":"s","code":"c"}"#, expect!["7 has the code c"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        check("{}", expect!["101 Missing client_id parameter."]);
        check(
            r#"{"client_id":"x"}"#,
            expect!["101 Error validating application. Cannot get application info due to a system error."],
        );
        check(r#"{"client_id":"7"}"#, expect!["101 Missing client_secret parameter."]);
        check(r#"{"client_id":"7","client_secret":"s"}"#, expect!["1 Missing authorization code"]);
        check(
            r#"{"client_id":"7","client_secret":"s","grant_type":"fb_exchange_token"}"#,
            expect!["100 (#100) The parameter fb_exchange_token is required."],
        );
    }

    #[test]
    fn a_token_is_handed_out_with_its_life() {
        let answer =
            |life| String::from_utf8(TokenAnswer::new(&AccessToken::new("EAA1"), life).to_json()).unwrap();
        expect![[r#"{"access_token":"EAA1","token_type":"bearer"}"#]].assert_eq(&answer(None));
        expect![[r#"{"access_token":"EAA1","token_type":"bearer","expires_in":60}"#]]
            .assert_eq(&answer(Some(60)));
    }
}
