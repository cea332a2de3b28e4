//! What somebody does to a phone changes what becomes of the messages on their way to it.

use std::fmt::Write as _;

use cloud_api::template::{AuthenticationContent, Button, Labels, TemplateCategory, TemplateTtl, Wording};
use cloud_api::{AuthenticationTemplate, OtpCode, Recipient};
use cloud_sim::{
    Apps, Arrived, Aside, Directory, Draft, Edge, Effect, Handset, Line, Moment, Numbering, Outgoing,
    PhoneChange, Rules, Screen, Shard, Shown, Tenant, Viewer, World,
};
use expect_test::{Expect, expect};
use journal::{Event, Fact, Kind};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};
use scenario::{Elapsed, Presence, Span};

use crate::world::scenario;

/// One phone, and a Meta that sends a code to it at 0 s, 1 s and so on.
struct Story {
    world: World,
    directory: Directory,
    numbering: Numbering,
    shard: Shard,
    events: Vec<Event>,
    arrived: Vec<Arrived>,
}

const PHONE: u64 = 16_505_551_234;

impl Story {
    fn begin() -> Self {
        let world = World::of(
            &scenario(
                r#"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
[recipients]
devices = { android = "100 %" }
[meta]
review = { takes = "0s", outcome = "approved" }
limits = { pair-interval = "1ms" }
sent = { median = "100ms", p99 = "100ms" }
delivered = { median = "1s", p99 = "1s" }
read = { share = "100 %", median = "3s", p99 = "3s" }
"#,
            ),
            1_750_000_000,
        );
        let mut directory = Directory::of(Tenant::sample());
        let template = AuthenticationTemplate {
            name: "login_code".parse().expect("the test sets it up rightly"),
            language: "en_US".parse().expect("the test sets it up rightly"),
            ttl: TemplateTtl::new(TemplateCategory::Authentication, 60).expect("the test sets it up rightly"),
            content: AuthenticationContent {
                wording: Wording::Preset,
                has_security_recommendation: true,
                code_expiration: None,
                button: Button::CopyCode { labels: Labels::default() },
            },
        };
        directory
            .create_template(
                &mut Moment::new(Elapsed::ZERO, &world),
                Tenant::sample().account,
                template.into(),
            )
            .expect("the test sets it up rightly");
        let (numbering, shard) = (Numbering::default(), Shard::new());
        Self { world, directory, numbering, shard, events: Vec::new(), arrived: Vec::new() }
    }

    fn at<T>(&mut self, now: Elapsed, act: impl FnOnce(&mut Shard, &Rules<'_>, &mut Vec<Effect>) -> T) -> T {
        self.wait_until(now);
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        let mut effects = Vec::new();
        let done = act(&mut self.shard, &rules, &mut effects);
        self.take(effects);
        done
    }

    fn send(&mut self, now: Elapsed) {
        let directory = self.directory.clone();
        let sender = directory.number(Tenant::sample().number).expect("the test sets it up rightly");
        let outgoing = Outgoing {
            version: cloud_api::GraphVersion::default(),
            sender,
            recipient: phone(),
            edge: Edge::Messages,
            draft: Draft::Code {
                template: "login_code",
                language: "en_US",
                code: "482913".parse::<OtpCode>().expect("the test sets it up rightly"),
            },
            aside: Aside::default(),
        };
        self.at(now, |shard, rules, effects| shard.send(now, rules, outgoing, effects))
            .expect("the test sets it up rightly");
    }

    fn change(&mut self, now: Elapsed, change: PhoneChange) {
        self.at(now, |shard, rules, _| shard.change_phone(now, rules, phone(), change))
            .expect("the test sets it up rightly");
    }

    /// Does what is due until then, each thing at its instant.
    fn wait_until(&mut self, now: Elapsed) {
        while let Some(due) = self.shard.next_due().filter(|due| *due <= now) {
            let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
            let mut effects = Vec::new();
            self.shard.take_due(due, &rules, &mut effects);
            self.take(effects);
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Happened(event) => self.events.push(event),
                Effect::OnPhone(arrived) => self.arrived.push(arrived),
                Effect::DirectoryDue
                | Effect::Notify(_)
                | Effect::NeverOnPhone { .. }
                | Effect::Report(_)
                | Effect::Post { .. } => {}
            }
        }
    }

