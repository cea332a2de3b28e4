//! The requests whose answers are held against the document.

use serde_json::{Value, json};

/// A request, and which operation of the document it is.
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

pub(super) fn call(operation: &'static str, path: impl Into<String>, body: Option<Value>) -> Call {
    Call { operation, path: path.into(), body }
}

/// Every operation of the document, in an order in which each finds what it needs.
///
/// `$NAME` in a path stands for an id: those of the tenant, and what earlier answers gave.
pub(super) fn calls() -> Vec<Call> {
    [calls_of_messages(), calls_of_the_number(), calls_of_the_account()].into_iter().flatten().collect()
}

fn calls_of_messages() -> Vec<Call> {
    let template = json!({
        "name": "login_code", "language": "en_US", "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": true},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    });
    let parameters = json!([{"type": "text", "text": "482913"}]);
    let send = json!({
        "messaging_product": "whatsapp", "to": "16505551234", "type": "template",
        "template": {"name": "login_code", "language": {"code": "en_US"}, "components": [
            {"type": "body", "parameters": parameters},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": parameters},
        ]},
    });
    vec![
        call("POST /{Version}/{WABA-ID}/message_templates", "$WABA/message_templates", Some(template)),
        call("GET /{Version}/{WABA-ID}/message_templates", "$WABA/message_templates", None),
        call("GET /{Version}/{TEMPLATE_ID}", "$TEMPLATE", None),
        call("POST /{Version}/{TEMPLATE_ID}", "$TEMPLATE", Some(json!({"message_send_ttl_seconds": 120}))),
        call("POST /{Version}/{Phone-Number-ID}/messages", "$PHONE/messages", Some(send.clone())),
        call("POST /{Version}/{Phone-Number-ID}/marketing_messages", "$PHONE/marketing_messages", Some(send)),
    ]
}

fn calls_of_the_number() -> Vec<Call> {
    let users = json!({"messaging_product": "whatsapp", "block_users": [{"user": "+16505551234"}]});
    vec![
        call("GET /{Version}/{Phone-Number-ID}/message_history", "$PHONE/message_history", None),
        call("GET /{Version}/{Message-History-ID}/events", "$HISTORY/events", None),
        call("GET /{Version}/{Phone-Number-ID}", "$PHONE", None),
        call("POST /{Version}/{Phone-Number-ID}", "$PHONE", Some(json!({"pin": "123456"}))),
        call("GET /{Version}/{Phone-Number-ID}/settings", "$PHONE/settings", None),
        call(
            "POST /{Version}/{Phone-Number-ID}/settings",
            "$PHONE/settings",
            Some(json!({"user_identity_change": {"enable_identity_key_check": true}})),
        ),
        call(
            "POST /{Version}/{Phone-Number-ID}/whatsapp_business_profile",
            "$PHONE/whatsapp_business_profile",
            Some(json!({"messaging_product": "whatsapp", "about": "Codes", "vertical": "OTHER"})),
        ),
        call(
            "GET /{Version}/{Phone-Number-ID}/whatsapp_business_profile",
            "$PHONE/whatsapp_business_profile",
            None,
        ),
        call("POST /{Version}/{Phone-Number-ID}/block_users", "$PHONE/block_users", Some(users.clone())),
        call("GET /{Version}/{Phone-Number-ID}/block_users", "$PHONE/block_users", None),
        call("DELETE /{Version}/{Phone-Number-ID}/block_users", "$PHONE/block_users", Some(users)),
        call("POST /{Version}/{Phone-Number-ID}/media", "$PHONE/media", None),
        call("GET /{Version}/{Media-ID}", "$MEDIA", None),
        call("DELETE /{Version}/{Media-ID}", "$MEDIA", None),
    ]
}

