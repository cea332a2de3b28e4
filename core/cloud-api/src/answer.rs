//! The answer to a request that was accepted.

use std::fmt;

use serde::Deserialize;
use thiserror::Error;

use crate::message_id::MessageId;

/// The body of an answer that has nothing more to say.
pub const SUCCESS: &[u8] = b"{\"success\":true}";

/// What became of a message when it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// It is on its way.
    Accepted,
    /// It waits for feedback on its template; never so for authentication.
    HeldForQualityAssessment,
    /// Its template is paused.
    Paused,
}

/// The answer as Meta gives it; 200 means accepted, not delivered.
// Source: cloud-api.md 2.4. Assumed: `message_status` is there for templates and absent otherwise, and
// who is written to by an id is not told to have a number.
#[derive(Clone, Copy)]
pub struct SendAnswer<'a> {
    /// The number as the request gave it, or the business-scoped id.
    pub input: &'a str,
    /// Whether it is an id.
    pub is_user_id: bool,
    /// The id of the message.
    pub message_id: MessageId,
    /// What became of it; `None` leaves the member out.
    pub message_status: Option<MessageStatus>,
}

/// The answer as a service understands it.
///
/// The id is a plain text, because clients must not look into it.
#[derive(Clone, PartialEq, Eq)]
pub struct SendReceipt {
    /// The id of the message.
    pub message_id: String,
    /// The number that Meta sends to, if the answer names it.
    pub wa_id: Option<String>,
    /// What became of the message, if the answer says so.
    pub message_status: Option<MessageStatus>,
}

/// Why the body of a success is not understood.
#[derive(Debug, Error)]
pub enum ReceiptError {
    /// It is not the JSON of an answer.
    #[error("the answer is not the JSON of an accepted message")]
    Json(#[from] serde_json::Error),
    /// It names no message.
    #[error("the answer names no message, but must name one")]
    NoMessage,
}

impl SendAnswer<'_> {
    /// The body of the answer.
    ///
    /// It is put together by hand: a serializer takes several times as long, and this is what a
    /// server of many sends writes most of.
    ///
    /// # Panics
    ///
    /// Never: memory takes all that is written.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(256);
        body.extend_from_slice(b"{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":");
        serde_json::to_writer(&mut body, self.input).expect("memory takes all");
        if self.is_user_id {
            body.extend_from_slice(b",\"user_id\":");
            serde_json::to_writer(&mut body, self.input).expect("memory takes all");
        } else {
            body.extend_from_slice(b",\"wa_id\":\"");
            body.extend_from_slice(self.message_id.recipient().wa_id().digits().as_bytes());
            body.push(b'"');
        }
        body.extend_from_slice(b"}],\"messages\":[{\"id\":\"");
        body.extend_from_slice(self.message_id.text().as_str().as_bytes());
        body.push(b'"');
        if let Some(status) = self.message_status {
            body.extend_from_slice(b",\"message_status\":\"");
            body.extend_from_slice(status.word().as_bytes());
            body.push(b'"');
        }
        body.extend_from_slice(b"}]}");
        body
    }
}

impl MessageStatus {
    /// The word on the wire.
    const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::HeldForQualityAssessment => "held_for_quality_assessment",
            Self::Paused => "paused",
        }
    }
}

impl SendReceipt {
    /// Reads the body of an answer with a status of success.
    ///
    /// # Errors
    ///
    /// When it is no JSON of that shape, or names no message.
    pub fn parse(body: &[u8]) -> Result<Self, ReceiptError> {
        let heard: Heard = serde_json::from_slice(body)?;
        let message = heard.messages.into_iter().next().ok_or(ReceiptError::NoMessage)?;
        Ok(Self {
            message_id: message.id,
            wa_id: heard.contacts.into_iter().next().and_then(|contact| contact.wa_id),
            message_status: message.message_status.and_then(|status| status.0),
        })
    }
}

/// Shows the masked id, and not the number as it was given.
impl fmt::Debug for SendAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendAnswer")
            .field("message_id", &self.message_id)
            .field("message_status", &self.message_status)
            .finish_non_exhaustive()
    }
}

/// Shows neither the number nor the id, which holds the number.
impl fmt::Debug for SendReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendReceipt").field("message_status", &self.message_status).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Heard {
    #[serde(default)]
    contacts: Vec<HeardContact>,
    #[serde(default)]
    messages: Vec<HeardMessage>,
}

#[derive(Deserialize)]
struct HeardContact {
    wa_id: Option<String>,
}

#[derive(Deserialize)]
struct HeardMessage {
    id: String,
    message_status: Option<HeardStatus>,
}

/// A status that may be one of those to come.
struct HeardStatus(Option<MessageStatus>);

impl<'de> Deserialize<'de> for HeardStatus {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let all = [MessageStatus::Accepted, MessageStatus::HeldForQualityAssessment, MessageStatus::Paused];
        Ok(Self(all.into_iter().find(|status| status.word() == text)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{MessageStatus, SendAnswer, SendReceipt};
    use crate::message_id::MessageId;

    #[track_caller]
    fn check(message_status: Option<MessageStatus>, expected: Expect) {
        let id = MessageId::outbound("16505551234".parse().unwrap(), 0x82_6FD0_49A6_947F_A237);
        let answer = SendAnswer { input: "+16505551234", is_user_id: false, message_id: id, message_status };
        let body = answer.to_json();
        expected.assert_eq(str::from_utf8(&body).unwrap());
        let receipt = SendReceipt::parse(&body).unwrap();
        assert!(!format!("{answer:?} {receipt:?}").contains("5551234"));
        assert_eq!(receipt.message_id, id.to_string());
        assert_eq!(receipt.wa_id.as_deref(), Some("16505551234"));
        assert_eq!(receipt.message_status, message_status);
    }

    #[test]
    fn the_answer_is_the_one_of_the_documentation() {
        check(
            Some(MessageStatus::Accepted),
            expect![[
                r#"{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","message_status":"accepted"}]}"#
            ]],
        );
        check(
            None,
            expect![[
                r#"{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"}]}"#
            ]],
        );
    }

    #[test]
    fn the_number_stands_there_as_it_was_given_whatever_it_was() {
        let id = MessageId::outbound("16505551234".parse().unwrap(), 1);
        let input = "+1 \"650\" \\ 555\n1234 \u{1}é";
        let body = SendAnswer { input, is_user_id: false, message_id: id, message_status: None }.to_json();
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(read["contacts"][0]["input"], input);
    }

    #[test]
    fn who_is_written_to_by_an_id_has_no_number_in_the_answer() {
        let id = MessageId::outbound("16505551234".parse().unwrap(), 1);
        let answer = SendAnswer { input: "US.134", is_user_id: true, message_id: id, message_status: None };
        let read: serde_json::Value = serde_json::from_slice(&answer.to_json()).unwrap();
        assert_eq!(read["contacts"], serde_json::json!([{"input": "US.134", "user_id": "US.134"}]));
    }

    #[test]
    fn an_answer_without_a_message_is_not_understood() {
        let told = |body: &str| SendReceipt::parse(body.as_bytes()).unwrap_err().to_string();
        assert_eq!(told("{}"), "the answer names no message, but must name one");
        assert_eq!(told("[]x"), "the answer is not the JSON of an accepted message");
    }

    #[test]
    fn an_unknown_message_status_is_not_an_error() {
        let body = br#"{"messages":[{"id":"wamid.X","message_status":"new"}]}"#;
        assert_eq!(SendReceipt::parse(body).unwrap().message_status, None);
    }
}
