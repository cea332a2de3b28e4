//! What is made of the bodies that services send.

mod components;
mod types;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{AuthenticationSend, MessageBody, SendRequest, SentCode, parse_send};
use crate::id::WabaId;
use crate::profile::Facts;
use crate::recipient::{CountryCodeRule, Recipient};
use crate::refusal::Refusal;
use crate::secret::OtpCode;
use crate::trace::TraceId;

const WABA: WabaId = WabaId::new(102_290_129_340_398);

/// Tells what a body asks for, or how it is refused.
fn told(body: &[u8]) -> Result<String, Refusal> {
    let send = match parse_send(body)? {
        SendRequest::Message(send) => send,
        SendRequest::MarkAsRead(read) => return Ok(format!("{read:?}")),
    };
    let sender = Recipient::from_number(15_550_783_881).unwrap();
    let recipient = send.to.recipient(sender, WABA, &Facts::default())?.digits();
    let data = send.biz_opaque_callback_data.unwrap_or_default();
    Ok(match send.body {
        MessageBody::Template(template) => {
            let code = template.authentication_code()?;
            let other = code.handed_over.map_or(String::new(), |other| format!(" and {}", other.expose()));
            format!(
                "send {} in {} with {}{other} to {recipient} ({}) {data}",
                template.name,
                template.language,
                code.shown.expose(),
                send.to.input(),
            )
        }
        MessageBody::FreeForm(free) => format!("{} {:?} to {recipient}", free.kind.word(), free.text),
    })
}

#[track_caller]
fn check(body: &str, expected: Expect) {
    let text = told(body.as_bytes()).unwrap_or_else(|refusal| {
        let details = refusal.details().map(|details| format!(" | {details}"));
        format!("{} {}{}", refusal.http_status(), refusal.message(), details.unwrap_or_default())
    });
    expected.assert_eq(text.trim_end());
}

#[track_caller]
fn check_template(template: &str, expected: Expect) {
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{template}}}"#
    );
    check(&body, expected);
}

const BODY: &str = r#"{"type":"body","parameters":[{"type":"text","text":"123456"}]}"#;
const BUTTON: &str =
    r#"{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"123456"}]}"#;

