//! Requests to create a utility or marketing template.

mod buttons;

use expect_test::{Expect, expect};

use super::{record, words};
use crate::template::{MessageTemplate, SendShape, TemplateFields, TemplateNode};
use crate::version::GraphVersion;

fn read(body: &str) -> String {
    match MessageTemplate::parse(body.as_bytes(), GraphVersion::default()) {
        Ok(template) => {
            let shape = SendShape::of(&template);
            let fields = "components,category,parameter_format,message_send_ttl_seconds";
            let node = TemplateNode::new(&record(template), TemplateFields::parse(fields).unwrap());
            let buttons: Vec<_> = shape.buttons.iter().map(|button| format!("{button:?}")).collect();
            let body: Vec<_> = shape.body.iter().map(|slot| slot.name.as_deref().unwrap_or("#")).collect();
            let header = format!("{:?}", shape.header);
            let header = header.split(['(', ' ']).next().unwrap_or_default();
            let json = String::from_utf8(node.to_json()).unwrap();
            format!("{json}\nheader {header}, body {body:?}, buttons {buttons:?}")
        }
        Err(refusal) => words(&refusal),
    }
}

/// Checks what positional components of a utility template make.
#[track_caller]
fn check(components: &str, expected: Expect) {
    let body =
        format!(r#"{{"name":"order","language":"en","category":"UTILITY","components":{components}}}"#);
    expected.assert_eq(&read(&body));
}

#[track_caller]
fn check_body(text: &str, example: &str, expected: Expect) {
    let text = serde_json::Value::from(text);
    check(&format!(r#"[{{"type":"BODY","text":{text},"example":{example}}}]"#), expected);
}

#[track_caller]
fn check_header(header: &str, expected: Expect) {
    check(&format!(r#"[{{"type":"HEADER",{header}}},{{"type":"BODY","text":"Hello."}}]"#), expected);
}

#[test]
fn a_template_with_everything_is_read_back_as_it_was_written() {
    let body = r#"{"name":"promo","language":"en_US","category":"marketing","parameter_format":"named",
        "message_send_ttl_seconds":"86400","allow_category_change":true,"components":[
        {"type":"header","format":"text","text":"Our {{sale_name}} is on!",
         "example":{"header_text_named_params":[{"param_name":"sale_name","example":"Summer Sale"}]}},
        {"type":"body","text":"Shop now through {{end_date}} and use {{code}} to get a discount, until {{end_date}} at the latest.",
         "example":{"body_text_named_params":[{"param_name":"code","example":"25OFF"},{"param_name":"end_date","example":"the end of August"}]}},
        {"type":"footer","text":"Reply STOP to unsubscribe"},
        {"type":"buttons","buttons":[{"type":"quick_reply","text":"Stop"},
         {"type":"url","text":"Shop","url":"https://shop.example/{{1}}","example":["summer"]},
         {"type":"url","text":"About","url":"https://shop.example/"},
         {"type":"phone_number","text":"Call","phone_number":"+1 555 005 1310"},
         {"type":"copy_code","example":"25OFF"}]}]}"#;
    expect![[r#"
        {"parameter_format":"NAMED","components":[{"type":"HEADER","format":"TEXT","text":"Our {{sale_name}} is on!","example":{"header_text_named_params":[{"param_name":"sale_name","example":"Summer Sale"}]}},{"type":"BODY","text":"Shop now through {{end_date}} and use {{code}} to get a discount, until {{end_date}} at the latest.","example":{"body_text_named_params":[{"param_name":"end_date","example":"the end of August"},{"param_name":"code","example":"25OFF"}]}},{"type":"FOOTER","text":"Reply STOP to unsubscribe"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"},{"type":"URL","text":"Shop","url":"https://shop.example/{{1}}","example":["https://shop.example/summer"]},{"type":"URL","text":"About","url":"https://shop.example/"},{"type":"PHONE_NUMBER","text":"Call","phone_number":"+1 555 005 1310"},{"type":"COPY_CODE","text":"Copy offer code","example":["25OFF"]}]}],"category":"MARKETING","message_send_ttl_seconds":86400,"id":"594425479261596"}
        header Text, body ["end_date", "code"], buttons ["QuickReply", "DynamicUrl", "FixedUrl", "PhoneNumber", "CopyCode"]"#]].assert_eq(&read(body));
}

#[test]
fn positional_variables_are_counted_without_a_gap() {
    let example = r#"{"body_text":[["Anna","482913"]]}"#;
    check_body(
        "Hi {{1}}, your order {{2}} is ready to go.",
        example,
        expect![[r##"
        {"parameter_format":"POSITIONAL","components":[{"type":"BODY","text":"Hi {{1}}, your order {{2}} is ready to go.","example":{"body_text":[["Anna","482913"]]}}],"category":"UTILITY","id":"594425479261596"}
        header Fixed, body ["#", "#"], buttons []"##]],
    );
    check_body(
        "Hi {{2}}, your order {{1}} is ready to go.",
        example,
        expect![[r##"
        {"parameter_format":"POSITIONAL","components":[{"type":"BODY","text":"Hi {{2}}, your order {{1}} is ready to go.","example":{"body_text":[["Anna","482913"]]}}],"category":"UTILITY","id":"594425479261596"}
        header Fixed, body ["#", "#"], buttons []"##]],
    );
    check_body(
        "Hi {{1}}, your order {{3}} is ready to go.",
        example,
        expect!["100 Positional variables must be counted from {{1}} without a gap."],
    );
    check_body(
        "Hi {{01}}, your order {{2}} is ready to go.",
        example,
        expect!["100 Positional variables must be numbers, such as {{1}}."],
    );
    check_body(
        "Hi {{name}}, your order {{2}} is ready to go.",
        example,
        expect!["100 Positional variables must be numbers, such as {{1}}."],
    );
    for dangling in ["Hi {{1, thank you", "Hi 1}} thank you", "Hi {{{1}}} thank you", "Hi {{ {{1}} thank you"]
    {
        check_body(
            dangling,
            example,
            expect!["100 A variable must be written as {{1}} or {{name}}, with two braces on either side."],
        );
    }
}

#[test]
fn variables_need_words_around_them() {
    let example = r#"{"body_text":[["a"]]}"#;
    check_body(
        "{{1}} is on its way to you.",
        example,
        expect!["100/2388299 Variables can't be at the start or end of the template."],
    );
    check_body(
        "On its way to you: {{1}}",
        example,
        expect!["100/2388299 Variables can't be at the start or end of the template."],
    );
    check_body(
        "It is {{1}}.",
        example,
        expect![
            "100/2388293 This template has too many variables for its length. Reduce the number of variables or increase the message length."
        ],
    );
    check_body(
        "Order: {{1}} {{2}} {{3}}, it is on.",
        example,
        expect![
            "100/2388293 This template has too many variables for its length. Reduce the number of variables or increase the message length."
        ],
    );
}

#[test]
fn every_variable_needs_an_example() {
    let text = "Hi {{1}}, your order is ready.";
    check_body(
        text,
        "null",
        expect!["100/2388043 component of type BODY is missing expected field(s) (example)"],
    );
    check_body(
        text,
        r#"{"body_text":[["a","b"]]}"#,
        expect!["100/2388043 component of type BODY is missing expected field(s) (example)"],
    );
    check_body(
        text,
        r#"{"body_text":[[7]]}"#,
        expect!["100/2388043 component of type BODY is missing expected field(s) (example)"],
    );
    check_body(
        text,
        r#"{"body_text":["a"]}"#,
        expect![[r##"
        {"parameter_format":"POSITIONAL","components":[{"type":"BODY","text":"Hi {{1}}, your order is ready.","example":{"body_text":[["a"]]}}],"category":"UTILITY","id":"594425479261596"}
        header Fixed, body ["#"], buttons []"##]],
    );
}

#[test]
fn texts_have_their_lengths_and_their_marks() {
    check_body(&"a".repeat(1_025), "null", expect!["100/2388040 body can have at most 1024 characters."]);
    check_body(
        "Two\n\n\nbreaks too many.",
        "null",
        expect![
            "100/2388072 The body can't have tabs, more than two consecutive line breaks or more than four consecutive spaces."
        ],
    );
    check_body("", "null", expect!["100/2388043 component of type BODY is missing expected field(s) (text)"]);
    check_header(
        r#""format":"TEXT","text":"*Bold*""#,
        expect!["100/2388047 The header can't have line breaks, formatting characters or emojis."],
    );
    check_header(
        r#""format":"TEXT","text":"Party 🎉""#,
        expect!["100/2388047 The header can't have line breaks, formatting characters or emojis."],
    );
    check_header(
        &format!(r#""format":"TEXT","text":"{}""#, "a".repeat(61)),
        expect!["100/2388040 header can have at most 60 characters."],
    );
    check_header(
        r#""format":"TEXT","text":"{{1}} and {{2}}","example":{"header_text":["a","b"]}"#,
        expect!["100 The text of a HEADER can have one variable."],
    );
    check(
        r#"[{"type":"BODY","text":"Hello."},{"type":"FOOTER","text":"For {{1}}"}]"#,
        expect!["100/2388073 The footer can't have line breaks, formatting characters, emojis or variables."],
    );
    check(
        &format!(r#"[{{"type":"BODY","text":"Hello."}},{{"type":"FOOTER","text":"{}"}}]"#, "a".repeat(61)),
        expect!["100/2388040 footer can have at most 60 characters."],
    );
}

#[test]
fn a_header_is_a_text_a_medium_or_a_place() {
    check_header(
        r#""format":"IMAGE","example":{"header_handle":["4::aW"]}"#,
        expect![[r#"
        {"parameter_format":"POSITIONAL","components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},{"type":"BODY","text":"Hello."}],"category":"UTILITY","id":"594425479261596"}
        header Media, body [], buttons []"#]],
    );
    check_header(
        r#""format":"VIDEO""#,
        expect!["100/2388043 component of type HEADER is missing expected field(s) (example)"],
    );
    check_header(
        r#""format":"LOCATION""#,
        expect![[r#"
        {"parameter_format":"POSITIONAL","components":[{"type":"HEADER","format":"LOCATION"},{"type":"BODY","text":"Hello."}],"category":"UTILITY","id":"594425479261596"}
        header Location, body [], buttons []"#]],
    );
    check_header(
        r#""format":"HOLOGRAM""#,
        expect![[
            r#"100 (#100) Param components['format'] must be one of {DOCUMENT, IMAGE, LOCATION, TEXT, VIDEO} - got "HOLOGRAM"."#
        ]],
    );
}

#[test]
fn each_category_has_its_own_times_to_live() {
    let with = |category: &str, ttl: i64| {
        let body = format!(
            r#"{{"name":"order","language":"en","category":"{category}","message_send_ttl_seconds":{ttl},"components":[{{"type":"BODY","text":"Hello."}}]}}"#
        );
        match MessageTemplate::parse(body.as_bytes(), GraphVersion::default()) {
            Ok(template) => format!("{} s", template.kept_seconds()),
            Err(refusal) => words(&refusal),
        }
    };
    for (category, ttl, kept) in [
        ("UTILITY", 30, "30 s"),
        ("UTILITY", 43_200, "43200 s"),
        ("UTILITY", -1, "2592000 s"),
        ("MARKETING", 43_200, "43200 s"),
        ("MARKETING", 2_592_000, "2592000 s"),
    ] {
        assert_eq!(with(category, ttl), kept);
    }
    for (category, ttl) in [("UTILITY", 29), ("UTILITY", 43_201), ("UTILITY", 0)] {
        assert_eq!(
            with(category, ttl),
            "100 message_send_ttl_seconds must be an integer from 30 to 43200, or -1, for UTILITY."
        );
    }
    for (category, ttl) in [("MARKETING", 43_199), ("MARKETING", 2_592_001), ("MARKETING", -1)] {
        assert_eq!(
            with(category, ttl),
            "100 message_send_ttl_seconds must be an integer from 43200 to 2592000 for MARKETING."
        );
    }
}

#[test]
fn what_is_of_authentication_templates_stays_there() {
    check(
        r#"[{"type":"BODY","text":"Hello.","add_security_recommendation":true}]"#,
        expect![
            "100 add_security_recommendation and code_expiration_minutes are for AUTHENTICATION templates only."
        ],
    );
    check(
        r#"[{"type":"BODY","text":"Hello."},{"type":"FOOTER","code_expiration_minutes":5}]"#,
        expect![
            "100 add_security_recommendation and code_expiration_minutes are for AUTHENTICATION templates only."
        ],
    );
    check(
        r#"[{"type":"BODY","text":"Hello."},{"type":"CAROUSEL"}]"#,
        expect!["100 This mock knows no CAROUSEL components, only BODY, BUTTONS, FOOTER and HEADER."],
    );
    check(
        r#"[{"type":"BODY","text":"Hello."},{"type":"BODY","text":"Hello."}]"#,
        expect!["100 There can be only one BODY component."],
    );
    check(
        r#"[{"type":"FOOTER","text":"Bye"}]"#,
        expect!["100 A template needs a BODY component with a text."],
    );
}

#[test]
fn what_else_is_said_of_a_template_is_kept_and_told() {
    let with = |category: &str, members: &str| {
        let components = match category {
            "AUTHENTICATION" => {
                r#"[{"type":"BODY"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]"#
            }
            _ => r#"[{"type":"BODY","text":"Hello."}]"#,
        };
        let body = format!(
            r#"{{"name":"order","language":"en","category":"{category}",{members},"components":{components}}}"#
        );
        match MessageTemplate::parse(body.as_bytes(), GraphVersion::default()) {
            Ok(template) => {
                let fields = TemplateFields::parse("sub_category,cta_url_link_tracking_opted_out").unwrap();
                String::from_utf8(TemplateNode::new(&record(template), fields).to_json()).unwrap()
            }
            Err(refusal) => words(&refusal),
        }
    };
    let check =
        |category: &str, members: &str, expected: Expect| expected.assert_eq(&with(category, members));
    let both = r#""sub_category":"order_status","cta_url_link_tracking_opted_out":true"#;
    check(
        "UTILITY",
        both,
        expect![[
            r#"{"sub_category":"ORDER_STATUS","cta_url_link_tracking_opted_out":true,"id":"594425479261596"}"#
        ]],
    );
    check("AUTHENTICATION", both, expect![[r#"{"id":"594425479261596"}"#]]);
    check(
        "UTILITY",
        r#""sub_category":"order status""#,
        expect!["100 sub_category must be a word such as ORDER_STATUS."],
    );
    check(
        "MARKETING",
        r#""cta_url_link_tracking_opted_out":"perhaps""#,
        expect!["100 cta_url_link_tracking_opted_out must be true or false."],
    );
}
