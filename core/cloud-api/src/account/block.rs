//! People whom a number no longer hears.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::parameters::{Parameters, invalid};
use crate::id::WabaId;
use crate::recipient::Recipient;
use crate::refusal::{FailureCode, Refusal};
use crate::user_id::person_of;

/// One user of a request to block or unblock, as the request spells them.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedUser {
    /// What the request says.
    pub input: String,
    /// Whom it means, if it is a phone number.
    pub recipient: Option<Recipient>,
}

/// Whether users are blocked or unblocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockVerb {
    /// They are blocked.
    Block,
    /// They are heard again.
    Unblock,
}

/// What became of a request to block or unblock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockOutcome {
    /// What was asked for.
    pub verb: BlockVerb,
    /// For whom it was done.
    pub done: Vec<NamedUser>,
    /// For whom it was not, and why.
    pub failed: Vec<(NamedUser, BlockFailure)>,
}

/// Why one user is not blocked or unblocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFailure {
    /// It is no phone number.
    NoNumber,
    /// They have not written within the last 24 hours.
    NotWritten,
    /// The list is full.
    ListFull,
    /// They are not blocked.
    NotBlocked,
}

/// How many users one request may name.
// Assumed: as many as a page of the list holds.
const USERS_MAX: usize = 5_000;

/// Reads the users whom an account asks to block or unblock, named by number or business-scoped id.
///
/// # Errors
///
/// When the product or the list is missing.
// Source: cloud-api.md 5.2.
pub fn parse_users(waba: WabaId, body: &[u8]) -> Result<Vec<NamedUser>, Refusal> {
    let parameters = Parameters::read(body);
    parameters.check_product()?;
    let name = "block_users";
    if parameters.value(name).is_none() {
        return Err(Refusal::MissingParameter { name: name.into() });
    }
    let rule = || invalid(name, "it must be an array of 1 to 5000 objects with user");
    let structure = parameters.structure(name).ok_or_else(rule)?;
    let Value::Array(list) = structure.as_ref() else { return Err(rule()) };
    if list.is_empty() || list.len() > USERS_MAX {
        return Err(rule());
    }
    let user = |entry: &Value| {
        let user = entry.get("user").or_else(|| entry.get("user_id")).ok_or_else(rule)?;
        let input = user.as_str().map_or_else(|| user.to_string(), str::to_owned);
        let recipient = input.parse().ok().or_else(|| person_of(waba, &input));
        Ok(NamedUser { input, recipient })
    };
    list.iter().map(user).collect()
}

impl fmt::Debug for NamedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedUser").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    messaging_product: &'static str,
    block_users: Lists<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Error>,
}

#[derive(Serialize)]
struct Lists<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    added_users: Option<Vec<Done<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_users: Option<Vec<Done<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_users: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Done<'a> {
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<crate::recipient::Digits>,
}

#[derive(Serialize)]
struct Failed<'a> {
    input: &'a str,
    errors: [Error; 1],
}

#[derive(Serialize)]
struct Error {
    message: String,
    code: u32,
    error_data: Details,
}

#[derive(Serialize)]
struct Details {
    details: &'static str,
}

impl BlockOutcome {
    /// The HTTP status of the answer.
    // Source: cloud-api.md 5.2. Assumed: 200 where at least one user was served, as Graph's batches are.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        if self.done.is_empty() && !self.failed.is_empty() { 400 } else { 200 }
    }

    /// The body of the answer.
    // Source: cloud-api.md 5.2; pywa 4.5 reads `errors` beside the lists.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let done = |user: &'_ NamedUser| user.recipient.map(Recipient::digits);
        let done: Vec<_> =
            self.done.iter().map(|user| Done { input: &user.input, wa_id: done(user) }).collect();
        let (added_users, removed_users) = match self.verb {
            BlockVerb::Block => (Some(done), None),
            BlockVerb::Unblock => (None, Some(done)),
        };
        let failed = |(user, why): &'_ (NamedUser, BlockFailure)| (user.input.clone(), *why);
        let failed: Vec<_> = self.failed.iter().map(failed).collect();
        let failed_users =
            failed.iter().map(|(input, why)| Failed { input, errors: [why.error()] }).collect();
        let block_users = Lists { added_users, removed_users, failed_users };
        let errors = (!self.failed.is_empty()).then(|| PARTIAL.error());
        crate::ascii::to_utf8_vec(&Answer { messaging_product: "whatsapp", block_users, errors })
    }
}

