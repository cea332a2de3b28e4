//! The values of a template message, and the code among them.

use expect_test::{Expect, expect};

use super::{BODY, BUTTON, check_template};

/// Checks a template message with these components.
#[track_caller]
fn check_components(components: &str, expected: Expect) {
    let template = format!(r#"{{"name":"login","language":{{"code":"en_US"}},"components":{components}}}"#);
    check_template(&template, expected);
}

#[test]
fn the_code_stands_in_the_body_and_in_the_button() {
    check_components(
        &format!("[{BODY},{BUTTON}]"),
        expect!["send login in en_US with 123456 to 16505551234 (16505551234)"],
    );
    check_components(
        &format!("[{BODY}]"),
        expect![
            "400 (#131008) Required parameter is missing | buttons: Button at index 0 of type Url requires a parameter"
        ],
    );
    check_components(
        &format!("[{BUTTON}]"),
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | body: number of localizable_params (0) does not match the expected number of params (1)"
        ],
    );
    check_components(
        "[]",
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | body: number of localizable_params (0) does not match the expected number of params (1)"
        ],
    );
    check_components(
        "null",
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | body: number of localizable_params (0) does not match the expected number of params (1)"
        ],
    );
    check_components(
        "{}",
        expect!["400 (#100) Invalid parameter | Param template['components'] must be an array."],
    );
    let other = BUTTON.replace("123456", "654321");
    check_components(
        &format!("[{BODY},{other}]"),
        expect!["send login in en_US with 123456 and 654321 to 16505551234 (16505551234)"],
    );
}

#[test]
fn each_section_has_one_parameter_and_headers_have_none() {
    let two = BODY.replace("[{", r#"[{"type":"text","text":"1"},{"#);
    check_components(
        &format!("[{two},{BUTTON}]"),
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | body: number of localizable_params (2) does not match the expected number of params (1)"
        ],
    );
    let two = BUTTON.replace("[{", r#"[{"type":"text","text":"1"},{"#);
    check_components(
        &format!("[{BODY},{two}]"),
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | buttons: number of localizable_params (2) does not match the expected number of params (1)"
        ],
    );
    let header = BODY.replace("body", "header");
    check_components(
        &format!("[{header},{BODY},{BUTTON}]"),
        expect![
            "400 (#132000) Number of parameters does not match the expected number of params | header: number of localizable_params (1) does not match the expected number of params (0)"
        ],
    );
}

