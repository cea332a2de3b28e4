//! Typing codes back.

use serde_json::json;

use crate::world::{ALICE, World};

/// A code of six digits that is another one.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_right_code_verifies_once_in_any_spelling_of_the_number() {
    let world = World::ready().await;
    world.ask(ALICE).await;
    let code = world.code(1).await;
    assert_eq!(world.verify("16505551234", &format!(" {code} ")).await, (200, json!({"verified": true})));
    let gone = json!({"error": "no code is waiting: ask for a new one"});
    assert_eq!(world.verify(ALICE, &code).await, (410, gone));
}

#[tokio::test]
async fn three_wrong_codes_hand_over_to_a_person() {
    let world = World::ready().await;
    world.ask(ALICE).await;
    let wrong = wrong(&world.code(1).await);
    for attempts_left in [2, 1] {
        let told = json!({"error": "the code is wrong", "attempts_left": attempts_left});
        assert_eq!(world.verify(ALICE, &wrong).await, (401, told));
    }
    let told = json!({"error": "too many wrong codes: a person takes over"});
    assert_eq!(world.get("/handovers").await, (200, json!({"count": 0})));
    assert_eq!(world.verify(ALICE, &wrong).await, (423, told.clone()));
    assert_eq!(world.get("/handovers").await, (200, json!({"count": 1})));
    assert_eq!(world.ask(ALICE).await, (423, told.clone()));
    assert_eq!(world.verify(ALICE, &world.code(1).await).await, (423, told));
}

#[tokio::test]
async fn what_is_no_code_costs_no_attempt() {
    let world = World::ready().await;
    world.ask(ALICE).await;
    let code = world.code(1).await;
    for body in ["[]", r#"{"recipient":"16505551234"}"#, r#"{"recipient":"16505551234","code":123456}"#] {
        assert_eq!(world.post("/otp/verify", body).await.0, 400, "{body}");
    }
    let told = json!({"error": "`code`: the code has 16 characters, but must have 1 to 15"});
    assert_eq!(world.verify(ALICE, "1234567890123456").await, (400, told));
    assert_eq!(world.verify(ALICE, &code).await.0, 200);
}

#[tokio::test]
async fn a_code_for_somebody_else_is_worth_nothing() {
    let world = World::ready().await;
    world.ask(ALICE).await;
    let code = world.code(1).await;
    assert_eq!(world.verify("+16505550000", &code).await.0, 410);
}
