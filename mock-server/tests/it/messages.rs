//! Messages of every type: what is taken, what is refused, and what becomes of them.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, path};

const TO: &str = r#""messaging_product":"whatsapp","to":"16505551234""#;

/// Checks the answer to a body: its status, and its error or what it holds of the message.
async fn check(meta: &Meta, body: &str, expected: Expect) {
    expected.assert_eq(&told(meta, "messages", body).await);
}

async fn told(meta: &Meta, edge: &str, body: &str) -> String {
    let path = path("messages").replace("messages", edge);
    let answer = meta.post(&path, body).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let error = &body["error"];
    if error.is_object() {
        return format!("{status} {} | {}", error["message"], error["error_data"]["details"]);
    }
    let (contact, message) = (&body["contacts"][0], &body["messages"][0]);
    format!("{status} {} as {} {}", contact["input"], contact["wa_id"], message["message_status"])
}

/// The statuses that a callback hears, with their errors and prices, once the clock is turned on.
async fn statuses(meta: &Meta, callback: &mut Callback, secs: u64, count: usize) -> String {
    meta.advance(secs).await;
    let mut heard = Vec::new();
    for _ in 0..count {
        let change = callback.next().await;
        let status = &change["value"]["statuses"][0];
        let (code, price) = (&status["errors"][0]["code"], &status["pricing"]);
        let price = match price["type"].as_str() {
            Some(kind) => format!(" {kind} {}", price["category"].as_str().unwrap()),
            None => String::new(),
        };
        let code = code.as_u64().map(|code| format!(" {code}")).unwrap_or_default();
        let data = status["biz_opaque_callback_data"].as_str().map(|data| format!(" {data}"));
        heard.push(format!(
            "{}{code}{price}{}",
            status["status"].as_str().unwrap(),
            data.unwrap_or_default()
        ));
    }
    heard.join(", ")
}

