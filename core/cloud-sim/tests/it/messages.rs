//! Laws of messages of every type, whatever is sent and written, and whenever.

use std::collections::BTreeMap;

use cloud_api::{GraphVersion, MessageId, PhoneNumberId, Recipient};
use cloud_sim::{
    Aside, Books, Content, Directory, Draft, Edge, Effect, Handset, Line, Moment, Numbering, Outgoing,
    PhoneChange, Rules, Shard, Tenant, World,
};
use journal::{Event, Fact};
use proptest::prelude::{Just, ProptestConfig, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy;
use scenario::{Elapsed, Presence, Span};

use crate::world::scenario;

/// What happens between a business and a few people.
#[derive(Clone, Copy, Debug)]
enum Move {
    Code(u8),
    Text(u8),
    PersonWrites(u8),
    Wait(u32),
    /// Something is done to a person's phone.
    Phone(u8, u8),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        any::<u8>().prop_map(Move::Code),
        any::<u8>().prop_map(Move::Text),
        any::<u8>().prop_map(Move::PersonWrites),
        (0_u32..200_000).prop_map(Move::Wait),
        Just(Move::Wait(7)),
        any::<(u8, u8)>().prop_map(|(which, how)| Move::Phone(which, how)),
    ];
    proptest::collection::vec(one, 1..60)
}

/// People whom chance treats, and two whose numbers have a meaning.
fn person(which: u8) -> Recipient {
    const NUMBERS: [u64; 6] =
        [16_505_551_234, 16_505_551_235, 919_876_543_242, 99_913_000_001, 99_912_000_001, 99_916_000_001];
    Recipient::from_number(NUMBERS[usize::from(which) % NUMBERS.len()]).expect("these are numbers")
}

/// What Meta and the way to it do wrong.
const FAULTS: &str = r#"
[[meta.faults]]
refuse = { code = 131000, share = "10 %" }
[[meta.faults]]
fail = { code = 131049, share = "10 %" }
[[meta.faults]]
from = "1h"
for = "20min"
outage = true
"#;

struct Business {
    world: World,
    directory: Directory,
    numbering: Numbering,
    shard: Shard,
    now: Elapsed,
    heard: Vec<Event>,
    /// Which messages had no template, and whether the person had written within a day.
    free: BTreeMap<u64, bool>,
    wrote: BTreeMap<u64, Elapsed>,
    written: u64,
    delivered_free: Vec<u64>,
}

impl Business {
    fn new(seed: u64) -> Self {
        let text = format!(
            "seed = {seed}\ntraffic = {{ phases = [{{ for = \"1s\", rate = \"1/s\" }}] }}\n[meta]\nreview = {{ takes = \"0s\", outcome = \"approved\" }}\n[recipients]\nnot-on-whatsapp = \"20 %\"\noffline = {{ share = \"30 %\", back-after = {{ median = \"60s\", p99 = \"1h\" }} }}\n{FAULTS}"
        );
        let scenario = scenario(&text);
        let mut world = World::of(&scenario, 1_750_000_000);
        world.traffic_began = Some(Elapsed::ZERO);
        let mut directory = Directory::of(Tenant::sample());
        let template = cloud_sim::authentication_template(&scenario.template).into();
        directory
            .create_template(&mut Moment::new(Elapsed::ZERO, &world), Tenant::sample().account, template)
            .expect("the first template is taken on");
        Self {
            world,
            directory,
            numbering: Numbering::default(),
            shard: Shard::new(),
            now: Elapsed::ZERO,
            heard: Vec::new(),
            free: BTreeMap::new(),
            wrote: BTreeMap::new(),
            written: 0,
            delivered_free: Vec::new(),
        }
    }

    fn number() -> PhoneNumberId {
        Tenant::sample().number
    }

    fn make(&mut self, what: Move) {
        match what {
            Move::Wait(secs) => self.wait_until(self.now + Span::from_secs(u64::from(secs))),
            Move::Phone(which, how) => self.change_phone(person(which), how),
            Move::PersonWrites(which) => {
                let person = person(which);
                self.written += 1;
                self.shard.received(
                    self.now,
                    Self::number(),
                    MessageId::inbound(person, u128::from(self.written)),
                );
                self.wrote.insert(person.number(), self.now);
            }
            Move::Code(which) => {
                let code = "482913".parse().expect("this is a code");
                let (template, language) = ("login_code", "en_US");
                self.send(person(which), Draft::Code { template, language, code });
            }
            Move::Text(which) => {
                let body = br#"{"messaging_product":"whatsapp","to":"1","text":{"body":"hi"}}"#;
                let Ok(cloud_api::SendRequest::Message(send)) = cloud_api::parse_send(body) else { return };
                let cloud_api::MessageBody::FreeForm(free) = &send.body else { return };
                let person = person(which);
                if let Some(message) = self.send(person, Draft::FreeForm(free)) {
                    let day = Span::from_secs(86_400);
                    let wrote = self.wrote.get(&person.number());
                    self.free.insert(message, wrote.is_some_and(|at| self.now < *at + day));
                }
            }
        }
    }

