//! What must never be seen.

use crate::fake_graph::{FakeGraph, Reply};
use crate::world::{ACCESS_TOKEN, ALICE, APP_SECRET, VERIFY_TOKEN, World, config};

#[track_caller]
fn check(shown: &str) {
    for secret in [ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, "16505551234"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn nothing_that_the_service_shows_holds_a_secret() {
    check(&format!("{:?}", config("http://127.0.0.1:1", "http://127.0.0.1:2")));
    let world = World::ready().await;
    check(&format!("{:?}", world.service));
    world.graph.answer_messages(&[Reply::Refuse(400, 100), Reply::Garbage(404, ACCESS_TOKEN)]);
    for _ in 0..2 {
        let (status, body) = world.ask(ALICE).await;
        assert_eq!(status, 502);
        check(&body.to_string());
    }
    check(&world.get("/health").await.1.to_string());
}

#[tokio::test]
async fn a_secret_that_meta_repeats_is_struck_out() {
    const ECHO: &str = r#"{"error":{"code":190,"message":"bad token EAA-token-never-shown"}}"#;
    let graph = FakeGraph::start().await;
    graph.answer_setup(&[Reply::Garbage(401, ECHO)]);
    let mut world = World::start(graph, |_| {}).await;
    let settled = format!("{:?}", world.service.settled().await);
    check(&settled);
    assert!(settled.contains("bad token ********"), "{settled}");
}

#[test]
fn an_address_with_a_password_is_refused_without_it() {
    let error = "http://user:hunter2@127.0.0.1/".parse::<example_target::BaseUrl>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`127.0.0.1/` must be http or https, a host, and no user, query or fragment"
    );
}
