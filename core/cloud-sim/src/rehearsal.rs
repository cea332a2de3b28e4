//! A run in virtual time: the scenario, a model of the target, its users, and this crate's Meta.
//!
//! The rehearsal jumps from one thing due to the next, so that it needs no clock and no sleep. It
//! drives the very [`Shard`] that the mock server drives; only what lies between the user and Meta
//! is modelled: the target passes codes on after `target.takes`, tries again as the example target
//! does, and answers webhooks at once.

mod agenda;
mod target;

use std::collections::hash_map::Entry;

use cloud_api::{GraphVersion, PhoneNumberId, Recipient};
use journal::{Event, Fact};
use rustc_hash::FxHashMap;
use scenario::{Arrival, Arrivals, Attempt, Behaviour, Elapsed, Scenario};

use crate::admission::{Aside, Draft, Edge, Numbering, Outgoing};
use crate::directory::{Directory, Moment, Tenant};
use crate::effect::Effect;
use crate::ledger::Books;
use crate::outbox::{CallbackAnswer, News, Outbox};
use crate::plan::authentication_template;
use crate::pricing::{Priced, priced};
use crate::shard::{Rules, Shard};
use crate::world::World;
use agenda::{Agenda, Due, Try};

/// Where the events of a rehearsal go.
pub trait Sink {
    /// Takes an event of the generator.
    fn generator(&mut self, event: Event);
    /// Takes an event of the simulated Meta.
    fn meta(&mut self, event: Event);
    /// Says whether the rehearsal shall stop early; asked now and then.
    fn is_stopped(&self) -> bool;
}

/// One rehearsal of one scenario.
pub struct Rehearsal<'a> {
    scenario: &'a Scenario,
    sink: &'a mut dyn Sink,
    world: World,
    directory: Directory,
    numbering: Numbering,
    shard: Shard,
    outbox: Outbox,
    agenda: Agenda,
    asked: FxHashMap<u64, Asked>,
    sender: PhoneNumberId,
    effects: Vec<Effect>,
    /// Room for the effects that are being settled.
    settling: Vec<Effect>,
}

/// What a rehearsal came to.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// When it ended.
    pub ended: Elapsed,
    /// What was counted in each half hour, and what that cost.
    pub costs: Vec<Priced>,
}

/// The last code that a recipient asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    arrival: u64,
    at: Elapsed,
    wrong_attempts: u8,
}

/// How many steps pass between two looks at whether to stop.
const STEPS_BETWEEN_LOOKS: u64 = 4_096;

impl<'a> Rehearsal<'a> {
    /// A rehearsal of this scenario, before its first step.
    #[must_use]
    pub fn new(scenario: &'a Scenario, sink: &'a mut dyn Sink) -> Self {
        Self {
            scenario,
            sink,
            world: World::of(scenario, 0),
            directory: Directory::of(Tenant::sample()),
            numbering: Numbering::default(),
            shard: Shard::new(),
            outbox: Outbox::new(),
            agenda: Agenda::new(),
            asked: FxHashMap::default(),
            sender: Tenant::sample().number,
            effects: Vec::new(),
            settling: Vec::new(),
        }
    }

    /// Goes through the whole run and says when it ended, and what it cost.
    pub fn run(mut self) -> Rehearsed {
        self.both(Elapsed::ZERO, Fact::RunStarted);
        let began = self.prepare_template();
        self.world.traffic_began = Some(began);
        let ended = self.drive(began);
        self.both(ended, Fact::RunEnded);
        let mut books = Books::default();
        books.add(self.shard.ledger());
        Rehearsed { ended, costs: priced(&books, &self.world.rates, &self.directory) }
    }

    /// Has the template reviewed, and says when the traffic can begin.
    fn prepare_template(&mut self) -> Elapsed {
        let template = authentication_template(&self.scenario.template);
        let tenant = Tenant::sample();
        self.directory.set_callback(tenant.app, target::callback());
        self.directory.subscribe(tenant.account, tenant.app, None);
        let mut moment = Moment::new(Elapsed::ZERO, &self.world);
        let created = self.directory.create_template(&mut moment, tenant.account, template.into());
        created.expect("the first template of an account is taken on");
        let due = self.directory.next_review().unwrap_or(Elapsed::ZERO);
        let submitted = moment.changes();
        let mut moment = Moment::new(due, &self.world);
        self.directory.take_due(&mut moment);
        for event in submitted.events.into_iter().chain(moment.changes().events) {
            self.sink.meta(event);
        }
        due
    }

