//! Whatever is sent as a template is read or refused in Meta's envelope, and nothing breaks the reader.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::record;
use crate::refusal::{ErrorEnvelope, Refusal};
use crate::template::{
    EditTemplate, MessageTemplate, SendShape, TemplateFields, TemplateNode, UpsertTemplates,
};
use crate::trace::TraceId;
use crate::version::GraphVersion;

/// Documents that are right as they are: one of each form that a template can have.
const RIGHT: [&str; 7] = [
    r#"{"name":"copy","language":"en_US","category":"AUTHENTICATION","message_send_ttl_seconds":60,"components":[{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE","text":"Copy"}]}]}"#,
    r#"{"name":"zero","language":"de","category":"authentication","components":[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"ZERO_TAP","autofill_text":"Fill","zero_tap_terms_accepted":true,"supported_apps":[{"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"},{"package_name":"com.example.b","signature_hash":"K8a/AINcGX8"}]}]}]}"#,
    r#"{"name":"bare","language":"fr","category":"AUTHENTICATION","components":[{"type":"body"},{"type":"buttons","buttons":[{"type":"otp","otp_type":"one_tap","supported_apps":[{"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}],"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}]}]}"#,
    r#"{"name":"promo","language":"en","category":"MARKETING","parameter_format":"named","components":[{"type":"HEADER","format":"TEXT","text":"{{who}} is on!","example":{"header_text_named_params":[{"param_name":"who","example":"Sale"}]}},{"type":"BODY","text":"Shop now, {{name}}, and use the code {{code}} today.","example":{"body_text_named_params":[{"param_name":"name","example":"Ann"},{"param_name":"code","example":"A"}]}},{"type":"FOOTER","text":"Bye"},{"type":"BUTTONS","buttons":[{"type":"COPY_CODE","example":"SAVE20"},{"type":"QUICK_REPLY","text":"Stop"}]}]}"#,
    r#"{"name":"order","language":"pt_BR","category":"UTILITY","message_send_ttl_seconds":"-1","components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},{"type":"BODY","text":"Your order {{1}} has shipped to {{2}} now.","example":{"body_text":[["12","Rome"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Go","url":"https://a.example/{{1}}","example":["x"]},{"type":"PHONE_NUMBER","text":"Call","phone_number":"+15550051310"}]}]}"#,
    r#"{"name":"library","language":"en","category":"AUTHENTICATION","library_template_name":"verify_transaction_1","library_template_button_inputs":[{"type":"OTP","otp_type":"COPY_CODE"}],"library_template_body_inputs":{"add_security_recommendation":true,"code_expiration_minutes":5}}"#,
    r#"{"name":"many","languages":["en","es_ES"],"language":"en","category":"AUTHENTICATION","components":[{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#,
];

/// What is edited.
static EDITED: LazyLock<MessageTemplate> =
    LazyLock::new(|| MessageTemplate::parse(RIGHT[0].as_bytes(), GraphVersion::default()).unwrap());

/// What is put in the place of some value.
fn other_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![any::<i64>(), -2_i64..100].prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(vec![
            "",
            "HEADER",
            "BODY",
            "FOOTER",
            "BUTTONS",
            "CAROUSEL",
            "OTP",
            "URL",
            "FLOW",
            "ONE_TAP",
            "UTILITY",
            "{{1}}",
            "{{",
            "}}{{2}}",
            "{{a}} b {{a}}",
            "en",
            "\u{0}",
            "🎉",
            "com.example.app",
            "[1,\"2\"]",
        ])
        .prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        (0..2_000_usize).prop_map(|length| "x".repeat(length).into()),
        (0..9_usize).prop_map(|length| vec![json!({}); length].into()),
        (0..100_usize).prop_map(|depth| (0..depth).fold(json!(1), |inside, _| json!([inside]))),
    ]
}

/// What is done to the value at a place of a document, which is counted in the order of the text.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Repeat,
}

fn change() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        4 => other_value().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => Just(Change::Repeat),
    ];
    (0..60_usize, change)
}

/// Changes the value at a place, and counts down to it; whether it was reached.
fn apply(value: &mut Value, place: &mut usize, change: &Change) -> bool {
    if *place == 0 {
        let old = value.take();
        *value = match change {
            Change::Replace(new) => new.clone(),
            Change::Remove => Value::Null,
            Change::Repeat => json!([old, old]),
        };
        return true;
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| apply(item, place, change)),
        Value::Object(members) => members.values_mut().any(|member| apply(member, place, change)),
        _ => false,
    }
}

