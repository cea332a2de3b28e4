//! From the start to the first code that can be sent.

use std::time::Duration;

use example_target::{Readiness, Service, TargetError, serve};
use serde_json::json;
use tokio::net::TcpListener;

use crate::fake_graph::{FakeGraph, Reply};
use crate::world::{ALICE, World, config, template_webhook};

#[tokio::test]
async fn a_template_is_created_and_used_when_its_approval_comes() {
    let mut world = World::start(FakeGraph::start().await, |_| {}).await;
    world.reach(Readiness::TemplatePending).await;
    let told = json!({"error": "codes cannot be sent yet: template-pending"});
    assert_eq!(world.ask(ALICE).await, (503, told));
    assert_eq!(
        world.webhook(&template_webhook("APPROVED", "NONE").replace("login_code", "other")).await,
        200
    );
    assert_eq!(*world.service.ready.borrow(), Readiness::TemplatePending);
    assert_eq!(world.webhook(&template_webhook("APPROVED", "NONE")).await, 200);
    assert_eq!(world.service.settled().await, Readiness::Ready);
    assert_eq!(world.ask(ALICE).await.0, 202);
    let token = "Bearer EAA-token-never-shown";
    let expected = [
        "POST subscriptions Bearer 1001|app-secret-never-shown".to_owned(),
        format!("POST subscribed_apps {token}"),
        format!("GET message_templates {token}"),
        format!("POST message_templates {token}"),
    ];
    assert_eq!(world.graph.asked(), expected);
}

#[tokio::test]
async fn a_rejected_template_leaves_a_service_that_says_why() {
    let mut world = World::start(FakeGraph::start().await, |_| {}).await;
    world.reach(Readiness::TemplatePending).await;
    assert_eq!(world.webhook(&template_webhook("REJECTED", "INVALID_FORMAT")).await, 200);
    let reason = "REJECTED: INVALID_FORMAT".to_owned();
    assert_eq!(world.service.settled().await, Readiness::TemplateRejected(reason));
    let told = json!({"error": "codes cannot be sent: template-rejected: REJECTED: INVALID_FORMAT"});
    assert_eq!(world.ask(ALICE).await, (503, told));
    assert_eq!(world.get("/health").await.1["state"], "template-rejected");
}

#[tokio::test]
async fn a_lost_approval_is_found_by_asking() {
    let adapt = |config: &mut example_target::Config| config.limits.review_poll = Duration::from_millis(5);
    let mut world = World::start(FakeGraph::start().await, adapt).await;
    world.reach(Readiness::TemplatePending).await;
    world.graph.set_template("APPROVED");
    assert_eq!(world.service.settled().await, Readiness::Ready);
}

#[tokio::test]
async fn a_meta_that_stumbles_is_asked_again() {
    let graph = FakeGraph::start().await;
    graph.set_template("APPROVED");
    graph.answer_setup(&[Reply::Refuse(500, 2), Reply::Accept, Reply::Garbage(200, "?"), Reply::Hang]);
    let mut world = World::start(graph, |_| {}).await;
    assert_eq!(world.service.settled().await, Readiness::Ready);
}

/// Setting up fails with these words, and the service goes on to answer.
async fn check_failure(replies: &[Reply], text: &str) {
    let graph = FakeGraph::start().await;
    graph.answer_setup(replies);
    let mut world = World::start(graph, |_| {}).await;
    assert_eq!(world.service.settled().await, Readiness::SetupFailed(text.to_owned()));
    let told = json!({"error": format!("codes cannot be sent: setup-failed: {text}")});
    assert_eq!(world.ask(ALICE).await, (503, told));
}

#[tokio::test]
async fn what_cannot_be_set_up_is_told_with_its_step() {
    check_failure(
        &[Reply::Refuse(401, 190)],
        "subscribing the callback: Meta refused with code 190: (#190) No",
    )
    .await;
    check_failure(
        &[Reply::Accept, Reply::Refuse(403, 200)],
        "subscribing the account: Meta refused with code 200: (#200) No",
    )
    .await;
    check_failure(
        &vec![Reply::Garbage(500, "down"); 4],
        "subscribing the callback: the answer with status 500 is not understood",
    )
    .await;
}

#[tokio::test]
async fn a_meta_that_is_not_there_is_told_too() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let adapt = |config: &mut example_target::Config| {
        config.graph_base_url = format!("http://{gone}").parse().unwrap();
    };
    let mut world = World::start(FakeGraph::start().await, adapt).await;
    let text = "subscribing the callback: Meta cannot be reached".to_owned();
    assert_eq!(world.service.settled().await, Readiness::SetupFailed(text));
}

#[tokio::test]
async fn a_wrong_configuration_is_refused_with_every_mistake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = config("https://graph.facebook.com/", "http://127.0.0.1");
    config.access_token = cloud_api::AccessToken::new("two words");
    config.code_ttl = Duration::from_mins(9);
    config.limits.sends_max = 0;
    let Err(TargetError::Config(error)) = Service::start(listener, config) else { panic!("it started") };
    let told = "`graph_base_url` is https://graph.facebook.com, but must be http, without TLS; \
        `access_token` is something else, but must be printable ASCII without spaces; \
        `code_ttl` is 540s, but must be at least the 10 minutes that the template promises; \
        `limits.sends_max` is 0, but must be 1 to 100000";
    assert_eq!(error.to_string(), told);
}

#[tokio::test]
async fn serving_ends_when_it_is_told_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let config = config("http://127.0.0.1:9", &format!("http://{addr}"));
    serve(listener, config, async {}).await.unwrap();
    TcpListener::bind(addr).await.expect("the port is free again");
}
