//! The parameters of a request: those of its query and of its body, as one JSON object.

mod flaw;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::lenient::{Scalar, read_body};
use crate::query;
use crate::secret::AccessToken;

pub use flaw::BodyFlaw;

/// What came as the body of a request.
#[derive(Clone, Debug)]
pub enum Sent<'a> {
    /// JSON, or what claims to be nothing else.
    Json(&'a [u8]),
    /// A form, percent-encoded.
    Form(&'a [u8]),
    /// The fields of a multipart body that are no files, in order.
    Fields(Vec<(String, String)>),
}

/// All parameters of a request but its token and the proof beside it, as one JSON object.
#[derive(Clone)]
pub struct Parameters<'a> {
    json: Cow<'a, [u8]>,
    token: Option<AccessToken>,
    proof: Option<Box<str>>,
}

impl<'a> Parameters<'a> {
    /// Merges the parameters of the query with those of the body; the body's win.
    ///
    /// A JSON body without parameters beside it is passed on as it came, without a copy.
    // Source: cloud-api.md 1.1: query parameters are merged with those of the body, which may be
    // JSON, a form or multipart; complex values in forms are JSON strings.
    // Assumed: of two parameters of one name the last counts, and the body's before the query's.
    #[must_use]
    pub fn merge(query: &'a str, sent: Sent<'a>) -> Self {
        let mut merged = Merged::default();
        merged.add_all(query::pairs(query));
        match sent {
            Sent::Json(body) if merged.values.is_empty() => {
                return Self { json: spelled(body), token: merged.token, proof: merged.proof };
            }
            Sent::Json(body) => merged.add_json(&spelled(body)),
            Sent::Form(body) => merged.add_all(form_urlencoded::parse(body)),
            Sent::Fields(fields) => {
                merged.add_all(fields.into_iter().map(|(name, value)| (name.into(), value.into())));
            }
        }
        let json = serde_json::to_vec(&merged.values).expect("parsed JSON serializes");
        Self { json: Cow::Owned(json), token: merged.token, proof: merged.proof }
    }

    /// The object, as JSON; where the request brought no valid JSON, whatever it brought.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The token in the query or the form, if it is there; it must never reach a log.
    #[must_use]
    pub fn token_beside_json(&self) -> Option<&str> {
        self.token.as_ref().map(AccessToken::expose)
    }

    /// What proves that the caller knows the app's secret, if it is in the query or the form.
    // Source: Graph's page on securing requests, which shows `appsecret_proof` beside the token.
    // Assumed: in a body of JSON without parameters beside it, nobody looks for it.
    #[must_use]
    pub fn app_secret_proof(&self) -> Option<&str> {
        self.proof.as_deref()
    }

    /// The token among the parameters, if it is there; it must never reach a log.
    #[must_use]
    pub fn access_token(&self) -> Option<Cow<'_, str>> {
        if let Some(token) = &self.token {
            return Some(Cow::Borrowed(token.expose()));
        }
        let Brought { access_token } = read_body(&self.json);
        access_token.into_text()
    }
}

/// The one parameter that is no parameter of any operation.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Brought<'a> {
    #[serde(borrow)]
    access_token: Scalar<'a>,
}

/// What is merged so far.
#[derive(Default)]
struct Merged {
    values: Map<String, Value>,
    token: Option<AccessToken>,
    proof: Option<Box<str>>,
}

impl Merged {
    fn add_all<'a>(&mut self, pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) {
        for (name, value) in pairs {
            match &*name {
                ACCESS_TOKEN => self.token = Some(AccessToken::new(value.as_ref())),
                PROOF => self.proof = Some(value.into()),
                CALLBACK_DATA => drop(self.values.insert(name.into_owned(), Value::String(value.into()))),
                _ => drop(self.values.insert(name.into_owned(), value_of(value))),
            }
        }
    }

    fn add_json(&mut self, body: &[u8]) {
        let Ok(Value::Object(values)) = serde_json::from_slice(body) else { return };
        for (name, value) in values {
            match value {
                Value::String(token) if name == ACCESS_TOKEN => self.token = Some(AccessToken::new(token)),
                Value::String(proof) if name == PROOF => self.proof = Some(proof.into()),
                value => drop(self.values.insert(name, value)),
            }
        }
    }
}

/// The body, or the object that it spells where it is a JSON string.
// Assumed: pywa sends templates as a string of JSON within JSON, and is used against Meta with it.
fn spelled(body: &[u8]) -> Cow<'_, [u8]> {
    if body.first() == Some(&b'"')
        && let Ok(text) = serde_json::from_slice::<String>(body)
        && text.starts_with('{')
    {
        return Cow::Owned(text.into_bytes());
    }
    Cow::Borrowed(body)
}