    #[track_caller]
    fn check(mut self, expected: Expect) {
        self.wait_until(secs(10_000));
        let mut told = String::new();
        for event in &self.events {
            writeln!(told, "{} {}", event.at, event.fact.kind().name()).expect("the test sets it up rightly");
        }
        expected.assert_eq(&told);
    }
}

fn phone() -> Recipient {
    Recipient::from_number(PHONE).expect("the test sets it up rightly")
}

fn secs(secs: u64) -> Elapsed {
    Elapsed::ZERO + Span::from_secs(secs)
}

fn line(line: Line) -> PhoneChange {
    PhoneChange { line: Some(line), ..PhoneChange::default() }
}

const OFF: Line = Line::Off { until: Elapsed::NEVER };

#[test]
fn a_phone_that_goes_off_gets_its_code_when_it_comes_back_in_time() {
    let mut story = Story::begin();
    story.send(Elapsed::ZERO);
    story.change(Elapsed::from_micros(500_000), line(OFF));
    story.change(secs(40), line(Line::On { since: secs(40) }));
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        40.000s message_delivered
        43.000s message_read
    "#]]);
}

#[test]
fn a_phone_that_comes_back_after_the_time_to_live_gets_nothing() {
    let mut story = Story::begin();
    story.change(Elapsed::ZERO, line(OFF));
    story.send(Elapsed::ZERO);
    story.change(secs(61), line(Line::On { since: secs(61) }));
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        60.000s message_discarded
    "#]]);
}

#[test]
fn a_phone_told_to_come_back_later_does_so_by_itself() {
    let mut story = Story::begin();
    story.send(Elapsed::ZERO);
    story.change(Elapsed::from_micros(50_000), line(Line::Off { until: secs(20) }));
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        20.000s message_delivered
        23.000s message_read
    "#]]);
}

#[test]
fn a_block_keeps_what_was_on_its_way_even_after_it_is_lifted() {
    let mut story = Story::begin();
    let presence = |presence| PhoneChange { presence: Some(presence), ..PhoneChange::default() };
    story.send(Elapsed::ZERO);
    story.change(Elapsed::from_micros(500_000), presence(Presence::Blocked));
    story.change(secs(5), presence(Presence::Reachable));
    story.send(secs(6));
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        6.000s message_accepted
        6.100s message_sent
        7.000s message_delivered
        10.000s message_read
        60.000s message_discarded
    "#]]);
}

#[test]
fn a_chat_that_is_open_is_read_on_arrival() {
    let mut story = Story::begin();
    story.change(Elapsed::ZERO, PhoneChange { is_chat_open: Some(true), ..PhoneChange::default() });
    story.send(Elapsed::ZERO);
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        1.000s message_delivered
        1.000s message_read
    "#]]);
}

#[test]
fn receipts_that_are_turned_off_between_delivery_and_reading_hide_the_reading() {
    let mut story = Story::begin();
    story.send(Elapsed::ZERO);
    story.change(secs(2), PhoneChange { has_read_receipts: Some(false), ..PhoneChange::default() });
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        1.000s message_delivered
    "#]]);
}

