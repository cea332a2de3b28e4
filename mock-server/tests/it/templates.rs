//! Templates over HTTP: made, listed, read, edited, deleted, told of.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::meta::{Callback, Meta, TEMPLATE, path, text};

const ORDER: &str = r#"{"name":"order","language":"en_US","category":"UTILITY","components":[{"type":"BODY",
    "text":"Hi {{1}}, your order is on its way.","example":{"body_text":[["Anna"]]}},
    {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Thanks"}]}]}"#;

async fn get(meta: &Meta, path: &str) -> Value {
    serde_json::from_str(&text(meta.get(path).send().await.unwrap()).await).unwrap()
}

async fn post(meta: &Meta, path: &str, body: &str) -> String {
    let answer = meta.post(path, body).send().await.unwrap();
    let status = answer.status().as_u16();
    let mut value: Value = serde_json::from_str(&text(answer).await).unwrap();
    if let Some(error) = value.get_mut("error").and_then(Value::as_object_mut) {
        error.retain(|key, _| ["code", "error_subcode", "error_user_msg", "message"].contains(&key.as_str()));
    }
    format!("{status} {value}")
}

async fn create(meta: &Meta, body: &str) -> String {
    let created = post(meta, &path("message_templates"), body).await;
    let value: Value = serde_json::from_str(created.split_once(' ').unwrap().1).unwrap();
    value["id"].as_str().unwrap_or_else(|| panic!("{created}")).to_owned()
}

#[track_caller]
fn check(found: &Value, expected: Expect) {
    expected.assert_eq(&found.to_string());
}

/// The sixteen fields and the summary that the client `pywa` 4.5 asks for.
const ASKED: &str = "fields=id,name,language,status,category,previous_category,correct_category,parameter_format,rejected_reason,library_template_name,message_send_ttl_seconds,components,quality_score,cta_url_link_tracking_opted_out,sub_category,degrees_of_freedom_spec&summary=total_count,message_template_count,message_template_limit,are_translations_complete";

#[tokio::test]
async fn a_list_has_every_field_and_the_summary_that_clients_ask_for() {
    let meta = Meta::start().await;
    create(&meta, TEMPLATE).await;
    create(&meta, ORDER).await;
    meta.advance(3).await;
    let list = get(&meta, &format!("{}?{ASKED}&category=UTILITY", path("message_templates"))).await;
    check(
        &list,
        expect![[
            r#"{"data":[{"category":"UTILITY","components":[{"example":{"body_text":[["Anna"]]},"text":"Hi {{1}}, your order is on its way.","type":"BODY"},{"buttons":[{"text":"Thanks","type":"QUICK_REPLY"}],"type":"BUTTONS"}],"id":"1000000000000002","language":"en_US","name":"order","parameter_format":"POSITIONAL","quality_score":{"date":1750000000,"score":"UNKNOWN"},"rejected_reason":"NONE","status":"APPROVED"}],"paging":{"cursors":{"after":"MAZDZD","before":"MAZDZD"}},"summary":{"are_translations_complete":true,"message_template_count":2,"message_template_limit":6000,"total_count":1}}"#
        ]],
    );
}

#[tokio::test]
async fn a_list_leads_to_its_next_and_its_previous_page_only_where_there_is_one() {
    let meta = Meta::start().await;
    for nth in 0..3 {
        create(&meta, &ORDER.replace("\"order\"", &format!("\"order_{nth}\""))).await;
    }
    let first = get(&meta, &format!("{}?limit=2&fields=name", path("message_templates"))).await;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    assert!(first["paging"].get("previous").is_none());
    let next = first["paging"]["next"].as_str().unwrap();
    let asked = next.strip_prefix(&meta.url(&path("message_templates"))).unwrap();
    assert_eq!(asked, "?access_token=EAAsampletoken&fields=name&limit=2&after=MQZDZD");
    // Nothing but the address is needed, as by clients that follow it on their own.
    let next = meta.client.get(next).send().await.unwrap();
    let next: Value = serde_json::from_str(&text(next).await).unwrap();
    assert_eq!(next["data"][0]["name"], "order_2");
    assert!(next["paging"].get("next").is_none());
    assert!(next["paging"]["previous"].is_string());
    let wrong = get(&meta, &format!("{}?after=never", path("message_templates"))).await;
    assert_eq!(wrong["error"]["code"], 131_059);
}

#[tokio::test]
async fn an_edit_replaces_the_components_and_is_told_and_reviewed() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    assert_eq!(meta.subscribe(&callback).await.status(), 200);
    let id = create(&meta, ORDER).await;
    meta.advance(3).await;
    assert_eq!(callback.next().await["value"]["event"], "APPROVED");
    let edit =
        r#"{"components":[{"type":"BODY","text":"Your order is here."}],"message_send_ttl_seconds":120}"#;
    expect![[r#"200 {"category":"UTILITY","id":"1000000000000001","name":"order","success":true}"#]]
        .assert_eq(&post(&meta, &format!("/v23.0/{id}"), edit).await);
    let fields = "?fields=status,components,message_send_ttl_seconds";
    check(
        &get(&meta, &format!("/v23.0/{id}{fields}")).await,
        expect![[
            r#"{"components":[{"text":"Your order is here.","type":"BODY"}],"id":"1000000000000001","message_send_ttl_seconds":120,"status":"PENDING"}"#
        ]],
    );
    meta.advance(3).await;
    assert_eq!(callback.next().await["value"]["event"], "APPROVED");
    expect![[r#"400 {"error":{"code":100,"error_user_msg":"An approved template can be edited 1 time(s) in 24 hours.","message":"Invalid parameter"}}"#]].assert_eq(&post(&meta, &format!("/v23.0/{id}"), edit).await);
    expect![[r#"400 {"error":{"code":100,"message":"(#100) The parameter components is required."}}"#]]
        .assert_eq(&post(&meta, &format!("/v23.0/{id}"), "{}").await);
    expect![[r#"400 {"error":{"code":100,"error_subcode":33,"message":"Unsupported post request. Object with ID '12345' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"}}"#]].assert_eq(&post(&meta, "/v23.0/12345", edit).await);
}

#[tokio::test]
async fn templates_are_deleted_by_name_by_id_and_by_ids() {
    let meta = Meta::start().await;
    let delete = |query: String| {
        let request = meta.client.delete(meta.url(&format!("{}?{query}", path("message_templates"))));
        let request = request.bearer_auth(cloud_sim::Tenant::sample().token.expose());
        async move { text(request.send().await.unwrap()).await }
    };
    let mut ids = Vec::new();
    for nth in 0..4 {
        ids.push(create(&meta, &ORDER.replace("\"order\"", &format!("\"order_{nth}\""))).await);
    }
    assert_eq!(delete("name=order_0".to_owned()).await, r#"{"success":true}"#);
    assert_eq!(delete(format!("hsm_id={}&name=order_1", ids[1])).await, r#"{"success":true}"#);
    assert_eq!(delete(format!("hsm_ids=[\"{}\",{}]", ids[2], ids[3])).await, r#"{"success":true}"#);
    let list = get(&meta, &path("message_templates")).await;
    check(&list, expect![[r#"{"data":[]}"#]]);
    let again: Value = serde_json::from_str(&delete("name=order_0".to_owned()).await).unwrap();
    assert_eq!(again["error"]["code"], 100);
}

#[tokio::test]
async fn one_request_makes_an_authentication_template_in_several_languages() {
    let meta = Meta::start().await;
    let body = r#"{"name":"login","languages":["en_US","es_ES"],"category":"AUTHENTICATION","components":[
        {"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":10},
        {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#;
    expect![[r#"200 {"data":[{"category":"AUTHENTICATION","id":"1000000000000001","language":"en_US","status":"PENDING"},{"category":"AUTHENTICATION","id":"1000000000000002","language":"es_ES","status":"PENDING"}]}"#]].assert_eq(&post(&meta, &path("upsert_message_templates"), body).await);
    meta.advance(3).await;
    let more = body.replace("\"es_ES\"", "\"es_ES\",\"fr\"").replace(":10", ":5");
    expect![[r#"200 {"data":[{"category":"AUTHENTICATION","id":"1000000000000001","language":"en_US","status":"PENDING"},{"category":"AUTHENTICATION","id":"1000000000000002","language":"es_ES","status":"PENDING"},{"category":"AUTHENTICATION","id":"1000000000000003","language":"fr","status":"PENDING"}]}"#]].assert_eq(&post(&meta, &path("upsert_message_templates"), &more).await);
    let footer = get(&meta, &format!("{}?language=es_ES&fields=components", path("message_templates"))).await;
    check(
        &footer["data"][0]["components"][1],
        expect![[
            r#"{"code_expiration_minutes":5,"text":"Este código caduca en 5 minutos.","type":"FOOTER"}"#
        ]],
    );
}

#[tokio::test]
async fn the_library_is_read_with_and_without_an_account_and_templates_are_made_from_it() {
    let meta = Meta::start().await;
    let root = get(&meta, "/v23.0/message_template_library?topic=PAYMENTS").await;
    check(
        &root,
        expect![[
            r#"{"data":[{"body":"Hi {{1}}, your payment of {{2}} is due on {{3}}. You can pay it in your account.","body_param_types":["TEXT","AMOUNT","DATE"],"body_params":["Anna","$12.50","12 May 2026"],"buttons":[{"text":"Pay now","type":"URL","url":"https://www.example.com/"}],"category":"UTILITY","id":"7000000000000022","industry":["FINANCIAL_SERVICES"],"language":"en_US","name":"payment_due_reminder_1","topic":"PAYMENTS","usecase":"PAYMENT_DUE_REMINDER"}],"paging":{"cursors":{"after":"MAZDZD","before":"MAZDZD"}}}"#
        ]],
    );
    let own = get(&meta, &format!("{}?search=verify&limit=1", path("message_template_library"))).await;
    assert!(own["paging"]["next"].is_string());
    let body = r#"{"name":"mine","language":"en_US","category":"AUTHENTICATION","library_template_name":"verify_transaction_1"}"#;
    expect![[r#"200 {"category":"AUTHENTICATION","id":"1000000000000001","status":"APPROVED"}"#]]
        .assert_eq(&post(&meta, &path("message_templates"), body).await);
    let previews = path("message_template_previews");
    let previews =
        get(&meta, &format!("{previews}?category=AUTHENTICATION&languages=en_US&button_types=OTP")).await;
    check(
        &previews,
        expect![[
            r#"{"data":[{"body":"*{{1}}* is your verification code.","buttons":[{"autofill_text":"Autofill","text":"Copy code"}],"language":"en_US"}]}"#
        ]],
    );
}

#[tokio::test]
async fn templates_are_archived_unarchived_unpaused_and_migrated() {
    let meta = Meta::start().await;
    let id = create(&meta, ORDER).await;
    meta.advance(3).await;
    let body = format!(r#"{{"hsm_ids":"{id},7"}}"#);
    let account = cloud_sim::Tenant::sample().account;
    expect![[r#"200 {"archived_templates":["1000000000000001"],"failed_templates":{"7":"There is no such template"}}"#]].assert_eq(&post(&meta, &format!("/{account}/message_templates/archive"), &body).await);
    expect![[r#"200 {"failed_templates":{"7":"There is no such template"},"unarchived_templates":["1000000000000001"]}"#]].assert_eq(&post(&meta, &format!("/{account}/message_templates/unarchive"), &body).await);
    expect![[r#"200 {"reason":"The template is not paused.","success":false}"#]]
        .assert_eq(&post(&meta, &format!("/v23.0/{id}/unpause"), "").await);
    expect![[r#"400 {"error":{"code":100,"error_subcode":33,"message":"Unsupported post request. Object with ID '12345' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"}}"#]].assert_eq(&post(&meta, "/v23.0/12345/unpause", "").await);
    let migrate = path("migrate_message_templates");
    expect![[r#"200 {"failed_templates":[{"id":"1000000000000001","reason":"The template exists already or the account is full"}],"migrated_templates":[]}"#]].assert_eq(&post(&meta, &format!("{migrate}?source_waba_id={account}&page_number=0"), "").await);
    expect![[r#"400 {"error":{"code":100,"message":"(#100) The parameter source_waba_id is required."}}"#]]
        .assert_eq(&post(&meta, &migrate, "").await);
    expect![[r#"400 {"error":{"code":100,"message":"(#100) Invalid parameter"}}"#]]
        .assert_eq(&post(&meta, &format!("{migrate}?source_waba_id={account}&page_number=x"), "").await);
    expect![[r#"400 {"error":{"code":100,"message":"(#100) The parameter hsm_ids is required."}}"#]]
        .assert_eq(&post(&meta, &path("message_templates/archive"), "").await);
}

#[tokio::test]
async fn the_health_of_a_template_says_what_keeps_it_from_being_sent() {
    let meta = Meta::start().await;
    let id = create(&meta, ORDER).await;
    let health = get(&meta, &format!("/v23.0/{id}?fields=health_status")).await;
    check(
        &health["health_status"]["entities"][0],
        expect![[
            r#"{"can_send_message":"BLOCKED","entity_type":"MESSAGE_TEMPLATE","errors":[{"error_code":132001,"error_description":"The template is not approved.","possible_solution":"Wait for its review, or edit it and submit it again."}],"id":"1000000000000001"}"#
        ]],
    );
    meta.advance(3).await;
    let health = get(&meta, &format!("/v23.0/{id}?fields=health_status")).await;
    assert_eq!(health["health_status"]["can_send_message"], "AVAILABLE");
}

#[tokio::test]
async fn a_template_whose_review_takes_no_time_is_approved_in_the_answer() {
    let meta = Meta::start_with("", "templates = { reviews = [{ name = \"order\", takes = \"0s\" }] }").await;
    let created = post(&meta, &path("message_templates"), ORDER).await;
    assert!(created.contains("\"status\":\"APPROVED\""), "{created}");
}

async fn act(meta: &Meta, action: &str, body: &str) -> String {
    let answer = meta.client.post(meta.url(&format!("/_mock/templates/{action}"))).body(body.to_owned());
    let answer = answer.send().await.unwrap();
    let status = answer.status().as_u16();
    let value: Value = serde_json::from_str(&text(answer).await).unwrap();
    match value.as_array() {
        Some(all) => format!("{status} {} {}", all[0]["status"], all[0]["quality_score"]["score"]),
        None => format!("{status} {}", value["error"]),
    }
}

#[tokio::test]
async fn whoever_tests_plays_the_reviewer_and_the_readers() {
    let meta = Meta::start().await;
    let id = create(&meta, TEMPLATE).await;
    let mut story = String::new();
    for (action, body) in [
        ("reject", r#"{"reason":"promotional"}"#),
        ("appeal", ""),
        ("approve", ""),
        ("quality", r#"{"score":"yellow","reasons":["SPAM"]}"#),
        ("pause", ""),
        ("pause", ""),
        ("unpause", ""),
        ("unpause", ""),
        ("flag", ""),
        ("disable", ""),
        ("reinstate", ""),
        ("lock", ""),
        ("limit", ""),
        ("approve", ""),
        ("hold", ""),
        ("category", r#"{"category":"UTILITY"}"#),
        ("reject", r#"{"reason":"DULL"}"#),
        ("quality", "{}"),
        ("praise", ""),
        ("approve", "{"),
    ] {
        story += &format!("{action}: {}\n", act(&meta, &format!("{id}/{action}"), body).await);
    }
    story += &act(&meta, "12345/approve", "").await;
    expect![[r#"
        reject: 200 "REJECTED" "UNKNOWN"
        appeal: 200 "IN_APPEAL" "UNKNOWN"
        approve: 200 "APPROVED" "UNKNOWN"
        quality: 200 "APPROVED" "YELLOW"
        pause: 200 "PAUSED" "YELLOW"
        pause: 400 "Meta refuses with 100: The template is not approved."
        unpause: 200 "APPROVED" "UNKNOWN"
        unpause: 400 "Meta refuses with 100: The template is not paused."
        flag: 200 "APPROVED" "UNKNOWN"
        disable: 200 "DISABLED" "UNKNOWN"
        reinstate: 200 "APPROVED" "UNKNOWN"
        lock: 200 "APPROVED" "UNKNOWN"
        limit: 200 "LIMIT_EXCEEDED" "UNKNOWN"
        approve: 200 "APPROVED" "UNKNOWN"
        hold: 400 "Meta refuses with 100: Authentication templates are not paced."
        category: 400 "Meta refuses with 100: An authentication template cannot change its category."
        reject: 400 "`reason` is `DULL`, but must be one of ABUSIVE_CONTENT, INCORRECT_CATEGORY, INVALID_FORMAT, PROMOTIONAL, SCAM, TAG_CONTENT_MISMATCH"
        quality: 400 "`score` is ``, but must be one of GREEN, YELLOW, RED, UNKNOWN"
        praise: 404 "`praise` is no action; there are approve, reject, appeal, pause, hold, unpause, disable, reinstate, flag, lock, limit, quality, category, block or did_not_request_code"
        approve: 400 "the body is no JSON: EOF while parsing an object at line 1 column 1"
        404 "there is no template 12345""#]].assert_eq(&story);
}

#[tokio::test]
async fn blocks_make_a_template_with_a_warning_where_meta_takes_less() {
    let meta = Meta::start().await;
    let body = |ttl: u32, more: &str| {
        format!(
            r#"{{"name":"from_blocks",{more}"blocks":[{{"type":"authentication-body","authenticationBody":{{"addSecurityDisclaimer":true,
            "expirationTime":30,"messageSendTtlSeconds":{ttl}}}}},{{"type":"authentication-action","authenticationAction":{{}}}}]}}"#
        )
    };
    let post = |body: String| {
        let request = meta.client.post(meta.url("/_mock/templates")).body(body);
        async move { text(request.send().await.unwrap()).await }
    };
    expect![[r#"{"id":"1000000000000001","status":"PENDING","category":"AUTHENTICATION","warnings":["`blocks[0].authenticationBody.messageSendTtlSeconds` is 86400, but Meta takes 30 to 900 for codes: 900 is used"]}"#]].assert_eq(&post(body(86_400, "")).await);
    let french = body(600, "").replace("from_blocks", "bonjour").replacen('{', r#"{"language":"fr","#, 1);
    expect![[r#"{"id":"1000000000000002","status":"PENDING","category":"AUTHENTICATION","warnings":["Meta's words in `fr` are not known: English is used"]}"#]].assert_eq(&post(french).await);
    expect![[r#"{"error":"`blocks[0].authenticationBody.messageSendTtlSeconds` is 86400, but must be an integer from 30 to 900, which is what Meta takes"}"#]].assert_eq(&post(body(86_400, r#""ttl_out_of_range":"refuse","#)).await);
    expect![[r#"{"error":"`ttl_out_of_range` is `guess`, but must be `clamp` or `refuse`"}"#]]
        .assert_eq(&post(body(60, r#""ttl_out_of_range":"guess","#)).await);
    expect![[r#"{"error":"Meta refuses with 100/2388024: There is already English (US) content for this template. You can create a new template and try again."}"#]].assert_eq(&post(body(60, "")).await);
    expect![[r#"{"error":"`blocks` is [], but must be one block `authentication-body` and one block `authentication-action`"}"#]].assert_eq(&post(r#"{"blocks":[]}"#.to_owned()).await);
    let twice_wrong = body(0, "").replace(":30,", ":0,");
    expect![[r#"{"error":"`blocks[0].authenticationBody.expirationTime` is 0, but must be an integer from 1 to 90, or null; `blocks[0].authenticationBody.messageSendTtlSeconds` is 0, but must be an integer from 1 to 86400"}"#]].assert_eq(&post(twice_wrong).await);
    expect![[r#"{"error":"there is no such account"}"#]]
        .assert_eq(&post(body(60, r#""account_id":"7","#)).await);
    expect![[r#"{"error":"`category` is \"UTILITY\", but must be AUTHENTICATION beside `blocks`"}"#]]
        .assert_eq(&post(body(60, r#""category":"UTILITY","#)).await);
    expect![[r#"{"error":"`components` has no place beside `blocks`; there are `account_id`, `name`, `language`, `category` and `ttl_out_of_range`"}"#]]
        .assert_eq(&post(body(60, r#""category":"authentication","components":[],"#)).await);
    expect![[r#"{"id":"1000000000000003","status":"PENDING","category":"UTILITY","warnings":[]}"#]]
        .assert_eq(&post(ORDER.to_owned()).await);
    expect![[r#"{"error":"Meta refuses with 100: (#100) The parameter language is required."}"#]]
        .assert_eq(&post(r#"{"name":"x"}"#.to_owned()).await);
    let shown = get(&meta, "/_mock/templates").await;
    assert_eq!(shown[0]["message_send_ttl_seconds"], 900);
    assert_eq!(shown[0]["is_fallback"], false);
}
