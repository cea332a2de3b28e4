//! Authentication templates in many languages: previews and upserts.

use expect_test::{Expect, expect};

use super::{parameters, words};
use crate::template::{Language, PresetTexts, PreviewQuery, UpsertTemplates};
use crate::version::GraphVersion;

#[track_caller]
fn check_preview(query: &str, expected: Expect) {
    expected.assert_eq(&match PreviewQuery::parse(parameters(query).json()) {
        Ok(query) => String::from_utf8(query.previews().to_json()).unwrap(),
        Err(refusal) => words(&refusal),
    });
}

#[track_caller]
fn check_upsert(body: &str, expected: Expect) {
    expected.assert_eq(&match UpsertTemplates::parse(body.as_bytes(), GraphVersion::default()) {
        Ok(upsert) => {
            let told = upsert.templates.iter().map(|template| {
                let minutes = template.content.code_expiration.map(|expiration| expiration.minutes());
                format!("{} {} {}s {minutes:?}", template.name, template.language, template.ttl.seconds())
            });
            told.collect::<Vec<_>>().join(", ")
        }
        Err(refusal) => words(&refusal),
    });
}

#[test]
fn previews_speak_their_languages() {
    check_preview(
        "category=AUTHENTICATION&languages=en_US,es_ES&add_security_recommendation=true&code_expiration_minutes=10&button_types=OTP",
        expect![[
            r#"{"data":[{"body":"*{{1}}* is your verification code. For your security, do not share this code.","buttons":[{"autofill_text":"Autofill","text":"Copy code"}],"footer":"This code expires in 10 minutes.","language":"en_US"},{"body":"Tu código de verificación es *{{1}}*. Por tu seguridad, no lo compartas.","buttons":[{"autofill_text":"Autocompletar","text":"Copiar código"}],"footer":"Este código caduca en 10 minutos.","language":"es_ES"}]}"#
        ]],
    );
    check_preview(
        "category=authentication&language=id&button_types=[\"OTP\"]",
        expect![[
            r#"{"data":[{"body":"*{{1}}* adalah kode verifikasi Anda.","buttons":[{"autofill_text":"Isi Otomatis","text":"Salin Kode"}],"language":"id"}]}"#
        ]],
    );
    check_preview(
        "category=AUTHENTICATION&language=de&code_expiration_minutes=1",
        expect![[
            r#"{"data":[{"body":"*{{1}}* is your verification code.","buttons":[{"autofill_text":"Autofill","text":"Copy code"}],"footer":"This code expires in 1 minutes.","language":"de","is_fallback":true}]}"#
        ]],
    );
}

#[test]
fn a_preview_that_cannot_be_read_says_why() {
    check_preview("", expect!["100 (#100) The parameter category is required."]);
    check_preview(
        "category=UTILITY",
        expect![[r#"100 (#100) Param category must be one of {AUTHENTICATION} - got "UTILITY"."#]],
    );
    check_preview(
        "category=AUTHENTICATION&language=klingon",
        expect!["100/2388049 The language klingon is not supported."],
    );
    check_preview(
        "category=AUTHENTICATION&button_types=URL",
        expect![[r#"100 (#100) Param button_types must be one of {OTP} - got "URL"."#]],
    );
    check_preview(
        "category=AUTHENTICATION&code_expiration_minutes=0",
        expect!["100 code_expiration_minutes must be an integer from 1 to 90."],
    );
    check_preview(
        "category=AUTHENTICATION&add_security_recommendation=yes",
        expect!["100 add_security_recommendation must be true or false."],
    );
}

#[test]
fn without_a_language_all_are_shown() {
    let query = PreviewQuery::parse(br#"{"category":"AUTHENTICATION"}"#).unwrap();
    assert_eq!(query.previews().data.len(), Language::all().count());
}

#[test]
fn only_a_language_whose_words_are_known_is_no_fallback() {
    let known: Vec<_> = Language::all().filter(|language| !PresetTexts::of(*language).is_fallback).collect();
    let codes: Vec<_> = known.iter().map(|language| language.code()).collect();
    expect!["en en_GB en_US en_AU en_CA en_IN id es_ES"].assert_eq(&codes.join(" "));
}

const BODY: &str = r#"{"type":"BODY","add_security_recommendation":true}"#;

#[test]
fn one_request_makes_a_template_in_each_language_once() {
    let with = |members: &str, buttons: &str| {
        format!(
            r#"{{"name":"login","category":"AUTHENTICATION",{members}"components":[{BODY},{{"type":"FOOTER"}},{{"type":"BUTTONS","buttons":{buttons}}}]}}"#
        )
    };
    let copy = r#"[{"type":"OTP","otp_type":"COPY_CODE"}]"#;
    check_upsert(
        &with(r#""languages":["en_US","es_ES","fr","fr"],"message_send_ttl_seconds":60,"#, copy),
        expect!["login en_US 60s None, login es_ES 60s None, login fr 60s None"],
    );
    check_upsert(
        &with(r#""languages":"en_US,id","#, copy),
        expect!["login en_US 600s None, login id 600s None"],
    );
    check_upsert(&with("", copy), expect!["100 (#100) The parameter languages is required."]);
    check_upsert(
        &with(r#""languages":[],"#, copy),
        expect!["100 (#100) The parameter languages is required."],
    );
    check_upsert(
        &with(r#""languages":["tlh"],"#, copy),
        expect!["100/2388049 The language tlh is not supported."],
    );
    check_upsert(
        &with(r#""languages":["en"],"#, r#"[{"type":"OTP","otp_type":"COPY_CODE","text":"Copy"}]"#),
        expect!["100 text and autofill_text cannot be given for several languages at once."],
    );
    check_upsert(
        &with(r#""languages":["en"],"message_send_ttl_seconds":20,"#, copy),
        expect!["100 message_send_ttl_seconds must be an integer from 30 to 900, or -1, for AUTHENTICATION."],
    );
    check_upsert(
        r#"{"name":"login","category":"UTILITY","languages":["en"]}"#,
        expect!["100 The category must be AUTHENTICATION."],
    );
    check_upsert(
        r#"{"name":"login","languages":["en"]}"#,
        expect!["100 (#100) The parameter category is required."],
    );
    check_upsert(
        r#"{"name":"login","category":"AUTHENTICATION","languages":["en"]}"#,
        expect!["100 (#100) The parameter components is required."],
    );
    check_upsert("", expect!["100 (#100) The parameter name is required."]);
}