#[test]
fn a_button_is_a_link_with_a_text() {
    let coupon = r#"{"type":"button","sub_type":"copy_code","index":0,"parameters":[{"type":"coupon_code","coupon_code":"1"}]}"#;
    check_components(
        &format!("[{BODY},{coupon}]"),
        expect![
            "400 (#132018) There's an issue with the parameters in your template. | buttons: Button at index 0 must be of type Url"
        ],
    );
    let payload = BUTTON.replace(r#""type":"text""#, r#""type":"payload""#);
    check_components(
        &format!("[{BODY},{payload}]"),
        expect![
            "400 (#132018) There's an issue with the parameters in your template. | buttons: Button at index 0 must be of type Url"
        ],
    );
    let second = BUTTON.replace("\"0\"", "1");
    check_components(
        &format!("[{BODY},{second}]"),
        expect![
            "400 (#131008) Required parameter is missing | buttons: Button at index 0 of type Url requires a parameter"
        ],
    );
    check_components(
        &format!("[{BODY},{BUTTON},{second}]"),
        expect![
            "400 (#132018) There's an issue with the parameters in your template. | buttons: The template has no button at index 1"
        ],
    );
    let unnumbered = BUTTON.replace(r#""index":"0","#, "");
    check_components(
        &format!("[{BODY},{unnumbered}]"),
        expect!["send login in en_US with 123456 to 16505551234 (16505551234)"],
    );
}

#[test]
fn components_that_cannot_be_read_are_named_by_their_path() {
    check_components(
        r#"[{"type":"face"}]"#,
        expect![[
            r#"400 (#100) Param template['components'][0]['type'] must be one of {BODY, BUTTON, CAROUSEL, FOOTER, HEADER, LIMITED_TIME_OFFER, ORDER_STATUS} - got "face"."#
        ]],
    );
    check_components(
        r#"[{}]"#,
        expect!["400 (#100) The parameter template['components'][0]['type'] is required."],
    );
    check_components(
        r#"[7]"#,
        expect!["400 (#100) The parameter template['components'][0]['type'] is required."],
    );
    check_components(
        r#"[{"type":"button"}]"#,
        expect!["400 (#100) The parameter template['components'][0]['sub_type'] is required."],
    );
    check_components(
        r#"[{"type":"button","sub_type":"link"}]"#,
        expect![[
            r#"400 (#100) Param template['components'][0]['sub_type'] must be one of {CATALOG, COPY_CODE, FLOW, MPM, ORDER_DETAILS, QUICK_REPLY, SPM, URL, VOICE_CALL} - got "link"."#
        ]],
    );
    check_components(
        r#"[{"type":"button","sub_type":"url","index":"x"}]"#,
        expect![
            "400 (#100) Invalid parameter | Param template['components'][0]['index'] must be an integer from 0 to 9."
        ],
    );
    check_components(
        r#"[{"type":"body","parameters":7}]"#,
        expect![
            "400 (#100) Invalid parameter | Param template['components'][0]['parameters'] must be an array."
        ],
    );
    check_components(
        &format!(r#"[{BODY},{{"type":"body","parameters":[{{"type":"number"}}]}}]"#),
        expect![[
            r#"400 (#100) Param template['components'][1]['parameters'][0]['type'] must be one of {ACTION, COUPON_CODE, CURRENCY, DATE_TIME, DOCUMENT, IMAGE, LIMITED_TIME_OFFER, LOCATION, ORDER_STATUS, PAYLOAD, PRODUCT, TEXT, VIDEO} - got "number"."#
        ]],
    );
    check_components(
        r#"[{"type":"body","parameters":[{"text":"1"}]}]"#,
        expect!["400 (#100) The parameter template['components'][0]['parameters'][0]['type'] is required."],
    );
}

#[test]
fn a_value_of_another_type_than_text_is_told_as_such() {
    let image = BODY.replace(r#""type":"text","text":"123456""#, r#""type":"image","image":{"id":"1"}"#);
    check_components(
        &format!("[{image},{BUTTON}]"),
        expect![
            "400 (#132012) Parameter format does not match format in the created template | body: Format mismatch, expected TEXT, received IMAGE"
        ],
    );
    let named = BODY.replace(r#""text":"123456""#, r#""text":"123456","parameter_name":"code""#);
    check_components(
        &format!("[{named},{BUTTON}]"),
        expect![
            "400 (#132012) Parameter format does not match format in the created template | body: named parameters given, positional parameters expected"
        ],
    );
}

#[test]
fn a_code_has_1_to_15_characters() {
    let with = |code: &str| format!("[{BODY},{BUTTON}]").replace("123456", code);
    check_components(
        &with("123456789012345"),
        expect!["send login in en_US with 123456789012345 to 16505551234 (16505551234)"],
    );
    check_components(
        &with("1234567890123456"),
        expect![
            "400 (#132018) There's an issue with the parameters in your template. | body: authentication code must be at most 15 characters long"
        ],
    );
    check_components(
        &with(""),
        expect!["400 (#131008) Required parameter is missing | Parameter of type text is missing text value"],
    );
    let named = BODY.replace(r#""text":"#, r#""parameter_name":"code","text":"#);
    check_components(
        &format!("[{named},{BUTTON}]"),
        expect![
            "400 (#132012) Parameter format does not match format in the created template | body: named parameters given, positional parameters expected"
        ],
    );
}

#[test]
fn a_code_holds_no_url_no_picture_and_no_line_break() {
    let with = |code: &str| format!("[{BODY},{BUTTON}]").replacen("123456", code, 1);
    check_components(
        &with("12.3-é $w"),
        expect!["send login in en_US with 12.3-é $w and 123456 to 16505551234 (16505551234)"],
    );
    for code in ["https://a.b", "WWW.a.b/c", "12😀34", "1\u{20e3}2"] {
        check_components(
            &with(code),
            expect![
                "400 (#132018) There's an issue with the parameters in your template. | body: authentication code cannot hold a URL or an emoji"
            ],
        );
    }
    for code in ["12\\n34", "12\\t34", "1     2"] {
        check_components(
            &with(code),
            expect![
                "400 (#132018) There's an issue with the parameters in your template. | Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
            ],
        );
    }
    let other = BUTTON.replace("123456", "ftp://a");
    check_components(
        &format!("[{BODY},{other}]"),
        expect![
            "400 (#132018) There's an issue with the parameters in your template. | buttons: authentication code cannot hold a URL or an emoji"
        ],
    );
}
