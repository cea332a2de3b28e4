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
async fn a_phone_that_cannot_take_a_code_by_itself_falls_back_to_the_button_that_copies_it() {
    let meta = Meta::start().await;
    let apps = json!([{"package_name": "com.example.app", "signature_hash": "K8a/AINcGX7"}]);
    let cases = [
        ("COPY_CODE", json!({"device": "ios"}), (false, "copy_code")),
        ("ONE_TAP", json!({"device": "android", "app_as_needed": true}), (false, "autofill")),
        ("ONE_TAP", json!({"device": "android", "app_as_needed": false}), (true, "copy_code")),
        ("ONE_TAP", json!({"device": "ios"}), (true, "copy_code")),
        ("ZERO_TAP", json!({"device": "ios"}), (true, "copy_code")),
        ("ZERO_TAP", json!({"device": "web"}), (true, "copy_code")),
    ];
    for (nth, (kind, change, expected)) in cases.into_iter().enumerate() {
        let mut button = json!({"type": "OTP", "otp_type": kind});
        if kind != "COPY_CODE" {
            button["supported_apps"] = apps.clone();
        }
        if kind == "ZERO_TAP" {
            button["zero_tap_terms_accepted"] = json!(true);
        }
        let name = format!("code_{nth}");
        let template = json!({"name": name, "language": "en_US", "category": "AUTHENTICATION",
            "components": [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [button]}]});
        let created = meta.post(&path("message_templates"), template.to_string()).send().await.unwrap();
        assert_eq!(created.status(), 200, "{}", text(created).await);
        meta.advance(3).await;
        meta.change_phone(change.clone()).await;
        let send = SEND.replace("login_code", &name);
        assert_eq!(meta.post(&path("messages"), send).send().await.unwrap().status(), 200);
        meta.advance(6).await;
        let read = meta.read(PHONE).await;
        let message = read["messages"].as_array().unwrap().last().unwrap();
        let told =
            (message["is_fallback"].as_bool().unwrap(), message["buttons"][0]["action"].as_str().unwrap());
        assert_eq!(told, expected, "{kind} {change}");
    }
}

#[tokio::test]
async fn a_phone_shows_what_a_message_quotes_and_who_wrote_it() {
    let (meta, _callback) = arrived(json!({"device": "ios"})).await;
    let code = meta.read(PHONE).await["messages"][0]["id"].as_str().unwrap().to_owned();
    let (_, said) = meta.act("/messages", json!({"text": "What is this?"})).await;
    let answer = |id: &Value| {
        json!({"messaging_product": "whatsapp", "to": "16505551234", "context": {"message_id": id},
            "type": "text", "text": {"body": "A code."}})
    };
    for id in [&said["id"], &json!(code)] {
        meta.advance(7).await;
        let sent = meta.post(&path("messages"), answer(id).to_string()).send().await.unwrap();
        assert_eq!(sent.status(), 200);
        meta.advance(7).await;
    }
    let read = meta.read(PHONE).await;
    let quoted: Vec<_> = read["messages"].as_array().unwrap().iter().map(|it| &it["context"]).collect();
    assert_eq!(quoted[0], &Value::Null);
    assert_eq!(quoted[1], &json!({"id": said["id"], "from": "16505551234", "body": "What is this?"}));
    let body = "*482913* is your verification code. For your security, do not share this code.";
    assert_eq!(quoted[2], &json!({"id": code, "from": "15550783881", "body": body}));
}

