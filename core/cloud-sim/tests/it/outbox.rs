//! Webhooks on their way out: each app's on its own, tried again, batched, repeated with the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use cloud_api::account::word::ReviewDecision;
use cloud_api::handshake::Challenge;
use cloud_api::subscription::{AppCallback, WebhookField};
use cloud_api::webhook::account::ReviewUpdate;
use cloud_api::webhook::{AccountChange, BATCH_MAX, BYTES_MAX, InboundContent, InboundMessage, Webhook};
use cloud_api::{AppId, GraphVersion, MessageId, Recipient, WabaId};
use cloud_sim::{
    CallbackAnswer, Directory, Effect, Founding, Moment, News, Notice, Outbox, StatusUpdate, World,
};
use expect_test::{Expect, expect};
use journal::Status;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use scenario::{Elapsed, Seed, Span, Tenants};

use crate::world::scenario;

/// Two apps of one account.
const TENANTS: &str = r#"
[[tenants]]
[[tenants.apps]]
id = "1"
[[tenants.apps]]
id = "2"
[[tenants.accounts]]
id = "10"
[[tenants.accounts.numbers]]
id = "100"
number = "15550783881"
"#;

const FIRST: AppId = AppId::new(1);
const SECOND: AppId = AppId::new(2);

/// An outbox, the world around it, and what was posted.
struct Story {
    world: World,
    directory: Directory,
    outbox: Outbox,
    now: Elapsed,
    /// What each app answers.
    answers: BTreeMap<AppId, CallbackAnswer>,
    posted: Vec<Posted>,
    told: String,
}

struct Posted {
    at: Elapsed,
    app: AppId,
    attempt: u8,
    body: Vec<u8>,
    is_forged: bool,
}

impl Story {
    fn begin(seed: u64, meta: &str) -> Self {
        let scenario = scenario(&format!(
            "seed = {seed}\ntraffic = {{ phases = [{{ for = \"1s\", rate = \"1/s\" }}] }}\n[meta]\n{meta}"
        ));
        let mut world = World::of(&scenario, 1_750_000_000);
        world.traffic_began = Some(Elapsed::ZERO);
        let tenants = Tenants::parse(TENANTS).expect("the test sets it up rightly");
        let founding = Founding { seed: Seed::new(1), now_unix: 1_750_000_000 };
        let mut directory = Directory::declared(&tenants, founding).expect("the test sets it up rightly");
        for app in [FIRST, SECOND] {
            directory.set_callback(app, callback());
            directory.subscribe(WabaId::new(10), app, None);
        }
        let template = cloud_sim::authentication_template(&scenario.template);
        directory
            .create_template(&mut Moment::new(Elapsed::ZERO, &world), WabaId::new(10), template.into())
            .expect("the test sets it up rightly");
        let (outbox, answers) = (Outbox::new(), BTreeMap::new());
        let (posted, told) = (Vec::new(), String::new());
        Self { world, directory, outbox, now: Elapsed::ZERO, answers, posted, told }
    }

    /// Only the first app hears.
    fn alone(seed: u64, meta: &str) -> Self {
        let mut story = Self::begin(seed, meta);
        story.directory.unsubscribe(WabaId::new(10), SECOND);
        story
    }

    fn update(&self, message: u64, status: Status) -> StatusUpdate {
        let sender = Arc::clone(&self.directory.numbers()[0]);
        let recipient =
            Recipient::from_number(16_505_550_000 + message).expect("the test sets it up rightly");
        StatusUpdate {
            message,
            id: MessageId::outbound(recipient, u128::from(message)),
            sender,
            recipient,
            status,
            at: self.now,
            failure: None,
            callback_data: None,
            identity: None,
            charge: None,
            template: self.directory.templates(WabaId::new(10)).first().cloned(),
        }
    }

    fn report(&mut self, message: u64, status: Status) {
        let update = self.update(message, status);
        self.tell(News::Status(update));
    }

    fn tell(&mut self, news: News) {
        let (mut effects, now) = (Vec::new(), self.now);
        let (outbox, world) = (&mut self.outbox, &self.world);
        news.address(world, &self.directory, |parcel| outbox.push(now, world, parcel, &mut effects));
        self.settle(effects);
    }

    /// A person writes to the number.
    fn write(&mut self, nth: u64, text: &str) {
        let person = Recipient::from_number(16_505_559_000 + nth % 7).expect("the test sets it up rightly");
        let message = InboundMessage {
            id: MessageId::inbound(person, u128::from(nth)),
            timestamp: self.world.unix_secs(self.now),
            content: InboundContent::Text(text.into()),
            context: None,
            identity: None,
            referral: None,
        };
        let number = Arc::clone(&self.directory.numbers()[0]);
        self.tell(News::Written(number, Arc::new(message)));
    }