const ACCESS_TOKEN: &str = "access_token";
const PROOF: &str = "appsecret_proof";
/// What nobody looks into: a text, whatever it spells.
const CALLBACK_DATA: &str = "biz_opaque_callback_data";

/// A text, or the object or array that it spells.
fn value_of(text: Cow<'_, str>) -> Value {
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(&text)
    {
        return value;
    }
    Value::String(text.into_owned())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::{Parameters, Sent};

    #[track_caller]
    fn check(query: &str, sent: Sent<'_>, expected: Expect) {
        let parameters = Parameters::merge(query, sent);
        let token = parameters.access_token();
        let token = token.map_or(String::new(), |token| format!(" with {token}"));
        let proof =
            parameters.app_secret_proof().map_or(String::new(), |proof| format!(" proved by {proof}"));
        expected.assert_eq(&format!("{}{token}{proof}", str::from_utf8(parameters.json()).unwrap()));
    }

    #[test]
    fn a_json_string_that_spells_an_object_counts_as_that_object() {
        check("", Sent::Json(br#""{\"a\":1}""#), expect![[r#"{"a":1}"#]]);
        check("b=2", Sent::Json(br#""{\"a\":1}""#), expect![[r#"{"a":1,"b":"2"}"#]]);
        check("", Sent::Json(br#""a""#), expect![[r#""a""#]]);
    }

    #[test]
    fn a_query_and_a_json_body_become_one_object_in_which_the_body_wins() {
        check(
            "type=text&to=1&access_token=EAA",
            Sent::Json(br#"{"to":"16505551234","text":{"body":"hi"}}"#),
            expect![[r#"{"text":{"body":"hi"},"to":"16505551234","type":"text"} with EAA"#]],
        );
    }

    #[test]
    fn a_form_carries_objects_and_arrays_as_json_in_its_values() {
        check(
            "",
            Sent::Form(br#"to=%2B1+650&template=%7B%22name%22%3A%22x%22%7D&a=[1]&b={&access_token=EAA"#),
            expect![[r#"{"a":[1],"b":"{","template":{"name":"x"},"to":"+1 650"} with EAA"#]],
        );
        check(
            "x=1",
            Sent::Fields(vec![("messaging_product".to_owned(), "whatsapp".to_owned())]),
            expect![[r#"{"messaging_product":"whatsapp","x":"1"}"#]],
        );
    }

    #[test]
    fn what_is_only_echoed_stays_a_text() {
        check(
            "biz_opaque_callback_data={\"a\":1}",
            Sent::Form(b""),
            expect![[r#"{"biz_opaque_callback_data":"{\"a\":1}"}"#]],
        );
    }

    #[test]
    fn a_token_in_a_json_body_is_found() {
        check("", Sent::Json(br#"{"access_token":"EAA"}"#), expect![[r#"{"access_token":"EAA"} with EAA"#]]);
        check("a=1", Sent::Json(br#"{"access_token":"EAA"}"#), expect![[r#"{"a":"1"} with EAA"#]]);
    }

    #[test]
    fn what_proves_a_token_is_found_wherever_the_token_may_be() {
        let proved = expect!["{} with EAA proved by af01"];
        check("access_token=EAA&appsecret_proof=af01", Sent::Json(b"{}"), proved);
        let proved = expect![[r#"{"to":"1"} with EAA proved by af01"#]];
        check("", Sent::Form(b"to=1&access_token=EAA&appsecret_proof=af01"), proved);
        let proved = expect![[r#"{"a":"1","to":"1"} with EAA proved by af01"#]];
        check("a=1", Sent::Json(br#"{"to":"1","access_token":"EAA","appsecret_proof":"af01"}"#), proved);
    }

    #[test]
    fn a_body_that_is_no_object_brings_no_parameters_but_those_of_the_query() {
        check("a=1", Sent::Json(b"[1]"), expect![[r#"{"a":"1"}"#]]);
        check("a=1", Sent::Json(b"{\"a\":"), expect![[r#"{"a":"1"}"#]]);
        check("a=1", Sent::Json(b"\xff"), expect![[r#"{"a":"1"}"#]]);
    }

    #[test]
    fn a_json_body_alone_is_not_copied() {
        let parameters = Parameters::merge("access_token=EAA", Sent::Json(b"{\"a\" : 1}"));
        assert!(matches!(parameters.json, Cow::Borrowed(b"{\"a\" : 1}")));
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_merging(query in ".{0,80}", body: Vec<u8>) {
            for sent in [Sent::Json(&body), Sent::Form(&body)] {
                let _ = Parameters::merge(&query, sent).access_token();
            }
        }
    }
}
