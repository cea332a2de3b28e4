//! What each kind of token opens, and what the others are told.

use expect_test::{Expect, expect};
use reqwest::{Method, RequestBuilder};

use crate::meta::{Meta, SEND, TEMPLATE, text};

/// Two tenants; the first has a second account and tokens of every kind.
const TENANTS: &str = r#"
[[tenants]]
apps = [{ id = "1", secret = "one" }]
accounts = [
  { id = "10", numbers = [{ id = "100", number = "+1 555 000 0100" }] },
  { id = "11", numbers = [{ id = "110", number = "+1 555 000 0110" }] },
]
tokens = [
  { token = "EAAall" },
  { token = "EAAmessaging", scopes = ["whatsapp_business_messaging"] },
  { token = "EAAmanagement", scopes = ["whatsapp_business_management"] },
  { token = "EAAfirst", granular = [
    { scope = "business_management", accounts = ["10"] },
    { scope = "whatsapp_business_management", accounts = ["10"] },
    { scope = "whatsapp_business_messaging", accounts = ["10"] } ] },
  { token = "EAAnosend", granular = [{ scope = "whatsapp_business_messaging", accounts = ["10"] }] },
  { token = "EAAreader", read-only = true },
  { token = "EAAnothing", scopes = [] },
  { token = "EAAlater", expires-after = "1h" },
  { token = "EAAlate", expired-since = "1h" },
  { token = "EAArevoked", revoked = true },
]

[[tenants]]
apps = [{ id = "2", secret = "two" }]
accounts = [{ id = "20", numbers = [{ id = "200", number = "+1 555 000 0200" }] }]
tokens = [{ token = "EAAother" }]
"#;

/// Checks the status of an answer, and what it says if it is a refusal.
async fn check(request: RequestBuilder, expected: Expect) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    let error = &body["error"];
    let told = match error["error_subcode"].as_u64() {
        _ if error.is_null() => status.to_string(),
        Some(33) => format!("{status} {}/33", error["code"]),
        Some(subcode) => format!("{status} {}/{subcode} {}", error["code"], error["message"]),
        None => format!("{status} {} {}", error["code"], error["message"]),
    };
    expected.assert_eq(&told);
}

impl Meta {
    fn with_token(&self, token: &str, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path)).bearer_auth(token)
    }

    fn send_as(&self, token: &str, number: u64) -> RequestBuilder {
        self.with_token(token, Method::POST, &format!("/v23.0/{number}/messages")).body(SEND)
    }

    fn read_as(&self, token: &str, id: u64) -> RequestBuilder {
        self.with_token(token, Method::GET, &format!("/v23.0/{id}"))
    }

    fn manage_as(&self, token: &str, account: u64) -> RequestBuilder {
        self.with_token(token, Method::POST, &format!("/v23.0/{account}/message_templates")).body(TEMPLATE)
    }
}