    /// Does what is due until then, each thing at its instant.
    fn wait(&mut self, until: Elapsed) {
        while let Some(due) = self.outbox.next_due().filter(|due| *due <= until) {
            self.now = due;
            let mut effects = Vec::new();
            self.outbox.take_due(due, &self.world, &mut effects);
            self.settle(effects);
        }
        self.now = until;
    }

    fn settle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Happened(event) => {
                    writeln!(self.told, "{} {}", event.at, event.fact.kind().name())
                        .expect("the test sets it up rightly");
                }
                Effect::Post { app, ticket } => {
                    let (parcel, attempt) = self.outbox.parcel(ticket).expect("the test sets it up rightly");
                    assert_eq!(parcel.app, app);
                    let (body, is_forged) = (parcel.body(&self.world), parcel.is_forged);
                    let gone = parcel.callback(&self.directory).is_none().then_some(CallbackAnswer::Gone);
                    let known = self.answers.get(&app).copied();
                    let answer = gone.or(known).unwrap_or(CallbackAnswer::Status(200));
                    self.posted.push(Posted { at: self.now, app, attempt, body, is_forged });
                    let mut effects = Vec::new();
                    self.outbox.answered(self.now, &self.world, (ticket, answer), &mut effects);
                    self.settle(effects);
                }
                Effect::OnPhone(_)
                | Effect::NeverOnPhone { .. }
                | Effect::DirectoryDue
                | Effect::Notify(_)
                | Effect::Report(_) => {
                    unreachable!("an outbox asks for nothing of the kind")
                }
            }
        }
    }

    /// When each attempt was made, for which app, and with how many statuses.
    fn timeline(&self) -> String {
        let line = |posted: &Posted| {
            let statuses = Webhook::parse(&posted.body).expect("the test sets it up rightly").statuses.len();
            let (at, app, attempt) = (posted.at, posted.app, posted.attempt);
            format!("{at} app {app} attempt {attempt} statuses {statuses}\n")
        };
        self.posted.iter().map(line).collect()
    }

    #[track_caller]
    fn check(&self, expected: Expect) {
        expected.assert_eq(&self.timeline());
    }
}

fn callback() -> AppCallback {
    let url = "http://127.0.0.1/webhook".parse().expect("the test sets it up rightly");
    AppCallback {
        callback: Challenge::new(1).judge(url, 200, b"1").expect("the test sets it up rightly"),
        fields: vec![WebhookField::Messages, WebhookField::AccountReviewUpdate],
        version: GraphVersion::default(),
    }
}

fn secs(secs: u64) -> Elapsed {
    Elapsed::ZERO + Span::from_secs(secs)
}