fn assert_answerable(refusal: &Refusal) -> Result<(), TestCaseError> {
    let json = refusal.envelope(TraceId::new(1)).to_json();
    let envelope = ErrorEnvelope::parse(&json).unwrap();
    prop_assert_eq!(envelope.error.code, refusal.code());
    prop_assert!(refusal.http_status().number() >= 400);
    prop_assert!(refusal.www_authenticate().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    Ok(())
}

/// Reads a body in every way that a body about templates is read.
fn assert_read_or_refused(body: &[u8]) -> Result<(), TestCaseError> {
    for major in [20, 23] {
        let version = GraphVersion::new(major).unwrap();
        match MessageTemplate::parse(body, version) {
            Ok(template) => {
                let node = TemplateNode::new(&record(template.clone()), TemplateFields::all());
                let json: Value = serde_json::from_slice(&node.to_json()).unwrap();
                prop_assert_eq!(&json["name"], template.name.as_str());
                prop_assert!(template.kept_seconds() >= 30);
            }
            Err(refusal) => assert_answerable(&refusal)?,
        }
    }
    if let Err(refusal) = EditTemplate::parse(body, GraphVersion::default(), &EDITED) {
        assert_answerable(&refusal)?;
    }
    match UpsertTemplates::parse(body, GraphVersion::default()) {
        Ok(upsert) => prop_assert!(!upsert.templates.is_empty()),
        Err(refusal) => assert_answerable(&refusal)?,
    }
    Ok(())
}

#[test]
fn every_document_that_the_fuzzer_starts_from_is_right() {
    for body in RIGHT {
        let read = MessageTemplate::parse(body.as_bytes(), GraphVersion::default());
        // The last one is right as an upsert only: a footer of one template needs its minutes.
        assert_eq!(read.is_ok(), body != RIGHT[6], "{body}");
    }
    assert!(UpsertTemplates::parse(RIGHT[6].as_bytes(), GraphVersion::default()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12_000))]

    #[test]
    fn no_bytes_break_the_reader(body: Vec<u8>) {
        assert_read_or_refused(&body)?;
        prop_assert!(MessageTemplate::parse(&body, GraphVersion::default()).is_err());
    }

    #[test]
    fn a_right_document_with_a_few_other_bytes_is_read_or_refused(
        right in proptest::sample::select(&RIGHT[..]),
        bytes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6),
        cut in proptest::option::weighted(0.2, any::<usize>()),
    ) {
        let mut body = right.as_bytes().to_vec();
        for (at, byte) in bytes {
            let at = at % body.len();
            body[at] = byte;
        }
        body.truncate(cut.map_or(body.len(), |cut| cut % body.len()));
        assert_read_or_refused(&body)?;
    }

    #[test]
    fn a_right_document_with_a_few_other_values_is_read_or_refused(
        right in proptest::sample::select(&RIGHT[..]),
        changes in proptest::collection::vec(change(), 1..4),
    ) {
        let mut document: Value = serde_json::from_str(right).unwrap();
        for (mut place, change) in changes {
            apply(&mut document, &mut place, &change);
        }
        assert_read_or_refused(document.to_string().as_bytes())?;
    }
}

const PARTS: [&str; 10] = ["{{1}}", "{{2}}", "{{a}}", "{{", "}}", " word", "\n", "🎉", "*", " your code is "];

fn near_texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..9).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn bodies_that_are_nearly_right_are_read_or_refused(
        texts in (near_texts(), near_texts(), near_texts()),
        examples in proptest::collection::vec(".{0,6}", 0..3),
        is_named: bool,
        category in "(UTILITY|MARKETING)",
    ) {
        let (header, text, url) = texts;
        let named: Vec<_> = examples.iter().map(|example| serde_json::json!({"param_name": "a", "example": example})).collect();
        let example = serde_json::json!({
            "header_text": examples, "body_text": [examples], "body_text_named_params": named,
            "header_text_named_params": named,
        });
        let body = serde_json::json!({
            "name": "order", "language": "en", "category": category,
            "parameter_format": if is_named { "named" } else { "positional" },
            "components": [
                {"type": "HEADER", "format": "TEXT", "text": header, "example": example},
                {"type": "BODY", "text": text, "example": example},
                {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Go", "url": format!("https://{url}"), "example": examples}]},
            ],
        });
        match MessageTemplate::parse(body.to_string().as_bytes(), GraphVersion::default()) {
            Ok(template) => {
                let again = SendShape::of(&template);
                prop_assert!(again.body.len() <= examples.len());
                let record = record(template);
                let node = TemplateNode::new(&record, TemplateFields::parse("name,language,category,parameter_format,components").unwrap());
                let read = MessageTemplate::parse(&node.to_json(), GraphVersion::default());
                prop_assert_eq!(read, Ok(record.template), "what is read back makes the same template");
            }
            Err(refusal) => assert_answerable(&refusal)?,
        }
    }
}
