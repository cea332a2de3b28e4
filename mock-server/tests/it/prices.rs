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
