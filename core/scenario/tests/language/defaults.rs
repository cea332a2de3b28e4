//! What holds where a scenario says nothing.

use expect_test::{Expect, expect};
use scenario::{Bar, Comparison, Scenario};

const LEAST: &str = r#"
about = "the least that a scenario can say"
seed = 42
[traffic]
phases = [{ for = "10s", rate = "50/s" }]
"#;

#[track_caller]
fn parse(text: &str) -> Scenario {
    Scenario::parse("least", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[track_caller]
fn check(told: impl std::fmt::Debug, expected: &Expect) {
    expected.assert_eq(&format!("{told:?}\n"));
}

#[test]
fn a_scenario_need_not_say_much() {
    let scenario = parse(LEAST);
    assert_eq!((scenario.name.as_str(), scenario.seed.number()), ("least", 42));
    assert!(scenario.budgets.is_empty() && scenario.meta.faults.is_empty());
    check(
        scenario.traffic,
        &expect![[r#"
        Traffic { phases: [Phase { name: "phase 1", lasts: Span(10000000), rates: [Rate(50000)], spacing: Even }] }
    "#]],
    );
    check(
        scenario.template,
        &expect![[r#"
        TemplatePlan { name: "login_code", language: "en_US", button: CopyCode, security_line: true, code_expires_in: None, ttl: Span(60000000), apps: None }
    "#]],
    );
    check(
        (scenario.target.base_url, scenario.target.timeout),
        &expect![[r#"
        (None, Span(10000000))
    "#]],
    );
    check(
        scenario.target.ask,
        &expect![[r#"
        Call { method: Post, path: "/otp", headers: [], body: "{\"recipient\":\"{{recipient}}\"}" }
    "#]],
    );
    check(
        scenario.target.verify,
        &expect![[r#"
        Call { method: Post, path: "/otp/verify", headers: [], body: "{\"recipient\":\"{{recipient}}\",\"code\":\"{{code}}\"}" }
    "#]],
    );
    check(
        (scenario.meta.review, scenario.meta.limits),
        &expect![[r#"
        (Review { takes: Span(2000000), outcome: Approved }, Limits { throughput: 1000, pair_burst: 45, pair_interval: Span(6000000) })
    "#]],
    );
}

#[test]
fn shares_and_latencies_have_defaults() {
    let Scenario { recipients, meta, users, target, .. } = parse(LEAST);
    let latency = |of: scenario::Latency| format!("{} p99 {}", of.median(), of.p99());
    let countries: Vec<_> =
        recipients.countries.iter().map(|(country, share)| format!("{} {share}", country.iso())).collect();
    let devices: Vec<_> =
        recipients.devices.iter().map(|(device, share)| format!("{device:?} {share}")).collect();
    let told = format!(
        "{} · {} · not on WhatsApp {}, blocked {}, offline {:?}\n\
         sent {}, delivered {}, read {} {}, failed {}\n\
         typing {}, autofill {}, wrong code {}, gives up {}\n\
         the target takes {}",
        countries.join(", "),
        devices.join(", "),
        recipients.not_on_whatsapp,
        recipients.blocked,
        recipients.offline,
        latency(meta.sent),
        latency(meta.delivered),
        meta.read.share,
        latency(meta.read.after),
        latency(meta.failed),
        latency(users.typing),
        latency(users.autofill),
        users.wrong_code,
        users.gives_up,
        latency(target.takes),
    );
    expect![[r#"
        US 100 % · AndroidWithApp 55 %, Android 15 %, Ios 30 % · not on WhatsApp 0 %, blocked 0 %, offline None
        sent 150ms p99 400ms, delivered 1500ms p99 5s, read 65 % 6s p99 40s, failed 2s p99 8s
        typing 8s p99 30s, autofill 800ms p99 4s, wrong code 2 %, gives up 3 %
        the target takes 5ms p99 30ms"#]].assert_eq(&told);
}

#[test]
fn the_order_of_countries_changes_nothing() {
    let countries = |shares: &str| parse(&format!("{LEAST}\n[recipients]\ncountries = {shares}")).recipients;
    assert_eq!(countries("{ US = '60 %', IN = '40 %' }"), countries("{ IN = '40%', US = '60%' }"));
}

#[test]
fn faults_open_at_once_and_for_ever_unless_they_say_otherwise() {
    let faults = parse(&format!(
        "{LEAST}
[[meta.faults]]
outage = true
[[meta.faults]]
from = '5s'
for = '2s'
refuse = {{ code = 130429 }}
[[meta.faults]]
webhooks = {{ repeat = '20 %' }}
"
    ));
    for (fault, expected) in faults.meta.faults.into_iter().zip([&expect![[r#"
        Fault { window: Window { from: Elapsed(0), until: Elapsed(18446744073709551615) }, matching: Matching { number: None, template: None, recipient: None, operation: None }, kind: Outage }
    "#]], &expect![[r#"
        Fault { window: Window { from: Elapsed(5000000), until: Elapsed(7000000) }, matching: Matching { number: None, template: None, recipient: None, operation: None }, kind: Refuse(RefusalFault { code: 130429, share: Share(1000000), message: None, details: None, status: None }) }
    "#]], &expect![[r#"
        Fault { window: Window { from: Elapsed(0), until: Elapsed(18446744073709551615) }, matching: Matching { number: None, template: None, recipient: None, operation: None }, kind: Webhooks(WebhookFault { drop: Share(0), repeat: Share(200000), reorder: Share(0), signature: Share(0), delay: None }) }
    "#]]]) {
        check(fault, expected);
    }
}

#[test]
fn every_measure_can_be_a_budget() {
    let scenario = parse(&format!(
        "{LEAST}
[budgets]
delivered-within-5s = '>= 99.5 %'
delivered-within-250ms = '> 1%'
'delivered-within-1.5s' = '> 50 %'
accepted = '<= 100 %'
delivered = '< 100 %'
read = '>= 0 %'
verified = '>=95%'
answer-p50 = '< 1s'
acceptance-p90 = '<= 1.5s'
delivery-p95 = '< 5s'
verification-p99 = '<1min'
'delivery-p99.9' = '< 10s'
"
    ));
    let told: Vec<_> = scenario
        .budgets
        .iter()
        .map(|budget| {
            let sign = match budget.comparison {
                Comparison::Below => "<",
                Comparison::AtMost => "<=",
                Comparison::AtLeast => ">=",
                Comparison::Above => ">",
            };
            let bar = match budget.bar {
                Bar::Share(share) => share.to_string(),
                Bar::Span(span) => span.to_string(),
            };
            format!("{} {:?} {sign} {bar}", budget.name, budget.measure)
        })
        .collect();
    expect![[r#"
        delivered-within-5s DeliveredWithin(Span(5000000)) >= 99.5 %
        delivered-within-250ms DeliveredWithin(Span(250000)) > 1 %
        delivered-within-1.5s DeliveredWithin(Span(1500000)) > 50 %
        accepted Accepted <= 100 %
        delivered Delivered < 100 %
        read Read >= 0 %
        verified Verified >= 95 %
        answer-p50 Percentile { interval: Answer, permille: 500 } < 1s
        acceptance-p90 Percentile { interval: Acceptance, permille: 900 } <= 1500ms
        delivery-p95 Percentile { interval: Delivery, permille: 950 } < 5s
        verification-p99 Percentile { interval: Verification, permille: 990 } < 1min
        delivery-p99.9 Percentile { interval: Delivery, permille: 999 } < 10s"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn an_arrow_can_be_drawn_two_ways() {
    let phases = |rate: &str| parse(&LEAST.replace("50/s", rate)).traffic;
    assert_eq!(phases("50/s -> 1000/s -> 50/s"), phases("50/s → 1000/s→50 /s"));
}
