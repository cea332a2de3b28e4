//! Prices that fall with the volume, over the wire.

use expect_test::expect;

use crate::meta::{Callback, Meta, SEND, path, text};

const RATES: &str = r#"
[[markets]]
name = "North America"
countries = ["US"]
[[markets]]
name = "Other"
[[cards]]
currency = "USD"
effective = "2025-01-01"
source = "a test"
rates = [{ market = "North America", authentication = 0.004 }]
tiers = [{ market = "North America", category = "authentication", over = 3, rate = 0.003 }]
"#;

/// What the statuses of a code say of its price, when it is sent so many seconds later.
async fn priced(meta: &Meta, callback: &mut Callback, wait: u64) -> String {
    meta.advance(wait).await;
    assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    meta.advance(20).await;
    let sent = callback.next().await["value"]["statuses"][0]["pricing"].to_string();
    let delivered = callback.next().await["value"]["statuses"][0]["pricing"].to_string();
    assert_eq!(sent, delivered);
    let _read = callback.next().await;
    sent
}

#[tokio::test]
async fn whoever_comes_by_an_advertisement_is_written_to_for_nothing_for_72_hours() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe_to(&callback, "messages").await;
    let mut told = format!("{}\n", priced(&meta, &mut callback, 0).await);
    let url = meta.url("/_mock/phones/16505551234/messages");
    let come = r#"{"text":"Tell me more","referral":{"ctwa_clid":"Aff-n8Z"}}"#;
    let came = meta.client.post(&url).body(come).send().await.unwrap();
    assert_eq!(came.status(), 200, "{}", text(came).await);
    told += &format!("{}\n", callback.next().await["value"]["messages"][0]["referral"]);
    told += &format!("{}\n", priced(&meta, &mut callback, 0).await);
    told += &format!("{}\n", priced(&meta, &mut callback, 72 * 3_600 - 60).await);
    told += &format!("{}\n", priced(&meta, &mut callback, 60).await);
    expect![[r#"
        {"billable":true,"category":"authentication","pricing_model":"PMP","type":"regular"}
        {"body":"Summer Succulents are here!","ctwa_clid":"Aff-n8Z","headline":"Chat with us","source_id":"120226305854810726","source_type":"ad","source_url":"https://fb.me/3cr4Wqqkv"}
        {"billable":false,"category":"referral_conversion","pricing_model":"PMP","type":"free_entry_point"}
        {"billable":false,"category":"referral_conversion","pricing_model":"PMP","type":"free_entry_point"}
        {"billable":true,"category":"authentication","pricing_model":"PMP","type":"regular"}
    "#]].assert_eq(&told);
    let day = ".start(1749945600).end(1750377600)";
    let fields = format!(
        "pricing_analytics{day}.granularity(MONTHLY).dimensions([\"PRICING_TYPE\",\"PRICING_CATEGORY\"])"
    );
    let answer =
        text(meta.get(&format!("/v23.0/102290129340398?fields={fields}")).send().await.unwrap()).await;
    expect![[r#"{"pricing_analytics":{"data":[{"data_points":[{"cost":0,"end":1751328000,"pricing_category":"REFERRAL_CONVERSION","pricing_type":"FREE_ENTRY_POINT","start":1748736000,"volume":2},{"cost":0.0068,"end":1751328000,"pricing_category":"AUTHENTICATION","pricing_type":"REGULAR","start":1748736000,"volume":2}]}]},"id":"102290129340398"}"#]].assert_eq(&answer);
    let wrong =
        meta.client.post(&url).body(r#"{"text":"x","referral":{"colour":"red"}}"#).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
}

#[tokio::test]
async fn a_volume_tier_is_told_and_charged_also_where_its_rates_came_later() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe_to(&callback, "account_update").await;
    let send = async || {
        assert_eq!(meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
        meta.advance(20).await;
    };
    send().await;
    send().await;
    let put = meta.client.put(meta.url("/_mock/rates")).body(RATES).send().await.unwrap();
    assert_eq!(put.status(), 200, "{}", text(put).await);
    send().await;
    send().await;
    let told = callback.next().await;
    expect![[r#"{"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"effective_month":"2025-06","pricing_category":"AUTHENTICATION","region":"North America","tier":"4:MAX","tier_update_time":1750000064}}"#]].assert_eq(&told["value"].to_string());
    let day = ".start(1749945600).end(1750032000)";
    let fields = format!("pricing_analytics{day}.granularity(DAILY).dimensions([\"TIER\"])");
    let answer =
        text(meta.get(&format!("/v23.0/102290129340398?fields={fields}")).send().await.unwrap()).await;
    expect![[r#"{"pricing_analytics":{"data":[{"data_points":[{"cost":0.012,"end":1750032000,"start":1749945600,"tier":"0:3","volume":3},{"cost":0.003,"end":1750032000,"start":1749945600,"tier":"4:MAX","volume":1}]}]},"id":"102290129340398"}"#]].assert_eq(&answer);
}
