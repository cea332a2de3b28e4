//! The envelopes in which refusals travel.

mod words;

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{
    AsyncFailure, CATALOGUE, ErrorEnvelope, ErrorStatus, FailureCode, Refusal, TemplateRefusal, find,
};
use crate::profile::Facts;
use crate::trace::TraceId;

/// Checks the status, type, code and subcode of a refusal, and then all its words.
#[track_caller]
fn check(refusal: &Refusal, expected: Expect) {
    let error = refusal.envelope(TraceId::new(0)).error;
    let subcode = error.error_subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let transient = match error.is_transient {
        Some(true) => ", transient",
        Some(false) => ", not transient",
        None => "",
    };
    let mut text = format!("{} {} {}{subcode}{transient}", refusal.http_status(), error.kind, error.code);
    let details = error.error_data.map(|data| data.details);
    for words in [Some(error.message), details, error.error_user_title, error.error_user_msg] {
        text.extend(words.map(|words| format!("\n{words}")));
    }
    expected.assert_eq(&text);
}

/// Checks the whole answer.
#[track_caller]
fn check_json(refusal: &Refusal, expected: Expect) {
    expected.assert_eq(str::from_utf8(&refusal.envelope(TraceId::new(7)).to_json()).unwrap());
}

#[test]
fn an_envelope_is_the_one_of_the_documentation() {
    check_json(
        &Refusal::ThroughputReached,
        expect![[
            r#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"error_data":{"messaging_product":"whatsapp","details":"Cloud API message throughput has been reached."},"fbtrace_id":"AAAAAAAAAAAAAAAAAAAAABw"}}"#
        ]],
    );
    check_json(
        &Refusal::MissingToken,
        expect![[
            r#"{"error":{"message":"An access token is required to request this resource.","type":"OAuthException","code":104,"fbtrace_id":"AAAAAAAAAAAAAAAAAAAAABw"}}"#
        ]],
    );
    let language = "en_US".parse().unwrap();
    check_json(
        &TemplateRefusal::AlreadyExists { language }.into(),
        expect![[
            r#"{"error":{"message":"Invalid parameter","type":"OAuthException","code":100,"error_subcode":2388024,"is_transient":false,"error_user_title":"Content in This Language Already Exists","error_user_msg":"There is already English (US) content for this template. You can create a new template and try again.","fbtrace_id":"AAAAAAAAAAAAAAAAAAAAABw"}}"#
        ]],
    );
}

