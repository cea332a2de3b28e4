//! What an account sent and what it cost, over the Graph API and over the control API.

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::meta::{Meta, SEND, path, text};

const ACCOUNT: &str = "/v23.0/102290129340398";

/// The day on which the clock of the tests begins, 2025-06-15, and the next one.
const DAY: &str = ".start(1749945600).end(1750032000)";

/// A Meta that has sent one code to each of these numbers and seen what became of it.
async fn sent_to(recipients: &[&str], more: &str) -> Meta {
    let meta = Meta::start_with(more, "").await;
    meta.approve_template().await;
    for recipient in recipients {
        let body = SEND.replace("+1 650 555 1234", recipient);
        assert_eq!(meta.post(&path("messages"), body).send().await.unwrap().status(), 200);
    }
    meta.advance(20).await;
    meta
}

async fn get(meta: &Meta, path: &str) -> Value {
    serde_json::from_str(&text(meta.get(path).send().await.unwrap()).await).unwrap()
}

#[track_caller]
fn check(answer: &Value, expected: Expect) {
    expected.assert_eq(&answer.to_string());
}

async fn refused(meta: &Meta, path: &str) -> String {
    let answer = get(meta, path).await;
    let error = &answer["error"];
    format!("{} {} {}", error["code"], error["message"], error["error_data"]["details"])
}

#[tokio::test]
async fn messages_are_counted_by_day_where_they_happened() {
    let meta = sent_to(&["16505551234", "919800000001"], "").await;
    let fields = format!("name,analytics{DAY}.granularity(DAY).phone_numbers([])");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"analytics":{"country_codes":["IN","US"],"data_points":[{"delivered":2,"end":1750032000,"sent":2,"start":1749945600}],"granularity":"DAY","phone_numbers":["15550783881"]},"id":"102290129340398","name":"otpbench"}"#
        ]],
    );
    let fields = format!("analytics{DAY}.granularity(HALF_HOUR).country_codes([\"IN\"]).product_types([2])");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"analytics":{"country_codes":["IN"],"data_points":[],"granularity":"HALF_HOUR","phone_numbers":[]},"id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn prices_are_told_by_the_dimensions_that_were_asked_for_and_no_others() {
    let meta = sent_to(&["16505551234", "919800000001", "919800000002"], "").await;
    let all = "[\"COUNTRY\",\"PHONE\",\"PRICING_CATEGORY\",\"PRICING_TYPE\",\"TIER\"]";
    let fields = format!("pricing_analytics{DAY}.granularity(DAILY).dimensions({all})");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"id":"102290129340398","pricing_analytics":{"data":[{"data_points":[{"cost":0.0028,"country":"IN","end":1750032000,"phone_number":"15550783881","pricing_category":"AUTHENTICATION","pricing_type":"REGULAR","start":1749945600,"tier":"0:MAX","volume":2},{"cost":0.0034,"country":"US","end":1750032000,"phone_number":"15550783881","pricing_category":"AUTHENTICATION","pricing_type":"REGULAR","start":1749945600,"tier":"0:MAX","volume":1}]}]}}"#
        ]],
    );
    let fields = format!("pricing_analytics{DAY}.granularity(MONTHLY).metric_types(COST)");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"id":"102290129340398","pricing_analytics":{"data":[{"data_points":[{"cost":0.0062,"end":1751328000,"start":1748736000}]}]}}"#
        ]],
    );
    let fields = format!("pricing_analytics{DAY}.granularity(DAILY).pricing_categories([UTILITY])");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[r#"{"id":"102290129340398","pricing_analytics":{"data":[{"data_points":[]}]}}"#]],
    );
}

