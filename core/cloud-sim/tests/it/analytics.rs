//! The four analytics agree with each other and with what happened, whatever the seed.

use cloud_api::MessageTemplate;
use cloud_api::analytics::{AnalyticsRequest, TemplateAnalyticsRequest};
use cloud_sim::{Analytics, AnalyticsAnswer, Directory, Moment, Tenant, World};
use journal::Kind;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use scenario::{Elapsed, Scenario};
use serde_json::Value;

use crate::world::{Heard, rehearse, scenario};

/// A world whose codes go to three markets and arrive over some hours.
fn spread(seed: u64) -> Scenario {
    scenario(&format!(
        r#"
seed = {seed}
traffic = {{ phases = [{{ for = "5min", rate = "1/s", arrivals = "poisson" }}] }}
[recipients]
countries = {{ IN = "40 %", BR = "30 %", DE = "30 %" }}
offline = {{ share = "30 %", back-after = {{ median = "10min", p99 = "1h" }} }}
not-on-whatsapp = "5 %"
blocked = "5 %"
[template]
ttl = "15min"
[meta]
read = {{ share = "60 %", median = "5min", p99 = "40min" }}
"#
    ))
}

/// What is asked of the analytics, and what they are computed from.
struct Asked<'a> {
    heard: &'a Heard,
    directory: Directory,
}

/// The sums of an answer's data points.
#[derive(Debug, Default, PartialEq)]
struct Sums {
    sent: u64,
    delivered: u64,
    read: u64,
    volume: u64,
    conversations: u64,
    /// In millionths of the currency's unit.
    cost: u64,
}

impl Sums {
    fn of(points: &[Value]) -> Self {
        let sum = |name: &str| points.iter().filter_map(|point| point[name].as_u64()).sum();
        let millionths = |cost: &Value| (cost.as_f64().unwrap_or_default() * 1e6).round() as u64;
        // A template's cost is a list, of which the first is the sum.
        let cost = |point: &Value| {
            if point["cost"].is_array() {
                millionths(&point["cost"][0]["value"])
            } else {
                millionths(&point["cost"])
            }
        };
        Self {
            sent: sum("sent"),
            delivered: sum("delivered"),
            read: sum("read"),
            volume: sum("volume"),
            conversations: sum("conversation"),
            cost: points.iter().map(cost).sum(),
        }
    }
}

impl<'a> Asked<'a> {
    fn of(heard: &'a Heard, scenario: &Scenario) -> Self {
        let mut directory = Directory::of(Tenant::sample());
        let world = World::of(scenario, 0);
        let template = r#"{"name":"login_code","language":"en_US","category":"AUTHENTICATION","components":[{"type":"BODY"},
            {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#;
        let template =
            MessageTemplate::parse(template.as_bytes(), cloud_api::GraphVersion::default()).unwrap();
        let mut moment = Moment::new(Elapsed::ZERO, &world);
        directory.create_template(&mut moment, Tenant::sample().account, template).unwrap();
        Self { heard, directory }
    }

    fn analytics(&self) -> Analytics<'_> {
        let account = Tenant::sample().account;
        Analytics { account, directory: &self.directory, costs: &self.heard.costs }
    }

    /// The data points of a field of the account, over the whole run.
    fn field(&self, field: &str) -> Vec<Value> {
        let (name, rest) = field.split_once('.').unwrap();
        let field = format!("{name}.start(0).end(10000000).{rest}");
        let (requests, _) = AnalyticsRequest::take(&field, 1).unwrap();
        let answer = match self.analytics().answer(&requests[0]).unwrap() {
            AnalyticsAnswer::Messaging(answer) => serde_json::to_value(answer),
            AnalyticsAnswer::Conversation(answer) => serde_json::to_value(answer),
            AnalyticsAnswer::Pricing(answer) => serde_json::to_value(answer),
        };
        let answer = answer.unwrap();
        let points = if answer["data"].is_array() {
            &answer["data"][0]["data_points"]
        } else {
            &answer["data_points"]
        };
        points.as_array().unwrap().clone()
    }

    fn templates(&self) -> Vec<Value> {
        let body = r#"{"start":0,"end":1000000,"granularity":"DAILY","template_ids":["1000000000000001"]}"#;
        let request = TemplateAnalyticsRequest::parse(body.as_bytes(), 1).unwrap();
        let points = self.analytics().templates(&request).unwrap();
        points.iter().map(|point| serde_json::to_value(point).unwrap()).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn all_analytics_sum_up_to_what_was_sent_delivered_and_charged(seed in 0..u64::MAX >> 1) {
        let scenario = spread(seed);
        let heard = rehearse(&scenario);
        let happened = |kind| heard.count(|fact| fact.kind() == kind) as u64;
        let (sent, delivered, read) =
            (happened(Kind::MessageSent), happened(Kind::MessageDelivered), happened(Kind::MessageRead));
        prop_assert!(sent >= delivered && delivered >= read && read > 0, "{sent} {delivered} {read}");
        let asked = Asked::of(&heard, &scenario);
        let whole = Sums::of(&asked.field("pricing_analytics.granularity(MONTHLY)"));
        prop_assert_eq!(whole.volume, delivered, "what is charged is what was delivered");
        for granularity in ["HALF_HOUR", "DAY", "MONTH"] {
            let sums = Sums::of(&asked.field(&format!("analytics.granularity({granularity})")));
            prop_assert_eq!((sums.sent, sums.delivered), (sent, delivered), "{}", granularity);
        }
        for granularity in ["HALF_HOUR", "DAILY", "MONTHLY"] {
            for dimensions in ["", "COUNTRY", "COUNTRY,PHONE,PRICING_CATEGORY,PRICING_TYPE,TIER"] {
                let field = format!("pricing_analytics.granularity({granularity}).dimensions([{dimensions}])");
                let sums = Sums::of(&asked.field(&field));
                prop_assert_eq!((sums.volume, sums.cost), (delivered, whole.cost), "{}", field);
            }
            let field = format!("conversation_analytics.granularity({granularity}).dimensions([COUNTRY])");
            let sums = Sums::of(&asked.field(&field));
            prop_assert_eq!((sums.conversations, sums.cost), (delivered, whole.cost), "{}", field);
        }
        let sums = Sums::of(&asked.templates());
        prop_assert_eq!((sums.sent, sums.delivered, sums.read, sums.cost), (sent, delivered, read, whole.cost));
    }

    #[test]
    fn the_countries_together_are_the_whole(seed in 0..u64::MAX >> 1) {
        let scenario = spread(seed);
        let heard = rehearse(&scenario);
        let asked = Asked::of(&heard, &scenario);
        let ask = |rest: &str| Sums::of(&asked.field(&format!("pricing_analytics.granularity(DAILY){rest}")));
        let parts = ["IN", "BR", "DE"].map(|country| ask(&format!(".country_codes([{country}])")));
        let whole = ask("");
        prop_assert_eq!(parts.iter().map(|part| part.volume).sum::<u64>(), whole.volume);
        prop_assert_eq!(parts.iter().map(|part| part.cost).sum::<u64>(), whole.cost);
        prop_assert!(parts.iter().all(|part| part.volume > 0));
    }
}
