//! What may be seen of a request: everything but codes, tokens and phone numbers.
//!
//! The rule is a list of what stays, so that what nobody has thought of is masked.

use cloud_api::query;
use serde_json::Value;

/// The fields whose texts and numbers stay as they are.
const KEPT: [&str; 46] = [
    "messaging_product",
    "recipient_type",
    "type",
    "sub_type",
    "index",
    "name",
    "policy",
    "category",
    "status",
    "message",
    "details",
    "title",
    "error_user_title",
    "error_user_msg",
    "fbtrace_id",
    "otp_type",
    "language",
    "format",
    "object",
    "fields",
    "message_status",
    "event",
    "limit",
    "error_code",
    "error_subcode",
    "success",
    "allow_category_change",
    "message_send_ttl_seconds",
    "code_expiration_minutes",
    "add_security_recommendation",
    "zero_tap_terms_accepted",
    "parameter_format",
    "quality_rating",
    "quality_score",
    "score",
    "order",
    "sort",
    "is_transient",
    "field",
    "package_name",
    "signature_hash",
    "hsm_id",
    "metric_types",
    "granularity",
    "start",
    "end",
];

/// The calls in lists of fields whose digits are times and counts.
const COUNTING: [&str; 5] = ["start", "end", "since", "until", "limit"];

/// A JSON value with all masked that may hold a secret.
pub(crate) fn value(value: &mut Value, field: &str) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, inner)| {
            // The code of an error is Meta's; any other one is a person's.
            let is_metas = name == "code" && matches!(field, "error" | "errors");
            self::value(inner, if is_metas { "error_code" } else { name });
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| self::value(item, field)),
        Value::String(text) if is_harmless(field, text) => *text = self::text(text),
        Value::String(text) => *text = masked(text),
        Value::Number(number) if !KEPT.contains(&field) && number.as_u64().is_none_or(|n| n > 999) => {
            *value = Value::String(masked(&number.to_string()));
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// A query with all values masked that may hold a secret.
pub(crate) fn query(text: &str) -> String {
    let mut shown = String::new();
    for (name, value) in query::pairs(text) {
        let is_harmless = KEPT.contains(&&*name) || ["fields", "limit", "after", "before"].contains(&&*name);
        query::push(&mut shown, &name, &if is_harmless { self::text(&value) } else { "masked".to_owned() });
    }
    shown
}

/// A path, a sentence or a list of fields with all masked that may be or hold a phone number: ids of
/// messages, and digits in calls such as `analytics.phone_numbers(…)`.
pub(crate) fn text(text: &str) -> String {
    calls(&ids(text))
}

fn ids(text: &str) -> String {
    const START: &str = "wamid.";
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || "+/=-_%".contains(c);
    let mut parts = text.split(START);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str(START);
        shown.push_str("********");
        shown.push_str(part.trim_start_matches(is_of_id));
    }
    shown
}

/// Masks the digits of what calls are given, but for those that are given times and counts.
fn calls(text: &str) -> String {
    let (mut shown, mut name) = (String::with_capacity(text.len()), "");
    for part in text.split_inclusive('(') {
        let is_harmless = name.is_empty() || COUNTING.contains(&name);
        let end = part.find(')').unwrap_or(part.len());
        let given = part[..end].chars();
        shown.extend(given.map(|c| if c.is_ascii_digit() && !is_harmless { '*' } else { c }));
        shown.push_str(&part[end..]);
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        name = part.trim_end_matches('(').rsplit(|c| !is_of_name(c)).next().unwrap_or_default();
    }
    shown
}

/// Whether a text in this field can hold neither a code nor a number nor a token.
fn is_harmless(field: &str, text: &str) -> bool {
    match field {
        // The code of a language stays, a code for a person does not.
        "code" => text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') && text.len() <= 6,
        // An id of a message holds the phone number.
        "id" => !text.starts_with("wamid."),
        field => KEPT.contains(&field),
    }
}

