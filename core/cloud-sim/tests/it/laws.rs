//! What holds in every world, whatever its seed.

use std::collections::{BTreeMap, BTreeSet};

use cloud_api::Day;
use cloud_sim::Tally;
use journal::{Fact, Kind};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use scenario::{Rates, Scenario};

use crate::world::{Heard, rehearse, scenario};

/// A world in which everything happens that can.
fn busy(seed: u64) -> Scenario {
    scenario(&format!(
        r#"
seed = {seed}
traffic = {{ phases = [{{ for = "2s", rate = "50/s -> 200/s", arrivals = "poisson" }}] }}
[recipients]
offline = {{ share = "20 %", back-after = {{ median = "40s", p99 = "10min" }} }}
not-on-whatsapp = "5 %"
blocked = "5 %"
[template]
ttl = "60s"
[meta]
limits = {{ throughput = "150/s" }}
[[meta.faults]]
refuse = {{ code = 131016, share = "10 %" }}
[[meta.faults]]
from = "1s"
for = "300ms"
outage = true
[[meta.faults]]
webhooks = {{ drop = "5 %", repeat = "10 %", reorder = "20 %", delay = {{ median = "1s", p99 = "9s" }} }}
"#
    ))
}

/// The kinds of events of each message, in their order.
fn lives(heard: &Heard) -> BTreeMap<u64, Vec<Kind>> {
    let mut lives = BTreeMap::<u64, Vec<Kind>>::new();
    for event in &heard.meta {
        let (Fact::MessageAccepted { message, .. }
        | Fact::MessageSent { message }
        | Fact::MessageDelivered { message }
        | Fact::MessageRead { message }
        | Fact::MessageDiscarded { message }
        | Fact::MessageFailed { message, .. }) = event.fact
        else {
            continue;
        };
        lives.entry(message).or_default().push(event.fact.kind());
    }
    lives
}

