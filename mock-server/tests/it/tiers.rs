//! The messaging limit, the throughput and the quality of numbers, in virtual time.

use expect_test::{Expect, expect};

use crate::meta::{Callback, Meta, SEND, path, text};

const NUMBER: &str = "106540352242922";

async fn change(meta: &Meta, path: &str, body: &str) {
    let response = meta.client.post(meta.url(path)).body(body.to_owned()).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", text(response).await);
}

async fn change_phone(meta: &Meta, person: u64, body: &str) {
    let url = meta.url(&format!("/_mock/phones/1650555{person:04}"));
    let response = meta.client.patch(url).body(body.to_owned()).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", text(response).await);
}

/// Sends to a person, and gives the status of the answer.
async fn send(meta: &Meta, person: u64) -> u16 {
    let body = SEND.replace("+1 650 555 1234", &format!("1650555{person:04}"));
    meta.post(&path("messages"), body).send().await.unwrap().status().as_u16()
}

async fn field(meta: &Meta, field: &str) -> String {
    text(meta.get(&format!("/v24.0/{NUMBER}?fields={field}")).send().await.unwrap()).await
}

/// What the next webhook tells, in brief.
async fn told(callback: &mut Callback) -> String {
    let change = callback.next().await;
    format!("{} {}", change["field"].as_str().unwrap(), change["value"])
}

#[track_caller]
fn check(told: &str, expected: Expect) {
    expected.assert_eq(told);
}

