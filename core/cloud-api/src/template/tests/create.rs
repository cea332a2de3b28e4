//! Requests to create a template.

use expect_test::{Expect, expect};

use super::{COPY, record, words};
use crate::template::{MessageTemplate, TemplateFields, TemplateNode};
use crate::version::GraphVersion;

const APP: &str = r#"{"package_name":"com.example.luckyshrub","signature_hash":"K8a/AINcGX7"}"#;

/// Checks what a request to create a template makes, with every field that can be read back.
#[track_caller]
fn check_request(body: &str, version: u8, expected: Expect) {
    let version = GraphVersion::new(version).unwrap();
    let text = match MessageTemplate::parse(body.as_bytes(), version) {
        Ok(template) => {
            let fields = "components,message_send_ttl_seconds,language,name";
            let fields = TemplateFields::parse(fields).unwrap();
            String::from_utf8(TemplateNode::new(&record(template), fields).to_json()).unwrap()
        }
        Err(refusal) => words(&refusal),
    };
    expected.assert_eq(&text);
}

#[track_caller]
fn check(components: &str, expected: Expect) {
    let body = format!(
        r#"{{"name":"login","language":"en_US","category":"authentication","components":{components}}}"#
    );
    check_request(&body, 23, expected);
}

#[track_caller]
fn check_button(button: &str, expected: Expect) {
    check(&format!(r#"[{{"type":"body"}},{{"type":"buttons","buttons":[{button}]}}]"#), expected);
}

#[test]
fn the_sample_of_the_documentation_is_understood() {
    check_request(
        r#"{"name":"zero_tap_auth_template","language":"en_US","category":"AUTHENTICATION","message_send_ttl_seconds":60,
         "components":[
          {"type":"BODY","add_security_recommendation":true},
          {"type":"FOOTER","code_expiration_minutes":5},
          {"type":"BUTTONS","buttons":[
            {"type":"OTP","otp_type":"ZERO_TAP","text":"Copy Code","autofill_text":"Autofill",
             "zero_tap_terms_accepted":true,
             "supported_apps":[{"package_name":"com.example.luckyshrub","signature_hash":"K8a/AINcGX7"}]}]}]}"#,
        25,
        expect![[
            r#"{"name":"zero_tap_auth_template","components":[{"type":"BODY","text":"*{{1}}* is your verification code. For your security, do not share this code.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"This code expires in 5 minutes.","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy Code","url":"https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.luckyshrub&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=5&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.luckyshrub&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=5&code=otp123456"]}]}],"language":"en_US","message_send_ttl_seconds":60,"id":"594425479261596"}"#
        ]],
    );
}

#[test]
fn a_template_speaks_its_language() {
    let with = |language: &str| {
        format!(
            r#"{{"name":"login","language":"{language}","category":"AUTHENTICATION","message_send_ttl_seconds":"-1",
            "components":[{{"type":"BODY","add_security_recommendation":"true"}},{{"type":"FOOTER","code_expiration_minutes":10}},{COPY}]}}"#
        )
    };
    check_request(
        &with("es_ES"),
        23,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"Tu código de verificación es *{{1}}*. Por tu seguridad, no lo compartas.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"Este código caduca en 10 minutos.","code_expiration_minutes":10},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copiar código","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp123456"]}]}],"language":"es_ES","message_send_ttl_seconds":-1,"id":"594425479261596"}"#
        ]],
    );
    check_request(
        &with("pt_BR"),
        23,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* é seu código de verificação. Para sua segurança, não compartilhe este código.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"Este código expira em 10 minutos.","code_expiration_minutes":10},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp123456"]}]}],"language":"pt_BR","message_send_ttl_seconds":-1,"id":"594425479261596"}"#
        ]],
    );
    check_request(
        &with("id"),
        23,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* adalah kode verifikasi Anda. Demi keamanan, jangan bagikan kode ini.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"Kedaluwarsa dalam 10 menit.","code_expiration_minutes":10},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Salin Kode","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp123456"]}]}],"language":"id","message_send_ttl_seconds":-1,"id":"594425479261596"}"#
        ]],
    );
    check_request(
        &with("fr"),
        23,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* is your verification code. For your security, do not share this code.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"This code expires in 10 minutes.","code_expiration_minutes":10},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp123456"]}]}],"language":"fr","message_send_ttl_seconds":-1,"id":"594425479261596"}"#
        ]],
    );
    check_request(&with("en-US"), 23, expect!["100/2388049 The language en-US is not supported."]);
}