#[test]
fn an_app_that_fails_is_tried_again_without_the_others_hearing_twice() {
    let mut story = Story::begin(1, "");
    story.answers.insert(SECOND, CallbackAnswer::Status(500));
    story.report(0, Status::Sent);
    story.wait(secs(20));
    story.answers.clear();
    story.wait(secs(100));
    story.check(expect![[r#"
        0.000s app 1 attempt 1 statuses 1
        0.000s app 2 attempt 1 statuses 1
        5.000s app 2 attempt 2 statuses 1
        35.000s app 2 attempt 3 statuses 1
    "#]]);
}

#[test]
fn the_schedule_of_retries_is_a_setting_whose_last_span_recurs() {
    let meta = "webhooks = { retry-after = [\"1s\", \"10s\"], retry-for = \"40s\" }";
    let mut story = Story::alone(1, meta);
    story.answers.insert(FIRST, CallbackAnswer::None(journal::Cause::TimedOut));
    story.report(0, Status::Sent);
    story.wait(secs(1_000));
    story.check(expect![[r#"
        0.000s app 1 attempt 1 statuses 1
        1.000s app 1 attempt 2 statuses 1
        11.000s app 1 attempt 3 statuses 1
        21.000s app 1 attempt 4 statuses 1
        31.000s app 1 attempt 5 statuses 1
    "#]]);
    let counts = story.outbox.counts();
    assert_eq!((counts.failed, counts.given_up, story.outbox.waiting()), (5, 1, 0));
    assert!(story.told.ends_with("31.000s webhook_failed\n31.000s webhook_given_up\n"), "{}", story.told);
}

#[test]
fn a_webhook_is_tried_for_seven_days_by_default() {
    let mut story = Story::alone(1, "");
    story.answers.insert(FIRST, CallbackAnswer::Status(503));
    story.report(0, Status::Sent);
    story.wait(secs(30 * 24 * 3_600));
    let last = story.posted.last().unwrap().at;
    assert!(last <= secs(7 * 24 * 3_600) && last > secs(7 * 24 * 3_600 - 3_600), "{last}");
    assert_eq!(story.outbox.counts().given_up, 1);
}

#[test]
fn which_answers_count_as_heard_is_a_setting() {
    for (meta, attempts) in [("", 2), ("webhooks = { heard = \"2xx\" }", 1)] {
        let mut story = Story::alone(1, meta);
        story.answers.insert(FIRST, CallbackAnswer::Status(204));
        story.report(0, Status::Sent);
        story.wait(secs(6));
        assert_eq!(story.posted.len(), attempts, "{meta}");
    }
}

#[test]
fn statuses_of_one_number_go_together_when_they_are_enough_or_have_waited() {
    let mut story = Story::alone(1, "webhooks = { batch-max = 3, batch-wait = \"2s\" }");
    for message in 0..4 {
        story.report(message, Status::Sent);
    }
    assert_eq!(story.outbox.waiting(), 1);
    story.wait(secs(10));
    story.check(expect![[r#"
        0.000s app 1 attempt 1 statuses 3
        2.000s app 1 attempt 1 statuses 1
    "#]]);
}

#[test]
fn what_people_write_goes_into_one_webhook_with_the_statuses_of_the_number() {
    let mut story = Story::alone(1, "webhooks = { batch-max = 4, batch-wait = \"2s\" }");
    story.report(0, Status::Sent);
    story.write(1, "STOP");
    story.report(0, Status::Delivered);
    story.write(2, "START");
    story.write(3, "hello");
    assert_eq!(story.outbox.waiting(), 1);
    story.wait(secs(10));
    let told: Vec<_> = story.posted.iter().map(|posted| Webhook::parse(&posted.body).unwrap()).collect();
    let counts: Vec<_> = told.iter().map(|told| (told.statuses.len(), told.messages.len())).collect();
    assert_eq!(counts, [(2, 2), (0, 1)]);
    let body: serde_json::Value = serde_json::from_slice(&story.posted[0].body).unwrap();
    assert_eq!(body["entry"][0]["changes"].as_array().map(Vec::len), Some(2), "{body}");
    assert_eq!(story.outbox.waiting(), 0);
}

#[test]
fn a_batch_that_fails_comes_again_with_the_same_statuses() {
    let mut story = Story::alone(1, "webhooks = { batch-max = 2, batch-wait = \"2s\" }");
    story.answers.insert(FIRST, CallbackAnswer::Status(500));
    for message in 0..2 {
        story.report(message, Status::Sent);
    }
    story.report(2, Status::Sent);
    story.wait(secs(6));
    story.check(expect![[r#"
        0.000s app 1 attempt 1 statuses 2
        2.000s app 1 attempt 1 statuses 1
        5.000s app 1 attempt 2 statuses 2
    "#]]);
    assert_eq!(story.posted[0].body, story.posted[2].body);
}

#[test]
fn no_batch_has_more_than_1000_updates_or_3_megabytes() {
    let mut story = Story::alone(1, "webhooks = { batch-max = 1000, batch-wait = \"1h\" }");
    let data: Arc<str> = "ü".repeat(512).into();
    for message in 0..2_500 {
        let mut update = story.update(message, Status::Sent);
        update.callback_data = Some(Arc::clone(&data));
        story.tell(News::Status(update));
        if message % 2 == 0 {
            story.write(message, &"ü".repeat(4_096));
        }
    }
    story.wait(secs(3_600));
    let sizes: Vec<_> = story.posted.iter().map(|posted| posted.body.len()).collect();
    assert!(sizes.iter().all(|size| *size <= BYTES_MAX), "{sizes:?}");
    let told = story.posted.iter().map(|posted| Webhook::parse(&posted.body).unwrap());
    let counts: Vec<_> = told.map(|told| told.statuses.len() + told.messages.len()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 2_500 + 1_250);
    assert!(counts.iter().all(|count| *count <= BATCH_MAX), "{counts:?}");
}

#[test]
fn other_news_never_waits_for_a_batch_and_goes_to_every_app() {
    let mut story = Story::begin(1, "webhooks = { batch-max = 1000, batch-wait = \"1h\" }");
    let change = AccountChange::Review(ReviewUpdate { decision: ReviewDecision::Approved });
    story.tell(News::Changed(Arc::new(Notice { account: WabaId::new(10), at: Elapsed::ZERO, change })));
    story.check(expect![[r#"
        0.000s app 1 attempt 1 statuses 0
        0.000s app 2 attempt 1 statuses 0
    "#]]);
}

#[test]
fn an_overtaken_webhook_goes_a_while_after_its_overtaker() {
    let meta = "[[meta.faults]]\nwebhooks = { reorder = \"100 %\" }";
    let mut story = Story::alone(1, meta);
    for (at, status) in [(1, Status::Sent), (2, Status::Delivered), (3, Status::Read)] {
        story.wait(secs(at));
        story.report(1, status);
    }
    story.wait(secs(60));
    story.check(expect![[r#"
        2.000s app 1 attempt 1 statuses 1
        2.100s app 1 attempt 1 statuses 1
        13.000s app 1 attempt 1 statuses 1
    "#]]);
    let statuses = story.posted.iter().flat_map(|posted| Webhook::parse(&posted.body).unwrap().statuses);
    let order: Vec<String> = statuses.map(|status| format!("{:?}", status.kind)).collect();
    assert_eq!(order, ["Delivered", "Sent", "Read"], "and the last, which nothing overtakes, after 10 s");
}

#[test]
fn an_app_that_unsubscribes_hears_nothing_more_of_what_was_to_come() {
    let mut story = Story::alone(1, "");
    story.answers.insert(FIRST, CallbackAnswer::Status(500));
    story.report(0, Status::Sent);
    story.directory.unsubscribe(WabaId::new(10), FIRST);
    story.wait(secs(100));
    assert_eq!((story.outbox.waiting(), story.outbox.counts().dropped), (0, 1));
    assert!(story.told.ends_with("webhook_dropped\n"), "{}", story.told);
}

#[test]
fn an_outbox_that_is_full_drops_and_counts_what_comes_on_top() {
    let mut story = Story::alone(1, "");
    story.answers.insert(FIRST, CallbackAnswer::Status(500));
    for message in 0..250_010 {
        let update = story.update(message, Status::Sent);
        let (mut effects, now) = (Vec::new(), story.now);
        let (outbox, world) = (&mut story.outbox, &story.world);
        News::Status(update)
            .address(world, &story.directory, |parcel| outbox.push(now, world, parcel, &mut effects));
    }
    assert_eq!((story.outbox.waiting(), story.outbox.counts().dropped), (250_000, 10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_repeated_webhook_carries_the_same_bytes(seed in 0..u64::MAX >> 1, batch in 1_u16..5) {
        let mut story = Story::begin(
            seed,
            &format!(
                "webhooks = {{ batch-max = {batch}, batch-wait = \"3s\" }}\n[[meta.faults]]\nwebhooks = {{ \
                 drop = \"10 %\", repeat = \"40 %\", reorder = \"20 %\", signature = \"20 %\", \
                 delay = {{ median = \"1s\", p99 = \"9s\" }} }}"
            ),
        );
        for message in 0..12_u64 {
            // Every other answer is a failure, and what the profile says changes on the way.
            let answer = if message % 2 == 0 { 500 } else { 200 };
            story.answers.insert(FIRST, CallbackAnswer::Status(answer));
            story.report(message / 3, [Status::Sent, Status::Delivered, Status::Read][message as usize % 3]);
            if message % 3 == 0 {
                story.write(message, "what is this?");
            }
            story.world.meta.profile.set("contacts_on_statuses", if message % 4 < 2 { "true" } else { "false" }).unwrap();
            story.wait(story.now + Span::from_secs(2));
        }
        story.answers.clear();
        story.wait(secs(8 * 24 * 3_600));
        prop_assert_eq!(story.outbox.waiting(), 0);
        let mut bodies = BTreeMap::<(AppId, Vec<(String, String)>), BTreeSet<(Vec<u8>, bool)>>::new();
        for posted in &story.posted {
            let Webhook { statuses, messages, .. } = Webhook::parse(&posted.body).unwrap();
            let says = statuses.iter().map(|status| (status.id.clone(), format!("{:?}", status.kind)));
            let says = says.chain(messages.iter().map(|message| (message.id.clone(), String::new())));
            let body = (posted.body.clone(), posted.is_forged);
            bodies.entry((posted.app, says.collect())).or_default().insert(body);
        }
        for ((app, says), bodies) in bodies {
            prop_assert!(bodies.len() == 1, "app {} heard {} in {} spellings", app, says.len(), bodies.len());
        }
    }
}
