//! What Meta tells of phone numbers, and what can be done to them.

use expect_test::{Expect, expect};

use crate::meta::{Callback, Meta, text};

const NUMBER: &str = "106540352242922";
const LIST: &str = "/v23.0/102290129340398/phone_numbers";

#[track_caller]
fn check(body: &str, expected: Expect) {
    expected.assert_eq(body);
}

async fn get(meta: &Meta, path: &str) -> String {
    text(meta.get(path).send().await.unwrap()).await
}

#[tokio::test]
async fn a_number_tells_its_default_fields_unasked() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("/v23.0/{NUMBER}")).await,
        expect![[
            r#"{"verified_name":"otpbench","code_verification_status":"VERIFIED","display_phone_number":"15550783881","quality_rating":"GREEN","platform_type":"CLOUD_API","throughput":{"level":"HIGH"},"webhook_configuration":{},"id":"106540352242922"}"#
        ]],
    );
}

#[tokio::test]
async fn the_messaging_limit_has_one_name_up_to_v23_and_another_from_v24_on() {
    let meta = Meta::start().await;
    let (old, new) = ("messaging_limit_tier", "whatsapp_business_manager_messaging_limit");
    for (version, known, unknown) in [("v23.0", old, new), ("v24.0", new, old)] {
        let body = get(&meta, &format!("/{version}/{NUMBER}?fields={known}")).await;
        assert_eq!(body, format!(r#"{{"{known}":"TIER_UNLIMITED","id":"{NUMBER}"}}"#));
        let body = get(&meta, &format!("/{version}/{NUMBER}?fields={unknown}")).await;
        assert!(body.contains(&format!("nonexisting field ({unknown})")), "{body}");
    }
}

#[tokio::test]
async fn every_field_that_pywa_asks_of_a_number_is_known() {
    let meta = Meta::start().await;
    let fields = "id,verified_name,display_phone_number,conversational_automation,status,quality_rating,\
        quality_score,webhook_configuration,name_status,new_name_status,code_verification_status,account_mode,\
        is_on_biz_app,is_official_business_account,is_pin_enabled,is_preverified_number,search_visibility,\
        platform_type,throughput,eligibility_for_api_business_global_search,health_status,certificate,\
        new_certificate,last_onboarded_time,country_code,country_dial_code,\
        whatsapp_business_manager_messaging_limit";
    let body = get(&meta, &format!("/v24.0/{NUMBER}?fields={fields}")).await;
    assert!(body.starts_with(r#"{"id":"106540352242922","verified_name":"otpbench","#), "{body}");
    assert!(body.contains(r#""status":"CONNECTED""#), "{body}");
}

#[tokio::test]
async fn numbers_are_listed_filtered_and_paged() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("{LIST}?fields=status&limit=1&sort=creation_time_descending")).await,
        expect![[
            r#"{"data":[{"status":"CONNECTED","id":"106540352242922"}],"paging":{"cursors":{"before":"MAZDZD","after":"MAZDZD"}}}"#
        ]],
    );
    let sandbox = "filtering=%5B%7B%22field%22%3A%22account_mode%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A%22SANDBOX%22%7D%5D";
    check(&get(&meta, &format!("{LIST}?{sandbox}")).await, expect![[r#"{"data":[]}"#]]);
}

#[tokio::test]
async fn a_filter_or_an_order_that_makes_no_sense_is_refused() {
    let meta = Meta::start().await;
    for (query, details) in [
        ("filtering=x", "it must be a JSON array"),
        (
            "filtering=%5B%7B%22field%22%3A%22a%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A1%7D%5D",
            "the field a must be",
        ),
        ("sort=name", "Param sort must be one of"),
        ("limit=-1", "Param limit must be a non-negative integer"),
        ("after=%21", "Invalid cursor"),
    ] {
        let body = get(&meta, &format!("{LIST}?{query}")).await;
        assert!(body.contains(details), "{query}: {body}");
    }
}

const EDGE: &str = "/v23.0/106540352242922";

/// Posts JSON and gives the status and the body.
async fn post(meta: &Meta, path: &str, body: &str) -> (u16, String) {
    let response = meta.post(path, body).send().await.unwrap();
    (response.status().as_u16(), text(response).await)
}

/// Changes how a number stands, by hand.
async fn change(meta: &Meta, id: &str, body: &str) -> String {
    let url = meta.url(&format!("/_mock/numbers/{id}"));
    let response = meta.client.post(url).body(body.to_owned()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    text(response).await
}

/// The code, the subcode and the details or the text for users of a refusal.
fn refusal(body: &str) -> String {
    let error = serde_json::from_str::<serde_json::Value>(body).unwrap()["error"].take();
    let details = error["error_data"]["details"].as_str().or(error["error_user_msg"].as_str());
    let details = details.unwrap_or_default();
    format!("{} {} {details}", error["code"], error["error_subcode"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_number_is_added_verified_and_registered_before_it_can_send() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let new = r#"{"cc":"49","phone_number":"15111111111","verified_name":"Ada"}"#;
    let (status, body) = post(&meta, LIST, new).await;
    assert_eq!(status, 200, "{body}");
    let id = serde_json::from_str::<serde_json::Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
    let path = |edge: &str| format!("/v23.0/{id}{edge}");
    let fields = "?fields=status,code_verification_status,platform_type,throughput,country_code,name_status";
    check(
        &get(&meta, &path(fields)).await.replace(&id, "ID"),
        expect![[
            r#"{"status":"UNVERIFIED","code_verification_status":"NOT_VERIFIED","platform_type":"NOT_APPLICABLE","throughput":{"level":"STANDARD"},"country_code":"DE","name_status":"PENDING_REVIEW","id":"ID"}"#
        ]],
    );
    let register = r#"{"messaging_product":"whatsapp","pin":"123456"}"#;
    let (_, body) = post(&meta, &path("/register"), register).await;
    check(&refusal(&body), expect!["133006 0 Phone number needs to be verified before registering."]);
    let (_, body) = post(&meta, &path("/messages"), crate::meta::SEND).await;
    assert!(body.contains("133010"), "{body}");

    let ask = r#"{"code_method":"SMS","language":"en_US"}"#;
    assert_eq!(post(&meta, &path("/request_code"), ask).await, (200, r#"{"success":true}"#.to_owned()));
    let (_, body) = post(&meta, &path("/request_code"), ask).await;
    check(
        &refusal(&body),
        expect!["136024 2388091 Wait 60 seconds before requesting another verification code."],
    );
    let shown = meta.client.get(meta.url(&format!("/_mock/numbers/{id}"))).send().await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&text(shown).await).unwrap();
    let code = shown["verification_code"].as_str().unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let (_, body) = post(&meta, &path("/verify_code"), &format!(r#"{{"code":"{wrong}"}}"#)).await;
    check(&refusal(&body), expect!["136025 2388093 The verification code you entered is incorrect."]);
    let (status, body) = post(&meta, &path("/verify_code"), &format!(r#"{{"code":"{code}"}}"#)).await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = post(&meta, &path("/register"), register).await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = post(&meta, &path("/messages"), crate::meta::SEND).await;
    assert_eq!(status, 200, "{body}");
}

#[tokio::test]
async fn a_number_that_is_deregistered_cannot_send_until_it_is_registered_with_its_pin() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let register = |pin: &str| format!(r#"{{"messaging_product":"whatsapp","pin":"{pin}"}}"#);
    assert_eq!(post(&meta, &format!("{EDGE}/register"), &register("123456")).await.0, 200);
    assert_eq!(post(&meta, &format!("{EDGE}/deregister"), "").await.0, 200);
    let (_, body) = post(&meta, &format!("{EDGE}/deregister"), "").await;
    assert!(refusal(&body).starts_with("100 2207051"), "{body}");
    let (status, body) = post(&meta, &format!("{EDGE}/messages"), crate::meta::SEND).await;
    assert_eq!(status, 400, "{body}");
    check(
        &refusal(&body),
        expect![
            "133010 0 Account does not exist in Cloud API, please use /register API to create an account first"
        ],
    );
    let (_, body) = post(&meta, &format!("{EDGE}/register"), &register("654321")).await;
    check(&refusal(&body), expect!["133005 0 Two-step verification PIN incorrect."]);
    let (_, body) = post(&meta, &format!("{EDGE}/register"), &register("123456")).await;
    check(&refusal(&body), expect!["133009 0 Two-step verification PIN was entered too quickly."]);
    meta.advance(5).await;
    assert_eq!(post(&meta, &format!("{EDGE}/register"), &register("123456")).await.0, 200);
    assert_eq!(post(&meta, &format!("{EDGE}/messages"), crate::meta::SEND).await.0, 200);
}

#[tokio::test]
async fn a_pin_is_not_guessed_a_sixth_time_and_the_number_is_told_to_be_on_board() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe_to(&callback, "phone_number_quality_update").await;
    let register = |pin: &str| format!(r#"{{"messaging_product":"whatsapp","pin":"{pin}"}}"#);
    assert_eq!(post(&meta, &format!("{EDGE}/register"), &register("123456")).await.0, 200);
    assert_eq!(post(&meta, &format!("{EDGE}/deregister"), "").await.0, 200);
    for _ in 0..5 {
        let (_, body) = post(&meta, &format!("{EDGE}/register"), &register("654321")).await;
        assert!(refusal(&body).starts_with("133005"), "{body}");
        meta.advance(5).await;
    }
    let (status, body) = post(&meta, &format!("{EDGE}/register"), &register("123456")).await;
    check(
        &format!("{status} {}", refusal(&body)),
        expect!["400 133008 0 Too many two-step verification PIN guesses for this phone number."],
    );
    meta.advance(3_600).await;
    assert_eq!(post(&meta, &format!("{EDGE}/register"), &register("123456")).await.0, 200);
    let told = callback.next().await;
    assert_eq!(told["value"]["event"], "ONBOARDING", "{told}");
}

#[tokio::test]
async fn a_number_is_registered_ten_times_in_72_hours_and_no_more() {
    let meta = Meta::start().await;
    let register = r#"{"messaging_product":"whatsapp","pin":"123456"}"#;
    for _ in 0..10 {
        assert_eq!(post(&meta, &format!("{EDGE}/register"), register).await.0, 200);
    }
    let (_, body) = post(&meta, &format!("{EDGE}/register"), register).await;
    assert!(refusal(&body).starts_with("133016"), "{body}");
    meta.advance(72 * 3_600).await;
    assert_eq!(post(&meta, &format!("{EDGE}/register"), register).await.0, 200);
}

#[tokio::test]
async fn a_test_number_writes_to_its_allow_list_only() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    change(&meta, NUMBER, r#"{"mode":"SANDBOX","allow_list":["+49 151 1111 1111"]}"#).await;
    let (status, body) = post(&meta, &format!("{EDGE}/messages"), crate::meta::SEND).await;
    assert_eq!((status, refusal(&body).split(' ').next()), (400, Some("131030")), "{body}");
    change(&meta, NUMBER, r#"{"allow_list":["16505551234"]}"#).await;
    assert_eq!(post(&meta, &format!("{EDGE}/messages"), crate::meta::SEND).await.0, 200);
}

#[tokio::test]
async fn a_change_by_hand_that_makes_no_sense_says_what_would() {
    let meta = Meta::start().await;
    for (path, body, status, part) in [
        ("numbers/1", "{}", 404, "there is no number with the id `1`"),
        ("numbers/x", "{}", 404, "there is no number with the id `x`"),
        ("numbers/106540352242922", r#"{"quality":"PURPLE"}"#, 400, "`PURPLE` must be one of GREEN"),
        ("numbers/106540352242922", r#"{"colour":1}"#, 400, "unknown field `colour`"),
        ("numbers/106540352242922", r#"{"allow_list":["1"]}"#, 400, "`allow_list` is no phone number"),
        (
            "numbers/106540352242922",
            r#"{"allow_list":["1","2","3","4","5","6"]}"#,
            400,
            "`allow_list` has 6 numbers, but may have 5",
        ),
        ("accounts/7", "{}", 404, "there is no account with the id `7`"),
        ("accounts/102290129340398", r#"{"currency":"EURO"}"#, 400, "`EURO`, but must be 3 letters"),
        ("accounts/102290129340398", r#"{"tier":"TIER_3K"}"#, 400, "`TIER_3K` must be one of TIER_50"),
    ] {
        let request = meta.client.post(meta.url(&format!("/_mock/{path}"))).body(body);
        let response = request.send().await.unwrap();
        let (found, told) = (response.status().as_u16(), text(response).await);
        assert!(found == status && told.contains(part), "{path} {body}: {found} {told}");
    }
}

#[tokio::test]
async fn the_profile_and_the_settings_of_a_number_are_kept() {
    let meta = Meta::start().await;
    let profile = format!("{EDGE}/whatsapp_business_profile");
    let change = r#"{"messaging_product":"whatsapp","about":"Codes","vertical":"FINANCE"}"#;
    assert_eq!(post(&meta, &profile, change).await, (200, r#"{"success":true}"#.to_owned()));
    check(
        &get(&meta, &format!("{profile}?fields=vertical,about,email")).await,
        expect![[r#"{"data":[{"vertical":"FINANCE","about":"Codes","messaging_product":"whatsapp"}]}"#]],
    );
    let settings = format!("{EDGE}/settings");
    let change = r#"{"user_identity_change":{"enable_identity_key_check":true}}"#;
    assert_eq!(post(&meta, &settings, change).await, (200, r#"{"success":true}"#.to_owned()));
    assert!(get(&meta, &settings).await.contains(r#"{"enable_identity_key_check":true}"#));
}

#[tokio::test]
async fn who_wrote_within_a_day_can_be_blocked_and_is_no_longer_heard() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    meta.subscribe(&callback).await;
    let write = async |text: &str| {
        let url = meta.url("/_mock/phones/16505551234/messages");
        let body = format!(r#"{{"to":"{NUMBER}","text":"{text}"}}"#);
        assert_eq!(meta.client.post(url).body(body).send().await.unwrap().status(), 200);
    };
    let users = r#"{"messaging_product":"whatsapp","block_users":[{"user":"+16505551234"}]}"#;
    let edge = format!("{EDGE}/block_users");
    let (status, body) = post(&meta, &edge, users).await;
    assert!(status == 400 && body.contains("has not messaged the business"), "{body}");
    write("hello").await;
    assert_eq!(callback.next().await["value"]["messages"][0]["text"]["body"], "hello");
    let (status, body) = post(&meta, &edge, users).await;
    assert_eq!(status, 200, "{body}");
    check(
        &get(&meta, &edge).await,
        expect![[
            r#"{"data":[{"messaging_product":"whatsapp","input":"16505551234","wa_id":"16505551234"}],"paging":{"cursors":{"before":"MAZDZD","after":"MAZDZD"}}}"#
        ]],
    );
    write("unheard").await;
    let unblock = meta.client.delete(meta.url(&edge)).bearer_auth(cloud_sim::Tenant::sample().token.expose());
    let body = text(unblock.body(users).send().await.unwrap()).await;
    assert!(body.contains("removed_users"), "{body}");
    write("again").await;
    assert_eq!(callback.next().await["value"]["messages"][0]["text"]["body"], "again");
}