    fn drive(&mut self, began: Elapsed) -> Elapsed {
        let mut arrivals = Arrivals::new(&self.scenario.traffic, self.scenario.seed);
        let mut upcoming = arrivals.next();
        let (mut now, mut phase, mut steps) = (began, None, 0_u64);
        loop {
            let arrival = upcoming.map(|arrival| began + arrival.planned.since(Elapsed::ZERO));
            let by_people = earlier(arrival, self.agenda.next_due());
            let by_meta = earlier(self.shard.next_due(), self.outbox.next_due());
            let Some(next) = earlier(by_people, by_meta) else { return now };
            now = next;
            steps += 1;
            if steps.is_multiple_of(STEPS_BETWEEN_LOOKS) && self.sink.is_stopped() {
                self.both(now, Fact::RunInterrupted);
                return now;
            }
            if arrival == Some(now)
                && let Some(arrival) = upcoming
            {
                upcoming = arrivals.next();
                self.start_phase(now, &mut phase, arrival.phase);
                self.ask(now, arrival);
            } else if let Some(due) = self.agenda.pop_due(now) {
                self.follow(now, due);
            } else {
                let rules =
                    Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
                self.shard.take_due(now, &rules, &mut self.effects);
                self.outbox.take_due(now, &self.world, &mut self.effects);
                self.settle(now);
            }
        }
    }

    fn start_phase(&mut self, now: Elapsed, current: &mut Option<u16>, phase: u16) {
        if *current != Some(phase) {
            *current = Some(phase);
            self.sink.generator(Event { at: now, fact: Fact::PhaseStarted { phase } });
        }
    }

    fn ask(&mut self, now: Elapsed, arrival: Arrival) {
        let Arrival { number: arrival, phase, .. } = arrival;
        let number = self.scenario.recipients.number(self.scenario.seed, arrival);
        let recipient = self.scenario.seed.pseudonym(number);
        self.sink.generator(Event { at: now, fact: Fact::ArrivalPlanned { arrival, recipient, phase } });
        self.sink.generator(Event { at: now, fact: Fact::CodeRequested { arrival } });
        self.asked.insert(number, Asked { arrival, at: now, wrong_attempts: 0 });
        let takes = self.scenario.seed.stream("target", number, arrival).span(self.scenario.target.takes);
        self.agenda.push(now + takes, Due::Send(Try::first(number, arrival)));
    }

    fn follow(&mut self, now: Elapsed, due: Due) {
        match due {
            Due::Send(tried) => self.send(now, tried),
            Due::Type { tried, mistyped } => self.type_in(now, tried, mistyped),
            Due::Answer { tried, mistyped } => self.answer(now, tried, mistyped),
        }
    }