/// The lives that a message can have.
pub(crate) const LIVES: [&[Kind]; 4] = [
    &[Kind::MessageAccepted, Kind::MessageSent, Kind::MessageDelivered],
    &[Kind::MessageAccepted, Kind::MessageSent, Kind::MessageDelivered, Kind::MessageRead],
    &[Kind::MessageAccepted, Kind::MessageSent, Kind::MessageDiscarded],
    &[Kind::MessageAccepted, Kind::MessageFailed],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_accepted_message_ends_in_exactly_one_way(seed in 0..u64::MAX >> 1) {
        for life in lives(&rehearse(&busy(seed))).values() {
            prop_assert!(LIVES.contains(&life.as_slice()), "{life:?}");
        }
    }

    #[test]
    fn time_never_goes_backwards(seed in 0..u64::MAX >> 1) {
        let heard = rehearse(&busy(seed));
        prop_assert!(heard.meta.is_sorted_by_key(|event| event.at));
        prop_assert!(heard.generator.is_sorted_by_key(|event| event.at));
    }

    #[test]
    fn what_is_charged_is_what_was_delivered_and_the_ledger_counts_as_the_journal_does(
        seed in 0..u64::MAX >> 1,
    ) {
        let heard = rehearse(&busy(seed));
        let journal = |kind| heard.count(|fact| fact.kind() == kind) as u64;
        let ledger = |of: fn(&Tally) -> u64| heard.costs.iter().map(|priced| of(&priced.row.tally)).sum::<u64>();
        prop_assert_eq!(ledger(|tally| tally.accepted), journal(Kind::MessageAccepted));
        prop_assert_eq!(ledger(|tally| tally.sent), journal(Kind::MessageSent));
        prop_assert_eq!(ledger(|tally| tally.delivered), journal(Kind::MessageDelivered));
        prop_assert_eq!(ledger(|tally| tally.read), journal(Kind::MessageRead));
        prop_assert_eq!(ledger(|tally| tally.failed), journal(Kind::MessageFailed));
        prop_assert_eq!(ledger(|tally| tally.discarded), journal(Kind::MessageDiscarded));
        prop_assert_eq!(ledger(|tally| tally.charged), journal(Kind::MessageDelivered));
        let rates = Rates::built_in();
        for priced in &heard.costs {
            let market = rates.market_of(priced.row.group.country);
            let category = priced.row.group.charge.category;
            let price = rates.tiers(priced.currency, market, category, Day::default())[0].price;
            prop_assert_eq!(priced.cost(), price.times(priced.row.tally.delivered));
            prop_assert_eq!(priced.unpriced(), 0);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_world_and_another_seed_another(seed in 0..u64::MAX >> 2) {
        let once = rehearse(&busy(seed)).timeline();
        prop_assert_eq!(&once, &rehearse(&busy(seed)).timeline());
        prop_assert!(once != rehearse(&busy(seed + 1)).timeline());
    }

    #[test]
    fn every_webhook_is_answered_once_twice_where_repeated_or_dropped(seed in 0..u64::MAX >> 1) {
        let heard = rehearse(&busy(seed));
        let mut fates = BTreeMap::<(u64, &str), Vec<Kind>>::new();
        for event in &heard.meta {
            let (Fact::WebhookAnswered { message, status, .. } | Fact::WebhookDropped { message, status }) =
                event.fact
            else {
                continue;
            };
            fates.entry((message, status.name())).or_default().push(event.fact.kind());
        }
        let statuses = heard.count(|fact| {
            matches!(fact.kind(), Kind::MessageSent | Kind::MessageDelivered | Kind::MessageRead | Kind::MessageFailed)
        });
        prop_assert_eq!(fates.len(), statuses);
        for fate in fates.values() {
            let is_known = [
                [Kind::WebhookDropped].as_slice(),
                &[Kind::WebhookAnswered],
                &[Kind::WebhookAnswered, Kind::WebhookAnswered],
            ]
            .contains(&fate.as_slice());
            prop_assert!(is_known, "{fate:?}");
        }
    }

    #[test]
    fn exactly_the_phones_that_come_back_too_late_lose_their_codes(seed in 0..u64::MAX >> 1) {
        let scenario = scenario(&format!(
            r#"
seed = {seed}
traffic = {{ phases = [{{ for = "2s", rate = "200/s" }}] }}
[recipients]
offline = {{ share = "30 %", back-after = {{ median = "60s", p99 = "10min" }} }}
not-on-whatsapp = "0 %"
blocked = "0 %"
[template]
ttl = "60s"
[meta]
delivered = {{ median = "1s", p99 = "2s" }}
"#
        ));
        let late: BTreeSet<u64> = (0..400)
            .map(|arrival| scenario.recipients.number(scenario.seed, arrival))
            .filter(|number| {
                let off = scenario.recipients.offline(scenario.seed, *number, 0);
                off.is_some_and(|span| span > scenario.template.ttl)
            })
            .map(|number| scenario.seed.pseudonym(number))
            .collect();
        prop_assert_eq!(discarded(&rehearse(&scenario)), late);
    }
}

/// The recipients whose messages were discarded.
fn discarded(heard: &Heard) -> BTreeSet<u64> {
    let mut recipients = BTreeMap::new();
    let mut discarded = BTreeSet::new();
    for event in &heard.meta {
        match event.fact {
            Fact::MessageAccepted { message, recipient } => {
                recipients.insert(message, recipient);
            }
            Fact::MessageDiscarded { message } => {
                discarded.insert(recipients[&message]);
            }
            _ => {}
        }
    }
    discarded
}

#[test]
fn a_number_that_sends_too_fast_is_refused_with_130429() {
    let scenario = scenario(
        "seed = 7\ntraffic = { phases = [{ for = \"3s\", rate = \"300/s\" }] }\n\
         [meta]\nlimits = { throughput = \"100/s\" }\n",
    );
    let heard = rehearse(&scenario);
    let throttled = heard.count(|fact| matches!(fact, Fact::SendRefused { code: 130_429, .. }));
    let others = heard.count(|fact| matches!(fact, Fact::SendRefused { code, .. } if code != 130_429));
    assert!(throttled > 0);
    assert_eq!(others, 0);
}
