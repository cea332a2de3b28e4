//! What becomes of numbers and portfolios over hours and months, in virtual time.

use std::fmt::Write as _;

use cloud_api::account::word::{NumberStatus, Quality, ThroughputLevel, Tier, Verification};
use cloud_api::account::{NewNumber, RegisterRequest};
use cloud_api::{GraphVersion, MessageTemplate, PhoneNumberId, Recipient, Refusal, TraceId};
use cloud_sim::{
    Accepted, AccountPatch, Changes, Directory, Draft, Edge, Effect, Moment, Notice, NumberPatch, Numbering,
    Outgoing, Rules, Shard, Tenant, World,
};
use expect_test::{Expect, expect};
use scenario::{Elapsed, Rates, Span};

use crate::world::scenario;

/// A directory and a shard through which time goes, and what they tell.
struct Story {
    world: World,
    directory: Directory,
    numbering: Numbering,
    shard: Shard,
    now: Elapsed,
    told: String,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

const CODE: &str = r#"{"name":"login","language":"en_US","category":"AUTHENTICATION","components":[{"type":"BODY"},
    {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#;

impl Story {
    /// A world that begins on 2025-06-15, in which every code arrives after a second.
    fn begin() -> Self {
        let text = r#"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
[meta]
review = { takes = "0s", outcome = "approved" }
sent = { median = "100ms", p99 = "100ms" }
delivered = { median = "1s", p99 = "1s" }
read = { share = "0 %", median = "3s", p99 = "3s" }
"#;
        let mut story = Self {
            world: World::of(&scenario(text), 1_750_000_000),
            directory: Directory::of(Tenant::sample()),
            numbering: Numbering::default(),
            shard: Shard::new(),
            now: Elapsed::ZERO,
            told: String::new(),
        };
        let template = MessageTemplate::parse(CODE.as_bytes(), GraphVersion::default()).unwrap();
        let account = Tenant::sample().account;
        story.act(|directory, moment| directory.create_template(moment, account, template)).unwrap();
        story.told.clear();
        story
    }

    fn act<T>(&mut self, act: impl FnOnce(&mut Directory, &mut Moment<'_>) -> T) -> T {
        let mut moment = Moment::new(self.now, &self.world);
        let outcome = act(&mut self.directory, &mut moment);
        let Changes { notices, .. } = moment.changes();
        self.tell(&notices);
        outcome
    }

    fn tell(&mut self, notices: &[Notice]) {
        for notice in notices {
            let value = serde_json::to_value(&notice.change).unwrap();
            let secs = notice.at.micros() / 1_000_000;
            let (days, hours) = (secs / DAY, secs % DAY / HOUR);
            writeln!(self.told, "{days}d{hours:02}h {value}").unwrap();
        }
    }

    fn patch_account(&mut self, patch: &AccountPatch) {
        let account = Tenant::sample().account;
        let notices = self.directory.change_account(self.now, account, patch).unwrap();
        self.tell(&notices);
    }

    fn patch_number(&mut self, patch: &NumberPatch) {
        let notices = self.directory.change_number(self.now, Tenant::sample().number, patch).unwrap();
        self.tell(&notices);
    }

    /// Does all that is due until then, each thing at its instant.
    fn wait(&mut self, span: Span) {
        let until = self.now + span;
        loop {
            let due = [self.shard.next_due(), self.directory.next_due()].into_iter().flatten().min();
            let Some(due) = due.filter(|due| *due <= until) else { break };
            self.now = due.max(self.now);
            self.act(Directory::take_due);
            let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
            let mut effects = Vec::new();
            self.shard.take_due(self.now, &rules, &mut effects);
            for effect in effects {
                if let Effect::Notify(notice) = effect {
                    self.tell(&[notice]);
                }
            }
        }
        self.now = until;
    }

    /// Sends a code to a person of Kenya, whose number ends so.
    fn send(&mut self, person: u64) -> Result<Accepted, Refusal> {
        let directory = self.directory.clone();
        let outgoing = Outgoing {
            version: GraphVersion::default(),
            sender: directory.number(Tenant::sample().number).unwrap(),
            recipient: Recipient::from_number(254_700_000_000 + person).unwrap(),
            edge: Edge::Messages,
            draft: Draft::Code { template: "login", language: "en_US", code: "482913".parse().unwrap() },
            aside: cloud_sim::Aside::default(),
        };
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        self.shard.send(self.now, &rules, outgoing, &mut Vec::new())
    }

    /// Sends a code to each of so many new people, a hundredth of a second apart.
    fn send_to(&mut self, people: std::ops::Range<u64>) {
        for person in people {
            self.send(person).unwrap();
            self.wait(Span::from_micros(10_000));
        }
    }

    fn add_number(&mut self, display: u64) -> Result<PhoneNumberId, Refusal> {
        let display = Recipient::from_number(display).unwrap();
        let new = NewNumber { display, verified_name: "Codes".to_owned() };
        self.directory.add_number(self.now, &self.world, Tenant::sample().account, &new)
    }

    fn register(&mut self, pin: &str) -> Result<(), Refusal> {
        let request = RegisterRequest { pin: pin.parse().unwrap(), region: None };
        let unix = self.world.unix_secs(self.now);
        let notices = self.directory.register(self.now, unix, Tenant::sample().number, &request)?;
        self.tell(&notices);
        Ok(())
    }

    fn record(&self) -> &cloud_api::account::NumberRecord {
        &self.directory.number(Tenant::sample().number).unwrap().record
    }

    fn tier(&self) -> Tier {
        let account = self.directory.account(Tenant::sample().account).unwrap();
        self.directory.portfolio(account.portfolio).unwrap().tier
    }

    #[track_caller]
    fn check(&self, expected: Expect) {
        expected.assert_eq(&self.told);
    }
}

fn words<T>(outcome: Result<T, Refusal>) -> String {
    let Err(refusal) = outcome else { return "done".to_owned() };
    let error = refusal.envelope(TraceId::new(0)).error;
    format!("{} {}", refusal.code(), error.message)
}

#[test]
fn a_pin_is_guessed_five_times_and_then_not_for_an_hour() {
    let mut story = Story::begin();
    assert_eq!(words(story.register("123456")), "done");
    let wrong = expect!["133005 (#133005) Two step verification PIN Mismatch"];
    for _ in 0..4 {
        wrong.assert_eq(&words(story.register("000000")));
        story.wait(Span::from_secs(5));
    }
    wrong.assert_eq(&words(story.register("000000")));
    expect!["133008 (#133008) Too Many two step verification PIN Guesses"]
        .assert_eq(&words(story.register("123456")));
    story.wait(Span::from_secs(HOUR - 1));
    assert!(words(story.register("123456")).starts_with("133008"));
    story.wait(Span::from_secs(1));
    assert_eq!(words(story.register("123456")), "done");
    wrong.assert_eq(&words(story.register("000000")));
    expect!["133009 (#133009) Two step verification PIN Guessed Too Fast"]
        .assert_eq(&words(story.register("123456")));
}

#[test]
fn a_business_has_two_numbers_until_meta_knows_it_and_then_twenty() {
    let mut story = Story::begin();
    let not = AccountPatch { verification: Some(Verification::NotVerified), ..AccountPatch::default() };
    story.patch_account(&not);
    assert_eq!(words(story.add_number(16_505_550_001)), "done");
    let full = words(story.add_number(16_505_550_002));
    assert_ne!(full, "done");
    story.patch_account(&AccountPatch { verification: Some(Verification::Verified), ..not });
    for nth in 2..20 {
        assert_eq!(words(story.add_number(16_505_550_000 + nth)), "done", "{nth}");
    }
    assert_eq!(words(story.add_number(16_505_550_099)), full);
    story.check(expect![[r#"
        0d00h {"max_daily_conversation_per_phone":-1,"max_daily_conversations_per_business":-1,"max_phone_numbers_per_business":2,"max_phone_numbers_per_waba":25}
        0d00h {"max_daily_conversation_per_phone":-1,"max_daily_conversations_per_business":-1,"max_phone_numbers_per_business":20,"max_phone_numbers_per_waba":25}
    "#]]);
}

#[test]
fn a_number_is_told_to_be_on_board_when_it_is_registered_and_not_again() {
    let mut story = Story::begin();
    story.directory.deregister(story.now, Tenant::sample().number).unwrap();
    assert_eq!(story.record().status, NumberStatus::Disconnected);
    assert_eq!(words(story.send(1)).split(' ').next(), Some("133010"));
    story.register("123456").unwrap();
    story.register("123456").unwrap();
    assert_eq!(story.record().status, NumberStatus::Connected);
    assert_eq!(words(story.send(1)), "done");
    story.check(expect![[r#"
        0d00h {"current_limit":"TIER_UNLIMITED","display_phone_number":"15550783881","event":"ONBOARDING","max_daily_conversations_per_business":"TIER_UNLIMITED"}
    "#]]);
}

#[test]
fn a_limit_grows_step_by_step_from_250_to_none() {
    let mut story = Story::begin();
    story.patch_account(&AccountPatch { tier: Some(Tier::T250), ..AccountPatch::default() });
    story.told.clear();
    let mut met = 0;
    for (needed, next) in
        [(125, Tier::T2K), (1_000, Tier::T10K), (5_000, Tier::T100K), (50_000, Tier::Unlimited)]
    {
        story.send_to(met..met + needed - 1);
        met += needed;
        story.wait(Span::from_secs(6 * HOUR));
        assert_ne!(story.tier(), next, "one person short of half is not enough");
        story.send_to(met - 1..met);
        story.wait(Span::from_secs(6 * HOUR));
        assert_eq!(story.tier(), next);
        story.wait(Span::from_secs(8 * DAY));
    }
    let upgrades: Vec<&str> = story.told.lines().filter(|line| line.contains("UPGRADE")).collect();
    assert_eq!(upgrades.len(), 4, "{upgrades:#?}");
}

#[test]
fn a_limit_does_not_grow_while_a_number_is_red_or_before_meta_knows_the_business() {
    let mut story = Story::begin();
    story.patch_account(&AccountPatch { tier: Some(Tier::T2K), ..AccountPatch::default() });
    story.patch_number(&NumberPatch { quality: Some(Quality::Red), ..NumberPatch::default() });
    story.send_to(0..1_000);
    story.wait(Span::from_secs(6 * HOUR));
    assert_eq!(story.tier(), Tier::T2K);
    let mut story = Story::begin();
    let verification = Some(Verification::NotVerified);
    story.patch_account(&AccountPatch { tier: Some(Tier::T250), verification, ..AccountPatch::default() });
    story.told.clear();
    story.send_to(0..125);
    story.wait(Span::from_secs(6 * HOUR));
    assert_eq!(story.tier(), Tier::T250);
    story.check(expect![[r#"
        0d06h {"alert_info":{"alert_description":"Verify the business to raise its messaging limit.","alert_severity":"INFORMATIONAL","alert_status":"NONE","alert_type":"INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO"},"entity_id":"506914307656634","entity_type":"BUSINESS"}
    "#]]);
}

#[test]
fn a_business_that_meta_does_not_know_comes_to_2000_people_when_2000_codes_have_arrived() {
    let mut story = Story::begin();
    let verification = Some(Verification::NotVerified);
    story.patch_account(&AccountPatch { tier: Some(Tier::T250), verification, ..AccountPatch::default() });
    for day in 0..8 {
        story.send_to(250 * day..250 * day + 249);
        story.wait(Span::from_secs(DAY));
    }
    assert_eq!(story.tier(), Tier::T250);
    story.send_to(9_000..9_007);
    story.wait(Span::from_secs(60));
    assert_eq!(story.tier(), Tier::T250, "1,999 have arrived");
    story.send_to(9_007..9_008);
    story.wait(Span::from_secs(60));
    assert_eq!(story.tier(), Tier::T2K);
}

#[test]
fn a_number_that_reaches_a_hundred_thousand_people_is_down_for_a_minute_and_then_faster() {
    let mut story = Story::begin();
    story.patch_number(&NumberPatch { level: Some(ThroughputLevel::Standard), ..NumberPatch::default() });
    for person in 0..100_000 {
        story.send(person).unwrap();
        story.now += Span::from_micros(12_500);
    }
    story.told.clear();
    story.wait(Span::from_secs(1));
    expect!["131057 (#131057) Account in maintenance mode"].assert_eq(&words(story.send(100_000)));
    story.wait(Span::from_secs(58));
    assert_eq!(story.record().level, ThroughputLevel::Standard);
    assert!(words(story.send(100_000)).starts_with("131057"));
    story.wait(Span::from_secs(1));
    assert_eq!(story.record().level, ThroughputLevel::High);
    assert_eq!(words(story.send(100_000)), "done");
    story.check(expect![[r#"
        0d00h {"current_limit":"TIER_UNLIMITED","display_phone_number":"15550783881","event":"THROUGHPUT_UPGRADE","max_daily_conversations_per_business":"TIER_UNLIMITED"}
    "#]]);
}

const RATES: &str = r#"
[[markets]]
name = "Kenya"
countries = ["KE"]
[[markets]]
name = "Other"
[[cards]]
currency = "USD"
effective = "2025-01-01"
source = "a test"
rates = [{ market = "Kenya", authentication = 0.004 }]
tiers = [
  { market = "Kenya", category = "authentication", over = 2, rate = 0.003 },
  { market = "Kenya", category = "authentication", over = 4, rate = 0.002 },
]
"#;

#[test]
fn a_volume_tier_is_told_when_its_first_message_is_delivered_and_again_in_the_next_month() {
    let mut story = Story::begin();
    story.world.rates = std::sync::Arc::new(Rates::parse(RATES).unwrap());
    for person in 0..6 {
        story.send(person).unwrap();
        story.wait(Span::from_secs(HOUR));
    }
    story.wait(Span::from_secs(16 * DAY));
    for person in 0..3 {
        story.send(person).unwrap();
        story.wait(Span::from_secs(HOUR));
    }
    story.check(expect![[r#"
        0d02h {"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"effective_month":"2025-06","pricing_category":"AUTHENTICATION","region":"Kenya","tier":"3:4","tier_update_time":1750007201}}
        0d04h {"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"effective_month":"2025-06","pricing_category":"AUTHENTICATION","region":"Kenya","tier":"5:MAX","tier_update_time":1750014401}}
        1d00h {"message_template_id":1000000000000001,"message_template_language":"en_US","message_template_name":"login","new_quality_score":"GREEN","previous_quality_score":"UNKNOWN"}
        16d08h {"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"effective_month":"2025-07","pricing_category":"AUTHENTICATION","region":"Kenya","tier":"3:4","tier_update_time":1751411201}}
    "#]]);
}