    /// The target sends a code through Meta, and tries again where that may help.
    fn send(&mut self, now: Elapsed, tried: Try) {
        let Try { number, arrival, attempt } = tried;
        let recipient = Recipient::from_number(number).expect("a country's numbers are E.164 numbers");
        let (seed, plan) = (self.scenario.seed, &self.scenario.template);
        let sender = self.directory.number(self.sender).expect("the tenant has its number");
        let outgoing = Outgoing {
            version: GraphVersion::default(),
            sender,
            recipient,
            edge: Edge::Messages,
            draft: Draft::Code {
                template: &plan.name,
                language: &plan.language,
                code: target::code(seed, number, arrival),
            },
            aside: Aside::default(),
        };
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &self.numbering };
        let sent = self.shard.send(now, &rules, outgoing, &mut self.effects);
        self.settle(now);
        let retried = sent.as_ref().err().map(|refusal| target::retry_after(seed, tried, refusal));
        if let Some(Some(pause)) = retried {
            self.agenda.push(now + pause, Due::Send(tried.next()));
        }
        if attempt == 1 {
            let http_status = if retried == Some(None) { target::BAD_GATEWAY } else { target::ACCEPTED };
            self.sink.generator(Event { at: now, fact: Fact::RequestAnswered { arrival, http_status } });
        }
    }

    /// Does what the shard and the outbox asked for, in the order in which they did.
    fn settle(&mut self, now: Elapsed) {
        let mut settling = std::mem::take(&mut self.settling);
        while !self.effects.is_empty() {
            std::mem::swap(&mut settling, &mut self.effects);
            settling.drain(..).for_each(|effect| self.bring_about(now, effect));
        }
        self.settling = settling;
    }

    fn bring_about(&mut self, now: Elapsed, effect: Effect) {
        match effect {
            Effect::Happened(event) => self.sink.meta(event),
            Effect::OnPhone(arrived) => self.on_phone(now, arrived.recipient.number()),
            // A rehearsal's portfolio has no limit that could rise, and its number is as fast as can be;
            // its target hears of its messages only.
            Effect::DirectoryDue | Effect::Notify(_) => {}
            Effect::NeverOnPhone { id, .. } => drop(self.asked.remove(&id.recipient().number())),
            Effect::Report(update) => {
                News::Status(update).address(&self.world, &self.directory, |parcel| {
                    self.outbox.push(now, &self.world, parcel, &mut self.effects);
                });
            }
            Effect::Post { ticket, .. } => {
                let answer = (ticket, CallbackAnswer::Status(200));
                self.outbox.answered(now, &self.world, answer, &mut self.effects);
            }
        }
    }

    fn on_phone(&mut self, now: Elapsed, number: u64) {
        let Some(Asked { arrival, .. }) = self.asked.get(&number).copied() else { return };
        let first = Try::first(number, arrival);
        match self.attempt(first) {
            None => {
                self.asked.remove(&number);
                self.sink.generator(Event { at: now, fact: Fact::UserGaveUp { arrival } });
            }
            Some(attempt) => self.plan(now, first, attempt),
        }
    }

    fn plan(&mut self, now: Elapsed, tried: Try, attempt: Attempt) {
        let Attempt { after, mistyped, .. } = attempt;
        self.agenda.push(now + after, Due::Type { tried, mistyped });
    }

    fn type_in(&mut self, now: Elapsed, tried: Try, mistyped: bool) {
        let Try { number, arrival, attempt } = tried;
        let fact = Fact::VerificationRequested { arrival, attempt, mistyped };
        self.sink.generator(Event { at: now, fact });
        let takes = self.scenario.seed.stream("verify", number, tried.key()).span(self.scenario.target.takes);
        self.agenda.push(now + takes, Due::Answer { tried, mistyped });
    }

    /// The target looks at a typed code, and the user at the answer.
    fn answer(&mut self, now: Elapsed, tried: Try, mistyped: bool) {
        let Try { number, arrival, attempt } = tried;
        let next = if mistyped { self.attempt(tried.next()) } else { None };
        let plan = &self.scenario.template;
        let http_status = match self.asked.entry(number) {
            Entry::Occupied(mut asked) if asked.get().arrival == arrival => {
                let Asked { at, wrong_attempts, .. } = asked.get_mut();
                let http_status = target::verify(now.since(*at), wrong_attempts, plan, mistyped);
                if next.is_none() {
                    asked.remove();
                }
                http_status
            }
            // The recipient has asked again since, and only the newest code counts.
            _ => target::UNAUTHORIZED,
        };
        let fact = Fact::VerificationAnswered { arrival, attempt, http_status };
        self.sink.generator(Event { at: now, fact });
        if let Some(next) = next {
            self.plan(now, tried.next(), next);
        }
    }

    /// When and how a user types the code in; `None` where they do not.
    fn attempt(&self, tried: Try) -> Option<Attempt> {
        let Scenario { seed, recipients, users, template, .. } = self.scenario;
        let device = recipients.person(*seed, tried.number).device;
        match users.plan(*seed, tried.number, tried.arrival, template.button.fills_in(device)) {
            Behaviour::GivesUp => None,
            Behaviour::Types(mut attempts) => attempts.nth(usize::from(tried.attempt) - 1),
        }
    }

    fn both(&mut self, at: Elapsed, fact: Fact) {
        self.sink.generator(Event { at, fact });
        self.sink.meta(Event { at, fact });
    }
}

/// The earlier of two instants, where there are any.
fn earlier(one: Option<Elapsed>, other: Option<Elapsed>) -> Option<Elapsed> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        _ => one.or(other),
    }
}
