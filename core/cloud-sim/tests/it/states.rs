//! A saved state that somebody has spoilt is refused, or goes on; it never brings a server down.

use cloud_api::subscription::{AppCallback, WebhookField};
use cloud_api::{AppId, GraphVersion, MessageId, PhoneNumberId, Profile, Recipient, WabaId};
use cloud_sim::{
    Aside, Books, CallbackAnswer, CalledAccount, Directory, Draft, Edge, Effect, Founding, ManagementCall,
    Moment, News, Numbering, Outbox, Outgoing, PhoneChange, Rules, Shard, State, Tenant, Undeclared, World,
    priced,
};
use expect_test::{Expect, expect};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use scenario::{Elapsed, Presence, Scenario, Seed, Span, TenantPlan, TokenPlan};
use serde_json::Value;

use crate::world::scenario;

/// One shard, one outbox and all around them.
struct Meta {
    world: World,
    directory: Directory,
    numbering: Numbering,
    shard: Shard,
    outbox: Outbox,
    state: State,
    now: Elapsed,
    /// How many things have happened; bounded, because what is due for ever would never end.
    steps: u32,
}

const PERSON: u64 = 16_505_551_234;
const BEGAN: u64 = 1_750_000_000;

fn rules() -> Scenario {
    scenario(
        r#"
seed = 7
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
[recipients]
offline = { share = "50 %", back-after = { median = "60s", p99 = "1h" } }
[meta]
review = { takes = "0s", outcome = "approved" }
webhooks = { heard = "2xx" }
[[meta.faults]]
fail = { code = 131049, share = "20 %" }
[[meta.faults]]
webhooks = { repeat = "20 %", reorder = "20 %", delay = { median = "1s", p99 = "9s" } }
"#,
    )
}

impl Meta {
    fn begin() -> Self {
        let world = World::of(&rules(), BEGAN);
        let mut directory = Directory::of(Tenant::sample());
        let Tenant { app, account, .. } = Tenant::sample();
        let template = cloud_sim::authentication_template(&rules().template).into();
        directory.create_template(&mut Moment::new(Elapsed::ZERO, &world), account, template).unwrap();
        let url = "http://127.0.0.1/webhook".parse().unwrap();
        let callback = cloud_api::handshake::Challenge::new(1).judge(url, 200, b"1").unwrap();
        let (fields, version) = (vec![WebhookField::Messages], GraphVersion::default());
        directory.set_callback(app, AppCallback { callback, fields, version });
        directory.subscribe(account, app, None);
        let state = State {
            world: world.save(),
            shards: Vec::new(),
            outboxes: Vec::new(),
            directory: directory.clone(),
            accepted: 0,
            written: 0,
            traces: 0,
            arrived: 0,
            media: cloud_sim::MediaStore::default(),
            calls: cloud_sim::Calls::default(),
        };
        Self {
            world,
            directory,
            numbering: Numbering::default(),
            shard: Shard::new(),
            outbox: Outbox::new(),
            state,
            now: Elapsed::ZERO,
            steps: 0,
        }
    }

    /// A server that has seen some of everything, saved while much of it is under way.
    fn saved() -> Value {
        let mut meta = Self::begin();
        meta.busy();
        meta.wait(Span::from_secs(4_000));
        meta.busy();
        meta.wait(Span::from_millis(700));
        serde_json::to_value(meta.save()).unwrap()
    }

    fn save(&self) -> State {
        let kept = self.outbox.keep(self.now);
        State {
            world: self.world.save(),
            shards: vec![self.shard.save()],
            outboxes: vec![kept.iter().map(|kept| kept.saved(&self.world)).collect()],
            directory: self.directory.clone(),
            accepted: self.numbering.accepted(),
            ..self.state.clone()
        }
    }

    fn restore(saved: &Value) -> Result<Self, String> {
        let mut meta = Self::begin();
        let mut state = serde_json::from_value::<State>(saved.clone()).map_err(|e| e.to_string())?;
        state.skip_ids();
        let directory = state.directory.clone().restored(&meta.directory).map_err(|e| e.to_string())?;
        meta.directory = directory;
        for shard in std::mem::take(&mut state.shards) {
            meta.shard = Shard::restore(shard, &meta.directory).map_err(|e| e.to_string())?.0;
        }
        meta.world.restore(&state.world).map_err(|e| e.to_string())?;
        meta.now = Elapsed::ZERO + Span::from_secs(4_001);
        for outbox in std::mem::take(&mut state.outboxes) {
            let mut effects = Vec::new();
            meta.outbox = Outbox::restore(outbox, &mut effects);
            meta.settle(effects);
        }
        meta.numbering.skip_to(state.accepted);
        meta.state = state;
        Ok(meta)
    }