#[tokio::test]
async fn a_text_outside_of_the_window_is_accepted_and_fails_with_131047() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let text = format!(r#"{{{TO},"text":{{"body":"hello"}},"biz_opaque_callback_data":"a77"}}"#);
    check(&meta, &text, expect![[r#"200 "16505551234" as "16505551234" null"#]]).await;
    expect!["failed 131047 a77"].assert_eq(&statuses(&meta, &mut callback, 60, 1).await);
}

#[tokio::test]
async fn a_text_within_a_day_of_the_persons_own_is_delivered_and_free() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let phone = meta.url("/_mock/phones/16505551234/messages");
    let said = meta.client.post(&phone).body(r#"{"text":"I need help"}"#).send().await.unwrap();
    let said: Value = serde_json::from_str(&said.text().await.unwrap()).unwrap();
    let inbound = callback.next().await;
    assert_eq!(inbound["value"]["messages"][0]["id"], said["id"]);
    let text = format!(r#"{{{TO},"type":"text","text":{{"body":"how?"}}}}"#);
    check(&meta, &text, expect![[r#"200 "16505551234" as "16505551234" null"#]]).await;
    expect!["sent free_customer_service service, delivered free_customer_service service, read"]
        .assert_eq(&statuses(&meta, &mut callback, 60, 3).await);
    meta.advance(86_400).await;
    check(&meta, &text, expect![[r#"200 "16505551234" as "16505551234" null"#]]).await;
    expect!["failed 131047"].assert_eq(&statuses(&meta, &mut callback, 60, 1).await);
}

#[tokio::test]
async fn only_a_message_that_a_person_wrote_to_the_number_can_be_marked_as_read() {
    let meta = Meta::start().await;
    let read = |id: &str| {
        format!(
            r#"{{"messaging_product":"whatsapp","status":"read","message_id":"{id}","typing_indicator":{{"type":"text"}}}}"#
        )
    };
    let unknown = read("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=");
    let refused = expect![[
        r##"400 "(#131009) Parameter value is not valid" | "Please check the parameters you have provided.""##
    ]];
    check(&meta, &unknown, refused).await;
    let phone = meta.url("/_mock/phones/16505551234/messages");
    let said = meta.client.post(&phone).body(r#"{"text":"STOP"}"#).send().await.unwrap();
    let said: Value = serde_json::from_str(&said.text().await.unwrap()).unwrap();
    let known = read(said["id"].as_str().unwrap());
    let marked = meta.post(&path("messages"), known.clone()).send().await.unwrap();
    assert_eq!(marked.text().await.unwrap(), r#"{"success":true}"#);
    meta.advance(31 * 86_400).await;
    assert_eq!(meta.post(&path("messages"), known).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_number_is_understood_without_its_country_code_and_named_as_whatsapp_names_it() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let to = |number: &str| SEND.replace("\"+1 650 555 1234\"", number);
    check(&meta, &to("\"(650) 555-1234\""), expect![[r#"200 "(650) 555-1234" as "16505551234" "accepted""#]])
        .await;
    check(&meta, &to("16505551234"), expect![[r#"200 "16505551234" as "16505551234" "accepted""#]]).await;
    check(
        &meta,
        &to("\"+55 31 98765-4321\""),
        expect![[r#"200 "+55 31 98765-4321" as "553187654321" "accepted""#]],
    )
    .await;
    let refused = expect![[
        r##"400 "(#131009) Parameter value is not valid" | "Please check the parameters you have provided.""##
    ]];
    check(&meta, &to("\"nobody\""), refused).await;
    let own = expect![[
        r##"400 "(#131021) Recipient cannot be sender" | "Sender and recipient phone number is the same.""##
    ]];
    check(&meta, &to("\"15550783881\""), own).await;
}

#[tokio::test]
async fn a_code_is_no_marketing_message() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let told = told(&meta, "marketing_messages", SEND).await;
    assert!(told.starts_with(r##"400 "(#131055)"##), "{told}");
}

#[tokio::test]
async fn a_magic_number_meets_its_fate_without_a_scenario() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    meta.approve_template().await;
    let _review = callback.next().await;
    let to = |number: &str| SEND.replace("+1 650 555 1234", number);
    let price = "regular authentication";
    for (number, secs, fate) in [
        ("99910000001", 60, format!("sent {price}, delivered {price}, read")),
        ("99911000001", 60, "failed 131026".to_owned()),
        ("99912000001", 120, format!("sent {price}")),
        ("99913000001", 60, format!("sent {price}, delivered {price}, read")),
        ("99915000001", 120, format!("sent {price}")),
        ("99916000001", 60, format!("sent {price}, read {price}")),
        ("99917000001", 60, format!("sent {price}, delivered {price}")),
        ("9997131048", 60, "failed 131048".to_owned()),
    ] {
        let answer = meta.post(&path("messages"), to(number)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{number}");
        let heard = statuses(&meta, &mut callback, secs, fate.matches(", ").count() + 1).await;
        assert_eq!(heard, fate, "{number}");
    }
    meta.post(&path("messages"), to("99914000001")).send().await.unwrap();
    assert_eq!(statuses(&meta, &mut callback, 19, 1).await, format!("sent {price}"), "a slow number");
    assert_eq!(statuses(&meta, &mut callback, 10, 2).await, format!("delivered {price}, read"));
    let told = told(&meta, "messages", &to("9996131056")).await;
    assert!(told.starts_with(r##"400 "(#131056)"##), "{told}");
}

const NEWS: &str = r#"{"name":"parcel","language":"en_US","category":"UTILITY","components":[
    {"type":"BODY","text":"Your parcel with the number {{1}} has left our house and comes to your door today at {{2}}, so be there.","example":{"body_text":[["77","noon"]]}},
    {"type":"BUTTONS","buttons":[{"type":"URL","text":"Track","url":"https://example.com/{{1}}","example":["https://example.com/77"]}]}]}"#;

#[test]
fn the_documents_list_every_magic_number() {
    let rows = cloud_sim::MAGIC_RANGES.iter().map(|range| {
        let digits = range.prefix.trim_end_matches('c');
        let code = "c".repeat(range.prefix.len() - digits.len());
        format!("| `+{digits}{code}…` | {} |\n", range.about)
    });
    let table: String = rows.collect();
    let documents = include_str!("../../README.md");
    assert!(documents.contains(&table), "the README must hold this table:\n{table}");
}

#[tokio::test]
async fn a_utility_template_takes_its_values_and_costs_its_own_rate() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let created = meta.post(&path("message_templates"), NEWS).send().await.unwrap();
    assert_eq!(created.status(), 200, "{}", created.text().await.unwrap());
    meta.advance(3).await;
    let _review = callback.next().await;
    let send = |values: &str, button: &str| {
        format!(
            r#"{{{TO},"type":"template","template":{{"name":"parcel","language":{{"code":"en_US"}},"components":[
            {{"type":"body","parameters":[{values}]}}{button}]}}}}"#
        )
    };
    let text = |text: &str| format!(r#"{{"type":"text","text":"{text}"}}"#);
    let two = format!("{},{}", text("77"), text("noon"));
    let button = format!(r#",{{"type":"button","sub_type":"URL","index":0,"parameters":[{}]}}"#, text("77"));
    check(&meta, &send(&text("77"), &button), expect![[r##"400 "(#132000) Number of parameters does not match the expected number of params" | "body: number of localizable_params (1) does not match the expected number of params (2)""##]]).await;
    check(&meta, &send(&two, ""), expect![[r##"400 "(#131008) Required parameter is missing" | "buttons: Button at index 0 of type Url requires a parameter""##]]).await;
    let lines = format!("{},{}", text("7\\n7"), text("noon"));
    check(&meta, &send(&lines, &button), expect![[r##"400 "(#132018) There's an issue with the parameters in your template." | "Param text cannot have new-line/tab characters or more than 4 consecutive spaces""##]]).await;
    let long = format!("{},{}", text(&"7".repeat(1_100)), text("noon"));
    let long_button = button.replace("77", &"7".repeat(2_001));
    for body in [send(&long, &button), send(&two, &long_button)] {
        let told = told(&meta, "messages", &body).await;
        assert!(told.starts_with(r##"400 "(#132005)"##), "{told}");
    }
    check(&meta, &send(&two, &button), expect![[r#"200 "16505551234" as "16505551234" "accepted""#]]).await;
    let heard = statuses(&meta, &mut callback, 3_600, 3).await;
    assert_eq!(heard, "sent regular utility, delivered regular utility, read");
    let inbox = meta.client.get(meta.url("/_mock/phones/16505551234")).send().await.unwrap();
    let inbox: Value = serde_json::from_str(&inbox.text().await.unwrap()).unwrap();
    assert_eq!(
        inbox["messages"][0]["body"],
        "Your parcel with the number 77 has left our house and comes to your door today at noon, so be there."
    );
    assert_eq!(inbox["messages"][0]["buttons"][0]["target"], "https://example.com/77");
}

/// A Meta with an approved utility template, and the body of a send of it.
async fn with_news(meta: &str) -> (Meta, Callback, String) {
    let (meta, mut callback) = (Meta::start_with("", meta).await, Callback::start().await);
    meta.subscribe(&callback).await;
    let created = meta.post(&path("message_templates"), NEWS).send().await.unwrap();
    assert_eq!(created.status(), 200);
    meta.approve_template().await;
    let _reviews = (callback.next().await, callback.next().await);
    let body = r#"{"type":"body","parameters":[{"type":"text","text":"77"},{"type":"text","text":"noon"}]}"#;
    let button = r#"{"type":"button","sub_type":"url","index":0,"parameters":[{"type":"text","text":"77"}]}"#;
    let send = format!(
        r#"{{{TO},"type":"template","template":{{"name":"parcel","language":{{"code":"en_US"}},"components":[{body},{button}]}}}}"#
    );
    (meta, callback, send)
}

#[tokio::test]
async fn a_utility_template_has_standard_priority_and_a_code_overtakes_it() {
    let standard = "standard = { sent = { median = \"5s\", p99 = \"5s\" }, delivered = { median = \"30s\", p99 = \"30s\" } }";
    let (meta, mut callback, news) = with_news(standard).await;
    check(&meta, &news, expect![[r#"200 "16505551234" as "16505551234" "accepted""#]]).await;
    let code = SEND.replace("+1 650 555 1234", "16505559999");
    check(&meta, &code, expect![[r#"200 "16505559999" as "16505559999" "accepted""#]]).await;
    let heard = statuses(&meta, &mut callback, 1, 2).await;
    assert_eq!(heard, "sent regular authentication, delivered regular authentication");
    assert_eq!(statuses(&meta, &mut callback, 5, 2).await, "read, sent regular utility");
    assert_eq!(statuses(&meta, &mut callback, 60, 2).await, "delivered regular utility, read");
}

#[tokio::test]
async fn a_message_that_is_paced_says_so_and_waits_and_a_code_never_is() {
    let pacing = "pacing = { share = \"100 %\", lasts = { median = \"10min\", p99 = \"10min\" } }";
    let (meta, mut callback, news) = with_news(pacing).await;
    check(&meta, &news, expect![[r#"200 "16505551234" as "16505551234" "held_for_quality_assessment""#]])
        .await;
    check(
        &meta,
        &SEND.replace("+1 650 555 1234", "16505559999"),
        expect![[r#"200 "16505559999" as "16505559999" "accepted""#]],
    )
    .await;
    let heard = statuses(&meta, &mut callback, 599, 3).await;
    assert_eq!(heard, "sent regular authentication, delivered regular authentication, read");
    let heard = statuses(&meta, &mut callback, 120, 3).await;
    assert_eq!(heard, "sent regular utility, delivered regular utility, read");
}

#[tokio::test]
async fn an_answer_says_what_became_of_the_message_when_the_profile_has_it_so() {
    let pacing = "pacing = { share = \"100 %\", lasts = { median = \"1s\", p99 = \"1s\" } }";
    let (meta, _callback, news) = with_news(pacing).await;
    let text = format!(r#"{{{TO},"text":{{"body":"hello"}}}}"#);
    for (word, expected) in [
        ("always", ["\"held_for_quality_assessment\"", "\"accepted\"", "\"accepted\""]),
        ("templates", ["\"held_for_quality_assessment\"", "\"accepted\"", "null"]),
        ("held", ["\"held_for_quality_assessment\"", "null", "null"]),
    ] {
        let profile = format!(r#"{{"message_status":"{word}"}}"#);
        let set = meta.client.put(meta.url("/_mock/profile")).body(profile).send().await.unwrap();
        assert_eq!(set.status(), 200);
        for (body, said) in [&news, SEND, &text].into_iter().zip(expected) {
            let told = told(&meta, "messages", body).await;
            assert!(told.starts_with("200 ") && told.ends_with(said), "{word}: {told}");
            meta.advance(10).await;
        }
    }
}

#[tokio::test]
async fn a_message_to_somebody_who_blocked_the_business_ends_as_the_profile_says() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    meta.approve_template().await;
    let _review = callback.next().await;
    let blocked = meta.client.patch(meta.url("/_mock/phones/16505551234")).body(r#"{"blocked":true}"#);
    assert_eq!(blocked.send().await.unwrap().status(), 200);
    meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(statuses(&meta, &mut callback, 600, 1).await, "sent regular authentication");
    let profile = meta.client.put(meta.url("/_mock/profile")).body(r#"{"blocked_recipient":"fails"}"#);
    assert_eq!(profile.send().await.unwrap().status(), 200);
    meta.post(&path("messages"), SEND).send().await.unwrap();
    assert_eq!(statuses(&meta, &mut callback, 600, 2).await, "sent regular authentication, failed 131026");
}

#[tokio::test]
async fn who_wants_no_marketing_gets_none_until_they_want_it_again_and_gets_codes_all_the_while() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.subscribe(&callback).await;
    let offer = NEWS.replace("UTILITY", "MARKETING").replace("parcel", "offer");
    assert_eq!(meta.post(&path("message_templates"), offer).send().await.unwrap().status(), 200);
    meta.approve_template().await;
    let _reviews = (callback.next().await, callback.next().await);
    let (_, _, news) = with_news("").await;
    let offer = news.replace("parcel", "offer");
    let send = async |body: &str| {
        assert_eq!(meta.post(&path("messages"), body.to_owned()).send().await.unwrap().status(), 200);
    };
    send(SEND).await;
    let codes = "sent regular authentication, delivered regular authentication, read";
    assert_eq!(statuses(&meta, &mut callback, 600, 3).await, codes);
    for (wish, fate) in
        [("stop", "failed 131050"), ("resume", "sent regular marketing, delivered regular marketing, read")]
    {
        let wish = format!(r#"{{"type":"marketing_preference","value":"{wish}"}}"#);
        let url = meta.url("/_mock/phones/16505551234/inbound");
        assert_eq!(meta.client.post(url).body(wish).send().await.unwrap().status(), 200);
        send(&offer).await;
        let heard = statuses(&meta, &mut callback, 7_200, fate.matches(", ").count() + 1).await;
        assert_eq!(heard, fate);
        send(SEND).await;
        assert_eq!(statuses(&meta, &mut callback, 600, 3).await, codes);
    }
}

#[tokio::test]
async fn who_wrote_is_answered_by_their_scoped_id_but_gets_no_codes_by_it() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    let written = meta.client.post(meta.url("/_mock/phones/16505551234/messages"));
    assert_eq!(written.body(r#"{"text":"hello"}"#).send().await.unwrap().status(), 200);
    let id = callback.next().await["value"]["contacts"][0]["user_id"].take();
    let send = async |body: String| {
        let answer = meta.post(&path("messages"), body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let text = json!({"messaging_product": "whatsapp", "recipient": id, "text": {"body": "Hello."}});
    let accepted = send(text.to_string()).await;
    assert_eq!(accepted["contacts"], json!([{"input": id, "user_id": id}]), "{accepted}");
    meta.advance(5).await;
    let inbox: Value =
        meta.client.get(meta.url("/_mock/phones/16505551234")).send().await.unwrap().json().await.unwrap();
    assert_eq!(inbox["messages"][0]["body"], "Hello.");
    let code = SEND.replace(r#""to":"+1 650 555 1234""#, &format!(r#""recipient":{id}"#));
    assert_eq!(send(code).await["error"]["code"], 131_062);
}
