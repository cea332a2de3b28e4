//! Asking for a code, whatever Meta makes of it.

use std::time::Duration;

use cloud_api::parse_send;
use serde_json::{Value, json};

use crate::fake_graph::Reply;
use crate::world::{ALICE, World};

/// Meta answers so; the caller must see this.
async fn check(replies: &[Reply], status: u16, body: Value) -> World {
    let world = World::ready().await;
    world.graph.answer_messages(replies);
    assert_eq!(world.ask(ALICE).await, (status, body), "{replies:?}");
    world
}

#[tokio::test]
async fn an_accepted_code_is_told_with_its_message_id() {
    let world = check(&[], 202, json!({"expires_in": 600, "message_id": "wamid.1"})).await;
    let sends = world.graph.sends(1).await;
    let body = sends[0].to_string();
    parse_send(body.as_bytes()).expect("Meta's own reader takes it");
    let request = sends[0]["biz_opaque_callback_data"].as_str().unwrap();
    assert!(request.len() == 16 && request.bytes().all(|byte| byte.is_ascii_hexdigit()), "{request}");
    assert_eq!(sends[0]["to"], "16505551234");
}

#[tokio::test]
async fn a_busy_meta_is_asked_again_until_it_accepts() {
    const REPLIES: &[Reply] =
        &[Reply::Refuse(400, 130_429), Reply::Refuse(400, 131_056), Reply::Refuse(500, 131_000)];
    let world = check(REPLIES, 202, json!({"expires_in": 600})).await;
    let sends = world.graph.sends(4).await;
    assert!(sends.iter().all(|send| *send == sends[0]), "every attempt sends the same");
    let code = world.code(4).await;
    assert_eq!(world.verify(ALICE, &code).await, (200, json!({"verified": true})));
}

#[tokio::test]
async fn a_refusal_for_good_takes_the_code_back() {
    let body = json!({"error": "Meta refused to send the code", "code": 131_030});
    let world = check(&[Reply::Refuse(400, 131_030)], 502, body).await;
    let code = world.code(1).await;
    assert_eq!(world.verify(ALICE, &code).await.0, 410);
}

#[tokio::test]
async fn garbage_from_meta_is_no_news_good_or_bad() {
    const REPLIES: &[Reply] =
        &[Reply::Garbage(200, "<html>"), Reply::Garbage(502, ""), Reply::Garbage(200, "{}")];
    let world = check(REPLIES, 202, json!({"expires_in": 600})).await;
    world.graph.sends(4).await;
    check(&[Reply::Garbage(404, "lost")], 502, json!({"error": "Meta refused to send the code"})).await;
}

#[tokio::test]
async fn a_silent_meta_does_not_hold_the_caller_up_for_long() {
    check(&[Reply::Hang], 202, json!({"expires_in": 600})).await.graph.sends(2).await;
}

/// A service with one place for waiting, whose first wait is random up to 1,000 hours: never seen to end.
async fn patient_world() -> World {
    World::ready_with(|config| {
        config.backoff.first = Duration::from_hours(1_000);
        config.backoff.longest = Duration::from_hours(1_000);
        config.limits.retries_max = 1;
    })
    .await
}

#[tokio::test]
async fn only_the_code_of_the_newest_message_is_valid() {
    let world = patient_world().await;
    world.graph.answer_messages(&[Reply::Refuse(400, 130_429)]);
    assert_eq!(world.ask(ALICE).await.0, 202);
    assert_eq!(world.ask(ALICE).await.0, 202);
    let [old, new] = [world.code(1).await, world.code(2).await];
    if old != new {
        assert_eq!(world.verify(ALICE, &old).await.0, 401);
    }
    assert_eq!(world.verify(ALICE, &new).await.0, 200);
}

#[tokio::test]
async fn more_waiting_than_there_is_room_for_is_told_to_come_back() {
    let world = patient_world().await;
    world.graph.answer_messages(&[Reply::Refuse(400, 4), Reply::Refuse(400, 4)]);
    assert_eq!(world.ask(ALICE).await.0, 202);
    let (status, body) = world.ask("+16505550000").await;
    assert_eq!((status, body), (503, json!({"error": "too much is under way: come back"})));
    let code = world.code(2).await;
    assert_eq!(world.verify("+16505550000", &code).await.0, 410);
    world.service.stop().await.expect("waiting retries do not hold the end up");
}

#[tokio::test]
async fn a_meta_that_is_gone_is_given_up_in_the_end() {
    let world = World::ready().await;
    world.graph.answer_messages(&vec![Reply::Garbage(503, "down"); 4]);
    assert_eq!(world.ask(ALICE).await.0, 202);
    world.graph.sends(4).await;
    let given_up = async {
        while world.get("/health").await.1["retries_given_up"] != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), given_up).await.expect("it is never given up");
    assert_eq!(world.get("/health").await.1["retries_waiting"], 0);
}

#[tokio::test]
async fn what_is_no_request_is_told_what_is_wrong() {
    let world = World::ready().await;
    for (body, error) in [
        ("", "the body must be JSON with a `recipient`, a string"),
        (r#"{"recipient":16505551234}"#, "the body must be JSON with a `recipient`, a string"),
        (r#"{"recipient":"+1555"}"#, "`recipient`: the phone number has 4 digits, but must have 7 to 15"),
    ] {
        assert_eq!(world.post("/otp", body).await, (400, json!({ "error": error })), "{body}");
    }
    let (status, _) = world.post("/otp", vec![b' '; 20_000]).await;
    assert_eq!(status, 413);
    assert_eq!(world.get("/otp").await.0, 405);
}

#[tokio::test]
async fn an_old_code_is_never_sent_again_once_there_is_a_newer_one() {
    let world = World::ready().await;
    // The first answer takes as long as the service waits for it; the second ask overtakes it.
    world.graph.answer_messages(&[Reply::Hang]);
    let (old, new) = tokio::join!(world.ask(ALICE), async {
        world.graph.sends(1).await;
        world.ask(ALICE).await
    });
    assert_eq!((old.0, new.0), (202, 202));
    let idle = async {
        while world.get("/health").await.1["retries_waiting"] != 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), idle).await.expect("the retry never ends");
    assert_eq!(world.graph.sends(2).await.len(), 2);
}