    /// Some of everything that clients and people do.
    fn busy(&mut self) {
        let sender = Tenant::sample().number;
        for nth in 0..12 {
            self.send(Recipient::from_number(PERSON + nth % 6).unwrap());
        }
        let person = Recipient::from_number(PERSON).unwrap();
        self.shard.received(self.now, sender, MessageId::inbound(person, 1));
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        let change = PhoneChange { presence: Some(Presence::Blocked), ..PhoneChange::default() };
        let other = Recipient::from_number(PERSON + 1).unwrap();
        let _changed = self.shard.change_phone(self.now, &rules, other, change);
        let account = CalledAccount { id: Tenant::sample().account, is_favoured: false };
        let call = ManagementCall { app: Tenant::sample().app, account: Some(account) };
        let facts = Profile::default().at(GraphVersion::default());
        let _called = self.state.calls.count(self.now, call, &facts);
        let id = self.state.media.upload(self.now, Tenant::sample().account, "image/png", b"png");
        assert!(self.state.media.has_given(id));
        self.manage();
        let mut books = Books::default();
        books.add(self.shard.ledger());
        let costs = priced(&books, &self.world.rates, &self.directory);
        let _cost: cloud_api::Money = costs.iter().map(cloud_sim::Priced::cost).sum();
        self.directory.recount_volumes(&books, &self.world.rates);
    }

    /// Changes who exists.
    fn manage(&mut self) {
        let founding = Founding { seed: Seed::new(3), now_unix: self.world.unix_secs(self.now) };
        let plan = TenantPlan::default();
        let _created = self.directory.create_tenant(&plan, founding);
        let portfolios = self.directory.portfolios().iter().map(|portfolio| portfolio.id);
        for portfolio in portfolios.collect::<Vec<_>>() {
            let made = self.directory.make_token(portfolio, &TokenPlan::default(), founding);
            assert!(made.is_ok(), "a portfolio has an app: {made:?}");
        }
        for nth in [self.steps.into(), 900] {
            for thing in [
                Undeclared::App(AppId::new(nth)),
                Undeclared::Account(WabaId::new(nth + 10_000_000)),
                Undeclared::Number(PhoneNumberId::new(nth + 20_000_000)),
            ] {
                self.directory.take_on(&thing, None, founding);
            }
        }
    }

    fn send(&mut self, recipient: Recipient) {
        let directory = self.directory.clone();
        let Some(sender) = directory.number(Tenant::sample().number) else { return };
        let code = "482913".parse().unwrap();
        let outgoing = Outgoing {
            version: GraphVersion::default(),
            sender,
            recipient,
            edge: Edge::Messages,
            draft: Draft::Code { template: "login_code", language: "en_US", code },
            aside: Aside::default(),
        };
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        let mut effects = Vec::new();
        let _sent = self.shard.send(self.now, &rules, outgoing, &mut effects);
        self.settle(effects);
    }

    /// Does what is due for so long, each thing at its instant.
    fn wait(&mut self, span: Span) {
        let end = self.now + span;
        loop {
            let dues = [self.shard.next_due(), self.outbox.next_due(), self.directory.next_due()];
            let Some(due) = dues.into_iter().flatten().min().filter(|due| *due <= end) else { break };
            self.steps += 1;
            assert!(self.steps < 20_000, "what is due is never done: {dues:?} at {}", self.now);
            self.now = self.now.max(due);
            let mut effects = Vec::new();
            let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
            self.shard.take_due(self.now, &rules, &mut effects);
            self.outbox.take_due(self.now, &self.world, &mut effects);
            let mut moment = Moment::new(self.now, &self.world);
            self.directory.take_due(&mut moment);
            effects.extend(moment.changes().notices.into_iter().map(Effect::Notify));
            self.settle(effects);
        }
        self.now = end;
    }

    fn settle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let mut more = Vec::new();
            let (now, world, outbox) = (self.now, &self.world, &mut self.outbox);
            let mut tell = |news: News| {
                news.address(world, &self.directory, |parcel| outbox.push(now, world, parcel, &mut more));
            };
            match effect {
                Effect::Report(update) => tell(News::Status(update)),
                Effect::Notify(notice) => tell(News::Changed(std::sync::Arc::new(notice))),
                Effect::Post { ticket, .. } => {
                    let status = if self.steps.is_multiple_of(3) { 500 } else { 200 };
                    let body = outbox.parcel(ticket).map(|(parcel, _)| parcel.body(world));
                    assert!(body.is_some(), "what is posted waits");
                    outbox.answered(now, world, (ticket, CallbackAnswer::Status(status)), &mut more);
                }
                Effect::Happened(_)
                | Effect::OnPhone(_)
                | Effect::NeverOnPhone { .. }
                | Effect::DirectoryDue => {}
            }
            self.settle(more);
        }
    }
}

