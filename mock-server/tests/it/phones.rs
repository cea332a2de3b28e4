//! Phones over the control API: what they are like, what they show, and what is done on them.

use cloud_sim::Tenant;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, path, text};

const PHONE: &str = "/_mock/phones/16505551234";

impl Meta {
    async fn change_phone(&self, change: Value) -> Value {
        let changed = self.client.patch(self.url(PHONE)).body(change.to_string()).send().await.unwrap();
        assert_eq!(changed.status(), 200);
        changed.json().await.unwrap()
    }

    async fn act(&self, path: &str, body: Value) -> (u16, Value) {
        let url = self.url(&format!("{PHONE}{path}"));
        let answer = self.client.post(url).body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn read(&self, path: &str) -> Value {
        self.client.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }
}

/// A code that has arrived, and a callback that has heard of it up to `delivered`.
async fn arrived(change: Value) -> (Meta, Callback) {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::start().await;
    meta.subscribe(&callback).await;
    meta.change_phone(change).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(1).await;
    assert_eq!(callback.next().await["value"]["statuses"][0]["status"], "sent");
    assert_eq!(callback.next().await["value"]["statuses"][0]["status"], "delivered");
    (meta, callback)
}

#[track_caller]
fn check(told: &Value, expected: Expect) {
    expected.assert_eq(&told.to_string());
}

#[tokio::test]
async fn a_phone_shows_the_text_the_button_and_what_the_button_does() {
    let (meta, _callback) = arrived(json!({"device": "ios"})).await;
    let read = meta.read(PHONE).await;
    let message = &read["messages"][0];
    check(
        &json!([message["body"], message["footer"], message["buttons"], message["from"], message["to"]]),
        expect![[
            r#"["*482913* is your verification code. For your security, do not share this code.",null,[{"action":"copy_code","enabled":true,"label":"Copy code"}],"15550783881","16505551234"]"#
        ]],
    );
    let companion = meta.read(&format!("{PHONE}?viewer=companion")).await;
    assert!(!companion["messages"].to_string().contains("482913"), "{companion}");
}

#[tokio::test]
async fn the_newest_code_is_one_line_for_scripts() {
    let (meta, _callback) = arrived(json!({})).await;
    let code = meta.client.get(meta.url(&format!("{PHONE}/code?wait_secs=5"))).send().await.unwrap();
    assert_eq!(code.headers()["content-type"], "text/plain; charset=UTF-8");
    assert_eq!(text(code).await, "482913\n");
    let none = meta.client.get(meta.url("/_mock/phones/16505550000/code")).send().await.unwrap();
    assert_eq!(none.status(), 404);
}

#[tokio::test]
async fn a_press_reads_the_message_and_gives_the_code() {
    let (meta, mut callback) = arrived(json!({"device": "android", "app_as_needed": false})).await;
    let (status, pressed) = meta.act("/messages/latest/press", json!({"button": 0})).await;
    assert_eq!(status, 200);
    check(&pressed, expect![[r#"{"action":"copy_code","code":"482913"}"#]]);
    assert_eq!(callback.next().await["value"]["statuses"][0]["status"], "read");
    meta.advance(60).await;
    assert!(callback.bodies.try_recv().is_err(), "it is not read again");
    meta.advance(600).await;
    let (status, refused) = meta.act("/messages/latest/press", json!({})).await;
    assert_eq!(status, 409);
    check(
        &refused,
        expect![[r#"{"error":"the button `Copy code` is disabled, because the code has expired"}"#]],
    );
}

#[tokio::test]
async fn a_reply_reaches_the_business_as_a_text() {
    let (meta, mut callback) = arrived(json!({})).await;
    let (status, said) = meta.act("/messages", json!({"text": "STOP"})).await;
    assert_eq!(status, 200);
    let message = &callback.next().await["value"]["messages"][0];
    assert_eq!((&message["text"]["body"], &message["from"]), (&json!("STOP"), &json!("16505551234")));
    assert_eq!(message["id"], said["id"]);
}

#[tokio::test]
async fn who_did_not_request_a_code_says_so_with_a_button() {
    let (meta, mut callback) = arrived(json!({"report_button": true})).await;
    let id = meta.read(PHONE).await["messages"][0]["id"].clone();
    let (status, _) = meta.act("/messages/latest/press", json!({"button": 1})).await;
    assert_eq!(status, 200);
    let (first, second) = (callback.next().await, callback.next().await);
    let message = [&first, &second].map(|change| &change["value"]["messages"][0]);
    let message = message.into_iter().find(|message| message.is_object()).unwrap();
    assert_eq!(message["button"]["payload"], "DID_NOT_REQUEST_CODE");
    assert_eq!(message["context"]["id"], id);
}

#[tokio::test]
async fn a_number_that_changes_is_told_by_the_system_and_has_no_whatsapp_any_more() {
    let (meta, mut callback) = arrived(json!({"device": "kaios"})).await;
    let (status, _) = meta.act("/move", json!({"to": "+1 650 555 9876"})).await;
    assert_eq!(status, 200);
    let value = callback.next().await["value"].take();
    assert_eq!(value["messages"][0]["system"]["wa_id"], "16505559876");
    assert!(value.get("contacts").is_none(), "{value}");
    assert_eq!(meta.read("/_mock/phones/16505559876").await["phone"]["device"], "kaios");
    assert_eq!(meta.read(PHONE).await["phone"]["on_whatsapp"], false);
}

#[tokio::test]
async fn a_phone_that_is_off_gets_its_code_when_it_comes_back() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let off = meta.change_phone(json!({"online": false})).await;
    assert_eq!(off["line"]["state"], "off");
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(40).await;
    assert_eq!(meta.read(PHONE).await["messages"], json!([]));
    meta.change_phone(json!({"online": true})).await;
    meta.advance_millis(1).await;
    assert_eq!(meta.read(PHONE).await["messages"][0]["code"], "482913");
}

#[tokio::test]
async fn phones_and_messages_are_listed_and_searched() {
    let (meta, _callback) = arrived(json!({"device": "ios"})).await;
    let phones = meta.read("/_mock/phones").await;
    assert_eq!((&phones[0]["number"], &phones[0]["messages"]), (&json!("16505551234"), &json!(1)));
    for (query, count) in [
        ("", 1),
        ("?to=16505551234", 1),
        ("?to=16505550000", 0),
        ("?template=login_code", 1),
        ("?template=x", 0),
    ] {
        let listed = meta.read(&format!("/_mock/messages{query}")).await;
        assert_eq!(listed["messages"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn what_is_forgotten_about_a_phone_is_again_as_chance_has_it() {
    let meta = Meta::start().await;
    let before = meta.read(PHONE).await["phone"].clone();
    let changed = meta.change_phone(json!({"device": "web", "blocked": true, "chat_open": true})).await;
    assert_ne!(changed, before);
    let forgotten = meta.client.delete(meta.url(PHONE)).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(forgotten, before);
}

#[tokio::test]
async fn bad_input_about_phones_is_told_what_would_be_right() {
    let meta = Meta::start().await;
    for (change, expected) in [
        (
            json!({"device": "palm"}),
            "`device` is `palm`, but must be one of `android`, `ios`, `kaios`, `web`",
        ),
        (json!({"back_after": "1min"}), "`back_after` needs `online` to be false"),
        (json!({"apps": [], "app_as_needed": true}), "`apps` and `app_as_needed` exclude each other"),
        (
            json!({"on_whatsapp": false, "blocked": true}),
            "`blocked` must not be true where `on_whatsapp` is false",
        ),
    ] {
        let refused = meta.client.patch(meta.url(PHONE)).body(change.to_string()).send().await.unwrap();
        assert_eq!(refused.status(), 400);
        assert_eq!(refused.json::<Value>().await.unwrap()["error"], expected);
    }
    let (status, refused) = meta.act("/messages/latest/press", json!({})).await;
    assert_eq!(status, 404);
    check(&refused, expect![[r#"{"error":"there is no message `latest` on this phone"}"#]]);
    let (status, _) = meta.act("/messages", json!({"text": ""})).await;
    assert_eq!(status, 400);
    let unknown = json!({"text": "hi", "to": Tenant::sample().account.to_string()});
    assert_eq!(meta.act("/messages", unknown).await.0, 400);
}
