//! The request journal: what was asked, why it was refused, and whether it was as it should be.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::meta::{Meta, SEND, path};

impl Meta {
    async fn requests(&self, query: &str) -> Value {
        let url = self.url(&format!("/_mock/requests{query}"));
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn verify(&self, body: Value) -> (u16, Value) {
        let url = self.url("/_mock/requests/verify");
        let answer = self.client.post(url).body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn send(&self, body: &str) {
        self.post(&path("messages"), body).send().await.unwrap();
    }
}

/// What became of the last request, as the journal explains it.
#[track_caller]
fn check(requests: &Value, expected: Expect) {
    let last = requests["requests"].as_array().unwrap().last().unwrap();
    let why = &last["why"];
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told = format!("{} {}: {}\n", last["status"], word(&why["verdict"]), word(&why["because"]));
    for made in why["checks"].as_array().unwrap() {
        let line = ["check", "outcome", "found"].map(|part| word(&made[part])).join(" ");
        told.push_str(line.trim_end());
        told.push('\n');
    }
    expected.assert_eq(&told);
}

#[tokio::test]
async fn a_request_is_remembered_without_its_code_token_or_number() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.send(SEND).await;
    let query = format!("{}?access_token=EAAsampletoken", path("messages"));
    meta.client.post(meta.url(&query)).body(SEND).send().await.unwrap();
    let requests = meta.requests("?path=*/messages&status=200").await;
    let kept = requests["requests"].as_array().unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((&kept[0]["to"], &kept[0]["template"]), (&json!("16*******34"), &json!("login_code")));
    assert_eq!(kept[0]["body"]["template"]["components"][0]["type"], "body");
    let text = requests.to_string();
    for secret in ["482913", "EAAsampletoken", "5551234", "wamid"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn codes_in_a_query_and_ids_of_messages_in_a_path_are_masked_too() {
    let meta = Meta::start().await;
    meta.get("/oauth/access_token?client_id=1&client_secret=2&code=AQlogin").send().await.unwrap();
    meta.post("/v23.0/106540352242922/verify_code?code=482913", "").send().await.unwrap();
    meta.post("/v23.0/106540352242922/verify_code", r#"{"code":482913}"#).send().await.unwrap();
    meta.get("/v23.0/wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4").send().await.unwrap();
    let listed = meta.requests("").await.to_string();
    let (status, verified) = meta.verify(json!({"match": {"path": "/none"}})).await;
    assert_eq!(status, 417);
    for secret in ["482913", "AQlogin", "HBgLMTY1"] {
        for text in [&listed, &verified.to_string()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_throttled_request_is_told_the_figures_and_when_it_would_pass() {
    let meta = Meta::start_with("", r#"limits = { throughput = "80/s", pair-burst = 2 }"#).await;
    meta.approve_template().await;
    for _ in 0..3 {
        meta.send(SEND).await;
    }
    let why = meta.requests("?code=131056").await;
    let last = &why["requests"][0]["why"];
    assert_eq!(last["check"], "pair_rate");
    assert_eq!(
        last["because"],
        "2 of 2 messages to one recipient came in one burst; each takes 6s to pay back"
    );
    let (at, passes) = (&why["requests"][0]["at_micros"], &last["passes_at_micros"]);
    assert_eq!(passes.as_u64().unwrap() - at.as_u64().unwrap(), 12_000_000);
    meta.advance(12).await;
    meta.send(SEND).await;
    assert_eq!(meta.requests("?status=200&path=*/messages").await["requests"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_accepted_message_tells_every_check_with_its_figures() {
    let meta = Meta::start_with("", r#"limits = { throughput = "80/s", pair-burst = 10 }"#).await;
    meta.approve_template().await;
    let account = meta.url("/_mock/accounts/102290129340398");
    meta.client.post(account).body(r#"{"tier":"TIER_250"}"#).send().await.unwrap();
    for nth in 0..4 {
        meta.send(&SEND.replace("555 1234", &format!("555 123{nth}"))).await;
    }
    check(
        &meta.requests("?path=*/messages").await,
        expect![[r#"
            200 accepted: every check was passed
            path passed
            body passed
            token passed
            object passed
            permission passed
            shape passed
            room passed there is room for one more message on its way
            faults passed no fault refuses it
            account passed both may write; no customer service window is open
            recipient passed the number stands for no refusal
            throughput passed 4 of 80 messages a second are used
            pair_rate passed 1 of 10 messages to one recipient came in one burst
            template passed APPROVED
            parameters passed they fit
            prospects passed nothing is known to keep it from arriving
            messaging_limit passed 4 of 250 people were written to unasked within a day
        "#]],
    );
}

#[tokio::test]
async fn a_message_that_will_fail_tells_why_although_it_is_accepted() {
    let meta = Meta::start().await;
    meta.send(r#"{"messaging_product":"whatsapp","to":"16505551234","type":"text","text":{"body":"Hi"}}"#)
        .await;
    check(
        &meta.requests("?path=*/messages").await,
        expect![[r#"
        200 accepted: it will fail with 131047: Re-engagement message
        path passed
        body passed
        token passed
        object passed
        permission passed
        shape passed
        room passed there is room for one more message on its way
        faults passed no fault refuses it
        account passed both may write; no customer service window is open
        recipient passed the number stands for no refusal
        throughput passed 1 of 1000 messages a second are used
        pair_rate passed 1 of 45 messages to one recipient came in one burst
        template passed free form needs none
        parameters passed they fit
        prospects doomed it will fail with 131047: Re-engagement message
        messaging_limit passed it does not count: it answers a person, or will fail
    "#]],
    );
}

#[tokio::test]
async fn a_refusal_names_the_check_and_those_it_passed() {
    let meta = Meta::start().await;
    meta.send(SEND).await;
    check(
        &meta.requests("?status=404").await,
        expect![[r#"
            404 refused: template name (login_code) does not exist in en_US
            path passed
            body passed
            token passed
            object passed
            permission passed
            shape passed
            room passed there is room for one more message on its way
            faults passed no fault refuses it
            account passed both may write; no customer service window is open
            recipient passed the number stands for no refusal
            throughput passed 1 of 1000 messages a second are used
            pair_rate passed 1 of 45 messages to one recipient came in one burst
            template refused template name (login_code) does not exist in en_US
        "#]],
    );
    meta.client.get(meta.url("/v23.0/1?access_token=wrong")).send().await.unwrap();
    check(
        &meta.requests("?code=190").await,
        expect![[r#"
        401 refused: Invalid OAuth access token - Cannot parse access token
        path passed
        body passed
        token refused Invalid OAuth access token - Cannot parse access token
    "#]],
    );
    meta.get("/v23.0/1").send().await.unwrap();
    check(
        &meta.requests("?path=*/1").await,
        expect![[r#"
        400 refused: Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api
        path passed
        body passed
        token passed
        calls passed
        object refused Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api
    "#]],
    );
    meta.send("{}").await;
    check(
        &meta.requests("?path=*/messages").await,
        expect![[r#"
        400 refused: (#100) The parameter messaging_product is required.
        path passed
        body passed
        token passed
        object passed
        permission passed
        shape refused (#100) The parameter messaging_product is required.
    "#]],
    );
    meta.get("/v23.0/106540352242922").send().await.unwrap();
    check(
        &meta.requests("").await,
        expect![[r#"
        200 accepted: every check was passed
        path passed
        body passed
        token passed
        calls passed
        object passed
        permission passed
        operation passed
    "#]],
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_to_be_why() {
    let meta = Meta::start().await;
    let deep = "[".repeat(5_000).into_bytes();
    for (body, told) in [
        (b"{\"to\":".to_vec(), "the body is no JSON: EOF while parsing a value at line 1 column 6"),
        (b"{\"to\":\"\xff\"}".to_vec(), "the body is no UTF-8: its byte 8 fits no character"),
        (deep, "the body is nested too deep: recursion limit exceeded at line 1 column 128"),
    ] {
        let answer = meta.post(&path("messages"), "").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let listed = meta.requests("?path=*/messages").await;
        let last = listed["requests"].as_array().unwrap().last().unwrap();
        let missing = "(#100) The parameter messaging_product is required.";
        assert_eq!(last["answer"]["error"]["message"], missing);
        let why = &last["why"];
        assert_eq!((&why["check"], &why["because"]), (&json!("body"), &json!(told)));
        assert_eq!(why["checks"][1], json!({"check": "body", "outcome": "refused", "found": told}));
        let shape = why["checks"].as_array().unwrap().last().unwrap();
        assert_eq!(shape, &json!({"check": "shape", "outcome": "refused", "found": missing}));
    }
    let url = meta.url(&format!("{}?access_token=wrong", path("messages")));
    meta.client.post(url).body("{").send().await.unwrap();
    check(
        &meta.requests("?code=190").await,
        expect![[r#"
            401 refused: Invalid OAuth access token - Cannot parse access token
            path passed
            body passed the body is no JSON: EOF while parsing an object at line 1 column 1
            token refused Invalid OAuth access token - Cannot parse access token
        "#]],
    );
}

#[tokio::test]
async fn a_request_that_a_fault_refused_names_the_fault() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let fault = "[[faults]]\nfor = \"10s\"\nrefuse = { code = 130429, share = \"100 %\" }\n";
    meta.client.put(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
    meta.send(SEND).await;
    let why = meta.requests("?code=130429").await["requests"][0]["why"].clone();
    assert_eq!(why["check"], "faults");
    assert!(why["because"].as_str().unwrap().starts_with("fault 1: "), "{why}");
    assert!(why["passes_at_micros"].is_u64());
}

#[tokio::test]
async fn a_request_that_a_fault_dropped_has_no_status_and_says_whether_it_took_effect() {
    for (when, verdict, because) in [
        ("before", "dropped", "dropped before it took effect, by fault 1: {"),
        ("after", "accepted", "every check was passed"),
    ] {
        let meta = Meta::start().await;
        meta.approve_template().await;
        let fault = json!({"faults": [{"answer": {"drop": when}, "operation": "messages"}]}).to_string();
        meta.client.put(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
        meta.post(&path("messages"), SEND).send().await.expect_err("no answer comes");
        let kept = meta.requests("?path=*/messages").await["requests"][0].take();
        assert_eq!((&kept["status"], &kept["answer"]), (&Value::Null, &Value::Null));
        let why = &kept["why"];
        assert_eq!(why["verdict"], verdict);
        assert!(why["because"].as_str().unwrap().starts_with(because), "{why}");
        assert!(why["spoiled_by"].as_str().unwrap().starts_with("fault 1: "), "{why}");
        assert_eq!(why["checks"].as_array().unwrap().is_empty(), when == "before");
        let sends = json!({"path": "*/messages"});
        assert_eq!(meta.verify(json!({"match": sends, "count": {"exactly": 1}})).await.0, 200);
        for status in [200, 500] {
            let answered = json!({"path": "*/messages", "status": status});
            let (found, unmet) = meta.verify(json!({"match": answered})).await;
            assert_eq!(found, 417, "dropped {when}");
            let told = format!("its status is none, not {status}");
            assert_eq!(unmet["nearest"][0]["differences"], json!([told]));
        }
    }
}

#[tokio::test]
async fn a_refusal_that_a_fault_dropped_still_tells_its_reason() {
    let meta = Meta::start().await;
    let fault = json!({"answer": {"drop": "after"}}).to_string();
    meta.client.post(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
    meta.post(&path("messages"), "{}").send().await.expect_err("no answer comes");
    let kept = meta.requests("?path=*/messages").await["requests"][0].take();
    assert_eq!(kept["why"]["verdict"], "refused");
    assert_eq!(kept["why"]["because"], "(#100) The parameter messaging_product is required.");
    assert_eq!((kept.get("code"), &kept["status"]), (None, &Value::Null));
}

#[tokio::test]
async fn numbers_in_faults_and_in_fields_are_masked() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    for fault in [
        json!({"recipient": "16505551234", "answer": {"status": 500}}),
        json!({"recipient": "16505551234", "refuse": {"code": 131056}}),
    ] {
        let url = meta.url("/_mock/faults");
        assert_eq!(meta.client.post(url).body(fault.to_string()).send().await.unwrap().status(), 200);
    }
    meta.send(SEND).await;
    let requests = meta.requests("").await;
    let why = &requests["requests"].as_array().unwrap().last().unwrap()["why"];
    for told in [&why["because"], &why["spoiled_by"]] {
        assert!(told.as_str().unwrap().contains("recipient = \"16*******34\""), "{why}");
    }
    for number in ["16505551234", "1650555123412345678"] {
        let fields = format!("analytics.start(1).end(2).granularity(DAY).phone_numbers([{number}])");
        meta.get(&format!("/v23.0/102290129340398?fields={fields}")).send().await.unwrap();
    }
    let text = meta.requests("").await.to_string();
    assert!(!text.contains("5551234") && text.contains("phone_numbers%28%5B%2A"), "{text}");
}

#[tokio::test]
async fn a_verification_that_fails_tells_what_came_near() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.send(SEND).await;
    let wanted = json!({"path": "*/messages", "to": "+1 650 555 1234"});
    let (status, met) = meta.verify(json!({"match": wanted, "count": {"exactly": 1}})).await;
    assert_eq!((status, &met["count"]), (200, &json!(1)));
    let other = json!({"method": "POST", "path": "*/messages", "to": "16505550000"});
    let (status, unmet) = meta.verify(json!({"match": other})).await;
    assert_eq!(status, 417);
    expect!["0 requests match, but there must be at least 1"]
        .assert_eq(unmet["error"].as_str().unwrap().split(';').next().unwrap());
    assert_eq!(unmet["nearest"][0]["differences"], json!(["its recipient is 16*******34, not 16*******00"]));
    let (status, unmet) = meta.verify(json!({"match": wanted, "count": {"at_least": 2, "at_most": 9}})).await;
    assert_eq!(
        (status, unmet["error"].as_str().unwrap()),
        (417, "1 requests match, but there must be 2 to 9")
    );
}

#[tokio::test]
async fn a_form_is_found_by_whom_it_is_to_and_by_its_template() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let sent: Value = serde_json::from_str(SEND).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = sent.as_object().unwrap().iter();
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name}={}", text(value))).collect();
    // As `curl -d` sends it: with JSON as it is, and nothing encoded but what must be.
    let form = fields.join("&").replace('+', "%2B");
    let request = meta.client.post(meta.url(&path("messages"))).bearer_auth("EAAsampletoken");
    let request = request.header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
    assert_eq!(request.body(form).send().await.unwrap().status(), 200);
    let wanted = json!({"to": "+1 650 555 1234", "template": "login_code"});
    assert_eq!(meta.verify(json!({"match": wanted, "count": {"exactly": 1}})).await.0, 200);
    let text = meta.requests("?to=16505551234&template=login_code").await.to_string();
    for secret in ["482913", "EAAsampletoken", "5551234"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_body_that_was_cut_says_so_where_it_does_not_match() {
    let meta = Meta::start().await;
    meta.send(&format!("{}{}", SEND, " ".repeat(4_096))).await;
    let (status, unmet) = meta.verify(json!({"match": {"to": "+1 650 555 1234"}})).await;
    assert_eq!(status, 417);
    assert_eq!(
        unmet["nearest"][0]["differences"],
        json!(["its recipient is in a part of its body that was not kept, not 16*******34"])
    );
    assert_eq!(meta.requests("?path=*/messages").await["requests"][0]["is_body_cut"], true);
}

#[tokio::test]
async fn bounds_that_exclude_each_other_are_refused() {
    let meta = Meta::start().await;
    for count in
        [json!({"exactly": 1, "at_most": 2}), json!({"at_least": 3, "at_most": 2}), json!({"most": 1})]
    {
        assert_eq!(meta.verify(json!({"count": count})).await.0, 400);
    }
    assert_eq!(meta.verify(json!({"match": {"to": "12"}})).await.0, 400);
}
