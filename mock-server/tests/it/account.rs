//! What Meta tells of an account.

use expect_test::{Expect, expect};

use crate::meta::{Callback, Meta, SEND, path, text};

const ACCOUNT: &str = "/v23.0/102290129340398";

#[track_caller]
fn check(body: &str, expected: Expect) {
    expected.assert_eq(body);
}

async fn get(meta: &Meta, path: &str) -> String {
    text(meta.get(path).send().await.unwrap()).await
}

#[tokio::test]
async fn what_nobody_has_set_of_an_account_may_be_asked_for_and_is_left_out() {
    let meta = Meta::start().await;
    // All that Meta's Python SDK 26.0 knows of an account and cloud-api.md does not.
    let fields = "creation_time,is_shared_with_partners,linked_commerce_account,marketing_messages_ad_account,\
        owner_business,primary_funding_id,service_pricing_policy,template_auto_archival_enabled,\
        whatsapp_manager_marketing_messages_max_price_enroll_status";
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"is_shared_with_partners":false,"owner_business":{"id":"506914307656634","name":"otpbench"},"template_auto_archival_enabled":false,"id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn an_account_tells_four_fields_unasked_and_the_others_when_asked() {
    let meta = Meta::start().await;
    check(
        &get(&meta, ACCOUNT).await,
        expect![[
            r#"{"id":"102290129340398","name":"otpbench","timezone_id":"1","message_template_namespace":"d392ff9e_971c_24bc_c6e4_8447f52b5446"}"#
        ]],
    );
    let fields = "currency,country,status,account_review_status,business_verification_status,ownership_type,\
        is_enabled_for_insights,owner_business_info,primary_business_location,auth_international_rate_eligibility";
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"currency":"USD","country":"US","status":"ACTIVE","account_review_status":"APPROVED","business_verification_status":"verified","ownership_type":"SELF_OWNED","is_enabled_for_insights":true,"owner_business_info":{"id":"506914307656634","name":"otpbench"},"primary_business_location":"US","id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn the_health_of_an_account_is_that_of_all_it_needs() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("{ACCOUNT}?fields=health_status")).await,
        expect![[
            r#"{"health_status":{"can_send_message":"AVAILABLE","entities":[{"can_send_message":"AVAILABLE","entity_type":"WABA","id":"102290129340398"},{"can_send_message":"AVAILABLE","entity_type":"BUSINESS","id":"506914307656634"},{"can_send_message":"AVAILABLE","entity_type":"APP","id":"67084"}]},"id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn a_field_that_an_account_lacks_is_refused() {
    let meta = Meta::start().await;
    let body = get(&meta, &format!("{ACCOUNT}?fields=name,colour")).await;
    assert!(
        body.contains(
            "(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessAccount)"
        ),
        "{body}"
    );
}

/// Changes how an account stands, by hand.
async fn change(meta: &Meta, body: &str) -> String {
    let url = meta.url("/_mock/accounts/102290129340398");
    let response = meta.client.post(url).body(body.to_owned()).send().await.unwrap();
    let (status, body) = (response.status(), text(response).await);
    assert_eq!(status, 200, "{body}");
    body
}

/// The HTTP status and the code of the answer to a right request to send.
async fn send(meta: &Meta) -> (u16, u64) {
    let response = meta.post(&path("messages"), SEND).send().await.unwrap();
    let status = response.status().as_u16();
    let body: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    (status, body["error"]["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn an_account_that_may_not_send_is_refused_until_it_may() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    for (held, lifted, status, code) in [
        (r#"{"is_locked":true}"#, r#"{"is_locked":false}"#, 403, 131_031),
        (r#"{"is_in_maintenance":true}"#, r#"{"is_in_maintenance":false}"#, 500, 131_057),
        (r#"{"ban":{"state":"DISABLE"}}"#, r#"{"ban":{"state":"REINSTATE"}}"#, 403, 368),
        (
            r#"{"restrictions":[{"type":"RESTRICTED_BIZ_INITIATED_MESSAGING"}]}"#,
            r#"{"restrictions":[]}"#,
            403,
            368,
        ),
        (r#"{"closed_countries":["us"]}"#, r#"{"closed_countries":["de"]}"#, 403, 130_497),
    ] {
        change(&meta, held).await;
        assert_eq!(send(&meta).await, (status, code), "{held}");
        change(&meta, lifted).await;
        assert_eq!(send(&meta).await, (200, 0), "{lifted}");
    }
}

#[tokio::test]
async fn a_ban_begins_at_its_date_and_a_restriction_ends_at_its_own() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let at = 1_750_000_000 + 3_600;
    change(&meta, &format!(r#"{{"ban":{{"state":"SCHEDULE_FOR_DISABLE","at_unix_secs":{at}}}}}"#)).await;
    assert_eq!(send(&meta).await, (200, 0));
    meta.advance(3_600).await;
    assert_eq!(send(&meta).await, (403, 368));
    let status = get(&meta, &format!("{ACCOUNT}?fields=status")).await;
    assert_eq!(status, r#"{"status":"DISABLED","id":"102290129340398"}"#);
    change(&meta, r#"{"ban":{"state":"REINSTATE"}}"#).await;
    let until = at + 3_600;
    let kind = "RESTRICTED_BIZ_INITIATED_MESSAGING";
    change(&meta, &format!(r#"{{"restrictions":[{{"type":"{kind}","until_unix_secs":{until}}}]}}"#)).await;
    assert_eq!(send(&meta).await, (403, 368));
    meta.advance(3_600).await;
    assert_eq!(send(&meta).await, (200, 0));
}

#[tokio::test]
async fn the_health_of_an_account_that_cannot_pay_names_141006() {
    let meta = Meta::start().await;
    change(&meta, r#"{"is_unpaid":true,"verification":"not_verified"}"#).await;
    let body = get(&meta, &format!("{ACCOUNT}?fields=health_status")).await;
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    let health = &health["health_status"];
    assert_eq!(health["can_send_message"], "BLOCKED", "{body}");
    assert_eq!(health["entities"][0]["errors"][0]["error_code"], 141_006, "{body}");
    assert_eq!(health["entities"][1]["can_send_message"], "LIMITED", "{body}");
}

#[tokio::test]
async fn counting_what_templates_do_cannot_be_ended() {
    let meta = Meta::start().await;
    let post = async |body: &str| text(meta.post(ACCOUNT, body).send().await.unwrap()).await;
    assert_eq!(post(r#"{"is_enabled_for_insights":true}"#).await, r#"{"id":"102290129340398"}"#);
    assert!(post(r#"{"is_enabled_for_insights":"false"}"#).await.contains("200006"));
    assert_eq!(post(r#"{"name":"Ada"}"#).await, r#"{"success":true}"#);
    assert!(post("{}").await.contains("must be given"));
    assert_eq!(
        get(&meta, &format!("{ACCOUNT}?fields=name")).await,
        r#"{"name":"Ada","id":"102290129340398"}"#
    );
}

#[tokio::test]
async fn apps_are_told_of_what_changes_in_an_account() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    meta.subscribe_to(
        &callback,
        "account_update,account_review_update,business_capability_update,phone_number_quality_update",
    )
    .await;
    let mut told = async |body: &str, count: usize| {
        change(&meta, body).await;
        let mut changes = Vec::new();
        for _ in 0..count {
            changes.push(callback.next().await.to_string());
        }
        changes.sort();
        changes.join("\n")
    };
    check(
        &told(r#"{"review":"REJECTED"}"#, 1).await,
        expect![[r#"{"field":"account_review_update","value":{"decision":"REJECTED"}}"#]],
    );
    check(
        &told(r#"{"violation":"SCAM"}"#, 1).await,
        expect![[
            r#"{"field":"account_update","value":{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SCAM"}}}"#
        ]],
    );
    check(
        &told(r#"{"ban":{"state":"SCHEDULE_FOR_DISABLE","at_unix_secs":1750000000}}"#, 1).await,
        expect![[
            r#"{"field":"account_update","value":{"ban_info":{"waba_ban_date":"June 15, 2025","waba_ban_state":"SCHEDULE_FOR_DISABLE"},"event":"DISABLED_UPDATE"}}"#
        ]],
    );
    check(
        &told(r#"{"tier":"TIER_2K"}"#, 2).await,
        expect![[r#"
        {"field":"business_capability_update","value":{"max_daily_conversation_per_phone":2000,"max_daily_conversations_per_business":2000,"max_phone_numbers_per_business":20,"max_phone_numbers_per_waba":25}}
        {"field":"phone_number_quality_update","value":{"current_limit":"TIER_2K","display_phone_number":"15550783881","event":"DOWNGRADE","max_daily_conversations_per_business":"TIER_2K","old_limit":"TIER_UNLIMITED"}}"#]],
    );
    check(
        &told(r#"{"location":"IN"}"#, 1).await,
        expect![[
            r#"{"field":"account_update","value":{"country":"IN","event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE"}}"#
        ]],
    );
}

#[tokio::test]
async fn the_users_of_an_account_are_those_of_its_tokens() {
    let meta = Meta::start().await;
    let users = format!("{ACCOUNT}/assigned_users");
    let body = get(&meta, &users).await;
    assert!(body.contains("The parameter business is required"), "{body}");
    let told = get(&meta, &format!("{users}?business=506914307656634")).await;
    expect![[r#"{"data":[{"id":"217582011345986","name":"System User 217582011345986","tasks":["MANAGE","DEVELOP","MESSAGING"]}],"paging":{"cursors":{"before":"MAZDZD","after":"MAZDZD"}}}"#]].assert_eq(&told);
    let told = get(
        &meta,
        &format!("{users}?business=506914307656634&fields=user_type,business&summary=total_count"),
    )
    .await;
    expect![[r#"{"data":[{"user_type":"SYSTEM_USER","business":{"id":"506914307656634","name":"otpbench"},"id":"217582011345986","name":"System User 217582011345986"}],"paging":{"cursors":{"before":"MAZDZD","after":"MAZDZD"}},"summary":{"total_count":1}}"#]].assert_eq(&told);
    let told = get(&meta, &format!("{users}?business=1")).await;
    assert_eq!(told, r#"{"data":[]}"#);
    let counted = format!("{users}?business=506914307656634&limit=0&summary=total_count");
    assert_eq!(get(&meta, &counted).await, r#"{"data":[],"summary":{"total_count":1}}"#);
}

#[tokio::test]
async fn an_account_tells_which_apps_hear_of_it_as_the_edge_does() {
    let meta = Meta::start().await;
    let callback = Callback::start().await;
    meta.subscribe(&callback).await;
    // The fields that pywa 4.5 asks for.
    let fields = "id,name,timezone_id,message_template_namespace,status,business_verification_status,\
        is_enabled_for_insights,marketing_messages_lite_api_status,marketing_messages_onboarding_status,\
        on_behalf_of_business_info,ownership_type,health_status,currency,country,subscribed_apps,\
        owner_business_info,account_review_status,disable_marketing_messages_on_cloud_api";
    let told: serde_json::Value =
        serde_json::from_str(&get(&meta, &format!("{ACCOUNT}?fields={fields}")).await).unwrap();
    let edge = get(&meta, &format!("{ACCOUNT}/subscribed_apps")).await;
    assert_eq!(told["subscribed_apps"].to_string(), edge);
    assert_eq!(told["subscribed_apps"]["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_done_to_an_account_is_logged_with_the_newest_first() {
    let meta = Meta::start().await;
    let callback = Callback::start().await;
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    assert_eq!(send(&meta).await, (200, 0));
    let renamed = meta.post(ACCOUNT, r#"{"name":"Codes"}"#).header("user-agent", "a client");
    assert_eq!(renamed.send().await.unwrap().status(), 200);
    let refused = meta.post(ACCOUNT, r#"{"name":""}"#).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    let log = async |query: &str| -> serde_json::Value {
        serde_json::from_str(&get(&meta, &format!("{ACCOUNT}/activities?{query}")).await).unwrap()
    };
    let kinds = |log: serde_json::Value| {
        let kinds = log["data"].as_array().unwrap().iter().map(|one| one["activity_type"].to_string());
        kinds.collect::<Vec<_>>().join(" ")
    };
    let all = r#""ACCOUNT_UPDATED" "WEBHOOK_CONFIGURED" "TEMPLATE_CREATED""#;
    assert_eq!(kinds(log("").await), all);
    assert_eq!(kinds(log("since=2025-06-15T15:06:42Z").await), r#""ACCOUNT_UPDATED" "WEBHOOK_CONFIGURED""#);
    assert_eq!(kinds(log("until=1750000001").await), r#""TEMPLATE_CREATED""#);
    assert_eq!(
        kinds(log("activity_type=TEMPLATE_CREATED,ACCOUNT_UPDATED").await),
        r#""ACCOUNT_UPDATED" "TEMPLATE_CREATED""#
    );
    let mut told = log("limit=1&fields=actor_name,actor_id,description,details,user_agent").await;
    assert!(told["data"][0]["id"].take().as_str().unwrap().starts_with("4"));
    expect![[r#"[{"activity_type":"ACCOUNT_UPDATED","actor_id":"67084","actor_name":"otpbench","actor_type":"API","description":"account updated","details":{"object_id":"102290129340398"},"id":null,"timestamp":"2025-06-15T15:06:43Z","user_agent":"a client"}]"#]].assert_eq(&told["data"].to_string());
    let next = told["paging"]["next"].as_str().unwrap().split_once("activities?").unwrap().1.to_owned();
    assert_eq!(kinds(log(&next).await), r#""WEBHOOK_CONFIGURED""#);
    for (query, words) in [
        ("activity_type=PARTY", "`PARTY` must be one of ACCOUNT_CREATED"),
        ("since=yesterday", "Param since: it must be a unix time, or a date"),
        ("fields=colour", "nonexisting field (colour)"),
    ] {
        let body = get(&meta, &format!("{ACCOUNT}/activities?{query}")).await;
        assert!(body.contains(words), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_country_or_a_currency_that_there_is_none_of_is_refused_by_name() {
    let meta = Meta::start().await;
    let refused = async |body: &'static str| {
        let answer =
            meta.client.post(meta.url("/_mock/accounts/102290129340398")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        text(answer).await
    };
    expect![[
        r#"{"error":"`closed_countries` has `UK`, but must have countries of ISO 3166-1, such as `GB`"}"#
    ]]
    .assert_eq(&refused(r#"{"closed_countries":["GB","UK"]}"#).await);
    expect![[r#"{"error":"`country` has `ZZ`, but must have countries of ISO 3166-1, such as `GB`"}"#]]
        .assert_eq(&refused(r#"{"country":"ZZ"}"#).await);
    expect![[r#"{"error":"`location` has `ind`, but must have countries of ISO 3166-1, such as `GB`"}"#]]
        .assert_eq(&refused(r#"{"location":"ind"}"#).await);
    expect![[r#"{"error":"`international.exceptions` has `EN`, but must have countries of ISO 3166-1, such as `GB`"}"#]]
        .assert_eq(&refused(r#"{"international":{"start_unix_secs":1,"exceptions":{"EN":2}}}"#).await);
    expect![[r#"{"error":"`currency` is `US$`, but must be 3 letters, as ISO 4217 has them"}"#]]
        .assert_eq(&refused(r#"{"currency":"US$"}"#).await);
}