#[tokio::test]
async fn a_phone_shows_who_types_until_the_answer_comes_or_25_seconds_have_passed() {
    let meta = Meta::start().await;
    let (_, said) = meta.act("/messages", json!({"text": "hello"})).await;
    let mark = |typing: Value| {
        let mut mark = json!({"messaging_product": "whatsapp", "status": "read", "message_id": said["id"]});
        if typing.is_object() {
            mark["typing_indicator"] = typing;
        }
        mark.to_string()
    };
    let typing = async || meta.read(PHONE).await["typing"].take();
    let send = async |body: String| {
        let answer = meta.post(&path("messages"), body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    send(mark(Value::Null)).await;
    assert_eq!(typing().await, json!([]));
    send(mark(json!({"type": "text"}))).await;
    assert_eq!(typing().await, json!(["15550783881"]));
    meta.advance(24).await;
    assert_eq!(typing().await, json!(["15550783881"]));
    meta.advance(1).await;
    assert_eq!(typing().await, json!([]));
    send(mark(json!({"type": "text"}))).await;
    let answer = json!({"messaging_product": "whatsapp", "to": "16505551234", "text": {"body": "hi"}});
    send(answer.to_string()).await;
    meta.advance(2).await;
    assert_eq!(typing().await, json!([]));
}

#[tokio::test]
async fn a_person_quotes_a_message_and_passes_one_on() {
    let (meta, mut callback) = arrived(json!({"device": "ios"})).await;
    let (status, _) = meta.act("/messages", json!({"text": "No", "about": "latest"})).await;
    assert_eq!(status, 200);
    let heard = callback.next().await;
    let context = &heard["value"]["messages"][0]["context"];
    assert_eq!(context["from"], "15550783881");
    assert_eq!(context["id"], meta.read(PHONE).await["messages"][0]["id"]);
    meta.act("/messages", json!({"text": "Look", "forwarded": "often"})).await;
    let heard = callback.next().await;
    assert_eq!(heard["value"]["messages"][0]["context"], json!({"frequently_forwarded": true}));
    let both = meta.act("/messages", json!({"text": "x", "about": "latest", "forwarded": "once"})).await;
    assert_eq!(both, (400, json!({"error": "`about` and `forwarded` exclude each other"})));
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
async fn a_button_hands_over_its_own_code_and_the_request_says_when_that_is_another() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let (body, button) = SEND.rsplit_once("482913").unwrap();
    meta.post(&path("messages"), format!("{body}111111{button}")).send().await.unwrap();
    meta.advance(5).await;
    let (_, pressed) = meta.act("/messages/latest/press", json!({"button": 0})).await;
    assert_eq!(pressed["code"], "111111");
    assert_eq!(meta.read(PHONE).await["messages"][0]["code"], "482913");
    let requests = meta.read("/_mock/requests?path=*/messages").await;
    let checks = requests["requests"][0]["why"]["checks"].to_string();
    assert!(checks.contains("the button hands over another code than the text shows"), "{requests}");
}

#[tokio::test]
async fn a_phone_is_on_from_when_it_was_to_come_back() {
    let meta = Meta::start().await;
    let off = meta.change_phone(json!({"online": false, "back_after": "40s"})).await;
    assert_eq!(off["line"]["state"], "off");
    meta.advance(41).await;
    let on = meta.read(PHONE).await["phone"]["line"].take();
    assert_eq!((&on["state"], &on["at_micros"]), (&json!("on"), &off["line"]["at_micros"]));
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

#[tokio::test]
async fn the_newest_code_is_waited_for_past_messages_without_one_and_found_in_any_text() {
    let (meta, _callback) = arrived(json!({})).await;
    let code = async |after: u64| {
        let url = meta.url(&format!("{PHONE}/code?after={after}&wait_secs=30"));
        text(meta.client.get(url).send().await.unwrap()).await
    };
    assert_eq!(code(0).await, "482913\n");
    meta.act("/messages", json!({"text": "hi"})).await;
    let said = |words: &str| json!({"messaging_product": "whatsapp", "to": "16505551234", "type": "text", "text": {"body": words}});
    let say = async |words: &str| {
        let sent = meta.post(&path("messages"), said(words).to_string()).send().await.unwrap();
        assert_eq!(sent.status(), 200);
        meta.advance(60).await;
    };
    say("One moment, please.").await;
    let (found, ()) = tokio::join!(code(1), say("Your code is 771204. Do not tell anybody."));
    assert_eq!(found, "771204\n");
}

#[tokio::test]
async fn what_a_person_writes_is_bounded_with_all_that_goes_with_it() {
    let meta = Meta::start().await;
    let long = "a".repeat(40_000);
    for (path, body) in [
        ("/inbound", json!({"type": "image", "caption": long})),
        ("/messages", json!({"text": "Hi", "referral": {"headline": long}})),
    ] {
        let (status, answer) = meta.act(path, body).await;
        assert_eq!(status, 413);
        assert!(
            answer["error"].as_str().unwrap().ends_with("bytes, but must have at most 32768"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn what_a_person_sends_has_no_fields_but_those_of_its_type() {
    let meta = Meta::start().await;
    for (body, unknown) in [
        (json!({"type": "image", "captoin": "Is it this?"}), "captoin"),
        (json!({"type": "image", "caption": "Is it this?", "value": "stop"}), "value"),
        (json!({"type": "marketing_preference", "value": "stop", "form": "1"}), "form"),
        (json!({"type": "identity_changed", "hsah": "x", "to": "106540352242922"}), "hsah"),
        (json!({"type": "unsupported", "caption": "x"}), "caption"),
        (json!({"type": "reaction", "about": "latest", "emoij": "x"}), "emoij"),
    ] {
        let (status, answer) = meta.act("/inbound", body).await;
        let told = answer["error"].as_str().unwrap();
        assert_eq!(status, 400, "{told}");
        assert!(
            told.starts_with(&format!("the body cannot be read: unknown field `{unknown}`, expected ")),
            "{told}"
        );
    }
    let to = json!({"type": "image", "caption": "Is it this?", "to": "106540352242922"});
    assert_eq!(meta.act("/inbound", to).await.0, 200);
}