#[tokio::test]
async fn every_delivered_message_is_a_conversation_of_its_own() {
    let meta = sent_to(&["16505551234", "919800000001"], "").await;
    let dimensions = "[CONVERSATION_CATEGORY,CONVERSATION_TYPE,CONVERSATION_DIRECTION,COUNTRY]";
    let fields = format!("conversation_analytics{DAY}.granularity(DAILY).dimensions({dimensions})");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"conversation_analytics":{"data":[{"data_points":[{"conversation":1,"conversation_category":"AUTHENTICATION","conversation_direction":"UNKNOWN","conversation_type":"REGULAR","cost":0.0014,"country":"IN","end":1750032000,"start":1749945600},{"conversation":1,"conversation_category":"AUTHENTICATION","conversation_direction":"UNKNOWN","conversation_type":"REGULAR","cost":0.0034,"country":"US","end":1750032000,"start":1749945600}]}]},"id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn an_edge_tells_what_the_field_of_its_name_does() {
    let meta = sent_to(&["16505551234", "919800000001"], "").await;
    let asked = "start=1749945600&end=1750032000&granularity=DAILY&dimensions=[\"COUNTRY\"]";
    for name in ["conversation_analytics", "pricing_analytics"] {
        let fields = format!("{name}{DAY}.granularity(DAILY).dimensions(COUNTRY)");
        let field = get(&meta, &format!("{ACCOUNT}?fields={fields}")).await;
        assert_eq!(field[name]["data"][0]["data_points"].as_array().unwrap().len(), 2);
        assert_eq!(get(&meta, &format!("{ACCOUNT}/{name}?{asked}")).await, field[name]);
    }
    expect![[r#"100 "(#100) The parameter granularity is required." null"#]]
        .assert_eq(&refused(&meta, &format!("{ACCOUNT}/pricing_analytics?start=1749945600")).await);
}

#[tokio::test]
async fn a_code_that_never_arrived_costs_nothing() {
    let offline = r#"offline = { share = "100 %", back-after = { median = "5min", p99 = "5min" } }"#;
    let meta = sent_to(&["16505551234"], offline).await;
    meta.advance(600).await;
    let fields = format!("analytics{DAY}.granularity(DAY),pricing_analytics{DAY}.granularity(DAILY)");
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"analytics":{"country_codes":["US"],"data_points":[{"delivered":0,"end":1750032000,"sent":1,"start":1749945600}],"granularity":"DAY","phone_numbers":["15550783881"]},"id":"102290129340398","pricing_analytics":{"data":[{"data_points":[]}]}}"#
        ]],
    );
}