fn calls_of_the_account() -> Vec<Call> {
    vec![
        call("GET /{Version}/{WABA-ID}", "$WABA", None),
        call("POST /{Version}/{WABA-ID}", "$WABA", Some(json!({"is_enabled_for_insights": true}))),
        call("GET /{Version}/{WABA-ID}/activities", "$WABA/activities", None),
        call(
            "GET /{Version}/{WhatsApp-Business-Account-ID}/assigned_users",
            "$WABA/assigned_users?business=$BUSINESS",
            None,
        ),
        call("GET /{Version}/{WABA-ID}/phone_numbers", "$WABA/phone_numbers", None),
        call(
            "POST /{Version}/{WABA-ID}/phone_numbers",
            "$WABA/phone_numbers",
            Some(json!({"cc": "1", "phone_number": "6505550100", "verified_name": "Second"})),
        ),
        call(
            "POST /{Version}/{Phone-Number-ID}/request_code",
            "$NEW/request_code",
            Some(json!({"code_method": "SMS", "language": "en_US"})),
        ),
        call(
            "POST /{Version}/{Phone-Number-ID}/verify_code",
            "$NEW/verify_code",
            Some(json!({"code": "$CODE"})),
        ),
        call(
            "POST /{Version}/{Phone-Number-ID}/register",
            "$NEW/register",
            Some(json!({"messaging_product": "whatsapp", "pin": "123456"})),
        ),
        call("POST /{Version}/{Phone-Number-ID}/deregister", "$NEW/deregister", Some(json!({}))),
        call("POST /{Version}/{WABA-ID}/subscribed_apps", "$WABA/subscribed_apps", Some(json!({}))),
        call("GET /{Version}/{WABA-ID}/subscribed_apps", "$WABA/subscribed_apps", None),
        call("DELETE /{Version}/{WABA-ID}/subscribed_apps", "$WABA/subscribed_apps", None),
        call(
            "DELETE /{Version}/{WABA-ID}/message_templates",
            "$WABA/message_templates?name=login_code",
            None,
        ),
    ]
}

/// Other forms of requests and answers than those of [`calls`], in such an order too.
pub(super) fn variants() -> Vec<Call> {
    let text = json!({"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "Hello"}});
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "$INBOUND"});
    let offer = json!({
        "messaging_product": "whatsapp", "to": "16505551234", "type": "template",
        "template": {"name": "offer", "language": {"code": "en_US"}},
    });
    let mut variants = templates_of_other_kinds();
    variants.extend([
        call("GET /{Version}/{TEMPLATE_ID}", format!("$TEMPLATE?fields={TEMPLATE_FIELDS}"), None),
        call(
            "GET /{Version}/{WABA-ID}/message_templates",
            "$WABA/message_templates?limit=1&summary=total_count,message_template_limit",
            None,
        ),
        call("POST /{Version}/{Phone-Number-ID}/messages", "$PHONE/messages", Some(text)),
        call("POST /{Version}/{Phone-Number-ID}/messages", "$PHONE/messages", Some(read)),
        call(
            "POST /{Version}/{Phone-Number-ID}/marketing_messages",
            "$PHONE/marketing_messages",
            Some(offer),
        ),
        call("GET /{Version}/{Phone-Number-ID}/message_history", "$PHONE/message_history?limit=1", None),
        call("GET /{Version}/{Phone-Number-ID}", format!("$PHONE?fields={NUMBER_FIELDS}"), None),
        call("GET /{Version}/{WABA-ID}", format!("$WABA?fields={ACCOUNT_FIELDS}"), None),
        call("GET /{Version}/{WABA-ID}/activities", "$WABA/activities?limit=1", None),
    ]);
    variants
}

fn templates_of_other_kinds() -> Vec<Call> {
    let apps = json!([{"package_name": "com.example.luckyshrub", "signature_hash": "K8a/AINcGX7"}]);
    let templates = [
        json!({"name": "one_tap", "language": "en_US", "category": "AUTHENTICATION", "components": [
            {"type": "BODY"}, {"type": "FOOTER", "code_expiration_minutes": 5}, {"type": "BUTTONS", "buttons": [
                {"type": "OTP", "otp_type": "ONE_TAP", "supported_apps": apps}]}]}),
        json!({"name": "zero_tap", "language": "es_ES", "category": "AUTHENTICATION", "components": [
            {"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "ZERO_TAP",
                "supported_apps": apps, "zero_tap_terms_accepted": true}]}]}),
        json!({"name": "mine", "language": "en_US", "category": "AUTHENTICATION",
            "library_template_name": "verify_transaction_1"}),
        json!({"name": "offer", "language": "en_US", "category": "MARKETING", "components": [
            {"type": "BODY", "text": "Everything is cheaper this week."}, {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {"type": "URL", "text": "Look", "url": "https://www.example.com/"}]}]}),
    ];
    let operation = "POST /{Version}/{WABA-ID}/message_templates";
    templates.map(|template| call(operation, "$WABA/message_templates", Some(template))).into()
}

const TEMPLATE_FIELDS: &str = "name,status,category,quality_score,rejected_reason,health_status,message_send_ttl_seconds,last_updated_time";

const NUMBER_FIELDS: &str = "quality_score,code_verification_status,throughput,platform_type,status,name_status,\
    new_name_status,account_mode,is_official_business_account,is_pin_enabled,health_status,certificate,\
    country_code,country_dial_code,messaging_limit_tier,eligibility_for_api_business_global_search";

/// All but `business_verification_status`, which the real edge writes in lower case.
const ACCOUNT_FIELDS: &str = "name,timezone_id,message_template_namespace,currency,country,status,\
    account_review_status,ownership_type,is_enabled_for_insights,health_status,owner_business_info,\
    primary_business_location";