fn masked(text: &str) -> String {
    format!("({} characters)", text.chars().count())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(body: &str, expected: Expect) {
        let mut value = serde_json::from_str(body).unwrap();
        super::value(&mut value, "");
        expected.assert_eq(&value.to_string());
    }

    #[test]
    fn codes_and_numbers_are_masked_and_the_shape_stays() {
        check(
            r#"{"to":"+16505551234","type":"template","template":{"name":"login","language":{"code":"en_US"},
               "components":[{"type":"button","sub_type":"url","index":0,
                              "parameters":[{"type":"text","text":"482913"}]}]}}"#,
            expect![[
                r#"{"template":{"components":[{"index":0,"parameters":[{"text":"(6 characters)","type":"text"}],"sub_type":"url","type":"button"}],"language":{"code":"en_US"},"name":"login"},"to":"(12 characters)","type":"template"}"#
            ]],
        );
        check(
            r#"{"messages":[{"id":"wamid.HBgLMTY1"}],"contacts":[{"input":"1650","wa_id":"1650"}]}"#,
            expect![[
                r#"{"contacts":[{"input":"(4 characters)","wa_id":"(4 characters)"}],"messages":[{"id":"(14 characters)"}]}"#
            ]],
        );
        check(
            r#"{"code":"123456","pin":123456}"#,
            expect![[r#"{"code":"(6 characters)","pin":"(6 characters)"}"#]],
        );
        check(r#"{"code":482913}"#, expect![[r#"{"code":"(6 characters)"}"#]]);
        check(
            r#"{"error":{"code":131056},"errors":[{"code":139100}]}"#,
            expect![[r#"{"error":{"code":131056},"errors":[{"code":139100}]}"#]],
        );
    }

    #[test]
    fn a_token_in_a_query_is_masked() {
        expect!["access_token=masked&limit=3"].assert_eq(&super::query("access_token=EAAsecret&limit=3"));
    }

    #[test]
    fn the_code_of_a_login_and_that_of_a_number_are_masked_in_a_query() {
        expect!["code=masked&code=masked&fields=id"]
            .assert_eq(&super::query("code=AQsecret&code=482913&fields=id"));
    }

    #[test]
    fn numbers_in_calls_of_fields_are_masked_and_times_stay() {
        let fields =
            "id,analytics.start(1750000000).end(1750032000).phone_numbers([\"+1 650-555\", 16505551234])";
        let shown = expect![[
            r#"id,analytics.start(1750000000).end(1750032000).phone_numbers(["+* ***-***", ***********])"#
        ]];
        shown.assert_eq(&super::text(fields));
        expect!["fields=id%2Canalytics.start%281750000000%29.end%281750032000%29.phone_numbers%28%5B%22%2B%2A%20%2A%2A%2A-%2A%2A%2A%22%2C%20%2A%2A%2A%2A%2A%2A%2A%2A%2A%2A%2A%5D%29"].assert_eq(&super::query(&format!("fields={}", fields.replace('+', "%2B"))));
        check(
            &serde_json::json!({ "fields": fields }).to_string(),
            expect![[
                r#"{"fields":"id,analytics.start(1750000000).end(1750032000).phone_numbers([\"+* ***-***\", ***********])"}"#
            ]],
        );
        expect!["After analytics, but found `.phone_numbers(***********`."]
            .assert_eq(&super::text("After analytics, but found `.phone_numbers(16505551234`."));
        let sentence = "(#100) number of params (2) does not match, Object with ID '106540352242922'";
        assert_eq!(super::text(sentence), sentence);
    }

    #[test]
    fn ids_of_messages_are_masked_wherever_they_stand() {
        expect!["/v23.0/wamid.********"].assert_eq(&super::text("/v23.0/wamid.HBgLMTY1MDU1NTEyMzQ%3D"));
        expect!["no 'wamid.********' and no 'wamid.********'."]
            .assert_eq(&super::text("no 'wamid.HBg=' and no 'wamid.HBgL/a+'."));
    }
}
