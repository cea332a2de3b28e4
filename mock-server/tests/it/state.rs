//! What a simulated Meta holds outlives its process.

use std::fs;
use std::path::Path;
use std::time::Duration;

use axum::http::StatusCode;
use expect_test::{Expect, expect};
use mock_server::StateTime;
use serde_json::Value;

use crate::media;
use crate::meta::{Callback, Meta, SEND, TEMPLATE, path, text};
use crate::program::Program;

async fn save(meta: &Meta) -> Value {
    let saved = meta.client.post(meta.url("/_mock/state/save")).send().await.unwrap();
    assert_eq!(saved.status(), 200);
    saved.json().await.unwrap()
}

/// The statuses of the next webhooks, in their order.
async fn statuses(callback: &mut Callback, count: usize) -> String {
    let mut told = Vec::new();
    for _ in 0..count {
        let change = callback.next().await;
        told.push(change["value"]["statuses"][0]["status"].as_str().unwrap().to_owned());
    }
    told.join(" ")
}

#[tokio::test]
async fn what_was_pending_when_a_server_died_is_delivered_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let mut callback = Callback::start().await;
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    first.subscribe(&callback).await;
    assert_eq!(first.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    first.advance_millis(200).await;
    assert_eq!(statuses(&mut callback, 1).await, "sent");
    assert_eq!(save(&first).await, serde_json::json!({"written": true}));
    assert_eq!(save(&first).await, serde_json::json!({"written": false}));
    drop(first);

    let second = Meta::kept_in(&file).await.unwrap();
    second.advance(20).await;
    assert_eq!(statuses(&mut callback, 2).await, "delivered read");
    let code = second.client.get(second.url("/_mock/phones/16505551234/code")).send().await.unwrap();
    assert!(text(code).await.contains("482913"));
    let costs: Value =
        second.client.get(second.url("/_mock/costs")).send().await.unwrap().json().await.unwrap();
    assert_eq!(costs["totals"]["USD"]["charged"], 1);
    assert_eq!(second.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_webhook_that_was_not_heard_is_tried_again_by_the_next_server_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let mut callback = Callback::answering(StatusCode::INTERNAL_SERVER_ERROR, Duration::ZERO).await;
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    first.subscribe(&callback).await;
    first.post(&path("messages"), SEND).send().await.unwrap();
    first.advance_millis(200).await;
    let once = callback.bodies.recv().await.unwrap();
    save(&first).await;
    let stood = text(first.client.get(first.url("/_mock/clock")).send().await.unwrap()).await;
    drop(first);

    let second = Meta::kept_in(&file).await.unwrap();
    let goes_on = text(second.client.get(second.url("/_mock/clock")).send().await.unwrap()).await;
    assert_eq!(goes_on, stood, "time stood still in between");
    second.advance_millis(5_000).await;
    let mut again = Vec::new();
    while let Ok(body) = callback.bodies.try_recv() {
        again.push(body);
    }
    assert!(again.contains(&once), "{again:?}");
}

#[track_caller]
fn check_refused(told: &std::io::Error, file: &Path, expected: Expect) {
    let told = told.to_string().replace(&format!("{}: ", file.display()), "");
    expected.assert_eq(told.split(" at line ").next().unwrap());
}

#[tokio::test]
async fn a_file_that_cannot_be_restored_keeps_the_server_from_starting_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    save(&first).await;
    drop(first);
    let whole = fs::read_to_string(&file).unwrap();
    let cut = whole[..40].to_owned();
    let cases = [
        (String::new(), expect!["the state is damaged: EOF while parsing a value"]),
        (cut, expect!["the state is damaged: EOF while parsing a string"]),
        ("{}".to_owned(), expect!["the state has the format null, but must have `otpbench simulated Meta`"]),
        (
            whole.replace("\"version\":1", "\"version\":2"),
            expect!["the state has version 2, but this program reads version 1"],
        ),
        (
            whole.replace("APPROVED", "ADMIRED"),
            expect![
                "the state is damaged at `state.directory.accounts[0].record.review`: `ADMIRED` must be one of APPROVED, REJECTED, PENDING, DEFERRED"
            ],
        ),
    ];
    for (content, expected) in cases {
        fs::write(&file, &content).unwrap();
        let refused = Meta::kept_in(&file).await.err().unwrap();
        check_refused(&refused, &file, expected);
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing but the lock is left beside the file"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_state_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let meta = Meta::kept_in(&file).await.unwrap();
    save(&meta).await;
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_state_is_taken_out_of_one_server_and_put_into_another() {
    let (first, second) = (Meta::start().await, Meta::start().await);
    first.approve_template().await;
    first.post(&path("messages"), SEND).send().await.unwrap();
    let state = text(first.client.get(first.url("/_mock/state")).send().await.unwrap()).await;
    let put = second.client.put(second.url("/_mock/state")).body(state).send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", text(put).await);
    second.advance(20).await;
    let code = second.client.get(second.url("/_mock/phones/16505551234/code")).send().await.unwrap();
    assert!(text(code).await.contains("482913"));

    let put = second.client.put(second.url("/_mock/state")).body("{\"format\":1}").send().await.unwrap();
    assert_eq!(put.status(), 400);
    expect![[r#"{"error":"the state has the format 1, but must have `otpbench simulated Meta`"}"#]]
        .assert_eq(&text(put).await);
    let save = second.client.post(second.url("/_mock/state/save")).send().await.unwrap();
    assert_eq!(save.status(), 409);
}

#[tokio::test]
async fn a_state_cannot_send_webhooks_where_the_server_may_not() {
    let (first, second) = (Meta::start().await, Meta::start().await);
    let callback = Callback::start().await;
    first.subscribe(&callback).await;
    let state = text(first.client.get(first.url("/_mock/state")).send().await.unwrap()).await;
    let elsewhere = state.replace(&format!("http://{}", callback.address), "http://192.0.2.1");
    assert_ne!(state, elsewhere);
    let put = second.client.put(second.url("/_mock/state")).body(elsewhere).send().await.unwrap();
    assert_eq!(put.status(), 400);
    assert!(text(put).await.contains("the state has a callback at 192.0.2.1"));
}

#[tokio::test]
async fn a_program_that_is_killed_goes_on_with_its_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Program::start("--state", &file);
    first.call("/_mock/clock", r#"{"rate":0}"#).await;
    first.call(&path("message_templates"), TEMPLATE).await;
    first.call("/_mock/clock", r#"{"advance":"1h"}"#).await;
    first.call(&path("messages"), SEND).await;
    first.call("/_mock/state/save", "").await;
    drop(first);

    let second = Program::start("--state", &file);
    let before = second.read("/_mock/phones/16505551234").await;
    assert_eq!(before["messages"], serde_json::json!([]), "{before}");
    second.call("/_mock/clock", r#"{"advance":"10min"}"#).await;
    let state = second.read("/_mock/state").await;
    assert_eq!(state["state"]["accepted"], 1);
    let costs = second.read("/_mock/costs").await;
    let row = &costs["rows"][0];
    let ends = ["delivered", "failed", "discarded"].map(|end| row[end].as_u64().unwrap());
    assert_eq!(ends.iter().sum::<u64>(), 1, "{costs}");
}

#[tokio::test]
async fn who_was_written_to_does_not_count_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    let account = first.url("/_mock/accounts/102290129340398");
    let changed = first.client.post(account).body(r#"{"tier":"TIER_50"}"#).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    let send = async |meta: &Meta, person: u32| {
        let body = SEND.replace("555 1234", &format!("555 {person:04}"));
        assert_eq!(meta.post(&path("messages"), body).send().await.unwrap().status(), 200);
    };
    for person in 0..50 {
        send(&first, person).await;
    }
    first.advance(60).await;
    save(&first).await;
    drop(first);

    let second = Meta::kept_in(&file).await.unwrap();
    send(&second, 7).await;
    send(&second, 50).await;
    second.advance(60).await;
    let path = "/v23.0/106540352242922/message_history?fields=events{delivery_status}&limit=2";
    let history: Value = second.get(path).send().await.unwrap().json().await.unwrap();
    let last = |nth: usize| {
        history["data"][nth]["events"]["data"].as_array().unwrap().last().unwrap()["delivery_status"].clone()
    };
    assert_eq!((last(1), last(0)), ("READ".into(), "FAILED".into()));
}

async fn read(meta: &Meta, path: &str) -> Value {
    meta.client.get(meta.url(path)).send().await.unwrap().json().await.unwrap()
}

/// Sends a code, and gives the id of its message.
async fn send(meta: &Meta) -> String {
    let sent: Value = meta.post(&path("messages"), SEND).send().await.unwrap().json().await.unwrap();
    sent["messages"][0]["id"].as_str().unwrap().to_owned()
}

/// Writes to the business from the phone, and gives the id of that message.
async fn reply(meta: &Meta) -> Value {
    let url = meta.url("/_mock/phones/16505551234/messages");
    let told = meta.client.post(url).body(r#"{"text":"STOP"}"#).send().await.unwrap();
    assert_eq!(told.status(), 200);
    told.json::<Value>().await.unwrap()["id"].clone()
}

/// Everything that a person can see of a server, by the paths that show it.
async fn seen(meta: &Meta, message: &str, file: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in ["phones/16505551234", "messages", "rates", "costs", "clock", "faults", "tenants", "phones"] {
        seen.push(read(meta, &format!("/_mock/{path}")).await);
    }
    let life = read(meta, &format!("/_mock/messages/{message}")).await;
    seen.push(life["state"].clone());
    seen.push(read(meta, "/_mock/webhooks").await["settings"].clone());
    let file: Value = meta.get(&format!("/v23.0/{file}")).send().await.unwrap().json().await.unwrap();
    seen.push(file["sha256"].clone());
    seen
}

#[tokio::test]
async fn what_was_saved_is_seen_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    let read_one = send(&first).await;
    first.advance(60).await;
    send(&first).await;
    first.advance_millis(1_500).await;
    reply(&first).await;
    let rates = include_str!("../../../core/scenario/src/rates/built-in.toml")
        .replace("confirmed = false", "confirmed = true");
    let put = first.client.put(first.url("/_mock/rates")).body(rates).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let put = first.client.put(first.url("/_mock/webhooks")).body("batch-max = 7").send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", text(put).await);
    let facts = r#"{"account_calls_registered":"50"}"#;
    let put = first.client.put(first.url("/_mock/profile")).body(facts).send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", text(put).await);
    let uploaded = media::id_of(media::upload(&first, "image/png", &[7; 100]).await).await;
    let before = seen(&first, &read_one, &uploaded).await;
    let used = usage(&first).await;
    save(&first).await;
    drop(first);

    let second = Meta::kept_in(&file).await.unwrap();
    let after = seen(&second, &read_one, &uploaded).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert!(usage(&second).await > used, "calls of the last hour count");
    let pressed = second.url("/_mock/phones/16505551234/messages/latest/press");
    let pressed = second.client.post(pressed).body(r#"{"button":0}"#).send().await.unwrap();
    assert_eq!(pressed.status(), 200);
    let message = read(&second, "/_mock/messages/1").await;
    assert_eq!(message["state"], "read", "a message that was still to be read is read once: {message}");
    second.advance(60).await;
    assert_eq!(read(&second, "/_mock/costs").await["rows"][0]["read"], 2);
}

#[tokio::test]
async fn a_timeline_that_began_before_a_restart_does_not_claim_to_be_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    let before = send(&first).await;
    first.advance_millis(200).await;
    let timeline = read(&first, &format!("/_mock/messages/{before}")).await;
    assert_eq!(
        (&timeline["past"][1]["kind"], &timeline["is_past_whole"]),
        (&"message_sent".into(), &true.into())
    );
    save(&first).await;
    drop(first);

    let second = Meta::kept_in(&file).await.unwrap();
    let after = send(&second).await;
    for (message, is_whole) in [(before, false), (after, true)] {
        let timeline = read(&second, &format!("/_mock/messages/{message}")).await;
        assert_eq!((&timeline["is_past_whole"], &timeline["dropped"]), (&is_whole.into(), &0.into()));
    }
}

/// How many calls of the hour are used, as an answer says.
async fn usage(meta: &Meta) -> u64 {
    let answer = meta.get(&path("message_templates")).send().await.unwrap();
    let header = answer.headers()["x-business-use-case-usage"].to_str().unwrap().to_owned();
    let usage: Value = serde_json::from_str(&header).unwrap();
    usage.as_object().unwrap().values().next().unwrap()[0]["call_count"].as_u64().unwrap()
}

#[tokio::test]
async fn no_id_is_given_twice_by_servers_of_which_the_first_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    first.approve_template().await;
    send(&first).await;
    first.advance(60).await;
    save(&first).await;
    let saved = fs::read(&file).unwrap();
    let mut given = vec![send(&first).await, reply(&first).await.to_string()];
    given.push(media::id_of(media::upload(&first, "image/png", b"a").await).await);
    drop(first);
    // As if what came last had not been saved any more.
    fs::write(&file, saved).unwrap();

    let second = Meta::kept_in(&file).await.unwrap();
    let mut again = vec![send(&second).await, reply(&second).await.to_string()];
    again.push(media::id_of(media::upload(&second, "image/png", b"a").await).await);
    for (given, again) in given.iter().zip(&again) {
        assert_ne!(given, again);
    }
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_happens_at_once_where_time_catches_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.json");
    let first = Meta::kept_in(&file).await.unwrap();
    let callback = Callback::start().await;
    first.approve_template().await;
    first.subscribe(&callback).await;
    let id = send(&first).await;
    first.turn(r#"{"rate":1}"#).await;
    first.turn(r#"{"rate_permille":1}"#).await;
    save(&first).await;
    drop(first);
    // As if the server had been down for ten hours of its clock, which went a thousand times too slow.
    let saved: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let mut earlier = saved.clone();
    earlier["saved_unix_secs"] = (saved["saved_unix_secs"].as_u64().unwrap() - 36_000_000).into();
    fs::write(&file, serde_json::to_vec(&earlier).unwrap()).unwrap();

    let second = Meta::going_on(&file, StateTime::CatchUp).unwrap();
    let shown = read(&second, "/_mock/phones/16505551234?wait_secs=10").await;
    assert_eq!(shown["messages"][0]["code"], "482913", "{shown}");
    let now = read(&second, "/_mock/clock").await["now_micros"].as_u64().unwrap();
    let stood = saved["now_micros"].as_u64().unwrap();
    assert!((36_000..36_100).contains(&((now - stood) / 1_000_000)), "{stood} to {now}");
    let life = read(&second, &format!("/_mock/messages/{id}")).await;
    let delivered =
        life["past"].as_array().unwrap().iter().find(|event| event["kind"] == "message_delivered");
    assert!(delivered.unwrap()["at_micros"].as_u64().unwrap() >= stood + 36_000_000_000, "{life}");
    // All of it is due at once, and webhooks of one instant may overtake each other.
    let mut callback = callback;
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(statuses(&mut callback, 1).await);
    }
    heard.sort();
    assert_eq!(heard, ["delivered", "read", "sent"]);
}

#[tokio::test]
async fn a_state_of_any_size_is_put_back_as_it_was_taken_out() {
    let (first, second) = (Meta::start().await, Meta::start().await);
    first.approve_template().await;
    send(&first).await;
    for byte in 0..3 {
        media::id_of(media::upload(&first, "image/png", &vec![byte; 1_000_000]).await).await;
    }
    let state = text(first.client.get(first.url("/_mock/state")).send().await.unwrap()).await;
    assert!(state.len() > 3_000_000);
    let put = second.client.put(second.url("/_mock/state")).body(state.clone()).send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", text(put).await);
    let again = text(second.client.get(second.url("/_mock/state")).send().await.unwrap()).await;
    let parts = |state: &str| {
        let mut state: Value = serde_json::from_str(state).unwrap();
        state["saved_unix_secs"].take();
        for shard in state["state"]["shards"].as_array_mut().unwrap() {
            // The order in a map is no part of what it holds.
            shard["pairs"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
        }
        state
    };
    assert!(parts(&state) == parts(&again), "nothing is lost on the way");
    let other = second.client.put(second.url("/_mock/faults")).body(state).send().await.unwrap();
    assert_eq!(other.status(), 413, "other bodies stay small");
}

#[tokio::test]
async fn a_state_that_is_put_back_while_the_clock_is_turned_waits_until_it_is() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut callback = Callback::answering(StatusCode::OK, Duration::from_millis(50)).await;
    meta.subscribe(&callback).await;
    let state = text(meta.client.get(meta.url("/_mock/state")).send().await.unwrap()).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    let put_back = async {
        callback.bodies.recv().await.unwrap();
        meta.client.put(meta.url("/_mock/state")).body(state.clone()).send().await.unwrap()
    };
    let (_turned, put) = tokio::join!(meta.turn(r#"{"advance":"10min"}"#), put_back);
    assert_eq!(put.status(), 200);
    let now: Value = meta.client.get(meta.url("/_mock/clock")).send().await.unwrap().json().await.unwrap();
    let then: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(now["now_micros"], then["now_micros"]);
    assert_eq!(now["in_flight"], 0, "the message is gone with what was there before");
}

#[tokio::test]
async fn a_state_that_was_spoilt_is_refused_with_its_place_and_changes_nothing() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    let read = async || text(meta.client.get(meta.url("/_mock/state")).send().await.unwrap()).await;
    let whole: Value = serde_json::from_str(&read().await).unwrap();
    let cases = [
        (
            "/state/accepted",
            u64::MAX.into(),
            expect![[
                r#"{"error":"the state is damaged at `state.accepted`: invalid value: integer `18446744073709551615`, expected a count up to 281474976710656"#
            ]],
        ),
        (
            "/state/shards/3/era",
            "x".into(),
            expect![[
                r#"{"error":"the state is damaged at `state.shards[3].era`: invalid type: string \"x\", expected u32"#
            ]],
        ),
        (
            "/state/directory/apps",
            Value::Array(Vec::new()),
            expect![[
                r#"{"error":"the token of the user 217582011345986 of the state belongs to the app 67084, which the state does not have"}"#
            ]],
        ),
        (
            "/now_micros",
            u64::MAX.into(),
            expect![[
                r#"{"error":"the clock of the state shows 18446744073709.551s, but must show 6324480000.000s at most"}"#
            ]],
        ),
        (
            "/rate_permille",
            u32::MAX.into(),
            expect![[
                r#"{"error":"the clock of the state goes at 4294967295 thousandths of real time, but must go at 1000000 at most"}"#
            ]],
        ),
    ];
    for (at, value, expected) in cases {
        let mut spoilt = whole.clone();
        *spoilt.pointer_mut(at).unwrap() = value;
        let put = meta.client.put(meta.url("/_mock/state")).json(&spoilt).send().await.unwrap();
        assert_eq!(put.status(), 400);
        let told = text(put).await;
        expected.assert_eq(told.split(" at line ").next().unwrap());
        let now: Value = serde_json::from_str(&read().await).unwrap();
        assert_eq!(now["state"], whole["state"], "nothing has changed");
    }
}
