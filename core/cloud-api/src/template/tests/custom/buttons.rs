//! The buttons of a utility or marketing template.

use expect_test::{Expect, expect};

use super::check;

#[track_caller]
fn check_buttons(buttons: &str, expected: Expect) {
    check(
        &format!(r#"[{{"type":"BODY","text":"Hello."}},{{"type":"BUTTONS","buttons":{buttons}}}]"#),
        expected,
    );
}

#[test]
fn buttons_are_counted_and_grouped() {
    check_buttons("[]", expect!["100 BUTTONS must hold 1 to 10 buttons."]);
    let reply = r#"{"type":"QUICK_REPLY","text":"Yes"}"#;
    check_buttons(&format!("[{}]", [reply; 11].join(",")), expect!["100 BUTTONS must hold 1 to 10 buttons."]);
    let url = r#"{"type":"URL","text":"Go","url":"https://a.example"}"#;
    check_buttons(&format!("[{url},{url},{url}]"), expect!["100 There can be at most 2 URL buttons."]);
    check_buttons(
        &format!("[{reply},{url},{reply}]"),
        expect!["100 QUICK_REPLY buttons must stand together, before or after the others."],
    );
    let phone = r#"{"type":"PHONE_NUMBER","text":"Call","phone_number":"+15550051310"}"#;
    check_buttons(&format!("[{phone},{phone}]"), expect!["100 There can be only one PHONE_NUMBER button."]);
    let coupon = r#"{"type":"COPY_CODE","example":"SAVE20"}"#;
    check_buttons(&format!("[{coupon},{coupon}]"), expect!["100 There can be only one COPY_CODE button."]);
}

#[test]
fn a_button_has_what_its_kind_needs() {
    check_buttons(
        r#"[{"type":"QUICK_REPLY"}]"#,
        expect!["100/2388043 component of type BUTTONS is missing expected field(s) (text)"],
    );
    check_buttons(
        r#"[{"type":"QUICK_REPLY","text":"12345678901234567890123456"}]"#,
        expect!["100/2388040 text can have at most 25 characters."],
    );
    check_buttons(
        r#"[{"type":"URL","text":"Go"}]"#,
        expect!["100/2388043 component of type BUTTONS is missing expected field(s) (url)"],
    );
    check_buttons(
        r#"[{"type":"URL","text":"Go","url":"ftp://a.example"}]"#,
        expect!["100 The url of a button must start with https:// or http:// and hold no spaces."],
    );
    check_buttons(
        r#"[{"type":"URL","text":"Go","url":"https://a.example/{{1}}"}]"#,
        expect!["100/2388043 component of type BUTTONS is missing expected field(s) (example)"],
    );
    check_buttons(
        r#"[{"type":"URL","text":"Go","url":"https://{{1}}.example/","example":["a"]}]"#,
        expect!["100 The url of a button can have one variable, {{1}}, at its end."],
    );
    check_buttons(
        r#"[{"type":"PHONE_NUMBER","text":"Call","phone_number":"call me"}]"#,
        expect!["100 The phone_number of a button must be a phone number, such as +15550051310."],
    );
    check_buttons(
        r#"[{"type":"PHONE_NUMBER","text":"Call","phone_number":"+123456789012345678901"}]"#,
        expect!["100/2388040 phone_number can have at most 20 characters."],
    );
    check_buttons(
        r#"[{"type":"COPY_CODE"}]"#,
        expect!["100/2388043 component of type BUTTONS is missing expected field(s) (example)"],
    );
    check_buttons(
        r#"[{"type":"COPY_CODE","example":"1234567890123456"}]"#,
        expect!["100/2388040 example can have at most 15 characters."],
    );
    check_buttons(
        r#"[{"type":"OTP","otp_type":"COPY_CODE"}]"#,
        expect!["100 OTP buttons are for AUTHENTICATION templates only."],
    );
    check_buttons(
        r#"[{"type":"FLOW"}]"#,
        expect!["100 This mock knows no FLOW buttons, only COPY_CODE, PHONE_NUMBER, QUICK_REPLY and URL."],
    );
    check_buttons(
        r#"[{"type":"LEVER"}]"#,
        expect![[
            r#"100 (#100) Param components['buttons']['type'] must be one of {COPY_CODE, OTP, PHONE_NUMBER, QUICK_REPLY, URL} - got "LEVER"."#
        ]],
    );
    check_buttons("[7]", expect!["100 Every element of buttons must be an object."]);
}