#[test]
fn what_only_marketing_looks_at_is_checked_all_the_same() {
    let with = |extra: &str| {
        format!(r#"{{"messaging_product":"whatsapp","to":"16505551234",{extra},"text":{{"body":"x"}}}}"#)
    };
    for taken in [
        r#""product_policy":"STRICT""#,
        r#""product_policy":"cloud_api_fallback""#,
        r#""message_activity_sharing":"true""#,
        r#""message_activity_sharing":false"#,
    ] {
        check(&with(taken), expect![[r#"text "x" to 16505551234"#]]);
    }
    check(
        &with(r#""product_policy":"LOOSE""#),
        expect![[
            r#"400 (#100) Param product_policy must be one of {CLOUD_API_FALLBACK, STRICT} - got "LOOSE"."#
        ]],
    );
    check(
        &with(r#""message_activity_sharing":"maybe""#),
        expect!["400 (#100) Invalid parameter | Param message_activity_sharing must be true or false."],
    );
}

#[test]
fn the_fingerprint_of_the_recipients_keys_is_kept_as_it_is() {
    let body = br#"{"messaging_product":"whatsapp","to":"1","text":{"body":"x"},"recipient_identity_key_hash":"DF2lS5v2W6x="}"#;
    let Ok(SendRequest::Message(send)) = parse_send(body) else { panic!("it is a message") };
    assert_eq!(send.recipient_identity_key_hash.as_deref(), Some("DF2lS5v2W6x="));
}

#[test]
fn the_sample_of_the_documentation_is_understood() {
    check(
        r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1 650 555 1234","type":"template",
            "biz_opaque_callback_data":"order-77",
            "template":{"name":"verification_code","language":{"code":"en_US"},
            "components":[
             {"type":"body","parameters":[{"type":"text","text":"J$FpnYnP"}]},
             {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"J$FpnYnP"}]}]}}"#,
        expect!["send verification_code in en_US with J$FpnYnP to 16505551234 (+1 650 555 1234) order-77"],
    );
}

#[test]
fn spelling_is_forgiven_where_meta_forgives_it() {
    check(
        r#"{"messaging_product":"WhatsApp","to":16505551234,"type":"TEMPLATE","new":{"a":[1]},
            "template":{"name":"login","language":{"policy":"Deterministic","code":"en"},
            "components":[
             {"type":"BUTTON","sub_type":"URL","index":0,"parameters":[{"type":"TEXT","text":654321}]},
             {"type":"Body","parameters":[{"type":"Text","text":"12\u00e934"}]}]}}"#,
        expect!["send login in en with 12é34 and 654321 to 16505551234 (16505551234)"],
    );
}

#[test]
fn what_is_no_object_counts_as_no_parameters() {
    for body in ["", "{", "null", "[]", "\"x\"", "{\"messaging_product\":\"whatsapp\",}"] {
        check(body, expect!["400 (#100) The parameter messaging_product is required."]);
    }
}

#[test]
fn deep_json_is_refused_and_does_not_overflow() {
    let deep = "[".repeat(1_000_000);
    check(&deep, expect!["400 (#100) The parameter messaging_product is required."]);
    let deep = format!("{{\"messaging_product\":\"whatsapp\",\"to\":{}", "{\"a\":".repeat(1_000_000));
    check(&deep, expect!["400 (#100) The parameter messaging_product is required."]);
}

#[test]
fn the_first_parameter_that_is_missing_is_named() {
    check("{}", expect!["400 (#100) The parameter messaging_product is required."]);
    check(
        r#"{"messaging_product":"sms"}"#,
        expect![[r#"400 (#100) Param messaging_product must be one of {WHATSAPP} - got "sms"."#]],
    );
    check(r#"{"messaging_product":"whatsapp"}"#, expect!["400 (#100) The parameter to is required."]);
    check(
        r#"{"messaging_product":"whatsapp","to":null}"#,
        expect!["400 (#100) The parameter to is required."],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234"}"#,
        expect!["400 (#100) Invalid parameter | Parameter 'text' is mandatory for type 'text'"],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"template"}"#,
        expect!["400 (#100) Invalid parameter | Parameter 'template' is mandatory for type 'template'"],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":[]}"#,
        expect!["400 (#100) Invalid parameter | Parameter 'template' is mandatory for type 'template'"],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"fax"}"#,
        expect![[
            r#"400 (#100) Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO} - got "fax"."#
        ]],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"image"}"#,
        expect!["400 (#100) Invalid parameter | Parameter 'image' is mandatory for type 'image'"],
    );
    check(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"text","text":{}}"#,
        expect!["400 (#100) The parameter text['body'] is required."],
    );
    check_template("{}", expect!["400 (#100) The parameter template['name'] is required."]);
    check_template(
        r#"{"name":"login"}"#,
        expect!["400 (#100) The parameter template['language'] is required."],
    );
    check_template(
        r#"{"name":"login","language":{}}"#,
        expect!["400 (#100) The parameter template['language']['code'] is required."],
    );
    check_template(
        r#"{"name":"login","language":{"code":"en","policy":"fallback"}}"#,
        expect![[
            r#"400 (#100) Param template['language']['policy'] must be one of {DETERMINISTIC} - got "fallback"."#
        ]],
    );
}

#[test]
fn a_number_that_cannot_be_read_is_refused_after_the_required_parameters() {
    let text = |to: &str| format!(r#"{{"messaging_product":"whatsapp","to":{to},"text":{{"body":"hi"}}}}"#);
    check(&text("\"+1 (650) 555-1234\""), expect![[r#"text "hi" to 16505551234"#]]);
    check(
        &text("\"abc\""),
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        &text("{}"),
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        &text("1.5"),
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        &text("-16505551234"),
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        r#"{"messaging_product":"whatsapp","recipient":"US.1","text":{"body":"hi"}}"#,
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        r#"{"messaging_product":"whatsapp","recipient_type":"group","to":"g","text":{"body":"hi"}}"#,
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        r#"{"messaging_product":"whatsapp","recipient_type":"all","to":"g","text":{"body":"hi"}}"#,
        expect![[r#"400 (#100) Param recipient_type must be one of {INDIVIDUAL, GROUP} - got "all"."#]],
    );
}

#[test]
fn a_person_is_also_named_by_a_business_scoped_id_unless_there_is_a_number() {
    let id = crate::user_id::user_id(WABA, Recipient::from_number(16_505_551_234).unwrap());
    let body = |to: &str| {
        format!(r#"{{"messaging_product":"whatsapp","recipient":"{id}",{to}"text":{{"body":"hi"}}}}"#)
    };
    check(&body(""), expect![[r#"text "hi" to 16505551234"#]]);
    check(&body(r#""to":"16505550000","#), expect![[r#"text "hi" to 16505550000"#]]);
}

#[test]
fn what_shall_be_echoed_is_a_text() {
    check(
        r#"{"messaging_product":"whatsapp","to":"1","text":{"body":"hi"},"biz_opaque_callback_data":{"a":1}}"#,
        expect!["400 (#100) Invalid parameter | Param biz_opaque_callback_data must be a string."],
    );
}

#[test]
fn long_texts_are_refused() {
    let text = |length: usize, data: usize| {
        let (body, data) = ("é".repeat(length), "x".repeat(data));
        format!(
            r#"{{"messaging_product":"whatsapp","to":"16505551234","text":{{"body":"{body}"}},"biz_opaque_callback_data":"{data}"}}"#
        )
    };
    assert!(parse_send(text(4096, 512).as_bytes()).is_ok());
    check(&text(4097, 0), expect!["400 (#100) Param text['body'] must be at most 4096 characters long."]);
    check(
        &text(1, 513),
        expect!["400 (#100) Param biz_opaque_callback_data must be at most 512 characters long."],
    );
}

#[test]
fn a_message_is_marked_as_read_by_its_id() {
    let id = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA";
    let read = |id: &str, more: &str| {
        format!(r#"{{"messaging_product":"whatsapp","status":"read","message_id":"{id}"{more}}}"#)
    };
    check(
        &read(id, ""),
        expect![
            "MarkAsRead { message_id: MessageId(Outbound 16*******34 826FD049A6947FA237), shows_typing: false }"
        ],
    );
    check(
        &read(id, r#","typing_indicator":{"type":"text"}"#),
        expect![
            "MarkAsRead { message_id: MessageId(Outbound 16*******34 826FD049A6947FA237), shows_typing: true }"
        ],
    );
    check(
        &read("wamid.1", ""),
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check(
        r#"{"messaging_product":"whatsapp","status":"read"}"#,
        expect!["400 (#100) The parameter message_id is required."],
    );
    check(
        r#"{"messaging_product":"whatsapp","status":"seen"}"#,
        expect![[r#"400 (#100) Param status must be one of {READ} - got "seen"."#]],
    );
}

#[test]
fn the_built_body_is_the_one_of_the_documentation() {
    let code: OtpCode = "J$FpnYnP".parse().unwrap();
    let send = AuthenticationSend {
        to: "16505551234".parse().unwrap(),
        template: "verification_code",
        language: "en_US",
        code: &code,
        biz_opaque_callback_data: None,
    };
    expect![[r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"16505551234","type":"template","template":{"name":"verification_code","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"J$FpnYnP"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"J$FpnYnP"}]}]}}"#]].assert_eq(str::from_utf8(&send.to_json()).unwrap());
}

/// Bodies that are nearly right, so that a random one gets past the first check.
fn near_body() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("\"whatsapp\"".to_owned()),
        Just("\"16505551234\"".to_owned()),
        Just("\"template\"".to_owned()),
        Just("\"text\"".to_owned()),
        Just("null".to_owned()),
        Just(format!(r#"{{"name":"a","language":{{"code":"en"}},"components":[{BODY},{BUTTON}]}}"#)),
        Just(format!(r#"{{"name":"a","language":{{"code":"en"}},"components":[{BUTTON},null,3]}}"#)),
        Just(r#"{"body":"x"}"#.to_owned()),
        Just(r#"{"id":"1","link":"https://a","message_id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"}"#.to_owned()),
        Just(r#"{"type":"button","body":{"text":"x"},"action":{"buttons":[{"reply":{"id":"1","title":"a"}}]}}"#.to_owned()),
        Just(r#"{"type":"list","body":{"text":"x"},"action":{"button":"b","sections":[{"rows":[{"id":"1","title":"a"}]}]}}"#.to_owned()),
        Just(r#"[{"name":{"formatted_name":"x"}}]"#.to_owned()),
        Just(r#"{"latitude":"1.5","longitude":-1e99}"#.to_owned()),
        (0..9_u32).prop_map(|deep| format!("{}{}", "[".repeat(1 << deep), "]".repeat(1 << deep))),
        Just("\"interactive\"".to_owned()),
        Just("\"location\"".to_owned()),
        Just("\"contacts\"".to_owned()),
        Just("\"image\"".to_owned()),
        Just("1e400".to_owned()),
        Just("-9223372036854775809".to_owned()),
        "[0-9]{1,20}",
        r#"[\[\]{},:"a-z]{0,9}"#,
    ];
    let name = proptest::sample::select(vec![
        "to",
        "type",
        "template",
        "text",
        "status",
        "message_id",
        "recipient_type",
        "context",
        "image",
        "interactive",
        "location",
        "contacts",
        "reaction",
        "typing_indicator",
    ]);
    proptest::collection::vec((name, value), 0..6).prop_map(|members| {
        let mut body = r#"{"messaging_product":"whatsapp""#.to_owned();
        for (name, value) in members {
            body.push_str(&format!(",\"{name}\":{value}"));
        }
        body + "}"
    })
}

fn assert_answerable(body: &[u8]) -> Result<(), TestCaseError> {
    let Err(refusal) = told(body) else { return Ok(()) };
    let json = refusal.envelope(TraceId::new(1)).to_json();
    let envelope = crate::refusal::ErrorEnvelope::parse(&json).unwrap();
    prop_assert_eq!(envelope.error.code, refusal.code());
    prop_assert!(refusal.http_status().number() >= 400);
    prop_assert!(refusal.www_authenticate().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_bytes_break_the_reader(body: Vec<u8>) {
        assert_answerable(&body)?;
    }

    #[test]
    fn no_body_that_is_nearly_right_breaks_the_reader(body in near_body()) {
        assert_answerable(body.as_bytes())?;
    }

    #[test]
    fn no_right_body_with_a_few_other_bytes_breaks_the_reader(
        bytes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<usize>()),
    ) {
        let mut body = format!(
            r#"{{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{{"name":"a","language":{{"code":"en"}},"components":[{BODY},{BUTTON}]}}}}"#
        )
        .into_bytes();
        for (at, byte) in bytes {
            let at = at % body.len();
            body[at] = byte;
        }
        body.truncate(cut.map_or(body.len(), |cut| cut % body.len()));
        assert_answerable(&body)?;
    }
}

proptest! {

    #[test]
    fn what_is_built_is_understood(
        number in 1_000_000_u64..=999_999_999_999_999,
        code in "[0-9A-Za-z$.é]{1,15}",
        data in proptest::option::of("[a-zé😀]{0,99}"),
    ) {
        let code: OtpCode = code.parse().unwrap();
        let to = Recipient::from_number(number).unwrap();
        let (template, language) = ("login", "pt_BR");
        let biz_opaque_callback_data = data.as_deref();
        let send = AuthenticationSend { to, template, language, code: &code, biz_opaque_callback_data };
        let body = send.to_json();
        let Ok(SendRequest::Message(heard)) = parse_send(&body) else {
            return Err(TestCaseError::fail("it is not understood"));
        };
        let facts = Facts { country_code: CountryCodeRule::Never, ..Facts::default() };
        prop_assert_eq!(heard.to.recipient(to, WABA, &facts), Ok(to.canonical()));
        prop_assert_eq!(heard.biz_opaque_callback_data.as_deref(), data.as_deref());
        let shown = format!("{heard:?}");
        prop_assert!(!shown.contains(&number.to_string()) && !shown.contains(" text: "), "{}", shown);
        let MessageBody::Template(template) = heard.body else {
            return Err(TestCaseError::fail("it is not a template"));
        };
        prop_assert_eq!(template.authentication_code(), Ok(SentCode { shown: code, handed_over: None }));
    }
}
