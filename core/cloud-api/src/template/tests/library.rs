//! The template library, and templates made from it.

use expect_test::{Expect, expect};

use super::{parameters, record, words};
use crate::send::{MessageBody, SendRequest, parse_send};
use crate::template::{
    LibraryEntry, LibraryQuery, MessageTemplate, ParameterType, SendShape, TemplateCategory, TemplateFields,
    TemplateNode,
};
use crate::version::GraphVersion;

#[track_caller]
fn check_found(query: &str, expected: Expect) {
    let query = LibraryQuery::parse(parameters(query).json());
    let found = query.map(|query| serde_json::to_value(query.found()).unwrap());
    expected.assert_eq(&match found {
        Ok(found) => {
            let names =
                found.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>().join(" ")
        }
        Err(refusal) => words(&refusal),
    });
}

fn read(body: &str) -> Result<MessageTemplate, String> {
    MessageTemplate::parse(body.as_bytes(), GraphVersion::default()).map_err(|refusal| words(&refusal))
}

/// Checks what a request with these members besides name and language makes.
#[track_caller]
fn check(members: &str, expected: Expect) {
    let body = format!(r#"{{"name":"mine","language":"en_US",{members}}}"#);
    expected.assert_eq(&match read(&body) {
        Ok(template) => {
            let fields = "components,category,library_template_name,message_send_ttl_seconds";
            let node = TemplateNode::new(&record(template), TemplateFields::parse(fields).unwrap());
            String::from_utf8(node.to_json()).unwrap()
        }
        Err(words) => words,
    });
}

const AUTHENTICATION: &str = r#""category":"AUTHENTICATION","library_template_name":"verify_transaction_1""#;
const DELIVERY: &str = r#""category":"UTILITY","library_template_name":"delivery_update_1""#;

#[test]
fn the_library_is_searched_and_filtered() {
    check_found(
        "",
        expect![
            "verify_transaction_1 verify_account_1 verify_order_1 ecommerce_purchase_code retail_pickup_code auto_service_appointment_code travel_booking_code clinic_appointment_code beauty_booking_change_code delivery_update_1 payment_due_reminder_1 account_creation_confirmation_1"
        ],
    );
    check_found(
        "search=VERIFY",
        expect!["verify_transaction_1 verify_account_1 verify_order_1 clinic_appointment_code"],
    );
    check_found("topic=payments", expect!["payment_due_reminder_1"]);
    check_found("usecase=ORDER_PICK_UP", expect!["retail_pickup_code"]);
    check_found("industry=TRAVEL", expect!["travel_booking_code"]);
    check_found("industry=[\"travel\",\"RETAIL\"]", expect!["retail_pickup_code travel_booking_code"]);
    check_found("name=verify_account_1&language=fr", expect!["verify_account_1"]);
    check_found("name=verify_account", expect![]);
    check_found("language=klingon", expect!["100/2388049 The language klingon is not supported."]);
    check_found("after=garbage", expect!["131059 (#131059) Invalid cursor"]);
}

#[test]
fn an_entry_shows_its_text_and_the_types_of_its_parameters() {
    let found = |query: &str| {
        let query = LibraryQuery::parse(parameters(query).json()).unwrap();
        serde_json::to_string(&query.found()).unwrap()
    };
    expect![[r#"[{"name":"delivery_update_1","language":"en_US","category":"UTILITY","topic":"ORDER_MANAGEMENT","usecase":"DELIVERY_UPDATE","industry":["E_COMMERCE"],"header":"Your order is on its way","body":"Hi {{1}}, your order {{2}} will be delivered to {{3}} on {{4}}. Thank you for your patience.","body_params":["Anna","1234","12 Main Street","12 May 2026"],"body_param_types":["TEXT","NUMBER","ADDRESS","DATE"],"buttons":[{"type":"URL","text":"Track order","url":"https://www.example.com/{{1}}"},{"type":"PHONE_NUMBER","text":"Call us","phone_number":"+15550051310"}],"id":"7000000000000021"}]"#]].assert_eq(&found("name=delivery_update_1"));
    expect![[r#"[{"name":"verify_transaction_1","language":"de","category":"AUTHENTICATION","topic":"IDENTITY_VERIFICATION","usecase":"TRANSACTION_VERIFICATION","industry":["E_COMMERCE","FINANCIAL_SERVICES"],"body":"Use code *{{1}}* to authorize your transaction.","body_params":["123456"],"body_param_types":["TEXT"],"buttons":[{"type":"OTP","otp_type":"ZERO_TAP","text":"Copy code"}],"id":"7000000000000001","is_fallback":true}]"#]].assert_eq(&found("name=verify_transaction_1&language=de"));
}

#[test]
fn a_code_of_the_library_keeps_its_words() {
    check(
        AUTHENTICATION,
        expect![[
            r#"{"components":[{"type":"BODY","text":"Use code *{{1}}* to authorize your transaction.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]}]}],"category":"AUTHENTICATION","message_send_ttl_seconds":900,"library_template_name":"verify_transaction_1","id":"594425479261596"}"#
        ]],
    );
    check(
        &format!(
            r#"{AUTHENTICATION},"message_send_ttl_seconds":60,
            "library_template_body_inputs":{{"add_security_recommendation":true,"code_expiration_minutes":5}},
            "library_template_button_inputs":[{{"type":"OTP","otp_type":"ZERO_TAP","zero_tap_terms_accepted":true,
            "supported_apps":[{{"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}}]}}]"#
        ),
        expect![[
            r#"{"components":[{"type":"BODY","text":"Use code *{{1}}* to authorize your transaction. For your security, do not share this code.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"This code expires in 5 minutes.","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.app&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=5&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.app&signature_hash=K8a%2FAINcGX7&code_expiration_minutes=5&code=otp123456"]}]}],"category":"AUTHENTICATION","message_send_ttl_seconds":60,"library_template_name":"verify_transaction_1","id":"594425479261596"}"#
        ]],
    );
}

#[test]
fn inputs_may_be_written_with_single_quotes_in_a_text() {
    check(
        &format!(
            r#"{DELIVERY},"library_template_button_inputs":"[{{'type':'URL','url':{{'base_url':'https://shop.example/{{{{1}}}}','url_suffix_example':'https://shop.example/demo'}}}},{{'type':'PHONE_NUMBER','phone_number':'+15550051310'}}]""#
        ),
        expect![[
            r#"{"components":[{"type":"HEADER","format":"TEXT","text":"Your order is on its way"},{"type":"BODY","text":"Hi {{1}}, your order {{2}} will be delivered to {{3}} on {{4}}. Thank you for your patience.","example":{"body_text":[["Anna","1234","12 Main Street","12 May 2026"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Track order","url":"https://shop.example/{{1}}","example":["https://shop.example/demo"]},{"type":"PHONE_NUMBER","text":"Call us","phone_number":"+15550051310"}]}],"category":"UTILITY","library_template_name":"delivery_update_1","id":"594425479261596"}"#
        ]],
    );
}

#[test]
fn wrong_inputs_are_refused() {
    check(
        r#""category":"UTILITY","library_template_name":"nothing""#,
        expect!["100 There is no template nothing in the template library."],
    );
    check(
        r#""category":"UTILITY","library_template_name":"verify_transaction_1""#,
        expect!["100 The category of the library template verify_transaction_1 is AUTHENTICATION."],
    );
    check(
        DELIVERY,
        expect![
            "100 library_template_button_inputs must be an array with URL, then PHONE_NUMBER for delivery_update_1."
        ],
    );
    check(
        &format!(r#"{DELIVERY},"library_template_button_inputs":"[nonsense""#),
        expect!["100 library_template_button_inputs must be an array."],
    );
    check(
        &format!(r#"{DELIVERY},"library_template_button_inputs":[1,2]"#),
        expect![
            "100 library_template_button_inputs must be an array with URL, then PHONE_NUMBER for delivery_update_1."
        ],
    );
    let inputs = |url: &str| {
        format!(
            r#"{DELIVERY},"library_template_button_inputs":[{{"type":"URL","url":{url}}},{{"type":"PHONE_NUMBER"}}]"#
        )
    };
    check(&inputs("{}"), expect!["100 base_url must be an address."]);
    check(
        &inputs(r#"{"base_url":"https://a.example/{{1}}"}"#),
        expect!["100/2388043 component of type BUTTONS is missing expected field(s) (example)"],
    );
    check(
        &inputs(r#"{"base_url":"https://a.example/"}"#),
        expect!["100 phone_number must be a phone number."],
    );
    let body = |inputs: &str| format!(r#"{AUTHENTICATION},"library_template_body_inputs":{inputs}"#);
    check(&body("7"), expect!["100 library_template_body_inputs must be an object."]);
    check(&body("[1]"), expect!["100 library_template_body_inputs must be an object."]);
    check(
        &body(r#"{"code_expiration_minutes":91}"#),
        expect!["100 code_expiration_minutes must be an integer from 1 to 90."],
    );
    check(
        &body(r#"{"add_security_recommendation":"yes"}"#),
        expect!["100 add_security_recommendation must be true or false."],
    );
    let button = |input: &str| format!(r#"{AUTHENTICATION},"library_template_button_inputs":{input}"#);
    check(&button("{}"), expect!["100 library_template_button_inputs must be an array."]);
    check(
        &button(r#"[{"type":"URL"}]"#),
        expect!["100 library_template_button_inputs must be an array with OTP for verify_transaction_1."],
    );
    check(
        &button(r#"[{"type":"OTP"}]"#),
        expect![[
            r#"100 (#100) Param library_template_button_inputs['otp_type'] must be one of {COPY_CODE, ONE_TAP, ZERO_TAP} - got ""."#
        ]],
    );
    check(
        &button(r#"[{"type":"OTP","otp_type":"ONE_TAP"}]"#),
        expect!["100 supported_apps must hold 1 to 5 apps for ONE_TAP."],
    );
    check(
        &button(r#"[{"type":"OTP","otp_type":"ZERO_TAP"}]"#),
        expect!["100 zero_tap_terms_accepted must be true for ZERO_TAP."],
    );
}

#[test]
fn every_entry_makes_a_template_whose_parameters_have_types() {
    for entry in LibraryEntry::all() {
        let inputs: Vec<_> = match entry.category {
            TemplateCategory::Authentication => Vec::new(),
            _ => entry
                .buttons
                .iter()
                .map(|button| match button.kind() {
                    "URL" => serde_json::json!({"type": "URL", "url": {"base_url": "https://a.example/"}}),
                    _ => serde_json::json!({"type": "PHONE_NUMBER", "phone_number": "+15550051310"}),
                })
                .collect(),
        };
        let body = serde_json::json!({
            "name": "mine", "language": "en", "category": entry.category.word(),
            "library_template_name": entry.name, "library_template_button_inputs": inputs,
        });
        let template = read(&body.to_string()).unwrap();
        assert_eq!(template.library.as_deref(), Some(entry.name));
        let shape = SendShape::of(&template);
        assert_eq!(shape.body.len(), entry.parameters.len(), "{}", entry.name);
        for (slot, (example, kind)) in shape.body.iter().zip(entry.parameters) {
            assert!(kind.accepts(example), "{}: {kind} takes {example}", entry.name);
            let typed =
                if entry.category == TemplateCategory::Authentication { ParameterType::Text } else { *kind };
            assert_eq!(slot.kind, typed);
        }
    }
}

#[test]
fn what_a_text_of_the_library_is_filled_with_must_be_of_its_types() {
    let template = read(
        r#"{"name":"mine","language":"en","category":"UTILITY","library_template_name":"delivery_update_1",
            "library_template_button_inputs":[{"type":"URL","url":{"base_url":"https://a.example/"}},
                {"type":"PHONE_NUMBER","phone_number":"+15550051310"}]}"#,
    );
    let shape = SendShape::of(&template.unwrap());
    let told = |values: [&str; 4]| {
        let values = values.map(|text| serde_json::json!({"type": "text", "text": text}));
        let body = serde_json::json!({
            "messaging_product": "whatsapp", "to": "16505551234", "type": "template",
            "template": {"name": "mine", "language": {"code": "en"},
                "components": [{"type": "body", "parameters": values}]},
        });
        let body = body.to_string();
        let Ok(SendRequest::Message(send)) = parse_send(body.as_bytes()) else { panic!("it is a message") };
        let MessageBody::Template(template) = send.body else { panic!("it has a template") };
        match template.values(&shape) {
            Ok(_) => "they fit".to_owned(),
            Err(refusal) => format!("{} {}", refusal.code(), refusal.details().unwrap_or_default()),
        }
    };
    expect!["they fit"].assert_eq(&told(["Anna", "1234", "12 Main Street", "12 May 2026"]));
    expect!["132012 body: Format mismatch, expected NUMBER, received TEXT"].assert_eq(&told([
        "Anna",
        "many",
        "12 Main Street",
        "12 May 2026",
    ]));
    expect!["132012 body: Format mismatch, expected ADDRESS, received TEXT"].assert_eq(&told([
        "Anna",
        "1234",
        &"long ".repeat(60),
        "12 May 2026",
    ]));
    expect!["132012 body: Format mismatch, expected DATE, received TEXT"].assert_eq(&told([
        "Anna",
        "1234",
        "12 Main Street",
        "soon",
    ]));
}