#[test]
fn what_is_missing_is_named_in_order() {
    let check = |body: &str, expected: Expect| check_request(body, 23, expected);
    check("", expect!["100 (#100) The parameter name is required."]);
    check(r#"{"name":"login"}"#, expect!["100 (#100) The parameter language is required."]);
    check(r#"{"name":"login","language":"en"}"#, expect!["100 (#100) The parameter category is required."]);
    check(
        r#"{"name":"login","language":"en","category":"otp"}"#,
        expect![[
            r#"100 (#100) Param category must be one of {UTILITY, MARKETING, AUTHENTICATION} - got "otp"."#
        ]],
    );
    check(
        r#"{"name":"login","language":"en","category":"MARKETING"}"#,
        expect!["100 (#100) The parameter components is required."],
    );
    check(
        r#"{"name":"Login","language":"en","category":"AUTHENTICATION"}"#,
        expect!["100 The name of a message template must be lowercase letters, digits and underscores."],
    );
    check(
        r#"{"name":"","language":"en","category":"AUTHENTICATION"}"#,
        expect!["100 (#100) The parameter name is required."],
    );
    check(
        r#"{"name":"login","language":"en","category":"AUTHENTICATION"}"#,
        expect!["100 (#100) The parameter components is required."],
    );
    let long = "a".repeat(513);
    check(
        &format!(r#"{{"name":"{long}","language":"en","category":"AUTHENTICATION"}}"#),
        expect!["100/2388040 name can have at most 512 characters."],
    );
    check(
        r#"{"name":"login","language":"en","category":"AUTHENTICATION","parameter_format":"named"}"#,
        expect!["100 Authentication templates have positional parameters."],
    );
}

#[test]
fn a_time_to_live_is_30_to_900_seconds_or_30_days() {
    let with = |ttl: &str| {
        let body = format!(
            r#"{{"name":"login","language":"en","category":"AUTHENTICATION","message_send_ttl_seconds":{ttl},"components":[{{"type":"BODY"}},{COPY}]}}"#
        );
        match MessageTemplate::parse(body.as_bytes(), GraphVersion::default()) {
            Ok(template) => {
                format!("{} s, written {}", template.kept_seconds(), template.ttl.unwrap().wire())
            }
            Err(refusal) => words(&refusal),
        }
    };
    expect!["600 s, written 600"].assert_eq(&with("null"));
    expect!["30 s, written 30"].assert_eq(&with("30"));
    expect!["900 s, written 900"].assert_eq(&with("\"900\""));
    expect!["2592000 s, written -1"].assert_eq(&with("-1"));
    let refused =
        "100 message_send_ttl_seconds must be an integer from 30 to 900, or -1, for AUTHENTICATION.";
    for ttl in ["29", "901", "0", "-2", "60.5", "\"\"", "{}", "18446744073709551615"] {
        assert_eq!(with(ttl), refused, "{ttl}");
    }
}

#[test]
fn components_are_a_body_an_optional_footer_and_one_button() {
    check(
        &format!(r#"[{{"type":"body"}},{COPY}]"#),
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* is your verification code.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]}]}],"language":"en_US","message_send_ttl_seconds":600,"id":"594425479261596"}"#
        ]],
    );
    check(&format!("[{COPY}]"), expect!["100 Authentication templates need a BODY component."]);
    check(
        r#"[{"type":"body"}]"#,
        expect!["100 Authentication templates need a BUTTONS component with an OTP button."],
    );
    check("{}", expect!["100 components must be an array."]);
    check("[7]", expect!["100 Every element of components must be an object."]);
    check(
        &format!(r#"[{{"type":"body"}},{{"type":"body"}},{COPY}]"#),
        expect!["100 There can be only one BODY component."],
    );
    check(
        &format!(r#"[{{"type":"body","text":"Hi"}},{COPY}]"#),
        expect!["100 The text of authentication templates is preset and cannot be given."],
    );
    check(
        &format!(r#"[{{"type":"header"}},{{"type":"body"}},{COPY}]"#),
        expect!["100 Authentication templates have no HEADER component."],
    );
    check(
        &format!(r#"[{{"type":"tail"}},{COPY}]"#),
        expect![[
            r#"100 (#100) Param components['type'] must be one of {BODY, BUTTONS, FOOTER, HEADER} - got "TAIL"."#
        ]],
    );
    check(
        &format!(r#"[{{"type":"body","add_security_recommendation":1}},{COPY}]"#),
        expect!["100 add_security_recommendation must be true or false."],
    );
    check(
        &format!(r#"[{{"type":"body"}},{{"type":"footer"}},{COPY}]"#),
        expect!["100 code_expiration_minutes must be an integer from 1 to 90."],
    );
    check(
        &format!(r#"[{{"type":"body"}},{{"type":"footer","code_expiration_minutes":91}},{COPY}]"#),
        expect!["100 code_expiration_minutes must be an integer from 1 to 90."],
    );
    check(
        r#"[{"type":"body"},{"type":"buttons","buttons":[]}]"#,
        expect!["100 Authentication templates have exactly one button, of type OTP."],
    );
    check(
        r#"[{"type":"body"},{"type":"buttons","buttons":[{"type":"URL"}]}]"#,
        expect!["100 Authentication templates have exactly one button, of type OTP."],
    );
}

#[test]
fn a_button_has_what_its_type_needs() {
    check_button(
        r#"{"type":"otp"}"#,
        expect!["100 (#100) The parameter components['buttons']['otp_type'] is required."],
    );
    check_button(
        r#"{"type":"otp","otp_type":"NO_TAP"}"#,
        expect![[
            r#"100 (#100) Param components['buttons']['otp_type'] must be one of {COPY_CODE, ONE_TAP, ZERO_TAP} - got "NO_TAP"."#
        ]],
    );
    check_button(
        r#"{"type":"otp","otp_type":"copy_code","text":"Copier"}"#,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* is your verification code.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copier","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]}]}],"language":"en_US","message_send_ttl_seconds":600,"id":"594425479261596"}"#
        ]],
    );
    check_button(
        r#"{"type":"otp","otp_type":"copy_code","text":"12345678901234567890123456"}"#,
        expect!["100/2388040 text can have at most 25 characters."],
    );
    check_button(
        r#"{"type":"otp","otp_type":"one_tap"}"#,
        expect!["100 supported_apps must hold 1 to 5 apps for ONE_TAP."],
    );
    let one = format!(
        r#"{{"type":"otp","otp_type":"one_tap","autofill_text":"Fill in","supported_apps":[{APP},{APP}]}}"#
    );
    check_button(
        &one,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* is your verification code.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Fill%20in&package_name=com.example.luckyshrub%2Ccom.example.luckyshrub&signature_hash=K8a%2FAINcGX7%2CK8a%2FAINcGX7&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Fill%20in&package_name=com.example.luckyshrub%2Ccom.example.luckyshrub&signature_hash=K8a%2FAINcGX7%2CK8a%2FAINcGX7&code=otp123456"]}]}],"language":"en_US","message_send_ttl_seconds":600,"id":"594425479261596"}"#
        ]],
    );
    let six = [APP; 6].join(",");
    check_button(
        &format!(r#"{{"type":"otp","otp_type":"one_tap","supported_apps":[{six}]}}"#),
        expect!["100 supported_apps must hold 1 to 5 apps for ONE_TAP."],
    );
    check_button(
        &format!(r#"{{"type":"otp","otp_type":"zero_tap","supported_apps":[{APP}]}}"#),
        expect!["100 zero_tap_terms_accepted must be true for ZERO_TAP."],
    );
    check_button(
        &format!(
            r#"{{"type":"otp","otp_type":"zero_tap","zero_tap_terms_accepted":false,"supported_apps":[{APP}]}}"#
        ),
        expect!["100 zero_tap_terms_accepted must be true for ZERO_TAP."],
    );
    check_button(
        r#"{"type":"otp","otp_type":"one_tap","supported_apps":[1]}"#,
        expect!["100 Every element of supported_apps must be an object."],
    );
    check_button(
        r#"{"type":"otp","otp_type":"one_tap","supported_apps":[{"package_name":"app","signature_hash":"K8a/AINcGX7"}]}"#,
        expect![
            "100 package_name must be at most 224 characters, of two or more segments that start with a letter."
        ],
    );
    check_button(
        r#"{"type":"otp","otp_type":"one_tap","supported_apps":[{"package_name":"com.app","signature_hash":"short"}]}"#,
        expect!["100 signature_hash must be 11 characters of letters, digits, +, / and =."],
    );
}

#[test]
fn a_bare_app_is_taken_up_to_version_20() {
    let body = r#"{"name":"login","language":"en","category":"AUTHENTICATION","components":[{"type":"BODY"},
        {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"ONE_TAP","package_name":"com.app","signature_hash":"K8a/AINcGX7"}]}]}"#;
    check_request(
        body,
        20,
        expect![[
            r#"{"name":"login","components":[{"type":"BODY","text":"*{{1}}* is your verification code.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Autofill&package_name=com.app&signature_hash=K8a%2FAINcGX7&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Autofill&package_name=com.app&signature_hash=K8a%2FAINcGX7&code=otp123456"]}]}],"language":"en","message_send_ttl_seconds":600,"id":"594425479261596"}"#
        ]],
    );
    check_request(body, 21, expect!["100 supported_apps must hold 1 to 5 apps for ONE_TAP."]);
}