#[test]
fn a_fault_can_name_any_code_with_its_own_details() {
    let code = FailureCode::new(131_049).unwrap();
    check(
        &Refusal::listed(code),
        expect![[r#"
            400 OAuthException 131049
            (#131049) This message was not delivered to maintain healthy ecosystem engagement.
            In order to maintain a healthy ecosystem engagement, the message failed to be delivered."#]],
    );
    check(
        &Refusal::Other { code, details: Some("because".into()) },
        expect![[r#"
            400 OAuthException 131049
            (#131049) This message was not delivered to maintain healthy ecosystem engagement.
            because"#]],
    );
    assert_eq!(
        FailureCode::new(131_999).unwrap_err().to_string(),
        "131999 is not an error code that Meta documents",
    );
    assert_eq!(find(217).unwrap().code, 200);
}

#[test]
fn a_listed_code_reads_like_its_own_variant() {
    for (refusal, code) in [
        (Refusal::ThroughputReached, 130_429),
        (Refusal::PairRateReached, 131_056),
        (Refusal::ApiService, 2),
        (Refusal::AppThrottled, 4),
        (Refusal::MissingToken, 104),
        (Refusal::AccountNotRegistered, 133_010),
    ] {
        let listed = Refusal::listed(FailureCode::new(code).unwrap());
        let trace = TraceId::new(3);
        assert_eq!(listed.envelope(trace), refusal.envelope(trace), "{code}");
        assert_eq!(listed.http_status(), refusal.http_status(), "{code}");
    }
}

#[test]
fn the_catalogue_is_sorted_and_complete() {
    assert!(CATALOGUE.is_sorted_by_key(|entry| entry.code));
    let codes: BTreeSet<_> = CATALOGUE.iter().map(|entry| entry.code).collect();
    assert_eq!(codes.len(), CATALOGUE.len());
    for entry in CATALOGUE {
        assert!(entry.status.number() >= 400 && !entry.title.is_empty(), "{}", entry.code);
    }
}

#[test]
fn a_status_of_success_cannot_be_made() {
    assert_eq!([200, 302, 399, 600].map(ErrorStatus::new), [None; 4]);
    assert_eq!(ErrorStatus::new(429), Some(ErrorStatus::TOO_MANY_REQUESTS));
}

#[test]
fn disputed_statuses_follow_the_profile() {
    let facts = Facts {
        template_missing_status: ErrorStatus::BAD_REQUEST,
        throughput_status: ErrorStatus::TOO_MANY_REQUESTS,
        ..Facts::default()
    };
    let missing = Refusal::TemplateMissing { name: "a".into(), language: "en".into() };
    assert_eq!(missing.http_status(), ErrorStatus::NOT_FOUND);
    assert_eq!(missing.http_status_under(&facts), ErrorStatus::BAD_REQUEST);
    assert_eq!(Refusal::ThroughputReached.http_status_under(&facts), ErrorStatus::TOO_MANY_REQUESTS);
}

#[test]
fn the_challenge_header_is_printable() {
    let told = |refusal: &Refusal| refusal.www_authenticate();
    expect![[r#"OAuth "Facebook Platform" "invalid_token" "Invalid OAuth access token - Cannot parse access token""#]].assert_eq(&told(&Refusal::UnreadableToken));
    expect![[r#"OAuth "Facebook Platform" "invalid_request" "(#4) Application request limit reached""#]]
        .assert_eq(&told(&Refusal::AppThrottled));
    let found = "a\"\n\u{e9}".to_owned();
    let refusal = Refusal::ParameterNotOneOf { name: "type".into(), allowed: "TEXT", found };
    expect![[r#"OAuth "Facebook Platform" "invalid_request" "(#100) Param type must be one of {TEXT} - got \"a\"??\".""#]].assert_eq(&told(&refusal));
}

#[test]
fn transient_refusals_are_those_worth_a_retry() {
    let transient: Vec<_> = CATALOGUE
        .iter()
        .filter(|entry| Refusal::listed(FailureCode::new(entry.code).unwrap()).is_transient())
        .map(|entry| entry.code.to_string())
        .collect();
    expect!["1 2 4 17 80007 80008 130429 131000 131016 131056 131057 133004"].assert_eq(&transient.join(" "));
}

#[test]
fn a_failure_always_has_details() {
    let graph = AsyncFailure::new(FailureCode::new(2).unwrap());
    assert_eq!(graph.details(), graph.title());
    let cloud = AsyncFailure {
        details: Some("because".into()),
        ..AsyncFailure::new(FailureCode::new(131_026).unwrap())
    };
    assert_eq!((cloud.title(), cloud.details()), ("Message undeliverable", "because"));
}

#[test]
fn an_envelope_is_read_whatever_is_missing() {
    let read = |body: &str| ErrorEnvelope::parse(body.as_bytes()).map(|envelope| envelope.error);
    assert_eq!(read(r#"{"error":{"code":4}}"#).unwrap().code, 4);
    let text = read(r#"{"error":{"code":100,"error_data":"{\"blame\":1}"}}"#).unwrap();
    assert_eq!(text.error_data.unwrap().details, "{\"blame\":1}");
    assert!(read("{}").is_err());
}

proptest! {
    #[test]
    fn every_listed_refusal_is_answered_with_an_error(place in 0..CATALOGUE.len(), trace: u128) {
        let refusal = Refusal::listed(FailureCode::new(CATALOGUE[place].code).unwrap());
        let envelope = refusal.envelope(TraceId::new(trace));
        prop_assert!(refusal.http_status().number() >= 400);
        prop_assert_eq!(ErrorEnvelope::parse(&envelope.to_json()).unwrap(), envelope);
    }
}
