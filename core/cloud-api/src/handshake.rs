//! The handshake by which a callback proves that it belongs to the app.

use std::borrow::Cow;

use crate::query;
use crate::refusal::Refusal;
use crate::secret::VerifyToken;
use crate::subscription::CallbackUrl;

/// The number that a callback must repeat.
///
/// It is a decimal integer, as Meta's are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(u64);

/// A callback that has passed the handshake: nothing is ever sent to another.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VerifiedCallback(CallbackUrl);

impl VerifiedCallback {
    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &CallbackUrl {
        &self.0
    }
}

impl Challenge {
    /// The challenge of that number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The query string of the handshake, without a leading `?`.
    // Source: cloud-api.md 6.1.
    #[must_use]
    pub fn query(self, token: &VerifyToken) -> String {
        let mut text = String::new();
        query::push(&mut text, "hub.mode", "subscribe");
        query::push(&mut text, "hub.challenge", &self.0.to_string());
        query::push(&mut text, "hub.verify_token", token.expose());
        text
    }

    /// Whether the body of a callback's answer is the challenge and nothing else.
    // Assumed: white space around it is forgiven.
    #[must_use]
    pub fn is_met_by(self, body: &[u8]) -> bool {
        body.trim_ascii() == self.0.to_string().as_bytes()
    }

    /// Judges what a callback answered.
    ///
    /// # Errors
    ///
    /// When it answered anything but 200 and the challenge.
    // Source: cloud-api.md 6.1. Assumed: the words beside the status.
    pub fn judge(self, url: CallbackUrl, status: u16, body: &[u8]) -> Result<VerifiedCallback, Refusal> {
        let failed = |message: &str| Refusal::CallbackVerificationFailed {
            status: Some(status),
            message: message.to_owned(),
        };
        match status {
            200 if self.is_met_by(body) => Ok(VerifiedCallback(url)),
            200 => Err(failed("the challenge was not echoed")),
            _ => Err(failed("not OK")),
        }
    }
}

/// What a callback must answer with status 200, if the query is a handshake that knows the token.
#[must_use]
pub fn answer<'a>(query: &'a str, token: &VerifyToken) -> Option<Cow<'a, str>> {
    let is_subscribe = query::find(query, "hub.mode")? == "subscribe";
    let shown = VerifyToken::new(query::find(query, "hub.verify_token")?);
    let challenge = query::find(query, "hub.challenge")?;
    (is_subscribe && shown == *token).then_some(challenge)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{Challenge, answer};
    use crate::secret::VerifyToken;

    #[track_caller]
    fn check(query: &str, expected: Expect) {
        let told = answer(query, &VerifyToken::new("me & you"));
        expected.assert_eq(told.as_deref().unwrap_or("refused"));
    }

    #[test]
    fn only_a_subscriber_that_knows_the_token_hears_the_challenge() {
        let query = Challenge::new(1_158_201_444).query(&VerifyToken::new("me & you"));
        expect!["hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me%20%26%20you"]
            .assert_eq(&query);
        check(&query, expect!["1158201444"]);
        check(&query.replace("subscribe", "unsubscribe"), expect!["refused"]);
        check(&query.replace("me", "he"), expect!["refused"]);
        check("hub.mode=subscribe&hub.verify_token=me+%26+you", expect!["refused"]);
        check("", expect!["refused"]);
    }

    #[test]
    fn the_challenge_is_met_by_its_digits_alone() {
        let challenge = Challenge::new(42);
        assert!(challenge.is_met_by(b"42"));
        assert!(challenge.is_met_by(b"42\n"));
        assert!(!challenge.is_met_by(b"\"42\""));
        assert!(!challenge.is_met_by(b"042"));
        assert!(!challenge.is_met_by(b""));
    }

    proptest! {
        #[test]
        fn a_callback_meets_every_challenge(number: u64, token: String) {
            let token = VerifyToken::new(token);
            let challenge = Challenge::new(number);
            let query = challenge.query(&token);
            let told = answer(&query, &token).unwrap();
            prop_assert!(challenge.is_met_by(told.as_bytes()));
        }
    }
}