#[tokio::test]
async fn templates_are_counted_day_by_day_and_page_by_page() {
    let meta = sent_to(&["16505551234", "919800000001"], "").await;
    meta.advance(24 * 3_600).await;
    meta.post(&path("messages"), SEND).send().await.unwrap();
    meta.advance(20).await;
    let ask = "template_analytics?start=2025-06-15&end=2025-06-17&granularity=DAILY\
        &template_ids=[1000000000000001]";
    check(
        &get(&meta, &path(&format!("{ask}&limit=1"))).await["data"],
        expect![[
            r#"[{"data_points":[{"clicked":[{"button_content":"Copy code","count":0,"type":"unique_url_button"}],"cost":[{"type":"amount_spent","value":0.0048},{"type":"cost_per_delivered","value":0.0024},{"type":"cost_per_url_button_click"}],"delivered":2,"end":1750032000,"read":2,"sent":2,"start":1749945600,"template_id":"1000000000000001"}],"granularity":"DAILY","product_type":"cloud_api"}]"#
        ]],
    );
    let second = get(&meta, &path(&format!("{ask}&limit=1&after=MAZDZD&metric_types=[\"SENT\"]"))).await;
    check(
        &second["data"],
        expect![[
            r#"[{"data_points":[{"end":1750118400,"sent":1,"start":1750032000,"template_id":"1000000000000001"}],"granularity":"DAILY","product_type":"cloud_api"}]"#
        ]],
    );
    check(&second["paging"]["cursors"], expect![[r#"{"after":"MQZDZD","before":"MQZDZD"}"#]]);
}

#[tokio::test]
async fn what_people_write_is_counted_where_it_is_asked_for() {
    let meta = sent_to(&["16505551234"], "").await;
    let reply = meta.client.post(meta.url("/_mock/phones/16505551234/messages")).body(r#"{"text":"STOP"}"#);
    assert!(reply.send().await.unwrap().status().is_success());
    let fields = format!("analytics{DAY}.granularity(DAY).product_types([100])");
    let answer = get(&meta, &format!("{ACCOUNT}?fields={fields}")).await;
    check(
        &answer["analytics"]["data_points"],
        expect![[r#"[{"delivered":1,"end":1750032000,"sent":1,"start":1749945600}]"#]],
    );
}

#[tokio::test]
async fn what_is_chained_to_a_field_is_read_strictly() {
    let meta = Meta::start().await;
    let ask = |field: &str| format!("{ACCOUNT}?fields={field}");
    let mut told = String::new();
    for field in [
        "analytics",
        "analytics.start(1).granularity(DAY)",
        "analytics.start(1750000000).end(1750032000).granularity(DAILY)",
        "pricing_analytics.start(1750000000).end(1750032000).granularity(DAY)",
        "analytics.start(1750032000).end(1750000000).granularity(DAY)",
        "analytics.start(1600000000).end(1750000000).granularity(DAY)",
        "analytics.start(soon).end(1750000000).granularity(DAY)",
        "analytics.start(1750000000).end(1750032000).granularity(DAY).colour(red)",
        "analytics.start(1750000000).start(1750000000).end(1750032000).granularity(DAY)",
        "analytics.start(1750000000",
        "analytics.start(1750000000)end(1750032000)",
        "analytics.start(1750000000).end(1750032000).granularity(DAY).country_codes([\"XX\"])",
        "analytics.start(1750000000).end(1750032000).granularity(DAY).phone_numbers([\"15550000000\"])",
        "analytics.start(1750000000).end(1750032000).granularity(DAY).product_types([7])",
        "pricing_analytics.start(1750000000).end(1750032000).granularity(DAILY).dimensions([\"AGE\"])",
    ] {
        told += &format!("{}\n", refused(&meta, &ask(field)).await);
    }
    expect![[r#"
        100 "(#100) The parameter granularity is required." null
        100 "(#100) The parameter end is required." null
        100 "(#100) Param granularity must be one of {HALF_HOUR, DAY, MONTH} - got \"DAILY\"." null
        100 "(#100) Param granularity must be one of {HALF_HOUR, DAILY, MONTHLY} - got \"DAY\"." null
        100 "(#100) Invalid parameter" "Param start must be before end, but 1750032000 is not before 1750000000."
        100 "(#100) Invalid parameter" "Param start must lie within the last 366 days: at 1718323200 or later."
        100 "(#100) Invalid parameter" "Param start is \"soon\", but must be unix seconds or a day, such as 2026-01-31."
        100 "(#100) Invalid parameter" "analytics has no colour(); it has start, end, granularity, phone_numbers, country_codes, product_types."
        100 "(#100) Invalid parameter" "analytics has start() twice."
        100 "(#100) Invalid parameter" "After analytics, `.name(value)` is expected, but found `.start(1750000000`."
        100 "(#100) Invalid parameter" "After analytics, `.name(value)` is expected, but found `end(1750032000)`."
        100 "(#100) Invalid parameter" "Param country_codes: the country is \"XX\", but must be two capital letters of ISO 3166-1, such as \"IN\"."
        100 "(#100) Invalid parameter" "Param phone_numbers holds 15*******00, which is no number of this account."
        100 "(#100) Param product_types must be one of {0, 2, 100} - got \"7\"." null
        100 "(#100) Param dimensions must be one of {COUNTRY, PHONE, PRICING_CATEGORY, PRICING_TYPE, TIER} - got \"AGE\"." null
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn template_analytics_need_ten_known_templates_at_most() {
    let meta = sent_to(&[], "").await;
    let range = "template_analytics?start=1749945600&end=1750032000&granularity=DAILY";
    let ids: Vec<String> = (1..=11).map(|id| id.to_string()).collect();
    let mut told = String::new();
    for rest in [
        "template_analytics?end=1750032000&granularity=DAILY".to_owned(),
        "template_analytics?start=1749945600&end=1750032000".to_owned(),
        "template_analytics?start=1749945600&end=1750032000&granularity=HALF_HOUR".to_owned(),
        "template_analytics?start=1740000000&end=1750032000&granularity=DAILY&template_ids=[1]".to_owned(),
        range.to_owned(),
        format!("{range}&template_ids=[{}]", ids.join(",")),
        format!("{range}&template_ids=[one]"),
        format!("{range}&template_ids=[77]"),
        format!("{range}&template_ids=[1000000000000001]&metric_types=[\"SEEN\"]"),
        format!("{range}&template_ids=[1000000000000001]&product_type=EMAIL"),
    ] {
        told += &format!("{}\n", refused(&meta, &path(&rest)).await);
    }
    expect![[r#"
        100 "(#100) The parameter start is required." null
        100 "(#100) The parameter granularity is required." null
        100 "(#100) Param granularity must be one of {DAILY} - got \"HALF_HOUR\"." null
        100 "(#100) Invalid parameter" "Param start must lie within the last 90 days: at 1742169600 or later."
        100 "(#100) The parameter template_ids is required." null
        100 "(#100) Invalid parameter" "Param template_ids must hold at most 10 ids, not 11."
        100 "(#100) Invalid parameter" "Param template_ids holds \"one\": an id must be 1 to 20 decimal digits, without a leading zero, below 2^64."
        100 "(#100) Invalid parameter" "Param template_ids holds 77, which is no template of this account."
        100 "(#100) Param metric_types must be one of {COST, CLICKED, DELIVERED, READ, SENT} - got \"SEEN\"." null
        100 "(#100) Param product_type must be one of {CLOUD_API, MARKETING_MESSAGES_API_FOR_WHATSAPP} - got \"EMAIL\"." null
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn template_insights_can_be_enabled_but_not_disabled() {
    let meta = Meta::start().await;
    let enable = |value: &str| meta.post(&format!("{ACCOUNT}?is_enabled_for_insights={value}"), "").send();
    check(
        &serde_json::from_str(&text(enable("true").await.unwrap()).await).unwrap(),
        expect![[r#"{"id":"102290129340398"}"#]],
    );
    assert!(text(enable("false").await.unwrap()).await.contains("\"code\":200006"));
}

#[tokio::test]
async fn costs_are_compared_with_those_of_text_messages() {
    let meta = sent_to(&["919800000001", "919800000002", "4915100000001"], "").await;
    let costs: Value = meta.client.get(meta.url("/_mock/costs")).send().await.unwrap().json().await.unwrap();
    let rows = costs["rows"].as_array().unwrap().iter().map(|row| {
        let text = |sms: &Value| format!("\n  {} {}", sms["provider"], sms["cost"]);
        let sms: String = row["sms"].as_array().unwrap().iter().map(text).collect();
        format!(
            "{} {} {} {} {}{sms}\n",
            row["country"], row["market"], row["category"], row["charged"], row["cost"]
        )
    });
    expect![[r#"
        "DE" "Germany" "authentication" 1 0.055
        "IN" "India" "authentication" 2 0.0028
          "domestic route (DLT)" 0.006
          "international route, cheapest" 0.09
          "international route, dearest" 0.112
    "#]]
    .assert_eq(&rows.collect::<String>());
    check(&costs["totals"], expect![[r#"{"USD":{"charged":3,"cost":0.0578}}"#]]);
    check(
        &costs["cards"],
        expect![[
            r#"[{"confirmed":false,"currency":"USD","effective":"2026-01-01","source":"a rates file in a public repository, agreeing with a card in euros of 2026-07-01"}]"#
        ]],
    );
}

#[tokio::test]
async fn rates_can_be_replaced_and_every_mistake_in_them_is_told() {
    let meta = sent_to(&["919800000001"], "").await;
    let put = |body: &'static str| meta.client.put(meta.url("/_mock/rates")).body(body).send();
    let wrong = put("[[markets]]\nname = \"India\"\n[[cards]]\ncurrency = \"Rs\"\n").await.unwrap();
    assert_eq!(wrong.status(), 400);
    let wrong: Value = serde_json::from_str(&text(wrong).await).unwrap();
    expect![[r#"
        line 3: `cards[1].effective` is missing, but must be a day, such as "2026-01-31"
        line 3: `cards[1].source` is missing, but must be one line of 1 to 200 letters
        line 3: `cards[1].rates` is missing, but must be a list of tables
        line 4: `cards[1].currency` is "Rs", but must be a currency, such as "USD""#]]
    .assert_eq(wrong["error"].as_str().unwrap());
    let right = put(
        "[[markets]]\nname = \"Everywhere\"\n[[cards]]\ncurrency = \"USD\"\neffective = \"2025-01-01\"\n\
         source = \"our contract\"\nconfirmed = true\nrates = [{ market = \"Everywhere\", authentication = 0.01 }]\n",
    );
    let right = right.await.unwrap().json().await.unwrap();
    check(
        &right,
        expect![[
            r#"[{"confirmed":true,"currency":"USD","effective":"2025-01-01","source":"our contract"}]"#
        ]],
    );
    let costs: Value = meta.client.get(meta.url("/_mock/costs")).send().await.unwrap().json().await.unwrap();
    assert_eq!(costs["totals"]["USD"]["cost"], 0.01);
}

#[test]
fn a_wrong_file_of_rates_keeps_the_mock_from_starting() {
    let start = |file: &str| {
        let rates = Some(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let options = mock_server::Options { rates, ..Default::default() };
        mock_server::run_alone(listener, None, &options).unwrap_err().to_string()
    };
    assert!(start("missing.toml").contains("missing.toml cannot be read"));
    let wrong = start("Cargo.toml");
    assert!(wrong.contains("Cargo.toml is no file of rates\nline 1: `markets` is missing"), "{wrong}");
}
