//! Template insights: who has them, and what they count of custom templates.

use expect_test::expect;
use serde_json::Value;

use crate::meta::{Meta, path, text};

const ACCOUNT: &str = "/_mock/accounts/102290129340398";

const OFFER: &str = r#"{"name":"offer","language":"en_US","category":"MARKETING","parameter_format":"named","components":[
    {"type":"BODY","text":"Hi {{first_name}}, this week everything costs less with {{code}} in our shop.","example":
    {"body_text_named_params":[{"param_name":"first_name","example":"Ann"},{"param_name":"code","example":"SAVE20"}]}},
    {"type":"BUTTONS","buttons":[{"type":"COPY_CODE","example":"SAVE20"},{"type":"QUICK_REPLY","text":"No thanks"}]}]}"#;

async fn post(meta: &Meta, edge: &str, body: &str) -> String {
    let answer = meta.post(&path(edge), body).send().await.unwrap();
    let (status, body) = (answer.status().as_u16(), text(answer).await);
    let error: Value = serde_json::from_str(&body).unwrap();
    match status {
        200 => "200".to_owned(),
        _ => format!("{status} {} | {}", error["error"]["message"], error["error"]["error_data"]["details"]),
    }
}

/// An offer to a person, with these parameters of its body and its coupon.
fn offer(body: &str, coupon: &str) -> String {
    format!(
        r#"{{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{{"name":"offer",
        "language":{{"code":"en_US"}},"components":[{{"type":"body","parameters":[{body}]}}{coupon}]}}}}"#
    )
}

async fn insights(meta: &Meta) -> Value {
    let ask = "template_analytics?start=2025-06-15&end=2025-06-16&granularity=DAILY&template_ids=[1000000000000001]";
    serde_json::from_str(&text(meta.get(&path(ask)).send().await.unwrap()).await).unwrap()
}

async fn change(meta: &Meta, path: &str, body: &str) {
    let response = meta.client.post(meta.url(path)).body(body.to_owned()).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", text(response).await);
}

#[tokio::test]
async fn named_values_and_a_coupon_are_sent_shown_and_their_presses_counted() {
    let meta = Meta::start().await;
    assert_eq!(post(&meta, "message_templates", OFFER).await, "200");
    meta.advance(3).await;
    let named =
        |name: &str, text: &str| format!(r#"{{"type":"text","parameter_name":"{name}","text":"{text}"}}"#);
    let both = format!("{},{}", named("code", "SPRING"), named("first_name", "Bob"));
    let coupon = r#",{"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"SPRING"}]}"#;
    let mut told = String::new();
    for body in [
        offer(&named("code", "SPRING"), coupon),
        offer(&format!("{},{}", named("code", "SPRING"), named("last_name", "Bob")), coupon),
        offer(&both, ""),
        offer(&both, &coupon.replace("SPRING", "0123456789ABCDEF")),
        offer(&both, coupon),
    ] {
        told += &format!("{}\n", post(&meta, "messages", &body).await);
    }
    expect![[r#"
        400 "(#132000) Number of parameters does not match the expected number of params" | "body: number of localizable_params (1) does not match the expected number of params (2)"
        400 "(#132018) There's an issue with the parameters in your template." | "Parameter first_name is missing"
        400 "(#131008) Required parameter is missing" | "buttons: Button at index 0 of type CopyCode requires a parameter"
        400 "(#132018) There's an issue with the parameters in your template." | "buttons: coupon code must be at most 15 characters long"
        200
    "#]].assert_eq(&told);
    meta.advance(20).await;
    let phone = meta.client.get(meta.url("/_mock/phones/16505551234")).send().await.unwrap();
    let phone: Value = serde_json::from_str(&text(phone).await).unwrap();
    let shown = &phone["messages"][0];
    expect![[r#""Hi Bob, this week everything costs less with SPRING in our shop.""#]]
        .assert_eq(&shown["body"].to_string());
    expect![[r#"[{"action":"copy_code","enabled":true,"label":"Copy offer code"},{"action":"quick_reply","enabled":true,"label":"No thanks","target":"No thanks"}]"#]].assert_eq(&shown["buttons"].to_string());
    for button in [0, 1, 0] {
        let press = format!(r#"{{"button":{button}}}"#);
        change(&meta, "/_mock/phones/16505551234/messages/latest/press", &press).await;
    }
    expect![[r#"[{"clicked":[{"button_content":"Copy code","count":2,"type":"unique_url_button"},{"button_content":"No thanks","count":1,"type":"quick_reply_button"}],"cost":[{"type":"amount_spent","value":0.025},{"type":"cost_per_delivered","value":0.025},{"type":"cost_per_url_button_click","value":0.0125}],"delivered":1,"end":1750032000,"read":1,"sent":1,"start":1749945600,"template_id":"1000000000000001"}]"#]].assert_eq(&insights(&meta).await["data"][0]["data_points"].to_string());
}

#[tokio::test]
async fn an_account_has_insights_only_where_they_are_switched_on_and_allowed() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let code = async || insights(&meta).await["error"]["code"].as_u64();
    assert_eq!(code().await, None);
    change(&meta, ACCOUNT, r#"{"is_enabled_for_insights":false}"#).await;
    assert_eq!(code().await, Some(200_005));
    let enabled = meta.post("/v23.0/102290129340398?is_enabled_for_insights=true", "").send().await.unwrap();
    assert_eq!(enabled.status(), 200);
    assert_eq!(code().await, None);
    for country in ["DE", "GB", "JP"] {
        change(&meta, ACCOUNT, &format!(r#"{{"country":"{country}"}}"#)).await;
        assert_eq!(code().await, Some(200_007), "{country}");
    }
}
