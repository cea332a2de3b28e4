//! Apps: what is told of them, and how their calls without a token are counted.

use cloud_sim::Tenant;
use expect_test::expect;
use reqwest::Method;

use crate::meta::{Meta, text};

#[tokio::test]
async fn an_app_reads_itself_and_no_other() {
    let meta = Meta::start().await;
    let app = format!("/v23.0/{}", Tenant::sample().app);
    let told = text(meta.as_app(Method::GET, &app).send().await.unwrap()).await;
    expect![[r#"{"link":"https://www.facebook.com/games/?app_id=67084","name":"otpbench","id":"67084"}"#]]
        .assert_eq(&told);
    let named = text(meta.get(&format!("{app}?fields=name")).send().await.unwrap()).await;
    expect![[r#"{"name":"otpbench","id":"67084"}"#]].assert_eq(&named);
    let unknown = text(meta.get(&format!("{app}?fields=colour")).send().await.unwrap()).await;
    assert!(unknown.contains("nonexisting field (colour) on node type (Application)"), "{unknown}");
    assert_eq!(meta.get("/v23.0/67085").send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn asking_for_tokens_counts_as_calls_of_the_app() {
    let meta = Meta::start_with("", "profile = { app-calls = 2 }").await;
    let Tenant { app, app_secret, .. } = Tenant::sample();
    let ask = |secret: &str| {
        let query = format!("grant_type=client_credentials&client_id={app}&client_secret={secret}");
        meta.client.get(meta.url(&format!("/v23.0/oauth/access_token?{query}"))).send()
    };
    let first = ask(app_secret.expose()).await.unwrap();
    assert_eq!(first.status(), 200);
    expect![[r#"{"call_count":50,"total_cputime":50,"total_time":50}"#]]
        .assert_eq(first.headers()["x-app-usage"].to_str().unwrap());
    assert!(text(ask("wrong").await.unwrap()).await.contains("Error validating client secret."));
    let third = ask(app_secret.expose()).await.unwrap();
    assert_eq!(third.status(), 400);
    assert!(text(third).await.contains("\"code\":4,"));
    let stranger = "grant_type=client_credentials&client_id=9&client_secret=x";
    let told =
        meta.client.get(meta.url(&format!("/v23.0/oauth/access_token?{stranger}"))).send().await.unwrap();
    assert!(told.headers().get("x-app-usage").is_none(), "an app that is not there is not counted");
}