/// Where numbers, and where things that can be taken away, are in a document.
fn places(value: &Value, at: &str, numbers: &mut Vec<String>, parts: &mut Vec<String>) {
    let mut visit = |key: String, child: &Value| {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        parts.push(at.clone());
        places(child, &at, numbers, parts);
    };
    match value {
        Value::Number(_) => numbers.push(at.to_owned()),
        Value::Array(all) => all.iter().enumerate().for_each(|(nth, child)| visit(nth.to_string(), child)),
        Value::Object(all) => all.iter().for_each(|(key, child)| visit(key.clone(), child)),
        _ => {}
    }
}

fn remove(document: &mut Value, at: &str) {
    let (parent, key) = at.rsplit_once('/').unwrap();
    match document.pointer_mut(parent) {
        Some(Value::Array(all)) => {
            let nth = key.parse::<usize>().unwrap();
            if nth < all.len() {
                all.remove(nth);
            }
        }
        Some(Value::Object(all)) => drop(all.remove(key)),
        _ => {}
    }
}

const EXTREMES: [u64; 12] = [
    0,
    1,
    255,
    65_535,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 48,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

/// Restores a document, and drives what comes of it on for an hour.
fn go_on(document: &Value) -> Result<(), String> {
    let mut meta = Meta::restore(document)?;
    for _ in 0..3 {
        meta.busy();
        meta.wait(Span::from_secs(1_200));
    }
    serde_json::to_value(meta.save()).map(drop).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_spoilt_state_is_refused_or_goes_on(
        changes in proptest::collection::vec((any::<bool>(), any::<u32>(), 0..EXTREMES.len()), 1..4),
    ) {
        let mut document = Meta::saved();
        for (is_removed, which, extreme) in changes {
            let (mut numbers, mut parts) = (Vec::new(), Vec::new());
            places(&document, "", &mut numbers, &mut parts);
            if is_removed {
                remove(&mut document, &parts[which as usize % parts.len()]);
            } else {
                let at = &numbers[which as usize % numbers.len()];
                *document.pointer_mut(at).unwrap() = EXTREMES[extreme].into();
            }
        }
        let why = go_on(&document).err();
        prop_assert!(why.is_none_or(|why| !why.is_empty()));
    }
}

#[test]
fn a_whole_state_goes_on() {
    go_on(&Meta::saved()).unwrap();
}

#[test]
fn no_number_of_a_state_brings_what_goes_on_down() {
    let document = Meta::saved();
    let (mut numbers, mut parts) = (Vec::new(), Vec::new());
    places(&document, "", &mut numbers, &mut parts);
    let spoilt = numbers.iter().flat_map(|at| [255, 1 << 48, u64::MAX].map(|extreme| (at, extreme)));
    let is_fatal = |(at, extreme): &(&String, u64)| {
        let mut spoilt = document.clone();
        *spoilt.pointer_mut(at).unwrap() = (*extreme).into();
        std::panic::catch_unwind(|| go_on(&spoilt)).is_err()
    };
    let fatal: Vec<_> = spoilt.filter(is_fatal).collect();
    assert!(fatal.is_empty(), "{fatal:?}");
}

#[track_caller]
fn check(spoil: impl FnOnce(&mut Value), expected: Expect) {
    let mut document = Meta::saved();
    spoil(&mut document);
    expected.assert_eq(&go_on(&document).unwrap_err());
}

#[test]
fn a_state_that_does_not_fit_together_is_refused_with_what_is_wrong() {
    check(
        |state| state["accepted"] = u64::MAX.into(),
        expect!["invalid value: integer `18446744073709551615`, expected a count up to 281474976710656"],
    );
    check(
        |state| state["directory"]["apps"] = Value::Array(Vec::new()),
        expect![
            "the token of the user 554056676473908 of the state belongs to the app 807227402312268, which the state does not have"
        ],
    );
    let without_apps = |state: &mut Value| {
        for what in ["apps", "tokens"] {
            state["directory"][what] = Value::Array(Vec::new());
        }
    };
    check(
        without_apps,
        expect!["the portfolio 506914307656634 of the state has no app, but must have one at least"],
    );
    check(
        |state| remove(state, "/directory/accounts/0"),
        expect![
            "the phone number 106540352242922 of the state belongs to the account 102290129340398, which the state does not have"
        ],
    );
    check(
        |state| state["directory"]["apps"][1]["id"] = state["directory"]["apps"][0]["id"].clone(),
        expect!["the state has the app 67084 twice"],
    );
    check(
        |state| state["directory"]["made_up"] = (1_u64 << 60).into(),
        expect!["invalid value: integer `1152921504606846976`, expected a count up to 281474976710656"],
    );
}
