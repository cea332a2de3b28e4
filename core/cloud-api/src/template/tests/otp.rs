//! Codes in templates that are not made for them.

use crate::template::{LibraryEntry, MessageTemplate, TemplateCategory};
use crate::version::GraphVersion;

fn sends_a_code(text: &str) -> bool {
    let examples = vec!["example"; text.matches("{{").count()];
    let body = serde_json::json!({
        "name": "mine", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": text, "example": {"body_text": [examples]}}],
    });
    MessageTemplate::parse(body.to_string().as_bytes(), GraphVersion::default()).unwrap().sends_a_code()
}

#[test]
fn codes_that_verify_are_noticed() {
    for text in [
        "Your verification code is {{1}}.",
        "Hello, {{1}} is your login code.",
        "Use code *{{1}}* to authorize your transaction.",
        "Tu código de verificación es *{{1}}*.",
        "Kode verifikasi Anda adalah {{1}}.",
    ] {
        assert!(sends_a_code(text), "{text}");
    }
}

#[test]
fn the_six_industries_send_codes() {
    let industries = ["RETAIL", "AUTO", "TRAVEL", "MEDICAL_CLINIC", "BEAUTY"];
    let entries = LibraryEntry::all().iter().filter(|entry| {
        entry.industries.iter().any(|industry| industries.contains(industry))
            || entry.name == "ecommerce_purchase_code"
    });
    let mut count = 0;
    for entry in entries {
        assert_eq!(entry.category, TemplateCategory::Utility);
        assert!(sends_a_code(entry.body), "{}", entry.name);
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn what_only_looks_like_a_code_is_left_alone() {
    for text in [
        "Shop now through {{1}} and use code {{2}} to get {{3}} off of all merchandise.",
        "Hi {{1}}, your order {{2}} is confirmed and on its way to you.",
        "Hi {{1}}, please confirm your appointment on {{2}} with us.",
        "Thank you for your order.",
    ] {
        assert!(!sends_a_code(text), "{text}");
    }
}