#[tokio::test]
async fn who_is_beyond_the_messaging_limit_is_told_in_a_failed_status_whose_code_is_a_setting() {
    for (profile, code) in [("", 131_048), ("profile = { messaging-limit-code = 131064 }", 131_064)] {
        let meta = Meta::start_with("", profile).await;
        meta.approve_template().await;
        change(&meta, "/_mock/accounts/102290129340398", r#"{"tier":"TIER_50"}"#).await;
        let mut callback = Callback::start().await;
        meta.subscribe_to(&callback, "messages").await;
        for person in 0..51 {
            assert_eq!(send(&meta, person).await, 200);
            meta.advance(60).await;
        }
        let mut codes = Vec::new();
        for _ in 0..3 * 50 + 1 {
            let status = callback.next().await["value"]["statuses"][0].take();
            codes.extend(status["errors"][0]["code"].as_u64());
        }
        assert_eq!(codes, [code]);
    }
}

#[tokio::test]
async fn a_limit_that_was_half_used_rises_within_six_hours() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    change(&meta, "/_mock/accounts/102290129340398", r#"{"tier":"TIER_50"}"#).await;
    let mut callback = Callback::start().await;
    meta.subscribe_to(&callback, "business_capability_update,phone_number_quality_update").await;
    for person in 0..25 {
        assert_eq!(send(&meta, person).await, 200);
    }
    meta.advance(6 * 3_600 - 1).await;
    assert!(field(&meta, "whatsapp_business_manager_messaging_limit").await.contains("TIER_50"));
    meta.advance(1).await;
    assert!(field(&meta, "whatsapp_business_manager_messaging_limit").await.contains("TIER_250"));
    let mut both = [told(&mut callback).await, told(&mut callback).await];
    both.sort();
    check(
        &both.join("\n"),
        expect![[r#"
        business_capability_update {"max_daily_conversation_per_phone":250,"max_daily_conversations_per_business":250,"max_phone_numbers_per_business":20,"max_phone_numbers_per_waba":25}
        phone_number_quality_update {"current_limit":"TIER_250","display_phone_number":"15550783881","event":"UPGRADE","max_daily_conversations_per_business":"TIER_250","old_limit":"TIER_50"}"#]],
    );
}

#[tokio::test]
async fn a_number_that_stays_red_for_a_week_costs_its_portfolio_a_step() {
    let meta = Meta::start().await;
    change(&meta, "/_mock/accounts/102290129340398", r#"{"tier":"TIER_10K"}"#).await;
    let mut callback = Callback::start().await;
    meta.subscribe_to(&callback, "phone_number_quality_update").await;
    change(&meta, &format!("/_mock/numbers/{NUMBER}"), r#"{"quality":"RED"}"#).await;
    check(
        &told(&mut callback).await,
        expect![[
            r#"phone_number_quality_update {"current_limit":"TIER_10K","display_phone_number":"15550783881","event":"FLAGGED","max_daily_conversations_per_business":"TIER_10K"}"#
        ]],
    );
    assert!(field(&meta, "status").await.contains("FLAGGED"));
    meta.advance(7 * 24 * 3_600).await;
    check(
        &told(&mut callback).await,
        expect![[
            r#"phone_number_quality_update {"current_limit":"TIER_2K","display_phone_number":"15550783881","event":"DOWNGRADE","max_daily_conversations_per_business":"TIER_2K","old_limit":"TIER_10K"}"#
        ]],
    );
    let after = field(&meta, "status,whatsapp_business_manager_messaging_limit").await;
    check(
        &after,
        expect![[
            r#"{"status":"CONNECTED","whatsapp_business_manager_messaging_limit":"TIER_2K","id":"106540352242922"}"#
        ]],
    );
}

#[tokio::test]
async fn a_number_at_the_standard_level_sends_eighty_a_second_and_one_on_the_app_twenty() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let at_once = async |change_to: &str| {
        meta.advance(10).await;
        change(&meta, &format!("/_mock/numbers/{NUMBER}"), change_to).await;
        let mut accepted = 0;
        for person in 0..100 {
            accepted += usize::from(send(&meta, person).await == 200);
        }
        accepted
    };
    assert_eq!(at_once(r#"{"level":"HIGH"}"#).await, 100);
    assert_eq!(at_once(r#"{"level":"STANDARD"}"#).await, 80);
    assert_eq!(at_once(r#"{"is_on_app":true}"#).await, 20);
}

#[tokio::test]
async fn a_display_name_is_decided_on_and_told() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    meta.subscribe_to(&callback, "phone_number_name_update,security").await;
    let update = r#"{"new_display_name":"Ada's Codes","pin":"123456"}"#;
    let updated = meta.post(&format!("/v23.0/{NUMBER}"), update).send().await.unwrap();
    assert_eq!(text(updated).await, r#"{"success":true}"#);
    check(
        &told(&mut callback).await,
        expect![[r#"security {"display_phone_number":"15550783881","event":"PIN_CHANGED"}"#]],
    );
    let fields = "verified_name,new_display_name,new_name_status,is_pin_enabled";
    check(
        &field(&meta, fields).await,
        expect![[
            r#"{"verified_name":"otpbench","new_display_name":"Ada's Codes","new_name_status":"PENDING_REVIEW","is_pin_enabled":true,"id":"106540352242922"}"#
        ]],
    );
    meta.advance(2).await;
    check(
        &told(&mut callback).await,
        expect![[
            r#"phone_number_name_update {"decision":"APPROVED","display_phone_number":"15550783881","rejection_reason":null,"requested_verified_name":"Ada's Codes"}"#
        ]],
    );
    check(
        &field(&meta, fields).await,
        expect![[
            r#"{"verified_name":"Ada's Codes","new_name_status":"NONE","is_pin_enabled":true,"id":"106540352242922"}"#
        ]],
    );
}

#[tokio::test]
async fn a_number_that_people_block_is_flagged_until_the_blocks_are_long_ago() {
    let numbers = "numbers = { yellow-at = 1, red-at = 2, signal-counts-for = \"48h\" }";
    let meta = Meta::start_with("", numbers).await;
    meta.approve_template().await;
    let mut callback = Callback::start().await;
    meta.subscribe_to(&callback, "phone_number_quality_update").await;
    for (person, quality) in [(1, "YELLOW"), (2, "RED")] {
        assert_eq!(send(&meta, person).await, 200);
        meta.advance(20).await;
        change_phone(&meta, person, r#"{"blocked":true}"#).await;
        assert!(field(&meta, "quality_rating").await.contains(quality), "{quality}");
    }
    check(
        &told(&mut callback).await,
        expect![[
            r#"phone_number_quality_update {"current_limit":"TIER_UNLIMITED","display_phone_number":"15550783881","event":"FLAGGED","max_daily_conversations_per_business":"TIER_UNLIMITED"}"#
        ]],
    );
    meta.advance(2 * 86_400 - 20).await;
    check(
        &told(&mut callback).await,
        expect![[
            r#"phone_number_quality_update {"current_limit":"TIER_UNLIMITED","display_phone_number":"15550783881","event":"UNFLAGGED","max_daily_conversations_per_business":"TIER_UNLIMITED"}"#
        ]],
    );
    assert!(field(&meta, "quality_rating").await.contains("YELLOW"));
    meta.advance(20).await;
    assert!(field(&meta, "quality_rating").await.contains("GREEN"));
}

#[tokio::test]
async fn a_template_that_people_block_or_did_not_ask_for_is_paused_and_then_sends_nothing() {
    let meta = Meta::start_with("", "templates = { yellow-at = 1, red-at = 2 }").await;
    meta.approve_template().await;
    let mut callback = Callback::start().await;
    let fields = "message_template_quality_update,message_template_status_update";
    meta.subscribe_to(&callback, fields).await;
    for person in [1, 2] {
        change_phone(&meta, person, r#"{"report_button":true}"#).await;
        assert_eq!(send(&meta, person).await, 200);
    }
    meta.advance(20).await;
    change_phone(&meta, 1, r#"{"blocked":true}"#).await;
    let mut story = format!("{}\n", told(&mut callback).await);
    change(&meta, "/_mock/phones/16505550002/messages/latest/press", r#"{"button":1}"#).await;
    story += &format!("{}\n", told(&mut callback).await);
    story += &format!("{}\n", told(&mut callback).await);
    let refused = meta.post(&path("messages"), SEND).send().await.unwrap();
    story += text(refused).await.split("fbtrace_id").next().unwrap();
    check(
        &story,
        expect![[r#"
        message_template_quality_update {"message_template_id":1000000000000001,"message_template_language":"en_US","message_template_name":"login_code","new_quality_score":"YELLOW","previous_quality_score":"UNKNOWN"}
        message_template_quality_update {"message_template_id":1000000000000001,"message_template_language":"en_US","message_template_name":"login_code","new_quality_score":"RED","previous_quality_score":"YELLOW"}
        message_template_status_update {"event":"PAUSED","message_template_category":"AUTHENTICATION","message_template_id":1000000000000001,"message_template_language":"en_US","message_template_name":"login_code","other_info":{"description":"The template is paused for 3 hours.","title":"FIRST_PAUSE"},"reason":"NONE"}
        {"error":{"message":"(#132015) Template is Paused","type":"OAuthException","code":132015,"error_data":{"messaging_product":"whatsapp","details":"Template is paused due to low quality so it cannot be sent in a template message."},""#]],
    );
    meta.advance(3 * 3_600).await;
    assert_eq!(send(&meta, 3).await, 200);
}

#[tokio::test]
async fn who_did_not_request_a_code_counts_against_the_number_that_sent_it() {
    let numbers = "numbers = { yellow-at = 1, red-at = 9 }";
    let meta = Meta::start_with("", numbers).await;
    meta.approve_template().await;
    change_phone(&meta, 1, r#"{"report_button":true}"#).await;
    assert_eq!(send(&meta, 1).await, 200);
    meta.advance(20).await;
    assert!(field(&meta, "quality_rating").await.contains("GREEN"));
    change(&meta, "/_mock/phones/16505550001/messages/latest/press", r#"{"button":1}"#).await;
    assert!(field(&meta, "quality_rating").await.contains("YELLOW"));
    change(&meta, &format!("/_mock/numbers/{NUMBER}"), r#"{"quality":"GREEN"}"#).await;
    meta.advance(8 * 86_400).await;
    assert!(field(&meta, "quality_rating").await.contains("GREEN"));
}