#[tokio::test]
async fn a_token_that_comes_with_a_proof_opens_nothing_where_the_proof_is_wrong() {
    let meta = Meta::of_tenants(TENANTS).await;
    // HMAC-SHA256 of `EAAall`, keyed with `one`.
    let proof = "c973789a9147bbb6e0c2e81590fd6c6ab3e701627e77643ea45c1cecc00f0bdd";
    let read =
        |proof: &str| meta.with_token("EAAall", Method::GET, &format!("/v23.0/10?appsecret_proof={proof}"));
    check(read(proof), expect!["200 OK"]).await;
    for wrong in ["", "af01", &proof.replace('a', "b")] {
        let answer = read(wrong).send().await.unwrap();
        let told: serde_json::Value = serde_json::from_str(&text(answer).await).unwrap();
        assert_eq!(told["error"]["type"], "GraphMethodException", "{wrong}");
        check(
            read(wrong),
            expect![[r#"400 Bad Request 100 "Invalid appsecret_proof provided in the API argument""#]],
        )
        .await;
    }
    let form = "messaging_product=whatsapp&to=16505551234&appsecret_proof=af01";
    let send = meta.with_token("EAAall", Method::POST, "/v23.0/100/messages").body(form);
    check(
        send.header("content-type", "application/x-www-form-urlencoded"),
        expect![[r#"400 Bad Request 100 "Invalid appsecret_proof provided in the API argument""#]],
    )
    .await;
}

#[tokio::test]
async fn a_token_opens_its_own_tenant_and_no_other() {
    let meta = Meta::of_tenants(TENANTS).await;
    check(meta.manage_as("EAAall", 10), expect!["200 OK"]).await;
    check(meta.manage_as("EAAall", 11), expect!["200 OK"]).await;
    check(meta.manage_as("EAAall", 20), expect!["400 Bad Request 100/33"]).await;
    check(meta.read_as("EAAall", 200), expect!["400 Bad Request 100/33"]).await;
    check(meta.send_as("EAAother", 100), expect!["400 Bad Request 100/33"]).await;
    meta.advance(3).await;
    check(meta.send_as("EAAall", 100), expect!["200 OK"]).await;
    check(meta.send_as("EAAall", 200), expect!["400 Bad Request 100/33"]).await;
}

#[tokio::test]
async fn a_token_without_the_permission_is_told_which_one_it_lacks() {
    let meta = Meta::of_tenants(TENANTS).await;
    check(
        meta.send_as("EAAmanagement", 100),
        expect![[r#"403 Forbidden 10 "(#10) Application does not have permission for this action""#]],
    )
    .await;
    check(
        meta.manage_as("EAAmessaging", 10),
        expect![[r#"403 Forbidden 200/1349176 "(#200) Requires whatsapp_business_management permission""#]],
    )
    .await;
    check(meta.read_as("EAAmessaging", 100), expect!["200 OK"]).await;
    check(meta.read_as("EAAmanagement", 100), expect!["200 OK"]).await;
    check(
        meta.read_as("EAAmessaging", 10),
        expect![[r#"403 Forbidden 200/1349176 "(#200) Requires whatsapp_business_management permission""#]],
    )
    .await;
    check(
        meta.send_as("EAAnothing", 100),
        expect![[r#"403 Forbidden 10 "(#10) Application does not have permission for this action""#]],
    )
    .await;
    check(meta.read_as("EAAnothing", 100), expect![[r#"403 Forbidden 200/1349176 "(#200) Requires whatsapp_business_management or whatsapp_business_messaging permission""#]]).await;
}

#[tokio::test]
async fn a_granular_token_does_not_see_the_accounts_that_it_is_not_for() {
    let meta = Meta::of_tenants(TENANTS).await;
    check(meta.manage_as("EAAfirst", 10), expect!["200 OK"]).await;
    check(meta.manage_as("EAAfirst", 11), expect!["400 Bad Request 100/33"]).await;
    check(meta.read_as("EAAfirst", 110), expect!["400 Bad Request 100/33"]).await;
    check(meta.send_as("EAAnosend", 110), expect![[r#"403 Forbidden 200 "(#200) You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account""#]]).await;
}

#[tokio::test]
async fn a_read_only_token_looks_and_does_not_touch() {
    let meta = Meta::of_tenants(TENANTS).await;
    check(meta.read_as("EAAreader", 10), expect!["200 OK"]).await;
    check(meta.manage_as("EAAreader", 10), expect![[r#"403 Forbidden 200/1349174 "(#200) Your app doesn't have permission to modify this WhatsApp Business Account""#]]).await;
    check(meta.send_as("EAAreader", 100), expect![[r#"403 Forbidden 200 "(#200) You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account""#]]).await;
}

#[tokio::test]
async fn a_token_that_has_ended_says_when_and_a_revoked_one_says_why() {
    let meta = Meta::of_tenants(TENANTS).await;
    check(meta.read_as("EAAlate", 10), expect![[r#"401 Unauthorized 190/463 "Error validating access token: Session has expired on Sunday, 15-Jun-25 06:06:40 PST. The current time is Sunday, 15-Jun-25 07:06:40 PST.""#]]).await;
    check(meta.read_as("EAArevoked", 10), expect![[r#"401 Unauthorized 190/460 "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.""#]]).await;
    check(meta.read_as("EAAlater", 10), expect!["200 OK"]).await;
    meta.advance(3_600).await;
    check(meta.read_as("EAAlater", 10), expect![[r#"401 Unauthorized 190/463 "Error validating access token: Session has expired on Sunday, 15-Jun-25 08:06:40 PST. The current time is Sunday, 15-Jun-25 08:06:40 PST.""#]]).await;
}

#[tokio::test]
async fn a_token_may_stand_in_either_header_or_in_the_query() {
    let meta = Meta::of_tenants(TENANTS).await;
    let get = |query: &str| meta.client.get(meta.url(&format!("/v23.0/10{query}")));
    check(get("").header("authorization", "OAuth EAAall"), expect!["200 OK"]).await;
    check(get("").header("authorization", "bearer  EAAall "), expect!["200 OK"]).await;
    check(get("?access_token=EAAall"), expect!["200 OK"]).await;
    check(
        get("").header("authorization", "Basic EAAall"),
        expect![[r#"401 Unauthorized 104 "An access token is required to request this resource.""#]],
    )
    .await;
    check(
        get("?access_token=EAAal"),
        expect![[r#"401 Unauthorized 190 "Invalid OAuth access token - Cannot parse access token""#]],
    )
    .await;
    check(get("?access_token=1%7Cone"), expect!["400 Bad Request 100/33"]).await;
    check(
        get("?access_token=1%7Ctwo"),
        expect![[r#"401 Unauthorized 190 "Invalid OAuth access token - Cannot parse access token""#]],
    )
    .await;
}

#[tokio::test]
async fn a_token_is_told_of_to_its_own_app() {
    let meta = Meta::of_tenants(TENANTS).await;
    let about = |token: &str, by: &str| {
        let (token, by) = (token.replace('|', "%7C"), by.replace('|', "%7C"));
        meta.client.get(meta.url(&format!("/v23.0/debug_token?input_token={token}&access_token={by}")))
    };
    let told = async |request: RequestBuilder| {
        let body: serde_json::Value =
            serde_json::from_str(&text(request.send().await.unwrap()).await).unwrap();
        let mut data = body["data"].clone();
        if let Some(data) = data.as_object_mut() {
            data.remove("user_id");
        }
        data.to_string()
    };
    expect![[r#"{"app_id":"1","application":"otpbench","data_access_expires_at":0,"expires_at":1750003600,"granular_scopes":[{"scope":"business_management"},{"scope":"whatsapp_business_management","target_ids":["10","11"]},{"scope":"whatsapp_business_messaging","target_ids":["10","11"]}],"is_valid":true,"issued_at":1750000000,"scopes":["business_management","whatsapp_business_management","whatsapp_business_messaging"],"type":"SYSTEM_USER"}"#]].assert_eq(&told(about("EAAlater", "1|one")).await);
    expect![[r#"{"app_id":"1","application":"otpbench","data_access_expires_at":0,"expires_at":0,"granular_scopes":[{"scope":"business_management"},{"scope":"whatsapp_business_management","target_ids":["10","11"]},{"scope":"whatsapp_business_messaging","target_ids":["10"]}],"is_valid":true,"issued_at":1750000000,"scopes":["business_management","whatsapp_business_management","whatsapp_business_messaging"],"type":"SYSTEM_USER"}"#]].assert_eq(&told(about("EAAnosend", "EAAall")).await);
    expect![[r#"{"app_id":"1","application":"otpbench","data_access_expires_at":0,"error":{"code":190,"message":"Error validating access token: Session has expired on Sunday, 15-Jun-25 06:06:40 PST. The current time is Sunday, 15-Jun-25 07:06:40 PST.","subcode":463},"expires_at":1749996400,"granular_scopes":[{"scope":"business_management"},{"scope":"whatsapp_business_management","target_ids":["10","11"]},{"scope":"whatsapp_business_messaging","target_ids":["10","11"]}],"is_valid":false,"issued_at":1744812400,"scopes":["business_management","whatsapp_business_management","whatsapp_business_messaging"],"type":"SYSTEM_USER"}"#]].assert_eq(&told(about("EAAlate", "1|one")).await);
    expect![[r#"{"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse access token"},"is_valid":false,"scopes":[]}"#]].assert_eq(&told(about("nonsense", "1|one")).await);
    expect![[r#"{"app_id":"1","application":"otpbench","is_valid":true,"scopes":[],"type":"APP"}"#]]
        .assert_eq(&told(about("1|one", "1|one")).await);
    check(
        about("EAAother", "1|one"),
        expect![[
            r#"400 Bad Request 100 "(#100) The App_id in the input_token did not match the Viewing App""#
        ]],
    )
    .await;
    check(
        meta.with_token("1|one", Method::GET, "/v23.0/debug_token"),
        expect![[r#"400 Bad Request 100 "(#100) The parameter input_token is required.""#]],
    )
    .await;
    check(
        meta.client.get(meta.url("/v23.0/debug_token?input_token=EAAall")),
        expect![[r#"401 Unauthorized 104 "An access token is required to request this resource.""#]],
    )
    .await;
}

#[tokio::test]
async fn an_app_comes_by_tokens_with_its_secret() {
    let meta = Meta::of_tenants(TENANTS).await;
    let ask = |query: &str| meta.client.get(meta.url(&format!("/v23.0/oauth/access_token?{query}")));
    let own = "grant_type=client_credentials&client_id=1&client_secret=one";
    let told = text(ask(own).send().await.unwrap()).await;
    expect![[r#"{"access_token":"1|one","token_type":"bearer"}"#]].assert_eq(&told);
    check(
        ask(&own.replace("=one", "=two")),
        expect![[r#"400 Bad Request 1 "Error validating client secret.""#]],
    )
    .await;
    check(ask(&own.replace("id=1", "id=9")), expect![[r#"400 Bad Request 101 "Error validating application. Cannot get application info due to a system error.""#]]).await;
    let exchange =
        "grant_type=fb_exchange_token&client_id=1&client_secret=one&fb_exchange_token=EAAmessaging";
    let longer: serde_json::Value =
        serde_json::from_str(&text(ask(exchange).send().await.unwrap()).await).unwrap();
    assert_eq!((&longer["token_type"], longer["expires_in"].as_u64()), (&"bearer".into(), Some(5_184_000)));
    let longer = longer["access_token"].as_str().unwrap();
    check(meta.read_as(longer, 100), expect!["200 OK"]).await;
    check(
        meta.read_as(longer, 10),
        expect![[r#"403 Forbidden 200/1349176 "(#200) Requires whatsapp_business_management permission""#]],
    )
    .await;
    check(
        ask(&exchange.replace("EAAmessaging", "EAAother")),
        expect![[
            r#"400 Bad Request 100 "(#100) The App_id in the input_token did not match the Viewing App""#
        ]],
    )
    .await;
}

#[tokio::test]
async fn a_code_of_a_login_is_good_for_one_token() {
    let meta = Meta::of_tenants(TENANTS).await;
    let tenants = text(meta.client.get(meta.url("/_mock/tenants")).send().await.unwrap()).await;
    let tenants: serde_json::Value = serde_json::from_str(&tenants).unwrap();
    let logins = format!("/_mock/tenants/{}/logins", tenants["tenants"][0]["portfolio"].as_str().unwrap());
    let code = text(meta.client.post(meta.url(&logins)).send().await.unwrap()).await;
    let code: serde_json::Value = serde_json::from_str(&code).unwrap();
    let form = format!("client_id=1&client_secret=one&code={}", code["code"].as_str().unwrap());
    let redeem = || {
        let request = meta.client.post(meta.url("/v23.0/oauth/access_token")).body(form.clone());
        request.header("content-type", "application/x-www-form-urlencoded")
    };
    let token: serde_json::Value = serde_json::from_str(&text(redeem().send().await.unwrap()).await).unwrap();
    check(meta.read_as(token["access_token"].as_str().unwrap(), 10), expect!["200 OK"]).await;
    check(redeem(), expect![[r#"400 Bad Request 100/36009 "This authorization code has been used.""#]]).await;
}

#[tokio::test]
async fn a_portfolio_tells_which_of_its_accounts_a_token_may_look_at() {
    let meta = Meta::of_tenants(TENANTS).await;
    let tenants = text(meta.client.get(meta.url("/_mock/tenants")).send().await.unwrap()).await;
    let tenants: serde_json::Value = serde_json::from_str(&tenants).unwrap();
    let portfolio = tenants["tenants"][0]["portfolio"].as_str().unwrap();
    let list =
        |token: &str, rest: &str| meta.with_token(token, Method::GET, &format!("/v23.0/{portfolio}/{rest}"));
    let owned = "owned_whatsapp_business_accounts";
    let told = text(list("EAAall", owned).send().await.unwrap()).await;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let first = told["data"][0].as_object().unwrap();
    let fields: Vec<_> = first.keys().map(String::as_str).collect();
    assert_eq!(fields, ["currency", "id", "message_template_namespace", "name", "timezone_id"]);
    for (token, query, ids) in [
        ("EAAall", "", r#"[{"id":"10"},{"id":"11"}]"#),
        ("EAAall", "&find=11", r#"[{"id":"11"}]"#),
        ("EAAall", "&limit=1&after=MAZDZD", r#"[{"id":"11"}]"#),
        ("EAAfirst", "", r#"[{"id":"10"}]"#),
        ("EAAreader", "", r#"[{"id":"10"},{"id":"11"}]"#),
    ] {
        let told = text(list(token, &format!("{owned}?fields=id{query}")).send().await.unwrap()).await;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["data"].to_string(), ids, "{token} {query}");
    }
    let clients = list("EAAall", "client_whatsapp_business_accounts").send().await.unwrap();
    assert_eq!(text(clients).await, r#"{"data":[]}"#);
    check(
        list("EAAmessaging", owned),
        expect![[r#"403 Forbidden 200/1349176 "(#200) Requires whatsapp_business_management permission""#]],
    )
    .await;
    check(list("EAAother", owned), expect!["400 Bad Request 100/33"]).await;
    check(
        meta.with_token("1|one", Method::GET, &format!("/v23.0/{portfolio}/{owned}")),
        expect!["400 Bad Request 100/33"],
    )
    .await;
    check(list("EAAall", &format!("{owned}?fields=colour")), expect![[r#"400 Bad Request 100 "(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessAccount)""#]]).await;
}

#[tokio::test]
async fn several_objects_are_read_at_once_and_only_those_that_the_token_sees() {
    let meta = Meta::of_tenants(TENANTS).await;
    let both = meta.with_token("EAAall", Method::GET, "/v23.0/?ids=10,100&fields=id");
    let both: serde_json::Value = serde_json::from_str(&text(both.send().await.unwrap()).await).unwrap();
    assert_eq!(both, serde_json::json!({"10": {"id": "10"}, "100": {"id": "100"}}));
    check(
        meta.with_token("EAAall", Method::GET, "/v23.0/?ids=10,200&fields=id"),
        expect!["400 Bad Request 100/33"],
    )
    .await;
    let many = format!("/v23.0/?ids={}", "10,".repeat(51));
    check(
        meta.with_token("EAAall", Method::GET, &many),
        expect![[r#"400 Bad Request 100 "(#100) Invalid parameter""#]],
    )
    .await;
}
