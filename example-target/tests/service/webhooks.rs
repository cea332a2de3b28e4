//! What Meta tells, in whatever order and number.

use example_target::Readiness;
use serde_json::{Value, json};

use crate::world::{ALICE, VERIFY_TOKEN, World, messages_webhook, status, template_webhook};

/// Delivers statuses one by one, then compares the counts of messages.
async fn check(statuses: &[(&str, &str)], expected: Value) {
    let world = World::ready().await;
    for (id, kind) in statuses {
        let webhook = messages_webhook(&[json!({"statuses": [status(id, kind)]})]);
        assert_eq!(world.webhook(&webhook).await, 200);
    }
    assert_eq!(world.get("/health").await.1["messages"], expected, "{statuses:?}");
}

#[tokio::test]
async fn statuses_repeat_and_overtake_each_other_without_harm() {
    check(
        &[("wamid.1", "read"), ("wamid.1", "sent"), ("wamid.1", "delivered"), ("wamid.1", "read")],
        json!({"accepted": 0, "sent": 0, "delivered": 0, "read": 1, "failed": 0}),
    )
    .await;
    check(
        &[("wamid.1", "failed"), ("wamid.1", "sent"), ("wamid.2", "sent"), ("wamid.2", "sent")],
        json!({"accepted": 0, "sent": 1, "delivered": 0, "read": 0, "failed": 1}),
    )
    .await;
}

#[tokio::test]
async fn a_batch_of_a_thousand_over_several_entries_is_taken_whole() {
    let world = World::ready().await;
    let ids: Vec<String> = (0..1_000).map(|nth| format!("wamid.{nth}")).collect();
    let values: Vec<Value> = ids
        .chunks(250)
        .map(|ids| json!({"statuses": ids.iter().map(|id| status(id, "delivered")).collect::<Vec<_>>()}))
        .collect();
    assert_eq!(world.webhook(&messages_webhook(&values)).await, 200);
    assert_eq!(world.get("/health").await.1["messages"]["delivered"], 1_000);
}

fn text(seconds: u64, words: &str) -> String {
    let message = json!({"from": "16505551234", "id": "wamid.in", "timestamp": seconds.to_string(),
        "type": "text", "text": {"body": words}});
    messages_webhook(&[json!({"messages": [message]})])
}

#[tokio::test]
async fn stop_holds_until_start() {
    let world = World::ready().await;
    assert_eq!(world.webhook(&text(100, " stop ")).await, 200);
    let told = json!({"error": "the recipient wants no messages"});
    assert_eq!(world.ask(ALICE).await, (403, told));
    assert_eq!(world.ask("+16505550000").await.0, 202);
    assert_eq!(world.get("/health").await.1["opted_out"], 1);
    assert_eq!(world.webhook(&text(200, "Start")).await, 200);
    assert_eq!(world.webhook(&text(100, " stop ")).await, 200);
    assert_eq!(world.ask(ALICE).await.0, 202);
}

#[tokio::test]
async fn a_wish_without_room_is_put_off_until_meta_delivers_it_again() {
    let world = World::ready_with(|config| config.limits.opt_outs_max = 1).await;
    let mut put_off = 0;
    for last in 0..100 {
        let from = text(100, "STOP").replace("16505551234", &format!("165055512{last:02}"));
        put_off += u32::from(world.webhook(&from).await == 503);
    }
    assert!(put_off > 0, "100 wishes found room for one");
}

#[tokio::test]
async fn only_signed_bytes_are_believed() {
    let world = World::ready().await;
    let body = text(100, "STOP");
    let other = format!("sha256={}", "0".repeat(64));
    for signed in [None, Some("sha256="), Some("nonsense"), Some(other.as_str())] {
        assert_eq!(world.webhook_signed(&body, signed).await, 401, "{signed:?}");
    }
    assert_eq!(world.ask(ALICE).await.0, 202);
}

#[tokio::test]
async fn a_signed_body_must_be_a_webhook_but_may_hold_anything_new() {
    let world = World::ready().await;
    for body in ["", "{", "7", r#"{"entry":7}"#] {
        assert_eq!(world.webhook(body).await, 400, "{body:?}");
    }
    let new = json!({"field": "weather", "value": {"sun": true}});
    let odd =
        json!({"field": "messages", "value": {"statuses": [{"id": 7}, status("wamid.1", "levitated")]}});
    let entries = json!([{"id": "1", "changes": [new, odd]}, {"id": "2", "later": {}}]);
    assert_eq!(world.webhook(&json!({"object": "page", "entry": entries}).to_string()).await, 200);
    assert_eq!(world.webhook(&" ".repeat((3 << 20) + 1)).await, 413);
}

#[tokio::test]
async fn only_who_knows_the_token_shakes_hands() {
    let world = World::ready().await;
    let query =
        |token: &str| format!("/webhook?hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}");
    assert_eq!(world.get(&query(VERIFY_TOKEN)).await, (200, json!(42)));
    assert_eq!(world.get(&query("guess")).await.0, 403);
    assert_eq!(world.get("/webhook").await.0, 403);
}

#[tokio::test]
async fn a_pause_that_meta_confirms_stops_sending_and_a_stale_one_does_not() {
    let mut world = World::ready().await;
    let paused = Readiness::TemplateRejected("PAUSED".to_owned());
    world.graph.set_template("PAUSED");
    assert_eq!(world.webhook(&template_webhook("PAUSED", "NONE")).await, 200);
    world.reach(paused).await;
    assert_eq!(world.ask(ALICE).await.0, 503);
    world.graph.set_template("APPROVED");
    assert_eq!(world.webhook(&template_webhook("APPROVED", "NONE")).await, 200);
    world.reach(Readiness::Ready).await;
    let asked = world.graph.asked().len();
    assert_eq!(world.webhook(&template_webhook("PAUSED", "NONE")).await, 200);
    while world.graph.asked().len() == asked {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.ask(ALICE).await.0, 202);
}