/// Words for a number of Meta's.
struct Words {
    code: u32,
    details: &'static str,
}

// Source: cloud-api.md 5.2 and 8 for the numbers. Assumed: the details.
const PARTIAL: Words = Words { code: 139_100, details: "Failed to block or unblock some users." };

impl Words {
    fn error(&self) -> Error {
        let title = FailureCode::new(self.code).map_or("", |code| code.entry().title);
        Error {
            message: format!("(#{}) {title}", self.code),
            code: self.code,
            error_data: Details { details: self.details },
        }
    }
}

impl BlockFailure {
    fn error(self) -> Error {
        let words = match self {
            Self::NoNumber => Words { code: 131_009, details: "The user is not a valid phone number." },
            Self::NotWritten => Words {
                code: 131_047,
                details: "The user has not messaged the business in the last 24 hours.",
            },
            Self::ListFull => Words { code: 139_101, details: "The block list is full." },
            Self::NotBlocked => Words { code: 131_009, details: "The user is not blocked." },
        };
        words.error()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{BlockFailure, BlockOutcome, BlockVerb, parse_users};
    use crate::id::WabaId;
    use crate::user_id::user_id;

    #[track_caller]
    fn check(users: &str, expected: Expect) {
        let body = format!(r#"{{"messaging_product":"whatsapp","block_users":{users}}}"#);
        let read = match parse_users(WabaId::new(1), body.as_bytes()) {
            Ok(users) => {
                let (done, failed) = users.into_iter().partition(|user| user.recipient.is_some());
                let failed: Vec<_> = failed;
                let failed = failed.into_iter().map(|user| (user, BlockFailure::NoNumber)).collect();
                let outcome = BlockOutcome { verb: BlockVerb::Block, done, failed };
                String::from_utf8(outcome.to_json()).unwrap()
            }
            Err(refusal) => refusal.details().unwrap_or_default().into_owned(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn each_user_is_answered_as_the_request_spells_them() {
        check(
            r#"[{"user":"+16505551234"},{"user":"Ada"}]"#,
            expect![[
                r#"{"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"+16505551234","wa_id":"16505551234"}],"failed_users":[{"input":"Ada","errors":[{"message":"(#131009) Parameter value is not valid","code":131009,"error_data":{"details":"The user is not a valid phone number."}}]}]},"errors":{"message":"(#139100) Block list error","code":139100,"error_data":{"details":"Failed to block or unblock some users."}}}"#
            ]],
        );
    }

    #[test]
    fn a_user_is_named_by_a_scoped_id_too() {
        let id = user_id(WabaId::new(1), "16505551234".parse().unwrap());
        let body = format!(r#"{{"messaging_product":"whatsapp","block_users":[{{"user_id":"{id}"}}]}}"#);
        let users = |waba| parse_users(WabaId::new(waba), body.as_bytes()).unwrap();
        assert_eq!(users(1)[0].recipient, "16505551234".parse().ok());
        assert_eq!(users(2)[0].recipient, None);
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        for users in ["[]", "7", r#"["+16505551234"]"#, r#"[{"name":"Ada"}]"#] {
            check(users, expect!["Param block_users: it must be an array of 1 to 5000 objects with user."]);
        }
    }

    #[test]
    fn no_user_shows_their_number_to_a_programmer() {
        let body = r#"{"messaging_product":"whatsapp","block_users":[{"user":"+16505551234"}]}"#;
        let users = parse_users(WabaId::new(1), body.as_bytes()).unwrap();
        assert_eq!(format!("{users:?}"), "[NamedUser { recipient: Some(Recipient(16*******34)), .. }]");
    }
}