    fn change_phone(&mut self, person: Recipient, how: u8) {
        let as_it_is = PhoneChange::default();
        let off = Line::Off { until: self.now + Span::from_secs(90) };
        let change = match how % 8 {
            0 => PhoneChange { line: Some(off), ..as_it_is },
            1 => PhoneChange { line: Some(Line::On { since: self.now }), ..as_it_is },
            2 => PhoneChange { presence: Some(Presence::Blocked), ..as_it_is },
            3 => PhoneChange { presence: Some(Presence::NotOnWhatsApp), ..as_it_is },
            4 => PhoneChange { presence: Some(Presence::Reachable), ..as_it_is },
            5 => PhoneChange { is_chat_open: Some(true), ..as_it_is },
            6 => PhoneChange { has_read_receipts: Some(false), ..as_it_is },
            _ => PhoneChange { handset: Some(Handset::Ios), ..as_it_is },
        };
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        self.shard.change_phone(self.now, &rules, person, change).expect("there is room for six phones");
    }

    /// What was charged, by the ledger.
    fn charged(&self) -> u64 {
        let mut books = Books::default();
        books.add(self.shard.ledger());
        books.rows().map(|row| row.tally.charged).sum()
    }

    /// Sends a message, and tells its number where it is accepted.
    fn send(&mut self, recipient: Recipient, draft: Draft<'_>) -> Option<u64> {
        let message = self.numbering.accepted();
        let sender = self.directory.number(Self::number())?;
        let version = GraphVersion::default();
        let outgoing =
            Outgoing { version, edge: Edge::Messages, sender, recipient, draft, aside: Aside::default() };
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        let mut effects = Vec::new();
        let sent = self.shard.send(self.now, &rules, outgoing, &mut effects);
        self.take(effects);
        sent.ok().map(|_| message)
    }

    fn wait_until(&mut self, end: Elapsed) {
        while let Some(due) = self.shard.next_due().filter(|due| *due <= end) {
            self.now = due;
            let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
            let mut effects = Vec::new();
            self.shard.take_due(due, &rules, &mut effects);
            self.take(effects);
        }
        self.now = end;
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Happened(event) => self.heard.push(event),
                Effect::OnPhone(arrived) if matches!(arrived.content, Content::FreeForm(_)) => {
                    self.delivered_free.push(arrived.message);
                }
                _ => {}
            }
        }
    }
}

/// How far a message has come, so that later is more.
fn rank(fact: Fact) -> Option<(u64, u8)> {
    match fact {
        Fact::MessageAccepted { message, .. } => Some((message, 0)),
        Fact::MessageSent { message } => Some((message, 1)),
        Fact::MessageDelivered { message } => Some((message, 2)),
        Fact::MessageRead { message } => Some((message, 3)),
        Fact::MessageDiscarded { message } | Fact::MessageFailed { message, .. } => Some((message, 4)),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_status_never_goes_backwards_and_every_message_ends_or_is_due(seed in 0..1_u64 << 40, moves in moves()) {
        let mut business = Business::new(seed);
        for one in moves {
            business.make(one);
        }
        let pending = business.shard.in_flight();
        // Timers of plans that were made anew may be left behind, so that the converse does not hold.
        prop_assert!(pending == 0 || business.shard.next_due().is_some());
        business.wait_until(business.now + Span::from_secs(40 * 86_400));
        prop_assert_eq!(business.shard.in_flight(), 0);
        let mut last: BTreeMap<u64, u8> = BTreeMap::new();
        for (message, rank) in business.heard.iter().filter_map(|event| rank(event.fact)) {
            prop_assert!(last.get(&message).is_none_or(|before| *before < rank));
            last.insert(message, rank);
        }
        prop_assert_eq!(last.len() as u64, business.numbering.accepted());
        prop_assert!(last.values().all(|rank| *rank >= 2));
    }

    #[test]
    fn what_is_charged_is_what_was_delivered_and_not_free(seed in 0..1_u64 << 40, moves in moves()) {
        let mut business = Business::new(seed);
        for one in moves {
            business.make(one);
        }
        business.wait_until(business.now + Span::from_secs(40 * 86_400));
        let delivered = |event: &&Event| match event.fact {
            Fact::MessageDelivered { message } => !business.free.contains_key(&message),
            _ => false,
        };
        prop_assert_eq!(business.charged(), business.heard.iter().filter(delivered).count() as u64);
    }

    #[test]
    fn free_form_outside_of_the_window_never_arrives(seed in 0..1_u64 << 40, moves in moves()) {
        let mut business = Business::new(seed);
        for one in moves {
            business.make(one);
        }
        business.wait_until(business.now + Span::from_secs(40 * 86_400));
        for message in &business.delivered_free {
            prop_assert_eq!(business.free.get(message), Some(&true));
        }
        for event in &business.heard {
            if let Fact::MessageFailed { message, code: 131_047 } = event.fact {
                prop_assert_eq!(business.free.get(&message), Some(&false));
            }
        }
    }
}