#[test]
fn a_message_that_is_read_early_is_not_read_again() {
    let mut story = Story::begin();
    story.send(Elapsed::ZERO);
    story.send(secs(1));
    story.wait_until(secs(2));
    let arrived = story.arrived[0].clone();
    story.at(secs(2), |shard, rules, effects| shard.read(secs(2), rules, &arrived, effects));
    story.check(expect![[r#"
        0.000s message_accepted
        0.100s message_sent
        1.000s message_delivered
        1.000s message_accepted
        1.100s message_sent
        2.000s message_delivered
        2.000s message_read
        5.000s message_read
    "#]]);
}

#[track_caller]
fn check_screen(viewer: Viewer, now: Elapsed, change: PhoneChange, expected: Expect) {
    let mut story = Story::begin();
    story.change(Elapsed::ZERO, change);
    story.send(Elapsed::ZERO);
    story.wait_until(now);
    let arrived = &story.arrived[0];
    let template = &arrived.content.template().expect("the message has a template").record.template;
    let shown = Shown {
        content: template.content.authentication().expect("the test sends a code"),
        language: template.language,
        code: arrived.content.code().expect("the message carries a code"),
        accepted: arrived.accepted,
        arrived: arrived.at,
    };
    let screen = Screen::of(now, &story.shard.phone(&story.world, phone()), viewer, shown);
    let mut told = format!("{}\n", screen.body);
    for button in screen.buttons {
        let state = if button.is_enabled { "" } else { " (disabled)" };
        writeln!(told, "[{}] {:?}{state}", button.label, button.action).expect("text takes text");
    }
    expected.assert_eq(&told);
}

#[test]
fn a_phone_shows_the_preset_text_and_a_button_that_expires() {
    let ios = PhoneChange { handset: Some(Handset::Ios), ..PhoneChange::default() };
    check_screen(
        Viewer::Primary,
        secs(2),
        ios.clone(),
        expect![[r#"
            *482913* is your verification code. For your security, do not share this code.
            [Copy code] CopyCode
        "#]],
    );
    check_screen(
        Viewer::Primary,
        secs(600),
        ios,
        expect![[r#"
            *482913* is your verification code. For your security, do not share this code.
            [Copy code] CopyCode (disabled)
        "#]],
    );
}

#[test]
fn a_companion_shows_no_code_and_a_new_button_shows_where_it_is_on() {
    let on = PhoneChange { has_report_button: Some(true), ..PhoneChange::default() };
    check_screen(
        Viewer::Companion,
        secs(2),
        on.clone(),
        expect![[r#"
            Open WhatsApp on your phone to see this message.
        "#]],
    );
    check_screen(
        Viewer::Primary,
        secs(2),
        on,
        expect![[r#"
            *482913* is your verification code. For your security, do not share this code.
            [Copy code] CopyCode
            [I didn't request a code] DidNotRequestCode
        "#]],
    );
}

/// Something that happens to a phone; spans are in tenths of seconds.
#[derive(Clone, Debug)]
enum Act {
    Send,
    Change(PhoneChange),
    Forget,
    ReadLast,
}

fn act() -> impl Strategy<Value = Act> {
    let presence =
        prop_oneof![Just(Presence::Reachable), Just(Presence::Blocked), Just(Presence::NotOnWhatsApp)];
    let set = |change: PhoneChange| Act::Change(change);
    prop_oneof![
        3 => Just(Act::Send),
        1 => Just(Act::Forget),
        1 => Just(Act::ReadLast),
        2 => any::<bool>().prop_map(|is_on| {
            Act::Change(line(if is_on { Line::On { since: Elapsed::ZERO } } else { OFF }))
        }),
        1 => presence.prop_map(move |it| set(PhoneChange { presence: Some(it), ..PhoneChange::default() })),
        1 => any::<bool>().prop_map(move |it| {
            set(PhoneChange { is_chat_open: Some(it), ..PhoneChange::default() })
        }),
        1 => any::<bool>().prop_map(move |it| {
            set(PhoneChange { has_read_receipts: Some(it), ..PhoneChange::default() })
        }),
        1 => Just(set(PhoneChange { apps: Some(Apps::AsNeeded), ..PhoneChange::default() })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_done_to_a_phone_every_message_ends_in_exactly_one_way(
        acts in proptest::collection::vec((0_u64..200, act()), 1..30),
    ) {
        let mut story = Story::begin();
        let mut now = Elapsed::ZERO;
        for (tenths, act) in acts {
            now += Span::from_millis(tenths * 100);
            match act {
                Act::Send => story.send(now),
                Act::Change(change) => story.change(now, change),
                Act::Forget => story.at(now, |shard, rules, _| shard.forget_phone(now, rules, phone())),
                Act::ReadLast => {
                    story.wait_until(now);
                    if let Some(mut arrived) = story.arrived.pop() {
                        story.at(now, |shard, rules, effects| shard.read(now, rules, &arrived, effects));
                        arrived.read = Some(now);
                        story.arrived.push(arrived);
                    }
                }
            }
        }
        story.wait_until(secs(100_000));
        prop_assert!(story.events.is_sorted_by_key(|event| event.at));
        let mut lives = std::collections::BTreeMap::<u64, Vec<Kind>>::new();
        for event in &story.events {
            if let Fact::MessageAccepted { message, .. }
            | Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message }
            | Fact::MessageFailed { message, .. } = event.fact
            {
                lives.entry(message).or_default().push(event.fact.kind());
            }
        }
        for life in lives.values() {
            prop_assert!(crate::laws::LIVES.contains(&life.as_slice()), "{life:?}");
        }
        prop_assert!(story.shard.in_flight() == 0);
    }
}
